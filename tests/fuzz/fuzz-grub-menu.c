/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-grub-menu"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-trial-entry.h"

/* One text as grub.cfg and grubenv, from which a trial's entry is copied, and as the custom.cfg
 * that the entry goes into. */


/* A menu that can be read can be copied, and what is put into a file can be taken out again. */
static void
fuzz_check_entry (const char *text)
{
  static const char *const none[] = { NULL };
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  PtTrialLine line = { "0badcafe", 5, none, changes, TRUE };
  g_autoptr (PtBootMenu) menu = pt_boot_menu_parse (text);
  const PtBootEntry *entry = pt_boot_menu_get_default (menu, text);
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *block = NULL;
  g_autofree char *rest = NULL;

  g_assert_true (entry == NULL || (entry->kernel != NULL && entry->arguments != NULL));
  if (entry == NULL)
    return;
  copy = pt_trial_entry_copy_grub (entry, &line, &error);
  g_assert_true ((copy == NULL) == (error != NULL));
  if (copy == NULL)
    return;
  g_assert_nonnull (strstr (copy, "passthru.trial=0badcafe:5"));
  block = pt_trial_block_put ("# mine\n", copy);
  rest = pt_trial_block_remove (block);
  g_assert_true (rest != NULL && g_str_has_prefix (rest, "# mine\n"));
}


/* What the user wrote around our part stays when it comes and when it goes. */
static void
fuzz_check_block (const char *text)
{
  g_autofree char *put = pt_trial_block_put (text, "menuentry 'x' {\n}\n");
  g_autofree char *ours = pt_trial_block_get (put);
  g_autofree char *again = pt_trial_block_put (put, "menuentry 'x' {\n}\n");
  g_autofree char *rest = pt_trial_block_remove (put);

  g_assert_cmpstr (ours, ==, "menuentry 'x' {\n}\n");
  g_assert_cmpstr (put, ==, again);
  g_assert_nonnull (rest);
}


static void
fuzz_check_find (const char *text)
{
  g_autoptr (PtBootMenu) menu = pt_boot_menu_parse (text);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 20);
  g_autofree char *saved = pt_boot_environment_get (text, "saved_entry");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const PtBootEntry *entry = pt_boot_menu_find (menu, lines[i]);

      g_assert_true (entry == NULL || (entry->title != NULL && entry->body != NULL));
    }
  /* Escapes only ever make it shorter. */
  g_assert_true (saved == NULL || strlen (saved) < strlen (text));
}


void
fuzz_text_run (const char *text,
               gsize       length)
{
  fuzz_check_entry (text);
  fuzz_check_block (text);
  fuzz_check_find (text);
}
