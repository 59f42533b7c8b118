/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-cpu-layout"

#include "config.h"

#include "pt-cpu-layout.h"

#include <string.h>

#include "pt-cpu-list.h"

/* A core has at most this many threads on x86 (two) and elsewhere (eight); more is garble. */
#define PT_CORE_MOST_THREADS 8

/* Slower than this share of the fastest is another kind of core. Cores of one kind differ by a few
 * percent from sample to sample. */
#define PT_CORE_SLOW_PERCENT 75


static PtCore *
pt_core_new (GArray *threads)
{
  PtCore *self = g_new0 (PtCore, 1);

  self->threads = threads;
  self->node = -1;
  self->domain = -1;
  return self;
}


static void
pt_core_free (PtCore *self)
{
  g_array_unref (self->threads);
  g_free (self);
}


static void
pt_cache_domain_free (PtCacheDomain *self)
{
  g_array_unref (self->threads);
  g_free (self);
}


void
pt_cpu_layout_free (PtCpuLayout *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->cores);
  g_ptr_array_unref (self->domains);
  g_free (self);
}


/* Parsing */

guint64
pt_cpu_layout_parse_size (const char *text)
{
  char   *end = NULL;
  guint64 value = 0;

  g_return_val_if_fail (text != NULL, 0);

  if (!g_ascii_isdigit (*text))
    return 0;
  value = g_ascii_strtoull (text, &end, 10);
  if (value > G_MAXUINT32)
    return 0;
  if (g_str_equal (end, "K"))
    return value << 10;
  if (g_str_equal (end, "M"))
    return value << 20;
  return *end == '\0' ? value : 0;
}


/* `physical id\t: 0`: TRUE if @line is about @key. @number: -1 if what it says is none. */
static gboolean
pt_cpu_layout_parse_line (const char *line,
                          const char *key,
                          int        *number)
{
  gsize   length = strlen (key);
  guint64 value = 0;

  if (!g_str_has_prefix (line, key))
    return FALSE;
  line += length + strspn (line + length, " \t");
  if (*line != ':')
    return FALSE;
  line += 1 + strspn (line + 1, " \t");
  *number = g_ascii_string_to_unsigned (line, 10, 0, PT_CPU_LIST_LIMIT - 1, &value, NULL)
              ? (int)value
              : -1;
  return TRUE;
}


/* What cpuinfo says about one processor; -1 = not said. */
typedef struct
{
  int processor;
  int package;
  int core;
} PtCpuEntry;


/* Puts the processor on its core. FALSE if one of the three numbers is missing or the processor
 * is on a core already. @known: cores by `PACKAGE:CORE` and by `PROCESSOR`. */
static gboolean
pt_cpu_layout_add_entry (GPtrArray        *cores,
                         GHashTable       *known,
                         const PtCpuEntry *entry)
{
  g_autofree char *key = g_strdup_printf ("%d:%d", entry->package, entry->core);
  g_autofree char *own = g_strdup_printf ("%d", entry->processor);
  PtCore          *core = g_hash_table_lookup (known, key);
  guint            processor = (guint)entry->processor;

  if (entry->processor < 0 || entry->package < 0 || entry->core < 0)
    return FALSE;
  if (core == NULL)
    {
      core = pt_core_new (g_array_new (FALSE, FALSE, sizeof (guint)));
      core->package = (guint)entry->package;
      g_ptr_array_add (cores, core);
      g_hash_table_insert (known, g_steal_pointer (&key), core);
    }
  if (core->threads->len >= PT_CORE_MOST_THREADS || g_hash_table_contains (known, own))
    return FALSE;
  g_hash_table_insert (known, g_steal_pointer (&own), core);
  g_array_append_val (core->threads, processor);
  return TRUE;
}


GPtrArray *
pt_cpu_layout_parse_cpuinfo (const char *text)
{
  g_autoptr (GPtrArray) cores = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_core_free);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) lines = NULL;
  PtCpuEntry entry = { -1, -1, -1 };
  gboolean   begun = FALSE;

  g_return_val_if_fail (text != NULL, NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      int number = -1;

      if (pt_cpu_layout_parse_line (lines[i], "processor", &number))
        {
          if (begun && !pt_cpu_layout_add_entry (cores, known, &entry))
            return NULL;
          begun = TRUE;
          entry = (PtCpuEntry){ number, -1, -1 };
        }
      else if (pt_cpu_layout_parse_line (lines[i], "physical id", &number))
        entry.package = number;
      else if (pt_cpu_layout_parse_line (lines[i], "core id", &number))
        entry.core = number;
    }
  if (!pt_cpu_layout_add_entry (cores, known, &entry))
    return NULL;
  return g_steal_pointer (&cores);
}


/* Reading */

static char *
pt_cpu_layout_read_of (PtSysroot  *sysroot,
                       guint       cpu,
                       const char *attribute)
{
  g_autofree char *name = g_strdup_printf ("cpu%u/%s", cpu, attribute);

  return pt_sysroot_read_text (sysroot, PT_PLACE_CPUS, name, NULL);
}


/* NULL if it is not there or no list. */
static GArray *
pt_cpu_layout_read_list (PtSysroot  *sysroot,
                         PtPlace     place,
                         const char *name)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, place, name, NULL);

  return text != NULL ? pt_cpu_list_parse (text) : NULL;
}


/* Who shares the core of @cpu: `core_cpus_list` is the newer name of the same. NULL unless the
 * answer includes @cpu and makes sense. */
static GArray *
pt_cpu_layout_read_siblings (PtSysroot *sysroot,
                             guint      cpu)
{
  static const char *const names[] = { "topology/thread_siblings_list",
                                       "topology/core_cpus_list" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = pt_cpu_layout_read_of (sysroot, cpu, names[i]);
      g_autoptr (GArray) threads = text != NULL ? pt_cpu_list_parse (text) : NULL;

      if (threads != NULL && threads->len <= PT_CORE_MOST_THREADS &&
          pt_cpu_list_contains (threads, cpu))
        return g_steal_pointer (&threads);
    }
  return NULL;
}


/* The processors that are on; NULL if it cannot be told. */
static GArray *
pt_cpu_layout_read_online (PtSysroot *sysroot)
{
  GArray *online = pt_cpu_layout_read_list (sysroot, PT_PLACE_CPUS, "online");

  if (online != NULL && online->len == 0)
    g_clear_pointer (&online, g_array_unref);
  return online;
}


/* FALSE if one processor does not say which core it is on, or two cores claim the same one. */
static gboolean
pt_cpu_layout_read_cores (PtCpuLayout *self,
                          PtSysroot   *sysroot,
                          GArray      *online)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < online->len; i++)
    {
      guint   cpu = g_array_index (online, guint, i);
      GArray *threads = NULL;

      if (g_hash_table_contains (taken, GUINT_TO_POINTER (cpu)))
        continue;
      threads = pt_cpu_layout_read_siblings (sysroot, cpu);
      if (threads == NULL)
        return FALSE;
      g_ptr_array_add (self->cores, pt_core_new (threads));
      for (guint j = 0; j < threads->len; j++)
        {
          guint sibling = g_array_index (threads, guint, j);

          if (!g_hash_table_add (taken, GUINT_TO_POINTER (sibling)) ||
              !pt_cpu_list_contains (online, sibling))
            return FALSE;
        }
    }
  return TRUE;
}


static void
pt_cpu_layout_read_packages (PtCpuLayout *self,
                             PtSysroot   *sysroot)
{
  for (guint i = 0; i < self->cores->len; i++)
    {
      PtCore          *core = g_ptr_array_index (self->cores, i);
      guint            cpu = g_array_index (core->threads, guint, 0);
      g_autofree char *text = pt_cpu_layout_read_of (sysroot, cpu,
                                                     "topology/physical_package_id");
      guint64          package = 0;

      if (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &package, NULL))
        core->package = (guint)package;
    }
}


/* All threads of @core are in @threads. */
static gboolean
pt_core_is_within (const PtCore *core,
                   GArray       *threads)
{
  for (guint i = 0; i < core->threads->len; i++)
    {
      if (!pt_cpu_list_contains (threads, g_array_index (core->threads, guint, i)))
        return FALSE;
    }
  return TRUE;
}


/* The L3 domain @core says it is in; cores that were read before keep theirs. */
static void
pt_cpu_layout_read_domain (PtCpuLayout *self,
                           PtSysroot   *sysroot,
                           PtCore      *core)
{
  guint            cpu = g_array_index (core->threads, guint, 0);
  g_autofree char *text = pt_cpu_layout_read_of (sysroot, cpu, "cache/index3/shared_cpu_list");
  g_autoptr (GArray) threads = text != NULL ? pt_cpu_list_parse (text) : NULL;
  g_autofree char *size = NULL;
  PtCacheDomain   *domain = NULL;

  if (threads == NULL || !pt_core_is_within (core, threads))
    return;
  size = pt_cpu_layout_read_of (sysroot, cpu, "cache/index3/size");
  domain = g_new0 (PtCacheDomain, 1);
  domain->size = size != NULL ? pt_cpu_layout_parse_size (size) : 0;
  domain->threads = g_steal_pointer (&threads);
  g_ptr_array_add (self->domains, domain);
  for (guint i = 0; i < self->cores->len; i++)
    {
      PtCore *other = g_ptr_array_index (self->cores, i);

      if (other->domain < 0 && pt_core_is_within (other, domain->threads))
        other->domain = (int)self->domains->len - 1;
    }
}


static void
pt_cpu_layout_read_domains (PtCpuLayout *self,
                            PtSysroot   *sysroot)
{
  for (guint i = 0; i < self->cores->len; i++)
    {
      PtCore *core = g_ptr_array_index (self->cores, i);

      if (core->domain < 0)
        pt_cpu_layout_read_domain (self, sysroot, core);
    }
}


/* The kernel lists both kinds of a hybrid Intel processor as event sources, since 5.13. */
static gboolean
pt_cpu_layout_read_hybrid (PtCpuLayout *self,
                           PtSysroot   *sysroot)
{
  g_autoptr (GArray) fast = pt_cpu_layout_read_list (sysroot, PT_PLACE_SYS_DEVICES,
                                                     "cpu_core/cpus");
  g_autoptr (GArray) slow = pt_cpu_layout_read_list (sysroot, PT_PLACE_SYS_DEVICES,
                                                     "cpu_atom/cpus");

  if (fast == NULL || slow == NULL || fast->len == 0 || slow->len == 0)
    return FALSE;
  for (guint i = 0; i < self->cores->len; i++)
    {
      PtCore *core = g_ptr_array_index (self->cores, i);

      if (pt_core_is_within (core, fast))
        core->kind = PT_CORE_PERFORMANCE;
      else if (pt_core_is_within (core, slow))
        core->kind = PT_CORE_EFFICIENCY;
    }
  return TRUE;
}


/* Fills in how fast each core can be: the scheduler's measure where the kernel has one (Linux
 * 6.12, hybrid x86), else the highest clock. Returns the fastest. */
static guint64
pt_cpu_layout_read_speeds (PtCpuLayout *self,
                           PtSysroot   *sysroot,
                           const char  *attribute)
{
  guint64 fastest = 0;

  for (guint i = 0; i < self->cores->len; i++)
    {
      PtCore          *core = g_ptr_array_index (self->cores, i);
      guint            cpu = g_array_index (core->threads, guint, 0);
      g_autofree char *text = pt_cpu_layout_read_of (sysroot, cpu, attribute);

      core->speed = 0;
      if (text == NULL ||
          !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &core->speed, NULL))
        return 0;
      fastest = MAX (fastest, core->speed);
    }
  return fastest;
}


/* Without the lists: cores much slower than the fastest, or slower ones with fewer threads. */
static void
pt_cpu_layout_guess_kinds (PtCpuLayout *self,
                           PtSysroot   *sysroot)
{
  guint64 fastest = pt_cpu_layout_read_speeds (self, sysroot, "cpu_capacity");
  guint   most = 1;
  guint   slow = 0;

  if (fastest == 0)
    fastest = pt_cpu_layout_read_speeds (self, sysroot, "cpufreq/cpuinfo_max_freq");
  for (guint i = 0; i < self->cores->len; i++)
    most = MAX (most, ((PtCore *)g_ptr_array_index (self->cores, i))->threads->len);

  for (guint i = 0; fastest > 0 && i < self->cores->len; i++)
    {
      PtCore *core = g_ptr_array_index (self->cores, i);

      if (core->speed * 100 < fastest * PT_CORE_SLOW_PERCENT ||
          (core->threads->len < most && core->speed < fastest))
        {
          core->kind = PT_CORE_EFFICIENCY;
          slow++;
        }
    }
  for (guint i = 0; slow > 0 && i < self->cores->len; i++)
    {
      PtCore *core = g_ptr_array_index (self->cores, i);

      if (core->kind == PT_CORE_ORDINARY)
        core->kind = PT_CORE_PERFORMANCE;
    }
}


static void
pt_cpu_layout_read_nodes (PtCpuLayout *self,
                          PtSysroot   *sysroot)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_SYS_DEVICES, "system/node", NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename ("system/node", names[i], "cpulist", NULL);
      g_autoptr (GArray) threads = NULL;
      guint64 number = 0;

      if (!g_str_has_prefix (names[i], "node") ||
          !g_ascii_string_to_unsigned (names[i] + 4, 10, 0, G_MAXINT, &number, NULL))
        continue;
      threads = pt_cpu_layout_read_list (sysroot, PT_PLACE_SYS_DEVICES, name);
      for (guint j = 0; threads != NULL && j < self->cores->len; j++)
        {
          PtCore *core = g_ptr_array_index (self->cores, j);

          if (pt_core_is_within (core, threads))
            core->node = (int)number;
        }
    }
}


static void
pt_cpu_layout_read_isolated (PtCpuLayout *self,
                             PtSysroot   *sysroot)
{
  g_autoptr (GArray) isolated = pt_cpu_layout_read_list (sysroot, PT_PLACE_CPUS, "isolated");

  for (guint i = 0; isolated != NULL && i < self->cores->len; i++)
    {
      PtCore *core = g_ptr_array_index (self->cores, i);

      core->isolated = pt_core_is_within (core, isolated);
    }
}


/* Every core is in an L3 domain, but for slow ones that lie outside (Meteor Lake). */
static gboolean
pt_cpu_layout_has_caches (const PtCpuLayout *self)
{
  for (guint i = 0; i < self->cores->len; i++)
    {
      const PtCore *core = g_ptr_array_index (self->cores, i);

      if (core->domain < 0 && core->kind != PT_CORE_EFFICIENCY)
        return FALSE;
    }
  for (guint i = 0; i < self->domains->len; i++)
    {
      const PtCacheDomain *domain = g_ptr_array_index (self->domains, i);

      if (domain->size == 0)
        return FALSE;
    }
  return self->domains->len > 0;
}


static void
pt_cpu_layout_read_fallback (PtCpuLayout *self,
                             PtSysroot   *sysroot)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "cpuinfo", NULL);
  g_autoptr (GPtrArray) cores = text != NULL ? pt_cpu_layout_parse_cpuinfo (text) : NULL;

  g_ptr_array_set_size (self->cores, 0);
  if (cores == NULL)
    return;
  g_ptr_array_unref (self->cores);
  self->cores = g_steal_pointer (&cores);
  self->known = TRUE;
}


PtCpuLayout *
pt_cpu_layout_read (PtSysroot *sysroot)
{
  PtCpuLayout *self = NULL;
  g_autoptr (GArray) online = NULL;
  g_autoptr (GArray) offline = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_new0 (PtCpuLayout, 1);
  self->cores = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_core_free);
  self->domains = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_cache_domain_free);
  online = pt_cpu_layout_read_online (sysroot);
  offline = pt_cpu_layout_read_list (sysroot, PT_PLACE_CPUS, "offline");
  self->offline = offline != NULL ? offline->len : 0;
  self->known = online != NULL && pt_cpu_layout_read_cores (self, sysroot, online);
  if (self->known)
    pt_cpu_layout_read_packages (self, sysroot);
  else
    pt_cpu_layout_read_fallback (self, sysroot);

  pt_cpu_layout_read_domains (self, sysroot);
  if (!pt_cpu_layout_read_hybrid (self, sysroot))
    pt_cpu_layout_guess_kinds (self, sysroot);
  pt_cpu_layout_read_nodes (self, sysroot);
  pt_cpu_layout_read_isolated (self, sysroot);
  self->caches_known = pt_cpu_layout_has_caches (self);
  for (guint i = 0; i < self->cores->len; i++)
    self->threads += ((PtCore *)g_ptr_array_index (self->cores, i))->threads->len;
  return self;
}
