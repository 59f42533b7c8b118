/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-parameters"

#include "config.h"

#include "pt-parameters.h"

#include "pt-choice.h"
#include "pt-own-ids.h"
#include "pt-step-private.h"

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

/* What the user has as parameter @name now, whole token, or NULL. */
static PtToken *
pt_parameters_find (PtHost       *host,
                    PtBootConfig *config,
                    const char   *name,
                    PtBootFile  **file)
{
  const char *command_line = pt_host_get_facts (host)->command_line;
  g_auto (GStrv) words = NULL;
  PtToken *token = NULL;

  if (config != NULL)
    return pt_boot_config_find (config, name, file);
  if (command_line == NULL)
    return NULL;

  words = pt_tokens_split (command_line);
  for (guint i = g_strv_length (words); i-- > 0;)
    if (pt_token_is (words[i], name, NULL))
      {
        token = g_new0 (PtToken, 1);
        token->text = g_strdup (words[i]);
        return token;
      }
  return NULL;
}

static gboolean
pt_parameters_change (PtParameters  *self,
                      PtBootFile    *file,
                      const PtToken *token,
                      const char    *to,
                      GError       **error)
{
  if (file != NULL && !pt_boot_config_edit (file, token, to, error))
    return FALSE;

  g_ptr_array_add (self->changes, pt_plan_change_new (token->text, to));
  return TRUE;
}

/* Turns a parameter that switches the IOMMU off into @to. @found (out) tells if there was one. */
static gboolean
pt_parameters_unblock (PtParameters *self,
                       PtHost       *host,
                       PtBootConfig *config,
                       const char   *name,
                       const char   *to,
                       gboolean     *found,
                       GError      **error)
{
  PtBootFile *file = NULL;
  const char *value = NULL;
  g_autoptr (PtToken) token = pt_parameters_find (host, config, name, &file);

  if (token == NULL || !pt_token_is (token->text, name, &value) || g_strcmp0 (value, "off") != 0)
    return TRUE;

  *found = TRUE;
  return pt_parameters_change (self, file, token, to, error);
}

static gboolean
pt_parameters_turn_iommu_on (PtParameters *self,
                             PtHost       *host,
                             PtBootConfig *config,
                             GError      **error)
{
  gboolean is_amd = pt_host_get_facts (host)->cpu_vendor == PT_CPU_AMD;
  gboolean ignored = FALSE;
  gboolean changed = FALSE;

  self->first_part = TRUE;
  /* AMD's is on unless switched off; Intel's depends on how the kernel was built. */
  if (!pt_parameters_unblock (self, host, config, "iommu", "", &ignored, error))
    return FALSE;
  if (is_amd)
    return pt_parameters_unblock (self, host, config, "amd_iommu", "", &ignored, error);
  if (!pt_parameters_unblock (self, host, config, "intel_iommu", PT_PARAMETER_INTEL, &changed,
                              error))
    return FALSE;
  if (!changed)
    g_ptr_array_add (self->additions, g_strdup (PT_PARAMETER_INTEL));
  return TRUE;
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
static gboolean
pt_parameters_add_ids (PtParameters *self,
                       PtHost       *host,
                       GPtrArray    *devices,
                       PtBootConfig *config,
                       GError      **error)
{
  g_auto (GStrv) ids = pt_parameters_ids (devices);
  g_autoptr (PtToken) token = NULL;
  g_autoptr (PtOwnIds) own = NULL;
  PtBootFile      *file = NULL;
  const char      *value = NULL;
  g_autofree char *theirs = NULL;
  g_autofree char *merged = NULL;
  g_autofree char *to = NULL;

  if (ids[0] == NULL)
    return TRUE;

  token = pt_parameters_find (host, config, PT_PARAMETER_IDS, &file);
  if (token != NULL)
    pt_token_is (token->text, PT_PARAMETER_IDS, &value);
  own = pt_own_ids_read (host, config);
  theirs = g_strjoinv (",", own->ids);
  merged = pt_list_merge (theirs, (const char *const *)ids);
  if (value == NULL)
    {
      g_ptr_array_add (self->additions, g_strconcat (PT_PARAMETER_IDS "=", merged, NULL));
      return TRUE;
    }
  if (g_str_equal (merged, value))
    return TRUE;

  to = g_strdup_printf ("%.*s%s", (int)(value - token->text), token->text, merged);
  return pt_parameters_change (self, file, token, to, error);
}

PtParameters *
pt_parameters_new (PtHost       *host,
                   GPtrArray    *devices,
                   PtBootConfig *config,
                   GError      **error)
{
  g_autoptr (PtParameters) self = g_new0 (PtParameters, 1);
  g_autofree char *binds = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (devices != NULL, NULL);

  self->additions = g_ptr_array_new_with_free_func (g_free);
  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  binds = pt_parameters_binds (devices);

  if (pt_choice_iommu_is_a_parameter_away (host))
    {
      if (!pt_parameters_turn_iommu_on (self, host, config, error))
        return NULL;
      return g_steal_pointer (&self);
    }

  /* The second part keeps what the first one did. */
  if (config != NULL && pt_boot_config_ours_has (config, PT_PARAMETER_INTEL))
    g_ptr_array_add (self->additions, g_strdup (PT_PARAMETER_INTEL));
  if (!pt_parameters_add_ids (self, host, devices, config, error))
    return NULL;
  if (binds != NULL)
    g_ptr_array_add (self->additions, g_strconcat (PT_PARAMETER_BIND "=", binds, NULL));
  return g_steal_pointer (&self);
}
