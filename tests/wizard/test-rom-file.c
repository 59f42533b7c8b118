/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-rom-file"

#include "config.h"

#include "pt-rom-file.h"

#include "../host/rom-builder.h"
#include "pt-host.h"
#include "pt-test-host.h"
#include "pt-test.h"

#define CARD "0000:2f:00.0"

/* What is said of @bytes for the guest's card of the sample, or NULL with @error. */
static char *
judge (GByteArray *bytes,
       char      **details,
       GError    **error)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "card.rom", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  PtAddress address = { 0 };

  if (bytes != NULL)
    g_assert_true (g_file_set_contents (path, (char *)bytes->data, bytes->len, NULL));
  g_assert_true (pt_address_parse (CARD, &address));
  pt_rom_file_judge_async (file, pt_host_find_device (host, &address), NULL, pt_test_result_cb,
                           &result);
  pt_test_await_pointer (&result, 20);
  return pt_rom_file_judge_finish (file, result, details, error);
}

static void
test_verdicts (void)
{
  static const struct
  {
    RomImageSpec image;
    const char  *words;
  } cases[] = {
    { { PT_ROM_CODE_EFI, PT_ROM_MACHINE_X64, 0x1002, 0x73df, 2, FALSE, TRUE }, "a UEFI driver" },
    { { PT_ROM_CODE_EFI, PT_ROM_MACHINE_X64, 0x10de, 0x2504, 2, FALSE, TRUE }, "for another card" },
    { { PT_ROM_CODE_BIOS, 0, 0x1002, 0x73df, 2, FALSE, TRUE }, "has no UEFI driver" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *details = NULL;
      g_autofree char *words = NULL;

      rom_append (bytes, &cases[i].image);
      words = judge (bytes, &details, &error);
      g_assert_no_error (error);
      g_test_message ("%s\n%s", words, details);
      g_assert_nonnull (strstr (words, cases[i].words));
      g_assert_nonnull (details);
    }
}

static void
test_unreadable (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) large = NULL;

  g_assert_null (judge (NULL, NULL, &missing));
  g_assert_error (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_byte_array_set_size (bytes, PT_ROM_MAX_SIZE + 1);
  memset (bytes->data, 0, bytes->len);
  g_assert_null (judge (bytes, NULL, &large));
  g_assert_error (large, PT_ROM_ERROR, PT_ROM_ERROR_FAILED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wizard/rom-file/verdicts", test_verdicts);
  g_test_add_func ("/wizard/rom-file/unreadable", test_unreadable);

  return g_test_run ();
}
