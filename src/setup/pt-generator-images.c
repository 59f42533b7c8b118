/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-generator-images"

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "pt-generator-private.h"

/* The VFIO modules and a margin for what else grew since the last rebuild. */
#define PT_IMAGE_GROWTH (8 * 1024 * 1024)

/* The images of one file system. */
typedef struct
{
  dev_t   device;
  char   *folder; /* as this process opens it */
  char   *shown;  /* as the host calls it */
  guint64 largest;
  guint   count;
} PtImageStore;

static void
pt_image_store_free (PtImageStore *self)
{
  g_free (self->folder);
  g_free (self->shown);
  g_free (self);
}

static PtImageStore *
pt_image_stores_get (GPtrArray  *stores,
                     dev_t       device,
                     const char *path,
                     const char *image)
{
  PtImageStore *store = NULL;

  for (guint i = 0; i < stores->len; i++)
    {
      store = g_ptr_array_index (stores, i);
      if (store->device == device)
        return store;
    }
  store = g_new0 (PtImageStore, 1);
  store->device = device;
  store->folder = g_path_get_dirname (path);
  store->shown = g_path_get_dirname (image);
  g_ptr_array_add (stores, store);
  return store;
}

static GPtrArray *
pt_image_stores_find (PtSysroot *sysroot,
                      char     **images)
{
  GPtrArray *stores = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_image_store_free);

  for (gsize i = 0; images[i] != NULL; i++)
    {
      g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_ROOT, images[i]);
      struct stat      info = { 0 };
      PtImageStore    *store = NULL;

      if (path == NULL || stat (path, &info) != 0)
        continue;
      store = pt_image_stores_get (stores, info.st_dev, path, images[i]);
      store->largest = MAX (store->largest, (guint64)info.st_size);
      store->count++;
    }
  return stores;
}

gboolean
pt_generator_check_space (const PtGenerator *self,
                          PtSysroot         *sysroot,
                          GError           **error)
{
  g_auto (GStrv) images = NULL;
  g_autoptr (GPtrArray) stores = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  images = self->list_images (sysroot);
  stores = pt_image_stores_find (sysroot, images);
  for (guint i = 0; i < stores->len; i++)
    {
      PtImageStore  *store = g_ptr_array_index (stores, i);
      struct statvfs info = { 0 };
      guint64        needed = store->largest + (guint64)store->count * PT_IMAGE_GROWTH;
      guint64        free_space = 0;

      /* Where it cannot be told the rebuild itself will say so. */
      if (statvfs (store->folder, &info) != 0)
        continue;
      free_space = (guint64)info.f_bavail * info.f_frsize;
      if (free_space >= needed)
        continue;
      /* One image at a time is written beside the old one, and each grows. */
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "%s has %" G_GUINT64_FORMAT " MiB free, %" G_GUINT64_FORMAT
                   " MiB are needed to rebuild the start-up files of %u kernels",
                   store->shown, free_space >> 20, (needed >> 20) + 1, store->count);
      return FALSE;
    }
  return TRUE;
}

static gboolean
pt_image_lists_driver (PtSysroot  *sysroot,
                       const char *release)
{
  g_autofree char *name = g_build_filename (release, "modules.builtin", NULL);
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_KERNEL_MODULES, name, NULL, NULL);

  return text != NULL && strstr (text, "/vfio-pci.ko") != NULL;
}

/* A kernel without the driver cannot be helped; only the one that runs has to have it. */
static gboolean
pt_image_may_lack_driver (PtSysroot  *sysroot,
                          const char *release)
{
  g_autofree char *folder = g_build_filename (release, "kernel/drivers/vfio/pci", NULL);
  g_autofree char *running = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "sys/kernel/osrelease",
                                                   NULL);

  return pt_image_lists_driver (sysroot, release) ||
         (g_strcmp0 (running, release) != 0 &&
          !pt_sysroot_exists (sysroot, PT_PLACE_KERNEL_MODULES, folder));
}

/* Whose kernel's image it is, from its name. (transfer full), NULL if that does not say it. */
static char *
pt_image_find_release (PtSysroot  *sysroot,
                       const char *image)
{
  g_auto (GStrv) releases = pt_generator_list_releases (sysroot);
  const char *found = NULL;

  for (gsize i = 0; releases[i] != NULL; i++)
    if (strstr (image, releases[i]) != NULL &&
        (found == NULL || strlen (releases[i]) > strlen (found)))
      found = releases[i];
  return g_strdup (found);
}

/* Where the name of @image does not say whose it is, any kernel may be meant. */
static gboolean
pt_image_needs_driver (PtSysroot  *sysroot,
                       const char *image)
{
  g_autofree char *release = pt_image_find_release (sysroot, image);
  g_auto (GStrv) releases = pt_generator_list_releases (sysroot);

  if (release != NULL)
    return !pt_image_may_lack_driver (sysroot, release);
  for (gsize i = 0; releases[i] != NULL; i++)
    if (pt_image_lists_driver (sysroot, releases[i]))
      return FALSE;
  return TRUE;
}

static gboolean
pt_image_lacks (const char *image,
                const char *what,
                GError    **error)
{
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
               "%s was rebuilt, but %s is not in it", image, what);
  return FALSE;
}

static gboolean
pt_generator_check_image (const PtGenerator *self,
                          PtSysroot         *sysroot,
                          const char        *image,
                          GCancellable      *cancellable,
                          GError           **error)
{
  g_autofree char *listing = NULL;
  const char      *arguments[] = { image, NULL, NULL };

  if (self->verb != NULL)
    {
      arguments[0] = self->verb;
      arguments[1] = image;
    }
  if (!pt_sysroot_run (sysroot, self->lister, arguments, &listing, cancellable, error))
    return FALSE;
  for (gsize i = 0; self->wanted[i] != NULL; i++)
    if (strstr (listing, self->wanted[i]) == NULL)
      return pt_image_lacks (image, self->wanted[i], error);
  if (strstr (listing, "vfio-pci.ko") == NULL && strstr (listing, "vfio_pci.ko") == NULL &&
      pt_image_needs_driver (sysroot, image))
    return pt_image_lacks (image, "vfio-pci", error);
  return TRUE;
}

gboolean
pt_generator_check_images (const PtGenerator *self,
                           PtSysroot         *sysroot,
                           GCancellable      *cancellable,
                           GError           **error)
{
  g_autofree char *lister = NULL;
  g_auto (GStrv) images = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  lister = pt_sysroot_find_program (sysroot, self->lister);
  if (lister == NULL)
    {
      g_debug ("there is no %s to look into the images with", pt_program_get_name (self->lister));
      return TRUE;
    }

  images = self->list_images (sysroot);
  if (images[0] == NULL)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                           "the rebuilt start-up files were not found");
      return FALSE;
    }
  for (gsize i = 0; images[i] != NULL; i++)
    if (!pt_generator_check_image (self, sysroot, images[i], cancellable, error))
      return FALSE;
  return TRUE;
}

gboolean
pt_generator_find_lack (const PtGenerator *self,
                        PtSysroot         *sysroot,
                        char             **image)
{
  g_autofree char *running = NULL;
  g_autofree char *lister = NULL;
  g_auto (GStrv) images = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (image != NULL, FALSE);

  running = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "sys/kernel/osrelease", NULL);
  lister = pt_sysroot_find_program (sysroot, self->lister);
  if (running == NULL || lister == NULL)
    return FALSE;
  images = self->list_images (sysroot);
  for (gsize i = 0; images[i] != NULL; i++)
    {
      g_autofree char *release = pt_image_find_release (sysroot, images[i]);
      g_autoptr (GError) error = NULL;

      if (g_strcmp0 (release, running) != 0 ||
          pt_generator_check_image (self, sysroot, images[i], NULL, &error) ||
          !g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED))
        continue;
      *image = g_strdup (images[i]);
      return TRUE;
    }
  return FALSE;
}
