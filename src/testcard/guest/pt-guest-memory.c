/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-guest-memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Init starts in the root folder. */
#define PT_GUEST_DEVICES "sys/bus/pci/devices"
#define PT_GUEST_VENDOR 0x1af4
#define PT_GUEST_DEVICE 0x1110


static unsigned long
pt_guest_memory_read_number (const char *device,
                             const char *attribute)
{
  char    path[512] = { 0 };
  char    text[32] = { 0 };
  int     fd = -1;
  ssize_t got = 0;

  snprintf (path, sizeof path, PT_GUEST_DEVICES "/%s/%s", device, attribute);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  got = read (fd, text, sizeof text - 1);
  close (fd);
  return got > 0 ? strtoul (text, NULL, 0) : 0;
}


static bool
pt_guest_memory_enable (const char *device)
{
  char path[512] = { 0 };
  int  fd = -1;
  bool ok = false;

  snprintf (path, sizeof path, PT_GUEST_DEVICES "/%s/enable", device);
  fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  ok = write (fd, "1", 1) == 1;
  close (fd);
  return ok;
}


static void *
pt_guest_memory_map_device (const char *device,
                            size_t     *size)
{
  char        path[512] = { 0 };
  struct stat status = { 0 };
  void       *memory = MAP_FAILED;
  int         fd = -1;

  snprintf (path, sizeof path, PT_GUEST_DEVICES "/%s/resource2", device);
  fd = open (path, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  if (fstat (fd, &status) == 0 && status.st_size > 0)
    memory = mmap (NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  *size = (size_t)status.st_size;
  return memory != MAP_FAILED ? memory : NULL;
}


void *
pt_guest_memory_map (size_t *size)
{
  DIR           *devices = opendir (PT_GUEST_DEVICES);
  struct dirent *entry = NULL;
  void          *memory = NULL;

  while (devices != NULL && memory == NULL && (entry = readdir (devices)) != NULL)
    if (entry->d_name[0] != '.' &&
        pt_guest_memory_read_number (entry->d_name, "vendor") == PT_GUEST_VENDOR &&
        pt_guest_memory_read_number (entry->d_name, "device") == PT_GUEST_DEVICE &&
        pt_guest_memory_enable (entry->d_name))
      memory = pt_guest_memory_map_device (entry->d_name, size);
  if (devices != NULL)
    closedir (devices);
  return memory;
}
