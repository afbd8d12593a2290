//! The documents of a batch: each with where it is and the way to remove it, and the form for another.

use super::field::FieldView;
use super::layout::Layout;
use super::link::LinkView;
use super::notice::Notice;
use askama::Template;

/// The page.
#[derive(Debug, Template)]
#[template(path = "documents.html")]
pub struct DocumentsPage {
    /// The frame.
    pub layout: Layout,
    /// The batch.
    pub batch: LinkView,
    /// What is to be known first.
    pub notices: Vec<Notice>,
    /// The documents in the order they came.
    pub rows: Vec<DocumentRow>,
    /// Where another one is sent, and the field for it; nothing where none can be added.
    pub form: Option<(String, FieldView)>,
}

/// A document.
#[derive(Clone, Debug)]
pub struct DocumentRow {
    /// Its name, and where it is.
    pub link: LinkView,
    /// "PDF, 120 kB".
    pub what: String,
    /// Who added it and when.
    pub added: String,
    /// The beginning of its SHA-256.
    pub digest: String,
    /// Where the form that removes it goes; nothing where it stays.
    pub removal: Option<String>,
}
