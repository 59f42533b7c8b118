/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-card-diagram"

#include "config.h"

#include "pt-card-diagram.h"

#include <glib/gi18n-lib.h>

#include "pt-host-words.h"

static void
pt_card_diagram_add (PtGroupDiagram *self,
                     PtGpu          *card,
                     PtDevice       *device)
{
  PtDeviceKind     kind = pt_device_get_kind (device);
  PtBoxKind        box = PT_BOX_DEVICE;
  int              number = pt_device_get_group (device);
  g_autofree char *group = NULL;
  g_autofree char *address = pt_host_words_address (device);
  g_autofree char *detail = g_strdup_printf ("%s · %s", address, pt_device_get_id (device));
  g_autofree char *words = pt_host_words_member (card, device);

  if (pt_card_find_blocker (card, device) != NULL)
    box = PT_BOX_BLOCKED;
  else if (kind == PT_DEVICE_BRIDGE || kind == PT_DEVICE_HOST_BRIDGE)
    box = PT_BOX_BRIDGE;
  group = number >= 0 ? g_strdup_printf (_ ("Group %d"), number) : g_strdup (_ ("No group"));
  pt_group_diagram_add (self, group, box, pt_device_get_short_name (device), detail,
                        words);
}


static gboolean
pt_card_has_function (GPtrArray *functions,
                      PtDevice  *device)
{
  for (guint i = 0; i < functions->len; i++)
    {
      PtDevice *function = g_ptr_array_index (functions, i);

      if (pt_address_equal (pt_device_get_address (function), pt_device_get_address (device)))
        return TRUE;
    }
  return FALSE;
}


void
pt_card_diagram_fill (PtGroupDiagram *diagram,
                      PtHost         *host,
                      PtGpu          *card)
{
  GPtrArray *functions = pt_gpu_get_functions (card);
  GArray    *groups = pt_gpu_get_groups (card);

  g_return_if_fail (PT_IS_GROUP_DIAGRAM (diagram));
  g_return_if_fail (PT_IS_HOST (host));

  for (guint i = 0; i < groups->len; i++)
    {
      g_autoptr (GPtrArray) members = pt_host_get_group (host, g_array_index (groups, int, i));

      for (guint pass = 0; pass < 2; pass++)
        {
          for (guint j = 0; j < members->len; j++)
            {
              PtDevice *device = g_ptr_array_index (members, j);

              if (pt_card_has_function (functions, device) == (pass == 0))
                pt_card_diagram_add (diagram, card, device);
            }
        }
    }
  for (guint i = 0; groups->len == 0 && i < functions->len; i++)
    pt_card_diagram_add (diagram, card, g_ptr_array_index (functions, i));
}
