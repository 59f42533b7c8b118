/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-terminal-handover"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-handover-record.h"
#include "pt-handover-words.h"
#include "pt-handover.h"
#include "pt-helper-terminal-private.h"
#include "pt-helper-terminal.h"


static const char *
pt_helper_terminal_say_driver (const char *driver)
{
  return driver != NULL ? driver : _ ("no driver");
}


static void
pt_helper_terminal_print_released (GPtrArray *released)
{
  for (guint i = 0; i < released->len; i++)
    {
      const PtHandoverEntry *entry = g_ptr_array_index (released, i);
      char                   address[PT_ADDRESS_BUFFER] = { 0 };

      /* Translators: the address of a device, such as 0000:2f:00.0; its driver, or “no driver”. */
      g_print (_ ("Device %1$s was handed over while the computer runs: given back to %2$s\n"),
               pt_address_format (&entry->address, address),
               pt_helper_terminal_say_driver (entry->driver));
    }
}


gboolean
pt_helper_terminal_release_all (PtSysroot *sysroot,
                                gboolean  *any)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) released = NULL;
  gboolean done = pt_handover_release_all (sysroot, &released, &error);

  pt_helper_terminal_print_released (released);
  *any = released->len > 0;
  if (!done)
    /* Translators: the reason, in English. */
    g_printerr (_ ("Something was handed over while the computer runs and could not be given "
                   "back: %s\nIt comes back with the next restart.\n"),
                error->message);
  return done;
}


static void
pt_helper_terminal_print_entry (PtSysroot             *sysroot,
                                const PtHandoverEntry *entry)
{
  char             address[PT_ADDRESS_BUFFER] = { 0 };
  g_autofree char *link = NULL;
  g_autofree char *driver = NULL;

  pt_address_format (&entry->address, address);
  link = g_build_filename (address, "driver", NULL);
  driver = pt_sysroot_read_link (sysroot, PT_PLACE_PCI_DEVICES, link, NULL);
  /* Translators: the address of a device, such as 0000:2f:00.0; a driver, or “no driver”; likewise.
   */
  g_print (_ ("Handed over until the restart: %1$s (now %2$s, before %3$s)\n"), address,
           pt_helper_terminal_say_driver (driver), pt_helper_terminal_say_driver (entry->driver));
}


gboolean
pt_helper_terminal_print_handover (PtSysroot *sysroot,
                                   gboolean  *any)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = pt_handover_record_load (sysroot, &error);

  *any = entries == NULL || entries->len > 0;
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    pt_helper_terminal_print_entry (sysroot, g_ptr_array_index (entries, i));
  if (entries == NULL)
    /* Translators: the reason, in English. */
    g_printerr (_ ("What was handed over while the computer runs cannot be told: %s\n"),
                error->message);
  return entries != NULL;
}


static void
pt_helper_terminal_print_members (PtHandover *handover)
{
  for (guint i = 0; i < handover->members->len; i++)
    {
      const PtHandoverMember *member = g_ptr_array_index (handover->members, i);
      g_autofree char        *words = pt_handover_words_member (handover, member);

      g_print ("%s %s: %s\n", pt_device_get_address_string (member->device),
               pt_device_get_short_name (member->device), words);
    }
}


static gboolean
pt_helper_terminal_bind_judged (PtSysroot *sysroot,
                                PtIntent  *intent,
                                GError   **error)
{
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, error);
  g_autoptr (PtHandover) handover = host != NULL ? pt_handover_judge (host, intent, error) : NULL;

  if (handover == NULL)
    return FALSE;
  pt_helper_terminal_print_members (handover);
  return pt_handover_check (handover, error) &&
         pt_handover_bind (sysroot, intent, NULL, error);
}


gboolean
pt_helper_terminal_bind (PtSysroot *sysroot,
                         PtIntent  *intent)
{
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (PT_IS_INTENT (intent), FALSE);

  if (!pt_helper_terminal_check_root (sysroot))
    return FALSE;
  pt_helper_terminal_hold_out ();
  if (pt_helper_terminal_bind_judged (sysroot, intent, &error))
    {
      g_print ("%s\n", _ ("Handed to vfio-pci until the restart. The option --release gives it "
                          "back before."));
      return TRUE;
    }
  /* Translators: the reason, in English. */
  g_printerr (_ ("Nothing was handed over: %s\n"), error->message);
  return FALSE;
}


gboolean
pt_helper_terminal_release (PtSysroot *sysroot,
                            PtIntent  *intent)
{
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (PT_IS_INTENT (intent), FALSE);

  if (!pt_helper_terminal_check_root (sysroot))
    return FALSE;
  pt_helper_terminal_hold_out ();
  if (pt_handover_release (sysroot, intent, &error))
    {
      g_print ("%s\n", _ ("Given back to the drivers of this computer."));
      return TRUE;
    }
  /* Translators: the reason, in English. */
  g_printerr (_ ("This was not given back: %s\n"), error->message);
  return FALSE;
}
