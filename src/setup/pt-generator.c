/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-generator"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-generator-private.h"
#include "pt-steps.h"

static const PtGenerator *const pt_generators[] = {
  [PT_INITRAMFS_UNKNOWN] = NULL,
  [PT_INITRAMFS_INITRAMFS_TOOLS] = &pt_generator_initramfs_tools,
  [PT_INITRAMFS_DRACUT] = &pt_generator_dracut,
  [PT_INITRAMFS_MKINITCPIO] = &pt_generator_mkinitcpio,
  [PT_INITRAMFS_MKINITCPIO_SYSTEMD] = &pt_generator_mkinitcpio_systemd,
  [PT_INITRAMFS_BOOSTER] = &pt_generator_booster,
  [PT_INITRAMFS_RPM_OSTREE] = &pt_generator_ostree,
};

static const struct
{
  const char *id;
  const char *title;
  const char *why;
} pt_generator_words[] = {
  { "initramfs-hook", N_ ("Pack the pass-through drivers for the start of the computer"),
    N_ ("They have to be there before the driver of the graphics card is. "
        "By itself this changes nothing.") },
  { "early-script", N_ ("Add a small script that reserves the chosen devices early"),
    N_ ("It acts only when the kernel parameters below ask for it, and only "
        "on the very devices you chose.") },
  { "early-unit", N_ ("Say when the script runs"),
    N_ ("It has to run before anything loads drivers. The running system skips it.") },
  { "early-order", N_ ("Put the script first at the start of the computer"),
    N_ ("It has to run before anything loads drivers.") },
};

const PtGenerator *
pt_generator_get (PtInitramfs initramfs)
{
  g_return_val_if_fail (initramfs >= 0 && initramfs < G_N_ELEMENTS (pt_generators), NULL);

  return pt_generators[initramfs];
}

char *
pt_generator_find_obstacle (const PtGenerator *self,
                            PtHost            *host,
                            GPtrArray         *devices)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (devices != NULL, NULL);

  return self->find_obstacle != NULL ? self->find_obstacle (host, devices) : NULL;
}

/* @old (out): content of @name below PT_PLACE_ETC, NULL where there is none. FALSE if
 * it cannot be read. */
static gboolean
pt_generator_read_old (PtSysroot  *sysroot,
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

gboolean
pt_generator_add_file (GPtrArray  *steps,
                       PtSysroot  *sysroot,
                       const char *id,
                       const char *name,
                       GBytes     *content,
                       guint       mode,
                       GPtrArray  *edits,
                       GError    **error)
{
  g_autoptr (GBytes) old = NULL;
  g_autofree char *file = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, name);

  if (!pt_generator_read_old (sysroot, name, &old, error))
    return FALSE;
  if (old != NULL && g_bytes_equal (old, content))
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (pt_generator_words); i++)
    if (g_str_equal (id, pt_generator_words[i].id))
      g_ptr_array_add (steps, pt_step_new_file (id, _ (pt_generator_words[i].title),
                                                _ (pt_generator_words[i].why), file, old, content,
                                                mode, edits));
  return TRUE;
}

static gboolean
pt_generator_add_files (const PtGenerator *self,
                        PtSysroot         *sysroot,
                        GPtrArray         *steps,
                        GError           **error)
{
  for (const PtGeneratorFile *file = self->files; file->id != NULL; file++)
    {
      g_autoptr (GBytes) content = pt_steps_get_template (file->template);

      if (!pt_generator_add_file (steps, sysroot, file->id, file->name, content, file->mode, NULL,
                                  error))
        return FALSE;
    }
  return self->add_edits == NULL || self->add_edits (sysroot, steps, error);
}

/* The first that is there; where none is, the last, so that running it says what is missing. */
static const PtGeneratorRebuild *
pt_generator_find_rebuild (const PtGenerator *self,
                           PtSysroot         *sysroot)
{
  const PtGeneratorRebuild *rebuild = self->rebuilds;

  for (; rebuild[1].program != PT_PROGRAM_LAST; rebuild++)
    {
      g_autofree char *path = pt_sysroot_find_program (sysroot, rebuild->program);

      if (path != NULL)
        break;
    }
  return rebuild;
}

gboolean
pt_generator_add_steps (const PtGenerator *self,
                        PtSysroot         *sysroot,
                        GPtrArray         *steps,
                        GError           **error)
{
  const PtGeneratorRebuild *rebuild = NULL;
  guint                     before = 0;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (steps != NULL, FALSE);

  before = steps->len;
  if (!pt_generator_add_files (self, sysroot, steps, error))
    return FALSE;
  if (steps->len == before && (self->is_stale == NULL || !self->is_stale (sysroot)))
    return TRUE;

  rebuild = pt_generator_find_rebuild (self, sysroot);
  g_ptr_array_add (steps,
                   pt_step_new_command ("initramfs", _ ("Rebuild the start-up files (initramfs)"),
                                        _ ("The drivers and the script become part of them."),
                                        rebuild->program, rebuild->arguments, self->undo));
  return TRUE;
}

static gboolean
pt_generator_is_name (PtSysroot  *sysroot,
                      const char *path,
                      const char *name)
{
  g_autofree char *logical = NULL;

  if (name == NULL)
    return FALSE;
  logical = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, name);
  return g_str_equal (path, logical);
}

gboolean
pt_generator_owns_path (PtSysroot  *sysroot,
                        const char *path)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_generators); i++)
    {
      const PtGenerator *self = pt_generators[i];

      if (self == NULL)
        continue;
      if (pt_generator_is_name (sysroot, path, self->edited) ||
          pt_generator_is_name (sysroot, path, self->drop_in))
        return TRUE;
      for (const PtGeneratorFile *file = self->files; file->id != NULL; file++)
        if (pt_generator_is_name (sysroot, path, file->name))
          return TRUE;
    }
  return FALSE;
}

gboolean
pt_generator_undo_edits (PtSysroot  *sysroot,
                         const char *path,
                         const char *text,
                         GPtrArray  *edits,
                         char      **undone)
{
  const PtGenerator *self = NULL;
  g_autofree char   *rest = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (undone != NULL, FALSE);

  *undone = NULL;
  for (gsize i = 0; self == NULL && i < G_N_ELEMENTS (pt_generators); i++)
    if (pt_generators[i] != NULL &&
        pt_generator_is_name (sysroot, path, pt_generators[i]->edited))
      self = pt_generators[i];
  if (self == NULL)
    return FALSE;

  rest = g_strdup (text);
  for (guint i = edits->len; rest != NULL && i-- > 0;)
    {
      char *next = self->undo_edit (rest, g_ptr_array_index (edits, i));

      g_free (rest);
      rest = next;
    }
  *undone = g_steal_pointer (&rest);
  return TRUE;
}

gboolean
pt_generator_is_rebuild (PtProgram          program,
                         const char *const *arguments)
{
  static const char *const none[] = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (pt_generators); i++)
    for (const PtGeneratorRebuild *rebuild = pt_generators[i] != NULL ? pt_generators[i]->rebuilds
                                                                      : NULL;
         rebuild != NULL && rebuild->program != PT_PROGRAM_LAST; rebuild++)
      {
        if (rebuild->program == program &&
            g_strv_equal (rebuild->arguments, arguments != NULL ? arguments : none))
          return TRUE;
      }
  return FALSE;
}

gboolean
pt_generator_undo_rebuild (PtSysroot         *sysroot,
                           PtProgram          program,
                           const char *const *arguments,
                           GError           **error)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_generators); i++)
    {
      const PtGenerator *self = pt_generators[i];

      if (self != NULL && self->undo_rebuild != NULL && self->rebuilds->program == program &&
          g_strv_equal (self->rebuilds->arguments, arguments))
        return self->undo_rebuild (sysroot, error);
    }
  return pt_sysroot_run (sysroot, program, arguments, NULL, NULL, error);
}

char **
pt_generator_list_releases (PtSysroot *sysroot)
{
  char **names = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  names = pt_sysroot_list (sysroot, PT_PLACE_KERNEL_MODULES, NULL, NULL);
  return names != NULL ? names : g_new0 (char *, 1);
}
