/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-form"

#include "config.h"

#include "pt-edits.h"
#include "pt-form.h"
#include "pt-step-private.h"
#include "pt-test.h"

typedef struct
{
  const char *name;
  PtForm      form;
  const char *text;
  const char *tokens;   /* joined with `|` */
  const char *appended; /* with `new=1` behind the others; NULL if there is no place */
} PtFormCase;

#define GRUB "GRUB_CMDLINE_LINUX_DEFAULT"
#define LIMINE "KERNEL_CMDLINE[default]"

static const PtFormCase form_cases[] = {
  { "grub/double", PT_FORM_GRUB, GRUB "=\"a b=1\" # x\nY=1\n", "a|b=1",
    GRUB "=\"a b=1 new=1\" # x\nY=1\n" },
  { "grub/single", PT_FORM_GRUB, GRUB "='a b'\n", "a|b", GRUB "='a b new=1'\n" },
  { "grub/bare", PT_FORM_GRUB, GRUB "=quiet\n", "quiet", GRUB "=\"quiet new=1\"\n" },
  { "grub/empty", PT_FORM_GRUB, GRUB "=\n", "", GRUB "=\"new=1\"\n" },
  { "grub/empty-quotes", PT_FORM_GRUB, GRUB "=\"\"\n", "", GRUB "=\"new=1\"\n" },
  { "grub/trailing-blank", PT_FORM_GRUB, GRUB "=\"a \"\n", "a", GRUB "=\"a new=1\"\n" },
  { "grub/two-lines", PT_FORM_GRUB, GRUB "=\"a\n  b\"\n", "a|b", GRUB "=\"a\n  b new=1\"\n" },
  { "grub/continued", PT_FORM_GRUB, GRUB "=\"a\\\n\"\n", "a", GRUB "=\"a\\\n new=1\"\n" },
  { "grub/plus", PT_FORM_GRUB, GRUB "=a\n" GRUB "+=\" b\"\n", "a|b",
    GRUB "=a\n" GRUB "+=\" b new=1\"\n" },
  { "grub/both", PT_FORM_GRUB, GRUB "=\"b\"\nGRUB_CMDLINE_LINUX=\"a\"\n", "a|b",
    GRUB "=\"b new=1\"\nGRUB_CMDLINE_LINUX=\"a\"\n" },
  { "grub/commented", PT_FORM_GRUB, "#" GRUB "=\"x\"\n", "",
    "#" GRUB "=\"x\"\n" GRUB "=\"$" GRUB " new=1\"\n" },
  { "grub/conditional", PT_FORM_GRUB, "if true; then\n  " GRUB "=\"a\"\nfi", "a",
    "if true; then\n  " GRUB "=\"a\"\nfi\n" GRUB "=\"$" GRUB " new=1\"\n" },
  { "grub/mixed", PT_FORM_GRUB, GRUB "=\"a\"' b'\n", "a|b",
    GRUB "=\"a\"' b'\n" GRUB "=\"$" GRUB " new=1\"\n" },
  { "grub/escaped-quote", PT_FORM_GRUB, GRUB "=\"a=\\\"x y\\\"\"\n", "a=\"x y\"",
    GRUB "=\"a=\\\"x y\\\" new=1\"\n" },
  { "limine-tool/plus", PT_FORM_LIMINE_TOOL, LIMINE "+=\"a b\"\n", "a|b",
    LIMINE "+=\"a b new=1\"\n" },
  { "limine-tool/subscript", PT_FORM_LIMINE_TOOL, "KERNEL_CMDLINE[\"default\"]=\"a\"\n", "a",
    "KERNEL_CMDLINE[\"default\"]=\"a new=1\"\n" },
  { "limine-tool/other-kernel", PT_FORM_LIMINE_TOOL, "KERNEL_CMDLINE[lts]=\"a\"\n", "",
    "KERNEL_CMDLINE[lts]=\"a\"\n" LIMINE "+=\" new=1\"\n" },
  { "entry/one", PT_FORM_ENTRY, "title x\noptions a b\nlinux /l\n", "a|b",
    "title x\noptions a b new=1\nlinux /l\n" },
  { "entry/several", PT_FORM_ENTRY, "options a\n# options no\n options\tb\noptionsx no\n", "a|b",
    "options a\n# options no\n options\tb new=1\noptionsx no\n" },
  { "entry/quoted", PT_FORM_ENTRY, "options a=\"x y\" b", "a=\"x y\"|b",
    "options a=\"x y\" b new=1" },
  { "entry/none", PT_FORM_ENTRY, "linux /l", "", "linux /l\noptions new=1\n" },
  { "entry/open-quote", PT_FORM_ENTRY, "options a \"b\n", "a|\"b", NULL },
  { "words/open-quote", PT_FORM_WORDS, "a=\"b c\n", "a=\"b c", NULL },
  { "words/one", PT_FORM_WORDS, "a b\n", "a|b", "a b new=1\n" },
  { "words/several", PT_FORM_WORDS, "# c\na\n\nb", "a|b", "# c\na\n\nb new=1" },
  { "words/comment-last", PT_FORM_WORDS, "a\n# c\n", "a", "a new=1\n# c\n" },
  { "words/empty", PT_FORM_WORDS, "", "", "new=1\n" },
  { "limine/first", PT_FORM_LIMINE, "/A\n  cmdline: a\n/B\n  cmdline: b\n", "a",
    "/A\n  cmdline: a new=1\n/B\n  cmdline: b\n" },
  { "limine/second", PT_FORM_LIMINE, "default_entry: 2\n/A\ncmdline: a\n/B\nkernel_cmdline: b",
    "b", "default_entry: 2\n/A\ncmdline: a\n/B\nkernel_cmdline: b new=1" },
  { "limine/open-folder", PT_FORM_LIMINE, "default_entry: 2\n/+A\n//B\ncmdline: b\n/C\ncmdline: c",
    "b", "default_entry: 2\n/+A\n//B\ncmdline: b new=1\n/C\ncmdline: c" },
  /* What is in a closed folder is not in the menu. */
  { "limine/closed-folder", PT_FORM_LIMINE,
    "default_entry: 2\n/A\n//+B\n///C\ncmdline: c\n/D\ncmdline: d", "d",
    "default_entry: 2\n/A\n//+B\n///C\ncmdline: c\n/D\ncmdline: d new=1" },
  { "limine/behind-folder", PT_FORM_LIMINE,
    "default_entry: 3\n/+A\n//B\n///C\ncmdline: c\n//D\ncmdline: d", "d",
    "default_entry: 3\n/+A\n//B\n///C\ncmdline: c\n//D\ncmdline: d new=1" },
  { "limine/folder", PT_FORM_LIMINE, "/A\n//B\ncmdline: b\n", "", NULL },
  { "none", PT_FORM_NONE, "a b", "", NULL },
};

static char *
test_join (GPtrArray *tokens)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tokens->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "",
                            ((PtToken *)g_ptr_array_index (tokens, i))->text);
  return g_string_free (text, FALSE);
}

/* Read, append, read again, take it out again. */
static void
test_form (gconstpointer data)
{
  const PtFormCase *self = data;
  g_autoptr (GPtrArray) tokens = pt_form_parse (self->form, self->text);
  g_autofree char *joined = test_join (tokens);
  g_autofree char *appended = NULL;
  g_autofree char *back = NULL;
  g_autoptr (PtToken) token = NULL;
  g_autoptr (GPtrArray) left = NULL;
  g_autofree char *left_joined = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (joined, ==, self->tokens);
  appended = pt_form_append (self->form, self->text, "new=1", &error);
  g_assert_cmpstr (appended, ==, self->appended);
  g_assert_true ((appended == NULL) == (error != NULL));
  if (appended == NULL)
    return;

  token = pt_form_find (self->form, appended, "new");
  g_assert_nonnull (token);
  g_assert_cmpstr (token->text, ==, "new=1");
  back = pt_tokens_replace (appended, token, "", &error);
  g_assert_no_error (error);
  left = pt_form_parse (self->form, back);
  left_joined = test_join (left);
  g_assert_true (g_str_has_prefix (left_joined, self->tokens));
  g_assert_null (pt_form_find (self->form, back, "new"));
}

static void
test_paths (void)
{
  static const struct
  {
    const char *path;
    PtForm      form;
  } paths[] = {
    { "/etc/default/grub", PT_FORM_GRUB },
    { "/etc/default/grub.d/50-x.cfg", PT_FORM_GRUB },
    { "/etc/default/grub.d/.cfg", PT_FORM_NONE },
    { "/etc/default/grub.d/../x.cfg", PT_FORM_NONE },
    { "/etc/kernel/cmdline", PT_FORM_WORDS },
    { "/etc/cmdline.d/passthru.conf", PT_FORM_WORDS },
    { "/boot/loader/entries/a.conf", PT_FORM_ENTRY },
    { "/efi/loader/entries/a.conf", PT_FORM_ENTRY },
    { "/boot/loader/entries/a/b.conf", PT_FORM_NONE },
    { "/boot/loader/entries/a", PT_FORM_NONE },
    { "/boot/limine.conf", PT_FORM_LIMINE },
    { "/etc/passwd", PT_FORM_NONE },
    { "", PT_FORM_NONE },
  };
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory (folder);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    g_assert_cmpint (pt_form_of_path (sysroot, paths[i].path), ==, paths[i].form);
}

typedef struct
{
  const char *name;
  const char *from;
  const char *to;
  const char *before;  /* the parameters */
  const char *edit;    /* what is done to them, `from>to`, NULL for nothing */
  const char *later;   /* the parameters when undo comes */
  const char *inverse; /* what undo does, NULL for nothing */
} PtEditsCase;

static const PtEditsCase edits_cases[] = {
  { "add", "", "iommu=on", "a", ">iommu=on", "a iommu=on", "iommu=on>" },
  { "add-there", "", "passthru.bind=x=y", "passthru.bind=x=y", NULL, "passthru.bind=x=y", NULL },
  { "add-to-list", "", "vfio-pci.ids=b", "vfio_pci.ids=a", "vfio_pci.ids=a>vfio_pci.ids=a,b",
    "vfio_pci.ids=a,b", "vfio_pci.ids=a,b>vfio_pci.ids=a" },
  { "grown", "", "vfio-pci.ids=b", "x", ">vfio-pci.ids=b", "vfio-pci.ids=b,c",
    "vfio-pci.ids=b,c>vfio-pci.ids=c" },
  { "gone", "", "vfio-pci.ids=b", "x", ">vfio-pci.ids=b", "x", NULL },
  { "change", "intel_iommu=off", "intel_iommu=on", "intel_iommu=off",
    "intel_iommu=off>intel_iommu=on", "intel_iommu=on", "intel_iommu=on>intel_iommu=off" },
  { "change-other", "intel_iommu=off", "intel_iommu=on", "intel_iommu=igfx_off", NULL,
    "intel_iommu=igfx_off", NULL },
  { "remove", "amd_iommu=off", "", "amd_iommu=off q", "amd_iommu=off>", "q", ">amd_iommu=off" },
  { "removed-by-both", "amd_iommu=off", "", "q", NULL, "q", NULL },
  { "put-back", "amd_iommu=off", "", "amd_iommu=off", "amd_iommu=off>", "amd_iommu=off", NULL },
};

static void
test_assert_edits (GPtrArray  *edits,
                   const char *expected)
{
  PtPlanChange    *edit = edits->len > 0 ? g_ptr_array_index (edits, 0) : NULL;
  g_autofree char *found = edit != NULL ? g_strdup_printf ("%s>%s", edit->from, edit->to) : NULL;

  g_assert_cmpuint (edits->len, <=, 1);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_edits (gconstpointer data)
{
  const PtEditsCase *self = data;
  g_auto (GStrv) before = g_strsplit (self->before, " ", -1);
  g_auto (GStrv) later = g_strsplit (self->later, " ", -1);
  g_autoptr (GPtrArray) edits =
               g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  g_autoptr (GPtrArray) inverse = NULL;

  pt_edits_add (edits, (const char *const *)before, self->from, self->to);
  test_assert_edits (edits, self->edit);
  inverse = pt_edits_invert (edits, (const char *const *)later);
  test_assert_edits (inverse, self->inverse);
}

static void
test_allowed (void)
{
  g_assert_true (pt_edits_token_is_allowed ("vfio-pci.ids=1002:73df,10de:1:2:3"));
  g_assert_true (pt_edits_token_is_allowed ("vfio_pci.ids=1002:73df"));
  g_assert_true (pt_edits_token_is_allowed ("intel_iommu=on"));
  g_assert_false (pt_edits_token_is_allowed ("init=bash"));
  g_assert_false (pt_edits_token_is_allowed ("iommu=pt init=bash"));
  g_assert_false (pt_edits_token_is_allowed ("iommu=$(x)"));
  g_assert_false (pt_edits_token_is_allowed (""));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (form_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/setup/form/", form_cases[i].name, NULL);

      g_test_add_data_func (path, &form_cases[i], test_form);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (edits_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/setup/form/edits/", edits_cases[i].name, NULL);

      g_test_add_data_func (path, &edits_cases[i], test_edits);
    }
  g_test_add_func ("/setup/form/paths", test_paths);
  g_test_add_func ("/setup/form/allowed", test_allowed);

  return g_test_run ();
}
