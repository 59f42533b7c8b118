/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-xorg-step"

#include "config.h"

#include "pt-xorg-step.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-step-private.h"
#include "pt-xorg.h"

#define PT_XORG_FILE "X11/xorg.conf"
#define PT_XORG_FOLDER "X11/xorg.conf.d"

/* What a line that is taken out of service begins with. */
#define PT_XORG_COMMENT "# Passthru: "

/* Lines @first to @last of a file. */
typedef struct
{
  guint    first;
  guint    last;
  char    *kind; /* in small letters */
  char    *identifier;
  gboolean drop;
} PtXorgSection;

typedef struct
{
  char     *path;  /* logical */
  char     *text;  /* NULL if it cannot be read */
  char    **lines; /* NULL-ended; line ends apart */
  gboolean *drop;  /* for each of the lines */
  GArray   *sections;
  char     *reason; /* why it cannot be changed, or NULL */
} PtXorgFile;

static void
pt_xorg_section_clear (PtXorgSection *self)
{
  g_free (self->kind);
  g_free (self->identifier);
}

static void
pt_xorg_file_free (PtXorgFile *self)
{
  g_free (self->path);
  g_free (self->text);
  g_strfreev (self->lines);
  g_free (self->drop);
  g_clear_pointer (&self->sections, g_array_unref);
  g_free (self->reason);
  g_free (self);
}

static void
pt_xorg_file_complain (PtXorgFile *self,
                       guint       line,
                       const char *what)
{
  if (self->reason == NULL)
    self->reason = g_strdup_printf ("line %u: %s", line + 1, what);
}

static void
pt_xorg_file_split (PtXorgFile *self)
{
  PtXorgSection *open = NULL;
  guint          i = 0;

  for (; self->lines[i] != NULL; i++)
    {
      g_autofree char *kind = pt_xorg_value (self->lines[i], "section");
      g_autofree char *end = pt_xorg_value (self->lines[i], "endsection");
      g_autofree char *identifier = pt_xorg_value (self->lines[i], "identifier");

      if (kind != NULL && open != NULL)
        pt_xorg_file_complain (self, i, "a section begins in a section");
      if (end != NULL && open == NULL)
        pt_xorg_file_complain (self, i, "a section ends that never began");
      if (kind != NULL && open == NULL)
        {
          g_array_set_size (self->sections, self->sections->len + 1);
          open = &g_array_index (self->sections, PtXorgSection, self->sections->len - 1);
          open->first = i;
          open->kind = g_ascii_strdown (kind, -1);
        }
      else if (open != NULL && open->identifier == NULL)
        open->identifier = g_steal_pointer (&identifier);
      if (open != NULL)
        open->last = i;
      if (end != NULL)
        open = NULL;
    }
  if (open != NULL)
    pt_xorg_file_complain (self, open->first, "the section does not end");
}

/* NULL for a file that went away. */
static PtXorgFile *
pt_xorg_file_read (PtSysroot  *sysroot,
                   const char *name)
{
  g_autoptr (GError) error = NULL;
  gsize       length = 0;
  char       *text = pt_sysroot_read (sysroot, PT_PLACE_ETC, name, &length, &error);
  PtXorgFile *self = NULL;

  if (g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    return NULL;
  self = g_new0 (PtXorgFile, 1);
  self->path = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, name);
  self->text = text;
  if (text == NULL)
    self->reason = g_strdup (error->message);
  else if (!g_utf8_validate_len (text, length, NULL))
    self->reason = g_strdup ("not UTF-8 text");
  self->lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  self->drop = g_new0 (gboolean, g_strv_length (self->lines) + 1);
  self->sections = g_array_new (FALSE, TRUE, sizeof (PtXorgSection));
  g_array_set_clear_func (self->sections, (GDestroyNotify)pt_xorg_section_clear);
  pt_xorg_file_split (self);
  return self;
}

static GPtrArray *
pt_xorg_files_read (PtSysroot *sysroot)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_xorg_file_free);
  g_auto (GStrv) names = pt_xorg_list_files (sysroot);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      PtXorgFile *file = pt_xorg_file_read (sysroot, names[i]);

      if (file != NULL)
        g_ptr_array_add (files, file);
    }
  return files;
}

static gboolean
pt_xorg_names_device (const char *line,
                      GPtrArray  *devices)
{
  g_autofree char *value = pt_xorg_value (line, "busid");
  PtAddress        address = { 0 };

  if (value == NULL || !pt_xorg_bus_id_parse (value, &address))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      if (entry->at_boot && pt_address_equal (pt_device_get_address (entry->device), &address))
        return TRUE;
    }
  return FALSE;
}

/* Sections refer to sections of other files. */
static gboolean
pt_xorg_is_dropped (GPtrArray  *files,
                    const char *kind,
                    const char *name)
{
  for (guint i = 0; i < files->len; i++)
    {
      PtXorgFile *file = g_ptr_array_index (files, i);

      for (guint j = 0; j < file->sections->len; j++)
        {
          PtXorgSection *section = &g_array_index (file->sections, PtXorgSection, j);

          if (section->drop && g_str_equal (section->kind, kind) &&
              section->identifier != NULL && g_ascii_strcasecmp (section->identifier, name) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

/* TRUE if @line is `KEYWORD "name"` with the name of a section of @kind that is dropped; a layout
 * may also write `Screen 0 "name"`. */
static gboolean
pt_xorg_refers (GPtrArray  *files,
                const char *line,
                const char *keyword,
                const char *kind)
{
  g_autofree char *value = pt_xorg_value (line, keyword);
  const char      *quote = value != NULL ? strchr (line, '"') : NULL;
  const char      *end = quote != NULL ? strchr (quote + 1, '"') : NULL;
  g_autofree char *name = end != NULL ? g_strndup (quote + 1, (gsize)(end - quote - 1)) : NULL;

  return name != NULL && pt_xorg_is_dropped (files, kind, name);
}

/* What makes a section go, or only a line of it. */
typedef struct
{
  const char *section;
  const char *keyword; /* NULL: the BusID of a card */
  const char *kind;    /* of the section that is named */
  gboolean    line_only;
} PtXorgRule;

static const PtXorgRule pt_xorg_rules[] = {
  { "device", NULL, NULL, FALSE },
  { "screen", "device", "device", FALSE },
  { "screen", "gpudevice", "device", TRUE },
  { "serverlayout", "screen", "screen", FALSE },
  { "serverlayout", "inactive", "device", TRUE },
};

static void
pt_xorg_mark_section (GPtrArray        *files,
                      PtXorgFile       *file,
                      PtXorgSection    *section,
                      const PtXorgRule *rule,
                      GPtrArray        *devices)
{
  for (guint i = section->first; i <= section->last; i++)
    {
      const char *line = file->lines[i];

      if (rule->keyword == NULL ? pt_xorg_names_device (line, devices)
                                : pt_xorg_refers (files, line, rule->keyword, rule->kind))
        {
          file->drop[i] = TRUE;
          section->drop |= !rule->line_only;
        }
    }
  for (guint i = section->first; section->drop && i <= section->last; i++)
    file->drop[i] = TRUE;
}

static void
pt_xorg_mark (GPtrArray *files,
              GPtrArray *devices)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pt_xorg_rules); i++)
    for (guint j = 0; j < files->len; j++)
      {
        PtXorgFile *file = g_ptr_array_index (files, j);

        for (guint k = 0; k < file->sections->len; k++)
          {
            PtXorgSection *section = &g_array_index (file->sections, PtXorgSection, k);

            if (g_str_equal (section->kind, pt_xorg_rules[i].section))
              pt_xorg_mark_section (files, file, section, &pt_xorg_rules[i], devices);
          }
      }
}

static GPtrArray *
pt_xorg_judge (PtSysroot *sysroot,
               GPtrArray *devices)
{
  GPtrArray *files = pt_xorg_files_read (sysroot);

  pt_xorg_mark (files, devices);
  return files;
}

/* One edit for each run of lines. PtPlanChange. */
static GPtrArray *
pt_xorg_file_make_edits (PtXorgFile *self,
                         char      **content)
{
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  g_autoptr (GString) from = g_string_new (NULL);
  g_autoptr (GString) to = g_string_new (NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; self->lines[i] != NULL; i++)
    {
      const char *comment = self->drop[i] ? PT_XORG_COMMENT : "";

      g_string_append_printf (text, "%s%s%s", i > 0 ? "\n" : "", comment, self->lines[i]);
      if (!self->drop[i])
        continue;
      g_string_append_printf (from, "%s%s", from->len > 0 ? "\n" : "", self->lines[i]);
      g_string_append_printf (to, "%s%s%s", to->len > 0 ? "\n" : "", comment, self->lines[i]);
      if (self->lines[i + 1] != NULL && self->drop[i + 1])
        continue;
      g_ptr_array_add (edits, pt_plan_change_new (from->str, to->str));
      g_string_truncate (from, 0);
      g_string_truncate (to, 0);
    }
  *content = g_string_free (text, FALSE);
  return edits;
}

void
pt_xorg_step_add (GPtrArray *steps,
                  PtSysroot *sysroot,
                  GPtrArray *devices)
{
  g_autoptr (GPtrArray) files = NULL;

  g_return_if_fail (steps != NULL);
  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (devices != NULL);

  files = pt_xorg_judge (sysroot, devices);
  for (guint i = 0; i < files->len; i++)
    {
      PtXorgFile *file = g_ptr_array_index (files, i);
      char       *text = NULL;
      g_autoptr (GPtrArray) edits = pt_xorg_file_make_edits (file, &text);
      g_autoptr (GBytes) content = g_bytes_new_take (text, strlen (text));
      g_autoptr (GBytes) old = NULL;

      if (edits->len == 0 || file->reason != NULL)
        continue;
      old = g_bytes_new (file->text, strlen (file->text));
      g_ptr_array_add (
        steps, pt_step_new_file ("xorg", _ ("Tell the desktop not to expect the guest's card"),
                                 _ ("This file makes Xorg use a card that the desktop no longer "
                                    "has, and Xorg would not start. Those sections become "
                                    "comments."),
                                 file->path, old, content, 0644, edits));
    }
}

char *
pt_xorg_step_find_obstacle (PtSysroot *sysroot,
                            GPtrArray *devices)
{
  g_autoptr (GPtrArray) files = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (devices != NULL, NULL);

  files = pt_xorg_judge (sysroot, devices);
  for (guint i = 0; i < files->len; i++)
    {
      PtXorgFile *file = g_ptr_array_index (files, i);
      char       *text = NULL;
      g_autoptr (GPtrArray) edits = pt_xorg_file_make_edits (file, &text);

      g_free (text);
      if (file->reason != NULL && (edits->len > 0 || file->text == NULL))
        /* Translators: the name of a file, and what is wrong with it, in English. */
        return g_strdup_printf (_ ("The file %s may make Xorg use the guest's card, but Passthru "
                                   "cannot edit it (%s); correct or remove it first."),
                                file->path, file->reason);
    }
  return NULL;
}

gboolean
pt_xorg_step_owns_path (PtSysroot  *sysroot,
                        const char *path)
{
  g_autofree char *file = NULL;
  g_autofree char *folder = NULL;
  const char      *base = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  file = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, PT_XORG_FILE);
  folder = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, PT_XORG_FOLDER);
  if (g_str_equal (path, file))
    return TRUE;
  if (!g_str_has_prefix (path, folder) || path[strlen (folder)] != '/')
    return FALSE;
  base = path + strlen (folder) + 1;
  return *base != '.' && *base != '/' && strchr (base, '/') == NULL &&
         g_str_has_suffix (base, ".conf");
}

/* Where @block stands as whole lines in @text, from @text on; or NULL. */
static const char *
pt_xorg_find_block (const char *text,
                    const char *from,
                    const char *block)
{
  gsize length = strlen (block);

  for (const char *found = from; (found = strstr (found, block)) != NULL; found++)
    if ((found == text || found[-1] == '\n') && (found[length] == '\n' || found[length] == '\0'))
      return found;
  return NULL;
}

/* (transfer full) */
static char *
pt_xorg_undo_edit (const char         *text,
                   const PtPlanChange *edit)
{
  const char *found = *edit->to != '\0' ? pt_xorg_find_block (text, text, edit->to) : NULL;

  if (found == NULL)
    return pt_xorg_find_block (text, text, edit->from) != NULL ? g_strdup (text) : NULL;
  /* Twice: which of them was ours cannot be told. */
  if (pt_xorg_find_block (text, found + 1, edit->to) != NULL)
    return NULL;
  return g_strdup_printf ("%.*s%s%s", (int)(found - text), text, edit->from,
                          found + strlen (edit->to));
}

char *
pt_xorg_step_undo_edits (const char *text,
                         GPtrArray  *edits)
{
  char *rest = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (edits != NULL, NULL);

  rest = g_strdup (text);
  for (guint i = edits->len; rest != NULL && i-- > 0;)
    {
      char *next = pt_xorg_undo_edit (rest, g_ptr_array_index (edits, i));

      g_free (rest);
      rest = next;
    }
  return rest;
}
