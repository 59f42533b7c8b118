/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "bench-scan"

#include "config.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "pt-host-file.h"
#include "pt-report.h"

/* bench-scan [RUNS]: the whole check of a large host, from its files to the text of the report,
 * against the loop in the shell that people paste into forums, which calls lspci once for each
 * device. Both read the same tree in the same run, with the files in the cache. */

#define BENCH_GROUPS 40
#define BENCH_DEVICES 120
#define BENCH_BUDGET 15.0 /* milliseconds */
#define BENCH_RATIO 20.0

static const char bench_loop[] =
  "for g in \"$1\"/sys/kernel/iommu_groups/*; do\n"
  "  echo \"IOMMU Group ${g##*/}:\"\n"
  "  for d in \"$g\"/devices/*; do\n"
  "    lspci -A linux-sysfs -O \"sysfs.path=$1/sys/bus/pci\" -nns \"${d##*/}\"\n"
  "  done\n"
  "done\n";

typedef struct
{
  const char *class_code;
  const char *id;
  const char *driver;
} BenchKind;

/* What fills a workstation, bridges most of all. */
static const BenchKind bench_kinds[] = {
  { "060400", "1022:1483", "pcieport" },
  { "060000", "1022:1482", NULL },
  { "0c0330", "1022:149c", "xhci_hcd" },
  { "010802", "144d:a80a", "nvme" },
  { "020000", "8086:1533", "igb" },
  { "010601", "1022:7901", "ahci" },
  { "060400", "10b5:8749", "pcieport" },
  { "040300", "1022:1487", "snd_hda_intel" },
};


/* lspci reads the head of the configuration space. */
static void
bench_add_config (GString    *host,
                  const char *id,
                  const char *class_code)
{
  g_auto (GStrv) parts = g_strsplit (id, ":", 2);
  gboolean bridge = g_str_has_prefix (class_code, "0604");

  g_string_append_printf (host, "H: config=%.2s%.2s%.2s%.2s0000000000%.2s%.2s%.2s0000%s00",
                          parts[0] + 2, parts[0], parts[1] + 2, parts[1], class_code + 4,
                          class_code + 2, class_code, bridge ? "01" : "00");
  for (guint i = 16; i < 64; i++)
    g_string_append (host, "00");
  g_string_append_c (host, '\n');
}


static void
bench_add_device (GString         *host,
                  const char      *path,
                  const BenchKind *kind,
                  guint            group)
{
  g_auto (GStrv) parts = g_strsplit (kind->id, ":", 2);

  g_string_append_printf (host, "P: %s\nE: SUBSYSTEM=pci\n", path);
  if (kind->driver != NULL)
    g_string_append_printf (host, "E: DRIVER=%s\n", kind->driver);
  g_string_append_printf (
    host,
    "L: iommu_group=%u\nA: vendor=0x%s\\n\nA: device=0x%s\\n\nA: class=0x%s\\n\nA: irq=0\\n\n"
    "A: revision=0x00\\n\nA: subsystem_vendor=0x1043\\n\nA: subsystem_device=0x87c0\\n\n"
    "A: resource=",
    group, parts[0], parts[1], kind->class_code);
  for (guint i = 0; i < 7; i++)
    g_string_append (host, "0x0000000000000000 0x0000000000000000 0x0000000000000000\\n");
  g_string_append (host, "\nA: driver_override=(null)\\n\n");
  bench_add_config (host, kind->id, kind->class_code);
  g_string_append_c (host, '\n');
}


static void
bench_add_card (GString    *host,
                guint       bus,
                const char *id,
                const char *audio,
                guint       group,
                gboolean    boot)
{
  const BenchKind  card = { "030000", id, "nouveau" };
  const BenchKind  sound = { "040300", audio, "snd_hda_intel" };
  g_autofree char *path = g_strdup_printf ("/devices/pci0000:00/0000:%02x:00.0", bus);
  g_autofree char *second = g_strdup_printf ("/devices/pci0000:00/0000:%02x:00.1", bus);

  bench_add_device (host, path, &card, group);
  g_string_append_printf (host, "P: %s\nE: SUBSYSTEM=pci\nE: DRIVER=nouveau\nL: iommu_group=%u\n"
                                "A: boot_vga=%d\\n\n\n",
                          path, group, boot);
  for (guint i = 0; i < 4; i++)
    g_string_append_printf (host,
                            "P: %s/drm/card%d/card%d-DP-%u\nE: SUBSYSTEM=drm\nA: status=%s\\n\n\n",
                            path, !boot, !boot, i + 1,
                            boot && i == 0 ? "connected" : "disconnected");
  bench_add_device (host, second, &sound, group);
}


static void
bench_add_cpus (GString *host)
{
  g_string_append (host, "F: /proc/cpuinfo\n");
  for (guint i = 0; i < 32; i++)
    g_string_append_printf (host,
                            "|processor\t: %u\n|vendor_id\t: AuthenticAMD\n|model name\t: AMD\n"
                            "|physical id\t: 0\n|core id\t\t: %u\n|flags\t\t: fpu svm lm nx\n",
                            i, i % 16);
  g_string_append_c (host, '\n');
  for (guint i = 0; i < 32; i++)
    g_string_append_printf (host,
                            "P: /devices/system/cpu/cpu%u\nA: topology/core_id=%u\\n\n"
                            "A: topology/physical_package_id=0\\n\nA: topology/die_id=0\\n\n"
                            "A: topology/thread_siblings_list=%u,%u\\n\n"
                            "A: cache/index3/shared_cpu_list=%s\\n\n"
                            "A: cache/index3/size=32768K\\n\n\n",
                            i, i % 16, i % 16, i % 16 + 16,
                            i % 16 < 8 ? "0-7,16-23" : "8-15,24-31");
}


static char *
bench_make_host (void)
{
  g_autoptr (GString) host = g_string_new (NULL);
  guint count = 0;

  bench_add_cpus (host);
  g_string_append (host,
                   "F: /proc/meminfo\n|MemTotal: 65806476 kB\n\n"
                   "F: /proc/cmdline\n|BOOT_IMAGE=/boot/vmlinuz root=UUID=1 ro quiet\n\n"
                   "F: /proc/sys/kernel/osrelease\n|6.1.0-18-amd64\n\n"
                   "F: /etc/os-release\n|ID=debian\n|PRETTY_NAME=\"Debian GNU/Linux 12\"\n\n"
                   "F: /sys/firmware/acpi/tables/IVRS\n\nD: /sys/firmware/efi\n"
                   "P: /devices/virtual/iommu/ivhd0\nE: SUBSYSTEM=iommu\n\n"
                   "F: /lib/modules/6.1.0-18-amd64/modules.dep\n");
  for (guint i = 0; i < 4000; i++)
    g_string_append_printf (host, "|kernel/drivers/net/module-%u.ko: kernel/lib/helper.ko\n", i);
  g_string_append (host, "|kernel/drivers/vfio/pci/vfio-pci.ko:\n\nF: /dev/kvm\n\n"
                         "F: /run/libvirt/libvirt-sock\n\n"
                         "F: /etc/default/grub\n|GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n\n");

  bench_add_card (host, 1, "10de:2504", "10de:228e", 0, FALSE);
  bench_add_card (host, 2, "10de:1f82", "10de:10fa", 1, TRUE);
  for (count = 4; count < BENCH_DEVICES; count++)
    {
      g_autofree char *path = g_strdup_printf ("/devices/pci0000:00/0000:%02x:%02x.0",
                                               3 + count / 20, count % 20);

      bench_add_device (host, path, &bench_kinds[count % G_N_ELEMENTS (bench_kinds)],
                        2 + count % (BENCH_GROUPS - 2));
    }
  g_string_append (host,
                   "P: /devices/pci0000:00/0000:03:0b.0/nvme/nvme0/nvme0n1\nE: SUBSYSTEM=block\n"
                   "A: dev=259:0\\n\n\n"
                   "F: /proc/self/mountinfo\n|27 1 259:0 / / rw - ext4 /dev/nvme0n1 rw\n\n"
                   "F: /etc/fstab\n|/dev/nvme0n1 / ext4 defaults 0 1\n\n");
  return g_string_free (g_steal_pointer (&host), FALSE);
}


typedef struct
{
  double wall; /* milliseconds */
  double cpu;
} BenchTime;


static double
bench_clock (clockid_t clock)
{
  struct timespec now = { 0 };

  clock_gettime (clock, &now);
  return (double)now.tv_sec * 1000.0 + (double)now.tv_nsec / 1e6;
}


static double
bench_children (void)
{
  struct rusage usage = { 0 };

  getrusage (RUSAGE_CHILDREN, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0 +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0;
}


static BenchTime
bench_check (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  BenchTime taken = { -bench_clock (CLOCK_MONOTONIC), -bench_clock (CLOCK_PROCESS_CPUTIME_ID) };
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, &error);
  g_autoptr (PtReport) report = NULL;
  g_autoptr (GArray) groups = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  report = pt_report_new (host);
  text = pt_report_to_text (report);
  taken.wall += bench_clock (CLOCK_MONOTONIC);
  taken.cpu += bench_clock (CLOCK_PROCESS_CPUTIME_ID);

  groups = pt_host_get_groups (host);
  g_assert_cmpuint (pt_host_get_devices (host)->len, ==, BENCH_DEVICES);
  g_assert_cmpuint (groups->len, ==, BENCH_GROUPS);
  g_assert_cmpuint (pt_host_get_gpus (host)->len, ==, 2);
  g_assert_nonnull (strstr (text, "0000:01:00.0"));
  return taken;
}


/* The lines of the loop name every device, or it did not do its work. */
static BenchTime
bench_shell (const char *folder)
{
  const char *const argv[] = { "sh", "-c", bench_loop, "loop", folder, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  BenchTime        taken = { -bench_clock (CLOCK_MONOTONIC), -bench_children () };
  guint            lines = 0;
  int              status = 0;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status,
                &error);
  g_assert_no_error (error);
  taken.wall += bench_clock (CLOCK_MONOTONIC);
  taken.cpu += bench_children ();
  for (const char *c = output; *c != '\0'; c++)
    lines += *c == '\n';
  if (status != 0 || lines != BENCH_GROUPS + BENCH_DEVICES)
    g_error ("the loop with lspci gave %u lines instead of %u (status %d)", lines,
             BENCH_GROUPS + BENCH_DEVICES, status);
  return taken;
}


static int
bench_compare (gconstpointer a,
               gconstpointer b)
{
  double difference = ((const BenchTime *)a)->cpu - ((const BenchTime *)b)->cpu;

  return difference < 0 ? -1 : difference > 0;
}


/* Judged by the time of the processor, which is that of the clock on a computer with nothing else
 * to do; both are printed. */
static gboolean
bench_run (const char *folder,
           guint       runs)
{
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory (folder);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  BenchTime first = bench_check (sysroot);
  BenchTime median = { 0 };
  BenchTime shell = bench_shell (folder);

  for (guint i = 0; i < runs; i++)
    {
      BenchTime taken = bench_check (sysroot);

      g_array_append_val (times, taken);
    }
  g_array_sort (times, bench_compare);
  median = g_array_index (times, BenchTime, runs / 2);

  g_print ("whole check, %d groups, %d devices: %.1f ms of a core, %.1f by the clock; the first "
           "time %.1f and %.1f (budget %.0f)\n",
           BENCH_GROUPS, BENCH_DEVICES, median.cpu, median.wall, first.cpu, first.wall,
           BENCH_BUDGET);
  g_print ("the loop with lspci on the same tree: %.0f ms of a core, %.0f by the clock, %.0f times "
           "as much (at least %.0f)\n",
           shell.cpu, shell.wall, shell.cpu / median.cpu, BENCH_RATIO);
  return median.cpu <= BENCH_BUDGET && shell.cpu / median.cpu >= BENCH_RATIO;
}


int
main (int    argc,
      char **argv)
{
  guint            runs = argc > 1 ? (guint)CLAMP (atoi (argv[1]), 1, 10000) : 51;
  g_autofree char *folder = g_dir_make_tmp ("passthru-bench-XXXXXX", NULL);
  g_autofree char *host = bench_make_host ();
  g_autoptr (GError) error = NULL;
  const char *const remove[] = { "rm", "-rf", "--", folder, NULL };
  gboolean          good = FALSE;

  g_assert_nonnull (folder);
  pt_host_file_expand_text (host, "bench", folder, NULL, &error);
  g_assert_no_error (error);
  good = bench_run (folder, runs);
  g_spawn_sync (NULL, (char **)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
  return good ? 0 : 1;
}
