/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-generator-ostree"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-generator-private.h"
#include "pt-ostree.h"

/* Where rpm-ostree deploys the system, the initramfs comes with it. `rpm-ostree initramfs --enable`
 * has dracut build one here, for each deployment anew, with this computer's /etc: so what we have
 * for dracut, all of it below /etc, serves as it is. An overlay of files (`initramfs-etc`) would
 * not do, since it cannot bring modules of the kernel. */

/* Besides its meaning, it tells our doing from the user's own; and without any argument rpm-ostree
 * refuses what is enabled already. */
#define PT_OSTREE_ARGUMENT "--add-drivers=vfio_pci"

static const char *const pt_ostree_enable[] = { "initramfs", "--enable",
                                                "--arg=" PT_OSTREE_ARGUMENT, NULL };
static const char *const pt_ostree_disable[] = { "initramfs", "--disable", NULL };

static const PtGeneratorRebuild pt_ostree_rebuilds[] = {
  { PT_PROGRAM_RPM_OSTREE, pt_ostree_enable },
  { PT_PROGRAM_LAST, NULL },
};

/* The deployment that starts next. (transfer full) */
static PtDeployment *
pt_ostree_read_next (PtSysroot *sysroot,
                     GError   **error)
{
  g_autoptr (GPtrArray) deployments = pt_ostree_read (sysroot, error);

  return deployments != NULL ? g_ptr_array_steal_index (deployments, 0) : NULL;
}

static gboolean
pt_ostree_is_ours (const PtDeployment *deployment)
{
  static const char *const ours[] = { PT_OSTREE_ARGUMENT, NULL };

  return deployment->regenerates &&
         g_strv_equal ((const char *const *)deployment->arguments, ours);
}

static char *
pt_ostree_find_obstacle (PtHost    *host,
                         GPtrArray *devices)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtDeployment) next = pt_ostree_read_next (pt_host_get_sysroot (host), &error);

  if (next == NULL)
    {
      g_debug ("%s", error->message);
      return g_strdup (_ ("The program rpm-ostree does not say how the start-up files (initramfs) "
                          "of this computer are made."));
    }
  if (next->regenerates && !pt_ostree_is_ours (next))
    return g_strdup (_ ("The start-up files (initramfs) of this computer are built with settings "
                        "of your own (rpm-ostree initramfs --enable), which Passthru would "
                        "replace."));
  return NULL;
}

/* Going back to an earlier deployment, by whatever way, leaves our settings and takes the image. */
static gboolean
pt_ostree_is_stale (PtSysroot *sysroot)
{
  g_autoptr (PtDeployment) next = pt_ostree_read_next (sysroot, NULL);

  return next != NULL && !pt_ostree_is_ours (next);
}

static gboolean
pt_ostree_undo_rebuild (PtSysroot *sysroot,
                        GError   **error)
{
  g_autoptr (PtDeployment) next = pt_ostree_read_next (sysroot, error);

  if (next == NULL)
    return FALSE;
  return !pt_ostree_is_ours (next) ||
         pt_sysroot_run (sysroot, PT_PROGRAM_RPM_OSTREE, pt_ostree_disable, NULL, NULL, error);
}

/* It lies in the deployment until that is put in place at shutdown. */
static char **
pt_ostree_list_images (PtSysroot *sysroot)
{
  g_autoptr (PtDeployment) next = pt_ostree_read_next (sysroot, NULL);
  g_autoptr (GStrvBuilder) images = g_strv_builder_new ();
  g_autofree char *folder = NULL;
  g_auto (GStrv) releases = NULL;

  if (next != NULL)
    {
      folder = g_build_filename (next->folder, "usr/lib/modules", NULL);
      releases = pt_sysroot_list (sysroot, PT_PLACE_ROOT, folder, NULL);
    }
  for (gsize i = 0; releases != NULL && releases[i] != NULL; i++)
    {
      g_autofree char *image = g_build_filename (folder, releases[i], "initramfs.img", NULL);

      if (pt_sysroot_exists (sysroot, PT_PLACE_ROOT, image))
        g_strv_builder_add (images, image);
    }
  return g_strv_builder_end (images);
}

const PtGenerator pt_generator_ostree = {
  .files = pt_generator_dracut_files,
  .find_obstacle = pt_ostree_find_obstacle,
  .rebuilds = pt_ostree_rebuilds,
  .is_stale = pt_ostree_is_stale,
  .undo = pt_ostree_disable,
  .undo_rebuild = pt_ostree_undo_rebuild,
  .list_images = pt_ostree_list_images,
  .lister = PT_PROGRAM_LSINITRD,
  .wanted = pt_generator_dracut_wanted,
};
