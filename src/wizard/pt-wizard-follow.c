/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-follow"

#include "config.h"

#include "pt-wizard-private.h"

/* The pages follow the computer: a card bound elsewhere, a monitor plugged in, libvirt started. */


static void
pt_wizard_followed_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (PtWizard) self = user_data;
  g_autoptr (GError) error = NULL;

  self->following = FALSE;
  if (!pt_wizard_state_look_finish (PT_WIZARD_STATE (source), result, &error))
    g_debug ("the computer could not be followed: %s", error->message);
  if (self->state != NULL)
    pt_wizard_follow (self);
}


/* What is under way on a page may be the change itself; it is looked at when that is over. */
void
pt_wizard_follow (PtWizard *self)
{
  if (!self->host_changed || self->following || self->loading ||
      pt_wizard_page_get_busy (self->pages[self->current]) ||
      !pt_wizard_page_get_can_go_back (self->pages[self->current]))
    return;
  self->host_changed = FALSE;
  self->following = TRUE;
  pt_wizard_state_look_async (self->state, self->cancellable, pt_wizard_followed_cb,
                              g_object_ref (self));
}


static void
pt_wizard_host_changed_cb (PtWizard *self)
{
  self->host_changed = TRUE;
  pt_wizard_follow (self);
}


void
pt_wizard_start_following (PtWizard *self)
{
  self->monitor = pt_host_monitor_new (pt_wizard_state_get_sysroot (self->state));
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (pt_wizard_host_changed_cb), self,
                           G_CONNECT_SWAPPED);
}
