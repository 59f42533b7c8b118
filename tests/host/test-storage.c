/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-storage"

#include "config.h"

#include "pt-storage.h"

#include "pt-test-host.h"

/* Two NVMe drives and a SATA controller with two disks. */
static const char test_storage_drives[] =
  "P: /devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1\nE: SUBSYSTEM=block\nA: dev=259:0\n\n"
  "P: /devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1/nvme0n1p1\nE: SUBSYSTEM=block\nA: "
  "dev=259:1\n\n"
  "P: /devices/pci0000:00/0000:02:00.0/nvme/nvme1/nvme1n1\nE: SUBSYSTEM=block\nA: dev=259:2\n\n"
  "P: /devices/pci0000:00/0000:03:00.0/ata1/block/sda\nE: SUBSYSTEM=block\nA: dev=8:0\n\n"
  "P: /devices/pci0000:00/0000:03:00.0/ata2/block/sdb\nE: SUBSYSTEM=block\nA: dev=8:16\n\n";


/* What lives on 01:00.0, 02:00.0 and 03:00.0, in the form `/ [swap];;/home`. */
static char *
test_storage_uses (const char *more)
{
  static const char *const addresses[] = { "01:00.0", "02:00.0", "03:00.0" };
  g_autoptr (PtTestHost) machine = pt_test_host_new_empty ();
  g_autoptr (PtStorage) storage = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  pt_test_host_add (machine, test_storage_drives);
  pt_test_host_add (machine, more);
  storage = pt_storage_read (pt_test_host_get_sysroot (machine));
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      PtAddress         address = { 0 };
      g_autofree char **uses = NULL;
      g_autofree char  *list = NULL;

      g_assert_true (pt_address_parse (addresses[i], &address));
      uses = pt_storage_get_uses (storage, &address);
      list = g_strjoinv (" ", uses);
      g_string_append_printf (text, "%s%s", i > 0 ? ";" : "", list);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}


static void
test_storage_follow (void)
{
  static const struct
  {
    const char *host;
    const char *uses;
  } cases[] = {
    { "", ";;" },
    { "F: /proc/self/mountinfo\n|27 1 259:1 / / rw shared:1 - ext4 /dev/nvme0n1p1 rw\n", "/;;" },
    /* The number decides, whatever the source is called. */
    { "F: /proc/self/mountinfo\n|27 1 8:16 / /data rw - ext4 /dev/root rw\n", ";;/data" },
    { "F: /proc/self/mountinfo\n|27 1 0:99 / / rw - zfs rpool/root rw\n", ";;" },
    { "F: /proc/self/mountinfo\n|27 1 0:40 /@ /a\\040b rw - btrfs /dev/sda rw\n", ";;/a b" },
    { "F: /etc/fstab\n|/dev/sdb /a\\000\\n\\ ext4 x 0 0\n", ";;/a\\000\\n\\" },
    { "F: /proc/swaps\n|Filename Type Size\n|/dev/nvme1n1 partition 1 0 -2\n|/swapfile file 1 0 "
      "-3\n",
      ";[swap];" },
    { "F: /etc/fstab\n|# /dev/sda / ext4 x 0 0\n|/dev/sdb\t/mnt  ext4 x 0 0\n|/dev/nvme1n1 none "
      "swap sw 0 0\n|broken\n",
      ";[swap];/mnt" },
    { "L: /dev/disk/by-uuid/AB=../../nvme1n1\nF: /etc/fstab\n|UUID=\"AB\" /games ext4 x 0 0\n",
      ";/games;" },
    /* LVM on LUKS, mounted by a name. */
    { "P: /devices/virtual/block/dm-0\nE: SUBSYSTEM=block\nA: dev=254:0\nA: dm/name=crypt\nA: "
      "dm/uuid=CRYPT-LUKS2-x\n\n"
      "P: /devices/virtual/block/dm-1\nE: SUBSYSTEM=block\nA: dev=254:1\nA: dm/name=vg-root\nA: "
      "dm/uuid=LVM-x\n\n"
      "D: /sys/devices/virtual/block/dm-0/slaves/nvme0n1p1\nD: "
      "/sys/devices/virtual/block/dm-1/slaves/dm-0\n"
      "D: /sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1/nvme0n1p1/holders/dm-0\n"
      "D: /sys/devices/virtual/block/dm-0/holders/dm-1\n"
      "F: /etc/fstab\n|/dev/mapper/vg-root / ext4 x 0 0\n",
      "/ [luks] [lvm];;" },
    /* A mirror over two controllers, mounted nowhere. */
    { "P: /devices/virtual/block/md0\nE: SUBSYSTEM=block\nA: dev=9:0\n\n"
      "D: /sys/devices/virtual/block/md0/slaves/nvme1n1\nD: "
      "/sys/devices/virtual/block/md0/slaves/sda\n"
      "D: /sys/devices/pci0000:00/0000:02:00.0/nvme/nvme1/nvme1n1/holders/md0\n"
      "D: /sys/devices/pci0000:00/0000:03:00.0/ata1/block/sda/holders/md0\n",
      ";[raid];[raid]" },
    /* Btrfs over two drives names only one. */
    { "D: /sys/fs/btrfs/x/devices/nvme1n1\nD: /sys/fs/btrfs/x/devices/sda\nD: "
      "/sys/fs/btrfs/features\n"
      "F: /proc/self/mountinfo\n|27 1 0:40 / / rw - btrfs /dev/sda rw\n",
      ";/;/" },
    /* A drive with native multipath: the disk belongs to no controller, its hidden path does. */
    { "P: /devices/virtual/nvme-subsystem/nvme-subsys2/nvme2n1\n"
      "E: SUBSYSTEM=block\n"
      "A: dev=259:8\n"
      "\n"
      "P: /devices/virtual/nvme-subsystem/nvme-subsys2/nvme2n1/nvme2n1p3\n"
      "E: SUBSYSTEM=block\n"
      "A: dev=259:9\n"
      "\n"
      "P: /devices/pci0000:00/0000:02:00.0/nvme/nvme5/nvme2c5n1\n"
      "E: SUBSYSTEM=block\n"
      "\n"
      "P: /devices/pci0000:00/0000:03:00.0/nvme/nvme6/nvme2c6n2\n"
      "E: SUBSYSTEM=block\n"
      "\n"
      "F: /proc/self/mountinfo\n"
      "|27 1 259:9 / / rw - ext4 /dev/nvme2n1p3 rw\n",
      ";/;" },
    /* A label with a blank, as udev writes it, and a partition's UUID in capitals; neither is
     * mounted at the start. */
    { "L: /dev/disk/by-label/My\\x20Disk=../../nvme1n1\n"
      "L: /dev/disk/by-partuuid/00ab-01=../../sdb\n"
      "F: /etc/fstab\n|LABEL=My\\040Disk /a ext4 noauto 0 0\n|PARTUUID=00AB-01 /b ext4 noauto 0 "
      "0\n",
      ";/a;/b" },
    { "L: /dev/disk/by-id/ata-X=../../sda\nF: /etc/fstab\n"
      "|/dev/disk/by-id/ata-X /c xfs noauto,user 0 0\n",
      ";;/c" },
    /* An encrypted drive that is opened by hand. */
    { "L: /dev/disk/by-uuid/AB=../../nvme1n1\n"
      "F: /etc/crypttab\n|# name source\n|data UUID=AB none luks,noauto\n|broken\n",
      ";[luks];" },
    /* Members of a volume group, an array and a pool that nobody has assembled; a lone ext4 is
     * nobody's. */
    { "F: /run/udev/data/b259:1\n|S:disk/by-id/x\n|E:ID_FS_TYPE=LVM2_member\n|E:ID_FS_USAGE=raid\n"
      "\nF: /run/udev/data/b259:2\n|E:ID_FS_TYPE=linux_raid_member\n\n"
      "F: /run/udev/data/b8:0\n|E:ID_FS_TYPE=ext4\n\n"
      "F: /run/udev/data/b8:16\n|E:ID_FS_TYPE=zfs_member\n",
      "[lvm];[raid];[zfs]" },
    /* A root on a pool is on all of the pool's drives. */
    { "F: /run/udev/data/b259:2\n|E:ID_FS_TYPE=zfs_member\n\n"
      "F: /run/udev/data/b8:0\n|E:ID_FS_TYPE=zfs_member\n\n"
      "F: /proc/self/mountinfo\n|27 1 0:99 / / rw - zfs rpool/root rw\n",
      ";/ [zfs];/ [zfs]" },
    { "F: /proc/self/mountinfo\n|27 1 0:41 / / rw - bcachefs /dev/nvme0n1p1:/dev/sda rw\n",
      "/;;/" },
    /* The partition the loader came from, unmounted: attributes, then UTF-16. */
    { "L: /dev/disk/by-partuuid/0a=../../nvme0n1p1\n"
      "F: /sys/firmware/efi/efivars/LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f\n"
      "%0600000030004100"
      "0000\n",
      "[boot];;" },
    /* Mappings in a circle. */
    { "P: /devices/virtual/block/dm-0\nE: SUBSYSTEM=block\nA: dev=254:0\n\n"
      "D: /sys/devices/virtual/block/dm-0/slaves/dm-0\n"
      "F: /proc/self/mountinfo\n|27 1 254:0 / / rw - ext4 x rw\n",
      ";;" },
    { "F: /proc/self/mountinfo\n|\n|27\n|27 1 259:1 / /\n|- - - - - - - -\n|27 1 259:1 / / rw "
      "-\n",
      ";;" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *uses = test_storage_uses (cases[i].host);

      g_test_message ("%s", cases[i].host);
      g_assert_cmpstr (uses, ==, cases[i].uses);
    }
}


/* A drive may be called free only when those of everything mounted were found. */
static void
test_storage_complete (void)
{
  static const struct
  {
    const char *lines;
    gboolean    complete;
  } cases[] = {
    { "", FALSE },
    { "F: /proc/self/mountinfo\n|27 1 259:1 / / rw - ext4 /dev/nvme0n1p1 rw\n", TRUE },
    { "F: /proc/self/mountinfo\n|27 1 259:1 / / rw - ext4 x rw\n"
      "|28 1 0:50 / /tmp rw - tmpfs tmpfs rw\n",
      TRUE },
    { "P: /devices/virtual/block/loop0\n"
      "E: SUBSYSTEM=block\n"
      "A: dev=7:0\n"
      "\n"
      "F: /proc/self/mountinfo\n"
      "|27 1 259:1 / / rw - ext4 x rw\n"
      "|28 1 7:0 / /snap/a ro - squashfs x ro\n",
      TRUE },
    { "F: /proc/self/mountinfo\n|27 1 259:1 / / rw - ext4 x rw\n"
      "|28 1 0:99 / /tank rw - zfs tank rw\n",
      FALSE },
    { "F: /proc/self/mountinfo\n|27 1 259:1 / / rw - ext4 x rw\n"
      "|28 1 0:99 / /pool rw - bcachefs /dev/sda:/dev/sdb rw\n",
      TRUE },
    { "F: /proc/self/mountinfo\n|27 1 259:1 / / rw - ext4 x rw\n"
      "|28 1 0:99 / /pool rw - bcachefs /dev/sda:/dev/sdz rw\n",
      FALSE },
    { "P: /devices/virtual/nvme-subsystem/nvme-subsys2/nvme2n1\n"
      "E: SUBSYSTEM=block\n"
      "A: dev=259:8\n"
      "\n"
      "F: /proc/self/mountinfo\n"
      "|27 1 259:1 / / rw - ext4 x rw\n"
      "|28 1 259:8 / /data rw - ext4 x rw\n",
      FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new_empty ();
      g_autoptr (PtStorage) storage = NULL;

      g_test_message ("%s", cases[i].lines);
      pt_test_host_add (machine, test_storage_drives);
      pt_test_host_add (machine, cases[i].lines);
      storage = pt_storage_read (pt_test_host_get_sysroot (machine));
      g_assert_cmpint (pt_storage_is_complete (storage), ==, cases[i].complete);
    }
}


/* Records of udev that say nothing of ours, or are cut off. */
static void
test_storage_member (void)
{
  g_assert_cmpstr (pt_storage_parse_member ("E:ID_FS_TYPE=LVM2_member"), ==, "[lvm]");
  g_assert_cmpstr (pt_storage_parse_member ("S:x\nE:ID_FS_TYPE=crypto_LUKS\n"), ==, "[luks]");
  g_assert_null (pt_storage_parse_member (""));
  g_assert_null (pt_storage_parse_member ("E:ID_FS_TYPE"));
  g_assert_null (pt_storage_parse_member ("E:ID_FS_TYPE="));
  g_assert_null (pt_storage_parse_member ("E:ID_FS_TYPE=ext4\n"));
  g_assert_null (pt_storage_parse_member ("E:ID_FS_TYPE=LVM2_members\n"));
  g_assert_null (pt_storage_parse_member ("X:E:ID_FS_TYPE=LVM2_member\n"));
}


/* A pool is resolved only where every drive has a record. */
static void
test_storage_pool (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new_empty ();
  g_autoptr (PtStorage) storage = NULL;

  pt_test_host_add (machine, test_storage_drives);
  pt_test_host_add (machine, "F: /proc/self/mountinfo\n|27 1 0:99 / / rw - zfs rpool/root rw\n\n"
                             "F: /run/udev/data/b259:0\n|E:ID_PART_TABLE_TYPE=gpt\n\n"
                             "F: /run/udev/data/b259:1\n|E:ID_FS_TYPE=vfat\n\n"
                             "F: /run/udev/data/b259:2\n|E:ID_FS_TYPE=zfs_member\n\n"
                             "F: /run/udev/data/b8:0\n|E:ID_FS_TYPE=ext4\n\n"
                             "F: /run/udev/data/b8:16\n|E:ID_FS_TYPE=ext4\n\n");
  storage = pt_storage_read (pt_test_host_get_sysroot (machine));
  g_assert_true (pt_storage_is_resolved (storage, "/"));
  g_assert_true (pt_storage_is_complete (storage));

  pt_test_host_remove (machine, "run/udev/data/b8:16");
  g_clear_pointer (&storage, pt_storage_free);
  storage = pt_storage_read (pt_test_host_get_sysroot (machine));
  g_assert_false (pt_storage_is_complete (storage));
}


static void
test_storage_mounts (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new_empty ();
  g_autoptr (PtStorage) storage = NULL;
  const PtMount *mount = NULL;

  pt_test_host_add (machine, test_storage_drives);
  pt_test_host_add (machine, "P: /devices/virtual/block/dm-0\nE: SUBSYSTEM=block\nA: dev=254:0\n\n"
                             "F: /proc/self/mountinfo\n"
                             "|27 1 254:0 / / rw - ext4 /dev/mapper/x rw\n"
                             "|28 1 259:1 / /boot rw - ext4 /dev/nvme0n1p1 rw\n"
                             "|29 1 8:0 / /bootleg rw - xfs /dev/sda rw\n");
  storage = pt_storage_read (pt_test_host_get_sysroot (machine));

  mount = pt_storage_find_mount (storage, "/boot/grub");
  g_assert_cmpstr (mount->place, ==, "/boot");
  g_assert_true (pt_storage_is_plain (storage, mount));
  mount = pt_storage_find_mount (storage, "/bootl");
  g_assert_cmpstr (mount->place, ==, "/");
  g_assert_false (pt_storage_is_plain (storage, mount));
  g_assert_true (pt_storage_is_known (storage));
  g_assert_false (pt_storage_is_resolved (storage, "/"));
  g_assert_true (pt_storage_is_resolved (storage, "/boot"));
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/storage/follow", test_storage_follow);
  g_test_add_func ("/host/storage/complete", test_storage_complete);
  g_test_add_func ("/host/storage/member", test_storage_member);
  g_test_add_func ("/host/storage/pool", test_storage_pool);
  g_test_add_func ("/host/storage/mounts", test_storage_mounts);
  return g_test_run ();
}
