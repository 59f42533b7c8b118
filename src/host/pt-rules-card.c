/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-card"

#include "config.h"

#include "pt-check-private.h"
#include "pt-device-private.h"
#include "pt-gpu-private.h"
#include "pt-reset.h"

/* The upper 16 bits of the class of a card with outputs; "3D" and "other" are the rest. */
#define PT_RULE_CLASS_VGA 0x0300


/* The firmware of the card itself */

static const PtRomFinding *
pt_rule_find_rom (const PtFinding *finding,
                  PtDevice        *device)
{
  for (guint i = 0; finding->roms != NULL && i < finding->roms->len; i++)
    {
      const PtRomFinding *rom = &g_array_index (finding->roms, PtRomFinding, i);

      if (pt_address_equal (&rom->address, &device->address))
        return rom;
    }
  return NULL;
}


static void
pt_rule_note_images (const PtRom *rom,
                     PtFinding   *finding)
{
  for (guint i = 0; i < rom->n_images; i++)
    {
      const PtRomImage *image = &rom->images[i];

      pt_finding_note (finding, "  image %u: code type %u, machine %04x, for %04x:%04x", i + 1,
                       image->code_type, image->efi ? image->machine : 0, image->vendor,
                       image->device);
    }
}


static void
pt_rule_judge_rom (const PtRom *rom,
                   PtFinding   *finding)
{
  pt_finding_note (finding, "ROM of %" G_GSIZE_FORMAT " bytes: %s", rom->size,
                   pt_rom_verdict_to_nick (rom->verdict));
  pt_rule_note_images (rom, finding);
  switch (rom->verdict)
    {
    case PT_ROM_UEFI: finding->status = PT_STATUS_PASS; break;
    case PT_ROM_LEGACY_ONLY:
    case PT_ROM_OTHER_MACHINE:
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-rom-no-uefi";
      break;
    case PT_ROM_OTHER_CARD:
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-rom-other-card";
      break;
    case PT_ROM_NOT_A_ROM:
    case PT_ROM_TRUNCATED:
    default: finding->fix = "fix-rom-unreadable"; break;
    }
}


static void
pt_rule_explain_rom_problem (PtRomError problem,
                             PtFinding *finding)
{
  switch (problem)
    {
    case PT_ROM_ERROR_SHADOWED:
      pt_finding_note (finding, "it started this computer, so what can be read may be the "
                                "firmware's copy");
      finding->fix = "fix-rom-shadowed";
      break;
    case PT_ROM_ERROR_DENIED:
      pt_finding_note (finding, "root was not allowed to read the ROM");
      finding->fix = "fix-rom-unreadable";
      break;
    case PT_ROM_ERROR_MISSING:
    case PT_ROM_ERROR_FAILED:
    default:
      pt_finding_note (finding, "the ROM could not be read");
      finding->fix = "fix-rom-unreadable";
      break;
    }
}


/* What can be said without reading it. */
static void
pt_rule_foresee_rom (PtDevice  *device,
                     PtFinding *finding)
{
  if (device->rom == 0)
    {
      gboolean muxless = device->class_code >> 8 != PT_RULE_CLASS_VGA && device->connectors <= 0;

      pt_finding_note (finding, "no ROM of its own%s",
                       muxless ? ", no VGA class and no connectors: no outputs" : "");
      finding->status = PT_STATUS_WARN;
      finding->fix = muxless ? "fix-rom-muxless" : "fix-rom-none";
    }
  else if (device->boot_vga)
    pt_rule_explain_rom_problem (PT_ROM_ERROR_SHADOWED, finding);
  else
    {
      pt_finding_note (finding, "only root can read the ROM");
      finding->fix = "fix-rom-ask";
    }
}


void
pt_rule_guest_gpu_uefi_rom (PtHost    *host,
                            PtFinding *finding)
{
  PtGpu              *guest = pt_gpu_find_guest (pt_host_get_gpus (host));
  PtDevice           *device = guest != NULL ? pt_gpu_get_device (guest) : NULL;
  const PtRomFinding *rom = NULL;

  if (device == NULL)
    {
      pt_finding_note (finding, "no card can be spared, so there is none to judge");
      return;
    }
  pt_finding_note (finding, "%s %s", device->address_string, device->id);
  rom = pt_rule_find_rom (finding, device);
  if (rom == NULL || (!rom->read && rom->problem == PT_ROM_ERROR_MISSING))
    pt_rule_foresee_rom (device, finding);
  else if (rom->read)
    pt_rule_judge_rom (&rom->rom, finding);
  else
    pt_rule_explain_rom_problem (rom->problem, finding);
}


/* Reset */

static void
pt_rule_note_reset (PtDevice           *device,
                    const PtResetFacts *facts,
                    PtFinding          *finding)
{
  const PtResetEntry *entry = pt_reset_find (facts->vendor, facts->device);
  const char         *methods = facts->methods;

  if (methods == NULL)
    methods = facts->resettable == PT_TRI_FALSE ? "none" : "could not be read";
  pt_finding_note (finding, "%s %s: reset_method %s", device->address_string, device->id,
                   *methods != '\0' ? methods : "empty, every method was switched off");
  if (entry != NULL)
    pt_finding_note (finding, "family %s: %s", entry->family,
                     entry->trouble == PT_RESET_TROUBLE_COVERED
                       ? "the usual reset hangs it, vendor-reset knows how"
                       : "some users report that a second start fails");
  if (facts->integrated)
    pt_finding_note (finding, "graphics of the processor");
  if (facts->vendor_reset == PT_TRI_TRUE)
    pt_finding_note (finding, "vendor-reset is loaded");
  if (facts->whole_slot)
    pt_finding_note (finding, "alone on its bus: the slot can be reset as a whole");
}


void
pt_rule_guest_gpu_reset (PtHost    *host,
                         PtFinding *finding)
{
  static const struct
  {
    PtStatus    status;
    const char *fix;
  } outcomes[] = {
    [PT_RESET_UNKNOWN] = { PT_STATUS_UNKNOWN, NULL },
    [PT_RESET_PLAIN] = { PT_STATUS_PASS, NULL },
    [PT_RESET_SLOT] = { PT_STATUS_PASS, NULL },
    [PT_RESET_VENDOR] = { PT_STATUS_PASS, NULL },
    [PT_RESET_VENDOR_IDLE] = { PT_STATUS_WARN, "fix-reset-vendor-idle" },
    [PT_RESET_VENDOR_MISSING] = { PT_STATUS_WARN, "fix-reset-vendor" },
    [PT_RESET_SUSPEND] = { PT_STATUS_WARN, "fix-reset-suspend" },
    [PT_RESET_GUEST] = { PT_STATUS_WARN, "fix-reset-guest" },
    [PT_RESET_NONE] = { PT_STATUS_WARN, "fix-reset-none" },
  };
  PtGpu          *guest = pt_gpu_find_guest (pt_host_get_gpus (host));
  PtResetFacts    facts = { 0 };
  PtResetStrategy strategy = PT_RESET_UNKNOWN;

  if (guest == NULL)
    {
      pt_finding_note (finding, "no card can be spared, so there is none to judge");
      return;
    }
  pt_reset_collect (host, guest, &facts);
  strategy = pt_reset_decide (&facts);
  pt_rule_note_reset (pt_gpu_get_device (guest), &facts, finding);
  pt_finding_note (finding, "between two starts: %s", pt_reset_strategy_to_nick (strategy));
  finding->status = outcomes[strategy].status;
  finding->fix = outcomes[strategy].fix;
}
