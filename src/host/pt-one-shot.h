/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"
#include "pt-storage.h"

G_BEGIN_DECLS

/* Folder below /boot that holds GRUB's files: `grub`, or `grub2` as Fedora and SUSE call it.
 * Static. */
const char *pt_one_shot_grub_folder (PtSysroot *sysroot);

/* Whether the loader can be told to start another entry once and to forget it by itself. From
 * files alone; what cannot be told is not a yes. */
PtOneShot pt_one_shot_judge (PtSysroot   *sysroot,
                             PtStorage   *storage,
                             PtBootLoader loader);

G_END_DECLS
