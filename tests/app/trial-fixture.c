/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "trial-fixture"

#include "config.h"

#include "trial-fixture.h"

#include <string.h>
#include <unistd.h>

#include "pt-rehearsal.h"
#include "pt-test.h"

#define CARD "0000:2f:00.0"
/* Seconds. */
#define PATIENCE 60


void
trial_fixture_set_up (TrialFixture *self)
{
  g_autoptr (GError) error = NULL;

  self->folder = pt_test_make_folder ();
  self->tree = g_build_filename (self->folder, "tree", NULL);
  self->sysroot = pt_rehearsal_open_in (NULL, self->tree, NULL, &error);
  g_assert_no_error (error);
}


void
trial_fixture_tear_down (TrialFixture *self)
{
  g_clear_object (&self->sysroot);
  g_clear_pointer (&self->tree, g_free);
  pt_test_remove_tree (g_steal_pointer (&self->folder));
}


static PtPlan *
make_plan (TrialFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (CARD, &error);
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, NULL);
  PtPlan *plan = pt_plan_new (host, intent, &error);

  g_assert_no_error (error);
  return plan;
}


void
trial_fixture_restart (TrialFixture *self)
{
  g_autoptr (GError) error = NULL;

  pt_rehearsal_restart (self->sysroot, NULL, &error);
  g_assert_no_error (error);
}


void
trial_fixture_apply (TrialFixture *self)
{
  g_autoptr (PtPlan) plan = make_plan (self);
  g_autoptr (GError) error = NULL;

  pt_engine_apply (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  trial_fixture_restart (self);
}


void
trial_fixture_try (TrialFixture *self)
{
  g_autoptr (PtPlan) plan = make_plan (self);
  g_autoptr (PtPlan) again = NULL;
  g_autoptr (PtIntent) intent = NULL;
  g_autoptr (PtHost) host = NULL;
  g_autoptr (GError) error = NULL;

  pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pt_engine_status (self->sysroot, &intent, NULL, &error);
  host = pt_host_scan (self->sysroot, NULL, NULL);
  again = pt_plan_new (host, intent, &error);
  g_assert_no_error (error);
  pt_trial_start (again, &error);
  g_assert_no_error (error);
  trial_fixture_restart (self);
  g_assert_cmpint (trial_fixture_get_state (self), ==, PT_TRIAL_RUNNING);
}


void
trial_fixture_take (TrialFixture *self,
                    const char   *address,
                    const char   *driver)
{
  g_autofree char *link = g_build_filename (self->tree, "sys/bus/pci/devices", address, "driver",
                                            NULL);
  g_autofree char *target = g_file_read_link (link, NULL);
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *other = g_build_filename (folder, driver, NULL);

  g_assert_cmpint (unlink (link), ==, 0);
  g_assert_cmpint (symlink (other, link), ==, 0);
}


PtTrialState
trial_fixture_get_state (TrialFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtTrial) trial = pt_trial_read (self->sysroot, &error);

  g_assert_no_error (error);
  return trial->state;
}


/* --- What is on show --- */

static GtkWidget *
find_below (GtkWidget  *widget,
            GType       type,
            const char *text)
{
  const char *says = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_LABEL (widget))
    says = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_BUTTON (widget))
    says = gtk_button_get_label (GTK_BUTTON (widget));
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && says != NULL && strstr (says, text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_below (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}


GtkWidget *
trial_fixture_find (GType       type,
                    const char *text)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      GtkWidget *found = find_below (window, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}


static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}


/* TRUE once the main loop brought a label with @text, or took it away. */
static gboolean
await (const char *text,
       gboolean    there)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (20, wake_cb, NULL);

  while ((trial_fixture_find (GTK_TYPE_LABEL, text) != NULL) != there &&
         g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  return (trial_fixture_find (GTK_TYPE_LABEL, text) != NULL) == there;
}


void
trial_fixture_await_words (const char *text)
{
  gboolean came = await (text, TRUE);

  if (!came)
    g_test_message ("nothing says “%s”", text);
  g_assert_true (came);
}


void
trial_fixture_await_silence (const char *text)
{
  gboolean went = await (text, FALSE);

  if (!went)
    g_test_message ("something still says “%s”", text);
  g_assert_true (went);
}


void
trial_fixture_await_flag (const gboolean *flag)
{
  pt_test_await_flag (flag, PATIENCE);
}
