/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-one-shot"

#include "config.h"

#include "pt-one-shot.h"

#include <string.h>

#include "pt-facts.h"

static const char *const pt_one_shot_nicks[] = {
  [PT_ONE_SHOT_POSSIBLE] = "possible",
  [PT_ONE_SHOT_UNKNOWN_LOADER] = "unknown-loader",
  [PT_ONE_SHOT_NOT_OFFERED] = "not-offered",
  [PT_ONE_SHOT_DEPLOYMENTS] = "deployments",
  [PT_ONE_SHOT_NO_MENU] = "no-menu",
  [PT_ONE_SHOT_OLD_MENU] = "old-menu",
  [PT_ONE_SHOT_NO_CUSTOM_ENTRIES] = "no-custom-entries",
  [PT_ONE_SHOT_NO_ENVIRONMENT] = "no-environment",
  [PT_ONE_SHOT_UNKNOWN_DISK] = "unknown-disk",
  [PT_ONE_SHOT_MAPPED_DISK] = "mapped-disk",
  [PT_ONE_SHOT_FILE_SYSTEM] = "file-system",
  [PT_ONE_SHOT_NOT_ADVERTISED] = "not-advertised",
  [PT_ONE_SHOT_SAVED_DEFAULT] = "saved-default",
  [PT_ONE_SHOT_NO_DEFAULT] = "no-default",
  [PT_ONE_SHOT_ROOT_ONLY] = "root-only",
};


const char *
pt_one_shot_to_nick (PtOneShot self)
{
  g_return_val_if_fail ((gsize)self < G_N_ELEMENTS (pt_one_shot_nicks), NULL);

  return pt_one_shot_nicks[self];
}


gboolean
pt_one_shot_from_nick (const char *nick,
                       PtOneShot  *self)
{
  g_return_val_if_fail (nick != NULL, FALSE);
  g_return_val_if_fail (self != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_one_shot_nicks); i++)
    if (g_str_equal (nick, pt_one_shot_nicks[i]))
      {
        *self = (PtOneShot)i;
        return TRUE;
      }
  return FALSE;
}


/* TRUE if only root may look into @folder of /boot: nothing is known of what is there, not even
 * that it is not. */
static gboolean
pt_one_shot_is_closed (PtSysroot  *sysroot,
                       const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_BOOT, folder, &error);

  return g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED);
}


static gboolean
pt_one_shot_may_hold_menu (PtSysroot  *sysroot,
                           const char *folder)
{
  g_autofree char *menu = g_build_filename (folder, "grub.cfg", NULL);

  return pt_sysroot_exists (sysroot, PT_PLACE_BOOT, menu) ||
         pt_one_shot_is_closed (sysroot, folder);
}


const char *
pt_one_shot_grub_folder (PtSysroot *sysroot)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (!pt_one_shot_may_hold_menu (sysroot, "grub") && pt_one_shot_may_hold_menu (sysroot, "grub2"))
    return "grub2";
  return "grub";
}


/* The mount that really carries grubenv, which may be a link to the EFI partition. */
static const PtMount *
pt_one_shot_find_mount (PtSysroot  *sysroot,
                        PtStorage  *storage,
                        const char *name)
{
  const char      *root = pt_sysroot_get_directory (sysroot);
  g_autofree char *logical = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, name);
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_BOOT, name);

  if (path != NULL && g_str_has_prefix (path, root) && path[strlen (root)] == '/')
    return pt_storage_find_mount (storage, path + strlen (root));
  return pt_storage_find_mount (storage, logical);
}


/* GRUB writes plain sectors: no mapping, no file system that would notice (GRUB manual,
 * "Environment block"). Btrfs only with the sectors that newer versions set aside. */
static PtOneShot
pt_one_shot_judge_disk (PtSysroot  *sysroot,
                        PtStorage  *storage,
                        const char *name)
{
  static const char *const systems[] = { "ext2", "ext3", "ext4", "xfs", "vfat", NULL };
  const PtMount           *mount = pt_one_shot_find_mount (sysroot, storage, name);
  g_autofree char         *text = NULL;
  g_autoptr (GError) error = NULL;

  if (mount == NULL || mount->type == NULL)
    return PT_ONE_SHOT_UNKNOWN_DISK;
  if (g_str_equal (mount->type, "btrfs"))
    {
      text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, &error);
      if (g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED))
        return PT_ONE_SHOT_ROOT_ONLY;
      if (text == NULL || strstr (text, "\nenv_block=") == NULL)
        return PT_ONE_SHOT_FILE_SYSTEM;
    }
  else if (!g_strv_contains (systems, mount->type))
    {
      return PT_ONE_SHOT_FILE_SYSTEM;
    }
  if (pt_storage_is_plain (storage, mount))
    return PT_ONE_SHOT_POSSIBLE;
  return pt_storage_is_mapped (storage, mount) ? PT_ONE_SHOT_MAPPED_DISK : PT_ONE_SHOT_UNKNOWN_DISK;
}


/* Whether grubenv says which entry starts by default. */
static PtTri
pt_one_shot_has_saved_entry (PtSysroot  *sysroot,
                             const char *environment)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, environment, NULL, &error);
  const char      *saved = text != NULL ? strstr (text, "\nsaved_entry=") : NULL;

  if (g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED))
    return PT_TRI_UNKNOWN;
  return saved != NULL && saved[strlen ("\nsaved_entry=")] != '\n' ? PT_TRI_TRUE : PT_TRI_FALSE;
}


/* What is left to ask once the menu is known to take a choice for one start. */
static PtOneShot
pt_one_shot_judge_environment (PtSysroot  *sysroot,
                               PtStorage  *storage,
                               const char *environment,
                               gboolean    entries)
{
  PtOneShot disk = pt_one_shot_judge_disk (sysroot, storage, environment);
  PtTri     saved = entries ? pt_one_shot_has_saved_entry (sysroot, environment) : PT_TRI_TRUE;

  if (saved == PT_TRI_FALSE)
    return PT_ONE_SHOT_NO_DEFAULT;
  return disk == PT_ONE_SHOT_POSSIBLE && saved == PT_TRI_UNKNOWN ? PT_ONE_SHOT_ROOT_ONLY : disk;
}


/* @entries: each is a file, which the menu only reads. Without a default by name GRUB starts the
 * first one of an order of its own, and one more must not come into that. */
static PtOneShot
pt_one_shot_judge_grub (PtSysroot *sysroot,
                        PtStorage *storage,
                        gboolean   entries)
{
  const char      *folder = pt_one_shot_grub_folder (sysroot);
  g_autofree char *menu_name = g_build_filename (folder, "grub.cfg", NULL);
  g_autofree char *environment = g_build_filename (folder, "grubenv", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *menu = pt_sysroot_read_text (sysroot, PT_PLACE_BOOT, menu_name, &error);

  /* Debian 12 keeps its menu to root, as GRUB itself makes it. What is in it the helper judges, as
   * root, before it prepares anything. */
  if (menu == NULL && !g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED))
    return PT_ONE_SHOT_NO_MENU;
  if (menu != NULL && strstr (menu, "next_entry") == NULL)
    return PT_ONE_SHOT_OLD_MENU;
  if (menu != NULL && strstr (menu, entries ? "blscfg" : "custom.cfg") == NULL)
    return PT_ONE_SHOT_NO_CUSTOM_ENTRIES;
  if (pt_one_shot_is_closed (sysroot, folder))
    return PT_ONE_SHOT_ROOT_ONLY;
  if (!pt_sysroot_exists (sysroot, PT_PLACE_BOOT, environment))
    return PT_ONE_SHOT_NO_ENVIRONMENT;
  return pt_one_shot_judge_environment (sysroot, storage, environment, entries);
}


/* TRUE if `default` of a loader.conf is the entry that was started last. */
static gboolean
pt_one_shot_saves_choice (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean saves = FALSE;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (g_strstrip (lines[i]), " \t", 2);

      if (g_strcmp0 (words[0], "default") == 0 && words[1] != NULL)
        saves = g_str_equal (g_strstrip (words[1]), "@saved");
    }
  return saves;
}


/* systemd-boot, and what speaks its language, says itself what it can do (Boot Loader Interface,
 * LoaderFeatures) and takes the variable away before it starts the entry. Where ordinary users may
 * not read loader.conf, root finds the rest out. */
static PtOneShot
pt_one_shot_judge_interface (PtSysroot *sysroot)
{
  static const struct
  {
    PtPlace     place;
    const char *name;
  } files[] = {
    { PT_PLACE_BOOT, "loader/loader.conf" },
    { PT_PLACE_ROOT, "efi/loader/loader.conf" },
    { PT_PLACE_BOOT, "efi/loader/loader.conf" },
  };
  g_autofree char *chosen = pt_boot_read_loader_variable (sysroot, "LoaderEntryDefault");
  g_autofree char *info = pt_boot_read_loader_variable (sysroot, "LoaderInfo");

  if ((pt_boot_read_loader_features (sysroot) & PT_BOOT_FEATURE_ONE_SHOT) == 0)
    return PT_ONE_SHOT_NOT_ADVERTISED;
  if (chosen != NULL)
    return g_str_equal (chosen, "@saved") ? PT_ONE_SHOT_SAVED_DEFAULT : PT_ONE_SHOT_POSSIBLE;
  /* openSUSE's GRUB; it sorts entries in a way of its own. */
  if (info != NULL && g_str_has_prefix (info, "GRUB"))
    return PT_ONE_SHOT_NO_DEFAULT;
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = pt_sysroot_read_text (sysroot, files[i].place, files[i].name, NULL);

      if (text != NULL && pt_one_shot_saves_choice (text))
        return PT_ONE_SHOT_SAVED_DEFAULT;
    }
  return PT_ONE_SHOT_POSSIBLE;
}


PtOneShot
pt_one_shot_judge (PtSysroot   *sysroot,
                   PtStorage   *storage,
                   PtBootLoader loader)
{
  g_autofree char *program = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), PT_ONE_SHOT_UNKNOWN_LOADER);
  g_return_val_if_fail (storage != NULL, PT_ONE_SHOT_UNKNOWN_LOADER);

  switch (loader)
    {
    case PT_BOOT_LOADER_GRUB:
      return pt_one_shot_judge_grub (sysroot, storage, FALSE);
    case PT_BOOT_LOADER_GRUB_BLS:
      return pt_one_shot_judge_grub (sysroot, storage, TRUE);
    case PT_BOOT_LOADER_RPM_OSTREE:
      program = pt_sysroot_find_program (sysroot, PT_PROGRAM_RPM_OSTREE);
      return program != NULL ? PT_ONE_SHOT_DEPLOYMENTS : PT_ONE_SHOT_NOT_OFFERED;
    case PT_BOOT_LOADER_UNKNOWN:
      return PT_ONE_SHOT_UNKNOWN_LOADER;
    case PT_BOOT_LOADER_SYSTEMD_BOOT:
    case PT_BOOT_LOADER_SDBOOTUTIL:
    case PT_BOOT_LOADER_KERNELSTUB: /* systemd-boot; it writes only the entries it has names for */
      return pt_one_shot_judge_interface (sysroot);
    case PT_BOOT_LOADER_LIMINE:
    case PT_BOOT_LOADER_UKI:
    case PT_BOOT_LOADER_REFIND:
    case PT_BOOT_LOADER_NIXOS:
    default:
      return PT_ONE_SHOT_NOT_OFFERED;
    }
}
