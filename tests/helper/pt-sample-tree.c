/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-sample-tree"

#include "config.h"

#include "pt-sample-tree.h"

#include "pt-data.h"
#include "pt-host-file.h"
#include "pt-test.h"

static char *pt_sample_tree_spare = NULL;


char *
pt_sample_tree_borrow (char **original)
{
  char *folder = g_steal_pointer (&pt_sample_tree_spare);

  if (folder == NULL)
    {
      g_autofree char *recording = pt_data_find ("sample.host");
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (recording);
      folder = pt_test_make_folder ();
      pt_host_file_expand (recording, folder, NULL, &error);
      g_assert_no_error (error);
    }
  *original = pt_test_describe_tree (folder);
  return folder;
}


void
pt_sample_tree_give_back (char *folder,
                          char *original)
{
  g_autofree char *before = original;
  g_autofree char *now = pt_test_describe_tree (folder);

  if (pt_sample_tree_spare == NULL && g_str_equal (now, before))
    pt_sample_tree_spare = folder;
  else
    pt_test_remove_tree (folder);
}


void
pt_sample_tree_clear (void)
{
  g_clear_pointer (&pt_sample_tree_spare, pt_test_remove_tree);
}
