/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The menu of a grub.cfg as grub-mkconfig writes it, one command a line (GRUB manual, "menuentry",
 * "submenu"), and the variables of a grubenv. */

typedef struct _PtBootEntry PtBootEntry;

struct _PtBootEntry
{
  const PtBootEntry *parent; /* the submenu it stands in, or NULL */
  guint              number; /* in its menu, from 0 */
  char              *title;
  char              *id;    /* or NULL */
  char              *words; /* the other words of the opening line, quoted, with a blank before
                             * each: ` --class debian --unrestricted` */
  char *body;               /* its lines, verbatim; NULL for a submenu */
  char *kernel;             /* `/boot/vmlinuz-…`, as GRUB sees it, or NULL */
  char *arguments;          /* the command line behind it */
  char *initrd;             /* or NULL */
};

typedef struct _PtBootMenu PtBootMenu;

/* Never NULL. (transfer full) */
PtBootMenu *pt_boot_menu_parse (const char *text);
void        pt_boot_menu_free (PtBootMenu *self);
/* The entry that @wanted names as GRUB understands it: number, title or id, of each level with `>`
 * between. NULL for none and for a submenu. (transfer none) */
const PtBootEntry *pt_boot_menu_find (PtBootMenu *self,
                                      const char *wanted);
/* What boots when nobody touches the menu and no one-shot mark is set; NULL if it has no
 * kernel. @environment (nullable): the text of grubenv. (transfer none) */
const PtBootEntry *pt_boot_menu_get_default (PtBootMenu *self,
                                             const char *environment);
/* Value of @name in the text of a grubenv, or NULL. (transfer full) */
char *pt_boot_environment_get (const char *environment,
                               const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtBootMenu, pt_boot_menu_free)

G_END_DECLS
