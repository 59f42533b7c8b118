/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-cpu-layout.h"
#include "pt-drift.h"
#include "pt-gpu.h"
#include "pt-sysroot.h"
#include "pt-usb.h"

G_BEGIN_DECLS

/* PtHost: everything read from one host at one moment. Immutable; scanning again makes a new one.
 */
#define PT_TYPE_HOST (pt_host_get_type ())
G_DECLARE_FINAL_TYPE (PtHost, pt_host, PT, HOST, GObject)

#define PT_HOST_ERROR (pt_host_error_quark ())
typedef enum {
  PT_HOST_ERROR_NO_PCI = 0, /* no PCI bus to be seen */
  PT_HOST_ERROR_FAILED,
} PtHostError;
GQuark pt_host_error_quark (void);

typedef enum {
  PT_IOMMU_UNKNOWN = 0,
  PT_IOMMU_ACTIVE,
  PT_IOMMU_OFF,
  PT_IOMMU_ABSENT
} PtIommuState;
typedef enum {
  PT_CPU_OTHER = 0,
  PT_CPU_AMD,
  PT_CPU_INTEL
} PtCpuVendor;
typedef enum {
  PT_FIRMWARE_UNKNOWN = 0,
  PT_FIRMWARE_UEFI,
  PT_FIRMWARE_BIOS
} PtFirmware;
typedef enum {
  PT_TRI_UNKNOWN = -1,
  PT_TRI_FALSE = 0,
  PT_TRI_TRUE = 1
} PtTri;
typedef enum {
  PT_BOOT_LOADER_UNKNOWN = 0,
  PT_BOOT_LOADER_GRUB,
  PT_BOOT_LOADER_GRUB_BLS,
  PT_BOOT_LOADER_SYSTEMD_BOOT,
  PT_BOOT_LOADER_KERNELSTUB,
  PT_BOOT_LOADER_RPM_OSTREE,
  PT_BOOT_LOADER_LIMINE,
  PT_BOOT_LOADER_UKI,
  PT_BOOT_LOADER_REFIND,
  PT_BOOT_LOADER_NIXOS,
  PT_BOOT_LOADER_SDBOOTUTIL, /* openSUSE: systemd-boot or GRUB with entries, kept by sdbootutil */
} PtBootLoader;
/* Can another boot entry be started once, so that the computer goes back by itself? If not, why. */
typedef enum {
  PT_ONE_SHOT_POSSIBLE = 0,
  PT_ONE_SHOT_UNKNOWN_LOADER,    /* what starts this host could not be told */
  PT_ONE_SHOT_NOT_OFFERED,       /* the loader has no such thing, or Passthru cannot use it */
  PT_ONE_SHOT_DEPLOYMENTS,       /* rpm-ostree: the previous deployment is the way back */
  PT_ONE_SHOT_NO_MENU,           /* GRUB's menu cannot be read */
  PT_ONE_SHOT_OLD_MENU,          /* it knows no `next_entry` */
  PT_ONE_SHOT_NO_CUSTOM_ENTRIES, /* it does not read custom.cfg */
  PT_ONE_SHOT_NO_ENVIRONMENT,    /* there is no grubenv */
  PT_ONE_SHOT_UNKNOWN_DISK,      /* the disk that holds it was not found */
  PT_ONE_SHOT_MAPPED_DISK,       /* LVM, RAID or encrypted: GRUB cannot write there */
  PT_ONE_SHOT_FILE_SYSTEM,       /* nor into this file system */
  PT_ONE_SHOT_NOT_ADVERTISED,    /* the loader's LoaderFeatures do not have it */
  PT_ONE_SHOT_SAVED_DEFAULT,     /* what was started last becomes the default */
  PT_ONE_SHOT_NO_DEFAULT,        /* GRUB with entries, and none is named as the default */
  PT_ONE_SHOT_ROOT_ONLY,         /* only root may read what decides it */
} PtOneShot;
const char *pt_one_shot_to_nick (PtOneShot self);
/* FALSE for a word that is none of them. */
gboolean pt_one_shot_from_nick (const char *nick,
                                PtOneShot  *self);
typedef enum {
  PT_INITRAMFS_UNKNOWN = 0,
  PT_INITRAMFS_INITRAMFS_TOOLS,
  PT_INITRAMFS_DRACUT,
  PT_INITRAMFS_MKINITCPIO,
  PT_INITRAMFS_MKINITCPIO_SYSTEMD,
  PT_INITRAMFS_BOOSTER,
  PT_INITRAMFS_RPM_OSTREE, /* dracut's, which rpm-ostree has to be told to run here */
} PtInitramfs;
/* What draws into the picture that the firmware left behind. */
typedef enum {
  PT_FRAMEBUFFER_UNKNOWN = 0,
  PT_FRAMEBUFFER_SIMPLE, /* simpledrm or simplefb on a simple-framebuffer, in iomem BOOTFB */
  PT_FRAMEBUFFER_EFI,    /* efifb */
  PT_FRAMEBUFFER_VESA,   /* vesafb */
  PT_FRAMEBUFFER_DRM,    /* efidrm or vesadrm, Linux 6.16 and later */
} PtFramebufferDriver;

/* Facts of the host outside its PCI devices; owned by the PtHost. Strings may be NULL = cannot
 * tell. */
typedef struct
{
  PtCpuVendor  cpu_vendor;
  char        *cpu_name;
  guint        cpu_threads; /* 0 = cannot tell */
  guint        cpu_cores;   /* physical cores, 0 = cannot tell */
  PtTri        cpu_virtualization;
  PtIommuState iommu;
  PtTri        iommu_table; /* DMAR or IVRS among the firmware's tables */
  PtFirmware   firmware;
  PtTri        secure_boot;
  char        *board_vendor;
  char        *board_name;
  char        *bios_version;
  char        *kernel;            /* release */
  char        *distribution;      /* ID of os-release */
  char        *distribution_name; /* PRETTY_NAME */
  char        *command_line;      /* in force */
  PtBootLoader boot_loader;
  PtInitramfs  initramfs;
  gboolean     grub_drop_in; /* /etc/default/grub.d is read (Debian, Ubuntu) */
  PtTri        vfio_available;
  PtTri        vfio_built_in;
  guint64      memory; /* bytes, 0 = cannot tell */
  PtOneShot    one_shot;
  gboolean     trial_boot; /* it is possible */

  /* Tried, not inferred. The evidence says what was tried; the fix is a key of pt-words.h or
   * NULL. */
  PtTri       kvm_usable;
  char       *kvm_evidence;
  const char *kvm_fix;
  PtTri       libvirt_usable;
  char       *libvirt_evidence;
  const char *libvirt_fix;

  gboolean            virtual_machine;  /* this Linux runs inside one itself */
  gboolean            complete;         /* no PCI attribute a verdict needs was unreadable */
  PtTri               framebuffer;      /* some card is known to show what the firmware draws */
  PtTri               framebuffer_held; /* something still draws into what the firmware left */
  PtFramebufferDriver framebuffer_driver;
  char               *framebuffer_evidence; /* lines, or NULL */
  GPtrArray          *xorg;                 /* PtXorgBusId: what Xorg was told, never NULL */
  gboolean            mounts_known;         /* what the host has mounted could be read */
  gboolean            root_resolved;        /* and the drive that carries it was found */
  gboolean            drives_known;         /* and those of everything else: others are free */
  guint64
    free_space; /* bytes where disk images go, 0 = cannot tell (always so on a recorded host) */
} PtHostFacts;

/* Reads the whole host. Synchronous (some ms); use the pair below from the main loop. A device
 * that vanishes in the middle is left out; an attribute that cannot be read leaves its value
 * unknown. (transfer full) */
PtHost *pt_host_scan (PtSysroot    *sysroot,
                      GCancellable *cancellable,
                      GError      **error);
void    pt_host_scan_async (PtSysroot          *sysroot,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data);
PtHost *pt_host_scan_finish (PtSysroot    *sysroot,
                             GAsyncResult *result,
                             GError      **error);

PtSysroot         *pt_host_get_sysroot (PtHost *self);
const PtHostFacts *pt_host_get_facts (PtHost *self);
/* How the processor's cores are arranged. (transfer none) */
const PtCpuLayout *pt_host_get_cpu_layout (PtHost *self);
/* What hangs on the USB controllers. (transfer none) */
const PtUsb *pt_host_get_usb (PtHost *self);
/* What was recorded when the computer was set up. The scan only knows that nothing was; who can
 * read the record tells the host before it is judged. @seen: NULL = nothing was set up. (transfer
 * full) */
void pt_host_take_seen (PtHost *self, PtSeen *seen);
/* What root found out about how the computer starts, where the scan was an ordinary user's. What is
 * unknown to root as well leaves what the scan had. */
typedef struct
{
  PtBootLoader boot_loader;
  PtInitramfs  initramfs;
  gboolean     grub_drop_in;
  PtOneShot    one_shot;
} PtBootFacts;

void pt_host_take_boot (PtHost *self, const PtBootFacts *boot);
/* FALSE if nobody could tell. @seen (out) (transfer none) (nullable) */
gboolean pt_host_get_seen (PtHost *self, const PtSeen **seen);
/* PtDevice, by address. (transfer none) */
GPtrArray *pt_host_get_devices (PtHost *self);
/* (transfer none) (nullable) */
PtDevice *pt_host_find_device (PtHost *self, const PtAddress *address);
/* PtGpu, by address. (transfer none) */
GPtrArray *pt_host_get_gpus (PtHost *self);
/* (transfer none) (nullable): the card one of whose functions is at @address. */
PtGpu *pt_host_find_gpu (PtHost *self, const PtAddress *address);
/* PtDevice of group @number, by address. (transfer container) */
GPtrArray *pt_host_get_group (PtHost *self, int number);
/* Numbers of all groups, ascending. int. (transfer full) */
GArray *pt_host_get_groups (PtHost *self);

const char *pt_iommu_state_to_nick (PtIommuState state);
const char *pt_cpu_vendor_to_nick (PtCpuVendor vendor);
const char *pt_firmware_to_nick (PtFirmware firmware);
const char *pt_boot_loader_to_nick (PtBootLoader loader);
const char *pt_initramfs_to_nick (PtInitramfs initramfs);
/* FALSE for a word that is none of them. */
gboolean pt_boot_loader_from_nick (const char   *nick,
                                   PtBootLoader *loader);
gboolean pt_initramfs_from_nick (const char  *nick,
                                 PtInitramfs *initramfs);

G_END_DECLS
