/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-parameters"

#include "config.h"

#include "pt-parameters.h"

#include "pt-choice.h"
#include "pt-loader.h"
#include "pt-own-ids.h"
#include "pt-step-private.h"
#include "pt-tokens.h"

#define PT_PARAMETER_IDS "vfio-pci.ids"
#define PT_PARAMETER_BIND "passthru.bind"
#define PT_PARAMETER_INTEL "intel_iommu=on"

void
pt_parameters_free (PtParameters *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->additions);
  g_ptr_array_unref (self->changes);
  g_free (self);
}

/* Turns a parameter that switches the IOMMU off into @to. TRUE if there was one. */
static gboolean
pt_parameters_unblock (PtParameters *self,
                       PtLoader     *loader,
                       const char   *name,
                       const char   *to)
{
  g_autofree char *token = pt_loader_find (loader, name);
  const char      *value = NULL;

  if (token == NULL || !pt_token_is (token, name, &value) || g_strcmp0 (value, "off") != 0)
    return FALSE;

  g_ptr_array_add (self->changes, pt_plan_change_new (token, to));
  return TRUE;
}

static void
pt_parameters_turn_iommu_on (PtParameters *self,
                             PtLoader     *loader)
{
  gboolean is_amd = pt_host_get_facts (pt_loader_get_host (loader))->cpu_vendor == PT_CPU_AMD;

  self->first_part = TRUE;
  /* AMD's is on unless switched off; Intel's depends on how the kernel was built. */
  pt_parameters_unblock (self, loader, "iommu", "");
  if (is_amd)
    pt_parameters_unblock (self, loader, "amd_iommu", "");
  else if (!pt_parameters_unblock (self, loader, "intel_iommu", PT_PARAMETER_INTEL))
    g_ptr_array_add (self->additions, g_strdup (PT_PARAMETER_INTEL));
}

/* Names for `vfio-pci.ids=`. (transfer full) */
static char **
pt_parameters_ids (GPtrArray *devices)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);
      const char   *id = pt_device_get_id (entry->device);

      if (entry->at_boot && entry->grade == PT_GRADE_ID)
        g_strv_builder_add (ids, id);
      if (entry->at_boot && entry->grade == PT_GRADE_SUBSYSTEM_ID)
        {
          g_autofree char *full = g_strconcat (id, ":", pt_device_get_subsystem (entry->device),
                                               NULL);

          g_strv_builder_add (ids, full);
        }
    }
  return g_strv_builder_end (ids);
}

/* Value of `passthru.bind=`, or NULL. (transfer full) */
static char *
pt_parameters_binds (GPtrArray *devices)
{
  g_autoptr (GPtrArray) binds = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      if (entry->at_boot && entry->grade == PT_GRADE_ADDRESS)
        g_ptr_array_add (binds,
                         g_strdup_printf ("%s=%s", pt_device_get_address_string (entry->device),
                                          pt_device_get_id (entry->device)));
    }
  if (binds->len == 0)
    return NULL;

  g_ptr_array_add (binds, NULL);
  return g_strjoinv (",", (char **)binds->pdata);
}

/* The kernel keeps only the last `vfio-pci.ids=`: ours has to go into the user's, and what the
 * user has in modprobe.d into ours. */
static void
pt_parameters_add_ids (PtParameters *self,
                       PtLoader     *loader,
                       GPtrArray    *devices)
{
  g_auto (GStrv) ids = pt_parameters_ids (devices);
  g_autofree char *token = pt_loader_find (loader, PT_PARAMETER_IDS);
  g_autoptr (PtOwnIds) own = pt_own_ids_read (loader);
  const char      *value = NULL;
  g_autofree char *theirs = g_strjoinv (",", own->ids);
  g_autofree char *merged = pt_list_merge (theirs, (const char *const *)ids);
  g_autofree char *to = NULL;

  if (ids[0] == NULL)
    return;
  if (token != NULL)
    pt_token_is (token, PT_PARAMETER_IDS, &value);
  if (value == NULL)
    {
      g_ptr_array_add (self->additions, g_strconcat (PT_PARAMETER_IDS "=", merged, NULL));
      return;
    }

  to = g_strdup_printf ("%.*s%s", (int)(value - token), token, merged);
  if (!g_str_equal (merged, value))
    g_ptr_array_add (self->changes, pt_plan_change_new (token, to));
}

PtParameters *
pt_parameters_new (PtLoader  *loader,
                   GPtrArray *devices)
{
  g_autoptr (PtParameters) self = NULL;
  g_autofree char *binds = NULL;

  g_return_val_if_fail (loader != NULL, NULL);
  g_return_val_if_fail (devices != NULL, NULL);

  self = g_new0 (PtParameters, 1);
  self->additions = g_ptr_array_new_with_free_func (g_free);
  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  if (pt_choice_iommu_is_a_parameter_away (pt_loader_get_host (loader)))
    {
      pt_parameters_turn_iommu_on (self, loader);
      return g_steal_pointer (&self);
    }

  /* The second part keeps what the first one did. */
  if (pt_loader_owns (loader, PT_PARAMETER_INTEL))
    g_ptr_array_add (self->additions, g_strdup (PT_PARAMETER_INTEL));
  pt_parameters_add_ids (self, loader, devices);
  binds = pt_parameters_binds (devices);
  if (binds != NULL)
    g_ptr_array_add (self->additions, g_strconcat (PT_PARAMETER_BIND "=", binds, NULL));
  return g_steal_pointer (&self);
}
