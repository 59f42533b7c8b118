/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-kvmfr-frame"

#include "config.h"

#include <string.h>

#include "pt-kvmfr-frame.h"
#include "pt-kvmfr-source.h"

/* The parser alone, on both layouts: a good header, then one word at a time. */
#define REGION (4 * 1024 * 1024)
#define PAYLOAD 8192

typedef struct
{
  const PtLgmpLayout *layout;
  guint8              header[PT_KVMFR_MAX_FRAME_HEADER];
} Header;

static void
put (Header *header,
     guint   offset,
     guint32 value)
{
  memcpy (header->header + offset, &value, 4);
}


static void
good (Header *header,
      guint32 lgmp)
{
  memset (header, 0, sizeof *header);
  header->layout = pt_lgmp_layout_find (lgmp);
  g_assert_nonnull (header->layout);
  put (header, 4, 41);
  put (header, 8, PT_KVMFR_BGRA8);
  put (header, 12, 640);
  put (header, 16, 480);
  if (lgmp == 6)
    {
      put (header, header->layout->data_width, 640);
      put (header, header->layout->data_height, 480);
    }
  put (header, header->layout->frame_width, 640);
  put (header, header->layout->frame_height, 480);
  put (header, header->layout->rotation, 1);
  put (header, header->layout->pitch, 2560);
  put (header, header->layout->offset, 4092);
}


static gboolean
parse (Header       *header,
       PtKvmfrFrame *frame,
       GError      **error)
{
  memset (frame, 0x5a, sizeof *frame);
  return pt_kvmfr_frame_parse (frame, header->layout, header->header, PAYLOAD, REGION, error);
}


static void
test_good (gconstpointer data)
{
  Header       header = { 0 };
  PtKvmfrFrame frame = { 0 };
  g_autoptr (GError) error = NULL;

  good (&header, GPOINTER_TO_UINT (data));
  g_assert_true (parse (&header, &frame, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (frame.serial, ==, 41);
  g_assert_cmpuint (frame.width, ==, 640);
  g_assert_cmpuint (frame.height, ==, 480);
  g_assert_cmpuint (frame.rows, ==, 480);
  g_assert_cmpuint (frame.pitch, ==, 2560);
  g_assert_cmpuint (frame.rotation, ==, 1);
  g_assert_cmpuint (frame.pointer, ==, PAYLOAD + 4092);
  g_assert_cmpuint (frame.pixels, ==, PAYLOAD + 4096);
  g_assert_false (frame.truncated);
  g_assert_true (frame.damage.all);
  g_assert_cmpuint (pt_kvmfr_frame_get_texel (&frame), ==, 4);
}


static void
refuse (guint32     lgmp,
        guint       offset,
        guint32     value,
        const char *name)
{
  Header       header = { 0 };
  PtKvmfrFrame frame = { 0 };
  g_autoptr (GError) error = NULL;

  if (offset == 0)
    return;
  good (&header, lgmp);
  put (&header, offset, value);
  g_assert_false (parse (&header, &frame, &error));
  g_assert_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, name));
}


static void
test_broken (gconstpointer data)
{
  guint32             lgmp = GPOINTER_TO_UINT (data);
  const PtLgmpLayout *layout = pt_lgmp_layout_find (lgmp);

  refuse (lgmp, 8, 0, "type");
  refuse (lgmp, 8, 7, "type");
  refuse (lgmp, 12, 0, "screenWidth");
  refuse (lgmp, 12, 16385, "screenWidth");
  refuse (lgmp, 16, 0, "screenHeight");
  refuse (lgmp, 16, 16385, "screenHeight");
  refuse (lgmp, layout->frame_width, 0, "frameWidth");
  refuse (lgmp, layout->frame_width, 16385, "frameWidth");
  refuse (lgmp, layout->frame_width, 641, "pitch");
  refuse (lgmp, layout->frame_height, 0, "frameHeight");
  refuse (lgmp, layout->frame_height, 16385, "frameHeight");
  refuse (lgmp, layout->data_width, 16385, "dataWidth");
  refuse (lgmp, layout->data_width, 319, "dataWidth");
  refuse (lgmp, layout->data_height, 16385, "dataHeight");
  refuse (lgmp, layout->data_height, 239, "dataHeight");
  refuse (lgmp, layout->data_height, 16384, "dataHeight times pitch");
  refuse (lgmp, layout->pitch, 0, "pitch");
  refuse (lgmp, layout->pitch, 2559, "pitch");
  refuse (lgmp, layout->pitch, 1024 * 1024 + 1, "pitch");
  refuse (lgmp, layout->pitch, G_MAXUINT32, "pitch");
  refuse (lgmp, layout->offset, layout->frame_size - 4, "offset");
  refuse (lgmp, layout->offset, 4094, "offset");
  refuse (lgmp, layout->offset, REGION - PAYLOAD - 4, "offset");
  refuse (lgmp, layout->offset, G_MAXUINT32 - 3, "offset");
}


/* One row is enough to be too long. */
static void
test_pitch_limit (void)
{
  Header       header = { 0 };
  PtKvmfrFrame frame = { 0 };
  g_autoptr (GError) error = NULL;

  good (&header, 6);
  put (&header, header.layout->frame_height, 1);
  put (&header, header.layout->data_height, 1);
  put (&header, header.layout->pitch, 1024 * 1024);
  g_assert_true (parse (&header, &frame, &error));
  put (&header, header.layout->pitch, 1024 * 1024 + 4);
  g_assert_false (parse (&header, &frame, &error));
}


/* Rows outside the memory are cut off, whatever the reason. */
static void
test_clipped_rows (void)
{
  Header       header = { 0 };
  PtKvmfrFrame frame = { 0 };
  g_autoptr (GError) error = NULL;

  good (&header, 6);
  put (&header, header.layout->offset, REGION - PAYLOAD - 4 - 10 * 2560 - 100);
  g_assert_true (parse (&header, &frame, &error));
  g_assert_cmpuint (frame.rows, ==, 10);
  g_assert_cmpuint (frame.height, ==, 480);
  g_assert_true (frame.truncated);
}


static void
test_truncated (void)
{
  Header       header = { 0 };
  PtKvmfrFrame frame = { 0 };
  g_autoptr (GError) error = NULL;

  good (&header, 6);
  put (&header, 16, 4000);
  put (&header, header.layout->flags, PT_KVMFR_FLAG_TRUNCATED);
  g_assert_true (parse (&header, &frame, &error));
  g_assert_true (frame.truncated);
  g_assert_cmpuint (frame.rows, ==, 480);
  g_assert_cmpuint (pt_kvmfr_frame_get_needed (&frame), ==, 32 << 20);
}


static void
put_rect (Header *header,
          guint   index,
          guint32 x,
          guint32 y,
          guint32 width,
          guint32 height)
{
  guint at = header->layout->rects + 16 * index;

  put (header, header->layout->n_rects, index + 1);
  put (header, at, x);
  put (header, at + 4, y);
  put (header, at + 8, width);
  put (header, at + 12, height);
}


static void
test_damage (gconstpointer data)
{
  Header       header = { 0 };
  PtKvmfrFrame frame = { 0 };
  g_autoptr (GError) error = NULL;

  good (&header, GPOINTER_TO_UINT (data));
  put_rect (&header, 0, 630, 470, 100, G_MAXUINT32);
  put_rect (&header, 1, 1, 2, 3, 4);
  put_rect (&header, 2, 5, 5, 0, 9);
  put_rect (&header, 3, 640, 0, 1, 1);
  put_rect (&header, 4, G_MAXUINT32, 1, G_MAXUINT32, 1);
  put_rect (&header, 5, 2, 3, 1, 1);
  g_assert_true (parse (&header, &frame, &error));
  g_assert_false (frame.damage.all);
  g_assert_cmpuint (frame.damage.n_rects, ==, 2);
  g_assert_cmpuint (frame.damage.rects[0].width, ==, 10);
  g_assert_cmpuint (frame.damage.rects[0].height, ==, 10);
  g_assert_cmpuint (pt_damage_get_area (&frame.damage), ==, 112);

  put (&header, header.layout->n_rects, 65);
  g_assert_true (parse (&header, &frame, &error));
  g_assert_true (frame.damage.all);
  put_rect (&header, 0, 0, 0, 0, 0);
  g_assert_true (parse (&header, &frame, &error));
  g_assert_true (frame.damage.all);
}


/* More painted over than there is: cheaper at once. */
static void
test_damage_overlap (void)
{
  Header       header = { 0 };
  PtKvmfrFrame frame = { 0 };
  g_autoptr (GError) error = NULL;

  good (&header, 6);
  put_rect (&header, 0, 0, 0, 639, 480);
  put_rect (&header, 1, 1, 0, 639, 480);
  g_assert_true (parse (&header, &frame, &error));
  g_assert_true (frame.damage.all);
}


static void
test_packed (void)
{
  Header       header = { 0 };
  PtKvmfrFrame frame = { 0 };
  g_autoptr (GError) error = NULL;

  good (&header, 6);
  put (&header, 8, PT_KVMFR_BGR_PACKED);
  put (&header, header.layout->data_width, 512);
  put (&header, header.layout->pitch, 2048);
  g_assert_true (parse (&header, &frame, &error));
  g_assert_cmpuint (frame.width, ==, 640);
  put (&header, header.layout->pitch, 1919);
  g_assert_false (parse (&header, &frame, &error));
  g_clear_error (&error);
  put (&header, header.layout->pitch, 2048);
  put (&header, header.layout->data_width, 513);
  g_assert_false (parse (&header, &frame, &error));
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_data_func ("/frame/kvmfr-frame/good-20", GUINT_TO_POINTER (6), test_good);
  g_test_add_data_func ("/frame/kvmfr-frame/good-19", GUINT_TO_POINTER (5), test_good);
  g_test_add_data_func ("/frame/kvmfr-frame/broken-20", GUINT_TO_POINTER (6), test_broken);
  g_test_add_data_func ("/frame/kvmfr-frame/broken-19", GUINT_TO_POINTER (5), test_broken);
  g_test_add_data_func ("/frame/kvmfr-frame/damage-20", GUINT_TO_POINTER (6), test_damage);
  g_test_add_data_func ("/frame/kvmfr-frame/damage-19", GUINT_TO_POINTER (5), test_damage);
  g_test_add_func ("/frame/kvmfr-frame/damage-overlap", test_damage_overlap);
  g_test_add_func ("/frame/kvmfr-frame/pitch-limit", test_pitch_limit);
  g_test_add_func ("/frame/kvmfr-frame/clipped-rows", test_clipped_rows);
  g_test_add_func ("/frame/kvmfr-frame/truncated", test_truncated);
  g_test_add_func ("/frame/kvmfr-frame/packed", test_packed);
  return g_test_run ();
}
