/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-drift"

#include "config.h"

#include "pt-drift.h"

#include "pt-test-host.h"

#define CARD "0000:2f:00.0"
#define SOUND "0000:2f:00.1"


/* What a set-up of the sample's card keeps. */
static PtSeen *
test_record (PtTestHost *machine)
{
  static const char *const names[] = { CARD, SOUND };
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      PtAddress address = { 0 };

      g_assert_true (pt_address_parse (names[i], &address));
      g_array_append_val (addresses, address);
    }
  return pt_seen_new (host, addresses);
}


/* `0000:2f:00.0 group; kernel`. */
static char *
test_compare (PtTestHost   *machine,
              const PtSeen *seen)
{
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autoptr (GPtrArray) drifts = pt_drift_compare (seen, host);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < drifts->len; i++)
    {
      const PtDrift *drift = g_ptr_array_index (drifts, i);

      g_string_append_printf (text, "%s%s%s%s", i > 0 ? "; " : "",
                              drift->device != NULL ? drift->device : "",
                              drift->device != NULL ? " " : "",
                              pt_drift_kind_to_nick (drift->kind));
    }
  return g_string_free (text, FALSE);
}


static void
test_same (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtSeen) seen = test_record (machine);
  g_autofree char *text = pt_seen_to_string (seen);
  g_autoptr (PtSeen) again = pt_seen_parse (text);
  g_autofree char    *second = NULL;
  g_autofree char    *drifts = NULL;
  const PtSeenDevice *card = NULL;

  g_assert_nonnull (again);
  second = pt_seen_to_string (again);
  g_assert_cmpstr (text, ==, second);
  g_assert_null (strchr (text, '\n'));
  g_assert_cmpstr (again->firmware, ==, "7C35vAA");
  g_assert_cmpstr (again->kernel, ==, "6.1.0-18-amd64");
  g_assert_cmpuint (again->devices->len, ==, 2);
  card = g_ptr_array_index (again->devices, 0);
  g_assert_cmpstr (card->id, ==, "1002:73df");
  g_assert_cmpint (card->group, ==, 28);
  g_assert_cmpstr (card->members[0], ==, CARD "=1002:73df");
  drifts = test_compare (machine, again);
  g_assert_cmpstr (drifts, ==, "");
}


/* Each thing that can change, changed by itself. */
static void
test_changes (void)
{
  static const struct
  {
    const char *remove; /* or NULL */
    const char *write;  /* or NULL */
    const char *text;
    const char *add; /* or NULL */
    const char *expected;
  } cases[] = {
    { NULL, "proc/sys/kernel/osrelease", "6.1.0-20-amd64\n", NULL, "kernel" },
    { NULL, "sys/class/dmi/id/bios_version", "7C35vAB\n", NULL, "firmware" },
    /* What cannot be read now is no change. */
    { "sys/class/dmi/id/bios_version", NULL, NULL, NULL, "" },
    { "sys/bus/pci/devices/" CARD, NULL, NULL, NULL, CARD " gone" },
    { NULL, "sys/bus/pci/devices/" CARD "/device", "0x73bf\n", NULL, CARD " replaced" },
    { "sys/bus/pci/devices/" CARD "/device", NULL, NULL, NULL, CARD " unknown" },
    { "sys/bus/pci/devices/" CARD "/iommu_group", NULL, NULL, NULL, CARD " no-group" },
    /* A card was added: everything behind it counts on. */
    { "sys/bus/pci/devices/" CARD, NULL, NULL,
      "P: /devices/pci0000:00/0000:00:03.1/0000:30:00.0\nE: SUBSYSTEM=pci\nL: iommu_group=28\n"
      "A: vendor=0x1002\nA: device=0x73df\nA: class=0x030000\n\n",
      CARD " moved" },
    /* A stranger joined the group. */
    { NULL, NULL, NULL,
      "P: /devices/pci0000:00/0000:00:1c.0\nE: SUBSYSTEM=pci\nL: iommu_group=28\n"
      "A: vendor=0x8086\nA: device=0xa352\nA: class=0x010601\n\n",
      CARD " group" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
      g_autoptr (PtSeen) seen = test_record (machine);
      g_autofree char *drifts = NULL;

      if (cases[i].remove != NULL)
        pt_test_host_remove (machine, cases[i].remove);
      if (cases[i].write != NULL)
        pt_test_host_write (machine, cases[i].write, cases[i].text);
      if (cases[i].add != NULL)
        pt_test_host_add (machine, cases[i].add);
      drifts = test_compare (machine, seen);
      g_assert_cmpstr (drifts, ==, cases[i].expected);
    }
}


/* The numbers of groups are dealt anew at each start; members count. */
static void
test_renumbered (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtSeen) seen = test_record (machine);
  g_autofree char *drifts = NULL;

  pt_test_host_remove (machine, "sys/bus/pci/devices/" CARD "/iommu_group");
  pt_test_host_add (machine, "P: /devices/pci0000:00/0000:00:03.1/0000:2d:00.0/0000:2e:00.0/"
                             "0000:2f:00.0\nL: iommu_group=77\n\n");
  drifts = test_compare (machine, seen);
  g_assert_cmpstr (drifts, ==, "");
}


/* A set-up before the IOMMU was on has no groups to compare. */
static void
test_before_iommu (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtSeen) seen = test_record (machine);
  PtSeenDevice    *card = g_ptr_array_index (seen->devices, 0);
  g_autofree char *drifts = NULL;

  card->group = -1;
  g_clear_pointer (&card->members, g_strfreev);
  card->members = g_new0 (char *, 1);
  drifts = test_compare (machine, seen);
  g_assert_cmpstr (drifts, ==, "");
}


static void
test_garbled (void)
{
  static const char *const texts[] = {
    "",
    "{",
    "[]",
    "{}",
    "{\"devices\":{}}",
    "{\"devices\":[1]}",
    "{\"devices\":[{}]}",
    "{\"devices\":[{\"address\":\"0000:2f:00.0\",\"id\":\"1002:73df\",\"group\":28}]}",
    "{\"devices\":[{\"address\":\"../..\",\"id\":\"1002:73df\",\"group\":28,"
    "\"members\":[]}]}",
    "{\"devices\":[{\"address\":\"0000:2f:00.0\",\"id\":7,\"group\":28,\"members\":[]}]}",
    "{\"devices\":[{\"address\":\"0000:2f:00.0\",\"id\":\"x\",\"group\":\"28\","
    "\"members\":[]}]}",
    "{\"devices\":[{\"address\":\"0000:2f:00.0\",\"id\":\"x\",\"group\":-2,"
    "\"members\":[]}]}",
    "{\"devices\":[{\"address\":\"0000:2f:00.0\",\"id\":\"x\",\"group\":1,"
    "\"members\":[1]}]}",
  };
  g_autoptr (PtSeen) empty = pt_seen_parse ("{\"devices\":[]}");

  g_assert_nonnull (empty);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("%s", texts[i]);
      g_assert_null (pt_seen_parse (texts[i]));
    }
}


/* @seen is taken. */
static void
test_assert_verdict (PtTestHost *machine,
                     gboolean    told,
                     PtSeen     *seen,
                     const char *expected)
{
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autoptr (PtReport) report = NULL;
  g_autofree char *verdict = NULL;

  if (told)
    pt_host_take_seen (host, seen);
  report = pt_report_new (host);
  verdict = pt_test_host_verdict (report, PT_CHECK_DRIFT);
  g_assert_cmpstr (verdict, ==, expected);
}


static void
test_check (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtSeen) seen = test_record (machine);
  g_autofree char *text = pt_seen_to_string (seen);

  /* Without the folder of the journal nothing was set up; with it somebody has to tell. */
  test_assert_verdict (machine, FALSE, NULL, "pass");
  pt_test_host_add (machine, "D: /var/lib/passthru\n");
  test_assert_verdict (machine, FALSE, NULL, "unknown");
  test_assert_verdict (machine, TRUE, NULL, "pass");
  test_assert_verdict (machine, TRUE, pt_seen_parse (text), "pass");

  pt_test_host_write (machine, "proc/sys/kernel/osrelease", "6.1.0-20-amd64\n");
  test_assert_verdict (machine, TRUE, pt_seen_parse (text), "pass");
  pt_test_host_remove (machine, "sys/bus/pci/devices/" CARD "/device");
  test_assert_verdict (machine, TRUE, pt_seen_parse (text), "unknown");
  pt_test_host_remove (machine, "sys/bus/pci/devices/" CARD);
  test_assert_verdict (machine, TRUE, pt_seen_parse (text), "warn fix-drift-gone");
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/host/drift/same", test_same);
  g_test_add_func ("/host/drift/changes", test_changes);
  g_test_add_func ("/host/drift/renumbered", test_renumbered);
  g_test_add_func ("/host/drift/before-iommu", test_before_iommu);
  g_test_add_func ("/host/drift/garbled", test_garbled);
  g_test_add_func ("/host/drift/check", test_check);

  return g_test_run ();
}
