/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-rom"

#include "config.h"

#include "pt-helper-rom.h"

#include "pt-host.h"
#include "pt-plan.h"
#include "pt-rom-finding.h"

/* The largest numbers of an address on the bus. */
#define PT_HELPER_MAX_SLOT 31
#define PT_HELPER_MAX_FUNCTION 7


gboolean
pt_helper_rom_parse (PtHelperJob *job,
                     GVariant    *parameters,
                     GError     **error)
{
  g_variant_get (parameters, "((uyyy))", &job->address.domain, &job->address.bus,
                 &job->address.slot, &job->address.function);
  if (job->address.slot > PT_HELPER_MAX_SLOT || job->address.function > PT_HELPER_MAX_FUNCTION)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "that is no address");
      return FALSE;
    }
  return TRUE;
}


GVariant *
pt_helper_rom_describe (PtHelperJob  *job,
                        GCancellable *cancellable,
                        GError      **error)
{
  g_autoptr (PtHost) host = pt_host_scan (job->sysroot, cancellable, error);
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();
  PtDevice *device = host != NULL ? pt_host_find_device (host, &job->address) : NULL;
  char      address[PT_ADDRESS_BUFFER] = { 0 };

  if (host == NULL)
    return NULL;
  if (device == NULL || pt_device_get_kind (device) != PT_DEVICE_GPU)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "%s is no graphics card",
                   pt_address_format (&job->address, address));
      return NULL;
    }
  g_ptr_array_add (devices, device);
  return pt_helper_job_describe_devices (devices);
}


/* A verdict and no bytes: the firmware is its maker's. */
GVariant *
pt_helper_rom_work (PtHelperJob  *job,
                    GCancellable *cancellable,
                    GError      **error)
{
  PtRomFinding finding = { 0 };
  g_autoptr (GError) cause = NULL;

  if (!pt_rom_find (job->sysroot, &job->address, &finding, &cause))
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, cause->message);
      return NULL;
    }
  return g_variant_ref_sink (g_variant_new ("(@" PT_ROM_FINDING_TYPE ")",
                                            pt_rom_finding_to_variant (&finding)));
}
