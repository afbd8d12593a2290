//! What is ahead: `/scheduled`, by day, and one day with its batches and payouts.

use super::chosen::ChosenForm;
use super::layout::Layout;
use super::link::{EmptyState, LinkView, Pager};
use super::payouts::PayoutListRow;
use super::tone::StatusPill;
use askama::Template;

/// The page.
#[derive(Debug, Template)]
#[template(path = "scheduled.html")]
pub struct ScheduledPage {
    /// The frame.
    pub layout: Layout,
    /// Each account with days ahead.
    pub accounts: Vec<AccountAhead>,
    /// What to say when nothing is ahead.
    pub empty: EmptyState,
    /// The day that was asked for.
    pub day: Option<DayView>,
}

/// One account's days.
#[derive(Debug)]
pub struct AccountAhead {
    /// Unique on the page.
    pub id: String,
    /// Its name and number.
    pub link: LinkView,
    /// What it has: "MWK 480,200.00 available and reserved".
    pub held: String,
    /// "Times in Africa/Blantyre".
    pub zone: String,
    /// ISO 4217.
    pub currency: String,
    /// In order.
    pub days: Vec<DayRow>,
}

/// One day of an account.
#[derive(Debug)]
pub struct DayRow {
    /// The day, leading to its payouts.
    pub link: LinkView,
    /// Whether it is the one shown below.
    pub current: bool,
    /// How many payouts.
    pub payouts: String,
    /// To be paid by approved batches.
    pub approved: String,
    /// Of batches that lack signatures.
    pub unsigned: String,
    /// The balance expected after it.
    pub after: String,
    /// What is missing by then: "short by MWK 1,200.00".
    pub short: Option<String>,
}

/// One day's batches and payouts.
#[derive(Debug)]
pub struct DayView {
    /// "Thursday, 25 January 2024 · Main payouts".
    pub title: String,
    /// The batches that are paid that day.
    pub batches: Vec<BatchRow>,
    /// The payouts of this page.
    pub rows: Vec<ChoosableRow>,
    /// What can be done with the chosen ones.
    pub chosen: Option<ChosenForm>,
    /// What to say when nothing is left of the day.
    pub empty: EmptyState,
    /// Ways to the other pages.
    pub pager: Pager,
}

/// A batch of the day.
#[derive(Debug)]
pub struct BatchRow {
    /// Its name, leading to it.
    pub link: LinkView,
    /// Where it stands.
    pub status: StatusPill,
    /// "95 payouts, MWK 450,000.00".
    pub size: String,
    /// What an edit of one of its payouts means.
    pub means: String,
}

/// A payout that can be chosen.
#[derive(Debug)]
pub struct ChoosableRow {
    /// Its id.
    pub id: String,
    /// What is shown of it.
    pub payout: PayoutListRow,
}
