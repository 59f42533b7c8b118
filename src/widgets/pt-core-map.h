/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PtCoreMap:
 *
 * The cores of a processor, drawn: a box a core with its threads in it, cores that share a cache in
 * one outline. The machine's cores are filled, the computer's own are outlines, so that they can be
 * told apart without colour. Its accessible label says the same as text.
 */
#define PT_TYPE_CORE_MAP (pt_core_map_get_type ())
G_DECLARE_FINAL_TYPE (PtCoreMap, pt_core_map, PT, CORE_MAP, GtkWidget)

typedef enum {
  PT_CORE_MAP_HOST = 0, /* stays with this computer */
  PT_CORE_MAP_GUEST,    /* the machine's */
} PtCoreMapOwner;

GtkWidget *pt_core_map_new (void);
void       pt_core_map_clear (PtCoreMap *self);
/* Adds a core with @threads threads to the domain titled @domain (translated), a new one unless it
 * is the title of the latest. @mark: one letter for its kind (`P`, `E`), or NULL. @words: its
 * threads by number, for those who cannot see it. */
void pt_core_map_add (PtCoreMap     *self,
                      const char    *domain,
                      PtCoreMapOwner owner,
                      const char    *mark,
                      guint          threads,
                      const char    *words);
/* Its content as text, a line a domain. (transfer full) */
char *pt_core_map_to_text (PtCoreMap *self);

G_END_DECLS
