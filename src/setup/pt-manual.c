/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-manual"

#include "config.h"

#include "pt-plan-private.h"

#include <glib/gi18n-lib.h>

/* Where the parameters go. */
typedef struct
{
  PtBootLoader loader;
  const char  *before; /* a sentence, not yet translated */
  const char  *each;   /* how one parameter is written, with @ for it; NULL: as it is */
  const char  *line;   /* what is pasted, with @ for all of them; NULL: just them */
  const char  *after;  /* another sentence, or NULL */
} PtManualPlace;

static const PtManualPlace pt_manual_places[] = {
  {
    .loader = PT_BOOT_LOADER_GRUB,
    .before = N_ ("In /etc/default/grub, add this inside the quotes of "
                  "GRUB_CMDLINE_LINUX_DEFAULT:"),
    .after = N_ ("Then write the boot menu anew:\n"
                 "\n    grub-mkconfig -o /boot/grub/grub.cfg"),
  },
  {
    .loader = PT_BOOT_LOADER_GRUB_BLS,
    .before = N_ ("Run this in a terminal:"),
    .line = "sudo grubby --update-kernel=DEFAULT --args=\"@\"",
  },
  {
    .loader = PT_BOOT_LOADER_SYSTEMD_BOOT,
    .before = N_ ("Add this to the line “options” of your entry in loader/entries on the boot "
                  "partition, and to /etc/kernel/cmdline if that file exists:"),
  },
  {
    .loader = PT_BOOT_LOADER_KERNELSTUB,
    .before = N_ ("Run this in a terminal:"),
    .line = "sudo kernelstub -a \"@\"",
  },
  {
    .loader = PT_BOOT_LOADER_RPM_OSTREE,
    .before = N_ ("Run this in a terminal:"),
    .each = "--append-if-missing=\"@\"",
    .line = "sudo rpm-ostree kargs @",
  },
  {
    .loader = PT_BOOT_LOADER_LIMINE,
    .before = N_ ("Add this line to /etc/default/limine:"),
    .line = "KERNEL_CMDLINE[default]+=\" @\"",
    .after = N_ ("Then run “sudo limine-update”. Without that tool, add the words to the line "
                 "“cmdline:” of your entry in limine.conf."),
  },
  {
    .loader = PT_BOOT_LOADER_SDBOOTUTIL,
    .before = N_ ("Add this to /etc/kernel/cmdline, then run “sudo sdbootutil "
                  "update-all-entries”:"),
  },
  {
    .loader = PT_BOOT_LOADER_UKI,
    .before = N_ ("Add this to /etc/kernel/cmdline, then build the unified kernel image anew the "
                  "way your distribution does it:"),
  },
  {
    .loader = PT_BOOT_LOADER_REFIND,
    .before = N_ ("Add this inside the second quotes of the first line "
                  "of /boot/refind_linux.conf:"),
  },
  {
    .loader = PT_BOOT_LOADER_NIXOS,
    .before = N_ ("Add this to configuration.nix, then run “sudo nixos-rebuild boot”:"),
    .each = "\"@\"",
    .line = "boot.kernelParams = [ @ ];\n"
            "    boot.initrd.kernelModules = [ \"vfio_pci\" \"vfio_iommu_type1\" ];",
  },
  {
    .loader = PT_BOOT_LOADER_UNKNOWN,
    .before = N_ ("Add this to the kernel command line the way your boot loader wants it:"),
  },
};

/* The last one is for every loader without a row. */
static const PtManualPlace *
pt_manual_find_place (PtBootLoader loader)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pt_manual_places); i++)
    if (pt_manual_places[i].loader == loader)
      return &pt_manual_places[i];
  return &pt_manual_places[G_N_ELEMENTS (pt_manual_places) - 1];
}

/* @format with @word for its @. */
static char *
pt_manual_fill (const char *format,
                const char *word)
{
  g_auto (GStrv) around = NULL;

  if (format == NULL)
    return g_strdup (word);
  around = g_strsplit (format, "@", 2);
  return g_strconcat (around[0], word, around[1], NULL);
}

static char *
pt_manual_join (const char *const *parameters,
                const char        *format)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; parameters[i] != NULL; i++)
    {
      g_autofree char *word = pt_manual_fill (format, parameters[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", word);
    }
  return g_string_free (text, FALSE);
}

static void
pt_manual_add_place (GString           *text,
                     PtBootLoader       loader,
                     const char *const *parameters)
{
  const PtManualPlace *place = pt_manual_find_place (loader);
  g_autofree char     *words = pt_manual_join (parameters, place->each);
  g_autofree char     *line = pt_manual_fill (place->line, words);

  g_string_append_printf (text, "\n\n%s\n\n    %s", _ (place->before), line);
  if (place->after != NULL)
    g_string_append_printf (text, "\n\n%s", _ (place->after));
}

/* How the drivers get into the initramfs. NULL where the boot loader's text says so already. */
static const char *
pt_manual_initramfs (PtInitramfs initramfs)
{
  switch (initramfs)
    {
    case PT_INITRAMFS_INITRAMFS_TOOLS:
      return _ ("Add these lines to /etc/initramfs-tools/modules, then run "
                "“sudo update-initramfs -u”:\n"
                "\n"
                "    vfio_pci\n"
                "    vfio_iommu_type1");
    case PT_INITRAMFS_DRACUT:
      return _ ("Write this into /etc/dracut.conf.d/60-passthru.conf, then run "
                "“sudo dracut --force --regenerate-all”:\n"
                "\n    force_drivers+=\" vfio_pci vfio_iommu_type1 \"");
    case PT_INITRAMFS_MKINITCPIO:
    case PT_INITRAMFS_MKINITCPIO_SYSTEMD:
      return _ ("Write this into /etc/mkinitcpio.conf.d/passthru.conf, then run "
                "“sudo mkinitcpio -P”:\n"
                "\n"
                "    MODULES=(vfio_pci vfio_iommu_type1 \"${MODULES[@]}\")");
    case PT_INITRAMFS_BOOSTER:
      return _ ("Add this line to /etc/booster.yaml, then run "
                "“sudo /usr/lib/booster/regenerate_images”:\n"
                "\n    modules_force_load: vfio_pci,vfio_iommu_type1");
    case PT_INITRAMFS_RPM_OSTREE:
      return _ ("Run this, and let it finish before you restart:\n"
                "\n"
                "    sudo rpm-ostree initramfs --enable --arg=--force-drivers \\\n"
                "      --arg=\"vfio_pci vfio_iommu_type1\"");
    case PT_INITRAMFS_UNKNOWN:
    default:
      return _ ("The modules vfio_pci and vfio_iommu_type1 have to be loaded in the initramfs "
                "before the driver of the graphics card.");
    }
}

static void
pt_manual_add_changes (GString   *text,
                       GPtrArray *changes)
{
  for (guint i = 0; i < changes->len; i++)
    {
      PtPlanChange *change = g_ptr_array_index (changes, i);

      if (*change->to != '\0')
        /* Translators: both are kernel parameters. */
        g_string_append_printf (text, _ ("\n\nYour own parameter %1$s becomes %2$s."), change->from,
                                change->to);
      else
        g_string_append_printf (text, _ ("\n\nYour own parameter %s has to go."), change->from);
    }
}

static gboolean
pt_manual_binds_by_address (const char *const *parameters)
{
  for (gsize i = 0; parameters[i] != NULL; i++)
    if (g_str_has_prefix (parameters[i], "passthru.bind="))
      return TRUE;
  return FALSE;
}

char *
pt_manual_text (PtHost            *host,
                const char *const *parameters,
                GPtrArray         *changes,
                const char        *obstacle)
{
  const PtHostFacts *facts = pt_host_get_facts (host);
  GString           *text = g_string_new (NULL);

  if (obstacle != NULL)
    /* Translators: a whole sentence that says why. */
    g_string_append_printf (text,
                            _ ("Passthru cannot set this up by itself. %s Nothing is "
                               "changed. This is what to do by hand."),
                            obstacle);
  else
    g_string_append (text, _ ("Passthru cannot set up the start of this computer by itself yet. "
                              "Nothing is changed. This is what to do by hand."));
  if (parameters[0] != NULL)
    pt_manual_add_place (text, facts->boot_loader, parameters);
  pt_manual_add_changes (text, changes);
  if (facts->boot_loader != PT_BOOT_LOADER_NIXOS)
    g_string_append_printf (text, "\n\n%s", pt_manual_initramfs (facts->initramfs));
  if (pt_manual_binds_by_address (parameters))
    g_string_append_printf (text, "\n\n%s",
                            _ ("The parameter passthru.bind needs Passthru's early script in the "
                               "initramfs. Without it those functions stay with their present "
                               "driver until the machine starts; libvirt then takes them over."));
  return g_string_free (text, FALSE);
}

char *
pt_manual_own_ids (const char *file,
                   PtDevice   *device)
{
  g_return_val_if_fail (PT_IS_DEVICE (device), NULL);

  if (file != NULL)
    /* Translators: the name of a file; the name, the address and the id of a device. */
    return g_strdup_printf (
      _ ("Passthru cannot set this up by itself: %1$s gives %2$s (%3$s) to vfio-pci by its id "
         "%4$s, and you did not choose that device. So far this came too late to take effect; "
         "after the change this computer would lose the device at its next start. Remove the id "
         "from that file, run “sudo update-initramfs -u”, and look again."),
      file, pt_device_get_short_name (device), pt_device_get_address_string (device),
      pt_device_get_id (device));
  /* Translators: the name, the address and the id of a device. */
  return g_strdup_printf (
    _ ("Passthru cannot set this up by itself: your own kernel parameter vfio-pci.ids gives %1$s "
       "(%2$s) to vfio-pci by its id %3$s, and you did not choose that device. So far this came "
       "too late to take effect; after the change this computer would lose the device at its "
       "next start. Remove the id from the parameter and look again."),
    pt_device_get_short_name (device), pt_device_get_address_string (device),
    pt_device_get_id (device));
}
