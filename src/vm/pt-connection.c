/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-connection"

#include "config.h"

#include "pt-connection-private.h"

#include <libvirt-glib/libvirt-glib.h>

#include "pt-embedded-private.h"
#include "pt-vm-error-private.h"

struct _PtConnection
{
  GObject       parent_instance;
  char         *uri;
  GMutex        lock;
  virConnectPtr handle;    /* guarded by lock, NULL when closed */
  int           lifecycle; /* libvirt's number of our callback, guarded by lock */
  gboolean      watches_end;
};

typedef enum {
  PT_CONNECTION_LIFECYCLE = 0,
  PT_CONNECTION_LOST,
  PT_CONNECTION_N_SIGNALS
} PtConnectionSignal;

static guint pt_connection_signals[PT_CONNECTION_N_SIGNALS];

G_DEFINE_FINAL_TYPE (PtConnection, pt_connection, G_TYPE_OBJECT)


/* libvirt's callbacks hold no reference to us: they may be freed after we are. */
static GWeakRef *
pt_connection_weak_new (PtConnection *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}


static void
pt_connection_weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}


static int
pt_connection_lifecycle_cb (virConnectPtr handle,
                            virDomainPtr  domain,
                            int           event,
                            int           detail,
                            void         *opaque)
{
  g_autoptr (PtConnection) self = g_weak_ref_get (opaque);
  char uuid[VIR_UUID_STRING_BUFLEN] = "";

  if (self == NULL || virDomainGetUUIDString (domain, uuid) < 0)
    return 0;
  g_debug ("event %d (%d) for %s", event, detail, uuid);
  g_signal_emit (self, pt_connection_signals[PT_CONNECTION_LIFECYCLE], 0, uuid);
  return 0;
}


static void
pt_connection_closed_cb (virConnectPtr handle,
                         int           reason,
                         void         *opaque)
{
  g_autoptr (PtConnection) self = g_weak_ref_get (opaque);

  if (self == NULL || reason == VIR_CONNECT_CLOSE_REASON_CLIENT)
    return;
  g_debug ("%s closed the connection (%d)", self->uri, reason);
  g_signal_emit (self, pt_connection_signals[PT_CONNECTION_LOST], 0);
}


/* The lock is held. An event may be on its way in another thread: its callback finds us by a weak
 * reference or not at all. */
static void
pt_connection_close (PtConnection *self)
{
  if (self->handle == NULL)
    return;
  if (self->lifecycle >= 0)
    virConnectDomainEventDeregisterAny (self->handle, self->lifecycle);
  if (self->watches_end)
    virConnectUnregisterCloseCallback (self->handle, pt_connection_closed_cb);
  self->lifecycle = -1;
  self->watches_end = FALSE;
  g_clear_pointer (&self->handle, virConnectClose);
}


/* A driver without a daemon (`test:///default`) cannot be lost, and says so. The lock is held. */
static gboolean
pt_connection_watch (PtConnection *self,
                     GError      **error)
{
  GWeakRef *end = pt_connection_weak_new (self);
  GWeakRef *events = pt_connection_weak_new (self);

  self->watches_end = virConnectRegisterCloseCallback (self->handle, pt_connection_closed_cb, end,
                                                       pt_connection_weak_free) == 0;
  if (!self->watches_end)
    pt_connection_weak_free (end);
  self->lifecycle =
    virConnectDomainEventRegisterAny (self->handle, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                      VIR_DOMAIN_EVENT_CALLBACK (pt_connection_lifecycle_cb),
                                      events, pt_connection_weak_free);
  if (self->lifecycle < 0)
    {
      pt_connection_weak_free (events);
      pt_vm_error_take_libvirt (error, "%s cannot tell what happens to machines", self->uri);
      return FALSE;
    }
  pt_embedded_keep (self->uri, self->handle);
  return TRUE;
}


/* Plain libvirt, not GVirConnection: that one has event callbacks of its own which know it by a
 * bare pointer, so closing it in one thread while an event arrives in another frees it under
 * them. */
gboolean
pt_connection_open (PtConnection *self,
                    GCancellable *cancellable,
                    GError      **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (PT_IS_CONNECTION (self), FALSE);

  locker = g_mutex_locker_new (&self->lock);
  pt_connection_close (self);
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !pt_embedded_prepare (self->uri, error))
    return FALSE;
  self->handle = virConnectOpen (self->uri);
  if (self->handle == NULL)
    {
      pt_vm_error_take_connect (error, self->uri);
      return FALSE;
    }
  if (!pt_connection_watch (self, error))
    {
      pt_connection_close (self);
      return FALSE;
    }
  return TRUE;
}


virConnectPtr
pt_connection_ref_handle (PtConnection *self,
                          GError      **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  virConnectPtr handle = NULL;

  g_return_val_if_fail (PT_IS_CONNECTION (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  if (self->handle != NULL && virConnectRef (self->handle) == 0)
    handle = self->handle;
  if (handle == NULL || virConnectIsAlive (handle) != 1)
    {
      g_clear_pointer (&handle, virConnectClose);
      g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_NO_CONNECTION, "%s is not connected", self->uri);
    }
  return handle;
}


virDomainPtr
pt_connection_find (PtConnection *self,
                    const char   *uuid,
                    GError      **error)
{
  g_autoptr (virConnect) handle = pt_connection_ref_handle (self, error);
  virDomainPtr domain = NULL;

  if (handle == NULL)
    return NULL;
  domain = virDomainLookupByUUIDString (handle, uuid);
  if (domain == NULL)
    pt_vm_error_take_libvirt (error, "cannot find machine %s", uuid);
  return domain;
}


/* A domain may vanish between the list and the reading; that is no error. */
GPtrArray *
pt_connection_list (PtConnection *self,
                    GError      **error)
{
  g_autoptr (virConnect) handle = pt_connection_ref_handle (self, error);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_domain_facts_free);
  virDomainPtr *domains = NULL;
  int           count = 0;

  if (handle == NULL)
    return NULL;
  count = virConnectListAllDomains (handle, &domains, 0);
  if (count < 0)
    {
      pt_vm_error_take_libvirt (error, "cannot list the machines of %s", self->uri);
      return NULL;
    }
  for (int i = 0; i < count; i++)
    {
      g_autoptr (GError) vanished = NULL;
      PtDomainFacts *facts = pt_domain_facts_read (domains[i], &vanished);

      if (facts != NULL)
        g_ptr_array_add (all, facts);
      else
        g_debug ("not listed: %s", vanished->message);
      virDomainFree (domains[i]);
    }
  free (domains);
  return g_steal_pointer (&all);
}


const char *
pt_connection_get_uri (PtConnection *self)
{
  g_return_val_if_fail (PT_IS_CONNECTION (self), NULL);

  return self->uri;
}


gboolean
pt_connection_is_own (PtConnection *self)
{
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (PT_IS_CONNECTION (self), FALSE);

  uri = g_uri_parse (self->uri, G_URI_FLAGS_NONE, NULL);
  return uri != NULL && (g_str_equal (g_uri_get_path (uri), "/session") ||
                         g_str_equal (g_uri_get_path (uri), "/embed"));
}


static void
pt_connection_finalize (GObject *object)
{
  PtConnection *self = PT_CONNECTION (object);

  pt_connection_close (self);
  g_mutex_clear (&self->lock);
  g_free (self->uri);
  G_OBJECT_CLASS (pt_connection_parent_class)->finalize (object);
}


static void
pt_connection_class_init (PtConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_connection_finalize;

  pt_connection_signals[PT_CONNECTION_LIFECYCLE] =
    g_signal_new ("lifecycle", PT_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
  pt_connection_signals[PT_CONNECTION_LOST] =
    g_signal_new ("lost", PT_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                  0);
}


static void
pt_connection_init (PtConnection *self)
{
  g_mutex_init (&self->lock);
  self->lifecycle = -1;
}


/* libvirt takes its event loop once, before the first connection. */
static gpointer
pt_connection_start_libvirt (gpointer unused)
{
  gvir_init (NULL, NULL);
  gvir_event_register ();
  return NULL;
}


PtConnection *
pt_connection_new (const char *uri)
{
  static GOnce  once = G_ONCE_INIT;
  PtConnection *self = NULL;

  g_return_val_if_fail (uri != NULL, NULL);

  g_once (&once, pt_connection_start_libvirt, NULL);
  self = g_object_new (PT_TYPE_CONNECTION, NULL);
  self->uri = g_strdup (uri);
  return self;
}
