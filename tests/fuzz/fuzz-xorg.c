/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-xorg"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-xorg.h"

/* One text as xorg.conf. */


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autoptr (GPtrArray) found = pt_xorg_parse (text);

  for (guint i = 0; i < found->len; i++)
    {
      const PtXorgBusId *id = g_ptr_array_index (found, i);
      g_autofree char   *decimal = g_strdup_printf ("PCI:%u@%u:%u:%u", id->address.bus,
                                                    id->address.domain, id->address.slot,
                                                    id->address.function);
      PtAddress          again = { 0 };

      g_assert_nonnull (strstr (text, id->text));
      if (!id->valid)
        continue;
      g_assert_cmpuint (id->address.slot, <, 32);
      g_assert_cmpuint (id->address.function, <, 8);
      g_assert_true (pt_xorg_bus_id_parse (decimal, &again));
      g_assert_true (pt_address_equal (&id->address, &again));
    }
}
