/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* What the computer has for virtual machines beside its devices. */

/* An installed kernel and the modules in it that matter. */
typedef struct
{
  char *release;
  PtTri vfio;         /* as a module or built in */
  PtTri vendor_reset; /* resets cards the kernel cannot */
  PtTri kvmfr;        /* shared memory for the picture */
} PtKernel;

/* Something in dev or dev/shm that hands over the picture. */
typedef struct
{
  char       *path;    /* as the host calls it, without the name of a machine */
  const char *trouble; /* key of pt-words.h, NULL if it can be used */
  char       *detail;  /* what was seen */
} PtPictureMemory;

/* A parameter that a boot loader's configuration asks for. */
typedef struct
{
  char    *text; /* `intel_iommu=on` */
  char    *file; /* as the host calls it */
  gboolean in_force;
} PtStartParameter;

typedef struct _PtPlatform
{
  PtTri interrupts_remapped; /* the kernel sends them through the IOMMU now */
  PtTri remapping_offered;   /* every unit of an Intel IOMMU could; unknown on others */
  PtTri unsafe_interrupts;   /* vfio would do without */

  char      *lockdown;     /* `none`, `integrity`, `confidentiality`; NULL = cannot tell */
  PtTri      signatures;   /* only signed modules are loaded, lockdown or not */
  PtTri      kvmfr;        /* the module is loaded */
  PtTri      vendor_reset; /* the module is loaded */
  char      *kvmfr_size;   /* its `static_size_mb`, NULL = cannot tell */
  GPtrArray *kernels;      /* PtKernel, NULL = cannot tell */

  GPtrArray *parameters;   /* PtStartParameter about IOMMU and vfio, NULL = cannot tell */
  char      *vfio_options; /* the file in etc that names devices for vfio-pci, or NULL */

  PtTri   network;       /* the bridge of libvirt's network is up */
  PtTri   forwarding;    /* Linux hands its packets on */
  guint64 huge_reserved; /* bytes set aside as huge pages */
  guint64 huge_free;     /* and of these in nobody's use */
  guint64 available;     /* bytes that a new program can have without swapping, 0 = cannot tell */
  guint64 swap_free;     /* bytes */

  GPtrArray *firmware; /* PtGuestFirmware, NULL = cannot tell */
  PtTri      swtpm;
  PtTri      swtpm_setup;

  GPtrArray *memories;    /* PtPictureMemory, NULL = cannot tell */
  guint64    shared_room; /* free bytes in dev/shm, 0 = cannot tell */
} PtPlatform;

/* Never NULL. */
PtPlatform *pt_platform_read (PtSysroot *sysroot);
void        pt_platform_free (PtPlatform *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtPlatform, pt_platform_free)

/* Owned by @host. */
const PtPlatform *pt_host_get_platform (PtHost *host);
/* The kernel that runs, or NULL. */
const PtKernel *pt_platform_find_kernel (const PtPlatform *self,
                                         const char       *release);

/* Parsers. TRUE if some interrupt of proc/interrupts goes through an IOMMU: the kernel calls such
 * controllers `IR-…` (kernel: drivers/iommu, msi_parent_ops). Unknown without any it knows. */
PtTri pt_platform_parse_interrupts (const char *text);
/* `none [integrity] confidentiality` → `integrity`. (transfer full), NULL if none is chosen. */
char *pt_platform_parse_lockdown (const char *text);
/* Parameters about IOMMU and vfio in @text, the configuration of a boot loader; each is a
 * (transfer full) string at the end of @found. */
void pt_platform_parse_parameters (const char *text,
                                   GPtrArray  *found);
/* TRUE if @text, a file of modprobe.d, names devices for vfio-pci. */
gboolean pt_platform_parse_vfio_options (const char *text);
/* Bytes of `HugePages_Total` and `HugePages_Free` of meminfo; 0 where it does not say. */
void pt_platform_parse_huge_pages (const char *text,
                                   guint64    *reserved,
                                   guint64    *free_bytes);
/* Bytes of `MemAvailable` (the kernel's estimate, proc_meminfo(5)) and `SwapFree`; 0 likewise. */
void pt_platform_parse_room (const char *text,
                             guint64    *available,
                             guint64    *swap_free);
/* The texts are modules.dep and modules.builtin, either may be NULL. (transfer full) */
PtKernel *pt_kernel_parse (const char *release,
                           const char *modules,
                           const char *built_in);

G_END_DECLS
