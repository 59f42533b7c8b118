/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-generator-dracut"

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n-lib.h>

#include "pt-generator-private.h"

/* dracut: Fedora, openSUSE, newer Ubuntu, EndeavourOS. Everything of ours is below /etc: a unit in
 * the image runs the script, so that no module of dracut has to be put into /usr. */

const PtGeneratorFile pt_generator_dracut_files[] = {
  { "early-script", PT_GENERATOR_SCRIPT, "initramfs-script", 0755 },
  { "early-unit", "systemd/system/" PT_GENERATOR_UNIT, "early.service", 0644 },
  { "early-order", "systemd/system/" PT_GENERATOR_WANTS, "early-wants.conf", 0644 },
  { "initramfs-hook", "dracut.conf.d/60-passthru.conf", "dracut.conf", 0644 },
  { NULL, NULL, NULL, 0 },
};

static const char *const pt_dracut_arguments[] = { "--force", "--regenerate-all", NULL };
static const char *const pt_dracut_none[] = { NULL };

/* EndeavourOS names its images after packages; only its own programs write those. */
static const PtGeneratorRebuild pt_dracut_rebuilds[] = {
  { PT_PROGRAM_REINSTALL_KERNELS, pt_dracut_none },
  { PT_PROGRAM_DRACUT_REBUILD, pt_dracut_none },
  { PT_PROGRAM_DRACUT, pt_dracut_arguments },
  { PT_PROGRAM_LAST, NULL },
};

const char *const pt_generator_dracut_wanted[] = {
  "etc/" PT_GENERATOR_SCRIPT, "etc/systemd/system/" PT_GENERATOR_UNIT,
  "etc/systemd/system/" PT_GENERATOR_WANTS, "lib/systemd/systemd-udevd", NULL
};

/* The package a kernel belongs to, on relatives of Arch. (transfer full), NULL elsewhere. */
static char *
pt_dracut_read_package (PtSysroot  *sysroot,
                        const char *release)
{
  g_autofree char *name = g_build_filename (release, "pkgbase", NULL);

  return pt_sysroot_read_text (sysroot, PT_PLACE_KERNEL_MODULES, name, NULL);
}

static gboolean
pt_dracut_has_package_images (PtSysroot *sysroot)
{
  g_auto (GStrv) releases = pt_generator_list_releases (sysroot);

  for (gsize i = 0; releases[i] != NULL; i++)
    {
      g_autofree char *package = pt_dracut_read_package (sysroot, releases[i]);
      g_autofree char *name = g_strdup_printf ("initramfs-%s.img", package != NULL ? package : "");

      if (package != NULL && pt_sysroot_exists (sysroot, PT_PLACE_BOOT, name))
        return TRUE;
    }
  return FALSE;
}

static gboolean
pt_dracut_has_own_rebuild (PtSysroot *sysroot)
{
  g_autofree char *grub = pt_sysroot_find_program (sysroot, PT_PROGRAM_DRACUT_REBUILD);
  g_autofree char *systemd = pt_sysroot_find_program (sysroot, PT_PROGRAM_REINSTALL_KERNELS);

  return grub != NULL || systemd != NULL;
}

static char *
pt_dracut_find_obstacle (PtHost    *host,
                         GPtrArray *devices)
{
  PtSysroot *sysroot = pt_host_get_sysroot (host);

  if (pt_dracut_has_package_images (sysroot) && !pt_dracut_has_own_rebuild (sysroot))
    return g_strdup (_ ("The start-up files (initramfs) of this computer are named after packages, "
                        "and Passthru does not know the program that has dracut build them."));
  return NULL;
}

static gboolean
pt_dracut_add_image (GPtrArray  *images,
                     PtSysroot  *sysroot,
                     PtPlace     place,
                     const char *name)
{
  if (!pt_sysroot_exists (sysroot, place, name))
    return FALSE;
  g_ptr_array_add (images, pt_sysroot_logical_path (sysroot, place, name));
  return TRUE;
}

/* Images below @folder of @place: kernel-install's NAME/RELEASE/initrd, and unified ones. */
static gboolean
pt_dracut_add_installed (GPtrArray  *images,
                         PtSysroot  *sysroot,
                         PtPlace     place,
                         const char *folder,
                         const char *release)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, place, folder, NULL);
  g_autofree char *unified = g_build_filename (folder, "EFI/Linux", NULL);
  g_auto (GStrv) files = pt_sysroot_list (sysroot, place, unified, NULL);
  gboolean any = FALSE;

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (folder, names[i], release, "initrd", NULL);

      any |= pt_dracut_add_image (images, sysroot, place, name);
    }
  for (gsize i = 0; files != NULL && files[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (unified, files[i], NULL);

      if (g_str_has_suffix (name, ".efi") && strstr (files[i], release) != NULL)
        any |= pt_dracut_add_image (images, sysroot, place, name);
    }
  return any;
}

/* Distributions name the image differently, and one of another program may be left over: the
 * newest is dracut's. */
static void
pt_dracut_add_newest (GPtrArray  *images,
                      PtSysroot  *sysroot,
                      const char *kernel)
{
  static const char *const forms[] = { "initramfs-@.img", "initrd-@", "initrd.img-@" };
  g_autofree char         *newest = NULL;
  struct timespec          latest = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_auto (GStrv) around = g_strsplit (forms[i], "@", 2);
      g_autofree char *name = g_strconcat (around[0], kernel, around[1], NULL);
      g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_BOOT, name);
      struct stat      info = { 0 };

      if (path == NULL || stat (path, &info) != 0 ||
          (newest != NULL && (info.st_mtim.tv_sec < latest.tv_sec ||
                              (info.st_mtim.tv_sec == latest.tv_sec &&
                               info.st_mtim.tv_nsec <= latest.tv_nsec))))
        continue;
      latest = info.st_mtim;
      g_free (newest);
      newest = g_steal_pointer (&name);
    }
  if (newest != NULL)
    pt_dracut_add_image (images, sysroot, PT_PLACE_BOOT, newest);
}

static void
pt_dracut_add_release (GPtrArray  *images,
                       PtSysroot  *sysroot,
                       const char *release)
{
  g_autofree char *package = pt_dracut_read_package (sysroot, release);
  gboolean         any = FALSE;

  any |= pt_dracut_add_installed (images, sysroot, PT_PLACE_BOOT, ".", release);
  any |= pt_dracut_add_installed (images, sysroot, PT_PLACE_BOOT, "efi", release);
  any |= pt_dracut_add_installed (images, sysroot, PT_PLACE_ROOT, "efi", release);
  if (!any)
    pt_dracut_add_newest (images, sysroot,
                          package != NULL && pt_dracut_has_own_rebuild (sysroot) ? package
                                                                                 : release);
}

static char **
pt_dracut_list_images (PtSysroot *sysroot)
{
  g_auto (GStrv) releases = pt_generator_list_releases (sysroot);
  GPtrArray *images = g_ptr_array_new ();

  for (gsize i = 0; releases[i] != NULL; i++)
    pt_dracut_add_release (images, sysroot, releases[i]);
  g_ptr_array_add (images, NULL);
  return (char **)g_ptr_array_free (images, FALSE);
}

const PtGenerator pt_generator_dracut = {
  .files = pt_generator_dracut_files,
  .find_obstacle = pt_dracut_find_obstacle,
  .rebuilds = pt_dracut_rebuilds,
  .list_images = pt_dracut_list_images,
  .lister = PT_PROGRAM_LSINITRD,
  .wanted = pt_generator_dracut_wanted,
};
