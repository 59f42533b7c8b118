/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-hypervisor"

#include "config.h"

#include "pt-hypervisor.h"

#include <string.h>

#include "pt-machine.h"
#include "pt-xml-private.h"

#define PT_TPM "/*/devices/tpm"

/* What Windows makes use of, in the order of libvirt's documentation. An entry is left out when
 * the one it needs is. TCG takes those that need no KVM although its capabilities under-report
 * them (tried on 9.0). */
static const struct
{
  const char *name;
  const char *needs;
  gboolean    emulated;
} pt_enlightenments[] = {
  { "relaxed", NULL, TRUE },
  { "vapic", NULL, TRUE },
  { "spinlocks", NULL, TRUE },
  { "vpindex", NULL, FALSE },
  { "runtime", NULL, FALSE },
  { "synic", "vpindex", FALSE },
  { "stimer", "synic", FALSE },
  { "reset", NULL, TRUE },
  { "frequencies", NULL, TRUE },
  { "tlbflush", "vpindex", FALSE },
  { "ipi", "vpindex", FALSE },
};


PtHypervisor *
pt_hypervisor_new_full (void)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  PtHypervisor *self = g_new0 (PtHypervisor, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_enlightenments); i++)
    g_strv_builder_add (names, pt_enlightenments[i].name);
  self->hyperv = g_strv_builder_end (names);
  self->efi = TRUE;
  self->secure_boot = TRUE;
  self->tpm = TRUE;
  self->spice = TRUE;
  return self;
}


PtHypervisor *
pt_hypervisor_parse (const char *xml,
                     GError    **error)
{
  g_autoptr (PtXml) document = NULL;
  PtHypervisor *self = NULL;

  g_return_val_if_fail (xml != NULL, NULL);

  document = pt_xml_parse (xml, "domainCapabilities", error);
  if (document == NULL)
    return NULL;
  self = g_new0 (PtHypervisor, 1);
  self->efi = pt_xml_has (document, "/*/os/enum[@name='firmware']/value[.='efi']");
  self->secure_boot = pt_xml_has (document, "/*/os/loader/enum[@name='secure']/value[.='yes']");
  self->tpm = pt_xml_has (document, PT_TPM "/enum[@name='backendModel']/value[.='emulator']") &&
              pt_xml_has (document, PT_TPM "/enum[@name='model']/value[.='tpm-crb']");
  self->spice = pt_xml_has (document, "/*/devices/graphics/enum[@name='type']/value[.='spice']");
  self->hyperv = pt_xml_list (document, "/*/features/hyperv/enum[@name='features']/value");
  return self;
}


void
pt_hypervisor_free (PtHypervisor *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->hyperv);
  g_free (self);
}


static gboolean
pt_hypervisor_has_name (GPtrArray  *names,
                        const char *name)
{
  return g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL);
}


GPtrArray *
pt_hypervisor_enlightenments (const PtHypervisor *self,
                              gboolean            emulate)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_return_val_if_fail (self != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_enlightenments); i++)
    {
      const char *name = pt_enlightenments[i].name;
      const char *needs = pt_enlightenments[i].needs;
      gboolean    offered = emulate ? pt_enlightenments[i].emulated
                                    : g_strv_contains ((const char *const *)self->hyperv, name);

      if (offered && (needs == NULL || pt_hypervisor_has_name (names, needs)))
        g_ptr_array_add (names, (gpointer)name);
    }
  return g_steal_pointer (&names);
}
