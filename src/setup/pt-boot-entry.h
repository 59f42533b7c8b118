/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The entry of a grub.cfg, as grub-mkconfig writes it, that boots when nobody touches the menu. */
typedef struct
{
  char *kernel;    /* `/boot/vmlinuz-…`, as GRUB sees it */
  char *arguments; /* the command line behind it */
  char *initrd;    /* or NULL */
} PtBootEntry;

/* NULL when no entry with a kernel is found. (transfer full) */
PtBootEntry *pt_boot_entry_parse (const char *text);
void         pt_boot_entry_free (PtBootEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtBootEntry, pt_boot_entry_free)

G_END_DECLS
