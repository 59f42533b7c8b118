/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* How a graphics card is brought back to a clean state between two starts of a machine. Two
 * things decide: what the kernel says it can do (`reset_method`, since Linux 5.15) and what is
 * known of the family. Sources: vendor-reset's list of devices (src/device-db.h) and its README;
 * reports in its issues 35, 41, 53, 65, 82, 97, 107; Documentation/ABI/testing/sysfs-bus-pci. */

typedef enum {
  PT_RESET_TROUBLE_NONE = 0,
  PT_RESET_TROUBLE_COVERED,  /* the kernel's reset hangs it, the module vendor-reset knows how */
  PT_RESET_TROUBLE_REPORTED, /* users report failing second starts, no module helps */
} PtResetTrouble;

typedef struct
{
  guint16        vendor;
  guint16        first; /* device ids, both inside */
  guint16        last;
  PtResetTrouble trouble;
  const char    *family;
} PtResetEntry;

/* What is to be done between two starts. */
typedef enum {
  PT_RESET_UNKNOWN = 0,
  PT_RESET_PLAIN,          /* nothing: the kernel resets the function */
  PT_RESET_SLOT,           /* nothing: it resets the slot, which the guest gets as a whole */
  PT_RESET_VENDOR,         /* nothing: vendor-reset does it */
  PT_RESET_VENDOR_IDLE,    /* vendor-reset is loaded, but the kernel was not told to use it */
  PT_RESET_VENDOR_MISSING, /* vendor-reset would do it */
  PT_RESET_SUSPEND,        /* suspend the computer for two seconds if the second start fails */
  PT_RESET_GUEST,          /* graphics of the processor: the guest has to leave it clean */
  PT_RESET_NONE,           /* no reset at all: suspend or restart */
} PtResetStrategy;

/* What the decision needs; a plain value. */
typedef struct
{
  guint16     vendor;
  guint16     device;
  gboolean    integrated; /* graphics of the processor */
  PtTri       resettable; /* the kernel offers a reset of the function */
  const char *methods;    /* words of `reset_method`, or NULL */
  gboolean    whole_slot; /* nothing else is on its bus, and the guest gets every function */
  PtTri       vendor_reset;
} PtResetFacts;

/* The row of the table for a card, or NULL. Static. */
const PtResetEntry *pt_reset_find (guint16 vendor,
                                   guint16 device);
PtResetStrategy     pt_reset_decide (const PtResetFacts *facts);
/* @facts point into @gpu. */
void pt_reset_collect (PtHost       *host,
                       PtGpu        *gpu,
                       PtResetFacts *facts);
/* TRUE if the function at @address does not answer: every byte of its configuration space reads
 * as ones, as of a card that was left in a state only a loss of power ends. FALSE where it cannot
 * be read. */
gboolean pt_reset_is_silent (PtSysroot       *sysroot,
                             const PtAddress *address);
/* `suspend` */
const char *pt_reset_strategy_to_nick (PtResetStrategy strategy);

G_END_DECLS
