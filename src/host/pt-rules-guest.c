/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-guest"

#include "config.h"

#include "pt-check-private.h"
#include "pt-guest-firmware.h"
#include "pt-platform.h"

/* What the host has for a machine: firmware, TPM, memory for its picture. */

#define PT_MIB (G_GUINT64_CONSTANT (1) << 20)

/* What a 4K picture takes, twice buffered (Looking Glass' formula). */
#define PT_SHARED_ROOM (128 * PT_MIB)


static void
pt_rule_note_firmware (const PtGuestFirmware *firmware,
                       PtFinding             *finding)
{
  const char *kind = "no Secure Boot";

  if (firmware->secure_boot)
    kind = firmware->enrolled_keys ? "Secure Boot with keys" : "Secure Boot without keys";
  pt_finding_note (finding, "%s: %s, variables %s%s", firmware->name, kind,
                   firmware->format != NULL ? firmware->format : "raw",
                   firmware->present ? "" : ", files missing");
}


void
pt_rule_guest_firmware (PtHost    *host,
                        PtFinding *finding)
{
  GPtrArray *found = pt_host_get_platform (host)->firmware;
  guint      usable = 0;
  guint      secure = 0;

  if (found == NULL)
    {
      pt_finding_note (finding, "the folder of firmware descriptions is not readable");
      return;
    }
  pt_finding_note (finding, "descriptions of UEFI for q35 machines: %u", found->len);
  for (guint i = 0; i < found->len; i++)
    {
      const PtGuestFirmware *firmware = g_ptr_array_index (found, i);

      usable += firmware->present;
      secure += firmware->present && firmware->secure_boot;
      pt_rule_note_firmware (firmware, finding);
    }

  if (secure > 0)
    finding->status = PT_STATUS_PASS;
  else
    {
      finding->status = usable > 0 ? PT_STATUS_WARN : PT_STATUS_FAIL;
      finding->fix = usable > 0 ? "fix-guest-firmware-secure-boot" : "fix-guest-firmware";
    }
}


void
pt_rule_tpm (PtHost    *host,
             PtFinding *finding)
{
  const PtPlatform        *platform = pt_host_get_platform (host);
  static const char *const states[] = { "cannot tell", "missing", "there" };

  pt_finding_note (finding, "swtpm: %s", states[platform->swtpm + 1]);
  pt_finding_note (finding, "swtpm_setup: %s", states[platform->swtpm_setup + 1]);
  if (platform->swtpm == PT_TRI_TRUE && platform->swtpm_setup == PT_TRI_TRUE)
    finding->status = PT_STATUS_PASS;
  else if (platform->swtpm == PT_TRI_FALSE || platform->swtpm_setup == PT_TRI_FALSE)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-tpm";
    }
}


/* Loaded with a size it makes its device at once; without one it makes none. */
static const char *
pt_rule_judge_kvmfr (const PtPlatform *platform,
                     PtFinding        *finding)
{
  gboolean device = FALSE;

  if (platform->kvmfr != PT_TRI_TRUE)
    return NULL;
  for (guint i = 0; i < platform->memories->len; i++)
    {
      const PtPictureMemory *memory = g_ptr_array_index (platform->memories, i);

      device |= g_str_has_prefix (memory->path + 1, "dev/kvmfr");
    }
  pt_finding_note (finding, "kvmfr: loaded, static_size_mb %s",
                   platform->kvmfr_size != NULL ? platform->kvmfr_size : "not readable");
  return device ? NULL : "fix-kvmfr-size";
}


void
pt_rule_shared_memory (PtHost    *host,
                       PtFinding *finding)
{
  const PtPlatform *platform = pt_host_get_platform (host);

  if (platform->memories == NULL)
    {
      pt_finding_note (finding, "dev/shm is not readable");
      return;
    }
  finding->fix = pt_rule_judge_kvmfr (platform, finding);
  for (guint i = platform->memories->len; i > 0; i--)
    {
      const PtPictureMemory *memory = g_ptr_array_index (platform->memories, i - 1);

      pt_finding_note (finding, "%s: %s%s", memory->path, memory->detail,
                       memory->trouble != NULL ? ", in the way" : "");
      if (memory->trouble != NULL)
        finding->fix = memory->trouble;
    }
  if (platform->memories->len == 0)
    pt_finding_note (finding, "nothing is in the way in dev/shm");
  if (platform->shared_room > 0)
    {
      pt_finding_note (finding, "free in dev/shm: %" G_GUINT64_FORMAT " MiB",
                       platform->shared_room / PT_MIB);
      if (finding->fix == NULL && platform->shared_room < PT_SHARED_ROOM)
        finding->fix = "fix-shared-memory-room";
    }
  finding->status = finding->fix != NULL ? PT_STATUS_WARN : PT_STATUS_PASS;
}
