/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-display"

#include "config.h"

#include "pt-check-private.h"
#include "pt-device-private.h"
#include "pt-gpu-private.h"
#include "pt-xorg.h"

/* The upper 16 bits of the class of a card with outputs. vfio-pci drives the firmware's picture
 * out of such a card by itself, of no other (drivers/vfio/pci/vfio_pci_core.c). */
#define PT_RULE_CLASS_VGA 0x0300

#define PT_RULE_VFIO "vfio-pci"


/* The first picture */

static void
pt_rule_note_framebuffer (PtHost    *host,
                          PtFinding *finding)
{
  GPtrArray  *gpus = pt_host_get_gpus (host);
  const char *evidence = pt_host_get_facts (host)->framebuffer_evidence;

  for (guint i = 0; i < gpus->len; i++)
    {
      PtDevice *each = pt_gpu_get_device (g_ptr_array_index (gpus, i));

      pt_finding_note (finding, "%s: boot_vga %s, firmware framebuffer %s", each->address_string,
                       each->boot_vga ? "yes" : "no", each->has_framebuffer ? "yes" : "no");
    }
  if (evidence != NULL)
    pt_finding_note (finding, "%s", evidence);
}


/* What helps depends on what really holds the picture; a parameter that is for another driver
 * does nothing. */
static const char *
pt_rule_framebuffer_fix (PtDevice          *guest,
                         const PtHostFacts *facts)
{
  if (!guest->has_framebuffer)
    return "fix-primary-display";
  switch (facts->framebuffer_driver)
    {
    case PT_FRAMEBUFFER_EFI: return "fix-framebuffer-efifb";
    case PT_FRAMEBUFFER_VESA: return "fix-framebuffer-vesafb";
    case PT_FRAMEBUFFER_SIMPLE:
    case PT_FRAMEBUFFER_DRM: return "fix-framebuffer-simple";
    case PT_FRAMEBUFFER_UNKNOWN:
    default: return "fix-primary-display";
    }
}


void
pt_rule_boot_framebuffer (PtHost    *host,
                          PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);
  PtGpu             *guest = pt_gpu_find_guest (pt_host_get_gpus (host));
  PtDevice          *device = guest != NULL ? pt_gpu_get_device (guest) : NULL;

  pt_rule_note_framebuffer (host, finding);
  if (device == NULL)
    {
      pt_finding_note (finding, "no card can be spared, so there is none to judge");
      return;
    }
  if (facts->framebuffer != PT_TRI_TRUE)
    {
      pt_finding_note (finding, "no card says that the firmware draws on it");
      return;
    }
  if (!device->has_framebuffer && !device->boot_vga)
    {
      finding->status = PT_STATUS_PASS;
      return;
    }

  finding->status = PT_STATUS_WARN;
  finding->fix = pt_rule_framebuffer_fix (device, facts);
  if (device->has_framebuffer && device->class_code >> 8 != PT_RULE_CLASS_VGA)
    pt_finding_note (finding, "class %04x: vfio-pci does not clear the framebuffer away there",
                     device->class_code >> 8);
}


/* The desktop */

static void
pt_rule_note_number (GString    *text,
                     const char *what,
                     int         number)
{
  if (number < 0)
    g_string_append_printf (text, "%s unknown", what);
  else
    g_string_append_printf (text, "%s %d", what, number);
}


static void
pt_rule_note_displays (PtHost    *host,
                       PtFinding *finding)
{
  GPtrArray *gpus = pt_host_get_gpus (host);

  for (guint i = 0; i < gpus->len; i++)
    {
      PtDevice *device = pt_gpu_get_device (g_ptr_array_index (gpus, i));
      g_autoptr (GString) text = g_string_new (NULL);

      pt_rule_note_number (text, "connectors", device->connectors);
      pt_rule_note_number (text, ", monitors", device->monitors);
      pt_rule_note_number (text, ", in use", device->lit);
      pt_finding_note (finding, "%s: driver %s, %s", device->address_string,
                       device->driver != NULL ? device->driver : "none", text->str);
    }
}


/* The nvidia driver tells of no connectors unless it was asked to. */
static void
pt_rule_note_hints (PtHost    *host,
                    PtDevice  *guest,
                    PtFinding *finding)
{
  GPtrArray *gpus = pt_host_get_gpus (host);

  for (guint i = 0; i < gpus->len; i++)
    {
      PtDevice *device = pt_gpu_get_device (g_ptr_array_index (gpus, i));

      if (g_strcmp0 (device->driver, "nvidia") == 0 && device->connectors <= 0)
        pt_finding_note (finding, "%s: the nvidia driver shows its monitors only with "
                                  "nvidia-drm.modeset=1",
                         device->address_string);
    }
  if (guest->connectors > 0 && guest->lit != 0)
    pt_finding_note (finding, "until it is set aside, a compositor can be kept off it: "
                              "mutter-device-ignore (udev tag), KWIN_DRM_DEVICES, "
                              "WLR_DRM_DEVICES, AQ_DRM_DEVICES");
}


/* TRUE if Xorg was told to use one of the functions of @guest, or something that is no BusID. */
static gboolean
pt_rule_judge_xorg (PtHost    *host,
                    PtGpu     *guest,
                    PtFinding *finding)
{
  GPtrArray *told = pt_host_get_facts (host)->xorg;
  gboolean   judged = FALSE;

  for (guint i = 0; i < told->len; i++)
    {
      const PtXorgBusId *id = g_ptr_array_index (told, i);
      PtGpu             *gpu = id->valid ? pt_host_find_gpu (host, &id->address) : NULL;
      const char        *what = "names no card of this computer";

      if (!id->valid)
        what = "is no BusID; its numbers are decimal, as in PCI:47:0:0";
      else if (gpu == guest)
        what = "is the guest's card";
      else if (gpu != NULL)
        what = "is a card that stays";
      pt_finding_note (finding, "%s: BusID \"%s\" %s", id->file, id->text, what);
      if (gpu == guest && id->valid)
        finding->fix = "fix-xorg-guest-card";
      else if (gpu == NULL && finding->fix == NULL)
        finding->fix = "fix-xorg-bus-id";
      judged |= gpu == guest || gpu == NULL;
    }
  return judged;
}


void
pt_rule_host_display (PtHost    *host,
                      PtFinding *finding)
{
  GPtrArray *gpus = pt_host_get_gpus (host);
  PtGpu     *guest = pt_gpu_find_guest (gpus);
  PtGpu     *desktop = pt_gpu_find_host (gpus);
  PtDevice  *device = guest != NULL ? pt_gpu_get_device (guest) : NULL;

  pt_rule_note_displays (host, finding);
  if (device == NULL)
    {
      pt_finding_note (finding, "no card can be spared, so there is none to judge");
      return;
    }
  pt_rule_note_hints (host, device, finding);
  if (pt_rule_judge_xorg (host, guest, finding))
    finding->status = PT_STATUS_WARN;
  else if (desktop == NULL || pt_gpu_get_device (desktop)->monitors < 0)
    pt_finding_note (finding, "no card that stays tells of its monitors");
  else if (device->lit > 0 && g_strcmp0 (device->driver, PT_RULE_VFIO) != 0)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-host-display-both";
    }
  else if (pt_gpu_get_device (desktop)->monitors == 0)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-host-display-connect";
    }
  else if (pt_gpu_is_integrated (guest) && !pt_gpu_is_integrated (desktop))
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-host-display-swap";
    }
  else
    finding->status = PT_STATUS_PASS;
}
