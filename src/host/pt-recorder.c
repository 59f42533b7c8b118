/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-recorder"

#include "config.h"

#include "pt-recorder.h"

#include <string.h>

#include "pt-facts.h"
#include "pt-host.h"
#include "pt-recorder-private.h"

#define PT_RECORDER_SECURE_BOOT "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"


void
pt_recorder_add_file (GString    *text,
                      const char *path,
                      const char *content)
{
  g_auto (GStrv) lines = g_strsplit (content, "\n", -1);

  g_string_append_printf (text, "F: %s\n", path);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i + 1] != NULL)
        g_string_append_printf (text, "|%s\n", lines[i]);
      else if (*lines[i] != '\0')
        g_string_append_printf (text, "!%s\n", lines[i]);
    }
  g_string_append_c (text, '\n');
}


/* `/sys/devices/…` for the text of a link in a class or bus folder; NULL if it leads nowhere like
 * that. */
char *
pt_recorder_device_path (const char *link)
{
  const char *devices = link != NULL ? strstr (link, "devices/") : NULL;

  return devices != NULL ? g_strconcat ("/", devices, NULL) : NULL;
}


void
pt_recorder_add_attribute (PtSysroot  *sysroot,
                           PtPlace     place,
                           const char *folder,
                           const char *attribute,
                           GString    *text)
{
  g_autofree char *name =
    folder != NULL ? g_build_filename (folder, attribute, NULL) : g_strdup (attribute);
  g_autofree char *value = pt_sysroot_read_text (sysroot, place, name, NULL);
  g_auto (GStrv) lines = value != NULL ? g_strsplit (value, "\n", -1) : NULL;
  g_autofree char *joined = lines != NULL ? g_strjoinv ("\\n", lines) : NULL;

  if (joined != NULL && strchr (value, '\\') == NULL)
    g_string_append_printf (text, "A: %s=%s\n", attribute, joined);
}


/* That it has one, without its bytes, which are its maker's. */
static void
pt_recorder_add_rom (PtSysroot  *sysroot,
                     const char *name,
                     GString    *text)
{
  g_autofree char *rom = g_build_filename (name, "rom", NULL);

  if (pt_sysroot_exists (sysroot, PT_PLACE_PCI_DEVICES, rom))
    g_string_append (text, "A: rom=\n");
}


static void
pt_recorder_add_pci_device (PtSysroot  *sysroot,
                            const char *name,
                            gboolean    graphics,
                            GString    *text)
{
  static const char *const attributes[] = {
    "vendor", "device", "class", "revision", "subsystem_vendor", "subsystem_device"
  };
  static const char *const of_cards[] = { "boot_vga", "resource", "mem_info_vram_total",
                                          "reset_method" };
  static const char *const links[] = { "driver", "iommu_group" };
  g_autofree char         *link = NULL;
  g_autofree char         *path = NULL;

  link = pt_sysroot_read_link_text (sysroot, PT_PLACE_PCI_DEVICES, name, NULL);
  path = pt_recorder_device_path (link);
  if (path == NULL)
    return;
  g_string_append_printf (text, "P: %s\nE: SUBSYSTEM=pci\n", path);
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *link_name = g_build_filename (name, links[i], NULL);
      g_autofree char *target =
        pt_sysroot_read_link (sysroot, PT_PLACE_PCI_DEVICES, link_name, NULL);

      if (target != NULL)
        g_string_append_printf (text, "L: %s=%s\n", links[i], target);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    pt_recorder_add_attribute (sysroot, PT_PLACE_PCI_DEVICES, name, attributes[i], text);
  for (gsize i = 0; graphics && i < G_N_ELEMENTS (of_cards); i++)
    pt_recorder_add_attribute (sysroot, PT_PLACE_PCI_DEVICES, name, of_cards[i], text);
  if (graphics)
    pt_recorder_add_rom (sysroot, name, text);
  g_string_append_c (text, '\n');
}


static void
pt_recorder_add_pci (PtSysroot *sysroot,
                     PtHost    *host,
                     GString   *text)
{
  GPtrArray *devices = pt_host_get_devices (host);

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      pt_recorder_add_pci_device (sysroot, pt_device_get_address_string (device),
                                  pt_device_get_kind (device) == PT_DEVICE_GPU, text);
    }
}


/* Entries of a class with one attribute, or none. */
static void
pt_recorder_add_class (PtSysroot  *sysroot,
                       PtPlace     place,
                       const char *subsystem,
                       const char *prefix,
                       const char *attribute,
                       GString    *text)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, place, NULL, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *link = pt_sysroot_read_link_text (sysroot, place, names[i], NULL);
      g_autofree char *path = pt_recorder_device_path (link);

      if (path == NULL || !g_str_has_prefix (names[i], prefix))
        continue;
      g_string_append_printf (text, "P: %s\nE: SUBSYSTEM=%s\n", path, subsystem);
      if (attribute != NULL)
        pt_recorder_add_attribute (sysroot, place, names[i], attribute, text);
      g_string_append_c (text, '\n');
    }
}


static void
pt_recorder_add_dmi (PtSysroot *sysroot,
                     GString   *text)
{
  static const char *const names[] = { "board_vendor", "board_name", "bios_version" };

  g_string_append (text, "P: /devices/virtual/dmi/id\nE: SUBSYSTEM=dmi\n");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    pt_recorder_add_attribute (sysroot, PT_PLACE_DMI, NULL, names[i], text);
  g_string_append_c (text, '\n');
}


static void
pt_recorder_add_variable (PtSysroot  *sysroot,
                          const char *name,
                          GString    *text)
{
  gsize            length = 0;
  g_autofree char *bytes = pt_sysroot_read (sysroot, PT_PLACE_EFI_VARIABLES, name, &length, NULL);
  g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_EFI_VARIABLES, name);

  if (bytes == NULL || length > 256)
    return;
  g_string_append_printf (text, "F: %s\n%%", path);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", (guchar)bytes[i]);
  g_string_append (text, "\n\n");
}


/* What the boot loader says of itself: its name and version, and what it can do. It names entries
 * by machine ids, so those are not kept. */
static void
pt_recorder_add_loader_variables (PtSysroot *sysroot,
                                  GString   *text)
{
  static const char *const names[] = { "LoaderInfo", "StubInfo", "LoaderFeatures" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = pt_boot_loader_variable_name (names[i]);

      pt_recorder_add_variable (sysroot, name, text);
    }
}


static void
pt_recorder_add_firmware (PtSysroot *sysroot,
                          GString   *text)
{
  g_auto (GStrv) tables = pt_sysroot_list (sysroot, PT_PLACE_ACPI_TABLES, NULL, NULL);
  g_autofree char *efi = pt_sysroot_logical_path (sysroot, PT_PLACE_EFI, NULL);
  g_autofree char *acpi = pt_sysroot_logical_path (sysroot, PT_PLACE_ACPI_TABLES, NULL);
  g_autofree char *iommu = pt_sysroot_logical_path (sysroot, PT_PLACE_IOMMU_CLASS, NULL);

  if (pt_sysroot_exists (sysroot, PT_PLACE_EFI, NULL))
    g_string_append_printf (text, "D: %s\n", efi);
  if (pt_sysroot_exists (sysroot, PT_PLACE_IOMMU_CLASS, NULL))
    g_string_append_printf (text, "D: %s\n", iommu);
  if (tables != NULL)
    g_string_append_printf (text, "D: %s\n", acpi);
  for (guint i = 0; tables != NULL && tables[i] != NULL; i++)
    {
      /* Their names are known words; their contents may hold serial numbers. */
      if (strlen (tables[i]) <= 8)
        g_string_append_printf (text, "F: %s/%s\n", acpi, tables[i]);
    }
  g_string_append_c (text, '\n');
  pt_recorder_add_variable (sysroot, PT_RECORDER_SECURE_BOOT, text);
  pt_recorder_add_loader_variables (sysroot, text);
}


/* What the checks take from cpuinfo, flags once. */
static void
pt_recorder_add_processor (PtSysroot *sysroot,
                           GString   *text)
{
  static const char *const keys[] = { "processor", "vendor_id", "model name",
                                      "physical id", "core id", "flags" };
  g_autofree char         *content = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "cpuinfo", NULL);
  g_autofree char         *path = pt_sysroot_logical_path (sysroot, PT_PLACE_PROC, "cpuinfo");
  g_auto (GStrv) lines = content != NULL ? g_strsplit (content, "\n", -1) : NULL;
  gboolean flags = FALSE;

  if (lines == NULL)
    return;
  g_string_append_printf (text, "F: %s\n", path);
  for (guint i = 0; lines[i] != NULL; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (keys); j++)
      {
        if (!g_str_has_prefix (lines[i], keys[j]) || (j == 5 && flags))
          continue;
        flags |= j == 5;
        g_string_append_printf (text, "|%s\n", lines[i]);
      }
  g_string_append_c (text, '\n');
}


static void
pt_recorder_add_system (PtSysroot         *sysroot,
                        const PtHostFacts *facts,
                        GString           *text)
{
  g_autofree char *meminfo = pt_sysroot_logical_path (sysroot, PT_PLACE_PROC, "meminfo");
  g_autofree char *osrelease =
    pt_sysroot_logical_path (sysroot, PT_PLACE_PROC, "sys/kernel/osrelease");
  g_autofree char *cmdline = pt_sysroot_logical_path (sysroot, PT_PLACE_PROC, "cmdline");
  g_autofree char *os_release = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, "os-release");
  g_autofree char *scrubbed =
    facts->command_line != NULL ? pt_recorder_scrub_command_line (facts->command_line) : NULL;

  pt_recorder_add_processor (sysroot, text);
  if (facts->memory > 0)
    g_string_append_printf (text, "F: %s\n|MemTotal: %" G_GUINT64_FORMAT " kB\n\n", meminfo,
                            facts->memory / 1024);
  if (facts->kernel != NULL)
    pt_recorder_add_file (text, osrelease, facts->kernel);
  if (scrubbed != NULL)
    pt_recorder_add_file (text, cmdline, scrubbed);
  if (facts->distribution != NULL)
    g_string_append_printf (text, "F: %s\n|ID=%s\n|PRETTY_NAME=\"%s\"\n\n", os_release,
                            facts->distribution,
                            facts->distribution_name != NULL ? facts->distribution_name : "");
}


char *
pt_recorder_record (PtSysroot    *sysroot,
                    const char   *title,
                    GCancellable *cancellable,
                    GError      **error)
{
  g_autoptr (PtHost) host = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char   *one_line = NULL;
  const PtHostFacts *facts = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  host = pt_host_scan (sysroot, cancellable, error);
  if (host == NULL)
    return NULL;
  facts = pt_host_get_facts (host);
  one_line = g_strdelimit (g_strdup (title != NULL ? title : "a computer"), "\r\n", ' ');

  g_string_append_printf (
    text,
    "# %s\n# recorded by Passthru %s; nothing private is in it, see tests/hosts/README.md\n\n",
    one_line, PT_VERSION);
  pt_recorder_add_system (sysroot, facts, text);
  pt_recorder_add_firmware (sysroot, text);
  pt_recorder_add_dmi (sysroot, text);
  pt_recorder_add_pci (sysroot, host, text);
  pt_recorder_add_class (sysroot, PT_PLACE_IOMMU_CLASS, "iommu", "", "intel-iommu/ecap", text);
  pt_recorder_add_displays (sysroot, host, text);
  pt_recorder_add_cores (sysroot, text);
  pt_recorder_add_plugged (sysroot, text);
  pt_recorder_add_storage (sysroot, text);
  pt_recorder_add_boot (sysroot, facts, text);
  pt_recorder_add_platform (sysroot, host, text);
  return pt_recorder_scrub (text->str);
}
