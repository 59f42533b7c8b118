/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-plan"

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pt-data.h"
#include "pt-host-file.h"
#include "pt-own-ids.h"
#include "setup-fixture.h"

static JsonObject *
test_json (PtPlan    *plan,
           JsonNode **node)
{
  *node = pt_plan_to_json (plan);
  return json_node_get_object (*node);
}

static void
test_assert_additions (PtPlan            *plan,
                       const char *const *expected)
{
  g_autofree char *found = g_strjoinv ("\n", (char **)pt_plan_get_additions (plan));
  g_autofree char *wanted = g_strjoinv ("\n", (char **)expected);

  g_assert_cmpstr (found, ==, wanted);
}

static PtStep *
test_find_step (PtPlan     *plan,
                const char *id)
{
  GPtrArray *steps = pt_plan_get_steps (plan);

  for (guint i = 0; i < steps->len; i++)
    if (g_str_equal (pt_step_get_id (g_ptr_array_index (steps, i)), id))
      return g_ptr_array_index (steps, i);
  return NULL;
}

static gboolean
test_is_refused (PtPlan         *plan,
                 PtBlockerReason reason)
{
  GPtrArray *refusals = pt_plan_get_refusals (plan);

  for (guint i = 0; i < refusals->len; i++)
    if (((PtPlanRefusal *)g_ptr_array_index (refusals, i))->reason == reason)
      return TRUE;
  return FALSE;
}

static void
test_assert_refused (PtPlan         *plan,
                     PtBlockerReason reason)
{
  g_assert_true (test_is_refused (plan, reason));
  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_cmpuint (pt_plan_get_steps (plan)->len, ==, 0);
  g_assert_null (pt_plan_get_additions (plan)[0]);
}

/* The article's own case. */
static void
test_sample (PtSetupFixture *self,
             gconstpointer   data)
{
  static const char *const additions[] = { "vfio-pci.ids=1002:73df",
                                           "passthru.bind=0000:2f:00.1=1002:ab28",
                                           NULL };
  static const char *const ids[] = { "initramfs-hook", "early-script", "initramfs",
                                     "boot-parameters",
                                     "update-boot-loader" };
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  GPtrArray    *devices = pt_plan_get_devices (plan);
  GPtrArray    *steps = pt_plan_get_steps (plan);
  PtPlanDevice *first = g_ptr_array_index (devices, 0);
  PtPlanDevice *second = g_ptr_array_index (devices, 1);

  g_assert_true (pt_plan_is_applicable (plan));
  g_assert_cmpuint (devices->len, ==, 2);
  g_assert_cmpstr (pt_device_get_address_string (first->device), ==, "0000:2f:00.0");
  g_assert_cmpint (first->grade, ==, PT_GRADE_ID);
  g_assert_cmpstr (pt_device_get_address_string (second->device), ==, "0000:2f:00.1");
  g_assert_cmpint (second->grade, ==, PT_GRADE_ADDRESS);
  test_assert_additions (plan, additions);
  g_assert_cmpuint (pt_plan_get_changes (plan)->len, ==, 0);
  g_assert_cmpuint (steps->len, ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < steps->len; i++)
    g_assert_cmpstr (pt_step_get_id (g_ptr_array_index (steps, i)), ==, ids[i]);
  /* Nothing was touched. */
  pt_setup_fixture_assert_original (self);
}

/* DESIGN §11. */
static void
test_sample_json (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *json = test_json (plan, &node);
  JsonArray  *devices = json_object_get_array_member (json, "devices");
  JsonObject *device = json_array_get_object_element (devices, 1);
  JsonObject *parameters = json_object_get_object_member (json, "parameters");
  JsonArray  *steps = json_object_get_array_member (json, "steps");
  JsonObject *file = json_array_get_object_element (steps, 3);
  JsonObject *command = json_array_get_object_element (steps, 4);
  JsonObject *trial = json_object_get_object_member (json, "trial");

  g_assert_cmpint (json_object_get_int_member (json, "format"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (device, "address"), ==, "0000:2f:00.1");
  g_assert_cmpstr (json_object_get_string_member (device, "id"), ==, "1002:ab28");
  g_assert_cmpstr (json_object_get_string_member (device, "grade"), ==, "address");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json, "refused")), ==, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (parameters, "add")), ==,
                    2);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (parameters, "change")), ==,
                    0);
  g_assert_cmpstr (json_object_get_string_member (file, "file"), ==,
                   "/etc/default/grub.d/60-passthru.cfg");
  g_assert_true (json_object_get_null_member (file, "command"));
  g_assert_true (g_str_has_prefix (json_object_get_string_member (file, "diff"),
                                   "--- /dev/null\n"));
  g_assert_true (json_object_get_null_member (command, "file"));
  g_assert_true (json_object_get_null_member (command, "diff"));
  g_assert_cmpstr (
    json_array_get_string_element (json_object_get_array_member (command, "command"), 0), ==,
    "update-grub");
  g_assert_true (json_object_has_member (trial, "possible"));
  g_assert_true (json_object_has_member (trial, "via"));
  g_assert_true (json_object_has_member (trial, "reason"));
}

/* Either function of the card stands for both. */
static void
test_other_function (PtSetupFixture *self,
                     gconstpointer   data)
{
  g_autoptr (PtPlan) first = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (PtPlan) second = pt_setup_fixture_plan (self, "2f:00.1");

  g_assert_cmpstr (pt_plan_get_digest (first), ==, pt_plan_get_digest (second));
}

static void
test_digest (PtSetupFixture *self,
             gconstpointer   data)
{
  g_autoptr (PtPlan) first = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (PtPlan) again = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (PtPlan) more = pt_setup_fixture_plan (self, PT_TEST_CARD ",23:00.0");
  g_autoptr (PtPlan) other = NULL;

  g_assert_cmpuint (strlen (pt_plan_get_digest (first)), ==, 64);
  g_assert_cmpstr (pt_plan_get_digest (first), ==, pt_plan_get_digest (again));
  g_assert_cmpstr (pt_plan_get_digest (first), !=, pt_plan_get_digest (more));
  pt_test_write (self->tree, "etc/default/grub.d/60-passthru.cfg", "# something\n");
  other = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpstr (pt_plan_get_digest (first), !=, pt_plan_get_digest (other));
}

/* Disks and USB controllers change hands when the machine starts: the boot is
 * not changed for them. */
static void
test_run_time_devices (PtSetupFixture *self,
                       gconstpointer   data)
{
  g_autoptr (PtPlan) card = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (PtPlan) all = pt_setup_fixture_plan (self, PT_TEST_CARD ",23:00.0,34:00.3");
  g_autoptr (PtPlan) alone = pt_setup_fixture_plan (self, "23:00.0");
  PtPlanDevice *disk = g_ptr_array_index (pt_plan_get_devices (all), 0);

  g_assert_cmpuint (pt_plan_get_devices (all)->len, ==, 4);
  g_assert_cmpint (pt_device_get_kind (disk->device), ==, PT_DEVICE_NVME);
  g_assert_false (disk->at_boot);
  test_assert_additions (all, pt_plan_get_additions (card));
  g_assert_true (pt_plan_is_applicable (all));
  g_assert_cmpuint (pt_plan_get_refusals (alone)->len, ==, 0);
  g_assert_false (pt_plan_is_applicable (alone));
}

static void
test_unknown_address (PtSetupFixture *self,
                      gconstpointer   data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, NULL);
  g_autoptr (PtIntent) intent = pt_intent_new_from_string ("ff:1f.7", NULL);

  g_assert_null (pt_plan_new (host, intent, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
}

static void
test_host_display (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, "32:00.0");

  test_assert_refused (plan, PT_BLOCKER_HOST_DISPLAY);
}

/* With a monitor on each, either card may go, but never both. */
static void
test_all_cards (PtSetupFixture *self,
                gconstpointer   data)
{
  g_autoptr (PtPlan) one = pt_setup_fixture_plan (self, "32:00.0");
  g_autoptr (PtPlan) other = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (PtPlan) both = pt_setup_fixture_plan (self, PT_TEST_CARD ",32:00.0");

  g_assert_true (pt_plan_is_applicable (one));
  g_assert_true (pt_plan_is_applicable (other));
  test_assert_refused (both, PT_BLOCKER_ONLY_GPU);
}

/* The disk the host lives on, and what holds the board together. */
static void
test_in_use (PtSetupFixture *self,
             gconstpointer   data)
{
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, NULL);
  GPtrArray *devices = pt_host_get_devices (host);
  guint      disks = 0;
  guint      bridges = 0;

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice    *device = g_ptr_array_index (devices, i);
      PtDeviceKind kind = pt_device_get_kind (device);
      gboolean     disk = kind == PT_DEVICE_NVME && pt_device_get_in_use (device)[0] != NULL;
      gboolean     bridge =
        kind == PT_DEVICE_BRIDGE || kind == PT_DEVICE_HOST_BRIDGE || kind == PT_DEVICE_ISA;
      g_autoptr (PtPlan) plan = NULL;
      g_autofree char *text = NULL;
      g_autofree char *both = g_strconcat (PT_TEST_CARD ",", pt_device_get_address_string (device),
                                           NULL);

      if (!disk && !bridge)
        continue;
      plan = pt_setup_fixture_plan (self, both);
      test_assert_refused (plan, PT_BLOCKER_IN_USE);
      text = pt_plan_to_text (plan);
      g_assert_null (strstr (text, "()"));
      disks += disk;
      bridges += bridge;
    }
  g_assert_cmpuint (disks, >, 0);
  g_assert_cmpuint (bridges, >, 2);
}

/* A pool names no drives: whichever it is on, no drive may be called free then. */
static void
test_unknown_drives (PtSetupFixture *self,
                     gconstpointer   data)
{
  g_autofree char *mounts = pt_test_read (self->tree, "proc/self/mountinfo");
  g_autofree char *more = g_strconcat (mounts, "99 1 0:99 / /tank rw - zfs tank rw\n", NULL);
  g_autoptr (PtPlan) before = pt_setup_fixture_plan (self, "23:00.0");
  g_autoptr (PtPlan) disk = NULL;
  g_autoptr (PtPlan) card = NULL;

  g_assert_cmpuint (pt_plan_get_refusals (before)->len, ==, 0);
  pt_test_write (self->tree, "proc/self/mountinfo", more);
  disk = pt_setup_fixture_plan (self, "23:00.0");
  card = pt_setup_fixture_plan (self, PT_TEST_CARD);
  test_assert_refused (disk, PT_BLOCKER_IN_USE);
  g_assert_true (pt_plan_is_applicable (card));
}

static const char test_own_ids[] =
  "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT='quiet vfio_pci.ids=10de:1234 splash' # mine\n"
  "GRUB_CMDLINE_LINUX=\"\"\n";

static void
test_merge (PtSetupFixture *self,
            gconstpointer   data)
{
  static const char *const additions[] = { "passthru.bind=0000:2f:00.1=1002:ab28", NULL };
  g_autoptr (PtPlan) plan = NULL;
  PtPlanChange *change = NULL;
  PtStep       *step = NULL;

  pt_test_write (self->tree, "etc/default/grub", test_own_ids);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  test_assert_additions (plan, additions);
  g_assert_cmpuint (pt_plan_get_changes (plan)->len, ==, 1);
  change = g_ptr_array_index (pt_plan_get_changes (plan), 0);
  g_assert_cmpstr (change->from, ==, "vfio_pci.ids=10de:1234");
  g_assert_cmpstr (change->to, ==, "vfio_pci.ids=10de:1234,1002:73df");
  step = test_find_step (plan, "user-parameters-1");
  g_assert_nonnull (step);
  g_assert_cmpstr (pt_step_get_file (step), ==, "/etc/default/grub");
  g_assert_cmpstr (pt_step_get_diff (step), ==,
                   "--- /etc/default/grub\n"
                   "+++ /etc/default/grub\n"
                   "@@ -1,3 +1,3 @@\n"
                   " GRUB_DEFAULT=0\n"
                   "-GRUB_CMDLINE_LINUX_DEFAULT='quiet vfio_pci.ids=10de:1234 splash' # mine\n"
                   "+GRUB_CMDLINE_LINUX_DEFAULT='quiet vfio_pci.ids=10de:1234,1002:73df splash'"
                   " # mine\n"
                   " GRUB_CMDLINE_LINUX=\"\"\n");
}

static void
test_own_ids_parse (void)
{
  static const struct
  {
    const char *text;
    const char *ids;
  } cases[] = {
    { "", NULL },
    { "options vfio-pci ids=10de:1c03,10de:10f1 disable_vga=1\n", "10de:1c03,10de:10f1" },
    { "\toptions   vfio_pci disable_vga=1 ids=1:2", "1:2" },
    { "options vfio-pci \\\n  ids=1:2\n", "1:2" },
    { "options vfio-pci ids=1:2\noptions vfio-pci ids=3:4\n", "3:4" },
    { "# options vfio-pci ids=1:2\n", NULL },
    { "options snd-hda-intel ids=1:2\n", NULL },
    { "options\n\\\n", NULL },
    { "softdep amdgpu pre: vfio-pci\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *ids = pt_own_ids_parse (cases[i].text);

      g_assert_cmpstr (ids, ==, cases[i].ids);
    }
}

/* The command line replaces what modprobe.d says, so it has to say it too. */
static void
test_own_ids_merge (PtSetupFixture *self,
                    gconstpointer   data)
{
  static const char *const additions[] = { "vfio-pci.ids=10de:1234,1002:73df",
                                           "passthru.bind=0000:2f:00.1=1002:ab28", NULL };
  g_autoptr (PtPlan) plan = NULL;

  pt_test_write (self->tree, "etc/modprobe.d/vfio.conf", "options vfio-pci ids=10de:1234\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  test_assert_additions (plan, additions);
  g_assert_true (pt_plan_is_applicable (plan));
}

static void
test_assert_own_ids_refused (PtSetupFixture *self,
                             const char     *where)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);

  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_cmpuint (pt_plan_get_steps (plan)->len, ==, 0);
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), where));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), "0000:32:00.0"));
}

/* An id for the host's own card did no harm as long as amdgpu came first; we load vfio-pci before
 * it. */
static void
test_own_ids_victim (PtSetupFixture *self,
                     gconstpointer   data)
{
  static const char *const ids[] = { "1002:73ff", "1002:73FF:ffffffff", "10de:1,1002:73ff" };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *options = g_strdup_printf ("options vfio-pci ids=%s\n", ids[i]);
      g_autofree char *grub =
        g_strdup_printf ("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=%s\"\n", ids[i]);
      g_autofree char *before = pt_test_read (self->tree, "etc/default/grub");

      pt_test_write (self->tree, "etc/modprobe.d/vfio.conf", options);
      test_assert_own_ids_refused (self, "/etc/modprobe.d/vfio.conf");
      pt_test_write (self->tree, "etc/modprobe.d/vfio.conf", "");
      pt_test_write (self->tree, "etc/default/grub", grub);
      test_assert_own_ids_refused (self, "vfio-pci.ids");
      pt_test_write (self->tree, "etc/default/grub", before);
    }
}

/* The last one counts, also when it is in a file of its own. */
static void
test_merge_drop_in (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_test_write (self->tree, "etc/default/grub", test_own_ids);
  pt_test_write (self->tree, "etc/default/grub.d/10-mine.cfg",
                 "GRUB_CMDLINE_LINUX_DEFAULT="
                 "\"$GRUB_CMDLINE_LINUX_DEFAULT vfio-pci.ids=8086:1\"\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpuint (pt_plan_get_changes (plan)->len, ==, 1);
  g_assert_null (test_find_step (plan, "user-parameters-1"));
  g_assert_cmpstr (pt_step_get_file (test_find_step (plan, "user-parameters-2")), ==,
                   "/etc/default/grub.d/10-mine.cfg");
}

static void
test_already_there (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_test_write (self->tree, "etc/default/grub",
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"vfio-pci.ids=1002:73df\"\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpuint (pt_plan_get_changes (plan)->len, ==, 0);
  g_assert_cmpuint (g_strv_length ((char **)pt_plan_get_additions (plan)), ==, 1);
}

/* Spelled so that we cannot edit it: say so, change nothing. */
static void
test_not_editable (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_test_write (self->tree, "etc/default/grub",
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"vfio-pci.ids=$MINE\"\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_nonnull (pt_plan_get_manual_text (plan));
}

static void
test_spoiled (PtSetupFixture *self,
              gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_test_write (self->tree, "etc/default/grub.d/99-vendor.cfg",
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), "99-vendor.cfg"));
}

/* Another process's plan, from what it says of it. */
static PtPlan *
test_tell (PtPlan     *plan,
           const char *from,
           const char *to,
           GError    **error)
{
  g_autoptr (JsonNode) node = pt_plan_to_json (plan);
  g_autofree char *json = json_to_string (node, FALSE);
  g_autoptr (GString) text = g_string_new (json);

  if (from != NULL)
    g_assert_cmpuint (g_string_replace (text, from, to, 1), ==, 1);
  return pt_plan_new_told (pt_plan_get_host (plan), pt_plan_get_intent (plan), text->str, error);
}

static void
test_told (PtSetupFixture *self,
           gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtPlan) told = test_tell (plan, NULL, NULL, &error);
  g_autofree char *first = pt_plan_to_text (plan);
  g_autofree char *second = NULL;

  g_assert_no_error (error);
  second = pt_plan_to_text (told);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (pt_plan_get_digest (told), ==, pt_plan_get_digest (plan));
  g_assert_true (pt_plan_is_applicable (told));
}

static void
test_told_refused (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, "32:00.0");
  g_autoptr (GError) error = NULL;
  g_autoptr (PtPlan) told = test_tell (plan, NULL, NULL, &error);

  g_assert_no_error (error);
  test_assert_refused (told, PT_BLOCKER_HOST_DISPLAY);
}

/* Whatever is missing or of another kind: an error, never half a plan. */
static void
test_told_garbled (PtSetupFixture *self,
                   gconstpointer   data)
{
  static const char *const edits[][2] = {
    { "{", "[" },
    { "{\"format\"", "{,\"format\"" },
    { "\"devices\":[", "\"devices\":[7," },
    { "\"devices\":", "\"others\":" },
    { "\"address\":\"0000:2f:00.0\"", "\"address\":\"/etc/passwd\"" },
    { "\"address\":\"0000:2f:00.0\"", "\"address\":47" },
    { "\"refused\":[]", "\"refused\":[{}]" },
    { "\"refused\":[]", "\"refused\":{}" },
    { "\"parameters\":{", "\"parameters\":{\"x\":0},\"y\":{" },
    { "\"add\":[", "\"add\":[1," },
    { "\"change\":[]", "\"change\":[{\"from\":1}]" },
    { "\"title\":", "\"title\":null,\"x\":" },
    { "\"why\":", "\"y\":" },
    { "\"file\":", "\"z\":" },
    { "\"inert\":4", "\"inert\":-1" },
    { "\"inert\":4", "\"inert\":99" },
    { "\"inert\":4", "\"inert\":\"4\"" },
    { "\"digest\":", "\"q\":" },
  };
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (PtPlan) moved = NULL;
  g_autoptr (GError) changed = NULL;
  g_autofree char *inert = g_strdup_printf ("\"inert\":%u", pt_plan_get_n_inert (plan));

  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      gboolean number = g_str_has_prefix (edits[i][0], "\"inert\"");
      g_autoptr (GError) error = NULL;
      g_autoptr (PtPlan) told = test_tell (plan, number ? inert : edits[i][0], edits[i][1],
                                           &error);

      g_test_message ("%s", edits[i][1]);
      g_assert_null (told);
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
    }
  moved = test_tell (plan, "\"id\":\"1002:73df\"", "\"id\":\"1002:0001\"", &changed);
  g_assert_null (moved);
  g_assert_error (changed, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED);
}

/* What an ordinary user may not read is root's to tell: no steps, no guess, and where to look. */
static void
test_root_only (PtSetupFixture *self,
                gconstpointer   data)
{
  g_autofree char *settings = g_build_filename (self->tree, "etc/default/grub", NULL);
  g_autoptr (PtSysroot) user = pt_sysroot_for_user (self->sysroot);
  g_autoptr (PtHost) host = NULL;
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (PT_TEST_CARD, NULL);
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpint (g_chmod (settings, 0600), ==, 0);
  host = pt_host_scan (user, NULL, &error);
  g_assert_no_error (error);
  plan = pt_plan_new (host, intent, &error);
  g_assert_no_error (error);
  g_assert_true (pt_plan_is_root_only (plan));
  g_assert_true (pt_plan_asks_for_root (plan));
  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_cmpuint (pt_plan_get_steps (plan)->len, ==, 0);
  g_assert_null (pt_plan_get_additions (plan)[0]);
  g_assert_null (pt_plan_get_manual_text (plan));
  text = pt_plan_to_text (plan);
  g_assert_nonnull (strstr (text, "/passthru-helper --plan=0000:2f:00.0\n"));
  g_clear_object (&plan);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_true (pt_plan_is_applicable (plan));
  g_assert_false (pt_plan_asks_for_root (plan));
}

/* Another boot loader: exact text, no steps. */
static void
test_unsupported (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_test_write (self->tree, "etc/NIXOS", "");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_cmpuint (pt_plan_get_steps (plan)->len, ==, 0);
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan),
                            "boot.kernelParams = [ \"vfio-pci.ids=1002:73df\""));
}

/* First the IOMMU alone; what is in which group is not known before. */
static void
test_intel_off (PtSetupFixture *self,
                gconstpointer   data)
{
  static const char *const additions[] = { "intel_iommu=on", NULL };
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);

  g_assert_true (pt_plan_is_first_part (plan));
  g_assert_true (pt_plan_is_applicable (plan));
  test_assert_additions (plan, additions);
  g_assert_null (test_find_step (plan, "early-script"));
  g_assert_nonnull (test_find_step (plan, "boot-parameters"));
}

static void
test_intel_switched_off (PtSetupFixture *self,
                         gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;
  PtPlanChange *change = NULL;

  pt_test_write (self->tree, "etc/default/grub",
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"intel_iommu=off x\"\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_null (pt_plan_get_additions (plan)[0]);
  g_assert_cmpuint (pt_plan_get_changes (plan)->len, ==, 1);
  change = g_ptr_array_index (pt_plan_get_changes (plan), 0);
  g_assert_cmpstr (change->to, ==, "intel_iommu=on");
}

/* Off in the firmware: nothing on the command line would help. */
static void
test_firmware_off (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autofree char *text = pt_plan_to_text (plan);

  test_assert_refused (plan, PT_BLOCKER_NO_GROUP);
  g_assert_nonnull (text);
}

/* AMD's IOMMU is on unless somebody switched it off; where nobody did, there is nothing to add. */
static void
test_amd_off (PtSetupFixture *self,
              gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (PtPlan) switched = NULL;
  PtPlanChange *change = NULL;

  test_assert_refused (plan, PT_BLOCKER_NO_GROUP);
  pt_test_write (self->tree, "etc/default/grub",
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=off\"\n");
  switched = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_true (pt_plan_is_applicable (switched));
  change = g_ptr_array_index (pt_plan_get_changes (switched), 0);
  g_assert_cmpstr (change->from, ==, "amd_iommu=off");
  g_assert_cmpstr (change->to, ==, "");
}

/* The audio functions get boards of their own: the pair of ids is enough, no script is needed. */
static void
test_subsystem (PtSetupFixture *self,
                gconstpointer   data)
{
  g_autofree char *file = g_build_filename (self->tree, "sys/bus/pci/devices/0000:2f:00.1", NULL);
  g_autoptr (PtPlan) plan = NULL;
  PtPlanDevice *audio = NULL;

  pt_test_write (file, "subsystem_vendor", "0x148c\n");
  pt_test_write (file, "subsystem_device", "0x2413\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  audio = g_ptr_array_index (pt_plan_get_devices (plan), 1);
  g_assert_cmpint (audio->grade, ==, PT_GRADE_SUBSYSTEM_ID);
  g_assert_cmpstr (pt_plan_get_additions (plan)[0], ==,
                   "vfio-pci.ids=1002:73df,1002:ab28:148c:2413");
  g_assert_null (pt_plan_get_additions (plan)[1]);
}

/* What every recorded host would get, against plans/NAME.plan.
 * PASSTHRU_UPDATE_PLANS=1 writes them anew. */

static void
test_summarize (GString    *text,
                PtHost     *host,
                const char *address)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (address, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtPlan) plan = pt_plan_new (host, intent, &error);

  g_assert_no_error (error);
  g_string_append_printf (text, "plan %s%s%s\n", address,
                          pt_plan_is_applicable (plan) ? " applicable" : "",
                          pt_plan_is_first_part (plan) ? " first-part" : "");
  for (guint i = 0; i < pt_plan_get_devices (plan)->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (pt_plan_get_devices (plan), i);

      g_string_append_printf (text, "  device %s %s %s\n",
                              pt_device_get_address_string (entry->device),
                              pt_device_get_id (entry->device), pt_grade_to_nick (entry->grade));
    }
  for (guint i = 0; i < pt_plan_get_refusals (plan)->len; i++)
    {
      PtPlanRefusal   *refusal = g_ptr_array_index (pt_plan_get_refusals (plan), i);
      g_autofree char *refused = pt_address_to_string (&refusal->address);
      g_autofree char *because = pt_address_to_string (&refusal->because);

      g_string_append_printf (text, "  refused %s %s because %s\n", refused,
                              pt_blocker_reason_to_nick (refusal->reason), because);
    }
  for (gsize i = 0; pt_plan_get_additions (plan)[i] != NULL; i++)
    g_string_append_printf (text, "  add %s\n", pt_plan_get_additions (plan)[i]);
  for (guint i = 0; i < pt_plan_get_changes (plan)->len; i++)
    {
      PtPlanChange *change = g_ptr_array_index (pt_plan_get_changes (plan), i);

      g_string_append_printf (text, "  change %s to %s\n", change->from, change->to);
    }
  for (guint i = 0; i < pt_plan_get_steps (plan)->len; i++)
    g_string_append_printf (text, "  step %s\n",
                            pt_step_get_id (g_ptr_array_index (pt_plan_get_steps (plan), i)));
  if (pt_plan_get_manual_text (plan) != NULL)
    g_string_append (text, "  manual\n");
  if (pt_plan_is_root_only (plan))
    g_string_append (text, "  only root may read how it starts\n");
  else if (pt_plan_asks_for_root (plan))
    g_string_append (text, "  only root may read whether it can be tried\n");
}

/* For each card of the host, as @sysroot sees it. */
static char *
test_summarize_all (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < pt_host_get_gpus (host)->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (pt_host_get_gpus (host), i);

      test_summarize (text, host, pt_device_get_address_string (pt_gpu_get_device (gpu)));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* As an ordinary user of that computer sees it; and, where that is more, as its root does. */
static void
test_golden (gconstpointer data)
{
  const char      *file = data;
  g_autofree char *base = g_path_get_basename (file);
  g_autofree char *name = g_strdup_printf ("%.*s.plan", (int)(strlen (base) - strlen (".host")),
                                           base);
  g_autofree char *golden = g_test_build_filename (G_TEST_DIST, "setup", "plans", name, NULL);
  g_autofree char *expected = NULL;
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PtSysroot) root = NULL;
  g_autoptr (PtSysroot) user = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *all = NULL;
  g_autofree char *text = NULL;

  pt_host_file_expand (file, folder, NULL, &error);
  g_assert_no_error (error);
  root = pt_sysroot_new_directory (folder);
  user = pt_sysroot_for_user (root);
  seen = test_summarize_all (user);
  all = test_summarize_all (root);
  text = g_str_equal (seen, all) ? g_strdup (seen) : g_strconcat (seen, "as root\n", all, NULL);

  if (g_getenv ("PASSTHRU_UPDATE_PLANS") != NULL)
    g_file_set_contents (golden, text, -1, NULL);
  g_file_get_contents (golden, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_add_goldens (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "hosts", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  g_test_add_data_func_full ("/setup/plan/golden/sample.host", pt_data_find ("sample.host"),
                             test_golden, g_free);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strconcat ("/setup/plan/golden/", name, NULL);

      if (g_str_has_suffix (name, ".host"))
        g_test_add_data_func_full (path, g_build_filename (folder, name, NULL), test_golden,
                                   g_free);
    }
}

static const char *const test_firmware_edits[] = {
  "F: /sys/firmware/acpi/tables/IVRS\nF: /sys/firmware/acpi/tables/NONE",
  "L: iommu_group=\n# no group ",
  "P: /devices/pci0000:00/0000:00:00.2/iommu/ivhd0\nP: /devices/platform/nothing",
  "E: SUBSYSTEM=iommu\nE: NOTHING=1",
  NULL,
};

static const char *const test_monitor_edits[] = {
  "A: status=disconnected\nA: status=connected",
  NULL,
};

static const char *const test_amd_edits[] = {
  "L: iommu_group=\n# no group ",
  "P: /devices/pci0000:00/0000:00:00.2/iommu/ivhd0\nP: /devices/platform/nothing",
  "E: SUBSYSTEM=iommu\nE: NOTHING=1",
  NULL,
};

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define TEST_ADD(name, edits, func)                                                      \
  g_test_add ("/setup/plan/" name, PtSetupFixture, edits, pt_setup_fixture_set_up, func, \
              pt_setup_fixture_tear_down)
  TEST_ADD ("sample", NULL, test_sample);
  TEST_ADD ("sample-json", NULL, test_sample_json);
  TEST_ADD ("other-function", NULL, test_other_function);
  TEST_ADD ("digest", NULL, test_digest);
  TEST_ADD ("run-time-devices", NULL, test_run_time_devices);
  TEST_ADD ("unknown-address", NULL, test_unknown_address);
  TEST_ADD ("host-display", NULL, test_host_display);
  TEST_ADD ("all-cards", test_monitor_edits, test_all_cards);
  TEST_ADD ("in-use", NULL, test_in_use);
  TEST_ADD ("unknown-drives", NULL, test_unknown_drives);
  TEST_ADD ("merge", NULL, test_merge);
  g_test_add_func ("/setup/plan/own-ids-parse", test_own_ids_parse);
  TEST_ADD ("own-ids-merge", NULL, test_own_ids_merge);
  TEST_ADD ("own-ids-victim", NULL, test_own_ids_victim);
  TEST_ADD ("merge-drop-in", NULL, test_merge_drop_in);
  TEST_ADD ("already-there", NULL, test_already_there);
  TEST_ADD ("not-editable", NULL, test_not_editable);
  TEST_ADD ("spoiled", NULL, test_spoiled);
  TEST_ADD ("told", NULL, test_told);
  TEST_ADD ("told-refused", NULL, test_told_refused);
  TEST_ADD ("told-garbled", NULL, test_told_garbled);
  TEST_ADD ("root-only", NULL, test_root_only);
  TEST_ADD ("unsupported", NULL, test_unsupported);
  TEST_ADD ("intel-off", pt_setup_intel_off, test_intel_off);
  TEST_ADD ("intel-switched-off", pt_setup_intel_off, test_intel_switched_off);
  TEST_ADD ("firmware-off", test_firmware_edits, test_firmware_off);
  TEST_ADD ("amd-off", test_amd_edits, test_amd_off);
  TEST_ADD ("subsystem", NULL, test_subsystem);
  test_add_goldens ();

  return g_test_run ();
}
