/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-xml"

#include "config.h"

#include "pt-xml-private.h"

#include <string.h>

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "pt-machine.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathObject, xmlXPathFreeObject)


PtXml *
pt_xml_parse (const char *text,
              const char *root,
              GError    **error)
{
  const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  g_autoptr (PtXml) self = xmlReadMemory (text, strlen (text), NULL, NULL, options);
  xmlNode *top = self != NULL ? xmlDocGetRootElement (self) : NULL;

  if (top == NULL || strcmp ((const char *)top->name, root) != 0)
    {
      g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_FAILED, "libvirt's answer is not a <%s>", root);
      return NULL;
    }
  return g_steal_pointer (&self);
}


char *
pt_xml_to_string (PtXml *self)
{
  xmlChar *text = NULL;
  int      length = 0;
  char    *copy = NULL;

  xmlDocDumpFormatMemoryEnc (self, &text, &length, "UTF-8", 1);
  copy = g_strndup ((const char *)text, length);
  xmlFree (text);
  return copy;
}


static xmlXPathObject *
pt_xml_find (PtXml      *self,
             const char *xpath)
{
  g_autoptr (xmlXPathContext) context = xmlXPathNewContext (self);

  xmlXPathRegisterNs (context, BAD_CAST "passthru", BAD_CAST PT_XML_NAMESPACE);
  return xmlXPathEvalExpression (BAD_CAST xpath, context);
}


gboolean
pt_xml_has (PtXml      *self,
            const char *xpath)
{
  g_autoptr (xmlXPathObject) found = pt_xml_find (self, xpath);

  return found != NULL && !xmlXPathNodeSetIsEmpty (found->nodesetval);
}


char *
pt_xml_text (PtXml      *self,
             const char *xpath)
{
  g_auto (GStrv) all = pt_xml_list (self, xpath);

  return g_strdup (all[0]);
}


char **
pt_xml_list (PtXml      *self,
             const char *xpath)
{
  g_autoptr (xmlXPathObject) found = pt_xml_find (self, xpath);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  int count = found != NULL ? xmlXPathNodeSetGetLength (found->nodesetval) : 0;

  for (int i = 0; i < count; i++)
    {
      xmlChar *text = xmlNodeGetContent (xmlXPathNodeSetItem (found->nodesetval, i));

      g_strv_builder_add (texts, (const char *)text);
      xmlFree (text);
    }
  return g_strv_builder_end (texts);
}


xmlNode *
pt_xml_add (xmlNode    *parent,
            const char *name,
            ...)
{
  xmlNode    *node = xmlNewChild (parent, NULL, BAD_CAST name, NULL);
  const char *attribute = NULL;
  va_list     arguments;

  va_start (arguments, name);
  while ((attribute = va_arg (arguments, const char *)) != NULL)
    {
      const char *value = va_arg (arguments, const char *);

      if (value != NULL)
        xmlNewProp (node, BAD_CAST attribute, BAD_CAST value);
    }
  va_end (arguments);
  return node;
}


xmlNode *
pt_xml_add_text (xmlNode    *parent,
                 const char *name,
                 const char *text)
{
  return xmlNewTextChild (parent, NULL, BAD_CAST name, BAD_CAST text);
}


void
pt_xml_set_number (xmlNode    *node,
                   const char *name,
                   guint64     value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  xmlNewProp (node, BAD_CAST name, BAD_CAST text);
}
