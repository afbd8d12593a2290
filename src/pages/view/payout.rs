//! One payout: what it is, where it goes, each attempt to pay it, and what happened.

use super::layout::Layout;
use super::link::{ButtonLink, LinkView, Pager};
use super::notice::Notice;
use super::timeline::Timeline;
use super::tone::StatusPill;
use askama::Template;
use askama::filters::HtmlSafe;

/// One payout.
#[derive(Debug, Template)]
#[template(path = "payout.html")]
pub struct PayoutPage {
    /// The frame.
    pub layout: Layout,
    /// The way back: batches or payouts, then the batch.
    pub trail: Vec<LinkView>,
    /// "MWK 4,500.00 to Alinafe Nyirenda".
    pub heading: String,
    /// Its status.
    pub status: StatusPill,
    /// "SAL-2024-014 · row 14 of January salaries, Lilongwe".
    pub facts: String,
    /// Buttons beside the heading.
    pub buttons: Vec<ButtonLink>,
    /// Why it failed, or what to know first.
    pub notices: Vec<Notice>,
    /// What it is: groups of named values.
    pub details: Vec<DetailGroup>,
    /// The attempts to pay it, newest first.
    pub intents: Vec<IntentRow>,
    /// All earlier payouts to the destination, where there are more than are shown.
    pub earlier_all: Option<String>,
    /// What to say while there are none: "Not sent yet. It goes out on 20 Jan 2024, 08:00 CAT."
    pub intents_empty: String,
    /// What the same destination was paid before, newest first.
    pub earlier: EarlierPayouts,
    /// What happened.
    pub timeline: Timeline,
}

/// Earlier payouts to one destination.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/earlier.html")]
pub struct EarlierPayouts {
    /// The rows.
    pub rows: Vec<EarlierRow>,
    /// What to say where there are none.
    pub empty: String,
}

impl HtmlSafe for EarlierPayouts {}

/// One of them.
#[derive(Clone, Debug)]
pub struct EarlierRow {
    /// When its outcome was known, leading to it.
    pub payout: LinkView,
    /// The batch it was in.
    pub batch: LinkView,
    /// Whom it was for, where that was said.
    pub beneficiary: String,
    /// With currency.
    pub amount: String,
    /// What became of it.
    pub result: StatusPill,
}

/// Everything that one destination was paid.
#[derive(Debug, Template)]
#[template(path = "beneficiary.html")]
pub struct BeneficiaryPage {
    /// The frame.
    pub layout: Layout,
    /// The way back: the payout it was asked from.
    pub payout: LinkView,
    /// The destination.
    pub heading: String,
    /// Whose accounts, and in which zone times are.
    pub facts: String,
    /// A page of them.
    pub earlier: EarlierPayouts,
    /// The way to older ones.
    pub pager: Pager,
}

/// Named values under a heading.
#[derive(Debug)]
pub struct DetailGroup {
    /// "Payout", "Destination", "Beneficiary".
    pub heading: String,
    /// The values in order.
    pub details: Vec<Detail>,
}

/// One named value.
#[derive(Debug)]
pub struct Detail {
    /// What it is.
    pub term: String,
    /// The value.
    pub value: String,
    /// Whether it is an identifier, set in the monospace face.
    pub code: bool,
}

impl Detail {
    /// A value in the text face.
    pub fn text(term: &str, value: impl Into<String>) -> Self {
        Self {
            term: term.to_owned(),
            value: value.into(),
            code: false,
        }
    }

    /// An identifier.
    pub fn code(term: &str, value: impl Into<String>) -> Self {
        Self {
            term: term.to_owned(),
            value: value.into(),
            code: true,
        }
    }
}

/// One attempt to pay.
#[derive(Debug)]
pub struct IntentRow {
    /// When it was made.
    pub at: String,
    /// Rail and channel: "Sandbox · internal".
    pub rail: String,
    /// The rail's own reference.
    pub rail_reference: String,
    /// queued, initiated, paid, failed, canceled or returned.
    pub status: StatusPill,
    /// What the rail said, or why it failed.
    pub message: String,
}
