/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"
#include "pt-machine-spec.h"
#include "pt-plan.h"

G_BEGIN_DECLS

/* What the machine page offers and accepts. Plain decisions, no widgets. */
typedef struct
{
  guint   cores_least, cores_most, cores; /* what may be chosen, and the default */
  guint   host_cores;
  guint64 memory_least, memory_most, memory, memory_step; /* bytes */
  guint64 host_memory;                                    /* bytes, 0 = cannot tell */
  guint64 disk_least, disk_most, disk;                    /* bytes, 0 = no disk */
} PtMachineLimits;

/* For a Windows machine on a host with @facts and @layout: the host keeps at least two cores and
 * 4 GiB where it can. */
void pt_machine_limits_for_host (const PtHostFacts *facts,
                                 const PtCpuLayout *layout,
                                 PtMachineLimits   *limits);
/* For the test guest @spec on a computer with @processors. */
void pt_machine_limits_for_rehearsal (guint                processors,
                                      const PtMachineSpec *spec,
                                      PtMachineLimits     *limits);

/* What is wrong with a name or an ISO's path in one sentence, or NULL. (transfer full) */
char *pt_machine_draft_check_name (const char *name);
char *pt_machine_draft_check_iso (const char *path);

/* The one-line reasons beside the sliders. (transfer full) */
char *pt_machine_draft_cores_words (const PtMachineLimits *limits,
                                    const PtCpuLayout     *layout,
                                    guint                  cores);
char *pt_machine_draft_memory_words (const PtMachineLimits *limits,
                                     guint64                memory);

/* Ties each of the machine's cores to a whole core of @layout, those that the picture shows, and
 * the rest of the machine's work to the others. Without a known layout nothing is tied. */
void pt_machine_draft_pin (PtMachineSpec     *spec,
                           const PtCpuLayout *layout);

/* Writes into @spec what there is of the devices of @plan now, to be compared before each start. */
void pt_machine_draft_remember (PtMachineSpec *spec,
                                PtPlan        *plan,
                                PtHost        *host);

/* A machine on the real host: the functions of @plan (nullable), a disk among the host's images.
 * (transfer full) */
PtMachineSpec *pt_machine_draft_for_host (PtSysroot  *sysroot,
                                          PtPlan     *plan,
                                          const char *name);

G_END_DECLS
