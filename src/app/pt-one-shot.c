/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-one-shot"

#include "config.h"

#include "pt-one-shot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <json-glib/json-glib.h>

#include "pt-check-rom.h"
#include "pt-data.h"
#include "pt-engine.h"
#include "pt-host-file.h"
#include "pt-plan.h"
#include "pt-recorder.h"
#include "pt-report.h"
#include "pt-rom-finding.h"
#include "pt-scratch.h"
#include "pt-setup-check.h"


/* Expands a recording for as long as @scratch lives. */
static PtSysroot *
pt_one_shot_expand (const char *recording,
                    PtScratch **scratch,
                    GError    **error)
{
  *scratch = pt_scratch_new (error);
  if (*scratch == NULL)
    return NULL;
  if (!pt_host_file_expand (recording, pt_scratch_get_path (*scratch), NULL, error))
    return NULL;
  return pt_sysroot_new_directory (pt_scratch_get_path (*scratch));
}


static PtSysroot *
pt_one_shot_open (const PtCommandLine *command_line,
                  PtScratch          **scratch,
                  GError             **error)
{
  if (command_line->rehearse)
    {
      g_autofree char *sample = pt_data_find ("sample.host");

      if (sample != NULL)
        return pt_one_shot_expand (sample, scratch, error);
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                           "the sample computer (sample.host) is not installed");
      return NULL;
    }
  if (command_line->sysroot == NULL)
    return pt_sysroot_new_host ();
  if (g_file_test (command_line->sysroot, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *directory = g_canonicalize_filename (command_line->sysroot, NULL);

      return pt_sysroot_new_directory (directory);
    }
  if (g_file_test (command_line->sysroot, G_FILE_TEST_EXISTS))
    return pt_one_shot_expand (command_line->sysroot, scratch, error);
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
               "%s: no such folder or recording", command_line->sysroot);
  return NULL;
}


static char *
pt_one_shot_json (JsonNode *node)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_root (generator, node);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}


/* What only root can read of the cards: for root, on the computer itself. */
static GArray *
pt_one_shot_read_roms (PtHost *host)
{
  GArray    *roms = g_array_new (FALSE, FALSE, sizeof (PtRomFinding));
  GPtrArray *gpus = pt_host_get_gpus (host);
  PtSysroot *sysroot = pt_host_get_sysroot (host);

  for (guint i = 0; geteuid () == 0 && pt_sysroot_is_real (sysroot) && i < gpus->len; i++)
    {
      PtDevice    *device = pt_gpu_get_device (g_ptr_array_index (gpus, i));
      PtRomFinding finding = { 0 };

      if (pt_rom_find (sysroot, pt_device_get_address (device), &finding, NULL))
        g_array_append_val (roms, finding);
    }
  return roms;
}


static char *
pt_one_shot_check (PtSysroot *sysroot,
                   gboolean   json,
                   GError   **error)
{
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, error);
  g_autoptr (PtReport) report = NULL;
  g_autoptr (GArray) roms = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (host == NULL)
    return NULL;
  pt_engine_tell_host (host);
  roms = pt_one_shot_read_roms (host);
  report = pt_report_new_with_roms (host, roms);
  if (!json)
    return pt_report_to_text (report);
  node = pt_report_to_json (report);
  return pt_one_shot_json (node);
}


static char *
pt_one_shot_plan (PtSysroot  *sysroot,
                  const char *addresses,
                  gboolean    json,
                  GError    **error)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (addresses, error);
  g_autoptr (PtHost) host = NULL;
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (intent == NULL)
    return NULL;
  host = pt_host_scan (sysroot, NULL, error);
  if (host == NULL)
    return NULL;
  plan = pt_plan_new (host, intent, error);
  if (plan == NULL)
    return NULL;
  if (!json)
    return pt_plan_to_text (plan);
  node = pt_plan_to_json (plan);
  return pt_one_shot_json (node);
}


static char *
pt_one_shot_verify (PtSysroot *sysroot,
                    GError   **error)
{
  g_autoptr (PtSetupCheck) check = pt_setup_check_now (sysroot, error);

  return check != NULL ? pt_setup_check_to_text (check) : NULL;
}


/* The board names the recording; whoever sent it stays unnamed. */
static char *
pt_one_shot_record (PtSysroot *sysroot,
                    GError   **error)
{
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, error);
  const PtHostFacts *facts = NULL;
  g_autofree char   *title = NULL;

  if (host == NULL)
    return NULL;
  facts = pt_host_get_facts (host);
  title = g_strdup_printf ("%s %s, firmware %s, %s",
                           facts->board_vendor != NULL ? facts->board_vendor : "unknown vendor",
                           facts->board_name != NULL ? facts->board_name : "unknown board",
                           facts->bios_version != NULL ? facts->bios_version : "unknown",
                           facts->distribution_name != NULL ? facts->distribution_name : "Linux");
  return pt_recorder_record (sysroot, title, NULL, error);
}


char *
pt_one_shot_text (const PtCommandLine *command_line,
                  GError             **error)
{
  g_autoptr (PtScratch) scratch = NULL;
  g_autoptr (PtSysroot) opened = NULL;
  g_autoptr (PtSysroot) sysroot = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (command_line != NULL, NULL);

  opened = pt_one_shot_open (command_line, &scratch, error);
  if (opened == NULL)
    return NULL;
  sysroot = pt_sysroot_for_user (opened);
  if (command_line->verb == PT_VERB_CHECK)
    text = pt_one_shot_check (sysroot, command_line->json, error);
  else if (command_line->verb == PT_VERB_PLAN)
    text = pt_one_shot_plan (sysroot, command_line->argument, command_line->json, error);
  else if (command_line->verb == PT_VERB_VERIFY)
    text = pt_one_shot_verify (sysroot, error);
  else if (command_line->verb == PT_VERB_CHECK_ROM)
    text = pt_check_rom_text (sysroot, command_line->argument, command_line->card, error);
  else
    text = pt_one_shot_record (sysroot, error);
  if (text == NULL && command_line->sysroot != NULL)
    g_prefix_error (error, "%s: ", command_line->sysroot);
  if (text == NULL || g_str_has_suffix (text, "\n"))
    return g_steal_pointer (&text);
  return g_strconcat (text, "\n", NULL);
}


/* Not g_print(): that would turn UTF-8 into question marks in the C locale of an ssh session. */
static gboolean
pt_one_shot_print (const char *text,
                   GError    **error)
{
  if (fputs (text, stdout) >= 0 && fflush (stdout) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               "cannot write to standard output: %s", g_strerror (errno));
  return FALSE;
}


gboolean
pt_one_shot_run (const PtCommandLine *command_line,
                 GError             **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (command_line != NULL, FALSE);

  text = pt_one_shot_text (command_line, error);
  if (text == NULL)
    return FALSE;
  if (command_line->verb == PT_VERB_RECORD && strcmp (command_line->argument, "-") != 0)
    return g_file_set_contents (command_line->argument, text, -1, error);
  return pt_one_shot_print (text, error);
}
