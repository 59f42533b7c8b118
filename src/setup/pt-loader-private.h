/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-form.h"
#include "pt-loader.h"
#include "pt-step-private.h"

G_BEGIN_DECLS

/* A settings file and what becomes of it. */
typedef struct
{
  char      *path; /* logical */
  PtForm     form;
  char      *old;     /* as it is */
  char      *text;    /* with our edits */
  GPtrArray *edits;   /* PtPlanChange *; `from` is empty for what is added */
  gboolean   missing; /* a step of its own makes it first, with @old in it */
} PtLoaderFile;

typedef struct
{
  /* Fills files and obstacle. */
  gboolean (*read) (PtLoader *self,
                    GError  **error);
  /* Nullable: the first file that has the parameter. */
  char *(*find) (PtLoader   *self,
                 const char *name);
  /* Nullable: nothing. */
  gboolean (*owns) (PtLoader   *self,
                    const char *token);
  gboolean (*add_steps) (PtLoader     *self,
                         PtParameters *parameters,
                         GPtrArray    *steps,
                         GError      **error);
} PtLoaderClass;

struct _PtLoader
{
  const PtLoaderClass *klass; /* NULL: not known */
  PtHost              *host;
  PtSysroot           *sysroot;
  GPtrArray           *files;     /* PtLoaderFile *, what counts for the next start first */
  char                *obstacle;  /* translated */
  gboolean             root_only; /* only root may read what decides */

  char *ours;   /* GRUB: content of the drop-in, or NULL */
  guint behind; /* GRUB: how many of @files are read before it */
};

extern const PtLoaderClass pt_loader_grub;
extern const PtLoaderClass pt_loader_bls;
extern const PtLoaderClass pt_loader_systemd_boot;
extern const PtLoaderClass pt_loader_kernelstub;
extern const PtLoaderClass pt_loader_rpm_ostree;
extern const PtLoaderClass pt_loader_limine;
extern const PtLoaderClass pt_loader_uki;
extern const PtLoaderClass pt_loader_sdbootutil;

/* Adds the file @name below @place. TRUE also without one; @file (out, nullable) is NULL then. */
gboolean pt_loader_add_file (PtLoader      *self,
                             PtPlace        place,
                             const char    *name,
                             PtLoaderFile **file,
                             GError       **error);
/* The same for a file whose content is known. */
PtLoaderFile *pt_loader_take_file (PtLoader   *self,
                                   const char *path,
                                   const char *text);
/* Sets the obstacle unless there is one. */
void pt_loader_refuse (PtLoader   *self,
                       const char *obstacle);
/* The same where only root may read what decides. */
void pt_loader_refuse_unread (PtLoader *self);
/* Sets @token (the last one called so counts) to @to, or takes it out where @to is empty, and notes
 * the edit. */
gboolean pt_loader_file_replace (PtLoaderFile  *file,
                                 const PtToken *token,
                                 const char    *to,
                                 GError       **error);
/* Puts all of @parameters into @file as far as they are not there. */
gboolean pt_loader_file_apply (PtLoaderFile *file,
                               PtParameters *parameters,
                               GError      **error);
/* The edits that make @tokens (NULL-ended) hold @parameters. PtPlanChange *. (transfer full) */
GPtrArray *pt_loader_make_edits (const char *const *tokens,
                                 PtParameters      *parameters);
/* One step for every file that changed. TRUE if there was any. */
gboolean pt_loader_add_file_steps (PtLoader     *self,
                                   PtParameters *parameters,
                                   GPtrArray    *steps);
/* Applies @parameters to all files, one step each. @changed (out): whether there was any. */
gboolean pt_loader_edit_files (PtLoader     *self,
                               PtParameters *parameters,
                               GPtrArray    *steps,
                               gboolean     *changed,
                               GError      **error);
/* The step that runs @program, which derives what boots from the settings. */
void pt_loader_add_update (GPtrArray         *steps,
                           PtProgram          program,
                           const char *const *arguments);
/* The step that lets @program do @edits itself. */
gboolean pt_loader_add_command (GPtrArray    *steps,
                                PtProgram     program,
                                PtParameters *parameters,
                                GPtrArray    *edits,
                                GError      **error);
/* Title and reason of the step that adds @parameters. */
const char *pt_loader_step_title (PtParameters *parameters);
const char *pt_loader_step_why (PtParameters *parameters);

G_END_DECLS
