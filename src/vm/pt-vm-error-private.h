/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-machine.h"

G_BEGIN_DECLS

/* Turns the calling thread's last libvirt error into ours and resets it. The message is what we
 * were doing, a colon, libvirt's own words. */
void pt_vm_error_take_libvirt (GError    **error,
                               const char *format,
                               ...) G_GNUC_PRINTF (2, 3);
/* The same after a failed attempt to connect: what is not a matter of rights is then no
 * connection. */
void pt_vm_error_take_connect (GError    **error,
                               const char *uri);

G_END_DECLS
