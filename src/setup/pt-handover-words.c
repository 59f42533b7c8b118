/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-handover-words"

#include "config.h"

#include "pt-handover-words.h"

#include <glib/gi18n-lib.h>

/* Obstacles that need no more than their sentence. */
static const char *const pt_handover_words[] = {
  [PT_OBSTACLE_KIND] = N_ ("It is no drive, no USB controller and no part of a graphics card."),
  [PT_OBSTACLE_INPUT_UNKNOWN] =
    N_ ("It could not be read whether the last keyboard or mouse hangs on it."),
  [PT_OBSTACLE_NO_GROUP] = N_ ("It is in no IOMMU group, so that a machine could not have it."),
  [PT_OBSTACLE_HOST_DISPLAY] = N_ ("The desktop is shown on it."),
  [PT_OBSTACLE_ONLY_GPU] = N_ ("It is the only graphics card that is left."),
  [PT_OBSTACLE_BOOT_DISPLAY] = N_ ("The computer started on it."),
  [PT_OBSTACLE_FRAMEBUFFER] = N_ ("The picture that the firmware draws is in its memory."),
  [PT_OBSTACLE_PROGRAMS] = N_ ("Programs have it open, the desktop for one."),
  [PT_OBSTACLE_FIRMWARE] = N_ ("Linux keeps memory for what the firmware does with it."),
  [PT_OBSTACLE_UNREADABLE] = N_ ("Not everything about it could be read."),
};


static char *
pt_handover_words_in_use (PtDevice *device)
{
  g_autofree char *uses = g_strjoinv (", ", (char **)pt_device_get_in_use (device));

  if (*uses == '\0')
    return g_strdup (_ ("It may carry what this computer lives on."));
  /* Translators: %s is a list of mount points, such as “/, /home”. */
  return g_strdup_printf (_ ("This computer uses it for %s."), uses);
}


static char *
pt_handover_words_mate (PtDevice *device)
{
  const char *driver = pt_device_get_driver (device);

  if (driver == NULL)
    return g_strdup (_ ("It shares the IOMMU group and what uses it cannot be told."));
  /* Translators: the number of a group; the name of a driver, such as “ahci”. */
  return g_strdup_printf (_ ("It shares IOMMU group %1$d and this computer uses it, with the "
                             "driver %2$s."),
                          pt_device_get_group (device), driver);
}


static char *
pt_handover_words_monitors (PtDevice *device)
{
  int monitors = pt_device_get_monitors (device);

  return g_strdup_printf (ngettext ("A monitor is connected to it.",
                                    "%d monitors are connected to it.", monitors),
                          monitors);
}


static const char *
pt_handover_words_loss (PtInputLoss loss)
{
  switch (loss)
    {
    case PT_INPUT_LOSS_KEYBOARD: return _ ("The last keyboard hangs on it.");
    case PT_INPUT_LOSS_POINTER: return _ ("The last mouse or touchpad hangs on it.");
    case PT_INPUT_LOSS_BOTH: return _ ("The last keyboard and the last mouse hang on it.");
    case PT_INPUT_LOSS_NONE:
    case PT_INPUT_LOSS_UNKNOWN:
    default: return _ ("The last keyboard or mouse would go with it.");
    }
}


char *
pt_handover_words_obstacle (const PtObstacle *obstacle)
{
  g_return_val_if_fail (obstacle != NULL, NULL);
  g_return_val_if_fail ((gsize)obstacle->reason < G_N_ELEMENTS (pt_handover_words), NULL);

  if (obstacle->reason == PT_OBSTACLE_IN_USE)
    return pt_handover_words_in_use (obstacle->because);
  if (obstacle->reason == PT_OBSTACLE_GROUP_MATE)
    return pt_handover_words_mate (obstacle->because);
  if (obstacle->reason == PT_OBSTACLE_LAST_INPUT)
    return g_strdup (pt_handover_words_loss (obstacle->loss));
  if (obstacle->reason == PT_OBSTACLE_MONITOR)
    return pt_handover_words_monitors (obstacle->because);
  if (obstacle->reason == PT_OBSTACLE_DRIVER)
    /* Translators: %s is the name of a driver, such as “nvidia”. */
    return g_strdup_printf (_ ("Its driver, %s, does not let go while the computer runs. Setting "
                               "up this computer has it set aside from the start."),
                            pt_device_get_driver (obstacle->because));
  return g_strdup (_ (pt_handover_words[obstacle->reason]));
}


/* What is said of a member that nothing is in the way of. */
static const char *
pt_handover_words_free (const PtHandoverMember *member)
{
  if (g_strcmp0 (pt_device_get_driver (member->device), "vfio-pci") == 0)
    return _ ("It is set aside.");
  if (member->chosen)
    return _ ("Nothing is in the way.");
  return _ ("No driver of this computer uses it.");
}


char *
pt_handover_words_member (PtHandover             *handover,
                          const PtHandoverMember *member)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (handover != NULL, NULL);
  g_return_val_if_fail (member != NULL, NULL);

  for (guint i = 0; i < handover->obstacles->len; i++)
    {
      const PtObstacle *obstacle = g_ptr_array_index (handover->obstacles, i);
      g_autofree char  *words = NULL;

      if (obstacle->because != member->device)
        continue;
      words = pt_handover_words_obstacle (obstacle);
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words);
    }
  if (text->len == 0)
    g_string_append (text, pt_handover_words_free (member));
  return g_string_free (g_steal_pointer (&text), FALSE);
}
