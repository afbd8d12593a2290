//! What of a batch was not paid, and can be paid again: a form of choices, POST
//! `/batches/{number}/repayment` with `payout` (repeated) or `all`.

use super::link::{EmptyState, LinkView, Pager};
use super::tone::StatusPill;
use askama::Template;
use askama::filters::HtmlSafe;

/// The table with its form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/again.html")]
pub struct AgainView {
    /// Where the form posts; `None` where the reader may not pay again.
    pub action: Option<String>,
    /// The account's currency, in the amount's heading.
    pub currency: String,
    /// What was not paid.
    pub rows: Vec<AgainRow>,
    /// Whole groups that can be chosen: value and words of a button.
    pub all: Vec<(String, String)>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// Ways to the other pages.
    pub pager: Pager,
}

/// One payout that was not paid.
#[derive(Clone, Debug)]
pub struct AgainRow {
    /// Its id; `None` where it can't be chosen.
    pub choice: Option<String>,
    /// The row's number.
    pub row: String,
    /// Who was to be paid, and the payout's own page.
    pub beneficiary: LinkView,
    /// The merchant's reference.
    pub reference: String,
    /// Account or wallet.
    pub destination: String,
    /// Its status.
    pub status: StatusPill,
    /// What the rail said, or what was wrong with it.
    pub why: String,
    /// The batch that pays it again already.
    pub taken: Option<LinkView>,
    /// How much, without the currency.
    pub amount: String,
}

impl HtmlSafe for AgainView {}
