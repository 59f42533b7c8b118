/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-display"

#include "config.h"

#include "pt-display.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pt-uploader.h"

/* Asked for before there is a picture. */
#define PT_DISPLAY_WIDTH 640
#define PT_DISPLAY_HEIGHT 360
#define PT_DISPLAY_DIMMED 0.55f

struct _PtDisplay
{
  GtkWidget parent_instance;

  PtKvmfrSource *source;
  GSignalGroup  *signals;
  PtUploader    *uploader; /* while realized and once there was a picture */
  gboolean       no_gl;    /* GL failed in this window: do not try again */
  gboolean       refresh;  /* take the picture again although it is not new */
  guint          tick;

  GdkTexture *picture;
  guint       rotation;
  gboolean    fresh; /* not drawn yet */
  guint64     drawn;

  GdkTexture *cursor;
  gboolean    cursor_due; /* the source has news of it */
  guint64     cursor_serial;
  gboolean    cursor_visible;
  int         cursor_x, cursor_y; /* upright desktop pixels */

  gboolean dimmed;
};

typedef enum {
  PROP_SOURCE = 1,
  PROP_DIMMED,
} PtDisplayProperty;

static GParamSpec *properties[PROP_DIMMED + 1];

G_DEFINE_FINAL_TYPE (PtDisplay, pt_display, GTK_TYPE_WIDGET)


/* Size of the picture as it is looked at. */
static void
pt_display_get_upright_size (PtDisplay *self,
                             int       *width,
                             int       *height)
{
  int stored_width = gdk_texture_get_width (self->picture);
  int stored_height = gdk_texture_get_height (self->picture);

  *width = self->rotation % 2 == 0 ? stored_width : stored_height;
  *height = self->rotation % 2 == 0 ? stored_height : stored_width;
}


/* Where the upright picture lies: as large as fits, centred, on whole device pixels. */
static void
pt_display_get_box (PtDisplay       *self,
                    graphene_rect_t *box)
{
  int    factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  double width = gtk_widget_get_width (GTK_WIDGET (self)) * factor;
  double height = gtk_widget_get_height (GTK_WIDGET (self)) * factor;
  int    picture_width = 0;
  int    picture_height = 0;
  double scale = 1;
  double box_width = 0;
  double box_height = 0;

  pt_display_get_upright_size (self, &picture_width, &picture_height);
  scale = MIN (width / picture_width, height / picture_height);
  box_width = round (picture_width * scale);
  box_height = round (picture_height * scale);
  graphene_rect_init (box,
                      (float)(floor ((width - box_width) / 2) / factor),
                      (float)(floor ((height - box_height) / 2) / factor),
                      (float)(box_width / factor), (float)(box_height / factor));
}


/* Black beside the picture only: nothing is drawn twice. */
static void
pt_display_append_bars (PtDisplay             *self,
                        GtkSnapshot           *snapshot,
                        const graphene_rect_t *box)
{
  const GdkRGBA black = { 0, 0, 0, 1 };
  float         width = (float)gtk_widget_get_width (GTK_WIDGET (self));
  float         height = (float)gtk_widget_get_height (GTK_WIDGET (self));
  float         right = box->origin.x + box->size.width;
  float         bottom = box->origin.y + box->size.height;

  const graphene_rect_t bars[] = {
    GRAPHENE_RECT_INIT (0, 0, width, box->origin.y),
    GRAPHENE_RECT_INIT (0, bottom, width, height - bottom),
    GRAPHENE_RECT_INIT (0, box->origin.y, box->origin.x, box->size.height),
    GRAPHENE_RECT_INIT (right, box->origin.y, width - right, box->size.height),
  };

  for (guint i = 0; i < G_N_ELEMENTS (bars); i++)
    if (bars[i].size.width > 0 && bars[i].size.height > 0)
      gtk_snapshot_append_color (snapshot, &black, &bars[i]);
}


/* The guest's desktop was turned clockwise to become the stored picture; it is turned back. */
static void
pt_display_append_picture (PtDisplay             *self,
                           GtkSnapshot           *snapshot,
                           const graphene_rect_t *box)
{
  graphene_point_t center = GRAPHENE_POINT_INIT (box->origin.x + box->size.width / 2,
                                                 box->origin.y + box->size.height / 2);
  gboolean         lying = self->rotation % 2 != 0;
  float            width = lying ? box->size.height : box->size.width;
  float            height = lying ? box->size.width : box->size.height;

  if (self->rotation == 0)
    {
      gtk_snapshot_append_texture (snapshot, self->picture, box);
      return;
    }
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &center);
  gtk_snapshot_rotate (snapshot, -90.0f * (float)self->rotation);
  gtk_snapshot_append_texture (snapshot, self->picture,
                               &GRAPHENE_RECT_INIT (-width / 2, -height / 2, width, height));
  gtk_snapshot_restore (snapshot);
}


static void
pt_display_append_cursor (PtDisplay             *self,
                          GtkSnapshot           *snapshot,
                          const graphene_rect_t *box)
{
  int   width = 0;
  int   height = 0;
  float scale = 1;

  if (self->cursor == NULL || !self->cursor_visible)
    return;
  pt_display_get_upright_size (self, &width, &height);
  scale = box->size.width / (float)width;
  gtk_snapshot_push_clip (snapshot, box);
  gtk_snapshot_append_texture (snapshot, self->cursor,
                               &GRAPHENE_RECT_INIT (
                                 box->origin.x + (float)self->cursor_x * scale,
                                 box->origin.y + (float)self->cursor_y * scale,
                                 (float)gdk_texture_get_width (self->cursor) * scale,
                                 (float)gdk_texture_get_height (self->cursor) * scale));
  gtk_snapshot_pop (snapshot);
}


static void
pt_display_snapshot (GtkWidget   *widget,
                     GtkSnapshot *snapshot)
{
  PtDisplay      *self = PT_DISPLAY (widget);
  const GdkRGBA   shade = { 0, 0, 0, PT_DISPLAY_DIMMED };
  graphene_rect_t box = GRAPHENE_RECT_INIT (0, 0, 0, 0);

  if (self->picture != NULL)
    pt_display_get_box (self, &box);
  pt_display_append_bars (self, snapshot, &box);
  if (self->picture == NULL)
    return;
  pt_display_append_picture (self, snapshot, &box);
  pt_display_append_cursor (self, snapshot, &box);
  if (self->dimmed)
    gtk_snapshot_append_color (snapshot, &shade, &box);
  if (self->fresh)
    self->drawn++;
  self->fresh = FALSE;
}


static void
pt_display_measure (GtkWidget     *widget,
                    GtkOrientation orientation,
                    int            for_size,
                    int           *minimum,
                    int           *natural,
                    int           *minimum_baseline,
                    int           *natural_baseline)
{
  PtDisplay *self = PT_DISPLAY (widget);
  int        factor = gtk_widget_get_scale_factor (widget);
  int        width = PT_DISPLAY_WIDTH * factor;
  int        height = PT_DISPLAY_HEIGHT * factor;

  if (self->picture != NULL)
    pt_display_get_upright_size (self, &width, &height);
  *minimum = 0;
  *natural = (orientation == GTK_ORIENTATION_HORIZONTAL ? width : height) / factor;
  *minimum_baseline = -1;
  *natural_baseline = -1;
}


static void
pt_display_show_picture (PtDisplay         *self,
                         GdkTexture        *picture, /* (transfer full) */
                         const PtFrameView *view)
{
  gboolean resized = self->picture == NULL || self->rotation != view->rotation % 4 ||
                     gdk_texture_get_width (self->picture) != gdk_texture_get_width (picture) ||
                     gdk_texture_get_height (self->picture) != gdk_texture_get_height (picture);

  g_clear_object (&self->picture);
  self->picture = picture;
  self->rotation = view->rotation % 4;
  self->fresh = TRUE;
  if (resized)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}


static PtUploader *
pt_display_ensure_uploader (PtDisplay *self)
{
  if (self->uploader == NULL && self->no_gl)
    self->uploader = pt_uploader_new_memory ();
  else if (self->uploader == NULL)
    self->uploader = pt_uploader_new_for_native (gtk_widget_get_native (GTK_WIDGET (self)));
  return self->uploader;
}


/* A card that is reset or a driver that gives up must not take the picture away: memory always
 * works. */
static GdkTexture *
pt_display_upload (PtDisplay         *self,
                   const PtFrameView *view)
{
  g_autoptr (GError) error = NULL;
  GdkTexture *texture = pt_uploader_upload (pt_display_ensure_uploader (self), view, &error);

  if (texture != NULL)
    return texture;
  g_message ("pictures go through memory from now on: %s", error->message);
  g_clear_object (&self->uploader);
  self->no_gl = TRUE;
  return pt_uploader_upload (pt_display_ensure_uploader (self), view, NULL);
}


/* The newest picture, if there is one that is not on the screen. */
static gboolean
pt_display_take_picture (PtDisplay *self)
{
  PtFrameStore *store = pt_kvmfr_source_get_store (self->source);
  PtFrameView   view = { 0 };
  GdkTexture   *texture = NULL;

  if (!pt_frame_store_acquire (store, self->refresh, &view))
    return FALSE;
  texture = pt_display_upload (self, &view);
  pt_frame_store_release (store);
  self->refresh = FALSE;
  if (texture == NULL)
    return FALSE;
  pt_display_show_picture (self, texture, &view);
  return TRUE;
}


static gboolean
pt_display_take_shape (PtDisplay      *self,
                       const PtCursor *cursor)
{
  gsize needed = 4 * (gsize)cursor->width * cursor->height;

  if (cursor->shape == NULL || cursor->shape_serial == self->cursor_serial)
    return FALSE;
  g_clear_object (&self->cursor);
  self->cursor_serial = cursor->shape_serial;
  if (needed > 0 && g_bytes_get_size (cursor->shape) >= needed)
    self->cursor = gdk_memory_texture_new ((int)cursor->width, (int)cursor->height,
                                           GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                           cursor->shape, 4 * (gsize)cursor->width);
  return TRUE;
}


/* A mouse reports up to a thousand times a second: only where it is when we draw counts, and what
 * nobody sees is not drawn. */
static gboolean
pt_display_take_cursor (PtDisplay *self)
{
  PtCursor cursor = { 0 };
  gboolean changed = FALSE;

  if (!self->cursor_due)
    return FALSE;
  self->cursor_due = FALSE;
  pt_kvmfr_source_get_cursor (self->source, &cursor);
  changed = pt_display_take_shape (self, &cursor) ||
            cursor.x != self->cursor_x || cursor.y != self->cursor_y;
  changed = cursor.visible != self->cursor_visible || (cursor.visible && changed);
  self->cursor_visible = cursor.visible;
  self->cursor_x = cursor.x;
  self->cursor_y = cursor.y;
  g_clear_pointer (&cursor.shape, g_bytes_unref);
  if (changed && self->picture != NULL)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  return changed;
}


static gboolean
pt_display_tick_cb (GtkWidget     *widget,
                    GdkFrameClock *clock,
                    gpointer       data)
{
  PtDisplay *self = PT_DISPLAY (widget);
  gboolean   news = FALSE;

  if (self->source != NULL)
    {
      news = pt_display_take_cursor (self);
      news = pt_display_take_picture (self) || news;
    }
  if (news)
    return G_SOURCE_CONTINUE;
  /* The source says when it has more. */
  self->tick = 0;
  return G_SOURCE_REMOVE;
}


static void
pt_display_start_ticking (PtDisplay *self)
{
  if (self->tick == 0 && self->source != NULL && gtk_widget_get_realized (GTK_WIDGET (self)))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), pt_display_tick_cb, NULL, NULL);
}


static void
pt_display_stop_ticking (PtDisplay *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}


static void
pt_display_frame_cb (PtDisplay *self)
{
  g_assert (PT_IS_DISPLAY (self));

  pt_display_start_ticking (self);
}


static void
pt_display_cursor_cb (PtDisplay *self)
{
  g_assert (PT_IS_DISPLAY (self));

  self->cursor_due = TRUE;
  pt_display_start_ticking (self);
}


/* Everything that belongs to the window or to the source. */
static void
pt_display_forget_picture (PtDisplay *self)
{
  pt_display_stop_ticking (self);
  g_clear_object (&self->picture);
  g_clear_object (&self->uploader);
  self->refresh = TRUE;
}


static void
pt_display_forget_cursor (PtDisplay *self)
{
  g_clear_object (&self->cursor);
  self->cursor_serial = 0;
  self->cursor_visible = FALSE;
}


static void
pt_display_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pt_display_parent_class)->realize (widget);
  pt_display_start_ticking (PT_DISPLAY (widget));
}


static void
pt_display_unrealize (GtkWidget *widget)
{
  PtDisplay *self = PT_DISPLAY (widget);

  pt_display_forget_picture (self);
  self->no_gl = FALSE;
  GTK_WIDGET_CLASS (pt_display_parent_class)->unrealize (widget);
}


static void
pt_display_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  PtDisplay *self = PT_DISPLAY (object);

  switch ((PtDisplayProperty)id)
    {
    case PROP_SOURCE: g_value_set_object (value, self->source); break;
    case PROP_DIMMED: g_value_set_boolean (value, self->dimmed); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}


static void
pt_display_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  PtDisplay *self = PT_DISPLAY (object);

  switch ((PtDisplayProperty)id)
    {
    case PROP_SOURCE: pt_display_set_source (self, g_value_get_object (value)); break;
    case PROP_DIMMED: pt_display_set_dimmed (self, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}


static void
pt_display_dispose (GObject *object)
{
  PtDisplay *self = PT_DISPLAY (object);

  pt_display_forget_picture (self);
  pt_display_forget_cursor (self);
  g_clear_object (&self->signals);
  g_clear_object (&self->source);
  G_OBJECT_CLASS (pt_display_parent_class)->dispose (object);
}


static void
pt_display_class_init (PtDisplayClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags     flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pt_display_get_property;
  object_class->set_property = pt_display_set_property;
  object_class->dispose = pt_display_dispose;
  widget_class->realize = pt_display_realize;
  widget_class->unrealize = pt_display_unrealize;
  widget_class->measure = pt_display_measure;
  widget_class->snapshot = pt_display_snapshot;

  properties[PROP_SOURCE] =
    g_param_spec_object ("source", NULL, NULL, PT_TYPE_KVMFR_SOURCE, flags);
  properties[PROP_DIMMED] =
    g_param_spec_boolean ("dimmed", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "display");
}


static void
pt_display_init (PtDisplay *self)
{
  self->refresh = TRUE;
  self->signals = g_signal_group_new (PT_TYPE_KVMFR_SOURCE);
  g_signal_group_connect_object (self->signals, "frame", G_CALLBACK (pt_display_frame_cb), self,
                                 G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->signals, "cursor", G_CALLBACK (pt_display_cursor_cb), self,
                                 G_CONNECT_SWAPPED);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Screen of the machine"), -1);
}


GtkWidget *
pt_display_new (void)
{
  return g_object_new (PT_TYPE_DISPLAY, NULL);
}


void
pt_display_set_source (PtDisplay     *self,
                       PtKvmfrSource *source)
{
  g_return_if_fail (PT_IS_DISPLAY (self));
  g_return_if_fail (source == NULL || PT_IS_KVMFR_SOURCE (source));

  if (!g_set_object (&self->source, source))
    return;
  g_signal_group_set_target (self->signals, source);
  pt_display_forget_picture (self);
  pt_display_forget_cursor (self);
  self->cursor_due = TRUE;
  pt_display_start_ticking (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOURCE]);
}


PtKvmfrSource *
pt_display_get_source (PtDisplay *self)
{
  g_return_val_if_fail (PT_IS_DISPLAY (self), NULL);

  return self->source;
}


void
pt_display_set_dimmed (PtDisplay *self,
                       gboolean   dimmed)
{
  g_return_if_fail (PT_IS_DISPLAY (self));

  if (self->dimmed == !!dimmed)
    return;
  self->dimmed = !!dimmed;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DIMMED]);
}


const char *
pt_display_get_path (PtDisplay *self)
{
  g_return_val_if_fail (PT_IS_DISPLAY (self), NULL);

  return self->uploader != NULL ? pt_uploader_get_path (self->uploader) : "none";
}


guint64
pt_display_get_drawn (PtDisplay *self)
{
  g_return_val_if_fail (PT_IS_DISPLAY (self), 0);

  return self->drawn;
}
