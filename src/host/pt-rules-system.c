/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-system"

#include "config.h"

#include <string.h>

#include "pt-check-private.h"
#include "pt-device-private.h"
#include "pt-platform.h"
#include "pt-words.h"

#define PT_GIB (G_GUINT64_CONSTANT (1) << 30)

/* Firmware and the kernel keep some for themselves: a computer sold with 16 GiB shows a little
 * over 15. */
#define PT_MEMORY_COMFORT (15 * PT_GIB)
#define PT_MEMORY_LEAST (7 * PT_GIB)
/* What a desktop needs for itself. */
#define PT_MEMORY_HOST (4 * PT_GIB)

/* The smallest Windows with room for one game. */
#define PT_SPACE_LEAST (64 * PT_GIB)


static PtStatus
pt_rule_status (PtTri tri)
{
  if (tri == PT_TRI_UNKNOWN)
    return PT_STATUS_UNKNOWN;
  return tri == PT_TRI_TRUE ? PT_STATUS_PASS : PT_STATUS_FAIL;
}


void
pt_rule_cpu_virtualization (PtHost    *host,
                            PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);
  const char        *flag = facts->cpu_vendor == PT_CPU_AMD ? "svm" : "vmx";

  finding->status = pt_rule_status (facts->cpu_virtualization);
  if (finding->status == PT_STATUS_FAIL)
    finding->fix = facts->virtual_machine ? "fix-virtual-machine" : "fix-cpu-virtualization";

  pt_finding_note (finding, "processor: %s",
                   facts->cpu_name != NULL ? facts->cpu_name : "not named");
  if (facts->cpu_virtualization == PT_TRI_UNKNOWN)
    pt_finding_note (finding, "cpuinfo has no readable line of flags");
  else
    pt_finding_note (finding, "cpuinfo flags: %s %s",
                     facts->cpu_vendor == PT_CPU_OTHER ? "svm or vmx" : flag,
                     facts->cpu_virtualization == PT_TRI_TRUE ? "present" : "missing");

  /* Some hosts of virtual machines hide the flag and offer the thing. */
  if (finding->status == PT_STATUS_FAIL && facts->kvm_usable == PT_TRI_TRUE &&
      pt_sysroot_is_real (pt_host_get_sysroot (host)))
    {
      finding->status = PT_STATUS_UNKNOWN;
      finding->fix = NULL;
      pt_finding_note (finding, "and yet an accelerated machine could be made");
    }
}


void
pt_rule_kvm_usable (PtHost    *host,
                    PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);

  finding->status = pt_rule_status (facts->kvm_usable);
  finding->fix = facts->kvm_fix;
  pt_finding_note (finding, "%s", facts->kvm_evidence != NULL ? facts->kvm_evidence : "not tried");

  /* An empty machine proves little: on such hosts UEFI guests have been seen to die. */
  if (finding->status == PT_STATUS_PASS && facts->cpu_virtualization == PT_TRI_FALSE)
    {
      finding->status = PT_STATUS_UNKNOWN;
      pt_finding_note (finding, "but the processor does not say that it can run machines");
    }
}


/* Parameters that some file asks for and this start did not get: it is not restarted yet, another
 * entry was chosen, or it is not that loader's file which counts. With @vfio those about vfio. */
static gboolean
pt_rule_note_parameters (const PtPlatform *platform,
                         gboolean          vfio,
                         PtFinding        *finding)
{
  gboolean missing = FALSE;

  for (guint i = 0; platform->parameters != NULL && i < platform->parameters->len; i++)
    {
      const PtStartParameter *parameter = g_ptr_array_index (platform->parameters, i);
      gboolean                about = strstr (parameter->text, "iommu=") == NULL;

      if (parameter->in_force || about != vfio)
        continue;
      pt_finding_note (finding, "%s is in %s and not in force", parameter->text, parameter->file);
      missing = TRUE;
    }
  return missing;
}


void
pt_rule_iommu_active (PtHost    *host,
                      PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);
  g_autoptr (GArray) groups = pt_host_get_groups (host);
  static const char *const tables[] = { "not readable", "none", "present" };

  pt_finding_note (finding, "IOMMU: %s, %u groups", pt_iommu_state_to_nick (facts->iommu),
                   groups->len);
  pt_finding_note (finding, "firmware table (DMAR or IVRS): %s", tables[facts->iommu_table + 1]);
  if (facts->command_line != NULL && strstr (facts->command_line, "iommu=") != NULL)
    pt_finding_note (finding, "the kernel command line has an IOMMU parameter");

  switch (facts->iommu)
    {
    case PT_IOMMU_ACTIVE:
      finding->status = PT_STATUS_PASS;
      break;
    case PT_IOMMU_OFF:
      finding->status = PT_STATUS_FAIL;
      if (pt_rule_note_parameters (pt_host_get_platform (host), FALSE, finding))
        finding->fix = "fix-parameters-not-in-force";
      else
        finding->fix =
          facts->cpu_vendor == PT_CPU_INTEL ? "fix-iommu-kernel-intel" : "fix-iommu-kernel";
      break;
    case PT_IOMMU_ABSENT:
      finding->status = PT_STATUS_FAIL;
      finding->fix = facts->virtual_machine ? "fix-virtual-machine" : "fix-iommu-firmware";
      break;
    case PT_IOMMU_UNKNOWN:
    default:
      break;
    }
}


void
pt_rule_firmware_uefi (PtHost    *host,
                       PtFinding *finding)
{
  const PtHostFacts       *facts = pt_host_get_facts (host);
  static const char *const states[] = { "cannot tell", "off", "on" };

  pt_finding_note (finding, "started by: %s", pt_firmware_to_nick (facts->firmware));
  pt_finding_note (finding, "Secure Boot: %s", states[facts->secure_boot + 1]);
  if (facts->bios_version != NULL)
    pt_finding_note (finding, "firmware version: %s", facts->bios_version);

  if (facts->firmware == PT_FIRMWARE_UEFI)
    finding->status = PT_STATUS_PASS;
  else if (facts->firmware == PT_FIRMWARE_BIOS)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-firmware-uefi";
    }
}


static gboolean
pt_rule_has_program (PtHost   *host,
                     PtProgram program)
{
  g_autofree char *path = pt_sysroot_find_program (pt_host_get_sysroot (host), program);

  return path != NULL;
}


/* What Passthru changes by itself, with the program that takes; unified kernel images only where
 * mkinitcpio builds them. */
static gboolean
pt_rule_can_change (PtHost *host)
{
  switch (pt_host_get_facts (host)->boot_loader)
    {
    case PT_BOOT_LOADER_GRUB:
      return pt_rule_has_program (host, PT_PROGRAM_GRUB_MKCONFIG);
    case PT_BOOT_LOADER_GRUB_BLS:
      return pt_rule_has_program (host, PT_PROGRAM_GRUBBY);
    case PT_BOOT_LOADER_RPM_OSTREE:
      return pt_rule_has_program (host, PT_PROGRAM_RPM_OSTREE);
    case PT_BOOT_LOADER_UKI:
      return pt_rule_has_program (host, PT_PROGRAM_MKINITCPIO);
    case PT_BOOT_LOADER_SYSTEMD_BOOT:
    case PT_BOOT_LOADER_KERNELSTUB:
    case PT_BOOT_LOADER_LIMINE:
    case PT_BOOT_LOADER_SDBOOTUTIL:
      return TRUE;
    case PT_BOOT_LOADER_REFIND:
    case PT_BOOT_LOADER_NIXOS:
    case PT_BOOT_LOADER_UNKNOWN:
    default:
      return FALSE;
    }
}


static const char *
pt_rule_trial_word (const PtHostFacts *facts)
{
  if (facts->trial_boot)
    return "yes";
  return facts->one_shot == PT_ONE_SHOT_ROOT_ONLY ? "cannot tell: " : "no: ";
}


void
pt_rule_boot_loader (PtHost    *host,
                     PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);

  pt_finding_note (finding, "boot loader: %s", pt_boot_loader_to_nick (facts->boot_loader));
  if (facts->boot_loader == PT_BOOT_LOADER_UNKNOWN)
    return;

  if (facts->boot_loader == PT_BOOT_LOADER_GRUB)
    {
      pt_finding_note (finding, "reads default/grub.d: %s", facts->grub_drop_in ? "yes" : "no");
      pt_finding_note (finding, "a trial start would undo itself: %s%s",
                       pt_rule_trial_word (facts),
                       facts->trial_boot ? "" : pt_one_shot_to_nick (facts->one_shot));
    }
  if (pt_rule_can_change (host))
    finding->status = PT_STATUS_PASS;
  else
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-boot-loader-by-hand";
    }
}


void
pt_rule_initramfs (PtHost    *host,
                   PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);

  pt_finding_note (finding, "initramfs: %s", pt_initramfs_to_nick (facts->initramfs));
  if (facts->initramfs == PT_INITRAMFS_UNKNOWN)
    return;
  finding->status = PT_STATUS_PASS;
  if (facts->boot_loader == PT_BOOT_LOADER_RPM_OSTREE &&
      facts->initramfs != PT_INITRAMFS_RPM_OSTREE)
    {
      /* The image comes with the system, and nothing here makes another. */
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-initramfs-by-hand";
    }
  else if (facts->initramfs == PT_INITRAMFS_BOOSTER)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-initramfs-booster";
    }
}


/* Another installed kernel without what the running one has: the next update may start it. */
static gboolean
pt_rule_note_kernels (const PtPlatform *platform,
                      const char       *running,
                      PtFinding        *finding)
{
  const PtKernel *now = pt_platform_find_kernel (platform, running);
  gboolean        lacking = FALSE;

  for (guint i = 0; now != NULL && i < platform->kernels->len; i++)
    {
      const PtKernel *kernel = g_ptr_array_index (platform->kernels, i);
      const struct
      {
        const char *name;
        PtTri       now;
        PtTri       then;
      } modules[] = {
        { "vfio-pci", now->vfio, kernel->vfio },
        { "vendor-reset", now->vendor_reset, kernel->vendor_reset },
        { "kvmfr", now->kvmfr, kernel->kvmfr },
      };

      for (gsize j = 0; j < G_N_ELEMENTS (modules); j++)
        if (modules[j].now == PT_TRI_TRUE && modules[j].then == PT_TRI_FALSE)
          {
            pt_finding_note (finding, "kernel %s lacks %s", kernel->release, modules[j].name);
            lacking = TRUE;
          }
    }
  return lacking;
}


/* Devices that vfio-pci holds already, and who says so on the kernel command line. */
static void
pt_rule_note_held (PtHost    *host,
                   PtFinding *finding)
{
  GPtrArray  *devices = pt_host_get_devices (host);
  const char *line = pt_host_get_facts (host)->command_line;
  g_auto (GStrv) words = g_strsplit (line != NULL ? line : "", " ", -1);
  guint held = 0;
  guint told = 0;

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (g_strcmp0 (pt_device_get_driver (device), "vfio-pci") != 0)
        continue;
      pt_finding_note (finding, "%s %s: held by vfio-pci already",
                       pt_device_get_address_string (device), pt_device_get_id (device));
      held++;
    }
  for (gsize i = 0; held > 0 && words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "vfio-pci.ids=") ||
        g_str_has_prefix (words[i], "vfio_pci.ids=") || g_str_has_prefix (words[i], "passthru."))
      {
        pt_finding_note (finding, "kernel command line: %s", words[i]);
        told++;
      }
  if (held > 0 && told == 0)
    pt_finding_note (finding, "no parameter of the kernel command line asked for that");
}


/* The driver is there; is it also told what it was meant to be told? */
static void
pt_rule_judge_vfio (PtHost    *host,
                    PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);
  const PtPlatform  *platform = pt_host_get_platform (host);
  gboolean           ignored = pt_rule_note_parameters (platform, TRUE, finding);
  gboolean           lacking = pt_rule_note_kernels (platform, facts->kernel, finding);

  if (platform->vfio_options != NULL)
    pt_finding_note (finding, "%s names devices for vfio-pci", platform->vfio_options);
  if (ignored)
    finding->fix = "fix-parameters-not-in-force";
  else if (platform->vfio_options != NULL && facts->vfio_built_in == PT_TRI_TRUE)
    finding->fix = "fix-vfio-built-in";
  else if (lacking)
    finding->fix = "fix-kernel-incomplete";
  if (finding->fix != NULL)
    finding->status = PT_STATUS_WARN;
}


void
pt_rule_vfio_available (PtHost    *host,
                        PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);

  finding->status = pt_rule_status (facts->vfio_available);
  if (finding->status == PT_STATUS_FAIL)
    finding->fix = "fix-vfio-missing";

  pt_finding_note (finding, "kernel: %s", facts->kernel != NULL ? facts->kernel : "cannot tell");
  if (facts->vfio_available == PT_TRI_TRUE)
    pt_finding_note (finding, "vfio-pci: %s",
                     facts->vfio_built_in == PT_TRI_TRUE ? "built in" : "a module");
  else
    pt_finding_note (finding, "vfio-pci: %s",
                     facts->vfio_available == PT_TRI_FALSE ? "in no list of modules"
                                                           : "no list of modules is readable");
  if (finding->status == PT_STATUS_PASS)
    pt_rule_judge_vfio (host, finding);
  pt_rule_note_held (host, finding);
}


/* Memory in huge pages belongs to machines that ask for such; Linux never gets it. */
static void
pt_rule_judge_huge_pages (const PtPlatform *platform,
                          guint64           memory,
                          PtFinding        *finding)
{
  if (platform->huge_reserved == 0)
    return;
  pt_finding_note (finding, "set aside as huge pages: %.1f GiB, free of these: %.1f GiB",
                   (double)platform->huge_reserved / (double)PT_GIB,
                   (double)platform->huge_free / (double)PT_GIB);
  if (finding->status == PT_STATUS_PASS &&
      memory - MIN (memory, platform->huge_reserved) < PT_MEMORY_HOST)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-huge-pages";
    }
}


void
pt_rule_memory (PtHost    *host,
                PtFinding *finding)
{
  guint64 memory = pt_host_get_facts (host)->memory;

  if (memory == 0)
    {
      pt_finding_note (finding, "meminfo has no readable MemTotal");
      return;
    }

  pt_finding_note (finding, "MemTotal: %.1f GiB", (double)memory / (double)PT_GIB);
  if (memory >= PT_MEMORY_COMFORT)
    finding->status = PT_STATUS_PASS;
  else
    {
      finding->status = memory >= PT_MEMORY_LEAST ? PT_STATUS_WARN : PT_STATUS_FAIL;
      finding->fix = "fix-memory";
    }
  pt_rule_judge_huge_pages (pt_host_get_platform (host), memory, finding);
}


void
pt_rule_libvirt (PtHost    *host,
                 PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);
  const PtPlatform  *platform = pt_host_get_platform (host);

  finding->status = pt_rule_status (facts->libvirt_usable);
  finding->fix = facts->libvirt_fix;
  pt_finding_note (finding, "%s",
                   facts->libvirt_evidence != NULL ? facts->libvirt_evidence : "not tried");
  if (platform->network != PT_TRI_UNKNOWN)
    pt_finding_note (finding, "network “default”: %s",
                     platform->network == PT_TRI_TRUE ? "up" : "down until a machine starts");
  if (platform->network == PT_TRI_TRUE && platform->forwarding == PT_TRI_FALSE)
    {
      pt_finding_note (finding, "ip_forward is off");
      if (finding->status == PT_STATUS_PASS)
        {
          finding->status = PT_STATUS_WARN;
          finding->fix = "fix-network-forwarding";
        }
    }
}


static void
pt_rule_note_drives (PtHost    *host,
                     PtFinding *finding)
{
  GPtrArray *devices = pt_host_get_devices (host);

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice          *device = g_ptr_array_index (devices, i);
      const char *const *uses = pt_device_get_in_use (device);
      g_autofree char   *list = pt_words_uses (device);

      if (*uses != NULL)
        pt_finding_note (finding, "%s carries %s: it stays with the host",
                         pt_device_get_address_string (device), list);
      else if (pt_device_get_kind (device) == PT_DEVICE_NVME)
        pt_finding_note (finding, "%s (NVMe) carries nothing of the host",
                         pt_device_get_address_string (device));
    }
}


/* Space and drives: as long as it is not known what the host lives on, no drive may be called
 * free. */
void
pt_rule_storage (PtHost    *host,
                 PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);

  if (!facts->mounts_known)
    {
      pt_finding_note (finding, "the list of mounts or of block devices is not readable");
      return;
    }
  pt_rule_note_drives (host, finding);
  if (facts->free_space > 0)
    pt_finding_note (finding, "free for disk images: %.0f GiB",
                     (double)facts->free_space / (double)PT_GIB);
  if (!facts->root_resolved)
    {
      pt_finding_note (finding, "the drive that carries / was not found on the PCI bus");
      return;
    }
  if (!facts->drives_known)
    {
      pt_finding_note (finding, "some file system is on drives that were not found");
      return;
    }

  finding->status = PT_STATUS_PASS;
  if (facts->free_space > 0 && facts->free_space < PT_SPACE_LEAST)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-disk-space";
    }
}
