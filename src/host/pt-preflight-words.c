/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-preflight-words"

#include "config.h"

#include "pt-preflight.h"

#include <glib/gi18n-lib.h>

/* clang-format 14 loses its way in tables of marked strings. */
/* clang-format off */
static const struct
{
  const char *what;   /* %1$s: name, %2$s: address, %3$s: what was before, %4$s: what is now */
  const char *remedy; /* plain text, or NULL */
} pt_preflight_sentences[] = {
  [PT_PREFLIGHT_MOVED] = {
    /* Translators: %1$s is the name of a device, %2$s and %4$s are addresses. */
    N_("“%1$s” was at %2$s when this computer was set up and seems to be at %4$s now."),
    N_("That happens when a card is added or moved. Put it back into its slot, or undo the set-up "
       "and choose it again at its new address.") },
  [PT_PREFLIGHT_GONE] = {
    /* Translators: %1$s is the name of a device, %2$s its address. */
    N_("“%1$s” at %2$s is not in this computer any more."),
    N_("Switch the computer off and look whether the card sits firmly in its slot. If you took it "
       "out, undo the set-up and choose another.") },
  [PT_PREFLIGHT_REPLACED] = {
    /* Translators: %1$s is the name of a device, %2$s its address, %4$s an id like 1002:73df. */
    N_("At %2$s, where “%1$s” was, there is another device now (%4$s)."),
    N_("Passthru does not hand over what you did not choose. Put the old one back, or undo the "
       "set-up and choose again.") },
  [PT_PREFLIGHT_GROUP] = {
    /* Translators: %1$s is the name of a device, %2$s its address, %4$s what joined and left its
     * group, like “+0000:00:1f.2=8086:a352”. */
    N_("The group of “%1$s” at %2$s is another one than at the set-up: %4$s."),
    N_("A group goes to the machine as a whole. An update of the kernel or the firmware changes "
       "groups: go back to the older one, or undo the set-up and look at the card again.") },
  [PT_PREFLIGHT_NO_GROUP] = {
    /* Translators: %1$s is the name of a device, %2$s its address. */
    N_("“%1$s” at %2$s is in no group any more: the IOMMU is off."),
    N_("Turn it on again in the firmware, and look whether the kernel's start parameters are still "
       "there: “Set Up This Computer” shows both.") },
  [PT_PREFLIGHT_FIRMWARE] = {
    /* Translators: %3$s and %4$s are versions. */
    N_("The firmware has changed since the set-up, from %3$s to %4$s. The groups are as they "
       "were."), NULL },
  [PT_PREFLIGHT_KERNEL] = {
    /* Translators: %3$s and %4$s are versions. */
    N_("The kernel has changed since the set-up, from %3$s to %4$s. The groups are as they were."),
    NULL },
  [PT_PREFLIGHT_UNKNOWN] = {
    /* Translators: %1$s is the name of a device, %2$s its address. */
    N_("Not everything of “%1$s” at %2$s could be read."), NULL },
  [PT_PREFLIGHT_GROUP_LOST] = {
    /* Translators: %1$s is the name of a device, %2$s its address, %4$s what left its group. */
    N_("The group of “%1$s” at %2$s has become smaller since the set-up: %4$s."), NULL },
  [PT_PREFLIGHT_MISSING] = {
    /* Translators: %2$s is the address of a device. */
    N_("The machine is to be handed a device at %2$s, and none is there."),
    N_("Put the device back, or take it out of the machine's definition.") },
  [PT_PREFLIGHT_MEMBER_DRIVER] = {
    /* Translators: %1$s is the name of a device, %2$s its address, %4$s a driver. */
    N_("“%1$s” at %2$s shares a group with a device of the machine, and Linux works with it "
       "(%4$s)."),
    N_("Only a whole group can be handed over. Run the set-up again, which binds what belongs to "
       "the card, and restart.") },
  [PT_PREFLIGHT_CARD_BUSY] = {
    /* Translators: %1$s is the name of a graphics card, %2$s its address, %4$s a driver. */
    N_("Linux uses “%1$s” at %2$s itself (%4$s)."),
    N_("Taking it away now could end your desktop. Restart the computer; if it stays so, the "
       "changes of the set-up are not in force: “Set Up This Computer” shows which.") },
  [PT_PREFLIGHT_HOST_USES] = {
    /* Translators: %1$s is the name of a drive, %2$s its address, %4$s where it is used. */
    N_("Linux keeps files on “%1$s” at %2$s (%4$s)."),
    N_("Passthru never hands such a drive over. Unmount it, or take it out of the machine.") },
  [PT_PREFLIGHT_MEMORY_KIND] = {
    /* Translators: %4$s is a path. */
    N_("The memory of the picture, %4$s, is not a file."),
    N_("Something else took its name. Remove it; the machine makes its own file.") },
  [PT_PREFLIGHT_MEMORY_SIZE] = {
    /* Translators: %4$s is a path. */
    N_("The memory of the picture, %4$s, belongs to another user and has the wrong size."),
    N_("It is left over from another program. Remove it; the machine makes a new one.") },
  [PT_PREFLIGHT_OTHER_MACHINE] = {
    /* Translators: %1$s is the name of a device, %2$s its address, %4$s the name of a machine. */
    N_("The machine “%4$s” runs and has “%1$s” at %2$s."),
    N_("A device serves one machine at a time. Shut the other one down first.") },
  [PT_PREFLIGHT_SILENT] = {
    /* Translators: %1$s is the name of a device, %2$s its address. */
    N_("“%1$s” at %2$s does not answer any more: it was left in a state that only a loss of power "
       "ends."),
    N_("Put the computer to sleep for a few seconds and try again. If that does not help, switch "
       "it off and on.") },
  [PT_PREFLIGHT_ROOM] = {
    /* Translators: %3$s and %4$s are sizes. */
    N_("The machine needs %3$s of memory for itself alone, and %4$s are left."),
    N_("Close other programs and machines, or give this one less memory.") },
  [PT_PREFLIGHT_HUGE_PAGES] = {
    /* Translators: %3$s and %4$s are sizes. */
    N_("The machine takes its %3$s of memory from huge pages, and %4$s of these are left."),
    N_("Shut down what else uses them, or set aside more of them and restart.") },
  [PT_PREFLIGHT_TIGHT] = {
    /* Translators: %3$s is a size. */
    N_("The machine takes %3$s of memory, which is more than is free now: other programs make room "
       "for it and may be slow."), NULL },
};
/* clang-format on */

G_STATIC_ASSERT (G_N_ELEMENTS (pt_preflight_sentences) == PT_PREFLIGHT_LAST);


/* `2f:00.0`: on most computers the domain says nothing. */
static const char *
pt_preflight_shorten (const char *address)
{
  return address != NULL && g_str_has_prefix (address, "0000:") ? address + strlen ("0000:")
                                                                : address;
}


static const char *
pt_preflight_say (const char *value)
{
  return value != NULL ? value : "";
}


/* The sentences are ours, and each uses some of the four only. */
static char *
pt_preflight_fill (const char        *format,
                   const char *const *values)
{
  GString *text = g_string_new (NULL);

  for (const char *at = format; *at != '\0'; at++)
    {
      if (at[0] == '%' && at[1] >= '1' && at[1] <= '4' && at[2] == '$' && at[3] == 's')
        {
          g_string_append (text, values[at[1] - '1']);
          at += 3;
        }
      else
        g_string_append_c (text, *at);
    }
  return g_string_free (text, FALSE);
}


char *
pt_preflight_words_what (const PtPreflightFinding *finding)
{
  const char *values[4] = { NULL };

  g_return_val_if_fail (finding != NULL && finding->kind < PT_PREFLIGHT_LAST, NULL);

  values[0] = pt_preflight_say (finding->name);
  values[1] = pt_preflight_say (pt_preflight_shorten (finding->device));
  values[2] = pt_preflight_say (finding->before);
  values[3] = pt_preflight_say (pt_preflight_shorten (finding->now));
  return pt_preflight_fill (_ (pt_preflight_sentences[finding->kind].what), values);
}


char *
pt_preflight_words_remedy (const PtPreflightFinding *finding)
{
  const char *remedy = NULL;

  g_return_val_if_fail (finding != NULL && finding->kind < PT_PREFLIGHT_LAST, NULL);

  remedy = pt_preflight_sentences[finding->kind].remedy;
  return remedy != NULL ? g_strdup (_ (remedy)) : NULL;
}


static void
pt_preflight_append (GString    *text,
                     const char *separator,
                     const char *words)
{
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, words);
}


/* What is to be done is said once, behind the last of those that ask for it. */
char *
pt_preflight_words (GPtrArray *findings,
                    gboolean   refusals)
{
  GString *text = NULL;

  g_return_val_if_fail (findings != NULL, NULL);

  text = g_string_new (NULL);
  for (guint i = 0; i < findings->len; i++)
    {
      const PtPreflightFinding *finding = g_ptr_array_index (findings, i);
      const PtPreflightFinding *next =
        i + 1 < findings->len ? g_ptr_array_index (findings, i + 1) : NULL;
      g_autofree char *what = pt_preflight_words_what (finding);
      g_autofree char *remedy = pt_preflight_words_remedy (finding);

      if (pt_preflight_refuses (finding->kind) != refusals)
        continue;
      pt_preflight_append (text, refusals ? "\n\n" : " ", what);
      if (remedy != NULL && (next == NULL || next->kind != finding->kind))
        pt_preflight_append (text, " ", remedy);
    }
  return g_string_free (text, FALSE);
}
