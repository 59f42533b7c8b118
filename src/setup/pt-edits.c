/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-edits"

#include "config.h"

#include "pt-edits.h"

#include <string.h>

#include "pt-step-private.h"
#include "pt-tokens.h"

/* Parameters whose value is a list. */
static const char *const pt_edits_lists[] = { "vfio-pci.ids", "passthru.bind" };
static const char *const pt_edits_names[] = { "vfio-pci.ids", "passthru.bind", "intel_iommu",
                                              "amd_iommu", "iommu",
                                              /* of a trial: */
                                              "passthru.trial", "panic", "rd.shell",
                                              "rd.emergency" };

static gboolean
pt_edits_is_list (const char *token)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pt_edits_lists); i++)
    if (pt_token_is (token, pt_edits_lists[i], NULL))
      return TRUE;
  return FALSE;
}

gboolean
pt_edits_token_is_allowed (const char *token)
{
  g_return_val_if_fail (token != NULL, FALSE);

  if (strspn (token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     "0123456789.,:=_-") != strlen (token))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (pt_edits_names); i++)
    if (pt_token_is (token, pt_edits_names[i], NULL))
      return TRUE;
  return FALSE;
}

/* The last of @tokens called like @token, or NULL. */
static const char *
pt_edits_find_alike (const char *const *tokens,
                     const char        *token)
{
  g_autofree char *name = g_strndup (token, strcspn (token, "="));
  const char      *alike = NULL;

  for (gsize i = 0; tokens[i] != NULL; i++)
    if (pt_token_is (tokens[i], name, NULL))
      alike = tokens[i];
  return alike;
}

/* @spelled with the entries of @more it lacks. (transfer full) */
static char *
pt_edits_merge (const char *spelled,
                const char *more)
{
  const char *value = strchr (spelled, '=');
  const char *added = strchr (more, '=');
  g_auto (GStrv) list = NULL;
  g_autofree char *merged = NULL;

  if (value == NULL || added == NULL)
    return g_strdup (more);
  list = g_strsplit (added + 1, ",", -1);
  merged = pt_list_merge (value + 1, (const char *const *)list);
  return g_strdup_printf ("%.*s=%s", (int)(value - spelled), spelled, merged);
}

void
pt_edits_add (GPtrArray         *edits,
              const char *const *tokens,
              const char        *from,
              const char        *to)
{
  const char      *wanted = *to != '\0' ? to : from;
  const char      *there = NULL;
  g_autofree char *merged = NULL;

  g_return_if_fail (edits != NULL);
  g_return_if_fail (tokens != NULL);
  g_return_if_fail (*wanted != '\0');

  there = pt_edits_find_alike (tokens, wanted);
  if (there == NULL && *to == '\0')
    return;
  if (there == NULL || (*from == '\0' && !pt_edits_is_list (to)))
    {
      if (there == NULL || !g_strv_contains (tokens, to))
        g_ptr_array_add (edits, pt_plan_change_new ("", to));
      return;
    }

  merged = pt_edits_is_list (wanted) && *to != '\0' ? pt_edits_merge (there, to) : g_strdup (to);
  /* What differs from what was shown is somebody's choice, unless it is a list. */
  if (!pt_edits_is_list (wanted) && !g_str_equal (there, from))
    return;
  if (!g_str_equal (there, merged))
    g_ptr_array_add (edits, pt_plan_change_new (there, merged));
}

/* @spelled, a list that may have grown further, without the entries that the edit added. */
static char *
pt_edits_subtract (const char         *spelled,
                   const PtPlanChange *edit)
{
  const char      *from = strchr (edit->from, '=');
  const char      *to = strchr (edit->to, '=');
  const char      *now = strchr (spelled, '=');
  g_autofree char *ours = NULL;
  g_autofree char *rest = NULL;
  g_auto (GStrv) theirs = NULL;
  g_auto (GStrv) our_list = NULL;

  if (to == NULL || now == NULL)
    return g_strdup (spelled);

  theirs = g_strsplit (from != NULL ? from + 1 : "", ",", -1);
  ours = pt_list_subtract (to + 1, (const char *const *)theirs);
  our_list = g_strsplit (ours, ",", -1);
  rest = pt_list_subtract (now + 1, (const char *const *)our_list);
  if (*rest == '\0')
    return g_strdup ("");
  return g_strdup_printf ("%.*s=%s", (int)(now - spelled), spelled, rest);
}

static void
pt_edits_invert_one (GPtrArray          *inverse,
                     const PtPlanChange *edit,
                     const char *const  *tokens)
{
  const char      *alike = NULL;
  g_autofree char *rest = NULL;

  if (*edit->to == '\0')
    {
      if (!g_strv_contains (tokens, edit->from))
        g_ptr_array_add (inverse, pt_plan_change_new ("", edit->from));
      return;
    }
  if (g_strv_contains (tokens, edit->to))
    {
      g_ptr_array_add (inverse, pt_plan_change_new (edit->to, edit->from));
      return;
    }

  alike = pt_edits_find_alike (tokens, edit->to);
  if (alike == NULL || !pt_edits_is_list (alike) || g_str_equal (alike, edit->from))
    return;
  rest = pt_edits_subtract (alike, edit);
  if (!g_str_equal (rest, alike))
    g_ptr_array_add (inverse, pt_plan_change_new (alike, rest));
}

GPtrArray *
pt_edits_invert (GPtrArray         *edits,
                 const char *const *tokens)
{
  GPtrArray *inverse = NULL;

  g_return_val_if_fail (edits != NULL, NULL);
  g_return_val_if_fail (tokens != NULL, NULL);

  inverse = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  for (guint i = edits->len; i-- > 0;)
    pt_edits_invert_one (inverse, g_ptr_array_index (edits, i), tokens);
  return inverse;
}

GPtrArray *
pt_edits_reverse (GPtrArray *edits)
{
  GPtrArray *reverse = NULL;

  g_return_val_if_fail (edits != NULL, NULL);

  reverse = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  for (guint i = edits->len; i-- > 0;)
    {
      PtPlanChange *edit = g_ptr_array_index (edits, i);

      g_ptr_array_add (reverse, pt_plan_change_new (edit->to, edit->from));
    }
  return reverse;
}
