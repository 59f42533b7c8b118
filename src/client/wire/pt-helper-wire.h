/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-engine.h"

G_BEGIN_DECLS

/* What client and helper agree on: names, limits and how errors travel. The methods themselves
 * are described in data/helper/com.example.Passthru.Helper1.xml. */

#define PT_HELPER_BUS_NAME "com.example.Passthru.Helper"
#define PT_HELPER_OBJECT_PATH "/com/example/Passthru/Helper"
#define PT_HELPER_INTERFACE "com.example.Passthru.Helper1"

/* Bytes of one call's arguments. 64 addresses take well under two thousand. */
#define PT_HELPER_MAX_ARGUMENTS 8192
/* Characters of a digest. */
#define PT_HELPER_MAX_DIGEST 256

#define PT_HELPER_STATUS_STATE "state"
#define PT_HELPER_STATUS_WORKING "working"
#define PT_HELPER_STATUS_INTENT "intent"
#define PT_HELPER_STATUS_BOOT_ID "boot-id"
#define PT_HELPER_STATUS_SEEN "seen"
#define PT_HELPER_STATUS_TRIAL "trial"
#define PT_HELPER_STATUS_HANDED_OVER "handed-over"
/* Address and the driver it had, "" = none. */
#define PT_HELPER_HANDED_OVER_TYPE "a((uyyy)s)"
/* In the trial. */
#define PT_HELPER_TRIAL_STATE "state"
#define PT_HELPER_TRIAL_CAUSE "cause"
#define PT_HELPER_TRIAL_MINUTES "minutes"
#define PT_HELPER_TRIAL_SECONDS_LEFT "seconds-left"
#define PT_HELPER_TRIAL_BOOT_ID "boot-id"

/* In the second value of Plan. */
#define PT_HELPER_BOOT_LOADER "loader"
#define PT_HELPER_BOOT_INITRAMFS "initramfs"
#define PT_HELPER_BOOT_DROP_IN "grub-drop-in"
#define PT_HELPER_BOOT_TRIAL "trial"

/* Registers every code of PtSetupError, PtHostError and PtSysrootError with a D-Bus name, so
 * that domain and code arrive at the other end. Both ends call it first; repeated calls do
 * nothing. */
void pt_helper_wire_register_errors (void);

/* `none`, `interrupted`, `applied`. Static. */
const char *pt_helper_wire_state_to_nick (PtSetupState state);
/* Returns FALSE for a word that is none of them. */
gboolean pt_helper_wire_state_from_nick (const char   *nick,
                                         PtSetupState *state);

G_END_DECLS
