/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-generator"

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "pt-step-private.h"
#include "setup-generators.h"

/* The sample machine under each program that makes an initramfs. */

typedef void (*TestFunc) (PtSetupFixture         *self,
                          const PtSetupGenerator *generator);

/* Runs @func on a fresh machine of every kind, or of one per program. */
static void
test_each (TestFunc func,
           gboolean every)
{
  for (gsize i = 0; pt_setup_generators[i].name != NULL; i++)
    {
      PtSetupFixture self = { 0 };

      if (!every && strchr (pt_setup_generators[i].name, '-') != NULL)
        continue;
      g_test_message ("%s", pt_setup_generators[i].name);
      pt_setup_fixture_set_up (&self, NULL);
      pt_setup_fixture_use_generator (&self, &pt_setup_generators[i]);
      func (&self, &pt_setup_generators[i]);
      pt_setup_fixture_tear_down (&self, NULL);
    }
}

static const PtSetupGenerator *
test_find (const char *name)
{
  for (gsize i = 0; pt_setup_generators[i].name != NULL; i++)
    if (g_str_equal (pt_setup_generators[i].name, name))
      return &pt_setup_generators[i];
  g_assert_not_reached ();
}

static void
test_apply_fails (PtSetupFixture *self,
                  const char     *expected)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  g_assert_true (pt_plan_is_applicable (plan));
  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, expected));
  g_assert_nonnull (strstr (error->message, "everything was put back"));
  pt_setup_fixture_assert_original (self);
}

static void
test_make_failing (PtSetupFixture *self,
                   const char     *name)
{
  g_autofree char *path = g_build_filename (self->tree, name, NULL);

  pt_test_write (self->tree, name, "#!/bin/sh\necho broken\nexit 3\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
}

static void
test_apply_undo_one (PtSetupFixture         *self,
                     const PtSetupGenerator *generator)
{
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, NULL);
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;
  g_autofree char *image = NULL;
  g_autoptr (PtPlan) again = NULL;

  g_assert_cmpint (pt_host_get_facts (host)->initramfs, ==, generator->initramfs);
  g_assert_cmpstr (pt_plan_get_manual_text (plan), ==, NULL);
  g_assert_true (pt_plan_is_applicable (plan));
  pt_engine_apply (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  image = pt_test_read (self->tree, generator->image);
  if (generator->initramfs != PT_INITRAMFS_INITRAMFS_TOOLS)
    g_assert_nonnull (strstr (image, "vfio-pci.ko"));
  g_assert_null (strstr (image, "virqfd"));

  /* It is the same kind of machine still, and has all it needs. */
  g_clear_object (&host);
  host = pt_host_scan (self->sysroot, NULL, NULL);
  g_assert_cmpint (pt_host_get_facts (host)->initramfs, ==, generator->initramfs);
  again = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpuint (pt_plan_get_steps (again)->len, ==, 0);

  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

static void
test_apply_undo (void)
{
  test_each (test_apply_undo_one, TRUE);
}

static const char *
test_rebuild_program (const PtSetupGenerator *generator)
{
  static const struct
  {
    const char *name;
    const char *program;
  } programs[] = {
    { "initramfs-tools", "usr/sbin/update-initramfs" },
    { "dracut", "usr/bin/dracut" },
    { "mkinitcpio", "usr/bin/mkinitcpio" },
    { "mkinitcpio-systemd", "usr/bin/mkinitcpio" },
    { "booster", "usr/lib/booster/regenerate_images" },
    { "mkinitcpio-main", "usr/bin/mkinitcpio" },
    { "dracut-packages", "usr/bin/dracut-rebuild" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    if (g_str_equal (programs[i].name, generator->name))
      return programs[i].program;
  g_assert_not_reached ();
}

/* It fails while applying; what undoes that runs it again and fails as well, but the files are
 * back. */
static void
test_rebuild_fails_one (PtSetupFixture         *self,
                        const PtSetupGenerator *generator)
{
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *etc = g_build_filename (self->tree, "etc", NULL);
  g_autofree char *before = pt_test_describe_tree (etc);
  g_autofree char *after = NULL;

  test_make_failing (self, test_rebuild_program (generator));
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "broken"));
  after = pt_test_describe_tree (etc);
  g_assert_cmpstr (before, ==, after);
}

static void
test_rebuild_fails (void)
{
  test_each (test_rebuild_fails_one, FALSE);
}

/* The program says all went well, and the image is as before. */
static void
test_image_unchanged_one (PtSetupFixture         *self,
                          const PtSetupGenerator *generator)
{
  g_autofree char *path = g_build_filename (self->tree, test_rebuild_program (generator), NULL);

  pt_test_write (self->tree, test_rebuild_program (generator), "#!/bin/sh\nexit 0\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_setup_fixture_remember (self);
  test_apply_fails (self, "was rebuilt, but");
}

static void
test_image_unchanged (void)
{
  test_each (test_image_unchanged_one, FALSE);
}

static void
test_remove_driver (PtSetupFixture *self)
{
  static const char *const releases[] = { "6.1.0-17-amd64", "6.1.0-18-amd64" };

  for (gsize i = 0; i < G_N_ELEMENTS (releases); i++)
    {
      char *path = g_build_filename (self->tree, "lib/modules", releases[i],
                                     "kernel/drivers/vfio/pci", NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        pt_test_remove_tree (path);
      else
        g_free (path);
    }
}

/* The kernel has no such module. */
static void
test_image_without_driver_one (PtSetupFixture         *self,
                               const PtSetupGenerator *generator)
{
  test_remove_driver (self);
  pt_setup_fixture_rebuild (self, generator);
  test_apply_fails (self, "vfio-pci is not in it");
}

static void
test_image_without_driver (void)
{
  test_each (test_image_without_driver_one, FALSE);
}

/* Where the kernel holds it, no module is looked for. */
static void
test_driver_built_in (PtSetupFixture *self,
                      gconstpointer   data)
{
  pt_setup_fixture_use_generator (self, test_find ("dracut"));
  test_remove_driver (self);
  pt_test_write (self->tree, "lib/modules/6.1.0-18-amd64/modules.builtin",
                 "kernel/drivers/vfio/pci/vfio-pci.ko\n");
  pt_setup_fixture_rebuild (self, test_find ("dracut"));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

static void
test_dracut_files (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autofree char *image = NULL;

  pt_setup_fixture_use_generator (self, test_find ("dracut"));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  image = pt_test_read (self->tree, "boot/initramfs-6.1.0-18-amd64.img");
  g_assert_nonnull (strstr (image, "755 etc/passthru/early\n"));
  g_assert_nonnull (strstr (image, "644 etc/systemd/system/passthru-early.service\n"));
  g_assert_nonnull (strstr (image, "644 etc/systemd/system/sysinit.target.d/60-passthru.conf\n"));
}

/* Nobody would run the unit there. */
static void
test_dracut_without_systemd (PtSetupFixture *self,
                             gconstpointer   data)
{
  pt_setup_fixture_use_generator (self, test_find ("dracut"));
  pt_test_write (self->tree, "etc/dracut.conf.d/20-own.conf",
                 "omit_dracutmodules+=\" systemd \"\n");
  pt_setup_fixture_rebuild (self, test_find ("dracut"));
  test_apply_fails (self, "lib/systemd/systemd-udevd is not in it");
}

/* Images named after packages, and no program that writes those. */
static void
test_dracut_unknown_names (PtSetupFixture *self,
                           gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_setup_fixture_use_generator (self, test_find ("dracut-packages"));
  pt_test_remove_tree (g_build_filename (self->tree, "usr/bin/dracut-rebuild", NULL));
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), "named after packages"));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), "passthru.bind="));
}

static void
test_mkinitcpio_files (PtSetupFixture *self,
                       gconstpointer   data)
{
  g_autofree char *image = NULL;

  pt_setup_fixture_use_generator (self, test_find ("mkinitcpio"));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  image = pt_test_read (self->tree, "boot/initramfs-linux.img");
  g_test_message ("%s", image);
  g_assert_nonnull (strstr (image, "755 etc/passthru/early\nhooks/passthru\n"));
  g_assert_null (strstr (image, "passthru-early.service"));
  /* Before udev, and before all others. */
  g_assert_true (g_str_has_prefix (image, "hook passthru\n"));
  g_assert_nonnull (strstr (image, "hook base\nhook udev\nhook autodetect\nhook modconf\n"));
}

static void
test_mkinitcpio_systemd_files (PtSetupFixture *self,
                               gconstpointer   data)
{
  g_autofree char *image = NULL;

  pt_setup_fixture_use_generator (self, test_find ("mkinitcpio-systemd"));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  image = pt_test_read (self->tree, "boot/initramfs-linux.img");
  g_assert_nonnull (strstr (image, "755 etc/passthru/early\n"
                                   "644 usr/lib/systemd/system/passthru-early.service\n"
                                   "usr/lib/systemd/system/sysinit.target.wants/"
                                   "passthru-early.service -> ../passthru-early.service\n"
                                   "usr/bin/bash\n"));
  g_assert_null (strstr (image, "hooks/passthru"));
}

/* A later drop-in that sets the hooks anew: our hook is not among them. */
static void
test_mkinitcpio_spoiled (PtSetupFixture *self,
                         gconstpointer   data)
{
  pt_setup_fixture_use_generator (self, test_find ("mkinitcpio"));
  pt_test_write (self->tree, "etc/mkinitcpio.conf.d/zzz.conf", "HOOKS=(base udev)\n");
  pt_setup_fixture_rebuild (self, test_find ("mkinitcpio"));
  test_apply_fails (self, "etc/passthru/early is not in it");
}

static void
test_mkinitcpio_other_config (PtSetupFixture *self,
                              gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_setup_fixture_use_generator (self, test_find ("mkinitcpio"));
  pt_test_write (self->tree, "etc/mkinitcpio.d/linux-lts.preset",
                 "PRESETS=(default fallback)\nfallback_config=/etc/other.conf\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), "the settings in /etc/other.conf"));
}

/* Versions before 37. */
static void
test_mkinitcpio_without_drop_ins (PtSetupFixture *self,
                                  gconstpointer   data)
{
  g_autofree char *path = NULL;
  g_autoptr (PtPlan) plan = NULL;
  PtStep *step = NULL;

  pt_setup_fixture_use_generator (self, test_find ("mkinitcpio"));
  pt_test_write (self->tree, "usr/bin/mkinitcpio",
                 "#!/bin/bash\n_f_config=/etc/mkinitcpio.conf\n");
  path = g_build_filename (self->tree, "usr/bin/mkinitcpio", NULL);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpuint (pt_plan_get_steps (plan)->len, >, 3);
  step = g_ptr_array_index (pt_plan_get_steps (plan), 3);
  g_assert_cmpstr (pt_step_get_file (step), ==, "/etc/mkinitcpio.conf");
}

/* The lines at the end of the main file; what the user changes around them stays. */
static void
test_mkinitcpio_later_edit (PtSetupFixture *self,
                            gconstpointer   data)
{
  g_autofree char *text = NULL;
  g_autofree char *longer = NULL;
  g_autofree char *undone = NULL;

  pt_setup_fixture_use_generator (self, test_find ("mkinitcpio-main"));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  text = pt_test_read (self->tree, "etc/mkinitcpio.conf");
  g_assert_true (g_str_has_suffix (text, "HOOKS=(passthru ${HOOKS[@]})\n"));
  longer = g_strconcat ("# before\n", text, "# behind\n", NULL);
  pt_test_write (self->tree, "etc/mkinitcpio.conf", longer);
  pt_setup_fixture_undo (self);
  undone = pt_test_read (self->tree, "etc/mkinitcpio.conf");
  g_assert_cmpstr (undone, ==, "# before\nHOOKS=(base udev block)\n# the end# behind\n");
}

static void
test_mkinitcpio_conflict (PtSetupFixture *self,
                          gconstpointer   data)
{
  g_autoptr (GError) error = NULL;

  pt_setup_fixture_use_generator (self, test_find ("mkinitcpio-main"));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, "etc/mkinitcpio.conf", "HOOKS=(passthru base udev)\n");
  g_assert_false (pt_engine_undo (self->sysroot, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "/etc/mkinitcpio.conf"));
}

static void
test_booster_edit (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autofree char *text = NULL;
  g_autofree char *undone = NULL;

  pt_setup_fixture_use_generator (self, test_find ("booster"));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  text = pt_test_read (self->tree, "etc/booster.yaml");
  g_assert_cmpstr (text, ==,
                   "# mine\nuniversal: false\n"
                   "modules_force_load: vfio_pci,vfio_iommu_type1,kvm # wanted\nstrip: true\n");

  pt_test_write (self->tree, "etc/booster.yaml",
                 "universal: true\n"
                 "modules_force_load: vfio_pci,vfio_iommu_type1,kvm,nvme # wanted\n");
  pt_setup_fixture_undo (self);
  undone = pt_test_read (self->tree, "etc/booster.yaml");
  g_assert_cmpstr (undone, ==, "universal: true\nmodules_force_load: kvm,nvme # wanted\n");
}

static void
test_booster_refuses (PtSetupFixture *self,
                      const char     *expected)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);

  g_assert_false (pt_plan_is_applicable (plan));
  g_test_message ("%s", pt_plan_get_manual_text (plan));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan), expected));
}

/* What takes a script cannot be done. */
static void
test_booster_address (PtSetupFixture *self,
                      gconstpointer   data)
{
  pt_setup_fixture_use_generator (self, test_find ("mkinitcpio"));
  pt_test_remove_tree (g_build_filename (self->tree, "usr/bin/mkinitcpio", NULL));
  pt_setup_fixture_add_tool (self, "booster", "usr/bin/booster");
  pt_setup_fixture_add_tool (self, "booster", "usr/lib/booster/regenerate_images");
  pt_test_write (self->tree, "etc/booster.yaml", "");
  test_booster_refuses (self, "has the same id as");
}

static void
test_booster_racing (PtSetupFixture *self,
                     gconstpointer   data)
{
  static const char *const lines[] = {
    "modules: nvme,amdgpu\n",
    "modules: kernel/drivers/gpu/drm/amd/amdgpu/amdgpu.ko\n",
    "modules: \"*\"\n",
    "modules_force_load: amdgpu\n",
  };

  pt_setup_fixture_use_generator (self, test_find ("booster"));
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      pt_test_write (self->tree, "etc/booster.yaml", lines[i]);
      test_booster_refuses (self, "put the driver amdgpu of");
    }
  /* Left out on purpose, or something else. */
  pt_test_write (self->tree, "etc/booster.yaml", "modules: -amdgpu,amdgpux\n");
  {
    g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);

    g_assert_true (pt_plan_is_applicable (plan));
  }
}

static void
test_booster_built_in (PtSetupFixture *self,
                       gconstpointer   data)
{
  pt_setup_fixture_use_generator (self, test_find ("booster"));
  pt_test_write (self->tree, "lib/modules/6.1.0-18-amd64/modules.builtin",
                 "kernel/sound/pci/hda/snd-hda-intel.ko\n");
  test_booster_refuses (self, "The driver snd_hda_intel of");
}

static void
test_no_rebuild (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (PtPlan) fine = NULL;

  pt_test_write (self->tree, "etc/initramfs-tools/update-initramfs.conf",
                 "# all, yes or no\nupdate_initramfs=no\n");
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_plan_is_applicable (plan));
  g_assert_nonnull (strstr (pt_plan_get_manual_text (plan),
                            "update_initramfs=no in /etc/initramfs-tools/update-initramfs.conf"));

  pt_test_write (self->tree, "etc/initramfs-tools/update-initramfs.conf",
                 "# update_initramfs=no\nupdate_initramfs=yes\n");
  fine = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_true (pt_plan_is_applicable (fine));
}

/* An image without a kernel is a remnant: nobody builds it anew, nobody looks into it. */
static void
test_remnants (PtSetupFixture *self,
               gconstpointer   data)
{
  pt_setup_fixture_use_generator (self, test_find ("initramfs-tools"));
  pt_test_write (self->tree, "boot/initrd.img-5.10.0-1-amd64", "old\n");
  pt_setup_fixture_remember (self);
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define TEST_ADD(name, func)                                                                 \
  g_test_add ("/setup/generator/" name, PtSetupFixture, NULL, pt_setup_fixture_set_up, func, \
              pt_setup_fixture_tear_down)
  g_test_add_func ("/setup/generator/apply-undo", test_apply_undo);
  TEST_ADD ("dracut/files", test_dracut_files);
  TEST_ADD ("mkinitcpio/files", test_mkinitcpio_files);
  TEST_ADD ("mkinitcpio/systemd-files", test_mkinitcpio_systemd_files);
  TEST_ADD ("booster/edit", test_booster_edit);
  TEST_ADD ("driver-built-in", test_driver_built_in);
  TEST_ADD ("remnants", test_remnants);
  TEST_ADD ("mkinitcpio/without-drop-ins", test_mkinitcpio_without_drop_ins);
  TEST_ADD ("mkinitcpio/later-edit", test_mkinitcpio_later_edit);
  g_test_add_func ("/setup/generator/rebuild-fails", test_rebuild_fails);
  g_test_add_func ("/setup/generator/image-unchanged", test_image_unchanged);
  g_test_add_func ("/setup/generator/image-without-driver", test_image_without_driver);
  TEST_ADD ("no-rebuild", test_no_rebuild);
  TEST_ADD ("dracut/without-systemd", test_dracut_without_systemd);
  TEST_ADD ("dracut/unknown-names", test_dracut_unknown_names);
  TEST_ADD ("mkinitcpio/spoiled", test_mkinitcpio_spoiled);
  TEST_ADD ("mkinitcpio/other-config", test_mkinitcpio_other_config);
  TEST_ADD ("mkinitcpio/conflict", test_mkinitcpio_conflict);
  TEST_ADD ("booster/address", test_booster_address);
  TEST_ADD ("booster/racing", test_booster_racing);
  TEST_ADD ("booster/built-in", test_booster_built_in);

  return g_test_run ();
}
