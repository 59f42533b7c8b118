/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-machine-spec"

#include "config.h"

#include "pt-machine-spec.h"

#include <string.h>

#include "pt-cpu-list.h"
#include "pt-machine.h"

#define PT_MIB ((guint64)1 << 20)
#define PT_GIB ((guint64)1 << 30)
#define PT_TIB ((guint64)1 << 40)

/* What a q35 machine takes without an interrupt-remapping IOMMU of its own. */
#define PT_MAX_CORES 255
/* Longer names end in file names and socket paths that do not fit. */
#define PT_MAX_NAME 64

G_DEFINE_BOXED_TYPE (PtMachineSpec,
                     pt_machine_spec,
                     pt_machine_spec_copy,
                     pt_machine_spec_free)


PtMachineSpec *
pt_machine_spec_new (const char *name)
{
  PtMachineSpec *self = g_new0 (PtMachineSpec, 1);

  self->name = g_strdup (name);
  self->cores = 4;
  self->memory = 8 * PT_GIB;
  self->disk_size = 100 * PT_GIB;
  self->devices = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  self->uefi = TRUE;
  self->network = TRUE;
  self->display = TRUE;
  return self;
}


PtMachineSpec *
pt_machine_spec_copy (const PtMachineSpec *self)
{
  PtMachineSpec *copy = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->name = g_strdup (self->name);
  copy->uuid = g_strdup (self->uuid);
  copy->pins = g_strdupv (self->pins);
  copy->emulator_pin = g_strdup (self->emulator_pin);
  copy->disk = g_strdup (self->disk);
  copy->iso = g_strdup (self->iso);
  copy->devices = g_array_copy (self->devices);
  copy->seen = g_strdup (self->seen);
  copy->shared_memory = g_strdup (self->shared_memory);
  copy->kernel = g_strdup (self->kernel);
  copy->initrd = g_strdup (self->initrd);
  copy->command_line = g_strdup (self->command_line);
  copy->serial_log = g_strdup (self->serial_log);
  return copy;
}


void
pt_machine_spec_free (PtMachineSpec *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->uuid);
  g_strfreev (self->pins);
  g_free (self->emulator_pin);
  g_free (self->disk);
  g_free (self->iso);
  g_array_unref (self->devices);
  g_free (self->seen);
  g_free (self->shared_memory);
  g_free (self->kernel);
  g_free (self->initrd);
  g_free (self->command_line);
  g_free (self->serial_log);
  g_free (self);
}


static gboolean
pt_machine_spec_refuse (GError    **error,
                        const char *format,
                        ...) G_GNUC_PRINTF (2, 3);

static gboolean
pt_machine_spec_refuse (GError    **error,
                        const char *format,
                        ...)
{
  g_autofree char *message = NULL;
  va_list          arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, PT_VM_ERROR, PT_VM_ERROR_INVALID, message);
  return FALSE;
}


static gboolean
pt_machine_spec_is_power_of_two (guint64 value)
{
  return value != 0 && (value & (value - 1)) == 0;
}


/* The name becomes part of file names and of a kernel-visible process name. */
static gboolean
pt_machine_spec_check_name (const PtMachineSpec *self,
                            GError             **error)
{
  const char *name = self->name;

  if (name == NULL || *name == '\0')
    return pt_machine_spec_refuse (error, "name: it is empty");
  if (!g_utf8_validate (name, -1, NULL))
    return pt_machine_spec_refuse (error, "name: it is not valid UTF-8");
  if (strlen (name) > PT_MAX_NAME)
    return pt_machine_spec_refuse (error, "name: it is longer than %d bytes", PT_MAX_NAME);
  if (!g_unichar_isalnum (g_utf8_get_char (name)) || g_str_has_suffix (name, " "))
    return pt_machine_spec_refuse (error, "name: “%s” must begin with a letter or digit and "
                                          "not end with a blank",
                                   name);
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (!g_unichar_isalnum (g_utf8_get_char (at)) && strchr (" ._-+", *at) == NULL)
        return pt_machine_spec_refuse (error, "name: “%s” has something else than letters, "
                                              "digits, blanks and . _ - +",
                                       name);
    }
  return TRUE;
}


static gboolean
pt_machine_spec_check_size (const PtMachineSpec *self,
                            GError             **error)
{
  if (self->uuid != NULL && !g_uuid_string_is_valid (self->uuid))
    return pt_machine_spec_refuse (error, "uuid: “%s” is not one", self->uuid);
  if (self->cores == 0 || self->cores > PT_MAX_CORES)
    return pt_machine_spec_refuse (error, "cores: %u is not between 1 and %d", self->cores,
                                   PT_MAX_CORES);
  if (self->memory < 256 * PT_MIB || self->memory > 4 * PT_TIB)
    return pt_machine_spec_refuse (error, "memory: %" G_GUINT64_FORMAT " bytes is not "
                                          "between 256 MiB and 4 TiB",
                                   self->memory);
  if (self->memory % PT_MIB != 0)
    return pt_machine_spec_refuse (error, "memory: %" G_GUINT64_FORMAT " bytes is not whole MiB",
                                   self->memory);
  return TRUE;
}


static gboolean
pt_machine_spec_check_pin (const char *field,
                           const char *pin,
                           GError    **error)
{
  g_autoptr (GArray) numbers = pt_cpu_list_parse (pin);

  if (numbers == NULL || numbers->len == 0)
    return pt_machine_spec_refuse (error, "%s: “%s” is no list of processors", field, pin);
  return TRUE;
}


static gboolean
pt_machine_spec_check_pins (const PtMachineSpec *self,
                            GError             **error)
{
  guint count = self->pins != NULL ? g_strv_length (self->pins) : 0;

  if (self->pins != NULL && count != self->cores)
    return pt_machine_spec_refuse (error, "pins: there are %u for %u cores", count, self->cores);
  for (guint i = 0; i < count; i++)
    {
      if (!pt_machine_spec_check_pin ("pins", self->pins[i], error))
        return FALSE;
    }
  return self->emulator_pin == NULL ||
         pt_machine_spec_check_pin ("emulator_pin", self->emulator_pin, error);
}


/* XML has no way to say a control character. */
static gboolean
pt_machine_spec_check_text (const char *field,
                            const char *text,
                            GError    **error)
{
  if (text == NULL)
    return TRUE;
  if (!g_utf8_validate (text, -1, NULL))
    return pt_machine_spec_refuse (error, "%s: it is not valid UTF-8", field);
  for (const char *at = text; *at != '\0'; at++)
    {
      if (g_ascii_iscntrl (*at))
        return pt_machine_spec_refuse (error, "%s: it has a control character", field);
    }
  return TRUE;
}


static gboolean
pt_machine_spec_check_path (const char *field,
                            const char *path,
                            GError    **error)
{
  if (path == NULL)
    return TRUE;
  if (!g_path_is_absolute (path) || path[1] == '\0' || g_str_has_suffix (path, "/"))
    return pt_machine_spec_refuse (error, "%s: “%s” is not the full path of a file", field,
                                   path);
  return pt_machine_spec_check_text (field, path, error);
}


static gboolean
pt_machine_spec_check_files (const PtMachineSpec *self,
                             GError             **error)
{
  if (!pt_machine_spec_check_path ("disk", self->disk, error) ||
      !pt_machine_spec_check_path ("iso", self->iso, error) ||
      !pt_machine_spec_check_path ("kernel", self->kernel, error) ||
      !pt_machine_spec_check_path ("initrd", self->initrd, error) ||
      !pt_machine_spec_check_path ("serial_log", self->serial_log, error) ||
      !pt_machine_spec_check_text ("command_line", self->command_line, error))
    return FALSE;
  if (self->disk != NULL && (self->disk_size < PT_MIB || self->disk_size > 64 * PT_TIB))
    return pt_machine_spec_refuse (error, "disk_size: %" G_GUINT64_FORMAT " bytes is not "
                                          "between 1 MiB and 64 TiB",
                                   self->disk_size);
  if (self->disk != NULL && self->disk_size % 512 != 0)
    return pt_machine_spec_refuse (error, "disk_size: %" G_GUINT64_FORMAT " bytes is not "
                                          "whole sectors",
                                   self->disk_size);
  if (self->disk != NULL && g_strcmp0 (self->disk, self->iso) == 0)
    return pt_machine_spec_refuse (error, "iso: “%s” is the disk", self->iso);
  if (self->kernel == NULL && self->initrd != NULL)
    return pt_machine_spec_refuse (error, "initrd: it needs a kernel");
  if (self->kernel == NULL && self->command_line != NULL)
    return pt_machine_spec_refuse (error, "command_line: it needs a kernel");
  return TRUE;
}


static gboolean
pt_machine_spec_check_devices (const PtMachineSpec *self,
                               GError             **error)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      const PtAddress *device = &g_array_index (self->devices, PtAddress, i);
      char             text[PT_ADDRESS_BUFFER] = "";

      for (guint j = 0; j < i; j++)
        {
          if (pt_address_equal (device, &g_array_index (self->devices, PtAddress, j)))
            return pt_machine_spec_refuse (error, "devices: %s is there twice",
                                           pt_address_format (device, text));
        }
    }
  return TRUE;
}


static gboolean
pt_machine_spec_check_shared_memory (const PtMachineSpec *self,
                                     GError             **error)
{
  const char   *name = self->shared_memory;
  const guint64 size = self->shared_memory_size;

  if (name == NULL)
    return TRUE;
  if (*name == '\0' || *name == '.' || strlen (name) > 200 || strchr (name, '/') != NULL ||
      !g_str_is_ascii (name))
    return pt_machine_spec_refuse (error, "shared_memory: “%s” is not a plain file name", name);
  if (!pt_machine_spec_is_power_of_two (size) || size < PT_MIB || size > 64 * PT_GIB)
    return pt_machine_spec_refuse (error, "shared_memory_size: %" G_GUINT64_FORMAT " is not a "
                                          "power of two between 1 MiB and 64 GiB",
                                   size);
  return TRUE;
}


static gboolean
pt_machine_spec_check_rehearsal (const PtMachineSpec *self,
                                 GError             **error)
{
  if (!self->rehearsal)
    return TRUE;
  if (self->devices->len > 0)
    return pt_machine_spec_refuse (error, "devices: a rehearsal passes none");
  if (self->pins != NULL || self->emulator_pin != NULL)
    return pt_machine_spec_refuse (error, "pins: a rehearsal runs on another computer's cores");
  if (!self->emulate)
    return pt_machine_spec_refuse (error, "emulate: a rehearsal is always emulated");
  return TRUE;
}


gboolean
pt_machine_spec_validate (const PtMachineSpec *self,
                          GError             **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return pt_machine_spec_check_name (self, error) &&
         pt_machine_spec_check_size (self, error) &&
         pt_machine_spec_check_pins (self, error) &&
         pt_machine_spec_check_files (self, error) &&
         pt_machine_spec_check_devices (self, error) &&
         pt_machine_spec_check_shared_memory (self, error) &&
         pt_machine_spec_check_rehearsal (self, error);
}


guint64
pt_machine_spec_frame_memory (guint width,
                              guint height)
{
  guint64 w = width;
  guint64 h = height;
  guint64 two_frames = w * h * 4 * 2 + 10 * PT_MIB;
  guint64 three_frames = (w * 4 + 255) / 256 * 256 * h * 3 + 4 * PT_MIB;
  guint64 size = PT_MIB;

  if (w == 0 || h == 0 || w > 32768 || h > 32768)
    return 0;
  while (size < MAX (two_frames, three_frames))
    size *= 2;
  return size;
}


void
pt_machine_spec_set_shared_memory (PtMachineSpec *self,
                                   guint64        size)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *slug = NULL;

  g_return_if_fail (self != NULL && self->name != NULL);

  slug = g_ascii_strdown (self->name, 32);
  g_strcanon (slug, "abcdefghijklmnopqrstuvwxyz0123456789-", '-');
  unique[8] = '\0';
  g_free (self->shared_memory);
  self->shared_memory = g_strdup_printf ("passthru-%s-%s", slug, unique);
  self->shared_memory_size = size;
}
