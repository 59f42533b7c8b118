/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-machine-spec-xml"

#include "config.h"

#include "pt-hypervisor.h"

#include "pt-machine.h"
#include "pt-xml-private.h"


/* Facts of ours travel with the machine, whoever copies it. */
static void
pt_spec_xml_add_metadata (xmlNode             *domain,
                          const PtMachineSpec *spec)
{
  xmlNode *machine = pt_xml_add (pt_xml_add (domain, "metadata", NULL), "machine", NULL);
  xmlNs   *space = xmlNewNs (machine, BAD_CAST PT_XML_NAMESPACE, BAD_CAST "passthru");

  xmlSetNs (machine, space);
  if (spec->rehearsal)
    xmlNewChild (machine, space, BAD_CAST "rehearsal", NULL);
  if (spec->shared_memory != NULL)
    xmlNewProp (xmlNewChild (machine, space, BAD_CAST "frames", NULL), BAD_CAST "source",
                BAD_CAST "kvmfr");
  for (guint i = 0; i < spec->devices->len; i++)
    {
      g_autofree char *address =
        pt_address_to_string (&g_array_index (spec->devices, PtAddress, i));

      xmlNewProp (xmlNewChild (machine, space, BAD_CAST "device", NULL), BAD_CAST "address",
                  BAD_CAST address);
    }
  if (spec->seen != NULL)
    xmlNewTextChild (machine, space, BAD_CAST "seen", BAD_CAST spec->seen);
}


static void
pt_spec_xml_add_memory (xmlNode             *domain,
                        const PtMachineSpec *spec)
{
  g_autofree char *kib = g_strdup_printf ("%" G_GUINT64_FORMAT, spec->memory / 1024);
  g_autofree char *cores = g_strdup_printf ("%u", spec->cores);

  xmlNewProp (pt_xml_add_text (domain, "memory", kib), BAD_CAST "unit", BAD_CAST "KiB");
  xmlNewProp (pt_xml_add_text (domain, "vcpu", cores), BAD_CAST "placement", BAD_CAST "static");
}


/* Each virtual core moves only between the threads of one real core, whose caches it keeps warm. */
static void
pt_spec_xml_add_pins (xmlNode             *domain,
                      const PtMachineSpec *spec)
{
  xmlNode *tune = NULL;

  if (spec->pins == NULL && spec->emulator_pin == NULL)
    return;
  tune = pt_xml_add (domain, "cputune", NULL);
  for (guint i = 0; spec->pins != NULL && spec->pins[i] != NULL; i++)
    {
      xmlNode *pin = pt_xml_add (tune, "vcpupin", NULL);

      pt_xml_set_number (pin, "vcpu", i);
      xmlNewProp (pin, BAD_CAST "cpuset", BAD_CAST spec->pins[i]);
    }
  if (spec->emulator_pin != NULL)
    pt_xml_add (tune, "emulatorpin", "cpuset", spec->emulator_pin, NULL);
}


static void
pt_spec_xml_add_firmware (xmlNode            *os,
                          const PtHypervisor *hypervisor)
{
  xmlNode *firmware = NULL;

  xmlNewProp (os, BAD_CAST "firmware", BAD_CAST "efi");
  if (!hypervisor->secure_boot)
    return;
  firmware = pt_xml_add (os, "firmware", NULL);
  pt_xml_add (firmware, "feature", "enabled", "yes", "name", "enrolled-keys", NULL);
  pt_xml_add (firmware, "feature", "enabled", "yes", "name", "secure-boot", NULL);
}


static void
pt_spec_xml_add_os (xmlNode             *domain,
                    const PtMachineSpec *spec,
                    const PtHypervisor  *hypervisor)
{
  xmlNode *os = pt_xml_add (domain, "os", NULL);
  xmlNode *type = pt_xml_add_text (os, "type", "hvm");

  xmlNewProp (type, BAD_CAST "arch", BAD_CAST "x86_64");
  xmlNewProp (type, BAD_CAST "machine", BAD_CAST "q35");
  if (spec->uefi)
    pt_spec_xml_add_firmware (os, hypervisor);
  if (spec->kernel == NULL)
    return;
  pt_xml_add_text (os, "kernel", spec->kernel);
  if (spec->initrd != NULL)
    pt_xml_add_text (os, "initrd", spec->initrd);
  if (spec->command_line != NULL)
    pt_xml_add_text (os, "cmdline", spec->command_line);
}


static void
pt_spec_xml_add_enlightenments (xmlNode             *features,
                                const PtMachineSpec *spec,
                                const PtHypervisor  *hypervisor)
{
  g_autoptr (GPtrArray) names = pt_hypervisor_enlightenments (hypervisor, spec->emulate);
  xmlNode *hyperv = NULL;

  if (names->len == 0)
    return;
  hyperv = pt_xml_add (features, "hyperv", "mode", "custom", NULL);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const char *retries = g_str_equal (name, "spinlocks") ? "8191" : NULL;

      pt_xml_add (hyperv, name, "state", "on", "retries", retries, NULL);
    }
}


static void
pt_spec_xml_add_features (xmlNode             *domain,
                          const PtMachineSpec *spec,
                          const PtHypervisor  *hypervisor)
{
  xmlNode *features = pt_xml_add (domain, "features", NULL);

  pt_xml_add (features, "acpi", NULL);
  pt_xml_add (features, "apic", NULL);
  if (spec->kernel == NULL)
    pt_spec_xml_add_enlightenments (features, spec, hypervisor);
  pt_xml_add (features, "vmport", "state", "off", NULL);
}


/* Emulating every feature there is costs the test guest a third of its start; this one has what
 * it needs. */
static xmlNode *
pt_spec_xml_add_emulated_cpu (xmlNode             *domain,
                              const PtMachineSpec *spec)
{
  xmlNode *cpu = NULL;

  if (spec->kernel == NULL)
    return pt_xml_add (domain, "cpu", "mode", "maximum", "check", "none", NULL);
  cpu = pt_xml_add (domain, "cpu", "mode", "custom", "match", "exact", "check", "none", NULL);
  pt_xml_add_text (cpu, "model", "Nehalem");
  return cpu;
}


/* Without a topology each virtual CPU is a socket, and Windows uses one or two of those. */
static void
pt_spec_xml_add_cpu (xmlNode             *domain,
                     const PtMachineSpec *spec)
{
  xmlNode *cpu = NULL;
  xmlNode *topology = NULL;

  if (spec->emulate)
    cpu = pt_spec_xml_add_emulated_cpu (domain, spec);
  else
    cpu = pt_xml_add (domain, "cpu", "mode", "host-passthrough", "check", "none", NULL);
  topology = pt_xml_add (cpu, "topology", "sockets", "1", "dies", "1", NULL);
  pt_xml_set_number (topology, "cores", spec->cores);
  pt_xml_set_number (topology, "threads", 1);
  if (spec->emulate)
    return;
  pt_xml_add (cpu, "cache", "mode", "passthrough", NULL);
  pt_xml_add (cpu, "maxphysaddr", "mode", "passthrough", NULL);
}


/* Windows keeps local time in the clock chip; the test guest does not look. */
static void
pt_spec_xml_add_clock (xmlNode             *domain,
                       const PtMachineSpec *spec)
{
  const char *offset = spec->kernel == NULL ? "localtime" : "utc";
  xmlNode    *clock = pt_xml_add (domain, "clock", "offset", offset, NULL);

  pt_xml_add (clock, "timer", "name", "rtc", "tickpolicy", "catchup", NULL);
  pt_xml_add (clock, "timer", "name", "pit", "tickpolicy", "delay", NULL);
  pt_xml_add (clock, "timer", "name", "hpet", "present", "no", NULL);
  if (spec->kernel == NULL)
    pt_xml_add (clock, "timer", "name", "hypervclock", "present", "yes", NULL);
  pt_xml_add_text (domain, "on_poweroff", "destroy");
  pt_xml_add_text (domain, "on_reboot", "restart");
  pt_xml_add_text (domain, "on_crash", "destroy");
}


/* The disk comes first: while it is empty the firmware goes on to the disc, and after the
 * installation's own restart it does not ask for a key to start from the disc again. */
static void
pt_spec_xml_add_disks (xmlNode             *devices,
                       const PtMachineSpec *spec)
{
  const char *order = spec->kernel == NULL ? "1" : NULL;

  if (spec->disk != NULL)
    {
      xmlNode *disk = pt_xml_add (devices, "disk", "type", "file", "device", "disk", NULL);

      pt_xml_add (disk, "driver", "name", "qemu", "type", "qcow2", "discard", "unmap", NULL);
      pt_xml_add (disk, "source", "file", spec->disk, NULL);
      pt_xml_add (disk, "target", "dev", "vda", "bus", "virtio", NULL);
      if (order != NULL)
        pt_xml_add (disk, "boot", "order", order, NULL);
    }
  if (spec->iso != NULL)
    {
      xmlNode *disc = pt_xml_add (devices, "disk", "type", "file", "device", "cdrom", NULL);

      pt_xml_add (disc, "driver", "name", "qemu", "type", "raw", NULL);
      pt_xml_add (disc, "source", "file", spec->iso, NULL);
      pt_xml_add (disc, "target", "dev", "sda", "bus", "sata", NULL);
      pt_xml_add (disc, "readonly", NULL);
      if (order != NULL)
        pt_xml_add (disc, "boot", "order", "2", NULL);
    }
}


static int
pt_spec_xml_compare_addresses (gconstpointer a,
                               gconstpointer b)
{
  return pt_address_compare (a, b);
}


static void
pt_spec_xml_add_address (xmlNode         *parent,
                         const PtAddress *address,
                         const char      *type,
                         gboolean         multifunction)
{
  g_autofree char *domain = g_strdup_printf ("0x%04x", address->domain);
  g_autofree char *bus = g_strdup_printf ("0x%02x", address->bus);
  g_autofree char *slot = g_strdup_printf ("0x%02x", address->slot);
  g_autofree char *function = g_strdup_printf ("0x%x", address->function);
  xmlNode         *node = pt_xml_add (parent, "address", NULL);

  if (type != NULL)
    xmlNewProp (node, BAD_CAST "type", BAD_CAST type);
  xmlNewProp (node, BAD_CAST "domain", BAD_CAST domain);
  xmlNewProp (node, BAD_CAST "bus", BAD_CAST bus);
  xmlNewProp (node, BAD_CAST "slot", BAD_CAST slot);
  xmlNewProp (node, BAD_CAST "function", BAD_CAST function);
  if (multifunction)
    xmlNewProp (node, BAD_CAST "multifunction", BAD_CAST "on");
}


static void
pt_spec_xml_add_hostdev (xmlNode         *devices,
                         const PtAddress *host,
                         const PtAddress *guest,
                         gboolean         multifunction)
{
  xmlNode *hostdev = pt_xml_add (devices, "hostdev", "mode", "subsystem", "type", "pci", "managed",
                                 "yes", NULL);

  pt_spec_xml_add_address (pt_xml_add (hostdev, "source", NULL), host, NULL, FALSE);
  pt_spec_xml_add_address (hostdev, guest, "pci", multifunction);
}


/* Each host slot gets a root port of its own and all its functions the one slot below: drivers
 * expect a card's sound function beside its graphics function. A guest slot needs a function 0,
 * so they are counted anew. */
static void
pt_spec_xml_add_hostdevs (xmlNode             *devices,
                          const PtMachineSpec *spec)
{
  g_autoptr (GArray) sorted = g_array_copy (spec->devices);
  PtAddress guest = { 0 };

  if (sorted->len == 0)
    return;
  g_array_sort (sorted, pt_spec_xml_compare_addresses);
  pt_xml_add (devices, "controller", "type", "pci", "index", "0", "model", "pcie-root", NULL);
  for (guint i = 0; i < sorted->len; i++)
    {
      const PtAddress *host = &g_array_index (sorted, PtAddress, i);
      gboolean         follows = i > 0 && pt_address_same_slot (host, host - 1);
      gboolean         followed = i + 1 < sorted->len && pt_address_same_slot (host, host + 1);

      guest.function = follows ? guest.function + 1 : 0;
      if (!follows)
        {
          xmlNode *port = pt_xml_add (devices, "controller", "type", "pci", "model",
                                      "pcie-root-port", NULL);

          guest.bus++;
          pt_xml_set_number (port, "index", guest.bus);
        }
      pt_spec_xml_add_hostdev (devices, host, &guest, !follows && followed);
    }
}


/* A plain VGA needs no driver, so that firmware and installer are seen; the sockets are private
 * to the user who runs the machine, hence no password. */
static void
pt_spec_xml_add_display (xmlNode             *devices,
                         const PtMachineSpec *spec,
                         const PtHypervisor  *hypervisor)
{
  xmlNode *video = NULL;
  xmlNode *graphics = NULL;

  if (spec->display)
    {
      const char *type = hypervisor->spice ? "spice" : "vnc";

      graphics = pt_xml_add (devices, "graphics", "type", type, NULL);
      pt_xml_add (graphics, "listen", "type", "socket", NULL);
    }
  if (spec->display && hypervisor->spice)
    {
      xmlNode *channel = pt_xml_add (devices, "channel", "type", "spicevmc", NULL);

      pt_xml_add (channel, "target", "type", "virtio", "name", "com.redhat.spice.0", NULL);
      pt_xml_add (devices, "sound", "model", "ich9", NULL);
    }
  video = pt_xml_add (devices, "video", NULL);
  pt_xml_add (video, "model", "type", spec->display ? "vga" : "none", NULL);
}


static void
pt_spec_xml_add_network (xmlNode             *devices,
                         const PtMachineSpec *spec,
                         const PtHypervisor  *hypervisor)
{
  const char *type = hypervisor->user_network ? "user" : "network";
  xmlNode    *interface = NULL;

  if (!spec->network)
    return;
  interface = pt_xml_add (devices, "interface", "type", type, NULL);
  if (!hypervisor->user_network)
    pt_xml_add (interface, "source", "network", "default", NULL);
  /* Windows has a driver for this one on its disc. */
  pt_xml_add (interface, "model", "type", "e1000e", NULL);
}


static void
pt_spec_xml_add_shared_memory (xmlNode             *devices,
                               const PtMachineSpec *spec)
{
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, spec->shared_memory_size >> 20);
  xmlNode         *memory = NULL;

  if (spec->shared_memory == NULL)
    return;
  memory = pt_xml_add (devices, "shmem", "name", spec->shared_memory, NULL);
  pt_xml_add (memory, "model", "type", "ivshmem-plain", NULL);
  xmlNewProp (pt_xml_add_text (memory, "size", size), BAD_CAST "unit", BAD_CAST "M");
}


static void
pt_spec_xml_add_devices (xmlNode             *domain,
                         const PtMachineSpec *spec,
                         const PtHypervisor  *hypervisor)
{
  xmlNode *devices = pt_xml_add (domain, "devices", NULL);

  pt_spec_xml_add_disks (devices, spec);
  pt_spec_xml_add_hostdevs (devices, spec);
  /* The test guest takes no input: fewer devices, a faster start. */
  if (spec->kernel != NULL && !spec->display)
    pt_xml_add (devices, "controller", "type", "usb", "model", "none", NULL);
  pt_spec_xml_add_network (devices, spec, hypervisor);
  if (spec->serial_log != NULL)
    pt_xml_add (pt_xml_add (devices, "serial", "type", "file", NULL), "source", "path",
                spec->serial_log, NULL);
  if (spec->uefi && hypervisor->tpm)
    pt_xml_add (pt_xml_add (devices, "tpm", "model", "tpm-crb", NULL), "backend", "type",
                "emulator", "version", "2.0", NULL);
  pt_spec_xml_add_display (devices, spec, hypervisor);
  pt_spec_xml_add_shared_memory (devices, spec);
  pt_xml_add (devices, "memballoon", "model", "none", NULL);
}


char *
pt_machine_spec_to_xml_for (const PtMachineSpec *self,
                            const PtHypervisor  *hypervisor,
                            GError             **error)
{
  g_autoptr (PtXml) document = NULL;
  xmlNode *domain = NULL;

  g_return_val_if_fail (self != NULL && hypervisor != NULL, NULL);

  if (!pt_machine_spec_validate (self, error))
    return NULL;
  if (self->uefi && !hypervisor->efi)
    {
      g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_INVALID,
                   "uefi: libvirt finds no UEFI firmware (OVMF) for “%s”", self->name);
      return NULL;
    }
  document = xmlNewDoc (BAD_CAST "1.0");
  domain = xmlNewNode (NULL, BAD_CAST "domain");
  xmlDocSetRootElement (document, domain);
  xmlNewProp (domain, BAD_CAST "type", BAD_CAST (self->emulate ? "qemu" : "kvm"));
  pt_xml_add_text (domain, "name", self->name);
  if (self->uuid != NULL)
    pt_xml_add_text (domain, "uuid", self->uuid);
  pt_spec_xml_add_metadata (domain, self);
  pt_spec_xml_add_memory (domain, self);
  pt_spec_xml_add_pins (domain, self);
  pt_spec_xml_add_os (domain, self, hypervisor);
  pt_spec_xml_add_features (domain, self, hypervisor);
  pt_spec_xml_add_cpu (domain, self);
  pt_spec_xml_add_clock (domain, self);
  pt_spec_xml_add_devices (domain, self, hypervisor);
  return pt_xml_to_string (document);
}


char *
pt_machine_spec_to_xml (const PtMachineSpec *self,
                        GError             **error)
{
  g_autoptr (PtHypervisor) hypervisor = pt_hypervisor_new_full ();

  return pt_machine_spec_to_xml_for (self, hypervisor, error);
}
