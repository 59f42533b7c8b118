/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-generator.h"
#include "pt-loader.h"
#include "pt-plan.h"

G_BEGIN_DECLS

/* The changes to a host, in the order they are safe: first what is inert, the activation last.
 * Files that are as they should be are left out. @devices: PtPlanDevice *. @n_inert (out): how many
 * of them are inert. NULL with @error when a file cannot be read (G_IO_ERROR_NOT_SUPPORTED:
 * edited). PtStep *. (transfer full) */
GPtrArray *pt_steps_build (PtLoader          *loader,
                           const PtGenerator *generator,
                           PtParameters      *parameters,
                           GPtrArray         *devices,
                           guint             *n_inert,
                           GError           **error);
/* One of our own files, by its name in the resources (`initramfs-script`). (transfer full) */
GBytes *pt_steps_get_template (const char *name);

G_END_DECLS
