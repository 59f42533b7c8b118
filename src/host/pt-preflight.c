/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-preflight"

#include "config.h"

#include "pt-preflight-private.h"

#include "pt-device-private.h"
#include "pt-host.h"
#include "pt-pci-names.h"
#include "pt-words.h"


static void
pt_preflight_finding_free (PtPreflightFinding *self)
{
  g_free (self->device);
  g_free (self->name);
  g_free (self->before);
  g_free (self->now);
  g_free (self);
}


PtPreflightFinding *
pt_preflight_add (GPtrArray      *findings,
                  PtPreflightKind kind,
                  PtDevice       *device,
                  const char     *now)
{
  PtPreflightFinding *finding = g_new0 (PtPreflightFinding, 1);

  finding->kind = kind;
  finding->device = device != NULL ? g_strdup (device->address_string) : NULL;
  finding->name = device != NULL ? g_strdup (pt_device_get_short_name (device)) : NULL;
  finding->now = g_strdup (now);
  g_ptr_array_add (findings, finding);
  return finding;
}


/* What has changed */

static const PtSeenDevice *
pt_preflight_find_seen (const PtSeen *seen,
                        const char   *address)
{
  char buffer[PT_ADDRESS_BUFFER] = "";

  for (guint i = 0; seen != NULL && i < seen->devices->len; i++)
    {
      const PtSeenDevice *device = g_ptr_array_index (seen->devices, i);

      if (g_str_equal (pt_address_format (&device->address, buffer), address))
        return device;
    }
  return NULL;
}


static gboolean
pt_preflight_has_drift (GPtrArray     *drifts,
                        const PtDrift *like)
{
  for (guint i = 0; i < drifts->len; i++)
    {
      const PtDrift *drift = g_ptr_array_index (drifts, i);

      if (drift->kind == like->kind && g_strcmp0 (drift->device, like->device) == 0)
        return TRUE;
    }
  return FALSE;
}


/* The computer was set up again since the machine was made, and is as it was then. */
static gboolean
pt_preflight_is_settled (const PtSeen  *set_up,
                         GPtrArray     *since,
                         const PtDrift *drift)
{
  if (set_up == NULL || pt_preflight_has_drift (since, drift))
    return FALSE;
  return drift->device == NULL || pt_preflight_find_seen (set_up, drift->device) != NULL;
}


static gboolean
pt_preflight_is_handed (const PtPreflightMachine *machine,
                        const PtAddress          *address)
{
  if (machine->rehearsal)
    return TRUE;
  for (guint i = 0; i < machine->devices->len; i++)
    {
      if (pt_address_equal (&g_array_index (machine->devices, PtAddress, i), address))
        return TRUE;
    }
  return FALSE;
}


/* What is in the brackets of `Navi 22 [Radeon RX 6700 XT]`, which is what `1002:73df` is sold as;
 * the id itself where the list does not know it. */
static char *
pt_preflight_name_id (const char *id)
{
  const char      *colon = strchr (id, ':');
  guint64          vendor = g_ascii_strtoull (id, NULL, 16);
  guint64          device = colon != NULL ? g_ascii_strtoull (colon + 1, NULL, 16) : 0;
  g_autofree char *name = pt_pci_names_device ((guint16)vendor, (guint16)device);
  const char      *open = name != NULL ? strrchr (name, '[') : NULL;
  const char      *close = open != NULL ? strchr (open, ']') : NULL;

  if (close != NULL && close > open + 1)
    return g_strndup (open + 1, (gsize)(close - open - 1));
  return name != NULL ? g_steal_pointer (&name) : g_strdup (id);
}


static PtPreflightKind
pt_preflight_translate (const PtDrift *drift)
{
  if (drift->kind == PT_DRIFT_GROUP && strchr (drift->now, '+') == NULL)
    return PT_PREFLIGHT_GROUP_LOST;
  return (PtPreflightKind)drift->kind;
}


static void
pt_preflight_take_drift (PtHost        *host,
                         const PtSeen  *seen,
                         const PtDrift *drift,
                         GPtrArray     *findings)
{
  const PtSeenDevice *device =
    drift->device != NULL ? pt_preflight_find_seen (seen, drift->device) : NULL;
  PtDevice           *there = device != NULL ? pt_host_find_device (host, &device->address) : NULL;
  PtPreflightFinding *finding =
    pt_preflight_add (findings, pt_preflight_translate (drift), NULL, drift->now);
  PtAddress moved = { 0 };

  finding->device = g_strdup (drift->device);
  finding->before = g_strdup (drift->before);
  if (device == NULL)
    return;
  if (drift->kind == PT_DRIFT_MOVED && pt_address_parse (drift->now, &moved))
    there = pt_host_find_device (host, &moved);
  finding->name = there != NULL && g_str_equal (there->id, device->id)
                    ? g_strdup (pt_device_get_short_name (there))
                    : pt_preflight_name_id (device->id);
}


static void
pt_preflight_judge_drift (PtHost                   *host,
                          const PtPreflightMachine *machine,
                          const PtSeen             *seen,
                          GPtrArray                *findings)
{
  g_autoptr (GPtrArray) drifts = pt_drift_compare (seen, host);
  g_autoptr (GPtrArray) since =
               machine->set_up != NULL ? pt_drift_compare (machine->set_up, host) : NULL;

  for (guint i = 0; i < drifts->len; i++)
    {
      const PtDrift *drift = g_ptr_array_index (drifts, i);
      PtAddress      address = { 0 };

      if (drift->device != NULL && (!pt_address_parse (drift->device, &address) ||
                                    !pt_preflight_is_handed (machine, &address)))
        continue;
      if (!pt_preflight_is_settled (machine->set_up, since, drift))
        pt_preflight_take_drift (host, seen, drift, findings);
    }
}


/* What else has the devices */

static gboolean
pt_preflight_is_free (PtDevice *device)
{
  return device->driver == NULL || g_str_has_suffix (device->driver, "vfio-pci") ||
         g_str_equal (device->driver, "pci-stub");
}


/* A drive or a controller is handed over at the start and taken back; a graphics card whose driver
 * draws the desktop is not. */
static void
pt_preflight_judge_device (PtDevice  *device,
                           GPtrArray *findings)
{
  g_autofree char *uses = pt_device_get_in_use (device)[0] != NULL ? pt_words_uses (device) : NULL;

  if (uses != NULL)
    pt_preflight_add (findings, PT_PREFLIGHT_HOST_USES, device, uses);
  else if (pt_device_get_kind (device) == PT_DEVICE_GPU && !pt_preflight_is_free (device))
    pt_preflight_add (findings, PT_PREFLIGHT_CARD_BUSY, device, device->driver);
}


/* VFIO gives a group away as a whole: bridges aside, nobody else may work in it. */
static void
pt_preflight_judge_group (PtHost                   *host,
                          const PtPreflightMachine *machine,
                          GHashTable               *handed,
                          int                       number,
                          GPtrArray                *findings)
{
  g_autoptr (GPtrArray) members = pt_host_get_group (host, number);

  for (guint i = 0; i < members->len; i++)
    {
      PtDevice *member = g_ptr_array_index (members, i);

      if (!pt_device_is_bridge (member) && !g_hash_table_contains (handed, member) &&
          !pt_preflight_is_free (member))
        pt_preflight_add (findings, PT_PREFLIGHT_MEMBER_DRIVER, member, member->driver);
    }
}


/* PtAddress: what the machine is handed, or would be. (transfer full) */
static GArray *
pt_preflight_list_devices (const PtPreflightMachine *machine,
                           const PtSeen             *seen)
{
  GArray *addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  if (!machine->rehearsal)
    g_array_append_vals (addresses, machine->devices->data, machine->devices->len);
  for (guint i = 0; machine->rehearsal && i < seen->devices->len; i++)
    {
      const PtSeenDevice *device = g_ptr_array_index (seen->devices, i);

      g_array_append_val (addresses, device->address);
    }
  return addresses;
}


/* A place where nothing is left or something else is now was told with the record. */
static void
pt_preflight_find_devices (PtHost       *host,
                           const PtSeen *seen,
                           GArray       *addresses,
                           GHashTable   *handed,
                           GPtrArray    *findings)
{
  char buffer[PT_ADDRESS_BUFFER] = "";

  for (guint i = 0; i < addresses->len; i++)
    {
      const PtAddress    *address = &g_array_index (addresses, PtAddress, i);
      const PtSeenDevice *was =
        pt_preflight_find_seen (seen, pt_address_format (address, buffer));
      PtDevice *device = pt_host_find_device (host, address);

      if (device != NULL && (was == NULL || g_str_equal (was->id, device->id)))
        g_hash_table_add (handed, device);
      else if (device == NULL && was == NULL)
        pt_preflight_add (findings, PT_PREFLIGHT_MISSING, NULL, NULL)->device = g_strdup (buffer);
    }
}


static void
pt_preflight_judge_use (PtHost                   *host,
                        const PtPreflightMachine *machine,
                        const PtSeen             *seen,
                        GPtrArray                *findings)
{
  g_autoptr (GArray) addresses = pt_preflight_list_devices (machine, seen);
  g_autoptr (GHashTable) handed = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) groups = g_hash_table_new (NULL, NULL);
  GPtrArray *devices = pt_host_get_devices (host);

  pt_preflight_find_devices (host, seen, addresses, handed, findings);
  /* In the order of the host's list, so that the findings have one too. */
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (!g_hash_table_contains (handed, device))
        continue;
      pt_preflight_judge_device (device, findings);
      if (device->group >= 0 && g_hash_table_add (groups, GINT_TO_POINTER (device->group + 1)))
        pt_preflight_judge_group (host, machine, handed, device->group, findings);
    }
}


/* Public */

/* The record of the set-up stands in for a machine that has none of its own but some of the
 * devices. */
static const PtSeen *
pt_preflight_choose_seen (const PtPreflightMachine *machine)
{
  if (machine->own != NULL || machine->set_up == NULL)
    return machine->own;
  for (guint i = 0; i < machine->set_up->devices->len; i++)
    {
      const PtSeenDevice *device = g_ptr_array_index (machine->set_up->devices, i);

      if (!machine->rehearsal && pt_preflight_is_handed (machine, &device->address))
        return machine->set_up;
    }
  return NULL;
}


static int
pt_preflight_compare (gconstpointer a,
                      gconstpointer b)
{
  const PtPreflightFinding *const *first = a;
  const PtPreflightFinding *const *second = b;

  return pt_preflight_refuses ((*second)->kind) - pt_preflight_refuses ((*first)->kind);
}


GPtrArray *
pt_preflight_judge (PtHost                   *host,
                    const PtPreflightMachine *machine)
{
  GPtrArray    *findings = NULL;
  const PtSeen *seen = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (machine != NULL && machine->devices != NULL, NULL);

  findings = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_preflight_finding_free);
  seen = pt_preflight_choose_seen (machine);
  if (seen != NULL)
    {
      pt_preflight_judge_drift (host, machine, seen, findings);
      pt_preflight_judge_use (host, machine, seen, findings);
    }
  if (!machine->rehearsal && machine->devices->len > 0)
    pt_preflight_judge_moment (host, machine, findings);
  g_ptr_array_sort (findings, pt_preflight_compare);
  return findings;
}


void
pt_preflight_add_memory (GPtrArray      *findings,
                         PtPreflightKind kind,
                         const char     *path)
{
  g_return_if_fail (findings != NULL && path != NULL);

  pt_preflight_add (findings, kind, NULL, path);
  g_ptr_array_sort (findings, pt_preflight_compare);
}


gboolean
pt_preflight_refuses (PtPreflightKind kind)
{
  return kind != PT_PREFLIGHT_FIRMWARE && kind != PT_PREFLIGHT_KERNEL &&
         kind != PT_PREFLIGHT_UNKNOWN && kind != PT_PREFLIGHT_GROUP_LOST &&
         kind != PT_PREFLIGHT_TIGHT;
}


gboolean
pt_preflight_is_refusal (GPtrArray *findings)
{
  const PtPreflightFinding *first = NULL;

  g_return_val_if_fail (findings != NULL, FALSE);

  first = findings->len > 0 ? g_ptr_array_index (findings, 0) : NULL;
  return first != NULL && pt_preflight_refuses (first->kind);
}


const char *
pt_preflight_kind_to_nick (PtPreflightKind kind)
{
  static const char *const nicks[] = {
    "moved", "gone", "replaced", "group", "no-group", "firmware", "kernel", "unknown",
    "group-lost", "missing", "member-driver", "card-busy", "host-uses", "memory-kind",
    "memory-size", "other-machine", "silent", "room", "huge-pages", "tight"
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (nicks) == PT_PREFLIGHT_LAST);
  g_return_val_if_fail (kind < PT_PREFLIGHT_LAST, NULL);

  return nicks[kind];
}
