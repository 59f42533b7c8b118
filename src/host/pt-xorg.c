/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-xorg"

#include "config.h"

#include "pt-xorg.h"

#include <string.h>

#define PT_XORG_FILE "X11/xorg.conf"
#define PT_XORG_FOLDER "X11/xorg.conf.d"


void
pt_xorg_bus_id_free (PtXorgBusId *self)
{
  g_free (self->file);
  g_free (self->text);
  g_free (self);
}


/* A number at *@text, which is moved behind it. */
static gboolean
pt_xorg_take_number (const char **text,
                     guint64      max,
                     guint       *number)
{
  char   *rest = NULL;
  guint64 value = 0;

  if (!g_ascii_isdigit (**text))
    return FALSE;
  value = g_ascii_strtoull (*text, &rest, 10);
  if (value > max)
    return FALSE;
  *number = (guint)value;
  *text = rest;
  return TRUE;
}


static gboolean
pt_xorg_take_character (const char **text,
                        char         character)
{
  if (**text != character)
    return FALSE;
  (*text)++;
  return TRUE;
}


gboolean
pt_xorg_bus_id_parse (const char *text,
                      PtAddress  *address)
{
  guint domain = 0, bus = 0, slot = 0, function = 0;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  if (g_ascii_strncasecmp (text, "PCI:", 4) != 0)
    return FALSE;
  text += 4;
  if (!pt_xorg_take_number (&text, 255, &bus))
    return FALSE;
  if (pt_xorg_take_character (&text, '@') && !pt_xorg_take_number (&text, G_MAXUINT32, &domain))
    return FALSE;
  if (!pt_xorg_take_character (&text, ':') || !pt_xorg_take_number (&text, 31, &slot))
    return FALSE;
  if (pt_xorg_take_character (&text, ':') && !pt_xorg_take_number (&text, 7, &function))
    return FALSE;
  if (*text != '\0')
    return FALSE;
  address->domain = domain;
  address->bus = (guint8)bus;
  address->slot = (guint8)slot;
  address->function = (guint8)function;
  return TRUE;
}


char *
pt_xorg_value (const char *line,
               const char *keyword)
{
  const char *end = NULL;

  g_return_val_if_fail (line != NULL, NULL);
  g_return_val_if_fail (keyword != NULL, NULL);

  line += strspn (line, " \t");
  for (; *keyword != '\0'; line++)
    {
      if (*line == '_')
        continue;
      if (g_ascii_tolower (*line) != *keyword)
        return NULL;
      keyword++;
    }
  if (*line != '\0' && strchr (" \t\r\"#", *line) == NULL)
    return NULL;
  line += strspn (line, " \t");
  end = *line == '"' ? strchr (line + 1, '"') : NULL;
  return end != NULL ? g_strndup (line + 1, (gsize)(end - line - 1)) : g_strdup ("");
}


static gboolean
pt_xorg_is (const char *line,
            const char *keyword)
{
  g_autofree char *value = pt_xorg_value (line, keyword);

  return value != NULL;
}


static PtXorgBusId *
pt_xorg_bus_id_new (char *text)
{
  PtXorgBusId *self = g_new0 (PtXorgBusId, 1);

  self->text = text;
  self->valid = pt_xorg_bus_id_parse (text, &self->address);
  return self;
}


GPtrArray *
pt_xorg_parse (const char *text)
{
  g_autoptr (GPtrArray) found =
               g_ptr_array_new_with_free_func ((GDestroyNotify)pt_xorg_bus_id_free);
  g_auto (GStrv) lines = NULL;
  gboolean in_device = FALSE;

  g_return_val_if_fail (text != NULL, NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *section = pt_xorg_value (lines[i], "section");
      char            *value = NULL;

      if (section != NULL)
        in_device = g_ascii_strcasecmp (section, "device") == 0;
      else if (pt_xorg_is (lines[i], "endsection"))
        in_device = FALSE;
      else if (in_device && (value = pt_xorg_value (lines[i], "busid")) != NULL)
        g_ptr_array_add (found, pt_xorg_bus_id_new (value));
    }
  return g_steal_pointer (&found);
}


char **
pt_xorg_list_files (PtSysroot *sysroot)
{
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (pt_sysroot_exists (sysroot, PT_PLACE_ETC, PT_XORG_FILE))
    g_strv_builder_add (files, PT_XORG_FILE);
  names = pt_sysroot_list (sysroot, PT_PLACE_ETC, PT_XORG_FOLDER, NULL);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (PT_XORG_FOLDER, names[i], NULL);

      if (g_str_has_suffix (names[i], ".conf"))
        g_strv_builder_add (files, name);
    }
  return g_strv_builder_end (files);
}


GPtrArray *
pt_xorg_read (PtSysroot *sysroot)
{
  g_autoptr (GPtrArray) all =
               g_ptr_array_new_with_free_func ((GDestroyNotify)pt_xorg_bus_id_free);
  g_auto (GStrv) files = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  files = pt_xorg_list_files (sysroot);
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, files[i], NULL);
      g_autoptr (GPtrArray) found = text != NULL ? pt_xorg_parse (text) : NULL;

      while (found != NULL && found->len > 0)
        {
          PtXorgBusId *id = g_ptr_array_steal_index (found, 0);

          id->file = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, files[i]);
          g_ptr_array_add (all, id);
        }
    }
  return g_steal_pointer (&all);
}
