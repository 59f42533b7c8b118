/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-devices"

#include "config.h"

#include "pt-check-private.h"
#include "pt-device-private.h"

/* Two for each side. */
#define PT_CORES_LEAST 4


static const char *
pt_rule_kind_name (PtCoreKind kind)
{
  if (kind == PT_CORE_ORDINARY)
    return "";
  return kind == PT_CORE_PERFORMANCE ? " performance" : " efficiency";
}


/* One line for the cores of a domain that are of one kind; none for none. */
static void
pt_rule_note_cores (const PtCpuLayout *layout,
                    int                domain,
                    PtCoreKind         kind,
                    PtFinding         *finding)
{
  g_autoptr (GArray) cores = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *list = NULL;
  g_autofree char *cache = g_strdup ("no L3 cache to be seen");

  for (guint i = 0; i < layout->cores->len; i++)
    {
      const PtCore *core = g_ptr_array_index (layout->cores, i);

      if (core->domain == domain && core->kind == kind)
        g_array_append_val (cores, i);
    }
  if (cores->len == 0)
    return;
  if (domain >= 0)
    {
      const PtCacheDomain *shared = g_ptr_array_index (layout->domains, (guint)domain);

      g_free (cache);
      cache = shared->size > 0
                ? g_strdup_printf ("L3 cache %d of %" G_GUINT64_FORMAT " MiB", domain,
                                   shared->size >> 20)
                : g_strdup_printf ("L3 cache %d of unknown size", domain);
    }
  list = pt_cpu_layout_format (layout, cores);
  pt_finding_note (finding, "%s: %u%s cores, threads %s", cache, cores->len,
                   pt_rule_kind_name (kind), list);
}


static void
pt_rule_note_share (const PtCpuLayout *layout,
                    PtFinding         *finding)
{
  g_autoptr (PtCoreShare) share = pt_cpu_layout_share (layout, 0);
  g_autofree char *guest = share != NULL ? pt_cpu_layout_format (layout, share->guest) : NULL;
  g_autofree char *host = share != NULL ? pt_cpu_layout_format (layout, share->host) : NULL;

  if (share != NULL)
    pt_finding_note (finding, "suggestion: %u cores for the guest (threads %s), %u for the host "
                              "(threads %s)",
                     share->guest->len, guest, share->host->len, host);
}


void
pt_rule_cpu_layout (PtHost    *host,
                    PtFinding *finding)
{
  const PtCpuLayout *layout = pt_host_get_cpu_layout (host);

  if (!layout->known)
    {
      pt_finding_note (finding, "no list of cores and their threads is readable");
      return;
    }
  pt_finding_note (finding, "cores: %u, threads: %u, switched off: %u", layout->cores->len,
                   layout->threads, layout->offline);
  for (int domain = -1; domain < (int)layout->domains->len; domain++)
    {
      pt_rule_note_cores (layout, domain, PT_CORE_PERFORMANCE, finding);
      pt_rule_note_cores (layout, domain, PT_CORE_ORDINARY, finding);
      pt_rule_note_cores (layout, domain, PT_CORE_EFFICIENCY, finding);
    }
  pt_rule_note_share (layout, finding);

  if (layout->cores->len < PT_CORES_LEAST)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-few-cores";
    }
  else if (layout->caches_known)
    finding->status = PT_STATUS_PASS;
}


static char *
pt_rule_list_plugged (const PtUsb     *usb,
                      const PtAddress *address)
{
  g_autoptr (GPtrArray) plugged = pt_usb_get_plugged (usb, address);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plugged->len; i++)
    {
      const PtUsbDevice *device = g_ptr_array_index (plugged, i);

      g_string_append_printf (text, "%s%s (%s)", i > 0 ? ", " : "", device->name, device->port);
    }
  if (plugged->len == 0)
    g_string_append (text, usb->devices_known ? "nothing plugged in" : "cannot tell what is on it");
  return g_string_free (text, FALSE);
}


static gboolean
pt_rule_shares_group (PtHost   *host,
                      PtDevice *device)
{
  g_autoptr (GPtrArray) mates =
               device->group >= 0 ? pt_host_get_group (host, device->group) : g_ptr_array_new ();

  for (guint i = 0; i < mates->len; i++)
    {
      PtDevice *mate = g_ptr_array_index (mates, i);

      if (mate != device && !(pt_device_is_bridge (mate) && mate->complete))
        return TRUE;
    }
  return FALSE;
}


/* In one phrase why @device stays, or NULL if it could go. @loss (out): what would be lost. */
static const char *
pt_rule_controller_stays (PtHost      *host,
                          PtDevice    *device,
                          PtInputLoss *loss)
{
  g_autoptr (GArray) alone = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  g_array_append_val (alone, device->address);
  *loss = pt_usb_judge_loss (pt_host_get_usb (host), alone);
  if (*loss == PT_INPUT_LOSS_UNKNOWN)
    return "it cannot be told whether the last keyboard or mouse is on it";
  if (*loss == PT_INPUT_LOSS_BOTH)
    return "the last keyboard and pointing device are on it";
  if (*loss != PT_INPUT_LOSS_NONE)
    return *loss == PT_INPUT_LOSS_KEYBOARD ? "the last keyboard is on it"
                                           : "the last pointing device is on it";
  if (*pt_device_get_in_use (device) != NULL)
    return "a drive of the host is on it";
  if (pt_rule_shares_group (host, device))
    return "it shares its group with other devices";
  return NULL;
}


static void
pt_rule_note_inputs (const PtUsb *usb,
                     PtFinding   *finding)
{
  guint keyboards = 0, pointers = 0;

  for (guint i = 0; i < usb->inputs->len; i++)
    {
      const PtInput *input = &g_array_index (usb->inputs, PtInput, i);

      keyboards += input->keyboard;
      pointers += input->pointer;
    }
  if (usb->inputs_known)
    pt_finding_note (finding, "keyboards: %u, pointing devices: %u", keyboards, pointers);
  else
    pt_finding_note (finding, "the list of input devices is not readable in full");
}


/* Controllers that are part of a card go with it and are no candidates of their own. That none can
 * go is no fault: a guest has its input without one. Only where plugging things over would free one
 * is there something to say. */
void
pt_rule_usb_controllers (PtHost    *host,
                         PtFinding *finding)
{
  const PtUsb *usb = pt_host_get_usb (host);
  GPtrArray   *devices = pt_host_get_devices (host);
  guint        controllers = 0, candidates = 0, split = 0;
  gboolean     unknown = !pt_host_get_facts (host)->complete;

  pt_rule_note_inputs (usb, finding);
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice        *device = g_ptr_array_index (devices, i);
      g_autofree char *plugged = NULL;
      const char      *stays = NULL;
      PtInputLoss      loss = PT_INPUT_LOSS_NONE;

      if (pt_device_get_kind (device) != PT_DEVICE_USB ||
          pt_host_find_gpu (host, &device->address) != NULL)
        continue;
      plugged = pt_rule_list_plugged (usb, &device->address);
      stays = pt_rule_controller_stays (host, device, &loss);
      pt_finding_note (finding, "%s: %s; %s%s", device->address_string, plugged,
                       stays != NULL ? "stays: " : "could go", stays != NULL ? stays : "");
      controllers++;
      candidates += stays == NULL;
      split += loss == PT_INPUT_LOSS_KEYBOARD || loss == PT_INPUT_LOSS_POINTER;
      unknown |= loss == PT_INPUT_LOSS_UNKNOWN;
    }
  if (controllers == 0)
    pt_finding_note (finding, "no USB controller besides those of graphics cards");

  if (unknown)
    return;
  finding->status = candidates == 0 && split > 1 ? PT_STATUS_WARN : PT_STATUS_PASS;
  if (finding->status == PT_STATUS_WARN)
    finding->fix = "fix-usb-controllers";
}


static void
pt_rule_note_drift (const PtDrift *drift,
                    PtFinding     *finding)
{
  pt_finding_note (finding, "%s%s%s: %s%s%s", drift->device != NULL ? drift->device : "",
                   drift->device != NULL ? " " : "", pt_drift_kind_to_nick (drift->kind),
                   drift->before != NULL ? drift->before : "",
                   drift->before != NULL && drift->now != NULL ? " -> " : "",
                   drift->now != NULL ? drift->now : "");
}


static const char *
pt_rule_drift_fix (PtDriftKind kind)
{
  if (kind == PT_DRIFT_GROUP || kind == PT_DRIFT_NO_GROUP)
    return "fix-drift-groups";
  return kind == PT_DRIFT_GONE ? "fix-drift-gone" : "fix-drift-moved";
}


/* A new kernel or firmware is only told: what it may have changed is compared itself. */
void
pt_rule_drift (PtHost    *host,
               PtFinding *finding)
{
  const PtSeen *seen = NULL;
  g_autoptr (GPtrArray) drifts = NULL;
  gboolean unknown = FALSE;

  if (!pt_host_get_seen (host, &seen))
    {
      pt_finding_note (finding, "what was recorded at the set-up could not be read");
      return;
    }
  finding->status = PT_STATUS_PASS;
  if (seen == NULL)
    {
      pt_finding_note (finding, "nothing was set up, so nothing could change");
      return;
    }

  drifts = pt_drift_compare (seen, host);
  pt_finding_note (finding, "devices on record: %u, differences: %u", seen->devices->len,
                   drifts->len);
  for (guint i = 0; i < drifts->len; i++)
    {
      const PtDrift *drift = g_ptr_array_index (drifts, i);

      pt_rule_note_drift (drift, finding);
      unknown |= drift->kind == PT_DRIFT_UNKNOWN;
      if (!pt_drift_is_serious (drift->kind) || finding->status == PT_STATUS_WARN)
        continue;
      finding->status = PT_STATUS_WARN;
      finding->fix = pt_rule_drift_fix (drift->kind);
    }
  if (unknown && finding->status == PT_STATUS_PASS)
    finding->status = PT_STATUS_UNKNOWN;
}
