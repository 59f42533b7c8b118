/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "wizard-fixture"

#include "config.h"

#include "wizard-fixture.h"

#include <string.h>

#include <glib/gstdio.h>

#include "pt-rehearsal.h"
#include "pt-test.h"

/* Seconds; a busy machine draws slowly without a graphics card. */
#define PATIENCE 60


void
wizard_fixture_isolate (const char *folder)
{
  static const char *const variables[] = {
    "HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
  };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *path = g_build_filename (folder, variables[i], NULL);

      g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
      g_setenv (variables[i], path, TRUE);
    }
}


gboolean
wizard_fixture_set_up (WizardFixture *self,
                       const char    *recording)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *tree = NULL;

  memset (self, 0, sizeof *self);
  if (!gtk_init_check ())
    {
      g_test_skip ("no display can be had");
      return FALSE;
    }
  adw_init ();
  self->folder = pt_test_make_folder ();
  tree = g_build_filename (self->folder, "tree", NULL);
  self->sysroot = pt_rehearsal_open_in (recording, tree, NULL, &error);
  g_assert_no_error (error);
  return TRUE;
}


void
wizard_fixture_tear_down (WizardFixture *self)
{
  if (self->folder == NULL)
    return;
  wizard_fixture_close (self);
  g_clear_object (&self->sysroot);
  g_clear_pointer (&self->folder, pt_test_remove_tree);
  g_clear_pointer (&self->finished_machine, g_free);
}


static void
wizard_fixture_finished_cb (WizardFixture *self,
                            const char    *machine,
                            gboolean       start)
{
  self->finished = TRUE;
  self->finished_start = start;
  g_free (self->finished_machine);
  self->finished_machine = g_strdup (machine);
}


void
wizard_fixture_open (WizardFixture *self)
{
  g_assert_null (self->wizard);
  self->wizard = pt_wizard_new (NULL, self->sysroot);
  g_signal_connect_swapped (self->wizard, "finished", G_CALLBACK (wizard_fixture_finished_cb),
                            self);
  gtk_window_present (GTK_WINDOW (self->wizard));
  wizard_fixture_await_settled (self);
}


static gboolean
wizard_fixture_wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}


/* A page that waits only for the frame clock wakes nobody: a timer does. */
static gboolean
wizard_fixture_await (gboolean (*done) (gpointer data),
                      gpointer data)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (10, wizard_fixture_wake_cb, NULL);

  while (!done (data) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  return done (data);
}


static gboolean
wizard_fixture_is_gone (gpointer data)
{
  return *(gpointer *)data == NULL;
}


void
wizard_fixture_close (WizardFixture *self)
{
  gpointer alive = self->wizard;

  if (self->wizard == NULL)
    return;
  g_object_add_weak_pointer (G_OBJECT (self->wizard), &alive);
  gtk_window_destroy (GTK_WINDOW (self->wizard));
  self->wizard = NULL;
  g_assert_true (wizard_fixture_await (wizard_fixture_is_gone, &alive));
}


static gboolean
wizard_fixture_is_settled (gpointer data)
{
  WizardFixture *self = data;

  return gtk_widget_get_mapped (self->wizard) && pt_wizard_is_settled (PT_WIZARD (self->wizard));
}


void
wizard_fixture_await_settled (WizardFixture *self)
{
  g_assert_true (wizard_fixture_await (wizard_fixture_is_settled, self));
}


typedef struct
{
  WizardFixture *fixture;
  const char    *text;
} AwaitText;


static gboolean
wizard_fixture_is_on_page (gpointer data)
{
  AwaitText *await = data;
  PtWizard  *wizard = PT_WIZARD (await->fixture->wizard);

  return g_str_equal (pt_wizard_get_page_name (wizard), await->text) &&
         pt_wizard_is_settled (wizard);
}


void
wizard_fixture_await_page (WizardFixture *self,
                           const char    *page)
{
  AwaitText await = { self, page };

  wizard_fixture_await (wizard_fixture_is_on_page, &await);
  g_assert_cmpstr (pt_wizard_get_page_name (PT_WIZARD (self->wizard)), ==, page);
  wizard_fixture_await_settled (self);
}


void
wizard_fixture_walk_on_to (WizardFixture *self,
                           const char    *page)
{
  PtWizard *wizard = PT_WIZARD (self->wizard);

  for (guint i = 0; i < 16 && !g_str_equal (pt_wizard_get_page_name (wizard), page); i++)
    {
      g_assert_true (pt_wizard_advance (wizard));
      wizard_fixture_await_settled (self);
    }
  wizard_fixture_await_page (self, page);
}


void
wizard_fixture_walk_to (WizardFixture *self,
                        const char    *page)
{
  wizard_fixture_open (self);
  wizard_fixture_walk_on_to (self, page);
}


static gboolean
wizard_fixture_has_label (GtkWidget  *widget,
                          const char *text)
{
  g_autofree char *difference = NULL;

  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    return FALSE;
  difference = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                                   GTK_ACCESSIBLE_PROPERTY_LABEL, text);
  return difference == NULL;
}


static gboolean
wizard_fixture_matches (GtkWidget  *widget,
                        const char *text)
{
  const char *says = NULL;

  if (GTK_IS_BUTTON (widget))
    says = gtk_button_get_label (GTK_BUTTON (widget));
  else if (ADW_IS_PREFERENCES_ROW (widget))
    says = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget));
  else if (GTK_IS_LABEL (widget))
    says = gtk_label_get_text (GTK_LABEL (widget));
  if (g_strcmp0 (says, text) == 0 || g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0)
    return TRUE;
  return wizard_fixture_has_label (widget, text);
}


static GtkWidget *
wizard_fixture_search (GtkWidget  *widget,
                       GType       type,
                       const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && wizard_fixture_matches (widget, text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = wizard_fixture_search (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}


GtkWidget *
wizard_fixture_find (WizardFixture *self,
                     GType          type,
                     const char    *text)
{
  return wizard_fixture_search (self->wizard, type, text);
}


void
wizard_fixture_press (WizardFixture *self,
                      const char    *text)
{
  GtkWidget *button = wizard_fixture_find (self, GTK_TYPE_BUTTON, text);

  if (button == NULL)
    g_test_message ("no button says “%s”", text);
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}


static gboolean
wizard_fixture_search_words (GtkWidget  *widget,
                             const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (wizard_fixture_search_words (child, text))
        return TRUE;
    }
  return FALSE;
}


gboolean
wizard_fixture_says (WizardFixture *self,
                     const char    *text)
{
  return wizard_fixture_search_words (self->wizard, text);
}


static gboolean
wizard_fixture_says_now (gpointer data)
{
  AwaitText *await = data;

  return wizard_fixture_says (await->fixture, await->text);
}


void
wizard_fixture_await_words (WizardFixture *self,
                            const char    *text)
{
  AwaitText await = { self, text };

  g_assert_true (wizard_fixture_await (wizard_fixture_says_now, &await));
}


void
wizard_fixture_set_program (WizardFixture *self,
                            const char    *name,
                            const char    *script)
{
  g_autofree char *tree = g_build_filename (self->folder, "tree", "usr", "sbin", NULL);
  g_autofree char *path = g_build_filename (tree, name, NULL);

  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  pt_test_write (tree, name, script);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}


/* NULL before the first frame. (transfer full) */
static GskRenderNode *
wizard_fixture_draw (WizardFixture *self)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (self->wizard);

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (self->wizard),
                          gtk_widget_get_height (self->wizard));
  return gtk_snapshot_free_to_node (snapshot);
}


static gboolean
wizard_fixture_is_drawn (gpointer data)
{
  g_autoptr (GskRenderNode) node = wizard_fixture_draw (data);

  return node != NULL;
}


static void
wizard_fixture_save (WizardFixture *self,
                     const char    *path)
{
  GskRenderer *renderer = NULL;
  int          width = 0;
  int          height = 0;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  g_assert_true (wizard_fixture_await (wizard_fixture_is_drawn, self));
  renderer = gtk_native_get_renderer (GTK_NATIVE (self->wizard));
  width = gtk_widget_get_width (self->wizard);
  height = gtk_widget_get_height (self->wizard);
  node = wizard_fixture_draw (self);
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, width, height));
  g_assert_true (gdk_texture_save_to_png (texture, path));
}


static gboolean
wizard_fixture_paused (gpointer data)
{
  return g_get_monotonic_time () > *(gint64 *)data;
}


/* Lets animations and the new size settle; only pictures need it. */
static void
wizard_fixture_pause (void)
{
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 2;

  wizard_fixture_await (wizard_fixture_paused, &end);
}


static void
wizard_fixture_save_as (WizardFixture *self,
                        const char    *folder,
                        const char    *name,
                        const char    *look)
{
  g_autofree char *file = g_strdup_printf ("%s-%s.png", name, look);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  wizard_fixture_pause ();
  wizard_fixture_save (self, path);
}


void
wizard_fixture_picture (WizardFixture *self,
                        const char    *name)
{
  const char      *folder = g_getenv ("PASSTHRU_TEST_PICTURES");
  AdwStyleManager *style = NULL;
  int              dpi = 0;

  if (folder == NULL)
    return;
  style = adw_style_manager_get_default ();
  wizard_fixture_save_as (self, folder, name, "light");
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  wizard_fixture_save_as (self, folder, name, "dark");
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_DEFAULT);
  gtk_window_set_default_size (GTK_WINDOW (self->wizard), 360, 640);
  wizard_fixture_save_as (self, folder, name, "narrow");
  gtk_window_set_default_size (GTK_WINDOW (self->wizard), 900, 1600);
  wizard_fixture_save_as (self, folder, name, "tall");
  gtk_window_set_default_size (GTK_WINDOW (self->wizard), 900, 680);
  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 2 * 96 * PANGO_SCALE, NULL);
  wizard_fixture_save_as (self, folder, name, "large");
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", dpi, NULL);
  wizard_fixture_pause ();
}
