/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-guest-power.h"

#include <fcntl.h>
#include <linux/input.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <unistd.h>

#define PT_GUEST_INPUTS 8
/* ACPI specification, "PM1 Event Registers" and "Fixed ACPI Description Table". */
#define PT_GUEST_FADT "sys/firmware/acpi/tables/FACP"
#define PT_GUEST_FADT_PM1A 56
#define PT_GUEST_FADT_PM1_LENGTH 88
#define PT_GUEST_POWER_BIT (1u << 8)

static int            pt_guest_inputs[PT_GUEST_INPUTS];
static unsigned short pt_guest_enable_port;


static void
pt_guest_power_open_inputs (void)
{
  for (int i = 0; i < PT_GUEST_INPUTS; i++)
    {
      char path[64] = { 0 };

      snprintf (path, sizeof path, "dev/input/event%d", i);
      pt_guest_inputs[i] = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    }
}


/* The enable half of the PM1 event block lies behind its status half. 0 if unknown. */
static unsigned short
pt_guest_power_find_port (void)
{
  uint8_t  table[128] = { 0 };
  uint32_t block = 0;
  int      fd = open (PT_GUEST_FADT, O_RDONLY | O_CLOEXEC);
  ssize_t  got = fd >= 0 ? read (fd, table, sizeof table) : -1;

  if (fd >= 0)
    close (fd);
  if (got <= PT_GUEST_FADT_PM1_LENGTH)
    return 0;
  memcpy (&block, table + PT_GUEST_FADT_PM1A, sizeof block);
  if (block == 0 || block > 0xff00 || table[PT_GUEST_FADT_PM1_LENGTH] < 4)
    return 0;
  return (unsigned short)(block + table[PT_GUEST_FADT_PM1_LENGTH] / 2);
}


void
pt_guest_power_start (void)
{
  unsigned short port = pt_guest_power_find_port ();

  pt_guest_power_open_inputs ();
  if (port == 0 || ioperm (port, 2, 1) != 0)
    return;
  /* Armed already: the kernel's driver listens, and the input device will tell. */
  if (inw (port) & PT_GUEST_POWER_BIT)
    return;
  outw ((unsigned short)(inw (port) | PT_GUEST_POWER_BIT), port);
  pt_guest_enable_port = port;
}


static bool
pt_guest_power_key (int fd)
{
  struct input_event event = { 0 };

  while (fd >= 0 && read (fd, &event, sizeof event) == (ssize_t)sizeof event)
    if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1)
      return true;
  return false;
}


bool
pt_guest_power_pressed (void)
{
  for (int i = 0; i < PT_GUEST_INPUTS; i++)
    if (pt_guest_power_key (pt_guest_inputs[i]))
      return true;
  return pt_guest_enable_port != 0 && (inw (pt_guest_enable_port) & PT_GUEST_POWER_BIT) == 0;
}
