/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-generator.h"
#include "pt-step-private.h"

G_BEGIN_DECLS

/* Names below PT_PLACE_ETC that more than one generator uses. */
#define PT_GENERATOR_SCRIPT "passthru/early"
#define PT_GENERATOR_UNIT "passthru-early.service"
#define PT_GENERATOR_WANTS "sysinit.target.d/60-passthru.conf"

/* A file that is wholly ours. */
typedef struct
{
  const char *id;       /* of the step */
  const char *name;     /* below PT_PLACE_ETC */
  const char *template; /* in the resources */
  guint mode;
} PtGeneratorFile;

typedef struct
{
  PtProgram          program;
  const char *const *arguments;
} PtGeneratorRebuild;

struct _PtGenerator
{
  const PtGeneratorFile *files; /* ended by one without id */
  /* What else it changes, or NULL. */
  gboolean (*add_edits) (PtSysroot *sysroot,
                         GPtrArray *steps,
                         GError   **error);
  /* Names below PT_PLACE_ETC of what that may write: a file of ours, and one of the user's. Or
   * NULL. */
  const char *drop_in;
  const char *edited;
  /* @text, what is there now, without our edits; NULL if that cannot be told. */
  char *(*undo_edit) (const char         *text,
                      const PtPlanChange *edit);
  char *(*find_obstacle) (PtHost    *host,
                          GPtrArray *devices); /* or NULL */
  /* In order of preference, ended by PT_PROGRAM_LAST. */
  const PtGeneratorRebuild *rebuilds;
  /* Where the rebuild is not simply run again, all or none of these: TRUE if the image that starts
   * next is without our files though they are there; what takes the rebuild back, to be shown; and
   * doing that, whether or not it was ever done. */
  gboolean (*is_stale) (PtSysroot *sysroot);
  const char *const *undo;
  gboolean (*undo_rebuild) (PtSysroot *sysroot,
                            GError   **error);
  /* The images that the rebuild writes: logical paths. (transfer full) */
  char **(*list_images) (PtSysroot *sysroot);
  PtProgram          lister; /* prints the names of the files in an image */
  const char        *verb;   /* its first argument, or NULL */
  const char *const *wanted; /* parts of names, besides the driver */
};

extern const PtGenerator pt_generator_initramfs_tools;
extern const PtGenerator pt_generator_dracut;
extern const PtGenerator pt_generator_mkinitcpio;
extern const PtGenerator pt_generator_mkinitcpio_systemd;
extern const PtGenerator pt_generator_booster;
extern const PtGenerator pt_generator_ostree;

/* What is dracut's whoever runs it. */
extern const PtGeneratorFile pt_generator_dracut_files[];
extern const char *const     pt_generator_dracut_wanted[];

/* Releases of the kernels in the tree of modules. (transfer full) */
char **pt_generator_list_releases (PtSysroot *sysroot);
/* Appends a file step unless the file is as it should be. @edits: PtPlanChange *, or NULL for a
 * file that is wholly ours. */
gboolean pt_generator_add_file (GPtrArray  *steps,
                                PtSysroot  *sysroot,
                                const char *id,
                                const char *name,
                                GBytes     *content,
                                guint       mode,
                                GPtrArray  *edits,
                                GError    **error);

G_END_DECLS
