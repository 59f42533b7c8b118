/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot-loader"

#include "config.h"

#include <string.h>

#include "pt-facts.h"

/* The vendor of the Boot Loader Interface. */
#define PT_BOOT_VENDOR "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"


char *
pt_boot_parse_efi_text (const char *bytes,
                        gsize       length)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);

  if (length < 6 || length % 2 != 0)
    return NULL;
  text = g_convert (bytes + 4, (gssize)length - 4, "UTF-8", "UTF-16LE", NULL, NULL, NULL);
  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}


char *
pt_boot_loader_variable_name (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return g_strconcat (name, PT_BOOT_VENDOR, NULL);
}


/* Four bytes of attributes, then the number, low byte first. */
guint64
pt_boot_read_loader_features (PtSysroot *sysroot)
{
  gsize            length = 0;
  guint64          features = 0;
  g_autofree char *file = pt_boot_loader_variable_name ("LoaderFeatures");
  g_autofree char *bytes = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), 0);

  bytes = pt_sysroot_read (sysroot, PT_PLACE_EFI_VARIABLES, file, &length, NULL);
  if (bytes == NULL || length != 4 + sizeof features)
    return 0;
  memcpy (&features, bytes + 4, sizeof features);
  return GUINT64_FROM_LE (features);
}


char *
pt_boot_read_loader_variable (PtSysroot  *sysroot,
                              const char *name)
{
  gsize            length = 0;
  g_autofree char *file = NULL;
  g_autofree char *bytes = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  file = pt_boot_loader_variable_name (name);
  bytes = pt_sysroot_read (sysroot, PT_PLACE_EFI_VARIABLES, file, &length, NULL);
  return bytes != NULL ? pt_boot_parse_efi_text (bytes, length) : NULL;
}


/* TRUE if folder @name of /boot has a file that ends in @suffix. */
static gboolean
pt_boot_has_file (PtSysroot  *sysroot,
                  PtPlace     place,
                  const char *name,
                  const char *suffix)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, place, name, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (g_str_has_suffix (names[i], suffix))
        return TRUE;
    }
  return FALSE;
}


static gboolean
pt_boot_has_program (PtSysroot *sysroot,
                     PtProgram  program)
{
  g_autofree char *path = pt_sysroot_find_program (sysroot, program);

  return path != NULL;
}


static gboolean
pt_boot_has_limine (PtSysroot *sysroot)
{
  return pt_sysroot_exists (sysroot, PT_PLACE_ETC, "default/limine") ||
         pt_sysroot_exists (sysroot, PT_PLACE_BOOT, "limine.conf") ||
         pt_sysroot_exists (sysroot, PT_PLACE_BOOT, "limine/limine.conf") ||
         pt_sysroot_exists (sysroot, PT_PLACE_BOOT, "efi/limine.conf");
}


static gboolean
pt_boot_has_entries (PtSysroot *sysroot)
{
  return pt_boot_has_file (sysroot, PT_PLACE_BOOT, "loader/entries", ".conf") ||
         pt_boot_has_file (sysroot, PT_PLACE_BOOT, "efi/loader/entries", ".conf") ||
         pt_boot_has_file (sysroot, PT_PLACE_ROOT, "efi/loader/entries", ".conf");
}


static gboolean
pt_boot_has_uki (PtSysroot *sysroot)
{
  g_autofree char *stub = pt_boot_read_loader_variable (sysroot, "StubInfo");

  return stub != NULL || pt_boot_has_file (sysroot, PT_PLACE_BOOT, "EFI/Linux", ".efi") ||
         pt_boot_has_file (sysroot, PT_PLACE_BOOT, "efi/EFI/Linux", ".efi") ||
         pt_boot_has_file (sysroot, PT_PLACE_ROOT, "efi/EFI/Linux", ".efi");
}


/* TRUE if GRUB takes its menu from entries. Ordinary users may not list these everywhere, so the
 * setting says it as well. */
static gboolean
pt_boot_grub_reads_entries (PtSysroot *sysroot)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "default/grub", NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  PtTri setting = PT_TRI_UNKNOWN;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *value = g_strstrip (lines[i]) + strlen ("GRUB_ENABLE_BLSCFG=");

      if (g_str_has_prefix (lines[i], "GRUB_ENABLE_BLSCFG="))
        setting = strstr (value, "true") != NULL ? PT_TRI_TRUE : PT_TRI_FALSE;
    }
  if (setting == PT_TRI_FALSE || !pt_boot_has_program (sysroot, PT_PROGRAM_GRUBBY))
    return FALSE;
  return setting == PT_TRI_TRUE ||
         pt_boot_has_file (sysroot, PT_PLACE_BOOT, "loader/entries", ".conf");
}


static gboolean
pt_boot_has_kernelstub (PtSysroot *sysroot)
{
  return pt_boot_has_program (sysroot, PT_PROGRAM_KERNELSTUB) &&
         pt_sysroot_exists (sysroot, PT_PLACE_ETC, "kernelstub/configuration");
}


/* Who keeps the settings where GRUB started this boot. */
static PtBootLoader
pt_boot_judge_grub (PtSysroot *sysroot)
{
  if (pt_boot_has_program (sysroot, PT_PROGRAM_SDBOOTUTIL) && pt_boot_has_entries (sysroot))
    return PT_BOOT_LOADER_SDBOOTUTIL;
  if (pt_boot_grub_reads_entries (sysroot))
    return PT_BOOT_LOADER_GRUB_BLS;
  if (pt_sysroot_exists (sysroot, PT_PLACE_ETC, "default/grub"))
    return PT_BOOT_LOADER_GRUB;
  return PT_BOOT_LOADER_UNKNOWN;
}


/* The same where systemd-boot did. */
static PtBootLoader
pt_boot_judge_systemd_boot (PtSysroot *sysroot)
{
  if (pt_boot_has_program (sysroot, PT_PROGRAM_SDBOOTUTIL))
    return PT_BOOT_LOADER_SDBOOTUTIL;
  return pt_boot_has_kernelstub (sysroot) ? PT_BOOT_LOADER_KERNELSTUB : PT_BOOT_LOADER_SYSTEMD_BOOT;
}


/* A unified kernel image brings its parameters along, whatever started it; but limine-entry-tool
 * may be what builds it. */
static PtBootLoader
pt_boot_judge_stub (PtSysroot  *sysroot,
                    const char *info)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "default/limine", NULL);
  gboolean         limine = info == NULL ||
                    g_ascii_strncasecmp (info, "limine", strlen ("limine")) == 0;

  return limine && text != NULL && strstr (text, "ENABLE_UKI=yes") != NULL ? PT_BOOT_LOADER_LIMINE
                                                                           : PT_BOOT_LOADER_UKI;
}


/* What the loader of this boot calls itself. */
static PtBootLoader
pt_boot_judge_info (PtSysroot  *sysroot,
                    const char *info)
{
  if (g_str_has_prefix (info, "systemd-boot"))
    return pt_boot_judge_systemd_boot (sysroot);
  if (g_str_has_prefix (info, "GRUB"))
    return pt_boot_judge_grub (sysroot);
  if (g_ascii_strncasecmp (info, "limine", strlen ("limine")) == 0)
    return PT_BOOT_LOADER_LIMINE;
  if (g_ascii_strncasecmp (info, "refind", strlen ("refind")) == 0)
    return PT_BOOT_LOADER_REFIND;
  return PT_BOOT_LOADER_UNKNOWN;
}


/* TRUE if the running command line has a word that starts with @prefix. */
static gboolean
pt_boot_has_word (PtSysroot  *sysroot,
                  const char *prefix)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "cmdline", NULL);
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], prefix))
      return TRUE;
  return FALSE;
}


/* TRUE if only root may see what is in /boot: then no trace there is no proof of its absence. */
static gboolean
pt_boot_is_closed (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_BOOT, NULL, &error);

  return g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED);
}


/* Loaders that left settings here, where none of them says that it started this boot: one is clear,
 * several are not. @efi_style: the command line names its initramfs, as only loaders do that start
 * the kernel as an EFI program. */
static PtBootLoader
pt_boot_judge_traces (PtSysroot *sysroot,
                      gboolean   efi_style)
{
  gboolean stub = pt_boot_has_kernelstub (sysroot);
  struct
  {
    gboolean     found;
    PtBootLoader loader;
  } traces[] = {
    { stub, PT_BOOT_LOADER_KERNELSTUB },
    { !stub && pt_boot_has_entries (sysroot) && !pt_boot_grub_reads_entries (sysroot),
      pt_boot_judge_systemd_boot (sysroot) },
    { pt_sysroot_exists (sysroot, PT_PLACE_BOOT, "refind_linux.conf"), PT_BOOT_LOADER_REFIND },
    { !efi_style && pt_boot_has_limine (sysroot), PT_BOOT_LOADER_LIMINE },
    { !efi_style && pt_boot_has_uki (sysroot), PT_BOOT_LOADER_UKI },
  };
  PtBootLoader found = PT_BOOT_LOADER_UNKNOWN;
  guint        n_found = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (traces); i++)
    {
      if (!traces[i].found)
        continue;
      found = traces[i].loader;
      n_found++;
    }
  if (n_found == 0 && !efi_style && !pt_boot_is_closed (sysroot))
    return pt_boot_judge_grub (sysroot);
  return n_found == 1 ? found : PT_BOOT_LOADER_UNKNOWN;
}


/* What really started this boot: systems that allow nothing else first, then what the loader told
 * the firmware, then what it put on the command line (GRUB's BOOT_IMAGE=), and only then what is
 * left in files. Programs that are installed prove nothing. */
PtBootLoader
pt_boot_find_loader (PtSysroot *sysroot)
{
  g_autofree char *info = NULL;
  g_autofree char *stub = NULL;
  PtBootLoader     grub = PT_BOOT_LOADER_UNKNOWN;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), PT_BOOT_LOADER_UNKNOWN);

  if (pt_sysroot_exists (sysroot, PT_PLACE_RUN, "ostree-booted"))
    return PT_BOOT_LOADER_RPM_OSTREE;
  if (pt_sysroot_exists (sysroot, PT_PLACE_ETC, "NIXOS"))
    return PT_BOOT_LOADER_NIXOS;
  info = pt_boot_read_loader_variable (sysroot, "LoaderInfo");
  stub = pt_boot_read_loader_variable (sysroot, "StubInfo");
  if (stub != NULL)
    return pt_boot_judge_stub (sysroot, info);
  if (info != NULL)
    return pt_boot_judge_info (sysroot, info);

  if (pt_boot_has_word (sysroot, "BOOT_IMAGE="))
    grub = pt_boot_judge_grub (sysroot);
  if (grub != PT_BOOT_LOADER_UNKNOWN)
    return grub;
  return pt_boot_judge_traces (sysroot, pt_boot_has_word (sysroot, "initrd="));
}
