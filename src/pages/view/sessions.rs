//! The list of a person's sessions, each with the way to end it.

use super::layout::Layout;
use askama::Template;

/// The page.
#[derive(Debug, Template)]
#[template(path = "sessions.html")]
pub struct SessionsPage {
    /// The frame.
    pub layout: Layout,
    /// Whether there is one besides this one.
    pub has_others: bool,
    /// The sessions, the last used first.
    pub rows: Vec<SessionRow>,
}

/// One session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// What the form sends to end it.
    pub id: String,
    /// "Firefox on Linux".
    pub browser: String,
    /// Where from.
    pub address: String,
    /// When it began.
    pub since: String,
    /// When it was last used.
    pub seen: String,
    /// Whether it is the one that looks.
    pub is_this: bool,
}
