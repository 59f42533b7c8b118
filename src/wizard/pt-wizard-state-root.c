/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-state-root"

#include "config.h"

#include "pt-wizard-state-private.h"

/* What the helper reads for the wizard, because only root may. */


void
pt_wizard_state_forget_told (PtWizardState *self)
{
  g_clear_pointer (&self->told, g_free);
  g_clear_object (&self->told_for);
}


/* The latest word on a card counts. */
static void
pt_wizard_state_take_rom (PtWizardState      *self,
                          const PtRomFinding *finding)
{
  for (guint i = 0; i < self->roms->len; i++)
    {
      const PtRomFinding *known = &g_array_index (self->roms, PtRomFinding, i);

      if (pt_address_equal (&known->address, &finding->address))
        {
          g_array_remove_index (self->roms, i);
          break;
        }
    }
  g_array_append_vals (self->roms, finding, 1);
}


static void
pt_wizard_state_rom_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtWizardState *self = g_task_get_source_object (task);
  GCancellable  *cancellable = g_task_get_cancellable (task);
  PtRomFinding   finding = { 0 };
  g_autoptr (GError) error = NULL;

  if (!pt_helper_client_read_rom_finish (PT_HELPER_CLIENT (source), result, &finding, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  pt_wizard_state_take_rom (self, &finding);
  pt_wizard_state_look_async (self, cancellable, pt_wizard_state_looked_cb,
                              g_steal_pointer (&task));
}


void
pt_wizard_state_read_rom_async (PtWizardState      *self,
                                const PtAddress    *address,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PT_IS_WIZARD_STATE (self));
  g_return_if_fail (address != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_wizard_state_read_rom_async);
  pt_helper_client_read_rom_async (self->client, address, cancellable, pt_wizard_state_rom_cb,
                                   g_steal_pointer (&task));
}


gboolean
pt_wizard_state_read_rom_finish (PtWizardState *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}


static void
pt_wizard_state_planned_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtWizardState *self = g_task_get_source_object (task);
  PtBootFacts    boot = { 0 };
  g_autoptr (GError) error = NULL;
  char *told = pt_helper_client_plan_finish (PT_HELPER_CLIENT (source), result, &boot, &error);

  if (told == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  pt_wizard_state_forget_told (self);
  self->told = told;
  self->told_for = g_object_ref (g_task_get_task_data (task));
  g_free (self->boot);
  self->boot = g_memdup2 (&boot, sizeof boot);
  pt_wizard_state_look_async (self, g_task_get_cancellable (task), pt_wizard_state_looked_cb,
                              g_object_ref (task));
}


void
pt_wizard_state_read_plan_async (PtWizardState      *self,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  PtIntent *intent = NULL;

  g_return_if_fail (PT_IS_WIZARD_STATE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_wizard_state_read_plan_async);
  intent = pt_wizard_state_dup_intent (self);
  if (intent == NULL)
    {
      g_task_return_new_error (task, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "no card is chosen");
      return;
    }
  g_task_set_task_data (task, intent, g_object_unref);
  pt_helper_client_plan_async (self->client, intent, cancellable, pt_wizard_state_planned_cb,
                               g_steal_pointer (&task));
}


gboolean
pt_wizard_state_read_plan_finish (PtWizardState *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
