//! The list of payouts: `/payouts?q=&status=&account=&from=&to=`.

use super::field::Filters;
use super::layout::Layout;
use super::link::{ButtonLink, EmptyState, LinkView, Pager};
use super::tone::StatusPill;
use askama::Template;

/// The list of payouts.
#[derive(Debug, Template)]
#[template(path = "payouts.html")]
pub struct PayoutsPage {
    /// The frame.
    pub layout: Layout,
    /// Buttons beside the title.
    pub buttons: Vec<ButtonLink>,
    /// `q`, `status`, `account`, `from` and `to`.
    pub filters: Filters,
    /// The payouts of this page.
    pub rows: Vec<PayoutListRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// Ways to the other pages.
    pub pager: Pager,
}

/// One payout in the list.
#[derive(Debug)]
pub struct PayoutListRow {
    /// Where it is.
    pub href: String,
    /// Who is paid; a dash where the file did not say.
    pub beneficiary: String,
    /// The merchant's reference.
    pub reference: String,
    /// Account or wallet.
    pub destination: String,
    /// The batch it is part of.
    pub batch: LinkView,
    /// When: its transaction date.
    pub date: String,
    /// Its status.
    pub status: StatusPill,
    /// What the last intent came to, where there is one.
    pub result: Option<StatusPill>,
    /// With currency.
    pub amount: String,
}
