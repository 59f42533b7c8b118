/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-reset"

#include "config.h"

#include "pt-reset.h"

#include "pt-device-private.h"
#include "pt-gpu-private.h"
#include "pt-platform.h"

#define PT_RESET_AMD 0x1002

/* By id. The first part is what vendor-reset covers. */
static const PtResetEntry pt_reset_entries[] = {
  { PT_RESET_AMD, 0x66a0, 0x66a4, PT_RESET_TROUBLE_COVERED, "Vega 20" },
  { PT_RESET_AMD, 0x66a7, 0x66a7, PT_RESET_TROUBLE_COVERED, "Vega 20" },
  { PT_RESET_AMD, 0x66af, 0x66af, PT_RESET_TROUBLE_COVERED, "Vega 20" },
  { PT_RESET_AMD, 0x67c0, 0x67c2, PT_RESET_TROUBLE_COVERED, "Polaris 10" },
  { PT_RESET_AMD, 0x67c4, 0x67c4, PT_RESET_TROUBLE_COVERED, "Polaris 10" },
  { PT_RESET_AMD, 0x67c7, 0x67ca, PT_RESET_TROUBLE_COVERED, "Polaris 10" },
  { PT_RESET_AMD, 0x67cc, 0x67cc, PT_RESET_TROUBLE_COVERED, "Polaris 10" },
  { PT_RESET_AMD, 0x67cf, 0x67d0, PT_RESET_TROUBLE_COVERED, "Polaris 10" },
  { PT_RESET_AMD, 0x67df, 0x67df, PT_RESET_TROUBLE_COVERED, "Polaris 10" },
  { PT_RESET_AMD, 0x67e0, 0x67e1, PT_RESET_TROUBLE_COVERED, "Polaris 11" },
  { PT_RESET_AMD, 0x67e3, 0x67e3, PT_RESET_TROUBLE_COVERED, "Polaris 11" },
  { PT_RESET_AMD, 0x67e7, 0x67e9, PT_RESET_TROUBLE_COVERED, "Polaris 11" },
  { PT_RESET_AMD, 0x67eb, 0x67eb, PT_RESET_TROUBLE_COVERED, "Polaris 11" },
  { PT_RESET_AMD, 0x67ef, 0x67ef, PT_RESET_TROUBLE_COVERED, "Polaris 11" },
  { PT_RESET_AMD, 0x67ff, 0x67ff, PT_RESET_TROUBLE_COVERED, "Polaris 11" },
  { PT_RESET_AMD, 0x6860, 0x6864, PT_RESET_TROUBLE_COVERED, "Vega 10" },
  { PT_RESET_AMD, 0x6867, 0x686f, PT_RESET_TROUBLE_COVERED, "Vega 10" },
  { PT_RESET_AMD, 0x687f, 0x687f, PT_RESET_TROUBLE_COVERED, "Vega 10" },
  { PT_RESET_AMD, 0x6980, 0x6981, PT_RESET_TROUBLE_COVERED, "Polaris 12" },
  { PT_RESET_AMD, 0x6985, 0x6987, PT_RESET_TROUBLE_COVERED, "Polaris 12" },
  { PT_RESET_AMD, 0x6995, 0x6995, PT_RESET_TROUBLE_COVERED, "Polaris 12" },
  { PT_RESET_AMD, 0x6997, 0x6997, PT_RESET_TROUBLE_COVERED, "Polaris 12" },
  { PT_RESET_AMD, 0x699f, 0x699f, PT_RESET_TROUBLE_COVERED, "Polaris 12" },
  { PT_RESET_AMD, 0x6fdf, 0x6fdf, PT_RESET_TROUBLE_COVERED, "Polaris 10" },
  { PT_RESET_AMD, 0x7310, 0x7310, PT_RESET_TROUBLE_COVERED, "Navi 10" },
  { PT_RESET_AMD, 0x7312, 0x7312, PT_RESET_TROUBLE_COVERED, "Navi 10" },
  { PT_RESET_AMD, 0x7318, 0x731b, PT_RESET_TROUBLE_COVERED, "Navi 10" },
  { PT_RESET_AMD, 0x731e, 0x731f, PT_RESET_TROUBLE_COVERED, "Navi 10" },
  { PT_RESET_AMD, 0x7340, 0x7341, PT_RESET_TROUBLE_COVERED, "Navi 14" },
  { PT_RESET_AMD, 0x7347, 0x7347, PT_RESET_TROUBLE_COVERED, "Navi 14" },
  { PT_RESET_AMD, 0x734f, 0x734f, PT_RESET_TROUBLE_COVERED, "Navi 14" },
  { PT_RESET_AMD, 0x7360, 0x7360, PT_RESET_TROUBLE_COVERED, "Navi 12" },
  { PT_RESET_AMD, 0x7362, 0x7362, PT_RESET_TROUBLE_COVERED, "Navi 12" },
  { PT_RESET_AMD, 0x738c, 0x738c, PT_RESET_TROUBLE_COVERED, "Arcturus" },

  /* The ranges are those the maker gave to the family. Navi 22 and 24 have no report. */
  { PT_RESET_AMD, 0x73a0, 0x73bf, PT_RESET_TROUBLE_REPORTED, "Navi 21" },
  { PT_RESET_AMD, 0x73e0, 0x73ff, PT_RESET_TROUBLE_REPORTED, "Navi 23" },
  { PT_RESET_AMD, 0x7440, 0x745f, PT_RESET_TROUBLE_REPORTED, "Navi 31" },
  { PT_RESET_AMD, 0x7460, 0x747f, PT_RESET_TROUBLE_REPORTED, "Navi 32" },
  { PT_RESET_AMD, 0x7550, 0x756f, PT_RESET_TROUBLE_REPORTED, "Navi 48" },
  { PT_RESET_AMD, 0x7590, 0x75af, PT_RESET_TROUBLE_REPORTED, "Navi 44" },
};

static const char *const pt_reset_nicks[] = {
  [PT_RESET_UNKNOWN] = "unknown",
  [PT_RESET_PLAIN] = "nothing",
  [PT_RESET_SLOT] = "nothing-slot",
  [PT_RESET_VENDOR] = "vendor-reset",
  [PT_RESET_VENDOR_IDLE] = "vendor-reset-idle",
  [PT_RESET_VENDOR_MISSING] = "vendor-reset-missing",
  [PT_RESET_SUSPEND] = "suspend",
  [PT_RESET_GUEST] = "guest",
  [PT_RESET_NONE] = "none",
};


const PtResetEntry *
pt_reset_find (guint16 vendor,
               guint16 device)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pt_reset_entries); i++)
    {
      const PtResetEntry *entry = &pt_reset_entries[i];

      if (entry->vendor == vendor && device >= entry->first && device <= entry->last)
        return entry;
    }
  return NULL;
}


/* FALSE unless every word is one the kernel has, and there is one. */
static gboolean
pt_reset_are_methods (const char *methods)
{
  static const char *const known[] = { "device_specific", "acpi", "flr", "af_flr",
                                       "pm", "bus", "cxl_bus", NULL };
  g_auto (GStrv) words = g_strsplit (methods, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (!g_strv_contains (known, words[i]))
        return FALSE;
    }
  return *words != NULL;
}


static PtResetStrategy
pt_reset_decide_vendor (const PtResetFacts *facts)
{
  if (facts->vendor_reset == PT_TRI_UNKNOWN)
    return PT_RESET_UNKNOWN;
  if (!facts->vendor_reset)
    return PT_RESET_VENDOR_MISSING;
  /* Kernels before 5.15 have no such file and ask the module anyway. */
  if (facts->methods == NULL)
    return facts->resettable == PT_TRI_TRUE ? PT_RESET_VENDOR : PT_RESET_VENDOR_IDLE;
  return g_str_has_prefix (facts->methods, "device_specific") ? PT_RESET_VENDOR
                                                              : PT_RESET_VENDOR_IDLE;
}


PtResetStrategy
pt_reset_decide (const PtResetFacts *facts)
{
  const PtResetEntry *entry = NULL;

  g_return_val_if_fail (facts != NULL, PT_RESET_UNKNOWN);

  entry = pt_reset_find (facts->vendor, facts->device);
  if (facts->resettable == PT_TRI_UNKNOWN)
    return PT_RESET_UNKNOWN;
  /* An empty file: somebody switched every way off. */
  if (facts->methods != NULL && *facts->methods != '\0' &&
      !pt_reset_are_methods (facts->methods))
    return PT_RESET_UNKNOWN;
  if (entry != NULL && entry->trouble == PT_RESET_TROUBLE_COVERED)
    return pt_reset_decide_vendor (facts);
  if (facts->integrated && facts->vendor == PT_RESET_AMD)
    return PT_RESET_GUEST;
  if (entry != NULL)
    return PT_RESET_SUSPEND;
  if (facts->resettable == PT_TRI_TRUE && (facts->methods == NULL || *facts->methods != '\0'))
    return PT_RESET_PLAIN;
  return facts->whole_slot ? PT_RESET_SLOT : PT_RESET_NONE;
}


/* Whether the kernel can reset the bus for the guest: several functions, nobody else on it, and
 * not the root bus, which has nobody above it. */
static gboolean
pt_reset_is_whole_slot (PtHost *host,
                        PtGpu  *gpu)
{
  GPtrArray *devices = pt_host_get_devices (host);
  PtDevice  *card = pt_gpu_get_device (gpu);

  if (card->address.bus == 0 || pt_gpu_get_functions (gpu)->len < 2)
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *other = g_ptr_array_index (devices, i);

      if (other->address.domain == card->address.domain &&
          other->address.bus == card->address.bus &&
          pt_host_find_gpu (host, &other->address) != gpu)
        return FALSE;
    }
  return TRUE;
}


void
pt_reset_collect (PtHost       *host,
                  PtGpu        *gpu,
                  PtResetFacts *facts)
{
  PtDevice *card = NULL;

  g_return_if_fail (PT_IS_HOST (host));
  g_return_if_fail (PT_IS_GPU (gpu));
  g_return_if_fail (facts != NULL);

  card = pt_gpu_get_device (gpu);
  *facts = (PtResetFacts){
    .vendor = card->vendor_id,
    .device = card->device_id,
    .integrated = pt_gpu_is_integrated (gpu),
    /* Without its id nothing is known of its family. */
    .resettable = card->complete ? (PtTri)card->resettable : PT_TRI_UNKNOWN,
    .methods = card->reset_method,
    .whole_slot = pt_reset_is_whole_slot (host, gpu),
    .vendor_reset = pt_host_get_platform (host)->vendor_reset,
  };
}


gboolean
pt_reset_is_silent (PtSysroot       *sysroot,
                    const PtAddress *address)
{
  char             buffer[PT_ADDRESS_BUFFER] = "";
  g_autofree char *name = NULL;
  g_autofree char *bytes = NULL;
  gsize            length = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  name = g_build_filename (pt_address_format (address, buffer), "config", NULL);
  bytes = pt_sysroot_read (sysroot, PT_PLACE_PCI_DEVICES, name, &length, NULL);
  for (gsize i = 0; bytes != NULL && i < length; i++)
    if ((guint8)bytes[i] != 0xff)
      return FALSE;
  return bytes != NULL && length > 0;
}


const char *
pt_reset_strategy_to_nick (PtResetStrategy strategy)
{
  g_return_val_if_fail (strategy >= 0 && strategy < G_N_ELEMENTS (pt_reset_nicks), NULL);

  return pt_reset_nicks[strategy];
}
