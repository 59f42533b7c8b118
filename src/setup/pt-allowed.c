/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-allowed"

#include "config.h"

#include "pt-allowed.h"

#include "pt-boot-command.h"
#include "pt-form.h"
#include "pt-generator.h"
#include "pt-trial-private.h"
#include "pt-xorg-step.h"

/* Commands whose arguments never differ. */
static const struct
{
  PtProgram   program;
  const char *arguments[4];
} pt_allowed_commands[] = {
  { PT_PROGRAM_UPDATE_GRUB, { NULL } },
  { PT_PROGRAM_MKINITCPIO, { "-P", NULL } },
  { PT_PROGRAM_LIMINE_UPDATE, { NULL } },
  { PT_PROGRAM_LIMINE_MKINITCPIO, { NULL } },
  { PT_PROGRAM_SDBOOTUTIL, { "update-all-entries", NULL } },
};

gboolean
pt_allowed_path (PtSysroot  *sysroot,
                 const char *path)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  return pt_form_of_path (sysroot, path) != PT_FORM_NONE ||
         pt_generator_owns_path (sysroot, path) || pt_trial_menu_owns_path (sysroot, path) ||
         pt_xorg_step_owns_path (sysroot, path);
}

/* `-o` and one of the places of GRUB's menu. */
static gboolean
pt_allowed_menu (PtSysroot         *sysroot,
                 const char *const *arguments)
{
  static const char *const names[] = { "grub/grub.cfg", "grub2/grub.cfg" };

  if (g_strv_length ((char **)arguments) != 2 || !g_str_equal (arguments[0], "-o"))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *menu = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, names[i]);

      if (g_str_equal (arguments[1], menu))
        return TRUE;
    }
  return FALSE;
}

PtProgram
pt_allowed_command (PtSysroot         *sysroot,
                    const char        *name,
                    const char *const *arguments)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), PT_PROGRAM_LAST);
  g_return_val_if_fail (name != NULL, PT_PROGRAM_LAST);
  g_return_val_if_fail (arguments != NULL, PT_PROGRAM_LAST);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_allowed_commands); i++)
    if (g_str_equal (name, pt_program_get_name (pt_allowed_commands[i].program)) &&
        g_strv_equal (arguments, pt_allowed_commands[i].arguments))
      return pt_allowed_commands[i].program;
  if (g_str_equal (name, pt_program_get_name (PT_PROGRAM_GRUB_MKCONFIG)) &&
      pt_allowed_menu (sysroot, arguments))
    return PT_PROGRAM_GRUB_MKCONFIG;
  for (int program = 0; program < PT_PROGRAM_LAST; program++)
    if ((pt_boot_command_is_one (program) || pt_generator_is_rebuild (program, arguments)) &&
        g_str_equal (name, pt_program_get_name (program)))
      return program;
  return PT_PROGRAM_LAST;
}
