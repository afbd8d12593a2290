//! Paying one person: multipart POST `/payouts`, with the templates to begin from beside it.

use super::field::{FieldGroup, FieldView};
use super::layout::Layout;
use super::link::LinkView;
use super::notice::Notice;
use askama::Template;

/// The form for one payout.
#[derive(Debug, Template)]
#[template(path = "payout_new.html")]
pub struct PayoutNewPage {
    /// The frame.
    pub layout: Layout,
    /// How much of the attempt before must be corrected.
    pub refusal: Option<Notice>,
    /// Sent along unseen.
    pub hidden: Vec<FieldView>,
    /// Why, who, where to, how much and when.
    pub groups: Vec<FieldGroup>,
    /// Under which name to keep it as a template.
    pub template_name: FieldView,
    /// The templates there are.
    pub templates: Vec<TemplateRow>,
}

/// A template to begin from.
#[derive(Debug)]
pub struct TemplateRow {
    /// Its name, and the form filled with it.
    pub link: LinkView,
    /// Where the form posts that takes it away.
    pub deletion: String,
}
