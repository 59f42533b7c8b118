/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-address"

#include "config.h"

#include "pt-address.h"


static void
test_address_parse (void)
{
  static const struct
  {
    const char *text;
    PtAddress   address;
    const char *formatted;
  } good[] = {
    { "0000:2f:00.0", { 0, 0x2f, 0, 0 }, "0000:2f:00.0" },
    { "2f:00.1", { 0, 0x2f, 0, 1 }, "0000:2f:00.1" },
    { "0000:2F:1f.7", { 0, 0x2f, 0x1f, 7 }, "0000:2f:1f.7" },
    { "10000:e1:00.0", { 0x10000, 0xe1, 0, 0 }, "10000:e1:00.0" },
    { "ffffffff:ff:1f.7", { 0xffffffff, 0xff, 0x1f, 7 }, "ffffffff:ff:1f.7" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      PtAddress        address = { 9, 9, 9, 1 };
      g_autofree char *text = NULL;

      g_assert_true (pt_address_parse (good[i].text, &address));
      g_assert_true (pt_address_equal (&address, &good[i].address));
      text = pt_address_to_string (&address);
      g_assert_cmpstr (text, ==, good[i].formatted);
    }
}


static void
test_address_refuse (void)
{
  static const char *const bad[] = { "",
                                     " 2f:00.0",
                                     "2f:00.0 ",
                                     "2f:00.8",
                                     "2f:20.0",
                                     "2f:00",
                                     "2f:00.",
                                     "2f.00.0",
                                     "f:00.0",
                                     "02f:00.0",
                                     "000:2f:00.0",
                                     "100000000:2f:00.0",
                                     "0000:2f:00.0.0",
                                     "0000:0000:2f:00.0",
                                     "0x2f:00.0",
                                     "-1:00.0",
                                     "zz:00.0",
                                     "2f:00.00",
                                     ":2f:00.0",
                                     "2f:0.0",
                                     "2f:00.0\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      PtAddress address = { 7, 7, 7, 7 };

      if (pt_address_parse (bad[i], &address))
        g_test_message ("accepted: '%s'", bad[i]);
      g_assert_false (pt_address_parse (bad[i], &address));
      g_assert_cmpuint (address.domain, ==, 7);
    }
  g_assert_false (pt_address_parse (NULL, &(PtAddress){ 0 }));
}


static void
test_address_order (void)
{
  static const char *const sorted[] = {
    "00:00.0", "00:00.1", "00:1f.0", "01:00.0", "ff:00.0", "0001:00:00.0", "80000000:00:00.0"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sorted); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sorted); j++)
      {
        PtAddress a = { 0 }, b = { 0 };
        int       order = 0;

        g_assert_true (pt_address_parse (sorted[i], &a));
        g_assert_true (pt_address_parse (sorted[j], &b));
        order = pt_address_compare (&a, &b);
        g_assert_cmpint (i < j ? -1 : i > j, ==, order < 0 ? -1 : order > 0);
        g_assert_cmpint (pt_address_same_slot (&a, &b), ==, i == j || i + j == 1);
      }
}


static void
test_address_boxed (void)
{
  GValue    value = G_VALUE_INIT;
  PtAddress address = { 0, 0x2f, 0, 1 };

  g_value_init (&value, PT_TYPE_ADDRESS);
  g_value_set_boxed (&value, &address);
  g_assert_true (pt_address_equal (g_value_get_boxed (&value), &address));
  g_value_unset (&value);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/core/address/parse", test_address_parse);
  g_test_add_func ("/core/address/refuse", test_address_refuse);
  g_test_add_func ("/core/address/order", test_address_order);
  g_test_add_func ("/core/address/boxed", test_address_boxed);
  return g_test_run ();
}
