/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-steps"

#include "config.h"

#include "pt-steps.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-generator.h"
#include "pt-setup-resources.h"
#include "pt-step-private.h"

GBytes *
pt_steps_get_template (const char *name)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  path = g_strconcat ("/com/example/Passthru/setup/", name, NULL);
  return g_resource_lookup_data (pt_setup_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                 NULL);
}

/* @old (out): content of @name below PT_PLACE_ETC, NULL where there is none. FALSE if
 * it cannot be read. */
static gboolean
pt_steps_read_old (PtSysroot  *sysroot,
                   const char *name,
                   GBytes    **old,
                   GError    **error)
{
  g_autoptr (GError) local_error = NULL;
  gsize length = 0;
  char *text = pt_sysroot_read (sysroot, PT_PLACE_ETC, name, &length, &local_error);

  if (text != NULL)
    *old = g_bytes_new_take (text, length);
  else if (!g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
pt_steps_add_ours (GPtrArray  *steps,
                   PtSysroot  *sysroot,
                   const char *id,
                   const char *title,
                   const char *why,
                   const char *name,
                   GBytes     *content,
                   guint       mode,
                   GError    **error)
{
  g_autoptr (GBytes) old = NULL;
  g_autofree char *file = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, name);

  if (!pt_steps_read_old (sysroot, name, &old, error))
    return FALSE;
  if (old == NULL || !g_bytes_equal (old, content))
    g_ptr_array_add (steps, pt_step_new_file (id, title, why, file, old, content, mode, NULL));
  return TRUE;
}

static void
pt_steps_add_edits (GPtrArray    *steps,
                    PtSysroot    *sysroot,
                    PtBootConfig *config)
{
  for (guint i = 0; i < config->files->len; i++)
    {
      PtBootFile *file = g_ptr_array_index (config->files, i);
      g_autoptr (GBytes) old = g_bytes_new (file->old, strlen (file->old));
      g_autoptr (GBytes) content = g_bytes_new (file->text, strlen (file->text));
      g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, file->name);
      g_autofree char *id = g_strdup_printf ("user-parameters-%u", i + 1);

      if (file->edits->len > 0)
        g_ptr_array_add (steps,
                         pt_step_new_file (id, _ ("Change a kernel parameter of your own"),
                                           _ ("The kernel would ignore one of two, so yours is "
                                              "adapted. Undo gives it back as it was."),
                                           path, old, content, 0644, file->edits));
    }
}

static GBytes *
pt_steps_print_ours (GPtrArray *additions)
{
  GString *text = g_string_new ("# Written by Passthru; "
                                "undoing the set-up in Passthru removes it.\n"
                                "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT");

  for (guint i = 0; i < additions->len; i++)
    g_string_append_printf (text, " %s", (const char *)g_ptr_array_index (additions, i));
  g_string_append (text, "\"\n");
  return g_string_free_to_bytes (text);
}

static gboolean
pt_steps_add_parameters (GPtrArray    *steps,
                         PtSysroot    *sysroot,
                         PtBootConfig *config,
                         PtParameters *parameters,
                         GError      **error)
{
  guint before = steps->len;
  g_autoptr (GBytes) ours = pt_steps_print_ours (parameters->additions);

  pt_steps_add_edits (steps, sysroot, config);
  if (parameters->additions->len > 0 &&
      !pt_steps_add_ours (steps, sysroot, "boot-parameters",
                          parameters->first_part ? _ ("Turn on the IOMMU with a kernel parameter")
                                                 : _ ("Add the kernel parameters"),
                          parameters->first_part ? _ ("Which devices can be given away shows only "
                                                      "after the next restart.")
                                                 : _ ("They name the devices that are reserved for "
                                                      "the guest when the computer starts."),
                          PT_BOOT_CONFIG_FOLDER "/" PT_BOOT_CONFIG_OURS, ours, 0644, error))
    return FALSE;
  if (steps->len > before)
    g_ptr_array_add (steps,
                     pt_step_new_command ("update-boot-loader", _ ("Update the boot menu"),
                                          _ ("From the next restart on the parameters are in "
                                             "force."),
                                          PT_PROGRAM_UPDATE_GRUB, NULL));
  return TRUE;
}

GPtrArray *
pt_steps_build (PtSysroot         *sysroot,
                const PtGenerator *generator,
                PtBootConfig      *config,
                PtParameters      *parameters,
                GError           **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (generator != NULL, NULL);
  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (parameters != NULL, NULL);

  if (!parameters->first_part && !pt_generator_add_steps (generator, sysroot, steps, error))
    return NULL;
  if (!pt_steps_add_parameters (steps, sysroot, config, parameters, error))
    return NULL;
  return g_steal_pointer (&steps);
}
