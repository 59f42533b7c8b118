/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-guard"

#include "config.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <unistd.h>

#include "pt-helper-fixture.h"
#include "pt-helper-interface.h"
#include "pt-helper-methods.h"
#include "pt-helper-rate.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"
#include "pt-sample-tree.h"
#include "pt-test.h"

/* Every method of the interface, each argument garbled, and each without permission: the rows come
 * from the description of the interface, so a new method is under test without a word here. */

/* Values of every type there may be: whatever does not fit an argument is tried for it. */
static const char *const test_values[] = {
  "true",
  "byte 255",
  "int16 -1",
  "uint16 65535",
  "-1",
  "uint32 4294967295",
  "int64 -9223372036854775808",
  "uint64 18446744073709551615",
  "-1e308",
  "'2f:00.0'",
  "objectpath '/etc/passwd'",
  "signature 'a(uyyy)'",
  "<'rm -rf /'>",
  "<<<uint32 1>>>",
  "@ay [0xff, 0xfe, 0x00, 0x80]",
  "@as []",
  "['0000:2f:00.0', '; reboot']",
  "@a(uyyy) []",
  "[(uint32 0, byte 47, byte 0, byte 0)]",
  "[(0, 47, 0, 0)]",
  "[(uint32 0, byte 47, byte 0)]",
  "(uint32 0, byte 47, byte 0, byte 0)",
  "(uint64 0, byte 47, byte 0, byte 0)",
  "('0000', '2f', '00', '0')",
  "@a{sv} {}",
  "{'shell': <'true'>}",
  "@a{ss} {}",
  "([(uint32 0, byte 47, byte 0, byte 0)], @a{sv} {})",
  "([(uint32 0, byte 47, byte 0, byte 0)], @a{ss} {})",
  "([(uint32 0, byte 47, byte 0, byte 0)],)",
  "(@a(uyyy) [], @a{sv} {}, 1)",
  "@a(a(uyyy)a{sv}) []",
};

/* Values that fit a type and mean nothing here. An empty list ends with NULL. */
static const struct
{
  const char *type;
  const char *values[12];
} test_nonsense[] = {
  {
    "s",
    {
      "''",
      "'0000:2f:00.0'",
      "'../../../../etc/passwd'",
      "'\\u202e\\u0001\\n\\r\\t\\u001b[2J'",
      "'%s%n%x'",
      "'; reboot #'",
    },
  },
  { "u", { "uint32 0", "uint32 1", "uint32 61", "uint32 2147483648", "uint32 4294967295" } },
  {
    "(uyyy)",
    {
      "(uint32 0, byte 47, byte 32, byte 0)",
      "(uint32 0, byte 47, byte 0, byte 8)",
      "(uint32 0, byte 47, byte 255, byte 255)",
      "(uint32 9, byte 9, byte 9, byte 1)",
      "(uint32 4294967295, byte 255, byte 31, byte 7)",
    },
  },
  {
    "a(uyyy)",
    {
      "@a(uyyy) []",
      "[(uint32 0, byte 35, byte 32, byte 0)]",
      "[(uint32 0, byte 35, byte 0, byte 8)]",
      "[(uint32 9, byte 9, byte 9, byte 1)]",
      "[(uint32 4294967295, byte 255, byte 31, byte 7)]",
      "[(uint32 0, byte 35, byte 0, byte 0), (uint32 0, byte 35, byte 200, byte 0)]",
    },
  },
  {
    "(a(uyyy)a{sv})",
    {
      "(@a(uyyy) [], @a{sv} {})",
      "([(uint32 0, byte 47, byte 32, byte 0)], @a{sv} {})",
      "([(uint32 0, byte 47, byte 0, byte 8)], @a{sv} {})",
      "([(uint32 9, byte 9, byte 9, byte 1)], @a{sv} {})",
      "([(uint32 4294967295, byte 255, byte 31, byte 7)], @a{sv} {})",
      "([(uint32 0, byte 47, byte 0, byte 0)], {'shell': <'true'>})",
      "([(uint32 0, byte 47, byte 0, byte 0)], {'identities': <uint32 1>})",
      "([(uint32 0, byte 47, byte 0, byte 0)], {'identities': <['../x=1']>})",
      "([(uint32 0, byte 47, byte 0, byte 0)], {'as': <'nobody'>})",
    },
  },
};


static GVariant *
test_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (NULL, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return value;
}


/* What @method would do its work with; a tuple. (transfer full) */
static GVariant *
test_valid (PtHelperFixture       *fixture,
            const GDBusMethodInfo *method)
{
  GVariantBuilder tuple = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_TUPLE);

  for (guint i = 0; method->in_args != NULL && method->in_args[i] != NULL; i++)
    {
      const char *type = method->in_args[i]->signature;
      const char *name = method->in_args[i]->name;

      if (g_str_equal (type, "(a(uyyy)a{sv})"))
        g_variant_builder_add_value (&tuple, pt_intent_to_variant (fixture->intent));
      else if (g_str_equal (name, "digest"))
        g_variant_builder_add (&tuple, "s", fixture->digest);
      else if (g_str_equal (name, "minutes"))
        g_variant_builder_add (&tuple, "u", 5);
      else if (g_str_equal (type, "(uyyy)"))
        g_variant_builder_add (&tuple, "(uyyy)", 0, 0x2f, 0, 0);
      else if (g_str_equal (type, "a(uyyy)"))
        g_variant_builder_add_parsed (&tuple, "[(uint32 0, byte 35, byte 0, byte 0)]");
      else
        g_error ("this test has no value for %s of %s", name, method->name);
    }
  return g_variant_ref_sink (g_variant_builder_end (&tuple));
}


/* @valid with @value (floating or not) in place of its @index th. Floating. */
static GVariant *
test_replace (GVariant *valid,
              gsize     index,
              GVariant *value)
{
  GVariantBuilder tuple = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_TUPLE);

  for (gsize i = 0; i < g_variant_n_children (valid); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (valid, i);

      g_variant_builder_add_value (&tuple, i == index ? value : child);
    }
  return g_variant_builder_end (&tuple);
}


/* An error that has a type, which travelled, and no question to anybody. @parameters is taken. */
static void
test_assert_rejected (PtHelperFixture *fixture,
                      const char      *method,
                      GVariant        *parameters,
                      guint           *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autofree char *text = g_variant_print (parameters, TRUE);

  reply = pt_helper_fixture_call (fixture->caller, method, parameters, &error);
  if (reply != NULL || (error->domain != PT_SETUP_ERROR &&
                        !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS)))
    g_error ("%s %.300s: %s", method, text, reply != NULL ? "was done" : error->message);
  g_assert_true (g_dbus_error_is_remote_error (error));
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
  *count += 1;
}


static void
test_garble_types (PtHelperFixture       *fixture,
                   const GDBusMethodInfo *method,
                   guint                 *count)
{
  g_autoptr (GVariant) valid = test_valid (fixture, method);
  gsize n_children = g_variant_n_children (valid);

  for (gsize i = 0; i < G_N_ELEMENTS (test_values); i++)
    {
      g_autoptr (GVariant) value = test_parse (test_values[i]);

      for (gsize j = 0; j < n_children; j++)
        {
          g_autoptr (GVariant) right = g_variant_get_child_value (valid, j);

          if (!g_variant_is_of_type (value, g_variant_get_type (right)))
            test_assert_rejected (fixture, method->name, test_replace (valid, j, value), count);
        }
      /* Alone, where it is not all that is asked for; and as one too many. */
      if (n_children != 1)
        test_assert_rejected (fixture, method->name, g_variant_new_tuple (&value, 1), count);
      if (n_children == 1)
        {
          g_autoptr (GVariant) only = g_variant_get_child_value (valid, 0);
          GVariant *two[] = { only, value };

          test_assert_rejected (fixture, method->name, g_variant_new_tuple (two, 2), count);
        }
    }
  if (n_children > 0)
    test_assert_rejected (fixture, method->name, g_variant_new_tuple (NULL, 0), count);
}


static void
test_garble_values (PtHelperFixture       *fixture,
                    const GDBusMethodInfo *method,
                    guint                 *count)
{
  g_autoptr (GVariant) valid = test_valid (fixture, method);

  for (gsize i = 0; i < g_variant_n_children (valid); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (test_nonsense); j++)
      {
        g_autoptr (GVariant) right = g_variant_get_child_value (valid, i);

        if (!g_str_equal (g_variant_get_type_string (right), test_nonsense[j].type))
          continue;
        for (gsize k = 0; test_nonsense[j].values[k] != NULL; k++)
          {
            g_autoptr (GVariant) value = test_parse (test_nonsense[j].values[k]);

            if (g_str_equal (method->name, "Release") && k == 3)
              continue; /* a device that is not there: asked, for it may have been taken out */
            if (g_str_equal (method->name, "Release") && k == 4)
              continue;
            test_assert_rejected (fixture, method->name, test_replace (valid, i, value), count);
          }
      }
}


/* @n different addresses, or an intent of them. Floating. */
static GVariant *
test_many (const char *type,
           guint       n)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(uyyy)"));

  for (guint i = 0; i < n; i++)
    g_variant_builder_add (&list, "(uyyy)", i / 256, i % 256, 0, 0);
  if (g_str_equal (type, "a(uyyy)"))
    return g_variant_builder_end (&list);
  return g_variant_new ("(a(uyyy)@a{sv})", &list,
                        g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
}


/* Too much of what is right: more than 64 devices, more bytes than are read, a megabyte. */
static void
test_garble_sizes (PtHelperFixture       *fixture,
                   const GDBusMethodInfo *method,
                   guint                 *count)
{
  static const guint lengths[] = { PT_HELPER_MAX_DIGEST + 1, PT_HELPER_MAX_ARGUMENTS, 1 << 20 };
  static const guint numbers[] = { 65, 100, 2000, 40000 };
  g_autoptr (GVariant) valid = test_valid (fixture, method);

  for (gsize i = 0; i < g_variant_n_children (valid); i++)
    {
      g_autoptr (GVariant) right = g_variant_get_child_value (valid, i);
      const char *type = g_variant_get_type_string (right);

      for (gsize j = 0; g_str_equal (type, "s") && j < G_N_ELEMENTS (lengths); j++)
        test_assert_rejected (
          fixture, method->name,
          test_replace (valid, i, g_variant_new_take_string (g_strnfill (lengths[j], 'a'))), count);
      for (gsize j = 0; strstr (type, "a(uyyy)") != NULL && j < G_N_ELEMENTS (numbers); j++)
        test_assert_rejected (fixture, method->name,
                              test_replace (valid, i, test_many (type, numbers[j])), count);
    }
}


/* It lives and is what it was. */
static void
test_assert_well (PtHelperFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  pt_helper_fixture_assert_original (fixture);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Status", NULL, &error);
  g_assert_no_error (error);
}


static guint
test_count_files (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) open = g_dir_open (folder, 0, &error);
  guint count = 0;

  g_assert_no_error (error);
  while (g_dir_read_name (open) != NULL)
    count++;
  return count;
}


static void
test_guard_garbled (PtHelperFixture *fixture,
                    gconstpointer    data)
{
  const GDBusInterfaceInfo *interface =
    (const GDBusInterfaceInfo *)&com_example_passthru_helper1_interface;
  guint count = 0;

  pt_helper_fixture_start (fixture, NULL);
  for (guint i = 0; interface->methods[i] != NULL; i++)
    {
      guint before = count;

      test_garble_types (fixture, interface->methods[i], &count);
      test_garble_values (fixture, interface->methods[i], &count);
      test_garble_sizes (fixture, interface->methods[i], &count);
      g_test_message ("%s: %u garbled calls", interface->methods[i]->name, count - before);
      g_assert_cmpuint (count - before, >=, G_N_ELEMENTS (test_values));
    }
  g_test_message ("%u garbled calls in all", count);
  test_assert_well (fixture);
}


/* Bytes that no library would send, on a connection that is past its greeting. */
static void
test_send_raw (PtHelperFixture *fixture,
               const guchar    *bytes,
               gsize            length)
{
  g_autoptr (GDBusConnection) rude = pt_helper_fixture_connect (fixture);
  GOutputStream *stream = g_io_stream_get_output_stream (g_dbus_connection_get_stream (rude));

  /* The bus closes the connection in the middle: that is one of the answers. */
  g_output_stream_write_all (stream, bytes, length, NULL, NULL, NULL);
  g_output_stream_flush (stream, NULL, NULL);
  pt_test_run_pending ();
  g_dbus_connection_close_sync (rude, NULL, NULL);
}


/* A message for Apply, its digest made of bytes that are no UTF-8, cut short and bent elsewhere. */
static void
test_guard_raw (PtHelperFixture *fixture,
                gconstpointer    data)
{
  g_autoptr (GDBusMessage) message = g_dbus_message_new_method_call (
    PT_HELPER_BUS_NAME, PT_HELPER_OBJECT_PATH, PT_HELPER_INTERFACE, "Apply");
  g_autoptr (GError) error = NULL;
  g_autofree guchar *bytes = NULL;
  gsize              size = 0;
  guchar            *digest = NULL;

  pt_helper_fixture_start (fixture, NULL);
  g_dbus_message_set_serial (message, 1000);
  g_dbus_message_set_body (message, pt_helper_fixture_apply_arguments (fixture));
  bytes = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_NONE, &error);
  g_assert_no_error (error);
  digest = memmem (bytes, size, fixture->digest, strlen (fixture->digest));
  g_assert_nonnull (digest);
  memset (digest, 0xff, 8);
  test_send_raw (fixture, bytes, size);
  for (gsize length = 1; length < size; length += 37)
    test_send_raw (fixture, bytes, length);
  for (gsize i = 0; i < size; i += 11)
    {
      guchar kept = bytes[i];

      bytes[i] ^= 0xa5;
      test_send_raw (fixture, bytes, size);
      bytes[i] = kept;
    }
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
  test_assert_well (fixture);
}


/* Open files with a call: refused before anybody is asked, and none stays open. */
static void
test_guard_files (PtHelperFixture *fixture,
                  gconstpointer    data)
{
  g_autoptr (GUnixFDList) files = g_unix_fd_list_new ();
  g_autofree char *folder = NULL;
  guint            before = 0;

  pt_helper_fixture_start (fixture, NULL);
  folder = g_strdup_printf ("/proc/%s/fd", g_subprocess_get_identifier (fixture->helper));
  before = test_count_files (folder);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (g_unix_fd_list_append (files, STDIN_FILENO, NULL), ==, (int)i);
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      g_dbus_connection_call_with_unix_fd_list (
        fixture->caller, PT_HELPER_BUS_NAME, PT_HELPER_OBJECT_PATH, PT_HELPER_INTERFACE, "Status",
        NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, files, NULL, pt_test_result_cb, &result);
      pt_test_await_pointer (&result, PT_TEST_WAIT);
      g_assert_null (g_dbus_connection_call_with_unix_fd_list_finish (fixture->caller, NULL,
                                                                      result, &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
    }
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
  test_assert_well (fixture);
  g_assert_cmpuint (test_count_files (folder), <=, before + 8);
}


/* Somebody who calls without end is told to wait, and the others are served. */
static void
test_guard_flood (PtHelperFixture *fixture,
                  gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  guint served = 0;

  pt_helper_fixture_start (fixture, NULL);
  pt_fake_polkit_allow (fixture->polkit, PT_ACTION_READ);
  while (error == NULL && served < 10 * PT_HELPER_RATE_BURST)
    {
      g_autoptr (GVariant) reply = pt_helper_fixture_call (fixture->caller, "Status", NULL, &error);

      served += reply != NULL ? 1 : 0;
    }
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "too often"));
  g_assert_cmpuint (served, >=, PT_HELPER_RATE_BURST);
  g_test_message ("%u calls were served", served);
  pt_helper_fixture_assert_original (fixture);
}


/* Nobody's permission */

typedef enum {
  TEST_NO = 0,
  TEST_DISMISSED,
  TEST_CHALLENGE,
  TEST_NO_POLKIT, /* nobody has its name */
  TEST_DIES,      /* polkit ends while the question is open */
  TEST_LEAVES,    /* the caller does */
  TEST_LAST
} TestDenial;


static void
test_end_polkit (PtHelperFixture *fixture)
{
  g_clear_pointer (&fixture->polkit, pt_fake_polkit_free);
  g_dbus_connection_close_sync (fixture->authority, NULL, NULL);
  g_clear_object (&fixture->authority);
}


static void
test_renew_polkit (PtHelperFixture *fixture)
{
  if (fixture->polkit != NULL)
    test_end_polkit (fixture);
  fixture->authority = pt_helper_fixture_connect (fixture);
  fixture->polkit = pt_fake_polkit_new (fixture->authority);
}


/* The question is on the screen, then @denial happens. Drops the call's result, or yields its
 * error. */
static void
test_deny_open (PtHelperFixture *fixture,
                const char      *method,
                GVariant        *arguments,
                TestDenial       denial,
                GError         **error)
{
  GDBusConnection *caller = pt_helper_fixture_connect (fixture);
  GAsyncResult    *result = NULL;

  pt_helper_fixture_begin (caller, method, arguments, &result);
  pt_test_await_flag (pt_fake_polkit_get_waiting (fixture->polkit), PT_TEST_WAIT);
  if (denial == TEST_LEAVES)
    {
      g_dbus_connection_close_sync (caller, NULL, NULL);
      pt_test_await_flag (pt_fake_polkit_get_withdrawn (fixture->polkit), PT_TEST_WAIT);
    }
  else
    {
      g_dbus_connection_close_sync (fixture->authority, NULL, NULL);
      /* Into the void; it is ours to take off. */
      pt_fake_polkit_answer (fixture->polkit, PT_FAKE_POLKIT_YES);
    }
  g_assert_null (pt_helper_fixture_finish (caller, &result, error));
  g_clear_object (&caller);
}


static void
test_deny (PtHelperFixture       *fixture,
           const GDBusMethodInfo *info,
           TestDenial             denial)
{
  static const PtFakePolkitAnswer answers[] = {
    [TEST_NO] = PT_FAKE_POLKIT_NO,
    [TEST_DISMISSED] = PT_FAKE_POLKIT_DISMISSED,
    [TEST_CHALLENGE] = PT_FAKE_POLKIT_CHALLENGE,
    [TEST_DIES] = PT_FAKE_POLKIT_SILENCE,
    [TEST_LEAVES] = PT_FAKE_POLKIT_SILENCE,
  };
  const PtHelperMethod *method = pt_helper_methods_find (info->name);
  g_autoptr (GVariant) arguments = test_valid (fixture, info);
  g_autoptr (GError) error = NULL;

  g_test_message ("%s, denial %d", info->name, denial);
  test_renew_polkit (fixture);
  if (denial == TEST_NO_POLKIT)
    test_end_polkit (fixture);
  else
    pt_fake_polkit_expect (fixture->polkit, method->action, answers[denial]);
  if (denial == TEST_DIES || denial == TEST_LEAVES)
    test_deny_open (fixture, info->name, arguments, denial, &error);
  else
    g_assert_null (pt_helper_fixture_call (fixture->caller, info->name, arguments, &error));
  if (denial != TEST_LEAVES)
    g_assert_true (pt_setup_error_is_permission (error));
}


static const GDBusMethodInfo *
test_find_method (const char *name)
{
  GDBusInterfaceInfo *interface = (GDBusInterfaceInfo *)&com_example_passthru_helper1_interface;

  return g_dbus_interface_info_lookup_method (interface, name);
}


/* Each method in each way, in a state in which it has something to ask for. */
static void
test_deny_all (PtHelperFixture   *fixture,
               const char *const *names)
{
  for (gsize i = 0; names[i] != NULL; i++)
    for (int denial = 0; denial < TEST_LAST; denial++)
      test_deny (fixture, test_find_method (names[i]), denial);
  test_renew_polkit (fixture);
  test_assert_well (fixture);
}


/* In a prepared trial. */
static const char *const test_of_trials[] = { "TrialStart", "TrialConfirm", "TrialCancel", "Undo",
                                              NULL };


static void
test_guard_denied (PtHelperFixture *fixture,
                   gconstpointer    data)
{
  const GDBusInterfaceInfo *interface =
    (const GDBusInterfaceInfo *)&com_example_passthru_helper1_interface;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; interface->methods[i] != NULL; i++)
    if (!g_strv_contains (test_of_trials, interface->methods[i]->name) ||
        g_str_equal (interface->methods[i]->name, "Undo"))
      g_ptr_array_add (names, interface->methods[i]->name);
  g_ptr_array_add (names, NULL);
  pt_helper_fixture_start (fixture, NULL);
  test_deny_all (fixture, (const char *const *)names->pdata);
}


static void
test_guard_denied_trial (PtHelperFixture *fixture,
                         gconstpointer    data)
{
  g_autoptr (GVariant) arguments = test_valid (fixture, test_find_method ("TrialPrepare"));
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  pt_helper_fixture_start (fixture, NULL);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_TRIAL_PREPARE, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "TrialPrepare", arguments, &error);
  g_assert_no_error (error);
  g_free (fixture->original);
  fixture->original = pt_test_describe_tree (fixture->folder);
  test_deny_all (fixture, test_of_trials);
}


#define TEST_ADD(name, function)                                                      \
  g_test_add ("/helper/guard/" name, PtHelperFixture, NULL, pt_helper_fixture_set_up, \
              function, pt_helper_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  int status = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("garbled", test_guard_garbled);
  TEST_ADD ("raw", test_guard_raw);
  TEST_ADD ("files", test_guard_files);
  TEST_ADD ("flood", test_guard_flood);
  TEST_ADD ("denied", test_guard_denied);
  TEST_ADD ("denied-trial", test_guard_denied_trial);
  status = g_test_run ();
  pt_sample_tree_clear ();
  return status;
}
