/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-intent"

#include "config.h"

#include "pt-intent.h"

#include "pt-plan.h"

#define PT_INTENT_MAX_ADDRESSES 64

struct _PtIntent
{
  GObject parent_instance;

  GArray *addresses;
};

G_DEFINE_FINAL_TYPE (PtIntent, pt_intent, G_TYPE_OBJECT)

static void
pt_intent_finalize (GObject *object)
{
  PtIntent *self = PT_INTENT (object);

  g_clear_pointer (&self->addresses, g_array_unref);

  G_OBJECT_CLASS (pt_intent_parent_class)->finalize (object);
}

static void
pt_intent_class_init (PtIntentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_intent_finalize;
}

static void
pt_intent_init (PtIntent *self)
{
  self->addresses = g_array_new (FALSE, TRUE, sizeof (PtAddress));
}

static int
pt_intent_compare (gconstpointer a,
                   gconstpointer b)
{
  return pt_address_compare (a, b);
}

PtIntent *
pt_intent_new (const PtAddress *addresses,
               gsize            n_addresses)
{
  g_autoptr (PtIntent) self = g_object_new (PT_TYPE_INTENT, NULL);
  g_autoptr (GArray) sorted = g_array_new (FALSE, TRUE, sizeof (PtAddress));

  g_return_val_if_fail (addresses != NULL || n_addresses == 0, NULL);

  if (n_addresses > 0)
    g_array_append_vals (sorted, addresses, n_addresses);
  g_array_sort (sorted, pt_intent_compare);
  for (guint i = 0; i < sorted->len; i++)
    {
      PtAddress *address = &g_array_index (sorted, PtAddress, i);

      if (i == 0 || !pt_address_equal (address, address - 1))
        g_array_append_vals (self->addresses, address, 1);
    }

  return g_steal_pointer (&self);
}

PtIntent *
pt_intent_new_from_string (const char *text,
                           GError    **error)
{
  g_autoptr (GArray) addresses = g_array_new (FALSE, TRUE, sizeof (PtAddress));
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  words = g_strsplit (text, ",", PT_INTENT_MAX_ADDRESSES + 1);
  if (words[0] == NULL || g_strv_length (words) > PT_INTENT_MAX_ADDRESSES)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "between 1 and %d addresses are needed", PT_INTENT_MAX_ADDRESSES);
      return NULL;
    }
  for (gsize i = 0; words[i] != NULL; i++)
    {
      PtAddress address = { 0 };

      if (!pt_address_parse (words[i], &address))
        {
          g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                       "\"%s\" is not a PCI address such as 0000:2f:00.0", words[i]);
          return NULL;
        }
      g_array_append_val (addresses, address);
    }

  return pt_intent_new ((const PtAddress *)(gpointer)addresses->data, addresses->len);
}

GArray *
pt_intent_get_addresses (PtIntent *self)
{
  g_return_val_if_fail (PT_IS_INTENT (self), NULL);

  return self->addresses;
}

GVariant *
pt_intent_to_variant (PtIntent *self)
{
  GVariantBuilder builder = { 0 };

  g_return_val_if_fail (PT_IS_INTENT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(uyyy)"));
  for (guint i = 0; i < self->addresses->len; i++)
    {
      PtAddress *address = &g_array_index (self->addresses, PtAddress, i);

      g_variant_builder_add (&builder, "(uyyy)", address->domain, address->bus, address->slot,
                             address->function);
    }

  return g_variant_new ("(a(uyyy)a{sv})", &builder, NULL);
}

PtIntent *
pt_intent_new_from_variant (GVariant *variant,
                            GError  **error)
{
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GArray) addresses = g_array_new (FALSE, TRUE, sizeof (PtAddress));
  gsize n_addresses = 0;

  g_return_val_if_fail (variant != NULL, NULL);

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE ("(a(uyyy)a{sv})")))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "an intent of type %s is not understood", g_variant_get_type_string (variant));
      return NULL;
    }

  list = g_variant_get_child_value (variant, 0);
  options = g_variant_get_child_value (variant, 1);
  n_addresses = g_variant_n_children (list);
  if (n_addresses < 1 || n_addresses > PT_INTENT_MAX_ADDRESSES)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "an intent has between 1 and %d addresses", PT_INTENT_MAX_ADDRESSES);
      return NULL;
    }
  if (g_variant_n_children (options) > 0)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                           "the intent has an option that this version does not know");
      return NULL;
    }

  for (gsize i = 0; i < n_addresses; i++)
    {
      PtAddress address = { 0 };

      g_variant_get_child (list, i, "(uyyy)", &address.domain, &address.bus, &address.slot,
                           &address.function);
      if (address.slot > 31 || address.function > 7)
        {
          g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                       "slot %u, function %u is out of range", address.slot, address.function);
          return NULL;
        }
      g_array_append_val (addresses, address);
    }

  return pt_intent_new ((const PtAddress *)(gpointer)addresses->data, n_addresses);
}
