/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-fake-polkit.h"
#include "pt-intent.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* A private bus, an expanded recorded host, a scripted polkit and the real helper on them. */

#define PT_TEST_WAIT 60

typedef struct
{
  GTestDBus       *bus;
  GDBusConnection *caller;
  GDBusConnection *authority; /* polkit's */
  PtFakePolkit    *polkit;
  GSubprocess     *helper; /* NULL = none was started, or it has been awaited */
  PtSysroot       *sysroot;
  char            *folder;
  char            *original; /* pt_test_describe_tree() before anything was done */
  PtIntent        *intent;   /* the sample's guest card */
  char            *digest;   /* of the plan for it */
  /* The next helper dies at this call that changes a file, 0 = at none. */
  guint die_at;
} PtHelperFixture;

/* For g_test_add(); @data is not used. No helper is started yet. */
void pt_helper_fixture_set_up (PtHelperFixture *self,
                               gconstpointer    data);
void pt_helper_fixture_tear_down (PtHelperFixture *self,
                                  gconstpointer    data);

/* Another caller on the bus. (transfer full) */
GDBusConnection *pt_helper_fixture_connect (PtHelperFixture *self);
/* Starts the helper with --session-bus, --sysroot, --polkit and @option (may be NULL) and
 * awaits its name. */
void pt_helper_fixture_start (PtHelperFixture *self,
                              const char      *option);
/* SIGKILL, and awaits the end. */
void pt_helper_fixture_kill (PtHelperFixture *self);
/* Awaits that it leaves by itself with exit code 0. */
void pt_helper_fixture_await_exit (PtHelperFixture *self);

/* Begins a call of the interface; awaits it below. */
void pt_helper_fixture_begin (GDBusConnection *caller,
                              const char      *method,
                              GVariant        *parameters,
                              GAsyncResult   **result);
/* (transfer full), NULL with @error. Drops *@result. */
GVariant *pt_helper_fixture_finish (GDBusConnection *caller,
                                    GAsyncResult   **result,
                                    GError         **error);
/* Both. */
GVariant *pt_helper_fixture_call (GDBusConnection *caller,
                                  const char      *method,
                                  GVariant        *parameters,
                                  GError         **error);
/* Arguments of Apply for the sample's guest card. Floating. */
GVariant *pt_helper_fixture_apply_arguments (PtHelperFixture *self);

void pt_helper_fixture_assert_original (PtHelperFixture *self);
void pt_helper_fixture_assert_changed (PtHelperFixture *self);

G_END_DECLS
