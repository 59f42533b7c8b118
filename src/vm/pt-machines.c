/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-machines"

#include "config.h"

#include "pt-machines.h"

#include <unistd.h>

#include "pt-connection-private.h"
#include "pt-domain-work-private.h"
#include "pt-embedded-private.h"
#include "pt-machine-private.h"
#include "pt-machine-work-private.h"
#include "pt-work.h"

/* Seconds after which a machine that is up, or about to go off, is looked at again. */
#define PT_MACHINES_LOOK_UP 10
#define PT_MACHINES_LOOK_ENDING 1

struct _PtMachines
{
  GObject       parent_instance;
  PtConnection *connection;
  GListStore   *machines;
  GHashTable   *readings; /* uuid → whether another one is due after the one under way */
  gboolean      connected;
  guint         look;     /* source of the next look without an event, 0 = none is due */
  guint         patience; /* seconds between two such looks */
};

typedef enum {
  PT_MACHINES_PROP_CONNECTED = 1,
} PtMachinesProperty;

static GParamSpec *pt_machines_properties[PT_MACHINES_PROP_CONNECTED + 1];

static void pt_machines_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PtMachines,
                               pt_machines,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      pt_machines_list_model_init))


static GType
pt_machines_get_item_type (GListModel *model)
{
  return PT_TYPE_MACHINE;
}


static guint
pt_machines_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (PT_MACHINES (model)->machines));
}


static gpointer
pt_machines_get_item (GListModel *model,
                      guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (PT_MACHINES (model)->machines), position);
}


static void
pt_machines_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = pt_machines_get_item_type;
  iface->get_n_items = pt_machines_get_n_items;
  iface->get_item = pt_machines_get_item;
}


const char *
pt_machines_default_uri (gboolean rehearsal)
{
  static char *embedded = NULL;

  if (!rehearsal)
    return "qemu:///system";
  if (geteuid () != 0)
    return "qemu:///session";
  if (g_once_init_enter (&embedded))
    g_once_init_leave (&embedded, pt_embedded_uri ());
  return embedded;
}


/* (transfer none) */
static PtMachine *
pt_machines_find_uuid (PtMachines *self,
                       const char *uuid,
                       guint      *position)
{
  guint count = pt_machines_get_n_items (G_LIST_MODEL (self));

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (PtMachine) machine = pt_machines_get_item (G_LIST_MODEL (self), i);

      if (g_strcmp0 (pt_machine_get_uuid (machine), uuid) == 0)
        {
          *position = i;
          return machine;
        }
    }
  return NULL;
}


static void
pt_machines_drop (PtMachines *self,
                  const char *uuid)
{
  guint position = 0;

  if (pt_machines_find_uuid (self, uuid, &position) != NULL)
    g_list_store_remove (self->machines, position);
}


static void
pt_machines_removed_cb (PtMachines *self,
                        PtMachine  *machine)
{
  pt_machines_drop (self, pt_machine_get_uuid (machine));
}


static int
pt_machines_compare (gconstpointer a,
                     gconstpointer b,
                     gpointer      unused)
{
  return g_utf8_collate (pt_machine_get_name ((PtMachine *)a),
                         pt_machine_get_name ((PtMachine *)b));
}


static void pt_machines_read (PtMachines *self,
                              const char *uuid);
static void pt_machines_plan_look (PtMachines *self);


/* Takes @facts. (transfer none) */
static PtMachine *
pt_machines_merge (PtMachines    *self,
                   PtDomainFacts *facts)
{
  guint      position = 0;
  PtMachine *known = pt_machines_find_uuid (self, facts->uuid, &position);
  g_autoptr (PtMachine) machine = NULL;

  if (known != NULL)
    {
      pt_machine_apply (known, facts);
      return known;
    }
  machine = pt_machine_new (self->connection, facts);
  g_signal_connect_object (machine, "removed", G_CALLBACK (pt_machines_removed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (machine, "notify::state", G_CALLBACK (pt_machines_plan_look), self,
                           G_CONNECT_SWAPPED);
  g_list_store_insert_sorted (self->machines, machine, pt_machines_compare, NULL);
  return machine;
}


static void
pt_machines_read_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (PtMachines) self = PT_MACHINES (source);
  g_autofree char *uuid = user_data;
  g_autoptr (GError) error = NULL;
  PtDomainFacts *facts = pt_work_finish (self, pt_machines_read, result, &error);
  gboolean       again = GPOINTER_TO_INT (g_hash_table_lookup (self->readings, uuid));

  g_hash_table_remove (self->readings, uuid);
  if (facts != NULL)
    pt_machines_merge (self, facts);
  else if (g_error_matches (error, PT_VM_ERROR, PT_VM_ERROR_NOT_FOUND))
    pt_machines_drop (self, uuid);
  else
    g_debug ("%s", error->message);
  if (again)
    pt_machines_read (self, uuid);
}


/* One reading per machine under way, one due: a burst of events costs two. */
static void
pt_machines_read (PtMachines *self,
                  const char *uuid)
{
  if (g_hash_table_contains (self->readings, uuid))
    {
      g_hash_table_insert (self->readings, g_strdup (uuid), GINT_TO_POINTER (TRUE));
      return;
    }
  g_hash_table_insert (self->readings, g_strdup (uuid), GINT_TO_POINTER (FALSE));
  pt_work_run_async (g_object_ref (self), pt_machines_read, pt_domain_work_read,
                     pt_domain_target_new (self->connection, uuid),
                     (GDestroyNotify)pt_domain_target_free, (GDestroyNotify)pt_domain_facts_free,
                     NULL, pt_machines_read_cb, g_strdup (uuid));
}


/* 0 if all are off. */
static guint
pt_machines_get_patience (PtMachines *self)
{
  guint count = pt_machines_get_n_items (G_LIST_MODEL (self));
  guint patience = 0;

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (PtMachine) machine = pt_machines_get_item (G_LIST_MODEL (self), i);

      if (pt_machine_get_state (machine) == PT_MACHINE_STOPPING)
        return PT_MACHINES_LOOK_ENDING;
      if (pt_machine_is_up (machine))
        patience = PT_MACHINES_LOOK_UP;
    }
  return patience;
}


static gboolean
pt_machines_look_cb (gpointer user_data)
{
  PtMachines *self = PT_MACHINES (user_data);
  guint       count = pt_machines_get_n_items (G_LIST_MODEL (self));

  for (guint i = 0; self->connected && i < count; i++)
    {
      g_autoptr (PtMachine) machine = pt_machines_get_item (G_LIST_MODEL (self), i);

      if (pt_machine_is_up (machine))
        pt_machines_read (self, pt_machine_get_uuid (machine));
    }
  return G_SOURCE_CONTINUE;
}


/* Events are not all: of a machine whose QEMU ends in the last step of its start libvirt 9.0 tells
 * that it runs and that it shuts down, never that it is off. */
static void
pt_machines_plan_look (PtMachines *self)
{
  guint patience = pt_machines_get_patience (self);

  if (patience == self->patience)
    return;
  self->patience = patience;
  g_clear_handle_id (&self->look, g_source_remove);
  if (patience > 0)
    self->look = g_timeout_add_seconds (patience, pt_machines_look_cb, self);
}


static void
pt_machines_set_connected (PtMachines *self,
                           gboolean    connected)
{
  if (self->connected == connected)
    return;
  self->connected = connected;
  g_object_notify_by_pspec (G_OBJECT (self), pt_machines_properties[PT_MACHINES_PROP_CONNECTED]);
}


static void
pt_machines_lost_cb (PtMachines *self)
{
  pt_machines_set_connected (self, FALSE);
}


gboolean
pt_machines_is_connected (PtMachines *self)
{
  g_return_val_if_fail (PT_IS_MACHINES (self), FALSE);

  return self->connected;
}


static gpointer
pt_machines_open_work (gpointer      data,
                       GCancellable *cancellable,
                       GError      **error)
{
  PtConnection *connection = data;

  if (!pt_connection_open (connection, cancellable, error))
    return NULL;
  return pt_connection_list (connection, error);
}


static gboolean
pt_machines_is_listed (GPtrArray  *all,
                       const char *uuid)
{
  for (guint i = 0; i < all->len; i++)
    {
      const PtDomainFacts *facts = g_ptr_array_index (all, i);

      if (g_str_equal (facts->uuid, uuid))
        return TRUE;
    }
  return FALSE;
}


/* Those that went away while we were not connected; then the rest. */
static void
pt_machines_take_list (PtMachines *self,
                       GPtrArray  *all)
{
  for (guint i = pt_machines_get_n_items (G_LIST_MODEL (self)); i > 0; i--)
    {
      g_autoptr (PtMachine) machine = pt_machines_get_item (G_LIST_MODEL (self), i - 1);

      if (!pt_machines_is_listed (all, pt_machine_get_uuid (machine)))
        g_list_store_remove (self->machines, i - 1);
    }
  while (all->len > 0)
    pt_machines_merge (self, g_ptr_array_steal_index_fast (all, all->len - 1));
}


static void
pt_machines_opened_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  PtMachines *self = PT_MACHINES (source);
  g_autoptr (GPtrArray) all = pt_work_finish (self, pt_machines_opened_cb, result, &error);

  if (all == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  pt_machines_take_list (self, all);
  pt_machines_set_connected (self, TRUE);
  g_task_return_boolean (task, TRUE);
}


static void
pt_machines_open (PtMachines   *self,
                  GCancellable *cancellable,
                  GTask        *task)
{
  pt_work_run_async (self, pt_machines_opened_cb, pt_machines_open_work,
                     g_object_ref (self->connection), g_object_unref,
                     (GDestroyNotify)g_ptr_array_unref, cancellable, pt_machines_opened_cb, task);
}


static PtMachines *
pt_machines_new (const char *uri)
{
  PtMachines *self = g_object_new (PT_TYPE_MACHINES, NULL);

  self->connection = pt_connection_new (uri);
  g_signal_connect_object (self->connection, "lifecycle", G_CALLBACK (pt_machines_read), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connection, "lost", G_CALLBACK (pt_machines_lost_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}


void
pt_machines_open_async (const char         *uri,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (PtMachines) self = NULL;
  GTask *task = NULL;

  g_return_if_fail (uri != NULL);

  self = pt_machines_new (uri);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_machines_open_async);
  pt_machines_open (self, cancellable, task);
}


PtMachines *
pt_machines_open_finish (GAsyncResult *result,
                         GError      **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, pt_machines_open_async), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_object_ref (g_task_get_source_object (G_TASK (result)));
}


void
pt_machines_reopen_async (PtMachines         *self,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  GTask *task = NULL;

  g_return_if_fail (PT_IS_MACHINES (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_machines_reopen_async);
  pt_machines_open (self, cancellable, task);
}


gboolean
pt_machines_reopen_finish (PtMachines   *self,
                           GAsyncResult *result,
                           GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, pt_machines_reopen_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}


PtMachine *
pt_machines_find (PtMachines *self,
                  const char *name)
{
  guint count = 0;

  g_return_val_if_fail (PT_IS_MACHINES (self) && name != NULL, NULL);

  count = pt_machines_get_n_items (G_LIST_MODEL (self));
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (PtMachine) machine = pt_machines_get_item (G_LIST_MODEL (self), i);

      if (g_str_equal (pt_machine_get_name (machine), name))
        return machine;
    }
  return NULL;
}


static void
pt_machines_created_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  PtMachines    *self = PT_MACHINES (source);
  PtDomainFacts *facts = pt_work_finish (self, pt_machines_create_async, result, &error);

  if (facts == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_object_ref (pt_machines_merge (self, facts)), g_object_unref);
}


void
pt_machines_create_async (PtMachines          *self,
                          const PtMachineSpec *spec,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = NULL;

  g_return_if_fail (PT_IS_MACHINES (self) && spec != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_machines_create_async);
  g_task_set_check_cancellable (task, FALSE);
  pt_work_run_async (self, pt_machines_create_async, pt_machine_work_create,
                     pt_machine_work_new (self->connection, spec, cancellable),
                     (GDestroyNotify)pt_machine_work_free, (GDestroyNotify)pt_domain_facts_free,
                     NULL, pt_machines_created_cb, task);
}


PtMachine *
pt_machines_create_finish (PtMachines   *self,
                           GAsyncResult *result,
                           GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, pt_machines_create_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}


static void
pt_machines_get_property (GObject    *object,
                          guint       property_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  PtMachines *self = PT_MACHINES (object);

  switch ((PtMachinesProperty)property_id)
    {
    case PT_MACHINES_PROP_CONNECTED:
      g_value_set_boolean (value, self->connected);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}


static void
pt_machines_finalize (GObject *object)
{
  PtMachines *self = PT_MACHINES (object);

  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_object (&self->machines);
  g_clear_object (&self->connection);
  g_hash_table_unref (self->readings);
  G_OBJECT_CLASS (pt_machines_parent_class)->finalize (object);
}


static void
pt_machines_class_init (PtMachinesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pt_machines_get_property;
  object_class->finalize = pt_machines_finalize;

  pt_machines_properties[PT_MACHINES_PROP_CONNECTED] =
    g_param_spec_boolean ("connected", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (pt_machines_properties),
                                     pt_machines_properties);
}


static void
pt_machines_init (PtMachines *self)
{
  self->machines = g_list_store_new (PT_TYPE_MACHINE);
  self->readings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect_object (self->machines, "items-changed", G_CALLBACK (g_list_model_items_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->machines, "items-changed", G_CALLBACK (pt_machines_plan_look),
                           self, G_CONNECT_SWAPPED);
}
