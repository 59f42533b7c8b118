/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-generator-mkinitcpio"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-facts.h"
#include "pt-generator-private.h"
#include "pt-steps.h"

/* mkinitcpio: the Arch family. One install hook serves both flavours: with busybox our early hook
 * runs before any module is loaded, with systemd a unit does the same. */

#define PT_MKINITCPIO_SETTINGS "mkinitcpio.conf"
#define PT_MKINITCPIO_DROP_IN "mkinitcpio.conf.d/zz-passthru.conf"
#define PT_MKINITCPIO_PRESETS "mkinitcpio.d"

static const PtGeneratorFile pt_mkinitcpio_files[] = {
  { "early-script", PT_GENERATOR_SCRIPT, "initramfs-script", 0755 },
  { "early-unit", "initcpio/hooks/passthru", "mkinitcpio-hook", 0755 },
  { "initramfs-hook", "initcpio/install/passthru", "mkinitcpio-install", 0755 },
  { NULL, NULL, NULL, 0 },
};

static const PtGeneratorFile pt_mkinitcpio_systemd_files[] = {
  { "early-script", PT_GENERATOR_SCRIPT, "initramfs-script", 0755 },
  { "early-unit", "passthru/" PT_GENERATOR_UNIT, "early.service", 0644 },
  { "initramfs-hook", "initcpio/install/passthru", "mkinitcpio-install", 0755 },
  { NULL, NULL, NULL, 0 },
};

static const char *const pt_mkinitcpio_arguments[] = { "-P", NULL };

static const PtGeneratorRebuild pt_mkinitcpio_rebuilds[] = {
  { PT_PROGRAM_MKINITCPIO, pt_mkinitcpio_arguments },
  { PT_PROGRAM_LAST, NULL },
};

static const char *const pt_mkinitcpio_wanted[] = { "etc/" PT_GENERATOR_SCRIPT, "hooks/passthru",
                                                    NULL };
static const char *const pt_mkinitcpio_systemd_wanted[] = {
  "etc/" PT_GENERATOR_SCRIPT, "system/" PT_GENERATOR_UNIT,
  "system/sysinit.target.wants/" PT_GENERATOR_UNIT, NULL
};

/* Calls of @func with the text of every preset. */
typedef void (*PtPresetFunc) (const char *text,
                              gpointer    user_data);

static void
pt_mkinitcpio_for_each_preset (PtSysroot   *sysroot,
                               PtPresetFunc func,
                               gpointer     user_data)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_ETC, PT_MKINITCPIO_PRESETS, NULL);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (PT_MKINITCPIO_PRESETS, names[i], NULL);
      g_autofree char *text = NULL;

      if (!g_str_has_suffix (name, ".preset"))
        continue;
      text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, name, NULL);
      if (text != NULL)
        func (text, user_data);
    }
}

/* The words of PRESETS in a preset. (transfer full) */
static char **
pt_mkinitcpio_parse_names (const char *text)
{
  g_autofree char *value = pt_facts_parse_assignment (text, "PRESETS");
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) words = g_strsplit_set (value != NULL ? value : "", "()'\" \t", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (names, words[i]);
  return g_strv_builder_end (names);
}

/* The settings file that a preset names; it is then read without drop-ins. */
static void
pt_mkinitcpio_take_config (const char *text,
                           gpointer    user_data)
{
  GPtrArray *configs = user_data;
  g_auto (GStrv) names = pt_mkinitcpio_parse_names (text);
  g_autofree char *all = pt_facts_parse_assignment (text, "ALL_config");

  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *key = g_strconcat (names[i], "_config", NULL);
      g_autofree char *own = pt_facts_parse_assignment (text, key);
      const char      *config = own != NULL ? own : all;

      g_ptr_array_add (configs, g_strdup (config != NULL ? config : ""));
    }
}

static GPtrArray *
pt_mkinitcpio_list_configs (PtSysroot *sysroot)
{
  GPtrArray *configs = g_ptr_array_new_with_free_func (g_free);

  pt_mkinitcpio_for_each_preset (sysroot, pt_mkinitcpio_take_config, configs);
  return configs;
}

/* Versions before 37 know no drop-ins. A program that is no script says nothing. */
static gboolean
pt_mkinitcpio_reads_drop_ins (PtSysroot *sysroot)
{
  g_autofree char *path = pt_sysroot_find_program (sysroot, PT_PROGRAM_MKINITCPIO);
  g_autofree char *text = NULL;

  if (path != NULL)
    text = pt_sysroot_read_text (sysroot, PT_PLACE_ROOT, path, NULL);
  return text == NULL || strstr (text, "_f_config") == NULL || strstr (text, "_d_config") != NULL;
}

static gboolean
pt_mkinitcpio_needs_main_file (PtSysroot *sysroot)
{
  g_autoptr (GPtrArray) configs = pt_mkinitcpio_list_configs (sysroot);

  for (guint i = 0; i < configs->len; i++)
    if (*(const char *)g_ptr_array_index (configs, i) != '\0')
      return TRUE;
  return !pt_mkinitcpio_reads_drop_ins (sysroot);
}

static char *
pt_mkinitcpio_find_obstacle (PtHost    *host,
                             GPtrArray *devices)
{
  PtSysroot *sysroot = pt_host_get_sysroot (host);
  g_autoptr (GPtrArray) configs = pt_mkinitcpio_list_configs (sysroot);
  g_autofree char *settings = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC,
                                                       PT_MKINITCPIO_SETTINGS);

  for (guint i = 0; i < configs->len; i++)
    {
      const char *config = g_ptr_array_index (configs, i);

      if (*config != '\0' && !g_str_equal (config, settings))
        /* Translators: the name of a settings file of mkinitcpio. */
        return g_strdup_printf (_ ("A preset of mkinitcpio uses the settings in %s, which Passthru "
                                   "does not change."),
                                config);
    }
  return NULL;
}

static gboolean
pt_mkinitcpio_add_block (PtSysroot *sysroot,
                         GPtrArray *steps,
                         GBytes    *settings,
                         GError   **error)
{
  g_autofree char *old = pt_sysroot_read (sysroot, PT_PLACE_ETC, PT_MKINITCPIO_SETTINGS, NULL,
                                          error);
  g_autofree char *lines = NULL;
  g_autofree char *block = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) edits = NULL;
  g_autoptr (GBytes) content = NULL;

  if (old == NULL)
    return FALSE;
  lines = g_strndup (g_bytes_get_data (settings, NULL), g_bytes_get_size (settings));
  if (strstr (old, lines) != NULL)
    return TRUE;
  block = g_strconcat (g_str_has_suffix (old, "\n") || *old == '\0' ? "" : "\n", lines, NULL);
  text = g_strconcat (old, block, NULL);
  edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  g_ptr_array_add (edits, pt_plan_change_new ("", block));
  content = g_bytes_new (text, strlen (text));
  return pt_generator_add_file (steps, sysroot, "early-order", PT_MKINITCPIO_SETTINGS, content,
                                0644, edits, error);
}

/* A drop-in where it is read; else our lines go to the end of the main file. */
static gboolean
pt_mkinitcpio_add_edits (PtSysroot *sysroot,
                         GPtrArray *steps,
                         GError   **error)
{
  g_autoptr (GBytes) settings = pt_steps_get_template ("mkinitcpio-settings");

  if (pt_mkinitcpio_needs_main_file (sysroot))
    return pt_mkinitcpio_add_block (sysroot, steps, settings, error);
  return pt_generator_add_file (steps, sysroot, "early-order", PT_MKINITCPIO_DROP_IN, settings,
                                0644, NULL, error);
}

/* Our lines are taken out where they stand as we wrote them, and only then. */
static char *
pt_mkinitcpio_undo_edit (const char         *text,
                         const PtPlanChange *edit)
{
  const char *found = *edit->to != '\0' ? strstr (text, edit->to) : NULL;

  if (found != NULL)
    return g_strdup_printf ("%.*s%s%s", (int)(found - text), text, edit->from,
                            found + strlen (edit->to));
  return strstr (text, "(passthru ") == NULL ? g_strdup (text) : NULL;
}

static void
pt_mkinitcpio_take_images (const char *text,
                           gpointer    user_data)
{
  static const char *const kinds[] = { "_image", "_uki", "_efi_image" };
  GStrvBuilder            *images = user_data;
  g_auto (GStrv) names = pt_mkinitcpio_parse_names (text);

  for (gsize i = 0; names[i] != NULL; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
      {
        g_autofree char *key = g_strconcat (names[i], kinds[k], NULL);
        g_autofree char *image = pt_facts_parse_assignment (text, key);

        if (image != NULL && *image == '/')
          g_strv_builder_add (images, image);
      }
}

static char **
pt_mkinitcpio_list_images (PtSysroot *sysroot)
{
  g_autoptr (GStrvBuilder) images = g_strv_builder_new ();

  pt_mkinitcpio_for_each_preset (sysroot, pt_mkinitcpio_take_images, images);
  return g_strv_builder_end (images);
}

const PtGenerator pt_generator_mkinitcpio = {
  .files = pt_mkinitcpio_files,
  .add_edits = pt_mkinitcpio_add_edits,
  .drop_in = PT_MKINITCPIO_DROP_IN,
  .edited = PT_MKINITCPIO_SETTINGS,
  .undo_edit = pt_mkinitcpio_undo_edit,
  .find_obstacle = pt_mkinitcpio_find_obstacle,
  .rebuilds = pt_mkinitcpio_rebuilds,
  .list_images = pt_mkinitcpio_list_images,
  .lister = PT_PROGRAM_LSINITCPIO,
  .wanted = pt_mkinitcpio_wanted,
};

const PtGenerator pt_generator_mkinitcpio_systemd = {
  .files = pt_mkinitcpio_systemd_files,
  .add_edits = pt_mkinitcpio_add_edits,
  .drop_in = PT_MKINITCPIO_DROP_IN,
  .edited = PT_MKINITCPIO_SETTINGS,
  .undo_edit = pt_mkinitcpio_undo_edit,
  .find_obstacle = pt_mkinitcpio_find_obstacle,
  .rebuilds = pt_mkinitcpio_rebuilds,
  .list_images = pt_mkinitcpio_list_images,
  .lister = PT_PROGRAM_LSINITCPIO,
  .wanted = pt_mkinitcpio_systemd_wanted,
};
