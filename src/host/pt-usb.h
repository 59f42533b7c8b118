/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-address.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What is plugged into which USB controller, and on what the host's keyboards and pointing devices
 * hang: the last of each never leaves. */

/* What a USB device can do; bits, for many do several things. */
typedef enum {
  PT_USB_KEYBOARD = 1 << 0,
  PT_USB_MOUSE = 1 << 1,
  PT_USB_INPUT = 1 << 2, /* some other input device */
  PT_USB_BLUETOOTH = 1 << 3,
  PT_USB_STORAGE = 1 << 4,
  PT_USB_AUDIO = 1 << 5,
  PT_USB_VIDEO = 1 << 6,
  PT_USB_NETWORK = 1 << 7,
  PT_USB_HUB = 1 << 8,
} PtUsbKind;

typedef struct
{
  PtAddress controller;
  char     *port;  /* `1-2.3` */
  char     *name;  /* what it calls itself, else `046d:c31c`; never NULL */
  guint     kinds; /* PtUsbKind, 0 = something else */
  gboolean  mouse_first;
  gboolean  built_in; /* soldered to the board, as a laptop's camera is */
} PtUsbDevice;

typedef enum {
  PT_INPUT_BUILT_IN = 0, /* PS/2, or in a laptop: on no PCI device that could leave */
  PT_INPUT_ON_DEVICE,    /* on the controller at @address */
  PT_INPUT_BLUETOOTH,    /* behind a Bluetooth adapter */
} PtInputWay;

/* One input device the kernel has made that is a whole keyboard or points. */
typedef struct
{
  gboolean   keyboard;
  gboolean   pointer;
  PtInputWay way;
  PtAddress  address;
} PtInput;

typedef struct
{
  gboolean   devices_known;
  gboolean   inputs_known;
  GPtrArray *devices;  /* PtUsbDevice, by port */
  GArray    *inputs;   /* PtInput */
  GArray    *adapters; /* PtAddress: controllers with a Bluetooth adapter */
} PtUsb;

/* Never NULL. */
PtUsb *pt_usb_read (PtSysroot *sysroot);
void   pt_usb_free (PtUsb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtUsb, pt_usb_free)

/* PtUsbDevice on the controller at @address, hubs left out. (transfer container) */
GPtrArray *pt_usb_get_plugged (const PtUsb     *self,
                               const PtAddress *address);

/* TRUE if a keyboard or pointing device hangs on the function at @address, or may do so. */
gboolean pt_usb_carries_input (const PtUsb     *self,
                               const PtAddress *address);

typedef enum {
  PT_INPUT_LOSS_NONE = 0,
  PT_INPUT_LOSS_UNKNOWN, /* it could not be read what hangs where */
  PT_INPUT_LOSS_KEYBOARD,
  PT_INPUT_LOSS_POINTER,
  PT_INPUT_LOSS_BOTH,
} PtInputLoss;

/* What the host would be left without if the functions at @addresses (PtAddress) went: its last
 * keyboard, its last pointing device. A host that has none loses none. */
PtInputLoss pt_usb_judge_loss (const PtUsb *self,
                               GArray      *addresses);

/* Parsers. */

/* PtUsbKind of an interface's class, subclass and protocol, as https://www.usb.org/ defines
 * them. */
guint pt_usb_parse_interface (guint class_code,
                              guint subclass,
                              guint protocol);
/* TRUE if @text, a bit field of `capabilities/`, has the bit @number: 64 bits a word, the highest
 * first. */
gboolean pt_usb_parse_bit (const char *text,
                           guint       number);

G_END_DECLS
