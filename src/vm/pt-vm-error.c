/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-vm-error"

#include "config.h"

#include "pt-vm-error-private.h"

#include <errno.h>

#include <libvirt/virterror.h>

G_DEFINE_QUARK (pt - vm - error - quark, pt_vm_error)


static PtVmError
pt_vm_error_from_code (int code)
{
  switch (code)
    {
    case VIR_ERR_NO_CONNECT:
    case VIR_ERR_INVALID_CONN:
    case VIR_ERR_RPC:
      return PT_VM_ERROR_NO_CONNECTION;

    case VIR_ERR_AUTH_FAILED:
    case VIR_ERR_AUTH_CANCELLED:
    case VIR_ERR_AUTH_UNAVAILABLE:
    case VIR_ERR_ACCESS_DENIED:
    case VIR_ERR_OPERATION_DENIED:
      return PT_VM_ERROR_DENIED;

    case VIR_ERR_DOM_EXIST:
    case VIR_ERR_STORAGE_VOL_EXIST:
      return PT_VM_ERROR_EXISTS;

    case VIR_ERR_NO_DOMAIN:
    case VIR_ERR_NO_STORAGE_POOL:
    case VIR_ERR_NO_STORAGE_VOL:
    case VIR_ERR_NO_NETWORK:
      return PT_VM_ERROR_NOT_FOUND;

    case VIR_ERR_OPERATION_INVALID:
      return PT_VM_ERROR_WRONG_STATE;

    case VIR_ERR_XML_ERROR:
    case VIR_ERR_XML_DETAIL:
    case VIR_ERR_XML_INVALID_SCHEMA:
    case VIR_ERR_CONFIG_UNSUPPORTED:
      return PT_VM_ERROR_INVALID;

    default:
      return PT_VM_ERROR_FAILED;
    }
}


/* A transport's error says that the daemon is out of reach; the same code from a driver can be
 * anything. */
static PtVmError
pt_vm_error_classify (const virError *details)
{
  gboolean transport = details->domain == VIR_FROM_RPC || details->domain == VIR_FROM_REMOTE;

  if (details->code == VIR_ERR_SYSTEM_ERROR && (details->int1 == EACCES || details->int1 == EPERM))
    return PT_VM_ERROR_DENIED;
  if (details->domain == VIR_FROM_STORAGE)
    return PT_VM_ERROR_STORAGE;
  if (transport &&
      (details->code == VIR_ERR_SYSTEM_ERROR || details->code == VIR_ERR_INTERNAL_ERROR))
    return PT_VM_ERROR_NO_CONNECTION;
  return pt_vm_error_from_code (details->code);
}


static const char *
pt_vm_error_words (const virError *details)
{
  if (details == NULL || details->message == NULL)
    return "libvirt gave no reason";
  return details->message;
}


void
pt_vm_error_take_libvirt (GError    **error,
                          const char *format,
                          ...)
{
  const virError  *details = virGetLastError ();
  PtVmError        code = details != NULL ? pt_vm_error_classify (details) : PT_VM_ERROR_FAILED;
  g_autofree char *doing = NULL;
  va_list          arguments;

  va_start (arguments, format);
  doing = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, PT_VM_ERROR, code, "%s: %s", doing, pt_vm_error_words (details));
  virResetLastError ();
}


void
pt_vm_error_take_connect (GError    **error,
                          const char *uri)
{
  const virError *details = virGetLastError ();
  PtVmError       code = PT_VM_ERROR_NO_CONNECTION;

  if (details != NULL && pt_vm_error_classify (details) == PT_VM_ERROR_DENIED)
    code = PT_VM_ERROR_DENIED;
  g_set_error (error, PT_VM_ERROR, code, "cannot connect to %s: %s", uri,
               pt_vm_error_words (details));
  virResetLastError ();
}
