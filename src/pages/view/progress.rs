//! Long work as it is seen: a bar with counts, what happens if you leave, and a page that follows by
//! itself (JavaScript over `/batches/{number}/progress`, else a reload every five seconds).

use askama::Template;
use askama::filters::HtmlSafe;

/// Which counts the bar follows; `static/js/progress.js` reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressKind {
    /// Rows judged of rows read, with faults.
    Rows,
    /// Payouts paid and failed of payouts signed.
    Payouts,
}

impl ProgressKind {
    /// The word that the script knows it by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Payouts => "payouts",
        }
    }
}

/// A bar that follows work.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/progress.html")]
pub struct ProgressView {
    /// What is going on: "Checking rows".
    pub title: String,
    /// What is counted.
    pub kind: ProgressKind,
    /// The JSON and event-stream address: `/batches/20240017/progress`.
    pub source: String,
    /// The status as the JSON names it; the page reloads when it is another.
    pub status: String,
    /// How many are done.
    pub done: u64,
    /// Of how many; 0 while nobody knows yet, which shows a bar without an end.
    pub total: u64,
    /// The counts in words: "61,000 of 100,000 rows checked · 12 need correcting".
    pub counts: String,
    /// How fast it goes and how long it will take: "12,400 rows a second, about 40 seconds left"; empty
    /// where nobody knows.
    pub pace: String,
    /// What happens if you leave.
    pub leave: String,
}

impl HtmlSafe for ProgressView {}
