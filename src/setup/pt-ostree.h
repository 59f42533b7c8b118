/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* The deployments of a system that rpm-ostree manages, as `rpm-ostree status --json` tells them.
 * The first one starts next; what is changed makes a new one, which is put in its place when the
 * computer is shut down. Each has its own parameters, initramfs and copy of the settings. */

typedef struct
{
  char    *id;     /* OSNAME-CHECKSUM.SERIAL */
  char    *folder; /* logical: where its files are */
  gboolean booted;
  gboolean pinned;
  gboolean regenerates; /* its initramfs was built on this computer */
  char   **arguments;   /* that dracut was given for that, perhaps none */
} PtDeployment;

void pt_deployment_free (PtDeployment *self);
/* PtDeployment *, the one that starts next first. NULL with @error for what is not such a text, or
 * names something that is no deployment. (transfer full) */
GPtrArray *pt_ostree_parse (PtSysroot  *sysroot,
                            const char *text,
                            GError    **error);
/* The same of the host. (transfer full) */
GPtrArray *pt_ostree_read (PtSysroot *sysroot,
                           GError   **error);

/* The kernel parameters of deployment @index. NULL with @error. (transfer full) */
char **pt_ostree_read_words (PtSysroot *sysroot,
                             guint      index,
                             GError   **error);
/* Those of the first deployment that is no trial's: what is in force for good. (transfer full) */
char **pt_ostree_read_settled_words (PtSysroot *sysroot,
                                     GError   **error);

/* @id: (out) (transfer full): the running deployment, or NULL if it is pinned already. */
gboolean pt_ostree_find_unpinned (PtSysroot *sysroot,
                                  char     **id,
                                  GError   **error);
/* Keeps @id from being cleared away, or lets it go. TRUE also if it is so already, or, for the
 * latter, if there is no such deployment. */
gboolean pt_ostree_pin (PtSysroot  *sysroot,
                        const char *id,
                        gboolean    pin,
                        GError    **error);
/* Makes the deployment before that of trial @id the one that starts. TRUE also if it is already. */
gboolean pt_ostree_go_back (PtSysroot  *sysroot,
                            const char *id,
                            GError    **error);
/* Clears the deployment of trial @id away where it is the previous one by now. */
gboolean pt_ostree_forget (PtSysroot  *sysroot,
                           const char *id,
                           GError    **error);
/* TRUE for what may be an id. */
gboolean pt_ostree_is_id (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtDeployment, pt_deployment_free)

G_END_DECLS
