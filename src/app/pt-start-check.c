/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-start-check"

#include "config.h"

#include "pt-start-check.h"

#include "pt-helper-client.h"
#include "pt-host.h"
#include "pt-reset.h"
#include "pt-work.h"

typedef struct
{
  PtHelperClient *client;
  PtSeen         *own;
  PtSeen         *set_up;
  GArray         *devices;
  gboolean        rehearsal;
  gboolean        off; /* what it needs at this moment is not yet its own */
  guint64         room;
  gboolean        huge_pages;
  GPtrArray      *others;
  gboolean        asked; /* the helper, or there is nothing to ask for */
  PtFrameFile     memory;
  char           *memory_path;
} PtStartCheck;

/* What the worker gets: nothing in it changes meanwhile. */
typedef struct
{
  PtSysroot    *sysroot;
  PtStartCheck *check; /* of the task, which waits */
} PtStartCheckLook;

static void pt_start_check_look (GTask *task);


static void
pt_start_check_free (PtStartCheck *self)
{
  g_clear_object (&self->client);
  g_clear_pointer (&self->own, pt_seen_free);
  g_clear_pointer (&self->set_up, pt_seen_free);
  g_array_unref (self->devices);
  g_ptr_array_unref (self->others);
  g_free (self->memory_path);
  g_free (self);
}


static void
pt_start_check_look_free (PtStartCheckLook *self)
{
  g_object_unref (self->sysroot);
  g_free (self);
}


/* PtAddress. (transfer full) */
static GArray *
pt_start_check_find_silent (PtSysroot *sysroot,
                            GArray    *devices)
{
  GArray *silent = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  for (guint i = 0; i < devices->len; i++)
    {
      const PtAddress *address = &g_array_index (devices, PtAddress, i);

      if (pt_reset_is_silent (sysroot, address))
        g_array_append_vals (silent, address, 1);
    }
  return silent;
}


static gpointer
pt_start_check_work (gpointer      data,
                     GCancellable *cancellable,
                     GError      **error)
{
  PtStartCheckLook *look = data;
  PtStartCheck     *check = look->check;
  g_autoptr (GArray) silent =
               check->off ? pt_start_check_find_silent (look->sysroot, check->devices) : NULL;
  PtPreflightMachine machine = {
    .own = check->own,
    .set_up = check->set_up,
    .devices = check->devices,
    .rehearsal = check->rehearsal,
    .memory = check->off ? check->room : 0,
    .huge_pages = check->huge_pages,
    .others = check->off ? check->others : NULL,
    .silent = silent,
  };
  g_autoptr (PtHost) host = pt_host_scan (look->sysroot, cancellable, error);

  return host != NULL ? pt_preflight_judge (host, &machine) : NULL;
}


static void
pt_start_check_status_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtStartCheck *check = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  PtSetupState setup = PT_SETUP_NONE;
  const char  *seen = NULL;

  check->asked = TRUE;
  if (!pt_helper_client_status_finish (check->client, result, &setup, NULL, NULL, NULL, &error))
    g_message ("what is on record cannot be told: %s", error->message);
  else if (setup != PT_SETUP_NONE)
    seen = pt_helper_client_get_seen (check->client);
  if (seen != NULL)
    check->set_up = pt_seen_parse (seen);
  if (!g_cancellable_is_cancelled (cancellable))
    pt_start_check_look (g_steal_pointer (&task));
  else
    g_task_return_error_if_cancelled (task);
}


static void
pt_start_check_ask (GTask *task)
{
  PtStartCheck *check = g_task_get_task_data (task);
  PtSysroot    *sysroot = g_task_get_source_object (task);

  check->client = pt_helper_client_new (sysroot);
  pt_helper_client_status_async (check->client, g_task_get_cancellable (task),
                                 pt_start_check_status_cb, task);
}


static void
pt_start_check_return (GTask     *task,
                       GPtrArray *findings)
{
  PtStartCheck *check = g_task_get_task_data (task);

  if (check->memory == PT_FRAME_FILE_NO_FILE)
    pt_preflight_add_memory (findings, PT_PREFLIGHT_MEMORY_KIND, check->memory_path);
  if (check->memory == PT_FRAME_FILE_FOREIGN)
    pt_preflight_add_memory (findings, PT_PREFLIGHT_MEMORY_SIZE, check->memory_path);
  g_task_return_pointer (task, findings, (GDestroyNotify)g_ptr_array_unref);
}


/* A refusal may be out of date: the set-up may have been made anew since. */
static void
pt_start_check_looked_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtStartCheck *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = pt_work_finish (source, pt_start_check_look, result, &error);

  if (findings == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!check->asked && pt_preflight_is_refusal (findings))
    pt_start_check_ask (g_steal_pointer (&task));
  else
    pt_start_check_return (task, g_steal_pointer (&findings));
}


/* Takes @task. */
static void
pt_start_check_look (GTask *task)
{
  PtStartCheckLook *look = g_new0 (PtStartCheckLook, 1);

  look->sysroot = g_object_ref (g_task_get_source_object (task));
  look->check = g_task_get_task_data (task);
  pt_work_run_async (look->sysroot, pt_start_check_look, pt_start_check_work, look,
                     (GDestroyNotify)pt_start_check_look_free, (GDestroyNotify)g_ptr_array_unref,
                     g_task_get_cancellable (task), pt_start_check_looked_cb, task);
}


static gboolean
pt_start_check_is_off (PtMachine *machine)
{
  PtMachineState state = pt_machine_get_state (machine);

  return state == PT_MACHINE_OFF || state == PT_MACHINE_CRASHED;
}


/* Those that run. PtPreflightOther. (transfer full) */
static GPtrArray *
pt_start_check_list_others (PtMachine  *machine,
                            GListModel *machines)
{
  GPtrArray *others =
    g_ptr_array_new_with_free_func ((GDestroyNotify)pt_preflight_other_free);

  for (guint i = 0; machines != NULL && i < g_list_model_get_n_items (machines); i++)
    {
      g_autoptr (PtMachine) other = g_list_model_get_item (machines, i);

      if (other != machine && !pt_start_check_is_off (other))
        g_ptr_array_add (others, pt_preflight_other_new (pt_machine_get_name (other),
                                                         pt_machine_get_devices (other)));
    }
  return others;
}


static PtStartCheck *
pt_start_check_new (PtSysroot  *sysroot,
                    PtMachine  *machine,
                    GListModel *machines)
{
  PtStartCheck *self = g_new0 (PtStartCheck, 1);
  const char   *seen = pt_machine_get_seen (machine);

  self->own = seen != NULL ? pt_seen_parse (seen) : NULL;
  if (seen != NULL && self->own == NULL)
    g_message ("what machine “%s” was made for cannot be read", pt_machine_get_name (machine));
  self->devices = g_array_copy (pt_machine_get_devices (machine));
  self->rehearsal = pt_machine_is_rehearsal (machine);
  self->off = pt_start_check_is_off (machine);
  self->room = pt_machine_get_memory (machine);
  self->huge_pages = pt_machine_uses_huge_pages (machine);
  self->others = pt_start_check_list_others (machine, machines);
  self->asked = !pt_sysroot_exists (sysroot, PT_PLACE_STATE, NULL);
  self->memory = pt_machine_judge_shared_memory (machine);
  self->memory_path = g_strdup (pt_machine_get_shared_memory (machine));
  return self;
}


void
pt_start_check_async (PtSysroot          *sysroot,
                      PtMachine          *machine,
                      GListModel         *machines,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  PtStartCheck *check = NULL;

  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (PT_IS_MACHINE (machine));
  g_return_if_fail (machines == NULL || G_IS_LIST_MODEL (machines));

  check = pt_start_check_new (sysroot, machine, machines);
  task = g_task_new (sysroot, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_start_check_async);
  g_task_set_task_data (task, check, (GDestroyNotify)pt_start_check_free);
  if (check->own == NULL && check->devices->len > 0 && !check->asked)
    pt_start_check_ask (g_steal_pointer (&task));
  else
    pt_start_check_look (g_steal_pointer (&task));
}


GPtrArray *
pt_start_check_finish (PtSysroot    *sysroot,
                       GAsyncResult *result,
                       GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, sysroot), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
