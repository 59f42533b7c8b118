/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-handover-holder"

#include "config.h"

#include "pt-handover-holder.h"

#include <string.h>


/* The argument after @argument, NULL behind the last. */
static const char *
pt_handover_next_argument (const char *argument,
                           const char *end)
{
  const char *nul = memchr (argument, '\0', (gsize)(end - argument));

  return nul != NULL && nul + 1 < end ? nul + 1 : NULL;
}


/* What a process says of itself goes to terminals and logs: nothing in it may steer them. Taken and
 * returned: UTF-8 without control characters. */
static char *
pt_handover_plain (char *text)
{
  g_autofree char *mine = text;
  g_autofree char *valid = g_utf8_make_valid (mine, -1);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    g_string_append_unichar (plain,
                             g_unichar_iscntrl (g_utf8_get_char (at)) ? '?' : g_utf8_get_char (at));
  return g_string_free (g_steal_pointer (&plain), FALSE);
}


/* The value of -name: `guest=NAME,debug-threads=on` or the name alone; a comma in it is doubled. */
static char *
pt_handover_parse_name (const char *value,
                        const char *end)
{
  g_autoptr (GString) name = g_string_new (NULL);

  if (end - value > (gssize)strlen ("guest=") && g_str_has_prefix (value, "guest="))
    value += strlen ("guest=");
  for (; value < end && *value != '\0'; value++)
    {
      if (*value == ',' && (value + 1 == end || value[1] != ','))
        break;
      g_string_append_c (name, *value);
      value += *value == ',';
    }
  return name->len > 0 ? pt_handover_plain (g_strdup (name->str)) : NULL;
}


char *
pt_handover_parse_machine (const char *arguments,
                           gsize       length)
{
  const char *end = arguments + length;
  const char *argument = length > 0 ? arguments : NULL;

  g_return_val_if_fail (arguments != NULL, NULL);
  g_return_val_if_fail (length == 0 || end[-1] == '\0', NULL);

  for (; argument != NULL; argument = pt_handover_next_argument (argument, end))
    if (g_str_equal (argument, "-name") || g_str_equal (argument, "--name"))
      {
        const char *value = pt_handover_next_argument (argument, end);

        return value != NULL ? pt_handover_parse_name (value, end) : NULL;
      }
  return NULL;
}


/* By hand the domain is often left out. */
static gboolean
pt_handover_argument_names (const char *argument,
                            const char *full)
{
  g_autofree char *short_option = NULL;

  if (strstr (argument, "vfio-pci") == NULL)
    return FALSE;
  if (strstr (argument, full) != NULL)
    return TRUE;
  short_option = g_strconcat ("host=", full + strlen ("0000:"), NULL);
  return g_str_has_prefix (full, "0000:") && strstr (argument, short_option) != NULL;
}


gboolean
pt_handover_parse_uses (const char      *arguments,
                        gsize            length,
                        const PtAddress *address)
{
  const char *end = arguments + length;
  const char *argument = length > 0 ? arguments : NULL;
  char        full[PT_ADDRESS_BUFFER] = { 0 };

  g_return_val_if_fail (arguments != NULL, FALSE);
  g_return_val_if_fail (length == 0 || end[-1] == '\0', FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  pt_address_format (address, full);
  for (; argument != NULL; argument = pt_handover_next_argument (argument, end))
    if (pt_handover_argument_names (argument, full))
      return TRUE;
  return FALSE;
}


/* The functions of the group, which goes to one user as a whole. PtAddress. (transfer full) */
static GArray *
pt_handover_list_group (PtSysroot       *sysroot,
                        const PtAddress *address)
{
  char             device[PT_ADDRESS_BUFFER] = { 0 };
  g_autofree char *folder =
    g_build_filename (pt_address_format (address, device), "iommu_group", "devices", NULL);
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_PCI_DEVICES, folder, NULL);
  GArray *members = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  g_array_append_vals (members, address, 1);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      PtAddress member = { 0 };

      if (pt_address_parse (names[i], &member))
        g_array_append_val (members, member);
    }
  return members;
}


/* TRUE if process @pid has the node of group @group open, as far as that may be seen. */
static gboolean
pt_handover_has_open (PtSysroot  *sysroot,
                      const char *pid,
                      const char *group)
{
  g_autofree char *folder = g_build_filename (pid, "fd", NULL);
  g_autofree char *node = g_strconcat ("/vfio/", group, NULL);
  g_auto (GStrv) descriptors = pt_sysroot_list (sysroot, PT_PLACE_PROC, folder, NULL);

  for (gsize i = 0; descriptors != NULL && descriptors[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (folder, descriptors[i], NULL);
      g_autofree char *target = pt_sysroot_read_link_text (sysroot, PT_PLACE_PROC, name, NULL);

      if (target != NULL && g_str_has_suffix (target, node))
        return TRUE;
    }
  return FALSE;
}


static gboolean
pt_handover_is_holder (PtSysroot  *sysroot,
                       const char *pid,
                       const char *group,
                       GArray     *members,
                       const char *arguments,
                       gsize       length)
{
  for (guint i = 0; i < members->len; i++)
    if (pt_handover_parse_uses (arguments, length, &g_array_index (members, PtAddress, i)))
      return TRUE;
  return pt_handover_has_open (sysroot, pid, group);
}


/* (transfer full) */
static char *
pt_handover_say_holder (PtSysroot  *sysroot,
                        const char *pid,
                        const char *arguments,
                        gsize       length)
{
  g_autofree char *machine = pt_handover_parse_machine (arguments, length);
  g_autofree char *path = g_build_filename (pid, "comm", NULL);
  g_autofree char *program = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, path, NULL);

  g_autofree char *name = program != NULL ? pt_handover_plain (g_steal_pointer (&program)) : NULL;

  if (machine != NULL)
    return g_strdup_printf ("the virtual machine “%s” (process %s)", machine, pid);
  if (name != NULL)
    return g_strdup_printf ("“%s” (process %s)", name, pid);
  return g_strdup_printf ("process %s", pid);
}


char *
pt_handover_find_holder (PtSysroot       *sysroot,
                         const PtAddress *address,
                         const char      *group)
{
  g_autoptr (GArray) members = NULL;
  g_auto (GStrv) names = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (group != NULL, NULL);

  members = pt_handover_list_group (sysroot, address);
  names = pt_sysroot_list (sysroot, PT_PLACE_PROC, NULL, NULL);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (names[i], "cmdline", NULL);
      g_autofree char *arguments = NULL;
      gsize            length = 0;

      if (!g_ascii_isdigit (names[i][0]))
        continue;
      arguments = pt_sysroot_read (sysroot, PT_PLACE_PROC, path, &length, NULL);
      /* A process may write what it likes there. */
      if (arguments == NULL || length == 0 || arguments[length - 1] != '\0')
        continue;
      if (pt_handover_is_holder (sysroot, names[i], group, members, arguments, length))
        return pt_handover_say_holder (sysroot, names[i], arguments, length);
    }
  return NULL;
}
