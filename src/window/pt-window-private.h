/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-countdown.h"
#include "pt-display.h"
#include "pt-full-screen.h"
#include "pt-view.h"
#include "pt-window.h"

G_BEGIN_DECLS

struct _PtWindow
{
  AdwApplicationWindow parent_instance;

  gboolean   rehearsal;
  gboolean   show_statistics;
  gboolean   menu_wanted; /* as soon as the header bar has slid in */
  gboolean   closing;     /* the user knows that the machine goes on */
  GSettings *settings;

  /* What is shown (pt-window-machine.c). */
  GCancellable  *cancellable;
  PtMachines    *machines;
  PtMachine     *machine;
  PtKvmfrSource *source;
  GSignalGroup  *machine_signals;
  GSignalGroup  *source_signals;
  char          *wanted; /* a machine that was asked for by name */
  gboolean       start_wanted;
  char          *detail; /* facts behind the view, not translated */
  PtViewFacts    facts;
  gint64         machine_since; /* monotonic time of the last change of state */
  PtView         view;
  guint          view_timer;
  guint          reopen_timer; /* libvirt is tried again */

  /* Template children. */
  GtkWidget       *top;
  GtkWidget       *header;
  GtkWidget       *revealer;
  GtkStack        *title_stack;
  AdwWindowTitle  *title;
  GtkDropDown     *switcher;
  GtkButton       *power;
  GtkMenuButton   *menu_button;
  GtkWidget       *strip;
  GtkWidget       *notice;
  GtkLabel        *notice_label;
  GtkWidget       *notice_look;
  GtkWidget       *trial;
  GtkLabel        *trial_label;
  PtCountdown     *trial_time;
  GtkWidget       *trial_look;
  GtkWidget       *trial_keep;
  GtkWidget       *trial_back;
  GtkWidget       *warning;
  GtkLabel        *warning_label;
  AdwToastOverlay *toasts;
  GtkStack        *body;
  AdwStatusPage   *status;
  GtkLabel        *status_detail;
  GtkButton       *status_action;
  GtkWidget       *picture;
  GtkWidget       *veil;
  GtkImage        *veil_icon;
  GtkLabel        *veil_title;
  GtkLabel        *veil_description;
  GtkButton       *veil_action;

  GtkWidget    *display;
  GtkWidget    *statistics;
  PtFullScreen *full_screen;
};

/* pt-window.c: decides the view again and shows it. */
void pt_window_refresh (PtWindow *self);

/* pt-window-machine.c. Connects for the first time, or again. */
void pt_window_connect (PtWindow *self);
void pt_window_disconnect (PtWindow *self);
void pt_window_set_machine (PtWindow  *self,
                            PtMachine *machine);
void pt_window_attach (PtWindow   *self,
                       const char *shared_memory);
void pt_window_init_machine (PtWindow *self);

/* pt-window-actions.c */
void pt_window_class_install_actions (GtkWidgetClass *widget_class);
void pt_window_update_actions (PtWindow *self);
void pt_window_start (PtWindow *self);
/* FALSE: the user is being told first that the machine goes on. */
gboolean pt_window_may_close (PtWindow *self);
/* pt-window.c: TRUE if somebody looks first, who answers. */
gboolean pt_window_ask_may_start (PtWindow *self);

G_END_DECLS
