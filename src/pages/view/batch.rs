//! One batch, in every status. Which parts are there depends on the status; the order is always
//! the same: name and acts, work in progress, notices, seals, numbers, rows or history.

use super::act::ActForm;
use super::again::AgainView;
use super::corrections::CorrectionsView;
use super::layout::Layout;
use super::link::{LinkView, Tab};
use super::meter::Stat;
use super::notice::Notice;
use super::progress::ProgressView;
use super::rows::RowsTable;
use super::seal::SealCard;
use super::timeline::Timeline;
use super::tone::StatusPill;
use askama::Template;

/// One batch.
#[derive(Debug, Template)]
#[template(path = "batch.html")]
pub struct BatchPage {
    /// The frame.
    pub layout: Layout,
    /// Its 8-digit number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Its status in words.
    pub status: StatusPill,
    /// "january-salaries.xlsx · 100 rows · uploaded 15 Jan 2024, 09:12 by Thoko Banda".
    pub facts: String,
    /// Where file and reports are: "Original file", "Payout report".
    pub links: Vec<LinkView>,
    /// What this person may do now, the primary one last.
    pub acts: Vec<ActForm>,
    /// Why this person may not do what the page would otherwise offer.
    pub why_not: Vec<String>,
    /// Work in progress (queued, validating, paying).
    pub progress: Option<ProgressView>,
    /// What must be known first: faults, duplicates, why it failed, was sent back or rejected.
    pub notices: Vec<Notice>,
    /// The signatures; empty before a level is known.
    pub seals: Vec<SealCard>,
    /// The numbers.
    pub stats: Vec<Stat>,
    /// The tabs over the rows; empty where there is nothing to choose.
    pub tabs: Vec<Tab>,
    /// What there is to correct, and ways to correct many rows at once.
    pub corrections: Option<CorrectionsView>,
    /// What is below the tabs.
    pub body: BatchBody,
}

/// What is below the tabs of a batch.
#[derive(Debug)]
pub enum BatchBody {
    /// Nothing: no rows were taken in yet.
    Nothing,
    /// Rows.
    Rows(Box<RowsTable>),
    /// What was not paid and can be paid again.
    Failed(Box<AgainView>),
    /// What happened.
    History(Timeline),
}
