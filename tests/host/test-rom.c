/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-rom"

#include "config.h"

#include <sys/stat.h>
#include <unistd.h>

#include "pt-rom-words.h"
#include "pt-test-host.h"
#include "rom-builder.h"

#define EFI_AT 2048 /* of the good one's second image */

/* The smallest image with a driver. */
static const RomImageSpec test_driver = {
  .code_type = PT_ROM_CODE_EFI,
  .machine = PT_ROM_MACHINE_X64,
  .vendor = 0x10de,
  .device = 0x2504,
  .units = 1,
  .last = TRUE,
};


static PtRom
parse_for (GByteArray *bytes,
           guint16     vendor,
           guint16     device)
{
  /* On the heap and not a byte longer, so that the address sanitizer sees every step outside. */
  g_autofree guint8 *exact = g_memdup2 (bytes->data, bytes->len);
  PtRom              rom = { 0 };

  pt_rom_parse (exact, bytes->len, vendor, device, &rom);
  return rom;
}


static PtRom
parse (GByteArray *bytes)
{
  return parse_for (bytes, 0x10de, 0x2504);
}


#define ASSERT_VERDICT(bytes, expected)                                    \
  G_STMT_START                                                             \
  {                                                                        \
    PtRom _rom = parse (bytes);                                            \
    g_assert_cmpstr (pt_rom_verdict_to_nick (_rom.verdict), ==, expected); \
  }                                                                        \
  G_STMT_END


static void
test_good (void)
{
  g_autoptr (GByteArray) bytes = rom_new_good ();
  PtRom rom = parse (bytes);

  g_assert_cmpint (rom.verdict, ==, PT_ROM_UEFI);
  g_assert_cmpuint (rom.size, ==, 10 * 512);
  g_assert_cmpuint (rom.offset, ==, 0);
  g_assert_cmpuint (rom.n_images, ==, 2);
  g_assert_cmpuint (rom.images[0].offset, ==, 0);
  g_assert_cmpuint (rom.images[0].length, ==, 2048);
  g_assert_cmpuint (rom.images[0].code_type, ==, PT_ROM_CODE_BIOS);
  g_assert_false (rom.images[0].efi);
  g_assert_false (rom.images[0].last);
  g_assert_cmpuint (rom.images[1].offset, ==, EFI_AT);
  g_assert_cmpuint (rom.images[1].length, ==, 3072);
  g_assert_cmpuint (rom.images[1].vendor, ==, 0x10de);
  g_assert_cmpuint (rom.images[1].device, ==, 0x2504);
  g_assert_true (rom.images[1].efi);
  g_assert_cmpuint (rom.images[1].machine, ==, PT_ROM_MACHINE_X64);
  g_assert_true (rom.images[1].compressed);
  g_assert_true (rom.images[1].last);
}


/* Each field broken in turn, in the image with the driver. */
static void
test_broken (void)
{
  const struct
  {
    gsize       offset;
    guint8      value;
    const char *verdict;
  } rows[] = {
    { 0x00, 0x54, "truncated" }, /* signature: the chain ends without a last image */
    { 0x01, 0xab, "truncated" },
    { 0x02, 0xff, "uefi" },        /* the EFI header's own length is not needed */
    { 0x04, 0xf2, "legacy-only" }, /* EFI signature */
    { 0x07, 0x01, "legacy-only" },
    { 0x0a, 0x65, "other-machine" }, /* machine */
    { 0x0b, 0xaa, "other-machine" },
    { 0x0c, 0x00, "uefi" },      /* not compressed */
    { 0x18, 0x19, "truncated" }, /* pointer: into the header, so no image */
    { 0x18, 0x1d, "truncated" }, /* beside the structure */
    { 0x19, 0xff, "truncated" }, /* behind the end */
    { ROM_PCIR, 'p', "truncated" },
    { ROM_PCIR + 3, 0, "truncated" },
    { ROM_PCIR + 0x0a, 0xff, "uefi" }, /* length of the structure: nothing behind it */
    { ROM_PCIR + 0x0b, 0xff, "uefi" },
    { ROM_PCIR + 0x10, 7, "truncated" }, /* one unit longer than the file */
    { ROM_PCIR + 0x11, 0xff, "truncated" },
    { ROM_PCIR + 0x10, 0, "uefi" },        /* not stated */
    { ROM_PCIR + 0x14, 0, "legacy-only" }, /* code type */
    { ROM_PCIR + 0x14, 1, "legacy-only" },
    { ROM_PCIR + 0x15, 0, "uefi" }, /* no last image, but the driver is there */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = rom_new_good ();

      g_test_message ("row %u: %02x at %#zx", i, rows[i].value, rows[i].offset);
      bytes->data[EFI_AT + rows[i].offset] = rows[i].value;
      ASSERT_VERDICT (bytes, rows[i].verdict);
    }
}


static void
test_machines (void)
{
  const guint16 machines[] = {
    PT_ROM_MACHINE_IA32, PT_ROM_MACHINE_EBC, PT_ROM_MACHINE_ARM64, 0x0200, 0
  };

  for (guint i = 0; i < G_N_ELEMENTS (machines); i++)
    {
      RomImageSpec spec = test_driver;
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      PtRom rom = { 0 };

      spec.machine = machines[i];
      rom_append (bytes, &spec);
      ASSERT_VERDICT (bytes, "other-machine");
      rom = parse (bytes);
      g_assert_cmpuint (rom.images[0].machine, ==, machines[i]);

      /* A second driver for x64 is what counts. */
      bytes->data[ROM_PCIR + 0x15] = 0;
      spec.machine = PT_ROM_MACHINE_X64;
      rom_append (bytes, &spec);
      ASSERT_VERDICT (bytes, "uefi");
    }
}


static void
test_legacy (void)
{
  const RomImageSpec spec = { .vendor = 0x10de, .device = 0x2504, .units = 4, .last = TRUE };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  rom_append (bytes, &spec);
  ASSERT_VERDICT (bytes, "legacy-only");
  /* What lies behind the last image does not count: no card hands it out. */
  rom_append (bytes, &test_driver);
  ASSERT_VERDICT (bytes, "legacy-only");
}


static void
test_cards (void)
{
  g_autoptr (GByteArray) bytes = rom_new_good ();
  PtRom rom = parse_for (bytes, 0, 0);

  g_assert_cmpint (rom.verdict, ==, PT_ROM_UEFI);
  rom = parse_for (bytes, 0x10de, 0x2505);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_OTHER_CARD);
  rom = parse_for (bytes, 0x1002, 0x2504);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_OTHER_CARD);
  g_assert_cmpuint (rom.n_images, ==, 2);

  /* One image that names the card is enough. */
  rom_put_16 (bytes, ROM_PCIR + 6, 0x2505);
  rom = parse_for (bytes, 0x10de, 0x2505);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_UEFI);
  g_assert_true (rom.images[0].matches);
  g_assert_false (rom.images[1].matches);
}


/* Revision 3 of the data structure may point to a list of devices. */
static void
test_device_list (void)
{
  g_autoptr (GByteArray) bytes = rom_new_good ();
  PtRom rom = { 0 };

  rom_put_16 (bytes, ROM_PCIR + 8, 0x40);
  rom_put_16 (bytes, ROM_PCIR + 0x40, 0x1111);
  rom_put_16 (bytes, ROM_PCIR + 0x42, 0x2222);
  rom = parse_for (bytes, 0x10de, 0x2222);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_OTHER_CARD); /* revision 0 has none */

  bytes->data[ROM_PCIR + 0x0c] = 3;
  rom = parse_for (bytes, 0x10de, 0x2222);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_UEFI);
  rom = parse_for (bytes, 0x1002, 0x2222);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_OTHER_CARD);
  rom = parse_for (bytes, 0x10de, 0x3333);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_OTHER_CARD);

  /* A list behind the end and one that never ends. */
  rom_put_16 (bytes, ROM_PCIR + 8, 0xfff0);
  rom = parse_for (bytes, 0x10de, 0x2222);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_OTHER_CARD);
  rom_put_16 (bytes, ROM_PCIR + 8, 0x40);
  memset (bytes->data + ROM_PCIR + 0x40, 0x11, 1800);
  rom_put_16 (bytes, ROM_PCIR + 0x40 + 2 * 300, 0x2222);
  rom = parse_for (bytes, 0x10de, 0x2222);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_OTHER_CARD);
}


/* The good one with its length as far as the end at every byte: nothing reads outside, and only
 * the whole passes. */
static void
test_truncated (void)
{
  for (guint length = 0; length < 10 * 512; length++)
    {
      g_autoptr (GByteArray) bytes = rom_new_good ();

      g_byte_array_set_size (bytes, length);
      ASSERT_VERDICT (bytes, length < 2 ? "not-a-rom" : "truncated");
    }
}


static void
test_nothing (void)
{
  const struct
  {
    const char *bytes;
    guint8      fill;
    gboolean    blank;
  } rows[] = { { "", 0xff, TRUE }, { "", 0x00, TRUE }, { "", 0x55, FALSE }, { "MZ", 0xff, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      PtRom rom = { 0 };

      g_byte_array_set_size (bytes, 65536);
      memset (bytes->data, rows[i].fill, bytes->len);
      memcpy (bytes->data, rows[i].bytes, strlen (rows[i].bytes));
      rom = parse (bytes);
      g_assert_cmpint (rom.verdict, ==, PT_ROM_NOT_A_ROM);
      g_assert_cmpint (rom.blank, ==, rows[i].blank);
      g_assert_cmpuint (rom.n_images, ==, 0);
    }
}


/* NVIDIA's flash tools put a header in front, whose length need not be a multiple of anything. */
static void
test_makers_header (void)
{
  const guint lengths[] = { 1, 511, 0x600, 0x9400 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GByteArray) good = rom_new_good ();
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      PtRom rom = { 0 };

      g_byte_array_set_size (bytes, lengths[i]);
      memset (bytes->data, 0x55, lengths[i]);
      g_byte_array_append (bytes, good->data, good->len);
      rom = parse (bytes);
      g_assert_cmpint (rom.verdict, ==, PT_ROM_UEFI);
      g_assert_cmpuint (rom.offset, ==, lengths[i]);
      g_assert_cmpuint (rom.n_images, ==, 2);
      g_assert_cmpuint (rom.images[1].offset, ==, lengths[i] + EFI_AT);
    }
}


static void
put_npde (GByteArray *bytes,
          gsize       image,
          guint16     units,
          gboolean    last)
{
  gsize npde = image + ((ROM_PCIR + 0x18 + 15) & ~15u);

  memcpy (bytes->data + npde, "NPDE", 4);
  rom_put_16 (bytes, npde + 4, 0x0100);
  rom_put_16 (bytes, npde + 6, 0x000b);
  rom_put_16 (bytes, npde + 8, units);
  bytes->data[npde + 10] = last ? 0x80 : 0;
}


static void
test_npde (void)
{
  g_autoptr (GByteArray) bytes = rom_new_good ();
  PtRom rom = { 0 };

  /* The old structure says that the BIOS image is the last and 40 units long; the new one knows. */
  bytes->data[ROM_PCIR + 0x15] = 0x80;
  rom_put_16 (bytes, ROM_PCIR + 0x10, 40);
  ASSERT_VERDICT (bytes, "truncated");
  put_npde (bytes, 0, 4, FALSE);
  rom = parse (bytes);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_UEFI);
  g_assert_cmpuint (rom.images[0].length, ==, 2048);
  g_assert_false (rom.images[0].last);
  g_assert_cmpuint (rom.n_images, ==, 2);

  put_npde (bytes, 0, 4, TRUE);
  ASSERT_VERDICT (bytes, "legacy-only");
}


/* A hundred images are more than anybody has. */
static void
test_many (void)
{
  const RomImageSpec spec = { .vendor = 0x10de, .device = 0x2504, .units = 1 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  PtRom rom = { 0 };

  for (guint i = 0; i < 100; i++)
    rom_append (bytes, &spec);
  rom = parse (bytes);
  g_assert_cmpuint (rom.n_images, ==, PT_ROM_MAX_IMAGES);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_TRUNCATED);
}


/* Sixteen megabytes that look like images everywhere are looked through quickly. */
static void
test_hostile_size (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gint64 started = 0;
  PtRom  rom = { 0 };

  g_byte_array_set_size (bytes, PT_ROM_MAX_SIZE + 4096);
  for (guint i = 0; i + 1 < bytes->len; i += 2)
    rom_put_16 (bytes, i, 0xaa55);
  started = g_get_monotonic_time ();
  rom = parse (bytes);
  g_assert_cmpint (rom.verdict, ==, PT_ROM_NOT_A_ROM);
  g_assert_cmpuint (rom.size, ==, PT_ROM_MAX_SIZE);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 10 * G_USEC_PER_SEC);
}


/* --- Words --- */

static void
test_words (void)
{
  const struct
  {
    PtRom       rom;
    const char *words;
  } rows[] = {
    { { .verdict = PT_ROM_NOT_A_ROM }, "not the firmware" },
    { { .verdict = PT_ROM_NOT_A_ROM, .blank = TRUE }, "asleep or in use" },
    { { .verdict = PT_ROM_TRUNCATED }, "incomplete" },
    { { .verdict = PT_ROM_OTHER_CARD }, "for another card." },
    { { .verdict = PT_ROM_UEFI }, "has a UEFI driver for PC" },
    { { .verdict = PT_ROM_OTHER_MACHINE }, "none for PC" },
    { { .verdict = PT_ROM_LEGACY_ONLY }, "no UEFI driver" },
  };
  g_autoptr (GByteArray) bytes = rom_new_good ();
  PtRom            rom = parse (bytes);
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *sentence = pt_rom_describe (&rows[i].rom, NULL);

      g_test_message ("%s", sentence);
      g_assert_nonnull (strstr (sentence, rows[i].words));
    }
  rom.offset = 1536;
  text = pt_rom_to_text (&rom, NULL);
  g_assert_cmpstr (text, ==,
                   "This firmware has a UEFI driver for PC processors, as a virtual machine needs "
                   "it.\n"
                   "Image 1: BIOS for 10de:2504, 2048 bytes\n"
                   "Image 2: UEFI x64 for 10de:2504, 3072 bytes, compressed\n"
                   "The first 1536 bytes are a header of the maker's. Cut them off before a "
                   "virtual machine uses the file.\n");
}


/* --- From a card --- */

static void
write_bytes (PtTestHost *machine,
             const char *name,
             GByteArray *bytes)
{
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (machine), name, NULL);

  g_assert_true (g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL));
}


static void
assert_no_rom (PtTestHost *machine,
               const char *text,
               PtRomError  code)
{
  g_autoptr (GError) error = NULL;
  PtAddress address = { 0 };

  g_assert_true (pt_address_parse (text, &address));
  g_assert_null (pt_rom_read (pt_test_host_get_sysroot (machine), &address, &error));
  g_assert_error (error, PT_ROM_ERROR, (int)code);
}


static void
test_read (void)
{
  const char *const folder = "sys/bus/pci/devices/0000:2f:00.0";
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (GByteArray) good = rom_new_good ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *rom = g_build_filename (folder, "rom", NULL);
  g_autofree char *boot_vga = g_build_filename (folder, "boot_vga", NULL);
  const PtAddress  address = { 0, 0x2f, 0, 0 };

  pt_test_host_remove (machine, rom);
  assert_no_rom (machine, "0000:2f:00.0", PT_ROM_ERROR_MISSING);
  assert_no_rom (machine, "0000:77:00.0", PT_ROM_ERROR_MISSING);

  pt_test_host_write (machine, boot_vga, "0\n");
  write_bytes (machine, rom, good);
  bytes = pt_rom_read (pt_test_host_get_sysroot (machine), &address, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), good->data, good->len);

  /* Nothing was switched: a tree is only read. */
  g_clear_pointer (&bytes, g_bytes_unref);
  bytes = pt_rom_read (pt_test_host_get_sysroot (machine), &address, &error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), good->data, good->len);

  pt_test_host_write (machine, boot_vga, "1\n");
  assert_no_rom (machine, "0000:2f:00.0", PT_ROM_ERROR_SHADOWED);
  pt_test_host_write (machine, boot_vga, "");
  assert_no_rom (machine, "0000:2f:00.0", PT_ROM_ERROR_SHADOWED);
  pt_test_host_remove (machine, boot_vga);
  g_clear_pointer (&bytes, g_bytes_unref);
  bytes = pt_rom_read (pt_test_host_get_sysroot (machine), &address, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bytes);
}


static void
test_read_denied (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (machine),
                                            "sys/bus/pci/devices/0000:2f:00.0/rom", NULL);

  pt_test_host_write (machine, "sys/bus/pci/devices/0000:2f:00.0/boot_vga", "0\n");
  pt_test_host_write (machine, "sys/bus/pci/devices/0000:2f:00.0/rom", "x");
  if (geteuid () == 0)
    {
      g_test_skip ("root may read everything");
      return;
    }
  g_assert_cmpint (chmod (path, 0), ==, 0);
  assert_no_rom (machine, "0000:2f:00.0", PT_ROM_ERROR_DENIED);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/rom/good", test_good);
  g_test_add_func ("/host/rom/broken", test_broken);
  g_test_add_func ("/host/rom/machines", test_machines);
  g_test_add_func ("/host/rom/legacy", test_legacy);
  g_test_add_func ("/host/rom/cards", test_cards);
  g_test_add_func ("/host/rom/device-list", test_device_list);
  g_test_add_func ("/host/rom/truncated", test_truncated);
  g_test_add_func ("/host/rom/nothing", test_nothing);
  g_test_add_func ("/host/rom/makers-header", test_makers_header);
  g_test_add_func ("/host/rom/npde", test_npde);
  g_test_add_func ("/host/rom/many", test_many);
  g_test_add_func ("/host/rom/hostile-size", test_hostile_size);
  g_test_add_func ("/host/rom/words", test_words);
  g_test_add_func ("/host/rom/read", test_read);
  g_test_add_func ("/host/rom/read-denied", test_read_denied);
  return g_test_run ();
}
