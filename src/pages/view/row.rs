//! Correcting or editing one row: GET and POST `/batches/{number}/rows/{row}` with the payout's
//! fields, faults at their fields, and what the file said.

use super::field::{FieldGroup, FieldView};
use super::layout::Layout;
use super::link::LinkView;
use super::notice::Notice;
use askama::Template;

/// The form of one row.
#[derive(Debug, Template)]
#[template(path = "row.html")]
pub struct RowPage {
    /// The frame.
    pub layout: Layout,
    /// The batch, to go back to.
    pub batch: LinkView,
    /// "Row 14".
    pub heading: String,
    /// Who and how much: "Alinafe Nyirenda · MWK 4,500.00".
    pub facts: String,
    /// Where the form posts.
    pub action: String,
    /// "Save and check again"; empty where the fields can only be read.
    pub submit: String,
    /// What is wrong in all, or what an edit brings about (a new revision, signatures void).
    pub notices: Vec<Notice>,
    /// Sent along unseen.
    pub hidden: Vec<FieldView>,
    /// Who, where to, how much, when.
    pub groups: Vec<FieldGroup>,
    /// The faulty row before this one.
    pub previous: Option<String>,
    /// The faulty row after this one.
    pub next: Option<String>,
}
