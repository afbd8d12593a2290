//! What this person may do to a batch now: each act is its own form, and works without JavaScript.
//!
//! A simple act is one button. An act that takes something away, or needs a reason, opens a panel
//! (`<details>`) with its fields and its own button: it asks once, in the same form.

use super::field::FieldView;
use super::link::ButtonTone;
use askama::Template;
use askama::filters::HtmlSafe;

/// One act as a form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/act.html")]
pub struct ActForm {
    /// Where it posts: `/batches/20240017/approval`.
    pub action: String,
    /// The button that does it, naming act and size: "Approve MWK 450,000.00 to 95 people".
    pub label: String,
    /// The weight of the button.
    pub tone: ButtonTone,
    /// What is sent along: the hidden fingerprint, a reason, a code. Fields that are seen need a
    /// panel, and ids of their own ([`FieldView::scoped`]).
    pub fields: Vec<FieldView>,
    /// The panel that asks first; without it the act is one button.
    pub panel: Option<ActPanel>,
}

/// The panel of an act that asks first.
#[derive(Clone, Debug)]
pub struct ActPanel {
    /// What opens it: "Reject…".
    pub opener: String,
    /// What the act means: "Rejecting is final. Nothing in this batch is paid."
    pub explanation: String,
    /// Whether it is open already, as after a refused attempt.
    pub open: bool,
}

impl ActPanel {
    /// The button that opens it is quieter than the act behind it.
    pub fn new(opener: impl Into<String>, explanation: impl Into<String>) -> Self {
        Self {
            opener: opener.into(),
            explanation: explanation.into(),
            open: false,
        }
    }
}

impl ActForm {
    /// The class of what opens the panel: never primary, red where the act takes something away.
    pub fn opener_class(&self) -> &'static str {
        match self.tone {
            ButtonTone::Danger => "button button--danger",
            ButtonTone::Primary | ButtonTone::Plain => "button",
        }
    }

    /// The class of the button that does the act, solid where it takes something away.
    pub fn submit_class(&self) -> &'static str {
        match (self.tone, self.panel.is_some()) {
            (ButtonTone::Danger, true) => "button button--danger button--solid",
            (ButtonTone::Danger, false) => "button button--danger",
            (ButtonTone::Primary, _) => "button button--primary",
            (ButtonTone::Plain, true) => "button button--primary",
            (ButtonTone::Plain, false) => "button",
        }
    }
}

impl HtmlSafe for ActForm {}
