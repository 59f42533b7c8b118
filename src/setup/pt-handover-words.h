/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-handover.h"

G_BEGIN_DECLS

/* What is said to the owner of what may change hands, translated. pt_handover_say_obstacles() has
 * the same for errors and logs. */

/* One obstacle as a sentence; the device in the way is named by whoever says it. (transfer full) */
char *pt_handover_words_obstacle (const PtObstacle *obstacle);
/* How @member, one of @handover, stands: what is in the way of it, or that nothing is, in one
 * sentence or several. (transfer full) */
char *pt_handover_words_member (PtHandover             *handover,
                                const PtHandoverMember *member);

G_END_DECLS
