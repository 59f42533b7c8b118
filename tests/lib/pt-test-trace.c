/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-test-trace"

#include "config.h"

#include "pt-test-trace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)

#define PT_TEST_TRACE_OPTIONS                                                               \
  (PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
   PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)
#define PT_TEST_NO_ARGUMENT 9

typedef enum {
  PT_TEST_CALL_PLAIN = 0,
  PT_TEST_CALL_SPACE = 1 << 0, /* fails on a full disk */
  PT_TEST_CALL_SYNC = 1 << 1,
  PT_TEST_CALL_SPAWN = 1 << 2,
  PT_TEST_CALL_DATA = 1 << 3, /* only what is written to a file counts */
  PT_TEST_CALL_OPEN = 1 << 4,
} PtTestCallFlags;

/* What a call acts on: a path, relative to a folder, or an open file. */
typedef struct
{
  int         number;
  const char *name;
  guint       flags;
  guint       path;   /* argument */
  guint       folder; /* argument */
  guint       file;   /* argument; of an open, that with its flags */
} PtTestCallKind;

#define PATH(name, flags, path)                                              \
  {                                                                          \
    SYS_##name, #name, flags, path, PT_TEST_NO_ARGUMENT, PT_TEST_NO_ARGUMENT \
  }
#define PATH_AT(name, flags, path, folder)                      \
  {                                                             \
    SYS_##name, #name, flags, path, folder, PT_TEST_NO_ARGUMENT \
  }
#define HANDLE(name, flags, file)                                            \
  {                                                                          \
    SYS_##name, #name, flags, PT_TEST_NO_ARGUMENT, PT_TEST_NO_ARGUMENT, file \
  }
#define SPAWN(name) HANDLE (name, PT_TEST_CALL_SPAWN, PT_TEST_NO_ARGUMENT)

static const PtTestCallKind pt_test_calls[] = {
  { SYS_open, "open", PT_TEST_CALL_OPEN | PT_TEST_CALL_SPACE, 0, PT_TEST_NO_ARGUMENT, 1 },
  { SYS_openat, "openat", PT_TEST_CALL_OPEN | PT_TEST_CALL_SPACE, 1, 0, 2 },
  PATH (creat, PT_TEST_CALL_SPACE, 0),
  HANDLE (write, PT_TEST_CALL_DATA | PT_TEST_CALL_SPACE, 0),
  HANDLE (pwrite64, PT_TEST_CALL_DATA | PT_TEST_CALL_SPACE, 0),
  HANDLE (writev, PT_TEST_CALL_DATA | PT_TEST_CALL_SPACE, 0),
  HANDLE (pwritev, PT_TEST_CALL_DATA | PT_TEST_CALL_SPACE, 0),
  HANDLE (pwritev2, PT_TEST_CALL_DATA | PT_TEST_CALL_SPACE, 0),
  HANDLE (sendfile, PT_TEST_CALL_DATA | PT_TEST_CALL_SPACE, 0),
  HANDLE (copy_file_range, PT_TEST_CALL_DATA | PT_TEST_CALL_SPACE, 2),
  HANDLE (splice, PT_TEST_CALL_DATA | PT_TEST_CALL_SPACE, 2),
  HANDLE (fallocate, PT_TEST_CALL_SPACE, 0),
  HANDLE (ftruncate, PT_TEST_CALL_PLAIN, 0),
  PATH (truncate, PT_TEST_CALL_PLAIN, 0),
  PATH (rename, PT_TEST_CALL_PLAIN, 1),
  PATH_AT (renameat, PT_TEST_CALL_PLAIN, 3, 2),
  PATH_AT (renameat2, PT_TEST_CALL_PLAIN, 3, 2),
  PATH (link, PT_TEST_CALL_SPACE, 1),
  PATH_AT (linkat, PT_TEST_CALL_SPACE, 3, 2),
  PATH (symlink, PT_TEST_CALL_SPACE, 1),
  PATH_AT (symlinkat, PT_TEST_CALL_SPACE, 2, 1),
  PATH (mknod, PT_TEST_CALL_SPACE, 0),
  PATH_AT (mknodat, PT_TEST_CALL_SPACE, 1, 0),
  PATH (mkdir, PT_TEST_CALL_SPACE, 0),
  PATH_AT (mkdirat, PT_TEST_CALL_SPACE, 1, 0),
  PATH (unlink, PT_TEST_CALL_PLAIN, 0),
  PATH_AT (unlinkat, PT_TEST_CALL_PLAIN, 1, 0),
  PATH (rmdir, PT_TEST_CALL_PLAIN, 0),
  PATH (chmod, PT_TEST_CALL_PLAIN, 0),
  HANDLE (fchmod, PT_TEST_CALL_PLAIN, 0),
  PATH_AT (fchmodat, PT_TEST_CALL_PLAIN, 1, 0),
  PATH (chown, PT_TEST_CALL_PLAIN, 0),
  PATH (lchown, PT_TEST_CALL_PLAIN, 0),
  HANDLE (fchown, PT_TEST_CALL_PLAIN, 0),
  PATH_AT (fchownat, PT_TEST_CALL_PLAIN, 1, 0),
  PATH (utimes, PT_TEST_CALL_PLAIN, 0),
  /* With an open file its path is NULL. */
  PATH_AT (utimensat, PT_TEST_CALL_PLAIN, 1, 0),
  HANDLE (fsync, PT_TEST_CALL_SYNC, 0),
  HANDLE (fdatasync, PT_TEST_CALL_SYNC, 0),
  HANDLE (syncfs, PT_TEST_CALL_SYNC, 0),
  HANDLE (sync_file_range, PT_TEST_CALL_SYNC, 0),
  HANDLE (sync, PT_TEST_CALL_SYNC, PT_TEST_NO_ARGUMENT),
  SPAWN (clone),
  SPAWN (clone3),
  SPAWN (fork),
  SPAWN (vfork),
  SPAWN (execve),
  SPAWN (execveat),
};

#undef PATH
#undef PATH_AT
#undef HANDLE
#undef SPAWN

typedef struct
{
  PtTestTrace *trace;
  GHashTable  *known; /* threads and processes */
  pid_t        first;
  gboolean     running; /* the program, not yet what becomes it */
  gboolean     dead;    /* nothing may go on */
  struct stat  log;
} PtTestTracer;

/* The child's side */

static gboolean
pt_test_filter_install (void)
{
  struct sock_filter code[2 * G_N_ELEMENTS (pt_test_calls) + 4];
  struct sock_fprog  program = { 0, code };
  gushort            n = 0;

  code[n++] = (struct sock_filter)BPF_STMT (BPF_LD | BPF_W | BPF_ABS,
                                            offsetof (struct seccomp_data, nr));
  for (gsize i = 0; i < G_N_ELEMENTS (pt_test_calls); i++)
    {
      code[n++] = (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K,
                                                (guint)pt_test_calls[i].number, 0, 1);
      code[n++] = (struct sock_filter)BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    }
  /* A handle says that a traced child has ended before its parent may ask how: GLib takes that for
   * success. Without it GLib waits for the signal, which comes when we have seen the end. */
  code[n++] = (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1);
  code[n++] = (struct sock_filter)BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
  code[n++] = (struct sock_filter)BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  program.len = n;
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void G_GNUC_NORETURN
pt_test_child (const char *const *argv,
               int                log)
{
  if (ptrace (PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise (SIGSTOP) != 0 ||
      dup2 (log, STDOUT_FILENO) < 0 || dup2 (log, STDERR_FILENO) < 0 || !pt_test_filter_install ())
    _exit (99);
  execv (argv[0], (char **)argv);
  _exit (98);
}

/* What a stopped process is about to do */

static const PtTestCallKind *
pt_test_find_kind (guint64 number)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pt_test_calls); i++)
    if ((guint64)pt_test_calls[i].number == number)
      return &pt_test_calls[i];
  return NULL;
}

/* Up to @size bytes at @address of @pid; less where a page ends. */
static gboolean
pt_test_peek (pid_t   pid,
              guint64 address,
              void   *data,
              gsize   size)
{
  struct iovec here = { data, size };
  struct iovec there = { GSIZE_TO_POINTER (address), size };

  return process_vm_readv (pid, &here, 1, &there, 1, 0) > 0;
}

static char *
pt_test_peek_path (pid_t   pid,
                   guint64 address)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char piece[64] = "";

  /* A piece never crosses a page. */
  while (address != 0 && text->len < 4096)
    {
      gsize size = sizeof piece - address % sizeof piece;

      if (!pt_test_peek (pid, address, piece, size))
        break;
      g_string_append_len (text, piece, strnlen (piece, size));
      if (memchr (piece, '\0', size) != NULL)
        break;
      address += size;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
pt_test_read_handle (pid_t   pid,
                     guint64 file)
{
  g_autofree char *link = NULL;

  if ((int)file == AT_FDCWD)
    link = g_strdup_printf ("/proc/%d/cwd", (int)pid);
  else
    link = g_strdup_printf ("/proc/%d/fd/%d", (int)pid, (int)file);
  return g_file_read_link (link, NULL);
}

/* The file that the call is about, as an absolute path, or NULL. */
static char *
pt_test_get_target (pid_t                 pid,
                    const PtTestCallKind *kind,
                    const guint64        *arguments)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;

  if (kind->path == PT_TEST_NO_ARGUMENT)
    return kind->file != PT_TEST_NO_ARGUMENT ? pt_test_read_handle (pid, arguments[kind->file])
                                             : NULL;
  path = pt_test_peek_path (pid, arguments[kind->path]);
  folder = pt_test_read_handle (pid, kind->folder != PT_TEST_NO_ARGUMENT ? arguments[kind->folder]
                                                                         : (guint64)AT_FDCWD);
  return g_canonicalize_filename (path, folder != NULL ? folder : "/");
}

/* TRUE if the file behind the handle is a real one and not the log. */
static gboolean
pt_test_is_data (PtTestTracer *self,
                 pid_t         pid,
                 guint64       file)
{
  g_autofree char *link = g_strdup_printf ("/proc/%d/fd/%d", (int)pid, (int)file);
  struct stat      info = { 0 };

  return stat (link, &info) == 0 && S_ISREG (info.st_mode) &&
         (info.st_dev != self->log.st_dev || info.st_ino != self->log.st_ino);
}

static gboolean
pt_test_is_thread (pid_t          pid,
                   int            number,
                   const guint64 *arguments)
{
  guint64 flags = arguments[0];

  if (number == SYS_clone3 && !pt_test_peek (pid, arguments[0], &flags, sizeof flags))
    return FALSE;
  return (number == SYS_clone || number == SYS_clone3) && (flags & CLONE_THREAD) != 0;
}

static gboolean
pt_test_counts (PtTestTracer         *self,
                pid_t                 pid,
                const PtTestCallKind *kind,
                const guint64        *arguments,
                gboolean              tool)
{
  if ((kind->flags & PT_TEST_CALL_SPAWN) != 0)
    return !tool && !pt_test_is_thread (pid, kind->number, arguments);
  if ((kind->flags & PT_TEST_CALL_SYNC) != 0)
    return !tool;
  if ((kind->flags & PT_TEST_CALL_DATA) != 0)
    return pt_test_is_data (self, pid, arguments[kind->file]);
  if ((kind->flags & PT_TEST_CALL_OPEN) != 0)
    {
      g_autofree char *path = NULL;

      if ((arguments[kind->file] & (O_CREAT | O_TRUNC)) == 0)
        return FALSE;
      path = pt_test_peek_path (pid, arguments[kind->path]);
      return !g_str_has_prefix (path, "/dev/") || g_str_has_prefix (path, "/dev/shm/");
    }
  return TRUE;
}

/* What then happens */

static void
pt_test_refuse (pid_t pid,
                int   code)
{
  struct user_regs_struct registers = { 0 };

  g_assert_cmpint (ptrace (PTRACE_GETREGS, pid, NULL, &registers), ==, 0);
  registers.orig_rax = (guint64)-1;
  registers.rax = (guint64)-code;
  g_assert_cmpint (ptrace (PTRACE_SETREGS, pid, NULL, &registers), ==, 0);
}

static gboolean
pt_test_is_below (PtTestTracer         *self,
                  pid_t                 pid,
                  const PtTestCallKind *kind,
                  const guint64        *arguments)
{
  g_autofree char *target = NULL;
  gsize            length = strlen (self->trace->folder);

  if ((kind->flags & (PT_TEST_CALL_SYNC | PT_TEST_CALL_SPAWN)) != 0)
    return FALSE;
  if ((kind->flags & PT_TEST_CALL_OPEN) != 0 &&
      (arguments[kind->file] & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) == 0)
    return FALSE;
  target = pt_test_get_target (pid, kind, arguments);
  return target != NULL && strncmp (target, self->trace->folder, length) == 0 &&
         (target[length] == '/' || target[length] == '\0');
}

static void
pt_test_kill_all (PtTestTracer *self)
{
  GHashTableIter iter = { 0 };
  gpointer       key = NULL;

  self->dead = TRUE;
  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    kill (GPOINTER_TO_INT (key), SIGKILL);
}

static gboolean
pt_test_is_first (PtTestTracer *self,
                  pid_t         pid)
{
  g_autofree char *task = g_strdup_printf ("/proc/%d/task/%d", (int)self->first, (int)pid);

  return pid == self->first || g_file_test (task, G_FILE_TEST_EXISTS);
}

static void
pt_test_call_clear (PtTestCall *self)
{
  g_clear_pointer (&self->target, g_free);
}

static void
pt_test_strike (PtTestTracer         *self,
                pid_t                 pid,
                const PtTestCallKind *kind,
                const guint64        *arguments)
{
  PtTestTrace *trace = self->trace;
  guint        number = trace->calls->len;

  if (trace->strike == PT_TEST_STRIKE_FULL && number >= trace->at &&
      (kind->flags & PT_TEST_CALL_SPACE) != 0 &&
      (trace->folder == NULL || pt_test_is_below (self, pid, kind, arguments)))
    {
      trace->struck = TRUE;
      pt_test_refuse (pid, ENOSPC);
    }
  if (number != trace->at)
    return;
  if (trace->strike == PT_TEST_STRIKE_KILL_ALL)
    pt_test_kill_all (self);
  else if (trace->strike == PT_TEST_STRIKE_KILL_FIRST)
    kill (self->first, SIGKILL);
  else if (trace->strike == PT_TEST_STRIKE_FAIL)
    pt_test_refuse (pid, EIO);
  trace->struck = trace->struck || trace->strike != PT_TEST_STRIKE_FULL;
}

static void
pt_test_call (PtTestTracer *self,
              pid_t         pid)
{
  struct __ptrace_syscall_info info = { 0 };
  const PtTestCallKind        *kind = NULL;
  const guint64               *arguments = (const guint64 *)info.seccomp.args;
  PtTestCall                   call = { 0 };

  /* Killed from elsewhere, it cannot be asked any more. */
  if (ptrace (PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0 ||
      info.op != PTRACE_SYSCALL_INFO_SECCOMP)
    return;
  kind = pt_test_find_kind (info.seccomp.nr);
  if (kind == NULL)
    return;
  if (self->trace->strike == PT_TEST_STRIKE_READ_ONLY &&
      pt_test_is_below (self, pid, kind, arguments))
    {
      self->trace->struck = TRUE;
      pt_test_refuse (pid, EROFS);
      return;
    }
  call.tool = !pt_test_is_first (self, pid);
  if (!pt_test_counts (self, pid, kind, arguments, call.tool))
    return;
  call.name = kind->name;
  call.space = (kind->flags & PT_TEST_CALL_SPACE) != 0;
  call.process = pid;
  call.sync = (kind->flags & PT_TEST_CALL_SYNC) != 0;
  if (self->trace->targets && (kind->flags & PT_TEST_CALL_SPAWN) == 0)
    call.target = pt_test_get_target (pid, kind, arguments);
  g_array_append_val (self->trace->calls, call);
  pt_test_strike (self, pid, kind, arguments);
}

static void
pt_test_stopped (PtTestTracer *self,
                 pid_t         pid,
                 int           status)
{
  int event = status >> 16;
  int number = WSTOPSIG (status);
  int pass = 0;

  if (g_hash_table_add (self->known, GINT_TO_POINTER (pid)))
    event = event != 0 ? event : -1; /* a new one stops once */
  if (self->dead)
    {
      kill (pid, SIGKILL);
      return;
    }
  if (event == PTRACE_EVENT_SECCOMP && self->running)
    pt_test_call (self, pid);
  else if (event == PTRACE_EVENT_EXEC)
    self->running = TRUE;
  else if (event == 0 && number != SIGTRAP)
    pass = number;
  ptrace (PTRACE_CONT, pid, NULL, GINT_TO_POINTER (pass));
}

static void
pt_test_follow (PtTestTracer *self)
{
  int   status = 0;
  pid_t pid = 0;

  while ((pid = waitpid (-1, &status, __WALL)) > 0 || (pid < 0 && errno == EINTR))
    {
      if (pid < 0)
        continue;
      if (WIFSTOPPED (status))
        {
          pt_test_stopped (self, pid, status);
          continue;
        }
      g_hash_table_remove (self->known, GINT_TO_POINTER (pid));
      if (pid == self->first)
        self->trace->status = status;
    }
}

const char *
pt_test_trace_get_obstacle (void)
{
  static const char *const argv[] = { "/bin/true", NULL };
  g_auto (PtTestTrace) trace = { 0 };

  pt_test_trace_run (&trace, argv);
  return WIFEXITED (trace.status) && WEXITSTATUS (trace.status) == 0
           ? NULL
           : "processes cannot be traced here";
}

void
pt_test_trace_run (PtTestTrace       *self,
                   const char *const *argv)
{
  PtTestTracer tracer = { .trace = self };
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  int status = 0;
  int log = open (self->log != NULL ? self->log : "/dev/null",
                  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (log, >=, 0);
  g_assert_cmpint (fstat (log, &tracer.log), ==, 0);
  g_clear_pointer (&self->calls, g_array_unref);
  self->calls = g_array_new (FALSE, FALSE, sizeof (PtTestCall));
  g_array_set_clear_func (self->calls, (GDestroyNotify)pt_test_call_clear);
  self->struck = FALSE;
  tracer.known = known;
  tracer.first = fork ();
  g_assert_cmpint (tracer.first, >=, 0);
  if (tracer.first == 0)
    pt_test_child (argv, log);

  close (log);
  g_assert_cmpint (waitpid (tracer.first, &status, __WALL), ==, tracer.first);
  self->status = status;
  if (!WIFSTOPPED (status))
    return;
  g_hash_table_add (known, GINT_TO_POINTER (tracer.first));
  ptrace (PTRACE_SETOPTIONS, tracer.first, NULL, GSIZE_TO_POINTER (PT_TEST_TRACE_OPTIONS));
  ptrace (PTRACE_CONT, tracer.first, NULL, NULL);
  pt_test_follow (&tracer);
}

#else

const char *
pt_test_trace_get_obstacle (void)
{
  return "the tracer knows the registers of x86-64 only";
}

void
pt_test_trace_run (PtTestTrace       *self,
                   const char *const *argv)
{
  g_assert_not_reached ();
}

#endif

void
pt_test_trace_clear (PtTestTrace *self)
{
  g_clear_pointer (&self->calls, g_array_unref);
}
