/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-form"

#include "config.h"

#include "pt-form.h"

#include <string.h>

#define PT_GRUB_VARIABLE "GRUB_CMDLINE_LINUX_DEFAULT"
#define PT_LIMINE_VARIABLE "KERNEL_CMDLINE[default]"

/* Files by name; a name with an asterisk stands for one level of a folder. */
static const struct
{
  PtForm      form;
  PtPlace     place;
  const char *name;
} pt_form_files[] = {
  { PT_FORM_GRUB, PT_PLACE_ETC, "default/grub" },
  { PT_FORM_GRUB, PT_PLACE_ETC, "default/grub.d/*.cfg" },
  { PT_FORM_LIMINE_TOOL, PT_PLACE_ETC, "default/limine" },
  { PT_FORM_WORDS, PT_PLACE_ETC, "kernel/cmdline" },
  { PT_FORM_WORDS, PT_PLACE_ETC, "cmdline.d/*.conf" },
  { PT_FORM_ENTRY, PT_PLACE_BOOT, "loader/entries/*.conf" },
  { PT_FORM_ENTRY, PT_PLACE_BOOT, "efi/loader/entries/*.conf" },
  { PT_FORM_ENTRY, PT_PLACE_ROOT, "efi/loader/entries/*.conf" },
  { PT_FORM_LIMINE, PT_PLACE_BOOT, "limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_BOOT, "limine/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_BOOT, "EFI/limine/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_BOOT, "EFI/BOOT/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_BOOT, "efi/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_BOOT, "efi/limine/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_BOOT, "efi/EFI/limine/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_BOOT, "efi/EFI/BOOT/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_ROOT, "efi/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_ROOT, "efi/EFI/limine/limine.conf" },
  { PT_FORM_LIMINE, PT_PLACE_ROOT, "efi/EFI/BOOT/limine.conf" },
};

static gboolean
pt_form_path_matches (const char *path,
                      const char *pattern)
{
  const char *star = strchr (pattern, '*');
  gsize       front = star != NULL ? (gsize)(star - pattern) : 0;
  const char *base = path + front;

  if (star == NULL)
    return g_str_equal (path, pattern);
  return strncmp (path, pattern, front) == 0 && *base != '.' && *base != '\0' &&
         strchr (base, '/') == NULL && g_str_has_suffix (base, star + 1) &&
         strlen (base) > strlen (star + 1);
}

PtForm
pt_form_of_path (PtSysroot  *sysroot,
                 const char *path)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), PT_FORM_NONE);
  g_return_val_if_fail (path != NULL, PT_FORM_NONE);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_form_files); i++)
    {
      g_autofree char *pattern = pt_sysroot_logical_path (sysroot, pt_form_files[i].place,
                                                          pt_form_files[i].name);

      if (pattern != NULL && pt_form_path_matches (path, pattern))
        return pt_form_files[i].form;
    }
  return PT_FORM_NONE;
}

/* Lines: every function gets a line as the bytes from @start to @end of @text, without its end. */

static gsize
pt_line_end (const char *text,
             gsize       start)
{
  return start + strcspn (text + start, "\n");
}

static gsize
pt_line_skip_blanks (const char *text,
                     gsize       start)
{
  return start + strspn (text + start, " \t");
}

/* Where the value of an entry's line begins if its key is `options`, else 0. */
static gsize
pt_entry_line_value (const char *text,
                     gsize       start)
{
  gsize begin = pt_line_skip_blanks (text, start);
  gsize length = strlen ("options");

  if (strncmp (text + begin, "options", length) != 0 ||
      strchr (" \t\n", text[begin + length]) == NULL)
    return 0;
  return begin + length;
}

/* Where the command line of a limine.conf's line begins, else 0. Keys have any case. */
static gsize
pt_limine_line_value (const char *text,
                      gsize       start)
{
  static const char *const keys[] = { "cmdline:", "kernel_cmdline:" };
  gsize                    begin = pt_line_skip_blanks (text, start);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_ascii_strncasecmp (text + begin, keys[i], strlen (keys[i])) == 0)
      return begin + strlen (keys[i]);
  return 0;
}

/* The number of the entry that boots by default, from 1 on. */
static guint
pt_limine_default (const char *text)
{
  static const char key[] = "default_entry:";

  for (gsize start = 0; text[start] != '\0';)
    {
      gsize begin = pt_line_skip_blanks (text, start);
      gsize end = pt_line_end (text, start);

      if (text[begin] == '/')
        break;
      if (g_ascii_strncasecmp (text + begin, key, strlen (key)) == 0)
        {
          guint64 number = g_ascii_strtoull (text + begin + strlen (key), NULL, 10);

          return number > 0 && number < G_MAXUINT ? (guint)number : 1;
        }
      start = end + (text[end] != '\0');
    }
  return 1;
}

/* Where a walk through the menu is. What is in a folder that is not open from the start is no part
 * of it and is not counted. */
typedef struct
{
  guint count;   /* of the entries so far */
  guint current; /* number of the one at hand, 0 within a closed folder */
  gsize closed;  /* depth of the last entry that is not open, or 0 */
} PtLimineMenu;

/* Takes the line that begins at @line. TRUE if an entry starts with it. */
static gboolean
pt_limine_take_line (PtLimineMenu *self,
                     const char   *line)
{
  gsize depth = strspn (line, "/");

  if (depth == 0)
    return FALSE;
  if (self->closed > 0 && depth > self->closed)
    {
      self->current = 0;
      return TRUE;
    }
  self->current = ++self->count;
  self->closed = line[depth] == '+' ? 0 : depth;
  return TRUE;
}

char *
pt_form_copy_limine_entry (const char *text,
                           const char *suffix)
{
  guint        wanted = 0;
  PtLimineMenu menu = { 0 };
  GString     *copy = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (suffix != NULL, NULL);

  wanted = pt_limine_default (text);
  copy = g_string_new (NULL);
  for (gsize start = 0; text[start] != '\0';)
    {
      gsize    begin = pt_line_skip_blanks (text, start);
      gsize    end = pt_line_end (text, start);
      gboolean starts = pt_limine_take_line (&menu, text + begin);

      if (menu.current == wanted && starts)
        {
          begin += strspn (text + begin, "/+");
          g_string_append_printf (copy, "/%.*s%s\n", (int)(end - begin), text + begin, suffix);
        }
      else if (menu.current == wanted && begin < end)
        g_string_append_printf (copy, "%.*s\n", (int)(end - start), text + start);
      start = end + (text[end] != '\0');
    }
  if (copy->len > 0)
    return g_string_free (copy, FALSE);
  g_string_free (copy, TRUE);
  return NULL;
}

/* How a line of a form takes part: 0, or where its parameters begin. @menu and @wanted: limine's
 * menu so far and the number of the entry that counts. */
static gsize
pt_form_line_value (PtForm        form,
                    const char   *text,
                    gsize         start,
                    PtLimineMenu *menu,
                    guint         wanted)
{
  gsize begin = pt_line_skip_blanks (text, start);

  if (form == PT_FORM_ENTRY)
    return pt_entry_line_value (text, start);
  if (form == PT_FORM_WORDS)
    return strchr ("#\n", text[begin]) != NULL ? G_MAXSIZE : begin;

  if (pt_limine_take_line (menu, text + begin))
    return 0;
  return menu->current == wanted ? pt_limine_line_value (text, start) : 0;
}

/* Calls for every line with parameters; @last_end (out): where the last of them ends, G_MAXSIZE
 * without one. */
static void
pt_form_walk (PtForm      form,
              const char *text,
              GPtrArray  *tokens,
              gsize      *last_end)
{
  guint        wanted = form == PT_FORM_LIMINE ? pt_limine_default (text) : 0;
  PtLimineMenu menu = { 0 };

  *last_end = G_MAXSIZE;
  for (gsize start = 0; text[start] != '\0';)
    {
      gsize end = pt_line_end (text, start);
      gsize value = pt_form_line_value (form, text, start, &menu, wanted);

      if (value != G_MAXSIZE && (value > 0 || form == PT_FORM_WORDS))
        {
          pt_tokens_add_plain (tokens, text, value, end);
          *last_end = end;
        }
      start = end + (text[end] != '\0');
    }
}

GPtrArray *
pt_form_parse (PtForm      form,
               const char *text)
{
  GPtrArray *tokens = NULL;
  GPtrArray *more = NULL;
  gsize      ignored = 0;

  g_return_val_if_fail (text != NULL, NULL);

  if (form == PT_FORM_LIMINE_TOOL)
    return pt_tokens_parse (text, PT_LIMINE_VARIABLE, NULL);
  if (form == PT_FORM_GRUB)
    {
      tokens = pt_tokens_parse (text, "GRUB_CMDLINE_LINUX", NULL);
      more = pt_tokens_parse (text, PT_GRUB_VARIABLE, NULL);
      g_ptr_array_extend_and_steal (tokens, more);
      return tokens;
    }

  tokens = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_token_free);
  if (form != PT_FORM_NONE)
    pt_form_walk (form, text, tokens, &ignored);
  return tokens;
}

PtToken *
pt_form_find (PtForm      form,
              const char *text,
              const char *name)
{
  g_autoptr (GPtrArray) tokens = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  tokens = pt_form_parse (form, text);
  for (guint i = tokens->len; i-- > 0;)
    {
      PtToken *token = g_ptr_array_index (tokens, i);

      if (pt_token_is (token->text, name, NULL))
        return g_ptr_array_steal_index (tokens, i);
    }
  return NULL;
}

/* Appending */

static char *
pt_form_insert (const char *text,
                gsize       position,
                const char *front,
                const char *token,
                const char *back)
{
  return g_strdup_printf ("%.*s%s%s%s%s", (int)position, text, front, token, back,
                          text + position);
}

/* TRUE if the value from @start to @end is one stretch within quotes of one kind. */
static gboolean
pt_value_is_quoted (const char *text,
                    gsize       start,
                    gsize       end)
{
  char quote = text[start];

  if (end - start < 2 || (quote != '"' && quote != '\'') || text[end - 1] != quote)
    return FALSE;
  for (gsize i = start + 1; i < end - 1; i++)
    {
      if (quote == '"' && text[i] == '\\')
        i++;
      else if (text[i] == quote)
        return FALSE;
    }
  return TRUE;
}

static gboolean
pt_value_is_bare (const char *text,
                  gsize       start,
                  gsize       end)
{
  for (gsize i = start; i < end; i++)
    if (!g_ascii_isalnum (text[i]) && strchr (".,:=_/@%+-", text[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* A new last line; what the variable had stays in front. */
static char *
pt_form_append_line (PtForm      form,
                     const char *text,
                     const char *token)
{
  const char *gap = *text == '\0' || g_str_has_suffix (text, "\n") ? "" : "\n";

  if (form == PT_FORM_GRUB)
    return g_strdup_printf ("%s%s" PT_GRUB_VARIABLE "=\"$" PT_GRUB_VARIABLE " %s\"\n", text, gap,
                            token);
  return g_strdup_printf ("%s%s" PT_LIMINE_VARIABLE "+=\" %s\"\n", text, gap, token);
}

/* Into the quotes of the last assignment where that is one everybody reads alike. */
static char *
pt_form_append_shell (PtForm      form,
                      const char *text,
                      const char *token)
{
  const char *variable = form == PT_FORM_GRUB ? PT_GRUB_VARIABLE : PT_LIMINE_VARIABLE;
  gsize       start = 0;
  gsize       end = 0;
  gboolean    at_line_start = FALSE;

  if (!pt_tokens_locate (text, variable, &start, &end, &at_line_start) || !at_line_start)
    return pt_form_append_line (form, text, token);
  if (pt_value_is_quoted (text, start, end))
    {
      gboolean close = end - start == 2 || text[end - 2] == ' ' || text[end - 2] == '\t';

      return pt_form_insert (text, end - 1, close ? "" : " ", token, "");
    }
  if (pt_value_is_bare (text, start, end))
    return g_strdup_printf ("%.*s\"%.*s%s%s\"%s", (int)start, text, (int)(end - start),
                            text + start, end > start ? " " : "", token, text + end);
  return pt_form_append_line (form, text, token);
}

/* Into the lines of a file that is no shell's. */
static char *
pt_form_append_plain (PtForm      form,
                      const char *text,
                      const char *token,
                      GError    **error)
{
  g_autoptr (GPtrArray) tokens = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_token_free);
  gsize    end = 0;
  gboolean close = FALSE;

  pt_form_walk (form, text, tokens, &end);
  if (end != G_MAXSIZE)
    {
      close = end > 0 && g_ascii_isspace (text[end - 1]) && form != PT_FORM_WORDS;
      return pt_form_insert (text, end, close || end == 0 ? "" : " ", token, "");
    }
  if (form == PT_FORM_ENTRY || form == PT_FORM_WORDS)
    return g_strdup_printf ("%s%s%s%s\n", text,
                            *text == '\0' || g_str_has_suffix (text, "\n") ? "" : "\n",
                            form == PT_FORM_ENTRY ? "options " : "", token);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "the entry that starts by default has no command line");
  return NULL;
}

static guint
pt_form_count (PtForm      form,
               const char *text,
               const char *token)
{
  g_autoptr (GPtrArray) tokens = pt_form_parse (form, text);
  guint count = 0;

  for (guint i = 0; i < tokens->len; i++)
    count += g_str_equal (((PtToken *)g_ptr_array_index (tokens, i))->text, token);
  return count;
}

char *
pt_form_append (PtForm      form,
                const char *text,
                const char *token,
                GError    **error)
{
  g_autofree char *changed = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (token != NULL && *token != '\0', NULL);

  changed = form == PT_FORM_GRUB || form == PT_FORM_LIMINE_TOOL
              ? pt_form_append_shell (form, text, token)
              : pt_form_append_plain (form, text, token, error);
  /* Behind a quote that is never closed the kernel would not see it. */
  if (changed != NULL &&
      pt_form_count (form, changed, token) != pt_form_count (form, text, token) + 1)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "there is no place for %s behind the other kernel parameters", token);
      return NULL;
    }
  return g_steal_pointer (&changed);
}
