/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* Adds an `F:` record. */
void  pt_recorder_add_file (GString    *text,
                            const char *path,
                            const char *content);
char *pt_recorder_device_path (const char *link);
/* Adds an `A:` line if @attribute below @folder (nullable) of @place is text. */
void pt_recorder_add_attribute (PtSysroot  *sysroot,
                                PtPlace     place,
                                const char *folder,
                                const char *attribute,
                                GString    *text);
/* Processors with their cores and caches. */
void pt_recorder_add_cores (PtSysroot *sysroot,
                            GString   *text);
/* USB devices and what the kernel made input devices of. */
void pt_recorder_add_plugged (PtSysroot *sysroot,
                              GString   *text);
/* Connectors, the picture of the firmware and what Xorg was told of cards. */
void pt_recorder_add_displays (PtSysroot *sysroot,
                               PtHost    *host,
                               GString   *text);
/* What lives on which drive: block devices, mappings, mounts, swap. Names of mount points that
 * could be private are replaced. */
void pt_recorder_add_storage (PtSysroot *sysroot,
                              GString   *text);
/* Files that lead to the same boot loader and initramfs; the programs among them only fail. */
void pt_recorder_add_boot (PtSysroot         *sysroot,
                           const PtHostFacts *facts,
                           GString           *text);

/* A stand-in that only fails, with @remark behind its comment. */
void pt_recorder_add_program (PtProgram   program,
                              const char *remark,
                              GString    *text);
/* What the host has for virtual machines beside its devices. */
void pt_recorder_add_platform (PtSysroot *sysroot,
                               PtHost    *host,
                               GString   *text);

/* Keeps parameters without a value and the values that are about devices and drivers; the rest
 * becomes `removed`. (transfer full) */
char *pt_recorder_scrub_command_line (const char *command_line);
/* A mount point as it may be told: well-known ones as they are. @number tells the others apart. */
char *pt_recorder_scrub_place (const char *place,
                               guint       number);
/* The last net: UUIDs and MAC addresses that came through all the same are replaced. (transfer
 * full) */
char *pt_recorder_scrub (const char *text);

G_END_DECLS
