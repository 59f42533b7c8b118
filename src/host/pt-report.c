/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-report"

#include "config.h"

#include "pt-report.h"

#include <glib/gi18n-lib.h>

#include "pt-check-private.h"
#include "pt-recorder-private.h"
#include "pt-words.h"

struct _PtReport
{
  GObject parent_instance;

  PtHost    *host;
  GPtrArray *checks;
};

G_DEFINE_FINAL_TYPE (PtReport, pt_report, G_TYPE_OBJECT)


static void
pt_report_finalize (GObject *object)
{
  PtReport *self = PT_REPORT (object);

  g_clear_object (&self->host);
  g_ptr_array_unref (self->checks);

  G_OBJECT_CLASS (pt_report_parent_class)->finalize (object);
}


static void
pt_report_class_init (PtReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_report_finalize;
}


static void
pt_report_init (PtReport *self)
{
  self->checks = g_ptr_array_new_with_free_func (g_object_unref);
}


PtReport *
pt_report_new (PtHost *host)
{
  return pt_report_new_with_roms (host, NULL);
}


PtReport *
pt_report_new_with_roms (PtHost *host,
                         GArray *roms)
{
  PtReport *self = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  self = g_object_new (PT_TYPE_REPORT, NULL);
  self->host = g_object_ref (host);
  for (int id = 0; id < PT_CHECK_LAST; id++)
    g_ptr_array_add (self->checks, pt_check_run ((PtCheckId)id, host, roms));
  return self;
}


PtHost *
pt_report_get_host (PtReport *self)
{
  g_return_val_if_fail (PT_IS_REPORT (self), NULL);

  return self->host;
}


GPtrArray *
pt_report_get_checks (PtReport *self)
{
  g_return_val_if_fail (PT_IS_REPORT (self), NULL);

  return self->checks;
}


PtCheck *
pt_report_get_check (PtReport *self,
                     PtCheckId id)
{
  g_return_val_if_fail (PT_IS_REPORT (self), NULL);
  g_return_val_if_fail (id >= 0 && id < PT_CHECK_LAST, NULL);

  return g_ptr_array_index (self->checks, id);
}


static PtCheck *
pt_report_find (PtReport *self,
                PtStatus  status)
{
  for (guint i = 0; i < self->checks->len; i++)
    {
      PtCheck *check = g_ptr_array_index (self->checks, i);

      if (pt_check_get_status (check) == status &&
          (status != PT_STATUS_UNKNOWN || pt_check_needs_answer (check)))
        return check;
    }
  return NULL;
}


/* What could not be told is not called ready. */
PtVerdict
pt_report_get_verdict (PtReport *self)
{
  g_return_val_if_fail (PT_IS_REPORT (self), PT_VERDICT_NOT_YET);

  if (pt_report_find (self, PT_STATUS_FAIL) != NULL)
    return PT_VERDICT_NOT_YET;
  if (pt_report_find (self, PT_STATUS_WARN) != NULL ||
      pt_report_find (self, PT_STATUS_UNKNOWN) != NULL)
    return PT_VERDICT_CARE;
  return PT_VERDICT_READY;
}


PtCheck *
pt_report_get_first (PtReport *self)
{
  PtCheck *check = NULL;

  g_return_val_if_fail (PT_IS_REPORT (self), NULL);

  check = pt_report_find (self, PT_STATUS_FAIL);
  if (check == NULL)
    check = pt_report_find (self, PT_STATUS_WARN);
  return check != NULL ? check : pt_report_find (self, PT_STATUS_UNKNOWN);
}


static void
pt_report_add_indented (GString    *text,
                        const char *indent,
                        const char *lines)
{
  g_auto (GStrv) parts = g_strsplit (lines, "\n", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    g_string_append_printf (text, "%s%s\n", indent, parts[i]);
}


static void
pt_report_add_check (PtReport *self,
                     PtCheck  *check,
                     GString  *text)
{
  PtCheckId        id = pt_check_get_id (check);
  PtStatus         status = pt_check_get_status (check);
  g_autofree char *fix = pt_words_fix (pt_check_get_fix (check), self->host);

  g_string_append_printf (text, "  [%s] %s: %s\n", pt_words_status (status),
                          pt_words_check_title (id), pt_words_check_meaning (id, status));
  pt_report_add_indented (text, "      ", pt_check_get_evidence (check));
  if (fix != NULL)
    g_string_append_printf (text, "      → %s\n", fix);
}


static void
pt_report_add_device (PtDevice *device,
                      GString  *text)
{
  const char      *driver = pt_device_get_driver (device);
  g_autofree char *uses = pt_words_uses (device);

  const char *name = pt_device_get_name (device);
  gboolean    named = !g_str_equal (name, pt_device_get_id (device));

  g_string_append_printf (text, "  %s  %s ", pt_device_get_address_string (device),
                          pt_device_get_id (device));
  if (named)
    g_string_append_printf (text, " %s %s ", pt_device_get_vendor_name (device), name);
  g_string_append_printf (text, "[%s]%s%s\n", driver != NULL ? driver : "-",
                          *uses != '\0' ? " ← " : "", uses);
}


static void
pt_report_add_groups (PtReport *self,
                      GString  *text)
{
  g_autoptr (GArray) groups = pt_host_get_groups (self->host);
  g_autoptr (GPtrArray) ungrouped = pt_host_get_group (self->host, -1);

  for (guint i = 0; i < groups->len; i++)
    {
      int number = g_array_index (groups, int, i);
      g_autoptr (GPtrArray) members = pt_host_get_group (self->host, number);

      /* Translators: a heading; %d is the number of an IOMMU group. */
      g_string_append_printf (text, _ ("Group %d"), number);
      g_string_append_c (text, '\n');
      for (guint j = 0; j < members->len; j++)
        pt_report_add_device (g_ptr_array_index (members, j), text);
    }
  if (ungrouped->len > 0)
    g_string_append_printf (text, "%s\n", _ ("Without a group"));
  for (guint i = 0; i < ungrouped->len; i++)
    pt_report_add_device (g_ptr_array_index (ungrouped, i), text);
}


static void
pt_report_add_cards (PtReport *self,
                     GString  *text)
{
  GPtrArray *gpus = pt_host_get_gpus (self->host);

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu     *gpu = g_ptr_array_index (gpus, i);
      GPtrArray *blockers = pt_gpu_get_blockers (gpu);

      g_string_append_printf (text, "%s  %s: %s\n",
                              pt_device_get_address_string (pt_gpu_get_device (gpu)),
                              pt_device_get_short_name (pt_gpu_get_device (gpu)),
                              pt_gpu_is_suitable (gpu) ? _ ("can go to the guest")
                                                       : _ ("cannot go to the guest"));
      for (guint j = 0; j < blockers->len; j++)
        {
          const PtBlocker *blocker = g_ptr_array_index (blockers, j);
          g_autofree char *words = pt_words_blocker (blocker);

          g_string_append_printf (text, "      %s: %s\n",
                                  pt_device_get_address_string (blocker->device), words);
        }
    }
}


/* One line that says which computer this is; what is not known is left out. */
static void
pt_report_add_computer (const PtHostFacts *facts,
                        GString           *text)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *board[] = { facts->board_vendor, facts->board_name, NULL };

  if (facts->cpu_name != NULL)
    g_ptr_array_add (parts, g_strdup (facts->cpu_name));
  if (board[0] != NULL || board[1] != NULL)
    g_ptr_array_add (parts, g_strjoinv (" ", (char **)(board[0] != NULL ? board : board + 1)));
  if (facts->bios_version != NULL)
    g_ptr_array_add (parts, g_strdup (facts->bios_version));
  if (facts->distribution_name != NULL)
    g_ptr_array_add (parts, g_strdup (facts->distribution_name));
  if (facts->kernel != NULL)
    g_ptr_array_add (parts, g_strconcat ("Linux ", facts->kernel, NULL));
  for (guint i = 0; i < parts->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " · " : "",
                            (const char *)g_ptr_array_index (parts, i));
  g_string_append_c (text, '\n');
}


/* “Ready” is said of what was seen. */
static void
pt_report_add_open (PtReport *self,
                    GString  *text)
{
  guint open = 0;

  for (guint i = 0; i < self->checks->len; i++)
    open += pt_check_get_status (g_ptr_array_index (self->checks, i)) == PT_STATUS_UNKNOWN;
  if (open == 0)
    return;
  g_string_append_printf (text,
                          /* Translators: “Could not tell” is the mark of such a check. */
                          ngettext ("%u check could not be answered from here; it is marked “Could "
                                    "not tell”.",
                                    "%u checks could not be answered from here; they are marked "
                                    "“Could not tell”.",
                                    open),
                          open);
  g_string_append_c (text, '\n');
}


char *
pt_report_to_text (PtReport *self)
{
  const PtHostFacts *facts = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *verdict = NULL;
  int              section = -1;

  g_return_val_if_fail (PT_IS_REPORT (self), NULL);

  facts = pt_host_get_facts (self->host);
  verdict = pt_words_verdict (pt_report_get_verdict (self), pt_report_get_first (self));
  g_string_append_printf (text, "%s\n", verdict);
  pt_report_add_open (self, text);
  g_string_append_c (text, '\n');
  pt_report_add_computer (facts, text);

  for (guint i = 0; i < self->checks->len; i++)
    {
      PtCheck *check = g_ptr_array_index (self->checks, i);

      if ((int)pt_check_get_section (check) != section)
        {
          section = (int)pt_check_get_section (check);
          g_string_append_printf (text, "\n%s\n", pt_words_section_title ((PtCheckSection)section));
        }
      pt_report_add_check (self, check, text);
    }

  g_string_append_printf (text, "\n%s\n", _ ("Graphics cards"));
  pt_report_add_cards (self, text);
  g_string_append_c (text, '\n');
  pt_report_add_groups (self, text);
  /* A maker or an owner may have put such a thing into any name. */
  return pt_recorder_scrub (text->str);
}
