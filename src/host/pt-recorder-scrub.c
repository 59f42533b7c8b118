/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-recorder-scrub"

#include "config.h"

#include <string.h>

#include "pt-recorder-private.h"

/* Names of EFI variables that every computer has. */
static const char *const pt_recorder_public_uuids[] = {
  "8be4df61-93ca-11d2-aa0d-00e098032b8c",
  "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
  NULL
};


static gboolean
pt_recorder_replace_cb (const GMatchInfo *match,
                        GString          *result,
                        gpointer          user_data)
{
  g_autofree char *found = g_match_info_fetch (match, 0);
  g_autofree char *lower = g_ascii_strdown (found, -1);

  g_string_append (result, g_strv_contains (pt_recorder_public_uuids, lower) ? found : user_data);
  return FALSE;
}


static char *
pt_recorder_replace (const char *text,
                     const char *pattern,
                     const char *replacement)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
  char *result = NULL;

  g_assert_no_error (error);
  result = g_regex_replace_eval (regex, text, -1, 0, 0, pt_recorder_replace_cb,
                                 (gpointer)replacement, NULL);
  return result != NULL ? result : g_strdup ("");
}


char *
pt_recorder_scrub (const char *text)
{
  g_autofree char *without_uuids = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  without_uuids =
    pt_recorder_replace (text, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                         "00000000-0000-0000-0000-000000000000");
  return pt_recorder_replace (without_uuids,
                              "(?<![0-9a-f:])([0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])",
                              "00:00:00:00:00:00");
}


/* Parameters whose values say something about the hardware and nothing about its owner. */
static gboolean
pt_recorder_is_public (const char *key)
{
  static const char *const keys[] = { "intel_iommu",
                                      "amd_iommu",
                                      "iommu",
                                      "vfio-pci.ids",
                                      "vfio-pci.disable_vga",
                                      "passthru.bind",
                                      "video",
                                      "initcall_blacklist",
                                      "modprobe.blacklist",
                                      "module_blacklist",
                                      "pcie_acs_override",
                                      "rd.driver.pre",
                                      "hugepagesz",
                                      "hugepages",
                                      "default_hugepagesz",
                                      "isolcpus",
                                      "kvm.ignore_msrs",
                                      "panic",
                                      "loglevel",
                                      "console",
                                      "nomodeset",
                                      "mitigations",
                                      "amd_pstate",
                                      "nvidia-drm.modeset",
                                      "i915.enable_guc",
                                      "rootfstype",
                                      NULL };

  return g_strv_contains (keys, key);
}


char *
pt_recorder_scrub_command_line (const char *command_line)
{
  g_auto (GStrv) tokens = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (command_line != NULL, NULL);

  tokens = g_strsplit_set (command_line, " \t\n", -1);
  for (guint i = 0; tokens[i] != NULL; i++)
    {
      char            *equals = strchr (tokens[i], '=');
      g_autofree char *key =
        equals != NULL ? g_strndup (tokens[i], (gsize)(equals - tokens[i])) : NULL;

      if (*tokens[i] == '\0')
        continue;
      if (text->len > 0)
        g_string_append_c (text, ' ');
      if (key == NULL || pt_recorder_is_public (key))
        g_string_append (text, tokens[i]);
      else
        g_string_append_printf (text, "%s=removed", key);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}


char *
pt_recorder_scrub_place (const char *place,
                         guint       number)
{
  static const char *const known[] = {
    "", "boot", "boot/efi", "efi", "home", "nix", "nix/store", "opt", "root", "srv", "tmp", "usr",
    "usr/local", "var", "var/cache", "var/lib", "var/log", "var/tmp", "var/lib/libvirt",
    "var/lib/libvirt/images", NULL
  };

  g_return_val_if_fail (place != NULL, NULL);

  if (g_str_equal (place, "[swap]") || (*place == '/' && g_strv_contains (known, place + 1)))
    return g_strdup (place);
  return g_strdup_printf ("/mnt/%u", number);
}
