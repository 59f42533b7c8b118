/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-kvm-probe"

#include "config.h"

#include "pt-kvm-probe.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sys/resource.h>

#include "pt-machine.h"

#define PT_KVM_PROGRAM "qemu-system-x86_64"
/* QEMU maps a firmware of whole 64 KiB up to the 4 GiB line. */
#define PT_KVM_FIRMWARE_SIZE (64 * 1024)
/* isa-debug-exit ends QEMU with twice the value the ROM writes, plus one. */
#define PT_KVM_ROM_PASS 0x2a
#define PT_KVM_EXIT_PASS (PT_KVM_ROM_PASS * 2 + 1)
/* Fifty times what it takes: a busy computer is not a broken one. */
#define PT_KVM_PATIENCE 5

extern const guint8 pt_kvm_rom[];
extern const guint8 pt_kvm_rom_end[];

typedef struct
{
  GSubprocess *process;
  char        *firmware; /* temporary file */
  guint        timeout;
  gboolean     late;
} PtKvmRun;

typedef struct
{
  PtKvmVerdict verdict;
  char        *evidence;
} PtKvmAnswer;

/* The first real answer; only the main thread looks. */
static PtKvmAnswer *pt_kvm_known;


static PtKvmAnswer *
pt_kvm_answer_new (PtKvmVerdict verdict,
                   const char  *evidence)
{
  PtKvmAnswer *self = g_new0 (PtKvmAnswer, 1);

  self->verdict = verdict;
  self->evidence = g_strdup (evidence);
  return self;
}


static void
pt_kvm_answer_free (gpointer data)
{
  PtKvmAnswer *self = data;

  g_free (self->evidence);
  g_free (self);
}


static void
pt_kvm_run_free (gpointer data)
{
  PtKvmRun *self = data;

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->process);
  if (self->firmware != NULL)
    g_unlink (self->firmware);
  g_free (self->firmware);
  g_free (self);
}


/* (transfer full) Path of the firmware: hlt everywhere but in the last 4 KiB. */
static char *
pt_kvm_probe_write_firmware (GError **error)
{
  const gsize        size = pt_kvm_rom_end - pt_kvm_rom;
  g_autofree guint8 *firmware = g_malloc (PT_KVM_FIRMWARE_SIZE);
  g_autofree char   *path = NULL;
  int                descriptor = g_file_open_tmp (NULL, &path, error);

  if (descriptor < 0)
    return NULL;
  close (descriptor);
  memset (firmware, 0xf4, PT_KVM_FIRMWARE_SIZE);
  memcpy (firmware + PT_KVM_FIRMWARE_SIZE - size, pt_kvm_rom, size);
  if (g_file_set_contents (path, (char *)firmware, PT_KVM_FIRMWARE_SIZE, error))
    return g_steal_pointer (&path);
  g_unlink (path);
  return NULL;
}


/* QEMU ends some failures with abort(); nobody wants that core. */
static void
pt_kvm_probe_child_setup (gpointer unused)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
}


static GSubprocess *
pt_kvm_probe_spawn (const char *accelerator,
                    const char *processor,
                    const char *firmware,
                    GError    **error)
{
  const GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  const char *const arguments[] = {
    PT_KVM_PROGRAM, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-M", "q35",
    "-m", "16", "-accel", accelerator, "-cpu", processor, "-bios", firmware, "-device",
    "isa-debug-exit,iobase=0xf4,iosize=1", NULL
  };

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  g_subprocess_launcher_set_child_setup (launcher, pt_kvm_probe_child_setup, NULL, NULL);
  return g_subprocess_launcher_spawnv (launcher, arguments, error);
}


/* How QEMU ended and what it said, as an answer. (transfer full) */
static PtKvmAnswer *
pt_kvm_probe_judge (const PtKvmRun *run,
                    const char     *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", 2);
  const char      *said = lines[0] != NULL && *lines[0] != '\0' ? lines[0] : "it said nothing";
  g_autofree char *evidence = NULL;

  if (!run->late && g_subprocess_get_if_exited (run->process) &&
      g_subprocess_get_exit_status (run->process) == PT_KVM_EXIT_PASS)
    return pt_kvm_answer_new (PT_KVM_WORKS, "a guest ran in 64-bit mode");
  if (strstr (output, "Could not access KVM kernel module: Permission denied") != NULL)
    return pt_kvm_answer_new (PT_KVM_UNKNOWN, said);
  evidence = g_strdup_printf (run->late ? "the guest hung: %s" : "QEMU failed: %s", said);
  return pt_kvm_answer_new (PT_KVM_BROKEN, evidence);
}


static void
pt_kvm_probe_ended_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  PtKvmRun        *run = g_task_get_task_data (task);

  if (g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &output, NULL, &error))
    g_task_return_pointer (task, pt_kvm_probe_judge (run, output), pt_kvm_answer_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}


static gboolean
pt_kvm_probe_late_cb (gpointer user_data)
{
  PtKvmRun *run = user_data;

  run->late = TRUE;
  run->timeout = 0;
  g_subprocess_force_exit (run->process);
  return G_SOURCE_REMOVE;
}


static gboolean
pt_kvm_probe_begin (PtKvmRun   *run,
                    const char *accelerator,
                    const char *processor,
                    GError    **error)
{
  g_autofree char *program = g_find_program_in_path (PT_KVM_PROGRAM);

  if (program == NULL)
    {
      g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_NOT_FOUND, "there is no " PT_KVM_PROGRAM);
      return FALSE;
    }
  run->firmware = pt_kvm_probe_write_firmware (error);
  if (run->firmware == NULL)
    return FALSE;
  run->process = pt_kvm_probe_spawn (accelerator, processor, run->firmware, error);
  return run->process != NULL;
}


void
pt_kvm_probe_run_async (const char         *accelerator,
                        const char         *processor,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  PtKvmRun *run = g_new0 (PtKvmRun, 1);
  GError   *error = NULL;

  g_task_set_source_tag (task, pt_kvm_probe_async);
  g_task_set_task_data (task, run, pt_kvm_run_free);
  if (!pt_kvm_probe_begin (run, accelerator, processor, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  run->timeout = g_timeout_add_seconds (PT_KVM_PATIENCE, pt_kvm_probe_late_cb, run);
  g_subprocess_communicate_utf8_async (run->process, NULL, cancellable, pt_kvm_probe_ended_cb,
                                       g_steal_pointer (&task));
}


static void
pt_kvm_probe_tried_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError      *error = NULL;
  PtKvmAnswer *answer = g_task_propagate_pointer (G_TASK (result), &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (pt_kvm_known == NULL)
    pt_kvm_known = pt_kvm_answer_new (answer->verdict, answer->evidence);
  g_task_return_pointer (task, answer, pt_kvm_answer_free);
}


/* (transfer full), NULL if it has to be tried. */
static PtKvmAnswer *
pt_kvm_probe_recall (const char *override)
{
  if (g_strcmp0 (override, "kvm") == 0)
    return pt_kvm_answer_new (PT_KVM_WORKS, "the user said so");
  if (g_strcmp0 (override, "emulation") == 0)
    return pt_kvm_answer_new (PT_KVM_BROKEN, "the user said so");
  if (pt_kvm_known != NULL)
    return pt_kvm_answer_new (pt_kvm_known->verdict, pt_kvm_known->evidence);
  return NULL;
}


void
pt_kvm_probe_async (const char         *override,
                    GCancellable       *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  PtKvmAnswer *answer = pt_kvm_probe_recall (override);

  g_task_set_source_tag (task, pt_kvm_probe_async);
  if (answer != NULL)
    g_task_return_pointer (task, answer, pt_kvm_answer_free);
  else
    pt_kvm_probe_run_async ("kvm", "host", cancellable, pt_kvm_probe_tried_cb,
                            g_steal_pointer (&task));
}


PtKvmVerdict
pt_kvm_probe_finish (GAsyncResult *result,
                     char        **evidence,
                     GError      **error)
{
  PtKvmAnswer *answer = NULL;
  PtKvmVerdict verdict = PT_KVM_UNKNOWN;

  g_return_val_if_fail (G_IS_TASK (result), PT_KVM_UNKNOWN);
  g_return_val_if_fail (g_async_result_is_tagged (result, pt_kvm_probe_async), PT_KVM_UNKNOWN);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return PT_KVM_UNKNOWN;
  verdict = answer->verdict;
  if (evidence != NULL)
    *evidence = g_steal_pointer (&answer->evidence);
  pt_kvm_answer_free (answer);
  return verdict;
}
