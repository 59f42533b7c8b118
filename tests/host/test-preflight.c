/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-preflight"

#include "config.h"

#include "pt-preflight.h"

#include "pt-test-host.h"

#define CARD "0000:2f:00.0"
#define SOUND "0000:2f:00.1"
#define DRIVE "0000:23:00.0"
#define CARD_PATH                                                                \
  "P: /devices/pci0000:00/0000:00:03.1/0000:2d:00.0/0000:2e:00.0/0000:2f:00.0\n" \
  "E: SUBSYSTEM=pci\n"
#define SOUND_PATH                                                               \
  "P: /devices/pci0000:00/0000:00:03.1/0000:2d:00.0/0000:2e:00.0/0000:2f:00.1\n" \
  "E: SUBSYSTEM=pci\n"
#define STRANGER                                                               \
  "P: /devices/pci0000:00/0000:00:1c.0\nE: SUBSYSTEM=pci\nL: iommu_group=28\n" \
  "A: vendor=0x8086\nA: device=0xa352\nA: class=0x010601\n"


static GArray *
test_addresses (const char *const *names)
{
  GArray *addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  for (gsize i = 0; names[i] != NULL; i++)
    {
      PtAddress address = { 0 };

      g_assert_true (pt_address_parse (names[i], &address));
      g_array_append_val (addresses, address);
    }
  return addresses;
}


static const char *const test_card[] = { CARD, SOUND, NULL };


/* The sample's computer with its card set aside, as after a set-up. */
static PtTestHost *
test_computer (void)
{
  PtTestHost *computer = pt_test_host_new ("sample");

  pt_test_host_remove (computer, "sys/bus/pci/devices/" CARD "/driver");
  pt_test_host_remove (computer, "sys/bus/pci/devices/" SOUND "/driver");
  pt_test_host_add (computer,
                    CARD_PATH "L: driver=../../../../bus/pci/drivers/vfio-pci\n\n" SOUND_PATH
                              "L: driver=../../../../bus/pci/drivers/vfio-pci\n\n");
  return computer;
}


static PtSeen *
test_record (PtTestHost        *computer,
             const char *const *names)
{
  g_autoptr (PtHost) host = pt_test_host_scan (computer);
  g_autoptr (GArray) addresses = test_addresses (names);

  return pt_seen_new (host, addresses);
}


static GPtrArray *
test_judge (PtTestHost        *computer,
            const PtSeen      *own,
            const PtSeen      *set_up,
            const char *const *names)
{
  g_autoptr (PtHost) host = pt_test_host_scan (computer);
  g_autoptr (GArray) devices = test_addresses (names);
  const PtPreflightMachine machine = { .own = own, .set_up = set_up, .devices = devices };

  return pt_preflight_judge (host, &machine);
}


/* `0000:2f:00.0 gone; kernel`. */
static char *
test_describe (GPtrArray *findings)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++)
    {
      const PtPreflightFinding *finding = g_ptr_array_index (findings, i);

      g_string_append_printf (text, "%s%s%s%s", i > 0 ? "; " : "",
                              finding->device != NULL ? finding->device : "",
                              finding->device != NULL ? " " : "",
                              pt_preflight_kind_to_nick (finding->kind));
    }
  return g_string_free (text, FALSE);
}


/* Each thing that can be wrong by itself: what is found, whether it refuses, what is said. */
static void
test_findings (void)
{
  static const struct
  {
    const char *remove; /* or NULL */
    const char *write;  /* or NULL */
    const char *text;
    const char *add; /* or NULL */
    const char *expected;
    gboolean    refused;
    const char *words; /* some of them */
  } cases[] = {
    { NULL, NULL, NULL, NULL, "", FALSE, "" },
    { NULL, "proc/sys/kernel/osrelease", "6.1.0-20-amd64\n", NULL, "kernel", FALSE,
      "from 6.1.0-18-amd64 to 6.1.0-20-amd64" },
    { NULL, "sys/class/dmi/id/bios_version", "7C35vAB\n", NULL, "firmware", FALSE,
      "from 7C35vAA to 7C35vAB" },
    { "sys/bus/pci/devices/" CARD, NULL, NULL, NULL, CARD " gone", TRUE,
      "at 2f:00.0 is not in this computer any more. Switch the computer off" },
    { NULL, "sys/bus/pci/devices/" CARD "/device", "0x73bf\n", NULL, CARD " replaced", TRUE,
      "there is another device now (1002:73bf)" },
    { "sys/bus/pci/devices/" CARD "/device", NULL, NULL, NULL, CARD " unknown", FALSE,
      "at 2f:00.0 could be read." },
    { "sys/bus/pci/devices/" CARD "/iommu_group", NULL, NULL, NULL, CARD " no-group", TRUE,
      "the IOMMU is off. Turn it on again" },
    { "sys/bus/pci/devices/" CARD, NULL, NULL,
      "P: /devices/pci0000:00/0000:00:03.1/0000:30:00.0\nE: SUBSYSTEM=pci\nL: iommu_group=28\n"
      "A: vendor=0x1002\nA: device=0x73df\nA: class=0x030000\n\n",
      CARD " moved", TRUE, "was set up and seems to be at 30:00.0" },
    /* A stranger joined the group: idle, and at work. */
    { NULL, NULL, NULL, STRANGER "\n", CARD " group", TRUE, "+0000:00:1c.0=8086:a352" },
    { NULL, NULL, NULL, STRANGER "L: driver=../../../bus/pci/drivers/ahci\n\n",
      CARD " group; 0000:00:1c.0 member-driver", TRUE, "at 00:1c.0 shares a group" },
    /* A bridge in it is no news to VFIO, but it is one to the record. */
    { "sys/bus/pci/devices/" CARD "/driver", NULL, NULL, NULL, "", FALSE, "" },
    { "sys/bus/pci/devices/" CARD "/driver", NULL, NULL,
      CARD_PATH "L: driver=../../../../bus/pci/drivers/amdgpu\n\n", CARD " card-busy", TRUE,
      "itself (amdgpu). Taking it away now could end your desktop." },
    /* The sound function goes over as drives do. */
    { "sys/bus/pci/devices/" SOUND "/driver", NULL, NULL,
      SOUND_PATH "L: driver=../../../../bus/pci/drivers/snd_hda_intel\n\n", "", FALSE, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) computer = test_computer ();
      g_autoptr (PtSeen) seen = test_record (computer, test_card);
      g_autoptr (GPtrArray) findings = NULL;
      g_autofree char *text = NULL;
      g_autofree char *words = NULL;

      if (cases[i].remove != NULL)
        pt_test_host_remove (computer, cases[i].remove);
      if (cases[i].write != NULL)
        pt_test_host_write (computer, cases[i].write, cases[i].text);
      if (cases[i].add != NULL)
        pt_test_host_add (computer, cases[i].add);
      findings = test_judge (computer, seen, NULL, test_card);
      text = test_describe (findings);
      words = pt_preflight_words (findings, cases[i].refused);
      g_test_message ("%s: %s", text, words);
      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_true (pt_preflight_is_refusal (findings) == cases[i].refused);
      g_assert_nonnull (strstr (words, cases[i].words));
      g_assert_null (strchr (words, '$'));
    }
}


/* Who left the group is told, and nothing else changes. */
static void
test_group_lost (void)
{
  g_autoptr (PtTestHost) computer = test_computer ();
  g_autoptr (PtSeen) seen = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autofree char *text = NULL;

  pt_test_host_add (computer, STRANGER "\n");
  seen = test_record (computer, test_card);
  pt_test_host_remove (computer, "sys/bus/pci/devices/0000:00:1c.0");
  findings = test_judge (computer, seen, NULL, test_card);
  text = test_describe (findings);
  g_assert_cmpstr (text, ==, CARD " group-lost");
  g_assert_false (pt_preflight_is_refusal (findings));
}


/* A drive is handed over at the start, with its driver; not while the host keeps files on it. */
static void
test_drive (void)
{
  static const char *const names[] = { CARD, SOUND, DRIVE, NULL };
  g_autoptr (PtTestHost) computer = test_computer ();
  g_autoptr (PtSeen) seen = test_record (computer, names);
  g_autoptr (GPtrArray) findings = test_judge (computer, seen, NULL, names);
  g_autofree char *text = test_describe (findings);
  g_autofree char *mounts = NULL;
  g_autofree char *more = NULL;
  g_autofree char *words = NULL;

  g_assert_cmpstr (text, ==, "");
  g_clear_pointer (&text, g_free);
  g_clear_pointer (&findings, g_ptr_array_unref);
  mounts = pt_sysroot_read (pt_test_host_get_sysroot (computer), PT_PLACE_PROC, "self/mountinfo",
                            NULL, NULL);
  g_assert_nonnull (mounts);
  more = g_strconcat (mounts,
                      "99 1 259:5 / /mnt/games rw - ext4 /dev/nvme1n1p1 rw\n", NULL);
  pt_test_host_write (computer, "proc/self/mountinfo", more);
  findings = test_judge (computer, seen, NULL, names);
  text = test_describe (findings);
  words = pt_preflight_words (findings, TRUE);
  g_assert_cmpstr (text, ==, DRIVE " host-uses");
  g_assert_nonnull (strstr (words, "Linux keeps files on"));
}


/* The user took it out of the machine: its absence keeps nothing. What was put into the machine
 * elsewhere has to be there. */
static void
test_changed_machine (void)
{
  static const char *const many[] = { CARD, SOUND, DRIVE, NULL };
  static const char *const other[] = { CARD, SOUND, "0000:77:00.0", NULL };
  g_autoptr (PtTestHost) computer = test_computer ();
  g_autoptr (PtSeen) seen = test_record (computer, many);
  g_autoptr (GPtrArray) without = NULL;
  g_autoptr (GPtrArray) with = NULL;
  g_autofree char *text = NULL;

  pt_test_host_remove (computer, "sys/bus/pci/devices/" DRIVE);
  without = test_judge (computer, seen, NULL, test_card);
  g_assert_cmpuint (without->len, ==, 0);
  with = test_judge (computer, seen, NULL, other);
  text = test_describe (with);
  g_assert_cmpstr (text, ==, "0000:77:00.0 missing");
}


/* Set up again since, it is as it was then; then it changes once more. */
static void
test_settled (void)
{
  g_autoptr (PtTestHost) computer = test_computer ();
  g_autoptr (PtSeen) own = test_record (computer, test_card);
  g_autoptr (PtSeen) set_up = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *text = NULL;

  pt_test_host_add (computer, STRANGER "\n");
  before = test_judge (computer, own, own, test_card);
  g_assert_true (pt_preflight_is_refusal (before));
  set_up = test_record (computer, test_card);
  after = test_judge (computer, own, set_up, test_card);
  g_assert_cmpuint (after->len, ==, 0);
  pt_test_host_remove (computer, "sys/bus/pci/devices/" CARD);
  again = test_judge (computer, own, set_up, test_card);
  text = test_describe (again);
  g_assert_cmpstr (text, ==, CARD " gone");
}


/* A machine of which nothing is on record starts as before, whatever the host looks like; the
 * record of the set-up stands in where it is about the same devices. */
static void
test_without_record (void)
{
  static const char *const other[] = { DRIVE, NULL };
  static const char *const none[] = { NULL };
  g_autoptr (PtTestHost) computer = test_computer ();
  g_autoptr (PtSeen) set_up = test_record (computer, test_card);
  g_autoptr (GPtrArray) nothing = NULL;
  g_autoptr (GPtrArray) foreign = NULL;
  g_autoptr (GPtrArray) plain = NULL;
  g_autoptr (GPtrArray) ours = NULL;
  g_autofree char *text = NULL;

  pt_test_host_remove (computer, "sys/bus/pci/devices/" CARD);
  nothing = test_judge (computer, NULL, NULL, test_card);
  g_assert_cmpuint (nothing->len, ==, 0);
  foreign = test_judge (computer, NULL, set_up, other);
  g_assert_cmpuint (foreign->len, ==, 0);
  plain = test_judge (computer, NULL, set_up, none);
  g_assert_cmpuint (plain->len, ==, 0);
  ours = test_judge (computer, NULL, set_up, test_card);
  text = test_describe (ours);
  g_assert_cmpstr (text, ==, CARD " gone");
}


/* What holds at the moment of the start, with or without a record. */
static void
test_moment (void)
{
  static const char        memory[] = "MemTotal: 33554432 kB\nMemAvailable: 16777216 kB\n"
                                      "SwapFree: 2097152 kB\nHugePages_Total: 4096\n"
                                      "HugePages_Free: 2048\nHugepagesize: 2048 kB\n";
  static const char *const drive[] = { DRIVE, NULL };
  static const struct
  {
    const char        *meminfo;
    guint64            gib; /* the machine's */
    gboolean           huge_pages;
    const char *const *other;
    const char        *silent;
    const char        *expected;
    gboolean           refused;
    const char        *words;
  } cases[] = {
    { memory, 16, FALSE, NULL, NULL, "", FALSE, "" },
    { memory, 17, FALSE, NULL, NULL, "tight", FALSE,
      "takes 17.0\302\240GiB of memory, which is more" },
    { memory, 18, FALSE, NULL, NULL, "tight", FALSE, "" },
    { memory, 19, FALSE, NULL, NULL, "room", TRUE,
      "needs 19.0\302\240GiB of memory for itself alone, and 16.0\302\240GiB are left. Close" },
    { memory, 4, TRUE, NULL, NULL, "", FALSE, "" },
    { memory, 5, TRUE, NULL, NULL, "huge-pages", TRUE, "and 4.0\302\240GiB of these are left" },
    { memory, 0, FALSE, NULL, NULL, "", FALSE, "" },
    { "MemTotal: 33554432 kB\n", 64, FALSE, NULL, NULL, "", FALSE, "" },
    { memory, 4, FALSE, drive, NULL, "", FALSE, "" },
    { memory, 4, FALSE, test_card, NULL, CARD " other-machine", TRUE,
      "The machine “Other” runs and has" },
    /* Its memory comes back with the card. */
    { memory, 19, FALSE, test_card, NULL, CARD " other-machine", TRUE, "Shut the other one down" },
    { memory, 4, FALSE, NULL, SOUND, SOUND " silent", TRUE, "at 2f:00.1 does not answer any more" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const names[] = { cases[i].silent, NULL };
      g_autoptr (PtTestHost) computer = test_computer ();
      g_autoptr (PtHost) host = NULL;
      g_autoptr (GArray) devices = test_addresses (test_card);
      g_autoptr (GArray) silent = test_addresses (names);
      g_autoptr (GPtrArray) others =
                   g_ptr_array_new_with_free_func ((GDestroyNotify)pt_preflight_other_free);
      const PtPreflightMachine machine = {
        .devices = devices,
        .memory = cases[i].gib << 30,
        .huge_pages = cases[i].huge_pages,
        .others = others,
        .silent = silent,
      };
      g_autoptr (GPtrArray) findings = NULL;
      g_autofree char *text = NULL;
      g_autofree char *words = NULL;

      pt_test_host_write (computer, "proc/meminfo", cases[i].meminfo);
      host = pt_test_host_scan (computer);
      if (cases[i].other != NULL)
        {
          g_autoptr (GArray) theirs = test_addresses (cases[i].other);

          g_ptr_array_add (others, pt_preflight_other_new ("Other", theirs));
        }
      findings = pt_preflight_judge (host, &machine);
      text = test_describe (findings);
      words = pt_preflight_words (findings, cases[i].refused);
      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_true (pt_preflight_is_refusal (findings) == cases[i].refused);
      g_test_message ("%s", words);
      g_assert_nonnull (strstr (words, cases[i].words));
    }
}


/* A machine of a rehearsal is handed nothing: what it was made for counts. */
static void
test_rehearsal (void)
{
  g_autoptr (PtTestHost) computer = test_computer ();
  g_autoptr (PtSeen) own = test_record (computer, test_card);
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  const PtPreflightMachine machine = { .own = own, .devices = devices, .rehearsal = TRUE };
  g_autoptr (PtHost) host = pt_test_host_scan (computer);
  g_autoptr (GPtrArray) fine = pt_preflight_judge (host, &machine);
  g_autoptr (PtHost) changed = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (fine->len, ==, 0);
  pt_test_host_remove (computer, "sys/bus/pci/devices/" CARD);
  changed = pt_test_host_scan (computer);
  findings = pt_preflight_judge (changed, &machine);
  text = test_describe (findings);
  g_assert_cmpstr (text, ==, CARD " gone");
}


/* Every kind has words; those that refuse say what to do. Refusals come first, and a remedy of
 * several is said once. */
static void
test_words (void)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_autofree char *words = NULL;
  const char      *first = NULL;

  for (int kind = 0; kind < PT_PREFLIGHT_LAST; kind++)
    {
      PtPreflightFinding finding = { .kind = kind };
      g_autofree char   *what = pt_preflight_words_what (&finding);
      g_autofree char   *remedy = pt_preflight_words_remedy (&finding);

      g_assert_nonnull (pt_preflight_kind_to_nick (kind));
      g_assert_true (g_str_has_suffix (what, "."));
      g_assert_true ((remedy != NULL) == pt_preflight_refuses (kind));
    }
  findings = g_ptr_array_new ();
  g_assert_false (pt_preflight_is_refusal (findings));
  pt_preflight_add_memory (findings, PT_PREFLIGHT_MEMORY_SIZE, "/dev/shm/a");
  pt_preflight_add_memory (findings, PT_PREFLIGHT_MEMORY_SIZE, "/dev/shm/b");
  g_assert_true (pt_preflight_is_refusal (findings));
  words = pt_preflight_words (findings, TRUE);
  g_assert_nonnull (strstr (words, "/dev/shm/a"));
  g_assert_nonnull (strstr (words, "/dev/shm/b"));
  first = strstr (words, "left over from another program");
  g_assert_nonnull (first);
  g_assert_null (strstr (first + 1, "left over from another program"));
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/preflight/findings", test_findings);
  g_test_add_func ("/host/preflight/group-lost", test_group_lost);
  g_test_add_func ("/host/preflight/drive", test_drive);
  g_test_add_func ("/host/preflight/changed-machine", test_changed_machine);
  g_test_add_func ("/host/preflight/settled", test_settled);
  g_test_add_func ("/host/preflight/without-record", test_without_record);
  g_test_add_func ("/host/preflight/moment", test_moment);
  g_test_add_func ("/host/preflight/rehearsal", test_rehearsal);
  g_test_add_func ("/host/preflight/words", test_words);
  return g_test_run ();
}
