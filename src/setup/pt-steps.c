/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-steps"

#include "config.h"

#include "pt-steps.h"

#include "pt-setup-resources.h"
#include "pt-step-private.h"
#include "pt-xorg-step.h"

GBytes *
pt_steps_get_template (const char *name)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  path = g_strconcat ("/com/example/Passthru/setup/", name, NULL);
  return g_resource_lookup_data (pt_setup_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                 NULL);
}

/* A command that comes again later does all its work then. @n_inert of @steps are inert. */
static void
pt_steps_drop_repeated (GPtrArray *steps,
                        PtStep    *later,
                        guint     *n_inert)
{
  for (guint i = steps->len; i-- > 0;)
    {
      PtStep *step = g_ptr_array_index (steps, i);

      if (pt_step_get_kind (step) == PT_STEP_COMMAND &&
          g_strv_equal (pt_step_get_command (step), pt_step_get_command (later)))
        {
          g_ptr_array_remove_index (steps, i);
          *n_inert -= i < *n_inert ? 1 : 0;
        }
    }
}

GPtrArray *
pt_steps_build (PtLoader          *loader,
                const PtGenerator *generator,
                PtParameters      *parameters,
                GPtrArray         *devices,
                guint             *n_inert,
                GError           **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) activation = NULL;
  PtSysroot *sysroot = NULL;
  PtStep    *first = NULL;

  g_return_val_if_fail (loader != NULL, NULL);
  g_return_val_if_fail (generator != NULL, NULL);
  g_return_val_if_fail (parameters != NULL, NULL);
  g_return_val_if_fail (devices != NULL, NULL);
  g_return_val_if_fail (n_inert != NULL, NULL);

  sysroot = pt_host_get_sysroot (pt_loader_get_host (loader));
  if (!parameters->first_part && !pt_generator_add_steps (generator, sysroot, steps, error))
    return NULL;
  if (!parameters->first_part)
    pt_xorg_step_add (steps, sysroot, devices);
  *n_inert = steps->len;
  activation = pt_loader_make_steps (loader, parameters, error);
  if (activation == NULL)
    return NULL;
  for (guint i = 0; i < activation->len; i++)
    {
      PtStep *step = g_ptr_array_index (activation, i);

      if (pt_step_get_kind (step) == PT_STEP_COMMAND)
        pt_steps_drop_repeated (steps, step, n_inert);
      g_ptr_array_add (steps, g_object_ref (step));
    }
  first = steps->len > 0 ? pt_loader_make_first_step (loader) : NULL;
  if (first != NULL)
    {
      g_ptr_array_insert (steps, 0, first);
      *n_inert += 1;
    }
  return g_steal_pointer (&steps);
}
