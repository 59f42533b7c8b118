/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-cpu-share"

#include "config.h"

#include "pt-cpu-layout.h"
#include "pt-cpu-list.h"

/* Pure decisions on a layout: which cores are the guest's. */

#define PT_SHARE_HOST_CORES 2
/* Games gain nothing from more; who wants more says so. */
#define PT_SHARE_DEFAULT_MOST 8


void
pt_core_share_free (PtCoreShare *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->guest);
  g_array_unref (self->host);
  g_free (self);
}


static const PtCore *
pt_share_core (const PtCpuLayout *layout,
               guint              index)
{
  return g_ptr_array_index (layout->cores, index);
}


static gboolean
pt_share_is_first (const PtCore *core)
{
  return g_array_index (core->threads, guint, 0) == 0;
}


guint
pt_cpu_layout_get_most (const PtCpuLayout *self)
{
  g_return_val_if_fail (self != NULL, 0);

  if (!self->known || self->cores->len == 0)
    return 0;
  return self->cores->len > PT_SHARE_HOST_CORES ? self->cores->len - PT_SHARE_HOST_CORES : 1;
}


/* Fast cores of @domain, with or without the one of CPU 0. */
static guint
pt_share_count_fast (const PtCpuLayout *layout,
                     int                domain,
                     gboolean           with_first)
{
  guint count = 0;

  for (guint i = 0; i < layout->cores->len; i++)
    {
      const PtCore *core = pt_share_core (layout, i);

      count += core->domain == domain && core->kind != PT_CORE_EFFICIENCY &&
               (with_first || !pt_share_is_first (core));
    }
  return count;
}


/* Cores the user set aside at boot: surely for this. */
static guint
pt_share_count_isolated (const PtCpuLayout *layout,
                         int                domain)
{
  guint count = 0;

  for (guint i = 0; i < layout->cores->len; i++)
    {
      const PtCore *core = pt_share_core (layout, i);

      count += core->domain == domain && core->isolated;
    }
  return count;
}


static guint64
pt_share_get_cache (const PtCpuLayout *layout,
                    int                domain)
{
  const PtCacheDomain *cache =
    domain >= 0 ? g_ptr_array_index (layout->domains, (guint)domain) : NULL;

  return cache != NULL ? cache->size : 0;
}


/* TRUE if @a suits a guest of @wanted cores better than @b: it has room, the user isolated its
 * cores, its cache is larger, it has more fast cores besides that of CPU 0. */
static gboolean
pt_share_is_better (const PtCpuLayout *layout,
                    guint              wanted,
                    int                a,
                    int                b)
{
  gboolean room_a = pt_share_count_fast (layout, a, TRUE) >= wanted;
  gboolean room_b = pt_share_count_fast (layout, b, TRUE) >= wanted;
  guint    isolated_a = pt_share_count_isolated (layout, a);
  guint    isolated_b = pt_share_count_isolated (layout, b);
  guint64  cache_a = pt_share_get_cache (layout, a);
  guint64  cache_b = pt_share_get_cache (layout, b);

  if (room_a != room_b)
    return room_a;
  if (isolated_a != isolated_b)
    return isolated_a > isolated_b;
  if (cache_a != cache_b)
    return cache_a > cache_b;
  return pt_share_count_fast (layout, a, FALSE) > pt_share_count_fast (layout, b, FALSE);
}


/* -1 stands for the cores outside of all domains. */
static int
pt_share_find_domain (const PtCpuLayout *layout,
                      guint              wanted)
{
  int best = layout->domains->len > 0 ? 0 : -1;

  for (guint i = 1; i < layout->domains->len; i++)
    {
      if (pt_share_is_better (layout, wanted, (int)i, best))
        best = (int)i;
    }
  return best;
}


/* How much speaks against giving @core to the guest, the heaviest reason first. */
static guint
pt_share_cost (const PtCpuLayout *layout,
               const PtCore      *core,
               int                domain)
{
  const PtCore *home = NULL;
  guint         cost = 0;

  for (guint i = 0; home == NULL && i < layout->cores->len; i++)
    {
      const PtCore *each = pt_share_core (layout, i);

      if (each->domain == domain)
        home = each;
    }
  cost += core->kind == PT_CORE_EFFICIENCY ? 32 : 0;
  cost += core->domain != domain ? 16 : 0;
  cost += home != NULL && core->package != home->package ? 8 : 0;
  cost += home != NULL && core->node != home->node ? 4 : 0;
  cost += pt_share_is_first (core) ? 2 : 0;
  cost += core->isolated ? 0 : 1;
  return cost;
}


typedef struct
{
  guint cost;
  guint index;
} PtShareEntry;


/* Cheapest first; of equals the last, for the kernel likes the first ones itself. */
static int
pt_share_compare (gconstpointer a,
                  gconstpointer b)
{
  const PtShareEntry *first = a;
  const PtShareEntry *second = b;

  if (first->cost != second->cost)
    return first->cost < second->cost ? -1 : 1;
  return first->index > second->index ? -1 : 1;
}


static int
pt_share_compare_numbers (gconstpointer a,
                          gconstpointer b)
{
  guint first = *(const guint *)a;
  guint second = *(const guint *)b;

  return first < second ? -1 : first > second;
}


static void
pt_share_describe (PtCoreShare       *self,
                   const PtCpuLayout *layout)
{
  for (guint i = 0; i < self->guest->len; i++)
    {
      const PtCore *core = pt_share_core (layout, g_array_index (self->guest, guint, i));
      const PtCore *first = pt_share_core (layout, g_array_index (self->guest, guint, 0));

      if (core->domain != first->domain || core->package != first->package)
        self->spans_domains = TRUE;
      if (core->kind == PT_CORE_EFFICIENCY)
        self->has_slow_cores = TRUE;
    }
}


PtCoreShare *
pt_cpu_layout_share (const PtCpuLayout *self,
                     guint              wanted)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (PtShareEntry));
  PtCoreShare *share = NULL;
  guint        most = 0;
  int          domain = 0;

  g_return_val_if_fail (self != NULL, NULL);

  most = pt_cpu_layout_get_most (self);
  if (most == 0 || self->cores->len < 2)
    return NULL;
  domain = pt_share_find_domain (self, wanted);
  if (wanted == 0)
    wanted = CLAMP (pt_share_count_fast (self, domain, FALSE), 1, PT_SHARE_DEFAULT_MOST);
  wanted = MIN (wanted, most);

  for (guint i = 0; i < self->cores->len; i++)
    {
      PtShareEntry entry = { pt_share_cost (self, pt_share_core (self, i), domain), i };

      g_array_append_val (order, entry);
    }
  g_array_sort (order, pt_share_compare);

  share = g_new0 (PtCoreShare, 1);
  share->guest = g_array_new (FALSE, FALSE, sizeof (guint));
  share->host = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < order->len; i++)
    g_array_append_val (i < wanted ? share->guest : share->host,
                        g_array_index (order, PtShareEntry, i).index);
  g_array_sort (share->guest, pt_share_compare_numbers);
  g_array_sort (share->host, pt_share_compare_numbers);
  pt_share_describe (share, self);
  return share;
}


char *
pt_cpu_layout_format (const PtCpuLayout *self,
                      GArray            *cores)
{
  g_autoptr (GArray) threads = g_array_new (FALSE, FALSE, sizeof (guint));

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (cores != NULL, NULL);

  for (guint i = 0; i < cores->len; i++)
    {
      const PtCore *core = pt_share_core (self, g_array_index (cores, guint, i));

      g_array_append_vals (threads, core->threads->data, core->threads->len);
    }
  g_array_sort (threads, pt_share_compare_numbers);
  return pt_cpu_list_format (threads);
}
