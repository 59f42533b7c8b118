/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-plan"

#include "config.h"

#include "pt-plan.h"

#include <string.h>

#include "pt-choice.h"
#include "pt-generator.h"
#include "pt-loader.h"
#include "pt-own-ids.h"
#include "pt-parameters.h"
#include "pt-plan-private.h"
#include "pt-step-private.h"
#include "pt-steps.h"
#include "pt-xorg-step.h"

G_DEFINE_FINAL_TYPE (PtPlan, pt_plan, G_TYPE_OBJECT)

static void
pt_plan_finalize (GObject *object)
{
  PtPlan *self = PT_PLAN (object);

  g_clear_object (&self->host);
  g_clear_object (&self->intent);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  g_clear_pointer (&self->refusals, g_ptr_array_unref);
  g_clear_pointer (&self->additions, g_strfreev);
  g_clear_pointer (&self->changes, g_ptr_array_unref);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->manual_text, g_free);
  g_clear_pointer (&self->digest, g_free);

  G_OBJECT_CLASS (pt_plan_parent_class)->finalize (object);
}

static void
pt_plan_class_init (PtPlanClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_plan_finalize;
}

static void
pt_plan_init (PtPlan *self)
{
  self->devices = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_device_free);
  self->refusals = g_ptr_array_new_with_free_func (g_free);
  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  self->steps = g_ptr_array_new_with_free_func (g_object_unref);
  self->additions = g_new0 (char *, 1);
}

static gboolean
pt_plan_binds_at_boot (PtPlan *self)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (self->devices, i);

      if (entry->at_boot)
        return TRUE;
    }
  return FALSE;
}

static void
pt_plan_take_parameters (PtPlan       *self,
                         PtParameters *parameters)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; i < parameters->additions->len; i++)
    g_strv_builder_add (words, g_ptr_array_index (parameters->additions, i));
  g_strfreev (self->additions);
  self->additions = g_strv_builder_end (words);
  g_ptr_array_unref (self->changes);
  self->changes = g_ptr_array_ref (parameters->changes);
  self->first_part = parameters->first_part;
}

/* Parameters as text to paste, where we cannot put them in ourselves. */
static void
pt_plan_fall_back (PtPlan     *self,
                   PtLoader   *loader,
                   const char *obstacle)
{
  g_autoptr (PtParameters) parameters = pt_parameters_new (loader, self->devices);

  pt_plan_take_parameters (self, parameters);
  self->manual_text = pt_manual_text (self->host, (const char *const *)self->additions,
                                      self->changes, obstacle);
}

/* Only root may read what decides: no steps, and no parameters either, for those would be guessed
 * from the command line that happens to run. */
static void
pt_plan_leave_to_root (PtPlan *self)
{
  self->root_only = TRUE;
  self->first_part = pt_choice_iommu_is_a_parameter_away (self->host);
}

/* TRUE if an id of the user's own would take a device from the host once vfio-pci is loaded early:
 * then the plan says so instead. */
static gboolean
pt_plan_check_own_ids (PtPlan   *self,
                       PtLoader *loader)
{
  g_autoptr (PtOwnIds) own = pt_own_ids_read (loader);
  PtDevice *victim = pt_own_ids_find_victim (own, self->host, self->devices);

  if (victim == NULL || pt_choice_iommu_is_a_parameter_away (self->host))
    return FALSE;
  self->manual_text = pt_manual_own_ids (own->file, victim);
  return TRUE;
}

/* Why Passthru cannot do it though it knows what starts this host; or NULL. (transfer full) */
static char *
pt_plan_find_obstacle (PtPlan            *self,
                       PtLoader          *loader,
                       const PtGenerator *generator)
{
  char *obstacle = NULL;

  if (pt_loader_get_obstacle (loader) != NULL)
    return g_strdup (pt_loader_get_obstacle (loader));
  if (pt_choice_iommu_is_a_parameter_away (self->host))
    return NULL;
  if (generator != NULL)
    obstacle = pt_generator_find_obstacle (generator, self->host, self->devices);
  if (obstacle == NULL)
    obstacle = pt_xorg_step_find_obstacle (pt_host_get_sysroot (self->host), self->devices);
  return obstacle;
}

/* What keeps steps from being made is content, as far as it is not an error of the host. */
static gboolean
pt_plan_take_failure (PtPlan   *self,
                      PtLoader *loader,
                      GError   *failure,
                      GError  **error)
{
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    pt_plan_fall_back (self, loader, NULL);
  else if (g_error_matches (failure, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED))
    pt_plan_leave_to_root (self);
  else
    {
      g_propagate_error (error, g_error_copy (failure));
      return FALSE;
    }
  return TRUE;
}

static gboolean
pt_plan_fill_steps (PtPlan            *self,
                    PtLoader          *loader,
                    const PtGenerator *generator,
                    GError           **error)
{
  g_autoptr (PtParameters) parameters = pt_parameters_new (loader, self->devices);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) steps = NULL;

  steps = pt_steps_build (loader, generator, parameters, self->devices, &self->n_inert, &failure);
  if (steps == NULL)
    return pt_plan_take_failure (self, loader, failure, error);
  pt_plan_take_parameters (self, parameters);
  g_ptr_array_unref (self->steps);
  self->steps = g_steal_pointer (&steps);
  return TRUE;
}

/* FALSE with @error only if the host's files cannot be read. */
static gboolean
pt_plan_make_steps (PtPlan  *self,
                    GError **error)
{
  const PtGenerator *generator = pt_generator_get (pt_host_get_facts (self->host)->initramfs);
  g_autofree char   *obstacle = NULL;
  g_autoptr (PtLoader) loader = pt_loader_new (self->host, error);

  if (loader == NULL)
    return FALSE;
  if (pt_loader_is_root_only (loader))
    {
      pt_plan_leave_to_root (self);
      return TRUE;
    }
  obstacle = pt_plan_find_obstacle (self, loader, generator);
  if (!pt_loader_is_supported (loader) || generator == NULL || obstacle != NULL)
    {
      pt_plan_fall_back (self, loader, obstacle);
      return TRUE;
    }
  return pt_plan_check_own_ids (self, loader) ||
         pt_plan_fill_steps (self, loader, generator, error);
}

/* The IOMMU is off though the kernel would use it, and nothing we know of keeps it off. */
static void
pt_plan_refuse_without_iommu (PtPlan *self)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      PtPlanDevice  *entry = g_ptr_array_index (self->devices, i);
      PtPlanRefusal *refusal = g_new0 (PtPlanRefusal, 1);

      refusal->address = *pt_device_get_address (entry->device);
      refusal->because = refusal->address;
      refusal->reason = PT_BLOCKER_NO_GROUP;
      g_ptr_array_add (self->refusals, refusal);
    }
}

static void
pt_plan_hash (GChecksum  *checksum,
              const char *text)
{
  /* With its NUL, so that "ab", "c" and "a", "bc" differ; NULL differs from "". */
  if (text != NULL)
    g_checksum_update (checksum, (const guchar *)text, strlen (text) + 1);
  g_checksum_update (checksum, (const guchar *)"\n", 1);
}

static void
pt_plan_hash_strv (GChecksum         *checksum,
                   const char *const *words)
{
  for (gsize i = 0; words != NULL && words[i] != NULL; i++)
    pt_plan_hash (checksum, words[i]);
  pt_plan_hash (checksum, NULL);
}

static void
pt_plan_hash_step (GChecksum *checksum,
                   PtStep    *step)
{
  GBytes          *content = pt_step_get_content (step);
  g_autofree char *mode = g_strdup_printf ("%o", pt_step_get_mode (step));

  pt_plan_hash (checksum, pt_step_get_id (step));
  pt_plan_hash (checksum, pt_step_get_file (step));
  pt_plan_hash (checksum, pt_step_get_diff (step));
  pt_plan_hash (checksum, mode);
  pt_plan_hash_strv (checksum, pt_step_get_command (step));
  if (content != NULL)
    g_checksum_update (checksum, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
}

/* Titles and reasons stay out: the helper may speak another language. */
static char *
pt_plan_make_digest (PtPlan *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < self->devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (self->devices, i);

      pt_plan_hash (checksum, pt_device_get_address_string (entry->device));
      pt_plan_hash (checksum, pt_device_get_id (entry->device));
      pt_plan_hash (checksum, pt_device_get_subsystem (entry->device));
      pt_plan_hash (checksum, pt_grade_to_nick (entry->grade));
      pt_plan_hash (checksum, entry->at_boot ? "boot" : "start");
    }
  for (guint i = 0; i < self->refusals->len; i++)
    {
      PtPlanRefusal   *refusal = g_ptr_array_index (self->refusals, i);
      g_autofree char *address = pt_address_to_string (&refusal->address);
      g_autofree char *because = pt_address_to_string (&refusal->because);

      pt_plan_hash (checksum, address);
      pt_plan_hash (checksum, because);
      pt_plan_hash (checksum, pt_blocker_reason_to_nick (refusal->reason));
    }
  pt_plan_hash_strv (checksum, (const char *const *)self->additions);
  for (guint i = 0; i < self->changes->len; i++)
    {
      PtPlanChange *change = g_ptr_array_index (self->changes, i);

      pt_plan_hash (checksum, change->from);
      pt_plan_hash (checksum, change->to);
    }
  for (guint i = 0; i < self->steps->len; i++)
    pt_plan_hash_step (checksum, g_ptr_array_index (self->steps, i));

  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
pt_plan_make (PtPlan  *self,
              GError **error)
{
  if (!pt_choice_make (self->host, self->intent, self->devices, self->refusals, error))
    return FALSE;

  if (self->refusals->len == 0 && pt_plan_binds_at_boot (self) && !pt_plan_make_steps (self, error))
    return FALSE;
  if (self->first_part && !self->root_only && self->additions[0] == NULL &&
      self->changes->len == 0)
    pt_plan_refuse_without_iommu (self);

  self->digest = pt_plan_make_digest (self);
  return TRUE;
}

PtPlan *
pt_plan_new (PtHost   *host,
             PtIntent *intent,
             GError  **error)
{
  g_autoptr (PtPlan) self = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (PT_IS_INTENT (intent), NULL);

  self = g_object_new (PT_TYPE_PLAN, NULL);
  self->host = g_object_ref (host);
  self->intent = g_object_ref (intent);
  if (!pt_plan_make (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

PtIntent *
pt_plan_get_intent (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return self->intent;
}

PtHost *
pt_plan_get_host (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return self->host;
}

GPtrArray *
pt_plan_get_devices (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return self->devices;
}

GPtrArray *
pt_plan_get_refusals (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return self->refusals;
}

const char *const *
pt_plan_get_additions (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return (const char *const *)self->additions;
}

GPtrArray *
pt_plan_get_changes (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return self->changes;
}

GPtrArray *
pt_plan_get_steps (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return self->steps;
}

guint
pt_plan_get_n_inert (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), 0);

  return self->n_inert;
}

gboolean
pt_plan_is_first_part (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), FALSE);

  return self->first_part;
}

gboolean
pt_plan_is_root_only (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), FALSE);

  return self->root_only;
}

gboolean
pt_plan_asks_for_root (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), FALSE);

  return self->root_only ||
         (pt_plan_is_applicable (self) && !self->first_part &&
          pt_host_get_facts (self->host)->one_shot == PT_ONE_SHOT_ROOT_ONLY);
}

gboolean
pt_plan_is_applicable (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), FALSE);

  return self->refusals->len == 0 && self->manual_text == NULL && self->steps->len > 0;
}

const char *
pt_plan_get_manual_text (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return self->manual_text;
}

const char *
pt_plan_get_digest (PtPlan *self)
{
  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  return self->digest;
}

const char *
pt_grade_to_nick (PtGrade grade)
{
  switch (grade)
    {
    case PT_GRADE_ID:
      return "id";
    case PT_GRADE_SUBSYSTEM_ID:
      return "subsystem-id";
    case PT_GRADE_ADDRESS:
    default:
      return "address";
    }
}
