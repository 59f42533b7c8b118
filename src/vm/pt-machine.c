/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-machine"

#include "config.h"

#include "pt-machine-private.h"

#include "pt-domain-work-private.h"
#include "pt-ivshmem-private.h"
#include "pt-work.h"

struct _PtMachine
{
  GObject        parent_instance;
  PtConnection  *connection;
  PtDomainFacts *facts;
  PtMachineState state;     /* what `state` says now */
  gboolean       starting;  /* our start is under way */
  int            asked_off; /* the run that was asked to shut down, -1 = none */
};

typedef enum {
  PT_MACHINE_PROP_NAME = 1,
  PT_MACHINE_PROP_STATE,
  PT_MACHINE_PROP_SHARED_MEMORY,
} PtMachineProperty;

static GParamSpec *pt_machine_properties[PT_MACHINE_PROP_SHARED_MEMORY + 1];
static guint       pt_machine_removed_signal;

G_DEFINE_FINAL_TYPE (PtMachine, pt_machine, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (PtMachineState,
                    pt_machine_state,
                    G_DEFINE_ENUM_VALUE (PT_MACHINE_OFF, "off"),
                    G_DEFINE_ENUM_VALUE (PT_MACHINE_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (PT_MACHINE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (PT_MACHINE_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (PT_MACHINE_STOPPING, "stopping"),
                    G_DEFINE_ENUM_VALUE (PT_MACHINE_CRASHED, "crashed"))


/* What libvirt reports and what we are doing, as one state. */
static PtMachineState
pt_machine_decide_state (PtMachine *self)
{
  PtMachineState reported = self->facts->state;

  if (self->starting)
    return PT_MACHINE_STARTING;
  if (self->asked_off >= 0 && self->asked_off == self->facts->run &&
      reported == PT_MACHINE_RUNNING)
    return PT_MACHINE_STOPPING;
  return reported;
}


static void
pt_machine_update_state (PtMachine *self)
{
  PtMachineState state = pt_machine_decide_state (self);

  if (state == self->state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), pt_machine_properties[PT_MACHINE_PROP_STATE]);
}


void
pt_machine_apply (PtMachine     *self,
                  PtDomainFacts *facts)
{
  g_autoptr (PtDomainFacts) old = NULL;

  g_return_if_fail (PT_IS_MACHINE (self) && facts != NULL);

  if (facts->serial <= self->facts->serial)
    {
      pt_domain_facts_free (facts);
      return;
    }
  old = g_steal_pointer (&self->facts);
  self->facts = facts;
  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (old->name, facts->name) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), pt_machine_properties[PT_MACHINE_PROP_NAME]);
  if (g_strcmp0 (old->shared_memory, facts->shared_memory) != 0)
    g_object_notify_by_pspec (G_OBJECT (self),
                              pt_machine_properties[PT_MACHINE_PROP_SHARED_MEMORY]);
  pt_machine_update_state (self);
  g_object_thaw_notify (G_OBJECT (self));
}


const char *
pt_machine_get_name (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), NULL);

  return self->facts->name;
}


const char *
pt_machine_get_uuid (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), NULL);

  return self->facts->uuid;
}


PtMachineState
pt_machine_get_state (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), PT_MACHINE_OFF);

  return self->state;
}


gboolean
pt_machine_is_up (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), FALSE);

  return self->state != PT_MACHINE_OFF && self->state != PT_MACHINE_CRASHED;
}


const char *
pt_machine_get_shared_memory (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), NULL);

  return self->facts->shared_memory;
}


PtFrameFile
pt_machine_judge_shared_memory (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), PT_FRAME_FILE_FINE);

  if (self->facts->shared_memory == NULL)
    return PT_FRAME_FILE_FINE;
  return pt_ivshmem_judge (self->facts->shared_memory, self->facts->shared_memory_size);
}


GArray *
pt_machine_get_devices (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), NULL);

  return self->facts->devices;
}


guint64
pt_machine_get_memory (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), 0);

  return self->facts->memory;
}


gboolean
pt_machine_uses_huge_pages (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), FALSE);

  return self->facts->huge_pages;
}


const char *
pt_machine_get_seen (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), NULL);

  return self->facts->seen;
}


gboolean
pt_machine_is_rehearsal (PtMachine *self)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), FALSE);

  return self->facts->rehearsal;
}


/* @run: that which libvirt named when the work was done, -1 for none. */
static void
pt_machine_settle (PtMachine *self,
                   gpointer   tag,
                   int        run)
{
  if (tag == pt_machine_start_async)
    self->starting = FALSE;
  if (tag == pt_machine_shut_down_async && run >= 0)
    self->asked_off = run;
  pt_machine_update_state (self);
}


static void
pt_machine_worked_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  PtMachine     *self = PT_MACHINE (source);
  gpointer       tag = g_task_get_source_tag (task);
  PtDomainFacts *facts = pt_work_finish (self, tag, result, &error);
  int            run = facts != NULL ? facts->run : -1;

  if (facts != NULL)
    pt_machine_apply (self, facts);
  pt_machine_settle (self, tag, run);
  if (facts != NULL && tag == pt_machine_remove_async)
    g_signal_emit (self, pt_machine_removed_signal, 0);
  if (facts != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}


static void
pt_machine_work (PtMachine          *self,
                 gpointer            tag,
                 PtWorkFunc          func,
                 GCancellable       *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  /* What libvirt has been asked goes on, so its outcome is reported even after a cancellation. */
  g_task_set_check_cancellable (task, FALSE);
  pt_work_run_async (self, tag, func, pt_domain_target_new (self->connection, self->facts->uuid),
                     (GDestroyNotify)pt_domain_target_free, (GDestroyNotify)pt_domain_facts_free,
                     NULL, pt_machine_worked_cb, task);
}


static gboolean
pt_machine_work_finish (PtMachine    *self,
                        gpointer      tag,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (PT_IS_MACHINE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}


void
pt_machine_start_async (PtMachine          *self,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_return_if_fail (PT_IS_MACHINE (self));

  if (self->starting)
    {
      g_task_report_new_error (self, callback, user_data, pt_machine_start_async, PT_VM_ERROR,
                               PT_VM_ERROR_WRONG_STATE, "machine “%s” is already starting",
                               self->facts->name);
      return;
    }
  self->starting = TRUE;
  pt_machine_update_state (self);
  pt_machine_work (self, pt_machine_start_async, pt_domain_work_start, cancellable, callback,
                   user_data);
}


gboolean
pt_machine_start_finish (PtMachine    *self,
                         GAsyncResult *result,
                         GError      **error)
{
  return pt_machine_work_finish (self, pt_machine_start_async, result, error);
}


void
pt_machine_shut_down_async (PtMachine          *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_return_if_fail (PT_IS_MACHINE (self));

  pt_machine_work (self, pt_machine_shut_down_async, pt_domain_work_shut_down, cancellable,
                   callback, user_data);
}


gboolean
pt_machine_shut_down_finish (PtMachine    *self,
                             GAsyncResult *result,
                             GError      **error)
{
  return pt_machine_work_finish (self, pt_machine_shut_down_async, result, error);
}


void
pt_machine_force_off_async (PtMachine          *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_return_if_fail (PT_IS_MACHINE (self));

  pt_machine_work (self, pt_machine_force_off_async, pt_domain_work_force_off, cancellable,
                   callback, user_data);
}


gboolean
pt_machine_force_off_finish (PtMachine    *self,
                             GAsyncResult *result,
                             GError      **error)
{
  return pt_machine_work_finish (self, pt_machine_force_off_async, result, error);
}


void
pt_machine_remove_async (PtMachine          *self,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_return_if_fail (PT_IS_MACHINE (self));

  pt_machine_work (self, pt_machine_remove_async, pt_domain_work_remove, cancellable, callback,
                   user_data);
}


gboolean
pt_machine_remove_finish (PtMachine    *self,
                          GAsyncResult *result,
                          GError      **error)
{
  return pt_machine_work_finish (self, pt_machine_remove_async, result, error);
}


static void
pt_machine_get_property (GObject    *object,
                         guint       property_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  PtMachine *self = PT_MACHINE (object);

  switch ((PtMachineProperty)property_id)
    {
    case PT_MACHINE_PROP_NAME:
      g_value_set_string (value, pt_machine_get_name (self));
      break;

    case PT_MACHINE_PROP_STATE:
      g_value_set_enum (value, pt_machine_get_state (self));
      break;

    case PT_MACHINE_PROP_SHARED_MEMORY:
      g_value_set_string (value, pt_machine_get_shared_memory (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}


static void
pt_machine_finalize (GObject *object)
{
  PtMachine *self = PT_MACHINE (object);

  pt_domain_facts_free (self->facts);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (pt_machine_parent_class)->finalize (object);
}


static void
pt_machine_class_init (PtMachineClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pt_machine_get_property;
  object_class->finalize = pt_machine_finalize;

  pt_machine_properties[PT_MACHINE_PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, flags);
  pt_machine_properties[PT_MACHINE_PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PT_TYPE_MACHINE_STATE, PT_MACHINE_OFF, flags);
  pt_machine_properties[PT_MACHINE_PROP_SHARED_MEMORY] =
    g_param_spec_string ("shared-memory", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (pt_machine_properties),
                                     pt_machine_properties);
  pt_machine_removed_signal = g_signal_new ("removed", PT_TYPE_MACHINE, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 0);
}


static void
pt_machine_init (PtMachine *self)
{
  self->asked_off = -1;
}


PtMachine *
pt_machine_new (PtConnection  *connection,
                PtDomainFacts *facts)
{
  PtMachine *self = NULL;

  g_return_val_if_fail (PT_IS_CONNECTION (connection) && facts != NULL, NULL);

  self = g_object_new (PT_TYPE_MACHINE, NULL);
  self->connection = g_object_ref (connection);
  self->facts = facts;
  self->state = pt_machine_decide_state (self);
  return self;
}
