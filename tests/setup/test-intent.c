/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-intent"

#include "config.h"

#include "pt-plan.h"

static void
test_string (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtIntent) intent = pt_intent_new_from_string ("2f:00.0,0000:23:00.0,2f:00.0", &error);
  GArray *addresses = NULL;

  g_assert_no_error (error);
  addresses = pt_intent_get_addresses (intent);
  g_assert_cmpuint (addresses->len, ==, 2);
  g_assert_cmpuint (g_array_index (addresses, PtAddress, 0).bus, ==, 0x23);
  g_assert_cmpuint (g_array_index (addresses, PtAddress, 1).bus, ==, 0x2f);
}

static void
test_bad_string (void)
{
  static const char *const bad[] = { "", ",", "2f:00.0,", "2f:00.0 ", "card", "2f:00.8",
                                     "../2f:00.0" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pt_intent_new_from_string (bad[i], &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
    }
}

static void
test_too_many (void)
{
  g_autoptr (GString) text = g_string_new ("00:00.0");
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i < 65; i++)
    g_string_append_printf (text, ",%02x:00.0", i);
  g_assert_null (pt_intent_new_from_string (text->str, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
}

static void
test_variant (void)
{
  static const char *const identities[] = { "0000:2f:00.0=1002:73df", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PtIntent) plain = pt_intent_new_from_string ("2f:00.0,23:00.0", NULL);
  g_autoptr (PtIntent) intent = pt_intent_new_with_identities (plain, identities, NULL);
  g_autoptr (GVariant) variant = g_variant_ref_sink (pt_intent_to_variant (intent));
  g_autoptr (PtIntent) back = pt_intent_new_from_variant (variant, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_type_string (variant), ==, "(a(uyyy)a{sv})");
  g_assert_true (pt_intent_names_same (intent, back));
  g_assert_cmpstr (pt_intent_get_identities (back)[0], ==, identities[0]);
  g_assert_null (pt_intent_get_identities (back)[1]);
}

static void
test_bad_variant (void)
{
  static const char *const bad[] = {
    "(@a(uyyy) [], @a{sv} {})",
    "([(uint32 0, byte 1, byte 32, byte 0)], @a{sv} {})",
    "([(uint32 0, byte 1, byte 0, byte 8)], @a{sv} {})",
    "([(uint32 0, byte 1, byte 0, byte 0)], {'path': <'/etc/shadow'>})",
    "([(uint32 0, byte 1, byte 0, byte 0)], {'identities': <'x'>})",
    "([(uint32 0, byte 1, byte 0, byte 0)], {'identities': <['0000:01:00.0=10DE:1234']>})",
    "([(uint32 0, byte 1, byte 0, byte 0)], {'identities': <['quiet']>})",
    "('2f:00.0', @a{sv} {})",
    "'2f:00.0'",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) variant = g_variant_parse (NULL, bad[i], NULL, NULL, NULL);

      g_assert_nonnull (variant);
      g_assert_null (pt_intent_new_from_variant (variant, &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/setup/intent/string", test_string);
  g_test_add_func ("/setup/intent/bad-string", test_bad_string);
  g_test_add_func ("/setup/intent/too-many", test_too_many);
  g_test_add_func ("/setup/intent/variant", test_variant);
  g_test_add_func ("/setup/intent/bad-variant", test_bad_variant);

  return g_test_run ();
}
