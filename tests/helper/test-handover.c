/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-handover"

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pt-helper-fixture.h"
#include "pt-helper-methods.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"
#include "pt-played-kernel.h"
#include "pt-rehearsal-private.h"
#include "pt-sample-tree.h"
#include "pt-test.h"

/* Bind and Release through the real helper on a private bus, with a scripted polkit. */

#define TEST_DRIVE 35 /* the bus number of the sample's spare drive, 0000:23:00.0 */
#define TEST_ROOT 1   /* of the one it starts from */


/* As test_set_up() of the bus, with the module loaded and the drivers noted. */
static void
test_set_up (PtHelperFixture *fixture,
             gconstpointer    data)
{
  g_autoptr (GKeyFile) note = NULL;
  g_autoptr (GError) error = NULL;

  pt_helper_fixture_set_up (fixture, data);
  pt_played_kernel_load (fixture->sysroot, &error);
  g_assert_no_error (error);
  note = pt_rehearsal_ensure_note (fixture->sysroot, &error);
  g_assert_no_error (error);
  g_free (fixture->original);
  fixture->original = pt_test_describe_tree (fixture->folder);
}


/* Floating. */
static GVariant *
test_address (guint8 bus)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(uyyy)"));

  g_variant_builder_add (&list, "(uyyy)", 0, bus, 0, 0);
  return g_variant_new ("(a(uyyy))", &list);
}


static void
test_do (PtHelperFixture *fixture,
         const char      *method,
         const char      *action)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  pt_fake_polkit_expect (fixture->polkit, action, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, method, test_address (TEST_DRIVE), &error);
  g_assert_no_error (error);
}


static void
test_assert_driver (PtHelperFixture *fixture,
                    const char      *expected)
{
  g_autofree char *driver = pt_sysroot_read_link (fixture->sysroot, PT_PLACE_PCI_DEVICES,
                                                  "0000:23:00.0/driver", NULL);

  g_assert_cmpstr (driver, ==, expected);
}


static void
test_handover_round (PtHelperFixture *fixture,
                     gconstpointer    data)
{
  const char *devices = NULL;

  pt_helper_fixture_start (fixture, NULL);
  test_do (fixture, "Bind", PT_ACTION_BIND);
  devices = pt_fake_polkit_get_detail (fixture->polkit, "devices");
  g_assert_nonnull (strstr (devices, "(0000:23:00.0)"));
  test_assert_driver (fixture, "vfio-pci");
  /* Another life of the helper knows what the first one took. */
  pt_helper_fixture_kill (fixture);
  pt_helper_fixture_start (fixture, NULL);
  test_do (fixture, "Release", PT_ACTION_RELEASE);
  g_assert_nonnull (strstr (pt_fake_polkit_get_detail (fixture->polkit, "devices"),
                            "(0000:23:00.0)"));
  test_assert_driver (fixture, "nvme");
  pt_helper_fixture_assert_original (fixture);
}


/* Refused before anybody is asked, with the reason. */
static void
test_handover_refused (PtHelperFixture *fixture,
                       gconstpointer    data)
{
  g_autoptr (GError) error = NULL;

  pt_helper_fixture_start (fixture, NULL);
  g_assert_null (
    pt_helper_fixture_call (fixture->caller, "Bind", test_address (TEST_ROOT), &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "0000:01:00.0"));
  g_assert_nonnull (strstr (error->message, "carries /, /boot/efi, [swap]"));
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
  pt_helper_fixture_assert_original (fixture);
}


/* What the bus says of it. (transfer full) */
static char *
test_list_handed_over (PtHelperFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) status = NULL;
  g_autoptr (GVariant) list = NULL;

  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Status", NULL, &error);
  g_assert_no_error (error);
  status = g_variant_get_child_value (reply, 0);
  list = g_variant_lookup_value (status, PT_HELPER_STATUS_HANDED_OVER,
                                 G_VARIANT_TYPE (PT_HELPER_HANDED_OVER_TYPE));
  return list != NULL ? g_variant_print (list, FALSE) : NULL;
}


static void
test_assert_handed_over (PtHelperFixture *fixture,
                         const char      *expected)
{
  g_autofree char *list = test_list_handed_over (fixture);

  g_assert_cmpstr (list, ==, expected);
}


/* With the driver it had, which the computer itself does not say any more. */
static void
test_handover_status (PtHelperFixture *fixture,
                      gconstpointer    data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "run/passthru/handover", NULL);

  pt_helper_fixture_start (fixture, NULL);
  test_assert_handed_over (fixture, "[]");
  test_do (fixture, "Bind", PT_ACTION_BIND);
  test_assert_handed_over (fixture, "[((0, 0x23, 0x00, 0x00), 'nvme')]");
  pt_helper_fixture_kill (fixture);
  pt_helper_fixture_start (fixture, NULL);
  test_assert_handed_over (fixture, "[((0, 0x23, 0x00, 0x00), 'nvme')]");
  /* A record that is not followed is no empty one. */
  g_assert_true (g_file_set_contents (path, "garbled", -1, NULL));
  test_assert_handed_over (fixture, NULL);
}


/* Undo gives back first, names it in its question, and does the rest even where a machine has it.
 */
static void
test_handover_undo (PtHelperFixture *fixture,
                    gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) done = NULL;
  g_autofree char *group = g_build_filename (fixture->folder, "dev/vfio/23/open", NULL);

  pt_helper_fixture_start (fixture, NULL);
  test_do (fixture, "Bind", PT_ACTION_BIND);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  done = pt_helper_fixture_call (fixture->caller, "Apply",
                                 pt_helper_fixture_apply_arguments (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (group, 0755), ==, 0);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
  g_assert_null (pt_helper_fixture_call (fixture->caller, "Undo", NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, "0000:23:00.0"));
  g_clear_error (&error);
  g_assert_nonnull (
    strstr (pt_fake_polkit_get_detail (fixture->polkit, "devices"), "(0000:23:00.0)"));
  g_assert_nonnull (
    strstr (pt_fake_polkit_get_detail (fixture->polkit, "devices"), "(0000:2f:00.0)"));
  test_assert_driver (fixture, "vfio-pci");
  while (!g_str_has_suffix (group, "/dev"))
    {
      g_assert_cmpint (g_rmdir (group), ==, 0);
      *strrchr (group, '/') = '\0';
    }
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
  g_clear_pointer (&done, g_variant_unref);
  done = pt_helper_fixture_call (fixture->caller, "Undo", NULL, &error);
  g_assert_no_error (error);
  test_assert_driver (fixture, "nvme");
  pt_helper_fixture_assert_original (fixture);
}


/* Killed instead of the @call th call of Bind that changes a file. TRUE if it makes no so many. */
static gboolean
test_bind_killed_in (PtHelperFixture *fixture,
                     guint            call)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  fixture->die_at = call;
  pt_helper_fixture_start (fixture, NULL);
  fixture->die_at = 0;
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_BIND, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Bind", test_address (TEST_DRIVE), &error);
  if (reply == NULL)
    g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);
  pt_helper_fixture_kill (fixture);
  return reply != NULL;
}


/* Wherever it is killed, Release gives the drive back to its driver. */
static void
test_handover_killed (PtHelperFixture *fixture,
                      gconstpointer    data)
{
  gboolean finished = FALSE;
  guint    kills = 0;

  while (!finished)
    {
      g_autoptr (GVariant) reply = NULL;
      g_autoptr (GError) error = NULL;

      finished = test_bind_killed_in (fixture, 1 + kills);
      kills += finished ? 0 : 1;
      pt_helper_fixture_start (fixture, NULL);
      pt_fake_polkit_expect (fixture->polkit, PT_ACTION_RELEASE, PT_FAKE_POLKIT_YES);
      reply = pt_helper_fixture_call (fixture->caller, "Release", test_address (TEST_DRIVE),
                                      &error);
      /* A kill before the note leaves nothing to release. */
      g_assert_true (reply != NULL ||
                     g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING));
      test_assert_driver (fixture, "nvme");
      pt_helper_fixture_assert_original (fixture);
      pt_helper_fixture_kill (fixture);
    }
  g_test_message ("killed in %u calls", kills);
  g_assert_cmpuint (kills, >, 8);
}


#define TEST_ADD(name, function)                                                      \
  g_test_add ("/helper/handover/" name, PtHelperFixture, NULL, test_set_up, function, \
              pt_helper_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  int status = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("round", test_handover_round);
  TEST_ADD ("refused", test_handover_refused);
  TEST_ADD ("status", test_handover_status);
  TEST_ADD ("undo", test_handover_undo);
  TEST_ADD ("killed", test_handover_killed);
  status = g_test_run ();
  pt_sample_tree_clear ();
  return status;
}
