/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader"

#include "config.h"

#include "pt-loader.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-edits.h"
#include "pt-loader-private.h"

static const PtLoaderClass *const pt_loader_classes[] = {
  [PT_BOOT_LOADER_GRUB] = &pt_loader_grub,
  [PT_BOOT_LOADER_GRUB_BLS] = &pt_loader_bls,
  [PT_BOOT_LOADER_SYSTEMD_BOOT] = &pt_loader_systemd_boot,
  [PT_BOOT_LOADER_KERNELSTUB] = &pt_loader_kernelstub,
  [PT_BOOT_LOADER_RPM_OSTREE] = &pt_loader_rpm_ostree,
  [PT_BOOT_LOADER_LIMINE] = &pt_loader_limine,
  [PT_BOOT_LOADER_UKI] = &pt_loader_uki,
  [PT_BOOT_LOADER_SDBOOTUTIL] = &pt_loader_sdbootutil,
};

static void
pt_loader_file_free (PtLoaderFile *self)
{
  g_free (self->path);
  g_free (self->old);
  g_free (self->text);
  g_ptr_array_unref (self->edits);
  g_free (self);
}

void
pt_loader_free (PtLoader *self)
{
  g_return_if_fail (self != NULL);

  g_clear_object (&self->host);
  g_ptr_array_unref (self->files);
  g_free (self->obstacle);
  g_free (self->ours);
  g_free (self);
}

/* What starts the host is not known, and what would tell is root's. */
static gboolean
pt_loader_is_hidden (PtLoader *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;

  if (pt_host_get_facts (self->host)->boot_loader != PT_BOOT_LOADER_UNKNOWN)
    return FALSE;
  names = pt_sysroot_list (self->sysroot, PT_PLACE_BOOT, NULL, &error);
  return g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED);
}

/* FALSE with @error if its files cannot be read for another reason than that they are root's. */
static gboolean
pt_loader_read (PtLoader *self,
                GError  **error)
{
  g_autoptr (GError) local_error = NULL;

  if (pt_loader_is_hidden (self))
    pt_loader_refuse_unread (self);
  if (self->klass == NULL || self->klass->read (self, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  pt_loader_refuse_unread (self);
  return TRUE;
}

PtLoader *
pt_loader_new (PtHost  *host,
               GError **error)
{
  g_autoptr (PtLoader) self = NULL;
  PtBootLoader kind = PT_BOOT_LOADER_UNKNOWN;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  kind = pt_host_get_facts (host)->boot_loader;
  self = g_new0 (PtLoader, 1);
  self->host = g_object_ref (host);
  self->sysroot = pt_host_get_sysroot (host);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_loader_file_free);
  if ((gsize)kind < G_N_ELEMENTS (pt_loader_classes))
    self->klass = pt_loader_classes[kind];
  if (!pt_loader_read (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

PtHost *
pt_loader_get_host (PtLoader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->host;
}

gboolean
pt_loader_is_supported (PtLoader *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->klass != NULL && self->obstacle == NULL;
}

const char *
pt_loader_get_obstacle (PtLoader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->obstacle;
}

gboolean
pt_loader_is_root_only (PtLoader *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->root_only;
}

/* On the running command line. */
static char *
pt_loader_find_running (PtLoader   *self,
                        const char *name)
{
  const char *command_line = pt_host_get_facts (self->host)->command_line;
  g_auto (GStrv) words = pt_tokens_split (command_line != NULL ? command_line : "");

  for (guint i = g_strv_length (words); i-- > 0;)
    if (pt_token_is (words[i], name, NULL))
      return g_strdup (words[i]);
  return NULL;
}

char *
pt_loader_find (PtLoader   *self,
                const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (!pt_loader_is_supported (self))
    return pt_loader_find_running (self, name);
  if (self->klass->find != NULL)
    return self->klass->find (self, name);
  for (guint i = 0; i < self->files->len; i++)
    {
      PtLoaderFile *file = g_ptr_array_index (self->files, i);
      g_autoptr (PtToken) token = pt_form_find (file->form, file->text, name);

      if (token != NULL)
        return g_steal_pointer (&token->text);
    }
  return self->files->len == 0 ? pt_loader_find_running (self, name) : NULL;
}

gboolean
pt_loader_owns (PtLoader   *self,
                const char *token)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (token != NULL, FALSE);

  return pt_loader_is_supported (self) && self->klass->owns != NULL &&
         self->klass->owns (self, token);
}

/* The step has edits, none at all: so the file is no file of ours once somebody else changed it. */
PtStep *
pt_loader_make_first_step (PtLoader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->files->len; i++)
    {
      PtLoaderFile *file = g_ptr_array_index (self->files, i);
      g_autoptr (GBytes) content = g_bytes_new (file->old, strlen (file->old));
      g_autoptr (GPtrArray) edits = g_ptr_array_new ();

      if (file->missing)
        return pt_step_new_file ("kernel-options", _ ("Write down the kernel parameters of now"),
                                 _ ("Boot entries are written anew with the start-up files "
                                    "(initramfs), and would get those of the running system."),
                                 file->path, NULL, content, 0644, edits);
    }
  return NULL;
}

GPtrArray *
pt_loader_make_steps (PtLoader     *self,
                      PtParameters *parameters,
                      GError      **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (self != NULL && pt_loader_is_supported (self), NULL);
  g_return_val_if_fail (parameters != NULL, NULL);

  if (!self->klass->add_steps (self, parameters, steps, error))
    return NULL;
  return g_steal_pointer (&steps);
}

/* For the loaders */

PtLoaderFile *
pt_loader_take_file (PtLoader   *self,
                     const char *path,
                     const char *text)
{
  PtLoaderFile *file = g_new0 (PtLoaderFile, 1);

  file->path = g_strdup (path);
  file->form = pt_form_of_path (self->sysroot, path);
  file->old = g_strdup (text);
  file->text = g_strdup (text);
  file->edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  g_ptr_array_add (self->files, file);
  return file;
}

gboolean
pt_loader_add_file (PtLoader      *self,
                    PtPlace        place,
                    const char    *name,
                    PtLoaderFile **file,
                    GError       **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *path = pt_sysroot_logical_path (self->sysroot, place, name);
  g_autofree char *text = pt_sysroot_read (self->sysroot, place, name, NULL, &local_error);
  PtLoaderFile    *added = NULL;

  if (text != NULL)
    added = pt_loader_take_file (self, path, text);
  else if (!g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (file != NULL)
    *file = added;
  return TRUE;
}

void
pt_loader_refuse (PtLoader   *self,
                  const char *obstacle)
{
  if (self->obstacle == NULL)
    self->obstacle = g_strdup (obstacle);
}

void
pt_loader_refuse_unread (PtLoader *self)
{
  if (self->obstacle != NULL)
    return;
  pt_loader_refuse (self, _ ("Only the administrator may read how this computer starts."));
  self->root_only = TRUE;
}

gboolean
pt_loader_file_replace (PtLoaderFile  *file,
                        const PtToken *token,
                        const char    *to,
                        GError       **error)
{
  char *edited = pt_tokens_replace (file->text, token, to, error);

  if (edited == NULL)
    {
      g_prefix_error (error, "%s: ", file->path);
      return FALSE;
    }
  g_free (file->text);
  file->text = edited;
  g_ptr_array_add (file->edits, pt_plan_change_new (token->text, to));
  return TRUE;
}

static gboolean
pt_loader_file_append (PtLoaderFile *file,
                       const char   *token,
                       GError      **error)
{
  char *edited = pt_form_append (file->form, file->text, token, error);

  if (edited == NULL)
    {
      g_prefix_error (error, "%s: ", file->path);
      return FALSE;
    }
  g_free (file->text);
  file->text = edited;
  g_ptr_array_add (file->edits, pt_plan_change_new ("", token));
  return TRUE;
}

GPtrArray *
pt_loader_make_edits (const char *const *tokens,
                      PtParameters      *parameters)
{
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);

  for (guint i = 0; i < parameters->changes->len; i++)
    {
      PtPlanChange *change = g_ptr_array_index (parameters->changes, i);

      pt_edits_add (edits, tokens, change->from, change->to);
    }
  for (guint i = 0; i < parameters->additions->len; i++)
    pt_edits_add (edits, tokens, "", g_ptr_array_index (parameters->additions, i));
  return edits;
}

static char **
pt_loader_file_words (PtLoaderFile *file)
{
  g_autoptr (GPtrArray) tokens = pt_form_parse (file->form, file->text);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; i < tokens->len; i++)
    g_strv_builder_add (words, ((PtToken *)g_ptr_array_index (tokens, i))->text);
  return g_strv_builder_end (words);
}

gboolean
pt_loader_file_apply (PtLoaderFile *file,
                      PtParameters *parameters,
                      GError      **error)
{
  g_auto (GStrv) words = pt_loader_file_words (file);
  g_autoptr (GPtrArray) edits = pt_loader_make_edits ((const char *const *)words, parameters);

  for (guint i = 0; i < edits->len; i++)
    {
      PtPlanChange    *edit = g_ptr_array_index (edits, i);
      g_autofree char *name = g_strndup (edit->from, strcspn (edit->from, "="));
      g_autoptr (PtToken) token = *edit->from != '\0'
                                    ? pt_form_find (file->form, file->text, name)
                                    : NULL;
      gboolean done = token != NULL ? pt_loader_file_replace (file, token, edit->to, error)
                                    : pt_loader_file_append (file, edit->to, error);

      if (!done)
        return FALSE;
    }
  return TRUE;
}

const char *
pt_loader_step_title (PtParameters *parameters)
{
  return parameters->first_part ? _ ("Turn on the IOMMU with a kernel parameter")
                                : _ ("Add the kernel parameters");
}

const char *
pt_loader_step_why (PtParameters *parameters)
{
  return parameters->first_part
           ? _ ("Which devices can be given away shows only after the next restart.")
           : _ ("They name the devices that are reserved for the guest when the computer starts.");
}

gboolean
pt_loader_add_file_steps (PtLoader     *self,
                          PtParameters *parameters,
                          GPtrArray    *steps)
{
  guint before = steps->len;

  for (guint i = 0; i < self->files->len; i++)
    {
      PtLoaderFile *file = g_ptr_array_index (self->files, i);
      g_autoptr (GBytes) old = g_bytes_new (file->old, strlen (file->old));
      g_autoptr (GBytes) content = g_bytes_new (file->text, strlen (file->text));
      g_autofree char *id = g_strdup_printf (steps->len == before ? "boot-parameters"
                                                                  : "boot-parameters-%u",
                                             steps->len - before + 1);

      if (file->edits->len > 0)
        g_ptr_array_add (steps, pt_step_new_file (id, pt_loader_step_title (parameters),
                                                  pt_loader_step_why (parameters), file->path, old,
                                                  content, 0644, file->edits));
    }
  return steps->len > before;
}

gboolean
pt_loader_edit_files (PtLoader     *self,
                      PtParameters *parameters,
                      GPtrArray    *steps,
                      gboolean     *changed,
                      GError      **error)
{
  for (guint i = 0; i < self->files->len; i++)
    if (!pt_loader_file_apply (g_ptr_array_index (self->files, i), parameters, error))
      return FALSE;
  *changed = pt_loader_add_file_steps (self, parameters, steps);
  return TRUE;
}

void
pt_loader_add_update (GPtrArray         *steps,
                      PtProgram          program,
                      const char *const *arguments)
{
  g_ptr_array_add (steps, pt_step_new_command ("update-boot-loader", _ ("Update the boot menu"),
                                               _ ("From the next restart on the parameters are in "
                                                  "force."),
                                               program, arguments, NULL));
}

gboolean
pt_loader_add_command (GPtrArray    *steps,
                       PtProgram     program,
                       PtParameters *parameters,
                       GPtrArray    *edits,
                       GError      **error)
{
  for (guint i = 0; i < edits->len; i++)
    {
      PtPlanChange *edit = g_ptr_array_index (edits, i);

      if (*edit->from != '\0' && !pt_edits_token_is_allowed (edit->from))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "the parameter %s is written in a way that cannot be edited safely",
                       edit->from);
          return FALSE;
        }
    }
  if (edits->len > 0)
    g_ptr_array_add (steps, pt_step_new_edits ("update-boot-loader",
                                               pt_loader_step_title (parameters),
                                               pt_loader_step_why (parameters), program, edits,
                                               FALSE));
  return TRUE;
}
