/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-methods"

#include "config.h"

#include "pt-helper-methods.h"

#include "pt-helper-handover.h"
#include "pt-helper-plan.h"
#include "pt-helper-rom.h"
#include "pt-helper-setup.h"
#include "pt-helper-status.h"
#include "pt-helper-trial.h"
#include "pt-plan.h"

#define PT_ACTION_PREFIX "com.example.Passthru."


static const PtHelperMethod pt_helper_methods[] = {
  {
    .name = "Apply",
    .action = PT_ACTION_APPLY,
    .changes = TRUE,
    .parse = pt_helper_setup_parse_apply,
    .describe = pt_helper_setup_describe_apply,
    .work = pt_helper_setup_work_apply,
  },
  {
    .name = "Plan",
    .action = PT_ACTION_PLAN,
    .parse = pt_helper_plan_parse,
    .describe = pt_helper_plan_describe,
    .work = pt_helper_plan_work,
  },
  {
    .name = "Undo",
    .action = PT_ACTION_UNDO,
    .changes = TRUE,
    .describe = pt_helper_setup_describe_undo,
    .work = pt_helper_setup_work_undo,
  },
  {
    .name = "TrialPrepare",
    .action = PT_ACTION_TRIAL_PREPARE,
    .changes = TRUE,
    .parse = pt_helper_trial_parse_prepare,
    .describe = pt_helper_trial_describe_prepare,
    .work = pt_helper_trial_work_prepare,
  },
  {
    .name = "TrialStart",
    .action = PT_ACTION_TRIAL_START,
    .changes = TRUE,
    .describe = pt_helper_trial_describe_record,
    .work = pt_helper_trial_work_start,
  },
  {
    .name = "TrialConfirm",
    .action = PT_ACTION_TRIAL_CONFIRM,
    .changes = TRUE,
    .describe = pt_helper_trial_describe_record,
    .work = pt_helper_trial_work_confirm,
  },
  {
    .name = "TrialCancel",
    .action = PT_ACTION_TRIAL_CANCEL,
    .changes = TRUE,
    .describe = pt_helper_trial_describe_record,
    .work = pt_helper_trial_work_cancel,
  },
  {
    .name = "TrialLog",
    .action = PT_ACTION_TRIAL_LOG,
    .work = pt_helper_trial_work_log,
  },
  {
    .name = "Bind",
    .action = PT_ACTION_BIND,
    .changes = TRUE,
    .parse = pt_helper_handover_parse,
    .describe = pt_helper_handover_describe_bind,
    .work = pt_helper_handover_work_bind,
  },
  {
    .name = "Release",
    .action = PT_ACTION_RELEASE,
    .changes = TRUE,
    .parse = pt_helper_handover_parse,
    .describe = pt_helper_handover_describe_release,
    .work = pt_helper_handover_work_release,
  },
  {
    .name = "Status",
    .action = PT_ACTION_READ,
    .work = pt_helper_status_work,
  },
  {
    .name = "Report",
    .action = PT_ACTION_READ,
    .work = pt_helper_status_work_report,
  },
  {
    .name = "ReadRom",
    .action = PT_ACTION_READ_ROM,
    .parse = pt_helper_rom_parse,
    .describe = pt_helper_rom_describe,
    .work = pt_helper_rom_work,
  },
};


const PtHelperMethod *
pt_helper_methods_get (gsize *n_methods)
{
  g_return_val_if_fail (n_methods != NULL, NULL);

  *n_methods = G_N_ELEMENTS (pt_helper_methods);
  return pt_helper_methods;
}


const PtHelperMethod *
pt_helper_methods_find (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_helper_methods); i++)
    if (g_str_equal (pt_helper_methods[i].name, name))
      return &pt_helper_methods[i];
  return NULL;
}


static gboolean
pt_helper_methods_verify_row (const PtHelperMethod *method,
                              GError              **error)
{
  if (method->work == NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "method %s does nothing", method->name);
      return FALSE;
    }
  if (method->action == NULL || !g_str_has_prefix (method->action, PT_ACTION_PREFIX))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "method %s has no polkit action of ours", method->name);
      return FALSE;
    }
  if (method->changes && g_str_equal (method->action, PT_ACTION_READ))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "method %s changes the host with the permission to read it", method->name);
      return FALSE;
    }
  return TRUE;
}


static gboolean
pt_helper_methods_verify_method (const PtHelperMethod *methods,
                                 gsize                 n_methods,
                                 const char           *name,
                                 GError              **error)
{
  guint rows = 0;

  for (gsize i = 0; i < n_methods; i++)
    if (g_strcmp0 (methods[i].name, name) == 0)
      rows++;
  if (rows != 1)
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                 "method %s has %u rows in the table of permissions", name, rows);
  return rows == 1;
}


gboolean
pt_helper_methods_verify (const PtHelperMethod     *methods,
                          gsize                     n_methods,
                          const GDBusInterfaceInfo *interface,
                          GError                  **error)
{
  g_return_val_if_fail (methods != NULL, FALSE);
  g_return_val_if_fail (interface != NULL, FALSE);

  for (gsize i = 0; i < n_methods; i++)
    {
      GDBusInterfaceInfo *info = (GDBusInterfaceInfo *)interface;

      if (methods[i].name == NULL ||
          g_dbus_interface_info_lookup_method (info, methods[i].name) == NULL)
        {
          g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                       "row %zu of the table of permissions is for no method of %s", i,
                       interface->name);
          return FALSE;
        }
      if (!pt_helper_methods_verify_row (&methods[i], error))
        return FALSE;
    }
  for (guint i = 0; interface->methods != NULL && interface->methods[i] != NULL; i++)
    if (!pt_helper_methods_verify_method (methods, n_methods, interface->methods[i]->name, error))
      return FALSE;
  return TRUE;
}
