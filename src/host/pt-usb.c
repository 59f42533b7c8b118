/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-usb"

#include "config.h"

#include "pt-usb.h"

#include <string.h>

#include "pt-pci-scan.h"

/* Bits of include/uapi/linux/input-event-codes.h. */
#define PT_KEY_FIRST 1 /* Escape … S: nothing but a keyboard has them all (as udev's input_id) */
#define PT_KEY_LAST 31
#define PT_BUTTON_LEFT 0x110
#define PT_BUTTON_TOOL_PEN 0x140
#define PT_BUTTON_TOOL_FINGER 0x145
#define PT_AXIS_X 0
#define PT_AXIS_Y 1


static void
pt_usb_device_free (PtUsbDevice *self)
{
  g_free (self->port);
  g_free (self->name);
  g_free (self);
}


void
pt_usb_free (PtUsb *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->devices);
  g_array_unref (self->inputs);
  g_array_unref (self->adapters);
  g_free (self);
}


/* Parsing */

guint
pt_usb_parse_interface (guint class_code,
                        guint subclass,
                        guint protocol)
{
  switch (class_code)
    {
    case 0x01:
      return PT_USB_AUDIO;
    case 0x02:
    case 0x0a:
      return PT_USB_NETWORK;
    case 0x03:
      if (subclass == 1 && protocol == 1)
        return PT_USB_KEYBOARD;
      return subclass == 1 && protocol == 2 ? PT_USB_MOUSE : PT_USB_INPUT;
    case 0x08:
      return PT_USB_STORAGE;
    case 0x09:
      return PT_USB_HUB;
    case 0x0e:
      return PT_USB_VIDEO;
    case 0xe0:
      return subclass == 1 && protocol == 1 ? PT_USB_BLUETOOTH : PT_USB_NETWORK;
    default:
      return 0;
    }
}


gboolean
pt_usb_parse_bit (const char *text,
                  guint       number)
{
  g_auto (GStrv) words = NULL;
  guint   count = 0;
  guint64 bits = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  words = g_strsplit (text, " ", -1);
  count = g_strv_length (words);
  if (number / 64 >= count)
    return FALSE;
  return g_ascii_string_to_unsigned (words[count - 1 - number / 64], 16, 0, G_MAXUINT64, &bits,
                                     NULL) &&
         (bits & ((guint64)1 << (number % 64))) != 0;
}


/* Reading what is plugged in */

static char *
pt_usb_read_of (PtSysroot  *sysroot,
                const char *device,
                const char *attribute)
{
  g_autofree char *name = g_build_filename (device, attribute, NULL);

  return pt_sysroot_read_text (sysroot, PT_PLACE_USB_DEVICES, name, NULL);
}


/* Two hexadecimal digits; 0 if they are not there. */
static guint
pt_usb_read_code (PtSysroot  *sysroot,
                  const char *device,
                  const char *attribute)
{
  g_autofree char *text = pt_usb_read_of (sysroot, device, attribute);
  guint64          value = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 16, 0, 0xff, &value, NULL))
    return 0;
  return (guint)value;
}


/* Its own name, with the maker's where it is not part of it, else its number. */
static char *
pt_usb_read_name (PtSysroot  *sysroot,
                  const char *device)
{
  g_autofree char *product = pt_usb_read_of (sysroot, device, "product");
  g_autofree char *maker = pt_usb_read_of (sysroot, device, "manufacturer");
  g_autofree char *vendor = pt_usb_read_of (sysroot, device, "idVendor");
  g_autofree char *id = pt_usb_read_of (sysroot, device, "idProduct");

  if (product != NULL && *product != '\0' && maker != NULL && *maker != '\0' &&
      !g_str_has_prefix (product, maker))
    return g_strdup_printf ("%s %s", maker, product);
  if (product != NULL && *product != '\0')
    return g_steal_pointer (&product);
  return g_strdup_printf ("%s:%s", vendor != NULL ? vendor : "????", id != NULL ? id : "????");
}


/* NULL for what is not on a PCI controller. */
static PtUsbDevice *
pt_usb_read_device (PtSysroot  *sysroot,
                    const char *port)
{
  g_autofree char *link = pt_sysroot_read_link_text (sysroot, PT_PLACE_USB_DEVICES, port, NULL);
  g_autofree char *removable = NULL;
  PtUsbDevice     *device = NULL;
  PtAddress        controller = { 0 };

  if (link == NULL || !pt_pci_scan_parse_link (link, &controller))
    return NULL;
  removable = pt_usb_read_of (sysroot, port, "removable");
  device = g_new0 (PtUsbDevice, 1);
  device->controller = controller;
  device->port = g_strdup (port);
  device->name = pt_usb_read_name (sysroot, port);
  device->kinds = pt_usb_read_code (sysroot, port, "bDeviceClass") == 0x09 ? PT_USB_HUB : 0;
  device->built_in = g_strcmp0 (removable, "fixed") == 0;
  return device;
}


/* `1-2:1.0` belongs to `1-2`, which sorts before it. */
static void
pt_usb_read_interface (PtUsb      *self,
                       PtSysroot  *sysroot,
                       const char *name)
{
  gsize length = strcspn (name, ":");
  guint kind = pt_usb_parse_interface (pt_usb_read_code (sysroot, name, "bInterfaceClass"),
                                       pt_usb_read_code (sysroot, name, "bInterfaceSubClass"),
                                       pt_usb_read_code (sysroot, name, "bInterfaceProtocol"));

  for (guint i = 0; i < self->devices->len; i++)
    {
      PtUsbDevice *device = g_ptr_array_index (self->devices, i);

      if (strlen (device->port) != length || strncmp (device->port, name, length) != 0)
        continue;
      if (kind == PT_USB_MOUSE && (device->kinds & PT_USB_KEYBOARD) == 0)
        device->mouse_first = TRUE;
      device->kinds |= kind;
    }
}


static void
pt_usb_read_devices (PtUsb     *self,
                     PtSysroot *sysroot)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_USB_DEVICES, NULL, NULL);

  self->devices_known = names != NULL;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      PtUsbDevice *device = NULL;

      /* `usb1` is the controller itself, seen as a hub. */
      if (g_ascii_isdigit (*names[i]) && strchr (names[i], ':') == NULL)
        device = pt_usb_read_device (sysroot, names[i]);
      if (device != NULL)
        g_ptr_array_add (self->devices, device);
    }
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (strchr (names[i], ':') != NULL)
        pt_usb_read_interface (self, sysroot, names[i]);
    }
}


/* Reading what the kernel made input devices of */

static char *
pt_usb_read_bits (PtSysroot  *sysroot,
                  const char *input,
                  const char *field)
{
  g_autofree char *name = g_build_filename (input, "capabilities", field, NULL);

  return pt_sysroot_read_text (sysroot, PT_PLACE_INPUT_CLASS, name, NULL);
}


static gboolean
pt_usb_is_keyboard (const char *keys)
{
  for (guint i = PT_KEY_FIRST; i <= PT_KEY_LAST; i++)
    {
      if (!pt_usb_parse_bit (keys, i))
        return FALSE;
    }
  return TRUE;
}


static gboolean
pt_usb_has_axes (const char *axes)
{
  return axes != NULL && pt_usb_parse_bit (axes, PT_AXIS_X) && pt_usb_parse_bit (axes, PT_AXIS_Y);
}


/* A mouse, a pointing stick, a tablet that has a left button, or a touchpad. A touch screen is
 * none: nobody would want to mend a computer with it. */
static gboolean
pt_usb_is_pointer (PtSysroot  *sysroot,
                   const char *input,
                   const char *keys)
{
  g_autofree char *relative = pt_usb_read_bits (sysroot, input, "rel");
  g_autofree char *absolute = pt_usb_read_bits (sysroot, input, "abs");

  if (pt_usb_parse_bit (keys, PT_BUTTON_LEFT) &&
      (pt_usb_has_axes (relative) || pt_usb_has_axes (absolute)))
    return TRUE;
  return pt_usb_parse_bit (keys, PT_BUTTON_TOOL_FINGER) &&
         !pt_usb_parse_bit (keys, PT_BUTTON_TOOL_PEN) && pt_usb_has_axes (absolute);
}


/* `…/usb1/1-2/1-2:1.0/…`: the plugged device on the way, NULL without one. */
static const PtUsbDevice *
pt_usb_find_on_way (PtUsb      *self,
                    const char *link)
{
  g_auto (GStrv) parts = g_strsplit (link, "/", -1);
  const PtUsbDevice *found = NULL;

  for (guint i = 0; parts[i] != NULL; i++)
    for (guint j = 0; j < self->devices->len; j++)
      {
        const PtUsbDevice *device = g_ptr_array_index (self->devices, j);

        if (g_str_equal (device->port, parts[i]))
          found = device;
      }
  return found;
}


/* Some mice say that they are a keyboard, too, for their extra buttons: a device that is a mouse
 * in the first place is nobody's keyboard. */
static void
pt_usb_place_input (PtUsb      *self,
                    PtInput    *input,
                    const char *link)
{
  const PtUsbDevice *device = pt_usb_find_on_way (self, link);

  if (strstr (link, "/bluetooth/") != NULL || strstr (link, "/uhid/0005:") != NULL)
    input->way = PT_INPUT_BLUETOOTH;
  else if (pt_pci_scan_parse_link (link, &input->address))
    input->way = PT_INPUT_ON_DEVICE;
  else
    input->way = PT_INPUT_BUILT_IN;
  if (device != NULL && device->mouse_first)
    input->keyboard = FALSE;
}


/* FALSE if it cannot be told what it is. Those that programs make up (`virtual/input`) follow real
 * ones and do not count. */
static gboolean
pt_usb_read_input (PtUsb      *self,
                   PtSysroot  *sysroot,
                   const char *name)
{
  g_autofree char *link = pt_sysroot_read_link_text (sysroot, PT_PLACE_INPUT_CLASS, name, NULL);
  g_autofree char *keys = pt_usb_read_bits (sysroot, name, "key");
  PtInput          input = { 0 };

  if (link == NULL || keys == NULL || *keys == '\0')
    return FALSE;
  if (strstr (link, "/virtual/input/") != NULL)
    return TRUE;
  input.keyboard = pt_usb_is_keyboard (keys);
  input.pointer = pt_usb_is_pointer (sysroot, name, keys);
  pt_usb_place_input (self, &input, link);
  if (input.keyboard || input.pointer)
    g_array_append_val (self->inputs, input);
  return TRUE;
}


static void
pt_usb_read_inputs (PtUsb     *self,
                    PtSysroot *sysroot)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_INPUT_CLASS, NULL, NULL);

  self->inputs_known = names != NULL;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (g_str_has_prefix (names[i], "input") && !pt_usb_read_input (self, sysroot, names[i]))
        self->inputs_known = FALSE;
    }
}


/* Adapters by their own class and by what they say on the bus. */
static void
pt_usb_read_adapters (PtUsb     *self,
                      PtSysroot *sysroot)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_BLUETOOTH_CLASS, NULL, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *link =
        pt_sysroot_read_link_text (sysroot, PT_PLACE_BLUETOOTH_CLASS, names[i], NULL);
      PtAddress address = { 0 };

      if (link != NULL && pt_pci_scan_parse_link (link, &address))
        g_array_append_val (self->adapters, address);
    }
  for (guint i = 0; i < self->devices->len; i++)
    {
      const PtUsbDevice *device = g_ptr_array_index (self->devices, i);

      if (device->kinds & PT_USB_BLUETOOTH)
        g_array_append_val (self->adapters, device->controller);
    }
}


PtUsb *
pt_usb_read (PtSysroot *sysroot)
{
  PtUsb *self = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_new0 (PtUsb, 1);
  self->devices = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_usb_device_free);
  self->inputs = g_array_new (FALSE, FALSE, sizeof (PtInput));
  self->adapters = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  pt_usb_read_devices (self, sysroot);
  pt_usb_read_inputs (self, sysroot);
  pt_usb_read_adapters (self, sysroot);
  return self;
}


/* Deciding */

GPtrArray *
pt_usb_get_plugged (const PtUsb     *self,
                    const PtAddress *address)
{
  GPtrArray *plugged = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (address != NULL, NULL);

  plugged = g_ptr_array_new ();
  for (guint i = 0; i < self->devices->len; i++)
    {
      PtUsbDevice *device = g_ptr_array_index (self->devices, i);

      if (pt_address_equal (&device->controller, address) && (device->kinds & PT_USB_HUB) == 0)
        g_ptr_array_add (plugged, device);
    }
  return plugged;
}


static gboolean
pt_usb_has_address (GArray          *addresses,
                    const PtAddress *address)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      if (pt_address_equal (&g_array_index (addresses, PtAddress, i), address))
        return TRUE;
    }
  return FALSE;
}


/* TRUE if @input goes with @addresses. Through which adapter a Bluetooth device came is not said:
 * it goes with any of them. */
static gboolean
pt_usb_input_goes (const PtUsb   *self,
                   const PtInput *input,
                   GArray        *addresses)
{
  if (input->way == PT_INPUT_ON_DEVICE)
    return pt_usb_has_address (addresses, &input->address);
  for (guint i = 0; input->way == PT_INPUT_BLUETOOTH && i < self->adapters->len; i++)
    {
      if (pt_usb_has_address (addresses, &g_array_index (self->adapters, PtAddress, i)))
        return TRUE;
    }
  return FALSE;
}


typedef struct
{
  gboolean keyboard_goes, keyboard_stays;
  gboolean pointer_goes, pointer_stays;
} PtUsbBalance;


/* What a device says of itself on the bus counts as going even where the kernel made no input
 * device of it, and as staying only where nothing is known of input devices. */
static void
pt_usb_weigh_devices (const PtUsb  *self,
                      GArray       *addresses,
                      PtUsbBalance *balance)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      const PtUsbDevice *device = g_ptr_array_index (self->devices, i);
      gboolean           goes = pt_usb_has_address (addresses, &device->controller);
      gboolean           keyboard = (device->kinds & PT_USB_KEYBOARD) != 0 && !device->mouse_first;
      gboolean           pointer = (device->kinds & PT_USB_MOUSE) != 0;

      balance->keyboard_goes |= goes && keyboard;
      balance->pointer_goes |= goes && pointer;
      balance->keyboard_stays |= !goes && keyboard && !self->inputs_known;
      balance->pointer_stays |= !goes && pointer && !self->inputs_known;
    }
}


static void
pt_usb_weigh (const PtUsb  *self,
              GArray       *addresses,
              PtUsbBalance *balance)
{
  for (guint i = 0; i < self->inputs->len; i++)
    {
      const PtInput *input = &g_array_index (self->inputs, PtInput, i);
      gboolean       goes = pt_usb_input_goes (self, input, addresses);

      balance->keyboard_goes |= input->keyboard && goes;
      balance->pointer_goes |= input->pointer && goes;
      balance->keyboard_stays |= input->keyboard && !goes;
      balance->pointer_stays |= input->pointer && !goes;
    }
  pt_usb_weigh_devices (self, addresses, balance);
}


PtInputLoss
pt_usb_judge_loss (const PtUsb *self,
                   GArray      *addresses)
{
  PtUsbBalance balance = { FALSE };
  gboolean     keyboard = FALSE, pointer = FALSE;

  g_return_val_if_fail (self != NULL, PT_INPUT_LOSS_UNKNOWN);
  g_return_val_if_fail (addresses != NULL, PT_INPUT_LOSS_UNKNOWN);

  pt_usb_weigh (self, addresses, &balance);
  keyboard = balance.keyboard_goes && !balance.keyboard_stays;
  pointer = balance.pointer_goes && !balance.pointer_stays;
  if (keyboard && pointer)
    return PT_INPUT_LOSS_BOTH;
  if (keyboard || pointer)
    return keyboard ? PT_INPUT_LOSS_KEYBOARD : PT_INPUT_LOSS_POINTER;
  /* Something may hang on them that could not be read; then both have to be seen to stay. */
  if ((!self->inputs_known || !self->devices_known) &&
      (!balance.keyboard_stays || !balance.pointer_stays))
    return PT_INPUT_LOSS_UNKNOWN;
  return PT_INPUT_LOSS_NONE;
}


gboolean
pt_usb_carries_input (const PtUsb     *self,
                      const PtAddress *address)
{
  g_autoptr (GArray) alone = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  PtUsbBalance balance = { FALSE };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  g_array_append_vals (alone, address, 1);
  pt_usb_weigh (self, alone, &balance);
  return balance.keyboard_goes || balance.pointer_goes;
}
