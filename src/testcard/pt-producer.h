/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* PtProducer: writes frames into shared memory as a Looking Glass host application would (LGMP 6 / KVMFR 20,
 * reference: protocol sections 1-8), for tests, benches and the test guest. No GLib main loop and no thread:
 * the caller ticks. Plain C with GLib types only in the signature, so that a static /init can hold it. */
typedef struct _PtProducer PtProducer;

G_END_DECLS
