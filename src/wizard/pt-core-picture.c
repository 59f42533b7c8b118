/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-core-picture"

#include "config.h"

#include "pt-core-picture.h"

#include <glib/gi18n-lib.h>

#include "pt-cpu-list.h"
#include "pt-host-words.h"


static char *
pt_core_picture_title (const PtCpuLayout *layout,
                       int                domain)
{
  const PtCacheDomain *cache =
    domain >= 0 ? g_ptr_array_index (layout->domains, (guint)domain) : NULL;
  g_autofree char *size = NULL;

  if (cache == NULL)
    return layout->domains->len > 0 ? g_strdup (_ ("Outside the shared cache"))
                                    : g_strdup (_ ("Cores"));
  if (cache->size == 0)
    return g_strdup_printf (_ ("Shared cache %d"), domain + 1);
  size = pt_host_words_size (cache->size);
  /* Translators: %1$d counts the caches, %2$s is a size such as "32 MiB". */
  return g_strdup_printf (_ ("Shared cache %1$d, %2$s"), domain + 1, size);
}


static const char *
pt_core_picture_mark (PtCoreKind kind)
{
  if (kind == PT_CORE_PERFORMANCE)
    /* Translators: one letter for a performance core. */
    return C_ ("core", "P");
  /* Translators: one letter for an efficiency core. */
  return kind == PT_CORE_EFFICIENCY ? C_ ("core", "E") : NULL;
}


static void
pt_core_picture_show_domain (PtCoreMap         *map,
                             const PtCpuLayout *layout,
                             const PtCoreShare *share,
                             int                domain)
{
  g_autofree char *title = pt_core_picture_title (layout, domain);

  for (guint i = 0; i < layout->cores->len; i++)
    {
      const PtCore    *core = g_ptr_array_index (layout->cores, i);
      g_autofree char *threads = NULL;
      gboolean         guest = share != NULL && pt_cpu_list_contains (share->guest, i);

      if (core->domain != domain)
        continue;
      threads = pt_cpu_list_format (core->threads);
      pt_core_map_add (map, title, guest ? PT_CORE_MAP_GUEST : PT_CORE_MAP_HOST,
                       pt_core_picture_mark (core->kind), core->threads->len, threads);
    }
}


gboolean
pt_core_picture_show (PtCoreMap         *map,
                      const PtCpuLayout *layout,
                      guint              cores)
{
  g_autoptr (PtCoreShare) share = NULL;

  g_return_val_if_fail (PT_IS_CORE_MAP (map), FALSE);
  g_return_val_if_fail (layout != NULL, FALSE);

  pt_core_map_clear (map);
  if (!layout->known)
    return FALSE;
  share = pt_cpu_layout_share (layout, cores);
  for (int domain = 0; domain < (int)layout->domains->len; domain++)
    pt_core_picture_show_domain (map, layout, share, domain);
  pt_core_picture_show_domain (map, layout, share, -1);
  return TRUE;
}
