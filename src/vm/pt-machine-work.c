/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-machine-work"

#include "config.h"

#include "pt-machine-work-private.h"

#include <libvirt/virterror.h>

#include "pt-disk-private.h"
#include "pt-hypervisor.h"
#include "pt-vm-error-private.h"


PtMachineWork *
pt_machine_work_new (PtConnection        *connection,
                     const PtMachineSpec *spec,
                     GCancellable        *cancellable)
{
  PtMachineWork *self = g_new0 (PtMachineWork, 1);

  self->connection = g_object_ref (connection);
  self->spec = pt_machine_spec_copy (spec);
  g_set_object (&self->cancellable, cancellable);
  return self;
}


void
pt_machine_work_free (PtMachineWork *self)
{
  g_object_unref (self->connection);
  g_clear_object (&self->cancellable);
  pt_machine_spec_free (self->spec);
  g_free (self);
}


/* libvirt would take a definition with a known UUID as a change of that machine. */
static gboolean
pt_machine_work_check_free (PtMachineWork *self,
                            virConnectPtr  handle,
                            GError       **error)
{
  const PtMachineSpec *spec = self->spec;
  g_autoptr (virDomain) named = virDomainLookupByName (handle, spec->name);
  g_autoptr (virDomain) same = NULL;

  if (named == NULL && spec->uuid != NULL)
    same = virDomainLookupByUUIDString (handle, spec->uuid);
  virResetLastError ();
  if (named == NULL && same == NULL)
    return TRUE;
  g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_EXISTS, "there is already a machine “%s”",
               named != NULL ? spec->name : virDomainGetName (same));
  return FALSE;
}


/* The driver for tests has no capabilities; it takes everything. (transfer full) */
static PtHypervisor *
pt_machine_work_ask_hypervisor (PtMachineWork *self,
                                virConnectPtr  handle,
                                GError       **error)
{
  const char   *type = self->spec->emulate ? "qemu" : "kvm";
  char         *text = virConnectGetDomainCapabilities (handle, NULL, "x86_64", "q35", type, 0);
  PtHypervisor *hypervisor = NULL;

  if (text == NULL && virGetLastErrorCode () == VIR_ERR_NO_SUPPORT)
    {
      virResetLastError ();
      return pt_hypervisor_new_full ();
    }
  if (text == NULL)
    {
      pt_vm_error_take_libvirt (error, "libvirt runs no %s machines", type);
      return NULL;
    }
  hypervisor = pt_hypervisor_parse (text, error);
  free (text);
  if (hypervisor != NULL)
    hypervisor->user_network = pt_connection_is_own (self->connection);
  return hypervisor;
}


static PtDomainFacts *
pt_machine_work_define (PtMachineWork *self,
                        virConnectPtr  handle,
                        const char    *xml,
                        GError       **error)
{
  g_autoptr (virDomain) domain = virDomainDefineXMLFlags (handle, xml, VIR_DOMAIN_DEFINE_VALIDATE);
  PtDomainFacts *facts = NULL;

  if (domain == NULL)
    {
      pt_vm_error_take_libvirt (error, "cannot define machine “%s”", self->spec->name);
      return NULL;
    }
  facts = pt_domain_facts_read (domain, error);
  if (facts == NULL)
    virDomainUndefineFlags (domain, VIR_DOMAIN_UNDEFINE_NVRAM);
  return facts;
}


gpointer
pt_machine_work_create (gpointer      data,
                        GCancellable *unused,
                        GError      **error)
{
  PtMachineWork *self = data;
  g_autoptr (virConnect) handle = NULL;
  g_autoptr (PtHypervisor) hypervisor = NULL;
  g_autoptr (PtDisk) disk = NULL;
  g_autofree char *xml = NULL;
  PtDomainFacts   *facts = NULL;

  if (!pt_machine_spec_validate (self->spec, error))
    return NULL;
  handle = pt_connection_ref_handle (self->connection, error);
  if (handle == NULL || !pt_machine_work_check_free (self, handle, error))
    return NULL;
  hypervisor = pt_machine_work_ask_hypervisor (self, handle, error);
  if (hypervisor == NULL)
    return NULL;
  xml = pt_machine_spec_to_xml_for (self->spec, hypervisor, error);
  if (xml == NULL)
    return NULL;
  disk = pt_disk_make (self->connection, self->spec->disk, self->spec->disk_size,
                       self->cancellable, error);
  if (disk == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return NULL;
  facts = pt_machine_work_define (self, handle, xml, error);
  if (facts != NULL)
    pt_disk_keep (disk);
  return facts;
}
