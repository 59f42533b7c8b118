/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-core-map"

#include "config.h"

#include "pt-core-map.h"

#include "pt-core-picture.h"
#include "pt-test-host.h"


static GtkWidget *
make_map (void)
{
  GtkWidget *map = g_object_ref_sink (pt_core_map_new ());
  PtCoreMap *self = PT_CORE_MAP (map);

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *words = g_strdup_printf ("%u", i);

      pt_core_map_add (self, i < 4 ? "One" : "Two", i < 4 ? PT_CORE_MAP_HOST : PT_CORE_MAP_GUEST,
                       i == 7 ? "E" : NULL, 2, words);
    }
  return map;
}


static int
measure_height (GtkWidget *map,
                int        width)
{
  int height = 0;

  gtk_widget_measure (map, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}


static void
test_text (void)
{
  GtkWidget       *map = make_map ();
  g_autofree char *text = pt_core_map_to_text (PT_CORE_MAP (map));
  g_autofree char *empty = NULL;

  g_assert_cmpstr (text, ==,
                   "One. This computer's own: 0; 1; 2; 3.\n"
                   "Two. The machine's: 4; 5; 6; E 7.\n");
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (map)), ==,
                   GTK_ACCESSIBLE_ROLE_IMG);
  pt_core_map_clear (PT_CORE_MAP (map));
  empty = pt_core_map_to_text (PT_CORE_MAP (map));
  g_assert_cmpstr (empty, ==, "");
  g_object_unref (map);
}


/* Where there is less width there is more height, down to the narrowest. */
static void
test_wraps (void)
{
  GtkWidget *map = make_map ();
  int        narrowest = 0;

  gtk_widget_measure (map, GTK_ORIENTATION_HORIZONTAL, -1, &narrowest, NULL, NULL, NULL);
  g_assert_cmpint (narrowest, <, 330);
  g_assert_cmpint (measure_height (map, 330), >, measure_height (map, 900));
  g_assert_cmpint (measure_height (map, narrowest), >, measure_height (map, 330));
  g_object_unref (map);
}


/* TRUE if the node or one below it is of @type. */
static gboolean
has_node (GskRenderNode    *node,
          GskRenderNodeType type)
{
  if (gsk_render_node_get_node_type (node) == type)
    return TRUE;
  if (gsk_render_node_get_node_type (node) == GSK_CONTAINER_NODE)
    {
      for (guint i = 0; i < gsk_container_node_get_n_children (node); i++)
        {
          if (has_node (gsk_container_node_get_child (node, i), type))
            return TRUE;
        }
    }
  if (gsk_render_node_get_node_type (node) == GSK_TRANSFORM_NODE)
    return has_node (gsk_transform_node_get_child (node), type);
  return FALSE;
}


static void
test_draws (void)
{
  GtkWidget   *window = gtk_window_new ();
  GtkWidget   *map = make_map ();
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;

  gtk_window_set_child (GTK_WINDOW (window), map);
  gtk_window_present (GTK_WINDOW (window));
  /* What the window is told on the way is of no fixed number; the time limit catches a hang. */
  while (gtk_widget_get_width (map) == 0)
    g_main_context_iteration (NULL, TRUE);
  GTK_WIDGET_GET_CLASS (map)->snapshot (map, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  /* Filled boxes, outlines and texts. */
  g_assert_true (has_node (node, GSK_ROUNDED_CLIP_NODE));
  g_assert_true (has_node (node, GSK_BORDER_NODE));
  g_assert_true (has_node (node, GSK_TEXT_NODE));
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (map);
}


static void
test_picture (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  GtkWidget       *map = g_object_ref_sink (pt_core_map_new ());
  g_autofree char *text = NULL;
  PtCpuLayout      unknown = { 0 };

  g_assert_true (pt_core_picture_show (PT_CORE_MAP (map), pt_host_get_cpu_layout (host), 2));
  text = pt_core_map_to_text (PT_CORE_MAP (map));
  g_assert_cmpstr (text, ==,
                   "Shared cache 1, 32 MiB. This computer's own: 0,12; 1,13; 2,14; 3,15; 4,16; "
                   "5,17.\n"
                   "Shared cache 2, 32 MiB. The machine's: 10,22; 11,23. This computer's own: "
                   "6,18; 7,19; 8,20; 9,21.\n");
  g_assert_false (pt_core_picture_show (PT_CORE_MAP (map), &unknown, 2));
  g_object_unref (map);
}


int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wizard/core-map/text", test_text);
  g_test_add_func ("/wizard/core-map/wraps", test_wraps);
  g_test_add_func ("/wizard/core-map/draws", test_draws);
  g_test_add_func ("/wizard/core-map/picture", test_picture);

  return g_test_run ();
}
