/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-drift.h"

G_BEGIN_DECLS

/* What stands against starting a machine now, judged before each start: what has changed since the
 * set-up, and what else than a machine has its devices. Pure decisions on a scanned host. */

typedef enum {
  PT_PREFLIGHT_MOVED = 0, /* as PtDriftKind, up to PT_PREFLIGHT_UNKNOWN */
  PT_PREFLIGHT_GONE,
  PT_PREFLIGHT_REPLACED,
  PT_PREFLIGHT_GROUP,
  PT_PREFLIGHT_NO_GROUP,
  PT_PREFLIGHT_FIRMWARE,
  PT_PREFLIGHT_KERNEL,
  PT_PREFLIGHT_UNKNOWN,
  PT_PREFLIGHT_GROUP_LOST,    /* a member left its group, none joined */
  PT_PREFLIGHT_MISSING,       /* a device that is not on record is not there */
  PT_PREFLIGHT_MEMBER_DRIVER, /* something else in its group works for the host */
  PT_PREFLIGHT_CARD_BUSY,     /* the graphics card itself works for the host */
  PT_PREFLIGHT_HOST_USES,     /* files of the host are on it */
  PT_PREFLIGHT_MEMORY_KIND,   /* what should be the memory of the picture is no file */
  PT_PREFLIGHT_MEMORY_SIZE,   /* it is somebody else's and has another size */
  PT_PREFLIGHT_OTHER_MACHINE, /* another machine runs with the device */
  PT_PREFLIGHT_SILENT,        /* the device does not answer any more */
  PT_PREFLIGHT_ROOM,          /* the memory that has to be there at once is not */
  PT_PREFLIGHT_HUGE_PAGES,    /* the same of huge pages */
  PT_PREFLIGHT_TIGHT,         /* it is, but others have to be swapped out for it */
  PT_PREFLIGHT_LAST
} PtPreflightKind;

typedef struct
{
  PtPreflightKind kind;
  char           *device; /* the address it is about, or NULL */
  char           *name;   /* what its owner calls that device, or NULL */
  char           *before; /* what was on record, or NULL */
  char           *now;    /* what is there, or NULL */
} PtPreflightFinding;

/* A machine that runs. */
typedef struct
{
  char   *name;
  GArray *devices; /* PtAddress: what it has */
} PtPreflightOther;

/* (transfer full); copies both. */
PtPreflightOther *pt_preflight_other_new (const char *name,
                                          GArray     *devices);
void              pt_preflight_other_free (PtPreflightOther *self);

/* What is known of a machine. */
typedef struct
{
  const PtSeen *own;        /* what the machine was made for, or NULL */
  const PtSeen *set_up;     /* what the computer was last set up for, or NULL */
  GArray       *devices;    /* PtAddress: what it is handed */
  gboolean      rehearsal;  /* it is handed nothing; what it was made for counts instead */
  guint64       memory;     /* bytes, all of it kept in place by VFIO, 0 = unknown */
  gboolean      huge_pages; /* it takes them from those set aside */
  GPtrArray    *others;     /* PtPreflightOther, or NULL */
  GArray       *silent;     /* PtAddress: of its devices, those that do not answer, or NULL */
} PtPreflightMachine;

/* What a set-up made anew has settled counts no more, nor what the machine is no longer handed. A
 * machine of which nothing is on record is judged by what holds now only: its owner may hand
 * devices over in another way. Findings that refuse a start come first. PtPreflightFinding.
 * (transfer full) */
GPtrArray *pt_preflight_judge (PtHost                   *host,
                               const PtPreflightMachine *machine);
/* One more, for what is not on the host: @kind and the path it is about. */
void pt_preflight_add_memory (GPtrArray      *findings,
                              PtPreflightKind kind,
                              const char     *path);
/* TRUE if a machine must not be started with it; else it is only told. */
gboolean pt_preflight_refuses (PtPreflightKind kind);
/* TRUE if the start of a machine is refused; refusals come first. */
gboolean    pt_preflight_is_refusal (GPtrArray *findings);
const char *pt_preflight_kind_to_nick (PtPreflightKind kind);

/* The catalogue. What happened in one sentence, and what to do in one or two; the latter may be
 * NULL. (transfer full) */
char *pt_preflight_words_what (const PtPreflightFinding *finding);
char *pt_preflight_words_remedy (const PtPreflightFinding *finding);
/* All that refuse (@refusals), or all others, in paragraphs. (transfer full) */
char *pt_preflight_words (GPtrArray *findings,
                          gboolean   refusals);

G_END_DECLS
