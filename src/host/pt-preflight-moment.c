/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-preflight-moment"

#include "config.h"

#include "pt-preflight-private.h"

#include "pt-platform.h"


PtPreflightOther *
pt_preflight_other_new (const char *name,
                        GArray     *devices)
{
  PtPreflightOther *self = NULL;

  g_return_val_if_fail (name != NULL && devices != NULL, NULL);

  self = g_new0 (PtPreflightOther, 1);
  self->name = g_strdup (name);
  self->devices = g_array_copy (devices);
  return self;
}


void
pt_preflight_other_free (PtPreflightOther *self)
{
  g_free (self->name);
  g_array_unref (self->devices);
  g_free (self);
}


static gboolean
pt_preflight_contains (GArray          *addresses,
                       const PtAddress *address)
{
  for (guint i = 0; i < addresses->len; i++)
    if (pt_address_equal (&g_array_index (addresses, PtAddress, i), address))
      return TRUE;
  return FALSE;
}


static void
pt_preflight_add_at (PtHost          *host,
                     PtPreflightKind  kind,
                     const PtAddress *address,
                     const char      *now,
                     GPtrArray       *findings)
{
  char                buffer[PT_ADDRESS_BUFFER] = "";
  PtDevice           *device = pt_host_find_device (host, address);
  PtPreflightFinding *finding = pt_preflight_add (findings, kind, device, now);

  if (device == NULL)
    {
      finding->device = g_strdup (pt_address_format (address, buffer));
      finding->name = g_strdup (finding->device);
    }
}


/* One sentence per machine that is in the way: it has all functions of a card, or none. */
static void
pt_preflight_judge_others (PtHost                   *host,
                           const PtPreflightMachine *machine,
                           GPtrArray                *findings)
{
  for (guint i = 0; machine->others != NULL && i < machine->others->len; i++)
    {
      const PtPreflightOther *other = g_ptr_array_index (machine->others, i);
      guint                   at = 0;

      while (at < machine->devices->len &&
             !pt_preflight_contains (other->devices,
                                     &g_array_index (machine->devices, PtAddress, at)))
        at++;
      if (at < machine->devices->len)
        pt_preflight_add_at (host, PT_PREFLIGHT_OTHER_MACHINE,
                             &g_array_index (machine->devices, PtAddress, at), other->name,
                             findings);
    }
}


/* A machine with a device of the host has all its memory from the start on: the device may write
 * anywhere in it (kernel: Documentation/driver-api/vfio.rst, “VFIO User API”). What other programs
 * hold can be swapped out for it, its own cannot. */
static gboolean
pt_preflight_decide_room (const PtPlatform         *platform,
                          const PtPreflightMachine *machine,
                          PtPreflightKind          *kind,
                          guint64                  *left)
{
  if (machine->memory == 0 || (!machine->huge_pages && platform->available == 0))
    return FALSE;
  *left = machine->huge_pages ? platform->huge_free : platform->available;
  if (machine->memory <= *left)
    return FALSE;
  if (machine->huge_pages)
    *kind = PT_PREFLIGHT_HUGE_PAGES;
  else
    *kind = machine->memory > platform->available + platform->swap_free ? PT_PREFLIGHT_ROOM
                                                                        : PT_PREFLIGHT_TIGHT;
  return TRUE;
}


static void
pt_preflight_judge_room (PtHost                   *host,
                         const PtPreflightMachine *machine,
                         GPtrArray                *findings)
{
  PtPreflightKind  kind = PT_PREFLIGHT_ROOM;
  guint64          left = 0;
  g_autofree char *room = NULL;

  if (!pt_preflight_decide_room (pt_host_get_platform (host), machine, &kind, &left))
    return;
  room = g_format_size_full (left, G_FORMAT_SIZE_IEC_UNITS);
  pt_preflight_add (findings, kind, NULL, room)->before =
    g_format_size_full (machine->memory, G_FORMAT_SIZE_IEC_UNITS);
}


void
pt_preflight_judge_moment (PtHost                   *host,
                           const PtPreflightMachine *machine,
                           GPtrArray                *findings)
{
  gsize before = findings->len;

  pt_preflight_judge_others (host, machine, findings);
  for (guint i = 0; machine->silent != NULL && i < machine->silent->len; i++)
    pt_preflight_add_at (host, PT_PREFLIGHT_SILENT,
                         &g_array_index (machine->silent, PtAddress, i), NULL, findings);
  /* The other machine's memory comes back with its card. */
  if (findings->len == before)
    pt_preflight_judge_room (host, machine, findings);
}
