/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "setup-driver"

#include "config.h"

#include <locale.h>

#include "pt-handover.h"
#include "pt-host-file.h"
#include "pt-trial.h"

/* A process to be killed: `setup-driver VERB TREE ADDRESS` with apply, prepare, start or confirm,
 * and `setup-driver VERB TREE` with undo, cancel or release-all; TREE is `/` in a chroot.
 * `setup-driver bind TREE ADDRESSES` and `release` hand devices over. `setup-driver expand TREE
 * FILE` makes one from a recording. Exits with 0, or with 10 plus the code of PtSetupError. */

static int
driver_fail (GError *error)
{
  g_printerr ("%s\n", error->message);
  return error->domain == PT_SETUP_ERROR ? 10 + error->code : 1;
}

static gboolean
driver_do (const char *verb,
           PtPlan     *plan,
           GError    **error)
{
  if (g_str_equal (verb, "prepare"))
    return pt_trial_prepare (plan, PT_TRIAL_DEFAULT_MINUTES, NULL, NULL, NULL, error);
  if (g_str_equal (verb, "start"))
    return pt_trial_start (plan, error);
  if (g_str_equal (verb, "confirm"))
    return pt_trial_confirm (plan, NULL, NULL, NULL, error);
  return pt_engine_apply (plan, NULL, NULL, NULL, error);
}

static gboolean
driver_plan (const char *verb,
             PtSysroot  *sysroot,
             const char *addresses,
             GError    **error)
{
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, error);
  g_autoptr (PtIntent) intent = NULL;
  g_autoptr (PtPlan) plan = NULL;

  if (host == NULL)
    return FALSE;
  intent = pt_intent_new_from_string (addresses, error);
  if (intent == NULL)
    return FALSE;
  plan = pt_plan_new (host, intent, error);
  return plan != NULL && driver_do (verb, plan, error);
}

static gboolean
driver_hand_over (const char *verb,
                  PtSysroot  *sysroot,
                  const char *addresses,
                  GError    **error)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (addresses, error);

  if (intent == NULL)
    return FALSE;
  return g_str_equal (verb, "bind") ? pt_handover_bind (sysroot, intent, NULL, error)
                                    : pt_handover_release (sysroot, intent, error);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (PtSysroot) sysroot = NULL;
  g_autoptr (GError) error = NULL;

  if (argc < 3)
    return 2;

  if (argc == 4 && g_str_equal (argv[1], "expand"))
    return pt_host_file_expand (argv[3], argv[2], NULL, &error) ? 0 : driver_fail (error);

  sysroot = g_str_equal (argv[2], "/") ? pt_sysroot_new_host ()
                                       : pt_sysroot_new_directory (argv[2]);
  if (argc == 4 && g_str_equal (argv[1], "confirm") && !pt_trial_mend (sysroot, &error))
    return driver_fail (error);
  if (argc == 4 && (g_str_equal (argv[1], "bind") || g_str_equal (argv[1], "release")))
    return driver_hand_over (argv[1], sysroot, argv[3], &error) ? 0 : driver_fail (error);
  if (argc == 4)
    return driver_plan (argv[1], sysroot, argv[3], &error) ? 0 : driver_fail (error);
  if (g_str_equal (argv[1], "cancel"))
    return pt_trial_cancel (sysroot, &error) ? 0 : driver_fail (error);
  if (g_str_equal (argv[1], "release-all"))
    return pt_handover_release_all (sysroot, NULL, &error) ? 0 : driver_fail (error);
  if (g_str_equal (argv[1], "undo"))
    return pt_engine_undo (sysroot, NULL, NULL, NULL, &error) ? 0 : driver_fail (error);
  return 2;
}
