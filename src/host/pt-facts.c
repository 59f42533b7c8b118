/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-facts"

#include "config.h"

#include "pt-facts.h"

#include <string.h>

#include "pt-device-private.h"


/* `key<blanks>: value`; returns the value when @line is about @key. */
static const char *
pt_facts_match (const char *line,
                const char *key)
{
  gsize length = strlen (key);

  if (!g_str_has_prefix (line, key))
    return NULL;
  line += length;
  line += strspn (line, " \t");
  return *line == ':' ? line + 1 + strspn (line + 1, " \t") : NULL;
}


static void
pt_facts_take_vendor (PtHostFacts *facts,
                      const char  *vendor)
{
  if (g_str_equal (vendor, "AuthenticAMD"))
    facts->cpu_vendor = PT_CPU_AMD;
  else if (g_str_equal (vendor, "GenuineIntel"))
    facts->cpu_vendor = PT_CPU_INTEL;
}


static void
pt_facts_take_flags (PtHostFacts *facts,
                     const char  *flags)
{
  g_auto (GStrv) words = g_strsplit (flags, " ", -1);
  const char *const *list = (const char *const *)words;

  facts->cpu_virtualization = g_strv_contains (list, "svm") || g_strv_contains (list, "vmx");
  facts->virtual_machine = g_strv_contains (list, "hypervisor");
}


void
pt_facts_parse_cpuinfo (const char  *text,
                        PtHostFacts *facts)
{
  g_auto (GStrv) lines = NULL;
  g_autoptr (GHashTable) cores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *package = "0";

  g_return_if_fail (text != NULL);
  g_return_if_fail (facts != NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *value = NULL;

      if (pt_facts_match (lines[i], "processor") != NULL)
        facts->cpu_threads++;
      else if ((value = pt_facts_match (lines[i], "physical id")) != NULL)
        package = value;
      else if ((value = pt_facts_match (lines[i], "core id")) != NULL)
        g_hash_table_add (cores, g_strconcat (package, ":", value, NULL));
      else if ((value = pt_facts_match (lines[i], "vendor_id")) != NULL)
        pt_facts_take_vendor (facts, value);
      else if (facts->cpu_name == NULL && (value = pt_facts_match (lines[i], "model name")) != NULL)
        facts->cpu_name = g_strdup (value);
      else if (facts->cpu_virtualization == PT_TRI_UNKNOWN &&
               (value = pt_facts_match (lines[i], "flags")) != NULL && *value != '\0')
        pt_facts_take_flags (facts, value);
    }
  facts->cpu_cores = g_hash_table_size (cores);
}


guint64
pt_facts_parse_meminfo (const char *text)
{
  const char *total = NULL;

  g_return_val_if_fail (text != NULL, 0);

  total = strstr (text, "MemTotal:");
  return total != NULL ? g_ascii_strtoull (total + 9, NULL, 10) * 1024 : 0;
}


char *
pt_facts_parse_assignment (const char *text,
                           const char *key)
{
  g_auto (GStrv) lines = NULL;
  char *value = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize length = strlen (key);

      if (!g_str_has_prefix (lines[i], key) || lines[i][length] != '=')
        continue;
      g_free (value);
      value = g_shell_unquote (g_strstrip (lines[i] + length + 1), NULL);
    }
  return value;
}


static char *
pt_facts_read_dmi (PtSysroot  *sysroot,
                   const char *name)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_DMI, name, NULL);

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}


static void
pt_facts_read_system (PtSysroot   *sysroot,
                      PtHostFacts *facts)
{
  g_autofree char *cpuinfo = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "cpuinfo", NULL);
  g_autofree char *meminfo = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "meminfo", NULL);
  g_autofree char *release = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "os-release", NULL);

  if (cpuinfo != NULL)
    pt_facts_parse_cpuinfo (cpuinfo, facts);
  if (meminfo != NULL)
    facts->memory = pt_facts_parse_meminfo (meminfo);
  if (release != NULL)
    {
      facts->distribution = pt_facts_parse_assignment (release, "ID");
      facts->distribution_name = pt_facts_parse_assignment (release, "PRETTY_NAME");
    }
  facts->board_vendor = pt_facts_read_dmi (sysroot, "board_vendor");
  facts->board_name = pt_facts_read_dmi (sysroot, "board_name");
  facts->bios_version = pt_facts_read_dmi (sysroot, "bios_version");
  facts->kernel = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "sys/kernel/osrelease", NULL);
  facts->command_line = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "cmdline", NULL);
}


/* Unknown where the tables cannot be listed, as in a sandbox. */
static PtTri
pt_facts_read_iommu_table (PtSysroot *sysroot)
{
  g_auto (GStrv) tables = pt_sysroot_list (sysroot, PT_PLACE_ACPI_TABLES, NULL, NULL);
  const char *const *list = (const char *const *)tables;

  if (tables == NULL || *tables == NULL)
    return PT_TRI_UNKNOWN;
  return g_strv_contains (list, "DMAR") || g_strv_contains (list, "IVRS");
}


/* The class directory is there without an IOMMU too: entries count. Both signs must agree. */
static void
pt_facts_read_iommu (PtSysroot   *sysroot,
                     GPtrArray   *devices,
                     PtHostFacts *facts)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) entries = pt_sysroot_list (sysroot, PT_PLACE_IOMMU_CLASS, NULL, &error);
  gboolean unreadable =
    entries == NULL && !g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
  gboolean any_entry = entries != NULL && *entries != NULL;
  gboolean any_group = FALSE;

  for (guint i = 0; i < devices->len; i++)
    any_group |= pt_device_get_group (g_ptr_array_index (devices, i)) >= 0;

  facts->iommu_table = pt_facts_read_iommu_table (sysroot);
  if (any_entry && any_group)
    facts->iommu = PT_IOMMU_ACTIVE;
  else if (unreadable || any_entry || any_group || facts->iommu_table == PT_TRI_UNKNOWN)
    facts->iommu = PT_IOMMU_UNKNOWN;
  else
    facts->iommu = facts->iommu_table == PT_TRI_TRUE ? PT_IOMMU_OFF : PT_IOMMU_ABSENT;
}


/* The fifth byte of the variable says it. */
static PtTri
pt_facts_read_secure_boot (PtSysroot *sysroot)
{
  gsize            length = 0;
  g_autofree char *bytes = pt_sysroot_read (sysroot, PT_PLACE_EFI_VARIABLES,
                                            "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                                            &length, NULL);

  if (bytes == NULL || length != 5 || (bytes[4] != 0 && bytes[4] != 1))
    return PT_TRI_UNKNOWN;
  return bytes[4] == 1;
}


static void
pt_facts_read_firmware (PtSysroot   *sysroot,
                        PtHostFacts *facts)
{
  if (pt_sysroot_exists (sysroot, PT_PLACE_EFI, NULL))
    {
      facts->firmware = PT_FIRMWARE_UEFI;
      facts->secure_boot = pt_facts_read_secure_boot (sysroot);
    }
  else if (pt_sysroot_exists (sysroot, PT_PLACE_ACPI_TABLES, NULL))
    {
      /* Its folder is visible and it is not in it, so it is not hidden from us. */
      facts->firmware = PT_FIRMWARE_BIOS;
      facts->secure_boot = PT_TRI_FALSE;
    }
}


static PtTri
pt_facts_modules_have_vfio (PtSysroot  *sysroot,
                            const char *kernel,
                            const char *list)
{
  g_autofree char *name = g_build_filename (kernel, list, NULL);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_KERNEL_MODULES, name, NULL);

  if (text == NULL || *text == '\0')
    return PT_TRI_UNKNOWN;
  return strstr (text, "/vfio-pci.ko") != NULL;
}


/* A kernel may know it as a module, have it built in, or have it loaded from somewhere else. */
static void
pt_facts_read_vfio (PtSysroot   *sysroot,
                    PtHostFacts *facts)
{
  PtTri module = PT_TRI_UNKNOWN;

  if (facts->kernel != NULL && strchr (facts->kernel, '/') == NULL)
    {
      facts->vfio_built_in = pt_facts_modules_have_vfio (sysroot, facts->kernel, "modules.builtin");
      module = pt_facts_modules_have_vfio (sysroot, facts->kernel, "modules.dep");
    }

  if (facts->vfio_built_in == PT_TRI_TRUE || module == PT_TRI_TRUE ||
      pt_sysroot_exists (sysroot, PT_PLACE_MODULES, "vfio_pci"))
    facts->vfio_available = PT_TRI_TRUE;
  else if (facts->vfio_built_in == PT_TRI_FALSE && module == PT_TRI_FALSE)
    facts->vfio_available = PT_TRI_FALSE;
}


void
pt_facts_read (PtSysroot   *sysroot,
               GPtrArray   *devices,
               PtHostFacts *facts)
{
  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (devices != NULL);
  g_return_if_fail (facts != NULL);

  *facts = (PtHostFacts){
    .cpu_virtualization = PT_TRI_UNKNOWN,
    .iommu_table = PT_TRI_UNKNOWN,
    .secure_boot = PT_TRI_UNKNOWN,
    .vfio_available = PT_TRI_UNKNOWN,
    .vfio_built_in = PT_TRI_UNKNOWN,
    .kvm_usable = PT_TRI_UNKNOWN,
    .libvirt_usable = PT_TRI_UNKNOWN,
    .framebuffer = PT_TRI_UNKNOWN,
    .framebuffer_held = PT_TRI_UNKNOWN,
  };
  pt_facts_read_system (sysroot, facts);
  pt_facts_read_iommu (sysroot, devices, facts);
  pt_facts_read_firmware (sysroot, facts);
  pt_facts_read_vfio (sysroot, facts);
}


void
pt_facts_clear (PtHostFacts *facts)
{
  g_return_if_fail (facts != NULL);

  g_free (facts->cpu_name);
  g_free (facts->board_vendor);
  g_free (facts->board_name);
  g_free (facts->bios_version);
  g_free (facts->kernel);
  g_free (facts->distribution);
  g_free (facts->distribution_name);
  g_free (facts->command_line);
  g_free (facts->kvm_evidence);
  g_free (facts->libvirt_evidence);
  g_free (facts->framebuffer_evidence);
  g_clear_pointer (&facts->xorg, g_ptr_array_unref);
}
