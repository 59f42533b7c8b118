/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-pci-names"

#include "config.h"

#include "pt-pci-names.h"

#include <pci/pci.h>
#include <setjmp.h>
#include <stdarg.h>

/* libpci reads the list once into its own tables; they serve the whole process. */
static GMutex             pt_pci_names_lock;
static struct pci_access *pt_pci_names_access;
static char              *pt_pci_names_file;
static gboolean           pt_pci_names_broken;
static jmp_buf            pt_pci_names_escape;


/* libpci would end the process; its error handler must not return, so it leaves by the way it
 * came in. What libpci had allocated by then is lost, once. */
static void G_GNUC_NORETURN G_GNUC_PRINTF (1, 2)
  pt_pci_names_error_cb (char *format,
                         ...)
{
  va_list          arguments;
  g_autofree char *message = NULL;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_message ("cannot use the list of PCI ids: %s", message);
  g_clear_pointer (&message, g_free);
  longjmp (pt_pci_names_escape, 1);
}


static void G_GNUC_PRINTF (1, 2)
  pt_pci_names_quiet_cb (char *format,
                         ...)
{
}


static void
pt_pci_names_open (void)
{
  struct pci_access *access = pci_alloc ();

  access->error = pt_pci_names_error_cb;
  access->warning = pt_pci_names_quiet_cb;
  access->debug = pt_pci_names_quiet_cb;
  /* No cache in the user's home, no question to the network. */
  pci_set_param (access, (char *)"net.cache_name", (char *)"");
  if (pt_pci_names_file != NULL)
    pci_set_name_list_path (access, g_strdup (pt_pci_names_file), 0);
  pt_pci_names_access = access;
}


/* With the lock held; fills @buffer. Nothing here is used again after a jump. */
static gboolean
pt_pci_names_ask (char *buffer,
                  int   size,
                  int   flags,
                  int   vendor,
                  int   device,
                  int   subsystem_vendor,
                  int   subsystem_device)
{
  if (pt_pci_names_broken)
    return FALSE;
  if (setjmp (pt_pci_names_escape) != 0)
    {
      pt_pci_names_broken = TRUE;
      return FALSE;
    }
  if (pt_pci_names_access == NULL)
    pt_pci_names_open ();
  return pci_lookup_name (pt_pci_names_access, buffer, size, flags, vendor, device,
                          subsystem_vendor, subsystem_device) == buffer;
}


static char *
pt_pci_names_lookup (int     what,
                     guint16 vendor,
                     guint16 device,
                     guint16 subsystem_vendor,
                     guint16 subsystem_device)
{
  const int flags = what | PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB;
  char      buffer[256] = "";
  gboolean  found = FALSE;

  g_mutex_lock (&pt_pci_names_lock);
  found = pt_pci_names_ask (buffer, sizeof buffer, flags, vendor, device, subsystem_vendor,
                            subsystem_device);
  g_mutex_unlock (&pt_pci_names_lock);
  return found && *buffer != '\0' ? g_utf8_make_valid (buffer, -1) : NULL;
}


char *
pt_pci_names_vendor (guint16 vendor)
{
  return pt_pci_names_lookup (PCI_LOOKUP_VENDOR, vendor, 0, 0, 0);
}


char *
pt_pci_names_device (guint16 vendor,
                     guint16 device)
{
  return pt_pci_names_lookup (PCI_LOOKUP_DEVICE, vendor, device, 0, 0);
}


char *
pt_pci_names_board (guint16 vendor,
                    guint16 device,
                    guint16 subsystem_vendor,
                    guint16 subsystem_device)
{
  return pt_pci_names_lookup (PCI_LOOKUP_SUBSYSTEM | PCI_LOOKUP_DEVICE, vendor, device,
                              subsystem_vendor, subsystem_device);
}


void
pt_pci_names_set_file (const char *path)
{
  g_mutex_lock (&pt_pci_names_lock);
  g_free (pt_pci_names_file);
  pt_pci_names_file = g_strdup (path);
  /* A damaged list may have left its tables half made: they are given up, not freed. */
  if (pt_pci_names_access != NULL && !pt_pci_names_broken)
    pci_cleanup (pt_pci_names_access);
  pt_pci_names_access = NULL;
  pt_pci_names_broken = FALSE;
  g_mutex_unlock (&pt_pci_names_lock);
}
