/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-report.h"
#include "pt-test.h"

G_BEGIN_DECLS

/* A computer to tell stories about: a recorded host in a folder of its own, to be changed as the
 * test likes. */
typedef struct _PtTestHost PtTestHost;

/* @name: `sample`, or a file of tests/hosts without its ending. */
PtTestHost *pt_test_host_new (const char *name);
/* An empty folder. */
PtTestHost *pt_test_host_new_empty (void);
void        pt_test_host_free (PtTestHost *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtTestHost, pt_test_host_free)

const char *pt_test_host_get_folder (PtTestHost *self);
PtSysroot  *pt_test_host_get_sysroot (PtTestHost *self);

/* Each takes a name below the tree (`sys/class/iommu/ivhd0`); links on the way are followed. */
void pt_test_host_remove (PtTestHost *self,
                          const char *name);
void pt_test_host_write (PtTestHost *self,
                         const char *name,
                         const char *text);
/* Lines of a `.host` file on top of what is there. */
void pt_test_host_add (PtTestHost *self,
                       const char *lines);

/* Fail the test when the scan fails. (transfer full) */
PtHost   *pt_test_host_scan (PtTestHost *self);
PtReport *pt_test_host_report (PtTestHost *self);
/* The device at @address of @host; fails the test when there is none. (transfer none) */
PtDevice *pt_test_host_device (PtHost     *host,
                               const char *address);
PtGpu    *pt_test_host_gpu (PtHost     *host,
                            const char *address);
/* Status and fix of a check as `fail fix-iommu-firmware` or `pass`. (transfer full) */
char *pt_test_host_verdict (PtReport *report,
                            PtCheckId id);
/* Blockers as `0000:00:1f.2 foreign-device, …`. (transfer full) */
char *pt_test_host_blockers (PtGpu *gpu);

G_END_DECLS
