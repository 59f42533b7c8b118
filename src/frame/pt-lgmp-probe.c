/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-lgmp-probe"

#include "config.h"

#include "pt-lgmp-probe.h"

#include <string.h>

static const gsize magic_offsets[] = { 0, 8064, 9664 };

static const PtLgmpFamily *
pt_lgmp_probe_find_family (gsize   magic,
                           guint32 version)
{
  for (guint i = 0; i < pt_lgmp_n_families; i++)
    if (pt_lgmp_families[i].magic == magic &&
        version >= pt_lgmp_families[i].first &&
        version <= pt_lgmp_families[i].last)
      return &pt_lgmp_families[i];
  return NULL;
}


/* The user data is only 4-byte aligned, which is all a snapshot needs. */
static void
pt_lgmp_probe_read_kvmfr (PtSharedMemory     *memory,
                          const PtLgmpFamily *family,
                          PtLgmpProbe        *probe)
{
  guint8  header[PT_KVMFR_HEADER_SIZE] = { 0 };
  guint32 size = 0;

  if (!pt_shared_memory_contains (memory, family->udata, sizeof header))
    return;
  size = pt_shared_memory_load32 (memory, family->udata_size);
  if (size < sizeof header ||
      size > PT_LGMP_MAX_UDATA ||
      !pt_shared_memory_contains (memory, family->udata, size))
    return;
  pt_shared_memory_snapshot (memory, family->udata, header, sizeof header);
  if (memcmp (header, "KVMFR---", 8) != 0)
    return;
  memcpy (&probe->kvmfr, header + PT_KVMFR_HEADER_VERSION, 4);
  for (guint i = 0; i < PT_KVMFR_PRODUCER_BYTES && header[PT_KVMFR_HEADER_PRODUCER + i] != 0; i++)
    probe->producer[i] = g_ascii_isprint (header[PT_KVMFR_HEADER_PRODUCER + i])
                           ? (char)header[PT_KVMFR_HEADER_PRODUCER + i]
                           : '?';
}


static gboolean
pt_lgmp_probe_at (PtSharedMemory *memory,
                  gsize           magic,
                  PtLgmpProbe    *probe)
{
  const PtLgmpFamily *family = NULL;

  if (!pt_shared_memory_contains (memory, magic, 24) ||
      pt_shared_memory_load32 (memory, magic) != PT_LGMP_MAGIC)
    return FALSE;
  probe->lgmp = pt_shared_memory_load32 (memory, magic + 4);
  family = pt_lgmp_probe_find_family (magic, probe->lgmp);
  if (magic == 0)
    probe->session = pt_shared_memory_load32 (memory, PT_LGMP_SESSION_ID);
  probe->heartbeat = pt_shared_memory_load64 (memory, magic == 0 ? PT_LGMP_TIMESTAMP : 0);
  if (family != NULL)
    pt_lgmp_probe_read_kvmfr (memory, family, probe);
  probe->layout = magic == 0 ? pt_lgmp_layout_find (probe->lgmp) : NULL;
  if (probe->layout != NULL && probe->kvmfr != 0 && probe->layout->kvmfr != probe->kvmfr)
    probe->layout = NULL;
  return TRUE;
}


gboolean
pt_lgmp_probe (PtSharedMemory *memory,
               PtLgmpProbe    *probe)
{
  g_return_val_if_fail (memory != NULL, FALSE);
  g_return_val_if_fail (probe != NULL, FALSE);

  memset (probe, 0, sizeof *probe);
  for (guint i = 0; i < G_N_ELEMENTS (magic_offsets); i++)
    if (pt_lgmp_probe_at (memory, magic_offsets[i], probe))
      return TRUE;
  return FALSE;
}


char *
pt_lgmp_probe_to_string (const PtLgmpProbe *probe)
{
  g_autofree char *kvmfr = NULL;

  g_return_val_if_fail (probe != NULL, NULL);

  kvmfr = probe->kvmfr != 0 ? g_strdup_printf ("%u", probe->kvmfr) : g_strdup ("unknown");
  return g_strdup_printf ("LGMP %u / KVMFR %s%s%s%s", probe->lgmp, kvmfr,
                          probe->producer[0] != '\0' ? " (" : "", probe->producer,
                          probe->producer[0] != '\0' ? ")" : "");
}
