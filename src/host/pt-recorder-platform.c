/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-recorder-platform"

#include "config.h"

#include <string.h>

#include "pt-gpu-private.h"
#include "pt-guest-firmware.h"
#include "pt-platform.h"
#include "pt-recorder-private.h"

/* The part of a recording about virtual machines: made up to say the same, as names of files and
 * machines are nobody's business. */

static const char *const pt_recorder_module_files[] = { "updates/dkms/vendor-reset.ko",
                                                        "updates/dkms/kvmfr.ko" };


static void
pt_recorder_add_switch (PtSysroot  *sysroot,
                        const char *name,
                        PtTri       state,
                        GString    *text)
{
  g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_MODULES, name);

  if (state != PT_TRI_UNKNOWN)
    pt_recorder_add_file (text, path, state == PT_TRI_TRUE ? "Y" : "N");
}


static void
pt_recorder_add_folder (PtSysroot  *sysroot,
                        PtPlace     place,
                        const char *name,
                        GString    *text)
{
  g_autofree char *path = pt_sysroot_logical_path (sysroot, place, name);

  if (pt_sysroot_exists (sysroot, place, name))
    g_string_append_printf (text, "D: %s\n\n", path);
}


static void
pt_recorder_add_interrupts (PtSysroot        *sysroot,
                            const PtPlatform *platform,
                            GString          *text)
{
  g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_PROC, "interrupts");

  if (platform->interrupts_remapped != PT_TRI_UNKNOWN)
    g_string_append_printf (text, "F: %s\n|0: 0 %sIO-APIC 2-edge timer\n\n", path,
                            platform->interrupts_remapped == PT_TRI_TRUE ? "IR-" : "");
  pt_recorder_add_switch (sysroot, "vfio_iommu_type1/parameters/allow_unsafe_interrupts",
                          platform->unsafe_interrupts, text);
}


static void
pt_recorder_add_kernel (PtSysroot         *sysroot,
                        const PtKernel    *kernel,
                        const PtHostFacts *facts,
                        GString           *text)
{
  const PtTri      extra[] = { kernel->vendor_reset, kernel->kvmfr };
  gboolean         running = g_strcmp0 (kernel->release, facts->kernel) == 0;
  gboolean         built_in = running && facts->vfio_built_in == PT_TRI_TRUE;
  g_autofree char *modules = g_build_filename (kernel->release, "modules.dep", NULL);
  g_autofree char *modules_path =
    pt_sysroot_logical_path (sysroot, PT_PLACE_KERNEL_MODULES, modules);
  g_autofree char *list = g_build_filename (kernel->release, "modules.builtin", NULL);
  g_autofree char *list_path = pt_sysroot_logical_path (sysroot, PT_PLACE_KERNEL_MODULES, list);

  g_string_append_printf (text, "F: %s\n|kernel/other.ko:\n", modules_path);
  if (kernel->vfio == PT_TRI_TRUE && !built_in)
    g_string_append (text, "|kernel/drivers/vfio/pci/vfio-pci.ko:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (extra); i++)
    if (extra[i] == PT_TRI_TRUE)
      g_string_append_printf (text, "|%s:\n", pt_recorder_module_files[i]);
  g_string_append_c (text, '\n');
  if (pt_sysroot_exists (sysroot, PT_PLACE_KERNEL_MODULES, list))
    g_string_append_printf (text, "F: %s\n|kernel/%s.ko\n\n", list_path,
                            built_in ? "drivers/vfio/pci/vfio-pci" : "other");
}


static void
pt_recorder_add_modules (PtSysroot         *sysroot,
                         const PtPlatform  *platform,
                         const PtHostFacts *facts,
                         GString           *text)
{
  g_autofree char *lockdown = pt_sysroot_logical_path (sysroot, PT_PLACE_SECURITY, "lockdown");
  g_autofree char *size =
    pt_sysroot_logical_path (sysroot, PT_PLACE_MODULES, "kvmfr/parameters/static_size_mb");

  if (platform->lockdown != NULL)
    g_string_append_printf (text, "F: %s\n|[%s]\n\n", lockdown, platform->lockdown);
  pt_recorder_add_switch (sysroot, "module/parameters/sig_enforce", platform->signatures, text);
  pt_recorder_add_folder (sysroot, PT_PLACE_MODULES, NULL, text);
  pt_recorder_add_folder (sysroot, PT_PLACE_MODULES, "kvmfr", text);
  pt_recorder_add_folder (sysroot, PT_PLACE_MODULES, "vendor_reset", text);
  if (platform->kvmfr_size != NULL)
    pt_recorder_add_file (text, size, platform->kvmfr_size);
  for (guint i = 0; platform->kernels != NULL && i < platform->kernels->len; i++)
    pt_recorder_add_kernel (sysroot, g_ptr_array_index (platform->kernels, i), facts, text);
}


/* What packages call theirs; an administrator's own name is not told. */
static char *
pt_recorder_firmware_name (const PtGuestFirmware *firmware,
                           guint                  number)
{
  if (strstr (firmware->name, "-edk2-") != NULL || strstr (firmware->name, "-ovmf-") != NULL)
    return g_strdup (firmware->name);
  return g_strdup_printf ("%02u-recorded.json", number);
}


static void
pt_recorder_add_firmware_file (PtSysroot             *sysroot,
                               const PtGuestFirmware *firmware,
                               guint                  number,
                               GString               *text)
{
  g_autofree char *folder = pt_sysroot_logical_path (sysroot, PT_PLACE_GUEST_FIRMWARE, NULL);
  g_autofree char *name = pt_recorder_firmware_name (firmware, number);

  g_string_append_printf (
    text,
    "F: %s/%s\n"
    "|{ \"interface-types\": [ \"uefi\" ],\n"
    "|  \"mapping\": { \"device\": \"flash\",\n"
    "|    \"executable\": { \"filename\": \"%s/%02u.fd\", \"format\": \"raw\" },\n"
    "|    \"nvram-template\": { \"filename\": \"%s/%02u.vars\", \"format\": \"%s\" } },\n"
    "|  \"targets\": [ { \"architecture\": \"x86_64\", \"machines\": [ \"pc-q35-*\" ] } ],\n"
    "|  \"features\": [ %s%s\"recorded\" ] }\n\n",
    folder, name, folder, number, folder, number,
    g_strcmp0 (firmware->format, "qcow2") == 0 ? "qcow2" : "raw",
    firmware->secure_boot ? "\"secure-boot\", " : "",
    firmware->enrolled_keys ? "\"enrolled-keys\", " : "");
  if (firmware->present)
    g_string_append_printf (text, "F: %s/%02u.fd\nF: %s/%02u.vars\n\n", folder, number, folder,
                            number);
}


static void
pt_recorder_add_memory (PtSysroot             *sysroot,
                        const PtPictureMemory *memory,
                        guint                  number,
                        GString               *text)
{
  g_autofree char *machine = g_strdup_printf ("shm/passthru-%u", number);
  g_autofree char *of_machine = pt_sysroot_logical_path (sysroot, PT_PLACE_DEV, machine);
  g_autofree char *folder = pt_sysroot_logical_path (sysroot, PT_PLACE_DEV, "shm");
  gboolean         shared = g_str_has_prefix (memory->path, folder);

  pt_recorder_add_file (text, shared ? of_machine : memory->path,
                        memory->trouble != NULL ? memory->trouble : "");
}


/* Only the parameters that are looked at, each where it was found; default/grub is told by
 * itself. */
static void
pt_recorder_add_parameters (PtSysroot        *sysroot,
                            const PtPlatform *platform,
                            GString          *text)
{
  g_autofree char *grub = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, "default/grub");
  g_autofree char *options =
    pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, "modprobe.d/recorded.conf");
  const char *file = grub;

  for (guint i = 0; platform->parameters != NULL && i < platform->parameters->len; i++)
    {
      const PtStartParameter *parameter = g_ptr_array_index (platform->parameters, i);

      if (g_str_equal (parameter->file, grub))
        continue;
      if (!g_str_equal (parameter->file, file))
        g_string_append_printf (text, "\nF: %s\n", parameter->file);
      file = parameter->file;
      g_string_append_printf (text, "| %s \n", parameter->text);
    }
  g_string_append_c (text, '\n');
  if (platform->vfio_options != NULL)
    g_string_append_printf (text, "F: %s\n|options vfio-pci ids=recorded\n\n", options);
}


static void
pt_recorder_add_network (PtSysroot        *sysroot,
                         const PtPlatform *platform,
                         GString          *text)
{
  g_autofree char *path =
    pt_sysroot_logical_path (sysroot, PT_PLACE_PROC, "sys/net/ipv4/ip_forward");

  pt_recorder_add_folder (sysroot, PT_PLACE_NETWORK_CLASS, NULL, text);
  if (platform->network == PT_TRI_TRUE)
    pt_recorder_add_folder (sysroot, PT_PLACE_NETWORK_CLASS, "virbr0", text);
  if (platform->forwarding != PT_TRI_UNKNOWN)
    pt_recorder_add_file (text, path, platform->forwarding == PT_TRI_TRUE ? "1" : "0");
}


/* In pages of 2 MiB, whatever theirs are. */
static void
pt_recorder_add_huge_pages (PtSysroot        *sysroot,
                            const PtPlatform *platform,
                            guint64           memory,
                            GString          *text)
{
  g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_PROC, "meminfo");

  if (platform->huge_reserved > 0)
    g_string_append_printf (text,
                            "F: %s\n|MemTotal: %" G_GUINT64_FORMAT " kB\n"
                            "|HugePages_Total: %" G_GUINT64_FORMAT "\n"
                            "|HugePages_Free: %" G_GUINT64_FORMAT "\n"
                            "|Hugepagesize: 2048 kB\n\n",
                            path, memory / 1024, platform->huge_reserved >> 21,
                            platform->huge_free >> 21);
}


static void
pt_recorder_add_firmware_memory (PtSysroot *sysroot,
                                 PtHost    *host,
                                 GString   *text)
{
  GPtrArray *gpus = pt_host_get_gpus (host);

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu           *gpu = g_ptr_array_index (gpus, i);
      int              group = pt_device_get_group (pt_gpu_get_device (gpu));
      g_autofree char *name =
        g_strdup_printf ("sys/kernel/iommu_groups/%d/reserved_regions", group);
      g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_ROOT, name);

      if (pt_gpu_has_blocker (gpu, PT_BLOCKER_FIRMWARE_MEMORY))
        g_string_append_printf (text, "F: %s\n|0x0 0x0 direct\n\n", path);
    }
}


void
pt_recorder_add_platform (PtSysroot *sysroot,
                          PtHost    *host,
                          GString   *text)
{
  const PtPlatform *platform = pt_host_get_platform (host);
  g_autofree char  *folder = pt_sysroot_logical_path (sysroot, PT_PLACE_GUEST_FIRMWARE, NULL);

  pt_recorder_add_interrupts (sysroot, platform, text);
  pt_recorder_add_modules (sysroot, platform, pt_host_get_facts (host), text);
  if (platform->firmware != NULL)
    g_string_append_printf (text, "D: %s\n\n", folder);
  for (guint i = 0; platform->firmware != NULL && i < platform->firmware->len; i++)
    pt_recorder_add_firmware_file (sysroot, g_ptr_array_index (platform->firmware, i), i, text);
  if (platform->swtpm == PT_TRI_TRUE)
    pt_recorder_add_program (PT_PROGRAM_SWTPM, "", text);
  if (platform->swtpm_setup == PT_TRI_TRUE)
    pt_recorder_add_program (PT_PROGRAM_SWTPM_SETUP, "", text);
  pt_recorder_add_huge_pages (sysroot, platform, pt_host_get_facts (host)->memory, text);
  pt_recorder_add_firmware_memory (sysroot, host, text);
  pt_recorder_add_parameters (sysroot, platform, text);
  pt_recorder_add_network (sysroot, platform, text);
  pt_recorder_add_folder (sysroot, PT_PLACE_DEV, "shm", text);
  for (guint i = 0; platform->memories != NULL && i < platform->memories->len; i++)
    pt_recorder_add_memory (sysroot, g_ptr_array_index (platform->memories, i), i, text);
}
