//! What there is to correct in a batch, and the ways to correct many rows at once.

use super::field::FieldView;
use super::link::{LinkView, Tab};
use askama::Template;
use askama::filters::HtmlSafe;

/// A form in a panel that opens.
#[derive(Clone, Debug)]
pub struct PanelForm {
    /// What opens it: "Correct all 40 at once…".
    pub opener: String,
    /// What it does.
    pub explanation: String,
    /// Where it posts.
    pub action: String,
    /// Whether a file is sent along.
    pub multipart: bool,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// Its button.
    pub label: String,
    /// Whether it is open already, as after a refused attempt.
    pub open: bool,
}

/// The to-do list over the faulty rows.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/corrections.html")]
pub struct CorrectionsView {
    /// "Correct 3 mobile numbers", each leading to its rows.
    pub items: Vec<Tab>,
    /// Where only a part of a large batch was counted.
    pub counted: Option<String>,
    /// The error file in its formats.
    pub downloads: Vec<LinkView>,
    /// Ways to correct many rows at once.
    pub forms: Vec<PanelForm>,
}

impl HtmlSafe for CorrectionsView {}
