/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the command line asks for (DESIGN §11). Parsing touches neither GTK nor any file. */
typedef enum {
  PT_VERB_WINDOW = 0,
  PT_VERB_CHECK,
  PT_VERB_PLAN,      /* argument: addresses */
  PT_VERB_RECORD,    /* argument: file, `-` = standard output */
  PT_VERB_CHECK_ROM, /* argument: file, or address of a card */
  PT_VERB_VERIFY,
  PT_VERB_LAUNCH, /* argument: machine */
  PT_VERB_TOUR,   /* argument: folder */
  PT_VERB_AFTER_RESTART,
  PT_VERB_VERSION,
  PT_VERB_HELP,
} PtVerb;

typedef struct
{
  PtVerb   verb;
  char    *argument; /* of the verb, or NULL */
  char    *card;     /* address after --for, or NULL */
  char    *sysroot;  /* directory or `.host` file, or NULL = this computer or the sample */
  gboolean rehearse; /* also set for a tour without a sysroot */
  gboolean json;
} PtCommandLine;

/* @argv: NULL-ended, the program first, in the encoding of file names. Exactly one verb.
 * (transfer full), NULL with a G_OPTION_ERROR whose message is for the user. */
PtCommandLine *pt_command_line_parse (const char *const *argv,
                                      GError           **error);
void           pt_command_line_free (PtCommandLine *self);
/* The text of --help, translated. (transfer full) */
char *pt_command_line_help (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtCommandLine, pt_command_line_free)

G_END_DECLS
