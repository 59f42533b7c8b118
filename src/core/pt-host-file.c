/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-host-file"

#include "config.h"

#include "pt-host-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-tree-writer.h"
#include "pt-tree.h"

#define PT_HOST_FILE_MAX_SIZE (16 * 1024 * 1024)

G_DEFINE_QUARK (pt - host - file - error - quark, pt_host_file_error)

/* What the lines so far have opened: a device (`P:`) or a file (`F:`, `X:`), never both. */
typedef struct
{
  int root;

  char    *device; /* name below the tree: sys/devices/pci0000:00/… */
  char    *subsystem;
  char    *driver;
  char    *group;
  GString *properties;

  char    *file;
  GString *content;
  guint    mode;
} PtHostFile;


static void
pt_host_file_clear (PtHostFile *self)
{
  if (self->root >= 0)
    close (self->root);
  g_free (self->device);
  g_free (self->subsystem);
  g_free (self->driver);
  g_free (self->group);
  g_free (self->file);
  g_string_free (self->properties, TRUE);
  g_string_free (self->content, TRUE);
}


G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PtHostFile, pt_host_file_clear)


static gboolean
pt_host_file_syntax (GError    **error,
                     const char *message)
{
  g_set_error_literal (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_SYNTAX, message);
  return FALSE;
}


/* The text of a link from @from to @to, both names below the tree. */
static char *
pt_host_file_relative (const char *from,
                       const char *to)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *rest_from = from;
  const char *rest_to = to;

  for (gsize i = 0; from[i] != '\0' && from[i] == to[i]; i++)
    {
      if (from[i] == '/')
        {
          rest_from = from + i + 1;
          rest_to = to + i + 1;
        }
    }
  for (const char *c = rest_from; *c != '\0'; c++)
    {
      if (*c == '/')
        g_string_append (text, "../");
    }
  return g_strconcat (text->str, rest_to, NULL);
}


static gboolean
pt_host_file_link (PtHostFile *self,
                   const char *from,
                   const char *to,
                   GError    **error)
{
  g_autofree char *target = pt_host_file_relative (from, to);

  return pt_tree_write_link (self->root, from, target, error);
}


static gboolean
pt_host_file_is_bus (const char *subsystem)
{
  static const char *const buses[] = { "pci", "usb", "platform", "scsi", "acpi",
                                       "hid", "i2c", "serio", "pnp", NULL };

  return g_strv_contains (buses, subsystem);
}


/* The links between a device and its driver. */
static gboolean
pt_host_file_link_driver (PtHostFile *self,
                          const char *base,
                          GError    **error)
{
  g_autofree char *link = g_strconcat (self->device, "/driver", NULL);
  g_autofree char *driver = NULL;
  g_autofree char *back = NULL;

  if (self->driver == NULL || self->subsystem == NULL || !pt_host_file_is_bus (self->subsystem))
    return TRUE;

  driver = g_strdup_printf ("sys/bus/%s/drivers/%s", self->subsystem, self->driver);
  back = g_strconcat (driver, "/", base, NULL);
  return pt_tree_write_folder (self->root, driver, 0, error) &&
         pt_host_file_link (self, link, driver, error) &&
         pt_host_file_link (self, back, self->device, error);
}


static gboolean
pt_host_file_link_group (PtHostFile *self,
                         const char *base,
                         GError    **error)
{
  g_autofree char *link = g_strconcat (self->device, "/iommu_group", NULL);
  g_autofree char *group = NULL;
  g_autofree char *member = NULL;

  if (self->group == NULL)
    return TRUE;

  group = g_strconcat ("sys/kernel/iommu_groups/", self->group, NULL);
  member = g_strconcat (group, "/devices/", base, NULL);
  return pt_host_file_link (self, link, group, error) &&
         pt_host_file_link (self, member, self->device, error);
}


/* The links by which a bus or a class finds the device. */
static gboolean
pt_host_file_link_subsystem (PtHostFile *self,
                             const char *base,
                             GError    **error)
{
  g_autofree char *link = g_strconcat (self->device, "/subsystem", NULL);
  g_autofree char *subsystem = NULL;
  g_autofree char *member = NULL;

  if (self->subsystem == NULL)
    return TRUE;

  if (pt_host_file_is_bus (self->subsystem))
    {
      subsystem = g_strconcat ("sys/bus/", self->subsystem, NULL);
      member = g_strconcat (subsystem, "/devices/", base, NULL);
    }
  else
    {
      subsystem = g_strconcat ("sys/class/", self->subsystem, NULL);
      member = g_strconcat (subsystem, "/", base, NULL);
    }
  return pt_host_file_link (self, member, self->device, error) &&
         pt_host_file_link (self, link, subsystem, error);
}


static gboolean
pt_host_file_finish_device (PtHostFile *self,
                            GError    **error)
{
  g_autofree char *base = g_path_get_basename (self->device);
  g_autofree char *uevent = g_strconcat (self->device, "/uevent", NULL);

  return pt_tree_write_file (self->root, uevent, self->properties->str, self->properties->len,
                             0644, error) &&
         pt_host_file_link_subsystem (self, base, error) &&
         pt_host_file_link_driver (self, base, error) &&
         pt_host_file_link_group (self, base, error);
}


/* Ends the device or file that is open. */
static gboolean
pt_host_file_finish (PtHostFile *self,
                     GError    **error)
{
  gboolean done = TRUE;

  if (self->device != NULL)
    done = pt_host_file_finish_device (self, error);
  else if (self->file != NULL)
    done = pt_tree_write_file (self->root, self->file, self->content->str, self->content->len,
                               self->mode, error);

  g_clear_pointer (&self->device, g_free);
  g_clear_pointer (&self->subsystem, g_free);
  g_clear_pointer (&self->driver, g_free);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->file, g_free);
  g_string_truncate (self->properties, 0);
  g_string_truncate (self->content, 0);
  return done;
}


/* umockdev's escapes: `\n` and `\\`. */
static char *
pt_host_file_unescape (const char *text)
{
  g_autoptr (GString) plain = g_string_sized_new (strlen (text));

  for (const char *c = text; *c != '\0'; c++)
    {
      if (c[0] == '\\' && (c[1] == 'n' || c[1] == '\\'))
        g_string_append_c (plain, *++c == 'n' ? '\n' : '\\');
      else
        g_string_append_c (plain, *c);
    }
  return g_string_free (g_steal_pointer (&plain), FALSE);
}


static gboolean
pt_host_file_parse_hex (const char *text,
                        GString    *bytes)
{
  for (; g_ascii_isxdigit (text[0]) && g_ascii_isxdigit (text[1]); text += 2)
    g_string_append_c (
      bytes, (char)(g_ascii_xdigit_value (text[0]) * 16 + g_ascii_xdigit_value (text[1])));

  return *text == '\0';
}


/* `/path` or `/path 0644`; returns the name below the tree. */
static char *
pt_host_file_parse_path (const char *text,
                         guint      *mode,
                         GError    **error)
{
  const char      *blank = strrchr (text, ' ');
  g_autofree char *path = NULL;

  if (*text != '/')
    {
      pt_host_file_syntax (error, "a path begins with a slash");
      return NULL;
    }
  if (blank != NULL && blank[1] == '0' && strlen (blank + 1) == 4 &&
      strspn (blank + 1, "01234567") == 4)
    {
      *mode = (guint)g_ascii_strtoull (blank + 1, NULL, 8);
      path = g_strndup (text, (gsize)(blank - text));
    }
  else
    path = g_strdup (text);

  if (path[1] == '\0' || !pt_tree_name_is_inside (path + 1))
    {
      g_set_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_ESCAPES,
                   "%s would leave the tree", path);
      return NULL;
    }
  return g_strdup (path + 1);
}


static gboolean
pt_host_file_open_device (PtHostFile *self,
                          const char *value,
                          GError    **error)
{
  guint            mode = 0;
  g_autofree char *path = pt_host_file_parse_path (value, &mode, error);

  if (path == NULL)
    return FALSE;
  self->device = g_strconcat ("sys/", path, NULL);
  return pt_tree_write_folder (self->root, self->device, 0, error);
}


static gboolean
pt_host_file_open_file (PtHostFile *self,
                        const char *value,
                        guint       mode,
                        GError    **error)
{
  self->mode = mode;
  self->file = pt_host_file_parse_path (value, &self->mode, error);
  return self->file != NULL;
}


static gboolean
pt_host_file_add_folder (PtHostFile *self,
                         const char *value,
                         GError    **error)
{
  guint            mode = 0755;
  g_autofree char *path = pt_host_file_parse_path (value, &mode, error);

  return path != NULL && pt_tree_write_folder (self->root, path, mode, error);
}


/* A link outside a device: `L: /etc/os-release=../usr/lib/os-release`. */
static gboolean
pt_host_file_add_link (PtHostFile *self,
                       const char *name,
                       const char *target,
                       GError    **error)
{
  guint            mode = 0;
  g_autofree char *path = pt_host_file_parse_path (name, &mode, error);

  return path != NULL && pt_tree_write_link (self->root, path, target, error);
}


/* A link of a device. Those to its driver, group and subsystem are made in both directions, from
 * the last component, so that a hand-written host may say just `L: iommu_group=28`. */
static gboolean
pt_host_file_add_device_link (PtHostFile *self,
                              const char *name,
                              const char *target,
                              GError    **error)
{
  g_autofree char *base = g_path_get_basename (target);
  g_autofree char *path = NULL;
  char           **known = NULL;

  if (g_str_equal (name, "driver"))
    known = &self->driver;
  else if (g_str_equal (name, "iommu_group"))
    known = &self->group;
  else if (g_str_equal (name, "subsystem"))
    known = &self->subsystem;

  if (known != NULL)
    {
      g_free (*known);
      *known = g_steal_pointer (&base);
      return TRUE;
    }
  path = g_strconcat (self->device, "/", name, NULL);
  return pt_tree_write_link (self->root, path, target, error);
}


static void
pt_host_file_add_property (PtHostFile *self,
                           const char *name,
                           const char *value)
{
  g_string_append_printf (self->properties, "%s=%s\n", name, value);
  if (g_str_equal (name, "SUBSYSTEM"))
    {
      g_free (self->subsystem);
      self->subsystem = g_strdup (value);
    }
  else if (g_str_equal (name, "DRIVER"))
    {
      g_free (self->driver);
      self->driver = g_strdup (value);
    }
}


static gboolean
pt_host_file_add_attribute (PtHostFile *self,
                            char        kind,
                            const char *name,
                            const char *value,
                            GError    **error)
{
  g_autofree char *path = g_strconcat (self->device, "/", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) bytes = g_string_new (NULL);

  if (kind == 'A')
    {
      text = pt_host_file_unescape (value);
      g_string_append (bytes, text);
    }
  else if (!pt_host_file_parse_hex (value, bytes))
    return pt_host_file_syntax (error, "an H: line needs pairs of hexadecimal digits");

  return pt_tree_write_file (self->root, path, bytes->str, bytes->len, 0644, error);
}


/* `K: name=value`, within a device. */
static gboolean
pt_host_file_add_pair (PtHostFile *self,
                       char        kind,
                       const char *text,
                       GError    **error)
{
  const char      *equals = strchr (text, '=');
  g_autofree char *name = equals != NULL ? g_strndup (text, (gsize)(equals - text)) : NULL;

  if (name == NULL || *name == '\0')
    return pt_host_file_syntax (error, "the line needs NAME=VALUE");
  if (kind == 'L' && *name == '/')
    return pt_host_file_add_link (self, name, equals + 1, error);
  if (self->device == NULL)
    return pt_host_file_syntax (error, "the line belongs to a device, and no P: line is before it");

  if (kind == 'E')
    pt_host_file_add_property (self, name, equals + 1);
  else if (kind == 'L')
    return pt_host_file_add_device_link (self, name, equals + 1, error);
  else
    return pt_host_file_add_attribute (self, kind, name, equals + 1, error);
  return TRUE;
}


/* Lines of a file: `|text` with a line end, `!text` without one, `%` bytes in hexadecimal. */
static gboolean
pt_host_file_add_content (PtHostFile *self,
                          const char *line,
                          GError    **error)
{
  if (self->file == NULL)
    return pt_host_file_syntax (error, "content without an F: or X: line before it");

  if (*line == '%')
    return pt_host_file_parse_hex (line + 1, self->content) ||
           pt_host_file_syntax (error, "a % line needs pairs of hexadecimal digits");

  g_string_append (self->content, line + 1);
  if (*line == '|')
    g_string_append_c (self->content, '\n');
  return TRUE;
}


static gboolean
pt_host_file_add_record (PtHostFile *self,
                         const char *line,
                         GError    **error)
{
  const char *value = line + 3;

  if (line[0] == '\0' || line[1] != ':' || line[2] != ' ')
    return pt_host_file_syntax (error, "not a line of a .host file");

  switch (line[0])
    {
    case 'P':
      return pt_host_file_finish (self, error) && pt_host_file_open_device (self, value, error);
    case 'F':
      return pt_host_file_finish (self, error) && pt_host_file_open_file (self, value, 0644, error);
    case 'X':
      return pt_host_file_finish (self, error) && pt_host_file_open_file (self, value, 0755, error);
    case 'D':
      return pt_host_file_finish (self, error) && pt_host_file_add_folder (self, value, error);
    case 'A':
    case 'E':
    case 'H':
    case 'L':
      return pt_host_file_add_pair (self, line[0], value, error);
    case 'N':
    case 'S':
      /* umockdev's device nodes and their links: not part of a host for us. */
      return TRUE;
    default:
      return pt_host_file_syntax (error, "unknown kind of line");
    }
}


static gboolean
pt_host_file_add_line (PtHostFile *self,
                       const char *line,
                       GError    **error)
{
  if (*line == '|' || *line == '!' || *line == '%')
    return pt_host_file_add_content (self, line, error);
  if (*line == '#')
    return TRUE;
  if (*line == '\0')
    return pt_host_file_finish (self, error);
  return pt_host_file_add_record (self, line, error);
}


static gboolean
pt_host_file_open_root (PtHostFile *self,
                        const char *directory,
                        GError    **error)
{
  if (g_mkdir_with_parents (directory, 0755) == 0)
    self->root = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->root >= 0)
    return TRUE;

  g_set_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_FAILED, "cannot open %s: %s",
               directory, g_strerror (errno));
  return FALSE;
}


gboolean
pt_host_file_expand_text (const char   *text,
                          const char   *name,
                          const char   *directory,
                          GCancellable *cancellable,
                          GError      **error)
{
  g_auto (PtHostFile) self = { .root = -1 };
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (directory != NULL, FALSE);

  self.properties = g_string_new (NULL);
  self.content = g_string_new (NULL);
  if (!pt_host_file_open_root (&self, directory, error))
    return FALSE;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!pt_host_file_add_line (&self, lines[i], error))
        {
          g_prefix_error (error, "%s:%u: ", name != NULL ? name : "host", i + 1);
          return FALSE;
        }
    }
  return pt_host_file_finish (&self, error);
}


gboolean
pt_host_file_expand (const char   *file,
                     const char   *directory,
                     GCancellable *cancellable,
                     GError      **error)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  gsize            length = 0;
  struct stat      info = { 0 };

  g_return_val_if_fail (file != NULL, FALSE);
  g_return_val_if_fail (directory != NULL, FALSE);

  if (stat (file, &info) == 0 && (!S_ISREG (info.st_mode) || info.st_size > PT_HOST_FILE_MAX_SIZE))
    {
      g_set_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_FAILED,
                   "%s is not a file of at most 16 MiB", file);
      return FALSE;
    }
  if (!g_file_get_contents (file, &text, &length, error))
    return FALSE;

  name = g_path_get_basename (file);
  if (!g_utf8_validate_len (text, length, NULL))
    {
      g_set_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_SYNTAX, "%s is not a text file",
                   name);
      return FALSE;
    }
  return pt_host_file_expand_text (text, name, directory, cancellable, error);
}
