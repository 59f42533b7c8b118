/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-wire"

#include "config.h"

#include "pt-helper-wire.h"

#include "pt-host.h"
#include "pt-sysroot.h"

#define PT_ERROR_PREFIX "com.example.Passthru.Error."

static const char *const pt_setup_names[] = {
  [PT_SETUP_ERROR_INVALID] = PT_ERROR_PREFIX "Setup.Invalid",
  [PT_SETUP_ERROR_REFUSED] = PT_ERROR_PREFIX "Setup.Refused",
  [PT_SETUP_ERROR_UNSUPPORTED] = PT_ERROR_PREFIX "Setup.Unsupported",
  [PT_SETUP_ERROR_CHANGED] = PT_ERROR_PREFIX "Setup.Changed",
  [PT_SETUP_ERROR_BUSY] = PT_ERROR_PREFIX "Setup.Busy",
  [PT_SETUP_ERROR_NOTHING] = PT_ERROR_PREFIX "Setup.Nothing",
  [PT_SETUP_ERROR_CONFLICT] = PT_ERROR_PREFIX "Setup.Conflict",
  [PT_SETUP_ERROR_JOURNAL] = PT_ERROR_PREFIX "Setup.Journal",
  [PT_SETUP_ERROR_DENIED] = PT_ERROR_PREFIX "Setup.Denied",
  [PT_SETUP_ERROR_DISMISSED] = PT_ERROR_PREFIX "Setup.Dismissed",
  [PT_SETUP_ERROR_UNASKED] = PT_ERROR_PREFIX "Setup.Unasked",
  [PT_SETUP_ERROR_NO_HELPER] = PT_ERROR_PREFIX "Setup.NoHelper",
  [PT_SETUP_ERROR_ENDED] = PT_ERROR_PREFIX "Setup.Ended",
  [PT_SETUP_ERROR_IN_USE] = PT_ERROR_PREFIX "Setup.InUse",
  [PT_SETUP_ERROR_FAILED] = PT_ERROR_PREFIX "Setup.Failed",
};

static const char *const pt_host_names[] = {
  [PT_HOST_ERROR_NO_PCI] = PT_ERROR_PREFIX "Host.NoPci",
  [PT_HOST_ERROR_FAILED] = PT_ERROR_PREFIX "Host.Failed",
};

static const char *const pt_sysroot_names[] = {
  [PT_SYSROOT_ERROR_MISSING] = PT_ERROR_PREFIX "Sysroot.Missing",
  [PT_SYSROOT_ERROR_DENIED] = PT_ERROR_PREFIX "Sysroot.Denied",
  [PT_SYSROOT_ERROR_TOO_LARGE] = PT_ERROR_PREFIX "Sysroot.TooLarge",
  [PT_SYSROOT_ERROR_ESCAPES] = PT_ERROR_PREFIX "Sysroot.Escapes",
  [PT_SYSROOT_ERROR_PROGRAM] = PT_ERROR_PREFIX "Sysroot.Program",
  [PT_SYSROOT_ERROR_FAILED] = PT_ERROR_PREFIX "Sysroot.Failed",
};

/* A code added at the end of a domain must get a name here. */
G_STATIC_ASSERT (G_N_ELEMENTS (pt_setup_names) == PT_SETUP_ERROR_FAILED + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (pt_host_names) == PT_HOST_ERROR_FAILED + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (pt_sysroot_names) == PT_SYSROOT_ERROR_FAILED + 1);

static const char *const pt_state_nicks[] = {
  [PT_SETUP_NONE] = "none",
  [PT_SETUP_INTERRUPTED] = "interrupted",
  [PT_SETUP_APPLIED] = "applied",
};


static void
pt_helper_wire_register_domain (GQuark             domain,
                                const char *const *names,
                                gsize              n_names)
{
  for (gsize code = 0; code < n_names; code++)
    {
      g_assert (names[code] != NULL);
      g_dbus_error_register_error (domain, (int)code, names[code]);
    }
}


void
pt_helper_wire_register_errors (void)
{
  static gsize registered = 0;

  if (!g_once_init_enter (&registered))
    return;
  pt_helper_wire_register_domain (PT_SETUP_ERROR, pt_setup_names, G_N_ELEMENTS (pt_setup_names));
  pt_helper_wire_register_domain (PT_HOST_ERROR, pt_host_names, G_N_ELEMENTS (pt_host_names));
  pt_helper_wire_register_domain (PT_SYSROOT_ERROR, pt_sysroot_names,
                                  G_N_ELEMENTS (pt_sysroot_names));
  g_once_init_leave (&registered, 1);
}


const char *
pt_helper_wire_state_to_nick (PtSetupState state)
{
  g_return_val_if_fail ((gsize)state < G_N_ELEMENTS (pt_state_nicks), NULL);

  return pt_state_nicks[state];
}


gboolean
pt_helper_wire_state_from_nick (const char   *nick,
                                PtSetupState *state)
{
  g_return_val_if_fail (nick != NULL, FALSE);
  g_return_val_if_fail (state != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_state_nicks); i++)
    if (g_str_equal (nick, pt_state_nicks[i]))
      {
        *state = (PtSetupState)i;
        return TRUE;
      }
  return FALSE;
}
