/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-check-rom"

#include "config.h"

#include <glib/gstdio.h>

#include "program-fixture.h"
#include "pt-host-file.h"
#include "pt-test.h"
#include "rom-builder.h"

/* --check-rom of the real program, against the cards of the sample computer. */


/* A UEFI driver for @machine and the card @vendor:@device. */
static GByteArray *
make_rom (guint16 machine,
          guint16 vendor,
          guint16 device)
{
  const RomImageSpec spec = { .code_type = PT_ROM_CODE_EFI,
                              .machine = machine,
                              .vendor = vendor,
                              .device = device,
                              .units = 2,
                              .last = TRUE };
  GByteArray        *bytes = g_byte_array_new ();

  rom_append (bytes, &spec);
  return bytes;
}


static void
write_rom (const char *folder,
           const char *name,
           GByteArray *bytes)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL));
}


static void
assert_output (const char *const *arguments,
               const char        *words)
{
  g_autoptr (ProgramRun) run = program_run (arguments);

  g_test_message ("%s: %s%s", arguments[0], run->output, run->errors);
  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (run->errors, ==, "");
  g_assert_nonnull (strstr (run->output, words));
}


static void
assert_fails (const char *const *arguments,
              const char        *words)
{
  g_autoptr (ProgramRun) run = program_run (arguments);

  g_test_message ("%s: %s%s", arguments[0], run->output, run->errors);
  g_assert_cmpint (run->status, ==, 1);
  g_assert_cmpstr (run->output, ==, "");
  g_assert_nonnull (strstr (run->errors, words));
}


#define LIST(...)       \
  (const char *const[]) \
  {                     \
    __VA_ARGS__, NULL   \
  }


static void
test_file (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (GByteArray) rom = make_rom (PT_ROM_MACHINE_X64, 0x1002, 0x73df);
  g_autofree char *option = g_strconcat ("--check-rom=", folder, "/card.rom", NULL);

  write_rom (folder, "card.rom", rom);
  assert_output (LIST (option), "has a UEFI driver for PC");
  assert_output (LIST (option), "Image 1: UEFI x64 for 1002:73df, 1024 bytes\n");
  assert_output (LIST (option, "--for=2f:00.0", "--rehearse"), "has a UEFI driver for PC");
  assert_output (LIST (option, "--for=0000:32:00.0", "--rehearse"), "for another card than");
  assert_output (LIST (option, "--for=0000:32:00.0", "--rehearse"), "1002:73ff");

  rom->data[4] = 0;
  write_rom (folder, "card.rom", rom);
  assert_output (LIST (option), "has no UEFI driver");
  g_byte_array_set_size (rom, 600);
  write_rom (folder, "card.rom", rom);
  assert_output (LIST (option), "incomplete");
  memset (rom->data, 0xff, rom->len);
  write_rom (folder, "card.rom", rom);
  assert_output (LIST (option), "blank");
  g_byte_array_set_size (rom, 0);
  write_rom (folder, "card.rom", rom);
  assert_output (LIST (option), "not the firmware");
}


static void
test_unreadable (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (GByteArray) large = g_byte_array_new ();
  g_autofree char *missing = g_strconcat ("--check-rom=", folder, "/missing.rom", NULL);
  g_autofree char *directory = g_strconcat ("--check-rom=", folder, NULL);
  g_autofree char *option = g_strconcat ("--check-rom=", folder, "/large.rom", NULL);

  g_byte_array_set_size (large, PT_ROM_MAX_SIZE + 1);
  memset (large->data, 0, large->len);
  write_rom (folder, "large.rom", large);
  assert_fails (LIST (missing), "missing.rom");
  assert_fails (LIST (directory), "irectory");
  assert_fails (LIST (option), "16 MiB");
  assert_fails (LIST (option, "--for=77:00.0", "--rehearse"), "no device at 77:00.0");
  assert_fails (LIST (option, "--for=zz", "--rehearse"), "not an address");
}


/* The firmware of a card itself, in a folder that is a computer. */
static void
test_card (void)
{
  const char *const devices = "sys/bus/pci/devices";
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (GByteArray) rom = make_rom (PT_ROM_MACHINE_X64, 0x1002, 0x73df);
  g_autoptr (GError) error = NULL;
  g_autofree char *sysroot = g_strconcat ("--sysroot=", folder, NULL);
  g_autofree char *name = g_strconcat (devices, "/0000:2f:00.0/rom", NULL);
  g_autofree char *boot = g_strconcat (devices, "/0000:2f:00.0/boot_vga", NULL);
  g_autofree char *card = NULL;

  pt_host_file_expand (g_getenv ("PASSTHRU_SAMPLE"), folder, NULL, &error);
  g_assert_no_error (error);
  assert_output (LIST ("--check-rom=2f:00.0", sysroot), "has a UEFI driver for PC");
  card = g_build_filename (folder, name, NULL);
  g_assert_cmpint (g_unlink (card), ==, 0);
  assert_fails (LIST ("--check-rom=2f:00.0", sysroot), "has no ROM");
  assert_fails (LIST ("--check-rom=77:00.0", sysroot), "no device at 77:00.0");

  write_rom (folder, name, rom);
  pt_test_write (folder, boot, "0\n");
  assert_output (LIST ("--check-rom=2f:00.0", sysroot), "has a UEFI driver for PC");
  pt_test_write (folder, boot, "1\n");
  assert_output (LIST ("--check-rom=2f:00.0", sysroot), "Nothing can be said");
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/check-rom/file", test_file);
  g_test_add_func ("/app/check-rom/unreadable", test_unreadable);
  g_test_add_func ("/app/check-rom/card", test_card);
  return g_test_run ();
}
