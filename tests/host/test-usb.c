/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-usb"

#include "config.h"

#include "pt-usb.h"

#include "pt-test-host.h"

#define KEYS "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
#define BUTTONS "1f0000 0 0 0 0"
#define PAD "e520 10000 0 0 0 0"

/* Three controllers: a keyboard on the first, a mouse behind a hub on the second, a Bluetooth
 * adapter on the third. */
#define FIRST "/devices/pci0000:00/0000:01:00.0/usb1"
#define SECOND "/devices/pci0000:00/0000:02:00.0/usb3"
#define THIRD "/devices/pci0000:00/0000:03:00.0/usb5"
#define KEYBOARD FIRST "/1-2/1-2:1.0/0003:046D:C31C.0001/input/input3"
#define MOUSE SECOND "/3-1/3-1.4/3-1.4:1.0/0003:046D:C077.0002/input/input4"

#define USB(path) "P: " path "\nE: SUBSYSTEM=usb\n"
#define INTERFACE(class_code, subclass, protocol)                         \
  "A: bInterfaceClass=" class_code "\\n\nA: bInterfaceSubClass=" subclass \
  "\\n\nA: bInterfaceProtocol=" protocol "\\n\n\n"
#define INPUT(path, key, rel, abs)                                                            \
  "P: " path "\nE: SUBSYSTEM=input\nA: capabilities/key=" key "\\n\nA: capabilities/rel=" rel \
  "\\n\nA: capabilities/abs=" abs "\\n\n\n"

/* clang-format 14 joins strings that macros take part in, beyond the width. */
/* clang-format off */
static const char test_usb_buses[] =
  USB (FIRST) "A: bDeviceClass=09\\n\n\n"
  USB (SECOND) "A: bDeviceClass=09\\n\n\n"
  USB (THIRD) "A: bDeviceClass=09\\n\n\n";
static const char test_usb_keyboard[] =
  USB (FIRST "/1-2") "A: bDeviceClass=00\\n\nA: product=USB Keyboard\\n\n"
  "A: manufacturer=Logitech\\n\n\n"
  USB (FIRST "/1-2/1-2:1.0") INTERFACE ("03", "01", "01")
  INPUT (KEYBOARD, KEYS, "0", "0");
static const char test_usb_mouse[] =
  USB (SECOND "/3-1") "A: bDeviceClass=09\\n\n\n"
  USB (SECOND "/3-1/3-1.4") "A: bDeviceClass=00\\n\nA: idVendor=046d\\n\nA: idProduct=c077\\n\n\n"
  USB (SECOND "/3-1/3-1.4/3-1.4:1.0") INTERFACE ("03", "01", "02")
  INPUT (MOUSE, BUTTONS, "1943", "0");
/* clang-format on */
static const char test_usb_adapter[] =
  USB (THIRD "/5-9") "A: bDeviceClass=e0\\n\n\n" USB (THIRD "/5-9/5-9:1.0")
    INTERFACE ("e0", "01", "01");
static const char test_usb_button[] =
  INPUT ("/devices/LNXSYSTM:00/LNXPWRBN:00/input/input0", "10000000000000 0", "0", "0");


static PtTestHost *
test_usb_make (void)
{
  PtTestHost *machine = pt_test_host_new_empty ();

  pt_test_host_add (machine, test_usb_buses);
  pt_test_host_add (machine, test_usb_keyboard);
  pt_test_host_add (machine, test_usb_mouse);
  pt_test_host_add (machine, test_usb_adapter);
  pt_test_host_add (machine, test_usb_button);
  return machine;
}


static PtInputLoss
test_usb_lose (PtTestHost *machine,
               const char *addresses)
{
  g_autoptr (PtUsb) usb = pt_usb_read (pt_test_host_get_sysroot (machine));
  g_auto (GStrv) words = g_strsplit (addresses, " ", -1);
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  for (guint i = 0; words[i] != NULL; i++)
    {
      PtAddress address = { 0 };

      g_assert_true (pt_address_parse (words[i], &address));
      g_array_append_val (gone, address);
    }
  return pt_usb_judge_loss (usb, gone);
}


static void
test_parsers (void)
{
  g_assert_cmpuint (pt_usb_parse_interface (3, 1, 1), ==, PT_USB_KEYBOARD);
  g_assert_cmpuint (pt_usb_parse_interface (3, 1, 2), ==, PT_USB_MOUSE);
  g_assert_cmpuint (pt_usb_parse_interface (3, 0, 0), ==, PT_USB_INPUT);
  g_assert_cmpuint (pt_usb_parse_interface (0xe0, 1, 1), ==, PT_USB_BLUETOOTH);
  g_assert_cmpuint (pt_usb_parse_interface (8, 6, 80), ==, PT_USB_STORAGE);
  g_assert_cmpuint (pt_usb_parse_interface (1, 2, 0), ==, PT_USB_AUDIO);
  g_assert_cmpuint (pt_usb_parse_interface (9, 0, 0), ==, PT_USB_HUB);
  g_assert_cmpuint (pt_usb_parse_interface (0xff, 1, 1), ==, 0);

  g_assert_true (pt_usb_parse_bit (KEYS, 1));
  g_assert_true (pt_usb_parse_bit (KEYS, 31));
  g_assert_false (pt_usb_parse_bit (KEYS, 0));
  g_assert_true (pt_usb_parse_bit (BUTTONS, 0x110));
  g_assert_false (pt_usb_parse_bit (BUTTONS, 0x10f));
  g_assert_false (pt_usb_parse_bit ("1", 64));
  g_assert_false (pt_usb_parse_bit ("", 0));
  g_assert_false (pt_usb_parse_bit ("x", 0));
  g_assert_false (pt_usb_parse_bit ("1ffffffffffffffff", 0));
}


static void
test_plugged (void)
{
  g_autoptr (PtTestHost) machine = test_usb_make ();
  g_autoptr (PtUsb) usb = pt_usb_read (pt_test_host_get_sysroot (machine));
  PtAddress first = { 0, 1, 0, 0 };
  PtAddress second = { 0, 2, 0, 0 };
  PtAddress none = { 0, 9, 0, 0 };
  g_autoptr (GPtrArray) keyboard = pt_usb_get_plugged (usb, &first);
  g_autoptr (GPtrArray) mouse = pt_usb_get_plugged (usb, &second);
  g_autoptr (GPtrArray) nothing = pt_usb_get_plugged (usb, &none);
  const PtUsbDevice *device = NULL;

  g_assert_true (usb->devices_known);
  g_assert_true (usb->inputs_known);
  g_assert_cmpuint (keyboard->len, ==, 1);
  device = g_ptr_array_index (keyboard, 0);
  g_assert_cmpstr (device->name, ==, "Logitech USB Keyboard");
  g_assert_cmpuint (device->kinds, ==, PT_USB_KEYBOARD);
  /* The hub itself is nobody's device. */
  g_assert_cmpuint (mouse->len, ==, 1);
  device = g_ptr_array_index (mouse, 0);
  g_assert_cmpstr (device->port, ==, "3-1.4");
  g_assert_cmpstr (device->name, ==, "046d:c077");
  g_assert_cmpuint (nothing->len, ==, 0);
}


static void
test_last (void)
{
  g_autoptr (PtTestHost) machine = test_usb_make ();

  g_assert_cmpint (test_usb_lose (machine, "01:00.0"), ==, PT_INPUT_LOSS_KEYBOARD);
  g_assert_cmpint (test_usb_lose (machine, "02:00.0"), ==, PT_INPUT_LOSS_POINTER);
  g_assert_cmpint (test_usb_lose (machine, "01:00.0 02:00.0"), ==, PT_INPUT_LOSS_BOTH);
  g_assert_cmpint (test_usb_lose (machine, "03:00.0"), ==, PT_INPUT_LOSS_NONE);
  g_assert_cmpint (test_usb_lose (machine, "09:00.0"), ==, PT_INPUT_LOSS_NONE);
}


/* A second one elsewhere makes the first one free; both together are not. */
static void
test_second (void)
{
  g_autoptr (PtTestHost) machine = test_usb_make ();

  pt_test_host_add (machine, INPUT (SECOND "/3-2/3-2:1.0/x/input/input7", KEYS, "0", "0"));
  g_assert_cmpint (test_usb_lose (machine, "01:00.0"), ==, PT_INPUT_LOSS_NONE);
  g_assert_cmpint (test_usb_lose (machine, "02:00.0"), ==, PT_INPUT_LOSS_POINTER);
  g_assert_cmpint (test_usb_lose (machine, "01:00.0 02:00.0"), ==, PT_INPUT_LOSS_BOTH);
}


/* A laptop's own keyboard and touchpad go with no USB controller. */
static void
test_built_in (void)
{
  g_autoptr (PtTestHost) machine = test_usb_make ();

  pt_test_host_add (machine,
                    INPUT ("/devices/platform/i8042/serio0/input/input8", KEYS, "0", "0"));
  g_assert_cmpint (test_usb_lose (machine, "01:00.0"), ==, PT_INPUT_LOSS_NONE);
  pt_test_host_add (machine, INPUT ("/devices/pci0000:00/0000:00:15.1/i2c_designware.1/i2c-2/"
                                    "i2c-ELAN/0018:04F3:31AD.0003/input/input9",
                                    PAD, "0", "2608000 3"));
  g_assert_cmpint (test_usb_lose (machine, "02:00.0"), ==, PT_INPUT_LOSS_NONE);
  g_assert_cmpint (test_usb_lose (machine, "02:00.0 00:15.1"), ==, PT_INPUT_LOSS_POINTER);
}


/* Bluetooth ones go with the adapter, by whichever way the kernel shows them. */
static void
test_bluetooth (void)
{
  static const char *const ways[] = {
    INPUT ("/devices/virtual/misc/uhid/0005:046D:B342.0005/input/input12", KEYS, "0", "0"),
    INPUT (THIRD "/5-9/5-9:1.0/bluetooth/hci0/hci0:256/0005:046D:B342.0005/input/input12", KEYS,
           "0", "0"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (PtTestHost) machine = test_usb_make ();

      pt_test_host_add (machine, ways[i]);
      g_assert_cmpint (test_usb_lose (machine, "01:00.0"), ==, PT_INPUT_LOSS_NONE);
      g_assert_cmpint (test_usb_lose (machine, "01:00.0 03:00.0"), ==, PT_INPUT_LOSS_KEYBOARD);
      pt_test_host_remove (machine, "sys/class/input/input3");
      pt_test_host_remove (machine, "sys/bus/usb/devices/1-2:1.0");
      g_assert_cmpint (test_usb_lose (machine, "03:00.0"), ==, PT_INPUT_LOSS_KEYBOARD);
    }
}


/* What only looks like a keyboard keeps nobody's computer usable. */
static void
test_false_keyboards (void)
{
  static const char *const more[] = {
    /* A game mouse with keys of its own. */
    USB (SECOND "/3-3") "A: bDeviceClass=00\\n\n\n" USB (SECOND "/3-3/3-3:1.0")
      INTERFACE ("03", "01", "02") USB (SECOND "/3-3/3-3:1.1") INTERFACE ("03", "01", "01")
        INPUT (SECOND "/3-3/3-3:1.1/0003:1532:005C.0004/input/input14", KEYS, "0", "0"),
    /* A program's. */
    INPUT ("/devices/virtual/input/input15", KEYS, "0", "0"),
    /* Volume keys. */
    INPUT ("/devices/platform/wmi/input/input16", "3e000b00000000 0", "0", "0"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (more); i++)
    {
      g_autoptr (PtTestHost) machine = test_usb_make ();

      pt_test_host_add (machine, more[i]);
      g_assert_cmpint (test_usb_lose (machine, "01:00.0"), ==, PT_INPUT_LOSS_KEYBOARD);
    }
}


/* A touch screen and a graphics tablet's pen are no mouse. */
static void
test_false_pointers (void)
{
  g_autoptr (PtTestHost) machine = test_usb_make ();

  pt_test_host_add (machine, INPUT ("/devices/platform/touch/input/input17", "400 0 0 0 0 0", "0",
                                    "2608000 3"));
  pt_test_host_add (machine, INPUT ("/devices/platform/pen/input/input18", "c03 0 0 0 0 0", "0",
                                    "3"));
  g_assert_cmpint (test_usb_lose (machine, "02:00.0"), ==, PT_INPUT_LOSS_POINTER);
}


/* Each input broken in turn: what hangs there is lost or unclear, never free. */
static void
test_broken (void)
{
  static const struct
  {
    const char *name;
    const char *text; /* NULL = removed */
    PtInputLoss loss; /* of the keyboard's controller */
    PtInputLoss other;
  } cases[] = {
    { "sys" KEYBOARD "/capabilities/key", NULL, PT_INPUT_LOSS_KEYBOARD, PT_INPUT_LOSS_NONE },
    { "sys" KEYBOARD "/capabilities/key", "", PT_INPUT_LOSS_KEYBOARD, PT_INPUT_LOSS_NONE },
    { "sys" KEYBOARD "/capabilities/key", "zz", PT_INPUT_LOSS_KEYBOARD, PT_INPUT_LOSS_NONE },
    { "sys/class/input/input3", NULL, PT_INPUT_LOSS_KEYBOARD, PT_INPUT_LOSS_NONE },
    { "sys/class/input", NULL, PT_INPUT_LOSS_KEYBOARD, PT_INPUT_LOSS_NONE },
    { "sys/bus/usb/devices", NULL, PT_INPUT_LOSS_KEYBOARD, PT_INPUT_LOSS_NONE },
    { "sys" FIRST "/1-2/1-2:1.0/bInterfaceClass", NULL, PT_INPUT_LOSS_KEYBOARD,
      PT_INPUT_LOSS_NONE },
    { "sys" FIRST "/1-2/product", "\xff\xfe", PT_INPUT_LOSS_KEYBOARD, PT_INPUT_LOSS_NONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = test_usb_make ();

      g_test_message ("%s", cases[i].name);
      if (cases[i].text != NULL)
        pt_test_host_write (machine, cases[i].name, cases[i].text);
      else
        pt_test_host_remove (machine, cases[i].name);
      g_assert_cmpint (test_usb_lose (machine, "01:00.0"), ==, cases[i].loss);
      g_assert_cmpint (test_usb_lose (machine, "03:00.0"), ==, cases[i].other);
    }
}


/* Without both sources nothing may go; a host that was never seen to have a keyboard loses none
 * only where everything could be read. */
static void
test_unknown (void)
{
  g_autoptr (PtTestHost) machine = test_usb_make ();
  g_autoptr (PtTestHost) server = pt_test_host_new_empty ();

  pt_test_host_remove (machine, "sys/class/input");
  pt_test_host_remove (machine, "sys/bus/usb/devices");
  g_assert_cmpint (test_usb_lose (machine, "03:00.0"), ==, PT_INPUT_LOSS_UNKNOWN);
  g_assert_cmpint (test_usb_lose (server, "03:00.0"), ==, PT_INPUT_LOSS_UNKNOWN);
  pt_test_host_add (server, test_usb_buses);
  pt_test_host_add (server, test_usb_button);
  g_assert_cmpint (test_usb_lose (server, "03:00.0"), ==, PT_INPUT_LOSS_NONE);
}


/* The check on the sample: keyboard and mouse on two controllers of the chipset, the third one,
 * in the processor, is free. */
static void
test_check (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = pt_test_host_report (machine);
  const char *evidence =
    pt_check_get_evidence (pt_report_get_check (report, PT_CHECK_USB_CONTROLLERS));
  g_autofree char *verdict = pt_test_host_verdict (report, PT_CHECK_USB_CONTROLLERS);

  g_assert_cmpstr (verdict, ==, "pass");
  g_assert_nonnull (g_strstr_len (evidence, -1, "keyboards: 1, pointing devices: 1"));
  g_assert_nonnull (g_strstr_len (evidence, -1, "0000:2a:00.1: USB Keyboard (1-2); stays: the last "
                                                "keyboard is on it"));
  g_assert_nonnull (g_strstr_len (evidence, -1, "0000:34:00.3: nothing plugged in; could go"));

  pt_test_host_remove (machine, "sys/class/input");
  pt_test_host_remove (machine, "sys/bus/usb/devices");
  g_clear_object (&report);
  g_free (verdict);
  report = pt_test_host_report (machine);
  verdict = pt_test_host_verdict (report, PT_CHECK_USB_CONTROLLERS);
  g_assert_cmpstr (verdict, ==, "unknown");
}


/* Keyboard on one controller, mouse on the other and no third: plugging over would help. */
static void
test_check_split (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = NULL;
  g_autofree char *verdict = NULL;

  pt_test_host_remove (machine, "sys/bus/pci/devices/0000:34:00.3");
  report = pt_test_host_report (machine);
  verdict = pt_test_host_verdict (report, PT_CHECK_USB_CONTROLLERS);
  g_assert_cmpstr (verdict, ==, "warn fix-usb-controllers");
}


/* A card whose own USB port has the only keyboard does not leave. */
static void
test_card (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("intel-four-functions");
  g_autoptr (PtHost) host = NULL;
  g_autofree char *none = NULL;
  g_autofree char *blockers = NULL;

  host = pt_test_host_scan (machine);
  none = pt_test_host_blockers (pt_test_host_gpu (host, "01:00.0"));
  g_assert_cmpstr (none, ==, "");
  pt_test_host_add (machine, INPUT ("/devices/pci0000:00/0000:00:01.0/0000:01:00.2/usb3/3-1/"
                                    "3-1:1.0/x/input/input3",
                                    KEYS, "0", "0"));
  g_clear_object (&host);
  host = pt_test_host_scan (machine);
  blockers = pt_test_host_blockers (pt_test_host_gpu (host, "01:00.0"));
  g_assert_cmpstr (blockers, ==, "0000:01:00.2 last-input");
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/host/usb/parsers", test_parsers);
  g_test_add_func ("/host/usb/plugged", test_plugged);
  g_test_add_func ("/host/usb/last", test_last);
  g_test_add_func ("/host/usb/second", test_second);
  g_test_add_func ("/host/usb/built-in", test_built_in);
  g_test_add_func ("/host/usb/bluetooth", test_bluetooth);
  g_test_add_func ("/host/usb/false-keyboards", test_false_keyboards);
  g_test_add_func ("/host/usb/false-pointers", test_false_pointers);
  g_test_add_func ("/host/usb/broken", test_broken);
  g_test_add_func ("/host/usb/unknown", test_unknown);
  g_test_add_func ("/host/usb/check", test_check);
  g_test_add_func ("/host/usb/check-split", test_check_split);
  g_test_add_func ("/host/usb/card", test_card);

  return g_test_run ();
}
