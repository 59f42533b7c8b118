/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot-entry"

#include "config.h"

#include "pt-boot-entry.h"

#include <string.h>

typedef struct
{
  char        *wanted; /* number, title or id of the default */
  guint        depth;
  guint        index;    /* of the next entry or submenu at the top */
  gboolean     matching; /* inside the wanted one */
  PtBootEntry *entry;
} PtMenu;

void
pt_boot_entry_free (PtBootEntry *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->kernel);
  g_free (self->arguments);
  g_free (self->initrd);
  g_free (self);
}

/* The value of the last `set default="…"` that is spelled out; "0" without one. */
static char *
pt_menu_find_default (char **lines)
{
  char *found = g_strdup ("0");

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = g_strstrip (g_strdup (lines[i]));
      const char      *value = line + strlen ("set default=");
      gsize            length = 0;

      if (!g_str_has_prefix (line, "set default="))
        continue;
      value += *value == '"';
      length = strcspn (value, "\"");
      if (length == 0 || *value == '$')
        continue;
      g_free (found);
      found = g_strndup (value, length);
    }
  return found;
}

/* TRUE if the opening line of an entry is the wanted one: by number, title or id. */
static gboolean
pt_menu_is_wanted (PtMenu     *self,
                   const char *line)
{
  g_autofree char *number = g_strdup_printf ("%u", self->index);
  g_autofree char *quoted = g_strdup_printf ("'%s'", self->wanted);

  return g_str_equal (number, self->wanted) || strstr (line, quoted) != NULL;
}

static void
pt_menu_take_linux (PtMenu     *self,
                    const char *rest)
{
  gsize length = strcspn (rest, " \t");

  if (self->entry->kernel != NULL)
    return;
  self->entry->kernel = g_strndup (rest, length);
  self->entry->arguments = g_strstrip (g_strdup (rest + length));
}

static void
pt_menu_take_line (PtMenu     *self,
                   const char *line)
{
  gboolean opens = g_str_has_prefix (line, "menuentry ") || g_str_has_prefix (line, "submenu ");

  if (opens && self->depth++ == 0)
    {
      self->matching = pt_menu_is_wanted (self, line) && self->entry->kernel == NULL;
      self->index++;
    }
  else if (!opens && g_str_equal (line, "}") && self->depth > 0)
    {
      self->depth--;
      self->matching = self->matching && self->depth > 0;
    }
  else if (self->matching && strncmp (line, "linux", 5) == 0 && strpbrk (line, " \t") != NULL)
    {
      pt_menu_take_linux (self,
                          line + strcspn (line, " \t") + strspn (strpbrk (line, " \t"), " \t"));
    }
  else if (self->matching && strncmp (line, "initrd", 6) == 0 && self->entry->initrd == NULL &&
           strpbrk (line, " \t") != NULL)
    {
      self->entry->initrd = g_strstrip (g_strdup (strpbrk (line, " \t")));
    }
}

PtBootEntry *
pt_boot_entry_parse (const char *text)
{
  PtMenu menu = { 0 };
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  lines = g_strsplit (text, "\n", -1);
  menu.entry = g_new0 (PtBootEntry, 1);
  menu.wanted = pt_menu_find_default (lines);
  for (gsize i = 0; lines[i] != NULL; i++)
    pt_menu_take_line (&menu, g_strstrip (lines[i]));
  g_free (menu.wanted);

  if (menu.entry->kernel == NULL)
    g_clear_pointer (&menu.entry, pt_boot_entry_free);
  return menu.entry;
}
