/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-program"

#include "config.h"

#include <string.h>

#include "program-fixture.h"
#include "pt-host-file.h"
#include "pt-test.h"

/* DESIGN section 11 as a contract: the real program, its exit status and its JSON. */


static void
assert_members (JsonObject        *object,
                const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_test_message ("member “%s”", names[i]);
      g_assert_true (json_object_has_member (object, names[i]));
    }
}


/* --- The check of the sample --- */

static void
test_check_host (void)
{
  const char *const names[] = {
    "cpu_vendor", "iommu", "firmware", "secure_boot", "board_vendor", "board_name", "bios_version",
    "kernel", "distribution", "boot_loader", "initramfs", "trial_boot", NULL
  };
  g_autoptr (JsonNode) node = PROGRAM_JSON ("--check", "--json", "--rehearse");
  JsonObject *root = json_node_get_object (node);
  JsonObject *host = json_object_get_object_member (root, "host");

  g_assert_cmpint (json_object_get_int_member (root, "format"), ==, 1);
  assert_members (host, names);
  g_assert_cmpstr (json_object_get_string_member (host, "cpu_vendor"), ==, "amd");
  g_assert_cmpstr (json_object_get_string_member (host, "iommu"), ==, "active");
  g_assert_cmpstr (json_object_get_string_member (host, "distribution"), ==, "debian");
  g_assert_cmpstr (json_object_get_string_member (host, "boot_loader"), ==, "grub");
  g_assert_cmpstr (json_object_get_string_member (host, "initramfs"), ==, "initramfs-tools");
  g_assert_nonnull (strstr (json_object_get_string_member (host, "board_name"), "X570"));
  g_assert_nonnull (strstr (json_object_get_string_member (host, "bios_version"), "AA"));
}


static void
test_check_checks (void)
{
  const char *const ids[] = {
    "cpu-virtualization", "kvm-usable", "iommu-active", "two-gpus", "guest-gpu-isolated",
    "id-collision", "boot-framebuffer", "firmware-uefi", "boot-loader", "initramfs",
    "vfio-available", "memory", "libvirt", "storage"
  };
  const char *const names[] = { "id", "status", "evidence", "fix", NULL };
  const char *const statuses[] = { "pass", "warn", "fail", "unknown", NULL };
  g_autoptr (JsonNode) node = PROGRAM_JSON ("--check", "--json", "--rehearse");
  JsonArray *checks = json_object_get_array_member (json_node_get_object (node), "checks");

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      JsonObject *check = program_find (checks, "id", ids[i]);

      assert_members (check, names);
      g_assert_true (g_strv_contains (statuses, json_object_get_string_member (check, "status")));
    }
  g_assert_cmpstr (json_object_get_string_member (program_find (checks, "id", "iommu-active"),
                                                  "status"),
                   ==, "pass");
}


static JsonArray *
find_group (JsonObject *root,
            int         number)
{
  JsonArray *groups = json_object_get_array_member (root, "groups");

  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);

      if (json_object_get_int_member (group, "group") == number)
        return json_object_get_array_member (group, "devices");
    }
  g_test_message ("no group %d", number);
  g_assert_not_reached ();
  return NULL;
}


/* The devices DESIGN section 4 names, in the groups it names. */
static void
test_check_groups (void)
{
  const struct
  {
    int         group;
    const char *address, *id, *kind;
  } rows[] = {
    { 23, "0000:23:00.0", "144d:a808", "nvme" },
    { 28, "0000:2f:00.0", "1002:73df", "gpu" },
    { 29, "0000:2f:00.1", "1002:ab28", "audio" },
    { 32, "0000:32:00.0", "1002:73ff", "gpu" },
    { 33, "0000:32:00.1", "1002:ab28", "audio" },
    { 36, "0000:34:00.3", "1022:149c", "usb" },
  };
  const char *const names[] = {
    "address", "id", "subsystem", "class", "name", "driver", "kind", "boot_vga", "in_use", NULL
  };
  g_autoptr (JsonNode) node = PROGRAM_JSON ("--check", "--json", "--rehearse");
  JsonObject *root = json_node_get_object (node);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      JsonArray  *devices = find_group (root, rows[i].group);
      JsonObject *device = program_find (devices, "address", rows[i].address);

      g_assert_cmpuint (json_array_get_length (devices), ==, 1);
      assert_members (device, names);
      g_assert_cmpstr (json_object_get_string_member (device, "id"), ==, rows[i].id);
      g_assert_cmpstr (json_object_get_string_member (device, "kind"), ==, rows[i].kind);
    }
  g_assert_true (json_object_has_member (root, "ungrouped"));
}


static void
test_check_gpus (void)
{
  g_autoptr (JsonNode) node = PROGRAM_JSON ("--check", "--json", "--rehearse");
  JsonArray  *gpus = json_object_get_array_member (json_node_get_object (node), "gpus");
  JsonObject *guest = program_find (gpus, "address", "0000:2f:00.0");
  JsonArray  *groups = json_object_get_array_member (guest, "groups");
  JsonArray  *functions = json_object_get_array_member (guest, "functions");
  JsonArray  *blockers = json_object_get_array_member (guest, "blockers");

  g_assert_cmpuint (json_array_get_length (gpus), ==, 2);
  g_assert_true (json_object_get_boolean_member (guest, "suitable"));
  g_assert_cmpuint (json_array_get_length (blockers), ==, 0);
  g_assert_cmpint (json_array_get_int_element (groups, 0), ==, 28);
  g_assert_cmpint (json_array_get_int_element (groups, 1), ==, 29);
  g_assert_cmpstr (json_array_get_string_element (functions, 0), ==, "0000:2f:00.0");
  g_assert_cmpstr (json_array_get_string_element (functions, 1), ==, "0000:2f:00.1");
}


static void
test_check_text (void)
{
  g_autoptr (ProgramRun) run = PROGRAM_RUN ("--check", "--rehearse");

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (run->errors, ==, "");
  g_assert_nonnull (strstr (run->output, "IOMMU"));
  g_assert_nonnull (strstr (run->output, "2f:00.0"));
  g_assert_true (g_str_has_suffix (run->output, "\n"));
}


/* --- The plan of the sample --- */

static gboolean
has_string (JsonArray  *array,
            const char *text)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (g_strcmp0 (json_array_get_string_element (array, i), text) == 0)
      return TRUE;
  return FALSE;
}


static void
test_plan (void)
{
  const char *const names[] = {
    "format", "devices", "refused", "parameters", "steps", "trial", NULL
  };
  g_autoptr (JsonNode) node = PROGRAM_JSON ("--plan=0000:2f:00.0", "--json", "--rehearse");
  JsonObject *root = json_node_get_object (node);
  JsonArray  *devices = json_object_get_array_member (root, "devices");
  JsonObject *parameters = json_object_get_object_member (root, "parameters");
  JsonArray  *add = json_object_get_array_member (parameters, "add");
  JsonObject *card = program_find (devices, "address", "0000:2f:00.0");
  JsonObject *audio = program_find (devices, "address", "0000:2f:00.1");

  assert_members (root, names);
  g_assert_cmpuint (json_array_get_length (devices), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (card, "grade"), ==, "id");
  g_assert_cmpstr (json_object_get_string_member (audio, "grade"), ==, "address");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "refused")), ==, 0);
  g_assert_true (has_string (add, "vfio-pci.ids=1002:73df"));
  g_assert_true (has_string (add, "passthru.bind=0000:2f:00.1=1002:ab28"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "steps")), >, 0);
}


static void
test_plan_steps (void)
{
  const char *const names[] = { "id", "title", "file", "diff", "command", NULL };
  g_autoptr (JsonNode) node = PROGRAM_JSON ("--plan=2f:00.0", "--json", "--rehearse");
  JsonObject *root = json_node_get_object (node);
  JsonArray  *steps = json_object_get_array_member (root, "steps");

  for (guint i = 0; i < json_array_get_length (steps); i++)
    {
      JsonObject *step = json_array_get_object_element (steps, i);

      assert_members (step, names);
      g_assert_true (json_object_get_null_member (step, "file") !=
                     json_object_get_null_member (step, "command"));
    }
}


/* The card that shows the desktop: a refusal is content, and the exit status says “done”. */
static void
test_plan_refused (void)
{
  g_autoptr (JsonNode) node = PROGRAM_JSON ("--plan=32:00.0", "--json", "--rehearse");
  JsonObject *root = json_node_get_object (node);

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "refused")), >, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "steps")), ==, 0);
}


static void
test_plan_text (void)
{
  g_autoptr (ProgramRun) run = PROGRAM_RUN ("--plan=2f:00.0", "--rehearse");

  g_assert_cmpint (run->status, ==, 0);
  g_assert_nonnull (strstr (run->output, "vfio-pci.ids=1002:73df"));
}


/* --- Recordings --- */

static void
test_record (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *file = g_build_filename (folder, "again.host", NULL);
  g_autofree char *option = g_strconcat ("--record=", file, NULL);
  g_autofree char *sysroot = g_strconcat ("--sysroot=", file, NULL);
  g_autofree char *written = NULL;
  g_autoptr (ProgramRun) run = PROGRAM_RUN (option, "--rehearse");
  g_autoptr (ProgramRun) printed = PROGRAM_RUN ("--record=-", "--rehearse");
  g_autoptr (JsonNode) before = PROGRAM_JSON ("--check", "--json", "--rehearse");
  g_autoptr (JsonNode) after = NULL;

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (run->output, ==, "");
  g_assert_cmpstr (run->errors, ==, "");
  written = pt_test_read (folder, "again.host");
  g_assert_cmpstr (written, ==, printed->output);
  after = PROGRAM_JSON ("--check", "--json", sysroot);
  g_assert_true (json_node_equal (before, after));
}


/* A tree gives what its recording gives. */
static void
test_tree (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  const char      *sample = g_getenv ("PASSTHRU_SAMPLE");
  g_autofree char *sysroot = g_strconcat ("--sysroot=", folder, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) recording = PROGRAM_JSON ("--check", "--json", "--rehearse");
  g_autoptr (JsonNode) tree = NULL;

  pt_host_file_expand (sample, folder, NULL, &error);
  g_assert_no_error (error);
  tree = PROGRAM_JSON ("--check", "--json", sysroot);
  g_assert_true (json_node_equal (recording, tree));
}


/* Every recording there is can be checked. */
static void
test_hosts (void)
{
  g_autofree char *hosts = g_test_build_filename (G_TEST_DIST, "hosts", NULL);
  g_autoptr (GDir) folder = g_dir_open (hosts, 0, NULL);
  const char *name = NULL;
  guint       seen = 0;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *sysroot = g_strdup_printf ("--sysroot=%s/%s", hosts, name);
      g_autoptr (JsonNode) node = NULL;

      if (!g_str_has_suffix (name, ".host"))
        continue;
      g_test_message ("%s", name);
      node = PROGRAM_JSON ("--check", "--json", sysroot);
      g_assert_true (json_object_has_member (json_node_get_object (node), "gpus"));
      seen++;
    }
  if (seen == 0)
    g_test_skip ("there are no recordings but the sample");
}


/* --- What cannot be done --- */

static void
assert_fails (const char *const *arguments,
              const char        *words)
{
  g_autoptr (ProgramRun) run = program_run (arguments);

  g_test_message ("%s: %s", arguments[0], run->errors);
  g_assert_cmpint (run->status, ==, 1);
  g_assert_cmpstr (run->output, ==, "");
  g_assert_true (g_str_has_prefix (run->errors, "passthru: "));
  g_assert_nonnull (strstr (run->errors, words));
}


#define ASSERT_FAILS(words, ...) assert_fails ((const char *const[]){ __VA_ARGS__, NULL }, words)

static void
test_failures (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *nowhere = g_strconcat ("--record=", folder, "/no/where", NULL);
  g_autofree char *broken = g_strconcat ("--sysroot=", folder, "/broken.host", NULL);
  g_autofree char *empty = g_strconcat ("--sysroot=", folder, "/empty", NULL);
  g_autofree char *missing = g_strconcat ("--sysroot=", folder, "/missing", NULL);

  pt_test_write (folder, "broken.host", "F: ../outside\n|x\n");
  pt_test_write (folder, "empty/file", "");
  ASSERT_FAILS ("missing", "--check", missing);
  ASSERT_FAILS ("broken.host", "--check", broken);
  ASSERT_FAILS ("empty", "--check", empty);
  ASSERT_FAILS ("no/where", nowhere, "--rehearse");
  ASSERT_FAILS ("zz", "--plan=zz", "--rehearse");
  ASSERT_FAILS ("77:00.0", "--plan=77:00.0", "--rehearse");
  ASSERT_FAILS ("--help", "--nonsense");
  ASSERT_FAILS ("display", "--rehearse");
  ASSERT_FAILS ("display", "--launch=Windows");
}


static void
test_informs (void)
{
  g_autoptr (ProgramRun) version = PROGRAM_RUN ("--version");
  g_autoptr (ProgramRun) help = PROGRAM_RUN ("--help");

  g_assert_cmpint (version->status, ==, 0);
  g_assert_cmpstr (version->output, ==, "passthru " PT_VERSION "\n");
  g_assert_cmpint (help->status, ==, 0);
  g_assert_nonnull (strstr (help->output, "--tour=FOLDER"));
}


/* Whatever this computer is: a report, or a reason. */
static void
test_this_computer (void)
{
  g_autoptr (ProgramRun) run = PROGRAM_RUN ("--check");

  g_assert_true (run->status == 0 ? *run->output != '\0'
                                  : g_str_has_prefix (run->errors, "passthru: "));
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/program/check/host", test_check_host);
  g_test_add_func ("/app/program/check/checks", test_check_checks);
  g_test_add_func ("/app/program/check/groups", test_check_groups);
  g_test_add_func ("/app/program/check/gpus", test_check_gpus);
  g_test_add_func ("/app/program/check/text", test_check_text);
  g_test_add_func ("/app/program/plan/json", test_plan);
  g_test_add_func ("/app/program/plan/steps", test_plan_steps);
  g_test_add_func ("/app/program/plan/refused", test_plan_refused);
  g_test_add_func ("/app/program/plan/text", test_plan_text);
  g_test_add_func ("/app/program/record", test_record);
  g_test_add_func ("/app/program/tree", test_tree);
  g_test_add_func ("/app/program/hosts", test_hosts);
  g_test_add_func ("/app/program/failures", test_failures);
  g_test_add_func ("/app/program/informs", test_informs);
  g_test_add_func ("/app/program/this-computer", test_this_computer);
  return g_test_run ();
}
