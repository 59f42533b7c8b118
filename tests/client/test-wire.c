/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-wire"

#include "config.h"

#include "pt-helper-wire.h"
#include "pt-host.h"
#include "pt-plan.h"
#include "pt-sysroot.h"


/* Out of one process, through a D-Bus name, into another. */
static void
test_wire_assert_round_trip (GQuark      domain,
                             int         code,
                             GHashTable *seen)
{
  g_autoptr (GError) sent = g_error_new (domain, code, "file %d", code);
  g_autofree char *name = g_dbus_error_encode_gerror (sent);
  g_autoptr (GError) received = g_dbus_error_new_for_dbus_error (name, sent->message);

  g_assert_true (g_str_has_prefix (name, "com.example.Passthru.Error."));
  g_assert_true (g_dbus_is_name (name));
  g_assert_error (received, domain, code);
  g_assert_true (g_dbus_error_strip_remote_error (received));
  g_assert_cmpstr (received->message, ==, sent->message);
  g_assert_true (g_hash_table_add (seen, g_steal_pointer (&name)));
}


static void
test_wire_errors (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  pt_helper_wire_register_errors ();
  pt_helper_wire_register_errors ();
  for (int code = 0; code <= PT_SETUP_ERROR_FAILED; code++)
    test_wire_assert_round_trip (PT_SETUP_ERROR, code, seen);
  for (int code = 0; code <= PT_HOST_ERROR_FAILED; code++)
    test_wire_assert_round_trip (PT_HOST_ERROR, code, seen);
  for (int code = 0; code <= PT_SYSROOT_ERROR_FAILED; code++)
    test_wire_assert_round_trip (PT_SYSROOT_ERROR, code, seen);
}


static void
test_wire_states (void)
{
  const PtSetupState states[] = { PT_SETUP_NONE, PT_SETUP_INTERRUPTED, PT_SETUP_APPLIED };
  PtSetupState       unknown = PT_SETUP_APPLIED;

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      PtSetupState back = PT_SETUP_NONE;

      g_assert_true (
        pt_helper_wire_state_from_nick (pt_helper_wire_state_to_nick (states[i]), &back));
      g_assert_cmpint (back, ==, states[i]);
    }
  g_assert_false (pt_helper_wire_state_from_nick ("half", &unknown));
  g_assert_cmpint (unknown, ==, PT_SETUP_APPLIED);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/client/wire/errors", test_wire_errors);
  g_test_add_func ("/client/wire/states", test_wire_states);
  return g_test_run ();
}
