//! The list of batches: `/batches?status=&account=&q=`.

use super::field::Filters;
use super::layout::Layout;
use super::link::{ButtonLink, EmptyState, Pager};
use super::seal::SealView;
use super::tone::StatusPill;
use askama::Template;

/// The list of batches.
#[derive(Debug, Template)]
#[template(path = "batches.html")]
pub struct BatchesPage {
    /// The frame.
    pub layout: Layout,
    /// "New batch", for those who may.
    pub buttons: Vec<ButtonLink>,
    /// `status`, `account` and `q`.
    pub filters: Filters,
    /// The batches of this page, newest first.
    pub rows: Vec<BatchRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// Ways to the other pages.
    pub pager: Pager,
}

/// One batch in the list.
#[derive(Debug)]
pub struct BatchRow {
    /// Where it is.
    pub href: String,
    /// Its 8-digit number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Number and the account: "20240017 · Main payouts".
    pub account: String,
    /// When it was captured and by whom: "15 Jan 2024 by Thoko Banda".
    pub captured: String,
    /// Its status.
    pub status: StatusPill,
    /// Its signatures, in order; empty before submission.
    pub seals: Vec<SealView>,
    /// "95 of 100", or "95".
    pub entries: String,
    /// When it pays: "20 Jan 2024, 08:00", "when approved".
    pub pays_out: String,
    /// The total with currency.
    pub amount: String,
}
