/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-disk"

#include "config.h"

#include "pt-disk-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <libvirt/virterror.h>

#include "pt-vm-error-private.h"
#include "pt-xml-private.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStoragePool, virStoragePoolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStorageVol, virStorageVolFree)

struct _PtDisk
{
  char             *made;    /* a file we made, NULL if none */
  GPtrArray        *folders; /* folders we made, outermost first */
  virStorageVolPtr  volume;  /* a volume libvirt made, NULL if none */
  virStoragePoolPtr pool;    /* a pool that is there only for this disk, NULL if none */
  gboolean          kept;
};


static PtDisk *
pt_disk_new (void)
{
  PtDisk *self = g_new0 (PtDisk, 1);

  self->folders = g_ptr_array_new_with_free_func (g_free);
  return self;
}


static void
pt_disk_take_back (PtDisk *self)
{
  if (self->volume != NULL && virStorageVolDelete (self->volume, 0) < 0)
    g_warning ("the new disk stays behind: %s", virGetLastErrorMessage ());
  if (self->made != NULL && g_unlink (self->made) < 0)
    g_warning ("the new disk %s stays behind: %s", self->made, g_strerror (errno));
  for (guint i = self->folders->len; i > 0; i--)
    {
      const char *folder = g_ptr_array_index (self->folders, i - 1);

      if (g_rmdir (folder) < 0)
        g_debug ("%s stays: %s", folder, g_strerror (errno));
    }
}


void
pt_disk_free (PtDisk *self)
{
  if (self == NULL)
    return;
  if (!self->kept)
    pt_disk_take_back (self);
  g_clear_pointer (&self->volume, virStorageVolFree);
  if (self->pool != NULL)
    virStoragePoolDestroy (self->pool);
  g_clear_pointer (&self->pool, virStoragePoolFree);
  g_ptr_array_unref (self->folders);
  g_free (self->made);
  g_free (self);
}


gboolean
pt_disk_is_new (PtDisk *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->made != NULL || self->volume != NULL;
}


void
pt_disk_keep (PtDisk *self)
{
  g_return_if_fail (self != NULL);

  self->kept = TRUE;
}


static gboolean
pt_disk_fail (GError    **error,
              const char *path,
              const char *reason)
{
  g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_STORAGE, "cannot make disk %s: %s", path, reason);
  return FALSE;
}


/* libvirt calls many a storage trouble an internal error. */
static gboolean
pt_disk_fail_libvirt (GError    **error,
                      const char *path)
{
  g_autoptr (GError) reason = NULL;

  pt_vm_error_take_libvirt (&reason, "cannot make disk %s", path);
  if (g_error_matches (reason, PT_VM_ERROR, PT_VM_ERROR_FAILED))
    reason->code = PT_VM_ERROR_STORAGE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}


static gboolean
pt_disk_make_folders (PtDisk     *self,
                      const char *folder,
                      GError    **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!g_file_test (folder, G_FILE_TEST_EXISTS) && !pt_disk_make_folders (self, parent, error))
    return FALSE;
  if (g_mkdir (folder, 0700) < 0)
    return pt_disk_fail (error, folder, g_strerror (errno));
  g_ptr_array_add (self->folders, g_strdup (folder));
  return TRUE;
}


static gboolean
pt_disk_run_qemu_img (const char   *path,
                      guint64       size,
                      GCancellable *cancellable,
                      GError      **error)
{
  const GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE;
  g_autofree char       *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  g_autofree char       *output = NULL;
  g_autoptr (GError) reason = NULL;
  g_autoptr (GSubprocess) process =
               g_subprocess_new (flags, &reason, "qemu-img", "create", "-q", "-f", "qcow2", "-o",
                                 "lazy_refcounts=on", "--", path, bytes, NULL);

  if (process == NULL)
    return pt_disk_fail (error, path, reason->message);
  if (!g_subprocess_communicate_utf8 (process, NULL, cancellable, &output, NULL, &reason))
    {
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
      return pt_disk_fail (error, path, reason->message);
    }
  if (!g_subprocess_get_successful (process))
    return pt_disk_fail (error, path, g_strstrip (output));
  return TRUE;
}


/* Made under another name and moved without replacing, so that no half-made image is ever there
 * and one that somebody else makes meanwhile is not lost. */
static gboolean
pt_disk_make_file (PtDisk       *self,
                   const char   *path,
                   guint64       size,
                   GCancellable *cancellable,
                   GError      **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (".passthru-", unique, ".qcow2", NULL);
  g_autofree char *temporary = g_build_filename (folder, name, NULL);
  gboolean         ok = FALSE;

  if (!pt_disk_make_folders (self, folder, error))
    return FALSE;
  ok = pt_disk_run_qemu_img (temporary, size, cancellable, error);
  if (ok && renameat2 (AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) < 0)
    ok = pt_disk_fail (error, path, g_strerror (errno));
  if (ok)
    self->made = g_strdup (path);
  else
    g_unlink (temporary);
  return ok;
}


/* (transfer full) A pool that is there only for this disk, if the folder has none. */
static virStoragePoolPtr
pt_disk_open_pool (PtDisk       *self,
                   virConnectPtr handle,
                   const char   *folder,
                   GError      **error)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *name = g_strconcat ("passthru-", unique, NULL);
  g_autofree char *text = NULL;
  g_autoptr (PtXml) document = xmlNewDoc (BAD_CAST "1.0");
  xmlNode          *root = xmlNewNode (NULL, BAD_CAST "pool");
  virStoragePoolPtr pool = virStoragePoolLookupByTargetPath (handle, folder);

  xmlDocSetRootElement (document, root);
  if (pool != NULL)
    {
      if (virStoragePoolIsActive (pool) != 1)
        virStoragePoolCreate (pool, 0);
      return pool;
    }
  xmlNewProp (root, BAD_CAST "type", BAD_CAST "dir");
  pt_xml_add_text (root, "name", name);
  pt_xml_add_text (pt_xml_add (root, "target", NULL), "path", folder);
  text = pt_xml_to_string (document);
  pool = virStoragePoolCreateXML (handle, text, 0);
  if (pool == NULL)
    pt_disk_fail_libvirt (error, folder);
  else
    virStoragePoolRef (pool);
  self->pool = pool;
  return pool;
}


static char *
pt_disk_volume_xml (const char *name,
                    guint64     size)
{
  g_autofree char *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  g_autoptr (PtXml) document = xmlNewDoc (BAD_CAST "1.0");
  xmlNode *root = xmlNewNode (NULL, BAD_CAST "volume");
  xmlNode *target = NULL;

  xmlDocSetRootElement (document, root);
  pt_xml_add_text (root, "name", name);
  pt_xml_add_text (root, "capacity", bytes);
  pt_xml_add_text (root, "allocation", "0");
  target = pt_xml_add (root, "target", NULL);
  pt_xml_add (target, "format", "type", "qcow2", NULL);
  return pt_xml_to_string (document);
}


static gboolean
pt_disk_make_in_pool (PtDisk           *self,
                      virStoragePoolPtr pool,
                      const char       *path,
                      guint64           size,
                      GError          **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *text = pt_disk_volume_xml (name, size);
  g_autoptr (virStorageVol) present = NULL;

  if (virStoragePoolRefresh (pool, 0) == 0)
    present = virStorageVolLookupByName (pool, name);
  if (present != NULL)
    return TRUE;
  self->volume = virStorageVolCreateXML (pool, text, 0);
  if (self->volume == NULL)
    pt_disk_fail_libvirt (error, path);
  return self->volume != NULL;
}


static gboolean
pt_disk_make_volume (PtDisk       *self,
                     PtConnection *connection,
                     const char   *path,
                     guint64       size,
                     GError      **error)
{
  g_autoptr (virConnect) handle = pt_connection_ref_handle (connection, error);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (virStoragePool) pool = NULL;

  if (handle == NULL)
    return FALSE;
  pool = pt_disk_open_pool (self, handle, folder, error);
  return pool != NULL && pt_disk_make_in_pool (self, pool, path, size, error);
}


PtDisk *
pt_disk_make (PtConnection *connection,
              const char   *path,
              guint64       size,
              GCancellable *cancellable,
              GError      **error)
{
  g_autoptr (PtDisk) self = pt_disk_new ();
  gboolean ok = FALSE;

  g_return_val_if_fail (PT_IS_CONNECTION (connection), NULL);

  if (path == NULL || g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&self);
  if (pt_connection_is_own (connection))
    ok = pt_disk_make_file (self, path, size, cancellable, error);
  else
    ok = pt_disk_make_volume (self, connection, path, size, error);
  return ok ? g_steal_pointer (&self) : NULL;
}
