/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-embedded"

#include "config.h"

#include "pt-embedded-private.h"

#include <errno.h>

#include <gio/gio.h>

#include "pt-machine.h"

/* No virtlogd, no mount namespace (a chroot has no mount point at its root), no cgroups:
 * nothing but us has to be there. The machine runs as we do, so its files are ours. */
static const char pt_embedded_configuration[] =
  "# Written by Passthru for its rehearsals.\n"
  "stdio_handler = \"file\"\n"
  "namespaces = []\n"
  "cgroup_controllers = []\n"
  "security_driver = \"none\"\n"
  "user = \"root\"\n"
  "group = \"root\"\n"
  "swtpm_user = \"root\"\n"
  "swtpm_group = \"root\"\n"
  "dynamic_ownership = 0\n"
  "remember_owner = 0\n";


char *
pt_embedded_uri (void)
{
  g_autofree char *root = g_build_filename (g_get_user_state_dir (), "passthru", "machines", NULL);
  g_autofree char *escaped = g_uri_escape_string (root, "/", FALSE);

  return g_strconcat ("qemu:///embed?root=", escaped, NULL);
}


/* (transfer full), NULL if @uri is of another driver. */
static char *
pt_embedded_get_root (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GHashTable) parameters = NULL;

  if (parsed == NULL || !g_str_equal (g_uri_get_path (parsed), "/embed") ||
      g_uri_get_query (parsed) == NULL)
    return NULL;
  parameters = g_uri_parse_params (g_uri_get_query (parsed), -1, "&", G_URI_PARAMS_NONE, NULL);
  return parameters != NULL ? g_strdup (g_hash_table_lookup (parameters, "root")) : NULL;
}


gboolean
pt_embedded_prepare (const char *uri,
                     GError    **error)
{
  g_autofree char *root = pt_embedded_get_root (uri);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *present = NULL;

  if (root == NULL)
    return TRUE;
  folder = g_build_filename (root, "etc", NULL);
  path = g_build_filename (folder, "qemu.conf", NULL);
  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_STORAGE, "cannot make %s: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  if (g_file_get_contents (path, &present, NULL, NULL) &&
      g_str_equal (present, pt_embedded_configuration))
    return TRUE;
  return g_file_set_contents_full (path, pt_embedded_configuration, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}


void
pt_embedded_keep (const char   *uri,
                  virConnectPtr handle)
{
  static virConnectPtr kept = NULL;
  g_autofree char     *root = pt_embedded_get_root (uri);

  g_return_if_fail (handle != NULL);

  /* libvirt takes one root a process. */
  if (root != NULL && virConnectRef (handle) == 0 &&
      !g_atomic_pointer_compare_and_exchange (&kept, NULL, handle))
    virConnectClose (handle);
}
