/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"
#include "pt-tokens.h"

G_BEGIN_DECLS

/* GRUB's settings as `grub-mkconfig` reads them on Debian: /etc/default/grub, then
 * /etc/default/grub.d/NAME.cfg in order. Our own file among them is kept apart. */

/* Names below PT_PLACE_ETC. */
#define PT_BOOT_CONFIG_MAIN "default/grub"
#define PT_BOOT_CONFIG_FOLDER "default/grub.d"
#define PT_BOOT_CONFIG_OURS "60-passthru.cfg"

typedef struct
{
  char      *name;  /* below PT_PLACE_ETC */
  char      *old;   /* as it is */
  char      *text;  /* with our edits */
  GPtrArray *edits; /* PtPlanChange * */
} PtBootFile;

typedef struct
{
  GPtrArray *files;  /* PtBootFile *, in the order they are read; without ours */
  char      *ours;   /* content of our own file, or NULL */
  guint      behind; /* how many of @files are read before ours */
} PtBootConfig;

PtBootConfig *pt_boot_config_read (PtSysroot *sysroot,
                                   GError   **error);
/* The parameter @name that takes effect, or NULL. @file (out): the file that has
 * it. (transfer full) */
PtToken *pt_boot_config_find (PtBootConfig *self,
                              const char   *name,
                              PtBootFile  **file);
/* Spells @token of @file as @replacement and notes the edit. */
gboolean pt_boot_config_edit (PtBootFile    *file,
                              const PtToken *token,
                              const char    *replacement,
                              GError       **error);
/* Name of a file read after ours that drops what ours adds, or NULL. (transfer none) */
const char *pt_boot_config_find_spoiler (PtBootConfig *self);
/* TRUE if our own file holds the parameter @text. */
gboolean pt_boot_config_ours_has (PtBootConfig *self,
                                  const char   *text);
void     pt_boot_config_free (PtBootConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtBootConfig, pt_boot_config_free)

G_END_DECLS
