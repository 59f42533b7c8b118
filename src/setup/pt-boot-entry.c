/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot-entry"

#include "config.h"

#include "pt-boot-entry.h"

#include <string.h>

struct _PtBootMenu
{
  GPtrArray *entries; /* PtBootEntry *, submenus among them */
  char      *wanted;  /* of the last `set default=` with a value that can be told */
};

/* While it is read. */
typedef struct
{
  PtBootMenu  *menu;
  PtBootEntry *submenu; /* the innermost open one, or NULL */
  PtBootEntry *entry;   /* the open one, or NULL */
  GString     *body;
  guint        depth; /* of braces inside the entry */
} PtMenuReader;

static void
pt_boot_entry_free (PtBootEntry *self)
{
  g_free (self->title);
  g_free (self->id);
  g_free (self->words);
  g_free (self->body);
  g_free (self->kernel);
  g_free (self->arguments);
  g_free (self->initrd);
  g_free (self);
}

void
pt_boot_menu_free (PtBootMenu *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->entries);
  g_free (self->wanted);
  g_free (self);
}

/* How many entries @parent has so far. */
static guint
pt_boot_menu_count (PtBootMenu        *self,
                    const PtBootEntry *parent)
{
  guint count = 0;

  for (guint i = 0; i < self->entries->len; i++)
    count += ((PtBootEntry *)g_ptr_array_index (self->entries, i))->parent == parent;
  return count;
}

static void
pt_boot_entry_take_words (PtBootEntry *self,
                          char       **words)
{
  GString *others = g_string_new (NULL);

  self->title = g_strdup (words[0] != NULL && words[1] != NULL ? words[1] : "");
  for (guint i = 2; words[0] != NULL && words[1] != NULL && words[i] != NULL; i++)
    {
      gboolean names_id = g_str_equal (words[i], "--id") ||
                          g_str_equal (words[i], "$menuentry_id_option") ||
                          g_str_equal (words[i], "${menuentry_id_option}");
      g_autofree char *quoted = NULL;

      if (names_id && words[i + 1] != NULL)
        {
          g_free (self->id);
          self->id = g_strdup (words[++i]);
          continue;
        }
      quoted = strpbrk (words[i], " \t'\"\\$;{}<>|&#") != NULL ? g_shell_quote (words[i])
                                                               : g_strdup (words[i]);
      g_string_append_printf (others, " %s", quoted);
    }
  self->words = g_string_free (others, FALSE);
}

/* @line opens an entry or a submenu. */
static PtBootEntry *
pt_menu_reader_open (PtMenuReader *self,
                     const char   *line)
{
  PtBootEntry     *entry = g_new0 (PtBootEntry, 1);
  g_autofree char *head = g_strndup (line, strlen (line) - 1);
  g_auto (GStrv) words = NULL;

  if (!g_shell_parse_argv (head, NULL, &words, NULL))
    words = g_new0 (char *, 1);
  entry->parent = self->submenu;
  entry->number = pt_boot_menu_count (self->menu, self->submenu);
  pt_boot_entry_take_words (entry, words);
  g_ptr_array_add (self->menu->entries, entry);
  return entry;
}

/* TRUE if @line is the command @name or one of its kind (`linux`, `linuxefi`, `linux16`).
 * @rest (out): what follows. */
static gboolean
pt_menu_is_command (const char  *line,
                    const char  *name,
                    const char **rest)
{
  gsize length = strcspn (line, " \t");

  if (!g_str_has_prefix (line, name) || line[length] == '\0')
    return FALSE;
  if (length > strlen (name) && strncmp (line + strlen (name), "efi", 3) != 0 &&
      strncmp (line + strlen (name), "16", 2) != 0)
    return FALSE;
  *rest = line + length + strspn (line + length, " \t");
  return TRUE;
}

static void
pt_menu_reader_take_body (PtMenuReader *self,
                          const char   *whole,
                          const char   *line)
{
  PtBootEntry *entry = self->entry;
  const char  *rest = NULL;

  g_string_append_printf (self->body, "%s\n", whole);
  if (entry->kernel == NULL && pt_menu_is_command (line, "linux", &rest))
    {
      gsize length = strcspn (rest, " \t");

      entry->kernel = g_strndup (rest, length);
      entry->arguments = g_strstrip (g_strdup (rest + length));
    }
  else if (entry->initrd == NULL && pt_menu_is_command (line, "initrd", &rest))
    {
      entry->initrd = g_strdup (rest);
    }
}

/* Inside an entry. */
static void
pt_menu_reader_continue (PtMenuReader *self,
                         const char   *whole,
                         const char   *line)
{
  if (g_str_equal (line, "}") && self->depth == 0)
    {
      self->entry->body = g_string_free (self->body, FALSE);
      self->body = NULL;
      self->entry = NULL;
      return;
    }
  if (g_str_has_suffix (line, "{"))
    self->depth++;
  else if (g_str_equal (line, "}"))
    self->depth--;
  pt_menu_reader_take_body (self, whole, line);
}

static void
pt_menu_reader_take_default (PtMenuReader *self,
                             const char   *line)
{
  const char *value = line + strlen ("set default=");
  gsize       length = 0;

  value += *value == '"';
  length = strcspn (value, "\"");
  if (length == 0 || g_str_has_prefix (value, "${next_entry}"))
    return;
  g_free (self->menu->wanted);
  self->menu->wanted = g_strndup (value, length);
}

static void
pt_menu_reader_take_line (PtMenuReader *self,
                          const char   *whole)
{
  g_autofree char *line = g_strstrip (g_strdup (whole));

  if (self->entry != NULL)
    {
      pt_menu_reader_continue (self, whole, line);
    }
  else if (g_str_has_prefix (line, "menuentry ") && g_str_has_suffix (line, "{"))
    {
      self->entry = pt_menu_reader_open (self, line);
      self->body = g_string_new (NULL);
      self->depth = 0;
    }
  else if (g_str_has_prefix (line, "submenu ") && g_str_has_suffix (line, "{"))
    {
      self->submenu = pt_menu_reader_open (self, line);
    }
  else if (g_str_equal (line, "}") && self->submenu != NULL)
    {
      self->submenu = (PtBootEntry *)self->submenu->parent;
    }
  else if (g_str_has_prefix (line, "set default="))
    {
      pt_menu_reader_take_default (self, line);
    }
}

PtBootMenu *
pt_boot_menu_parse (const char *text)
{
  PtBootMenu  *self = NULL;
  PtMenuReader reader = { 0 };
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_new0 (PtBootMenu, 1);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_boot_entry_free);
  self->wanted = g_strdup ("0");
  reader.menu = self;
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    pt_menu_reader_take_line (&reader, lines[i]);
  /* One that does not end is none. */
  if (reader.entry != NULL)
    {
      g_string_free (reader.body, TRUE);
      g_ptr_array_remove (self->entries, reader.entry);
    }
  return self;
}

static gboolean
pt_boot_entry_is_called (const PtBootEntry *self,
                         const char        *name)
{
  g_autofree char *number = g_strdup_printf ("%u", self->number);

  return g_str_equal (number, name) || g_str_equal (self->title, name) ||
         g_strcmp0 (self->id, name) == 0;
}

static gboolean
pt_boot_entry_is_at (const PtBootEntry *self,
                     char             **levels)
{
  for (guint i = g_strv_length (levels); i-- > 0; self = self->parent)
    if (self == NULL || !pt_boot_entry_is_called (self, levels[i]))
      return FALSE;
  return self == NULL;
}

const PtBootEntry *
pt_boot_menu_find (PtBootMenu *self,
                   const char *wanted)
{
  g_auto (GStrv) levels = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (wanted != NULL, NULL);

  levels = g_strsplit (wanted, ">", -1);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const PtBootEntry *entry = g_ptr_array_index (self->entries, i);

      if (pt_boot_entry_is_at (entry, levels))
        return entry->body != NULL ? entry : NULL;
    }
  return NULL;
}

const PtBootEntry *
pt_boot_menu_get_default (PtBootMenu *self,
                          const char *environment)
{
  const PtBootEntry *entry = NULL;
  g_autofree char   *wanted = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (g_str_has_prefix (self->wanted, "${saved_entry}") ||
      g_str_equal (self->wanted, "$saved_entry"))
    wanted = environment != NULL ? pt_boot_environment_get (environment, "saved_entry") : NULL;
  else
    wanted = g_strdup (self->wanted);
  if (wanted != NULL && *wanted != '\0')
    entry = pt_boot_menu_find (self, wanted);
  if (entry == NULL)
    entry = pt_boot_menu_find (self, "0");
  return entry != NULL && entry->kernel != NULL ? entry : NULL;
}

/* GRUB puts a backslash before a byte that would not be itself, a backslash or a line's end. */
static char *
pt_boot_environment_unescape (const char *text)
{
  GString *value = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      text += *text == '\\' && text[1] != '\0';
      g_string_append_c (value, *text);
    }
  return g_string_free (value, FALSE);
}

char *
pt_boot_environment_get (const char *environment,
                         const char *name)
{
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (environment != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  lines = g_strsplit (environment, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '#' && g_str_has_prefix (lines[i], name) &&
        lines[i][strlen (name)] == '=')
      return pt_boot_environment_unescape (lines[i] + strlen (name) + 1);
  return NULL;
}
