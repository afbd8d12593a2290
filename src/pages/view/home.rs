//! The home page: what waits for me, balances, the last days and the next, what needs attention.

use super::chart::Chart;
use super::layout::Layout;
use super::link::{ButtonLink, EmptyState, LinkView};
use super::meter::Meter;
use super::seal::SealView;
use askama::Template;

/// The home page.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// The frame.
    pub layout: Layout,
    /// "3 batches are waiting for you" or "Nothing is waiting for you".
    pub headline: String,
    /// The size of what waits: "MWK 8,912,400.00 in 1,204 payouts".
    pub summary: Option<String>,
    /// Buttons beside the headline.
    pub buttons: Vec<ButtonLink>,
    /// The heading of the list: "To review", "To approve", "To correct and send".
    pub waiting_title: String,
    /// What waits for this person.
    pub waiting: Vec<WaitingBatch>,
    /// What to say when nothing does.
    pub waiting_empty: EmptyState,
    /// Where all batches are.
    pub all_batches: LinkView,
    /// The last days and the next; `None` while there is nothing to draw.
    pub chart: Option<Chart>,
    /// The payout accounts this person sees.
    pub accounts: Vec<AccountCard>,
    /// What needs attention; empty says that nothing does.
    pub attention: Vec<AttentionItem>,
}

/// One batch in the list of what waits.
#[derive(Debug)]
pub struct WaitingBatch {
    /// Where the batch is.
    pub href: String,
    /// Its name.
    pub name: String,
    /// "95 payouts · pays out 20 Jan, 08:00 · 5 need correcting".
    pub detail: String,
    /// With currency.
    pub amount: String,
    /// The button: "Review", "Approve", "Correct".
    pub act: String,
    /// The signatures, in order.
    pub seals: Vec<SealView>,
}

/// One payout account with its balance.
#[derive(Debug)]
pub struct AccountCard {
    /// Name and number, leading to its page: "Main payouts · 35253486".
    pub link: LinkView,
    /// What is available, with currency.
    pub available: String,
    /// What the rest is doing: "MWK 5,900,000.00 reserved for approved batches".
    pub note: String,
    /// Available (`Ok`) and reserved (`Wait`) out of all that was funded.
    pub meter: Meter,
}

/// One thing that needs attention.
#[derive(Clone, Debug)]
pub struct AttentionItem {
    /// What happened: "12 payouts failed yesterday".
    pub title: String,
    /// Why, where it is known.
    pub detail: Option<String>,
    /// What to do.
    pub link: LinkView,
}
