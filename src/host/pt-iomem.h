/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

#include "pt-address.h"

G_BEGIN_DECLS

/* The picture of the firmware in the kernel's list of memory: whoever draws into it claims a
 * stretch of it by name, inside the window (BAR) of the card that shows it. An ordinary user sees
 * the same names and the same nesting with every address as zero. Source: kernel/resource.c,
 * drivers/firmware/sysfb_simplefb.c (`BOOTFB`). */

/* A plain value. */
typedef struct
{
  gboolean  found;  /* somebody claims a firmware framebuffer */
  gboolean  nested; /* inside a window of @owner */
  PtAddress owner;
  gboolean  hidden; /* its addresses are zero: they are only shown to root */
  guint64   start;  /* with @end, both inside it */
  guint64   end;
  char      name[24]; /* the innermost claim: `efifb`, `BOOTFB`, `simple-framebuffer.0` */
} PtIomem;

/* Reads the text of `/proc/iomem`; knows no file and cannot fail. */
void pt_iomem_parse (const char *text,
                     PtIomem    *iomem);

/* TRUE if @name (`efi-framebuffer.0`, `BOOTFB`) is one that only a firmware framebuffer bears. */
gboolean pt_iomem_is_framebuffer (const char *name);

G_END_DECLS
