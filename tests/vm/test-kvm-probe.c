/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-kvm-probe"

#include "config.h"

#include <glib/gstdio.h>

#include "pt-kvm-probe.h"
#include "pt-machine.h"
#include "pt-test.h"


static PtKvmVerdict
probe_run (const char *accelerator,
           const char *processor,
           char      **evidence)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PtKvmVerdict verdict = PT_KVM_UNKNOWN;

  pt_kvm_probe_run_async (accelerator, processor, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, 60);
  verdict = pt_kvm_probe_finish (result, evidence, &error);
  g_assert_no_error (error);
  g_assert_nonnull (*evidence);
  return verdict;
}


static PtKvmVerdict
probe (const char *override,
       char      **evidence)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PtKvmVerdict verdict = PT_KVM_UNKNOWN;

  pt_kvm_probe_async (override, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, 60);
  verdict = pt_kvm_probe_finish (result, evidence, &error);
  g_assert_no_error (error);
  return verdict;
}


/* The firmware itself is right: an emulated processor goes the whole way. */
static void
test_rom_passes (void)
{
  g_autofree char *evidence = NULL;

  g_assert_cmpint (probe_run ("tcg", "max", &evidence), ==, PT_KVM_WORKS);
  g_assert_cmpstr (evidence, ==, "a guest ran in 64-bit mode");
}


/* A processor without 64-bit mode stops on the way. */
static void
test_rom_fails (void)
{
  g_autofree char *evidence = NULL;

  g_assert_cmpint (probe_run ("tcg", "486", &evidence), ==, PT_KVM_BROKEN);
  g_assert_cmpstr (evidence, ==, "QEMU failed: it said nothing");
}


/* Tries a stand-in for QEMU. */
static PtKvmVerdict
probe_stand_in (const char *script,
                char      **evidence)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *program = g_build_filename (folder, "qemu-system-x86_64", NULL);
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autofree char *longer = g_strconcat (folder, ":", path, NULL);
  g_autofree char *text = NULL;
  PtKvmVerdict     verdict = PT_KVM_WORKS;

  text = g_strconcat ("#!/bin/sh\n", script, "\n", NULL);
  pt_test_write (folder, "qemu-system-x86_64", text);
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
  g_setenv ("PATH", longer, TRUE);
  verdict = probe_run ("kvm", "host", evidence);
  g_setenv ("PATH", path, TRUE);
  return verdict;
}


/* As when KVM stops with an internal error: QEMU stays and has to be ended. */
static void
test_hangs (void)
{
  g_autofree char *evidence = NULL;

  g_assert_cmpint (probe_stand_in ("echo emulation failure; exec sleep 1000", &evidence), ==,
                   PT_KVM_BROKEN);
  g_assert_cmpstr (evidence, ==, "the guest hung: emulation failure");
}


/* That we may not does not say that it does not work. */
static void
test_denied (void)
{
  g_autofree char *evidence = NULL;
  const char      *script =
    "echo 'Could not access KVM kernel module: Permission denied' >&2; exit 1";

  g_assert_cmpint (probe_stand_in (script, &evidence), ==, PT_KVM_UNKNOWN);
  g_assert_cmpstr (evidence, ==, "Could not access KVM kernel module: Permission denied");
}


static void
test_no_such_accelerator (void)
{
  g_autofree char *evidence = NULL;

  g_assert_cmpint (probe_run ("abacus", "max", &evidence), ==, PT_KVM_BROKEN);
  g_assert_true (g_str_has_prefix (evidence, "QEMU failed: "));
}


static void
test_override (void)
{
  g_assert_cmpint (probe ("kvm", NULL), ==, PT_KVM_WORKS);
  g_assert_cmpint (probe ("emulation", NULL), ==, PT_KVM_BROKEN);
}


/* Whatever this computer's KVM is like, the next answer is the first, and comes at once: the
 * shortest of some tells that on a busy computer too. */
static void
test_asked_again (void)
{
  g_autofree char *first = NULL;
  PtKvmVerdict     verdict = probe (NULL, &first);
  gint64           shortest = G_MAXINT64;

  g_test_message ("%s", first);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *next = NULL;
      gint64           begin = g_get_monotonic_time ();

      g_assert_cmpint (probe ("auto", &next), ==, verdict);
      g_assert_cmpstr (next, ==, first);
      shortest = MIN (shortest, g_get_monotonic_time () - begin);
    }
  g_assert_cmpint (shortest, <, 50 * 1000);
}


static void
test_cancelled (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  pt_kvm_probe_run_async ("tcg", "486", cancellable, pt_test_result_cb, &result);
  g_cancellable_cancel (cancellable);
  pt_test_await_pointer (&result, 60);
  pt_kvm_probe_finish (result, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}


static void
test_no_qemu (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup (g_getenv ("PATH"));

  g_setenv ("PATH", "/nonexistent", TRUE);
  pt_kvm_probe_run_async ("tcg", "max", NULL, pt_test_result_cb, &result);
  g_setenv ("PATH", path, TRUE);
  pt_test_await_pointer (&result, 60);
  pt_kvm_probe_finish (result, NULL, &error);
  g_assert_error (error, PT_VM_ERROR, PT_VM_ERROR_NOT_FOUND);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/vm/kvm-probe/rom-passes", test_rom_passes);
  g_test_add_func ("/vm/kvm-probe/rom-fails", test_rom_fails);
  g_test_add_func ("/vm/kvm-probe/hangs", test_hangs);
  g_test_add_func ("/vm/kvm-probe/denied", test_denied);
  g_test_add_func ("/vm/kvm-probe/no-such-accelerator", test_no_such_accelerator);
  g_test_add_func ("/vm/kvm-probe/override", test_override);
  g_test_add_func ("/vm/kvm-probe/asked-again", test_asked_again);
  g_test_add_func ("/vm/kvm-probe/cancelled", test_cancelled);
  g_test_add_func ("/vm/kvm-probe/no-qemu", test_no_qemu);
  return g_test_run ();
}
