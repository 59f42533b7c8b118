/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-setup-error"

#include "config.h"

#include "pt-plan.h"

G_DEFINE_QUARK (pt_setup_error, pt_setup_error)
