/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-check"

#include "config.h"

#include "pt-check.h"

#include <stdarg.h>

#include "pt-check-private.h"

struct _PtCheck
{
  GObject parent_instance;

  PtCheckId   id;
  PtStatus    status;
  const char *fix;
  char       *evidence;
};

G_DEFINE_FINAL_TYPE (PtCheck, pt_check, G_TYPE_OBJECT)

static const struct
{
  const char    *name;
  PtCheckSection section;
  PtCheckRule    rule;
  gboolean       may_stay_open;
} pt_checks[] = {
  [PT_CHECK_CPU_VIRTUALIZATION] = { "cpu-virtualization", PT_CHECK_SECTION_PROCESSOR,
                                    pt_rule_cpu_virtualization },
  [PT_CHECK_KVM_USABLE] = { "kvm-usable", PT_CHECK_SECTION_PROCESSOR, pt_rule_kvm_usable },
  [PT_CHECK_IOMMU_ACTIVE] = { "iommu-active", PT_CHECK_SECTION_PROCESSOR, pt_rule_iommu_active },
  [PT_CHECK_TWO_GPUS] = { "two-gpus", PT_CHECK_SECTION_GRAPHICS, pt_rule_two_gpus },
  [PT_CHECK_GUEST_GPU_ISOLATED] = { "guest-gpu-isolated", PT_CHECK_SECTION_GRAPHICS,
                                    pt_rule_guest_gpu_isolated },
  [PT_CHECK_ID_COLLISION] = { "id-collision", PT_CHECK_SECTION_GRAPHICS, pt_rule_id_collision },
  [PT_CHECK_BOOT_FRAMEBUFFER] = { "boot-framebuffer", PT_CHECK_SECTION_GRAPHICS,
                                  pt_rule_boot_framebuffer },
  [PT_CHECK_FIRMWARE_UEFI] = { "firmware-uefi", PT_CHECK_SECTION_START_UP,
                               pt_rule_firmware_uefi },
  [PT_CHECK_BOOT_LOADER] = { "boot-loader", PT_CHECK_SECTION_START_UP, pt_rule_boot_loader },
  [PT_CHECK_INITRAMFS] = { "initramfs", PT_CHECK_SECTION_START_UP, pt_rule_initramfs },
  [PT_CHECK_VFIO_AVAILABLE] = { "vfio-available", PT_CHECK_SECTION_VIRTUALISATION,
                                pt_rule_vfio_available },
  [PT_CHECK_MEMORY] = { "memory", PT_CHECK_SECTION_VIRTUALISATION, pt_rule_memory },
  [PT_CHECK_LIBVIRT] = { "libvirt", PT_CHECK_SECTION_VIRTUALISATION, pt_rule_libvirt },
  [PT_CHECK_STORAGE] = { "storage", PT_CHECK_SECTION_STORAGE, pt_rule_storage },
  [PT_CHECK_INTERRUPT_REMAPPING] = { "interrupt-remapping", PT_CHECK_SECTION_PROCESSOR,
                                     pt_rule_interrupt_remapping, TRUE },
  [PT_CHECK_GUEST_GPU_UEFI_ROM] = { "guest-gpu-uefi-rom", PT_CHECK_SECTION_GRAPHICS,
                                    pt_rule_guest_gpu_uefi_rom, TRUE },
  [PT_CHECK_GUEST_GPU_RESET] = { "guest-gpu-reset", PT_CHECK_SECTION_GRAPHICS,
                                 pt_rule_guest_gpu_reset, TRUE },
  [PT_CHECK_HOST_DISPLAY] = { "host-display", PT_CHECK_SECTION_GRAPHICS,
                              pt_rule_host_display, TRUE },
  [PT_CHECK_SECURE_BOOT] = { "secure-boot", PT_CHECK_SECTION_START_UP, pt_rule_secure_boot, TRUE },
  [PT_CHECK_DRIFT] = { "drift", PT_CHECK_SECTION_START_UP, pt_rule_drift, TRUE },
  [PT_CHECK_CPU_LAYOUT] = { "cpu-layout", PT_CHECK_SECTION_VIRTUALISATION,
                            pt_rule_cpu_layout, TRUE },
  [PT_CHECK_GUEST_FIRMWARE] = { "guest-firmware", PT_CHECK_SECTION_VIRTUALISATION,
                                pt_rule_guest_firmware, TRUE },
  [PT_CHECK_TPM] = { "tpm", PT_CHECK_SECTION_VIRTUALISATION, pt_rule_tpm, TRUE },
  [PT_CHECK_SHARED_MEMORY] = { "shared-memory", PT_CHECK_SECTION_VIRTUALISATION,
                               pt_rule_shared_memory, TRUE },
  [PT_CHECK_USB_CONTROLLERS] = { "usb-controllers", PT_CHECK_SECTION_STORAGE,
                                 pt_rule_usb_controllers, TRUE },
};
G_STATIC_ASSERT (G_N_ELEMENTS (pt_checks) == PT_CHECK_LAST);

static const char *const pt_statuses[] = {
  [PT_STATUS_UNKNOWN] = "unknown",
  [PT_STATUS_PASS] = "pass",
  [PT_STATUS_WARN] = "warn",
  [PT_STATUS_FAIL] = "fail",
};


static void
pt_check_finalize (GObject *object)
{
  PtCheck *self = PT_CHECK (object);

  g_free (self->evidence);

  G_OBJECT_CLASS (pt_check_parent_class)->finalize (object);
}


static void
pt_check_class_init (PtCheckClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_check_finalize;
}


static void
pt_check_init (PtCheck *self)
{
}


void
pt_finding_note (PtFinding  *finding,
                 const char *format,
                 ...)
{
  va_list arguments;

  if (finding->evidence->len > 0)
    g_string_append_c (finding->evidence, '\n');
  va_start (arguments, format);
  g_string_append_vprintf (finding->evidence, format, arguments);
  va_end (arguments);
}


/* What is said about the guest's card is only as sure as the choice of that card. */
static gboolean
pt_check_is_about_guest (PtCheckId id)
{
  return id == PT_CHECK_GUEST_GPU_ISOLATED || id == PT_CHECK_GUEST_GPU_UEFI_ROM ||
         id == PT_CHECK_GUEST_GPU_RESET || id == PT_CHECK_ID_COLLISION ||
         id == PT_CHECK_BOOT_FRAMEBUFFER || id == PT_CHECK_HOST_DISPLAY;
}


static void
pt_check_doubt (PtHost    *host,
                PtFinding *finding)
{
  if (finding->status != PT_STATUS_PASS || pt_host_get_facts (host)->complete)
    return;
  finding->status = PT_STATUS_UNKNOWN;
  pt_finding_note (finding, "some device could not be read in full");
}


PtCheck *
pt_check_run (PtCheckId id,
              PtHost   *host,
              GArray   *roms)
{
  PtCheck  *self = NULL;
  PtFinding finding = { .status = PT_STATUS_UNKNOWN, .roms = roms };

  g_return_val_if_fail (id >= 0 && id < PT_CHECK_LAST, NULL);
  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  finding.evidence = g_string_new (NULL);
  pt_checks[id].rule (host, &finding);
  if (pt_check_is_about_guest (id))
    pt_check_doubt (host, &finding);

  self = g_object_new (PT_TYPE_CHECK, NULL);
  self->id = id;
  self->status = finding.status;
  self->fix = finding.fix;
  self->evidence = g_string_free (finding.evidence, FALSE);
  return self;
}


PtCheckId
pt_check_get_id (PtCheck *self)
{
  g_return_val_if_fail (PT_IS_CHECK (self), PT_CHECK_LAST);

  return self->id;
}


const char *
pt_check_get_name (PtCheck *self)
{
  g_return_val_if_fail (PT_IS_CHECK (self), NULL);

  return pt_checks[self->id].name;
}


PtCheckSection
pt_check_get_section (PtCheck *self)
{
  g_return_val_if_fail (PT_IS_CHECK (self), PT_CHECK_SECTION_PROCESSOR);

  return pt_checks[self->id].section;
}


PtStatus
pt_check_get_status (PtCheck *self)
{
  g_return_val_if_fail (PT_IS_CHECK (self), PT_STATUS_UNKNOWN);

  return self->status;
}


const char *
pt_check_get_evidence (PtCheck *self)
{
  g_return_val_if_fail (PT_IS_CHECK (self), NULL);

  return self->evidence;
}


const char *
pt_check_get_fix (PtCheck *self)
{
  g_return_val_if_fail (PT_IS_CHECK (self), NULL);

  return self->fix;
}


gboolean
pt_check_needs_answer (PtCheck *self)
{
  g_return_val_if_fail (PT_IS_CHECK (self), TRUE);

  return !pt_checks[self->id].may_stay_open;
}


const char *
pt_check_id_to_name (PtCheckId id)
{
  g_return_val_if_fail (id >= 0 && id < PT_CHECK_LAST, NULL);

  return pt_checks[id].name;
}


const char *
pt_status_to_nick (PtStatus status)
{
  g_return_val_if_fail (status >= 0 && status < G_N_ELEMENTS (pt_statuses), NULL);

  return pt_statuses[status];
}
