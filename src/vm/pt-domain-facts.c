/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-domain-facts"

#include "config.h"

#include "pt-domain-facts-private.h"

#include "pt-address.h"
#include "pt-vm-error-private.h"
#include "pt-xml-private.h"

#define PT_INTERFACE "/domain/devices/interface[@type='network']"
#define PT_HOSTDEVS "/domain/devices/hostdev[@type='pci']/source/address"
#define PT_SHMEM "/domain/devices/shmem[model/@type='ivshmem-plain']"


static guint64
pt_domain_facts_next_serial (void)
{
  static gsize last = 0;

  return g_atomic_pointer_add (&last, 1) + 1;
}


/* libvirt writes sizes of shared memory in bytes or MiB, as it was told. */
/* An element of libvirt's with a size and its unit; @standard: that where it names none. */
static guint64
pt_domain_facts_size (PtXml      *document,
                      const char *path,
                      const char *standard)
{
  static const struct
  {
    const char *unit;
    guint       shift;
  } units[] = {
    { "b", 0 },
    { "bytes", 0 },
    { "k", 10 },
    { "KiB", 10 },
    { "M", 20 },
    { "MiB", 20 },
    { "G", 30 },
    { "GiB", 30 },
  };
  g_autofree char *text = pt_xml_text (document, path);
  g_autofree char *named = g_strconcat (path, "/@unit", NULL);
  g_autofree char *given = pt_xml_text (document, named);
  const char      *unit = given != NULL ? given : standard;
  guint64          size = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      if (g_str_equal (unit, units[i].unit))
        return size << units[i].shift;
    }
  return size;
}


static guint64
pt_domain_facts_number (PtXml      *document,
                        guint       index,
                        const char *attribute)
{
  g_autofree char *path = g_strdup_printf ("(" PT_HOSTDEVS ")[%u]/@%s", index, attribute);
  g_autofree char *text = pt_xml_text (document, path);

  return text != NULL ? g_ascii_strtoull (text, NULL, 0) : 0;
}


static int
pt_domain_facts_run (PtXml *document)
{
  g_autofree char *text = pt_xml_text (document, "/domain/@id");

  return text != NULL ? (int)g_ascii_strtoll (text, NULL, 10) : -1;
}


/* (transfer full) */
static GArray *
pt_domain_facts_devices (PtXml *document)
{
  g_auto (GStrv) all = pt_xml_list (document, PT_HOSTDEVS);
  GArray *devices = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  for (guint i = 1; i <= g_strv_length (all); i++)
    {
      PtAddress address = {
        .domain = (guint32)pt_domain_facts_number (document, i, "domain"),
        .bus = (guint8)pt_domain_facts_number (document, i, "bus"),
        .slot = (guint8)pt_domain_facts_number (document, i, "slot"),
        .function = (guint8)pt_domain_facts_number (document, i, "function"),
      };

      g_array_append_val (devices, address);
    }
  return devices;
}


PtDomainFacts *
pt_domain_facts_parse (const char *xml,
                       GError    **error)
{
  g_autoptr (PtXml) document = NULL;
  g_autofree char *shmem = NULL;
  PtDomainFacts   *self = NULL;

  g_return_val_if_fail (xml != NULL, NULL);

  document = pt_xml_parse (xml, "domain", error);
  if (document == NULL)
    return NULL;
  shmem = pt_xml_text (document, PT_SHMEM "/@name");
  self = g_new0 (PtDomainFacts, 1);
  self->name = pt_xml_text (document, "/domain/name");
  self->uuid = pt_xml_text (document, "/domain/uuid");
  self->run = pt_domain_facts_run (document);
  self->shared_memory = shmem != NULL ? g_build_filename ("/dev/shm", shmem, NULL) : NULL;
  self->shared_memory_size = pt_domain_facts_size (document, PT_SHMEM "/size", "b");
  self->memory = pt_domain_facts_size (document, "/domain/memory", "KiB");
  self->huge_pages = pt_xml_has (document, "/domain/memoryBacking/hugepages");
  self->network = pt_xml_text (document, PT_INTERFACE "/source/@network");
  self->rehearsal = pt_xml_has (document, "/domain/metadata/passthru:machine/passthru:rehearsal");
  self->seen = pt_xml_text (document, "/domain/metadata/passthru:machine/passthru:seen");
  self->devices = pt_domain_facts_devices (document);
  return self;
}


static PtMachineState
pt_domain_facts_state (int state,
                       int reason)
{
  switch (state)
    {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED:
      return PT_MACHINE_RUNNING;

    case VIR_DOMAIN_PAUSED:
    case VIR_DOMAIN_PMSUSPENDED:
      return PT_MACHINE_PAUSED;

    case VIR_DOMAIN_SHUTDOWN:
      return PT_MACHINE_STOPPING;

    case VIR_DOMAIN_CRASHED:
      return PT_MACHINE_CRASHED;

    case VIR_DOMAIN_SHUTOFF:
    default:
      return reason == VIR_DOMAIN_SHUTOFF_CRASHED ? PT_MACHINE_CRASHED : PT_MACHINE_OFF;
    }
}


PtDomainFacts *
pt_domain_facts_read (virDomainPtr domain,
                      GError     **error)
{
  guint64          serial = pt_domain_facts_next_serial ();
  g_autofree char *xml = NULL;
  PtDomainFacts   *self = NULL;
  const char      *name = NULL;
  int              state = VIR_DOMAIN_NOSTATE;
  int              reason = 0;

  g_return_val_if_fail (domain != NULL, NULL);

  /* Asking for the name later would forget the error. */
  name = virDomainGetName (domain);
  xml = virDomainGetXMLDesc (domain, 0);
  if (xml == NULL || virDomainGetState (domain, &state, &reason, 0) < 0)
    {
      pt_vm_error_take_libvirt (error, "cannot read machine “%s”", name);
      return NULL;
    }
  self = pt_domain_facts_parse (xml, error);
  if (self == NULL)
    return NULL;
  self->serial = serial;
  self->state = pt_domain_facts_state (state, reason);
  return self;
}


void
pt_domain_facts_free (PtDomainFacts *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->shared_memory);
  g_free (self->network);
  g_free (self->seen);
  g_array_unref (self->devices);
  g_free (self);
}
