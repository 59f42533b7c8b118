/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-sysroot"

#include "config.h"

#include "pt-sysroot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-sysroot-private.h"
#include "pt-tree.h"

#define PT_SYSROOT_MAX_SIZE (4 * 1024 * 1024)

struct _PtSysroot
{
  GObject parent_instance;

  char    *directory; /* "" = the real host */
  int      root;      /* -1 when @directory cannot be opened */
  gboolean as_user;   /* of a directory: modes count, not owners */
  int      kept;      /* what programs keep open, -1 = nothing; atomic */
};

G_DEFINE_FINAL_TYPE (PtSysroot, pt_sysroot, G_TYPE_OBJECT)
G_DEFINE_QUARK (pt - sysroot - error - quark, pt_sysroot_error)

/* The one table of host paths. */
static const char *const pt_sysroot_places[] = {
  [PT_PLACE_ROOT] = "",
  [PT_PLACE_PCI_BUS] = "sys/bus/pci",
  [PT_PLACE_PCI_DEVICES] = "sys/bus/pci/devices",
  [PT_PLACE_PCI_DRIVERS] = "sys/bus/pci/drivers",
  [PT_PLACE_IOMMU_CLASS] = "sys/class/iommu",
  [PT_PLACE_DRM_CLASS] = "sys/class/drm",
  [PT_PLACE_GRAPHICS_CLASS] = "sys/class/graphics",
  [PT_PLACE_BLOCK_CLASS] = "sys/class/block",
  [PT_PLACE_DMI] = "sys/class/dmi/id",
  [PT_PLACE_EFI] = "sys/firmware/efi",
  [PT_PLACE_EFI_VARIABLES] = "sys/firmware/efi/efivars",
  [PT_PLACE_ACPI_TABLES] = "sys/firmware/acpi/tables",
  [PT_PLACE_PLATFORM_DEVICES] = "sys/bus/platform/devices",
  [PT_PLACE_NETWORK_CLASS] = "sys/class/net",
  [PT_PLACE_SECURITY] = "sys/kernel/security",
  [PT_PLACE_MODULES] = "sys/module",
  [PT_PLACE_CPUS] = "sys/devices/system/cpu",
  [PT_PLACE_SYS_DEVICES] = "sys/devices",
  [PT_PLACE_USB_DEVICES] = "sys/bus/usb/devices",
  [PT_PLACE_INPUT_CLASS] = "sys/class/input",
  [PT_PLACE_BLUETOOTH_CLASS] = "sys/class/bluetooth",
  [PT_PLACE_FILE_SYSTEMS] = "sys/fs",
  [PT_PLACE_KERNEL_DEBUG] = "sys/kernel/debug",
  [PT_PLACE_PROC] = "proc",
  [PT_PLACE_DEV] = "dev",
  [PT_PLACE_ETC] = "etc",
  [PT_PLACE_BOOT] = "boot",
  [PT_PLACE_KERNEL_MODULES] = "lib/modules",
  [PT_PLACE_LIBVIRT_SOCKETS] = "run/libvirt",
  [PT_PLACE_RUN] = "run",
  [PT_PLACE_STATE] = "var/lib/passthru",
  [PT_PLACE_IMAGES] = "var/lib/libvirt/images",
  [PT_PLACE_GUEST_FIRMWARE] = "usr/share/qemu/firmware",
};
G_STATIC_ASSERT (G_N_ELEMENTS (pt_sysroot_places) == PT_PLACE_LAST);


static void
pt_sysroot_finalize (GObject *object)
{
  PtSysroot *self = PT_SYSROOT (object);

  if (self->root >= 0)
    close (self->root);
  g_free (self->directory);

  G_OBJECT_CLASS (pt_sysroot_parent_class)->finalize (object);
}


static void
pt_sysroot_class_init (PtSysrootClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_sysroot_finalize;
}


static void
pt_sysroot_init (PtSysroot *self)
{
  self->root = -1;
  self->kept = -1;
}


PtSysroot *
pt_sysroot_new_host (void)
{
  PtSysroot *self = g_object_new (PT_TYPE_SYSROOT, NULL);

  self->directory = g_strdup ("");
  self->root = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return self;
}


PtSysroot *
pt_sysroot_new_directory (const char *directory)
{
  PtSysroot *self = NULL;

  g_return_val_if_fail (directory != NULL, NULL);

  self = g_object_new (PT_TYPE_SYSROOT, NULL);
  self->directory = g_canonicalize_filename (directory, NULL);
  self->root = open (self->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return self;
}


static PtSysroot *
pt_sysroot_new_view (PtSysroot *self,
                     gboolean   as_user)
{
  PtSysroot *view = NULL;

  if (pt_sysroot_is_real (self) || self->as_user == as_user)
    return g_object_ref (self);
  view = pt_sysroot_new_directory (self->directory);
  view->as_user = as_user;
  return view;
}


PtSysroot *
pt_sysroot_for_user (PtSysroot *self)
{
  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);

  return pt_sysroot_new_view (self, TRUE);
}


PtSysroot *
pt_sysroot_for_root (PtSysroot *self)
{
  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);

  return pt_sysroot_new_view (self, FALSE);
}


gboolean
pt_sysroot_is_real (PtSysroot *self)
{
  g_return_val_if_fail (PT_IS_SYSROOT (self), FALSE);

  return *self->directory == '\0';
}


const char *
pt_sysroot_get_directory (PtSysroot *self)
{
  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);

  return self->directory;
}


/* The name below the root, without a slash in front; NULL if it would leave the tree. */
static char *
pt_sysroot_inner_name (PtPlace     place,
                       const char *name)
{
  g_autoptr (GString) inner = NULL;

  g_assert (place >= 0 && place < PT_PLACE_LAST);

  inner = g_string_new (pt_sysroot_places[place]);
  while (name != NULL && *name == '/')
    name++;
  if (name != NULL && *name != '\0')
    {
      if (inner->len > 0)
        g_string_append_c (inner, '/');
      g_string_append (inner, name);
    }
  while (inner->len > 0 && inner->str[inner->len - 1] == '/')
    g_string_truncate (inner, inner->len - 1);

  return pt_tree_name_is_inside (inner->str) ? g_strdup (inner->str) : NULL;
}


static int
pt_sysroot_open_inner (PtSysroot  *self,
                       const char *inner,
                       int         flags)
{
  if (self->root < 0)
    {
      errno = ENOENT;
      return -1;
    }
  if (pt_sysroot_is_real (self))
    return openat (self->root, *inner != '\0' ? inner : ".", flags | O_CLOEXEC);
  return self->as_user ? pt_tree_open_as_user (self->root, inner, flags)
                       : pt_tree_open (self->root, inner, flags);
}


static void
pt_sysroot_set_error (GError    **error,
                      int         code,
                      const char *inner)
{
  PtSysrootError mapped = PT_SYSROOT_ERROR_FAILED;

  if (code == ENOENT || code == ENOTDIR || code == ENODEV || code == ENXIO)
    mapped = PT_SYSROOT_ERROR_MISSING;
  else if (code == EACCES || code == EPERM)
    mapped = PT_SYSROOT_ERROR_DENIED;

  g_set_error (error, PT_SYSROOT_ERROR, (int)mapped, "cannot read /%s: %s", inner,
               g_strerror (code));
}


/* Returns the open file and its name below the root, or -1 with @error. */
static int
pt_sysroot_open (PtSysroot  *self,
                 PtPlace     place,
                 const char *name,
                 int         flags,
                 char      **inner,
                 GError    **error)
{
  int fd = -1;

  *inner = pt_sysroot_inner_name (place, name);
  if (*inner == NULL)
    {
      g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_ESCAPES,
                   "the name %s leaves the host's tree", name);
      return -1;
    }

  fd = pt_sysroot_open_inner (self, *inner, flags);
  if (fd < 0)
    pt_sysroot_set_error (error, errno, *inner);
  return fd;
}


/* What @fd is called by the kernel; NULL without /proc. */
static char *
pt_sysroot_fd_path (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);

  return g_file_read_link (link, NULL);
}


/* Where @inner really is, with the links on the way resolved; NULL if it is not there. */
static char *
pt_sysroot_resolve (PtSysroot  *self,
                    const char *inner)
{
  int              fd = pt_sysroot_open_inner (self, inner, O_PATH);
  g_autofree char *path = NULL;
  g_autofree char *root = NULL;

  if (fd < 0)
    return NULL;
  path = pt_sysroot_fd_path (fd);
  root = pt_sysroot_fd_path (self->root);
  close (fd);

  if (path == NULL || root == NULL || !g_str_has_prefix (path, root))
    return NULL;
  return g_build_filename (self->directory, path + strlen (root), NULL);
}


char *
pt_sysroot_path (PtSysroot  *self,
                 PtPlace     place,
                 const char *name)
{
  g_autofree char *inner = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *base = NULL;
  g_autofree char *resolved = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);

  inner = pt_sysroot_inner_name (place, name);
  if (inner == NULL)
    return NULL;
  if (pt_sysroot_is_real (self))
    return g_strconcat ("/", inner, NULL);
  if (*inner == '\0')
    return g_strdup (self->directory);

  resolved = pt_sysroot_resolve (self, inner);
  if (resolved != NULL)
    return g_steal_pointer (&resolved);

  /* Not there yet: its folder may be, and may be a link. */
  folder = g_path_get_dirname (inner);
  base = g_path_get_basename (inner);
  resolved = pt_sysroot_resolve (self, g_str_equal (folder, ".") ? "" : folder);
  if (resolved != NULL)
    return g_build_filename (resolved, base, NULL);
  return g_build_filename (self->directory, inner, NULL);
}


char *
pt_sysroot_logical_path (PtSysroot  *self,
                         PtPlace     place,
                         const char *name)
{
  g_autofree char *inner = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);

  inner = pt_sysroot_inner_name (place, name);
  return inner != NULL ? g_strconcat ("/", inner, NULL) : NULL;
}


gboolean
pt_sysroot_exists (PtSysroot  *self,
                   PtPlace     place,
                   const char *name)
{
  g_autofree char *inner = NULL;
  int              fd = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (self), FALSE);

  fd = pt_sysroot_open (self, place, name, O_PATH, &inner, NULL);
  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}


gboolean
pt_sysroot_can_write (PtSysroot  *self,
                      PtPlace     place,
                      const char *name)
{
  g_autofree char *inner = NULL;
  g_autofree char *path = NULL;
  struct stat      info = { 0 };
  int              fd = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (self), FALSE);

  fd = pt_sysroot_open (self, place, name, O_PATH, &inner, NULL);
  if (fd < 0)
    return FALSE;
  if (fstat (fd, &info) == 0 && S_ISDIR (info.st_mode))
    {
      gboolean writable = faccessat (fd, ".", W_OK, AT_EACCESS) == 0;

      close (fd);
      return writable;
    }
  close (fd);

  fd = pt_sysroot_open_inner (self, inner, O_RDWR | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}


/* Reads to the end; sysfs and proc state no size. */
static GString *
pt_sysroot_read_all (int         fd,
                     const char *inner,
                     GError    **error)
{
  g_autoptr (GString) content = g_string_new (NULL);
  char    buffer[16384];
  ssize_t length = 0;

  while ((length = read (fd, buffer, sizeof buffer)) != 0)
    {
      if (length < 0 && errno == EINTR)
        continue;
      if (length < 0)
        {
          pt_sysroot_set_error (error, errno, inner);
          return NULL;
        }
      if (content->len + (gsize)length > PT_SYSROOT_MAX_SIZE)
        {
          g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_TOO_LARGE,
                       "/%s is larger than 4 MiB", inner);
          return NULL;
        }
      g_string_append_len (content, buffer, length);
    }

  return g_steal_pointer (&content);
}


/* Pipes, sockets and devices could block or have effects: only regular files are read. */
static gboolean
pt_sysroot_check_regular (int         fd,
                          const char *inner,
                          GError    **error)
{
  struct stat info = { 0 };

  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    return TRUE;

  g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_FAILED, "/%s is not a regular file",
               inner);
  return FALSE;
}


char *
pt_sysroot_read (PtSysroot  *self,
                 PtPlace     place,
                 const char *name,
                 gsize      *length,
                 GError    **error)
{
  g_autofree char *inner = NULL;
  g_autoptr (GString) content = NULL;
  int fd = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);

  fd = pt_sysroot_open (self, place, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, &inner, error);
  if (fd < 0)
    return NULL;
  if (pt_sysroot_check_regular (fd, inner, error))
    content = pt_sysroot_read_all (fd, inner, error);
  close (fd);
  if (content == NULL)
    return NULL;

  if (length != NULL)
    *length = content->len;
  return g_string_free (g_steal_pointer (&content), FALSE);
}


gboolean
pt_sysroot_write_attribute (PtSysroot  *self,
                            PtPlace     place,
                            const char *name,
                            const char *text,
                            GError    **error)
{
  g_autofree char *inner = NULL;
  gsize            length = 0;
  gboolean         written = FALSE;
  int              fd = -1;
  int              saved = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  fd = pt_sysroot_open (self, place, name, O_WRONLY | O_TRUNC | O_NONBLOCK | O_NOCTTY, &inner,
                        error);
  if (fd < 0)
    return FALSE;
  /* The kernel takes each write as a whole statement: a second one would be another. */
  length = strlen (text);
  written = write (fd, text, length) == (ssize_t)length;
  saved = errno;
  close (fd);
  if (!written)
    g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_FAILED,
                 "the kernel does not take “%s” for /%s: %s", text, inner, g_strerror (saved));
  return written;
}


char *
pt_sysroot_read_text (PtSysroot  *self,
                      PtPlace     place,
                      const char *name,
                      GError    **error)
{
  gsize            length = 0;
  g_autofree char *content = pt_sysroot_read (self, place, name, &length, error);

  if (content == NULL)
    return NULL;
  if (!g_utf8_validate_len (content, length, NULL))
    {
      g_autofree char *inner = pt_sysroot_inner_name (place, name);

      g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_FAILED, "/%s is not text", inner);
      return NULL;
    }
  return g_strdup (g_strstrip (content));
}


char *
pt_sysroot_read_link_text (PtSysroot  *self,
                           PtPlace     place,
                           const char *name,
                           GError    **error)
{
  g_autofree char *inner = NULL;
  char             buffer[4096] = "";
  ssize_t          length = -1;
  int              saved = 0;
  int              fd = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);

  fd = pt_sysroot_open (self, place, name, O_PATH | O_NOFOLLOW, &inner, error);
  if (fd < 0)
    return NULL;
  length = readlinkat (fd, "", buffer, sizeof buffer - 1);
  saved = errno;
  close (fd);

  /* What is not a link answers ENOENT here, which would read as missing. */
  if (length < 0)
    {
      pt_sysroot_set_error (error, saved == ENOENT ? EINVAL : saved, inner);
      return NULL;
    }
  if (!g_utf8_validate_len (buffer, (gsize)length, NULL))
    {
      g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_FAILED, "/%s is not text", inner);
      return NULL;
    }
  return g_strdup (buffer);
}


char *
pt_sysroot_read_link (PtSysroot  *self,
                      PtPlace     place,
                      const char *name,
                      GError    **error)
{
  g_autofree char *text = pt_sysroot_read_link_text (self, place, name, error);

  return text != NULL ? g_path_get_basename (text) : NULL;
}


static int
pt_sysroot_compare_names (gconstpointer a,
                          gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}


char **
pt_sysroot_list (PtSysroot  *self,
                 PtPlace     place,
                 const char *name,
                 GError    **error)
{
  g_autofree char *inner = NULL;
  g_autoptr (GPtrArray) names = NULL;
  struct dirent *entry = NULL;
  DIR           *folder = NULL;
  int            fd = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);

  fd = pt_sysroot_open (self, place, name, O_RDONLY | O_DIRECTORY, &inner, error);
  if (fd < 0)
    return NULL;
  folder = fdopendir (fd);
  if (folder == NULL)
    {
      pt_sysroot_set_error (error, errno, inner);
      close (fd);
      return NULL;
    }

  names = g_ptr_array_new_with_free_func (g_free);
  while ((entry = readdir (folder)) != NULL)
    {
      if (!g_str_equal (entry->d_name, ".") && !g_str_equal (entry->d_name, ".."))
        g_ptr_array_add (names, g_strdup (entry->d_name));
    }
  closedir (folder);
  g_ptr_array_sort (names, pt_sysroot_compare_names);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&names), FALSE);
}


gboolean
pt_sysroot_is_program (PtSysroot  *self,
                       const char *path)
{
  g_autofree char *inner = NULL;
  struct stat      info = { 0 };
  int              fd = -1;

  g_assert (PT_IS_SYSROOT (self));

  fd = pt_sysroot_open (self, PT_PLACE_ROOT, path, O_PATH, &inner, NULL);
  if (fd < 0)
    return FALSE;
  if (fstat (fd, &info) != 0)
    info.st_mode = 0;
  close (fd);
  return S_ISREG (info.st_mode) && (info.st_mode & 0111) != 0;
}


void
pt_sysroot_set_kept (PtSysroot *self,
                     int        fd)
{
  g_return_if_fail (PT_IS_SYSROOT (self));

  g_atomic_int_set (&self->kept, fd);
}


int
pt_sysroot_get_kept (PtSysroot *self)
{
  g_assert (PT_IS_SYSROOT (self));

  return g_atomic_int_get (&self->kept);
}
