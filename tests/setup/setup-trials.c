/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "setup-trials"

#include "config.h"

#include "setup-trials.h"

#include <string.h>
#include <sys/stat.h>

#include "pt-facts.h"

#define SETUP_ENVIRONMENT_SIZE 1024

static void
setup_write_block (PtSetupFixture *self,
                   const char     *name,
                   const char     *settings)
{
  g_autoptr (GString) block = g_string_new ("# GRUB Environment Block\n");

  g_string_append (block, settings);
  while (block->len < SETUP_ENVIRONMENT_SIZE)
    g_string_append_c (block, '#');
  pt_test_write (self->tree, name, block->str);
}

/* The stand-in for where Fedora and openSUSE keep GRUB's files. */
static void
setup_move_editenv (PtSetupFixture *self)
{
  g_autofree char *program = pt_test_read (self->tree, "usr/bin/grub-editenv");
  g_auto (GStrv) parts = g_strsplit (program, "boot/grub/", -1);
  g_autofree char *moved = g_strjoinv ("boot/grub2/", parts);
  g_autofree char *path = g_build_filename (self->tree, "usr/bin/grub2-editenv", NULL);

  pt_test_write (self->tree, "usr/bin/grub2-editenv", moved);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_test_remove_tree (g_build_filename (self->tree, "usr/bin/grub-editenv", NULL));
}

static void
setup_offer_bls (PtSetupFixture *self)
{
  setup_move_editenv (self);
  setup_write_block (self, "boot/grub2/grubenv",
                     "saved_entry=f-6.8\nboot_success=1\nboot_indeterminate=2\n");
  pt_test_write (self->tree, "boot/grub2/grub.cfg",
                 "if [ \"${next_entry}\" ] ; then\n   set default=\"${next_entry}\"\nfi\n"
                 "insmod blscfg\nblscfg\n");
}

static void
setup_offer_grub (PtSetupFixture      *self,
                  const PtSetupLoader *loader)
{
  gboolean second = g_str_has_prefix (loader->result, "boot/grub2/");

  if (second)
    setup_move_editenv (self);
  setup_write_block (self, second ? "boot/grub2/grubenv" : "boot/grub/grubenv", "");
}

static void
setup_write_variable (PtSetupFixture *self,
                      const char     *variable,
                      gconstpointer   value,
                      gsize           length)
{
  g_autofree char *file = pt_boot_loader_variable_name (variable);
  g_autofree char *name = g_build_filename ("sys/firmware/efi/efivars", file, NULL);
  g_autofree char *path = g_build_filename (self->tree, name, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_byte_array_append (bytes, (const guint8 *)"\6\0\0", 4);
  g_byte_array_append (bytes, value, length);
  pt_test_write (self->tree, name, "");
  g_file_set_contents (path, (const char *)bytes->data, bytes->len, &error);
  g_assert_no_error (error);
}

/* What systemd-boot tells of itself. */
static void
setup_offer_interface (PtSetupFixture *self)
{
  guint64          features = GUINT64_TO_LE (0x1ff);
  gsize            length = 0;
  g_autofree char *wide = g_convert ("systemd-boot 252.12", -1, "UTF-16LE", "UTF-8", NULL, &length,
                                     NULL);

  setup_write_variable (self, "LoaderInfo", wide, length + 2);
  setup_write_variable (self, "LoaderFeatures", &features, sizeof features);
}

void
pt_setup_fixture_offer_trial (PtSetupFixture      *self,
                              const PtSetupLoader *loader)
{
  /* Where a trial is a deployment nothing is missing. */
  if (loader == NULL || loader->loader == PT_BOOT_LOADER_RPM_OSTREE)
    return;
  if (pt_setup_trial_is_firmware (loader))
    setup_offer_interface (self);
  else if (loader->loader == PT_BOOT_LOADER_GRUB_BLS)
    setup_offer_bls (self);
  else
    setup_offer_grub (self, loader);
  pt_setup_fixture_remember (self);
}

const char *
pt_setup_trial_get_entry (const PtSetupLoader *loader)
{
  if (loader != NULL && pt_setup_trial_is_firmware (loader))
    return "boot/efi/loader/entries/0-passthru_trial.conf";
  if (loader != NULL && loader->loader == PT_BOOT_LOADER_GRUB_BLS)
    return "boot/loader/entries/f-0-passthru_trial.conf";
  if (loader != NULL && g_str_has_prefix (loader->result, "boot/grub2/"))
    return "boot/grub2/custom.cfg";
  return "boot/grub/custom.cfg";
}

gboolean
pt_setup_trial_is_firmware (const PtSetupLoader *loader)
{
  return loader != NULL && loader->loader != PT_BOOT_LOADER_GRUB &&
         loader->loader != PT_BOOT_LOADER_GRUB_BLS;
}
