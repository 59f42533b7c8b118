/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A polkit that follows a script: expect this question, give that answer. A question that was
 * not expected is answered with no and fails the test. */

typedef enum {
  PT_FAKE_POLKIT_YES = 0,
  PT_FAKE_POLKIT_NO,
  PT_FAKE_POLKIT_DISMISSED,
  PT_FAKE_POLKIT_CHALLENGE, /* authentication would be needed and was not possible */
  PT_FAKE_POLKIT_SILENCE,   /* the question stays on the screen until it is withdrawn or answered */
} PtFakePolkitAnswer;

typedef struct _PtFakePolkit PtFakePolkit;

/* Takes polkit's name on @connection; answers on the default main context. */
PtFakePolkit *pt_fake_polkit_new (GDBusConnection *connection);
/* Fails the test if a question that was expected did not come. */
void pt_fake_polkit_free (PtFakePolkit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtFakePolkit, pt_fake_polkit_free)

void pt_fake_polkit_expect (PtFakePolkit      *self,
                            const char        *action,
                            PtFakePolkitAnswer answer);
/* From now on yes to each question about @action, expected or not. */
void pt_fake_polkit_allow (PtFakePolkit *self,
                           const char   *action);
/* Gives the silent question an answer after all. */
void pt_fake_polkit_answer (PtFakePolkit      *self,
                            PtFakePolkitAnswer answer);

/* Of the last question: bus name of its subject, value of @key in its details (or NULL),
 * whether the user might be asked. */
const char *pt_fake_polkit_get_subject (PtFakePolkit *self);
const char *pt_fake_polkit_get_detail (PtFakePolkit *self,
                                       const char   *key);
gboolean    pt_fake_polkit_get_interact (PtFakePolkit *self);
guint       pt_fake_polkit_get_questions (PtFakePolkit *self);
/* TRUE while a silent question waits. Address for pt_test_await_flag(). */
const gboolean *pt_fake_polkit_get_waiting (PtFakePolkit *self);
/* TRUE once a silent question was withdrawn. Likewise. */
const gboolean *pt_fake_polkit_get_withdrawn (PtFakePolkit *self);

G_END_DECLS
