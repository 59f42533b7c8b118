/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-verify"

#include "config.h"

#include "pt-verify.h"

#include <string.h>

#include "pt-generator.h"
#include "pt-loader.h"
#include "pt-tokens.h"
#include "pt-verify-words.h"

#define PT_VERIFY_DRIVER "vfio-pci"

struct _PtVerification
{
  GObject parent_instance;

  PtVerifyResult result;
  GPtrArray     *rows;
  char          *message;
};

G_DEFINE_FINAL_TYPE (PtVerification, pt_verification, G_TYPE_OBJECT)

/* What the kernel was told, taken apart once. */
typedef struct
{
  char   **ids;   /* of the last `vfio-pci.ids=` */
  char   **binds; /* of all `passthru.bind=` */
  gboolean has_intel_iommu;
  gboolean has_iommu_off;
} PtTold;

static void
pt_told_clear (PtTold *self)
{
  g_strfreev (self->ids);
  g_strfreev (self->binds);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PtTold, pt_told_clear)

static void
pt_verify_row_free (PtVerifyRow *row)
{
  g_free (row->id);
  g_free (row->driver);
  g_free (row);
}

static void
pt_verification_finalize (GObject *object)
{
  PtVerification *self = PT_VERIFICATION (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->message, g_free);

  G_OBJECT_CLASS (pt_verification_parent_class)->finalize (object);
}

static void
pt_verification_class_init (PtVerificationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_verification_finalize;
}

static void
pt_verification_init (PtVerification *self)
{
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_verify_row_free);
}

static gboolean
pt_verify_turns_iommu_off (const char *const *words)
{
  return g_strv_contains (words, "iommu=off") || g_strv_contains (words, "amd_iommu=off");
}

static void
pt_told_read (PtTold     *self,
              const char *command_line)
{
  g_auto (GStrv) words = pt_tokens_split (command_line != NULL ? command_line : "");
  g_autoptr (GStrvBuilder) binds = g_strv_builder_new ();

  for (gsize i = 0; words[i] != NULL; i++)
    {
      const char *value = NULL;

      if (pt_token_is (words[i], "vfio-pci.ids", &value) && value != NULL)
        {
          g_strfreev (self->ids);
          self->ids = g_strsplit (value, ",", -1);
        }
      else if (g_str_has_prefix (words[i], "passthru.bind="))
        {
          g_auto (GStrv) entries = g_strsplit (words[i] + strlen ("passthru.bind="), ",", -1);

          g_strv_builder_addv (binds, (const char **)entries);
        }
      self->has_intel_iommu = self->has_intel_iommu || g_str_equal (words[i], "intel_iommu=on");
    }
  self->has_iommu_off = pt_verify_turns_iommu_off ((const char *const *)words);
  self->binds = g_strv_builder_end (binds);
}

/* TRUE if the command line names the device at @address with @id; @subsystem may be NULL. */
static gboolean
pt_told_names (const PtTold    *self,
               const PtAddress *address,
               const char      *id,
               const char      *subsystem)
{
  char             text[PT_ADDRESS_BUFFER] = { 0 };
  g_autofree char *bind = g_strdup_printf ("%s=%s", pt_address_format (address, text), id);
  g_autofree char *full = g_strdup_printf ("%s:%s", id, subsystem != NULL ? subsystem : "");

  if (g_strv_contains ((const char *const *)self->binds, bind))
    return TRUE;
  return self->ids != NULL && (g_strv_contains ((const char *const *)self->ids, id) ||
                               g_strv_contains ((const char *const *)self->ids, full));
}

/* What is expected at @address: what was there at apply, else what the plan found now. */
static const char *
pt_verify_expected_id (PtPlan          *plan,
                       const PtAddress *address)
{
  const char *const *identities = pt_intent_get_identities (pt_plan_get_intent (plan));
  GPtrArray         *devices = pt_plan_get_devices (plan);

  for (gsize i = 0; identities[i] != NULL; i++)
    {
      PtAddress   known = { 0 };
      const char *id = NULL;

      if (pt_identity_parse (identities[i], &known, &id) && pt_address_equal (&known, address))
        return id;
    }
  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      if (pt_address_equal (pt_device_get_address (entry->device), address))
        return pt_device_get_id (entry->device);
    }
  return NULL;
}

static PtVerifyResult
pt_verify_judge (PtDevice     *device,
                 const char   *expected,
                 const PtTold *told)
{
  if (device == NULL || g_strcmp0 (pt_device_get_id (device), expected) != 0)
    return PT_VERIFY_DEVICE_MOVED;
  if (!pt_told_names (told, pt_device_get_address (device), expected,
                      pt_device_get_subsystem (device)))
    return PT_VERIFY_NO_PARAMETERS;
  if (g_strcmp0 (pt_device_get_driver (device), PT_VERIFY_DRIVER) != 0)
    return PT_VERIFY_WRONG_DRIVER;
  if (pt_device_get_has_framebuffer (device))
    return PT_VERIFY_FRAMEBUFFER;
  return PT_VERIFY_OK;
}

static PtVerifyRow *
pt_verification_add (PtVerification  *self,
                     PtHost          *host,
                     const PtAddress *address,
                     PtVerifyResult   result)
{
  PtDevice    *device = pt_host_find_device (host, address);
  PtVerifyRow *row = g_new0 (PtVerifyRow, 1);

  row->address = *address;
  row->id = g_strdup (device != NULL ? pt_device_get_id (device) : NULL);
  row->driver = g_strdup (device != NULL ? pt_device_get_driver (device) : NULL);
  row->result = result;
  g_ptr_array_add (self->rows, row);
  return row;
}

static PtVerifyRow *
pt_verification_find (PtVerification  *self,
                      const PtAddress *address)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      PtVerifyRow *row = g_ptr_array_index (self->rows, i);

      if (pt_address_equal (&row->address, address))
        return row;
    }
  return NULL;
}

static gboolean
pt_verify_is_chosen (PtPlan          *plan,
                     const PtAddress *address)
{
  return pt_verify_expected_id (plan, address) != NULL;
}

/* FALSE for a device of the plan that the boot does not bind. */
static gboolean
pt_verify_is_at_boot (PtPlan          *plan,
                      const PtAddress *address)
{
  GPtrArray *devices = pt_plan_get_devices (plan);

  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      if (pt_address_equal (pt_device_get_address (entry->device), address))
        return entry->at_boot;
    }
  return TRUE;
}

static void
pt_verification_check (PtVerification  *self,
                       PtHost          *host,
                       PtPlan          *plan,
                       const PtTold    *told,
                       const PtAddress *address)
{
  PtDevice      *device = pt_host_find_device (host, address);
  PtVerifyResult result = pt_verify_judge (device, pt_verify_expected_id (plan, address), told);

  if (pt_verification_find (self, address) != NULL)
    return;
  if (!pt_verify_is_at_boot (plan, address) && result != PT_VERIFY_DEVICE_MOVED)
    result = PT_VERIFY_OK;
  pt_verification_add (self, host, address, result);
}

/* Devices on vfio-pci that nobody asked for: neither this plan nor an id of the user's own, nor
 * libvirt for a machine that runs, which orders the driver for that one device. */
static void
pt_verification_check_strangers (PtVerification *self,
                                 PtHost         *host,
                                 PtPlan         *plan,
                                 const PtTold   *told)
{
  GPtrArray *devices = pt_host_get_devices (host);

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice        *device = g_ptr_array_index (devices, i);
      const PtAddress *address = pt_device_get_address (device);
      gboolean         ours = FALSE;

      if (g_strcmp0 (pt_device_get_driver (device), PT_VERIFY_DRIVER) != 0 ||
          pt_device_is_overridden (device) || pt_verify_is_chosen (plan, address))
        continue;
      for (guint j = 0; j < self->rows->len && !ours; j++)
        ours = g_strcmp0 (((PtVerifyRow *)g_ptr_array_index (self->rows, j))->id,
                          pt_device_get_id (device)) == 0;
      if (ours ||
          !pt_told_names (told, address, pt_device_get_id (device),
                          pt_device_get_subsystem (device)))
        pt_verification_add (self, host, address, PT_VERIFY_STRANGER_BOUND);
    }
}

static void
pt_verification_fill (PtVerification *self,
                      PtHost         *host,
                      PtPlan         *plan,
                      const PtTold   *told)
{
  const char *const *identities = pt_intent_get_identities (pt_plan_get_intent (plan));
  GPtrArray         *devices = pt_plan_get_devices (plan);

  for (gsize i = 0; identities[i] != NULL; i++)
    {
      PtAddress   address = { 0 };
      const char *id = NULL;

      if (pt_identity_parse (identities[i], &address, &id))
        pt_verification_check (self, host, plan, told, &address);
    }
  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      pt_verification_check (self, host, plan, told, pt_device_get_address (entry->device));
    }
}

/* A device in the group that was not chosen: no machine can start with the card then. @stranger
 * (out, nullable): it. */
static void
pt_verification_check_groups (PtVerification *self,
                              PtHost         *host,
                              PtPlan         *plan,
                              PtDevice      **stranger)
{
  GPtrArray *refusals = pt_plan_get_refusals (plan);

  for (guint i = 0; i < refusals->len; i++)
    {
      const PtPlanRefusal *refusal = g_ptr_array_index (refusals, i);
      PtVerifyRow         *row = pt_verification_find (self, &refusal->address);

      if (row == NULL || row->result != PT_VERIFY_OK ||
          refusal->reason != PT_BLOCKER_FOREIGN_DEVICE)
        continue;
      row->result = PT_VERIFY_GROUP_CHANGED;
      *stranger = pt_host_find_device (host, &refusal->because);
    }
}

static gboolean
pt_verification_has (PtVerification *self,
                     PtVerifyResult  result)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (((PtVerifyRow *)g_ptr_array_index (self->rows, i))->result == result)
      return TRUE;
  return FALSE;
}

/* The one cause: what explains the others comes first. */
static PtVerifyResult
pt_verification_sum_up (PtVerification *self)
{
  static const PtVerifyResult order[] = { PT_VERIFY_NO_PARAMETERS, PT_VERIFY_DEVICE_MOVED,
                                          PT_VERIFY_WRONG_DRIVER, PT_VERIFY_STRANGER_BOUND,
                                          PT_VERIFY_GROUP_CHANGED, PT_VERIFY_FRAMEBUFFER };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    if (pt_verification_has (self, order[i]))
      return order[i];
  return PT_VERIFY_OK;
}

static gboolean
pt_verify_is_same_boot (PtHost     *host,
                        const char *applied_boot_id)
{
  g_autofree char *boot_id =
    pt_sysroot_read_text (pt_host_get_sysroot (host), PT_PLACE_PROC, "sys/kernel/random/boot_id",
                          NULL);

  return boot_id != NULL && applied_boot_id != NULL && g_str_equal (boot_id, applied_boot_id);
}

static void
pt_verification_set_all (PtVerification *self,
                         PtVerifyResult  result)
{
  for (guint i = 0; i < self->rows->len; i++)
    ((PtVerifyRow *)g_ptr_array_index (self->rows, i))->result = result;
  self->result = result;
}

/* TRUE if the kernel was started with what the first part does: on AMD that only takes words
 * away. */
static gboolean
pt_verify_was_told_first_part (PtHost       *host,
                               const PtTold *told)
{
  if (pt_host_get_facts (host)->cpu_vendor == PT_CPU_AMD)
    return !told->has_iommu_off;
  return told->has_intel_iommu;
}

/* TRUE if the devices had groups when the set-up was made, so that it was no first part. What is
 * not known is no reason to say so. */
static gboolean
pt_verify_had_groups (PtHost *host)
{
  const PtSeen *seen = NULL;

  if (!pt_host_get_seen (host, &seen) || seen == NULL || seen->devices->len == 0)
    return FALSE;
  for (guint i = 0; i < seen->devices->len; i++)
    if (((const PtSeenDevice *)g_ptr_array_index (seen->devices, i))->group < 0)
      return FALSE;
  return TRUE;
}

static void
pt_verify_add_setting (GString    *words,
                       PtLoader   *loader,
                       const char *name)
{
  g_autofree char *token = pt_loader_find (loader, name);

  if (token != NULL)
    g_string_append_printf (words, "%s ", token);
}

/* What the boot loader's settings say for the next start, in files of the user's and in ours.
 * (transfer full) */
static char *
pt_verify_read_settings (PtLoader *loader,
                         PtPlan   *plan)
{
  const char *const *additions = pt_plan_get_additions (plan);
  g_autoptr (GString) words = g_string_new (NULL);

  pt_verify_add_setting (words, loader, "vfio-pci.ids");
  pt_verify_add_setting (words, loader, "passthru.bind");
  for (gsize i = 0; additions[i] != NULL; i++)
    if (pt_loader_owns (loader, additions[i]))
      g_string_append_printf (words, "%s ", additions[i]);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* Why the kernel was not told: do the settings of the boot loader say it? */
static PtVerifyResult
pt_verification_ask_settings (PtVerification *self,
                              PtHost         *host,
                              PtPlan         *plan)
{
  g_autoptr (PtLoader) loader = pt_loader_new (host, NULL);
  g_autofree char *words = NULL;
  g_auto (PtTold) settings = { 0 };

  if (loader == NULL || !pt_loader_is_supported (loader))
    return PT_VERIFY_NO_PARAMETERS;
  words = pt_verify_read_settings (loader, plan);
  pt_told_read (&settings, words);
  for (guint i = 0; i < self->rows->len; i++)
    {
      const PtVerifyRow *row = g_ptr_array_index (self->rows, i);
      const char        *id = pt_verify_expected_id (plan, &row->address);
      PtDevice          *device = pt_host_find_device (host, &row->address);

      if (row->result == PT_VERIFY_NO_PARAMETERS && id != NULL && device != NULL &&
          !pt_told_names (&settings, &row->address, id, pt_device_get_subsystem (device)))
        return PT_VERIFY_SETTINGS_LOST;
    }
  return PT_VERIFY_WRONG_ENTRY;
}

/* Why a driver is not the right one. @image (out): what is behind it, if that is known. */
static PtVerifyResult
pt_verification_ask_image (PtHost *host,
                           char  **image)
{
  const PtHostFacts *facts = pt_host_get_facts (host);
  const PtGenerator *generator = pt_generator_get (facts->initramfs);

  if (facts->iommu == PT_IOMMU_OFF || facts->iommu == PT_IOMMU_ABSENT)
    return PT_VERIFY_IOMMU_OFF;
  if (generator != NULL && pt_generator_find_lack (generator, pt_host_get_sysroot (host), image))
    return PT_VERIFY_OLD_IMAGE;
  return PT_VERIFY_WRONG_DRIVER;
}

static void
pt_verification_decide (PtVerification *self,
                        PtHost         *host,
                        PtPlan         *plan,
                        const PtTold   *told,
                        const char     *applied_boot_id,
                        char          **image)
{
  self->result = pt_verification_sum_up (self);
  if (pt_verify_is_same_boot (host, applied_boot_id))
    pt_verification_set_all (self, PT_VERIFY_NOT_RESTARTED);
  else if (pt_plan_is_first_part (plan))
    pt_verification_set_all (self, pt_verify_was_told_first_part (host, told)
                                     ? PT_VERIFY_IOMMU_OFF
                                     : PT_VERIFY_NO_PARAMETERS);
  else if (self->result == PT_VERIFY_NO_PARAMETERS && !pt_verify_had_groups (host) &&
           pt_verify_was_told_first_part (host, told) &&
           (pt_plan_is_applicable (plan) || pt_plan_is_root_only (plan)))
    pt_verification_set_all (self, PT_VERIFY_NEXT_PART);
  else if (self->result == PT_VERIFY_NO_PARAMETERS)
    self->result = pt_verification_ask_settings (self, host, plan);
  else if (self->result == PT_VERIFY_WRONG_DRIVER)
    self->result = pt_verification_ask_image (host, image);
}

PtVerification *
pt_verify (PtHost     *host,
           PtPlan     *plan,
           const char *applied_boot_id)
{
  g_autoptr (PtVerification) self = NULL;
  g_auto (PtTold) told = { 0 };
  g_autofree char *image = NULL;
  PtDevice        *stranger = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (PT_IS_PLAN (plan), NULL);

  self = g_object_new (PT_TYPE_VERIFICATION, NULL);
  pt_told_read (&told, pt_host_get_facts (host)->command_line);
  pt_verification_fill (self, host, plan, &told);
  pt_verification_check_strangers (self, host, plan, &told);
  pt_verification_check_groups (self, host, plan, &stranger);
  pt_verification_decide (self, host, plan, &told, applied_boot_id, &image);
  self->message = pt_verify_describe (self->result, stranger, image);
  return g_steal_pointer (&self);
}

PtVerifyResult
pt_verification_get_result (PtVerification *self)
{
  g_return_val_if_fail (PT_IS_VERIFICATION (self), PT_VERIFY_NOT_RESTARTED);

  return self->result;
}

GPtrArray *
pt_verification_get_rows (PtVerification *self)
{
  g_return_val_if_fail (PT_IS_VERIFICATION (self), NULL);

  return self->rows;
}

const char *
pt_verification_get_message (PtVerification *self)
{
  g_return_val_if_fail (PT_IS_VERIFICATION (self), NULL);

  return self->message;
}
