/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-domain-work"

#include "config.h"

#include "pt-domain-work-private.h"

#include "pt-ivshmem-private.h"
#include "pt-vm-error-private.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virNetwork, virNetworkFree)

/* Held while a start prepares the shared memory and while it is cleared away, so that clearing
 * up after one run cannot take the file of the next. */
static GMutex pt_domain_work_lock;


PtDomainTarget *
pt_domain_target_new (PtConnection *connection,
                      const char   *uuid)
{
  PtDomainTarget *self = g_new0 (PtDomainTarget, 1);

  self->connection = g_object_ref (connection);
  self->uuid = g_strdup (uuid);
  return self;
}


void
pt_domain_target_free (PtDomainTarget *self)
{
  g_object_unref (self->connection);
  g_free (self->uuid);
  g_free (self);
}


/* A machine that runs as we do leaves a file of ours behind, which the next start could only do
 * without. */
static void
pt_domain_work_clear_up (PtDomainTarget      *self,
                         virDomainPtr         domain,
                         const PtDomainFacts *facts)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pt_domain_work_lock);

  if (facts->shared_memory != NULL && pt_connection_is_own (self->connection) &&
      virDomainIsActive (domain) == 0)
    pt_ivshmem_remove (facts->shared_memory);
}


gpointer
pt_domain_work_read (gpointer      target,
                     GCancellable *cancellable,
                     GError      **error)
{
  PtDomainTarget *self = target;
  g_autoptr (virDomain) domain = pt_connection_find (self->connection, self->uuid, error);
  PtDomainFacts *facts = domain != NULL ? pt_domain_facts_read (domain, error) : NULL;

  if (facts != NULL && (facts->state == PT_MACHINE_OFF || facts->state == PT_MACHINE_CRASHED))
    pt_domain_work_clear_up (self, domain, facts);
  return facts;
}


/* The `default` network does not start with the host everywhere. */
static gboolean
pt_domain_work_ensure_network (virDomainPtr domain,
                               const char  *name,
                               GError     **error)
{
  virConnectPtr handle = virDomainGetConnect (domain);
  g_autoptr (virNetwork) network = NULL;

  if (name == NULL)
    return TRUE;
  network = virNetworkLookupByName (handle, name);
  if (network != NULL && (virNetworkIsActive (network) == 1 || virNetworkCreate (network) == 0))
    return TRUE;
  pt_vm_error_take_libvirt (error, "network “%s” does not start", name);
  return FALSE;
}


static gboolean
pt_domain_work_create (PtDomainTarget      *self,
                       virDomainPtr         domain,
                       const PtDomainFacts *facts,
                       GError             **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pt_domain_work_lock);

  if (virDomainIsActive (domain) == 1)
    {
      g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_WRONG_STATE,
                   "machine “%s” is already running", facts->name);
      return FALSE;
    }
  if (facts->shared_memory != NULL &&
      !pt_ivshmem_prepare (facts->shared_memory, facts->shared_memory_size,
                           pt_connection_is_own (self->connection), error))
    return FALSE;
  if (virDomainCreate (domain) < 0)
    {
      pt_vm_error_take_libvirt (error, "cannot start machine “%s”", facts->name);
      return FALSE;
    }
  return TRUE;
}


gpointer
pt_domain_work_start (gpointer      target,
                      GCancellable *cancellable,
                      GError      **error)
{
  PtDomainTarget *self = target;
  g_autoptr (virDomain) domain = pt_connection_find (self->connection, self->uuid, error);
  g_autoptr (PtDomainFacts) facts = domain != NULL ? pt_domain_facts_read (domain, error) : NULL;

  if (facts == NULL || !pt_domain_work_ensure_network (domain, facts->network, error))
    return NULL;
  if (!pt_domain_work_create (self, domain, facts, error))
    {
      pt_domain_work_clear_up (self, domain, facts);
      return NULL;
    }
  return pt_domain_facts_read (domain, error);
}


gpointer
pt_domain_work_shut_down (gpointer      target,
                          GCancellable *cancellable,
                          GError      **error)
{
  PtDomainTarget *self = target;
  g_autoptr (virDomain) domain = pt_connection_find (self->connection, self->uuid, error);
  const char *name = domain != NULL ? virDomainGetName (domain) : NULL;

  if (domain == NULL)
    return NULL;
  if (virDomainShutdown (domain) < 0)
    {
      pt_vm_error_take_libvirt (error, "cannot shut down machine “%s”",
                                name);
      return NULL;
    }
  return pt_domain_work_read (target, cancellable, error);
}


/* The machine may go off by itself, or be given up by a libvirt that is just finding it again,
 * while we ask: what was wanted has happened then. */
static gboolean
pt_domain_work_destroy (virDomainPtr domain,
                        GError     **error)
{
  const char *name = virDomainGetName (domain);
  gboolean    was_active = virDomainIsActive (domain) == 1;
  g_autoptr (GError) reason = NULL;

  if (virDomainDestroy (domain) == 0)
    return TRUE;
  pt_vm_error_take_libvirt (&reason, "cannot switch off machine “%s”", name);
  if (was_active && virDomainIsActive (domain) == 0)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}


gpointer
pt_domain_work_force_off (gpointer      target,
                          GCancellable *cancellable,
                          GError      **error)
{
  PtDomainTarget *self = target;
  g_autoptr (virDomain) domain = pt_connection_find (self->connection, self->uuid, error);

  if (domain == NULL || !pt_domain_work_destroy (domain, error))
    return NULL;
  return pt_domain_work_read (target, cancellable, error);
}


/* The TPM's state goes with the definition unless libvirt is told to keep it; the variables do
 * not. */
static gboolean
pt_domain_work_undefine (virDomainPtr domain,
                         GError     **error)
{
  const guint all = VIR_DOMAIN_UNDEFINE_NVRAM | VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
                    VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                    VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;
  const char *name = virDomainGetName (domain);

  if (virDomainIsActive (domain) == 1)
    {
      g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_WRONG_STATE,
                   "cannot remove machine “%s” while it is running", name);
      return FALSE;
    }
  if (virDomainUndefineFlags (domain, all) < 0)
    {
      pt_vm_error_take_libvirt (error, "cannot remove machine “%s”", name);
      return FALSE;
    }
  return TRUE;
}


gpointer
pt_domain_work_remove (gpointer      target,
                       GCancellable *cancellable,
                       GError      **error)
{
  g_autoptr (PtDomainFacts) facts = pt_domain_work_read (target, cancellable, error);
  PtDomainTarget *self = target;
  g_autoptr (virDomain) domain = NULL;

  if (facts == NULL)
    return NULL;
  domain = pt_connection_find (self->connection, self->uuid, error);
  if (domain == NULL || !pt_domain_work_undefine (domain, error))
    return NULL;
  return g_steal_pointer (&facts);
}
