/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-address"

#include "config.h"

#include "pt-address.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (PtAddress, pt_address, pt_address_copy, pt_address_free)


PtAddress *
pt_address_copy (const PtAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_memdup2 (self, sizeof *self);
}


void
pt_address_free (PtAddress *self)
{
  g_free (self);
}


/* Reads @min to @max hexadecimal digits followed by @end and moves @text behind it. */
static gboolean
pt_address_take (const char **text,
                 guint        min,
                 guint        max,
                 char         end,
                 guint32     *value)
{
  guint   digits = 0;
  guint64 sum = 0;

  for (; digits < max && g_ascii_isxdigit ((*text)[digits]); digits++)
    sum = sum * 16 + (guint)g_ascii_xdigit_value ((*text)[digits]);

  if (digits < min || (*text)[digits] != end)
    return FALSE;

  *text += digits + (end != '\0' ? 1 : 0);
  *value = (guint32)sum;
  return TRUE;
}


gboolean
pt_address_parse (const char *text,
                  PtAddress  *address)
{
  const char *rest = text;
  const char *colon = NULL;
  guint32     domain = 0, bus = 0, slot = 0, function = 0;

  g_return_val_if_fail (address != NULL, FALSE);

  if (text == NULL)
    return FALSE;

  /* Only the long form has a second colon. */
  colon = strchr (text, ':');
  if (colon != NULL && strchr (colon + 1, ':') != NULL &&
      !pt_address_take (&rest, 4, 8, ':', &domain))
    return FALSE;

  if (!pt_address_take (&rest, 2, 2, ':', &bus) ||
      !pt_address_take (&rest, 2, 2, '.', &slot) || slot > 0x1f ||
      !pt_address_take (&rest, 1, 1, '\0', &function) || function > 7)
    return FALSE;

  *address = (PtAddress){ domain, (guint8)bus, (guint8)slot, (guint8)function };
  return TRUE;
}


char *
pt_address_format (const PtAddress *self,
                   char             buffer[PT_ADDRESS_BUFFER])
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (buffer != NULL, NULL);

  g_snprintf (buffer, PT_ADDRESS_BUFFER, "%04x:%02x:%02x.%x",
              self->domain, self->bus, self->slot & 0x1f, self->function & 7);
  return buffer;
}


char *
pt_address_to_string (const PtAddress *self)
{
  char buffer[PT_ADDRESS_BUFFER] = "";

  g_return_val_if_fail (self != NULL, NULL);

  return g_strdup (pt_address_format (self, buffer));
}


int
pt_address_compare (const PtAddress *a,
                    const PtAddress *b)
{
  g_return_val_if_fail (a != NULL, 0);
  g_return_val_if_fail (b != NULL, 0);

  if (a->domain != b->domain)
    return a->domain < b->domain ? -1 : 1;
  if (a->bus != b->bus)
    return a->bus < b->bus ? -1 : 1;
  if (a->slot != b->slot)
    return a->slot < b->slot ? -1 : 1;
  return (int)a->function - (int)b->function;
}


gboolean
pt_address_equal (const PtAddress *a,
                  const PtAddress *b)
{
  return pt_address_compare (a, b) == 0;
}


gboolean
pt_address_same_slot (const PtAddress *a,
                      const PtAddress *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return a->domain == b->domain && a->bus == b->bus && a->slot == b->slot;
}
