/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-authority"

#include "config.h"

#include "pt-authority.h"
#include "pt-fake-polkit.h"
#include "pt-plan.h"
#include "pt-test.h"

#define TEST_ACTION "com.example.Passthru.apply"
#define TEST_WAIT 30

typedef struct
{
  GTestDBus       *bus;
  GDBusConnection *asking;
  GDBusConnection *answering;
  PtFakePolkit    *polkit; /* NULL = there is none */
  PtAuthority     *authority;
} TestFixture;


static GDBusConnection *
test_connect (GTestDBus *bus)
{
  g_autoptr (GError) error = NULL;
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                               G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
  GDBusConnection *connection =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus), flags, NULL, NULL,
                                            &error);

  g_assert_no_error (error);
  return connection;
}


static void
test_set_up (TestFixture  *fixture,
             gconstpointer kind)
{
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  fixture->asking = test_connect (fixture->bus);
  fixture->answering = test_connect (fixture->bus);
  fixture->authority = pt_authority_new (fixture->asking, GPOINTER_TO_INT (kind));
}


static void
test_tear_down (TestFixture  *fixture,
                gconstpointer kind)
{
  pt_test_run_pending ();
  g_clear_pointer (&fixture->polkit, pt_fake_polkit_free);
  pt_test_assert_final_unref (g_steal_pointer (&fixture->authority));
  g_clear_object (&fixture->asking);
  g_clear_object (&fixture->answering);
  g_test_dbus_down (fixture->bus);
  g_clear_object (&fixture->bus);
}


static gboolean
test_ask (TestFixture  *fixture,
          const char   *sender,
          GCancellable *cancellable,
          GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  g_variant_builder_add (&details, "{ss}", "devices", "Card (0000:2f:00.0)");
  pt_authority_check_async (fixture->authority, sender, TEST_ACTION,
                            g_variant_builder_end (&details), TRUE, cancellable, pt_test_result_cb,
                            &result);
  pt_test_await_pointer (&result, TEST_WAIT);
  return pt_authority_check_finish (fixture->authority, result, error);
}


static void
test_authority_yes (TestFixture  *fixture,
                    gconstpointer kind)
{
  const char *caller = g_dbus_connection_get_unique_name (fixture->answering);
  g_autoptr (GError) error = NULL;

  fixture->polkit = pt_fake_polkit_new (fixture->answering);
  pt_fake_polkit_expect (fixture->polkit, TEST_ACTION, PT_FAKE_POLKIT_YES);
  g_assert_true (test_ask (fixture, caller, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (pt_fake_polkit_get_subject (fixture->polkit), ==, caller);
  g_assert_cmpstr (pt_fake_polkit_get_detail (fixture->polkit, "devices"), ==,
                   "Card (0000:2f:00.0)");
  g_assert_true (pt_fake_polkit_get_interact (fixture->polkit));
}


static void
test_authority_no (TestFixture  *fixture,
                   gconstpointer kind)
{
  const PtFakePolkitAnswer answers[] = { PT_FAKE_POLKIT_NO, PT_FAKE_POLKIT_DISMISSED,
                                         PT_FAKE_POLKIT_CHALLENGE };
  const PtSetupError       codes[] = { PT_SETUP_ERROR_DENIED, PT_SETUP_ERROR_DISMISSED,
                                       PT_SETUP_ERROR_UNASKED };
  const char *const        words[] = { "not given", "dismissed", "authentication" };

  fixture->polkit = pt_fake_polkit_new (fixture->answering);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;

      pt_fake_polkit_expect (fixture->polkit, TEST_ACTION, answers[i]);
      g_assert_false (test_ask (fixture, ":1.0", NULL, &error));
      g_assert_error (error, PT_SETUP_ERROR, (int)codes[i]);
      g_assert_true (pt_setup_error_is_permission (error));
      g_assert_nonnull (strstr (error->message, words[i]));
    }
}


static void
test_authority_nobody (TestFixture  *fixture,
                       gconstpointer kind)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_ask (fixture, ":1.0", NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNASKED);
  g_assert_nonnull (strstr (error->message, "polkit could not be asked"));
}


static void
test_authority_nameless (TestFixture  *fixture,
                         gconstpointer kind)
{
  g_autoptr (GError) error = NULL;

  fixture->polkit = pt_fake_polkit_new (fixture->answering);
  g_assert_false (test_ask (fixture, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED);
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
}


static void
test_authority_withdrawn (TestFixture  *fixture,
                          gconstpointer kind)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->polkit = pt_fake_polkit_new (fixture->answering);
  pt_fake_polkit_expect (fixture->polkit, TEST_ACTION, PT_FAKE_POLKIT_SILENCE);
  pt_authority_check_async (fixture->authority, ":1.0", TEST_ACTION,
                            g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0), FALSE,
                            cancellable, pt_test_result_cb, &result);
  pt_test_await_flag (pt_fake_polkit_get_waiting (fixture->polkit), TEST_WAIT);
  g_assert_false (pt_fake_polkit_get_interact (fixture->polkit));
  g_cancellable_cancel (cancellable);
  pt_test_await_pointer (&result, TEST_WAIT);
  g_assert_false (pt_authority_check_finish (fixture->authority, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  pt_test_await_flag (pt_fake_polkit_get_withdrawn (fixture->polkit), TEST_WAIT);
}


static void
test_authority_same_user (TestFixture  *fixture,
                          gconstpointer kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) gone = NULL;

  g_assert_true (test_ask (fixture, g_dbus_connection_get_unique_name (fixture->answering), NULL,
                           &error));
  g_assert_no_error (error);
  /* A caller that is no longer there is nobody's. */
  g_assert_false (test_ask (fixture, ":1.9999", NULL, &gone));
  g_assert_nonnull (gone);
}


static void
test_authority_peer (TestFixture  *fixture,
                     gconstpointer kind)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (test_ask (fixture, NULL, NULL, &error));
  g_assert_no_error (error);
}


#define TEST_ADD(name, kind, function)                                                     \
  g_test_add ("/helper/authority/" name, TestFixture, GINT_TO_POINTER (kind), test_set_up, \
              function, test_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("yes", PT_AUTHORITY_POLKIT, test_authority_yes);
  TEST_ADD ("no", PT_AUTHORITY_POLKIT, test_authority_no);
  TEST_ADD ("nobody", PT_AUTHORITY_POLKIT, test_authority_nobody);
  TEST_ADD ("nameless", PT_AUTHORITY_POLKIT, test_authority_nameless);
  TEST_ADD ("withdrawn", PT_AUTHORITY_POLKIT, test_authority_withdrawn);
  TEST_ADD ("same-user", PT_AUTHORITY_SAME_USER, test_authority_same_user);
  TEST_ADD ("peer", PT_AUTHORITY_PEER, test_authority_peer);
  return g_test_run ();
}
