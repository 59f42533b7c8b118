/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>
#include <libxml/tree.h>

G_BEGIN_DECLS

/* Just enough of libxml2, with our errors and ownership. Documents come from libvirt; nothing
 * is fetched and no entity is expanded. */

/* The namespace of our facts in <metadata>; an identifier, nothing is there. */
#define PT_XML_NAMESPACE "urn:com.example.Passthru:machine:1"

typedef xmlDoc PtXml;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtXml, xmlFreeDoc)

/* Root element must be @root. (transfer full), NULL with PT_VM_ERROR_FAILED. */
PtXml *pt_xml_parse (const char *text,
                     const char *root,
                     GError    **error);
/* (transfer full) */
char *pt_xml_to_string (PtXml *self);

/* Prefix `passthru` is known in the expressions. @xpath is ours and always well formed. */
gboolean pt_xml_has (PtXml      *self,
                     const char *xpath);
/* Text of the first match, NULL if there is none. (transfer full) */
char *pt_xml_text (PtXml      *self,
                   const char *xpath);
/* Text of every match. (transfer full) */
char **pt_xml_list (PtXml      *self,
                    const char *xpath);

/* Adds <@name> with attributes, NULL-ended pairs. A pair with a NULL value is left out. Returns
 * it. */
xmlNode *pt_xml_add (xmlNode    *parent,
                     const char *name,
                     ...) G_GNUC_NULL_TERMINATED;
/* Adds <@name>@text</@name>, escaped. */
xmlNode *pt_xml_add_text (xmlNode    *parent,
                          const char *name,
                          const char *text);
/* Sets an attribute to a number. */
void pt_xml_set_number (xmlNode    *node,
                        const char *name,
                        guint64     value);

G_END_DECLS
