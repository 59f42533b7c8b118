/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-helper"

#include "config.h"

#include "pt-engine.h"
#include "pt-helper-fixture.h"
#include "pt-helper-methods.h"
#include "pt-helper-service.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"
#include "pt-rom-finding.h"
#include "pt-sample-tree.h"
#include "pt-test.h"

/* The real helper on a private bus, with a scripted polkit. */


static char *
test_status (PtHelperFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) status = NULL;
  char *state = NULL;

  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Status", NULL, &error);
  g_assert_no_error (error);
  status = g_variant_get_child_value (reply, 0);
  g_assert_true (g_variant_lookup (status, PT_HELPER_STATUS_STATE, "s", &state));
  return state;
}


static void
test_assert_state (PtHelperFixture *fixture,
                   const char      *expected)
{
  g_autofree char *state = test_status (fixture);

  g_assert_cmpstr (state, ==, expected);
}


static void
test_apply (PtHelperFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Apply",
                                  pt_helper_fixture_apply_arguments (fixture), &error);
  g_assert_no_error (error);
}


static void
test_undo (PtHelperFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Undo", NULL, &error);
  g_assert_no_error (error);
}


/* Counts Step signals that reach @connection. */
typedef struct
{
  GDBusConnection *connection;
  guint            subscription;
  guint            count;
  guint            total;
  guint            states[PT_STEP_UNDONE + 1];
} TestSteps;


static void
test_steps_cb (GDBusConnection *connection,
               const char      *sender,
               const char      *object_path,
               const char      *interface_name,
               const char      *signal_name,
               GVariant        *parameters,
               gpointer         user_data)
{
  TestSteps  *steps = user_data;
  const char *id = NULL;
  guint       index = 0;
  guint       state = 0;

  g_variant_get (parameters, "(&suuu)", &id, &index, &steps->total, &state);
  g_assert_cmpstr (id, !=, "");
  g_assert_cmpuint (index, <, steps->total);
  g_assert_cmpuint (state, <=, PT_STEP_UNDONE);
  steps->states[state]++;
  steps->count++;
}


static void
test_steps_listen (TestSteps       *steps,
                   GDBusConnection *connection)
{
  steps->connection = connection;
  steps->subscription = g_dbus_connection_signal_subscribe (
    connection, PT_HELPER_BUS_NAME, PT_HELPER_INTERFACE, "Step", PT_HELPER_OBJECT_PATH, NULL,
    G_DBUS_SIGNAL_FLAGS_NONE, test_steps_cb, steps, NULL);
}


static void
test_steps_stop (TestSteps *steps)
{
  g_dbus_connection_signal_unsubscribe (steps->connection, steps->subscription);
}


static void
test_helper_apply_undo (PtHelperFixture *fixture,
                        gconstpointer    data)
{
  TestSteps   steps = { NULL };
  const char *devices = NULL;

  pt_helper_fixture_start (fixture, NULL);
  test_steps_listen (&steps, fixture->caller);
  test_assert_state (fixture, "none");
  test_apply (fixture);
  devices = pt_fake_polkit_get_detail (fixture->polkit, "devices");
  g_assert_nonnull (strstr (devices, "0000:2f:00.0"));
  g_assert_nonnull (strstr (devices, "0000:2f:00.1"));
  g_assert_nonnull (strstr (devices, "6700"));
  g_assert_true (pt_fake_polkit_get_interact (fixture->polkit));
  g_assert_cmpstr (pt_fake_polkit_get_subject (fixture->polkit), ==,
                   g_dbus_connection_get_unique_name (fixture->caller));
  g_assert_cmpuint (steps.total, >, 0);
  g_assert_cmpuint (steps.states[PT_STEP_STARTED], ==, steps.total);
  g_assert_cmpuint (steps.states[PT_STEP_DONE], ==, steps.total);
  pt_helper_fixture_assert_changed (fixture);
  test_assert_state (fixture, "applied");

  test_undo (fixture);
  g_assert_nonnull (strstr (pt_fake_polkit_get_detail (fixture->polkit, "devices"), "6700"));
  g_assert_cmpuint (steps.states[PT_STEP_UNDONE], >, 0);
  pt_helper_fixture_assert_original (fixture);
  test_assert_state (fixture, "none");
  test_steps_stop (&steps);
}


static void
test_helper_status_content (PtHelperFixture *fixture,
                            gconstpointer    data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) status = NULL;
  g_autoptr (GVariant) wire = NULL;
  g_autoptr (PtIntent) intent = NULL;
  g_autoptr (GError) error = NULL;
  const char *boot_id = NULL;

  pt_helper_fixture_start (fixture, NULL);
  test_apply (fixture);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Status", NULL, &error);
  g_assert_no_error (error);
  status = g_variant_get_child_value (reply, 0);
  wire = g_variant_lookup_value (status, PT_HELPER_STATUS_INTENT, NULL);
  g_assert_nonnull (wire);
  intent = pt_intent_new_from_variant (wire, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pt_intent_get_addresses (intent)->len, ==,
                    pt_intent_get_addresses (fixture->intent)->len);
  g_assert_true (g_variant_lookup (status, PT_HELPER_STATUS_BOOT_ID, "&s", &boot_id));
  g_assert_cmpstr (boot_id, !=, "");
}


static void
test_helper_report (PtHelperFixture *fixture,
                    gconstpointer    data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  const char *json = NULL;

  pt_helper_fixture_start (fixture, NULL);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Report", NULL, &error);
  g_assert_no_error (error);
  g_variant_get (reply, "(&s)", &json);
  g_assert_nonnull (strstr (json, "\"checks\""));
  g_assert_nonnull (strstr (json, "0000:2f:00.0"));
  pt_helper_fixture_assert_original (fixture);
}


/* Floating, NULL where the method has none. */
static GVariant *
test_arguments (PtHelperFixture      *fixture,
                const PtHelperMethod *method)
{
  if (method->parse == NULL)
    return NULL;
  if (g_str_equal (method->name, "Bind") || g_str_equal (method->name, "Release"))
    return g_variant_new_parsed ("([(uint32 0, byte 35, byte 0, byte 0)],)");
  if (g_str_equal (method->name, "ReadRom"))
    return g_variant_new ("((uyyy))", 0, 0x2f, 0, 0);
  if (g_str_equal (method->name, "Plan"))
    return g_variant_new_parsed ("(([(uint32 0, byte 47, byte 0, byte 0)], @a{sv} {}),)");
  return pt_helper_fixture_apply_arguments (fixture);
}


/* The verdict on the card's firmware, without its bytes. */
static void
test_helper_read_rom (PtHelperFixture *fixture,
                      gconstpointer    data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) wire = NULL;
  g_autoptr (GError) error = NULL;
  PtRomFinding finding = { 0 };

  pt_helper_fixture_start (fixture, NULL);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ_ROM, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "ReadRom",
                                  g_variant_new ("((uyyy))", 0, 0x2f, 0, 0), &error);
  g_assert_no_error (error);
  /* Of two cards of one kind the question names the one. */
  g_assert_nonnull (strstr (pt_fake_polkit_get_detail (fixture->polkit, "devices"),
                            "(0000:2f:00.0)"));
  wire = g_variant_get_child_value (reply, 0);
  g_assert_true (pt_rom_finding_from_variant (wire, &finding));
  g_assert_true (finding.read);
  g_assert_cmpint (finding.rom.verdict, ==, PT_ROM_UEFI);
  g_assert_cmpuint (finding.rom.n_images, ==, 2);
  g_assert_cmpuint (g_variant_get_size (reply), <, finding.rom.size);
  pt_helper_fixture_assert_original (fixture);
}


/* The card that started the computer: no verdict, and the reason. */
static void
test_helper_read_rom_shadowed (PtHelperFixture *fixture,
                               gconstpointer    data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) wire = NULL;
  g_autoptr (GError) error = NULL;
  PtRomFinding finding = { 0 };

  pt_helper_fixture_start (fixture, NULL);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ_ROM, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "ReadRom",
                                  g_variant_new ("((uyyy))", 0, 0x32, 0, 0), &error);
  g_assert_no_error (error);
  wire = g_variant_get_child_value (reply, 0);
  g_assert_true (pt_rom_finding_from_variant (wire, &finding));
  g_assert_false (finding.read);
  g_assert_cmpint (finding.problem, ==, PT_ROM_ERROR_SHADOWED);
}


/* An error of our own or of GDBus's own check of types, as a value, and no question. */
static void
test_assert_rejected (PtHelperFixture *fixture,
                      const char      *method,
                      GVariant        *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autofree char *text = parameters != NULL ? g_variant_print (parameters, TRUE) : g_strdup ("()");

  g_test_message ("%s %.200s", method, text);
  reply = pt_helper_fixture_call (fixture->caller, method, parameters, &error);
  g_assert_null (reply);
  g_assert_true (error->domain == PT_SETUP_ERROR ||
                 g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS) ||
                 g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD));
  g_assert_true (g_dbus_error_is_remote_error (error));
}


/* Nothing but a graphics card has its ROM read, and nobody is asked before that is clear. */
static void
test_helper_read_rom_rejected (PtHelperFixture *fixture,
                               gconstpointer    data)
{
  static const struct
  {
    guint  domain;
    guint8 bus, slot, function;
  } cases[] = {
    { 0, 0x2f, 32, 0 },          /* slot out of range */
    { 0, 0x2f, 0, 8 },           /* function out of range */
    { 0, 0x2f, 0, 1 },           /* its audio function */
    { 0, 0, 0, 0 },              /* the host bridge */
    { 9, 9, 9, 1 },              /* not there */
    { G_MAXUINT32, 255, 31, 7 }, /* the far corner */
  };

  pt_helper_fixture_start (fixture, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    test_assert_rejected (fixture, "ReadRom",
                          g_variant_new ("((uyyy))", cases[i].domain, cases[i].bus, cases[i].slot,
                                         cases[i].function));
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
  pt_helper_fixture_assert_original (fixture);
}


/* Each method of the table without permission: nothing is told, nothing changes. */
static void
test_helper_unauthorised (PtHelperFixture *fixture,
                          gconstpointer    data)
{
  const PtFakePolkitAnswer answers[] = { PT_FAKE_POLKIT_NO, PT_FAKE_POLKIT_DISMISSED,
                                         PT_FAKE_POLKIT_CHALLENGE };
  gsize                    n_methods = 0;
  const PtHelperMethod    *methods = pt_helper_methods_get (&n_methods);
  g_autofree char         *applied = NULL;
  g_autofree char         *after = NULL;

  pt_helper_fixture_start (fixture, NULL);
  for (gsize i = 0; i < n_methods * G_N_ELEMENTS (answers); i++)
    {
      const PtHelperMethod *method = &methods[i % n_methods];
      g_autoptr (GError) error = NULL;

      /* These ask only where there is a trial: test-trial.c. */
      if (g_str_has_prefix (method->name, "Trial"))
        continue;
      pt_fake_polkit_expect (fixture->polkit, method->action, answers[i / n_methods]);
      g_assert_null (pt_helper_fixture_call (
        fixture->caller, method->name,
        test_arguments (fixture, method), &error));
      g_assert_true (pt_setup_error_is_permission (error));
    }
  pt_helper_fixture_assert_original (fixture);

  /* The same where there is something to undo. */
  test_apply (fixture);
  applied = pt_test_describe_tree (fixture->folder);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;

      pt_fake_polkit_expect (fixture->polkit, PT_ACTION_UNDO, answers[i]);
      g_assert_null (pt_helper_fixture_call (fixture->caller, "Undo", NULL, &error));
      g_assert_true (pt_setup_error_is_permission (error));
    }
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, applied);
}


static void
test_helper_garbled_types (PtHelperFixture *fixture,
                           gconstpointer    data)
{
  const char *const arguments[] = {
    "()",
    "('2f:00.0', 'digest')",
    "([(uint32 0, byte 47, byte 0, byte 0)], 'digest')",
    "(([(uint32 0, byte 47, byte 0, byte 0)], @a{sv} {}), uint32 1)",
    "(([(uint32 0, byte 47, byte 0, byte 0)], @a{sv} {}), 'digest', 'more')",
    "(([(uint32 0, byte 47, byte 0)], @a{sv} {}), 'digest')",
    "(([(uint64 0, byte 47, byte 0, byte 0)], @a{sv} {}), 'digest')",
    "(([(uint32 0, byte 47, byte 0, byte 0)], @a{ss} {}), 'digest')",
    "(('/etc/passwd', @a{sv} {}), 'digest')",
    "(objectpath '/etc/passwd',)",
    "(<'rm'>,)",
    "(byte 255, @ay [])",
  };
  gsize                 n_methods = 0;
  const PtHelperMethod *methods = pt_helper_methods_get (&n_methods);

  pt_helper_fixture_start (fixture, NULL);
  for (gsize i = 0; i < n_methods; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (arguments); j++)
      {
        g_autoptr (GError) error = NULL;
        GVariant *parameters = g_variant_parse (NULL, arguments[j], NULL, NULL, &error);

        g_assert_no_error (error);
        if (methods[i].parse == NULL && g_str_equal (arguments[j], "()"))
          g_variant_unref (parameters);
        else
          test_assert_rejected (fixture, methods[i].name, parameters);
      }
  test_assert_rejected (fixture, "WriteFile",
                        g_variant_new ("(ss)", "/etc/passwd", "root::0:0::/:"));
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
  pt_helper_fixture_assert_original (fixture);
}


static void
test_helper_garbled_values (PtHelperFixture *fixture,
                            gconstpointer    data)
{
  g_autofree char  *long_digest = g_strnfill (PT_HELPER_MAX_DIGEST + 1, 'a');
  g_autofree char  *huge_digest = g_strnfill (PT_HELPER_MAX_ARGUMENTS * 4, 'a');
  GVariantBuilder   many = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(uyyy)"));
  const char *const intents[] = {
    "(@a(uyyy) [], @a{sv} {})",                                      /* nothing chosen */
    "([(uint32 0, byte 47, byte 32, byte 0)], @a{sv} {})",           /* slot out of range */
    "([(uint32 0, byte 47, byte 0, byte 8)], @a{sv} {})",            /* function out of range */
    "([(uint32 9, byte 9, byte 9, byte 1)], @a{sv} {})",             /* not there */
    "([(uint32 0, byte 47, byte 0, byte 0)], {'shell': <'true'>})",  /* unknown option */
    "([(uint32 4294967295, byte 255, byte 31, byte 7)], @a{sv} {})", /* the far corner */
  };

  pt_helper_fixture_start (fixture, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (intents); i++)
    {
      g_autoptr (GError) error = NULL;
      GVariant *intent = g_variant_parse (NULL, intents[i], NULL, NULL, &error);

      g_assert_no_error (error);
      test_assert_rejected (fixture, "Apply",
                            g_variant_new ("(@(a(uyyy)a{sv})s)", intent, fixture->digest));
    }
  for (guint i = 0; i < 65; i++)
    g_variant_builder_add (&many, "(uyyy)", i, 0, 0, 0);
  test_assert_rejected (fixture, "Apply",
                        g_variant_new ("((a(uyyy)@a{sv})s)", &many,
                                       g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0),
                                       fixture->digest));
  test_assert_rejected (fixture, "Apply",
                        g_variant_new ("(@(a(uyyy)a{sv})s)", pt_intent_to_variant (fixture->intent),
                                       ""));
  test_assert_rejected (fixture, "Apply",
                        g_variant_new ("(@(a(uyyy)a{sv})s)", pt_intent_to_variant (fixture->intent),
                                       long_digest));
  test_assert_rejected (fixture, "Apply",
                        g_variant_new ("(@(a(uyyy)a{sv})s)", pt_intent_to_variant (fixture->intent),
                                       huge_digest));
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
  pt_helper_fixture_assert_original (fixture);
}


/* The host is another one than the user saw, before the question or while it stands. */
static void
test_helper_changed (PtHelperFixture *fixture,
                     gconstpointer    data)
{
  GVariant *wrong = g_variant_new ("(@(a(uyyy)a{sv})s)", pt_intent_to_variant (fixture->intent),
                                   "0123456789abcdef");
  g_autoptr (GError) before = NULL;
  g_autoptr (GError) meanwhile = NULL;
  g_autofree char *edited = NULL;
  g_autofree char *after = NULL;
  g_autofree char *grub = NULL;
  g_autofree char *longer = NULL;
  GAsyncResult    *result = NULL;

  pt_helper_fixture_start (fixture, NULL);
  g_assert_null (pt_helper_fixture_call (fixture->caller, "Apply", wrong, &before));
  g_assert_error (before, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED);
  pt_helper_fixture_assert_original (fixture);

  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_SILENCE);
  pt_helper_fixture_begin (fixture->caller, "Apply", pt_helper_fixture_apply_arguments (fixture),
                           &result);
  pt_test_await_flag (pt_fake_polkit_get_waiting (fixture->polkit), PT_TEST_WAIT);
  grub = pt_test_read (fixture->folder, "etc/default/grub");
  longer = g_strconcat (grub, "GRUB_CMDLINE_LINUX_DEFAULT=\"vfio-pci.ids=10de:1b80\"\n", NULL);
  pt_test_write (fixture->folder, "etc/default/grub", longer);
  edited = pt_test_describe_tree (fixture->folder);
  pt_fake_polkit_answer (fixture->polkit, PT_FAKE_POLKIT_YES);
  g_assert_null (pt_helper_fixture_finish (fixture->caller, &result, &meanwhile));
  g_assert_error (meanwhile, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED);
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, edited);
}


static void
test_helper_refused_device (PtHelperFixture *fixture,
                            gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (fixture->sysroot, NULL, &error);
  /* The sample's own card, which shows the desktop, and the bridge above everything. */
  g_autoptr (PtIntent) intent = pt_intent_new_from_string ("0000:2f:00.0,0000:32:00.0", &error);
  g_autoptr (PtPlan) plan = pt_plan_new (host, intent, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pt_plan_get_refusals (plan)->len, >, 0);
  pt_helper_fixture_start (fixture, NULL);
  g_assert_null (pt_helper_fixture_call (fixture->caller, "Apply",
                                         g_variant_new ("(@(a(uyyy)a{sv})s)",
                                                        pt_intent_to_variant (intent),
                                                        pt_plan_get_digest (plan)),
                                         &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_REFUSED);
  pt_helper_fixture_assert_original (fixture);
}


static void
test_helper_nothing_to_undo (PtHelperFixture *fixture,
                             gconstpointer    data)
{
  g_autoptr (GError) error = NULL;

  pt_helper_fixture_start (fixture, NULL);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
  g_assert_null (pt_helper_fixture_call (fixture->caller, "Undo", NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
  pt_helper_fixture_assert_original (fixture);
}


static void
test_helper_apply_twice (PtHelperFixture *fixture,
                         gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *applied = NULL;
  g_autofree char *after = NULL;

  pt_helper_fixture_start (fixture, NULL);
  test_apply (fixture);
  applied = pt_test_describe_tree (fixture->folder);
  g_assert_null (pt_helper_fixture_call (fixture->caller, "Apply",
                                         pt_helper_fixture_apply_arguments (fixture), &error));
  g_assert_true (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY) ||
                 g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED));
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, applied);
}


/* Leaving takes the question off the screen. */
static void
test_helper_caller_leaves_question (PtHelperFixture *fixture,
                                    gconstpointer    data)
{
  GDBusConnection *leaver = pt_helper_fixture_connect (fixture);
  GAsyncResult    *result = NULL;

  pt_helper_fixture_start (fixture, NULL);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_SILENCE);
  pt_helper_fixture_begin (leaver, "Apply", pt_helper_fixture_apply_arguments (fixture), &result);
  pt_test_await_flag (pt_fake_polkit_get_waiting (fixture->polkit), PT_TEST_WAIT);
  g_dbus_connection_close_sync (leaver, NULL, NULL);
  pt_test_await_flag (pt_fake_polkit_get_withdrawn (fixture->polkit), PT_TEST_WAIT);
  pt_test_await_pointer (&result, PT_TEST_WAIT);
  g_clear_object (&result);
  g_clear_object (&leaver);
  test_assert_state (fixture, "none");
  pt_helper_fixture_assert_original (fixture);
}


/* Leaving in the middle of the work does not leave the host half done. */
static void
test_helper_caller_leaves_work (PtHelperFixture *fixture,
                                gconstpointer    data)
{
  GDBusConnection *leaver = pt_helper_fixture_connect (fixture);
  TestSteps        steps = { NULL };
  GAsyncResult    *result = NULL;
  g_autofree char *state = NULL;

  /* Time enough for a busy computer to call before it leaves. */
  pt_helper_fixture_start (fixture, "--idle=3");
  test_steps_listen (&steps, leaver);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  pt_helper_fixture_begin (leaver, "Apply", pt_helper_fixture_apply_arguments (fixture), &result);
  while (steps.count == 0 && result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (steps.count, >, 0);
  test_steps_stop (&steps);
  g_dbus_connection_close_sync (leaver, NULL, NULL);
  pt_test_await_pointer (&result, PT_TEST_WAIT);
  g_clear_object (&result);
  g_clear_object (&leaver);
  /* It stays until the work is done, then leaves. */
  pt_helper_fixture_await_exit (fixture);
  pt_helper_fixture_start (fixture, NULL);
  test_assert_state (fixture, "applied");
  test_undo (fixture);
  pt_helper_fixture_assert_original (fixture);
}


/* Two may be asked, one may change; progress goes to that one. */
static void
test_helper_two_callers (PtHelperFixture *fixture,
                         gconstpointer    data)
{
  g_autoptr (GDBusConnection) second = pt_helper_fixture_connect (fixture);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) first_error = NULL;
  g_autoptr (GError) second_error = NULL;
  GAsyncResult *first_result = NULL;
  GAsyncResult *second_result = NULL;
  TestSteps     mine = { NULL };
  TestSteps     theirs = { NULL };

  pt_helper_fixture_start (fixture, NULL);
  test_steps_listen (&mine, fixture->caller);
  test_steps_listen (&theirs, second);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_SILENCE);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  pt_helper_fixture_begin (second, "Apply", pt_helper_fixture_apply_arguments (fixture),
                           &second_result);
  pt_test_await_flag (pt_fake_polkit_get_waiting (fixture->polkit), PT_TEST_WAIT);
  pt_helper_fixture_begin (fixture->caller, "Apply", pt_helper_fixture_apply_arguments (fixture),
                           &first_result);
  while (mine.count == 0)
    g_main_context_iteration (NULL, TRUE);
  pt_fake_polkit_answer (fixture->polkit, PT_FAKE_POLKIT_YES);
  g_assert_null (pt_helper_fixture_finish (second, &second_result, &second_error));
  reply = pt_helper_fixture_finish (fixture->caller, &first_result, &first_error);
  g_assert_no_error (first_error);
  g_assert_true (g_error_matches (second_error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY) ||
                 g_error_matches (second_error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED));
  g_assert_cmpuint (theirs.count, ==, 0);
  test_steps_stop (&mine);
  test_steps_stop (&theirs);
  test_undo (fixture);
  pt_helper_fixture_assert_original (fixture);
}


static void
test_helper_too_many_calls (PtHelperFixture *fixture,
                            gconstpointer    data)
{
  GAsyncResult *results[PT_HELPER_MAX_CALLS_PER_CALLER + 1] = { NULL };
  g_autoptr (GDBusConnection) other = pt_helper_fixture_connect (fixture);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) crowded = NULL;
  g_autoptr (GError) error = NULL;
  const guint last = PT_HELPER_MAX_CALLS_PER_CALLER;

  pt_helper_fixture_start (fixture, NULL);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_SILENCE);
  pt_helper_fixture_begin (fixture->caller, "Status", NULL, &results[0]);
  pt_test_await_flag (pt_fake_polkit_get_waiting (fixture->polkit), PT_TEST_WAIT);
  /* The scripted polkit answers in the loop that is not run until the last call is refused. */
  for (guint i = 1; i < last; i++)
    pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
  for (guint i = 1; i <= last; i++)
    pt_helper_fixture_begin (fixture->caller, "Report", NULL, &results[i]);
  g_assert_null (pt_helper_fixture_finish (fixture->caller, &results[last], &crowded));
  g_assert_error (crowded, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
  /* One caller's crowd does not shut out another. */
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (other, "Status", NULL, &error);
  g_assert_no_error (error);
  pt_fake_polkit_answer (fixture->polkit, PT_FAKE_POLKIT_YES);
  for (guint i = 0; i < last; i++)
    {
      g_autoptr (GVariant) late = NULL;

      late = pt_helper_fixture_finish (fixture->caller, &results[i], &error);
      g_assert_no_error (error);
    }
}


/* Once the bus answers, it has passed on what came before. */
static void
test_await_sent (GDBusConnection *caller)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_sync (caller, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "GetId", NULL, NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}


/* More connections give a user no more room: what is left is for other users. */
static void
test_helper_too_many_connections (PtHelperFixture *fixture,
                                  gconstpointer    data)
{
  GAsyncResult    *results[PT_HELPER_MAX_CALLS_PER_USER] = { NULL };
  GDBusConnection *callers[PT_HELPER_MAX_CALLS_PER_USER] = { NULL };
  g_autoptr (GDBusConnection) last = pt_helper_fixture_connect (fixture);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  pt_helper_fixture_start (fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      callers[i] = pt_helper_fixture_connect (fixture);
      pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
      pt_helper_fixture_begin (callers[i], "Status", NULL, &results[i]);
      test_await_sent (callers[i]);
    }
  /* The scripted polkit does not answer while this one is waited for. */
  reply = g_dbus_connection_call_sync (last, PT_HELPER_BUS_NAME, PT_HELPER_OBJECT_PATH,
                                       PT_HELPER_INTERFACE, "Status", NULL, NULL,
                                       G_DBUS_CALL_FLAGS_NONE, 10 * 1000, NULL, &error);
  g_assert_null (reply);
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
  g_clear_error (&error);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GVariant) late = pt_helper_fixture_finish (callers[i], &results[i], &error);

      g_assert_no_error (error);
      g_clear_object (&callers[i]);
    }
}


static void
test_helper_idle (PtHelperFixture *fixture,
                  gconstpointer    data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  pt_helper_fixture_start (fixture, "--idle=1");
  /* A waiting call keeps it, however long the user thinks. */
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_SILENCE);
  pt_helper_fixture_begin (fixture->caller, "Status", NULL, &result);
  pt_test_await_flag (pt_fake_polkit_get_waiting (fixture->polkit), PT_TEST_WAIT);
  g_subprocess_send_signal (fixture->helper, SIGTERM);
  pt_fake_polkit_answer (fixture->polkit, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_finish (fixture->caller, &result, &error);
  g_assert_no_error (error);
  pt_helper_fixture_await_exit (fixture);

  pt_helper_fixture_start (fixture, "--idle=1");
  pt_helper_fixture_await_exit (fixture);
}


static void
test_helper_name_taken (PtHelperFixture *fixture,
                        gconstpointer    data)
{
  g_autoptr (GSubprocess) second = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup (g_getenv ("PT_TEST_HELPER"));
  g_autofree char *sysroot = g_strdup_printf ("--sysroot=%s", fixture->folder);

  pt_helper_fixture_start (fixture, NULL);
  second = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, program, "--session-bus",
                             sysroot, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_async (second, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PT_TEST_WAIT);
  g_subprocess_wait_finish (second, result, &error);
  g_assert_cmpint (g_subprocess_get_exit_status (second), ==, 1);
  test_assert_state (fixture, "none");
}


/* Killed when its @kill_at th word of progress arrives. TRUE if it finished before that. */
static gboolean
test_apply_killed_at (PtHelperFixture *fixture,
                      guint            kill_at)
{
  TestSteps     steps = { NULL };
  GAsyncResult *result = NULL;
  g_autoptr (GVariant) reply = NULL;
  gboolean finished = FALSE;

  test_steps_listen (&steps, fixture->caller);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  pt_helper_fixture_begin (fixture->caller, "Apply", pt_helper_fixture_apply_arguments (fixture),
                           &result);
  while (steps.count <= kill_at && result == NULL)
    g_main_context_iteration (NULL, TRUE);
  finished = steps.count <= kill_at;
  pt_helper_fixture_kill (fixture);
  pt_test_await_pointer (&result, PT_TEST_WAIT);
  reply = g_dbus_connection_call_finish (fixture->caller, result, NULL);
  g_clear_object (&result);
  test_steps_stop (&steps);
  return finished;
}


static void
test_helper_killed (PtHelperFixture *fixture,
                    gconstpointer    data)
{
  gboolean finished = FALSE;
  guint    kills = 0;

  for (kills = 0; !finished; kills++)
    {
      g_autoptr (GVariant) reply = NULL;
      g_autoptr (GError) error = NULL;

      pt_helper_fixture_start (fixture, NULL);
      finished = test_apply_killed_at (fixture, kills);
      pt_helper_fixture_start (fixture, NULL);
      pt_fake_polkit_expect (fixture->polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
      reply = pt_helper_fixture_call (fixture->caller, "Undo", NULL, &error);
      /* A kill before the first record leaves nothing to undo. */
      g_assert_true (reply != NULL ||
                     g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING));
      pt_helper_fixture_assert_original (fixture);
      pt_helper_fixture_kill (fixture);
    }
  g_test_message ("killed at %u steps", kills - 1);
  g_assert_cmpuint (kills, >, 4);
}


/* Killed instead of its @call th call that changes a file. TRUE if it finished without making
 * so many. */
static gboolean
test_apply_killed_in (PtHelperFixture *fixture,
                      guint            call)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  fixture->die_at = call;
  pt_helper_fixture_start (fixture, NULL);
  fixture->die_at = 0;
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Apply",
                                  pt_helper_fixture_apply_arguments (fixture), &error);
  if (reply == NULL)
    g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);
  pt_helper_fixture_kill (fixture);
  return reply != NULL;
}


static void
test_helper_killed_in_calls (PtHelperFixture *fixture,
                             gconstpointer    data)
{
  const guint stride = g_test_slow () ? 1 : 3;
  gboolean    finished = FALSE;
  guint       kills = 0;

  while (!finished)
    {
      g_autoptr (GVariant) reply = NULL;
      g_autoptr (GError) error = NULL;

      finished = test_apply_killed_in (fixture, 1 + kills * stride);
      kills += finished ? 0 : 1;
      pt_helper_fixture_start (fixture, NULL);
      pt_fake_polkit_expect (fixture->polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
      reply = pt_helper_fixture_call (fixture->caller, "Undo", NULL, &error);
      g_assert_true (reply != NULL ||
                     g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING));
      pt_helper_fixture_assert_original (fixture);
      pt_helper_fixture_kill (fixture);
    }
  g_test_message ("killed in %u calls", kills);
  g_assert_cmpuint (kills, >, 3);
}


#define TEST_ADD(name, function)                                                                 \
  g_test_add ("/helper/helper/" name, PtHelperFixture, NULL, pt_helper_fixture_set_up, function, \
              pt_helper_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  int status = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("apply-undo", test_helper_apply_undo);
  TEST_ADD ("status-content", test_helper_status_content);
  TEST_ADD ("report", test_helper_report);
  TEST_ADD ("read-rom", test_helper_read_rom);
  TEST_ADD ("read-rom-shadowed", test_helper_read_rom_shadowed);
  TEST_ADD ("read-rom-rejected", test_helper_read_rom_rejected);
  TEST_ADD ("unauthorised", test_helper_unauthorised);
  TEST_ADD ("garbled-types", test_helper_garbled_types);
  TEST_ADD ("garbled-values", test_helper_garbled_values);
  TEST_ADD ("changed", test_helper_changed);
  TEST_ADD ("refused-device", test_helper_refused_device);
  TEST_ADD ("nothing-to-undo", test_helper_nothing_to_undo);
  TEST_ADD ("apply-twice", test_helper_apply_twice);
  TEST_ADD ("caller-leaves-question", test_helper_caller_leaves_question);
  TEST_ADD ("caller-leaves-work", test_helper_caller_leaves_work);
  TEST_ADD ("two-callers", test_helper_two_callers);
  TEST_ADD ("too-many-calls", test_helper_too_many_calls);
  TEST_ADD ("too-many-connections", test_helper_too_many_connections);
  TEST_ADD ("idle", test_helper_idle);
  TEST_ADD ("name-taken", test_helper_name_taken);
  TEST_ADD ("killed", test_helper_killed);
  TEST_ADD ("killed-in-calls", test_helper_killed_in_calls);
  status = g_test_run ();
  pt_sample_tree_clear ();
  return status;
}
