/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rom-file"

#include "config.h"

#include "pt-rom-file.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "pt-dialogs.h"
#include "pt-rom-words.h"
#include "pt-wizard-rows.h"
#include "pt-work.h"


typedef struct
{
  GFile    *file;
  PtDevice *card;
} PtRomFileInput;

typedef struct
{
  char *words;
  char *details;
} PtRomFileVerdict;


static void
pt_rom_file_input_free (gpointer data)
{
  PtRomFileInput *self = data;

  g_object_unref (self->file);
  g_object_unref (self->card);
  g_free (self);
}


static void
pt_rom_file_verdict_free (gpointer data)
{
  PtRomFileVerdict *self = data;

  g_free (self->words);
  g_free (self->details);
  g_free (self);
}


/* One byte more than the parser looks at is too much. */
static gpointer
pt_rom_file_work (gpointer      data,
                  GCancellable *cancellable,
                  GError      **error)
{
  PtRomFileInput *input = data;
  g_autoptr (GFileInputStream) stream = g_file_read (input->file, cancellable, error);
  g_autofree guint8 *bytes = NULL;
  gsize              length = 0;
  PtRom              rom = { 0 };
  PtRomFileVerdict  *verdict = NULL;

  if (stream == NULL)
    return NULL;
  bytes = g_malloc (PT_ROM_MAX_SIZE + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), bytes, PT_ROM_MAX_SIZE + 1, &length,
                                cancellable, error))
    return NULL;
  if (length > PT_ROM_MAX_SIZE)
    {
      g_set_error_literal (error, PT_ROM_ERROR, PT_ROM_ERROR_FAILED,
                           "larger than 16 MiB, so not the firmware of a card");
      return NULL;
    }
  pt_rom_parse (bytes, length, pt_device_get_vendor_id (input->card),
                pt_device_get_device_id (input->card), &rom);
  verdict = g_new0 (PtRomFileVerdict, 1);
  verdict->words = pt_rom_describe (&rom, input->card);
  verdict->details = pt_rom_to_text (&rom, input->card);
  return verdict;
}


void
pt_rom_file_judge_async (GFile              *file,
                         PtDevice           *card,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  PtRomFileInput *input = NULL;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (PT_IS_DEVICE (card));

  input = g_new0 (PtRomFileInput, 1);
  input->file = g_object_ref (file);
  input->card = g_object_ref (card);
  pt_work_run_async (file, pt_rom_file_judge_async, pt_rom_file_work, input,
                     pt_rom_file_input_free, pt_rom_file_verdict_free, cancellable, callback,
                     user_data);
}


char *
pt_rom_file_judge_finish (GFile        *file,
                          GAsyncResult *result,
                          char        **details,
                          GError      **error)
{
  PtRomFileVerdict *verdict = NULL;
  char             *words = NULL;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  verdict = pt_work_finish (file, pt_rom_file_judge_async, result, error);
  if (verdict == NULL)
    return NULL;
  words = g_steal_pointer (&verdict->words);
  if (details != NULL)
    *details = g_steal_pointer (&verdict->details);
  pt_rom_file_verdict_free (verdict);
  return words;
}


/* The row may have gone meanwhile: a report that is read anew makes new rows. */
static void
pt_rom_file_judged_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GtkWidget) row = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;
  g_autofree char *words =
    pt_rom_file_judge_finish (G_FILE (source), result, &details, &error);

  if (gtk_widget_get_root (row) == NULL)
    return;
  if (words != NULL)
    pt_dialog_tell (row, _ ("The VBIOS file"), words, details);
  else
    pt_dialog_tell (row, _ ("The file could not be read"),
                    _ ("Passthru could not look into this file."), error->message);
}


static void
pt_rom_file_chosen_cb (GtkNativeDialog *chooser,
                       int              response,
                       GtkWidget       *row)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file != NULL)
    pt_rom_file_judge_async (file, g_object_get_data (G_OBJECT (row), "card"), NULL,
                             pt_rom_file_judged_cb, g_object_ref (row));
  g_object_set_data (G_OBJECT (row), "chooser", NULL);
}


static void
pt_rom_file_choose_cb (GtkWidget *row)
{
  GtkRoot              *root = gtk_widget_get_root (row);
  GtkFileChooserNative *chooser =
    gtk_file_chooser_native_new (_ ("Choose a VBIOS File"), GTK_WINDOW (root),
                                 GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (pt_rom_file_chosen_cb), row, 0);
  g_object_set_data_full (G_OBJECT (row), "chooser", chooser, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}


GtkWidget *
pt_rom_file_row_new (PtDevice *card)
{
  GtkWidget *row = NULL;
  GtkWidget *button = NULL;

  g_return_val_if_fail (PT_IS_DEVICE (card), NULL);

  row = adw_action_row_new ();
  button = gtk_button_new_with_mnemonic (_ ("Check a _VBIOS file…"));
  pt_row_set_words (row, pt_device_get_short_name (card),
                    _ ("Does a file you have hold the firmware of this card?"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (pt_rom_file_choose_cb), row);
  g_object_set_data_full (G_OBJECT (row), "card", g_object_ref (card), g_object_unref);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  return row;
}
