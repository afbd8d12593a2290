//! A page that is one form: heading, what it means, its fields in groups, one button.

use super::field::FieldGroup;
use super::layout::Layout;
use super::link::LinkView;
use super::notice::Notice;
use askama::Template;

/// A page that is one form.
#[derive(Debug, Template)]
#[template(path = "form.html")]
pub struct FormPage {
    /// The frame.
    pub layout: Layout,
    /// The way here.
    pub trail: Vec<LinkView>,
    /// What is done here.
    pub heading: String,
    /// What it means.
    pub facts: String,
    /// What must be known first, or why the attempt before was refused.
    pub notices: Vec<Notice>,
    /// Where it is sent.
    pub action: String,
    /// Its fields.
    pub groups: Vec<FieldGroup>,
    /// The button.
    pub submit: String,
    /// The way out.
    pub back: LinkView,
}
