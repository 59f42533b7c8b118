/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-request"

#include "config.h"

#include "pt-helper-request.h"

#include "pt-plan.h"


PtHelperRequest *
pt_helper_request_new (const char *method,
                       GVariant   *parameters,
                       const char *reply)
{
  PtHelperRequest *request = NULL;

  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (reply != NULL, NULL);

  request = g_new0 (PtHelperRequest, 1);
  request->method = method;
  request->reads = g_str_equal (method, "Status") || g_str_equal (method, "Plan");
  request->parameters = parameters != NULL ? g_variant_ref_sink (parameters) : NULL;
  request->reply = g_variant_type_new (reply);
  return request;
}


void
pt_helper_request_disconnect (PtHelperRequest *request)
{
  g_return_if_fail (request != NULL);

  if (request->steps != 0)
    g_dbus_connection_signal_unsubscribe (request->connection, request->steps);
  request->steps = 0;
  g_clear_object (&request->connection);
}


void
pt_helper_request_free (PtHelperRequest *request)
{
  g_return_if_fail (request != NULL);

  pt_helper_request_disconnect (request);
  g_clear_pointer (&request->parameters, g_variant_unref);
  g_variant_type_free (request->reply);
  g_free (request);
}


/* Errors: what GDBus says of a helper that is not there, in our words */

/* The call has not reached a helper, so that it can be made once more. */
static gboolean
pt_helper_request_was_unheard (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}


static gboolean
pt_helper_request_was_cut_off (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}


gboolean
pt_helper_request_lost_helper (const GError *error)
{
  g_return_val_if_fail (error != NULL, FALSE);

  return pt_helper_request_was_unheard (error) || pt_helper_request_was_cut_off (error);
}


gboolean
pt_helper_request_may_repeat (const PtHelperRequest *request,
                              const GError          *error)
{
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (error != NULL, FALSE);

  if (request->again)
    return FALSE;
  return pt_helper_request_was_unheard (error) ||
         (request->reads && pt_helper_request_was_cut_off (error));
}


GError *
pt_helper_request_translate (const GError *error)
{
  GError *translated = NULL;

  g_return_val_if_fail (error != NULL, NULL);

  if (pt_helper_request_was_unheard (error))
    return g_error_new_literal (PT_SETUP_ERROR, PT_SETUP_ERROR_NO_HELPER, "there is no helper");
  if (pt_helper_request_was_cut_off (error))
    return g_error_new_literal (PT_SETUP_ERROR, PT_SETUP_ERROR_ENDED,
                                "the helper ended before it answered");
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    return g_error_new (PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED, "the bus refuses: %s",
                        error->message);
  translated = g_error_copy (error);
  g_dbus_error_strip_remote_error (translated);
  return translated;
}
