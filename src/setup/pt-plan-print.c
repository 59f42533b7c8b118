/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-plan-print"

#include "config.h"

#include "pt-plan.h"

#include <glib/gi18n-lib.h>

#include "pt-json.h"
#include "pt-trial-words.h"
#include "pt-words.h"

static void
pt_plan_set_address (JsonBuilder     *builder,
                     const char      *name,
                     const PtAddress *address)
{
  char text[PT_ADDRESS_BUFFER] = { 0 };

  pt_json_set_string (builder, name, pt_address_format (address, text));
}

static void
pt_plan_add_strv (JsonBuilder       *builder,
                  const char *const *words)
{
  if (words == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }

  json_builder_begin_array (builder);
  for (gsize i = 0; words[i] != NULL; i++)
    json_builder_add_string_value (builder, words[i]);
  json_builder_end_array (builder);
}

static void
pt_plan_add_devices (JsonBuilder *builder,
                     GPtrArray   *devices)
{
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      json_builder_begin_object (builder);
      pt_json_set_string (builder, "address", pt_device_get_address_string (entry->device));
      pt_json_set_string (builder, "id", pt_device_get_id (entry->device));
      pt_json_set_string (builder, "grade", pt_grade_to_nick (entry->grade));
      pt_json_set_string (builder, "binding", entry->at_boot ? "boot" : "start");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
pt_plan_add_refusals (JsonBuilder *builder,
                      GPtrArray   *refusals)
{
  json_builder_set_member_name (builder, "refused");
  json_builder_begin_array (builder);
  for (guint i = 0; i < refusals->len; i++)
    {
      PtPlanRefusal *refusal = g_ptr_array_index (refusals, i);

      json_builder_begin_object (builder);
      pt_plan_set_address (builder, "address", &refusal->address);
      pt_json_set_string (builder, "reason", pt_blocker_reason_to_nick (refusal->reason));
      pt_plan_set_address (builder, "because", &refusal->because);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
pt_plan_add_parameters (JsonBuilder *builder,
                        PtPlan      *self)
{
  GPtrArray *changes = pt_plan_get_changes (self);

  json_builder_set_member_name (builder, "parameters");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "add");
  pt_plan_add_strv (builder, pt_plan_get_additions (self));
  json_builder_set_member_name (builder, "change");
  json_builder_begin_array (builder);
  for (guint i = 0; i < changes->len; i++)
    {
      PtPlanChange *change = g_ptr_array_index (changes, i);

      json_builder_begin_object (builder);
      pt_json_set_string (builder, "from", change->from);
      pt_json_set_string (builder, "to", change->to);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
pt_plan_add_steps (JsonBuilder *builder,
                   GPtrArray   *steps)
{
  json_builder_set_member_name (builder, "steps");
  json_builder_begin_array (builder);
  for (guint i = 0; i < steps->len; i++)
    {
      PtStep *step = g_ptr_array_index (steps, i);

      json_builder_begin_object (builder);
      pt_json_set_string (builder, "id", pt_step_get_id (step));
      pt_json_set_string (builder, "title", pt_step_get_title (step));
      pt_json_set_string (builder, "why", pt_step_get_why (step));
      pt_json_set_string (builder, "file", pt_step_get_file (step));
      pt_json_set_string (builder, "diff", pt_step_get_diff (step));
      json_builder_set_member_name (builder, "command");
      pt_plan_add_strv (builder, pt_step_get_command (step));
      if (pt_step_get_undo (step) != NULL)
        {
          json_builder_set_member_name (builder, "undo");
          pt_plan_add_strv (builder, pt_step_get_undo (step));
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
pt_plan_add_trial (JsonBuilder *builder,
                   PtPlan      *plan)
{
  const PtHostFacts *facts = pt_host_get_facts (pt_plan_get_host (plan));
  /* English like every reason in the JSON. */
  const char *reason = pt_trial_get_reason (plan);

  json_builder_set_member_name (builder, "trial");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "possible");
  json_builder_add_boolean_value (builder, reason == NULL);
  pt_json_set_string (builder, "via",
                      reason == NULL ? pt_boot_loader_to_nick (facts->boot_loader) : NULL);
  pt_json_set_string (builder, "reason", reason);
  json_builder_end_object (builder);
}

JsonNode *
pt_plan_to_json (PtPlan *self)
{
  g_autoptr (JsonBuilder) builder = NULL;

  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_int_value (builder, 1);
  pt_plan_add_devices (builder, pt_plan_get_devices (self));
  pt_plan_add_refusals (builder, pt_plan_get_refusals (self));
  pt_plan_add_parameters (builder, self);
  pt_plan_add_steps (builder, pt_plan_get_steps (self));
  json_builder_set_member_name (builder, "inert");
  json_builder_add_int_value (builder, pt_plan_get_n_inert (self));
  json_builder_set_member_name (builder, "first_part");
  json_builder_add_boolean_value (builder, pt_plan_is_first_part (self));
  pt_plan_add_trial (builder, self);
  json_builder_set_member_name (builder, "applicable");
  json_builder_add_boolean_value (builder, pt_plan_is_applicable (self));
  json_builder_set_member_name (builder, "root_only");
  json_builder_add_boolean_value (builder, pt_plan_is_root_only (self));
  pt_json_set_string (builder, "manual", pt_plan_get_manual_text (self));
  pt_json_set_string (builder, "digest", pt_plan_get_digest (self));
  json_builder_end_object (builder);

  return json_builder_get_root (builder);
}

static const char *
pt_plan_explain_grade (const PtPlanDevice *entry)
{
  if (!entry->at_boot)
    return _ ("handed over when the machine starts");

  switch (entry->grade)
    {
    case PT_GRADE_ID:
      return _ ("named by its id, which no other device here has");
    case PT_GRADE_SUBSYSTEM_ID:
      return _ ("named by its id and its board maker's, because another device has the same id");
    case PT_GRADE_ADDRESS:
    default:
      return _ ("named by its address, because another device has the same id");
    }
}

static void
pt_plan_print_devices (GString *text,
                       PtPlan  *self)
{
  GPtrArray *devices = pt_plan_get_devices (self);

  g_string_append_printf (text, "%s\n", _ ("Devices for the guest"));
  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      g_string_append_printf (text, "  %s  %s  %s\n      %s\n",
                              pt_device_get_address_string (entry->device),
                              pt_device_get_id (entry->device),
                              pt_device_get_name (entry->device), pt_plan_explain_grade (entry));
    }
}

static void
pt_plan_print_refusals (GString *text,
                        PtPlan  *self)
{
  PtHost    *host = pt_plan_get_host (self);
  GPtrArray *refusals = pt_plan_get_refusals (self);

  g_string_append_printf (text, "\n%s\n", _ ("Refused"));
  for (guint i = 0; i < refusals->len; i++)
    {
      PtPlanRefusal   *refusal = g_ptr_array_index (refusals, i);
      PtBlocker        blocker = { pt_host_find_device (host, &refusal->because), refusal->reason };
      g_autofree char *address = pt_address_to_string (&refusal->address);
      g_autofree char *words = pt_words_blocker (&blocker);

      g_string_append_printf (text, "  %s  %s\n", address, words);
      if (refusal->reason == PT_BLOCKER_NO_GROUP)
        {
          g_autofree char *fix = pt_words_fix ("fix-enable-iommu-firmware", host);

          g_string_append_printf (text, "      %s\n", fix != NULL ? fix : "");
        }
    }
}

static void
pt_plan_print_parameters (GString *text,
                          PtPlan  *self)
{
  const char *const *additions = pt_plan_get_additions (self);
  GPtrArray         *changes = pt_plan_get_changes (self);

  if (additions[0] == NULL && changes->len == 0)
    return;

  g_string_append_printf (text, "\n%s\n", _ ("Kernel parameters"));
  for (gsize i = 0; additions[i] != NULL; i++)
    g_string_append_printf (text, "  + %s\n", additions[i]);
  for (guint i = 0; i < changes->len; i++)
    {
      PtPlanChange *change = g_ptr_array_index (changes, i);

      g_string_append_printf (text, "  - %s\n", change->from);
      if (*change->to != '\0')
        g_string_append_printf (text, "  + %s\n", change->to);
    }
  if (pt_plan_is_first_part (self))
    g_string_append_printf (text, "  %s\n",
                            _ ("This only turns the IOMMU on. After the restart the groups are "
                               "judged and a second plan reserves the devices."));
}

static void
pt_plan_print_steps (GString *text,
                     PtPlan  *self)
{
  GPtrArray *steps = pt_plan_get_steps (self);

  for (guint i = 0; i < steps->len; i++)
    {
      PtStep     *step = g_ptr_array_index (steps, i);
      const char *diff = pt_step_get_diff (step);

      g_string_append_printf (text, "\n%u. %s\n   %s\n", i + 1, pt_step_get_title (step),
                              pt_step_get_why (step));
      if (diff != NULL)
        g_string_append (text, diff);
      else
        {
          g_autofree char *words = g_strjoinv (" ", (char **)pt_step_get_command (step));

          g_string_append_printf (text, "$ %s\n", words);
        }
    }
}

/* Who can show the rest, and how. */
static void
pt_plan_print_root_only (GString *text,
                         PtPlan  *self)
{
  GArray *addresses = pt_intent_get_addresses (pt_plan_get_intent (self));

  g_string_append_printf (text, "\n%s\n",
                          pt_plan_is_root_only (self)
                            ? _ ("Only the administrator may read how this computer starts, so "
                                 "what would change cannot be told here. Nothing was changed. "
                                 "This shows it and changes nothing either:")
                            : _ ("Only the administrator may read whether the changes could be "
                                 "tried for one start first. This tells, and changes nothing:"));
  g_string_append (text, "\n    sudo " PT_LIBEXEC_DIR "/passthru-helper --plan=");
  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *address = pt_address_to_string (&g_array_index (addresses, PtAddress, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", address);
    }
  g_string_append_c (text, '\n');
}

char *
pt_plan_to_text (PtPlan *self)
{
  GString *text = NULL;

  g_return_val_if_fail (PT_IS_PLAN (self), NULL);

  text = g_string_new (NULL);
  pt_plan_print_devices (text, self);
  if (pt_plan_get_refusals (self)->len > 0)
    pt_plan_print_refusals (text, self);
  pt_plan_print_parameters (text, self);
  pt_plan_print_steps (text, self);
  if (pt_plan_asks_for_root (self))
    pt_plan_print_root_only (text, self);
  else if (pt_plan_get_manual_text (self) != NULL)
    g_string_append_printf (text, "\n%s\n", pt_plan_get_manual_text (self));
  else if (pt_plan_get_refusals (self)->len == 0 && pt_plan_get_steps (self)->len == 0)
    g_string_append_printf (text, "\n%s\n",
                            _ ("Nothing has to change at the start of the computer."));
  return g_string_free (text, FALSE);
}
