/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-rehearsal"

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "pt-data.h"
#include "pt-kvmfr-source.h"
#include "pt-machines.h"
#include "pt-test.h"
#include "vm-fixture.h"

/* Pictures that prove that they move. */
#define FRAMES 30

typedef struct
{
  guint    frames;
  gint64   first, last;
  gboolean enough;
} Watch;


static void
watch_frame_cb (PtKvmfrSource *source,
                Watch         *watch)
{
  PtFrameView view = { 0 };

  if (!pt_frame_store_acquire (pt_kvmfr_source_get_store (source), FALSE, &view))
    return;
  g_assert_cmpuint (view.width, >=, 640);
  g_assert_cmpuint (view.height, >=, 480);
  pt_frame_store_release (pt_kvmfr_source_get_store (source));
  if (watch->frames++ == 0)
    watch->first = g_get_monotonic_time ();
  watch->last = g_get_monotonic_time ();
  watch->enough = watch->frames >= FRAMES;
}


static PtMachineSpec *
rehearsal_spec (const char *name)
{
  g_autoptr (GError) error = NULL;
  PtMachineSpec *spec = pt_machines_rehearsal_spec (name, &error);

  if (spec == NULL)
    g_test_skip (error->message);
  return spec;
}


static void
await_frames (PtMachine *machine,
              Watch     *watch)
{
  g_autoptr (PtKvmfrSource) source = pt_kvmfr_source_new (pt_machine_get_shared_memory (machine));

  g_signal_connect (source, "frame", G_CALLBACK (watch_frame_cb), watch);
  pt_kvmfr_source_start (source);
  pt_test_await_flag (&watch->enough, 120);
  pt_kvmfr_source_stop (source);
}


/* The whole way once: our definition, a guest that draws, the guest's own power-off, nothing
 * left. */
static void
test_frames (void)
{
  g_autoptr (PtMachines) machines = NULL;
  g_autofree char *name = vm_fixture_name ("frames");
  g_autoptr (PtMachineSpec) spec = rehearsal_spec (name);
  g_autoptr (PtMachine) machine = NULL;
  g_autofree char *memory = NULL;
  Watch            watch = { 0 };
  gint64           begin = 0;

  if (spec == NULL)
    return;
  machines = vm_fixture_open ();
  machine = vm_fixture_create (machines, spec);
  memory = g_strdup (pt_machine_get_shared_memory (machine));
  g_assert_true (pt_machine_is_rehearsal (machine));
  begin = g_get_monotonic_time ();
  vm_fixture_start (machine);
  g_test_message ("started after %.2f s", (g_get_monotonic_time () - begin) / 1e6);
  await_frames (machine, &watch);
  g_test_message ("first frame after %.2f s", (watch.first - begin) / 1e6);
  g_test_message ("%d frames in %.2f s", FRAMES, (watch.last - watch.first) / 1e6);
  vm_fixture_shut_down (machine);
  vm_fixture_await_state (machine, PT_MACHINE_OFF);
  g_assert_false (g_file_test (memory, G_FILE_TEST_EXISTS));
  vm_fixture_remove (machine);
}


int
main (int   argc,
      char *argv[])
{
  vm_fixture_begin ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vm/rehearsal/frames", test_frames);
  return vm_fixture_end (g_test_run ());
}
