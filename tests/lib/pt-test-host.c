/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-test-host"

#include "config.h"

#include "pt-test-host.h"

#include "pt-data.h"
#include "pt-host-file.h"

struct _PtTestHost
{
  char      *folder;
  PtSysroot *sysroot;
};


PtTestHost *
pt_test_host_new_empty (void)
{
  PtTestHost *self = g_new0 (PtTestHost, 1);

  self->folder = pt_test_make_folder ();
  self->sysroot = pt_sysroot_new_directory (self->folder);
  return self;
}


PtTestHost *
pt_test_host_new (const char *name)
{
  PtTestHost      *self = pt_test_host_new_empty ();
  g_autofree char *base = g_strconcat (name, ".host", NULL);
  g_autofree char *file = g_str_equal (name, "sample")
                            ? pt_data_find (base)
                            : g_test_build_filename (G_TEST_DIST, "hosts", base, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (file);
  pt_host_file_expand (file, self->folder, NULL, &error);
  g_assert_no_error (error);
  return self;
}


void
pt_test_host_free (PtTestHost *self)
{
  g_object_unref (self->sysroot);
  pt_test_remove_tree (self->folder);
  g_free (self);
}


const char *
pt_test_host_get_folder (PtTestHost *self)
{
  return self->folder;
}


PtSysroot *
pt_test_host_get_sysroot (PtTestHost *self)
{
  return self->sysroot;
}


void
pt_test_host_remove (PtTestHost *self,
                     const char *name)
{
  char *path = g_build_filename (self->folder, name, NULL);

  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS) ||
                 g_file_test (path, G_FILE_TEST_IS_SYMLINK));
  pt_test_remove_tree (path);
}


void
pt_test_host_write (PtTestHost *self,
                    const char *name,
                    const char *text)
{
  pt_test_write (self->folder, name, text);
}


void
pt_test_host_add (PtTestHost *self,
                  const char *lines)
{
  g_autoptr (GError) error = NULL;

  pt_host_file_expand_text (lines, "added", self->folder, NULL, &error);
  g_assert_no_error (error);
}


PtHost *
pt_test_host_scan (PtTestHost *self)
{
  g_autoptr (GError) error = NULL;
  PtHost *host = pt_host_scan (self->sysroot, NULL, &error);

  g_assert_no_error (error);
  return host;
}


PtReport *
pt_test_host_report (PtTestHost *self)
{
  g_autoptr (PtHost) host = pt_test_host_scan (self);

  return pt_report_new (host);
}


PtDevice *
pt_test_host_device (PtHost     *host,
                     const char *address)
{
  PtAddress where = { 0 };
  PtDevice *device = NULL;

  g_assert_true (pt_address_parse (address, &where));
  device = pt_host_find_device (host, &where);
  g_assert_nonnull (device);
  return device;
}


PtGpu *
pt_test_host_gpu (PtHost     *host,
                  const char *address)
{
  PtGpu *gpu = pt_host_find_gpu (host, pt_device_get_address (pt_test_host_device (host, address)));

  g_assert_nonnull (gpu);
  return gpu;
}


char *
pt_test_host_verdict (PtReport *report,
                      PtCheckId id)
{
  PtCheck    *check = pt_report_get_check (report, id);
  const char *fix = pt_check_get_fix (check);

  return g_strconcat (pt_status_to_nick (pt_check_get_status (check)), fix != NULL ? " " : "",
                      fix != NULL ? fix : "", NULL);
}


char *
pt_test_host_blockers (PtGpu *gpu)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GPtrArray *blockers = pt_gpu_get_blockers (gpu);

  for (guint i = 0; i < blockers->len; i++)
    {
      const PtBlocker *blocker = g_ptr_array_index (blockers, i);

      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "",
                              pt_device_get_address_string (blocker->device),
                              pt_blocker_reason_to_nick (blocker->reason));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
