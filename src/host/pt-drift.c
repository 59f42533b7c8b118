/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-drift"

#include "config.h"

#include "pt-drift.h"

#include "pt-device-private.h"
#include "pt-host.h"

/* More than any computer has; a longer list is no record of ours. */
#define PT_SEEN_MOST 1024


static void
pt_seen_device_free (PtSeenDevice *self)
{
  g_free (self->id);
  g_strfreev (self->members);
  g_free (self);
}


void
pt_seen_free (PtSeen *self)
{
  if (self == NULL)
    return;
  g_free (self->firmware);
  g_free (self->kernel);
  g_ptr_array_unref (self->devices);
  g_free (self);
}


static PtSeen *
pt_seen_new_empty (void)
{
  PtSeen *self = g_new0 (PtSeen, 1);

  self->devices = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_seen_device_free);
  return self;
}


/* By address, as the host lists them. (transfer full) */
static char **
pt_seen_list_members (PtHost *host,
                      int     group)
{
  g_autoptr (GPtrArray) members = group >= 0 ? pt_host_get_group (host, group) : NULL;
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (guint i = 0; members != NULL && i < members->len; i++)
    {
      PtDevice        *member = g_ptr_array_index (members, i);
      g_autofree char *text = g_strdup_printf ("%s=%s", member->address_string, member->id);

      g_strv_builder_add (list, text);
    }
  return g_strv_builder_end (list);
}


PtSeen *
pt_seen_new (PtHost *host,
             GArray *addresses)
{
  const PtHostFacts *facts = NULL;
  PtSeen            *self = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (addresses != NULL, NULL);

  facts = pt_host_get_facts (host);
  self = pt_seen_new_empty ();
  self->firmware = g_strdup (facts->bios_version);
  self->kernel = g_strdup (facts->kernel);
  for (guint i = 0; i < addresses->len; i++)
    {
      PtDevice     *device = pt_host_find_device (host, &g_array_index (addresses, PtAddress, i));
      PtSeenDevice *seen = NULL;

      if (device == NULL)
        continue;
      seen = g_new0 (PtSeenDevice, 1);
      seen->address = device->address;
      seen->id = g_strdup (device->id);
      seen->group = device->group;
      seen->members = pt_seen_list_members (host, device->group);
      g_ptr_array_add (self->devices, seen);
    }
  return self;
}


/* As JSON */

static void
pt_seen_set (JsonBuilder *builder,
             const char  *name,
             const char  *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}


static void
pt_seen_add_device (JsonBuilder        *builder,
                    const PtSeenDevice *device)
{
  char address[PT_ADDRESS_BUFFER] = "";

  json_builder_begin_object (builder);
  pt_seen_set (builder, "address", pt_address_format (&device->address, address));
  pt_seen_set (builder, "id", device->id);
  json_builder_set_member_name (builder, "group");
  json_builder_add_int_value (builder, device->group);
  json_builder_set_member_name (builder, "members");
  json_builder_begin_array (builder);
  for (gsize i = 0; device->members[i] != NULL; i++)
    json_builder_add_string_value (builder, device->members[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}


char *
pt_seen_to_string (const PtSeen *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  json_builder_begin_object (builder);
  pt_seen_set (builder, "firmware", self->firmware);
  pt_seen_set (builder, "kernel", self->kernel);
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->devices->len; i++)
    pt_seen_add_device (builder, g_ptr_array_index (self->devices, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}


/* NULL if it is not there or no text. */
static const char *
pt_seen_get (JsonObject *object,
             const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}


static JsonArray *
pt_seen_get_array (JsonObject *object,
                   const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node) ||
      json_array_get_length (json_node_get_array (node)) > PT_SEEN_MOST)
    return NULL;
  return json_node_get_array (node);
}


static char **
pt_seen_parse_members (JsonArray *array)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return NULL;
      g_strv_builder_add (list, json_node_get_string (node));
    }
  return g_strv_builder_end (list);
}


static PtSeenDevice *
pt_seen_parse_device (JsonNode *node)
{
  JsonObject   *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char   *address = object != NULL ? pt_seen_get (object, "address") : NULL;
  const char   *id = object != NULL ? pt_seen_get (object, "id") : NULL;
  JsonArray    *members = object != NULL ? pt_seen_get_array (object, "members") : NULL;
  JsonNode     *group = object != NULL ? json_object_get_member (object, "group") : NULL;
  PtSeenDevice *device = NULL;
  PtAddress     place = { 0 };
  char        **list = NULL;

  if (address == NULL || id == NULL || members == NULL || group == NULL ||
      !JSON_NODE_HOLDS_VALUE (group) || json_node_get_value_type (group) != G_TYPE_INT64 ||
      json_node_get_int (group) < -1 || json_node_get_int (group) > G_MAXINT ||
      !pt_address_parse (address, &place))
    return NULL;
  list = pt_seen_parse_members (members);
  if (list == NULL)
    return NULL;
  device = g_new0 (PtSeenDevice, 1);
  device->address = place;
  device->id = g_strdup (id);
  device->group = (int)json_node_get_int (group);
  device->members = list;
  return device;
}


PtSeen *
pt_seen_parse (const char *text)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (PtSeen) self = NULL;
  JsonObject *object = NULL;
  JsonArray  *devices = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  node = json_from_string (text, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  devices = pt_seen_get_array (object, "devices");
  if (devices == NULL)
    return NULL;
  self = pt_seen_new_empty ();
  self->firmware = g_strdup (pt_seen_get (object, "firmware"));
  self->kernel = g_strdup (pt_seen_get (object, "kernel"));
  for (guint i = 0; i < json_array_get_length (devices); i++)
    {
      PtSeenDevice *device = pt_seen_parse_device (json_array_get_element (devices, i));

      if (device == NULL)
        return NULL;
      g_ptr_array_add (self->devices, device);
    }
  return g_steal_pointer (&self);
}


/* Comparing */

static void
pt_drift_free (PtDrift *self)
{
  g_free (self->device);
  g_free (self->before);
  g_free (self->now);
  g_free (self);
}


static void
pt_drift_add (GPtrArray       *drifts,
              PtDriftKind      kind,
              const PtAddress *device,
              const char      *before,
              const char      *now)
{
  PtDrift *drift = g_new0 (PtDrift, 1);

  drift->kind = kind;
  drift->device = device != NULL ? pt_address_to_string (device) : NULL;
  drift->before = g_strdup (before);
  drift->now = g_strdup (now);
  g_ptr_array_add (drifts, drift);
}


static gboolean
pt_drift_was_recorded (const PtSeen    *seen,
                       const PtAddress *address,
                       const char      *id)
{
  for (guint i = 0; i < seen->devices->len; i++)
    {
      const PtSeenDevice *device = g_ptr_array_index (seen->devices, i);

      if (pt_address_equal (&device->address, address) && g_str_equal (device->id, id))
        return TRUE;
    }
  return FALSE;
}


/* Where a device with @id is now that was recorded at none of its places. NULL if there is none. */
static PtDevice *
pt_drift_find_moved (const PtSeen *seen,
                     PtHost       *host,
                     const char   *id)
{
  GPtrArray *devices = pt_host_get_devices (host);

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (g_str_equal (device->id, id) && !pt_drift_was_recorded (seen, &device->address, id))
        return device;
    }
  return NULL;
}


/* Returns the device where it still is where it was. */
static PtDevice *
pt_drift_compare_place (const PtSeen       *seen,
                        const PtSeenDevice *device,
                        PtHost             *host,
                        GPtrArray          *drifts)
{
  PtDevice *there = pt_host_find_device (host, &device->address);
  PtDevice *moved = NULL;

  if (there != NULL && g_str_equal (there->id, device->id))
    return there;
  if (there != NULL && (there->vendor_id == 0 || there->device_id == 0))
    {
      pt_drift_add (drifts, PT_DRIFT_UNKNOWN, &device->address, device->id, NULL);
      return NULL;
    }
  moved = pt_drift_find_moved (seen, host, device->id);
  if (moved != NULL)
    pt_drift_add (drifts, PT_DRIFT_MOVED, &device->address, device->id, moved->address_string);
  else if (there != NULL)
    pt_drift_add (drifts, PT_DRIFT_REPLACED, &device->address, device->id, there->id);
  else
    pt_drift_add (drifts, PT_DRIFT_GONE, &device->address, device->id, NULL);
  return NULL;
}


/* What joined the group and what left it: `+0000:00:1f.2=8086:a352`. Its number means nothing, the
 * kernel counts anew at each start. */
static char *
pt_drift_list_changes (char **before,
                       char **now)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; now[i] != NULL; i++)
    {
      if (!g_strv_contains ((const char *const *)before, now[i]))
        g_string_append_printf (text, "%s+%s", text->len > 0 ? " " : "", now[i]);
    }
  for (gsize i = 0; before[i] != NULL; i++)
    {
      if (!g_strv_contains ((const char *const *)now, before[i]))
        g_string_append_printf (text, "%s-%s", text->len > 0 ? " " : "", before[i]);
    }
  return g_string_free (text, FALSE);
}


static void
pt_drift_compare_group (const PtSeenDevice *device,
                        PtDevice           *there,
                        PtHost             *host,
                        GPtrArray          *drifts)
{
  g_auto (GStrv) members = NULL;
  g_autofree char *before = NULL;
  g_autofree char *changes = NULL;

  /* Before the IOMMU was on there was nothing to record. */
  if (device->group < 0)
    return;
  if (there->group < 0)
    {
      pt_drift_add (drifts, there->complete ? PT_DRIFT_NO_GROUP : PT_DRIFT_UNKNOWN,
                    &device->address, NULL, NULL);
      return;
    }
  members = pt_seen_list_members (host, there->group);
  changes = pt_drift_list_changes (device->members, members);
  before = g_strjoinv (" ", device->members);
  if (*changes != '\0')
    pt_drift_add (drifts, PT_DRIFT_GROUP, &device->address, before, changes);
}


static void
pt_drift_compare_text (PtDriftKind kind,
                       const char *before,
                       const char *now,
                       GPtrArray  *drifts)
{
  if (before != NULL && now != NULL && !g_str_equal (before, now))
    pt_drift_add (drifts, kind, NULL, before, now);
}


GPtrArray *
pt_drift_compare (const PtSeen *seen,
                  PtHost       *host)
{
  const PtHostFacts *facts = NULL;
  GPtrArray         *drifts = NULL;

  g_return_val_if_fail (seen != NULL, NULL);
  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  facts = pt_host_get_facts (host);
  drifts = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_drift_free);
  for (guint i = 0; i < seen->devices->len; i++)
    {
      const PtSeenDevice *device = g_ptr_array_index (seen->devices, i);
      PtDevice           *there = pt_drift_compare_place (seen, device, host, drifts);

      if (there != NULL)
        pt_drift_compare_group (device, there, host, drifts);
    }
  pt_drift_compare_text (PT_DRIFT_FIRMWARE, seen->firmware, facts->bios_version, drifts);
  pt_drift_compare_text (PT_DRIFT_KERNEL, seen->kernel, facts->kernel, drifts);
  return drifts;
}


gboolean
pt_drift_is_serious (PtDriftKind kind)
{
  return kind != PT_DRIFT_FIRMWARE && kind != PT_DRIFT_KERNEL && kind != PT_DRIFT_UNKNOWN;
}


const char *
pt_drift_kind_to_nick (PtDriftKind kind)
{
  static const char *const nicks[] = { "moved", "gone", "replaced", "group", "no-group",
                                       "firmware", "kernel", "unknown" };

  g_return_val_if_fail (kind >= 0 && kind < G_N_ELEMENTS (nicks), NULL);

  return nicks[kind];
}
