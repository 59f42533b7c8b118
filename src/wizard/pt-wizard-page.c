/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-page"

#include "config.h"

#include "pt-wizard-page.h"

#include "pt-widgets.h"
#include "pt-wizard-resources.h"

typedef struct
{
  PtWizardState *state;
  GCancellable  *cancellable;
  char          *title;
  char          *forward_label;
  gboolean       can_go_forward;
  gboolean       can_go_back;
  gboolean       busy;
  gboolean       shown;
} PtWizardPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PtWizardPage, pt_wizard_page, ADW_TYPE_BIN)

typedef enum {
  PROP_STATE = 1,
  PROP_TITLE,
  PROP_FORWARD_LABEL,
  PROP_CAN_GO_FORWARD,
  PROP_CAN_GO_BACK,
  PROP_BUSY,
} PtWizardPageProperty;

static GParamSpec *properties[PROP_BUSY + 1];

enum {
  SIGNAL_GO_ON,
  N_SIGNALS
};

static guint signals[N_SIGNALS];


static PtWizardPagePrivate *
pt_wizard_page_private (PtWizardPage *self)
{
  return pt_wizard_page_get_instance_private (self);
}


static void
pt_wizard_page_nothing (PtWizardPage *self)
{
}


static gboolean
pt_wizard_page_just_go (PtWizardPage *self)
{
  return TRUE;
}


static void
pt_wizard_page_state_changed_cb (PtWizardPage *self)
{
  if (pt_wizard_page_private (self)->shown)
    PT_WIZARD_PAGE_GET_CLASS (self)->update (self);
}


static void
pt_wizard_page_get_property (GObject    *object,
                             guint       property,
                             GValue     *value,
                             GParamSpec *pspec)
{
  PtWizardPagePrivate *priv = pt_wizard_page_private (PT_WIZARD_PAGE (object));

  switch ((PtWizardPageProperty)property)
    {
    case PROP_STATE: g_value_set_object (value, priv->state); break;
    case PROP_TITLE: g_value_set_string (value, priv->title); break;
    case PROP_FORWARD_LABEL: g_value_set_string (value, priv->forward_label); break;
    case PROP_CAN_GO_FORWARD: g_value_set_boolean (value, priv->can_go_forward); break;
    case PROP_CAN_GO_BACK: g_value_set_boolean (value, priv->can_go_back); break;
    case PROP_BUSY: g_value_set_boolean (value, priv->busy); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}


static void
pt_wizard_page_set_property (GObject      *object,
                             guint         property,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  PtWizardPagePrivate *priv = pt_wizard_page_private (PT_WIZARD_PAGE (object));

  if (property == PROP_STATE)
    priv->state = g_value_dup_object (value);
  else if (property == PROP_TITLE)
    priv->title = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}


static void
pt_wizard_page_constructed (GObject *object)
{
  PtWizardPage        *self = PT_WIZARD_PAGE (object);
  PtWizardPagePrivate *priv = pt_wizard_page_private (self);

  G_OBJECT_CLASS (pt_wizard_page_parent_class)->constructed (object);

  g_signal_connect_object (priv->state, "changed", G_CALLBACK (pt_wizard_page_state_changed_cb),
                           self, G_CONNECT_SWAPPED);
}


static void
pt_wizard_page_dispose (GObject *object)
{
  PtWizardPagePrivate *priv = pt_wizard_page_private (PT_WIZARD_PAGE (object));

  g_cancellable_cancel (priv->cancellable);
  g_clear_object (&priv->state);

  G_OBJECT_CLASS (pt_wizard_page_parent_class)->dispose (object);
}


static void
pt_wizard_page_finalize (GObject *object)
{
  PtWizardPagePrivate *priv = pt_wizard_page_private (PT_WIZARD_PAGE (object));

  g_clear_object (&priv->cancellable);
  g_free (priv->title);
  g_free (priv->forward_label);

  G_OBJECT_CLASS (pt_wizard_page_parent_class)->finalize (object);
}


static void
pt_wizard_page_install_properties (GObjectClass *object_class)
{
  GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GParamFlags construct = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  properties[PROP_STATE] = g_param_spec_object ("state", NULL, NULL, PT_TYPE_WIZARD_STATE,
                                                construct);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", construct);
  properties[PROP_FORWARD_LABEL] = g_param_spec_string ("forward-label", NULL, NULL, NULL, read);
  properties[PROP_CAN_GO_FORWARD] = g_param_spec_boolean ("can-go-forward", NULL, NULL, FALSE,
                                                          read);
  properties[PROP_CAN_GO_BACK] = g_param_spec_boolean ("can-go-back", NULL, NULL, TRUE, read);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, read);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}


static void
pt_wizard_page_class_init (PtWizardPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  /* The linker drops a static library's resource that nobody names; templates of all pages are
   * in it. */
  g_resources_register (pt_wizard_get_resource ());
  object_class->get_property = pt_wizard_page_get_property;
  object_class->set_property = pt_wizard_page_set_property;
  object_class->constructed = pt_wizard_page_constructed;
  object_class->dispose = pt_wizard_page_dispose;
  object_class->finalize = pt_wizard_page_finalize;
  klass->enter = pt_wizard_page_nothing;
  klass->leave = pt_wizard_page_nothing;
  klass->update = pt_wizard_page_nothing;
  klass->forward = pt_wizard_page_just_go;
  pt_wizard_page_install_properties (object_class);

  signals[SIGNAL_GO_ON] = g_signal_new ("go-on", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
}


static void
pt_wizard_page_init (PtWizardPage *self)
{
  PtWizardPagePrivate *priv = pt_wizard_page_private (self);

  pt_widgets_ensure_style (gtk_widget_get_display (GTK_WIDGET (self)));
  priv->can_go_back = TRUE;
  priv->cancellable = g_cancellable_new ();
}


PtWizardState *
pt_wizard_page_get_state (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), NULL);

  return pt_wizard_page_private (self)->state;
}


const char *
pt_wizard_page_get_title (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), NULL);

  return pt_wizard_page_private (self)->title;
}


const char *
pt_wizard_page_get_forward_label (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), NULL);

  return pt_wizard_page_private (self)->forward_label;
}


gboolean
pt_wizard_page_get_can_go_forward (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), FALSE);

  return pt_wizard_page_private (self)->can_go_forward;
}


gboolean
pt_wizard_page_get_busy (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), FALSE);

  return pt_wizard_page_private (self)->busy;
}


gboolean
pt_wizard_page_get_can_go_back (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), FALSE);

  return pt_wizard_page_private (self)->can_go_back;
}


gboolean
pt_wizard_page_is_shown (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), FALSE);

  return pt_wizard_page_private (self)->shown;
}


void
pt_wizard_page_set_forward (PtWizardPage *self,
                            const char   *label,
                            gboolean      can_go_forward)
{
  PtWizardPagePrivate *priv = NULL;

  g_return_if_fail (PT_IS_WIZARD_PAGE (self));

  priv = pt_wizard_page_private (self);
  if (g_strcmp0 (priv->forward_label, label) != 0)
    {
      g_free (priv->forward_label);
      priv->forward_label = g_strdup (label);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FORWARD_LABEL]);
    }
  if (priv->can_go_forward != can_go_forward)
    {
      priv->can_go_forward = can_go_forward;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_GO_FORWARD]);
    }
}


static void
pt_wizard_page_set_flag (PtWizardPage        *self,
                         gboolean            *flag,
                         gboolean             value,
                         PtWizardPageProperty property)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}


void
pt_wizard_page_set_busy (PtWizardPage *self,
                         gboolean      busy)
{
  g_return_if_fail (PT_IS_WIZARD_PAGE (self));

  pt_wizard_page_set_flag (self, &pt_wizard_page_private (self)->busy, busy, PROP_BUSY);
}


void
pt_wizard_page_set_can_go_back (PtWizardPage *self,
                                gboolean      can_go_back)
{
  g_return_if_fail (PT_IS_WIZARD_PAGE (self));

  pt_wizard_page_set_flag (self, &pt_wizard_page_private (self)->can_go_back, can_go_back,
                           PROP_CAN_GO_BACK);
}


void
pt_wizard_page_go_on (PtWizardPage *self)
{
  g_return_if_fail (PT_IS_WIZARD_PAGE (self));

  g_signal_emit (self, signals[SIGNAL_GO_ON], 0);
}


GCancellable *
pt_wizard_page_get_cancellable (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), NULL);

  return pt_wizard_page_private (self)->cancellable;
}


void
pt_wizard_page_enter (PtWizardPage *self)
{
  PtWizardPagePrivate *priv = NULL;

  g_return_if_fail (PT_IS_WIZARD_PAGE (self));

  priv = pt_wizard_page_private (self);
  g_object_unref (priv->cancellable);
  priv->cancellable = g_cancellable_new ();
  priv->shown = TRUE;
  PT_WIZARD_PAGE_GET_CLASS (self)->update (self);
  PT_WIZARD_PAGE_GET_CLASS (self)->enter (self);
}


void
pt_wizard_page_leave (PtWizardPage *self)
{
  PtWizardPagePrivate *priv = NULL;

  g_return_if_fail (PT_IS_WIZARD_PAGE (self));

  priv = pt_wizard_page_private (self);
  priv->shown = FALSE;
  g_cancellable_cancel (priv->cancellable);
  PT_WIZARD_PAGE_GET_CLASS (self)->leave (self);
  pt_wizard_page_set_busy (self, FALSE);
}


gboolean
pt_wizard_page_forward (PtWizardPage *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_PAGE (self), FALSE);

  return PT_WIZARD_PAGE_GET_CLASS (self)->forward (self);
}
