/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

/* Preloaded into a program under test, it counts the calls that change a file system, starting with
 * 1, and at a chosen one lets the computer die, a disk fail or fill up. Only the process itself is
 * counted, not what it forks. Environment:
 *
 *   KILLER_KILL=N    SIGKILL instead of call N
 *   KILLER_FAIL=N    call N alone fails with EIO
 *   KILLER_FULL=N    from call N on everything that needs space fails with ENOSPC
 *   KILLER_FREE=N    statvfs() tells of N free bytes
 *   KILLER_REPORT=F  the number of calls goes to the file F at exit
 *   KILLER_TRACE=1   every call is named on standard error */

#undef _FILE_OFFSET_BITS

#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long killer_count;
static long        killer_kill;
static long        killer_fail;
static long        killer_full;
static const char *killer_report;
static int         killer_trace;
static pid_t       killer_pid;

static long
killer_number (const char *name)
{
  const char *text = getenv (name);

  return text != NULL ? atol (text) : 0;
}

static void __attribute__ ((constructor))
killer_start (void)
{
  killer_kill = killer_number ("KILLER_KILL");
  killer_fail = killer_number ("KILLER_FAIL");
  killer_full = killer_number ("KILLER_FULL");
  killer_report = getenv ("KILLER_REPORT");
  killer_trace = getenv ("KILLER_TRACE") != NULL;
  killer_pid = getpid ();
}

static void __attribute__ ((destructor))
killer_end (void)
{
  char text[32];
  int  length = snprintf (text, sizeof text, "%ld\n", atomic_load (&killer_count));
  long fd = -1;

  if (killer_report == NULL || getpid () != killer_pid)
    return;
  fd = syscall (SYS_openat, AT_FDCWD, killer_report, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd >= 0)
    {
      syscall (SYS_write, fd, text, (size_t)length);
      syscall (SYS_close, fd);
    }
}

/* Returns nonzero, with errno set, if the call is to fail. */
static int
killer_strike (const char *call,
               const char *name,
               int         needs_space)
{
  long number = 0;

  if (getpid () != killer_pid)
    return 0;

  number = atomic_fetch_add (&killer_count, 1) + 1;
  if (killer_trace)
    {
      char text[512];
      int  length = snprintf (text, sizeof text, "killer: %ld %s %s\n", number, call,
                             name != NULL ? name : "");

      syscall (SYS_write, 2, text, (size_t)length < sizeof text ? (size_t)length : sizeof text);
    }
  if (number == killer_kill)
    syscall (SYS_kill, killer_pid, SIGKILL);
  if (number == killer_fail)
    {
      errno = EIO;
      return 1;
    }
  if (killer_full > 0 && number >= killer_full && needs_space)
    {
      errno = ENOSPC;
      return 1;
    }
  return 0;
}

static void *
killer_next (const char *name)
{
  return dlsym (RTLD_NEXT, name);
}

static int
killer_is_regular (int fd)
{
  struct stat info;

  return fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
}

#define KILLER_NEXT(name, ...) ((__typeof__ (&name))killer_next (#name)) (__VA_ARGS__)

/* @name: the call. The rest: its declaration, its arguments, what it acts on, and
 * if it needs space. */
#define KILLER_WRAP(type, name, declaration, arguments, target, needs_space) \
  type                                                                       \
    name declaration                                                         \
  {                                                                          \
    if (killer_strike (#name, target, needs_space))                          \
      return (type)-1;                                                       \
    return ((__typeof__ (&name))killer_next (#name))arguments;               \
  }

KILLER_WRAP (int, rename, (const char *from, const char *to), (from, to), to, 0)
KILLER_WRAP (int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), to,
             0)
KILLER_WRAP (int, renameat2, (int a, const char *from, int b, const char *to, unsigned int flags),
             (a, from, b, to, flags), to, 0)
KILLER_WRAP (int, link, (const char *from, const char *to), (from, to), to, 1)
KILLER_WRAP (int, symlink, (const char *from, const char *to), (from, to), to, 1)
KILLER_WRAP (int, symlinkat, (const char *from, int fd, const char *to), (from, fd, to), to, 1)
KILLER_WRAP (int, unlink, (const char *path), (path), path, 0)
KILLER_WRAP (int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags), path, 0)
KILLER_WRAP (int, rmdir, (const char *path), (path), path, 0)
KILLER_WRAP (int, mkdir, (const char *path, mode_t mode), (path, mode), path, 1)
KILLER_WRAP (int, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode), path, 1)
KILLER_WRAP (int, chmod, (const char *path, mode_t mode), (path, mode), path, 0)
KILLER_WRAP (int, fchmod, (int fd, mode_t mode), (fd, mode), NULL, 0)
KILLER_WRAP (int, fchmodat, (int fd, const char *path, mode_t mode, int flags),
             (fd, path, mode, flags), path, 0)
KILLER_WRAP (int, chown, (const char *path, uid_t uid, gid_t gid), (path, uid, gid), path, 0)
KILLER_WRAP (int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid), NULL, 0)
KILLER_WRAP (int, fsync, (int fd), (fd), NULL, 0)
KILLER_WRAP (int, fdatasync, (int fd), (fd), NULL, 0)
KILLER_WRAP (int, ftruncate, (int fd, off_t length), (fd, length), NULL, 0)
KILLER_WRAP (int, ftruncate64, (int fd, off64_t length), (fd, length), NULL, 0)

ssize_t
write (int fd, const void *data, size_t length)
{
  if (killer_is_regular (fd) && killer_strike ("write", NULL, 1))
    return -1;
  return KILLER_NEXT (write, fd, data, length);
}

/* fork() and posix_spawn(): a program of the host is about to start. */
pid_t
fork (void)
{
  if (killer_strike ("fork", NULL, 0))
    return -1;
  return KILLER_NEXT (fork);
}

int
posix_spawn (pid_t                            *pid,
             const char                       *path,
             const posix_spawn_file_actions_t *actions,
             const posix_spawnattr_t          *attributes,
             char *const                       argv[],
             char *const                       environment[])
{
  if (killer_strike ("posix_spawn", path, 0))
    return errno;
  return KILLER_NEXT (posix_spawn, pid, path, actions, attributes, argv, environment);
}

static int
killer_strike_open (const char *call,
                    const char *path,
                    int         flags)
{
  if ((flags & O_ACCMODE) == O_RDONLY && (flags & (O_CREAT | O_TRUNC)) == 0)
    return 0;
  if (strncmp (path, "/dev/", 5) == 0)
    return 0;
  return killer_strike (call, path, (flags & O_CREAT) != 0);
}

#define KILLER_WRAP_OPEN(name)                                                          \
  int                                                                                   \
  name (const char *path, int flags, ...)                                               \
  {                                                                                     \
    va_list list;                                                                       \
    mode_t  mode = 0;                                                                   \
                                                                                        \
    va_start (list, flags);                                                             \
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (list, mode_t) : 0;            \
    va_end (list);                                                                      \
    if (killer_strike_open (#name, path, flags))                                        \
      return -1;                                                                        \
    return ((int (*) (const char *, int, ...))killer_next (#name)) (path, flags, mode); \
  }

#define KILLER_WRAP_OPENAT(name)                                                                 \
  int                                                                                            \
  name (int fd, const char *path, int flags, ...)                                                \
  {                                                                                              \
    va_list list;                                                                                \
    mode_t  mode = 0;                                                                            \
                                                                                                 \
    va_start (list, flags);                                                                      \
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (list, mode_t) : 0;                     \
    va_end (list);                                                                               \
    if (killer_strike_open (#name, path, flags))                                                 \
      return -1;                                                                                 \
    return ((int (*) (int, const char *, int, ...))killer_next (#name)) (fd, path, flags, mode); \
  }

KILLER_WRAP_OPEN (open)
KILLER_WRAP_OPEN (open64)
KILLER_WRAP_OPENAT (openat)
KILLER_WRAP_OPENAT (openat64)

static void
killer_limit (unsigned long *available,
              unsigned long  size)
{
  const char *text = getenv ("KILLER_FREE");

  if (text != NULL && size > 0)
    *available = strtoul (text, NULL, 10) / size;
}

int
statvfs (const char     *path,
         struct statvfs *info)
{
  int result = KILLER_NEXT (statvfs, path, info);

  killer_limit (&info->f_bavail, info->f_frsize);
  return result;
}

int
statvfs64 (const char       *path,
           struct statvfs64 *info)
{
  int result = KILLER_NEXT (statvfs64, path, info);

  killer_limit (&info->f_bavail, info->f_frsize);
  return result;
}
