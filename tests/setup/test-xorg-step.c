/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-xorg-step"

#include "config.h"

#include "pt-xorg-step.h"

#include <string.h>

#include "pt-allowed.h"
#include "setup-fixture.h"

#define MAIN "etc/X11/xorg.conf"
#define DROP_IN "etc/X11/xorg.conf.d/20-cards.conf"

#define KEYBOARD "# mine\nSection \"InputClass\"\n\tIdentifier \"keyboard\"\nEndSection\n"
#define BIG                                                                           \
  "Section \"Device\"\n  Identifier \"big\" # the fast one\n  BusID \"PCI:47:0:0\"\n" \
  "EndSection\n"
#define SMALL \
  "Section \"Device\"\n  Identifier \"small\"\n  BusID \"PCI:50:0:0\"\nEndSection\n"
#define BIG_GONE                                                                      \
  "# Passthru: Section \"Device\"\n# Passthru:   Identifier \"big\" # the fast one\n" \
  "# Passthru:   BusID \"PCI:47:0:0\"\n# Passthru: EndSection\n"

/* The step that changes @file (logical), or NULL. */
static PtStep *
find_step (PtPlan     *plan,
           const char *file)
{
  GPtrArray *steps = pt_plan_get_steps (plan);

  for (guint i = 0; i < steps->len; i++)
    if (g_strcmp0 (pt_step_get_file (g_ptr_array_index (steps, i)), file) == 0)
      return g_ptr_array_index (steps, i);
  return NULL;
}

/* Writes @text, and returns what it becomes by setting the card aside. (transfer full) */
static char *
apply (PtSetupFixture *self,
       const char     *name,
       const char     *text)
{
  pt_test_write (self->tree, name, text);
  pt_setup_fixture_remember (self);
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  return pt_test_read (self->tree, name);
}

static void
test_plan (PtSetupFixture *self,
           gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;
  PtStep *step = NULL;

  pt_test_write (self->tree, MAIN, KEYBOARD BIG SMALL);
  pt_test_write (self->tree, DROP_IN, KEYBOARD SMALL);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_true (pt_plan_is_applicable (plan));
  step = find_step (plan, "/" MAIN);
  g_assert_nonnull (step);
  g_assert_cmpstr (pt_step_get_id (step), ==, "xorg");
  g_assert_nonnull (strstr (pt_step_get_diff (step), "+# Passthru:   BusID \"PCI:47:0:0\"\n"));
  g_assert_null (find_step (plan, "/" DROP_IN));
  /* A trial needs it as well: it comes before what activates. */
  for (guint i = 0; i < pt_plan_get_n_inert (plan); i++)
    if (g_ptr_array_index (pt_plan_get_steps (plan), i) == step)
      return;
  g_assert_not_reached ();
}

/* An IOMMU that comes first leaves the card where it is. */
static void
test_first_part (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_test_write (self->tree, MAIN, BIG);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_true (pt_plan_is_first_part (plan));
  g_assert_true (pt_plan_is_applicable (plan));
  g_assert_null (find_step (plan, "/" MAIN));
}

static void
test_apply_and_undo (PtSetupFixture *self,
                     gconstpointer   data)
{
  g_autofree char *text = apply (self, MAIN, KEYBOARD BIG SMALL "# no line end");
  g_autoptr (PtPlan) again = NULL;

  g_assert_cmpstr (text, ==, KEYBOARD BIG_GONE SMALL "# no line end");
  again = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_null (find_step (again, "/" MAIN));
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* What refers to the card's section goes with it, in whichever file it stands. */
static void
test_references (PtSetupFixture *self,
                 gconstpointer   data)
{
  const char *layout = "section \"Screen\"\n Identifier \"s1\"\n Device \"BIG\"\nendsection\n"
                       "Section \"Screen\"\n Identifier \"s2\"\n Device \"small\"\n"
                       " GPUDevice \"big\"\nEndSection\n"
                       "Section \"ServerLayout\"\n Screen 0 \"s1\"\n Screen 1 \"s2\"\nEndSection\n"
                       "Section \"ServerLayout\"\n Identifier \"l2\"\n Screen \"s2\"\n"
                       " Inactive \"big\"\nEndSection\n";
  const char *expected =
    "# Passthru: section \"Screen\"\n# Passthru:  Identifier \"s1\"\n"
    "# Passthru:  Device \"BIG\"\n# Passthru: endsection\n"
    "Section \"Screen\"\n Identifier \"s2\"\n Device \"small\"\n"
    "# Passthru:  GPUDevice \"big\"\nEndSection\n"
    "# Passthru: Section \"ServerLayout\"\n# Passthru:  Screen 0 \"s1\"\n"
    "# Passthru:  Screen 1 \"s2\"\n# Passthru: EndSection\n"
    "Section \"ServerLayout\"\n Identifier \"l2\"\n Screen \"s2\"\n"
    "# Passthru:  Inactive \"big\"\nEndSection\n";
  g_autofree char *text = NULL;
  g_autofree char *device = NULL;

  pt_test_write (self->tree, DROP_IN, SMALL BIG);
  text = apply (self, MAIN, layout);
  g_assert_cmpstr (text, ==, expected);
  device = pt_test_read (self->tree, DROP_IN);
  g_assert_cmpstr (device, ==, SMALL BIG_GONE);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* A domain of a BusID stands behind the bus; without one, 47:0:0 is another card. */
static const char *const second_domain[] = { "0000:2f:00\n0001:2f:00", NULL };

static void
test_domains (PtSetupFixture *self,
              gconstpointer   data)
{
  g_autofree char *text = NULL;

  pt_test_write (self->tree, MAIN,
                 BIG "Section \"Device\"\nBusID \"pci:47@1:0:0\"\nEndSection\n");
  pt_setup_fixture_remember (self);
  pt_setup_fixture_apply (self, "0001:2f:00.0");
  text = pt_test_read (self->tree, MAIN);
  g_assert_cmpstr (text, ==,
                   BIG "# Passthru: Section \"Device\"\n# Passthru: BusID \"pci:47@1:0:0\"\n"
                       "# Passthru: EndSection\n");
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

static void
test_later_edit (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autofree char *text = apply (self, MAIN, KEYBOARD BIG SMALL);
  g_autofree char *longer = g_strconcat ("# new\n", text, SMALL, NULL);
  g_autofree char *undone = NULL;

  pt_test_write (self->tree, MAIN, longer);
  pt_setup_fixture_undo (self);
  undone = pt_test_read (self->tree, MAIN);
  g_assert_cmpstr (undone, ==, "# new\n" KEYBOARD BIG SMALL SMALL);
}

/* Put back by hand: nothing is left to do. Changed within: named, and left alone. */
static void
test_conflict (PtSetupFixture *self,
               gconstpointer   data)
{
  static const char *const broken[] = {
    "# Passthru: Section \"Device\"\n# Passthru:   Identifier \"large\"\n",
    BIG_GONE BIG_GONE,
    "",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = apply (self, MAIN, KEYBOARD BIG);
      g_autofree char *kept = NULL;

      pt_test_write (self->tree, MAIN, broken[i]);
      g_assert_false (pt_engine_undo (self->sysroot, NULL, NULL, NULL, &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CONFLICT);
      g_assert_nonnull (strstr (error->message, "/" MAIN));
      kept = pt_test_read (self->tree, MAIN);
      g_assert_cmpstr (kept, ==, broken[i]);
      pt_test_write (self->tree, MAIN, "# solved\n" BIG);
      pt_setup_fixture_undo (self);
      g_clear_pointer (&kept, g_free);
      kept = pt_test_read (self->tree, MAIN);
      g_assert_cmpstr (kept, ==, "# solved\n" BIG);
    }
}

static void
test_garbage (PtSetupFixture *self,
              gconstpointer   data)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } cases[] = {
    { "Section \"Device\"\nBusID \"PCI:47:0:0\"\n", "line 1: the section does not end" },
    { "EndSection\n" BIG, "line 1: a section ends that never began" },
    { "Section \"Device\"\n" BIG, "line 2: a section begins in a section" },
    { BIG "# \xff\n", "not UTF-8 text" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtPlan) plan = NULL;

      pt_test_write (self->tree, MAIN, cases[i].text);
      plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
      g_assert_false (pt_plan_is_applicable (plan));
      g_test_message ("%s", pt_plan_get_manual_text (plan));
      g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), "/" MAIN));
      g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), cases[i].reason));
    }
}

/* Garbage about other cards is not ours to judge. */
static void
test_other_garbage (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_test_write (self->tree, MAIN, "EndSection\n\xff" SMALL);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_true (pt_plan_is_applicable (plan));
  g_assert_null (find_step (plan, "/" MAIN));
}

static void
test_allowed (PtSetupFixture *self,
              gconstpointer   data)
{
  static const char *const denied[] = {
    "/etc/X11",
    "/etc/X11/xorg.conf.d/",
    "/etc/X11/xorg.conf.d/.conf",
    "/etc/X11/xorg.conf.d/20.txt",
    "/etc/X11/xorg.conf.d/../../shadow.conf",
    "/etc/X11/xorg.conf.d/a/b.conf",
    "/etc/X11/xorg.conf.local",
    "/usr/share/X11/xorg.conf.d/10.conf",
  };

  g_assert_true (pt_allowed_path (self->sysroot, "/" MAIN));
  g_assert_true (pt_allowed_path (self->sysroot, "/" DROP_IN));
  for (gsize i = 0; i < G_N_ELEMENTS (denied); i++)
    g_assert_false (pt_allowed_path (self->sysroot, denied[i]));
}

#define TEST_ADD(name, data, func)                                                           \
  g_test_add ("/setup/xorg-step/" name, PtSetupFixture, data, pt_setup_fixture_set_up, func, \
              pt_setup_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST_ADD ("plan", NULL, test_plan);
  TEST_ADD ("first-part", pt_setup_intel_off, test_first_part);
  TEST_ADD ("apply-and-undo", NULL, test_apply_and_undo);
  TEST_ADD ("references", NULL, test_references);
  TEST_ADD ("domains", second_domain, test_domains);
  TEST_ADD ("later-edit", NULL, test_later_edit);
  TEST_ADD ("conflict", NULL, test_conflict);
  TEST_ADD ("garbage", NULL, test_garbage);
  TEST_ADD ("other-garbage", NULL, test_other_garbage);
  TEST_ADD ("allowed", NULL, test_allowed);

  return g_test_run ();
}
