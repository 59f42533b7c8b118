/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-ostree"

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "pt-host-file.h"
#include "pt-ostree.h"
#include "pt-rehearsal.h"
#include "pt-trial-watch.h"
#include "pt-trial.h"
#include "setup-generators.h"

/* Fedora Kinoite as it is recorded, with an rpm-ostree that does what the real one is documented to
 * do: what becomes of its deployments, and of a trial, whose way back is the previous one. */

#define TEST_CARD "0000:01:00.0"
#define TEST_IDS "vfio-pci.ids=10de:2782,10de:22bc"
#define TEST_HOST "fedora-atomic.host"
#define TEST_ENTRIES "boot/loader/entries/"
#define TEST_CHECKSUM "5555555555555555555555555555555555555555555555555555555555555555"
#define TEST_DEPLOYMENT "ostree/deploy/fedora/deploy/" TEST_CHECKSUM

static void
test_set_up (PtSetupFixture *self,
             gconstpointer   data)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "hosts", TEST_HOST, NULL);
  g_autoptr (GError) error = NULL;

  self->folder = pt_test_make_folder ();
  self->tree = g_build_filename (self->folder, "tree", NULL);
  pt_host_file_expand (file, self->tree, NULL, &error);
  g_assert_no_error (error);
  self->sysroot = pt_sysroot_new_directory (self->tree);
  pt_setup_fixture_add_tool (self, "rpm-ostree", "usr/bin/rpm-ostree");
  pt_setup_fixture_add_tool (self, "rpm-ostree", "usr/bin/ostree");
  pt_setup_fixture_add_tool (self, "systemd-run", "usr/bin/systemd-run");
  pt_setup_fixture_add_tool (self, "lsinitrd", "usr/bin/lsinitrd");
  pt_setup_fixture_remember (self);
}

static void
test_run (PtSetupFixture *self,
          const char     *one,
          const char     *two,
          const char     *three)
{
  const char *arguments[] = { one, two, three, NULL };
  g_autoptr (GError) error = NULL;

  pt_sysroot_run (self->sysroot, PT_PROGRAM_RPM_OSTREE, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
}

static GPtrArray *
test_read (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *deployments = pt_ostree_read (self->sysroot, &error);

  g_assert_no_error (error);
  return deployments;
}

/* The parameters of the deployment that starts next. (transfer full) */
static char *
test_read_next (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = pt_ostree_read_words (self->sysroot, 0, &error);

  g_assert_no_error (error);
  return g_strjoinv (" ", words);
}

/* The image of the deployment that starts next. (transfer full) */
static char *
test_read_image (PtSetupFixture *self)
{
  g_autoptr (GPtrArray) deployments = test_read (self);
  PtDeployment    *next = g_ptr_array_index (deployments, 0);
  g_autofree char *name = g_build_filename (next->folder, "usr/lib/modules",
                                            "6.14.9-300.fc42.x86_64", "initramfs.img", NULL);

  return pt_test_read (self->tree, name);
}

/* All of ours is gone from /etc and /var, and the next deployment is like the first. */
static void
test_assert_undone (PtSetupFixture *self)
{
  g_autoptr (GPtrArray) deployments = test_read (self);
  PtDeployment    *next = g_ptr_array_index (deployments, 0);
  g_autofree char *line = test_read_next (self);
  g_autofree char *image = test_read_image (self);

  g_assert_false (next->regenerates);
  g_assert_null (strstr (line, "vfio"));
  g_assert_null (strstr (line, "passthru"));
  g_assert_null (strstr (line, "panic"));
  g_assert_nonnull (strstr (line, "rhgb quiet root=UUID="));
  g_assert_null (strstr (image, "vfio"));
  for (guint i = 0; i < deployments->len; i++)
    g_assert_false (((PtDeployment *)g_ptr_array_index (deployments, i))->pinned);
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_STATE, NULL));
  for (gsize i = 64; i > 2; i--)
    {
      g_autofree char *name = g_strdup_printf (TEST_ENTRIES "ostree-%zu.conf", i);

      if (pt_sysroot_exists (self->sysroot, PT_PLACE_ROOT, name))
        pt_test_remove_tree (g_build_filename (self->tree, name, NULL));
    }
  pt_test_write (self->tree, TEST_ENTRIES "ostree-1.conf", "");
  pt_test_remove_tree (g_build_filename (self->tree, "ostree", NULL));
  pt_test_remove_tree (g_build_filename (self->tree, "boot/ostree", NULL));
}

/* The tree without the deployment that the first change has cleared away. */
static void
test_remember (PtSetupFixture *self)
{
  g_autofree char *text = pt_test_read (self->tree, TEST_ENTRIES "ostree-1.conf");

  pt_test_write (self->tree, TEST_ENTRIES "ostree-1.conf", "");
  pt_setup_fixture_remember (self);
  pt_test_write (self->tree, TEST_ENTRIES "ostree-1.conf", text);
}

static void
test_apply_undo (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autoptr (GPtrArray) deployments = NULL;
  g_autoptr (PtPlan) again = NULL;
  g_autofree char *line = NULL;
  g_autofree char *image = NULL;

  test_remember (self);
  pt_setup_fixture_apply (self, TEST_CARD);
  line = test_read_next (self);
  g_assert_nonnull (strstr (line, " " TEST_IDS));
  image = test_read_image (self);
  g_assert_nonnull (strstr (image, "755 etc/passthru/early\n"));
  g_assert_nonnull (strstr (image, "/vfio-pci.ko.xz"));
  /* The one that runs stays, as it was. */
  deployments = test_read (self);
  g_assert_cmpuint (deployments->len, ==, 2);
  g_assert_true (((PtDeployment *)g_ptr_array_index (deployments, 1))->booted);
  g_assert_false (((PtDeployment *)g_ptr_array_index (deployments, 1))->regenerates);
  again = pt_setup_fixture_plan (self, TEST_CARD);
  g_assert_cmpuint (pt_plan_get_steps (again)->len, ==, 0);

  pt_setup_fixture_undo (self);
  test_assert_undone (self);
  pt_setup_fixture_assert_original (self);
}

/* What takes the rebuild back is said with it. */
static void
test_step (PtSetupFixture *self,
           gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, TEST_CARD);
  GPtrArray *steps = pt_plan_get_steps (plan);
  guint      found = 0;

  for (guint i = 0; i < steps->len; i++)
    {
      PtStep          *step = g_ptr_array_index (steps, i);
      g_autofree char *command = NULL;
      g_autofree char *undo = NULL;

      if (!g_str_equal (pt_step_get_id (step), "initramfs"))
        continue;
      command = g_strjoinv (" ", (char **)pt_step_get_command (step));
      undo = g_strjoinv (" ", (char **)pt_step_get_undo (step));
      g_assert_cmpstr (command, ==,
                       "rpm-ostree initramfs --enable --arg=--add-drivers=vfio_pci");
      g_assert_cmpstr (undo, ==, "rpm-ostree initramfs --disable");
      found++;
    }
  g_assert_cmpuint (found, ==, 1);
}

/* Somebody goes back to the deployment before ours: our files are there, the image is not. */
static void
test_rolled_back (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;
  g_autofree char *image = NULL;

  pt_setup_fixture_apply (self, TEST_CARD);
  test_run (self, "rollback", NULL, NULL);
  plan = pt_setup_fixture_plan (self, TEST_CARD);
  g_assert_cmpuint (pt_plan_get_steps (plan)->len, ==, 2);
  g_assert_cmpstr (pt_step_get_id (g_ptr_array_index (pt_plan_get_steps (plan), 0)), ==,
                   "initramfs");
  pt_setup_fixture_undo (self);
  pt_setup_fixture_apply (self, TEST_CARD);
  image = test_read_image (self);
  g_assert_nonnull (strstr (image, "etc/passthru/early"));
}

static void
test_assert_refused (PtSetupFixture *self,
                     const char     *words)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, TEST_CARD);
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), words));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), "rpm-ostree initramfs --enable"));
  pt_setup_fixture_remember (self);
  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED);
  pt_setup_fixture_assert_original (self);
}

/* An initramfs with settings of the user's own is not ours to replace. */
static void
test_own_initramfs (PtSetupFixture *self,
                    gconstpointer   data)
{
  test_run (self, "initramfs", "--enable", NULL);
  test_assert_refused (self, "with settings of your own");
  test_run (self, "initramfs", "--enable", "--arg=--add=plymouth");
  test_assert_refused (self, "with settings of your own");
}

static void
test_answer (PtSetupFixture *self,
             const char     *answer)
{
  g_autofree char *path = g_build_filename (self->tree, "usr/bin/rpm-ostree", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\nprintf '%%s' '%s'\n", answer);

  pt_test_write (self->tree, "usr/bin/rpm-ostree", script);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
}

/* Nothing unknown passes. */
static void
test_silent (PtSetupFixture *self,
             gconstpointer   data)
{
  static const char *const answers[] = {
    "",
    "[]",
    "{}",
    "{\"deployments\": []}",
    "{\"deployments\": {}}",
    "{\"deployments\": [1]}",
    "{\"deployments\": [{\"booted\": true}]}",
    "{\"deployments\": [{\"id\": \"fedora-12.0\", \"booted\": true}]}",
    "{\"deployments\": [{\"id\": \"../..-" TEST_CHECKSUM ".0\"}]}",
    "{\"deployments\": [{\"id\": \"fedora-" TEST_CHECKSUM ".0/../..\"}]}",
    "{\"deployments\": [{\"id\": \"fedora-" TEST_CHECKSUM ".0\"}, {\"id\": 5}]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      test_answer (self, answers[i]);
      test_assert_refused (self, "does not say how the start-up files");
    }
}

/* Trials */

static void
test_restart (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;

  pt_rehearsal_restart (self->sysroot, NULL, &error);
  g_assert_no_error (error);
}

static void
test_prepare (PtSetupFixture *self)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, TEST_CARD);
  g_autoptr (GError) error = NULL;

  g_assert_true (pt_trial_is_possible (plan, NULL));
  g_assert_nonnull (strstr (pt_trial_get_way_back (plan), "choose the second entry"));
  pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_start (PtSetupFixture *self)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_trial_start (plan, &error);
  g_assert_no_error (error);
}

static void
test_confirm (PtSetupFixture *self)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_trial_confirm (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_assert_trial (PtSetupFixture *self,
                   PtTrialState    state,
                   PtTrialCause    cause)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtTrial) trial = pt_trial_read (self->sysroot, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (pt_trial_state_to_nick (trial->state), ==, pt_trial_state_to_nick (state));
  g_assert_cmpstr (pt_trial_cause_to_nick (trial->cause), ==, pt_trial_cause_to_nick (cause));
}

static guint
test_count_pinned (PtSetupFixture *self)
{
  g_autoptr (GPtrArray) deployments = test_read (self);
  guint pinned = 0;

  for (guint i = 0; i < deployments->len; i++)
    pinned += ((PtDeployment *)g_ptr_array_index (deployments, i))->pinned;
  return pinned;
}

/* What runs: whether the parameters are in force, and the mark of a trial. */
static void
test_assert_running (PtSetupFixture *self,
                     gboolean        parameters,
                     gboolean        trial)
{
  g_autofree char *line = pt_test_read (self->tree, "proc/cmdline");
  g_autofree char *driver = pt_sysroot_read_link (self->sysroot, PT_PLACE_PCI_DEVICES,
                                                  TEST_CARD "/driver", NULL);

  g_assert_true ((strstr (line, TEST_IDS) != NULL) == parameters);
  g_assert_true ((strstr (line, "passthru.trial=") != NULL) == trial);
  g_assert_true ((strstr (line, "panic=20 rd.shell=0 rd.emergency=reboot") != NULL) == trial);
  g_assert_cmpstr (driver, ==, parameters ? "vfio-pci" : "nouveau");
}

/* The minutes pass without an answer. */
static void
test_let_end (PtSetupFixture *self)
{
  pt_test_write (self->tree, "proc/uptime", "301.00 0.00\n");
  g_assert_true (pt_trial_watch_end (self->sysroot));
}

static void
test_trial_kept (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autofree char *line = NULL;

  test_remember (self);
  test_prepare (self);
  test_assert_trial (self, PT_TRIAL_PREPARED, PT_TRIAL_CAUSE_NONE);
  line = test_read_next (self);
  g_assert_null (strstr (line, "vfio"));
  g_assert_cmpuint (test_count_pinned (self), ==, 0);

  test_start (self);
  test_assert_trial (self, PT_TRIAL_STARTED, PT_TRIAL_CAUSE_NONE);
  g_assert_cmpuint (test_count_pinned (self), ==, 1);
  test_restart (self);
  test_assert_trial (self, PT_TRIAL_RUNNING, PT_TRIAL_CAUSE_NONE);
  test_assert_running (self, TRUE, TRUE);

  test_confirm (self);
  test_assert_trial (self, PT_TRIAL_CONFIRMED, PT_TRIAL_CAUSE_NONE);
  g_assert_cmpuint (test_count_pinned (self), ==, 0);
  test_restart (self);
  test_assert_running (self, TRUE, FALSE);
  test_restart (self);
  test_assert_running (self, TRUE, FALSE);

  pt_setup_fixture_undo (self);
  test_restart (self);
  test_assert_running (self, FALSE, FALSE);
}

/* Nobody answers: the one before starts again, the trial's is cleared away; then it is tried once
 * more, which takes the image with it. */
static void
test_trial_not_confirmed (PtSetupFixture *self,
                          gconstpointer   data)
{
  g_autoptr (GPtrArray) deployments = NULL;
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  test_start (self);
  test_restart (self);
  test_let_end (self);
  /* Told twice it must not swap them again. */
  test_let_end (self);
  test_restart (self);
  test_assert_running (self, FALSE, FALSE);
  test_assert_trial (self, PT_TRIAL_FAILED, PT_TRIAL_CAUSE_NOT_CONFIRMED);

  test_start (self);
  test_restart (self);
  test_assert_running (self, TRUE, TRUE);
  test_let_end (self);
  test_restart (self);
  pt_trial_cancel (self->sysroot, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (test_count_pinned (self), ==, 0);
  deployments = test_read (self);
  g_assert_cmpuint (deployments->len, ==, 1);
  pt_setup_fixture_undo (self);
  test_restart (self);
  test_assert_running (self, FALSE, FALSE);
}

/* The reset button: it starts again, and counts down again. */
static void
test_trial_reset (PtSetupFixture *self,
                  gconstpointer   data)
{
  test_prepare (self);
  test_start (self);
  test_restart (self);
  test_restart (self);
  test_assert_trial (self, PT_TRIAL_RUNNING, PT_TRIAL_CAUSE_NONE);
  test_assert_running (self, TRUE, TRUE);
  test_let_end (self);
  test_restart (self);
  test_assert_running (self, FALSE, FALSE);
  test_assert_trial (self, PT_TRIAL_FAILED, PT_TRIAL_CAUSE_NOT_CONFIRMED);
}

/* An update comes in the middle of the trial and waits for the shutdown: it would bring the trial's
 * parameters along. */
static void
test_trial_update (PtSetupFixture *self,
                   gconstpointer   data)
{
  test_prepare (self);
  test_start (self);
  test_restart (self);
  test_run (self, "kargs", "--append-if-missing=update=1", NULL);
  test_let_end (self);
  test_restart (self);
  test_assert_running (self, FALSE, FALSE);
  pt_setup_fixture_undo (self);
  g_assert_cmpuint (test_count_pinned (self), ==, 0);
}

/* Without a restart in between all of it is taken back; a pin of the user's own stays. */
static void
test_trial_undo (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autoptr (GError) error = NULL;

  test_remember (self);
  test_prepare (self);
  test_start (self);
  test_start (self);
  pt_setup_fixture_undo (self);
  test_assert_undone (self);
  pt_setup_fixture_assert_original (self);
}

static void
test_trial_own_pin (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autofree char *line = NULL;
  g_autoptr (GPtrArray) deployments = test_read (self);
  PtDeployment *booted = g_ptr_array_index (deployments, 0);
  g_autoptr (GError) error = NULL;

  pt_ostree_pin (self->sysroot, booted->id, TRUE, &error);
  g_assert_no_error (error);
  test_prepare (self);
  test_start (self);
  pt_trial_cancel (self->sysroot, &error);
  g_assert_no_error (error);
  line = test_read_next (self);
  g_assert_null (strstr (line, "vfio"));
  g_assert_null (strstr (line, "passthru"));
  pt_setup_fixture_undo (self);
  g_assert_cmpuint (test_count_pinned (self), ==, 1);
}

/* A parameter of the user's own that the trial replaces comes back. */
static void
test_trial_own_panic (PtSetupFixture *self,
                      gconstpointer   data)
{
  g_autofree char *tried = NULL;
  g_autofree char *line = NULL;

  test_run (self, "kargs", "--append-if-missing=panic=90", "--append-if-missing=rd.shell=0");
  test_restart (self);
  test_prepare (self);
  test_start (self);
  tried = test_read_next (self);
  g_assert_nonnull (strstr (tried, " panic=20"));
  g_assert_null (strstr (tried, "panic=90"));
  test_restart (self);
  test_confirm (self);
  line = test_read_next (self);
  g_assert_nonnull (strstr (line, " panic=90"));
  g_assert_nonnull (strstr (line, " rd.shell=0"));
  g_assert_nonnull (strstr (line, " " TEST_IDS));
  g_assert_null (strstr (line, "panic=20"));
  g_assert_null (strstr (line, "rd.emergency"));
}

/* The way back cannot be held, or the deployment cannot be made: nothing is left of the start. */
static void
test_trial_broken (PtSetupFixture *self,
                   gconstpointer   data)
{
  static const struct
  {
    const char *name;
    const char *script;
  } cases[] = {
    { "usr/bin/systemd-run", "#!/bin/sh\necho no room >&2\nexit 1\n" },
    { "usr/bin/rpm-ostree", "#!/bin/sh\ncase \"$*\" in *trial*) echo no room >&2; exit 1 ;; esac\n"
                            "exec \"$PASSTHRU_SYSROOT/usr/bin/ostree-real\" \"$@\"\n" },
  };

  pt_setup_fixture_add_tool (self, "rpm-ostree", "usr/bin/ostree-real");
  test_prepare (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (self->tree, cases[i].name, NULL);
      g_autofree char *working = pt_test_read (self->tree, cases[i].name);
      g_autofree char *line = NULL;
      g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, TEST_CARD);
      g_autoptr (GError) error = NULL;

      pt_test_write (self->tree, cases[i].name, cases[i].script);
      g_assert_cmpint (chmod (path, 0755), ==, 0);
      g_assert_false (pt_trial_start (plan, &error));
      g_assert_nonnull (strstr (error->message, "no room"));
      pt_test_write (self->tree, cases[i].name, working);
      g_assert_cmpint (chmod (path, 0755), ==, 0);
      line = test_read_next (self);
      g_assert_null (strstr (line, "passthru"));
      g_assert_cmpuint (test_count_pinned (self), ==, 0);
      test_assert_trial (self, PT_TRIAL_PREPARED, PT_TRIAL_CAUSE_NONE);
    }
  test_start (self);
  test_restart (self);
  test_assert_running (self, TRUE, TRUE);
}

/* rpm-ostree does not answer when the time is over: the restart comes all the same. */
static void
test_trial_stuck (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, "usr/bin/rpm-ostree", NULL);
  g_autofree char *log = NULL;

  test_prepare (self);
  test_start (self);
  test_restart (self);
  pt_test_write (self->tree, "usr/bin/rpm-ostree", "#!/bin/sh\necho no bus >&2\nexit 1\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  test_let_end (self);
  log = pt_test_read (self->tree, "dev/kmsg");
  g_assert_nonnull (strstr (log, "no bus"));
  g_assert_null (strstr (log, "previous deployment"));
  test_assert_trial (self, PT_TRIAL_RUNNING, PT_TRIAL_CAUSE_NONE);
}

static void
test_parse (PtSetupFixture *self,
            gconstpointer   data)
{
  static const char text[] = "{\"deployments\": [{\"id\": \"my-os-" TEST_CHECKSUM ".3\", "
                             "\"booted\": true, \"pinned\": true, "
                             "\"regenerate-initramfs\": true, "
                             "\"initramfs-args\": [\"-I\", \"a b\"]}, "
                             "{\"id\": \"x-" TEST_CHECKSUM ".0\", \"pinned\": \"yes\"}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) deployments = pt_ostree_parse (self->sysroot, text, &error);
  PtDeployment *first = NULL;
  PtDeployment *second = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (deployments->len, ==, 2);
  first = g_ptr_array_index (deployments, 0);
  second = g_ptr_array_index (deployments, 1);
  g_assert_cmpstr (first->folder, ==, "/ostree/deploy/my-os/deploy/" TEST_CHECKSUM ".3");
  g_assert_true (first->booted && first->pinned && first->regenerates);
  g_assert_cmpuint (g_strv_length (first->arguments), ==, 2);
  g_assert_cmpstr (first->arguments[1], ==, "a b");
  g_assert_false (second->booted || second->pinned || second->regenerates);
  g_assert_cmpuint (g_strv_length (second->arguments), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define TEST_ADD(name, func)                                                  \
  g_test_add ("/setup/ostree/" name, PtSetupFixture, NULL, test_set_up, func, \
              pt_setup_fixture_tear_down)
  TEST_ADD ("parse", test_parse);
  TEST_ADD ("apply-undo", test_apply_undo);
  TEST_ADD ("step", test_step);
  TEST_ADD ("rolled-back", test_rolled_back);
  TEST_ADD ("own-initramfs", test_own_initramfs);
  TEST_ADD ("silent", test_silent);
  TEST_ADD ("trial/kept", test_trial_kept);
  TEST_ADD ("trial/not-confirmed", test_trial_not_confirmed);
  TEST_ADD ("trial/reset", test_trial_reset);
  TEST_ADD ("trial/update", test_trial_update);
  TEST_ADD ("trial/undo", test_trial_undo);
  TEST_ADD ("trial/own-pin", test_trial_own_pin);
  TEST_ADD ("trial/own-panic", test_trial_own_panic);
  TEST_ADD ("trial/broken", test_trial_broken);
  TEST_ADD ("trial/stuck", test_trial_stuck);

  return g_test_run ();
}
