/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-guest"

#include "config.h"

#include <string.h>

#include "display-fixture.h"
#include "pt-data.h"
#include "pt-test.h"

#define WIDTH 1280
#define HEIGHT 720
#define PICTURES 60
#define QEMU "qemu-system-x86_64"

/* A real machine (without KVM) whose memory device is a file here; a widget that shows it. */
typedef struct
{
  char          *folder;
  char          *memory;
  char          *console;
  GSubprocess   *qemu;
  PtKvmfrSource *source;
  GtkWidget     *window;
  GtkWidget     *display;
  guint          looked;
  guint32        last;
  gboolean       done;
} Guest;


static GSubprocess *
guest_start (Guest      *guest,
             const char *kernel,
             const char *initrd)
{
  g_autofree char  *backend = g_strdup_printf ("memory-backend-file,id=frames,share=on,size=64M,"
                                                "mem-path=%s",
                                               guest->memory);
  g_autofree char  *serial = g_strdup_printf ("file:%s", guest->console);
  const char       *parameters = "console=ttyS0 quiet mitigations=off testcard.mode=1280x720";
  const char *const argv[] = { QEMU, "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "max",
                               "-m", "256", "-nodefaults", "-display", "none",
                               "-monitor", "stdio", "-serial", serial, "-object", backend,
                               "-device", "ivshmem-plain,memdev=frames", "-kernel", kernel,
                               "-initrd", initrd, "-append", parameters, NULL };

  return display_fixture_spawn (argv,
                                G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
}


/* The part of the shown picture must be what this computer draws for the same number. */
static void
assert_part (const DisplayShot *shot,
             const guint8      *pixels,
             int                x,
             int                y,
             int                width,
             int                height)
{
  g_autofree guint8 *part = g_malloc (4 * (gsize)width * (gsize)height);

  for (int row = 0; row < height; row++)
    memcpy (part + 4 * row * width, pixels + 4 * ((y + row) * WIDTH + x), 4 * (gsize)width);
  display_shot_assert_equal (shot, x, y, part, width, height, 0);
}


/* All but the clock, which is the guest's, and the track, where the pointer moves. */
static void
assert_card (const DisplayShot *shot,
             guint32            number)
{
  PtCard        *card = pt_card_new (WIDTH, HEIGHT);
  PtProducerRect rects[PT_CARD_MAX_RECTS] = { 0 };

  pt_card_draw (card, number, 0, rects);
  assert_part (shot, pt_card_get_pixels (card), 0, 0, WIDTH, 100);
  assert_part (shot, pt_card_get_pixels (card), 0, 100, 770, 250);
  assert_part (shot, pt_card_get_pixels (card), 0, 550, WIDTH, HEIGHT - 550);
  pt_card_free (card);
}


static void
painted_cb (GdkFrameClock *clock,
            gpointer       data)
{
  Guest *guest = data;
  g_autoptr (DisplayShot) shot = NULL;
  guint32 top = 0;
  guint32 bottom = 0;

  if (pt_display_get_drawn (PT_DISPLAY (guest->display)) == 0 || guest->done)
    return;
  shot = display_shot_take (guest->display);
  g_assert_true (pt_card_read_number (shot->data, 4 * WIDTH, WIDTH, HEIGHT, PT_CARD_TOP, &top));
  g_assert_true (pt_card_read_number (shot->data, 4 * WIDTH, WIDTH, HEIGHT, PT_CARD_BOTTOM,
                                      &bottom));
  g_assert_cmpuint (top, ==, bottom);
  g_assert_cmpuint (top, >=, guest->last);
  if (top > guest->last)
    guest->looked++;
  if (guest->looked % 20 == 1)
    assert_card (shot, top);
  guest->last = top;
  guest->done = guest->looked >= PICTURES;
}


static void
guest_show (Guest *guest)
{
  guest->source = pt_kvmfr_source_new (guest->memory);
  guest->window = gtk_window_new ();
  guest->display = pt_display_new ();
  gtk_window_set_decorated (GTK_WINDOW (guest->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (guest->window), WIDTH, HEIGHT);
  gtk_window_set_child (GTK_WINDOW (guest->window), guest->display);
  pt_display_set_source (PT_DISPLAY (guest->display), guest->source);
  pt_kvmfr_source_start (guest->source);
  gtk_window_present (GTK_WINDOW (guest->window));
}


static void
guest_watch (Guest *guest)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (guest->window);

  g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), guest);
  pt_test_await_flag (&guest->done, 120);
  g_signal_handlers_disconnect_by_func (clock, painted_cb, guest);
}


/* The power button, as a normal shutdown of libvirt presses it. */
static void
guest_shut_down (Guest *guest)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  const char     press[] = "system_powerdown\n";
  GOutputStream *monitor = g_subprocess_get_stdin_pipe (guest->qemu);

  g_output_stream_write_all (monitor, press, strlen (press), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_flush (monitor, NULL, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check_async (guest->qemu, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, 60);
  g_assert_true (g_subprocess_wait_check_finish (guest->qemu, result, &error));
  g_assert_no_error (error);
}


static void
guest_clear (Guest *guest)
{
  gtk_window_destroy (GTK_WINDOW (guest->window));
  pt_kvmfr_source_stop (guest->source);
  pt_test_assert_final_unref (guest->source);
  g_clear_object (&guest->qemu);
  g_free (guest->memory);
  g_free (guest->console);
  pt_test_remove_tree (guest->folder);
}


static void
test_picture (void)
{
  g_autofree char *qemu = g_find_program_in_path (QEMU);
  g_autofree char *kernel = pt_data_find ("testguest/vmlinuz");
  g_autofree char *initrd = pt_data_find ("testguest/initrd.img");
  Guest            guest = { 0 };

  g_assert_nonnull (initrd);
  if (qemu == NULL)
    return g_test_skip (QEMU " is not installed");
  if (kernel == NULL)
    return g_test_skip ("there is no kernel at testguest/vmlinuz (build-aux/fetch-guest-kernel)");
  guest.folder = pt_test_make_folder ();
  guest.memory = g_build_filename (guest.folder, "frames", NULL);
  guest.console = g_build_filename (guest.folder, "console", NULL);
  guest.qemu = guest_start (&guest, kernel, initrd);
  guest_show (&guest);
  guest_watch (&guest);
  guest_shut_down (&guest);
  {
    g_autofree char *console = pt_test_read (guest.folder, "console");

    g_assert_nonnull (strstr (console, "testcard: up, 1280x720"));
    g_assert_nonnull (strstr (console, "testcard: power button"));
  }
  guest_clear (&guest);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  gtk_init ();
  g_test_add_func ("/guest/guest/picture", test_picture);
  return g_test_run ();
}
