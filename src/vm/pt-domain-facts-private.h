/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <libvirt/libvirt.h>

#include "pt-machine.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virDomain, virDomainFree)

/* What libvirt said about one domain at one moment. A plain, immutable value. */
typedef struct
{
  guint64        serial; /* a later reading has a higher one */
  char          *uuid;
  char          *name;
  PtMachineState state;
  int            run;           /* libvirt's number of this run, higher for each, -1 = off */
  char          *shared_memory; /* path, NULL = none */
  guint64        shared_memory_size;
  guint64        memory; /* bytes */
  gboolean       huge_pages;
  char          *network; /* libvirt network it needs, NULL = none */
  gboolean       rehearsal;
  char          *seen;    /* what it was made for, or NULL */
  GArray        *devices; /* PtAddress: host devices it is handed */
} PtDomainFacts;

/* The part that is in the definition. (transfer full) */
PtDomainFacts *pt_domain_facts_parse (const char *xml,
                                      GError    **error);
/* Asks libvirt; blocks. (transfer full) */
PtDomainFacts *pt_domain_facts_read (virDomainPtr domain,
                                     GError     **error);
void           pt_domain_facts_free (PtDomainFacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtDomainFacts, pt_domain_facts_free)

G_END_DECLS
