/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "setup-fixture.h"

G_BEGIN_DECLS

/* The sample machine with another program that makes its initramfs: stand-ins of tests/setup/tools
 * and the settings that come with them. */
typedef struct
{
  const char *name; /* for messages */
  PtInitramfs initramfs;
  const char *image; /* one of those it builds, below the tree */
} PtSetupGenerator;

/* Ended by one without a name. The last two are mkinitcpio with its presets naming the main
 * settings file, and dracut on EndeavourOS. */
extern const PtSetupGenerator pt_setup_generators[];

/* Turns the tree into one of @generator, builds the images once and takes that for the original. */
void pt_setup_fixture_use_generator (PtSetupFixture         *self,
                                     const PtSetupGenerator *generator);
/* Builds the images and the boot menu as the settings are now, and takes that for the original. */
void pt_setup_fixture_rebuild (PtSetupFixture         *self,
                               const PtSetupGenerator *generator);
/* Copies @name of tests/setup/tools to @path of the tree. */
void pt_setup_fixture_add_tool (PtSetupFixture *self,
                                const char     *name,
                                const char     *path);
/* Takes a PCI device out of the tree. */
void pt_setup_fixture_remove_device (PtSetupFixture *self,
                                     const char     *address);

G_END_DECLS
