/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-generator-tools"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-entries.h"
#include "pt-facts.h"
#include "pt-generator-private.h"

/* initramfs-tools: Debian, Mint, older Ubuntu. Scripts of init-top run in the order of their
 * names where nothing else is said: ours before udev. */

#define PT_TOOLS_SETTINGS "initramfs-tools/update-initramfs.conf"

static const PtGeneratorFile pt_tools_files[] = {
  { "initramfs-hook", "initramfs-tools/hooks/passthru", "initramfs-hook", 0755 },
  { "early-script", "initramfs-tools/scripts/init-top/passthru", "initramfs-script", 0755 },
  { NULL, NULL, NULL, 0 },
};

static const char *const pt_tools_arguments[] = { "-u", "-k", "all", NULL };

static const PtGeneratorRebuild pt_tools_rebuilds[] = {
  { PT_PROGRAM_UPDATE_INITRAMFS, pt_tools_arguments },
  { PT_PROGRAM_LAST, NULL },
};

static const char *const pt_tools_wanted[] = { "scripts/init-top/passthru", NULL };

static char *
pt_tools_find_obstacle (PtHost    *host,
                        GPtrArray *devices)
{
  PtSysroot       *sysroot = pt_host_get_sysroot (host);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, PT_TOOLS_SETTINGS, NULL);
  g_autofree char *value = text != NULL ? pt_facts_parse_assignment (text, "update_initramfs")
                                        : NULL;
  g_autofree char *path = NULL;

  if (g_strcmp0 (value, "no") != 0)
    return NULL;
  path = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, PT_TOOLS_SETTINGS);
  /* Translators: a line of a settings file, and the name of that file. */
  return g_strdup_printf (_ ("The line %1$s in %2$s keeps this computer from building its start-up "
                             "files (initramfs) anew."),
                          "update_initramfs=no", path);
}

/* The file that @entry loads, if it is called @name and is not @image itself. (transfer full) */
static char *
pt_tools_find_copy (PtSysroot     *sysroot,
                    const PtEntry *entry,
                    const char    *name,
                    const char    *image)
{
  g_autofree char *initrd = pt_entry_get (entry->text, "initrd");
  g_autofree char *base = initrd != NULL ? g_path_get_basename (initrd) : NULL;
  const char      *end = g_strrstr (entry->path, "/loader/entries/");
  g_autofree char *partition = NULL;
  g_autofree char *path = NULL;

  if (g_strcmp0 (base, name) != 0 || end == NULL)
    return NULL;
  partition = g_strndup (entry->path, end - entry->path);
  path = g_build_filename (partition, initrd, NULL);
  if (g_str_equal (path, image) || !pt_sysroot_exists (sysroot, PT_PLACE_ROOT, path))
    return NULL;
  return g_steal_pointer (&path);
}

/* systemd-boot reads only its partition: a script of its package copies each image there. What the
 * entries load is what counts. */
static void
pt_tools_add_copies (PtSysroot    *sysroot,
                     PtEntries    *entries,
                     const char   *name,
                     const char   *image,
                     GStrvBuilder *images)
{
  for (guint i = 0; entries != NULL && i < entries->entries->len; i++)
    {
      const PtEntry   *entry = g_ptr_array_index (entries->entries, i);
      g_autofree char *copy = pt_tools_find_copy (sysroot, entry, name, image);

      if (copy != NULL)
        g_strv_builder_add (images, copy);
    }
}

/* An image without its kernel is a remnant that is not built anew. */
static char **
pt_tools_list_images (PtSysroot *sysroot)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_BOOT, NULL, NULL);
  g_autoptr (GStrvBuilder) images = g_strv_builder_new ();
  g_autoptr (PtEntries) entries = NULL;

  if (pt_boot_find_loader (sysroot) == PT_BOOT_LOADER_SYSTEMD_BOOT)
    entries = pt_entries_read (sysroot, NULL);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *kernel = NULL;
      g_autofree char *path = NULL;

      if (!g_str_has_prefix (names[i], "initrd.img-"))
        continue;
      kernel = g_strconcat ("vmlinuz-", names[i] + strlen ("initrd.img-"), NULL);
      path = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, names[i]);
      if (!pt_sysroot_exists (sysroot, PT_PLACE_BOOT, kernel))
        continue;
      g_strv_builder_add (images, path);
      pt_tools_add_copies (sysroot, entries, names[i], path, images);
    }
  return g_strv_builder_end (images);
}

const PtGenerator pt_generator_initramfs_tools = {
  .files = pt_tools_files,
  .find_obstacle = pt_tools_find_obstacle,
  .rebuilds = pt_tools_rebuilds,
  .list_images = pt_tools_list_images,
  .lister = PT_PROGRAM_LSINITRAMFS,
  .wanted = pt_tools_wanted,
};
