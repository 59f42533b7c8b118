/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-view-words"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-view.h"

#define ICON_MACHINE "com.example.Passthru-symbolic"

/* clang-format off */
static const PtViewWords pt_view_words[] = {
  [PT_VIEW_CONNECTING] = {
    .icon = "network-server-symbolic",
    .title = N_("Connecting"),
    .description =
      N_("Passthru is asking libvirt, which runs the machines, for its list."),
  },
  [PT_VIEW_UNREACHABLE] = {
    .icon = "network-offline-symbolic",
    .title = N_("The machines cannot be reached"),
    .description =
      N_("libvirt, which runs them, does not answer. Check that it is installed and started, "
         "and that you are a member of the group “libvirt”."),
    .label = N_("_Try Again"),
    .action = "win.try-again",
  },
  [PT_VIEW_NONE] = {
    .icon = ICON_MACHINE,
    .title = N_("There is no machine yet"),
    .description =
      N_("Passthru prepares this computer for one and creates it with you, step by step."),
    .label = N_("_Set Up"),
    .action = "win.set-up",
  },
  [PT_VIEW_MISSING] = {
    .icon = ICON_MACHINE,
    .title = N_("This machine does not exist"),
    .description =
      N_("It may have been renamed or removed since it was last shown."),
    .label = N_("_Set Up"),
    .action = "win.set-up",
  },
  [PT_VIEW_OFF] = {
    .icon = ICON_MACHINE,
    .title = N_("The machine is off"),
    .description =
      N_("Start it, and its picture appears here."),
    .label = N_("_Start"),
    .action = "win.start",
  },
  [PT_VIEW_STARTING] = {
    .icon = ICON_MACHINE,
    .title = N_("Starting"),
    .description =
      N_("The machine is being switched on."),
  },
  [PT_VIEW_NO_FRAMES] = {
    .icon = "video-display-symbolic",
    .title = N_("It runs, but its picture cannot come here"),
    .description =
      N_("This machine was made without the shared memory that carries pictures into this "
         "window. Use a monitor on its graphics card, or create a machine with Passthru."),
    .label = N_("_Set Up"),
    .action = "win.set-up",
  },
  [PT_VIEW_NO_MEMORY] = {
    .icon = "dialog-warning-symbolic",
    .title = N_("The memory of the picture is not there"),
    .description =
      N_("The machine runs, but the file that carries its pictures was removed. Stop the "
         "machine and start it again, which makes a new one."),
    .label = N_("_Stop"),
    .action = "win.stop",
  },
  [PT_VIEW_DENIED] = {
    .icon = "changes-prevent-symbolic",
    .title = N_("You may not open the memory of the picture"),
    .description =
      N_("The machine runs, but the file that carries its pictures belongs to another user. "
         "Become a member of the group of that file, log out and in again, and come back."),
    .label = N_("_Try Again"),
    .action = "win.try-again",
  },
  [PT_VIEW_WAITING] = {
    .icon = "video-display-symbolic",
    .title = N_("Waiting for the picture"),
    .description =
      N_("The machine runs. Its picture appears here as soon as the Looking Glass program is "
         "started in Windows."),
  },
  [PT_VIEW_LIVE] = { NULL, },
  [PT_VIEW_STALLED] = {
    .icon = "media-playback-pause-symbolic",
    .title = N_("The picture stands still"),
    .description =
      N_("The machine has stopped sending. It may be busy or asleep. This goes on by itself "
         "when it is back."),
  },
  [PT_VIEW_WRONG_VERSION] = {
    .icon = "dialog-warning-symbolic",
    .title = N_("The program in the machine has another version"),
    .description =
      N_("It and Passthru do not speak the same version of the picture protocol. Install the "
         "matching Looking Glass program in Windows. This goes on by itself then."),
  },
  [PT_VIEW_TOO_SMALL] = {
    .icon = "dialog-warning-symbolic",
    .title = N_("The picture does not fit"),
    .description =
      N_("The screen of the machine is larger than the memory that carries its pictures. "
         "Choose a lower resolution in Windows, or create the machine with more of it."),
  },
  [PT_VIEW_PAUSED] = {
    .icon = "media-playback-pause-symbolic",
    .title = N_("The machine is paused"),
    .description =
      N_("Another program has paused it. Let it go on from there, for instance with virsh."),
    .label = N_("_Force Off…"),
    .action = "win.force-off",
  },
  [PT_VIEW_STOPPING] = {
    .icon = ICON_MACHINE,
    .title = N_("Stopping"),
    .description =
      N_("The machine was asked to shut down. Windows may want to install updates first."),
  },
  [PT_VIEW_STOPPING_LONG] = {
    .icon = ICON_MACHINE,
    .title = N_("Still stopping"),
    .description =
      N_("The machine has not shut down yet. It may be installing updates, or it waits for "
         "an answer on its screen."),
    .label = N_("_Force Off…"),
    .action = "win.force-off",
  },
  [PT_VIEW_CRASHED] = {
    .icon = "dialog-warning-symbolic",
    .title = N_("The machine ended unexpectedly"),
    .description =
      N_("It was not asked to. You can start it again. Windows checks its disk by itself."),
    .label = N_("_Start Again"),
    .action = "win.start",
  },
};
/* clang-format on */

G_STATIC_ASSERT (G_N_ELEMENTS (pt_view_words) == PT_VIEW_LAST);


/* What differs where the machine is a rehearsal's: no Windows in it, and a libvirt of the
 * user's own. */
static const char *
pt_view_rehearsal_description (PtView view)
{
  switch ((int)view)
    {
    case PT_VIEW_UNREACHABLE:
      return N_ ("The libvirt of your own session, which runs the machine of a rehearsal, "
                 "could not be started. Check that libvirt and QEMU are installed.");
    case PT_VIEW_OFF:
      return N_ ("Start it, and its picture appears here. In a rehearsal a small test system "
                 "draws it instead of Windows.");
    case PT_VIEW_WAITING:
      return N_ ("The machine runs. The test system in it is starting and will draw in a few "
                 "seconds.");
    case PT_VIEW_STOPPING:
      return N_ ("The machine was asked to shut down.");
    case PT_VIEW_CRASHED:
      return N_ ("It was not asked to. You can start it again.");
    default:
      return NULL;
    }
}


static const char *
pt_view_translate (const char *text)
{
  return text != NULL ? _ (text) : NULL;
}


void
pt_view_get_words (PtView       view,
                   gboolean     rehearsal,
                   PtViewWords *words)
{
  const PtViewWords *row = NULL;
  const char        *other = NULL;

  g_return_if_fail (view < PT_VIEW_LAST);
  g_return_if_fail (words != NULL);

  row = &pt_view_words[view];
  other = rehearsal ? pt_view_rehearsal_description (view) : NULL;
  words->icon = row->icon;
  words->title = pt_view_translate (row->title);
  words->description = pt_view_translate (other != NULL ? other : row->description);
  words->label = pt_view_translate (row->label);
  words->action = row->action;
}
