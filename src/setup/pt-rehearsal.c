/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rehearsal"

#include "config.h"

#include "pt-rehearsal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-data.h"
#include "pt-host-file.h"
#include "pt-plan.h"
#include "pt-rehearsal-private.h"

#define PT_REHEARSAL_SAMPLE "sample.host"

static char *
pt_rehearsal_note_path (const char *directory)
{
  return g_build_filename (directory, PT_REHEARSAL_NOTE, NULL);
}

static gboolean
pt_rehearsal_fail (GError    **error,
                   const char *what,
                   const char *path)
{
  int saved = errno;

  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "cannot %s %s: %s", what, path,
               g_strerror (saved));
  return FALSE;
}

/* Deletes what is in the open folder @fd, without following any link. */
static void
pt_rehearsal_empty_folder (int fd)
{
  DIR           *folder = fdopendir (dup (fd));
  struct dirent *entry = NULL;

  if (folder == NULL)
    return;
  rewinddir (folder);
  while ((entry = readdir (folder)) != NULL)
    {
      int child = -1;

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, "..") ||
          unlinkat (fd, entry->d_name, 0) == 0)
        continue;
      child = openat (fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      /* Recordings keep odd modes. */
      if (child < 0 && fchmodat (fd, entry->d_name, 0700, 0) == 0)
        child = openat (fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (child < 0)
        continue;
      fchmod (child, 0700);
      pt_rehearsal_empty_folder (child);
      close (child);
      unlinkat (fd, entry->d_name, AT_REMOVEDIR);
    }
  closedir (folder);
}

static gboolean
pt_rehearsal_empty (const char *directory,
                    GError    **error)
{
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    return pt_rehearsal_fail (error, "open", directory);
  pt_rehearsal_empty_folder (fd);
  close (fd);
  return TRUE;
}

static gboolean
pt_rehearsal_save_note (const char *directory,
                        GKeyFile   *note,
                        GError    **error)
{
  g_autofree char *path = pt_rehearsal_note_path (directory);

  return g_key_file_save_to_file (note, path, error);
}

GKeyFile *
pt_rehearsal_load_note (const char *directory)
{
  g_autofree char *path = NULL;
  g_autoptr (GKeyFile) note = g_key_file_new ();

  g_return_val_if_fail (directory != NULL, NULL);

  path = pt_rehearsal_note_path (directory);
  if (!g_key_file_load_from_file (note, path, G_KEY_FILE_NONE, NULL))
    return NULL;
  return g_steal_pointer (&note);
}

/* Which driver every device had in the recording: where it goes back to without parameters. */
static void
pt_rehearsal_note_drivers (PtSysroot *sysroot,
                           GKeyFile  *note)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_PCI_DEVICES, NULL, NULL);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *link = g_build_filename (names[i], "driver", NULL);
      g_autofree char *driver = pt_sysroot_read_link (sysroot, PT_PLACE_PCI_DEVICES, link, NULL);

      g_key_file_set_string (note, PT_REHEARSAL_DRIVERS, names[i], driver != NULL ? driver : "");
    }
}

GKeyFile *
pt_rehearsal_ensure_note (PtSysroot *sysroot,
                          GError   **error)
{
  const char *directory = NULL;
  g_autoptr (GKeyFile) note = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  directory = pt_sysroot_get_directory (sysroot);
  note = pt_rehearsal_load_note (directory);
  if (note != NULL && g_key_file_has_group (note, PT_REHEARSAL_DRIVERS))
    return g_steal_pointer (&note);

  g_clear_pointer (&note, g_key_file_unref);
  note = g_key_file_new ();
  pt_rehearsal_note_drivers (sysroot, note);
  if (!pt_rehearsal_save_note (directory, note, error))
    return NULL;
  return g_steal_pointer (&note);
}

static char *
pt_rehearsal_digest (const char *recording,
                     GError    **error)
{
  g_autofree char *content = NULL;
  gsize            length = 0;

  if (!g_file_get_contents (recording, &content, &length, error))
    return NULL;
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)content, length);
}

/* The note goes first, without a digest: a folder that has one may be emptied by us, a
 * half-made one is seen. */
static PtSysroot *
pt_rehearsal_expand (const char   *recording,
                     const char   *digest,
                     const char   *directory,
                     GCancellable *cancellable,
                     GError      **error)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autoptr (PtSysroot) sysroot = NULL;

  g_key_file_set_string (note, PT_REHEARSAL_GROUP, "recording", recording);
  if (!pt_rehearsal_empty (directory, error) || !pt_rehearsal_save_note (directory, note, error) ||
      !pt_host_file_expand (recording, directory, cancellable, error))
    return NULL;

  sysroot = pt_sysroot_new_directory (directory);
  pt_rehearsal_note_drivers (sysroot, note);
  g_key_file_set_string (note, PT_REHEARSAL_GROUP, "digest", digest);
  if (!pt_rehearsal_save_note (directory, note, error))
    return NULL;
  return g_steal_pointer (&sysroot);
}

static gboolean
pt_rehearsal_is_empty (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

PtSysroot *
pt_rehearsal_open_in (const char   *recording,
                      const char   *directory,
                      GCancellable *cancellable,
                      GError      **error)
{
  g_autofree char *file = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *known = NULL;
  g_autoptr (GKeyFile) note = NULL;

  g_return_val_if_fail (directory != NULL, NULL);

  file = recording != NULL ? g_canonicalize_filename (recording, NULL)
                           : pt_data_find (PT_REHEARSAL_SAMPLE);
  if (file == NULL)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                           "the sample machine is not installed");
      return NULL;
    }
  digest = pt_rehearsal_digest (file, error);
  if (digest == NULL)
    return NULL;
  if (g_mkdir_with_parents (directory, 0700) != 0)
    {
      pt_rehearsal_fail (error, "make", directory);
      return NULL;
    }

  note = pt_rehearsal_load_note (directory);
  if (note == NULL && !pt_rehearsal_is_empty (directory))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "%s is not empty and holds no rehearsal", directory);
      return NULL;
    }
  if (note != NULL)
    known = g_key_file_get_string (note, PT_REHEARSAL_GROUP, "digest", NULL);
  if (g_strcmp0 (known, digest) == 0)
    return pt_sysroot_new_directory (directory);
  return pt_rehearsal_expand (file, digest, directory, cancellable, error);
}

/* One folder per recording; the name alone could be that of another file. */
static char *
pt_rehearsal_directory (const char *recording)
{
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;

  if (recording == NULL)
    {
      name = g_strdup ("sample");
    }
  else
    {
      g_autofree char *file = g_canonicalize_filename (recording, NULL);
      g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, file, -1);

      base = g_path_get_basename (file);
      if (g_str_has_suffix (base, ".host"))
        base[strlen (base) - strlen (".host")] = '\0';
      name = g_strdup_printf ("%s-%.8s", base, hash);
    }
  return g_build_filename (g_get_user_state_dir (), "passthru", "rehearsal", name, NULL);
}

PtSysroot *
pt_rehearsal_open (const char   *recording,
                   GCancellable *cancellable,
                   GError      **error)
{
  g_autofree char *directory = pt_rehearsal_directory (recording);

  return pt_rehearsal_open_in (recording, directory, cancellable, error);
}

gboolean
pt_rehearsal_reset (PtSysroot    *sysroot,
                    GCancellable *cancellable,
                    GError      **error)
{
  const char *directory = NULL;
  g_autoptr (GKeyFile) note = NULL;
  g_autofree char *recording = NULL;
  g_autofree char *digest = NULL;
  g_autoptr (PtSysroot) fresh = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  directory = pt_sysroot_get_directory (sysroot);
  if (!pt_sysroot_is_real (sysroot))
    note = pt_rehearsal_load_note (directory);
  if (note != NULL)
    recording = g_key_file_get_string (note, PT_REHEARSAL_GROUP, "recording", NULL);
  if (recording == NULL)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                           "this is no rehearsal that Passthru opened");
      return FALSE;
    }

  digest = pt_rehearsal_digest (recording, error);
  if (digest == NULL)
    return FALSE;
  fresh = pt_rehearsal_expand (recording, digest, directory, cancellable, error);
  return fresh != NULL;
}
