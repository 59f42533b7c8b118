/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-sysroot-programs"

#include "config.h"

#include "pt-sysroot-private.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* How much of a failed program's output goes into the error. */
#define PT_PROGRAM_LAST_WORDS 400

static const char *const pt_program_names[] = {
  [PT_PROGRAM_UPDATE_GRUB] = "update-grub",
  [PT_PROGRAM_UPDATE_INITRAMFS] = "update-initramfs",
  [PT_PROGRAM_GRUB_MKCONFIG] = "grub-mkconfig",
  [PT_PROGRAM_GRUB_EDITENV] = "grub-editenv",
  [PT_PROGRAM_GRUB_REBOOT] = "grub-reboot",
  [PT_PROGRAM_GRUBBY] = "grubby",
  [PT_PROGRAM_KERNELSTUB] = "kernelstub",
  [PT_PROGRAM_RPM_OSTREE] = "rpm-ostree",
  [PT_PROGRAM_DRACUT] = "dracut",
  [PT_PROGRAM_MKINITCPIO] = "mkinitcpio",
  [PT_PROGRAM_BOOSTER] = "booster",
  [PT_PROGRAM_LIMINE_UPDATE] = "limine-update",
  [PT_PROGRAM_LSINITRAMFS] = "lsinitramfs",
  [PT_PROGRAM_LSINITRD] = "lsinitrd",
  [PT_PROGRAM_LSINITCPIO] = "lsinitcpio",
  [PT_PROGRAM_BOOSTER_REGENERATE] = "regenerate_images",
  [PT_PROGRAM_DRACUT_REBUILD] = "dracut-rebuild",
  [PT_PROGRAM_REINSTALL_KERNELS] = "reinstall-kernels",
  [PT_PROGRAM_LIMINE_MKINITCPIO] = "limine-mkinitcpio",
  [PT_PROGRAM_SDBOOTUTIL] = "sdbootutil",
  [PT_PROGRAM_SWTPM] = "swtpm",
  [PT_PROGRAM_SWTPM_SETUP] = "swtpm_setup",
  [PT_PROGRAM_JOURNALCTL] = "journalctl",
  [PT_PROGRAM_SYSTEMCTL] = "systemctl",
  [PT_PROGRAM_SYSTEMD_RUN] = "systemd-run",
};
G_STATIC_ASSERT (G_N_ELEMENTS (pt_program_names) == PT_PROGRAM_LAST);

/* The other name some distributions give it. */
static const char *const pt_program_alternatives[PT_PROGRAM_LAST] = {
  [PT_PROGRAM_GRUB_MKCONFIG] = "grub2-mkconfig",
  [PT_PROGRAM_GRUB_EDITENV] = "grub2-editenv",
  [PT_PROGRAM_GRUB_REBOOT] = "grub2-reboot",
};

/* Where it is kept, if not in a folder of programs. */
static const char *const pt_program_places[PT_PROGRAM_LAST] = {
  [PT_PROGRAM_BOOSTER_REGENERATE] = "/usr/lib/booster/regenerate_images",
};

/* A boot menu is written in the language of the computer: in another one the titles change, and
 * with them what a GRUB_DEFAULT that spells one means. */
static const char *const pt_program_languages[] = { "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE",
                                                    "LC_MESSAGES" };

/* System folders only: what a root program runs must not come from a place users install to. */
static const char *const pt_program_folders[] = { "usr/sbin", "usr/bin", "sbin", "bin" };


const char *
pt_program_get_name (PtProgram program)
{
  g_return_val_if_fail (program >= 0 && program < PT_PROGRAM_LAST, NULL);

  return pt_program_names[program];
}


static char *
pt_program_search (PtSysroot  *sysroot,
                   const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pt_program_folders); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%s/%s", pt_program_folders[i], name);

      if (pt_sysroot_is_program (sysroot, path))
        return g_steal_pointer (&path);
    }
  return NULL;
}


char *
pt_sysroot_find_program (PtSysroot *self,
                         PtProgram  program)
{
  char *path = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (self), NULL);
  g_return_val_if_fail (program >= 0 && program < PT_PROGRAM_LAST, NULL);

  if (pt_program_places[program] != NULL)
    return pt_sysroot_is_program (self, pt_program_places[program])
             ? g_strdup (pt_program_places[program])
             : NULL;
  path = pt_program_search (self, pt_program_names[program]);
  if (path == NULL && pt_program_alternatives[program] != NULL)
    path = pt_program_search (self, pt_program_alternatives[program]);
  return path;
}


typedef struct
{
  pid_t parent;
  int   kept;
} PtProgramChild;


/* A group of its own, so that a cancelled program goes with its children; and it ends when we are
 * killed, be it before we said so. Its children do not: they keep the lock. */
static void
pt_program_child_setup (gpointer user_data)
{
  const PtProgramChild *child = user_data;

  setsid ();
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != child->parent)
    _exit (EXIT_FAILURE);
  if (child->kept >= 0)
    fcntl (child->kept, F_SETFD, 0);
}


/* Nothing of ours but the language. (transfer full) */
static char **
pt_program_make_environment (PtSysroot *sysroot)
{
  char   **environment = NULL;
  gboolean any = FALSE;

  environment = g_environ_setenv (environment, "PATH", "/usr/sbin:/usr/bin:/sbin:/bin", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (pt_program_languages); i++)
    {
      const char *value = g_getenv (pt_program_languages[i]);

      if (value != NULL)
        environment = g_environ_setenv (environment, pt_program_languages[i], value, TRUE);
      any |= value != NULL;
    }
  if (!any)
    environment = g_environ_setenv (environment, "LC_CTYPE", "C.UTF-8", TRUE);
  if (!pt_sysroot_is_real (sysroot))
    environment = g_environ_setenv (environment, "PASSTHRU_SYSROOT",
                                    pt_sysroot_get_directory (sysroot), TRUE);
  return environment;
}


static GSubprocess *
pt_program_spawn (PtSysroot         *sysroot,
                  const char *const *argv,
                  GError           **error)
{
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_auto (GStrv) environment = pt_program_make_environment (sysroot);
  PtProgramChild child = { getpid (), pt_sysroot_get_kept (sysroot) };

  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_set_child_setup (launcher, pt_program_child_setup, &child, NULL);
  g_subprocess_launcher_set_cwd (launcher, pt_sysroot_is_real (sysroot)
                                             ? "/"
                                             : pt_sysroot_get_directory (sysroot));
  return g_subprocess_launcher_spawnv (launcher, argv, error);
}


/* Must be called before the process is waited for. */
static void
pt_program_kill (GSubprocess *process)
{
  const char *identifier = g_subprocess_get_identifier (process);
  int         pid = identifier != NULL ? atoi (identifier) : 0;

  if (pid > 1)
    kill (-pid, SIGKILL);
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
}


static const char *
pt_program_last_words (const char *text)
{
  gsize length = strlen (text);

  if (length <= PT_PROGRAM_LAST_WORDS)
    return text;
  text += length - PT_PROGRAM_LAST_WORDS;
  return g_utf8_find_next_char (text, NULL);
}


static gboolean
pt_program_check_exit (GSubprocess *process,
                       const char  *path,
                       char        *text,
                       GError     **error)
{
  if (g_subprocess_get_successful (process))
    return TRUE;

  if (g_subprocess_get_if_exited (process))
    g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_PROGRAM,
                 "%s failed with status %d: %s", path, g_subprocess_get_exit_status (process),
                 pt_program_last_words (g_strstrip (text)));
  else
    g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_PROGRAM, "%s was ended by signal %d",
                 path, g_subprocess_get_term_sig (process));
  return FALSE;
}


static gboolean
pt_program_run (PtSysroot         *sysroot,
                const char        *path,
                const char *const *argv,
                char             **output,
                GCancellable      *cancellable,
                GError           **error)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  const char      *data = NULL;
  gsize            length = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  process = pt_program_spawn (sysroot, argv, error);
  if (process == NULL)
    {
      g_prefix_error (error, "cannot start %s: ", path);
      return FALSE;
    }
  if (!g_subprocess_communicate (process, NULL, cancellable, &bytes, NULL, error))
    {
      pt_program_kill (process);
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }

  data = g_bytes_get_data (bytes, &length);
  text = g_utf8_make_valid (data != NULL ? data : "", (gssize)length);
  if (output != NULL)
    *output = g_strdup (text);
  return pt_program_check_exit (process, path, text, error);
}


gboolean
pt_sysroot_run (PtSysroot         *self,
                PtProgram          program,
                const char *const *arguments,
                char             **output,
                GCancellable      *cancellable,
                GError           **error)
{
  g_autofree char *logical = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_return_val_if_fail (PT_IS_SYSROOT (self), FALSE);
  g_return_val_if_fail (program >= 0 && program < PT_PROGRAM_LAST, FALSE);

  logical = pt_sysroot_find_program (self, program);
  if (logical == NULL)
    {
      g_set_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING, "this host has no %s",
                   pt_program_names[program]);
      return FALSE;
    }

  path = pt_sysroot_path (self, PT_PLACE_ROOT, logical);
  g_ptr_array_add (argv, path);
  for (gsize i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (char *)arguments[i]);
  g_ptr_array_add (argv, NULL);
  return pt_program_run (self, logical, (const char *const *)argv->pdata, output, cancellable,
                         error);
}
