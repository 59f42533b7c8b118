/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-boot-config.h"
#include "pt-generator.h"
#include "pt-parameters.h"
#include "pt-plan.h"

G_BEGIN_DECLS

/* The changes to a host with Debian's GRUB, in the order they are safe: first what is inert, the
 * activation last. Files that are as they should be are left out. NULL with
 * @error when a file cannot be read. PtStep *. (transfer full) */
GPtrArray *pt_steps_build (PtSysroot         *sysroot,
                           const PtGenerator *generator,
                           PtBootConfig      *config,
                           PtParameters      *parameters,
                           GError           **error);
/* One of our own files, by its name in the resources (`initramfs-script`). (transfer full) */
GBytes *pt_steps_get_template (const char *name);

G_END_DECLS
