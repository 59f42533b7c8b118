/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-report-json"

#include "config.h"

#include "pt-report.h"

#include "pt-json.h"
#include "pt-words.h"

/* The form of `--check --json`: DESIGN §11. Keys are stable, more may come. */


static void
pt_report_json_boolean (JsonBuilder *builder,
                        const char  *name,
                        gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}


static void
pt_report_json_tri (JsonBuilder *builder,
                    const char  *name,
                    PtTri        value)
{
  json_builder_set_member_name (builder, name);
  if (value == PT_TRI_UNKNOWN)
    json_builder_add_null_value (builder);
  else
    json_builder_add_boolean_value (builder, value == PT_TRI_TRUE);
}


static void
pt_report_json_host (JsonBuilder       *builder,
                     const PtHostFacts *facts)
{
  json_builder_set_member_name (builder, "host");
  json_builder_begin_object (builder);
  pt_json_set_string (builder, "cpu_vendor", pt_cpu_vendor_to_nick (facts->cpu_vendor));
  pt_json_set_string (builder, "cpu_name", facts->cpu_name);
  pt_json_set_string (builder, "iommu", pt_iommu_state_to_nick (facts->iommu));
  pt_json_set_string (builder, "firmware", pt_firmware_to_nick (facts->firmware));
  pt_report_json_tri (builder, "secure_boot", facts->secure_boot);
  pt_json_set_string (builder, "board_vendor", facts->board_vendor);
  pt_json_set_string (builder, "board_name", facts->board_name);
  pt_json_set_string (builder, "bios_version", facts->bios_version);
  pt_json_set_string (builder, "kernel", facts->kernel);
  pt_json_set_string (builder, "distribution", facts->distribution);
  pt_json_set_string (builder, "boot_loader", pt_boot_loader_to_nick (facts->boot_loader));
  pt_json_set_string (builder, "initramfs", pt_initramfs_to_nick (facts->initramfs));
  pt_report_json_boolean (builder, "trial_boot", facts->trial_boot);
  json_builder_end_object (builder);
}


static void
pt_report_json_checks (JsonBuilder *builder,
                       GPtrArray   *checks)
{
  json_builder_set_member_name (builder, "checks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < checks->len; i++)
    {
      PtCheck *check = g_ptr_array_index (checks, i);

      json_builder_begin_object (builder);
      pt_json_set_string (builder, "id", pt_check_get_name (check));
      pt_json_set_string (builder, "status", pt_status_to_nick (pt_check_get_status (check)));
      pt_json_set_string (builder, "evidence", pt_check_get_evidence (check));
      pt_json_set_string (builder, "fix", pt_check_get_fix (check));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}


static void
pt_report_json_device (JsonBuilder *builder,
                       PtDevice    *device)
{
  const char *const *uses = pt_device_get_in_use (device);
  g_autofree char   *class_text = g_strdup_printf ("%06x", pt_device_get_class (device));

  json_builder_begin_object (builder);
  pt_json_set_string (builder, "address", pt_device_get_address_string (device));
  pt_json_set_string (builder, "id", pt_device_get_id (device));
  pt_json_set_string (builder, "subsystem", pt_device_get_subsystem (device));
  pt_json_set_string (builder, "class", class_text);
  pt_json_set_string (builder, "name", pt_device_get_name (device));
  pt_json_set_string (builder, "driver", pt_device_get_driver (device));
  pt_json_set_string (builder, "kind", pt_device_kind_to_nick (pt_device_get_kind (device)));
  pt_report_json_boolean (builder, "boot_vga", pt_device_get_boot_vga (device));
  json_builder_set_member_name (builder, "in_use");
  json_builder_begin_array (builder);
  for (gsize i = 0; uses[i] != NULL; i++)
    {
      g_autofree char *place = pt_words_public_place (uses[i]);

      json_builder_add_string_value (builder, place);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}


static void
pt_report_json_devices (JsonBuilder *builder,
                        const char  *name,
                        GPtrArray   *devices)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < devices->len; i++)
    pt_report_json_device (builder, g_ptr_array_index (devices, i));
  json_builder_end_array (builder);
}


static void
pt_report_json_groups (JsonBuilder *builder,
                       PtHost      *host)
{
  g_autoptr (GArray) groups = pt_host_get_groups (host);
  g_autoptr (GPtrArray) ungrouped = pt_host_get_group (host, -1);

  json_builder_set_member_name (builder, "groups");
  json_builder_begin_array (builder);
  for (guint i = 0; i < groups->len; i++)
    {
      int number = g_array_index (groups, int, i);
      g_autoptr (GPtrArray) members = pt_host_get_group (host, number);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "group");
      json_builder_add_int_value (builder, number);
      pt_report_json_devices (builder, "devices", members);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  pt_report_json_devices (builder, "ungrouped", ungrouped);
}


static void
pt_report_json_card (JsonBuilder *builder,
                     PtGpu       *gpu)
{
  GPtrArray *functions = pt_gpu_get_functions (gpu);
  GArray    *groups = pt_gpu_get_groups (gpu);

  pt_json_set_string (builder, "address",
                      pt_device_get_address_string (pt_gpu_get_device (gpu)));
  pt_json_set_string (builder, "name", pt_device_get_short_name (pt_gpu_get_device (gpu)));
  json_builder_set_member_name (builder, "functions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < functions->len; i++)
    json_builder_add_string_value (builder,
                                   pt_device_get_address_string (g_ptr_array_index (functions, i)));
  json_builder_end_array (builder);

  json_builder_set_member_name (builder, "groups");
  json_builder_begin_array (builder);
  for (guint i = 0; i < groups->len; i++)
    json_builder_add_int_value (builder, g_array_index (groups, int, i));
  json_builder_end_array (builder);
}


static void
pt_report_json_gpus (JsonBuilder *builder,
                     GPtrArray   *gpus)
{
  json_builder_set_member_name (builder, "gpus");
  json_builder_begin_array (builder);
  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu     *gpu = g_ptr_array_index (gpus, i);
      GPtrArray *blockers = pt_gpu_get_blockers (gpu);

      json_builder_begin_object (builder);
      pt_report_json_card (builder, gpu);
      pt_report_json_boolean (builder, "suitable", pt_gpu_is_suitable (gpu));
      pt_report_json_boolean (builder, "host_display", pt_gpu_is_host_display (gpu));
      json_builder_set_member_name (builder, "blockers");
      json_builder_begin_array (builder);
      for (guint j = 0; j < blockers->len; j++)
        {
          const PtBlocker *blocker = g_ptr_array_index (blockers, j);

          json_builder_begin_object (builder);
          pt_json_set_string (builder, "address",
                              pt_device_get_address_string (blocker->device));
          pt_json_set_string (builder, "reason", pt_blocker_reason_to_nick (blocker->reason));
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}


JsonNode *
pt_report_to_json (PtReport *self)
{
  g_autoptr (JsonBuilder) builder = NULL;
  PtHost *host = NULL;

  g_return_val_if_fail (PT_IS_REPORT (self), NULL);

  host = pt_report_get_host (self);
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_int_value (builder, 1);
  pt_report_json_host (builder, pt_host_get_facts (host));
  pt_report_json_checks (builder, pt_report_get_checks (self));
  pt_report_json_groups (builder, host);
  pt_report_json_gpus (builder, pt_host_get_gpus (host));
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
