/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-engine.h"
#include "pt-test.h"

G_BEGIN_DECLS

/* The sample machine, and what can be made of it. */
typedef struct
{
  PtTestFolder *folder;
  char         *tree;
  PtSysroot    *sysroot;
  char         *before; /* the tree, as pt_test_describe_tree() tells it */
} PtSetupFixture;

/* @data: edits of the recording as `old\nnew` pairs, NULL-ended (every line that contains `old`
 * gets it replaced); or NULL. */
void pt_setup_fixture_set_up (PtSetupFixture *self,
                              gconstpointer   data);
void pt_setup_fixture_tear_down (PtSetupFixture *self,
                                 gconstpointer   data);
/* Takes the present tree for the original. */
void pt_setup_fixture_remember (PtSetupFixture *self);
void pt_setup_fixture_assert_original (PtSetupFixture *self);

/* Fails the test, naming the lines that differ, if two descriptions of a tree do. */
void pt_setup_assert_same_tree (const char *before,
                                const char *now,
                                const char *what);

/* Fails the test if there is no plan. (transfer full) */
PtPlan *pt_setup_fixture_plan (PtSetupFixture *self,
                               const char     *addresses);
void    pt_setup_fixture_apply (PtSetupFixture *self,
                                const char     *addresses);
void    pt_setup_fixture_undo (PtSetupFixture *self);

#define PT_TEST_CARD "0000:2f:00.0"

/* The sample as an Intel machine whose kernel does not use the IOMMU. */
extern const char *const pt_setup_intel_off[];

G_END_DECLS
