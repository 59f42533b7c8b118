/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-record"

#include "config.h"

#include <string.h>

#include "pt-allowed.h"
#include "pt-boot-command.h"
#include "pt-edits.h"
#include "pt-generator.h"
#include "pt-journal.h"
#include "pt-ostree.h"
#include "pt-step-private.h"
#include "pt-trial-private.h"

#define PT_RECORD_VERSION 1

static const char *const pt_record_kinds[] = {
  [PT_RECORD_BEGIN] = "begin",
  [PT_RECORD_FILE] = "file",
  [PT_RECORD_COMMAND] = "command",
  [PT_RECORD_APPLIED] = "applied",
  [PT_RECORD_ROLLED_BACK] = "rolled-back",
  [PT_RECORD_UNDO] = "undo",
  [PT_RECORD_TRIAL_START] = "trial-start",
  [PT_RECORD_TRIAL_RESET] = "trial-reset",
  [PT_RECORD_TRIAL_BOOT] = "trial-boot",
  [PT_RECORD_TRIAL_END] = "trial-end",
  [PT_RECORD_TRIAL_DROP] = "trial-drop",
};

static const char *const pt_file_kinds[] = {
  [PT_FILE_ABSENT] = "absent",
  [PT_FILE_REGULAR] = "file",
  [PT_FILE_LINK] = "link",
};

PtRecord *
pt_record_new (PtRecordKind kind,
               const char  *id)
{
  PtRecord *self = g_new0 (PtRecord, 1);

  self->kind = kind;
  self->id = g_strdup (id);
  self->program = PT_PROGRAM_LAST;
  return self;
}

void
pt_record_free (PtRecord *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->id);
  g_clear_object (&self->intent);
  g_free (self->boot_id);
  g_free (self->digest);
  g_free (self->seen);
  g_strfreev (self->tokens);
  g_free (self->trial);
  g_free (self->previous);
  g_free (self->path);
  g_clear_pointer (&self->before, pt_file_state_free);
  g_clear_pointer (&self->after, pt_file_state_free);
  g_clear_pointer (&self->edits, g_ptr_array_unref);
  g_strfreev (self->folders);
  g_strfreev (self->arguments);
  g_clear_pointer (&self->touched, g_ptr_array_unref);
  g_free (self);
}

/* Printing */

static void
pt_record_set (JsonBuilder *builder,
               const char  *name,
               const char  *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
pt_record_set_strv (JsonBuilder *builder,
                    const char  *name,
                    char       **words)
{
  if (words == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (gsize i = 0; words[i] != NULL; i++)
    json_builder_add_string_value (builder, words[i]);
  json_builder_end_array (builder);
}

static void
pt_record_set_number (JsonBuilder *builder,
                      const char  *name,
                      gint64       value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
pt_record_set_state (JsonBuilder       *builder,
                     const char        *name,
                     const PtFileState *state)
{
  if (state == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  pt_record_set (builder, "kind", pt_file_kinds[state->kind]);
  if (state->content != NULL)
    {
      gsize            length = 0;
      const guchar    *data = g_bytes_get_data (state->content, &length);
      g_autofree char *text = g_base64_encode (data, length);

      pt_record_set (builder, "content", text);
      pt_record_set_number (builder, "mode", state->mode);
      pt_record_set_number (builder, "uid", state->uid);
      pt_record_set_number (builder, "gid", state->gid);
      if (state->changed > 0)
        pt_record_set_number (builder, "changed", state->changed);
    }
  json_builder_end_object (builder);
}

static void
pt_record_set_edits (JsonBuilder *builder,
                     GPtrArray   *edits)
{
  if (edits == NULL)
    return;
  json_builder_set_member_name (builder, "edits");
  json_builder_begin_array (builder);
  for (guint i = 0; i < edits->len; i++)
    {
      PtPlanChange *edit = g_ptr_array_index (edits, i);

      json_builder_begin_object (builder);
      pt_record_set (builder, "from", edit->from);
      pt_record_set (builder, "to", edit->to);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
pt_record_set_touched (JsonBuilder *builder,
                       GPtrArray   *touched)
{
  if (touched == NULL)
    return;
  json_builder_set_member_name (builder, "touched");
  json_builder_begin_array (builder);
  for (guint i = 0; i < touched->len; i++)
    {
      PtTouched *file = g_ptr_array_index (touched, i);

      json_builder_begin_object (builder);
      pt_record_set (builder, "path", file->path);
      pt_record_set_state (builder, "before", file->before);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static char *
pt_record_intent_to_string (PtIntent *intent)
{
  GArray  *addresses = pt_intent_get_addresses (intent);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++)
    {
      char buffer[PT_ADDRESS_BUFFER] = { 0 };

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "",
                              pt_address_format (&g_array_index (addresses, PtAddress, i), buffer));
    }
  return g_string_free (text, FALSE);
}

char *
pt_record_print (const PtRecord *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *line = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  json_builder_begin_object (builder);
  pt_record_set_number (builder, "version", PT_RECORD_VERSION);
  pt_record_set (builder, "record", pt_record_kinds[self->kind]);
  pt_record_set (builder, "id", self->id);
  if (self->intent != NULL)
    {
      g_autofree char *intent = pt_record_intent_to_string (self->intent);

      pt_record_set (builder, "intent", intent);
      pt_record_set_strv (builder, "identities", (char **)pt_intent_get_identities (self->intent));
    }
  pt_record_set (builder, "boot-id", self->boot_id);
  pt_record_set (builder, "digest", self->digest);
  pt_record_set (builder, "seen", self->seen);
  if (self->first_part)
    pt_record_set_number (builder, "first-part", 1);
  pt_record_set_strv (builder, "tokens", self->tokens);
  pt_record_set (builder, "trial", self->trial);
  if (self->minutes > 0)
    pt_record_set_number (builder, "minutes", self->minutes);
  pt_record_set (builder, "previous", self->previous);
  if (self->firmware)
    pt_record_set_number (builder, "firmware", 1);
  if (self->deployment)
    pt_record_set_number (builder, "deployment", 1);
  pt_record_set (builder, "path", self->path);
  pt_record_set_state (builder, "before", self->before);
  pt_record_set_state (builder, "after", self->after);
  pt_record_set_edits (builder, self->edits);
  if (self->block)
    pt_record_set_number (builder, "block", 1);
  pt_record_set_strv (builder, "folders", self->folders);
  if (self->program != PT_PROGRAM_LAST)
    pt_record_set (builder, "program", pt_program_get_name (self->program));
  pt_record_set_strv (builder, "arguments", self->arguments);
  pt_record_set_touched (builder, self->touched);
  json_builder_end_object (builder);

  node = json_builder_get_root (builder);
  line = json_to_string (node, FALSE);
  return g_strconcat (line, "\n", NULL);
}

/* Parsing: whatever is not just so is refused. */

static const char *
pt_record_get (JsonObject *object,
               const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

/* @minimum - 1 when it is missing, no number or out of range. */
static gint64
pt_record_get_number (JsonObject *object,
                      const char *name,
                      gint64      maximum)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64    value = -1;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_INT64)
    value = json_node_get_int (node);
  return value >= 0 && value <= maximum ? value : -1;
}

static JsonArray *
pt_record_get_array (JsonObject *object,
                     const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
pt_record_get_object (JsonObject *object,
                      const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static char **
pt_record_get_strv (JsonObject *object,
                    const char *name)
{
  JsonArray *array = pt_record_get_array (object, name);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        g_strv_builder_add (words, json_node_get_string (node));
    }
  return g_strv_builder_end (words);
}

static int
pt_record_index (const char *const *names,
                 gsize              n_names,
                 const char        *name)
{
  for (gsize i = 0; name != NULL && i < n_names; i++)
    if (g_str_equal (names[i], name))
      return i;
  return -1;
}

static PtFileState *
pt_record_get_state (JsonObject *object,
                     const char *name)
{
  JsonObject *member = pt_record_get_object (object, name);
  g_autoptr (GBytes) bytes = NULL;
  PtFileState *state = NULL;
  const char  *text = NULL;
  guchar      *data = NULL;
  gsize        length = 0;
  int          kind = -1;
  gint64       mode = 0;
  gint64       uid = 0;
  gint64       gid = 0;
  gint64       changed = 0;

  if (member == NULL)
    return NULL;
  kind = pt_record_index (pt_file_kinds, G_N_ELEMENTS (pt_file_kinds),
                          pt_record_get (member, "kind"));
  if (kind < 0 || kind == PT_FILE_ABSENT)
    return kind < 0 ? NULL : pt_file_state_new (PT_FILE_ABSENT, NULL, 0, 0, 0);

  text = pt_record_get (member, "content");
  mode = pt_record_get_number (member, "mode", 07777);
  uid = pt_record_get_number (member, "uid", G_MAXUINT32 - 1);
  gid = pt_record_get_number (member, "gid", G_MAXUINT32 - 1);
  if (text == NULL || mode < 0 || uid < 0 || gid < 0)
    return NULL;
  data = g_base64_decode (text, &length);
  bytes = g_bytes_new_take (data, length);
  state = pt_file_state_new (kind, bytes, mode, uid, gid);
  /* Journals of before have none. */
  changed = pt_record_get_number (member, "changed", G_MAXINT64);
  state->changed = MAX (changed, 0);
  return state;
}

static GPtrArray *
pt_record_get_edits (JsonObject *object)
{
  JsonArray *array = pt_record_get_array (object, "edits");
  GPtrArray *edits = NULL;

  if (array == NULL)
    return NULL;

  edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode   *node = json_array_get_element (array, i);
      JsonObject *edit = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *from = edit != NULL ? pt_record_get (edit, "from") : NULL;
      const char *to = edit != NULL ? pt_record_get (edit, "to") : NULL;

      if (from != NULL && to != NULL)
        g_ptr_array_add (edits, pt_plan_change_new (from, to));
    }
  return edits;
}

/* Folders may only be ones on the way to @path. */
static gboolean
pt_record_folders_are_allowed (char      **folders,
                               const char *path)
{
  for (gsize i = 0; folders[i] != NULL; i++)
    {
      gsize length = strlen (folders[i]);

      if (length < 2 || strncmp (path, folders[i], length) != 0 || path[length] != '/')
        return FALSE;
    }
  return TRUE;
}

/* It becomes an argument of journalctl. */
static gboolean
pt_record_is_boot_id (const char *text)
{
  return strlen (text) <= 36 && strspn (text, "0123456789abcdef-") == strlen (text);
}

/* What goes into the one-shot mark is given to a program as one argument; a menu title can be
 * anything. */
static gboolean
pt_record_is_mark (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      return FALSE;
  return strlen (text) < 512;
}

/* NULL if a file is named that no program of ours writes. */
static GPtrArray *
pt_record_get_touched (PtSysroot  *sysroot,
                       JsonObject *object)
{
  JsonArray *array = pt_record_get_array (object, "touched");
  g_autoptr (GPtrArray) touched = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_touched_free);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode   *node = json_array_get_element (array, i);
      JsonObject *file = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *path = file != NULL ? pt_record_get (file, "path") : NULL;
      g_autoptr (PtFileState) before = file != NULL ? pt_record_get_state (file, "before") : NULL;

      if (path == NULL || before == NULL || before->kind != PT_FILE_REGULAR ||
          !(pt_boot_command_may_touch (sysroot, path) || pt_trial_mark_may_touch (sysroot, path)))
        return NULL;
      g_ptr_array_add (touched, pt_touched_new (path, g_steal_pointer (&before)));
    }
  return g_steal_pointer (&touched);
}

static gboolean
pt_record_take_trial (PtRecord   *self,
                      JsonObject *object,
                      gboolean    with_minutes)
{
  gint64 minutes = pt_record_get_number (object, "minutes", PT_TRIAL_MAX_MINUTES);

  self->trial = g_strdup (pt_record_get (object, "trial"));
  if (self->trial == NULL || !pt_trial_is_id (self->trial) ||
      (with_minutes && minutes < PT_TRIAL_MIN_MINUTES))
    return FALSE;
  self->minutes = with_minutes ? (guint)minutes : 0;
  return TRUE;
}

static gboolean
pt_record_take_trial_event (PtRecord   *self,
                            PtSysroot  *sysroot,
                            JsonObject *object)
{
  self->boot_id = g_strdup (pt_record_get (object, "boot-id"));
  self->previous = g_strdup (pt_record_get (object, "previous"));
  self->firmware = pt_record_get_number (object, "firmware", 1) == 1;
  self->deployment = pt_record_get_number (object, "deployment", 1) == 1;
  if (self->kind == PT_RECORD_TRIAL_START)
    {
      self->touched = pt_record_get_touched (sysroot, object);
      if (self->touched == NULL)
        return FALSE;
    }
  return pt_record_take_trial (self, object, FALSE) &&
         (self->boot_id == NULL || pt_record_is_boot_id (self->boot_id)) &&
         (self->previous == NULL || (self->deployment ? pt_ostree_is_id (self->previous)
                                                      : pt_record_is_mark (self->previous)));
}

static gboolean
pt_record_seen_is_ours (const char *text)
{
  g_autoptr (PtSeen) seen = text != NULL ? pt_seen_parse (text) : NULL;

  return text == NULL || seen != NULL;
}

static gboolean
pt_record_take_begin (PtRecord   *self,
                      PtSysroot  *sysroot,
                      JsonObject *object)
{
  g_autofree char *state = pt_sysroot_logical_path (sysroot, PT_PLACE_STATE, "journal");
  const char      *text = pt_record_get (object, "intent");
  g_auto (GStrv) identities = pt_record_get_strv (object, "identities");
  g_autoptr (PtIntent) intent = text != NULL ? pt_intent_new_from_string (text, NULL) : NULL;

  if (intent != NULL)
    self->intent = pt_intent_new_with_identities (intent, (const char *const *)identities, NULL);
  self->boot_id = g_strdup (pt_record_get (object, "boot-id"));
  self->digest = g_strdup (pt_record_get (object, "digest"));
  self->seen = g_strdup (pt_record_get (object, "seen"));
  self->first_part = pt_record_get_number (object, "first-part", 1) == 1;
  self->tokens = pt_record_get_strv (object, "tokens");
  self->folders = pt_record_get_strv (object, "folders");
  return self->intent != NULL && pt_record_folders_are_allowed (self->folders, state) &&
         pt_record_seen_is_ours (self->seen) &&
         (!json_object_has_member (object, "trial") || pt_record_take_trial (self, object, TRUE));
}

static gboolean
pt_record_take_file (PtRecord   *self,
                     PtSysroot  *sysroot,
                     JsonObject *object)
{
  self->path = g_strdup (pt_record_get (object, "path"));
  self->before = pt_record_get_state (object, "before");
  self->after = pt_record_get_state (object, "after");
  self->edits = pt_record_get_edits (object);
  self->block = pt_record_get_number (object, "block", 1) == 1;
  self->folders = pt_record_get_strv (object, "folders");
  if (json_object_has_member (object, "touched"))
    {
      self->touched = pt_record_get_touched (sysroot, object);
      if (self->touched == NULL)
        return FALSE;
    }
  return self->id != NULL && self->path != NULL && self->before != NULL && self->after != NULL &&
         pt_allowed_path (sysroot, self->path) &&
         pt_record_folders_are_allowed (self->folders, self->path);
}

/* A program that changes parameters by itself may be run for parameters of ours only, and only the
 * way we do it. */
static gboolean
pt_record_take_edits (PtRecord   *self,
                      PtSysroot  *sysroot,
                      JsonObject *object)
{
  g_auto (GStrv) expected = NULL;

  self->edits = pt_record_get_edits (object);
  self->touched = pt_record_get_touched (sysroot, object);
  if (self->edits == NULL || self->touched == NULL)
    return FALSE;
  for (guint i = 0; i < self->edits->len; i++)
    {
      PtPlanChange *edit = g_ptr_array_index (self->edits, i);

      if ((*edit->from != '\0' && !pt_edits_token_is_allowed (edit->from)) ||
          (*edit->to != '\0' && !pt_edits_token_is_allowed (edit->to)))
        return FALSE;
    }
  expected = pt_boot_command_arguments (self->program, "DEFAULT", self->edits);
  return g_strv_equal ((const char *const *)self->arguments, (const char *const *)expected);
}

static gboolean
pt_record_take_command (PtRecord   *self,
                        PtSysroot  *sysroot,
                        JsonObject *object)
{
  const char *name = pt_record_get (object, "program");

  self->arguments = pt_record_get_strv (object, "arguments");
  self->block = pt_record_get_number (object, "block", 1) == 1;
  if (name != NULL)
    self->program = pt_allowed_command (sysroot, name, (const char *const *)self->arguments);
  if (self->id == NULL || self->program == PT_PROGRAM_LAST)
    return FALSE;
  if (!pt_boot_command_is_one (self->program) && pt_boot_command_writes_entries (self->program))
    {
      self->touched = pt_record_get_touched (sysroot, object);
      return self->touched != NULL;
    }
  if (pt_generator_is_rebuild (self->program, (const char *const *)self->arguments))
    return TRUE;
  return !pt_boot_command_is_one (self->program) || pt_record_take_edits (self, sysroot, object);
}

static gboolean
pt_record_take (PtRecord   *self,
                PtSysroot  *sysroot,
                JsonObject *object)
{
  switch (self->kind)
    {
    case PT_RECORD_BEGIN:
      return pt_record_take_begin (self, sysroot, object);
    case PT_RECORD_FILE:
      return pt_record_take_file (self, sysroot, object);
    case PT_RECORD_COMMAND:
      return pt_record_take_command (self, sysroot, object);
    case PT_RECORD_TRIAL_START:
    case PT_RECORD_TRIAL_RESET:
    case PT_RECORD_TRIAL_BOOT:
    case PT_RECORD_TRIAL_END:
    case PT_RECORD_TRIAL_DROP:
      return pt_record_take_trial_event (self, sysroot, object);
    case PT_RECORD_APPLIED:
    case PT_RECORD_ROLLED_BACK:
    case PT_RECORD_UNDO:
    default:
      return TRUE;
    }
}

PtRecord *
pt_record_parse (PtSysroot  *sysroot,
                 const char *line,
                 GError    **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PtRecord) self = NULL;
  JsonObject *object = NULL;
  int         kind = -1;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (line != NULL, NULL);

  node = json_from_string (line, &local_error);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL, "a record is not understood: %s",
                   local_error != NULL ? local_error->message : "no object");
      return NULL;
    }

  object = json_node_get_object (node);
  if (pt_record_get_number (object, "version", G_MAXINT32) != PT_RECORD_VERSION)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL,
                           "the journal was written by another version of Passthru");
      return NULL;
    }
  kind = pt_record_index (pt_record_kinds, G_N_ELEMENTS (pt_record_kinds),
                          pt_record_get (object, "record"));
  if (kind >= 0)
    self = pt_record_new (kind, pt_record_get (object, "id"));
  if (self == NULL || !pt_record_take (self, sysroot, object))
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL,
                           "a record holds what Passthru never writes");
      return NULL;
    }
  return g_steal_pointer (&self);
}

PtSetupState
pt_records_get_state (GPtrArray       *records,
                      const PtRecord **begin)
{
  PtSetupState    state = PT_SETUP_NONE;
  const PtRecord *applied = NULL;
  const PtRecord *current = NULL;

  g_return_val_if_fail (records != NULL, PT_SETUP_NONE);

  for (guint i = 0; i < records->len; i++)
    {
      const PtRecord *record = g_ptr_array_index (records, i);

      if (record->kind == PT_RECORD_BEGIN)
        current = record;
      if (record->kind == PT_RECORD_BEGIN || record->kind == PT_RECORD_UNDO)
        state = PT_SETUP_INTERRUPTED;
      if (record->kind == PT_RECORD_APPLIED)
        {
          state = PT_SETUP_APPLIED;
          applied = current;
        }
      if (record->kind == PT_RECORD_ROLLED_BACK)
        {
          state = applied != NULL ? PT_SETUP_APPLIED : PT_SETUP_INTERRUPTED;
          current = applied != NULL ? applied : current;
        }
    }

  if (begin != NULL)
    *begin = current;
  return state;
}
