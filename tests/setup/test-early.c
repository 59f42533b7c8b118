/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-early"

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "pt-data.h"
#include "setup-fixture.h"

/* What goes into the initramfs, run by the shells it meets there. */

#define TEST_OVERRIDE "sys/bus/pci/devices/%s/driver_override"

static char *
test_script (void)
{
  char *path = pt_data_find ("early/initramfs-script");

  g_assert_nonnull (path);
  return path;
}

/* The shell in an initramfs is dash, klibc's relative of it, or busybox. */
static void
test_run_script (PtSetupFixture    *self,
                 const char        *command_line,
                 const char *const *shell)
{
  g_autofree char *script = test_script ();
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  pt_test_write (self->tree, "proc/cmdline", command_line);
  pt_test_write (self->tree, "dev/kmsg", "");
  for (gsize i = 0; shell[i] != NULL; i++)
    g_ptr_array_add (argv, (char *)shell[i]);
  g_ptr_array_add (argv, script);
  g_ptr_array_add (argv, (char *)"--root");
  g_ptr_array_add (argv, self->tree);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *)argv->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                               &error);
  g_assert_no_error (error);
  {
    g_autofree char *output = NULL;

    g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL));
    g_assert_cmpstr (output, ==, "");
  }
  g_assert_true (g_subprocess_get_successful (process));
}

static void
test_assert_override (PtSetupFixture *self,
                      const char     *address,
                      const char     *expected)
{
  g_autofree char *name = g_strdup_printf (TEST_OVERRIDE, address);
  g_autofree char *text = pt_test_read (self->tree, name);

  g_assert_cmpstr (g_strstrip (text), ==, expected);
}

static void
test_assert_log (PtSetupFixture *self,
                 const char     *expected)
{
  g_autofree char *log = pt_test_read (self->tree, "dev/kmsg");

  g_assert_cmpstr (log, ==, expected);
}

static const char *const test_dash[] = { "/bin/sh", NULL };

/* Without a word for it on the command line it touches nothing at all. */
static void
test_inert (PtSetupFixture *self,
            gconstpointer   data)
{
  static const char *const lines[] = { "", "quiet splash\n",
                                       "passthru=1 xpassthru.bind=0000:2f:00.1=1002:ab28\n",
                                       "passthru.bind\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      pt_test_write (self->tree, "proc/cmdline", lines[i]);
      pt_test_write (self->tree, "dev/kmsg", "");
      pt_setup_fixture_remember (self);
      test_run_script (self, lines[i], test_dash);
      pt_setup_fixture_assert_original (self);
    }
}

static void
test_bind (PtSetupFixture *self,
           gconstpointer   data)
{
  test_run_script (self, "BOOT_IMAGE=/x quiet "
                         "passthru.bind=0000:2f:00.1=1002:ab28,0000:23:00.0=144d:a808 splash\n",
                   test_dash);
  test_assert_override (self, "0000:2f:00.1", "vfio-pci");
  test_assert_override (self, "0000:23:00.0", "vfio-pci");
  test_assert_override (self, "0000:32:00.1", "(null)");
  test_assert_override (self, "0000:2f:00.0", "(null)");
  test_assert_log (self, "<5>passthru: 0000:2f:00.1 goes to vfio-pci\n"
                         "<5>passthru: 0000:23:00.0 goes to vfio-pci\n");
}

/* Where a built-in driver has it already the kernel does not hand it over by its id. */
static void
test_taken_by_id (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, NULL);
  PtAddress        controller = { .bus = 0x34, .function = 3 };
  PtDevice        *device = pt_host_find_device (host, &controller);
  const char      *subsystem = pt_device_get_subsystem (device);
  g_autofree char *exact = g_strdup_printf ("vfio-pci.ids=10de:1,1022:149c:%s\n", subsystem);

  g_assert_nonnull (pt_device_get_driver (device));
  test_run_script (self, "vfio-pci.ids=1022:149c:ffff:ffff vfio-pci.ids=10de:1\n", test_dash);
  test_assert_override (self, "0000:34:00.3", "(null)");
  test_run_script (self, "vfio-pci.ids=10de:1,1022:149c vfio-pci.ids=10de:1\n", test_dash);
  test_assert_override (self, "0000:34:00.3", "(null)");

  test_run_script (self, exact, test_dash);
  test_assert_override (self, "0000:34:00.3", "vfio-pci");
  test_assert_override (self, "0000:2f:00.0", "(null)");
  test_assert_log (self, "<5>passthru: 0000:34:00.3 goes to vfio-pci\n");
  test_run_script (self, "quiet vfio-pci.ids=1002:73df\n", test_dash);
  test_assert_override (self, "0000:2f:00.0", "vfio-pci");
}

static void
test_busybox (PtSetupFixture *self,
              gconstpointer   data)
{
  static const char *const shell[] = { "busybox", "sh", NULL };
  g_autofree char         *program = g_find_program_in_path ("busybox");

  if (program == NULL)
    {
      g_test_skip ("there is no busybox");
      return;
    }
  test_run_script (self, "passthru.bind=0000:2f:00.1=1002:ab28\n", shell);
  test_assert_override (self, "0000:2f:00.1", "vfio-pci");
}

/* Whoever sits there now is not who was chosen. */
static void
test_refuses (PtSetupFixture *self,
              gconstpointer   data)
{
  static const struct
  {
    const char *line;
    const char *log;
  } cases[] = {
    { "passthru.bind=0000:2f:00.1=1002:ab29\n",
      "<4>passthru: 0000:2f:00.1 holds 1002:ab28, not 1002:ab29: left alone\n" },
    { "passthru.bind=0000:2f:00.1=ab28\n",
      "<4>passthru: 0000:2f:00.1 holds 1002:ab28, not ab28: left alone\n" },
    { "passthru.bind=0000:2f:00.1\n",
      "<4>passthru: 0000:2f:00.1 holds 1002:ab28, not 0000:2f:00.1: left alone\n" },
    { "passthru.bind=0000:7f:00.0=1002:ab28\n",
      "<4>passthru: 0000:7f:00.0 is empty, expected 1002:ab28\n" },
    { "passthru.bind=../../../../etc=1002:ab28\n",
      "<4>passthru: \"../../../../etc=1002:ab28\" is not an address with a device\n" },
    { "passthru.bind=*=1002:ab28\n",
      "<4>passthru: \"*=1002:ab28\" is not an address with a device\n" },
    { "passthru.bind=$(touch${IFS}x)=1\n",
      "<4>passthru: \"$(touch${IFS}x)=1\" is not an address with a device\n" },
    { "passthru.bind=,,\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      test_run_script (self, cases[i].line, test_dash);
      test_assert_log (self, cases[i].log);
      test_assert_override (self, "0000:2f:00.1", "(null)");
    }
}

/* The kernel hands unknown parameters to init as variables: none of them may move
 * the script's root. */
static void
test_environment (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autofree char *script = test_script ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (script, &text, NULL, &error);
  g_assert_no_error (error);
  /* It is set before it is read, whatever the environment says, and by nothing but the argument. */
  g_assert_nonnull (strstr (text, "\nroot=\n"));
  g_assert_null (strstr (text, "${root:-"));
  g_assert_null (strstr (text, "$PASSTHRU"));
}

static void
test_prerequisites (void)
{
  static const char *const names[] = { "early/initramfs-script", "early/initramfs-hook" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = pt_data_find (names[i]);
      g_autofree char *output = NULL;
      g_autoptr (GSubprocess) check = NULL;
      g_autoptr (GSubprocess) process = NULL;

      g_assert_nonnull (path);
      check = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "/bin/sh", "-n", path, NULL);
      g_assert_true (g_subprocess_wait_check (check, NULL, NULL));
      process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "/bin/sh", path, "prereqs",
                                  NULL);
      g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL));
      g_assert_true (g_subprocess_get_successful (process));
      g_assert_cmpstr (g_strstrip (output), ==, "");
    }
}

/* With systemd the unit says the order: before everything that loads a driver, and not at all in
 * the running system. */
static void
test_unit (void)
{
  static const char *const later[] = { "sysinit.target", "systemd-udevd.service",
                                       "systemd-udev-trigger.service",
                                       "systemd-modules-load.service", "dracut-pre-udev.service" };
  g_autofree char         *path = pt_data_find ("early/early.service");
  g_autofree char         *text = NULL;
  g_autoptr (GString) before = g_string_new (" ");
  g_auto (GStrv) lines = NULL;

  g_assert_nonnull (path);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "Before="))
      g_string_append_printf (before, "%s ", lines[i] + strlen ("Before="));
  for (gsize i = 0; i < G_N_ELEMENTS (later); i++)
    {
      g_autofree char *word = g_strdup_printf (" %s ", later[i]);

      g_assert_nonnull (strstr (before->str, word));
    }
  g_assert_nonnull (strstr (text, "\nDefaultDependencies=no\n"));
  g_assert_nonnull (strstr (text, "\nConditionPathExists=/etc/initrd-release\n"));
  g_assert_nonnull (strstr (text, "\nExecStart=-/etc/passthru/early\n"));
  g_assert_null (strstr (text, "[Install]"));
}

/* mkinitcpio sources its hooks; an early one is called by this name. */
static void
test_early_hook (void)
{
  g_autofree char *path = pt_data_find ("early/mkinitcpio-hook");
  g_autofree char *command = g_strdup_printf (". '%s' && type run_earlyhook && ! type run_hook",
                                              path);
  g_autoptr (GSubprocess) process = NULL;

  g_assert_nonnull (path);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              NULL, "/bin/sh", "-c", command, NULL);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

static void
test_shellcheck (void)
{
  static const char *const names[] = { "early/initramfs-script", "early/initramfs-hook",
                                       "early/mkinitcpio-hook" };
  g_autofree char         *program = g_find_program_in_path ("shellcheck");

  if (program == NULL)
    {
      g_test_skip ("there is no shellcheck");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = pt_data_find (names[i]);
      g_autoptr (GSubprocess) process = NULL;

      /* 1091: the hook's functions are part of initramfs-tools. */
      process =
        g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, program, "-s", "dash", "-e", "SC1091",
                          path, NULL);
      g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
    }
}

/* initramfs-tools' own ordering, from its own code, over the scripts it ships and ours: before
 * udev, or the drivers of the host are there first. */
static void
test_order (void)
{
  static const char functions[] = "/usr/share/initramfs-tools/hook-functions";
  static const char shipped[] = "/usr/share/initramfs-tools/scripts/init-top";
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *ours = test_script ();
  g_autofree char *text = NULL;
  g_autofree char *order = NULL;
  g_autoptr (GDir) dir = g_dir_open (shipped, 0, NULL);
  g_autoptr (GSubprocess) process = NULL;
  const char *name = NULL;
  const char *place = NULL;

  if (!g_file_test (functions, G_FILE_TEST_EXISTS) || dir == NULL ||
      !g_file_test ("/usr/share/initramfs-tools/scripts/init-top/udev", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("there is no initramfs-tools with udev's script");
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *script = pt_test_read (shipped, name);
      g_autofree char *copy = g_build_filename ("scripts/init-top", name, NULL);

      pt_test_write (folder, copy, script);
    }
  g_file_get_contents (ours, &text, NULL, NULL);
  /* The image's copy, and the one it was copied from. */
  pt_test_write (folder, "scripts/init-top/passthru", text);
  pt_test_write (folder, "conf/scripts/init-top/passthru", text);
  pt_test_write (folder, "run",
                 "chmod 0755 \"$1\"/scripts/init-top/* \"$1\"/conf/scripts/init-top/*\n"
                 "CONFDIR=$1/conf\n"
                 ". /usr/share/initramfs-tools/scripts/functions\n"
                 ". /usr/share/initramfs-tools/hook-functions\n"
                 "cache_run_scripts \"$1\" /scripts/init-top\n");
  {
    g_autofree char *run = g_build_filename (folder, "run", NULL);

    process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "/bin/sh", run, folder, NULL);
    g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  }
  order = pt_test_read (folder, "scripts/init-top/ORDER");
  g_test_message ("%s", order);
  place = strstr (order, "/scripts/init-top/passthru \"$@\"");
  g_assert_nonnull (place);
  g_assert_nonnull (strstr (place, "/scripts/init-top/udev "));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define TEST_ADD(name, func)                                                             \
  g_test_add ("/setup/early/" name, PtSetupFixture, NULL, pt_setup_fixture_set_up, func, \
              pt_setup_fixture_tear_down)
  TEST_ADD ("inert", test_inert);
  TEST_ADD ("bind", test_bind);
  TEST_ADD ("taken-by-id", test_taken_by_id);
  TEST_ADD ("busybox", test_busybox);
  TEST_ADD ("refuses", test_refuses);
  TEST_ADD ("environment", test_environment);
  g_test_add_func ("/setup/early/prerequisites", test_prerequisites);
  g_test_add_func ("/setup/early/unit", test_unit);
  g_test_add_func ("/setup/early/early-hook", test_early_hook);
  g_test_add_func ("/setup/early/shellcheck", test_shellcheck);
  g_test_add_func ("/setup/early/order", test_order);

  return g_test_run ();
}
