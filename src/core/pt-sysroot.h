/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PtSysroot:
 *
 * The machine as a parameter. The only place that knows host paths and program names: on the real
 * host "/", for a rehearsal or a test a directory that is a complete computer. A path inside the
 * tree never leaves it, links included.
 */
#define PT_TYPE_SYSROOT (pt_sysroot_get_type ())
G_DECLARE_FINAL_TYPE (PtSysroot, pt_sysroot, PT, SYSROOT, GObject)

typedef enum {
  PT_PLACE_ROOT = 0,         /* the tree itself; for logical paths of a plan or journal */
  PT_PLACE_PCI_BUS,          /* sys/bus/pci */
  PT_PLACE_PCI_DEVICES,      /* sys/bus/pci/devices */
  PT_PLACE_PCI_DRIVERS,      /* sys/bus/pci/drivers */
  PT_PLACE_IOMMU_CLASS,      /* sys/class/iommu */
  PT_PLACE_DRM_CLASS,        /* sys/class/drm */
  PT_PLACE_GRAPHICS_CLASS,   /* sys/class/graphics */
  PT_PLACE_BLOCK_CLASS,      /* sys/class/block */
  PT_PLACE_DMI,              /* sys/class/dmi/id */
  PT_PLACE_EFI,              /* sys/firmware/efi */
  PT_PLACE_EFI_VARIABLES,    /* sys/firmware/efi/efivars */
  PT_PLACE_ACPI_TABLES,      /* sys/firmware/acpi/tables */
  PT_PLACE_PLATFORM_DEVICES, /* sys/bus/platform/devices */
  PT_PLACE_NETWORK_CLASS,    /* sys/class/net */
  PT_PLACE_SECURITY,         /* sys/kernel/security */
  PT_PLACE_MODULES,          /* sys/module */
  PT_PLACE_CPUS,             /* sys/devices/system/cpu */
  PT_PLACE_SYS_DEVICES,      /* sys/devices */
  PT_PLACE_USB_DEVICES,      /* sys/bus/usb/devices */
  PT_PLACE_INPUT_CLASS,      /* sys/class/input */
  PT_PLACE_BLUETOOTH_CLASS,  /* sys/class/bluetooth */
  PT_PLACE_FILE_SYSTEMS,     /* sys/fs */
  PT_PLACE_KERNEL_DEBUG,     /* sys/kernel/debug */
  PT_PLACE_PROC,             /* proc */
  PT_PLACE_DEV,              /* dev */
  PT_PLACE_ETC,              /* etc */
  PT_PLACE_BOOT,             /* boot */
  PT_PLACE_KERNEL_MODULES,   /* lib/modules */
  PT_PLACE_LIBVIRT_SOCKETS,  /* run/libvirt */
  PT_PLACE_RUN,              /* run */
  PT_PLACE_STATE,            /* var/lib/passthru: journal and recorded intent */
  PT_PLACE_IMAGES,           /* var/lib/libvirt/images */
  PT_PLACE_GUEST_FIRMWARE,   /* usr/share/qemu/firmware: descriptions */
  PT_PLACE_LAST
} PtPlace;

typedef enum {
  PT_PROGRAM_UPDATE_GRUB = 0,
  PT_PROGRAM_UPDATE_INITRAMFS,
  PT_PROGRAM_GRUB_MKCONFIG,
  PT_PROGRAM_GRUB_EDITENV,
  PT_PROGRAM_GRUB_REBOOT,
  PT_PROGRAM_GRUBBY,
  PT_PROGRAM_KERNELSTUB,
  PT_PROGRAM_RPM_OSTREE,
  PT_PROGRAM_DRACUT,
  PT_PROGRAM_MKINITCPIO,
  PT_PROGRAM_BOOSTER,
  PT_PROGRAM_LIMINE_UPDATE,
  PT_PROGRAM_LSINITRAMFS,
  PT_PROGRAM_LSINITRD,
  PT_PROGRAM_LSINITCPIO,
  PT_PROGRAM_BOOSTER_REGENERATE, /* beside booster's own files, not in a folder of programs */
  PT_PROGRAM_DRACUT_REBUILD,     /* EndeavourOS, with GRUB */
  PT_PROGRAM_REINSTALL_KERNELS,  /* EndeavourOS, with systemd-boot */
  PT_PROGRAM_LIMINE_MKINITCPIO,
  PT_PROGRAM_SDBOOTUTIL,
  PT_PROGRAM_SWTPM,
  PT_PROGRAM_SWTPM_SETUP,
  PT_PROGRAM_JOURNALCTL,
  PT_PROGRAM_SYSTEMCTL,
  PT_PROGRAM_SYSTEMD_RUN,
  PT_PROGRAM_LAST
} PtProgram;

#define PT_SYSROOT_ERROR (pt_sysroot_error_quark ())
typedef enum {
  PT_SYSROOT_ERROR_MISSING = 0, /* no such file, link or program */
  PT_SYSROOT_ERROR_DENIED,      /* it is there, we may not */
  PT_SYSROOT_ERROR_TOO_LARGE,
  PT_SYSROOT_ERROR_ESCAPES, /* the name would leave the tree */
  PT_SYSROOT_ERROR_PROGRAM, /* a program ran and failed; its last words are in the message */
  PT_SYSROOT_ERROR_FAILED,
} PtSysrootError;

GQuark pt_sysroot_error_quark (void);

/* The real computer. */
PtSysroot *pt_sysroot_new_host (void);
/* @directory is the whole host. */
PtSysroot *pt_sysroot_new_directory (const char *directory);
/* The same host as one of its ordinary users sees it. The real one is what this process may see; in
 * a directory the modes of files and folders count, whoever owns them: what they leave to the owner
 * alone is root's there, and answers PT_SYSROOT_ERROR_DENIED. (transfer full) */
PtSysroot *pt_sysroot_for_user (PtSysroot *self);
/* The same host as its root sees it, as far as this process may. (transfer full) */
PtSysroot *pt_sysroot_for_root (PtSysroot *self);
gboolean   pt_sysroot_is_real (PtSysroot *self);
/* "" for the real host, else the directory without a trailing slash. */
const char *pt_sysroot_get_directory (PtSysroot *self);

/* Path of @name below @place as this process must open it, links inside a tree resolved. @name
 * may be NULL. (transfer full), NULL if the name would leave the tree. */
char *pt_sysroot_path (PtSysroot  *self,
                       PtPlace     place,
                       const char *name);
/* The same as the host itself calls it (`/etc/default/grub`): what users, plans and journals see.
 */
char    *pt_sysroot_logical_path (PtSysroot  *self,
                                  PtPlace     place,
                                  const char *name);
gboolean pt_sysroot_exists (PtSysroot  *self,
                            PtPlace     place,
                            const char *name);
/* TRUE if we could open it for reading and writing now. */
gboolean pt_sysroot_can_write (PtSysroot  *self,
                               PtPlace     place,
                               const char *name);
/* Whole content, at most 4 MiB, with a NUL behind it; @length may be NULL. (transfer full) */
char *pt_sysroot_read (PtSysroot  *self,
                       PtPlace     place,
                       const char *name,
                       gsize      *length,
                       GError    **error);
/* As above as valid UTF-8 without surrounding white space. (transfer full) */
char *pt_sysroot_read_text (PtSysroot  *self,
                            PtPlace     place,
                            const char *name,
                            GError    **error);
/* Last component of a link's text; the target need not exist. (transfer full) */
char *pt_sysroot_read_link (PtSysroot  *self,
                            PtPlace     place,
                            const char *name,
                            GError    **error);
/* The whole text of a link. (transfer full) */
char *pt_sysroot_read_link_text (PtSysroot  *self,
                                 PtPlace     place,
                                 const char *name,
                                 GError    **error);
/* Tells the kernel @text through an attribute that is there (sysfs): one write, nothing synced. */
gboolean pt_sysroot_write_attribute (PtSysroot  *self,
                                     PtPlace     place,
                                     const char *name,
                                     const char *text,
                                     GError    **error);
/* Names in a directory, sorted. (transfer full) */
char **pt_sysroot_list (PtSysroot  *self,
                        PtPlace     place,
                        const char *name,
                        GError    **error);

/* Where the host keeps @program, as a logical path, or NULL. On a directory only the tree is
 * searched. */
char       *pt_sysroot_find_program (PtSysroot *self,
                                     PtProgram  program);
const char *pt_program_get_name (PtProgram program);
/* Runs @program with @arguments (NULL-ended, without the program; may be NULL) and waits. On a
 * directory the tree's own stand-in runs with PASSTHRU_SYSROOT set to the tree and the tree as
 * working directory. No shell, clean environment. @output (nullable) gets standard output and
 * error together. */
gboolean pt_sysroot_run (PtSysroot         *self,
                         PtProgram          program,
                         const char *const *arguments,
                         char             **output,
                         GCancellable      *cancellable,
                         GError           **error);
/* What pt_sysroot_run() starts keeps the descriptor @fd open as well, and so does whatever that
 * starts: a lock on it lasts until all of them have ended, also when we are killed. It stays the
 * caller's. -1 = nothing, which is said before it is closed. */
void pt_sysroot_set_kept (PtSysroot *self,
                          int        fd);

G_END_DECLS
