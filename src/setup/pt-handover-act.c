/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-handover-act"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "pt-handover-holder.h"
#include "pt-handover-record.h"
#include "pt-handover.h"
#include "pt-plan.h"
#include "pt-played-kernel.h"

#define PT_HANDOVER_DRIVER "vfio-pci"
/* systemd's own way to load a module, so that the helper needs not be able to. */
#define PT_HANDOVER_LOADER "modprobe@vfio_pci.service"


static gboolean
pt_handover_write (PtSysroot  *sysroot,
                   PtPlace     place,
                   const char *name,
                   const char *text,
                   GError    **error)
{
  if (pt_sysroot_is_real (sysroot))
    return pt_sysroot_write_attribute (sysroot, place, name, text, error);
  return pt_played_kernel_write (sysroot, place, name, text, error);
}


/* (transfer full), NULL = none. */
static char *
pt_handover_read_driver (PtSysroot       *sysroot,
                         const PtAddress *address)
{
  char             device[PT_ADDRESS_BUFFER] = { 0 };
  g_autofree char *name =
    g_build_filename (pt_address_format (address, device), "driver", NULL);

  return pt_sysroot_read_link (sysroot, PT_PLACE_PCI_DEVICES, name, NULL);
}


/* (transfer full), NULL = none. */
static char *
pt_handover_read_override (PtSysroot       *sysroot,
                           const PtAddress *address)
{
  char             device[PT_ADDRESS_BUFFER] = { 0 };
  g_autofree char *name =
    g_build_filename (pt_address_format (address, device), "driver_override", NULL);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_PCI_DEVICES, name, NULL);

  /* The kernel prints a null pointer. */
  if (text == NULL || *text == '\0' || g_str_equal (text, "(null)"))
    return NULL;
  return g_steal_pointer (&text);
}


static gboolean
pt_handover_order (PtSysroot       *sysroot,
                   const PtAddress *address,
                   const char      *driver,
                   GError         **error)
{
  char             device[PT_ADDRESS_BUFFER] = { 0 };
  g_autofree char *name =
    g_build_filename (pt_address_format (address, device), "driver_override", NULL);
  g_autofree char *text = g_strconcat (driver != NULL ? driver : "", "\n", NULL);

  return pt_handover_write (sysroot, PT_PLACE_PCI_DEVICES, name, text, error);
}


/* Takes the device from the driver it has, unless that is @driver, and lets the kernel choose one
 * for it: the ordered one, or its own. @driver NULL: it is left without. FALSE unless it has
 * @driver then. */
static gboolean
pt_handover_move (PtSysroot       *sysroot,
                  const PtAddress *address,
                  const char      *driver,
                  GError         **error)
{
  char             device[PT_ADDRESS_BUFFER] = { 0 };
  g_autofree char *before = pt_handover_read_driver (sysroot, address);
  g_autofree char *unbind = NULL;
  g_autofree char *after = NULL;

  if (g_strcmp0 (before, driver) == 0)
    return TRUE;
  pt_address_format (address, device);
  if (before != NULL)
    {
      unbind = g_build_filename (before, "unbind", NULL);
      if (!pt_handover_write (sysroot, PT_PLACE_PCI_DRIVERS, unbind, device, error))
        return FALSE;
    }
  if (driver != NULL &&
      !pt_handover_write (sysroot, PT_PLACE_PCI_BUS, "drivers_probe", device, error))
    return FALSE;
  after = pt_handover_read_driver (sysroot, address);
  if (g_strcmp0 (after, driver) == 0)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "%s has %s instead of %s", device,
               after != NULL ? after : "no driver", driver != NULL ? driver : "none");
  return FALSE;
}


/* Puts one device back. What somebody else did to it since stays. */
static gboolean
pt_handover_mend (PtSysroot             *sysroot,
                  const PtHandoverEntry *entry,
                  GError               **error)
{
  g_autofree char *order = pt_handover_read_override (sysroot, &entry->address);
  g_autofree char *driver = pt_handover_read_driver (sysroot, &entry->address);
  char             device[PT_ADDRESS_BUFFER] = { 0 };

  /* Taken out of the computer: there is nothing to give back. */
  if (!pt_sysroot_exists (sysroot, PT_PLACE_PCI_DEVICES,
                          pt_address_format (&entry->address, device)))
    return TRUE;
  if ((order == NULL || g_str_equal (order, PT_HANDOVER_DRIVER)) &&
      !pt_handover_order (sysroot, &entry->address, entry->override, error))
    return FALSE;
  if (driver != NULL && !g_str_equal (driver, PT_HANDOVER_DRIVER))
    return TRUE;
  return pt_handover_move (sysroot, &entry->address, entry->driver, error);
}


static gboolean
pt_handover_load_driver (PtSysroot    *sysroot,
                         GCancellable *cancellable,
                         GError      **error)
{
  static const char *const arguments[] = { "start", PT_HANDOVER_LOADER, NULL };

  if (pt_sysroot_exists (sysroot, PT_PLACE_PCI_DRIVERS, PT_HANDOVER_DRIVER))
    return TRUE;
  if (!pt_sysroot_is_real (sysroot))
    return pt_played_kernel_load (sysroot, error);
  if (!pt_sysroot_run (sysroot, PT_PROGRAM_SYSTEMCTL, arguments, NULL, cancellable, error))
    return FALSE;
  if (pt_sysroot_exists (sysroot, PT_PLACE_PCI_DRIVERS, PT_HANDOVER_DRIVER))
    return TRUE;
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                       "the module vfio-pci could not be loaded");
  return FALSE;
}


/* Notes what @device is before anything is written; a note from before is of the truer state. */
static gboolean
pt_handover_note (PtSysroot       *sysroot,
                  GPtrArray       *entries,
                  const PtAddress *address,
                  GError         **error)
{
  g_autofree char *driver = pt_handover_read_driver (sysroot, address);
  g_autofree char *order = pt_handover_read_override (sysroot, address);

  if (pt_handover_record_find (entries, address) != NULL)
    return TRUE;
  g_ptr_array_add (entries, pt_handover_entry_new (address, driver, order));
  return pt_handover_record_save (sysroot, entries, error);
}


static gboolean
pt_handover_forget (PtSysroot       *sysroot,
                    GPtrArray       *entries,
                    const PtAddress *address,
                    GError         **error)
{
  const PtHandoverEntry *entry = pt_handover_record_find (entries, address);

  g_ptr_array_remove (entries, (gpointer)entry);
  return pt_handover_record_save (sysroot, entries, error);
}


static gboolean
pt_handover_give_back (PtSysroot       *sysroot,
                       GPtrArray       *entries,
                       const PtAddress *address,
                       GError         **error)
{
  return pt_handover_mend (sysroot, pt_handover_record_find (entries, address), error) &&
         pt_handover_forget (sysroot, entries, address, error);
}


static gboolean
pt_handover_take (PtSysroot       *sysroot,
                  GPtrArray       *entries,
                  const PtAddress *address,
                  GError         **error)
{
  return pt_handover_note (sysroot, entries, address, error) &&
         pt_handover_order (sysroot, address, PT_HANDOVER_DRIVER, error) &&
         pt_handover_move (sysroot, address, PT_HANDOVER_DRIVER, error);
}


/* Everything in @taken, last first. The reason of the failure stays first in @error. */
static void
pt_handover_take_back (PtSysroot *sysroot,
                       GPtrArray *entries,
                       GArray    *taken,
                       GError   **error)
{
  for (guint i = taken->len; i > 0; i--)
    {
      const PtAddress *address = &g_array_index (taken, PtAddress, i - 1);
      g_autoptr (GError) stuck = NULL;

      if (pt_handover_record_find (entries, address) == NULL ||
          pt_handover_give_back (sysroot, entries, address, &stuck))
        continue;
      g_prefix_error (error, "%s, and it could not be put back; ", stuck->message);
    }
}


static gboolean
pt_handover_take_all (PtSysroot  *sysroot,
                      PtHandover *handover,
                      GPtrArray  *entries,
                      GError    **error)
{
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  for (guint i = 0; i < handover->members->len; i++)
    {
      const PtHandoverMember *member = g_ptr_array_index (handover->members, i);
      const PtAddress        *address = pt_device_get_address (member->device);
      g_autofree char        *driver = pt_handover_read_driver (sysroot, address);

      if (!member->chosen || g_strcmp0 (driver, PT_HANDOVER_DRIVER) == 0)
        continue;
      g_array_append_vals (taken, address, 1);
      if (!pt_handover_take (sysroot, entries, address, error))
        {
          pt_handover_take_back (sysroot, entries, taken, error);
          return FALSE;
        }
    }
  return TRUE;
}


/* Held from reading the record to writing it: the helper and a terminal may come together. On the
 * real host it is a file that nobody but root opens, so that nobody else can keep us out. Returns a
 * descriptor whose closing ends it, -1 with PT_SETUP_ERROR_BUSY. */
static int
pt_handover_lock (PtSysroot *sysroot,
                  GError   **error)
{
  gboolean         real = pt_sysroot_is_real (sysroot);
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_PCI_BUS,
                                           real ? "drivers_probe" : NULL);
  int              fd = open (path, (real ? O_WRONLY : O_RDONLY | O_DIRECTORY) | O_CLOEXEC);
  int              failure = errno;

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  failure = fd >= 0 ? errno : failure;
  if (fd >= 0)
    close (fd);
  if (failure == EWOULDBLOCK)
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
                         "devices are being handed over or taken back at this moment");
  else
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "cannot lock %s: %s", path,
                 g_strerror (failure));
  return -1;
}


static gboolean
pt_handover_bind_locked (PtSysroot    *sysroot,
                         PtIntent     *intent,
                         GCancellable *cancellable,
                         GError      **error)
{
  g_autoptr (PtHost) host = NULL;
  g_autoptr (PtHandover) handover = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  host = pt_host_scan (sysroot, cancellable, error);
  handover = host != NULL ? pt_handover_judge (host, intent, error) : NULL;
  if (handover == NULL || !pt_handover_check (handover, error))
    return FALSE;
  entries = pt_handover_record_load (sysroot, error);
  if (entries == NULL || !pt_handover_load_driver (sysroot, cancellable, error))
    return FALSE;
  return pt_handover_take_all (sysroot, handover, entries, error);
}


gboolean
pt_handover_bind (PtSysroot    *sysroot,
                  PtIntent     *intent,
                  GCancellable *cancellable,
                  GError      **error)
{
  gboolean bound = FALSE;
  int      lock = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (PT_IS_INTENT (intent), FALSE);

  lock = pt_handover_lock (sysroot, error);
  if (lock < 0)
    return FALSE;
  bound = pt_handover_bind_locked (sysroot, intent, cancellable, error);
  close (lock);
  return bound;
}


/* vfio opens a group for one user at a time; the kernel would wait for it to let go. */
static gboolean
pt_handover_check_free (PtSysroot       *sysroot,
                        const PtAddress *address,
                        GError         **error)
{
  char             device[PT_ADDRESS_BUFFER] = { 0 };
  g_autofree char *link =
    g_build_filename (pt_address_format (address, device), "iommu_group", NULL);
  g_autofree char *number = pt_sysroot_read_link (sysroot, PT_PLACE_PCI_DEVICES, link, NULL);
  g_autofree char *name = g_build_filename ("vfio", number, NULL);
  g_autofree char *path = number != NULL ? pt_sysroot_path (sysroot, PT_PLACE_DEV, name) : NULL;
  g_autofree char *holder = NULL;
  int              fd = path != NULL ? open (path, O_RDWR | O_CLOEXEC | O_NONBLOCK) : -1;
  int              failure = 0;

  if (fd >= 0)
    close (fd);
  if (fd >= 0 || path == NULL || errno == ENOENT)
    return TRUE;
  failure = errno;
  holder = pt_handover_find_holder (sysroot, address, number);
  if (holder != NULL)
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_IN_USE, "%s is in use by %s", device,
                 holder);
  else
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_IN_USE,
                 "%s may be in use by a virtual machine: %s", device, g_strerror (failure));
  return FALSE;
}


/* TRUE if @address is what @intent means: one of its devices, or in the slot of one. */
static gboolean
pt_handover_is_meant (PtIntent        *intent,
                      const PtAddress *address)
{
  GArray *addresses = pt_intent_get_addresses (intent);

  for (guint i = 0; i < addresses->len; i++)
    if (pt_address_same_slot (&g_array_index (addresses, PtAddress, i), address))
      return TRUE;
  return FALSE;
}


/* @intent NULL: all. (transfer full) */
static GArray *
pt_handover_find_recorded (GPtrArray *entries,
                           PtIntent  *intent)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  for (guint i = 0; i < entries->len; i++)
    {
      const PtHandoverEntry *entry = g_ptr_array_index (entries, i);

      if (intent == NULL || pt_handover_is_meant (intent, &entry->address))
        g_array_append_val (found, entry->address);
    }
  return found;
}


static gboolean
pt_handover_release_some (PtSysroot *sysroot,
                          GPtrArray *entries,
                          GArray    *addresses,
                          GError   **error)
{
  for (guint i = 0; i < addresses->len; i++)
    if (!pt_handover_check_free (sysroot, &g_array_index (addresses, PtAddress, i), error))
      return FALSE;
  for (guint i = 0; i < addresses->len; i++)
    if (!pt_handover_give_back (sysroot, entries, &g_array_index (addresses, PtAddress, i), error))
      return FALSE;
  return TRUE;
}


static gboolean
pt_handover_release_locked (PtSysroot *sysroot,
                            PtIntent  *intent,
                            GError   **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GArray) addresses = NULL;

  entries = pt_handover_record_load (sysroot, error);
  if (entries == NULL)
    return FALSE;
  addresses = pt_handover_find_recorded (entries, intent);
  if (addresses->len > 0)
    return pt_handover_release_some (sysroot, entries, addresses, error);
  if (entries->len == 0)
    pt_handover_record_sweep (sysroot);
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING,
                       "that was not handed over since the computer started");
  return FALSE;
}


gboolean
pt_handover_release (PtSysroot *sysroot,
                     PtIntent  *intent,
                     GError   **error)
{
  gboolean released = FALSE;
  int      lock = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (PT_IS_INTENT (intent), FALSE);

  lock = pt_handover_lock (sysroot, error);
  if (lock < 0)
    return FALSE;
  released = pt_handover_release_locked (sysroot, intent, error);
  close (lock);
  return released;
}


/* One device. What comes of it is added to @released or to @stuck. */
static void
pt_handover_release_one (PtSysroot       *sysroot,
                         GPtrArray       *entries,
                         const PtAddress *address,
                         GPtrArray       *released,
                         GPtrArray       *stuck)
{
  const PtHandoverEntry *entry = pt_handover_record_find (entries, address);
  g_autoptr (PtHandoverEntry) copy =
               pt_handover_entry_new (&entry->address, entry->driver, entry->override);
  GError *error = NULL;

  if (pt_handover_check_free (sysroot, address, &error) &&
      pt_handover_give_back (sysroot, entries, address, &error))
    g_ptr_array_add (released, g_steal_pointer (&copy));
  else
    g_ptr_array_add (stuck, error);
}


/* One error of all in @stuck, of the first one's kind. */
static gboolean
pt_handover_say_stuck (GPtrArray *stuck,
                       GError   **error)
{
  const GError *first = stuck->len > 0 ? g_ptr_array_index (stuck, 0) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (first == NULL)
    return TRUE;
  for (guint i = 0; i < stuck->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "",
                            ((const GError *)g_ptr_array_index (stuck, i))->message);
  g_set_error_literal (error, first->domain, first->code, text->str);
  return FALSE;
}


static gboolean
pt_handover_release_all_locked (PtSysroot *sysroot,
                                GPtrArray *back,
                                GError   **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GPtrArray) stuck = g_ptr_array_new_with_free_func ((GDestroyNotify)g_error_free);
  g_autoptr (GArray) addresses = NULL;

  entries = pt_handover_record_load (sysroot, error);
  if (entries != NULL && entries->len == 0)
    pt_handover_record_sweep (sysroot);
  addresses = entries != NULL ? pt_handover_find_recorded (entries, NULL) : NULL;
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    pt_handover_release_one (sysroot, entries, &g_array_index (addresses, PtAddress, i), back,
                             stuck);
  return entries != NULL && pt_handover_say_stuck (stuck, error);
}


/* TRUE also if it cannot be told. */
static gboolean
pt_handover_is_recorded (PtSysroot *sysroot)
{
  g_autoptr (GPtrArray) entries = pt_handover_record_load (sysroot, NULL);

  return entries == NULL || entries->len > 0;
}


gboolean
pt_handover_release_all (PtSysroot  *sysroot,
                         GPtrArray **released,
                         GError    **error)
{
  g_autoptr (GPtrArray) back =
               g_ptr_array_new_with_free_func ((GDestroyNotify)pt_handover_entry_free);
  g_autoptr (GError) refusal = NULL;
  gboolean all = FALSE;
  int      lock = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  lock = pt_handover_lock (sysroot, &refusal);
  if (lock >= 0)
    {
      all = pt_handover_release_all_locked (sysroot, back, error);
      close (lock);
    }
  else if (pt_handover_is_recorded (sysroot))
    {
      g_propagate_error (error, g_steal_pointer (&refusal));
    }
  else
    {
      /* There may be no such bus, or one that cannot be written, as when a system is mended from
       * another one. */
      all = TRUE;
    }
  if (released != NULL)
    *released = g_steal_pointer (&back);
  return all;
}
