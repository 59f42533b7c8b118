/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-record"

#include "config.h"

#include <string.h>

#include "pt-journal.h"
#include "pt-step-private.h"
#include "pt-test.h"
#include "pt-undo.h"

static PtRecord *
test_round_trip (const PtRecord *record)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory (folder);
  g_autofree char *line = pt_record_print (record);
  g_autoptr (GError) error = NULL;
  PtRecord *back = NULL;

  g_assert_true (g_str_has_suffix (line, "\n"));
  line[strlen (line) - 1] = '\0';
  g_assert_null (strchr (line, '\n'));
  back = pt_record_parse (sysroot, line, &error);
  g_assert_no_error (error);
  return back;
}

static void
test_file (void)
{
  static const guint8 odd[] = { 'a', '\n', 0, 0xff, '"' };
  g_autoptr (GBytes) content = g_bytes_new_static (odd, sizeof odd);
  g_autoptr (PtRecord) record = pt_record_new (PT_RECORD_FILE, "boot-parameters");
  g_autoptr (PtRecord) back = NULL;

  record->path = g_strdup ("/etc/default/grub.d/60-passthru.cfg");
  record->before = pt_file_state_new (PT_FILE_LINK, content, 0777, 1, 2);
  record->after = pt_file_state_new (PT_FILE_REGULAR, content, 04755, 1000, 100);
  record->after->changed = G_GINT64_CONSTANT (1700000000123456789);
  record->folders = g_strsplit ("/etc/default|/etc/default/grub.d", "|", -1);
  record->edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  g_ptr_array_add (record->edits, pt_plan_change_new ("a=\"b c\"", "d"));

  back = test_round_trip (record);
  g_assert_cmpint (back->kind, ==, PT_RECORD_FILE);
  g_assert_cmpstr (back->id, ==, record->id);
  g_assert_cmpstr (back->path, ==, record->path);
  g_assert_true (pt_file_state_same_content (back->before, record->before));
  g_assert_true (pt_file_state_same_content (back->after, record->after));
  g_assert_cmpuint (back->after->mode, ==, 04755);
  g_assert_cmpuint (back->after->uid, ==, 1000);
  g_assert_cmpuint (back->after->gid, ==, 100);
  g_assert_cmpint (back->after->changed, ==, G_GINT64_CONSTANT (1700000000123456789));
  g_assert_cmpint (back->before->changed, ==, 0);
  g_assert_cmpuint (g_strv_length (back->folders), ==, 2);
  g_assert_cmpstr (((PtPlanChange *)g_ptr_array_index (back->edits, 0))->from, ==, "a=\"b c\"");
}

static void
test_command (void)
{
  g_autoptr (PtRecord) record = pt_record_new (PT_RECORD_COMMAND, "initramfs");
  g_autoptr (PtRecord) back = NULL;

  record->program = PT_PROGRAM_UPDATE_INITRAMFS;
  record->arguments = g_strsplit ("-u -k all", " ", -1);
  back = test_round_trip (record);
  g_assert_cmpint (back->program, ==, PT_PROGRAM_UPDATE_INITRAMFS);
  g_assert_cmpuint (g_strv_length (back->arguments), ==, 3);
}

/* A journal somebody else wrote must not move root's hand. */
static void
test_hostile (void)
{
  static const char *const lines[] = {
    "",
    "null",
    "[]",
    "{",
    "{\"record\":\"undo\"}",
    "{\"version\":2,\"record\":\"undo\"}",
    "{\"version\":\"1\",\"record\":\"undo\"}",
    "{\"version\":1,\"record\":\"format-disk\"}",
    "{\"version\":1,\"record\":\"file\"}",
    "{\"version\":1,\"record\":\"file\",\"id\":\"x\",\"path\":\"/etc/shadow\","
    "\"before\":{\"kind\":\"absent\"},"
    "\"after\":{\"kind\":\"absent\"}}",
    "{\"version\":1,\"record\":\"file\",\"id\":\"x\","
    "\"path\":\"/etc/default/grub.d/../../shadow.cfg\","
    "\"before\":{\"kind\":\"absent\"},\"after\":{\"kind\":\"absent\"}}",
    "{\"version\":1,\"record\":\"file\",\"id\":\"x\",\"path\":\"/etc/default/grub.d/.cfg\","
    "\"before\":{\"kind\":\"absent\"},\"after\":{\"kind\":\"absent\"}}",
    "{\"version\":1,\"record\":\"file\",\"id\":\"x\",\"path\":\"/etc/default/grub\","
    "\"before\":{\"kind\":\"pipe\"},"
    "\"after\":{\"kind\":\"absent\"}}",
    "{\"version\":1,\"record\":\"file\",\"id\":\"x\",\"path\":\"/etc/default/grub\","
    "\"before\":{\"kind\":\"file\",\"content\":\"\",\"mode\":65535,\"uid\":0,\"gid\":0},"
    "\"after\":{\"kind\":\"absent\"}}",
    "{\"version\":1,\"record\":\"file\",\"id\":\"x\",\"path\":\"/etc/default/grub\","
    "\"before\":{\"kind\":\"absent\"},\"after\":{\"kind\":\"absent\"},\"folders\":[\"/home\"]}",
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\","
    "\"program\":\"rm\",\"arguments\":[\"-rf\",\"/\"]}",
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\","
    "\"program\":\"update-grub\",\"arguments\":[\"-o\",\"/x\"]}",
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\","
    "\"program\":\"update-initramfs\",\"arguments\":[\"-d\"]}",
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\","
    "\"program\":\"grub-mkconfig\",\"arguments\":[\"-o\",\"/etc/shadow\"]}",
    /* Programs with an effect of their own: without edits, with others than they are run for, with
     * parameters that are none of ours, with files that are none of theirs. */
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\",\"program\":\"rpm-ostree\","
    "\"arguments\":[\"kargs\",\"--append-if-missing=iommu=pt\"]}",
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\",\"program\":\"rpm-ostree\","
    "\"arguments\":[\"rebase\"],\"edits\":[{\"from\":\"\",\"to\":\"iommu=pt\"}],\"touched\":[]}",
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\",\"program\":\"rpm-ostree\","
    "\"arguments\":[\"kargs\",\"--append-if-missing=init=/x\"],"
    "\"edits\":[{\"from\":\"\",\"to\":\"init=/x\"}],\"touched\":[]}",
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\",\"program\":\"grubby\","
    "\"arguments\":[\"--update-kernel=DEFAULT\",\"--args=iommu=pt\"],"
    "\"edits\":[{\"from\":\"\",\"to\":\"iommu=pt\"}],"
    "\"touched\":[{\"path\":\"/etc/shadow\","
    "\"before\":{\"kind\":\"file\",\"content\":\"\",\"mode\":384,\"uid\":0,\"gid\":0}}]}",
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\",\"program\":\"grubby\","
    "\"arguments\":[\"--update-kernel=ALL\",\"--args=iommu=pt\"],"
    "\"edits\":[{\"from\":\"\",\"to\":\"iommu=pt\"}],\"touched\":[]}",
    "{\"version\":1,\"record\":\"begin\",\"intent\":\"nonsense\"}",
    "{\"version\":1,\"record\":\"begin\",\"intent\":\"2f:00.0\",\"folders\":[\"/etc\"]}",
  };
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory (folder);

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", lines[i]);
      g_assert_null (pt_record_parse (sysroot, lines[i], &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL);
    }
}

/* A command with its own effect comes back as it was written. */
static void
test_edits (void)
{
  static const char line[] =
    "{\"version\":1,\"record\":\"command\",\"id\":\"x\",\"program\":\"grubby\","
    "\"arguments\":[\"--update-kernel=DEFAULT\",\"--args=iommu=pt\"],"
    "\"edits\":[{\"from\":\"\",\"to\":\"iommu=pt\"}],"
    "\"touched\":[{\"path\":\"/boot/loader/entries/a.conf\","
    "\"before\":{\"kind\":\"file\",\"content\":\"eA==\",\"mode\":384,\"uid\":0,"
    "\"gid\":0}}]}";
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtRecord) record = pt_record_parse (sysroot, line, &error);
  g_autoptr (PtRecord) back = NULL;
  g_autofree char *printed = NULL;

  g_assert_no_error (error);
  printed = pt_record_print (record);
  back = pt_record_parse (sysroot, printed, &error);
  g_assert_no_error (error);
  g_assert_cmpint (back->program, ==, PT_PROGRAM_GRUBBY);
  g_assert_cmpuint (back->edits->len, ==, 1);
  g_assert_cmpuint (back->touched->len, ==, 1);
}

typedef struct
{
  const char *name;
  const char *from;
  const char *to;
  const char *text;
  const char *expected;
} PtMergeCase;

#define LINE(value) "X=1\nGRUB_CMDLINE_LINUX_DEFAULT=\"" value "\"\n# end"

static const PtMergeCase merge_cases[] = {
  { "another-token", "vfio-pci.ids=a", "vfio-pci.ids=a,b", LINE ("quiet vfio-pci.ids=a,b splash"),
    LINE ("quiet vfio-pci.ids=a splash") },
  { "grown-list", "vfio-pci.ids=a", "vfio-pci.ids=a,b", LINE ("vfio-pci.ids=a,b,c"),
    LINE ("vfio-pci.ids=a,c") },
  { "shuffled-list", "vfio-pci.ids=a", "vfio-pci.ids=a,b", LINE ("vfio_pci.ids=b,a"),
    LINE ("vfio_pci.ids=a") },
  { "only-ours-left", "vfio-pci.ids=a", "vfio-pci.ids=a,b", LINE ("quiet vfio-pci.ids=b"),
    LINE ("quiet") },
  { "user-removed-it", "vfio-pci.ids=a", "vfio-pci.ids=a,b", LINE ("quiet"), LINE ("quiet") },
  { "user-put-it-back", "vfio-pci.ids=a", "vfio-pci.ids=a,b", LINE ("vfio-pci.ids=a x"),
    LINE ("vfio-pci.ids=a x") },
  { "switched-on", "intel_iommu=off", "intel_iommu=on", LINE ("intel_iommu=on x"),
    LINE ("intel_iommu=off x") },
  { "switched-otherwise", "intel_iommu=off", "intel_iommu=on", LINE ("intel_iommu=igfx_off"),
    LINE ("intel_iommu=igfx_off") },
  { "taken-out", "amd_iommu=off", "", LINE ("quiet x"), NULL },
  { "unreadable", "vfio-pci.ids=a", "vfio-pci.ids=a,b", LINE ("vfio-pci.ids=a,b,$MORE"), NULL },
};

static void
test_merge (gconstpointer data)
{
  const PtMergeCase *self = data;
  g_autoptr (GPtrArray) edits =
               g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  g_autofree char *merged = NULL;

  g_ptr_array_add (edits, pt_plan_change_new (self->from, self->to));
  merged = pt_undo_merge (PT_FORM_GRUB, self->text, edits);
  g_assert_cmpstr (merged, ==, self->expected);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/setup/record/file", test_file);
  g_test_add_func ("/setup/record/command", test_command);
  g_test_add_func ("/setup/record/edits", test_edits);
  g_test_add_func ("/setup/record/hostile", test_hostile);
  for (gsize i = 0; i < G_N_ELEMENTS (merge_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/setup/record/merge/", merge_cases[i].name, NULL);

      g_test_add_data_func (path, &merge_cases[i], test_merge);
    }

  return g_test_run ();
}
