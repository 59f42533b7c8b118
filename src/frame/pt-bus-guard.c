/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-bus-guard"

#include "config.h"

#include "pt-bus-guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#define PT_BUS_GUARD_SLOTS 64

typedef struct
{
  guintptr base; /* 0 = free; written last, so that the handler never sees half a slot */
  gsize    size;
  int     *lost;
} PtBusGuardSlot;

static PtBusGuardSlot   slots[PT_BUS_GUARD_SLOTS];
static struct sigaction previous;
static gsize            page_size;
static GMutex           slots_lock;

static gboolean
pt_bus_guard_replace (guintptr from,
                      guintptr end)
{
  const int protection = PROT_READ | PROT_WRITE;
  const int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

  return mmap ((gpointer)from, end - from, protection, flags, -1, 0) != MAP_FAILED;
}


/* Runs in the signal handler: system calls and memory only. Everything behind the first missing
 * page is missing too, so one call mends it all. Huge pages cannot be replaced in part: then the
 * whole mapping goes. */
static gboolean
pt_bus_guard_mend (guintptr address)
{
  for (guint i = 0; i < PT_BUS_GUARD_SLOTS; i++)
    {
      guintptr base = __atomic_load_n (&slots[i].base, __ATOMIC_ACQUIRE);
      guintptr end = base + slots[i].size;

      if (base == 0 || address < base || address >= end)
        continue;
      __atomic_store_n (slots[i].lost, 1, __ATOMIC_RELEASE);
      return pt_bus_guard_replace (address & ~(guintptr)(page_size - 1), end) ||
             pt_bus_guard_replace (base, end);
    }
  return FALSE;
}


/* A fault with the default action in place repeats when the handler returns and ends the process
 * as it would have without us; a signal somebody sent has to be sent again. */
static void
pt_bus_guard_chain (int        number,
                    siginfo_t *info,
                    gpointer   context)
{
  if (previous.sa_flags & SA_SIGINFO)
    previous.sa_sigaction (number, info, context);
  else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
    previous.sa_handler (number);
  else if (info->si_code > 0 || previous.sa_handler == SIG_DFL)
    {
      signal (number, SIG_DFL);
      if (info->si_code <= 0)
        raise (number);
    }
}


static void
pt_bus_guard_signal_cb (int        number,
                        siginfo_t *info,
                        gpointer   context)
{
  int saved = errno;

  if (info->si_code <= 0 || !pt_bus_guard_mend ((guintptr)info->si_addr))
    pt_bus_guard_chain (number, info, context);
  errno = saved;
}


static void
pt_bus_guard_install (void)
{
  static gsize     installed = 0;
  struct sigaction action = { .sa_sigaction = pt_bus_guard_signal_cb,
                              .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };

  if (!g_once_init_enter (&installed))
    return;
  page_size = (gsize)sysconf (_SC_PAGESIZE);
  sigemptyset (&action.sa_mask);
  sigaction (SIGBUS, &action, &previous);
  g_once_init_leave (&installed, 1);
}


gboolean
pt_bus_guard_add (gpointer base,
                  gsize    size,
                  int     *lost)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (base != NULL && lost != NULL, FALSE);

  pt_bus_guard_install ();
  locker = g_mutex_locker_new (&slots_lock);
  for (guint i = 0; i < PT_BUS_GUARD_SLOTS; i++)
    if (slots[i].base == 0)
      {
        slots[i].size = (size + page_size - 1) & ~(page_size - 1);
        slots[i].lost = lost;
        __atomic_store_n (&slots[i].base, (guintptr)base, __ATOMIC_RELEASE);
        return TRUE;
      }
  return FALSE;
}


void
pt_bus_guard_remove (gpointer base)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&slots_lock);

  for (guint i = 0; i < PT_BUS_GUARD_SLOTS; i++)
    if (slots[i].base == (guintptr)base)
      __atomic_store_n (&slots[i].base, (guintptr)0, __ATOMIC_RELEASE);
}
