/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-probe"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-facts.h"

/* The only version there has been since 2007; a program must refuse any other (kernel:
 * kvm/api.rst). */
#define PT_KVM_API_VERSION 12


static void
pt_probe_set_kvm (PtHostFacts *facts,
                  PtTri        usable,
                  const char  *fix,
                  char        *evidence)
{
  facts->kvm_usable = usable;
  facts->kvm_fix = fix;
  facts->kvm_evidence = evidence;
}


/* A node may exist and open, and still make no machine: make one. */
static void
pt_probe_kvm_machine (int          fd,
                      PtHostFacts *facts)
{
  int version = ioctl (fd, KVM_GET_API_VERSION, 0);
  int machine = -1;
  int saved = 0;

  if (version != PT_KVM_API_VERSION)
    {
      pt_probe_set_kvm (facts, PT_TRI_FALSE, "fix-kvm-broken",
                        g_strdup_printf ("/dev/kvm opens but speaks version %d", version));
      return;
    }

  machine = ioctl (fd, KVM_CREATE_VM, 0);
  saved = errno;
  if (machine >= 0)
    {
      close (machine);
      pt_probe_set_kvm (facts, PT_TRI_TRUE, NULL, g_strdup ("/dev/kvm made an empty machine"));
    }
  else
    pt_probe_set_kvm (
      facts, PT_TRI_FALSE, "fix-kvm-broken",
      g_strdup_printf ("/dev/kvm opens but makes no machine: %s", g_strerror (saved)));
}


/* The account is in the group that may use the node at @path, only this session is not: it began
 * before. */
static gboolean
pt_probe_awaits_login (const char *path)
{
  struct stat   status = { 0 };
  struct group  group = { 0 };
  struct group *found = NULL;
  char          buffer[16384];

  if (stat (path, &status) != 0 || (status.st_mode & S_IWGRP) == 0 ||
      getgrgid_r (status.st_gid, &group, buffer, sizeof buffer, &found) != 0 || found == NULL)
    return FALSE;
  return g_strv_contains ((const char *const *)found->gr_mem, g_get_user_name ());
}


static void
pt_probe_kvm_open (const char  *path,
                   PtHostFacts *facts)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NONBLOCK);

  if (fd >= 0)
    {
      pt_probe_kvm_machine (fd, facts);
      close (fd);
    }
  else if (errno == EACCES || errno == EPERM)
    pt_probe_set_kvm (facts, PT_TRI_FALSE,
                      pt_probe_awaits_login (path) ? "fix-kvm-relogin" : "fix-kvm-permission",
                      g_strdup_printf ("%s may not be used by us", path));
  else
    pt_probe_set_kvm (facts, PT_TRI_FALSE, "fix-kvm-missing",
                      g_strdup_printf ("%s: %s", path, g_strerror (errno)));
}


/* In a tree the file says how it was: empty for usable, else the key of the fix. NULL = usable. */
static const char *
pt_probe_recorded_fix (PtSysroot         *sysroot,
                       PtPlace            place,
                       const char        *name,
                       const char *const *known)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, place, name, NULL);

  if (text != NULL && *text == '\0')
    return NULL;
  for (gsize i = 0; text != NULL && known[i] != NULL; i++)
    {
      if (g_str_equal (text, known[i]))
        return known[i];
    }
  return known[0];
}


static void
pt_probe_kvm_recorded (PtSysroot   *sysroot,
                       const char  *path,
                       PtHostFacts *facts)
{
  static const char *const known[] = { "fix-kvm-permission", "fix-kvm-broken", "fix-kvm-missing",
                                       "fix-kvm-relogin", NULL };
  const char              *fix = pt_probe_recorded_fix (sysroot, PT_PLACE_DEV, "kvm", known);

  if (!pt_sysroot_exists (sysroot, PT_PLACE_DEV, "kvm"))
    pt_probe_set_kvm (facts, PT_TRI_FALSE, "fix-kvm-missing",
                      g_strdup_printf ("no %s (recorded)", path));
  else if (fix != NULL)
    pt_probe_set_kvm (facts, PT_TRI_FALSE, fix,
                      g_strdup_printf ("%s could not be used (recorded)", path));
  else
    pt_probe_set_kvm (facts, PT_TRI_TRUE, NULL,
                      g_strdup_printf ("%s could be used (recorded)", path));
}


void
pt_probe_kvm (PtSysroot   *sysroot,
              PtHostFacts *facts)
{
  g_autofree char *path = NULL;

  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (facts != NULL);

  path = pt_sysroot_logical_path (sysroot, PT_PLACE_DEV, "kvm");
  if (pt_sysroot_is_real (sysroot))
    pt_probe_kvm_open (path, facts);
  else
    pt_probe_kvm_recorded (sysroot, path, facts);
}


/* Connecting needs the right to write to the socket. A daemon that is started by its socket need
 * not run. */
static PtTri
pt_probe_socket (PtSysroot   *sysroot,
                 const char  *name,
                 const char **fix)
{
  static const char *const known[] = { "fix-libvirt-permission", "fix-libvirt-relogin", NULL };
  g_autofree char         *path = NULL;

  *fix = NULL;
  if (!pt_sysroot_exists (sysroot, PT_PLACE_LIBVIRT_SOCKETS, name))
    return PT_TRI_UNKNOWN;
  path = pt_sysroot_path (sysroot, PT_PLACE_LIBVIRT_SOCKETS, name);
  if (!pt_sysroot_is_real (sysroot))
    *fix = pt_probe_recorded_fix (sysroot, PT_PLACE_LIBVIRT_SOCKETS, name, known);
  else if (access (path, R_OK | W_OK) != 0)
    *fix = pt_probe_awaits_login (path) ? "fix-libvirt-relogin" : "fix-libvirt-permission";
  return *fix == NULL;
}


void
pt_probe_libvirt (PtSysroot   *sysroot,
                  PtHostFacts *facts)
{
  static const char *const names[] = { "virtqemud-sock", "libvirt-sock" };

  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (facts != NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_LIBVIRT_SOCKETS, names[i]);
      const char      *fix = NULL;
      PtTri            usable = pt_probe_socket (sysroot, names[i], &fix);

      if (usable == PT_TRI_UNKNOWN)
        continue;
      g_free (facts->libvirt_evidence);
      facts->libvirt_usable = usable;
      facts->libvirt_fix = fix;
      facts->libvirt_evidence = g_strdup_printf (usable == PT_TRI_TRUE ? "%s may be used"
                                                                       : "%s may not be used by us",
                                                 path);
      if (usable == PT_TRI_TRUE)
        return;
    }
  if (facts->libvirt_evidence == NULL)
    {
      facts->libvirt_usable = PT_TRI_FALSE;
      facts->libvirt_fix = "fix-libvirt-missing";
      facts->libvirt_evidence = g_strdup ("no virtqemud-sock and no libvirt-sock");
    }
}
