/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-core-map"

#include "config.h"

#include "pt-core-map.h"

#include <glib/gi18n-lib.h>

#include "pt-paint.h"
#include "pt-widgets.h"

/* In pixels; boxes of cores grow with the text. */
#define GAP 6
#define PADDING 10
#define DOMAIN_GAP 10
#define RADIUS 6

typedef struct
{
  PtCoreMapOwner owner;
  char          *mark;
  guint          threads;
  char          *words;
} PtMapCore;

typedef struct
{
  char      *title;
  GPtrArray *cores; /* PtMapCore */
} PtMapDomain;

struct _PtCoreMap
{
  GtkWidget parent_instance;

  GPtrArray *domains; /* PtMapDomain */
};

/* One walk over the content serves measuring (no snapshot) and drawing. */
typedef struct
{
  PtCoreMap   *self;
  GtkSnapshot *snapshot;
  float        side; /* of a core's box */
  GdkRGBA      text, accent, on_accent;
} PtMapWalk;

G_DEFINE_FINAL_TYPE (PtCoreMap, pt_core_map, GTK_TYPE_WIDGET)


static void
pt_map_core_free (PtMapCore *core)
{
  g_free (core->mark);
  g_free (core->words);
  g_free (core);
}


static void
pt_map_domain_free (PtMapDomain *domain)
{
  g_free (domain->title);
  g_ptr_array_unref (domain->cores);
  g_free (domain);
}


/* A small text; returns its height. @width < 0 = as wide as it is. */
static float
pt_map_walk_text (PtMapWalk     *walk,
                  float          x,
                  float          y,
                  float          width,
                  const char    *text,
                  const GdkRGBA *color)
{
  return pt_paint_text (GTK_WIDGET (walk->self), walk->snapshot, x, y, width, text,
                        PT_PAINT_SMALL, color);
}


/* Threads are bars at the foot of the box, the mark is above them. */
static void
pt_map_walk_core (PtMapWalk       *walk,
                  const PtMapCore *core,
                  float            x,
                  float            y)
{
  gboolean guest = core->owner == PT_CORE_MAP_GUEST;
  GdkRGBA  ink = guest ? walk->on_accent : walk->text;
  float    side = walk->side;
  float    inner = side - 8;
  guint    threads = CLAMP (core->threads, 1, 8);
  float    bar = (inner - 2 * (threads - 1)) / threads;

  pt_paint_box (walk->snapshot, &GRAPHENE_RECT_INIT (x, y, side, side), RADIUS,
                guest ? 1 : 1.5F, guest ? &walk->accent : &walk->text, guest ? 1 : 0);
  for (guint i = 0; i < threads; i++)
    gtk_snapshot_append_color (walk->snapshot, &ink,
                               &GRAPHENE_RECT_INIT (x + 4 + i * (bar + 2), y + side - 8, bar, 4));
  if (core->mark != NULL)
    pt_map_walk_text (walk, x + 6, y + 2, -1, core->mark, &ink);
}


/* Width of @columns boxes side by side. */
static float
pt_map_row_width (const PtMapWalk *walk,
                  guint            columns)
{
  return columns * walk->side + (columns - 1) * GAP;
}


/* What the title takes on one line. */
static float
pt_map_get_title_width (const PtMapWalk   *walk,
                        const PtMapDomain *domain)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (walk->self),
                                                                   domain->title);
  int width = 0;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return (float)width;
}


/* The size of a domain that may be @width wide; drawn at @x, @y. */
static void
pt_map_walk_domain (PtMapWalk         *walk,
                    const PtMapDomain *domain,
                    float              x,
                    float              y,
                    float              width,
                    graphene_size_t   *size)
{
  guint     n = domain->cores->len;
  float     inner = MAX (width - 2 * PADDING, walk->side);
  guint     columns = (guint)CLAMP ((inner + GAP) / (walk->side + GAP), 1, MAX (n, 1));
  guint     rows = (n + columns - 1) / columns;
  PtMapWalk measure = *walk;
  float     wide = MAX (pt_map_row_width (walk, columns),
                        MIN (inner, pt_map_get_title_width (walk, domain)));
  float     top = 0;

  measure.snapshot = NULL;
  top = PADDING + pt_map_walk_text (&measure, 0, 0, wide, domain->title, &walk->text) + GAP;
  size->width = wide + 2 * PADDING;
  size->height = top + rows * walk->side + (rows - 1) * GAP + PADDING;
  if (walk->snapshot == NULL)
    return;

  pt_paint_box (walk->snapshot, &GRAPHENE_RECT_INIT (x, y, size->width, size->height),
                2 * RADIUS, 1, &walk->text, 0);
  pt_map_walk_text (walk, x + PADDING, y + PADDING, wide, domain->title, &walk->text);
  for (guint i = 0; i < n; i++)
    pt_map_walk_core (walk, g_ptr_array_index (domain->cores, i),
                      x + PADDING + (i % columns) * (walk->side + GAP),
                      y + top + (i / columns) * (walk->side + GAP));
}


/* What filled and outlined boxes mean. Returns its height. */
static float
pt_map_walk_legend (PtMapWalk *walk,
                    float      y,
                    float      width)
{
  const struct
  {
    PtCoreMapOwner owner;
    const char    *words;
  } entries[] = {
    { PT_CORE_MAP_GUEST, _ ("The machine's") },
    { PT_CORE_MAP_HOST, _ ("This computer's own") },
  };
  float height = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      gboolean guest = entries[i].owner == PT_CORE_MAP_GUEST;
      float    mark = walk->side / 2;
      float    left = mark + 8;

      if (walk->snapshot != NULL)
        pt_paint_box (walk->snapshot,
                      &GRAPHENE_RECT_INIT (1, y + height + 1, mark - 2, mark - 2), RADIUS / 2,
                      1.5F, guest ? &walk->accent : &walk->text, guest ? 1 : 0);
      height += MAX (mark, pt_map_walk_text (walk, left, y + height, width - left,
                                             entries[i].words, &walk->text)) +
                2;
    }
  return height;
}


/* Domains flow in rows. Returns the height of all. */
static float
pt_map_walk (PtMapWalk *walk,
             float      width)
{
  float x = 0, y = 0, tallest = 0;

  for (guint i = 0; i < walk->self->domains->len; i++)
    {
      const PtMapDomain *domain = g_ptr_array_index (walk->self->domains, i);
      PtMapWalk          measure = *walk;
      graphene_size_t    size = { 0 };

      measure.snapshot = NULL;
      pt_map_walk_domain (&measure, domain, 0, 0, width, &size);
      if (x > 0 && x + size.width > width)
        {
          x = 0;
          y += tallest + DOMAIN_GAP;
          tallest = 0;
        }
      if (walk->snapshot != NULL)
        pt_map_walk_domain (walk, domain, x, y, width, &size);
      x += size.width + DOMAIN_GAP;
      tallest = MAX (tallest, size.height);
    }
  return y + tallest + DOMAIN_GAP + pt_map_walk_legend (walk, y + tallest + DOMAIN_GAP, width);
}


/* A box is twice as high as a line of text. */
static float
pt_core_map_get_side (PtCoreMap *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "P");
  int height = 0;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return MAX (2.0F * (float)height, 24.0F);
}


static GtkSizeRequestMode
pt_core_map_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}


static void
pt_core_map_measure (GtkWidget     *widget,
                     GtkOrientation orientation,
                     int            for_size,
                     int           *minimum,
                     int           *natural,
                     int           *minimum_baseline,
                     int           *natural_baseline)
{
  PtCoreMap *self = PT_CORE_MAP (widget);
  PtMapWalk  walk = { self, NULL, pt_core_map_get_side (self) };
  int        widest = (int)(12 * (walk.side + GAP)) + 2 * PADDING;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = (int)(2 * walk.side) + 2 * PADDING + GAP + 1;
      *natural = MAX (*minimum, widest);
      return;
    }
  *minimum = *natural = (int)pt_map_walk (&walk, (float)(for_size < 0 ? widest : for_size)) + 1;
}


static void
pt_core_map_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  PtCoreMap *self = PT_CORE_MAP (widget);
  PtMapWalk  walk = { self, snapshot, pt_core_map_get_side (self) };

  pt_widgets_lookup_color (widget, "window_fg_color", "#000", &walk.text);
  pt_widgets_lookup_color (widget, "accent_bg_color", "#3584e4", &walk.accent);
  pt_widgets_lookup_color (widget, "accent_fg_color", "#fff", &walk.on_accent);
  walk.text.alpha *= 0.75F;
  pt_map_walk (&walk, (float)gtk_widget_get_width (widget));
}


static void
pt_core_map_finalize (GObject *object)
{
  PtCoreMap *self = PT_CORE_MAP (object);

  g_ptr_array_unref (self->domains);

  G_OBJECT_CLASS (pt_core_map_parent_class)->finalize (object);
}


static void
pt_core_map_class_init (PtCoreMapClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = pt_core_map_finalize;
  widget_class->get_request_mode = pt_core_map_get_request_mode;
  widget_class->measure = pt_core_map_measure;
  widget_class->snapshot = pt_core_map_snapshot;
  gtk_widget_class_set_css_name (widget_class, "core-map");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}


static void
pt_core_map_init (PtCoreMap *self)
{
  self->domains = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_map_domain_free);
}


GtkWidget *
pt_core_map_new (void)
{
  return g_object_new (PT_TYPE_CORE_MAP, NULL);
}


static void
pt_core_map_changed (PtCoreMap *self)
{
  g_autofree char *text = pt_core_map_to_text (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}


void
pt_core_map_clear (PtCoreMap *self)
{
  g_return_if_fail (PT_IS_CORE_MAP (self));

  g_ptr_array_set_size (self->domains, 0);
  pt_core_map_changed (self);
}


static PtMapDomain *
pt_core_map_ensure_domain (PtCoreMap  *self,
                           const char *title)
{
  PtMapDomain *domain = NULL;

  if (self->domains->len > 0)
    domain = g_ptr_array_index (self->domains, self->domains->len - 1);
  if (domain != NULL && g_str_equal (domain->title, title))
    return domain;
  domain = g_new0 (PtMapDomain, 1);
  domain->title = g_strdup (title);
  domain->cores = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_map_core_free);
  g_ptr_array_add (self->domains, domain);
  return domain;
}


void
pt_core_map_add (PtCoreMap     *self,
                 const char    *domain,
                 PtCoreMapOwner owner,
                 const char    *mark,
                 guint          threads,
                 const char    *words)
{
  PtMapCore *core = NULL;

  g_return_if_fail (PT_IS_CORE_MAP (self));
  g_return_if_fail (domain != NULL && words != NULL);

  core = g_new0 (PtMapCore, 1);
  core->owner = owner;
  core->mark = g_strdup (mark);
  core->threads = threads;
  core->words = g_strdup (words);
  g_ptr_array_add (pt_core_map_ensure_domain (self, domain)->cores, core);
  pt_core_map_changed (self);
}


/* The words of one side's cores of a domain; "" for none. */
static char *
pt_map_domain_list (const PtMapDomain *domain,
                    PtCoreMapOwner     owner)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < domain->cores->len; i++)
    {
      const PtMapCore *core = g_ptr_array_index (domain->cores, i);

      if (core->owner != owner)
        continue;
      g_string_append_printf (text, "%s%s%s%s", text->len > 0 ? "; " : "",
                              core->mark != NULL ? core->mark : "", core->mark != NULL ? " " : "",
                              core->words);
    }
  return g_string_free (text, FALSE);
}


char *
pt_core_map_to_text (PtCoreMap *self)
{
  GString *text = NULL;

  g_return_val_if_fail (PT_IS_CORE_MAP (self), NULL);

  text = g_string_new (NULL);
  for (guint i = 0; i < self->domains->len; i++)
    {
      const PtMapDomain *domain = g_ptr_array_index (self->domains, i);
      g_autofree char   *guest = pt_map_domain_list (domain, PT_CORE_MAP_GUEST);
      g_autofree char   *host = pt_map_domain_list (domain, PT_CORE_MAP_HOST);

      g_string_append (text, domain->title);
      if (*guest != '\0')
        g_string_append_printf (text, ". %s: %s", _ ("The machine's"), guest);
      if (*host != '\0')
        g_string_append_printf (text, ". %s: %s", _ ("This computer's own"), host);
      g_string_append (text, ".\n");
    }
  return g_string_free (text, FALSE);
}
