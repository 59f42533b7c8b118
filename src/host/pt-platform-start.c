/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-platform-start"

#include "config.h"

#include <string.h>

#include "pt-platform-private.h"

/* libvirt's own name for the bridge of its `default` network. */
#define PT_NETWORK_BRIDGE "virbr0"

/* Files below etc that boot loaders take kernel parameters from; a folder stands for its files. */
static const char *const pt_start_files[] = { "default/grub", "kernel/cmdline", "default/limine",
                                              "default/grub.d", "cmdline.d", NULL };


static gboolean
pt_start_is_ours (const char *token)
{
  static const char *const keys[] = { "intel_iommu=", "iommu=", "vfio-pci.ids=",
                                      "vfio_pci.ids=", "passthru.bind=", "pcie_acs_override=" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_has_prefix (token, keys[i]))
      return TRUE;
  return FALSE;
}


/* Whatever the file's own language, parameters stand between blanks or quotes in it. */
void
pt_platform_parse_parameters (const char *text,
                              GPtrArray  *found)
{
  g_auto (GStrv) lines = NULL;

  g_return_if_fail (text != NULL);
  g_return_if_fail (found != NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) tokens = g_strsplit_set (lines[i], " \t\"'", -1);

      if (*g_strchug (lines[i]) == '#')
        continue;
      for (guint j = 0; tokens[j] != NULL; j++)
        if (pt_start_is_ours (tokens[j]))
          g_ptr_array_add (found, g_strdup (tokens[j]));
    }
}


static gboolean
pt_start_is_vfio_options (const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t", -1);
  gboolean options = FALSE;
  gboolean vfio = FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    {
      options |= g_str_equal (words[i], "options");
      vfio |= options && (g_str_equal (words[i], "vfio-pci") || g_str_equal (words[i], "vfio_pci"));
      if (vfio && g_str_has_prefix (words[i], "ids="))
        return TRUE;
    }
  return FALSE;
}


gboolean
pt_platform_parse_vfio_options (const char *text)
{
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strchug (lines[i]) != '#' && pt_start_is_vfio_options (lines[i]))
      return TRUE;
  return FALSE;
}


static guint64
pt_start_parse_count (const char *text,
                      const char *key)
{
  const char *line = strstr (text, key);

  return line != NULL ? g_ascii_strtoull (line + strlen (key), NULL, 10) : 0;
}


void
pt_platform_parse_huge_pages (const char *text,
                              guint64    *reserved,
                              guint64    *free_bytes)
{
  guint64 size = 0;
  guint64 total = 0;

  g_return_if_fail (text != NULL);
  g_return_if_fail (reserved != NULL);
  g_return_if_fail (free_bytes != NULL);

  size = pt_start_parse_count (text, "Hugepagesize:") * 1024;
  total = pt_start_parse_count (text, "HugePages_Total:");
  *reserved = size > 0 && total <= G_MAXUINT64 / size ? total * size : 0;
  *free_bytes = MIN (*reserved, pt_start_parse_count (text, "HugePages_Free:") * size);
}


void
pt_platform_parse_room (const char *text,
                        guint64    *available,
                        guint64    *swap_free)
{
  g_return_if_fail (text != NULL);
  g_return_if_fail (available != NULL);
  g_return_if_fail (swap_free != NULL);

  *available = pt_start_parse_count (text, "MemAvailable:") * 1024;
  *swap_free = pt_start_parse_count (text, "SwapFree:") * 1024;
}


static void
pt_start_parameter_free (PtStartParameter *self)
{
  g_free (self->text);
  g_free (self->file);
  g_free (self);
}


static void
pt_start_read_file (PtSysroot         *sysroot,
                    const char        *name,
                    const char *const *in_force,
                    GPtrArray         *parameters)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, name, NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  if (text == NULL)
    return;
  pt_platform_parse_parameters (text, found);
  for (guint i = 0; i < found->len; i++)
    {
      PtStartParameter *parameter = g_new0 (PtStartParameter, 1);

      parameter->text = g_strdup (g_ptr_array_index (found, i));
      parameter->file = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, name);
      parameter->in_force = g_strv_contains (in_force, parameter->text);
      g_ptr_array_add (parameters, parameter);
    }
}


static void
pt_start_read_parameters (PtSysroot  *sysroot,
                          PtPlatform *self)
{
  g_autofree char *line = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "cmdline", NULL);
  g_auto (GStrv) tokens = line != NULL ? g_strsplit_set (line, " \t\n\"", -1) : NULL;

  if (tokens == NULL)
    return;
  self->parameters = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_start_parameter_free);
  for (gsize i = 0; pt_start_files[i] != NULL; i++)
    {
      g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_ETC, pt_start_files[i], NULL);

      if (names == NULL)
        pt_start_read_file (sysroot, pt_start_files[i], (const char *const *)tokens,
                            self->parameters);
      for (guint j = 0; names != NULL && names[j] != NULL; j++)
        {
          g_autofree char *name = g_build_filename (pt_start_files[i], names[j], NULL);

          if (g_str_has_suffix (name, ".cfg") || g_str_has_suffix (name, ".conf"))
            pt_start_read_file (sysroot, name, (const char *const *)tokens, self->parameters);
        }
    }
}


static void
pt_start_read_options (PtSysroot  *sysroot,
                       PtPlatform *self)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_ETC, "modprobe.d", NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename ("modprobe.d", names[i], NULL);
      g_autofree char *text = g_str_has_suffix (name, ".conf")
                                ? pt_sysroot_read_text (sysroot, PT_PLACE_ETC, name, NULL)
                                : NULL;

      if (text == NULL || self->vfio_options != NULL || !pt_platform_parse_vfio_options (text))
        continue;
      self->vfio_options = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, name);
    }
}


/* Unknown where no network can be seen. */
static void
pt_start_read_network (PtSysroot  *sysroot,
                       PtPlatform *self)
{
  g_autofree char *forward =
    pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "sys/net/ipv4/ip_forward", NULL);

  self->network = PT_TRI_UNKNOWN;
  if (pt_sysroot_exists (sysroot, PT_PLACE_NETWORK_CLASS, NULL))
    self->network = pt_sysroot_exists (sysroot, PT_PLACE_NETWORK_CLASS, PT_NETWORK_BRIDGE);
  self->forwarding = PT_TRI_UNKNOWN;
  if (forward != NULL && (g_str_equal (forward, "0") || g_str_equal (forward, "1")))
    self->forwarding = g_str_equal (forward, "1");
}


void
pt_platform_read_start (PtSysroot  *sysroot,
                        PtPlatform *platform)
{
  g_autofree char *memory = NULL;

  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (platform != NULL);

  memory = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "meminfo", NULL);
  if (memory != NULL)
    {
      pt_platform_parse_huge_pages (memory, &platform->huge_reserved, &platform->huge_free);
      pt_platform_parse_room (memory, &platform->available, &platform->swap_free);
    }
  pt_start_read_parameters (sysroot, platform);
  pt_start_read_options (sysroot, platform);
  pt_start_read_network (sysroot, platform);
}
