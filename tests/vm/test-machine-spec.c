/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-machine-spec"

#include "config.h"

#include <string.h>

#include "pt-domain-facts-private.h"
#include "pt-hypervisor.h"
#include "pt-machine-spec.h"
#include "pt-machine.h"
#include "pt-xml-private.h"

#define MIB ((guint64)1 << 20)
#define GIB ((guint64)1 << 30)


/* The article's machine: a card with its sound, a USB controller, a disk to be made and the
 * installation disc. */
static PtMachineSpec *
gaming_spec (void)
{
  PtMachineSpec  *spec = pt_machine_spec_new ("Windows 11");
  const PtAddress devices[] = { { 0, 0x34, 0, 3 }, { 0, 0x2f, 0, 1 }, { 0, 0x2f, 0, 0 } };

  g_array_append_vals (spec->devices, devices, G_N_ELEMENTS (devices));
  spec->disk = g_strdup ("/var/lib/libvirt/images/windows.qcow2");
  spec->iso = g_strdup ("/srv/isos/Win11 & more.iso");
  pt_machine_spec_set_shared_memory (spec, pt_machine_spec_frame_memory (2560, 1440));
  return spec;
}


static PtMachineSpec *
guest_spec (void)
{
  PtMachineSpec *spec = pt_machine_spec_new ("Rehearsal");

  spec->cores = 1;
  spec->memory = 256 * MIB;
  spec->emulate = TRUE;
  spec->rehearsal = TRUE;
  spec->uefi = FALSE;
  spec->network = FALSE;
  spec->display = FALSE;
  spec->kernel = g_strdup ("/tmp/vmlinuz");
  spec->initrd = g_strdup ("/tmp/initrd.img");
  spec->command_line = g_strdup ("console=ttyS0 quiet");
  spec->serial_log = g_strdup ("/tmp/serial.log");
  pt_machine_spec_set_shared_memory (spec, 64 * MIB);
  return spec;
}


static PtXml *
to_document (const PtMachineSpec *spec,
             const PtHypervisor  *hypervisor)
{
  g_autoptr (PtHypervisor) full = pt_hypervisor_new_full ();
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = NULL;
  PtXml           *document = NULL;

  xml = pt_machine_spec_to_xml_for (spec, hypervisor != NULL ? hypervisor : full, &error);
  g_assert_no_error (error);
  document = pt_xml_parse (xml, "domain", &error);
  g_assert_no_error (error);
  return document;
}


static void
assert_text (PtXml      *document,
             const char *xpath,
             const char *expected)
{
  g_autofree char *text = pt_xml_text (document, xpath);

  g_test_message ("%s", xpath);
  g_assert_cmpstr (text, ==, expected);
}


static void
assert_count (PtXml      *document,
              const char *xpath,
              guint       expected)
{
  g_auto (GStrv) all = pt_xml_list (document, xpath);

  g_test_message ("%s", xpath);
  g_assert_cmpuint (g_strv_length (all), ==, expected);
}


static void
test_defaults (void)
{
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("windows");
  g_autoptr (PtXml) document = to_document (spec, NULL);

  assert_text (document, "/domain/@type", "kvm");
  assert_text (document, "/domain/name", "windows");
  assert_text (document, "/domain/vcpu", "4");
  assert_text (document, "/domain/memory[@unit='KiB']", "8388608");
  assert_text (document, "/domain/os/type[@arch='x86_64']/@machine", "q35");
  assert_text (document, "/domain/cpu/@mode", "host-passthrough");
  assert_text (document, "/domain/cpu/topology/@sockets", "1");
  assert_text (document, "/domain/cpu/topology/@cores", "4");
  assert_text (document, "/domain/cpu/topology/@threads", "1");
  assert_text (document, "/domain/devices/memballoon/@model", "none");
  assert_text (document, "/domain/devices/interface[@type='network']/source/@network", "default");
  assert_text (document, "/domain/clock/@offset", "localtime");
  assert_text (document, "/domain/devices/graphics[@type='spice']/listen/@type", "socket");
  assert_count (document, "/domain/devices/graphics/@passwd", 0);
  assert_count (document, "/domain/devices/disk", 0);
  assert_count (document, "/domain/devices/hostdev", 0);
  assert_count (document, "/domain/devices/shmem", 0);
  assert_count (document, "/domain/uuid", 0);
}


static void
test_firmware (void)
{
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("windows");
  g_autoptr (PtXml) document = to_document (spec, NULL);

  assert_text (document, "/domain/os/@firmware", "efi");
  assert_text (document, "/domain/os/firmware/feature[@name='secure-boot']/@enabled", "yes");
  assert_text (document, "/domain/os/firmware/feature[@name='enrolled-keys']/@enabled", "yes");
  assert_text (document, "/domain/devices/tpm[@model='tpm-crb']/backend/@type", "emulator");
  assert_text (document, "/domain/devices/tpm/backend/@version", "2.0");
}


static void
test_pins (void)
{
  const char *const pins[] = { "6,18", "7,19", "8,20", "9,21", NULL };
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("windows");
  g_autoptr (PtXml) document = NULL;
  g_autoptr (PtXml) free_document = to_document (spec, NULL);

  assert_count (free_document, "/domain/cputune", 0);
  spec->pins = g_strdupv ((char **)pins);
  spec->emulator_pin = g_strdup ("0-5,12-17");
  document = to_document (spec, NULL);
  assert_count (document, "/domain/cputune/vcpupin", 4);
  assert_text (document, "/domain/cputune/vcpupin[@vcpu='0']/@cpuset", "6,18");
  assert_text (document, "/domain/cputune/vcpupin[@vcpu='3']/@cpuset", "9,21");
  assert_text (document, "/domain/cputune/emulatorpin/@cpuset", "0-5,12-17");
}


/* What the hypervisor lacks is left out, but for the firmware, without which nothing would
 * start. */
static void
test_poor_hypervisor (void)
{
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("windows");
  g_autoptr (PtHypervisor) hypervisor = pt_hypervisor_new_full ();
  g_autoptr (PtXml) document = NULL;
  g_autoptr (GError) error = NULL;

  hypervisor->secure_boot = FALSE;
  hypervisor->tpm = FALSE;
  hypervisor->spice = FALSE;
  hypervisor->user_network = TRUE;
  g_clear_pointer (&hypervisor->hyperv, g_strfreev);
  hypervisor->hyperv = g_new0 (char *, 1);
  document = to_document (spec, hypervisor);
  assert_text (document, "/domain/os/@firmware", "efi");
  assert_count (document, "/domain/os/firmware", 0);
  assert_count (document, "/domain/devices/tpm", 0);
  assert_count (document, "/domain/features/hyperv", 0);
  assert_text (document, "/domain/devices/graphics[@type='vnc']/listen/@type", "socket");
  assert_count (document, "/domain/devices/sound", 0);
  assert_count (document, "/domain/devices/interface[@type='user']", 1);

  hypervisor->efi = FALSE;
  g_assert_null (pt_machine_spec_to_xml_for (spec, hypervisor, &error));
  g_assert_error (error, PT_VM_ERROR, PT_VM_ERROR_INVALID);
}


static void
test_enlightenments (void)
{
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("windows");
  g_autoptr (PtXml) document = to_document (spec, NULL);
  g_autoptr (PtXml) emulated = NULL;

  assert_text (document, "/domain/features/hyperv/spinlocks[@state='on']/@retries", "8191");
  assert_count (document, "/domain/features/hyperv/stimer", 1);
  assert_count (document, "/domain/features/hyperv/vpindex", 1);
  spec->emulate = TRUE;
  emulated = to_document (spec, NULL);
  assert_text (emulated, "/domain/@type", "qemu");
  assert_text (emulated, "/domain/cpu/@mode", "maximum");
  assert_count (emulated, "/domain/features/hyperv/relaxed", 1);
  assert_count (emulated, "/domain/features/hyperv/stimer", 0);
  assert_count (emulated, "/domain/features/hyperv/synic", 0);
  assert_count (emulated, "/domain/features/hyperv/vpindex", 0);
}


/* stimer needs synic and that needs vpindex: without the last none of them. */
static void
test_enlightenments_need_each_other (void)
{
  g_autoptr (PtHypervisor) hypervisor = pt_hypervisor_new_full ();
  g_autoptr (GPtrArray) names = NULL;

  g_strfreev (hypervisor->hyperv);
  hypervisor->hyperv = g_strsplit ("relaxed,stimer,synic,evmcs", ",", -1);
  names = pt_hypervisor_enlightenments (hypervisor, FALSE);
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (names, 0), ==, "relaxed");
}


static void
test_devices (void)
{
  g_autoptr (PtMachineSpec) spec = gaming_spec ();
  g_autoptr (PtXml) document = to_document (spec, NULL);

  assert_count (document, "/domain/devices/hostdev[@type='pci'][@managed='yes']", 3);
  assert_count (document, "/domain/devices/controller[@model='pcie-root-port']", 2);
  /* The card's two functions share a guest slot, whatever the order they were named in. */
  assert_text (document,
               "/domain/devices/hostdev[source/address[@bus='0x2f'][@function='0x0']]"
               "/address[@bus='0x01'][@slot='0x00'][@function='0x0']/@multifunction",
               "on");
  assert_count (document,
                "/domain/devices/hostdev[source/address[@bus='0x2f'][@function='0x1']]"
                "/address[@bus='0x01'][@slot='0x00'][@function='0x1'][not(@multifunction)]",
                1);
  /* A lone function 3 becomes function 0: a guest slot without one is not seen. */
  assert_count (document,
                "/domain/devices/hostdev[source/address[@bus='0x34'][@function='0x3']]"
                "/address[@bus='0x02'][@slot='0x00'][@function='0x0'][not(@multifunction)]",
                1);
}


static void
test_disks (void)
{
  g_autoptr (PtMachineSpec) spec = gaming_spec ();
  g_autoptr (PtXml) document = to_document (spec, NULL);

  assert_text (document, "/domain/devices/disk[@device='disk']/source/@file",
               "/var/lib/libvirt/images/windows.qcow2");
  assert_text (document, "/domain/devices/disk[@device='disk']/driver/@type", "qcow2");
  assert_text (document, "/domain/devices/disk[@device='disk']/target/@bus", "virtio");
  assert_text (document, "/domain/devices/disk[@device='disk']/boot/@order", "1");
  assert_text (document, "/domain/devices/disk[@device='cdrom']/source/@file",
               "/srv/isos/Win11 & more.iso");
  assert_text (document, "/domain/devices/disk[@device='cdrom']/target/@bus", "sata");
  assert_text (document, "/domain/devices/disk[@device='cdrom']/boot/@order", "2");
  assert_count (document, "/domain/devices/disk[@device='cdrom']/readonly", 1);
}


static void
test_shared_memory (void)
{
  g_autoptr (PtMachineSpec) spec = gaming_spec ();
  g_autoptr (PtMachineSpec) other = gaming_spec ();
  g_autoptr (PtXml) document = to_document (spec, NULL);

  assert_text (document, "/domain/devices/shmem/@name", spec->shared_memory);
  assert_text (document, "/domain/devices/shmem/model/@type", "ivshmem-plain");
  assert_text (document, "/domain/devices/shmem/size[@unit='M']", "64");
  g_assert_true (g_str_has_prefix (spec->shared_memory, "passthru-windows-11-"));
  g_assert_cmpstr (spec->shared_memory, !=, other->shared_memory);
}


static void
test_metadata (void)
{
  g_autoptr (PtMachineSpec) gaming = gaming_spec ();
  g_autoptr (PtMachineSpec) guest = guest_spec ();
  g_autoptr (PtXml) real = to_document (gaming, NULL);
  g_autoptr (PtXml) rehearsal = to_document (guest, NULL);

  assert_count (real, "/domain/metadata/passthru:machine", 1);
  assert_count (real, "/domain/metadata/passthru:machine/passthru:rehearsal", 0);
  assert_count (real, "/domain/metadata/passthru:machine/passthru:device", 3);
  assert_text (real, "/domain/metadata/passthru:machine/passthru:frames/@source", "kvmfr");
  assert_count (rehearsal, "/domain/metadata/passthru:machine/passthru:rehearsal", 1);
}


static void
test_guest (void)
{
  g_autoptr (PtMachineSpec) spec = guest_spec ();
  g_autoptr (PtXml) document = to_document (spec, NULL);

  assert_text (document, "/domain/os/kernel", "/tmp/vmlinuz");
  assert_text (document, "/domain/os/initrd", "/tmp/initrd.img");
  assert_text (document, "/domain/os/cmdline", "console=ttyS0 quiet");
  assert_text (document, "/domain/devices/serial[@type='file']/source/@path", "/tmp/serial.log");
  assert_text (document, "/domain/devices/video/model/@type", "none");
  assert_text (document, "/domain/cpu/@mode", "custom");
  assert_text (document, "/domain/cpu/topology/@cores", "1");
  assert_count (document, "/domain/os/@firmware", 0);
  assert_count (document, "/domain/devices/graphics", 0);
  assert_count (document, "/domain/devices/interface", 0);
  assert_count (document, "/domain/devices/tpm", 0);
  assert_count (document, "/domain/features/acpi", 1);
}


static void
test_copy (void)
{
  g_autoptr (PtMachineSpec) spec = gaming_spec ();
  g_autoptr (PtMachineSpec) copy = pt_machine_spec_copy (spec);
  g_autofree char *first = pt_machine_spec_to_xml (spec, NULL);
  g_autofree char *second = NULL;
  const PtAddress  more = { 0, 1, 2, 3 };

  g_array_append_val (spec->devices, more);
  g_free (spec->iso);
  spec->iso = NULL;
  second = pt_machine_spec_to_xml (copy, NULL);
  g_assert_cmpstr (first, ==, second);
}


static void
test_frame_memory (void)
{
  g_assert_cmpuint (pt_machine_spec_frame_memory (1920, 1080), ==, 32 * MIB);
  g_assert_cmpuint (pt_machine_spec_frame_memory (2560, 1440), ==, 64 * MIB);
  g_assert_cmpuint (pt_machine_spec_frame_memory (3840, 2160), ==, 128 * MIB);
  g_assert_cmpuint (pt_machine_spec_frame_memory (5120, 2880), ==, 256 * MIB);
  g_assert_cmpuint (pt_machine_spec_frame_memory (7680, 4320), ==, 512 * MIB);
  g_assert_cmpuint (pt_machine_spec_frame_memory (0, 1080), ==, 0);
  g_assert_cmpuint (pt_machine_spec_frame_memory (1920, 0), ==, 0);
  g_assert_cmpuint (pt_machine_spec_frame_memory (G_MAXUINT, G_MAXUINT), ==, 0);
}


/* One field at a time, and the message names it. */
static void
assert_refused (PtMachineSpec *spec,
                const char    *field)
{
  g_autoptr (PtMachineSpec) own = spec;
  g_autoptr (GError) error = NULL;
  g_autofree char *prefix = g_strconcat (field, ": ", NULL);
  g_autofree char *xml = NULL;

  g_assert_false (pt_machine_spec_validate (own, &error));
  g_assert_error (error, PT_VM_ERROR, PT_VM_ERROR_INVALID);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, prefix));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  xml = pt_machine_spec_to_xml (own, NULL);
  g_assert_null (xml);
}


static PtMachineSpec *
with_string (gsize       offset,
             const char *value)
{
  PtMachineSpec *spec = gaming_spec ();
  char         **field = G_STRUCT_MEMBER_P (spec, offset);

  g_free (*field);
  *field = g_strdup (value);
  return spec;
}


static PtMachineSpec *
with_size (gsize   offset,
           guint64 value)
{
  PtMachineSpec *spec = gaming_spec ();

  G_STRUCT_MEMBER (guint64, spec, offset) = value;
  return spec;
}


#define STRING(field, value) with_string (G_STRUCT_OFFSET (PtMachineSpec, field), value)
#define SIZE(field, value) with_size (G_STRUCT_OFFSET (PtMachineSpec, field), value)


static void
test_refuses_names (void)
{
  static const char *const names[] = { "", " ", "-rf", ".hidden", "a/b", "../up", "a\nb",
                                       "trailing ", "semi;colon", "<domain>", "\xff\xfe", "a\"b" };

  g_autofree char *longest = g_strnfill (65, 'n');

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    assert_refused (STRING (name, names[i]), "name");
  assert_refused (STRING (name, NULL), "name");
  assert_refused (STRING (name, longest), "name");
  assert_refused (STRING (uuid, "not-a-uuid"), "uuid");
}


static void
test_takes_names (void)
{
  static const char *const names[] = { "w", "Windows 11", "Spiele-Rechner", "Größe_2.0+x", "11" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (PtMachineSpec) spec = STRING (name, names[i]);
      g_autoptr (GError) error = NULL;

      g_assert_true (pt_machine_spec_validate (spec, &error));
      g_assert_no_error (error);
    }
}


static void
test_refuses_sizes (void)
{
  PtMachineSpec *none = gaming_spec ();
  PtMachineSpec *many = gaming_spec ();

  none->cores = 0;
  many->cores = 256;
  assert_refused (none, "cores");
  assert_refused (many, "cores");
  assert_refused (SIZE (memory, 0), "memory");
  assert_refused (SIZE (memory, 256 * MIB - 1), "memory");
  assert_refused (SIZE (memory, GIB + 1), "memory");
  assert_refused (SIZE (memory, G_MAXUINT64), "memory");
  assert_refused (SIZE (disk_size, 0), "disk_size");
  assert_refused (SIZE (disk_size, 10 * GIB + 1), "disk_size");
  assert_refused (SIZE (disk_size, G_MAXUINT64), "disk_size");
  assert_refused (SIZE (shared_memory_size, 0), "shared_memory_size");
  assert_refused (SIZE (shared_memory_size, 48 * MIB), "shared_memory_size");
  assert_refused (SIZE (shared_memory_size, 512 * 1024), "shared_memory_size");
  assert_refused (SIZE (shared_memory_size, 128 * GIB), "shared_memory_size");
}


static void
test_refuses_files (void)
{
  assert_refused (STRING (disk, "windows.qcow2"), "disk");
  assert_refused (STRING (disk, ""), "disk");
  assert_refused (STRING (disk, "/"), "disk");
  assert_refused (STRING (disk, "/folder/"), "disk");
  assert_refused (STRING (disk, "/a\nb"), "disk");
  assert_refused (STRING (disk, "/\xff"), "disk");
  assert_refused (STRING (iso, "~/win.iso"), "iso");
  assert_refused (STRING (iso, "/var/lib/libvirt/images/windows.qcow2"), "iso");
  assert_refused (STRING (kernel, "vmlinuz"), "kernel");
  assert_refused (STRING (initrd, "/initrd.img"), "initrd");
  assert_refused (STRING (command_line, "quiet"), "command_line");
  assert_refused (STRING (command_line, "quiet\n"), "command_line");
  assert_refused (STRING (command_line, "\xfe"), "command_line");
  assert_refused (STRING (serial_log, "serial.log"), "serial_log");
  assert_refused (STRING (shared_memory, ""), "shared_memory");
  assert_refused (STRING (shared_memory, "../escape"), "shared_memory");
  assert_refused (STRING (shared_memory, "."), "shared_memory");
  assert_refused (STRING (shared_memory, "größe"), "shared_memory");
}


static void
test_refuses_pins (void)
{
  static const struct
  {
    const char *pin, *emulator;
    guint       cores;
    const char *field;
  } cases[] = {
    { "0", NULL, 2, "pins" },
    { "", NULL, 1, "pins" },
    { "0-", NULL, 1, "pins" },
    { "^3", NULL, 1, "pins" },
    { "0", "x", 1, "emulator_pin" },
    { "0", "", 1, "emulator_pin" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const pins[] = { cases[i].pin, NULL };
      PtMachineSpec    *spec = gaming_spec ();

      spec->pins = g_strdupv ((char **)pins);
      spec->emulator_pin = g_strdup (cases[i].emulator);
      spec->cores = cases[i].cores;
      assert_refused (spec, cases[i].field);
    }
}


static void
test_refuses_devices (void)
{
  PtMachineSpec  *twice = gaming_spec ();
  PtMachineSpec  *rehearsal = guest_spec ();
  PtMachineSpec  *real = guest_spec ();
  const PtAddress card = { 0, 0x2f, 0, 0 };

  g_array_append_val (twice->devices, card);
  assert_refused (twice, "devices");
  g_array_append_val (rehearsal->devices, card);
  assert_refused (rehearsal, "devices");
  real->emulate = FALSE;
  assert_refused (real, "emulate");
}


static void
test_capabilities (void)
{
  g_autoptr (PtHypervisor) rich = NULL;
  g_autoptr (PtHypervisor) poor = NULL;
  g_autoptr (GError) error = NULL;

  rich = pt_hypervisor_parse ("<domainCapabilities><os supported='yes'>"
                              "<enum name='firmware'><value>efi</value></enum>"
                              "<loader><enum name='secure'><value>yes</value></enum></loader></os>"
                              "<devices><graphics><enum name='type'><value>vnc</value>"
                              "<value>spice</value></enum></graphics><tpm>"
                              "<enum name='model'><value>tpm-tis</value>"
                              "<value>tpm-crb</value></enum>"
                              "<enum name='backendModel'><value>emulator</value></enum>"
                              "</tpm></devices><features><hyperv><enum name='features'>"
                              "<value>relaxed</value><value>vapic</value></enum></hyperv>"
                              "</features>"
                              "</domainCapabilities>",
                              &error);
  g_assert_no_error (error);
  g_assert_true (rich->efi && rich->secure_boot && rich->tpm && rich->spice);
  g_assert_cmpuint (g_strv_length (rich->hyperv), ==, 2);
  poor = pt_hypervisor_parse ("<domainCapabilities/>", &error);
  g_assert_no_error (error);
  g_assert_false (poor->efi || poor->secure_boot || poor->tpm || poor->spice);
  g_assert_cmpuint (g_strv_length (poor->hyperv), ==, 0);
  g_assert_null (pt_hypervisor_parse ("<capabilities/>", &error));
  g_assert_error (error, PT_VM_ERROR, PT_VM_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (pt_hypervisor_parse ("<domainCapabilities>", &error));
  g_assert_error (error, PT_VM_ERROR, PT_VM_ERROR_FAILED);
}


/* What the machine was made for and what it is handed are read back as they were written, and a
 * definition of somebody else has neither. */
static void
test_read_back (void)
{
  static const char *const addresses[] = { "0000:2f:00.0", "0000:2f:00.1", "0000:34:00.3" };
  const char              *other = "<domain><name>a</name><devices><hostdev type='usb'><source>"
                                   "<address bus='1' device='2'/></source></hostdev></devices>"
                                   "</domain>";
  g_autoptr (PtMachineSpec) spec = gaming_spec ();
  g_autoptr (PtMachineSpec) copy = NULL;
  g_autoptr (PtDomainFacts) facts = NULL;
  g_autoptr (PtDomainFacts) foreign = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = NULL;

  spec->seen = g_strdup ("{\"kernel\":\"6.1 <&>\",\"devices\":[]}");
  copy = pt_machine_spec_copy (spec);
  xml = pt_machine_spec_to_xml (copy, &error);
  g_assert_no_error (error);
  facts = pt_domain_facts_parse (xml, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (facts->seen, ==, spec->seen);
  g_assert_cmpuint (facts->devices->len, ==, G_N_ELEMENTS (addresses));
  for (guint i = 0; i < facts->devices->len; i++)
    {
      char buffer[PT_ADDRESS_BUFFER] = "";

      g_assert_cmpstr (pt_address_format (&g_array_index (facts->devices, PtAddress, i), buffer),
                       ==, addresses[i]);
    }
  foreign = pt_domain_facts_parse (other, &error);
  g_assert_no_error (error);
  g_assert_null (foreign->seen);
  g_assert_cmpuint (foreign->devices->len, ==, 0);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/vm/machine-spec/read-back", test_read_back);
  g_test_add_func ("/vm/machine-spec/defaults", test_defaults);
  g_test_add_func ("/vm/machine-spec/pins", test_pins);
  g_test_add_func ("/vm/machine-spec/refuses-pins", test_refuses_pins);
  g_test_add_func ("/vm/machine-spec/firmware", test_firmware);
  g_test_add_func ("/vm/machine-spec/poor-hypervisor", test_poor_hypervisor);
  g_test_add_func ("/vm/machine-spec/enlightenments", test_enlightenments);
  g_test_add_func ("/vm/machine-spec/enlightenments-need-each-other",
                   test_enlightenments_need_each_other);
  g_test_add_func ("/vm/machine-spec/devices", test_devices);
  g_test_add_func ("/vm/machine-spec/disks", test_disks);
  g_test_add_func ("/vm/machine-spec/shared-memory", test_shared_memory);
  g_test_add_func ("/vm/machine-spec/metadata", test_metadata);
  g_test_add_func ("/vm/machine-spec/guest", test_guest);
  g_test_add_func ("/vm/machine-spec/copy", test_copy);
  g_test_add_func ("/vm/machine-spec/frame-memory", test_frame_memory);
  g_test_add_func ("/vm/machine-spec/refuses-names", test_refuses_names);
  g_test_add_func ("/vm/machine-spec/takes-names", test_takes_names);
  g_test_add_func ("/vm/machine-spec/refuses-sizes", test_refuses_sizes);
  g_test_add_func ("/vm/machine-spec/refuses-files", test_refuses_files);
  g_test_add_func ("/vm/machine-spec/refuses-devices", test_refuses_devices);
  g_test_add_func ("/vm/machine-spec/capabilities", test_capabilities);
  return g_test_run ();
}
