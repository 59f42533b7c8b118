/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PtAddress:
 *
 * Where a PCI function sits: `DDDD:BB:DD.F`, a plain value that is copied by assignment. The text
 * form is the one of sysfs: lower-case hexadecimal, domain always present (kernel:
 * Documentation/PCI/sysfs-pci.rst).
 */
typedef struct
{
  guint32 domain;
  guint8  bus;
  guint8  slot;
  guint8  function;
} PtAddress;

#define PT_TYPE_ADDRESS (pt_address_get_type ())

/* Room for the text form with the longest domain the kernel makes (32 bits) and its NUL. */
#define PT_ADDRESS_BUFFER 17

GType      pt_address_get_type (void);
PtAddress *pt_address_copy (const PtAddress *self);
void       pt_address_free (PtAddress *self);

/* Accepts `0000:2f:00.0` and the short `2f:00.0` (domain 0), upper or lower case. Nothing else:
 * no blanks, no trailing text. Returns FALSE and leaves @address alone otherwise. */
gboolean pt_address_parse (const char *text,
                           PtAddress  *address);
/* Writes the sysfs form to @buffer and returns it. */
char *pt_address_format (const PtAddress *self,
                         char             buffer[PT_ADDRESS_BUFFER]);
/* (transfer full) */
char *pt_address_to_string (const PtAddress *self);
/* Total order: domain, bus, slot, function. */
int      pt_address_compare (const PtAddress *a,
                             const PtAddress *b);
gboolean pt_address_equal (const PtAddress *a,
                           const PtAddress *b);
/* TRUE for the functions of one slot. */
gboolean pt_address_same_slot (const PtAddress *a,
                               const PtAddress *b);

G_END_DECLS
