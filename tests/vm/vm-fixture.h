/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-machines.h"

G_BEGIN_DECLS

/* Real libvirt for one test program: a home of its own, so that nobody's machines are seen or
 * touched, short enough for the socket paths below it (which is why g_test_init()'s own
 * isolation is not used here). */

/* Before g_test_init(). */
void vm_fixture_begin (void);
/* Ends the session daemon, removes the home and fails if a file is left in /dev/shm. Returns
 * @status. */
int vm_fixture_end (int status);
/* Path of @name in the home. (transfer full) */
char *vm_fixture_path (const char *name);

/* @name made unlike that of any other run; a shared memory of that machine left behind is found.
 * (transfer full) */
char *vm_fixture_name (const char *name);
/* Fails the test if the home still has a definition, UEFI variables or TPM state of the machine. */
void vm_fixture_assert_no_state (const char *name);

/* These await and fail the test on an error. (transfer full) */
PtMachines *vm_fixture_open (void);
PtMachines *vm_fixture_open_uri (const char *uri);
PtMachine  *vm_fixture_create (PtMachines          *machines,
                               const PtMachineSpec *spec);
void        vm_fixture_start (PtMachine *machine);
void        vm_fixture_shut_down (PtMachine *machine);
void        vm_fixture_force_off (PtMachine *machine);
void        vm_fixture_remove (PtMachine *machine);
/* Ends the session daemon as a power cut would. */
void vm_fixture_kill_daemon (void);
/* Path of a machine's definition, wherever this user's libvirt keeps it. (transfer full) */
char *vm_fixture_definition (const char *name);
/* Process id of a running machine. */
int vm_fixture_get_pid (const char *name);
/* Runs a program, fails the test unless it succeeds, and returns what it printed. (transfer
 * full) */
char *vm_fixture_run (const char *const *arguments);
/* Fails the test unless creating ends with @code. */
void vm_fixture_create_fails (PtMachines          *machines,
                              const PtMachineSpec *spec,
                              PtVmError            code);
/* Runs the main loop until the machine is in @state. */
void vm_fixture_await_state (PtMachine     *machine,
                             PtMachineState state);
/* The same until it is off or crashed. */
void vm_fixture_await_end (PtMachine *machine);
/* A machine that needs no file but its firmware: emulated, without screen and network.
 * (transfer full) */
PtMachineSpec *vm_fixture_spec (const char *name);

G_END_DECLS
