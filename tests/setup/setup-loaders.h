/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "setup-fixture.h"

G_BEGIN_DECLS

/* The sample machine with another boot loader: its settings, what is started, and a stand-in of
 * tests/setup/tools that does what its tool is documented to do. */
typedef struct
{
  const char *name;
  const char *content; /* NULL: an empty end */
} PtSetupFile;

typedef struct
{
  const char  *nick;
  PtBootLoader loader;
  const char  *command_line;
  PtSetupFile  files[5];
  const char  *tool;     /* stand-in, or NULL: the settings are what boots */
  const char  *settings; /* the file with the parameters, whose first `quiet` can grow */
  const char  *result;   /* what boots */
} PtSetupLoader;

/* Ended by one without a nick. */
extern const PtSetupLoader pt_setup_loaders[];

#define PT_SETUP_ROOT "root=UUID=00000000-0000-0000-0000-000000000001"

/* Turns the tree into one of @loader and takes that for the original. */
void pt_setup_fixture_use_loader (PtSetupFixture      *self,
                                  const PtSetupLoader *loader);

G_END_DECLS
