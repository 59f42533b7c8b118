/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-test-trace.h"
#include "pt-test-tree.h"
#include "setup-generators.h"
#include "setup-loaders.h"

G_BEGIN_DECLS

/* The sample computer with a boot loader and an initramfs, the states a set-up takes it through,
 * and what has to be true of it whenever a change was cut short. */

typedef struct
{
  const char *generator; /* NULL: comes with the loader */
  const char *loader;    /* NULL: the sample's GRUB as Debian has it */
  gboolean    trial;     /* a start can be tried once there */
  const char *own;       /* what comes with the loader */
} PtSweepPair;

typedef enum {
  PT_SWEEP_ORIGINAL = 0,
  PT_SWEEP_APPLIED,
  PT_SWEEP_PREPARED,
  PT_SWEEP_STARTED,
  PT_SWEEP_RUNNING, /* the trial's boot */
  PT_SWEEP_CONFIRMED,
  PT_SWEEP_CANCELLED,
  PT_SWEEP_N_STATES,
} PtSweepState;

typedef struct
{
  PtSetupFixture       base;
  const PtSweepPair   *pair;
  const PtSetupLoader *loader;
  PtTestTree          *states[PT_SWEEP_N_STATES];
  PtTestTree          *now; /* what the tree is like, or was when it was last read */
  gboolean             read;
  char                *log;

  /* of the verb that is struck */
  PtSweepState from;
  PtSweepState to;
  GHashTable  *tools; /* what its tools write, relative paths */

  guint points; /* of this pair */
  guint tried;
} PtSweep;

#define PT_SWEEP_IDS "vfio-pci.ids=1002:73df"

void pt_sweep_set_up (PtSweep           *self,
                      const PtSweepPair *pair);
void pt_sweep_tear_down (PtSweep *self);

/* Takes what the tree is now for @state. */
void pt_sweep_save (PtSweep     *self,
                    PtSweepState state);
/* Makes the tree be like @state again. */
void pt_sweep_load (PtSweep     *self,
                    PtSweepState state);
/* The tree may have changed. */
void pt_sweep_touch (PtSweep *self);
/* What is ours alone and lies outside of all that a start reads. */
gboolean pt_sweep_is_ours (const char *name);
/* Undoing with rpm-ostree makes one more deployment, with an image of its own. */
gboolean pt_sweep_is_deployment (PtSweep    *self,
                                 const char *name);

/* Each fails the test, saying @what. */

/* The bytes, modes, owners and targets of everything, the times of the settings. */
void pt_sweep_assert_original (PtSweep    *self,
                               const char *what);
/* Cut short between `from` and `to`: every file is the old or the new one, except what the tool
 * writes that died (@tool); what is in force knows all that it needs; the entry of a trial is whole
 * and the mark names one; without the mark the start is the old one, or, permanent, the new. */
void pt_sweep_assert_whole (PtSweep    *self,
                            gboolean    tool,
                            const char *what);
/* Everything but what is ours is as in @state. */
void pt_sweep_assert_like (PtSweep     *self,
                           PtSweepState state,
                           const char  *what);

G_END_DECLS
