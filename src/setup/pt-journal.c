/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-journal"

#include "config.h"

#include "pt-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-hold.h"

#define PT_JOURNAL_NAME "journal"
/* What pt_sysroot_read() reads at most; a real one has some ten kilobytes. */
#define PT_JOURNAL_MOST (4 * 1024 * 1024)

struct _PtJournal
{
  PtSysroot *sysroot;
  PtHold    *hold;
  int        fd;
  GPtrArray *records;
};

static gboolean
pt_journal_fail (GError    **error,
                 const char *what)
{
  int saved = errno;

  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL, "cannot %s the journal: %s", what,
               g_strerror (saved));
  return FALSE;
}

void
pt_journal_free (PtJournal *self)
{
  g_return_if_fail (self != NULL);

  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->hold, pt_hold_free);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_object (&self->sysroot);
  g_free (self);
}

static PtJournal *
pt_journal_new (PtSysroot *sysroot,
                PtHold    *hold)
{
  PtJournal *self = g_new0 (PtJournal, 1);

  self->sysroot = g_object_ref (sysroot);
  self->hold = hold;
  self->fd = -1;
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_record_free);
  return self;
}

/* The end of the finished line at @line, or NULL. A power cut may leave zeros where the last one
 * was to be; what it announced was not begun then. */
static const char *
pt_journal_find_end (const char *line,
                     const char *end_of_text)
{
  const char *end = memchr (line, '\n', end_of_text - line);

  if (end == NULL || (end + 1 == end_of_text && memchr (line, '\0', end - line) != NULL))
    return NULL;
  return end;
}

/* Everything on record belongs to a choice: the first line has it. (transfer full) */
static PtRecord *
pt_journal_parse_line (PtSysroot  *sysroot,
                       const char *line,
                       gboolean    first,
                       GError    **error)
{
  PtRecord *record = pt_record_parse (sysroot, line, error);

  if (record == NULL || !first || record->kind == PT_RECORD_BEGIN)
    return record;
  pt_record_free (record);
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL,
                       "the journal does not begin with a choice");
  return NULL;
}


/* @whole (out): length up to and with the end of the last finished line. */
static GPtrArray *
pt_journal_parse (PtSysroot  *sysroot,
                  const char *text,
                  gsize       length,
                  gsize      *whole,
                  GError    **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_record_free);
  const char *line = text;
  const char *end = NULL;

  while ((end = pt_journal_find_end (line, text + length)) != NULL)
    {
      g_autofree char *copy = g_strndup (line, end - line);
      PtRecord        *record = pt_journal_parse_line (sysroot, copy, records->len == 0, error);

      if (record == NULL)
        {
          g_prefix_error (error, "line %u: ", records->len + 1);
          return NULL;
        }
      g_ptr_array_add (records, record);
      line = end + 1;
    }
  *whole = line - text;
  return g_steal_pointer (&records);
}

static GString *
pt_journal_read_text (int      fd,
                      GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char    buffer[16384];
  ssize_t length = 0;

  while ((length = read (fd, buffer, sizeof buffer)) != 0)
    {
      if (length < 0 && errno == EINTR)
        continue;
      if (length < 0)
        {
          pt_journal_fail (error, "read");
          return NULL;
        }
      g_string_append_len (text, buffer, length);
    }
  return g_steal_pointer (&text);
}

/* What is behind the name has to be what we left there: root obeys it. */
static gboolean
pt_journal_check_file (PtJournal *self,
                       GError   **error)
{
  struct stat info = { 0 };
  const char *what = NULL;

  if (fstat (self->fd, &info) != 0)
    return pt_journal_fail (error, "look at");
  if (!S_ISREG (info.st_mode))
    what = "is not an ordinary file";
  else if (info.st_size > PT_JOURNAL_MOST)
    what = "is too large to be ours";
  else if (pt_sysroot_is_real (self->sysroot) &&
           (info.st_uid != geteuid () || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0))
    what = "can be written by others";
  if (what == NULL)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL, "the journal %s", what);
  return FALSE;
}

/* Reads what is there and cuts off a line that was not finished. FALSE with @error; TRUE also
 * without a journal. */
static gboolean
pt_journal_load (PtJournal *self,
                 GError   **error)
{
  g_autoptr (GString) text = NULL;
  g_autoptr (GPtrArray) records = NULL;
  gsize whole = 0;

  self->fd = openat (pt_hold_get_folder (self->hold), PT_JOURNAL_NAME,
                     O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
  if (self->fd < 0 && errno == ENOENT)
    return TRUE;
  if (self->fd < 0)
    return pt_journal_fail (error, "open");
  if (!pt_journal_check_file (self, error))
    return FALSE;

  text = pt_journal_read_text (self->fd, error);
  if (text == NULL)
    return FALSE;
  records = pt_journal_parse (self->sysroot, text->str, text->len, &whole, error);
  if (records == NULL)
    return FALSE;
  if (whole < text->len && ftruncate (self->fd, whole) != 0)
    return pt_journal_fail (error, "mend");

  g_ptr_array_unref (self->records);
  self->records = g_steal_pointer (&records);
  return TRUE;
}

/* A new file with one line in it, complete when it gets its name. */
static gboolean
pt_journal_create (PtJournal      *self,
                   const PtRecord *begin,
                   GError        **error)
{
  g_autofree char *line = pt_record_print (begin);
  int              folder = pt_hold_get_folder (self->hold);
  const char      *beside = "." PT_JOURNAL_NAME ".passthru-new";

  unlinkat (folder, beside, 0);
  self->fd = openat (folder, beside, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                     0600);
  if (self->fd < 0)
    return pt_journal_fail (error, "make");
  if (!pt_write_all (self->fd, line, strlen (line)) || fsync (self->fd) != 0 ||
      renameat (folder, beside, folder, PT_JOURNAL_NAME) != 0)
    {
      pt_journal_fail (error, "write");
      unlinkat (folder, beside, 0);
      return FALSE;
    }
  if (pt_folder_sync (folder))
    return TRUE;
  pt_journal_fail (error, "write");
  unlinkat (folder, PT_JOURNAL_NAME, 0);
  return FALSE;
}

gboolean
pt_journal_append (PtJournal *self,
                   PtRecord  *record,
                   GError   **error)
{
  g_autofree char *line = NULL;
  struct stat      info = { 0 };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  line = pt_record_print (record);
  if (fstat (self->fd, &info) != 0)
    {
      pt_record_free (record);
      return pt_journal_fail (error, "look at");
    }
  if (!pt_write_all (self->fd, line, strlen (line)) || fsync (self->fd) != 0)
    {
      pt_journal_fail (error, "write");
      /* Half a line would swallow the next one. */
      if (ftruncate (self->fd, info.st_size) != 0)
        g_debug ("cannot cut the journal: %s", g_strerror (errno));
      pt_record_free (record);
      return FALSE;
    }
  g_ptr_array_add (self->records, record);
  return TRUE;
}

/* A change on record may only be continued by the second part of the same choice: what follows the
 * IOMMU, or what makes a trial permanent or tries once more. */
static gboolean
pt_journal_check_free (PtJournal      *self,
                       const PtRecord *begin,
                       GError        **error)
{
  const PtRecord *last = NULL;
  PtSetupState    state = pt_records_get_state (self->records, &last);

  if (state == PT_SETUP_NONE)
    return TRUE;
  if (state == PT_SETUP_INTERRUPTED)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
                           "an earlier change did not finish; it has to be undone first");
      return FALSE;
    }

  if ((last->first_part || last->trial != NULL) &&
      pt_intent_names_same (begin->intent, last->intent))
    return TRUE;
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
                       "a change is applied already; it has to be undone first");
  return FALSE;
}

PtJournal *
pt_journal_begin (PtSysroot *sysroot,
                  PtRecord  *begin,
                  GError   **error)
{
  g_autoptr (PtRecord) first = begin;
  g_autoptr (PtJournal) self = NULL;
  PtHold *hold = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (begin != NULL && begin->intent != NULL, NULL);

  hold = pt_hold_take (sysroot, TRUE, NULL, error);
  if (hold == NULL)
    return NULL;
  self = pt_journal_new (sysroot, hold);
  if (!pt_journal_load (self, error) || !pt_journal_check_free (self, begin, error))
    return NULL;

  if (self->fd >= 0 && self->records->len > 0)
    return pt_journal_append (self, g_steal_pointer (&first), error) ? g_steal_pointer (&self)
                                                                     : NULL;

  if (self->fd >= 0)
    close (g_steal_fd (&self->fd));
  g_strfreev (first->folders);
  first->folders = g_strdupv (pt_hold_get_made (hold));
  if (!pt_journal_create (self, first, error) || !pt_hold_settle (hold, error))
    return NULL;
  g_ptr_array_add (self->records, g_steal_pointer (&first));
  return g_steal_pointer (&self);
}

PtJournal *
pt_journal_open (PtSysroot *sysroot,
                 gboolean  *swept,
                 GError   **error)
{
  g_autoptr (PtJournal) self = NULL;
  PtHold *hold = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  hold = pt_hold_take (sysroot, FALSE, swept, error);
  if (hold == NULL)
    return NULL;
  self = pt_journal_new (sysroot, hold);
  if (!pt_journal_load (self, error))
    return NULL;
  if (self->records->len == 0)
    {
      unlinkat (pt_hold_get_folder (hold), "." PT_JOURNAL_NAME ".passthru-new", 0);
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING,
                           "there is nothing to undo");
      return NULL;
    }
  return g_steal_pointer (&self);
}

GPtrArray *
pt_journal_peek (PtSysroot *sysroot,
                 GError   **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize length = 0;
  gsize whole = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  text = pt_sysroot_read (sysroot, PT_PLACE_STATE, PT_JOURNAL_NAME, &length, &local_error);
  if (text != NULL)
    return pt_journal_parse (sysroot, text, length, &whole, error);
  if (!g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL, "%s", local_error->message);
  return NULL;
}

GPtrArray *
pt_journal_get_records (PtJournal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->records;
}

gboolean
pt_journal_remove (PtJournal *self,
                   GError   **error)
{
  const PtRecord *first = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (self->records->len > 0, FALSE);

  first = g_ptr_array_index (self->records, 0);
  if (!pt_hold_remove (self->hold, PT_JOURNAL_NAME, (const char *const *)first->folders))
    return pt_journal_fail (error, "remove");
  return TRUE;
}
