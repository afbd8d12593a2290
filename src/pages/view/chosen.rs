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
    /// Other values for chosen rows: what is left empty stays as it is.
    #[must_use]
    pub fn edit(action: String, explanation: String) -> Self {
        let field = |name: &str, label: &str, kind| FieldView::new(name, label, kind).scoped("chosen");
        Self {
            action,
            opener: "Edit chosen…".to_owned(),
            explanation: format!("{explanation} What you leave empty stays as it is."),
            fields: vec![
                field("amount", "Amount", FieldKind::Amount),
                field("comment", "Comment", FieldKind::Text),
                field("iban", "IBAN", FieldKind::Code).hint("Instead of what they are paid to now."),
                field("account_number", "Account number", FieldKind::Code),
                field("bank_code", "Bank code", FieldKind::Code),
                field("mobile", "Mobile number", FieldKind::Code),
                field("provider", "Wallet provider", FieldKind::Text),
            ],
            label: "Change the chosen rows".to_owned(),
            tone: ButtonTone::Plain,
        }
    }

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

    /// Chosen rows stay out of what is signed.
    #[must_use]
    pub fn leave_out(action: String) -> Self {
        let reason = FieldView::new("reason", "Reason", FieldKind::Paragraph)
            .hint("The others read it on this page.")
            .scoped("leave-out");
        Self {
            action,
            opener: "Leave out chosen…".to_owned(),
            explanation: "The chosen rows are not paid with this batch. Checking one again takes it in."
                .to_owned(),
            fields: vec![reason],
            label: "Leave out the chosen rows".to_owned(),
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
    /// What is sent along with each of them.
    pub hidden: Vec<FieldView>,
    /// The acts.
    pub acts: Vec<ChosenAct>,
}

impl ChosenForm {
    /// `None` where nothing can be done with chosen rows.
    #[must_use]
    pub fn new(acts: Vec<ChosenAct>) -> Option<Self> {
        let action = acts.first()?.action.clone();
        Some(Self {
            action,
            hidden: Vec::new(),
            acts,
        })
    }

    /// The same, sending these fields along.
    #[must_use]
    pub fn with(mut self, hidden: Vec<FieldView>) -> Self {
        self.hidden = hidden;
        self
    }
}

impl HtmlSafe for ChosenForm {}
