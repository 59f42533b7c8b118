/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rom-read"

#include "config.h"

#include "pt-rom.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

G_DEFINE_QUARK (pt - rom - error - quark, pt_rom_error)


/* The kernel's copy is only sure to be the firmware's for the card that shows the start-up; where
 * that cannot be told, neither can this. */
static gboolean
pt_rom_may_be_shadowed (PtSysroot  *sysroot,
                        const char *address)
{
  g_autofree char *name = g_build_filename (address, "boot_vga", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_PCI_DEVICES, name, &error);

  if (text != NULL)
    return g_strcmp0 (text, "0") != 0;
  return !g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
}


/* Documentation/PCI/sysfs-pci.rst: the attribute can be read while `1` was written to it. */
static gboolean
pt_rom_switch (PtSysroot  *sysroot,
               const char *name,
               gboolean    on,
               GError    **error)
{
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_PCI_DEVICES, name);
  int              fd = path != NULL ? open (path, O_WRONLY | O_CLOEXEC) : -1;
  int              code = errno;
  gboolean         done = FALSE;

  if (fd >= 0)
    {
      done = write (fd, on ? "1" : "0", 1) == 1;
      code = errno;
      close (fd);
    }
  if (!done)
    g_set_error (error, PT_ROM_ERROR,
                 code == EACCES || code == EPERM ? PT_ROM_ERROR_DENIED : PT_ROM_ERROR_FAILED,
                 "cannot switch the ROM at %s: %s", name, g_strerror (code));
  return done;
}


static char *
pt_rom_read_attribute (PtSysroot  *sysroot,
                       const char *name,
                       gsize      *length,
                       GError    **error)
{
  g_autoptr (GError) cause = NULL;
  PtRomError code = PT_ROM_ERROR_FAILED;
  char      *bytes = pt_sysroot_read (sysroot, PT_PLACE_PCI_DEVICES, name, length, &cause);

  if (bytes != NULL)
    return bytes;
  if (g_error_matches (cause, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    code = PT_ROM_ERROR_MISSING;
  else if (g_error_matches (cause, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED))
    code = PT_ROM_ERROR_DENIED;
  g_set_error_literal (error, PT_ROM_ERROR, (int)code, cause->message);
  return NULL;
}


GBytes *
pt_rom_read (PtSysroot       *sysroot,
             const PtAddress *address,
             GError         **error)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  char            *bytes = NULL;
  gsize            length = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  text = pt_address_to_string (address);
  name = g_build_filename (text, "rom", NULL);
  if (!pt_sysroot_exists (sysroot, PT_PLACE_PCI_DEVICES, name))
    {
      g_set_error (error, PT_ROM_ERROR, PT_ROM_ERROR_MISSING, "%s has no ROM", text);
      return NULL;
    }
  if (pt_rom_may_be_shadowed (sysroot, text))
    {
      g_set_error (error, PT_ROM_ERROR, PT_ROM_ERROR_SHADOWED,
                   "%s started this computer, and its ROM may be the firmware's copy", text);
      return NULL;
    }
  if (!pt_sysroot_is_real (sysroot))
    bytes = pt_rom_read_attribute (sysroot, name, &length, error);
  else if (pt_rom_switch (sysroot, name, TRUE, error))
    {
      bytes = pt_rom_read_attribute (sysroot, name, &length, error);
      pt_rom_switch (sysroot, name, FALSE, NULL);
    }
  return bytes != NULL ? g_bytes_new_take (bytes, length) : NULL;
}
