/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-sweep-handover"

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "pt-handover-record.h"
#include "pt-handover.h"
#include "pt-plan.h"
#include "pt-played-kernel.h"
#include "pt-rehearsal-private.h"
#include "pt-test-host.h"
#include "pt-test-trace.h"
#include "pt-test-tree.h"

/* Devices change hands while the sample computer runs, and whoever does it dies before each call
 * that changes something, sees it fail, or finds /run full or not to be written: what is not with
 * its own driver is on record then, and one release gives all of it back. By default at one point
 * in three, in slow mode at each. */

#define SWEEP_STRIDE 3

#define SWEEP_DRIVE "0000:23:00.0"
#define SWEEP_USB "0000:34:00.3"
#define SWEEP_CARD "0000:2f:00.0"
#define SWEEP_ALL SWEEP_DRIVE "," SWEEP_USB "," SWEEP_CARD
#define SWEEP_CLIENTS "             command  tgid dev master a   uid      magic\n"

static const char *const sweep_devices[][2] = {
  { SWEEP_DRIVE, "nvme" },
  { SWEEP_USB, "xhci_hcd" },
  { SWEEP_CARD, "amdgpu" },
  { "0000:2f:00.1", "snd_hda_intel" },
};

typedef struct
{
  const char *verb;
  const char *devices; /* NULL: all on record */
  gboolean    bound;   /* everything is, when it starts */
} PtSweepVerb;

static const PtSweepVerb sweep_verbs[] = {
  { "bind", SWEEP_DRIVE, FALSE },
  { "bind", SWEEP_ALL, FALSE },
  { "release", SWEEP_CARD, TRUE },
  { "release", SWEEP_ALL, TRUE },
  { "release-all", NULL, TRUE },
};

typedef struct
{
  const PtSweepVerb *verb;
  PtTestHost        *host;
  PtSysroot         *sysroot;
  char              *log;
  PtTestTree        *original;
  PtTestTree        *start; /* where the verb begins */
  PtTestTree        *now;
  guint              points;
  guint              tried;
} PtSweep;

static guint sweep_points;

static void
sweep_read (PtSweep *self)
{
  PtTestTree *now = pt_test_tree_read (pt_test_host_get_folder (self->host), NULL, self->now);

  g_clear_pointer (&self->now, pt_test_tree_free);
  self->now = now;
}

static void
sweep_load (PtSweep *self)
{
  sweep_read (self);
  pt_test_tree_write (self->start, pt_test_host_get_folder (self->host), self->now);
}

static void
sweep_run (PtSweep     *self,
           const char  *verb,
           const char  *devices,
           PtTestTrace *trace)
{
  const char *argv[] = { PT_TEST_DRIVER, verb, pt_test_host_get_folder (self->host), devices,
                         NULL };

  trace->log = self->log;
  pt_test_trace_run (trace, argv);
}

static void
sweep_tell_log (PtSweep    *self,
                const char *what)
{
  g_autofree char *text = NULL;

  g_file_get_contents (self->log, &text, NULL, NULL);
  g_test_message ("%s: %s", what, text);
}

static void
sweep_set_up (PtSweep      *self,
              gconstpointer data)
{
  g_auto (PtTestTrace) trace = { 0 };
  g_autoptr (GKeyFile) note = NULL;
  g_autoptr (GError) error = NULL;
  const char *folder = NULL;

  self->verb = data;
  self->host = pt_test_host_new ("sample");
  self->sysroot = pt_test_host_get_sysroot (self->host);
  folder = pt_test_host_get_folder (self->host);
  self->log = g_strconcat (folder, ".log", NULL);
  pt_test_host_write (self->host, "sys/kernel/debug/dri/0/clients", SWEEP_CLIENTS);
  /* A module that was loaded stays. */
  pt_played_kernel_load (self->sysroot, &error);
  g_assert_no_error (error);
  note = pt_rehearsal_ensure_note (self->sysroot, &error);
  g_assert_no_error (error);
  self->original = pt_test_tree_read (folder, NULL, NULL);
  if (self->verb->bound)
    {
      sweep_run (self, "bind", SWEEP_ALL, &trace);
      g_assert_true (WIFEXITED (trace.status) && WEXITSTATUS (trace.status) == 0);
    }
  self->start = pt_test_tree_read (folder, NULL, NULL);
}

static void
sweep_tear_down (PtSweep      *self,
                 gconstpointer data)
{
  pt_test_remove_tree (g_steal_pointer (&self->log));
  pt_test_tree_free (self->original);
  pt_test_tree_free (self->start);
  g_clear_pointer (&self->now, pt_test_tree_free);
  pt_test_host_free (self->host);
}

/* What has to be true of it */

static char *
sweep_read_driver (PtSweep    *self,
                   const char *device)
{
  g_autofree char *name = g_build_filename (device, "driver", NULL);

  return pt_sysroot_read_link (self->sysroot, PT_PLACE_PCI_DEVICES, name, NULL);
}

/* Whoever is away from home is on record with where that is. */
static void
sweep_assert_recorded (PtSweep    *self,
                       const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = pt_handover_record_load (self->sysroot, &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (sweep_devices); i++)
    {
      g_autofree char       *driver = sweep_read_driver (self, sweep_devices[i][0]);
      const PtHandoverEntry *entry = NULL;
      PtAddress              address = { 0 };

      if (g_strcmp0 (driver, sweep_devices[i][1]) == 0)
        continue;
      g_assert_true (pt_address_parse (sweep_devices[i][0], &address));
      entry = pt_handover_record_find (entries, &address);
      if (entry == NULL)
        g_test_message ("%s: %s has %s and is not on record", what, sweep_devices[i][0], driver);
      g_assert_nonnull (entry);
      g_assert_cmpstr (entry->driver, ==, sweep_devices[i][1]);
    }
}

static void
sweep_assert_original (PtSweep    *self,
                       const char *what)
{
  g_autoptr (GPtrArray) names = NULL;
  PtTestTree *trees[] = { self->original, NULL };
  guint       wrong = 0;

  sweep_read (self);
  trees[1] = self->now;
  names = pt_test_trees_list (trees, G_N_ELEMENTS (trees));
  for (guint i = 0; i < names->len; i++)
    {
      const char       *name = g_ptr_array_index (names, i);
      const PtTestFile *then = pt_test_tree_find (self->original, name);
      const PtTestFile *now = pt_test_tree_find (self->now, name);
      g_autofree char  *is = pt_test_file_describe (now);
      g_autofree char  *was = pt_test_file_describe (then);

      if (pt_test_file_equal (then, now))
        continue;
      g_test_message ("%s: %s: %s, was %s", what, name, is, was);
      wrong++;
    }
  g_assert_cmpuint (wrong, ==, 0);
}

static void
sweep_give_back (PtSweep    *self,
                 const char *what)
{
  g_autoptr (GError) error = NULL;

  if (!pt_handover_release_all (self->sysroot, NULL, &error))
    g_test_message ("%s: %s", what, error->message);
  g_assert_no_error (error);
  sweep_assert_original (self, what);
  self->tried++;
}

/* Sweeps */

static gboolean
sweep_is_chosen (guint at)
{
  return g_test_slow () || at % SWEEP_STRIDE == 1;
}

/* TRUE for a call of ours. The others are what the kernel would do in itself, where nothing fails
 * and nobody dies: it moves the links of drivers. */
static gboolean
sweep_is_ours (const PtTestCall *call)
{
  return call->target == NULL || (strstr (call->target, "/sys/bus/pci/drivers/") == NULL &&
                                  !g_str_has_suffix (call->target, "/driver"));
}

static void
sweep_kill (PtSweep *self,
            GArray  *calls)
{
  for (guint at = 1; at <= calls->len; at++)
    {
      g_autofree char *what = g_strdup_printf ("%s dies at %u", self->verb->verb, at);
      g_auto (PtTestTrace) trace = { .strike = PT_TEST_STRIKE_KILL_ALL, .at = at };

      if (!sweep_is_ours (&g_array_index (calls, PtTestCall, at - 1)))
        continue;
      self->points++;
      if (!sweep_is_chosen (self->points))
        continue;
      sweep_load (self);
      sweep_run (self, self->verb->verb, self->verb->devices, &trace);
      g_assert_true (WIFSIGNALED (trace.status) && WTERMSIG (trace.status) == SIGKILL);
      sweep_assert_recorded (self, what);
      sweep_give_back (self, what);
    }
}

static void
sweep_fail (PtSweep *self,
            GArray  *calls)
{
  guint failing = 0;

  for (guint at = 1; at <= calls->len; at++)
    {
      g_autofree char *what = g_strdup_printf ("%s fails at %u", self->verb->verb, at);
      g_auto (PtTestTrace) trace = { .strike = PT_TEST_STRIKE_FAIL, .at = at };

      if (!sweep_is_ours (&g_array_index (calls, PtTestCall, at - 1)))
        continue;
      failing++;
      if (!sweep_is_chosen (failing + 1))
        continue;
      sweep_load (self);
      sweep_run (self, self->verb->verb, self->verb->devices, &trace);
      g_assert_true (WIFEXITED (trace.status) && trace.struck);
      sweep_assert_recorded (self, what);
      /* Refused, all of it is back at once. */
      if (WEXITSTATUS (trace.status) != 0 && !self->verb->bound)
        for (gsize i = 0; i < G_N_ELEMENTS (sweep_devices); i++)
          {
            g_autofree char *driver = sweep_read_driver (self, sweep_devices[i][0]);

            g_assert_cmpstr (driver, ==, sweep_devices[i][1]);
          }
      sweep_give_back (self, what);
    }
  g_test_message ("%s: %u calls that fail", self->verb->verb, failing);
}

/* /run is full from some call on, or cannot be written. */
static void
sweep_close_run (PtSweep *self,
                 GArray  *calls)
{
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (self->host), "run", NULL);
  g_autofree char *real = realpath (path, NULL);

  for (guint at = 0; at <= calls->len; at++)
    {
      g_autofree char *what = g_strdup_printf ("%s without /run from %u on", self->verb->verb, at);
      PtTestStrike     strike = at == 0 ? PT_TEST_STRIKE_READ_ONLY : PT_TEST_STRIKE_FULL;
      g_auto (PtTestTrace) trace = { .strike = strike, .at = at, .folder = real };

      if (at > 0 && (!g_array_index (calls, PtTestCall, at - 1).space || !sweep_is_chosen (at)))
        continue;
      sweep_load (self);
      sweep_run (self, self->verb->verb, self->verb->devices, &trace);
      g_assert_true (WIFEXITED (trace.status));
      sweep_assert_recorded (self, what);
      sweep_give_back (self, what);
    }
}

static void
sweep_verb (PtSweep      *self,
            gconstpointer data)
{
  g_auto (PtTestTrace) trace = { .targets = TRUE };

  sweep_run (self, self->verb->verb, self->verb->devices, &trace);
  if (!WIFEXITED (trace.status) || WEXITSTATUS (trace.status) != 0)
    sweep_tell_log (self, self->verb->verb);
  g_assert_true (WIFEXITED (trace.status) && WEXITSTATUS (trace.status) == 0);
  sweep_assert_recorded (self, self->verb->verb);

  sweep_kill (self, trace.calls);
  sweep_fail (self, trace.calls);
  sweep_close_run (self, trace.calls);
  sweep_points += self->points;
  g_test_message ("%s: %u kill points, %u strikes done", self->verb->verb, self->points,
                  self->tried);
}

int
main (int   argc,
      char *argv[])
{
  static const char *const names[] = { "bind-one", "bind-all", "release-one", "release-all-named",
                                       "release-all" };
  const char              *obstacle = NULL;
  int                      result = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  obstacle = pt_test_trace_get_obstacle ();
  if (obstacle != NULL)
    {
      g_print ("1..0 # SKIP %s\n", obstacle);
      return 77;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (sweep_verbs); i++)
    {
      g_autofree char *name = g_strconcat ("/setup/sweep-handover/", names[i], NULL);

      g_test_add (name, PtSweep, &sweep_verbs[i], sweep_set_up, sweep_verb, sweep_tear_down);
    }
  result = g_test_run ();
  g_print ("# kill points: %u\n", sweep_points);
  return result;
}
