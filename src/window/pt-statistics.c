/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-statistics"

#include "config.h"

#include "pt-statistics.h"

#include <glib/gi18n-lib.h>

enum {
  ROW_DRAWN = 0,
  ROW_RECEIVED,
  ROW_DROPPED,
  ROW_LATENCY,
  ROW_COPIED,
  ROW_PATH,
  ROW_LAST
};

struct _PtStatistics
{
  GtkWidget parent_instance;

  GtkWidget         *grid;
  GtkLabel          *values[ROW_LAST];
  PtDisplay         *display; /* weak: the window owns both */
  PtStatisticsSample before;
  guint              timer;
};

G_DEFINE_FINAL_TYPE (PtStatistics, pt_statistics, GTK_TYPE_WIDGET)


void
pt_statistics_rates (const PtStatisticsSample *before,
                     const PtStatisticsSample *now,
                     PtStatisticsRates        *rates)
{
  double seconds = 0;

  g_return_if_fail (before != NULL && now != NULL && rates != NULL);

  *rates = (PtStatisticsRates){ 0 };
  rates->dropped = now->source.dropped;
  rates->rejected = now->source.rejected;
  rates->latency_p50 = now->source.latency_p50;
  rates->latency_p99 = now->source.latency_p99;
  seconds = (double)(now->time - before->time) / G_USEC_PER_SEC;
  if (seconds <= 0 || now->source.received < before->source.received ||
      now->source.bytes < before->source.bytes || now->drawn < before->drawn)
    return;
  rates->drawn = (double)(now->drawn - before->drawn) / seconds;
  rates->received = (double)(now->source.received - before->source.received) / seconds;
  rates->copied = (double)(now->source.bytes - before->source.bytes) / seconds;
}


static void
pt_statistics_set (PtStatistics *self,
                   guint         row,
                   char         *text)
{
  gtk_label_set_text (self->values[row], text);
  g_free (text);
}


static void
pt_statistics_show (PtStatistics            *self,
                    const PtStatisticsRates *rates)
{
  /* Translators: pictures a second. */
  pt_statistics_set (self, ROW_DRAWN, g_strdup_printf (_ ("%.1f a second"), rates->drawn));
  pt_statistics_set (self, ROW_RECEIVED, g_strdup_printf (_ ("%.1f a second"), rates->received));
  pt_statistics_set (self, ROW_DROPPED, g_strdup_printf ("%" G_GUINT64_FORMAT, rates->dropped));
  /* Translators: half of the pictures take less than the first time, 99 of 100 less than the
   * second. */
  pt_statistics_set (self, ROW_LATENCY,
                     g_strdup_printf (_ ("p50 %1$.1f ms, p99 %2$.1f ms"),
                                      rates->latency_p50 / 1000.0, rates->latency_p99 / 1000.0));
  /* Translators: megabytes a second. */
  pt_statistics_set (self, ROW_COPIED, g_strdup_printf (_ ("%.1f MB/s"), rates->copied / 1e6));
  pt_statistics_set (self, ROW_PATH,
                     g_strdup_printf ("%s, %s", pt_display_get_path (self->display),
                                      PT_STATISTICS_PROTOCOL));
}


static gboolean
pt_statistics_tick_cb (gpointer data)
{
  PtStatistics      *self = PT_STATISTICS (data);
  PtKvmfrSource     *source = NULL;
  PtStatisticsSample now = { .time = g_get_monotonic_time () };
  PtStatisticsRates  rates = { 0 };

  if (self->display == NULL)
    return G_SOURCE_CONTINUE;
  now.drawn = pt_display_get_drawn (self->display);
  source = pt_display_get_source (self->display);
  if (source != NULL)
    pt_kvmfr_source_get_stats (source, &now.source);
  pt_statistics_rates (&self->before, &now, &rates);
  self->before = now;
  pt_statistics_show (self, &rates);
  return G_SOURCE_CONTINUE;
}


/* The first look only sets the point of departure. */
static void
pt_statistics_map (GtkWidget *widget)
{
  PtStatistics *self = PT_STATISTICS (widget);

  GTK_WIDGET_CLASS (pt_statistics_parent_class)->map (widget);
  self->before = (PtStatisticsSample){ .time = g_get_monotonic_time () };
  if (self->display != NULL)
    self->before.drawn = pt_display_get_drawn (self->display);
  if (self->display != NULL && pt_display_get_source (self->display) != NULL)
    pt_kvmfr_source_get_stats (pt_display_get_source (self->display), &self->before.source);
  self->timer = g_timeout_add_seconds (1, pt_statistics_tick_cb, self);
}


static void
pt_statistics_unmap (GtkWidget *widget)
{
  PtStatistics *self = PT_STATISTICS (widget);

  g_clear_handle_id (&self->timer, g_source_remove);
  GTK_WIDGET_CLASS (pt_statistics_parent_class)->unmap (widget);
}


static void
pt_statistics_dispose (GObject *object)
{
  PtStatistics *self = PT_STATISTICS (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_weak_pointer (&self->display);
  g_clear_pointer (&self->grid, gtk_widget_unparent);

  G_OBJECT_CLASS (pt_statistics_parent_class)->dispose (object);
}


static void
pt_statistics_class_init (PtStatisticsClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pt_statistics_dispose;

  widget_class->map = pt_statistics_map;
  widget_class->unmap = pt_statistics_unmap;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "statistics");
}


static void
pt_statistics_init (PtStatistics *self)
{
  /* clang-format off */
  const char *const titles[ROW_LAST] = {
    [ROW_DRAWN] = N_("Drawn"),
    [ROW_RECEIVED] = N_("Received"),
    [ROW_DROPPED] = N_("Dropped"),
    [ROW_LATENCY] = N_("Latency"),
    [ROW_COPIED] = N_("Copied"),
    [ROW_PATH] = N_("Path"),
  };
  /* clang-format on */

  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 2);
  for (int i = 0; i < ROW_LAST; i++)
    {
      GtkWidget *title = gtk_label_new (_ (titles[i]));
      GtkWidget *value = gtk_label_new ("–");

      gtk_label_set_xalign (GTK_LABEL (title), 0);
      gtk_label_set_xalign (GTK_LABEL (value), 0);
      gtk_widget_add_css_class (title, "dim-label");
      gtk_widget_add_css_class (value, "numeric");
      gtk_grid_attach (GTK_GRID (self->grid), title, 0, i, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), value, 1, i, 1, 1);
      self->values[i] = GTK_LABEL (value);
    }
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "osd");
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}


GtkWidget *
pt_statistics_new (PtDisplay *display)
{
  PtStatistics *self = NULL;

  g_return_val_if_fail (PT_IS_DISPLAY (display), NULL);

  self = g_object_new (PT_TYPE_STATISTICS, NULL);
  g_set_weak_pointer (&self->display, display);
  return GTK_WIDGET (self);
}
