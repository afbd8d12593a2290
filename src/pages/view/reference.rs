//! The reference of the API: each call with its fields, its refusals and a request to copy.

use super::layout::Layout;
use super::link::LinkView;
use askama::Template;

/// A field of a body, an answer or the query.
#[derive(Debug)]
pub struct ReferenceField {
    /// `payouts[].destination.iban`.
    pub path: String,
    /// `text`, `whole number`, …
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it holds.
    pub about: String,
}

/// Fields that belong together.
#[derive(Debug)]
pub struct ReferencePart {
    /// `Body`.
    pub title: String,
    /// Its fields.
    pub rows: Vec<ReferenceField>,
}

/// A refusal.
#[derive(Debug)]
pub struct ReferenceRefusal {
    /// The HTTP status.
    pub status: String,
    /// When.
    pub about: String,
}

/// A call.
#[derive(Debug)]
pub struct ReferenceCall {
    /// Its place in the page.
    pub anchor: String,
    /// The address that shows it opened.
    pub link: String,
    /// Whether it is opened.
    pub is_open: bool,
    /// Whose dialect.
    pub tag: String,
    /// `POST`.
    pub method: String,
    /// `/api/v1/payout/bulk`.
    pub path: String,
    /// In a few words.
    pub summary: String,
    /// What it does.
    pub about: String,
    /// Headers and query, body, answer; none that is empty.
    pub parts: Vec<ReferencePart>,
    /// What is refused.
    pub refusals: Vec<ReferenceRefusal>,
    /// A request to copy.
    pub curl: String,
}

/// The calls of one dialect.
#[derive(Debug)]
pub struct ReferenceGroup {
    /// Its place in the page.
    pub anchor: String,
    /// `OneKhusa`.
    pub title: String,
    /// Its calls.
    pub calls: Vec<ReferenceCall>,
}

/// The whole reference.
#[derive(Debug, Template)]
#[template(path = "reference.html")]
pub struct ReferencePage {
    /// The frame.
    pub layout: Layout,
    /// Where the API is.
    pub address: String,
    /// The document.
    pub document: String,
    /// How to get a token.
    pub token: String,
    /// Opens or folds every call.
    pub fold: LinkView,
    /// Every call.
    pub groups: Vec<ReferenceGroup>,
}
