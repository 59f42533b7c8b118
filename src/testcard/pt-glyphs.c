/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-glyphs.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PT_GLYPHS_STROKE 0.105f /* of the capital's height */
#define PT_GLYPHS_SPACE 0.26f   /* between characters */
#define PT_GLYPHS_MARGIN 0.12f
#define PT_GLYPHS_ABOVE 0.15f
#define PT_GLYPHS_BELOW 0.40f
#define PT_GLYPHS_MAX 160

/* One stroke in units of a capital's height, y down from the cap line. A line goes from (a, b) to
 * (c, d); an arc has its centre at (a, b), radii c and d, and runs clockwise from @from to @to
 * degrees. */
typedef struct
{
  bool  arc;
  float a, b, c, d;
  float from, to;
} PtStroke;

#define LINE(x0, y0, x1, y1)    \
  {                             \
    false, x0, y0, x1, y1, 0, 0 \
  }
#define ARC(x, y, rx, ry, from, to) \
  {                                 \
    true, x, y, rx, ry, from, to    \
  }
#define BOWL ARC (.27f, .675f, .27f, .325f, 0, 360)
#define STROKES_MAX 5

/* clang-format off */
static const struct
{
  char     character;
  float    width;
  int      n;
  PtStroke strokes[STROKES_MAX];
} pt_glyphs_font[] = {
  { ' ', .16f, 0, { LINE (0, 0, 0, 0) } },
  { '0', .6f, 4,
    { ARC (.3f, .3f, .3f, .3f, 180, 360), LINE (.6f, .3f, .6f, .7f),
      ARC (.3f, .7f, .3f, .3f, 0, 180), LINE (0, .7f, 0, .3f) } },
  { '1', .6f, 2, { LINE (.12f, .2f, .36f, 0), LINE (.36f, 0, .36f, 1) } },
  { '2', .6f, 3,
    { ARC (.3f, .3f, .3f, .3f, 190, 390), LINE (.56f, .45f, 0, 1), LINE (0, 1, .6f, 1) } },
  { '3', .6f, 2, { ARC (.3f, .24f, .26f, .24f, 200, 450), ARC (.3f, .74f, .3f, .26f, 270, 520) } },
  { '4', .6f, 3, { LINE (.44f, 0, 0, .7f), LINE (0, .7f, .62f, .7f), LINE (.44f, 0, .44f, 1) } },
  { '5', .6f, 3,
    { LINE (.54f, 0, .1f, 0), LINE (.1f, 0, .06f, .454f),
      ARC (.28f, .68f, .31f, .32f, 225, 515) } },
  { '6', .6f, 2, { ARC (.3f, .69f, .3f, .31f, 0, 360), ARC (.52f, .69f, .52f, .69f, 180, 265) } },
  { '7', .6f, 2, { LINE (0, 0, .6f, 0), LINE (.6f, 0, .2f, 1) } },
  { '8', .6f, 2, { ARC (.3f, .235f, .25f, .235f, 0, 360), ARC (.3f, .735f, .3f, .265f, 0, 360) } },
  { '9', .6f, 2, { ARC (.3f, .31f, .3f, .31f, 0, 360), ARC (.08f, .31f, .52f, .69f, 0, 85) } },
  { 'a', .54f, 2, { BOWL, LINE (.54f, .35f, .54f, 1) } },
  { 'b', .54f, 2, { BOWL, LINE (0, 0, 0, 1) } },
  { 'c', .48f, 1, { ARC (.27f, .675f, .27f, .325f, 45, 315) } },
  { 'd', .54f, 2, { BOWL, LINE (.54f, 0, .54f, 1) } },
  { 'e', .54f, 2, { ARC (.27f, .675f, .27f, .325f, 40, 360), LINE (0, .675f, .54f, .675f) } },
  { 'f', .36f, 3,
    { LINE (.14f, .2f, .14f, 1), ARC (.34f, .2f, .2f, .2f, 180, 280),
      LINE (0, .38f, .32f, .38f) } },
  { 'g', .54f, 3, { BOWL, LINE (.54f, .35f, .54f, 1.03f), ARC (.27f, 1.03f, .27f, .25f, 0, 140) } },
  { 'h', .5f, 3,
    { LINE (0, 0, 0, 1), ARC (.25f, .6f, .25f, .25f, 180, 360), LINE (.5f, .6f, .5f, 1) } },
  { 'i', .08f, 2, { LINE (.04f, .35f, .04f, 1), LINE (.04f, .08f, .04f, .08f) } },
  { 'k', .46f, 3, { LINE (0, 0, 0, 1), LINE (.44f, .35f, 0, .75f), LINE (.16f, .6f, .46f, 1) } },
  { 'l', .08f, 1, { LINE (.04f, 0, .04f, 1) } },
  { 'm', .8f, 5,
    { LINE (0, .35f, 0, 1), ARC (.2f, .55f, .2f, .2f, 180, 360), LINE (.4f, .55f, .4f, 1),
      ARC (.6f, .55f, .2f, .2f, 180, 360), LINE (.8f, .55f, .8f, 1) } },
  { 'n', .5f, 3,
    { LINE (0, .35f, 0, 1), ARC (.25f, .6f, .25f, .25f, 180, 360), LINE (.5f, .6f, .5f, 1) } },
  { 'o', .54f, 1, { BOWL } },
  { 'p', .54f, 2, { BOWL, LINE (0, .35f, 0, 1.3f) } },
  { 'r', .36f, 2, { LINE (0, .35f, 0, 1), ARC (.24f, .59f, .24f, .24f, 180, 300) } },
  { 's', .44f, 2,
    { ARC (.22f, .51f, .2f, .16f, 90, 330), ARC (.22f, .835f, .22f, .165f, 270, 510) } },
  { 't', .36f, 3,
    { LINE (.14f, .12f, .14f, .8f), ARC (.34f, .8f, .2f, .2f, 80, 180),
      LINE (0, .38f, .34f, .38f) } },
  { 'u', .5f, 3,
    { LINE (0, .35f, 0, .75f), ARC (.25f, .75f, .25f, .25f, 0, 180),
      LINE (.5f, .35f, .5f, 1) } },
  { 'v', .5f, 2, { LINE (0, .35f, .25f, 1), LINE (.25f, 1, .5f, .35f) } },
  { 'w', .8f, 4,
    { LINE (0, .35f, .2f, 1), LINE (.2f, 1, .4f, .4f), LINE (.4f, .4f, .6f, 1),
      LINE (.6f, 1, .8f, .35f) } },
  { 'x', .46f, 2, { LINE (0, .35f, .46f, 1), LINE (.46f, .35f, 0, 1) } },
  { 'y', .52f, 2, { LINE (0, .35f, .26f, .97f), LINE (.52f, .35f, .2f, 1.27f) } },
  { 'z', .46f, 3, { LINE (0, .35f, .46f, .35f), LINE (.46f, .35f, 0, 1), LINE (0, 1, .46f, 1) } },
  { 'P', .58f, 4,
    { LINE (0, 0, 0, 1), LINE (0, 0, .3f, 0), ARC (.3f, .28f, .28f, .28f, 270, 450),
      LINE (.3f, .56f, 0, .56f) } },
  { ':', .1f, 2, { LINE (.05f, .36f, .05f, .36f), LINE (.05f, .92f, .05f, .92f) } },
  { '.', .1f, 1, { LINE (.05f, .98f, .05f, .98f) } },
  { '-', .36f, 1, { LINE (0, .64f, .36f, .64f) } },
};
/* clang-format on */

struct _PtGlyphs
{
  unsigned n;
  struct
  {
    char    character;
    int     size;
    PtGlyph glyph;
  } made[PT_GLYPHS_MAX];
};


static float
pt_glyphs_segment_distance (float x,
                            float y,
                            float x0,
                            float y0,
                            float x1,
                            float y1)
{
  float dx = x1 - x0;
  float dy = y1 - y0;
  float length = dx * dx + dy * dy;
  float t = length > 0 ? ((x - x0) * dx + (y - y0) * dy) / length : 0;

  t = t < 0 ? 0 : (t > 1 ? 1 : t);
  dx = x - x0 - t * dx;
  dy = y - y0 - t * dy;
  return sqrtf (dx * dx + dy * dy);
}


static int
pt_glyphs_clamp (float value,
                 int   last)
{
  return value < 0 ? 0 : (value > (float)last ? last : (int)value);
}


/* A round-ended line from (x0, y0) to (x1, y1) in bitmap pixels; only its surroundings are looked
 * at. */
static void
pt_glyphs_draw_line (PtGlyph *glyph,
                     float    x0,
                     float    y0,
                     float    x1,
                     float    y1,
                     float    radius)
{
  int left = pt_glyphs_clamp (fminf (x0, x1) - radius - 1, glyph->width - 1);
  int right = pt_glyphs_clamp (fmaxf (x0, x1) + radius + 1, glyph->width - 1);
  int top = pt_glyphs_clamp (fminf (y0, y1) - radius - 1, glyph->height - 1);
  int bottom = pt_glyphs_clamp (fmaxf (y0, y1) + radius + 1, glyph->height - 1);

  for (int y = top; y <= bottom; y++)
    for (int x = left; x <= right; x++)
      {
        uint8_t *pixel = &glyph->coverage[y * glyph->width + x];
        float    inside = radius + .5f -
                       pt_glyphs_segment_distance ((float)x + .5f, (float)y + .5f, x0, y0, x1, y1);
        int value = inside <= 0 ? 0 : (inside >= 1 ? 255 : (int)(inside * 255));

        if (value > *pixel)
          *pixel = (uint8_t)value;
      }
}


static void
pt_glyphs_draw_stroke (PtGlyph        *glyph,
                       const PtStroke *stroke,
                       int             size)
{
  const float turn = 3.14159265f / 180;
  float       scale = (float)size;
  float       radius = fmaxf (PT_GLYPHS_STROKE * scale / 2, .6f);
  float       x = -(float)glyph->left;
  float       y = -(float)glyph->top;
  int         steps = stroke->arc ? 8 + size / 6 : 1;
  float       x0 = 0;
  float       y0 = 0;

  for (int i = 0; i <= steps; i++)
    {
      float part = (float)i / (float)steps;
      float angle = (stroke->from + (stroke->to - stroke->from) * part) * turn;
      float x1 = i == 0 ? stroke->a : stroke->c;
      float y1 = i == 0 ? stroke->b : stroke->d;

      if (stroke->arc)
        {
          x1 = stroke->a + stroke->c * cosf (angle);
          y1 = stroke->b + stroke->d * sinf (angle);
        }
      x1 = x + x1 * scale;
      y1 = y + y1 * scale;
      if (i > 0)
        pt_glyphs_draw_line (glyph, x0, y0, x1, y1, radius);
      x0 = x1;
      y0 = y1;
    }
}


static unsigned
pt_glyphs_find (char character)
{
  for (unsigned i = 1; i < sizeof pt_glyphs_font / sizeof pt_glyphs_font[0]; i++)
    if (pt_glyphs_font[i].character == character)
      return i;
  return 0;
}


static bool
pt_glyphs_make (PtGlyph *glyph,
                char     character,
                int      size)
{
  unsigned index = pt_glyphs_find (character);
  float    scale = (float)size;
  int      margin = (int)(PT_GLYPHS_MARGIN * scale) + 1;

  glyph->left = -margin;
  glyph->top = -(int)(PT_GLYPHS_ABOVE * scale) - 1;
  glyph->width = (int)(pt_glyphs_font[index].width * scale) + 2 * margin + 1;
  glyph->height = (int)((1 + PT_GLYPHS_BELOW) * scale) - glyph->top + 1;
  glyph->advance = (int)((pt_glyphs_font[index].width + PT_GLYPHS_SPACE) * scale + .5f);
  glyph->coverage = calloc ((size_t)glyph->width, (size_t)glyph->height);
  if (glyph->coverage == NULL)
    return false;
  for (int i = 0; i < pt_glyphs_font[index].n; i++)
    pt_glyphs_draw_stroke (glyph, &pt_glyphs_font[index].strokes[i], size);
  return true;
}


PtGlyphs *
pt_glyphs_new (void)
{
  return calloc (1, sizeof (PtGlyphs));
}


void
pt_glyphs_free (PtGlyphs *self)
{
  if (self == NULL)
    return;
  for (unsigned i = 0; i < self->n; i++)
    free (self->made[i].glyph.coverage);
  free (self);
}


const PtGlyph *
pt_glyphs_get (PtGlyphs *self,
               char      character,
               int       size)
{
  for (unsigned i = 0; i < self->n; i++)
    if (self->made[i].character == character && self->made[i].size == size)
      return &self->made[i].glyph;
  if (self->n == PT_GLYPHS_MAX || !pt_glyphs_make (&self->made[self->n].glyph, character, size))
    return NULL;
  self->made[self->n].character = character;
  self->made[self->n].size = size;
  return &self->made[self->n++].glyph;
}


int
pt_glyphs_measure (PtGlyphs   *self,
                   const char *text,
                   int         size)
{
  int width = 0;

  for (const char *c = text; *c != '\0'; c++)
    {
      const PtGlyph *glyph = pt_glyphs_get (self, *c, size);

      width += glyph != NULL ? glyph->advance : 0;
    }
  return width > 0 ? width - (int)(PT_GLYPHS_SPACE * (float)size) : 0;
}
