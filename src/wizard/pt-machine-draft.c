/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-machine-draft"

#include "config.h"

#include "pt-machine-draft.h"

#include <glib/gi18n-lib.h>

#include "pt-cpu-list.h"
#include "pt-host-words.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define HOST_CORES 2
#define HOST_MEMORY (4 * GIB)
#define NAME_LENGTH 64


void
pt_machine_limits_for_host (const PtHostFacts *facts,
                            const PtCpuLayout *layout,
                            PtMachineLimits   *limits)
{
  g_autoptr (PtCoreShare) share = NULL;
  guint cores = 0;

  g_return_if_fail (facts != NULL && layout != NULL && limits != NULL);

  share = pt_cpu_layout_share (layout, 0);
  cores = facts->cpu_cores > 0 ? facts->cpu_cores : MAX (g_get_num_processors (), 1);
  if (share != NULL)
    cores = layout->cores->len;
  limits->host_cores = cores;
  limits->cores_least = 1;
  limits->cores_most = cores > HOST_CORES ? cores - HOST_CORES : 1;
  limits->cores = share != NULL ? share->guest->len
                                : CLAMP (cores / 2, 1, MIN (limits->cores_most, 8));
  limits->host_memory = facts->memory;
  limits->memory_step = GIB;
  limits->memory_least = 4 * GIB;
  limits->memory_most = facts->memory > HOST_MEMORY + limits->memory_least
                          ? (facts->memory - HOST_MEMORY) / GIB * GIB
                          : limits->memory_least;
  limits->memory = CLAMP (facts->memory / 2 / GIB * GIB, limits->memory_least,
                          MIN (limits->memory_most, 16 * GIB));
  limits->disk_least = 64 * GIB;
  limits->disk_most = 1024 * GIB;
  limits->disk = 100 * GIB;
}


void
pt_machine_limits_for_rehearsal (guint                processors,
                                 const PtMachineSpec *spec,
                                 PtMachineLimits     *limits)
{
  g_return_if_fail (spec != NULL && limits != NULL);

  limits->host_cores = MAX (processors, 1);
  limits->cores_least = 1;
  limits->cores = MAX (spec->cores, 1);
  limits->cores_most = MAX (limits->cores, MIN (limits->host_cores, 4));
  limits->host_memory = 0;
  limits->memory_step = 64 * MIB;
  limits->memory_least = spec->memory;
  limits->memory = spec->memory;
  limits->memory_most = spec->memory * 4;
  limits->disk_least = 0;
  limits->disk_most = 0;
  limits->disk = 0;
}


/* The same rules as pt_machine_spec_validate(), in words for people. */
char *
pt_machine_draft_check_name (const char *name)
{
  if (name == NULL || *name == '\0')
    return g_strdup (_ ("The machine needs a name."));
  if (!g_utf8_validate (name, -1, NULL) || strlen (name) > NAME_LENGTH)
    return g_strdup (_ ("The name is too long."));
  if (!g_unichar_isalnum (g_utf8_get_char (name)) || g_str_has_suffix (name, " "))
    return g_strdup (_ ("The name must begin with a letter or a digit and not end with a blank."));
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (!g_unichar_isalnum (g_utf8_get_char (at)) && strchr (" ._-+", *at) == NULL)
        return g_strdup (_ ("The name can have letters, digits, blanks and . _ - +"));
    }
  return NULL;
}


char *
pt_machine_draft_check_iso (const char *path)
{
  if (path == NULL)
    return NULL;
  if (!g_path_is_absolute (path) || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_strdup (_ ("This ISO file is not there."));
  return NULL;
}


char *
pt_machine_draft_cores_words (const PtMachineLimits *limits,
                              const PtCpuLayout     *layout,
                              guint                  cores)
{
  g_autoptr (PtCoreShare) share = layout != NULL ? pt_cpu_layout_share (layout, cores) : NULL;
  guint rest = 0;

  g_return_val_if_fail (limits != NULL, NULL);

  rest = limits->host_cores > cores ? limits->host_cores - cores : 0;
  if (rest == 0)
    return g_strdup (_ ("The machine shares all cores with this computer."));
  if (share != NULL && share->has_slow_cores)
    return g_strdup (_ ("Some of these are slow cores; games run more evenly without them."));
  if (share != NULL && share->spans_domains)
    return g_strdup (_ ("These do not share one cache; games run more evenly with fewer cores."));
  return g_strdup_printf (ngettext ("%u core stays with this computer, so that it keeps answering.",
                                    "%u cores stay with this computer, so that it keeps answering.",
                                    rest),
                          rest);
}


char *
pt_machine_draft_memory_words (const PtMachineLimits *limits,
                               guint64                memory)
{
  g_autofree char *rest = NULL;

  g_return_val_if_fail (limits != NULL, NULL);

  if (limits->host_memory <= memory)
    return g_strdup (_ ("The memory is set aside while the machine runs."));
  rest = pt_host_words_size (limits->host_memory - memory);
  /* Translators: %s is an amount of memory such as "16 GiB". */
  return g_strdup_printf (_ ("Set aside while the machine runs; %s stay with this computer."),
                          rest);
}


void
pt_machine_draft_pin (PtMachineSpec     *spec,
                      const PtCpuLayout *layout)
{
  g_autoptr (PtCoreShare) share = NULL;
  g_autoptr (GStrvBuilder) pins = g_strv_builder_new ();

  g_return_if_fail (spec != NULL);
  g_return_if_fail (layout != NULL);

  g_clear_pointer (&spec->pins, g_strfreev);
  g_clear_pointer (&spec->emulator_pin, g_free);
  share = pt_cpu_layout_share (layout, spec->cores);
  if (share == NULL || share->guest->len != spec->cores)
    return;
  for (guint i = 0; i < share->guest->len; i++)
    {
      const PtCore *core =
        g_ptr_array_index (layout->cores, g_array_index (share->guest, guint, i));
      g_autofree char *threads = pt_cpu_list_format (core->threads);

      g_strv_builder_add (pins, threads);
    }
  spec->pins = g_strv_builder_end (pins);
  spec->emulator_pin = pt_cpu_layout_format (layout, share->host);
}


void
pt_machine_draft_remember (PtMachineSpec *spec,
                           PtPlan        *plan,
                           PtHost        *host)
{
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  g_autoptr (PtSeen) seen = NULL;
  GPtrArray *devices = NULL;

  g_return_if_fail (spec != NULL);
  g_return_if_fail (PT_IS_PLAN (plan));
  g_return_if_fail (PT_IS_HOST (host));

  devices = pt_plan_get_devices (plan);
  for (guint i = 0; i < devices->len; i++)
    {
      const PtPlanDevice *device = g_ptr_array_index (devices, i);

      g_array_append_val (addresses, *pt_device_get_address (device->device));
    }
  seen = pt_seen_new (host, addresses);
  g_free (spec->seen);
  spec->seen = pt_seen_to_string (seen);
}


PtMachineSpec *
pt_machine_draft_for_host (PtSysroot  *sysroot,
                           PtPlan     *plan,
                           const char *name)
{
  g_autoptr (PtMachineSpec) spec = NULL;
  g_autofree char *image = NULL;
  GPtrArray       *devices = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  spec = pt_machine_spec_new (name);
  image = g_strconcat (name, ".qcow2", NULL);
  g_free (spec->disk);
  spec->disk = pt_sysroot_path (sysroot, PT_PLACE_IMAGES, image);
  devices = plan != NULL ? pt_plan_get_devices (plan) : NULL;
  for (guint i = 0; devices != NULL && i < devices->len; i++)
    {
      const PtPlanDevice *device = g_ptr_array_index (devices, i);

      g_array_append_val (spec->devices, *pt_device_get_address (device->device));
    }
  return g_steal_pointer (&spec);
}
