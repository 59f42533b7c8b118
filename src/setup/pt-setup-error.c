/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-setup-error"

#include "config.h"

#include "pt-plan.h"

G_DEFINE_QUARK (pt_setup_error, pt_setup_error)


gboolean
pt_setup_error_is_permission (const GError *error)
{
  g_return_val_if_fail (error != NULL, FALSE);

  return g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED) ||
         g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DISMISSED) ||
         g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNASKED);
}
