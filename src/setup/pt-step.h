/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* PtStep: one change: what it will change, how, how to see that it is done, how to
 * undo it. Immutable. */
#define PT_TYPE_STEP (pt_step_get_type ())
G_DECLARE_FINAL_TYPE (PtStep, pt_step, PT, STEP, GObject)

typedef enum {
  PT_STEP_FILE = 0, /* a file gets new content (or comes into being) */
  PT_STEP_COMMAND,  /* a program of the host derives its own files from ours */
} PtStepKind;

PtStepKind pt_step_get_kind (PtStep *self);
/* Stable: `early-script`, `initramfs`, `boot-parameters`, `update-boot-loader`, … */
const char *pt_step_get_id (PtStep *self);
/* One translated sentence each: what happens; why it is needed. */
const char *pt_step_get_title (PtStep *self);
const char *pt_step_get_why (PtStep *self);
/* Logical path (`/etc/default/grub.d/60-passthru.cfg`), NULL for a command. */
const char *pt_step_get_file (PtStep *self);
/* Unified diff against what is there now, NULL for a command. */
const char *pt_step_get_diff (PtStep *self);
/* Program and arguments, NULL for a file. */
const char *const *pt_step_get_command (PtStep *self);
/* What takes the command's own effect back, as it would be typed; NULL for a file and for a command
 * that is simply run again. */
const char *const *pt_step_get_undo (PtStep *self);
/* New content and permission bits of a file. (transfer none) */
GBytes *pt_step_get_content (PtStep *self);
guint   pt_step_get_mode (PtStep *self);

G_END_DECLS
