//! The form for a new batch: multipart POST `/batches` with account, name, file, pay_on, purpose,
//! control_count and control_total.

use super::field::FieldView;
use super::layout::Layout;
use super::link::LinkView;
use super::notice::Notice;
use askama::Template;

/// The templates of one account.
#[derive(Debug)]
pub struct TemplateLinks {
    /// "Main payouts, MWK".
    pub account: String,
    /// "Bank accounts (Excel)" and where it is.
    pub links: Vec<LinkView>,
}

/// The form for a new batch.
#[derive(Debug, Template)]
#[template(path = "batch_new.html")]
pub struct BatchNewPage {
    /// The frame.
    pub layout: Layout,
    /// Why the attempt before was refused.
    pub refusal: Option<Notice>,
    /// The form's own key, hidden.
    pub key: FieldView,
    /// The file field; its hint names types and limits.
    pub file: FieldView,
    /// Account, name and whatever else is always asked.
    pub main: Vec<FieldView>,
    /// Date and purpose: for rows that don't say it themselves.
    pub defaults: Vec<FieldView>,
    /// Control count and total.
    pub control: Vec<FieldView>,
    /// Empty files to fill in: of which account, then each kind in each format.
    pub templates: Vec<TemplateLinks>,
    /// The columns a file may have: heading and rule.
    pub columns: Vec<(String, String)>,
}
