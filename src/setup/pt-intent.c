/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-intent"

#include "config.h"

#include "pt-intent.h"

#include <string.h>

#include "pt-plan.h"

#define PT_INTENT_MAX_ADDRESSES 64

struct _PtIntent
{
  GObject parent_instance;

  GArray *addresses;
  char  **identities;
};

G_DEFINE_FINAL_TYPE (PtIntent, pt_intent, G_TYPE_OBJECT)

static void
pt_intent_finalize (GObject *object)
{
  PtIntent *self = PT_INTENT (object);

  g_clear_pointer (&self->addresses, g_array_unref);
  g_clear_pointer (&self->identities, g_strfreev);

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
  self->identities = g_new0 (char *, 1);
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

gboolean
pt_intent_names_same (PtIntent *self,
                      PtIntent *other)
{
  g_return_val_if_fail (PT_IS_INTENT (self), FALSE);
  g_return_val_if_fail (PT_IS_INTENT (other), FALSE);

  if (self->addresses->len != other->addresses->len)
    return FALSE;
  for (guint i = 0; i < self->addresses->len; i++)
    if (!pt_address_equal (&g_array_index (self->addresses, PtAddress, i),
                           &g_array_index (other->addresses, PtAddress, i)))
      return FALSE;
  return TRUE;
}

const char *const *
pt_intent_get_identities (PtIntent *self)
{
  g_return_val_if_fail (PT_IS_INTENT (self), NULL);

  return (const char *const *)self->identities;
}

/* VVVV:DDDD in lower-case hexadecimal. */
static gboolean
pt_identity_id_is_valid (const char *id)
{
  for (gsize i = 0; i < 9; i++)
    {
      if (i == 4 ? id[i] != ':' : !g_ascii_isxdigit (id[i]) || g_ascii_isupper (id[i]))
        return FALSE;
    }
  return id[9] == '\0';
}

gboolean
pt_identity_parse (const char  *identity,
                   PtAddress   *address,
                   const char **id)
{
  const char      *separator = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (identity != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  separator = strchr (identity, '=');
  if (separator == NULL || !pt_identity_id_is_valid (separator + 1))
    return FALSE;

  text = g_strndup (identity, separator - identity);
  *id = separator + 1;
  return pt_address_parse (text, address);
}

PtIntent *
pt_intent_new_with_identities (PtIntent          *self,
                               const char *const *identities,
                               GError           **error)
{
  g_autoptr (PtIntent) copy = NULL;

  g_return_val_if_fail (PT_IS_INTENT (self), NULL);
  g_return_val_if_fail (identities != NULL, NULL);

  for (gsize i = 0; identities[i] != NULL; i++)
    {
      PtAddress   address = { 0 };
      const char *id = NULL;

      if (i >= 8 * PT_INTENT_MAX_ADDRESSES || !pt_identity_parse (identities[i], &address, &id))
        {
          g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                       "\"%s\" does not say which device was where", identities[i]);
          return NULL;
        }
    }

  copy = pt_intent_new ((const PtAddress *)(gpointer)self->addresses->data, self->addresses->len);
  g_strfreev (copy->identities);
  copy->identities = g_strdupv ((char **)identities);
  return g_steal_pointer (&copy);
}

GVariant *
pt_intent_to_variant (PtIntent *self)
{
  GVariantBuilder builder = { 0 };
  GVariantDict    options = { 0 };

  g_return_val_if_fail (PT_IS_INTENT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(uyyy)"));
  for (guint i = 0; i < self->addresses->len; i++)
    {
      PtAddress *address = &g_array_index (self->addresses, PtAddress, i);

      g_variant_builder_add (&builder, "(uyyy)", address->domain, address->bus, address->slot,
                             address->function);
    }

  g_variant_dict_init (&options, NULL);
  if (self->identities[0] != NULL)
    g_variant_dict_insert_value (&options, "identities",
                                 g_variant_new_strv ((const char *const *)self->identities, -1));
  return g_variant_new ("(a(uyyy)@a{sv})", &builder, g_variant_dict_end (&options));
}

/* Every option has to be a known one, and of its type. */
static gboolean
pt_intent_read_options (GVariant *options,
                        char   ***identities,
                        GError  **error)
{
  GVariantIter iter = { 0 };
  const char  *name = NULL;
  GVariant    *value = NULL;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      gboolean known =
        g_str_equal (name, "identities") &&
        g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY);

      if (known)
        {
          g_strfreev (*identities);
          *identities = g_variant_dup_strv (value, NULL);
        }
      g_variant_unref (value);
      if (!known)
        {
          g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                       "the intent has the option \"%s\", which this version does not know", name);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
pt_intent_read_addresses (GVariant *list,
                          GArray   *addresses,
                          GError  **error)
{
  gsize n_addresses = g_variant_n_children (list);

  if (n_addresses < 1 || n_addresses > PT_INTENT_MAX_ADDRESSES)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "an intent has between 1 and %d addresses", PT_INTENT_MAX_ADDRESSES);
      return FALSE;
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
          return FALSE;
        }
      g_array_append_val (addresses, address);
    }
  return TRUE;
}

PtIntent *
pt_intent_new_from_variant (GVariant *variant,
                            GError  **error)
{
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GArray) addresses = g_array_new (FALSE, TRUE, sizeof (PtAddress));
  g_autoptr (PtIntent) plain = NULL;
  g_auto (GStrv) identities = NULL;

  g_return_val_if_fail (variant != NULL, NULL);

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE ("(a(uyyy)a{sv})")))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "an intent of type %s is not understood", g_variant_get_type_string (variant));
      return NULL;
    }

  list = g_variant_get_child_value (variant, 0);
  options = g_variant_get_child_value (variant, 1);
  if (!pt_intent_read_addresses (list, addresses, error) ||
      !pt_intent_read_options (options, &identities, error))
    return NULL;

  plain = pt_intent_new ((const PtAddress *)(gpointer)addresses->data, addresses->len);
  if (identities == NULL)
    return g_steal_pointer (&plain);
  return pt_intent_new_with_identities (plain, (const char *const *)identities, error);
}
