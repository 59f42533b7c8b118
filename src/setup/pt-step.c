/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-step"

#include "config.h"

#include "pt-step.h"

#include "pt-boot-command.h"
#include "pt-diff.h"
#include "pt-edits.h"
#include "pt-step-private.h"

struct _PtStep
{
  GObject parent_instance;

  PtStepKind kind;
  char      *id;
  char      *title;
  char      *why;
  char      *file;
  char      *diff;
  GBytes    *old;
  GBytes    *content;
  guint      mode;
  GPtrArray *edits;
  gboolean   block;
  PtProgram  program;
  char     **command;
  char     **undo;
};

G_DEFINE_FINAL_TYPE (PtStep, pt_step, G_TYPE_OBJECT)

static void
pt_step_finalize (GObject *object)
{
  PtStep *self = PT_STEP (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->why, g_free);
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->diff, g_free);
  g_clear_pointer (&self->old, g_bytes_unref);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_clear_pointer (&self->edits, g_ptr_array_unref);
  g_clear_pointer (&self->command, g_strfreev);
  g_clear_pointer (&self->undo, g_strfreev);

  G_OBJECT_CLASS (pt_step_parent_class)->finalize (object);
}

static void
pt_step_class_init (PtStepClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_step_finalize;
}

static void
pt_step_init (PtStep *self)
{
}

static PtStep *
pt_step_new (PtStepKind  kind,
             const char *id,
             const char *title,
             const char *why)
{
  PtStep *self = g_object_new (PT_TYPE_STEP, NULL);

  self->kind = kind;
  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->why = g_strdup (why);
  return self;
}

static char *
pt_step_make_diff (const char *file,
                   GBytes     *old,
                   GBytes     *content)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (old != NULL)
    before = g_strndup (g_bytes_get_data (old, NULL), g_bytes_get_size (old));
  after = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  return pt_diff_unified (file, before, after);
}

PtStep *
pt_step_new_told (const char        *id,
                  const char        *title,
                  const char        *why,
                  const char        *file,
                  const char        *diff,
                  const char *const *command)
{
  PtStep *self = pt_step_new (file != NULL ? PT_STEP_FILE : PT_STEP_COMMAND, id, title, why);

  self->file = g_strdup (file);
  self->diff = g_strdup (diff);
  self->command = g_strdupv ((char **)command);
  return self;
}

PtStep *
pt_step_new_file (const char *id,
                  const char *title,
                  const char *why,
                  const char *file,
                  GBytes     *old,
                  GBytes     *content,
                  guint       mode,
                  GPtrArray  *edits)
{
  PtStep *self = pt_step_new (PT_STEP_FILE, id, title, why);

  self->file = g_strdup (file);
  self->old = old != NULL ? g_bytes_ref (old) : NULL;
  self->content = g_bytes_ref (content);
  self->mode = mode;
  self->edits = edits != NULL ? g_ptr_array_ref (edits) : NULL;
  self->diff = pt_step_make_diff (file, old, content);
  return self;
}

PtStep *
pt_step_new_block (const char *id,
                   const char *title,
                   const char *why,
                   const char *file,
                   GBytes     *old,
                   GBytes     *content)
{
  PtStep *self = pt_step_new_file (id, title, why, file, old, content, 0644, NULL);

  self->block = TRUE;
  return self;
}

/* (transfer full) */
static char **
pt_step_join (PtProgram          program,
              const char *const *arguments)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  g_strv_builder_add (words, pt_program_get_name (program));
  if (arguments != NULL)
    g_strv_builder_addv (words, (const char **)arguments);
  return g_strv_builder_end (words);
}

PtStep *
pt_step_new_command (const char        *id,
                     const char        *title,
                     const char        *why,
                     PtProgram          program,
                     const char *const *arguments,
                     const char *const *undo)
{
  PtStep *self = pt_step_new (PT_STEP_COMMAND, id, title, why);

  self->program = program;
  self->command = pt_step_join (program, arguments);
  if (undo != NULL)
    self->undo = pt_step_join (program, undo);
  return self;
}

/* @program and what makes it do @edits to the default kernel. (transfer full) */
static char **
pt_step_spell (PtProgram  program,
               GPtrArray *edits)
{
  g_auto (GStrv) arguments = pt_boot_command_arguments (program, "DEFAULT", edits);

  return pt_step_join (program, (const char *const *)arguments);
}

PtStep *
pt_step_new_edits (const char *id,
                   const char *title,
                   const char *why,
                   PtProgram   program,
                   GPtrArray  *edits,
                   gboolean    block)
{
  PtStep *self = pt_step_new (PT_STEP_COMMAND, id, title, why);
  g_autoptr (GPtrArray) reverse = pt_edits_reverse (edits);

  self->block = block;
  self->program = program;
  self->edits = g_ptr_array_ref (edits);
  self->command = pt_step_spell (program, edits);
  self->undo = pt_step_spell (program, reverse);
  return self;
}

gboolean
pt_step_add_own_file (GPtrArray  *steps,
                      PtSysroot  *sysroot,
                      const char *id,
                      const char *title,
                      const char *why,
                      const char *name,
                      GBytes     *content,
                      guint       mode,
                      GError    **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) old = NULL;
  g_autofree char *file = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, name);
  gsize            length = 0;
  char            *text = pt_sysroot_read (sysroot, PT_PLACE_ETC, name, &length, &local_error);

  if (text == NULL && !g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  old = text != NULL ? g_bytes_new_take (text, length) : NULL;
  if (old == NULL || !g_bytes_equal (old, content))
    g_ptr_array_add (steps, pt_step_new_file (id, title, why, file, old, content, mode, NULL));
  return TRUE;
}

PtStepKind
pt_step_get_kind (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), PT_STEP_FILE);

  return self->kind;
}

const char *
pt_step_get_id (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return self->id;
}

const char *
pt_step_get_title (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return self->title;
}

const char *
pt_step_get_why (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return self->why;
}

const char *
pt_step_get_file (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return self->file;
}

const char *
pt_step_get_diff (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return self->diff;
}

const char *const *
pt_step_get_command (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return (const char *const *)self->command;
}

const char *const *
pt_step_get_undo (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return (const char *const *)self->undo;
}

GBytes *
pt_step_get_content (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return self->content;
}

guint
pt_step_get_mode (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), 0);

  return self->mode;
}

GBytes *
pt_step_get_old (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return self->old;
}

GPtrArray *
pt_step_get_edits (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), NULL);

  return self->edits;
}

PtProgram
pt_step_get_program (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), PT_PROGRAM_LAST);

  return self->program;
}

gboolean
pt_step_is_block (PtStep *self)
{
  g_return_val_if_fail (PT_IS_STEP (self), FALSE);

  return self->block;
}

PtPlanChange *
pt_plan_change_new (const char *from,
                    const char *to)
{
  PtPlanChange *self = g_new0 (PtPlanChange, 1);

  self->from = g_strdup (from);
  self->to = g_strdup (to);
  return self;
}

void
pt_plan_change_free (PtPlanChange *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->from);
  g_free (self->to);
  g_free (self);
}
