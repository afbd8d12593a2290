//! What can be done with the rows that are ticked in a table: one form, which the ticks belong to, with
//! a panel and a button for each act. Works without JavaScript: the button says where the form goes.

use super::field::{FieldKind, FieldView};
use super::link::ButtonTone;
use askama::Template;
use askama::filters::HtmlSafe;
use chrono_tz::Tz;

/// One act on chosen rows.
#[derive(Clone, Debug)]
pub struct ChosenAct {
    /// Where it posts.
    pub action: String,
    /// What opens its panel: "Cancel chosen…".
    pub opener: String,
    /// What the act means, said before.
    pub explanation: String,
    /// What it needs to know.
    pub fields: Vec<FieldView>,
    /// The button.
    pub label: String,
    /// The weight of the button.
    pub tone: ButtonTone,
}

impl ChosenAct {
    /// Another date for chosen rows.
    #[must_use]
    pub fn reschedule(action: String, zone: Tz, explanation: String) -> Self {
        let date = FieldView::new("pay_on", "Date", FieldKind::Text).hint(format!(
            "YYYY-MM-DD, or YYYY-MM-DDTHH:MM in {zone}. Left empty: the batch's date."
        ));
        Self {
            action,
            opener: "Reschedule chosen…".to_owned(),
            explanation,
            fields: vec![date.scoped("chosen")],
            label: "Set the date of the chosen rows".to_owned(),
            tone: ButtonTone::Plain,
        }
    }

    /// No payment for chosen rows.
    #[must_use]
    pub fn cancel(action: String) -> Self {
        let reason = FieldView::new("reason", "Reason", FieldKind::Paragraph)
            .hint("It stays with each of them.")
            .scoped("chosen");
        Self {
            action,
            opener: "Cancel chosen…".to_owned(),
            explanation:
                "The chosen rows are not paid, what was reserved for them is free again, and signatures \
                          stand. This can't be undone."
                    .to_owned(),
            fields: vec![reason],
            label: "Cancel the chosen rows".to_owned(),
            tone: ButtonTone::Danger,
        }
    }

    /// The class of its button.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self.tone {
            ButtonTone::Danger => "button button--danger button--solid",
            ButtonTone::Primary | ButtonTone::Plain => "button button--primary",
        }
    }
}

/// The form that ticked rows belong to.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/chosen.html")]
pub struct ChosenForm {
    /// Where it posts where no button says: the first act's.
    pub action: String,
    /// The acts.
    pub acts: Vec<ChosenAct>,
}

impl ChosenForm {
    /// `None` where nothing can be done with chosen rows.
    #[must_use]
    pub fn new(acts: Vec<ChosenAct>) -> Option<Self> {
        let action = acts.first()?.action.clone();
        Some(Self { action, acts })
    }
}

impl HtmlSafe for ChosenForm {}
