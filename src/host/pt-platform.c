/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-platform"

#include "config.h"

#include "pt-platform.h"

#include <string.h>

#include "pt-guest-firmware.h"
#include "pt-platform-private.h"

/* Bit 3 of a unit's extended capabilities: it can remap interrupts (VT-d specification). */
#define PT_ECAP_INTERRUPTS (G_GUINT64_CONSTANT (1) << 3)


PtTri
pt_platform_parse_interrupts (const char *text)
{
  static const char *const remapped[] = { " IR-", " vIR-" };
  static const char *const plain[] = { "IO-APIC", "PCI-MSI" };

  g_return_val_if_fail (text != NULL, PT_TRI_UNKNOWN);

  for (gsize i = 0; i < G_N_ELEMENTS (remapped); i++)
    if (strstr (text, remapped[i]) != NULL)
      return PT_TRI_TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (plain); i++)
    if (strstr (text, plain[i]) != NULL)
      return PT_TRI_FALSE;
  return PT_TRI_UNKNOWN;
}


char *
pt_platform_parse_lockdown (const char *text)
{
  const char *open = NULL;
  const char *close = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  open = strchr (text, '[');
  close = open != NULL ? strchr (open, ']') : NULL;
  return close != NULL && close > open + 1 ? g_strndup (open + 1, (gsize)(close - open - 1)) : NULL;
}


/* A module's parameter that is on or off. */
static PtTri
pt_platform_read_switch (PtSysroot  *sysroot,
                         const char *name)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_MODULES, name, NULL);

  if (text == NULL)
    return PT_TRI_UNKNOWN;
  if (g_str_equal (text, "Y") || g_str_equal (text, "1"))
    return PT_TRI_TRUE;
  return g_str_equal (text, "N") || g_str_equal (text, "0") ? PT_TRI_FALSE : PT_TRI_UNKNOWN;
}


/* All units have to offer it: the kernel uses it everywhere or nowhere. */
static PtTri
pt_platform_read_offer (PtSysroot *sysroot)
{
  g_auto (GStrv) units = pt_sysroot_list (sysroot, PT_PLACE_IOMMU_CLASS, NULL, NULL);
  PtTri offered = PT_TRI_UNKNOWN;

  for (guint i = 0; units != NULL && units[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (units[i], "intel-iommu/ecap", NULL);
      g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_IOMMU_CLASS, name, NULL);
      guint64          bits = 0;

      if (text == NULL || !g_ascii_string_to_unsigned (text, 16, 0, G_MAXUINT64, &bits, NULL))
        return PT_TRI_UNKNOWN;
      if ((bits & PT_ECAP_INTERRUPTS) == 0)
        return PT_TRI_FALSE;
      offered = PT_TRI_TRUE;
    }
  return offered;
}


static void
pt_platform_read_interrupts (PtSysroot  *sysroot,
                             PtPlatform *self)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "interrupts", NULL);

  self->interrupts_remapped =
    text != NULL ? pt_platform_parse_interrupts (text) : PT_TRI_UNKNOWN;
  self->remapping_offered = pt_platform_read_offer (sysroot);
  self->unsafe_interrupts =
    pt_platform_read_switch (sysroot, "vfio_iommu_type1/parameters/allow_unsafe_interrupts");
}


/* Unknown where no module can be seen at all. */
static PtTri
pt_platform_is_loaded (PtSysroot  *sysroot,
                       const char *name)
{
  if (pt_sysroot_exists (sysroot, PT_PLACE_MODULES, name))
    return PT_TRI_TRUE;
  return pt_sysroot_exists (sysroot, PT_PLACE_MODULES, NULL) ? PT_TRI_FALSE : PT_TRI_UNKNOWN;
}


static PtTri
pt_kernel_has (const char *modules,
               const char *built_in,
               const char *file)
{
  if ((modules != NULL && strstr (modules, file) != NULL) ||
      (built_in != NULL && strstr (built_in, file) != NULL))
    return PT_TRI_TRUE;
  return modules != NULL && built_in != NULL ? PT_TRI_FALSE : PT_TRI_UNKNOWN;
}


PtKernel *
pt_kernel_parse (const char *release,
                 const char *modules,
                 const char *built_in)
{
  PtKernel *self = NULL;

  g_return_val_if_fail (release != NULL, NULL);

  self = g_new0 (PtKernel, 1);
  self->release = g_strdup (release);
  self->vfio = pt_kernel_has (modules, built_in, "/vfio-pci.ko");
  self->vendor_reset = pt_kernel_has (modules, built_in, "/vendor-reset.ko");
  self->kvmfr = pt_kernel_has (modules, built_in, "/kvmfr.ko");
  return self;
}


static void
pt_kernel_free (PtKernel *self)
{
  g_free (self->release);
  g_free (self);
}


/* An empty list says nothing. */
static char *
pt_kernel_read_list (PtSysroot  *sysroot,
                     const char *release,
                     const char *list)
{
  g_autofree char *name = g_build_filename (release, list, NULL);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_KERNEL_MODULES, name, NULL);

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}


/* A removed kernel leaves a folder behind; only one that has a list of modules can be started. */
static GPtrArray *
pt_platform_read_kernels (PtSysroot *sysroot)
{
  g_auto (GStrv) releases = pt_sysroot_list (sysroot, PT_PLACE_KERNEL_MODULES, NULL, NULL);
  g_autoptr (GPtrArray) kernels = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_kernel_free);

  if (releases == NULL)
    return NULL;
  for (guint i = 0; releases[i] != NULL; i++)
    {
      g_autofree char *modules = pt_kernel_read_list (sysroot, releases[i], "modules.dep");
      g_autofree char *built_in = pt_kernel_read_list (sysroot, releases[i], "modules.builtin");

      if (modules != NULL)
        g_ptr_array_add (kernels, pt_kernel_parse (releases[i], modules, built_in));
    }
  return g_steal_pointer (&kernels);
}


static void
pt_platform_read_kernel (PtSysroot  *sysroot,
                         PtPlatform *self)
{
  g_autofree char *lockdown = pt_sysroot_read_text (sysroot, PT_PLACE_SECURITY, "lockdown", NULL);

  self->lockdown = lockdown != NULL ? pt_platform_parse_lockdown (lockdown) : NULL;
  self->signatures = pt_platform_read_switch (sysroot, "module/parameters/sig_enforce");
  self->kvmfr = pt_platform_is_loaded (sysroot, "kvmfr");
  self->vendor_reset = pt_platform_is_loaded (sysroot, "vendor_reset");
  self->kvmfr_size =
    pt_sysroot_read_text (sysroot, PT_PLACE_MODULES, "kvmfr/parameters/static_size_mb", NULL);
  self->kernels = pt_platform_read_kernels (sysroot);
}


/* A recorded host is silent about programs unless it says something about guests' firmware. */
static PtTri
pt_platform_has_program (PtSysroot *sysroot,
                         PtProgram  program)
{
  g_autofree char *path = pt_sysroot_find_program (sysroot, program);

  if (path != NULL)
    return PT_TRI_TRUE;
  return pt_sysroot_is_real (sysroot) ||
             pt_sysroot_exists (sysroot, PT_PLACE_GUEST_FIRMWARE, NULL)
           ? PT_TRI_FALSE
           : PT_TRI_UNKNOWN;
}


PtPlatform *
pt_platform_read (PtSysroot *sysroot)
{
  PtPlatform *self = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_new0 (PtPlatform, 1);
  pt_platform_read_interrupts (sysroot, self);
  pt_platform_read_kernel (sysroot, self);
  self->firmware = pt_guest_firmware_read (sysroot);
  self->swtpm = pt_platform_has_program (sysroot, PT_PROGRAM_SWTPM);
  self->swtpm_setup = pt_platform_has_program (sysroot, PT_PROGRAM_SWTPM_SETUP);
  pt_platform_read_memory (sysroot, self);
  pt_platform_read_start (sysroot, self);
  return self;
}


void
pt_platform_free (PtPlatform *self)
{
  if (self == NULL)
    return;
  g_free (self->lockdown);
  g_free (self->kvmfr_size);
  g_clear_pointer (&self->kernels, g_ptr_array_unref);
  g_clear_pointer (&self->firmware, g_ptr_array_unref);
  g_clear_pointer (&self->memories, g_ptr_array_unref);
  g_clear_pointer (&self->parameters, g_ptr_array_unref);
  g_free (self->vfio_options);
  g_free (self);
}


const PtKernel *
pt_platform_find_kernel (const PtPlatform *self,
                         const char       *release)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; release != NULL && self->kernels != NULL && i < self->kernels->len; i++)
    {
      const PtKernel *kernel = g_ptr_array_index (self->kernels, i);

      if (g_str_equal (kernel->release, release))
        return kernel;
    }
  return NULL;
}
