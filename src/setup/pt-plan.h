/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <json-glib/json-glib.h>

#include "pt-host.h"
#include "pt-intent.h"
#include "pt-step.h"

G_BEGIN_DECLS

/* PtPlan: what would be done for an intent on a host. Pure: reads the host, changes
 * nothing. Immutable. */
#define PT_TYPE_PLAN (pt_plan_get_type ())
G_DECLARE_FINAL_TYPE (PtPlan, pt_plan, PT, PLAN, GObject)

#define PT_SETUP_ERROR (pt_setup_error_quark ())
typedef enum {
  PT_SETUP_ERROR_INVALID = 0, /* the intent makes no sense */
  PT_SETUP_ERROR_REFUSED,     /* a device may not be given away */
  PT_SETUP_ERROR_UNSUPPORTED, /* boot path "not yet": see pt_plan_get_manual_text() */
  PT_SETUP_ERROR_CHANGED,     /* the host is not what the user saw */
  PT_SETUP_ERROR_BUSY,        /* another change is under way, or one is applied already */
  PT_SETUP_ERROR_NOTHING,     /* nothing to undo */
  PT_SETUP_ERROR_CONFLICT,    /* someone changed a file after us */
  PT_SETUP_ERROR_JOURNAL,     /* the journal cannot be read or written */
  PT_SETUP_ERROR_DENIED,      /* polkit said no */
  PT_SETUP_ERROR_DISMISSED,   /* its question was closed without an answer */
  PT_SETUP_ERROR_UNASKED,     /* nobody could be asked: no polkit, or none to show it */
  PT_SETUP_ERROR_NO_HELPER,   /* the root service is not installed or did not start */
  PT_SETUP_ERROR_ENDED,       /* it ended before it answered: what it began may be half done */
  PT_SETUP_ERROR_IN_USE,      /* a virtual machine has a device that was to go back */
  PT_SETUP_ERROR_FAILED,
} PtSetupError;
GQuark pt_setup_error_quark (void);
/* TRUE if @error says that permission was not given, for whichever reason. Nothing was done
 * then. */
gboolean pt_setup_error_is_permission (const GError *error);

typedef enum {
  PT_GRADE_ID = 0,
  PT_GRADE_SUBSYSTEM_ID,
  PT_GRADE_ADDRESS
} PtGrade;

typedef struct
{
  PtDevice *device;
  PtGrade   grade;
  gboolean  at_boot; /* FALSE: handed over when the machine starts, not at boot (NVMe, USB …) */
} PtPlanDevice;

typedef struct
{
  PtAddress       address; /* of the device that is refused */
  PtBlockerReason reason;
  PtAddress       because; /* of the device in the way; the same where it is the device itself */
} PtPlanRefusal;

typedef struct
{
  char *from;
  char *to;
} PtPlanChange;

/* Never fails for a refused device or an unsupported boot path: that is content. An error means the
 * intent itself is wrong (unknown address). (transfer full) */
PtPlan *pt_plan_new (PtHost   *host,
                     PtIntent *intent,
                     GError  **error);
/* The plan that the helper, as root, made for @intent, from the @json of pt_plan_to_json(): to be
 * shown and, by its digest, applied. Its steps have no content of files beyond their diffs. Errors:
 * PT_SETUP_ERROR_CHANGED if a device of it is not in @host, PT_SETUP_ERROR_FAILED if it is no such
 * thing. (transfer full) */
PtPlan   *pt_plan_new_told (PtHost     *host,
                            PtIntent   *intent,
                            const char *json,
                            GError    **error);
PtIntent *pt_plan_get_intent (PtPlan *self);
PtHost   *pt_plan_get_host (PtPlan *self);
/* PtPlanDevice *, by address. (transfer none) */
GPtrArray *pt_plan_get_devices (PtPlan *self);
/* PtPlanRefusal *. (transfer none) */
GPtrArray *pt_plan_get_refusals (PtPlan *self);
/* Kernel parameters to add, whole tokens. NULL-ended. */
const char *const *pt_plan_get_additions (PtPlan *self);
/* PtPlanChange *: tokens of the user's own that change (`vfio-pci.ids=` merged); `to` is empty for
 * one that goes (`amd_iommu=off`). (transfer none) */
GPtrArray *pt_plan_get_changes (PtPlan *self);
/* PtStep, in order; empty when refused or unsupported. (transfer none) */
GPtrArray *pt_plan_get_steps (PtPlan *self);
/* How many of the steps come first and change nothing by themselves; the rest is the activation, in
 * whose place a trial puts an entry of its own. */
guint pt_plan_get_n_inert (PtPlan *self);
/* TRUE if the plan only turns the IOMMU on. The groups are judged after that boot; a second plan
 * for the same intent then binds the devices, on top of the first. */
gboolean pt_plan_is_first_part (PtPlan *self);
/* TRUE if only root may read what decides how the computer starts: there are no steps and no
 * parameters, and whether it could be applied is not known. Root's plan has them
 * (pt_helper_client_plan_async(), `passthru-helper --plan`). */
gboolean pt_plan_is_root_only (PtPlan *self);
/* The same, or the plan is there and only root may read whether it could be tried once. */
gboolean pt_plan_asks_for_root (PtPlan *self);
/* TRUE if it can be applied by us. */
gboolean pt_plan_is_applicable (PtPlan *self);
/* For a boot path that is "not yet": the exact text to paste and where, translated; else NULL. */
const char *pt_plan_get_manual_text (PtPlan *self);
/* Hash over everything that was shown; the helper refuses when its own plan has another one. */
const char *pt_plan_get_digest (PtPlan *self);
const char *pt_grade_to_nick (PtGrade grade);
/* DESIGN §11. (transfer full) */
JsonNode *pt_plan_to_json (PtPlan *self);
char     *pt_plan_to_text (PtPlan *self);

G_END_DECLS
