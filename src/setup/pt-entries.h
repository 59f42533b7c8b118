/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* Entries of the Boot Loader Specification (type 1): loader/entries/NAME.conf on the partition
 * that is mounted at /boot, /efi or /boot/efi. */

typedef struct
{
  char *id;     /* the name without `.conf` and without a boot counter (`+3`) */
  char *path;   /* logical */
  char *text;   /* content */
  char *title;  /* these are NULL where the entry has none: */
  char *kernel; /* the kernel as the loader calls it: below the partition's root */
  char *version;
  char *sort_key;
} PtEntry;

typedef struct
{
  char      *folder;  /* logical path of the folder that holds `loader`; NULL without entries */
  GPtrArray *entries; /* PtEntry *, the one that comes first in the menu first */
  gboolean   unread;  /* there may be more, and a loader.conf, where only root may look */
} PtEntries;

/* Pieces, on text alone. */

/* The value of the last line of @text with @key, or NULL: of an entry and of loader.conf. (transfer
 * full) */
char *pt_entry_get (const char *text,
                    const char *key);
/* The entry in the file @base with the content @text; its path is NULL. (transfer full) */
PtEntry *pt_entry_parse (const char *base,
                         const char *text);
void     pt_entry_free (PtEntry *self);
/* Puts entries into the specification's order: those with a sort key first, in its order; then
 * newer versions first; then names, the higher first. */
void pt_entries_sort (GPtrArray *entries);
/* The first of the entries whose id matches @pattern, which may end in `.conf`. (transfer none) */
PtEntry *pt_entries_match (GPtrArray  *entries,
                           const char *pattern);

/* All entries. NULL with @error if they are there and may not be read. (transfer full) */
PtEntries *pt_entries_read (PtSysroot *sysroot,
                            GError   **error);
void       pt_entries_free (PtEntries *self);
/* The entry that systemd-boot starts when nobody touches the menu: the firmware's
 * LoaderEntryDefault, else `default` of loader.conf, else the first. NULL if that names something
 * that is not among them. (transfer none) */
PtEntry *pt_entries_find_systemd_boot_default (PtEntries *self,
                                               PtSysroot *sysroot);
/* The same for GRUB: `saved_entry` of grubenv, else the first. (transfer none) */
PtEntry *pt_entries_find_grub_default (PtEntries *self,
                                       PtSysroot *sysroot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtEntries, pt_entries_free)

G_END_DECLS
