/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot-initramfs"

#include "config.h"

#include <string.h>

#include "pt-facts.h"

/* Which program makes the initramfs of this host. */

typedef enum {
  PT_IMAGE_MAKER_TOOLS = 0,
  PT_IMAGE_MAKER_DRACUT,
  PT_IMAGE_MAKER_MKINITCPIO,
  PT_IMAGE_MAKER_BOOSTER,
  PT_IMAGE_MAKER_LAST
} PtImageMaker;

static const struct
{
  PtProgram   program;
  const char *settings[2]; /* below PT_PLACE_ETC; one of them is there */
  const char *name;        /* in kernel-install's settings */
  const char *hook;        /* of pacman, run when a kernel is installed; or NULL */
} pt_image_makers[PT_IMAGE_MAKER_LAST] = {
  [PT_IMAGE_MAKER_TOOLS] = { PT_PROGRAM_UPDATE_INITRAMFS,
                             { "initramfs-tools/initramfs.conf", NULL },
                             "initramfs-tools",
                             NULL },
  [PT_IMAGE_MAKER_DRACUT] = { PT_PROGRAM_DRACUT,
                              { "dracut.conf", "dracut.conf.d" },
                              "dracut",
                              "90-dracut-install.hook" },
  [PT_IMAGE_MAKER_MKINITCPIO] = { PT_PROGRAM_MKINITCPIO,
                                  { "mkinitcpio.conf", NULL },
                                  "mkinitcpio",
                                  "90-mkinitcpio-install.hook" },
  [PT_IMAGE_MAKER_BOOSTER] = { PT_PROGRAM_BOOSTER,
                               { "booster.yaml", NULL },
                               "booster",
                               "90-booster-install.hook" },
};

/* A word of a shell list, without its quotes. @text is moved behind it. NULL at the closing
 * bracket or the end. (transfer full) */
static char *
pt_shell_take_word (const char **text)
{
  g_autoptr (GString) word = g_string_new (NULL);
  const char *c = *text;
  char        quote = '\0';

  for (;;)
    {
      c += strspn (c, " \t\n\r");
      if (*c != '#')
        break;
      c += strcspn (c, "\n");
    }
  if (*c == '\0' || *c == ')')
    return NULL;
  for (; *c != '\0' && (quote != '\0' || strchr (" \t\n\r)", *c) == NULL); c++)
    {
      if (quote != '\0' ? *c == quote : *c == '"' || *c == '\'')
        quote = quote != '\0' ? '\0' : *c;
      else
        g_string_append_c (word, *c);
    }
  *text = c;
  return g_string_free (g_steal_pointer (&word), FALSE);
}

/* Takes the hooks of the value at @text into @hooks; in a text in quotes blanks part them too. */
static void
pt_mkinitcpio_take_value (GPtrArray  *hooks,
                          const char *text)
{
  gboolean list = *text == '(';
  char    *word = NULL;

  text += list;
  while ((word = pt_shell_take_word (&text)) != NULL)
    {
      g_auto (GStrv) parts = g_strsplit_set (word, " \t\n", -1);

      g_free (word);
      for (gsize i = 0; parts[i] != NULL; i++)
        if (*parts[i] != '\0' && *parts[i] != '$')
          g_ptr_array_add (hooks, g_strdup (parts[i]));
      if (!list)
        break;
    }
}

/* The length of the value at @text: to the closing bracket, or one word. */
static gsize
pt_mkinitcpio_measure (const char *text)
{
  const char *end = text + (*text == '(');
  char       *word = NULL;

  if (*text != '(')
    return strcspn (text, "\n");
  while ((word = pt_shell_take_word (&end)) != NULL)
    g_free (word);
  return end - text;
}

gboolean
pt_boot_parse_mkinitcpio (const char *text)
{
  g_autoptr (GPtrArray) hooks = g_ptr_array_new_with_free_func (g_free);
  gboolean found = FALSE;

  g_return_val_if_fail (text != NULL, FALSE);

  while (*text != '\0')
    {
      const char *line = text + strspn (text, " \t");
      const char *value = NULL;

      if (g_str_has_prefix (line, "HOOKS="))
        value = line + strlen ("HOOKS=");
      else if (g_str_has_prefix (line, "HOOKS+="))
        value = line + strlen ("HOOKS+=");
      if (value != NULL)
        {
          g_autofree char *all = g_strndup (value, pt_mkinitcpio_measure (value));

          /* A value that names the variable adds to it. */
          if (value[-2] != '+' && strstr (all, "HOOKS") == NULL)
            g_ptr_array_set_size (hooks, 0);
          pt_mkinitcpio_take_value (hooks, value);
          text = value + strlen (all);
        }
      text += strcspn (text, "\n");
      text += *text == '\n';
    }
  for (guint i = 0; !found && i < hooks->len; i++)
    found = g_str_equal (g_ptr_array_index (hooks, i), "systemd");
  return found;
}

/* The main file, then the drop-ins, which override it. */
static gboolean
pt_boot_mkinitcpio_uses_systemd (PtSysroot *sysroot)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "mkinitcpio.conf", NULL);
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_ETC, "mkinitcpio.conf.d", NULL);

  g_string_append (all, text != NULL ? text : "");
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename ("mkinitcpio.conf.d", names[i], NULL);
      g_autofree char *drop_in = NULL;

      if (!g_str_has_suffix (name, ".conf"))
        continue;
      drop_in = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, name, NULL);
      g_string_append_printf (all, "\n%s", drop_in != NULL ? drop_in : "");
    }
  return pt_boot_parse_mkinitcpio (all->str);
}

/* Where dracut replaced initramfs-tools, its update-initramfs only calls dracut. */
static gboolean
pt_boot_is_wrapper (PtSysroot  *sysroot,
                    const char *program)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ROOT, program, NULL);

  return text != NULL && strstr (text, "dracut") != NULL && strstr (text, "mkinitramfs") == NULL;
}

static gboolean
pt_boot_has_maker (PtSysroot   *sysroot,
                   PtImageMaker maker)
{
  g_autofree char *path = pt_sysroot_find_program (sysroot, pt_image_makers[maker].program);

  if (path == NULL || (maker == PT_IMAGE_MAKER_TOOLS && pt_boot_is_wrapper (sysroot, path)))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (pt_image_makers[maker].settings); i++)
    if (pt_image_makers[maker].settings[i] != NULL &&
        pt_sysroot_exists (sysroot, PT_PLACE_ETC, pt_image_makers[maker].settings[i]))
      return TRUE;
  return FALSE;
}

/* The one that kernel-install was told to use, or PT_IMAGE_MAKER_LAST. */
static PtImageMaker
pt_boot_find_configured (PtSysroot *sysroot)
{
  g_autofree char *name = NULL;
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "kernel/install.conf", NULL);

  if (text != NULL)
    name = pt_facts_parse_assignment (text, "initrd_generator");
  if (name == NULL)
    {
      g_free (text);
      text = pt_sysroot_read_text (sysroot, PT_PLACE_ROOT, "usr/lib/kernel/install.conf", NULL);
      name = text != NULL ? pt_facts_parse_assignment (text, "initrd_generator") : NULL;
    }
  for (int i = 0; i < PT_IMAGE_MAKER_LAST; i++)
    if (g_strcmp0 (name, pt_image_makers[i].name) == 0)
      return i;
  return PT_IMAGE_MAKER_LAST;
}

/* TRUE if pacman runs @maker for a new kernel; a link to nowhere in /etc switches that off. */
static gboolean
pt_boot_has_hook (PtSysroot   *sysroot,
                  PtImageMaker maker)
{
  const char      *name = pt_image_makers[maker].hook;
  g_autofree char *own = name != NULL ? g_build_filename ("pacman.d/hooks", name, NULL) : NULL;
  g_autofree char *shipped = NULL;
  g_autofree char *target = NULL;

  if (name == NULL)
    return FALSE;
  shipped = g_build_filename ("usr/share/libalpm/hooks", name, NULL);
  target = pt_sysroot_read_link (sysroot, PT_PLACE_ETC, own, NULL);
  if (g_strcmp0 (target, "null") == 0)
    return FALSE;
  return pt_sysroot_exists (sysroot, PT_PLACE_ETC, own) ||
         pt_sysroot_exists (sysroot, PT_PLACE_ROOT, shipped);
}

static PtImageMaker
pt_boot_find_hooked (PtSysroot      *sysroot,
                     const gboolean *installed)
{
  PtImageMaker found = PT_IMAGE_MAKER_LAST;

  for (int i = 0; i < PT_IMAGE_MAKER_LAST; i++)
    {
      if (!installed[i] || !pt_boot_has_hook (sysroot, i))
        continue;
      if (found != PT_IMAGE_MAKER_LAST)
        return PT_IMAGE_MAKER_LAST;
      found = i;
    }
  return found;
}

/* What the image of this boot left behind: dracut's its folder of logs, booster's its name on the
 * command line where the boot loader puts it there. */
static PtImageMaker
pt_boot_find_running (PtSysroot *sysroot)
{
  g_autofree char *line = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "cmdline", NULL);
  g_auto (GStrv) words = g_strsplit (line != NULL ? line : "", " ", -1);

  if (pt_sysroot_exists (sysroot, PT_PLACE_RUN, "initramfs/log"))
    return PT_IMAGE_MAKER_DRACUT;
  for (gsize i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "initrd=") && strstr (words[i], "booster-") != NULL)
      return PT_IMAGE_MAKER_BOOSTER;
  return PT_IMAGE_MAKER_LAST;
}

/* Of several, the one that made what runs; else the one that would make the next image. */
static PtImageMaker
pt_boot_choose (PtSysroot      *sysroot,
                const gboolean *installed)
{
  PtImageMaker maker = pt_boot_find_running (sysroot);

  if (maker == PT_IMAGE_MAKER_LAST || !installed[maker])
    maker = pt_boot_find_configured (sysroot);
  if (maker == PT_IMAGE_MAKER_LAST || !installed[maker])
    maker = pt_boot_find_hooked (sysroot, installed);
  return maker;
}

/* TRUE if the image comes with a system that rpm-ostree deploys, whatever else is installed. */
static gboolean
pt_boot_is_deployed (PtSysroot *sysroot)
{
  g_autofree char *program = pt_sysroot_find_program (sysroot, PT_PROGRAM_RPM_OSTREE);

  return program != NULL && pt_sysroot_exists (sysroot, PT_PLACE_RUN, "ostree-booted");
}

PtInitramfs
pt_boot_find_initramfs (PtSysroot *sysroot)
{
  gboolean     installed[PT_IMAGE_MAKER_LAST] = { FALSE };
  PtImageMaker maker = PT_IMAGE_MAKER_LAST;
  guint        count = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), PT_INITRAMFS_UNKNOWN);

  if (pt_boot_is_deployed (sysroot))
    return PT_INITRAMFS_RPM_OSTREE;
  for (int i = 0; i < PT_IMAGE_MAKER_LAST; i++)
    {
      installed[i] = pt_boot_has_maker (sysroot, i);
      count += installed[i];
      maker = installed[i] ? (PtImageMaker)i : maker;
    }
  if (count > 1)
    maker = pt_boot_choose (sysroot, installed);

  switch (maker)
    {
    case PT_IMAGE_MAKER_TOOLS:
      return PT_INITRAMFS_INITRAMFS_TOOLS;
    case PT_IMAGE_MAKER_DRACUT:
      return PT_INITRAMFS_DRACUT;
    case PT_IMAGE_MAKER_MKINITCPIO:
      return pt_boot_mkinitcpio_uses_systemd (sysroot) ? PT_INITRAMFS_MKINITCPIO_SYSTEMD
                                                       : PT_INITRAMFS_MKINITCPIO;
    case PT_IMAGE_MAKER_BOOSTER:
      return PT_INITRAMFS_BOOSTER;
    case PT_IMAGE_MAKER_LAST:
    default:
      return PT_INITRAMFS_UNKNOWN;
    }
}
