/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-rate"

#include "config.h"

#include "pt-helper-rate.h"

#include "pt-plan.h"

/* What one call costs, in the unit in which time is counted. */
#define PT_HELPER_RATE_COST (G_USEC_PER_SEC / PT_HELPER_RATE_PER_SECOND)

struct _PtHelperRate
{
  GHashTable *users; /* user → gint64: when all of its calls are back; in the past = all are */
};


PtHelperRate *
pt_helper_rate_new (void)
{
  PtHelperRate *self = g_new0 (PtHelperRate, 1);

  self->users = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);
  return self;
}


void
pt_helper_rate_free (PtHelperRate *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->users);
  g_free (self);
}


static gboolean
pt_helper_rate_is_rested (gpointer key,
                          gpointer value,
                          gpointer user_data)
{
  return *(const gint64 *)value <= *(const gint64 *)user_data;
}


gboolean
pt_helper_rate_take (PtHelperRate *self,
                     guint32       user,
                     gint64        now,
                     GError      **error)
{
  gint64 *back = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  g_hash_table_foreach_remove (self->users, pt_helper_rate_is_rested, &now);
  back = g_hash_table_lookup (self->users, GUINT_TO_POINTER (user));
  if (back == NULL)
    {
      back = g_new (gint64, 1);
      *back = now;
      g_hash_table_insert (self->users, GUINT_TO_POINTER (user), back);
    }
  if (*back - now > (PT_HELPER_RATE_BURST - 1) * PT_HELPER_RATE_COST)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
                   "user %u calls too often: %d at once and %d a second are answered", user,
                   PT_HELPER_RATE_BURST, PT_HELPER_RATE_PER_SECOND);
      return FALSE;
    }
  *back += PT_HELPER_RATE_COST;
  return TRUE;
}


guint
pt_helper_rate_get_n_users (PtHelperRate *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_hash_table_size (self->users);
}
