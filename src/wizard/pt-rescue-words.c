/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rescue-words"

#include "config.h"

#include "pt-rescue-words.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-data.h"


#define PT_RESCUE_HELPER "passthru-helper"


/* Quoted for a shell where that is needed: it has to be typed. (transfer full) */
static char *
pt_rescue_quote (const char *path)
{
  const char *plain = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "/._-";

  return path[strspn (path, plain)] == '\0' ? g_strdup (path) : g_shell_quote (path);
}


char *
pt_rescue_command (PtSysroot *sysroot)
{
  g_autofree char *helper = NULL;
  g_autofree char *program = NULL;
  g_autofree char *tree = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (pt_sysroot_is_real (sysroot))
    return g_strdup ("sudo " PT_LIBEXEC_DIR "/" PT_RESCUE_HELPER " --undo");
  helper = pt_data_find_program (PT_RESCUE_HELPER);
  program = pt_rescue_quote (helper != NULL ? helper : PT_LIBEXEC_DIR "/" PT_RESCUE_HELPER);
  tree = pt_rescue_quote (pt_sysroot_get_directory (sysroot));
  return g_strdup_printf ("%s --undo --sysroot=%s", program, tree);
}


const char *
pt_rescue_later_words (void)
{
  return _ ("“Undo Everything” in the menu takes all changes back. For the day the screen stays "
            "dark: press Ctrl+Alt+F3, log in, type this and restart.");
}


/* `vfio-pci.ids=1002:73df` → `vfio-pci.ids=…`: enough to find the word on a line. */
static char *
pt_rescue_names (const char *const *parameters)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; parameters[i] != NULL; i++)
    {
      const char *equals = strchr (parameters[i], '=');

      if (equals != NULL)
        g_ptr_array_add (names, g_strdup_printf ("%.*s=…", (int)(equals - parameters[i]),
                                                 parameters[i]));
      else
        g_ptr_array_add (names, g_strdup (parameters[i]));
    }
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **)names->pdata);
}


char *
pt_rescue_words (const char *const *parameters)
{
  g_autofree char *names = NULL;

  g_return_val_if_fail (parameters != NULL, NULL);

  names = pt_rescue_names (parameters);
  /* Translators: %s is a list of kernel parameters. */
  return g_strdup_printf (_ ("Nothing is lost. First look whether the monitor is plugged into the "
                             "card that stays with this computer. For one start without the "
                             "changes: switch on, hold Shift or press Esc until the boot menu "
                             "appears, press E, delete %s from the line that begins with “linux”, "
                             "and press F10. To take everything back for good, press Ctrl+Alt+F3, "
                             "log in, type this and restart:"),
                          names);
}


char *
pt_rescue_photo (const char *const *parameters,
                 const char        *command)
{
  g_autofree char *names = NULL;

  g_return_val_if_fail (parameters != NULL && command != NULL, NULL);

  names = pt_rescue_names (parameters);
  /* Translators: %1$s is a list of kernel parameters, %2$s a command. */
  return g_strdup_printf (_ ("1. Monitor plugged into the other card?\n"
                             "2. Boot menu: Shift or Esc, then E.\n"
                             "    Delete: %1$s\n"
                             "    Then F10.\n"
                             "3. For good: Ctrl+Alt+F3, log in,\n"
                             "    %2$s\n"
                             "    and restart."),
                          names, command);
}


char *
pt_rescue_trial_words (guint minutes)
{
  /* Translators: %u is a number of minutes; “--trial-cancel” and “--undo” stay as they are. */
  return g_strdup_printf (
    ngettext ("Nothing is lost, and nothing need be done: after %u minute the computer restarts by "
              "itself into the old state. First look whether the monitor is plugged into the card "
              "that stays with this computer. To go back at once, switch the computer off and on: "
              "only one start is a trial. To take everything back for good, press Ctrl+Alt+F3, log "
              "in, type this and restart; with --trial-cancel in place of --undo only the trial is "
              "given up:",
              "Nothing is lost, and nothing need be done: after %u minutes the computer restarts "
              "by itself into the old state. First look whether the monitor is plugged into the "
              "card that stays with this computer. To go back at once, switch the computer off "
              "and on: only one start is a trial. To take everything back for good, press "
              "Ctrl+Alt+F3, log in, type this and restart; with --trial-cancel in place of --undo "
              "only the trial is given up:",
              minutes),
    minutes);
}


char *
pt_rescue_trial_photo (guint       minutes,
                       const char *command)
{
  g_return_val_if_fail (command != NULL, NULL);

  /* Translators: %1$u is a number of minutes, %2$s a command. */
  return g_strdup_printf (_ ("1. Monitor plugged into the other card?\n"
                             "2. Wait %1$u minutes: the computer goes\n"
                             "    back by itself. Or switch it off and on.\n"
                             "3. For good: Ctrl+Alt+F3, log in,\n"
                             "    %2$s\n"
                             "    and restart."),
                          minutes, command);
}
