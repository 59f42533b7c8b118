/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-address.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What the configuration of Xorg says about graphics cards. Only files of the host's owner count;
 * most hosts have none. Source: xorg.conf(5), "DEVICE SECTION"; the numbers of a BusID are
 * decimal, the function may be left out, and a domain follows the bus after an "@". */

typedef struct
{
  char     *file; /* as the host calls it, or NULL when parsed from text */
  char     *text; /* `PCI:47:0:0` */
  gboolean  valid;
  PtAddress address; /* if @valid */
} PtXorgBusId;

void pt_xorg_bus_id_free (PtXorgBusId *self);

/* All BusID lines of the Device sections in @text, in their order. PtXorgBusId. (transfer full) */
GPtrArray *pt_xorg_parse (const char *text);
/* `PCI:47:0:0`, `PCI:1@1:0:0`: bus, domain, device and function in decimal. */
gboolean pt_xorg_bus_id_parse (const char *text,
                               PtAddress  *address);
/* Whether @line begins with @keyword (small letters), and what stands in quotes right behind it, ""
 * without any; else NULL. Xorg takes keywords in any case and with underscores anywhere. (transfer
 * full) */
char *pt_xorg_value (const char *line,
                     const char *keyword);
/* `xorg.conf` and the files of `xorg.conf.d`, in the order Xorg reads them, as names below
 * PT_PLACE_ETC. (transfer full) */
char **pt_xorg_list_files (PtSysroot *sysroot);
/* All BusID lines of the host. PtXorgBusId. (transfer full) */
GPtrArray *pt_xorg_read (PtSysroot *sysroot);

G_END_DECLS
