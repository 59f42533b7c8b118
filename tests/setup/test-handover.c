/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-handover"

#include "config.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "pt-handover-record.h"
#include "pt-handover.h"
#include "pt-plan.h"
#include "pt-played-kernel.h"
#include "pt-rehearsal-private.h"
#include "pt-test-host.h"

/* Devices that change hands while the sample computer runs. Its spare drive, its spare USB
 * controller, and its spare card with what the kernel says of who has it open. */
#define TEST_DRIVE "0000:23:00.0"
#define TEST_USB "0000:34:00.3"
#define TEST_CARD "0000:2f:00.0"
#define TEST_CLIENTS "             command  tgid dev master a   uid      magic\n"
#define TEST_NOTE "run/passthru/handover"
/* `-name guest=win11,debug-threads=on -device {"driver":"vfio-pci","host":"0000:23:00.0"}` */
#define TEST_QEMU                                                                               \
  "%71656d752d73797374656d2d7838365f3634002d6e616d650067756573743d77696e31312c64656275672d7468" \
  "72656164733d6f6e002d646576696365007b22647269766572223a227666696f2d706369222c22686f7374223a"  \
  "22303030303a32333a30302e30227d00\n"

typedef struct
{
  PtTestHost *host;
  PtSysroot  *sysroot;
  char       *original;
} TestCase;


static void
test_set_up (TestCase     *self,
             gconstpointer data)
{
  g_autoptr (GKeyFile) note = NULL;
  g_autoptr (GError) error = NULL;

  self->host = pt_test_host_new ("sample");
  self->sysroot = pt_test_host_get_sysroot (self->host);
  pt_test_host_write (self->host, "sys/kernel/debug/dri/0/clients", TEST_CLIENTS);
  /* A module that was loaded stays. */
  pt_played_kernel_load (self->sysroot, &error);
  g_assert_no_error (error);
  note = pt_rehearsal_ensure_note (self->sysroot, &error);
  g_assert_no_error (error);
  self->original = pt_test_describe_tree (pt_test_host_get_folder (self->host));
}


static void
test_tear_down (TestCase     *self,
                gconstpointer data)
{
  g_free (self->original);
  pt_test_host_free (self->host);
}


static void
test_assert_original (TestCase *self)
{
  g_autofree char *now = pt_test_describe_tree (pt_test_host_get_folder (self->host));

  pt_test_assert_same_tree (now, self->original);
}


/* As the original, but for what is said to be stuck. */
static void
test_stick (TestCase   *self,
            const char *device,
            const char *where)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) note = pt_rehearsal_ensure_note (self->sysroot, &error);
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (self->host),
                                            PT_REHEARSAL_NOTE, NULL);

  g_assert_no_error (error);
  g_key_file_set_string (note, PT_PLAYED_KERNEL_STUCK, device, where);
  g_key_file_save_to_file (note, path, &error);
  g_assert_no_error (error);
  g_free (self->original);
  self->original = pt_test_describe_tree (pt_test_host_get_folder (self->host));
}


static void
test_assert_driver (TestCase   *self,
                    const char *device,
                    const char *expected)
{
  g_autofree char *name = g_build_filename (device, "driver", NULL);
  g_autofree char *driver = pt_sysroot_read_link (self->sysroot, PT_PLACE_PCI_DEVICES, name, NULL);

  g_assert_cmpstr (driver, ==, expected);
}


static gboolean
test_bind (TestCase   *self,
           const char *devices,
           GError    **error)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (devices, NULL);

  g_assert_nonnull (intent);
  return pt_handover_bind (self->sysroot, intent, NULL, error);
}


static gboolean
test_release (TestCase   *self,
              const char *devices,
              GError    **error)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (devices, NULL);

  g_assert_nonnull (intent);
  return pt_handover_release (self->sysroot, intent, error);
}


/* There and back; nothing is left. */
static void
test_round (TestCase   *self,
            const char *device,
            const char *driver)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_build_filename (device, "driver_override", NULL);
  g_autofree char *order = NULL;

  test_bind (self, device, &error);
  g_assert_no_error (error);
  test_assert_driver (self, device, "vfio-pci");
  order = pt_sysroot_read_text (self->sysroot, PT_PLACE_PCI_DEVICES, name, NULL);
  g_assert_cmpstr (order, ==, "vfio-pci");
  /* Once more changes nothing, neither there nor on record. */
  test_bind (self, device, &error);
  g_assert_no_error (error);
  test_release (self, device, &error);
  g_assert_no_error (error);
  test_assert_driver (self, device, driver);
  test_assert_original (self);
}


static void
test_handover_drive (TestCase     *self,
                     gconstpointer data)
{
  test_round (self, TEST_DRIVE, "nvme");
}


static void
test_handover_usb (TestCase     *self,
                   gconstpointer data)
{
  test_round (self, TEST_USB, "xhci_hcd");
}


/* Its sound goes along and comes back. */
static void
test_handover_card (TestCase     *self,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_bind (self, TEST_CARD, &error);
  g_assert_no_error (error);
  test_assert_driver (self, "0000:2f:00.1", "vfio-pci");
  test_release (self, TEST_CARD, &error);
  g_assert_no_error (error);
  test_assert_driver (self, "0000:2f:00.1", "snd_hda_intel");
  test_round (self, TEST_CARD, "amdgpu");
}


/* Several at once, then one by one, and all that is left. */
static void
test_handover_several (TestCase     *self,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_bind (self, TEST_DRIVE "," TEST_USB "," TEST_CARD, &error);
  g_assert_no_error (error);
  test_release (self, TEST_USB, &error);
  g_assert_no_error (error);
  test_assert_driver (self, TEST_USB, "xhci_hcd");
  test_assert_driver (self, TEST_DRIVE, "vfio-pci");
  pt_handover_release_all (self->sysroot, NULL, &error);
  g_assert_no_error (error);
  test_assert_original (self);
  pt_handover_release_all (self->sysroot, NULL, &error);
  g_assert_no_error (error);
}


/* A driver that was ordered by somebody else is ordered again. */
static void
test_handover_keeps_order (TestCase     *self,
                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pt_test_host_write (self->host, "sys/bus/pci/devices/" TEST_DRIVE "/driver_override", "nvme\n");
  g_free (self->original);
  self->original = pt_test_describe_tree (pt_test_host_get_folder (self->host));
  test_round (self, TEST_DRIVE, "nvme");
}


static void
test_assert_obstacles (TestCase   *self,
                       const char *devices,
                       const char *expected)
{
  g_autoptr (PtHost) host = pt_test_host_scan (self->host);
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (devices, NULL);
  g_autoptr (PtHandover) handover = NULL;
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  handover = pt_handover_judge (host, intent, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < handover->obstacles->len; i++)
    {
      const PtObstacle *obstacle = g_ptr_array_index (handover->obstacles, i);

      g_string_append_printf (found, "%s%s %s", i > 0 ? ", " : "",
                              pt_device_get_address_string (obstacle->because),
                              pt_obstacle_reason_to_nick (obstacle->reason));
    }
  g_assert_cmpstr (found->str, ==, expected);
}


/* Refused with @words, and nothing is changed. */
static void
test_assert_refused (TestCase   *self,
                     const char *devices,
                     const char *words)
{
  g_autoptr (GError) error = NULL;

  g_free (self->original);
  self->original = pt_test_describe_tree (pt_test_host_get_folder (self->host));
  g_assert_false (test_bind (self, devices, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, words));
  test_assert_original (self);
}


static void
test_handover_refusals (TestCase     *self,
                        gconstpointer data)
{
  static const struct
  {
    const char *devices;
    const char *obstacles;
    const char *words;
  } cases[] = {
    { "0000:01:00.0", "0000:01:00.0 in-use", "carries /, /boot/efi, [swap]" },
    { "0000:2b:00.0", "0000:2b:00.0 in-use, 0000:2b:00.0 kind", "/srv" },
    { "0000:25:00.0", "0000:25:00.0 kind", "is neither a drive nor" },
    { "0000:21:08.0",
      "0000:21:08.0 in-use, 0000:2a:00.1 group-mate, 0000:2a:00.3 group-mate, "
      "0000:21:08.0 kind",
      "is neither a drive nor" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].devices);
      test_assert_obstacles (self, cases[i].devices, cases[i].obstacles);
      test_assert_refused (self, cases[i].devices, cases[i].words);
    }
}


/* The last keyboard is one reason, not to know what hangs where another: each is said. */
static void
test_handover_inputs (TestCase     *self,
                      gconstpointer data)
{
  test_assert_refused (self, "0000:2a:00.1", "carries the last keyboard");
  test_assert_refused (self, "0000:2a:00.3", "carries the last mouse or touchpad");
  pt_test_host_remove (self->host, "sys/class/input");
  pt_test_host_remove (self->host, "sys/bus/usb/devices");
  test_assert_obstacles (self, TEST_USB, TEST_USB " input-unknown");
  test_assert_refused (self, TEST_USB, "could not be asked whether it carries the last keyboard");
}


/* Why a card stays: each reason added to the sample's spare card. */
static void
test_handover_card_refusals (TestCase     *self,
                             gconstpointer data)
{
  const char *clients = "sys/kernel/debug/dri/0/clients";

  test_assert_obstacles (self, "0000:32:00.0",
                         "0000:32:00.0 host-display, 0000:32:00.0 boot-display, "
                         "0000:32:00.0 monitor, 0000:32:00.0 programs");
  test_assert_refused (self, "0000:32:00.0", "has 2 monitors connected");

  pt_test_host_write (self->host, clients,
                      TEST_CLIENTS "    gnome-shell  1234   0   y    y  1000          0\n");
  test_assert_obstacles (self, TEST_CARD, "0000:2f:00.0 programs");
  test_assert_refused (self, TEST_CARD, "is open in programs");

  /* What cannot be told is no yes. */
  pt_test_host_write (self->host, clients, "garbled\n");
  test_assert_obstacles (self, TEST_CARD, "0000:2f:00.0 unreadable");
  pt_test_host_remove (self->host, clients);
  test_assert_refused (self, TEST_CARD, "could not be looked at");

  pt_test_host_write (self->host, clients, TEST_CLIENTS);
  pt_test_host_write (self->host, "sys/class/drm/card0/card0-DP-1/status", "connected\n");
  test_assert_refused (self, TEST_CARD, "has 1 monitors connected");
}


/* Drivers that are known not to survive it, whatever else speaks for the card. */
static void
test_handover_stubborn (TestCase     *self,
                        gconstpointer data)
{
  static const char *const drivers[] = { "nvidia", "qxl" };

  for (gsize i = 0; i < G_N_ELEMENTS (drivers); i++)
    {
      g_autofree char *lines =
        g_strdup_printf ("P: /devices/pci0000:00/0000:00:03.1/0000:2d:00.0/0000:2e:00.0/" TEST_CARD
                         "\nE: SUBSYSTEM=pci\nE: DRIVER=%s\n\n",
                         drivers[i]);
      g_autofree char *expected =
        g_strdup_printf ("is used by %s, which does not let go while it runs", drivers[i]);

      pt_test_host_remove (self->host, "sys/bus/pci/devices/" TEST_CARD "/driver");
      pt_test_host_add (self->host, lines);
      test_assert_obstacles (self, TEST_CARD, "0000:2f:00.0 driver");
      test_assert_refused (self, TEST_CARD, expected);
    }
}


/* Members of a group are named one by one, with what they have. */
static void
test_handover_members (TestCase     *self,
                       gconstpointer data)
{
  static const struct
  {
    const char *address;
    gboolean    chosen;
    gboolean    viable;
  } expected[] = {
    { "0000:2a:00.0", FALSE, TRUE },
    { "0000:2a:00.1", TRUE, FALSE },
    { "0000:2a:00.3", FALSE, FALSE },
  };
  g_autoptr (PtHost) host = pt_test_host_scan (self->host);
  g_autoptr (PtIntent) intent = pt_intent_new_from_string ("0000:2a:00.1", NULL);
  g_autoptr (PtHandover) handover = pt_handover_judge (host, intent, NULL);

  g_assert_nonnull (handover);
  g_assert_cmpuint (handover->members->len, ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const PtHandoverMember *member = g_ptr_array_index (handover->members, i);

      g_assert_cmpstr (pt_device_get_address_string (member->device), ==, expected[i].address);
      g_assert_cmpint (member->chosen, ==, expected[i].chosen);
      g_assert_cmpint (member->viable, ==, expected[i].viable);
    }
  test_assert_refused (self, "0000:2a:00.1", "0000:2a:00.3");
  test_assert_refused (self, "0000:2a:00.1", "shares IOMMU group 21 and is used by xhci_hcd");
  test_assert_refused (self, "0000:2a:00.1", "the last keyboard");
}


/* The kernel takes the words and does nothing: said clearly, and all is put back. */
static void
test_handover_stuck (TestCase     *self,
                     gconstpointer data)
{
  const char *where = data;
  g_autoptr (GError) error = NULL;
  gboolean unbind = g_str_equal (where, "unbind");

  test_stick (self, TEST_USB, where);
  /* The drive goes first and comes back too. */
  g_assert_false (test_bind (self, TEST_DRIVE "," TEST_USB, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==,
                   unbind ? "0000:34:00.3 has xhci_hcd instead of vfio-pci"
                          : "0000:34:00.3 has no driver instead of vfio-pci");
  test_assert_driver (self, TEST_DRIVE, "nvme");
  test_assert_driver (self, TEST_USB, "xhci_hcd");
  test_assert_original (self);
}


/* Its own driver does not take it back: on record until it does. */
static void
test_handover_no_return (TestCase     *self,
                         gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  test_bind (self, TEST_DRIVE, &error);
  g_assert_no_error (error);
  test_stick (self, TEST_DRIVE, "return");
  g_assert_false (test_release (self, TEST_DRIVE, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "0000:23:00.0 has no driver instead of nvme");
  g_clear_error (&error);
  entries = pt_handover_record_load (self->sysroot, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 1);
  test_stick (self, TEST_DRIVE, "");
  test_release (self, TEST_DRIVE, &error);
  g_assert_no_error (error);
  test_assert_driver (self, TEST_DRIVE, "nvme");
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_RUN, "passthru"));
}


/* While a machine has it, opening the group fails: what is no file plays that here. */
static void
test_handover_busy (TestCase     *self,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_bind (self, TEST_DRIVE, &error);
  g_assert_no_error (error);
  pt_test_host_write (self->host, "dev/vfio/23/open", "");
  g_assert_false (test_release (self, TEST_DRIVE, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, "may be in use by a virtual machine: "));
  g_clear_error (&error);
  pt_test_host_add (self->host, "F: /proc/4711/cmdline\n" TEST_QEMU);
  g_assert_false (test_release (self, TEST_DRIVE, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_IN_USE);
  g_assert_cmpstr (error->message, ==,
                   TEST_DRIVE " is in use by the virtual machine “win11” (process 4711)");
  pt_test_host_remove (self->host, "proc/4711");
  test_assert_driver (self, TEST_DRIVE, "vfio-pci");
  g_clear_error (&error);
  pt_test_host_remove (self->host, "dev/vfio");
  test_release (self, TEST_DRIVE, &error);
  g_assert_no_error (error);
  test_assert_original (self);
}


/* What a machine has stays with it and is named; the others go back. */
static void
test_handover_busy_among (TestCase     *self,
                          gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) released = NULL;
  const PtHandoverEntry *entry = NULL;

  test_bind (self, TEST_DRIVE "," TEST_USB, &error);
  g_assert_no_error (error);
  pt_test_host_write (self->host, "dev/vfio/23/open", "");
  g_assert_false (pt_handover_release_all (self->sysroot, &released, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, TEST_DRIVE));
  g_assert_null (strstr (error->message, TEST_USB));
  g_assert_cmpuint (released->len, ==, 1);
  entry = g_ptr_array_index (released, 0);
  g_assert_cmpstr (entry->driver, ==, "xhci_hcd");
  test_assert_driver (self, TEST_USB, "xhci_hcd");
  test_assert_driver (self, TEST_DRIVE, "vfio-pci");
  pt_test_host_remove (self->host, "dev/vfio");
  g_clear_error (&error);
  pt_handover_release_all (self->sysroot, NULL, &error);
  g_assert_no_error (error);
  test_assert_original (self);
}


/* Only what we took is given back. */
static void
test_handover_not_ours (TestCase     *self,
                        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_release (self, TEST_DRIVE, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
  g_clear_error (&error);
  test_bind (self, TEST_DRIVE, &error);
  g_assert_no_error (error);
  g_assert_false (test_release (self, TEST_USB, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
  g_clear_error (&error);
  /* What somebody else does to it meanwhile stays. */
  pt_played_kernel_write (self->sysroot, PT_PLACE_PCI_DRIVERS, "vfio-pci/unbind", TEST_DRIVE,
                          &error);
  pt_played_kernel_write (self->sysroot, PT_PLACE_PCI_DEVICES, TEST_DRIVE "/driver_override",
                          "pci-stub\n", &error);
  pt_played_kernel_write (self->sysroot, PT_PLACE_PCI_BUS, "drivers_probe", TEST_DRIVE, &error);
  g_assert_no_error (error);
  test_release (self, TEST_DRIVE, &error);
  g_assert_no_error (error);
  test_assert_driver (self, TEST_DRIVE, "pci-stub");
}


/* Helper and terminal at the same time: the later one is told so, and changes nothing. */
static void
test_handover_together (TestCase     *self,
                        gconstpointer data)
{
  g_autofree char *bus = pt_sysroot_path (self->sysroot, PT_PLACE_PCI_BUS, NULL);
  int              other = open (bus, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (flock (other, LOCK_EX | LOCK_NB), ==, 0);
  g_assert_false (test_bind (self, TEST_DRIVE, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
  g_clear_error (&error);
  test_assert_original (self);
  g_assert_cmpint (flock (other, LOCK_UN), ==, 0);
  g_assert_true (test_bind (self, TEST_DRIVE, &error));
  g_assert_no_error (error);

  g_assert_cmpint (flock (other, LOCK_EX | LOCK_NB), ==, 0);
  g_assert_false (test_release (self, TEST_DRIVE, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (pt_handover_release_all (self->sysroot, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
  g_clear_error (&error);
  test_assert_driver (self, TEST_DRIVE, "vfio-pci");
  close (other);
  g_assert_true (pt_handover_release_all (self->sysroot, NULL, &error));
  g_assert_no_error (error);
  test_assert_original (self);
}


/* A record that is not ours in every word is not followed. */
static void
test_handover_bad_record (TestCase     *self,
                          gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *words;
  } cases[] = {
    { "", "states no version" },
    { "garbled", "garbled" },
    { "[handover]\nversion=2\n", "newer version" },
    { "[0000:23:00.0]\ndriver=nvme\noverride=\n", "no version" },
    { "[handover]\nversion=1\n[../../x]\ndriver=nvme\noverride=\n", "no device" },
    { "[handover]\nversion=1\n[0000:23:00.0]\ndriver=../../../etc\noverride=\n", "no driver" },
    { "[handover]\nversion=1\n[0000:23:00.0]\ndriver=nvme\noverride=a b\n", "no driver" },
    { "[handover]\nversion=1\n[0000:23:00.0]\noverride=\n", "no driver" },
    { "[handover]\nversion=1\n[23:00.0]\ndriver=\noverride=\n[0000:23:00.0]\ndriver=\n"
      "override=\n",
      "twice" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *after = NULL;
      g_autofree char *before = NULL;

      pt_test_host_write (self->host, TEST_NOTE, cases[i].text);
      before = pt_test_describe_tree (pt_test_host_get_folder (self->host));
      g_assert_false (test_bind (self, TEST_DRIVE, &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL);
      g_assert_nonnull (strstr (error->message, cases[i].words));
      g_assert_false (test_release (self, TEST_DRIVE, NULL));
      g_assert_false (pt_handover_release_all (self->sysroot, NULL, NULL));
      after = pt_test_describe_tree (pt_test_host_get_folder (self->host));
      pt_test_assert_same_tree (after, before);
    }
}


/* The card is taken out after it was handed over. */
static void
test_handover_gone (TestCase     *self,
                    gconstpointer data)
{
  pt_test_host_write (self->host, TEST_NOTE,
                      "[handover]\nversion=1\n[0000:77:00.0]\ndriver=nvme\noverride=\n");
  g_assert_true (test_release (self, "0000:77:00.0", NULL));
  test_assert_original (self);
}


#define TEST_ADD_WITH(name, data, function) \
  g_test_add ("/setup/handover/" name, TestCase, data, test_set_up, function, test_tear_down)
#define TEST_ADD(name, function) TEST_ADD_WITH (name, NULL, function)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("drive", test_handover_drive);
  TEST_ADD ("usb", test_handover_usb);
  TEST_ADD ("inputs", test_handover_inputs);
  TEST_ADD ("card", test_handover_card);
  TEST_ADD ("several", test_handover_several);
  TEST_ADD ("keeps-order", test_handover_keeps_order);
  TEST_ADD ("refusals", test_handover_refusals);
  TEST_ADD ("card-refusals", test_handover_card_refusals);
  TEST_ADD ("stubborn-drivers", test_handover_stubborn);
  TEST_ADD ("members", test_handover_members);
  TEST_ADD_WITH ("driver-does-not-let-go", "unbind", test_handover_stuck);
  TEST_ADD_WITH ("vfio-does-not-take", "probe", test_handover_stuck);
  TEST_ADD ("no-return", test_handover_no_return);
  TEST_ADD ("busy", test_handover_busy);
  TEST_ADD ("busy-among", test_handover_busy_among);
  TEST_ADD ("not-ours", test_handover_not_ours);
  TEST_ADD ("together", test_handover_together);
  TEST_ADD ("bad-record", test_handover_bad_record);
  TEST_ADD ("gone", test_handover_gone);
  return g_test_run ();
}
