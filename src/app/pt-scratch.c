/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-scratch"

#include "config.h"

#include "pt-scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct _PtScratch
{
  char *path;
};


PtScratch *
pt_scratch_new (GError **error)
{
  g_autofree char *path = g_dir_make_tmp ("passthru-XXXXXX", error);
  PtScratch       *self = NULL;

  if (path == NULL)
    return NULL;
  self = g_new0 (PtScratch, 1);
  self->path = g_steal_pointer (&path);
  return self;
}


const char *
pt_scratch_get_path (PtScratch *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->path;
}


/* A recording may hold folders that nobody may write to; ours are opened before they are
 * entered. */
static int
pt_scratch_open_cb (const char        *path,
                    const struct stat *status,
                    int                type,
                    struct FTW        *walk)
{
  if (type == FTW_D || type == FTW_DNR)
    (void)chmod (path, 0700);
  return 0;
}


static int
pt_scratch_remove_cb (const char        *path,
                      const struct stat *status,
                      int                type,
                      struct FTW        *walk)
{
  if (remove (path) != 0)
    g_debug ("cannot remove %s", path);
  return 0;
}


void
pt_scratch_free (PtScratch *self)
{
  if (self == NULL)
    return;
  (void)nftw (self->path, pt_scratch_open_cb, 16, FTW_PHYS);
  (void)nftw (self->path, pt_scratch_remove_cb, 16, FTW_PHYS | FTW_DEPTH);
  g_free (self->path);
  g_free (self);
}
