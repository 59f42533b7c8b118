/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-generator-booster"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-generator-private.h"
#include "pt-yaml-list.h"

/* booster: an option on Arch. There is no shell in its image, so only devices that an id names
 * alone can be bound; and it loads its modules side by side, so no driver of theirs may be
 * there. */

#define PT_BOOSTER_SETTINGS "booster.yaml"

static const char *const pt_booster_modules[] = { "vfio_pci", "vfio_iommu_type1", NULL };

static const PtGeneratorFile pt_booster_files[] = { { NULL, NULL, NULL, 0 } };

static const char *const pt_booster_arguments[] = { NULL };

static const PtGeneratorRebuild pt_booster_rebuilds[] = {
  { PT_PROGRAM_BOOSTER_REGENERATE, pt_booster_arguments },
  { PT_PROGRAM_LAST, NULL },
};

static const char *const pt_booster_wanted[] = { NULL };

static gboolean
pt_booster_has_built_in (PtHost     *host,
                         const char *driver)
{
  const char      *release = pt_host_get_facts (host)->kernel;
  g_autofree char *name = release != NULL ? g_build_filename (release, "modules.builtin", NULL)
                                          : NULL;
  g_autofree char *text = NULL;
  g_autofree char *file = g_strdup_printf ("/%s.ko", driver);

  if (name != NULL)
    text = pt_sysroot_read (pt_host_get_sysroot (host), PT_PLACE_KERNEL_MODULES, name, NULL, NULL);
  if (text == NULL)
    return FALSE;
  if (strstr (text, file) != NULL)
    return TRUE;
  /* Module files use either of the two. */
  g_strdelimit (file, "_", '-');
  return strstr (text, file) != NULL;
}

/* TRUE if the settings put @driver into the image. */
static gboolean
pt_booster_packs (const char *text,
                  const char *driver)
{
  static const char *const keys[] = { "modules", "modules_force_load" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_auto (GStrv) words = pt_yaml_list_parse (text, keys[i]);

      for (gsize w = 0; words != NULL && words[w] != NULL; w++)
        {
          g_autofree char *base = g_path_get_basename (words[w]);

          if (*words[w] == '*' || g_str_equal (base, driver) ||
              (g_str_has_prefix (base, driver) && base[strlen (driver)] == '.'))
            return TRUE;
        }
    }
  return FALSE;
}

static char *
pt_booster_judge (PtHost             *host,
                  const PtPlanDevice *entry,
                  const char         *text)
{
  const char *name = pt_device_get_short_name (entry->device);
  const char *address = pt_device_get_address_string (entry->device);
  const char *driver = pt_device_get_driver (entry->device);

  if (entry->grade == PT_GRADE_ADDRESS)
    /* Translators: the name and the address of a device. */
    return g_strdup_printf (_ ("Another device here has the same id as %1$s (%2$s). Only its "
                               "address tells it apart, and that takes a script, which start-up "
                               "files made by booster cannot hold. mkinitcpio or dracut can."),
                            name, address);
  if (driver == NULL)
    return NULL;
  if (pt_booster_has_built_in (host, driver))
    /* Translators: the name and the address of a device, and of its driver. */
    return g_strdup_printf (_ ("The driver %3$s of %1$s (%2$s) is part of the kernel and takes it "
                               "first. To give it back takes a script, which start-up files made "
                               "by booster cannot hold. mkinitcpio or dracut can."),
                            name, address, driver);
  if (pt_booster_packs (text, driver))
    /* Translators: the name and the address of a device, and of its driver. */
    return g_strdup_printf (_ ("The settings of booster put the driver %3$s of %1$s (%2$s) "
                               "into the start-up files, where it may be faster than vfio-pci."),
                            name, address, driver);
  return NULL;
}

static char *
pt_booster_find_obstacle (PtHost    *host,
                          GPtrArray *devices)
{
  g_autofree char *text = pt_sysroot_read (pt_host_get_sysroot (host), PT_PLACE_ETC,
                                           PT_BOOSTER_SETTINGS, NULL, NULL);

  for (guint i = 0; i < devices->len; i++)
    {
      const PtPlanDevice *entry = g_ptr_array_index (devices, i);
      char               *obstacle = NULL;

      if (entry->at_boot)
        obstacle = pt_booster_judge (host, entry, text != NULL ? text : "");
      if (obstacle != NULL)
        return obstacle;
    }
  return NULL;
}

static gboolean
pt_booster_add_edits (PtSysroot *sysroot,
                      GPtrArray *steps,
                      GError   **error)
{
  g_autofree char *old = pt_sysroot_read (sysroot, PT_PLACE_ETC, PT_BOOSTER_SETTINGS, NULL, error);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) edits = NULL;
  g_autoptr (GBytes) content = NULL;
  PtPlanChange *edit = NULL;

  if (old == NULL)
    return FALSE;
  text = pt_yaml_list_prepend (old, "modules_force_load", pt_booster_modules, &edit, error);
  if (text == NULL)
    {
      g_prefix_error (error, "%s: ", PT_BOOSTER_SETTINGS);
      return FALSE;
    }
  if (edit == NULL)
    return TRUE;

  edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  g_ptr_array_add (edits, edit);
  content = g_bytes_new (text, strlen (text));
  return pt_generator_add_file (steps, sysroot, "initramfs-hook", PT_BOOSTER_SETTINGS, content,
                                0644, edits, error);
}

static char **
pt_booster_list_images (PtSysroot *sysroot)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_BOOT, NULL, NULL);
  g_autoptr (GStrvBuilder) images = g_strv_builder_new ();

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, names[i]);

      if (g_str_has_prefix (names[i], "booster-") && g_str_has_suffix (names[i], ".img"))
        g_strv_builder_add (images, path);
    }
  return g_strv_builder_end (images);
}

const PtGenerator pt_generator_booster = {
  .files = pt_booster_files,
  .add_edits = pt_booster_add_edits,
  .edited = PT_BOOSTER_SETTINGS,
  .undo_edit = pt_yaml_list_undo,
  .find_obstacle = pt_booster_find_obstacle,
  .rebuilds = pt_booster_rebuilds,
  .list_images = pt_booster_list_images,
  .lister = PT_PROGRAM_BOOSTER,
  .verb = "ls",
  .wanted = pt_booster_wanted,
};
