/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* A program that makes the initramfs: what Passthru adds to its settings, how the images are built
 * anew and what has to be in them then. */
typedef struct _PtGenerator PtGenerator;

/* NULL for PT_INITRAMFS_UNKNOWN. (transfer none) */
const PtGenerator *pt_generator_get (PtInitramfs initramfs);
/* Why @devices (PtPlanDevice *) cannot be bound early on @host though its generator is known: a
 * translated sentence, or NULL. (transfer full) */
char *pt_generator_find_obstacle (const PtGenerator *self,
                                  PtHost            *host,
                                  GPtrArray         *devices);
/* Appends to @steps (PtStep *) what is missing: files and, where one changes, the rebuild. */
gboolean pt_generator_add_steps (const PtGenerator *self,
                                 PtSysroot         *sysroot,
                                 GPtrArray         *steps,
                                 GError           **error);
/* PT_SETUP_ERROR_FAILED with the figures if the images cannot be built anew for want of space. */
gboolean pt_generator_check_space (const PtGenerator *self,
                                   PtSysroot         *sysroot,
                                   GError           **error);
/* Looks into the images, with the host's own program for that: PT_SETUP_ERROR_FAILED naming the
 * image and what is not in it. Where there is no such program nothing is said. */
gboolean pt_generator_check_images (const PtGenerator *self,
                                    PtSysroot         *sysroot,
                                    GCancellable      *cancellable,
                                    GError           **error);

/* TRUE if the image that the running kernel came with is known to lack what a rebuild by us puts
 * into it; what cannot be read is not known. @image (out): its logical path. (transfer full) */
gboolean pt_generator_find_lack (const PtGenerator *self,
                                 PtSysroot         *sysroot,
                                 char             **image);
/* What any generator may write and run; for journals, which are not trusted. @path is a logical
 * one. */
gboolean pt_generator_owns_path (PtSysroot  *sysroot,
                                 const char *path);
/* FALSE if no generator edits the file @path. @undone (out): @text without @edits (PtPlanChange *)
 * where someone changed it since, NULL if that cannot be told. */
gboolean pt_generator_undo_edits (PtSysroot  *sysroot,
                                  const char *path,
                                  const char *text,
                                  GPtrArray  *edits,
                                  char      **undone);
gboolean pt_generator_is_rebuild (PtProgram          program,
                                  const char *const *arguments);
/* After what it packed was taken away: runs the rebuild again, or takes it back where that is
 * another command. Also for programs that are no rebuild. */
gboolean pt_generator_undo_rebuild (PtSysroot         *sysroot,
                                    PtProgram          program,
                                    const char *const *arguments,
                                    GError           **error);

G_END_DECLS
