/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rescue-words"

#include "config.h"

#include "pt-rescue-words.h"

#include <glib/gi18n-lib.h>


const char *
pt_rescue_command (void)
{
  return "sudo " PT_LIBEXEC_DIR "/passthru-helper --undo";
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
pt_rescue_photo (const char *const *parameters)
{
  g_autofree char *names = NULL;

  g_return_val_if_fail (parameters != NULL, NULL);

  names = pt_rescue_names (parameters);
  /* Translators: %1$s is a list of kernel parameters, %2$s a command. */
  return g_strdup_printf (_ ("1. Monitor plugged into the other card?\n"
                             "2. Boot menu: Shift or Esc, then E.\n"
                             "    Delete: %1$s\n"
                             "    Then F10.\n"
                             "3. For good: Ctrl+Alt+F3, log in,\n"
                             "    %2$s\n"
                             "    and restart."),
                          names, pt_rescue_command ());
}
