/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-machine-page"

#include "config.h"

#include "pt-wizard-machine-page.h"

#include <glib/gi18n-lib.h>

#include "pt-core-picture.h"
#include "pt-host-words.h"
#include "pt-kvm-probe.h"
#include "pt-machine-draft.h"
#include "pt-machines.h"
#include "pt-widgets.h"
#include "pt-wizard-rows.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

struct _PtWizardMachinePage
{
  PtWizardPage parent_instance;

  GtkLabel      *introduction;
  GtkWidget     *fields;
  AdwEntryRow   *name;
  GtkAdjustment *cores_adjustment, *memory_adjustment, *disk_adjustment;
  GtkLabel      *cores_value, *memory_value, *disk_value;
  PtCoreMap     *cores_map;
  GtkLabel      *cores_words, *memory_words, *disk_words;
  GtkWidget     *disk_row;
  AdwActionRow  *iso;
  GtkWidget     *iso_clear;
  GtkLabel      *problem;
  GtkListBox    *details;

  PtHost               *shown; /* whose cores are on show */
  PtMachineLimits       limits;
  PtMachineSpec        *guest; /* of a rehearsal */
  char                 *iso_path;
  gboolean              emulate; /* KVM does not work here, and the user was told */
  gboolean              prepared;
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (PtWizardMachinePage, pt_wizard_machine_page, PT_TYPE_WIZARD_PAGE)


const char *
pt_machine_explain (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, PT_VM_ERROR, PT_VM_ERROR_NO_CONNECTION))
    return _ ("The service that runs machines (libvirt) cannot be reached. Install it or start "
              "it, then try again.");
  if (g_error_matches (error, PT_VM_ERROR, PT_VM_ERROR_DENIED))
    return _ ("You do not have the right to create machines on this computer.");
  if (g_error_matches (error, PT_VM_ERROR, PT_VM_ERROR_EXISTS))
    return _ ("There is already a machine with this name. Choose another one.");
  if (g_error_matches (error, PT_VM_ERROR, PT_VM_ERROR_STORAGE))
    return _ ("The disk could not be created. There may be too little space, or no right to write "
              "there.");
  return _ ("The machine could not be created. Nothing was left behind.");
}


static guint64
pt_wizard_machine_page_get_memory (PtWizardMachinePage *self)
{
  return (guint64)gtk_adjustment_get_value (self->memory_adjustment) * self->limits.memory_step;
}


static PtMachineSpec *
pt_wizard_machine_page_create_spec (PtWizardMachinePage *self)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  const char    *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  PtMachineSpec *spec = NULL;

  if (self->guest != NULL)
    {
      spec = pt_machine_spec_copy (self->guest);
      g_free (spec->name);
      spec->name = g_strdup (name);
    }
  else
    {
      spec = pt_machine_draft_for_host (pt_wizard_state_get_sysroot (state),
                                        pt_wizard_state_get_plan (state), name);
      spec->disk_size = (guint64)gtk_adjustment_get_value (self->disk_adjustment) * GIB;
      g_free (spec->iso);
      spec->iso = g_strdup (self->iso_path);
      spec->emulate = self->emulate;
    }
  spec->cores = (guint)gtk_adjustment_get_value (self->cores_adjustment);
  if (self->guest == NULL)
    pt_machine_draft_pin (spec, pt_host_get_cpu_layout (self->shown));
  spec->memory = pt_wizard_machine_page_get_memory (self);
  if (pt_wizard_state_get_plan (state) != NULL && self->shown != NULL)
    pt_machine_draft_remember (spec, pt_wizard_state_get_plan (state), self->shown);
  return spec;
}


static void
pt_wizard_machine_page_show_problem (PtWizardMachinePage *self,
                                     const char          *problem,
                                     const char          *details)
{
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  pt_widgets_clear_list (self->details);
  gtk_widget_set_visible (GTK_WIDGET (self->details), details != NULL);
  if (details != NULL)
    gtk_list_box_append (self->details, pt_row_new_evidence (_ ("Details"), details));
}


static void
pt_wizard_machine_page_show_values (PtWizardMachinePage *self)
{
  guint            cores = (guint)gtk_adjustment_get_value (self->cores_adjustment);
  guint64          memory = pt_wizard_machine_page_get_memory (self);
  guint64          disk = (guint64)gtk_adjustment_get_value (self->disk_adjustment) * GIB;
  const char      *words = NULL;
  g_autofree char *cores_text = g_strdup_printf ("%u", cores);
  g_autofree char *memory_text = pt_host_words_size (memory);
  g_autofree char *disk_text = pt_host_words_size (disk);
  g_autofree char *cores_words = pt_machine_draft_cores_words (
    &self->limits, pt_host_get_cpu_layout (self->shown), cores);
  g_autofree char *memory_words = pt_machine_draft_memory_words (&self->limits, memory);

  gtk_widget_set_visible (GTK_WIDGET (self->cores_map),
                          pt_core_picture_show (self->cores_map,
                                                pt_host_get_cpu_layout (self->shown), cores));
  gtk_label_set_label (self->cores_value, cores_text);
  gtk_label_set_label (self->memory_value, memory_text);
  gtk_label_set_label (self->disk_value, disk_text);
  gtk_label_set_label (self->cores_words, cores_words);
  gtk_label_set_label (self->memory_words, memory_words);
  gtk_label_set_label (self->disk_words,
                       _ ("Grows as it fills; Windows and a few games fit. It can be made larger "
                          "later."));
  words = _ ("Optional. Choose the file or drop it here; it can be given later too.");
  adw_action_row_set_subtitle (self->iso, self->iso_path != NULL ? self->iso_path : words);
  gtk_widget_set_visible (self->iso_clear, self->iso_path != NULL);
}


/* What is wrong with the fields, or NULL. */
static char *
pt_wizard_machine_page_check (PtWizardMachinePage *self)
{
  char *problem = pt_machine_draft_check_name (gtk_editable_get_text (GTK_EDITABLE (self->name)));

  return problem != NULL ? problem : pt_machine_draft_check_iso (self->iso_path);
}


static void
pt_wizard_machine_page_validate (PtWizardMachinePage *self)
{
  PtWizardPage    *page = PT_WIZARD_PAGE (self);
  gboolean         created = pt_wizard_state_get_machine (pt_wizard_page_get_state (page)) != NULL;
  g_autofree char *problem = created ? NULL : pt_wizard_machine_page_check (self);

  pt_wizard_machine_page_show_problem (self, problem, NULL);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "error");
  gtk_widget_set_sensitive (self->fields, !created);
  pt_wizard_page_set_forward (page, created ? _ ("Continue") : _ ("Create machine"),
                              problem == NULL);
}


static void
pt_wizard_machine_page_changed_cb (PtWizardMachinePage *self)
{
  if (!self->prepared)
    return;
  pt_wizard_machine_page_show_values (self);
  pt_wizard_machine_page_validate (self);
}


static void
pt_wizard_machine_page_entered_cb (PtWizardMachinePage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "wizard.forward", NULL);
}


static void
pt_wizard_machine_page_set_iso (PtWizardMachinePage *self,
                                const char          *path)
{
  g_free (self->iso_path);
  self->iso_path = g_strdup (path);
  pt_wizard_machine_page_changed_cb (self);
}


static void
pt_wizard_machine_page_clear_iso_cb (PtWizardMachinePage *self)
{
  pt_wizard_machine_page_set_iso (self, NULL);
}


static void
pt_wizard_machine_page_chosen_cb (PtWizardMachinePage *self,
                                  int                  response)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
      pt_wizard_machine_page_set_iso (self, g_file_peek_path (file));
    }
  g_clear_object (&self->chooser);
}


static void
pt_wizard_machine_page_choose_iso_cb (PtWizardMachinePage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Choose the Windows ISO"), GTK_WINDOW (root),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_file_filter_set_name (filter, _ ("Disc images"));
  gtk_file_filter_add_suffix (filter, "iso");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response",
                           G_CALLBACK (pt_wizard_machine_page_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}


static gboolean
pt_wizard_machine_page_drop_cb (PtWizardMachinePage *self,
                                const GValue        *value)
{
  GFile *file = g_value_get_object (value);

  if (file == NULL || g_file_peek_path (file) == NULL)
    return FALSE;
  pt_wizard_machine_page_set_iso (self, g_file_peek_path (file));
  return TRUE;
}


/* Nothing was made: the fields are the user's again. */
static void
pt_wizard_machine_page_give_back (PtWizardMachinePage *self,
                                  const char          *problem,
                                  const char          *details)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  pt_wizard_page_set_can_go_back (page, TRUE);
  pt_wizard_page_set_busy (page, FALSE);
  pt_wizard_machine_page_validate (self);
  pt_wizard_machine_page_show_problem (self, problem, details);
}


static void
pt_wizard_machine_page_created_cb (GObject      *source,
                                   GAsyncResult *result,
                                   gpointer      user_data)
{
  g_autoptr (PtWizardMachinePage) self = user_data;
  PtWizardPage *page = PT_WIZARD_PAGE (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtMachine) machine = NULL;

  machine = pt_machines_create_finish (PT_MACHINES (source), result, &error);
  if (pt_wizard_page_get_state (page) == NULL)
    return;
  if (machine == NULL)
    {
      pt_wizard_machine_page_give_back (self, pt_machine_explain (error), error->message);
      return;
    }
  pt_wizard_page_set_can_go_back (page, TRUE);
  pt_wizard_page_set_busy (page, FALSE);
  pt_wizard_state_set_machine (pt_wizard_page_get_state (page), pt_machine_get_name (machine));
  pt_wizard_page_go_on (page);
}


static void
pt_wizard_machine_page_opened_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      user_data)
{
  g_autoptr (PtWizardMachinePage) self = user_data;
  PtWizardPage *page = PT_WIZARD_PAGE (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtMachines) machines = pt_machines_open_finish (result, &error);
  g_autoptr (PtMachineSpec) spec = NULL;

  if (pt_wizard_page_get_state (page) == NULL)
    return;
  if (machines == NULL)
    {
      pt_wizard_machine_page_give_back (self, pt_machine_explain (error), error->message);
      return;
    }
  spec = pt_wizard_machine_page_create_spec (self);
  pt_wizard_state_set_spec (pt_wizard_page_get_state (page), spec);
  pt_machines_create_async (machines, spec, NULL, pt_wizard_machine_page_created_cb,
                            g_object_ref (self));
}


static void
pt_wizard_machine_page_open (PtWizardMachinePage *self)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));

  pt_machines_open_async (pt_machines_default_uri (pt_wizard_state_is_rehearsal (state)), NULL,
                          pt_wizard_machine_page_opened_cb, g_object_ref (self));
}


/* Without a working KVM the user is told once; going on all the same is their choice. Where it
 * cannot be tried (no QEMU of ours, no right to the device) libvirt's own daemon decides. */
static void
pt_wizard_machine_page_tried_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      user_data)
{
  g_autoptr (PtWizardMachinePage) self = user_data;
  g_autofree char *evidence = NULL;
  PtKvmVerdict     verdict = pt_kvm_probe_finish (result, &evidence, NULL);
  gboolean         told = self->emulate;

  if (pt_wizard_page_get_state (PT_WIZARD_PAGE (self)) == NULL)
    return;
  self->emulate = verdict == PT_KVM_BROKEN;
  if (self->emulate && !told)
    pt_wizard_machine_page_give_back (
      self, _ ("Accelerated virtual machines do not work on this computer, so Windows would be "
               "far too slow to play. You can create the machine all the same."),
      evidence);
  else
    pt_wizard_machine_page_open (self);
}


static gboolean
pt_wizard_machine_page_forward (PtWizardPage *page)
{
  PtWizardMachinePage *self = PT_WIZARD_MACHINE_PAGE (page);
  PtWizardState       *state = pt_wizard_page_get_state (page);

  if (pt_wizard_state_get_machine (state) != NULL)
    return TRUE;
  gtk_widget_set_sensitive (self->fields, FALSE);
  pt_wizard_machine_page_show_problem (self, NULL, NULL);
  pt_wizard_page_set_forward (page, _ ("Create machine"), FALSE);
  pt_wizard_page_set_can_go_back (page, FALSE);
  pt_wizard_page_set_busy (page, TRUE);
  if (pt_wizard_state_is_rehearsal (state))
    pt_wizard_machine_page_open (self);
  else
    pt_kvm_probe_async (g_getenv ("PASSTHRU_ACCELERATION"), NULL, pt_wizard_machine_page_tried_cb,
                        g_object_ref (self));
  return FALSE;
}


static void
pt_wizard_machine_page_configure (PtWizardMachinePage *self)
{
  const PtMachineLimits *limits = &self->limits;

  gtk_adjustment_configure (self->cores_adjustment, limits->cores, limits->cores_least,
                            limits->cores_most, 1,
                            2, 0);
  gtk_adjustment_configure (self->memory_adjustment, (double)(limits->memory / limits->memory_step),
                            (double)(limits->memory_least / limits->memory_step),
                            (double)(limits->memory_most / limits->memory_step), 1, 4, 0);
  gtk_adjustment_configure (self->disk_adjustment, (double)(limits->disk / GIB),
                            (double)(limits->disk_least / GIB), (double)(limits->disk_most / GIB),
                            1, 32,
                            0);
}


/* Defaults are set once: what the user typed stays when the page is shown again. */
static gboolean
pt_wizard_machine_page_prepare (PtWizardMachinePage *self)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  PtHost        *host = pt_wizard_state_get_host (state);
  gboolean       rehearsal = pt_wizard_state_is_rehearsal (state);
  g_autoptr (GError) error = NULL;

  if (self->prepared || host == NULL)
    return self->prepared;
  if (rehearsal)
    self->guest = pt_machines_rehearsal_spec (_ ("rehearsal"), &error);
  gtk_widget_set_visible (self->fields, !rehearsal || self->guest != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->introduction), !rehearsal || self->guest != NULL);
  if (rehearsal && self->guest == NULL)
    {
      pt_wizard_machine_page_show_problem (self,
                                           _ ("The test guest is missing from this installation."),
                                           error->message);
      pt_wizard_page_set_forward (PT_WIZARD_PAGE (self), _ ("Create machine"), FALSE);
      return FALSE;
    }
  if (rehearsal)
    pt_machine_limits_for_rehearsal (g_get_num_processors (), self->guest, &self->limits);
  else
    pt_machine_limits_for_host (pt_host_get_facts (host), pt_host_get_cpu_layout (host),
                                &self->limits);
  g_set_object (&self->shown, host);
  /* The picture is of the rehearsed computer, so the words are, too. */
  if (rehearsal && pt_host_get_cpu_layout (host)->known)
    self->limits.host_cores = pt_host_get_cpu_layout (host)->cores->len;
  pt_wizard_machine_page_configure (self);
  gtk_editable_set_text (GTK_EDITABLE (self->name), rehearsal ? "rehearsal" : "windows");
  gtk_label_set_label (self->introduction,
                       rehearsal
                         ? _ ("In a rehearsal the machine is a small test guest that draws a "
                              "moving test card. It runs on this computer without any graphics "
                              "card, so there is no disk and no Windows ISO to choose.")
                         : _ ("A few choices; each can be changed later."));
  gtk_widget_set_visible (self->disk_row, !rehearsal);
  gtk_widget_set_visible (GTK_WIDGET (self->iso), !rehearsal);
  self->prepared = TRUE;
  return TRUE;
}


static void
pt_wizard_machine_page_update (PtWizardPage *page)
{
  PtWizardMachinePage *self = PT_WIZARD_MACHINE_PAGE (page);
  const char          *machine = pt_wizard_state_get_machine (pt_wizard_page_get_state (page));

  if (!pt_wizard_machine_page_prepare (self) || pt_wizard_page_get_busy (page))
    return;
  if (machine != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->name), machine);
  pt_wizard_machine_page_changed_cb (self);
}


static void
pt_wizard_machine_page_found_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      user_data)
{
  g_autoptr (PtWizardMachinePage) self = user_data;
  PtWizardPage *page = PT_WIZARD_PAGE (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtMachines) machines = pt_machines_open_finish (result, &error);
  PtWizardState *state = pt_wizard_page_get_state (page);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || state == NULL)
    return;
  pt_wizard_page_set_busy (page, FALSE);
  if (machines != NULL && pt_machines_find (machines, pt_wizard_state_get_machine (state)) == NULL)
    pt_wizard_state_set_machine (state, NULL);
  pt_wizard_machine_page_update (page);
}


/* A machine created earlier may have been removed with other tools since. */
static void
pt_wizard_machine_page_enter (PtWizardPage *page)
{
  PtWizardState *state = pt_wizard_page_get_state (page);

  if (pt_wizard_state_get_machine (state) == NULL)
    return;
  pt_wizard_page_set_busy (page, TRUE);
  pt_machines_open_async (pt_machines_default_uri (pt_wizard_state_is_rehearsal (state)),
                          pt_wizard_page_get_cancellable (page), pt_wizard_machine_page_found_cb,
                          g_object_ref (page));
}


static void
pt_wizard_machine_page_dispose (GObject *object)
{
  PtWizardMachinePage *self = PT_WIZARD_MACHINE_PAGE (object);

  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD_MACHINE_PAGE);

  G_OBJECT_CLASS (pt_wizard_machine_page_parent_class)->dispose (object);
}


static void
pt_wizard_machine_page_finalize (GObject *object)
{
  PtWizardMachinePage *self = PT_WIZARD_MACHINE_PAGE (object);

  g_clear_object (&self->shown);
  g_clear_pointer (&self->guest, pt_machine_spec_free);
  g_free (self->iso_path);

  G_OBJECT_CLASS (pt_wizard_machine_page_parent_class)->finalize (object);
}


static void
pt_wizard_machine_page_bind (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, introduction);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, fields);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, name);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, cores_adjustment);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, memory_adjustment);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, disk_adjustment);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, cores_value);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, memory_value);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, disk_value);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, cores_words);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, cores_map);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, memory_words);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, disk_words);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, disk_row);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, iso);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, iso_clear);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, problem);
  gtk_widget_class_bind_template_child (widget_class, PtWizardMachinePage, details);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_machine_page_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_machine_page_entered_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_machine_page_clear_iso_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_machine_page_choose_iso_cb);
}


static void
pt_wizard_machine_page_class_init (PtWizardMachinePageClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass    *widget_class = GTK_WIDGET_CLASS (klass);
  PtWizardPageClass *page_class = PT_WIZARD_PAGE_CLASS (klass);

  object_class->dispose = pt_wizard_machine_page_dispose;
  object_class->finalize = pt_wizard_machine_page_finalize;
  page_class->enter = pt_wizard_machine_page_enter;
  page_class->update = pt_wizard_machine_page_update;
  page_class->forward = pt_wizard_machine_page_forward;

  g_type_ensure (PT_TYPE_CORE_MAP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-machine-page.ui"));
  pt_wizard_machine_page_bind (widget_class);
}


static void
pt_wizard_machine_page_init (PtWizardMachinePage *self)
{
  GtkDropTarget *drop = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  drop = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);
  g_signal_connect_object (drop, "drop", G_CALLBACK (pt_wizard_machine_page_drop_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->iso), GTK_EVENT_CONTROLLER (drop));
}
