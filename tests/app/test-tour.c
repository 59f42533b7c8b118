/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-tour"

#include "config.h"

#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "program-fixture.h"
#include "pt-test.h"

/* The whole way once, by the program itself: wizard, helper, a real machine under emulation, its
 * picture through ivshmem into the window, and into a file. */


/* Mean of the green bytes. */
static int
brightness (GdkPixbuf *picture)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  guint64       sum = 0;
  gsize         n = gdk_pixbuf_get_byte_length (picture);
  int           channels = gdk_pixbuf_get_n_channels (picture);

  for (gsize i = 1; i < n; i += channels)
    sum += pixels[i];
  return (int)(sum * channels / n);
}


static GdkPixbuf *
load (const char *folder,
      const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type ("png", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize            length = 0;
  GdkPixbuf       *picture = NULL;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  gdk_pixbuf_loader_write (loader, (const guchar *)content, length, &error);
  g_assert_no_error (error);
  gdk_pixbuf_loader_close (loader, &error);
  g_assert_no_error (error);
  picture = g_object_ref (gdk_pixbuf_loader_get_pixbuf (loader));
  g_assert_cmpint (gdk_pixbuf_get_width (picture), >=, 360);
  g_assert_cmpint (gdk_pixbuf_get_height (picture), >=, 290);
  return picture;
}


/* Each page in both looks, and they are two looks. */
static void
assert_page (const char *folder,
             const char *name)
{
  g_autofree char *light_name = g_strconcat (name, ".png", NULL);
  g_autofree char *dark_name = g_strconcat (name, "-dark.png", NULL);
  g_autoptr (GdkPixbuf) light = load (folder, light_name);
  g_autoptr (GdkPixbuf) dark = load (folder, dark_name);

  g_test_message ("%s", name);
  g_assert_cmpint (brightness (light), >, 150);
  g_assert_cmpint (brightness (dark), <, 100);
}


/* The test card has saturated bars, which no page of words has. */
static gboolean
has_test_card (GdkPixbuf *picture)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  int           channels = gdk_pixbuf_get_n_channels (picture);
  int           stride = gdk_pixbuf_get_rowstride (picture);
  guint         magenta = 0;

  for (int y = 0; y < gdk_pixbuf_get_height (picture); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (picture); x++)
      {
        const guint8 *pixel = pixels + (gsize)y * stride + (gsize)x * channels;

        magenta += pixel[0] > 150 && pixel[1] < 30 && pixel[2] > 150;
      }
  return magenta > 500;
}


static void
test_sample (void)
{
  const char *const pages[] = {
    "01-welcome", "02-hardware", "03-card", "04-changes", "05-apply", "06-restart", "06b-restart",
    "06c-restart", "06d-restart",
    "07-machine", "08-ready", "15-off", "16-devices"
  };
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *option = g_strconcat ("--tour=", folder, NULL);
  g_autoptr (ProgramRun) run = program_run_with_display ((const char *const[]){ option, NULL });
  g_autoptr (GdkPixbuf) running = NULL;
  g_autoptr (GdkPixbuf) off = NULL;

  g_test_message ("%s", run->errors);
  g_assert_cmpint (run->status, ==, 0);
  g_assert_null (strstr (run->errors, "CRITICAL"));
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    assert_page (folder, pages[i]);
  running = load (folder, "09-running.png");
  off = load (folder, "15-off.png");
  g_assert_true (has_test_card (running));
  g_assert_false (has_test_card (off));
}


static void
test_broken (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *option = g_strconcat ("--tour=", folder, NULL);
  g_autofree char *sysroot = g_strconcat ("--sysroot=", folder, "/broken.host", NULL);
  g_autoptr (ProgramRun) run = NULL;

  pt_test_write (folder, "broken.host", "F: ../outside\n|x\n");
  run = program_run_with_display ((const char *const[]){ option, sysroot, NULL });
  g_assert_cmpint (run->status, ==, 1);
  g_assert_nonnull (strstr (run->errors, "broken.host"));
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  if (g_getenv ("DISPLAY") == NULL && g_getenv ("WAYLAND_DISPLAY") == NULL)
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  g_test_add_func ("/app/tour/broken", test_broken);
  if (g_file_test (g_getenv ("PASSTHRU_GUEST_KERNEL"), G_FILE_TEST_EXISTS))
    g_test_add_func ("/app/tour/sample", test_sample);
  else
    g_test_message ("there is no kernel for the test guest");
  return g_test_run ();
}
