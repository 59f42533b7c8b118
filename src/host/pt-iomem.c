/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-iomem"

#include "config.h"

#include "pt-iomem.h"

#include <string.h>

/* `0000:2f:00.0`; the short form would match parts of other names. */
#define PT_IOMEM_ADDRESS_LENGTH 12

/* Where the parser is. */
typedef struct
{
  PtAddress owner; /* the card whose window we are in, if @owned */
  gsize     owner_indent;
  gboolean  owned;
  gsize     found_indent; /* of the claim, while we are inside it */
  gboolean  inside;
} PtIomemState;


gboolean
pt_iomem_is_framebuffer (const char *name)
{
  static const char *const names[] = {
    "BOOTFB", "simpledrm", "simplefb", "simple-framebuffer", "efifb", "efi-framebuffer",
    "efidrm", "vesafb", "vesa-framebuffer", "vesadrm", "sysfb", NULL
  };
  g_autofree char *first = NULL;

  g_return_val_if_fail (name != NULL, FALSE);

  first = g_strndup (name, strcspn (name, " ."));
  return g_strv_contains (names, first);
}


/* `d0000000-d0ffffff`; what cannot be read counts as hidden. */
static void
pt_iomem_take_range (PtIomem    *iomem,
                     const char *text)
{
  char *rest = NULL;

  iomem->start = g_ascii_strtoull (text, &rest, 16);
  iomem->end = *rest == '-' ? g_ascii_strtoull (rest + 1, NULL, 16) : 0;
  iomem->hidden = iomem->end == 0 || iomem->end < iomem->start;
}


static void
pt_iomem_take_claim (PtIomem            *iomem,
                     const PtIomemState *state,
                     const char         *range,
                     const char         *name)
{
  iomem->found = TRUE;
  iomem->nested = state->owned;
  if (state->owned)
    iomem->owner = state->owner;
  g_strlcpy (iomem->name, name, sizeof iomem->name);
  pt_iomem_take_range (iomem, range);
}


/* TRUE when nothing further on can matter: the claim is over. */
static gboolean
pt_iomem_take_line (PtIomem      *iomem,
                    PtIomemState *state,
                    const char   *line)
{
  gsize       indent = strspn (line, " ");
  const char *name = strstr (line, " : ");

  if (name == NULL)
    return FALSE;
  name += strlen (" : ");
  if (state->inside && indent <= state->found_indent)
    return TRUE;
  if (state->owned && indent <= state->owner_indent)
    state->owned = FALSE;

  if (pt_iomem_is_framebuffer (name))
    {
      pt_iomem_take_claim (iomem, state, line + indent, name);
      if (!state->inside)
        state->found_indent = indent;
      state->inside = TRUE;
    }
  else if (strlen (name) >= PT_IOMEM_ADDRESS_LENGTH && pt_address_parse (name, &state->owner))
    {
      state->owned = TRUE;
      state->owner_indent = indent;
    }
  return FALSE;
}


void
pt_iomem_parse (const char *text,
                PtIomem    *iomem)
{
  g_auto (GStrv) lines = NULL;
  PtIomemState state = { 0 };

  g_return_if_fail (text != NULL);
  g_return_if_fail (iomem != NULL);

  *iomem = (PtIomem){ 0 };
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (pt_iomem_take_line (iomem, &state, lines[i]))
        return;
    }
}
