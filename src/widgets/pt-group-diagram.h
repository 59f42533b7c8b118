/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PtGroupDiagram:
 *
 * IOMMU groups drawn as rounded outlines, their devices as boxes in them, bridges as thin lines and
 * what stands in the way with a red outline and words. Its accessible label says the same as text.
 */
#define PT_TYPE_GROUP_DIAGRAM (pt_group_diagram_get_type ())
G_DECLARE_FINAL_TYPE (PtGroupDiagram, pt_group_diagram, PT, GROUP_DIAGRAM, GtkWidget)

typedef enum {
  PT_BOX_DEVICE = 0, /* comes along */
  PT_BOX_BRIDGE,     /* stays with the host */
  PT_BOX_BLOCKED,    /* may not be given away */
} PtBoxKind;

GtkWidget *pt_group_diagram_new (void);
void       pt_group_diagram_clear (PtGroupDiagram *self);
/* Adds a device to the group titled @group (translated), a new one unless it is the title of the
 * latest. @detail: address and id. @words: what it means, one sentence; NULL = none. */
void pt_group_diagram_add (PtGroupDiagram *self,
                           const char     *group,
                           PtBoxKind       kind,
                           const char     *title,
                           const char     *detail,
                           const char     *words);
/* Its content as text, a line a device. (transfer full) */
char *pt_group_diagram_to_text (PtGroupDiagram *self);

G_END_DECLS
