//! Payout accounts: the list, and one account with its policy and statement.

use super::field::FieldView;
use super::layout::Layout;
use super::link::{ButtonLink, EmptyState, LinkView, Pager};
use super::meter::Stat;
use super::payout::Detail;
use askama::Template;

/// The list of payout accounts.
#[derive(Debug, Template)]
#[template(path = "accounts.html")]
pub struct AccountsPage {
    /// The frame.
    pub layout: Layout,
    /// By number.
    pub rows: Vec<AccountListRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
}

/// One account in the list.
#[derive(Debug)]
pub struct AccountListRow {
    /// Its name, leading to its page.
    pub link: LinkView,
    /// The merchant account number.
    pub number: String,
    /// ISO 4217.
    pub currency: String,
    /// The IANA time zone.
    pub zone: String,
    /// Free, with currency.
    pub available: String,
    /// Promised to approved batches, with currency.
    pub reserved: String,
    /// Sent, outcome unknown, with currency.
    pub in_transit: String,
}

/// One payout account.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// The frame.
    pub layout: Layout,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Currency, country and zone.
    pub facts: String,
    /// The statement to keep, for who may download it.
    pub buttons: Vec<ButtonLink>,
    /// Available first, then reserved and in transit.
    pub stats: Vec<Stat>,
    /// Who must sign what: "Up to MWK 250,000.00" and "Initiator, approver (4 eyes)".
    pub policy: Vec<PolicyRule>,
    /// Its calendar and cool-down.
    pub rules: RulesSection,
    /// ISO 4217, for the statement's headings.
    pub currency: String,
    /// The zone the statement's times are in.
    pub zone: String,
    /// Newest first.
    pub entries: Vec<EntryRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// The way to older entries.
    pub pager: Pager,
}

/// The account's own rules: a form for who may change them, else what they are.
#[derive(Debug)]
pub struct RulesSection {
    /// What they are.
    pub told: Vec<Detail>,
    /// The form.
    pub form: Option<RulesForm>,
}

/// The form of the rules.
#[derive(Debug)]
pub struct RulesForm {
    /// Where it posts.
    pub action: String,
    /// Its fields in order.
    pub fields: Vec<FieldView>,
}

/// One rule of the policy.
#[derive(Debug)]
pub struct PolicyRule {
    /// Which batches.
    pub batches: String,
    /// Who must sign them.
    pub signatures: String,
}

/// One line of the statement; amounts are without currency.
#[derive(Debug)]
pub struct EntryRow {
    /// When.
    pub at: String,
    /// Its number.
    pub entry: String,
    /// Why, in plain words.
    pub movement: String,
    /// Where money came in: the bank's or the funder's own.
    pub reference: Option<String>,
    /// The batch and payout it is for.
    pub links: Vec<LinkView>,
    /// With the sign it has for what is available; without one where money only moved on.
    pub amount: String,
    /// Whether it changed what is available.
    pub is_change: bool,
    /// Left available.
    pub available: String,
    /// Left reserved.
    pub reserved: String,
    /// Left in transit.
    pub in_transit: String,
}
