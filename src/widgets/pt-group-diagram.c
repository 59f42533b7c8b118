/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-group-diagram"

#include "config.h"

#include "pt-group-diagram.h"

#include "pt-paint.h"
#include "pt-widgets.h"

/* All lengths in pixels. */
#define COLUMN_MINIMUM 230
#define GAP 12
#define PADDING 12
#define BOX_PADDING 10
#define LINE_LENGTH 18

typedef struct
{
  PtBoxKind kind;
  char     *title;
  char     *detail;
  char     *words;
} PtBox;

typedef struct
{
  char      *title;
  GPtrArray *boxes; /* PtBox */
} PtBoxGroup;

struct _PtGroupDiagram
{
  GtkWidget parent_instance;

  GPtrArray *groups; /* PtBoxGroup */
};

/* One walk over the content serves measuring (no snapshot) and drawing. */
typedef struct
{
  PtGroupDiagram *self;
  GtkSnapshot    *snapshot;
  GdkRGBA         text, accent, error, line;
} PtWalk;

G_DEFINE_FINAL_TYPE (PtGroupDiagram, pt_group_diagram, GTK_TYPE_WIDGET)


static void
pt_box_free (PtBox *box)
{
  g_free (box->title);
  g_free (box->detail);
  g_free (box->words);
  g_free (box);
}


static void
pt_box_group_free (PtBoxGroup *group)
{
  g_free (group->title);
  g_ptr_array_unref (group->boxes);
  g_free (group);
}


/* Draws (or only measures) one paragraph and returns its height. */
static float
pt_walk_text (PtWalk     *walk,
              float       x,
              float       y,
              float       width,
              const char *text,
              PtPaintSize size,
              float       alpha)
{
  GdkRGBA color = walk->text;

  color.alpha *= alpha;
  return pt_paint_text (GTK_WIDGET (walk->self), walk->snapshot, x, y, width, text, size, &color);
}


/* A bridge: a thin line with its name beside it. */
static float
pt_walk_bridge (PtWalk      *walk,
                const PtBox *box,
                float        x,
                float        y,
                float        width)
{
  float left = x + LINE_LENGTH + 8;
  float inner = width - LINE_LENGTH - 8;
  float height = pt_walk_text (walk, left, y, inner, box->title, PT_PAINT_SMALL, 0.75F);

  if (walk->snapshot != NULL)
    gtk_snapshot_append_color (walk->snapshot, &walk->text,
                               &GRAPHENE_RECT_INIT (x, y + 8, LINE_LENGTH, 1));
  height += pt_walk_text (walk, left, y + height, inner, box->detail, PT_PAINT_SMALL, 0.6F);
  if (box->words != NULL)
    height += pt_walk_text (walk, left, y + height, inner, box->words, PT_PAINT_SMALL, 0.6F);
  return height;
}


static float
pt_walk_device (PtWalk      *walk,
                const PtBox *box,
                float        x,
                float        y,
                float        width)
{
  gboolean blocked = box->kind == PT_BOX_BLOCKED;
  float    inner = width - 2 * BOX_PADDING;
  float    height = BOX_PADDING;
  PtWalk   words = *walk;

  if (walk->snapshot != NULL)
    {
      /* Measured first: the outline lies under the text. */
      PtWalk measure = *walk;

      measure.snapshot = NULL;
      height = pt_walk_device (&measure, box, x, y, width);
      pt_paint_box (walk->snapshot, &GRAPHENE_RECT_INIT (x, y, width, height), 9,
                    blocked ? 2 : 1, blocked ? &walk->error : &walk->accent,
                    blocked ? 0.06F : 0.12F);
      height = BOX_PADDING;
    }
  height += pt_walk_text (walk, x + BOX_PADDING, y + height, inner, box->title, PT_PAINT_TITLE,
                          1.0F);
  height += pt_walk_text (walk, x + BOX_PADDING, y + height, inner, box->detail,
                          PT_PAINT_SMALL, 0.7F);
  words.text = blocked ? walk->error : walk->text;
  if (box->words != NULL)
    height += 2 + pt_walk_text (&words, x + BOX_PADDING, y + height + 2, inner, box->words,
                                PT_PAINT_SMALL, 1.0F);
  return height + BOX_PADDING;
}


static float
pt_walk_group (PtWalk           *walk,
               const PtBoxGroup *group,
               float             x,
               float             y,
               float             width)
{
  float inner = width - 2 * PADDING;
  float height = 8;

  height += pt_walk_text (walk, x + PADDING, y + height, inner, group->title,
                          PT_PAINT_HEADING, 0.6F);
  height += 6;
  for (guint i = 0; i < group->boxes->len; i++)
    {
      const PtBox *box = g_ptr_array_index (group->boxes, i);

      if (i > 0)
        height += 8;
      if (box->kind == PT_BOX_BRIDGE)
        height += pt_walk_bridge (walk, box, x + PADDING, y + height, inner);
      else
        height += pt_walk_device (walk, box, x + PADDING, y + height, inner);
    }
  return height + PADDING;
}


/* Groups flow into as many columns as fit. Returns the height of all. */
static float
pt_walk_groups (PtWalk *walk,
                float   width)
{
  PtBoxGroup **groups = (PtBoxGroup **)walk->self->groups->pdata;
  guint        n = walk->self->groups->len;
  guint        columns = (guint)CLAMP ((width + GAP) / (COLUMN_MINIMUM + GAP), 1, MAX (n, 1));
  float        column = (width - GAP * (columns - 1)) / columns;
  float        y = 0;

  for (guint first = 0; first < n; first += columns)
    {
      guint  last = MIN (first + columns, n);
      PtWalk measure = *walk;
      float  tallest = 0;

      measure.snapshot = NULL;
      for (guint i = first; i < last; i++)
        {
          float height = pt_walk_group (&measure, groups[i], 0, 0, column);

          tallest = MAX (tallest, height);
        }
      for (guint i = first; walk->snapshot != NULL && i < last; i++)
        {
          float x = (column + GAP) * (i - first);

          pt_paint_box (walk->snapshot, &GRAPHENE_RECT_INIT (x, y, column, tallest), 14, 1.5F,
                        &walk->line, 0);
          pt_walk_group (walk, groups[i], x, y, column);
        }
      y += tallest + (last < n ? GAP : 0);
    }
  return y;
}


static GtkSizeRequestMode
pt_group_diagram_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}


static void
pt_group_diagram_measure (GtkWidget     *widget,
                          GtkOrientation orientation,
                          int            for_size,
                          int           *minimum,
                          int           *natural,
                          int           *minimum_baseline,
                          int           *natural_baseline)
{
  PtWalk walk = { PT_GROUP_DIAGRAM (widget), NULL };
  float  width = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 160;
      *natural = 2 * COLUMN_MINIMUM + GAP;
      return;
    }
  width = for_size < 0 ? 2 * COLUMN_MINIMUM + GAP : for_size;
  *minimum = *natural = (int)pt_walk_groups (&walk, width) + 1;
}


static void
pt_group_diagram_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  PtWalk walk = { PT_GROUP_DIAGRAM (widget), snapshot };

  pt_widgets_lookup_color (widget, "window_fg_color", "#000", &walk.text);
  pt_widgets_lookup_color (widget, "accent_color", "#1c71d8", &walk.accent);
  pt_widgets_lookup_color (widget, "error_color", "#c01c28", &walk.error);
  walk.line = walk.text;
  walk.line.alpha = 0.35F;
  pt_walk_groups (&walk, (float)gtk_widget_get_width (widget));
}


static void
pt_group_diagram_finalize (GObject *object)
{
  PtGroupDiagram *self = PT_GROUP_DIAGRAM (object);

  g_ptr_array_unref (self->groups);

  G_OBJECT_CLASS (pt_group_diagram_parent_class)->finalize (object);
}


static void
pt_group_diagram_class_init (PtGroupDiagramClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = pt_group_diagram_finalize;
  widget_class->get_request_mode = pt_group_diagram_get_request_mode;
  widget_class->measure = pt_group_diagram_measure;
  widget_class->snapshot = pt_group_diagram_snapshot;
  gtk_widget_class_set_css_name (widget_class, "group-diagram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}


static void
pt_group_diagram_init (PtGroupDiagram *self)
{
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_box_group_free);
}


GtkWidget *
pt_group_diagram_new (void)
{
  return g_object_new (PT_TYPE_GROUP_DIAGRAM, NULL);
}


static void
pt_group_diagram_changed (PtGroupDiagram *self)
{
  g_autofree char *text = pt_group_diagram_to_text (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}


void
pt_group_diagram_clear (PtGroupDiagram *self)
{
  g_return_if_fail (PT_IS_GROUP_DIAGRAM (self));

  g_ptr_array_set_size (self->groups, 0);
  pt_group_diagram_changed (self);
}


static PtBoxGroup *
pt_group_diagram_ensure_group (PtGroupDiagram *self,
                               const char     *title)
{
  PtBoxGroup *group = NULL;

  if (self->groups->len > 0)
    group = g_ptr_array_index (self->groups, self->groups->len - 1);
  if (group != NULL && g_str_equal (group->title, title))
    return group;
  group = g_new0 (PtBoxGroup, 1);
  group->title = g_strdup (title);
  group->boxes = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_box_free);
  g_ptr_array_add (self->groups, group);
  return group;
}


void
pt_group_diagram_add (PtGroupDiagram *self,
                      const char     *group,
                      PtBoxKind       kind,
                      const char     *title,
                      const char     *detail,
                      const char     *words)
{
  PtBox *box = NULL;

  g_return_if_fail (PT_IS_GROUP_DIAGRAM (self));
  g_return_if_fail (group != NULL && title != NULL && detail != NULL);

  box = g_new0 (PtBox, 1);
  box->kind = kind;
  box->title = g_strdup (title);
  box->detail = g_strdup (detail);
  box->words = g_strdup (words);
  g_ptr_array_add (pt_group_diagram_ensure_group (self, group)->boxes, box);
  pt_group_diagram_changed (self);
}


char *
pt_group_diagram_to_text (PtGroupDiagram *self)
{
  GString *text = NULL;

  g_return_val_if_fail (PT_IS_GROUP_DIAGRAM (self), NULL);

  text = g_string_new (NULL);
  for (guint i = 0; i < self->groups->len; i++)
    {
      const PtBoxGroup *group = g_ptr_array_index (self->groups, i);

      for (guint j = 0; j < group->boxes->len; j++)
        {
          const PtBox *box = g_ptr_array_index (group->boxes, j);

          g_string_append_printf (text, "%s: %s, %s", group->title, box->title, box->detail);
          if (box->words != NULL)
            g_string_append_printf (text, ". %s", box->words);
          g_string_append_c (text, '\n');
        }
    }
  return g_string_free (text, FALSE);
}
