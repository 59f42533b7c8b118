/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* How the processor's cores are arranged, and which of them a machine should have. */

typedef enum {
  PT_CORE_ORDINARY = 0, /* all of one kind, or it cannot be told */
  PT_CORE_PERFORMANCE,
  PT_CORE_EFFICIENCY,
} PtCoreKind;

typedef struct
{
  GArray    *threads; /* guint: numbers of its processors, ascending */
  guint      package;
  int        node;   /* NUMA node, -1 = cannot tell */
  int        domain; /* index of its L3 domain, -1 = it has none or it cannot be told */
  PtCoreKind kind;
  gboolean   isolated; /* the kernel keeps its own work off it (isolcpus=) */

  guint64 speed; /* kHz or capacity, 0 = cannot tell */
} PtCore;

typedef struct
{
  GArray *threads; /* guint: who shares this L3 cache */
  guint64 size;    /* bytes, 0 = cannot tell */
} PtCacheDomain;

typedef struct
{
  gboolean   known;        /* the cores and their threads are certain */
  gboolean   caches_known; /* and so are the L3 domains */
  GPtrArray *cores;        /* PtCore, by first thread; only those that are on */
  GPtrArray *domains;      /* PtCacheDomain, by first thread */
  guint      threads;      /* that are on */
  guint      offline;      /* processors that are switched off */
} PtCpuLayout;

/* How the cores are shared out. */
typedef struct
{
  GArray *guest; /* guint: indices of layout->cores, ascending */
  GArray *host;
  /* The guest's cores are not all in one L3 domain, or not all fast ones. */
  gboolean spans_domains;
  gboolean has_slow_cores;
} PtCoreShare;

/* Never NULL. */
PtCpuLayout *pt_cpu_layout_read (PtSysroot *sysroot);
void         pt_cpu_layout_free (PtCpuLayout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtCpuLayout, pt_cpu_layout_free)

/* `32768K`, `32M`: bytes, 0 if it is no size. */
guint64 pt_cpu_layout_parse_size (const char *text);
/* Cores from the text of /proc/cpuinfo (`processor`, `physical id`, `core id`). PtCore; NULL
 * unless every processor says all three. (transfer full) */
GPtrArray *pt_cpu_layout_parse_cpuinfo (const char *text);

/* Shares the cores out: whole cores, of one L3 domain where they fit, the one with the larger cache
 * first (X3D), performance cores before efficiency cores, and the core of CPU 0 last, for Linux
 * does its own work there. The host keeps two cores where there are more than two. @wanted: cores
 * for the guest, 0 = as many as are good for it without crossing a domain. NULL if the layout is
 * not known or has fewer than two cores. (transfer full) */
PtCoreShare *pt_cpu_layout_share (const PtCpuLayout *self,
                                  guint              wanted);
void         pt_core_share_free (PtCoreShare *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtCoreShare, pt_core_share_free)

/* Most cores a guest can get. 0 if the layout is not known. */
guint pt_cpu_layout_get_most (const PtCpuLayout *self);
/* The threads of the cores with the given indices as a list: `6-11,18-23`. (transfer full) */
char *pt_cpu_layout_format (const PtCpuLayout *self,
                            GArray            *cores);

G_END_DECLS
