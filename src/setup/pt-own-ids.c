/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-own-ids"

#include "config.h"

#include "pt-own-ids.h"

#include <stdio.h>
#include <string.h>

#include "pt-plan.h"
#include "pt-tokens.h"

#define PT_OWN_IDS_ANY 0xffffffffu

void
pt_own_ids_free (PtOwnIds *self)
{
  g_return_if_fail (self != NULL);

  g_strfreev (self->ids);
  g_free (self->file);
  g_free (self);
}

/* The last `ids=` of one line, or NULL. */
static char *
pt_own_ids_parse_line (const char *line)
{
  g_auto (GStrv) words = pt_tokens_split (line);
  char *value = NULL;

  if (words[0] == NULL || words[1] == NULL || !g_str_equal (words[0], "options") ||
      !pt_token_is (words[1], "vfio-pci", NULL))
    return NULL;

  for (gsize i = 2; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "ids="))
      {
        g_free (value);
        value = g_strdup (words[i] + strlen ("ids="));
      }
  return value;
}

char *
pt_own_ids_parse (const char *text)
{
  g_auto (GStrv) parts = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *joined = NULL;
  char            *value = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  /* A backslash at its end continues a line (modprobe.d(5)). */
  parts = g_strsplit (text, "\\\n", -1);
  joined = g_strjoinv (" ", parts);
  lines = g_strsplit (joined, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *found = pt_own_ids_parse_line (lines[i]);

      if (found == NULL)
        continue;
      g_free (value);
      value = found;
    }
  return value;
}

static void
pt_own_ids_read_folder (PtOwnIds   *self,
                        PtSysroot  *sysroot,
                        PtPlace     place,
                        const char *folder)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, place, folder, NULL);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (folder, names[i], NULL);
      g_autofree char *text = NULL;
      g_autofree char *value = NULL;

      if (g_str_has_suffix (names[i], ".conf"))
        text = pt_sysroot_read_text (sysroot, place, name, NULL);
      if (text != NULL)
        value = pt_own_ids_parse (text);
      if (value == NULL)
        continue;
      g_strfreev (self->ids);
      g_free (self->file);
      self->ids = g_strsplit (value, ",", -1);
      self->file = pt_sysroot_logical_path (sysroot, place, name);
    }
}

/* A built-in driver reads no modprobe.d. */
static void
pt_own_ids_read_files (PtOwnIds *self,
                       PtHost   *host)
{
  PtSysroot *sysroot = pt_host_get_sysroot (host);

  if (pt_host_get_facts (host)->vfio_built_in == PT_TRI_TRUE)
    return;
  pt_own_ids_read_folder (self, sysroot, PT_PLACE_ROOT, "lib/modprobe.d");
  pt_own_ids_read_folder (self, sysroot, PT_PLACE_RUN, "modprobe.d");
  pt_own_ids_read_folder (self, sysroot, PT_PLACE_ETC, "modprobe.d");
}

PtOwnIds *
pt_own_ids_read (PtLoader *loader)
{
  PtOwnIds        *self = NULL;
  g_autofree char *text = NULL;
  const char      *value = NULL;

  g_return_val_if_fail (loader != NULL, NULL);

  self = g_new0 (PtOwnIds, 1);
  text = pt_loader_find (loader, "vfio-pci.ids");
  if (text != NULL && pt_token_is (text, "vfio-pci.ids", &value) && value != NULL)
    self->ids = g_strsplit (value, ",", -1);
  else
    pt_own_ids_read_files (self, pt_loader_get_host (loader));
  if (self->ids == NULL)
    self->ids = g_new0 (char *, 1);
  return self;
}

/* As the kernel reads and compares it (drivers/vfio/pci/vfio_pci.c, drivers/pci/pci-driver.c). */
static gboolean
pt_own_id_names (const char *id,
                 PtDevice   *device)
{
  const char *known = pt_device_get_subsystem (device);
  guint       vendor = 0;
  guint       model = 0;
  guint       subvendor = PT_OWN_IDS_ANY;
  guint       subdevice = PT_OWN_IDS_ANY;
  guint class = 0;
  guint mask = 0;
  guint device_subvendor = 0;
  guint device_subdevice = 0;

  if (sscanf (id, "%x:%x:%x:%x:%x:%x", &vendor, &model, &subvendor, &subdevice, &class, &mask) < 2)
    return FALSE;
  if (vendor != pt_device_get_vendor_id (device) || model != pt_device_get_device_id (device) ||
      ((class ^ pt_device_get_class (device)) & mask) != 0)
    return FALSE;
  /* One that cannot be read may be the same. */
  if (known == NULL || sscanf (known, "%x:%x", &device_subvendor, &device_subdevice) != 2)
    return TRUE;
  return (subvendor == PT_OWN_IDS_ANY || subvendor == device_subvendor) &&
         (subdevice == PT_OWN_IDS_ANY || subdevice == device_subdevice);
}

static gboolean
pt_own_ids_is_chosen (GPtrArray *devices,
                      PtDevice  *device)
{
  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      if (entry->device == device && entry->at_boot)
        return TRUE;
    }
  return FALSE;
}

/* What dark screens and lost drives come from. Anything else its owner named may go. */
static gboolean
pt_own_ids_is_needed (PtDevice *device)
{
  return pt_device_get_kind (device) == PT_DEVICE_GPU || pt_device_get_in_use (device)[0] != NULL;
}

PtDevice *
pt_own_ids_find_victim (const PtOwnIds *self,
                        PtHost         *host,
                        GPtrArray      *devices)
{
  GPtrArray *all = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  all = pt_host_get_devices (host);
  for (guint i = 0; i < all->len; i++)
    {
      PtDevice *device = g_ptr_array_index (all, i);

      if (!pt_own_ids_is_needed (device) || pt_own_ids_is_chosen (devices, device) ||
          g_strcmp0 (pt_device_get_driver (device), "vfio-pci") == 0)
        continue;
      for (gsize j = 0; self->ids[j] != NULL; j++)
        if (pt_own_id_names (self->ids[j], device))
          return device;
    }
  return NULL;
}
