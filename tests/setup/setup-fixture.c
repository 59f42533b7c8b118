/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "setup-fixture"

#include "config.h"

#include "setup-fixture.h"

#include <string.h>

#include "pt-data.h"
#include "pt-host-file.h"

const char *const pt_setup_intel_off[] = {
  "AuthenticAMD\nGenuineIntel",
  "tables/IVRS\ntables/DMAR",
  "L: iommu_group=\n# no group ",
  "P: /devices/pci0000:00/0000:00:00.2/iommu/ivhd0\nP: /devices/platform/nothing",
  "E: SUBSYSTEM=iommu\nE: NOTHING=1",
  NULL,
};

static char *
pt_setup_edit_recording (const char        *text,
                         const char *const *edits)
{
  g_autoptr (GString) edited = g_string_new (text);

  for (gsize i = 0; edits != NULL && edits[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (edits[i], "\n", 2);

      g_assert_cmpuint (g_string_replace (edited, pair[0], pair[1], 0), >, 0);
    }
  return g_string_free (g_steal_pointer (&edited), FALSE);
}

void
pt_setup_fixture_set_up (PtSetupFixture *self,
                         gconstpointer   data)
{
  g_autofree char *sample = pt_data_find ("sample.host");
  g_autofree char *text = NULL;
  g_autofree char *edited = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (sample);
  g_file_get_contents (sample, &text, NULL, &error);
  g_assert_no_error (error);
  edited = pt_setup_edit_recording (text, data);

  self->folder = pt_test_make_folder ();
  self->tree = g_build_filename (self->folder, "tree", NULL);
  pt_host_file_expand_text (edited, "sample", self->tree, NULL, &error);
  g_assert_no_error (error);
  self->sysroot = pt_sysroot_new_directory (self->tree);
  pt_setup_fixture_remember (self);
}

void
pt_setup_fixture_tear_down (PtSetupFixture *self,
                            gconstpointer   data)
{
  g_clear_object (&self->sysroot);
  g_free (self->before);
  g_free (self->tree);
  pt_test_remove_tree (self->folder);
}

void
pt_setup_fixture_remember (PtSetupFixture *self)
{
  g_free (self->before);
  self->before = pt_test_describe_tree (self->tree);
}

void
pt_setup_assert_same_tree (const char *before,
                           const char *now,
                           const char *what)
{
  g_auto (GStrv) old = g_strsplit (before, "\n", -1);
  g_auto (GStrv) new = g_strsplit (now, "\n", -1);

  for (gsize i = 0; old[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *)new, old[i]))
      g_test_message ("%s: - %s", what, old[i]);
  for (gsize i = 0; new[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *)old, new[i]))
      g_test_message ("%s: + %s", what, new[i]);
  g_assert_true (g_str_equal (before, now));
}

void
pt_setup_fixture_assert_original (PtSetupFixture *self)
{
  g_autofree char *now = pt_test_describe_tree (self->tree);

  pt_setup_assert_same_tree (self->before, now, "tree");
}

PtPlan *
pt_setup_fixture_plan (PtSetupFixture *self,
                       const char     *addresses)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, &error);
  g_autoptr (PtIntent) intent = NULL;
  PtPlan *plan = NULL;

  g_assert_no_error (error);
  intent = pt_intent_new_from_string (addresses, &error);
  g_assert_no_error (error);
  plan = pt_plan_new (host, intent, &error);
  g_assert_no_error (error);
  return plan;
}

void
pt_setup_fixture_apply (PtSetupFixture *self,
                        const char     *addresses)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, addresses);
  g_autoptr (GError) error = NULL;

  pt_engine_apply (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
pt_setup_fixture_undo (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;

  pt_engine_undo (self->sysroot, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}
