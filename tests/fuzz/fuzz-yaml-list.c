/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-yaml-list"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-step-private.h"
#include "pt-yaml-list.h"

/* One text as booster.yaml. */

#define FUZZ_KEY "modules_force_load"

static const char *const fuzz_words[] = { "vfio_pci", "vfio_iommu_type1", NULL };


/* @changed is @text with @edit: all that was there still is, and it can be taken out again. */
static void
fuzz_check_edit (const char         *text,
                 const char         *changed,
                 const PtPlanChange *edit)
{
  g_autofree char *back = pt_yaml_list_undo (changed, edit);
  g_auto (GStrv) before = pt_yaml_list_parse (text, FUZZ_KEY);
  g_auto (GStrv) words = pt_yaml_list_parse (changed, FUZZ_KEY);

  g_assert_nonnull (words);
  for (guint i = 0; before != NULL && before[i] != NULL; i++)
    g_assert_true (g_strv_contains ((const char *const *)words, before[i]));
  g_assert_cmpstr (back, ==, text);
}


void
fuzz_text_run (const char *text,
               gsize       length)
{
  PtPlanChange *edit = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *changed = pt_yaml_list_prepend (text, FUZZ_KEY, fuzz_words, &edit, &error);

  g_assert_true ((changed == NULL) == (error != NULL));
  if (edit != NULL)
    fuzz_check_edit (text, changed, edit);
  else
    g_assert_true (changed == NULL || g_str_equal (changed, text));
  g_clear_pointer (&edit, pt_plan_change_free);
}
