/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"
#include "pt-parameters.h"

G_BEGIN_DECLS

/* PtLoader: what starts the host, as far as its kernel parameters go: which are in force for the
 * next start, and which steps change them. One file per boot loader; DESIGN §6. */
typedef struct _PtLoader PtLoader;

/* Reads the settings of the host's boot loader; for one that Passthru does not know the running
 * command line stands in. NULL with @error when a setting is there and cannot be
 * read. (transfer full) */
PtLoader *pt_loader_new (PtHost  *host,
                         GError **error);
void      pt_loader_free (PtLoader *self);
PtHost   *pt_loader_get_host (PtLoader *self);
/* TRUE if Passthru can change the parameters here. */
gboolean pt_loader_is_supported (PtLoader *self);
/* Why it cannot, one translated sentence, though it knows the boot loader; else NULL. */
const char *pt_loader_get_obstacle (PtLoader *self);
/* TRUE if that is all there is against it: only root may read what decides. */
gboolean pt_loader_is_root_only (PtLoader *self);
/* The parameter called @name that is in force for the next start, whole token, or
 * NULL. (transfer full) */
char *pt_loader_find (PtLoader   *self,
                      const char *name);
/* TRUE if a file that is wholly ours holds the parameter @token: what is written there anew has to
 * name it again. */
gboolean pt_loader_owns (PtLoader   *self,
                         const char *token);
/* The step that has to come before any other: it makes a file that @self edits and that is not
 * there yet. NULL where none is missing. (transfer full) */
PtStep *pt_loader_make_first_step (PtLoader *self);
/* The steps that put @parameters in force; those that are already are left out. NULL with @error:
 * G_IO_ERROR_NOT_SUPPORTED if one is spelled in a way that cannot be edited safely. PtStep *.
 * (transfer full) */
GPtrArray *pt_loader_make_steps (PtLoader     *self,
                                 PtParameters *parameters,
                                 GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtLoader, pt_loader_free)

G_END_DECLS
