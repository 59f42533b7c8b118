/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-broken"

#include "config.h"

#include <errno.h>
#include <fnmatch.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-plan.h"
#include "pt-test-host.h"

/* Every file, link and folder of every recorded host is broken in turn, in every way below. The
 * scan and the plan must live through it without a warning, and nothing may look better for it:
 *
 *   - no check passes that did not pass before;
 *   - no card can go to the guest that could not before;
 *   - no plan can be applied that could not before, and none binds a device it did not bind.
 *
 * What may look better is in broken_exceptions, each with its reason. By default some cases are
 * picked at random for a few seconds; with `-m slow` all of them run, which is minutes of one core.
 * PASSTHRU_BROKEN=HOST runs one host alone, PASSTHRU_BROKEN_PART=2/8 every eighth from the second
 * on. */

#define BROKEN_SECONDS 6.0
#define BROKEN_MAX_REPORTED 25

typedef enum {
  BROKEN_REMOVED = 0,
  BROKEN_EMPTY,
  BROKEN_RANDOM,
  BROKEN_HUGE,
  BROKEN_FOREIGN, /* not UTF-8 */
  BROKEN_HALF,
  BROKEN_FOLDER, /* a folder in its place */
  BROKEN_LOOP,   /* a link to itself */
  BROKEN_DANGLING,
  BROKEN_PIPE,   /* nobody writes to it */
  BROKEN_DENIED, /* not for root */
  BROKEN_LAST
} BrokenWay;

static const char *const broken_ways[BROKEN_LAST] = {
  "removed", "empty", "random", "huge", "foreign", "half", "folder", "loop", "dangling", "pipe",
  "denied"
};

typedef struct
{
  const char *path; /* fnmatch(3), `*` takes slashes too */
  guint       ways; /* 1 << BrokenWay; 0 = all */
  const char *what; /* name of a check, `card` or `plan`; NULL = all */
} BrokenException;

#define BROKEN_GONE (1u << BROKEN_REMOVED)
#define BROKEN_LINKS ((1u << BROKEN_LOOP) | (1u << BROKEN_DANGLING))

static const BrokenException broken_exceptions[] = {
  /* Without its link on the bus, or without its folder, a device is not there: another computer,
   * not a broken one. With the folder go all behind it. */
  { "sys/bus/pci/devices/*", BROKEN_GONE | BROKEN_LINKS, NULL },
  { "sys/devices/pci*:[0-9a-f][0-9a-f].[0-7]", BROKEN_GONE | BROKEN_LINKS, NULL },
  { "sys/devices/pci*:[0-9a-f][0-9a-f]", 0, NULL },
  { "sys/devices", 0, NULL },
  { "sys/bus/pci/devices", 0, NULL },
  { "sys/bus/pci", 0, NULL },
  { "sys/bus", 0, NULL },
  { "sys", 0, NULL },
  /* A kernel without DRM has no such class. What the firmware chose is then all there is. */
  { "sys/class/drm", 0, NULL },
  { "sys/class/drm/*", BROKEN_GONE, NULL },
  { "sys/class", 0, NULL },
  /* That it is there is all it says. */
  { "etc/NIXOS", BROKEN_GONE | BROKEN_LINKS, NULL },
  { "run/ostree-booted", BROKEN_GONE | BROKEN_LINKS, NULL },
  { "etc", 0, "boot-loader" },
  { "run", 0, "boot-loader" },
  { "etc", 0, "plan" },
  { "run", 0, "plan" },
  /* Without the folder it was started by a BIOS, where there is no Secure Boot. */
  { "sys/firmware/efi", BROKEN_GONE | BROKEN_LINKS, "secure-boot" },
  /* Half a command line is another one, and so is a long one that lacks a parameter. */
  { "proc/cmdline", (1u << BROKEN_HALF) | (1u << BROKEN_HUGE), "guest-gpu-isolated" },
  /* In a tree their text is the verdict, and no text is a good one (tests/hosts/README.md). */
  { "dev/kvm", 0, "kvm-usable" },
  { "run/libvirt/*", 0, "libvirt" },
};

/* What a host says, as far as it could be too good. */
typedef struct
{
  gboolean    passes[PT_CHECK_LAST];
  GHashTable *cards; /* `0000:0b:00.0` of cards that can go to the guest */
  GHashTable *plans; /* cards whose plan can be applied, and `CARD binds DEVICE` */
} BrokenView;

static guint broken_cases;
static guint broken_found;


static void
broken_view_clear (BrokenView *view)
{
  g_clear_pointer (&view->cards, g_hash_table_unref);
  g_clear_pointer (&view->plans, g_hash_table_unref);
}


G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BrokenView, broken_view_clear)


static void
broken_view_plan (BrokenView *view,
                  PtHost     *host,
                  const char *card)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (card, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtPlan) plan = pt_plan_new (host, intent, &error);
  GPtrArray *devices = NULL;

  g_assert_true ((plan == NULL) == (error != NULL));
  if (plan == NULL || !pt_plan_is_applicable (plan))
    return;
  g_hash_table_add (view->plans, g_strdup (card));
  devices = pt_plan_get_devices (plan);
  for (guint i = 0; i < devices->len && !pt_plan_is_first_part (plan); i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      g_hash_table_add (
        view->plans,
        g_strdup_printf ("%s binds %s", card, pt_device_get_address_string (entry->device)));
    }
}


/* FALSE if the host could not be scanned, which is no good news either. */
static gboolean
broken_view_read (BrokenView *view,
                  PtSysroot  *sysroot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, &error);
  g_autoptr (PtReport) report = NULL;
  g_autofree char *text = NULL;
  GPtrArray       *gpus = NULL;

  view->cards = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  view->plans = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_assert_true ((host == NULL) == (error != NULL));
  if (host == NULL)
    return FALSE;

  report = pt_report_new (host);
  text = pt_report_to_text (report);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (guint id = 0; id < PT_CHECK_LAST; id++)
    view->passes[id] = pt_check_get_status (pt_report_get_check (report, id)) == PT_STATUS_PASS;

  gpus = pt_host_get_gpus (host);
  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu      *gpu = g_ptr_array_index (gpus, i);
      const char *card = pt_device_get_address_string (pt_gpu_get_device (gpu));

      if (pt_gpu_is_suitable (gpu))
        g_hash_table_add (view->cards, g_strdup (card));
      broken_view_plan (view, host, card);
    }
  return TRUE;
}


static gboolean
broken_is_expected (const char *path,
                    BrokenWay   way,
                    const char *what)
{
  for (gsize i = 0; i < G_N_ELEMENTS (broken_exceptions); i++)
    {
      const BrokenException *each = &broken_exceptions[i];

      if (fnmatch (each->path, path, 0) == 0 &&
          (each->ways == 0 || (each->ways & (1u << way)) != 0) &&
          (each->what == NULL || g_str_equal (each->what, what)))
        return TRUE;
    }
  return FALSE;
}


static void
broken_complain (const char *host,
                 const char *path,
                 BrokenWay   way,
                 const char *what,
                 const char *detail)
{
  if (broken_is_expected (path, way, what))
    return;
  if (broken_found++ < BROKEN_MAX_REPORTED)
    g_test_message ("%s: %s %s: %s looks better: %s", host, path, broken_ways[way], what, detail);
}


static void
broken_compare_sets (const char *host,
                     const char *path,
                     BrokenWay   way,
                     const char *what,
                     GHashTable *before,
                     GHashTable *after)
{
  GHashTableIter iter = { 0 };
  gpointer       key = NULL;

  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (!g_hash_table_contains (before, key))
        broken_complain (host, path, way, what, key);
    }
}


static void
broken_judge (const char       *host,
              const char       *path,
              BrokenWay         way,
              const BrokenView *before,
              PtSysroot        *sysroot)
{
  g_auto (BrokenView) after = { 0 };

  broken_cases++;
  if (!broken_view_read (&after, sysroot))
    return;
  for (guint id = 0; id < PT_CHECK_LAST; id++)
    {
      if (after.passes[id] && !before->passes[id])
        broken_complain (host, path, way, pt_check_id_to_name (id), "pass");
    }
  broken_compare_sets (host, path, way, "card", before->cards, after.cards);
  broken_compare_sets (host, path, way, "plan", before->plans, after.plans);
}


static void
broken_write (const char *path,
              const char *content,
              gsize       length)
{
  g_assert_true (g_file_set_contents_full (path, content, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                           0644, NULL));
}


static void
broken_write_random (const char *path)
{
  char bytes[64] = { 0 };

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (char)g_test_rand_int ();
  broken_write (path, bytes, sizeof bytes);
}


/* Puts the broken thing to @path, where nothing is now; the good one is at @aside. */
static void
broken_put (const char *path,
            const char *aside,
            BrokenWay   way)
{
  g_autofree char *content = NULL;
  gsize            length = 0;

  switch (way)
    {
    case BROKEN_EMPTY:
      broken_write (path, "", 0);
      break;
    case BROKEN_RANDOM:
      broken_write_random (path);
      break;
    case BROKEN_HUGE:
      broken_write (path, "99999999999999999999999\n", 24);
      break;
    case BROKEN_FOREIGN:
      broken_write (path, "\xb5\xe7\xc4\xd4\n", 5);
      break;
    case BROKEN_HALF:
      g_assert_true (g_file_get_contents (aside, &content, &length, NULL));
      broken_write (path, content, length / 2);
      break;
    case BROKEN_FOLDER:
      g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
      break;
    case BROKEN_LOOP:
      g_assert_cmpint (symlink (strrchr (path, '/') + 1, path), ==, 0);
      break;
    case BROKEN_DANGLING:
      g_assert_cmpint (symlink ("../nowhere/\xff", path), ==, 0);
      break;
    case BROKEN_PIPE:
      g_assert_cmpint (mkfifo (path, 0644), ==, 0);
      break;
    case BROKEN_DENIED:
      broken_write (path, "", 0);
      g_assert_cmpint (g_chmod (path, 0), ==, 0);
      break;
    case BROKEN_REMOVED:
    case BROKEN_LAST:
    default:
      break;
    }
}


/* The halves of a link or of a folder are none, and root is denied nothing. */
static gboolean
broken_makes_sense (const char *path,
                    BrokenWay   way)
{
  struct stat info = { 0 };

  g_assert_cmpint (lstat (path, &info), ==, 0);
  if (way == BROKEN_HALF)
    return S_ISREG (info.st_mode) && info.st_size > 1;
  if (way == BROKEN_EMPTY)
    return !S_ISREG (info.st_mode) || info.st_size > 0;
  if (way == BROKEN_FOLDER)
    return !S_ISDIR (info.st_mode);
  return way != BROKEN_DENIED || geteuid () != 0;
}


static void
broken_try (const char       *host,
            PtTestHost       *machine,
            const char       *name,
            BrokenWay         way,
            const BrokenView *before)
{
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (machine), name, NULL);
  g_autofree char *aside = g_strconcat (pt_test_host_get_folder (machine), ".aside", NULL);

  if (!broken_makes_sense (path, way))
    return;
  g_assert_cmpint (g_rename (path, aside), ==, 0);
  broken_put (path, aside, way);
  broken_judge (host, name, way, before, pt_test_host_get_sysroot (machine));
  g_assert_true (g_remove (path) == 0 || errno == ENOENT);
  g_assert_cmpint (g_rename (aside, path), ==, 0);
}


static void
broken_list (const char *folder,
             const char *name,
             GPtrArray  *names)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GDir) dir = NULL;
  const char *base = NULL;

  if (*name != '\0')
    g_ptr_array_add (names, g_strdup (name));
  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR))
    return;
  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (base = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = *name != '\0' ? g_strconcat (name, "/", base, NULL)
                                             : g_strdup (base);

      broken_list (folder, child, names);
    }
}


static int
broken_compare_names (gconstpointer a,
                      gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}


static void
broken_try_all (const char       *host,
                PtTestHost       *machine,
                GPtrArray        *names,
                const BrokenView *before)
{
  for (guint i = 0; i < names->len; i++)
    {
      for (guint way = 0; way < BROKEN_LAST; way++)
        broken_try (host, machine, g_ptr_array_index (names, i), way, before);
    }
}


static void
broken_try_some (const char       *host,
                 PtTestHost       *machine,
                 GPtrArray        *names,
                 const BrokenView *before,
                 double            seconds)
{
  gint64 end = g_get_monotonic_time () + (gint64)(seconds * G_USEC_PER_SEC);

  while (g_get_monotonic_time () < end)
    {
      guint     index = (guint)g_test_rand_int_range (0, (int)names->len);
      BrokenWay way = (BrokenWay)g_test_rand_int_range (0, BROKEN_LAST);

      broken_try (host, machine, g_ptr_array_index (names, index), way, before);
    }
}


static void
test_host (const char *name,
           double      seconds)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new (name);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_auto (BrokenView) before = { 0 };

  broken_list (pt_test_host_get_folder (machine), "", names);
  g_ptr_array_sort (names, broken_compare_names);
  g_assert_true (broken_view_read (&before, pt_test_host_get_sysroot (machine)));
  if (seconds > 0)
    broken_try_some (name, machine, names, &before, seconds);
  else
    broken_try_all (name, machine, names, &before);
}


static GPtrArray *
broken_hosts (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "hosts", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) hosts = g_ptr_array_new_with_free_func (g_free);
  const char *file = NULL;
  const char *only = g_getenv ("PASSTHRU_BROKEN");

  if (only != NULL)
    {
      g_ptr_array_add (hosts, g_strdup (only));
      return g_steal_pointer (&hosts);
    }
  g_assert_nonnull (dir);
  g_ptr_array_add (hosts, g_strdup ("sample"));
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (file, ".host"))
        g_ptr_array_add (hosts, g_strndup (file, strlen (file) - strlen (".host")));
    }
  g_ptr_array_sort (hosts, broken_compare_names);
  return g_steal_pointer (&hosts);
}


/* Large hosts and small ones are mixed by their names well enough. */
static void
broken_keep_part (GPtrArray *hosts)
{
  const char *part = g_getenv ("PASSTHRU_BROKEN_PART");
  guint       index = 0;
  guint       parts = 0;

  if (part == NULL)
    return;
  g_assert_cmpint (sscanf (part, "%u/%u", &index, &parts), ==, 2);
  g_assert_true (index >= 1 && index <= parts);
  for (guint i = hosts->len; i-- > 0;)
    {
      if (i % parts != index - 1)
        g_ptr_array_remove_index (hosts, i);
    }
}


static void
test_broken (void)
{
  g_autoptr (GPtrArray) hosts = broken_hosts ();
  double seconds = 0;

  broken_keep_part (hosts);
  if (!g_test_slow ())
    seconds = BROKEN_SECONDS / hosts->len;
  for (guint i = 0; i < hosts->len; i++)
    test_host (g_ptr_array_index (hosts, i), seconds);
  g_test_message ("%u hosts, %u cases, %u looked better", hosts->len, broken_cases, broken_found);
  g_assert_cmpuint (broken_cases, >, hosts->len);
  g_assert_cmpuint (broken_found, ==, 0);
}


/* Files that live for milliseconds are best off in memory. */
static void
broken_use_memory (void)
{
  static const char folder[] = "/dev/shm";

  if (g_getenv ("TMPDIR") == NULL && g_access (folder, W_OK | X_OK) == 0)
    g_setenv ("TMPDIR", folder, TRUE);
}


int
main (int    argc,
      char **argv)
{
  broken_use_memory ();
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/setup/broken/every-host", test_broken);
  return g_test_run ();
}
