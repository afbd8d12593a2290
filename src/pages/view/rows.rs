//! The table of a batch's rows, with each fault in the cell that has it.

use super::chosen::ChosenForm;
use super::link::{EmptyState, LinkView, Pager};
use super::tone::StatusPill;
use askama::Template;
use askama::filters::HtmlSafe;

/// One cell: what it holds and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The text; empty is shown as a dash.
    pub text: String,
    /// What is wrong, with the remedy: "Mobile number is 2 digits short for Malawi".
    pub fault: Option<String>,
}

impl Cell {
    /// A cell with nothing wrong.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            fault: None,
        }
    }

    /// A cell with a fault.
    pub fn faulty(text: impl Into<String>, fault: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            fault: Some(fault.into()),
        }
    }
}

/// A fault of a column that the table does not show.
#[derive(Clone, Debug)]
pub struct OtherFault {
    /// The column's heading: "E-mail".
    pub column: String,
    /// What is in it.
    pub value: String,
    /// What is wrong, with the remedy.
    pub fault: String,
}

/// One payout as a row of its batch.
#[derive(Clone, Debug)]
pub struct PayoutRow {
    /// The spreadsheet's row number.
    pub row: String,
    /// Who is paid.
    pub beneficiary: Cell,
    /// The merchant's reference.
    pub reference: Cell,
    /// Account or wallet.
    pub destination: Cell,
    /// What for.
    pub purpose: Cell,
    /// How much, without the currency (the heading has it).
    pub amount: Cell,
    /// Faults of columns that are not shown.
    pub other_faults: Vec<OtherFault>,
    /// What a signer should look at: "Paid for the first time".
    pub flag: Option<String>,
    /// What it resembles: each links to the other payout or batch.
    pub duplicates: Vec<LinkView>,
    /// What the maker says to that: "Thoko Banda: “The December bonus”".
    pub answer: Option<String>,
    /// What it pays again, in words and as a link.
    pub repays: Option<(String, LinkView)>,
    /// The payout's status, where the batch is past signing.
    pub status: Option<StatusPill>,
    /// What can be done with the row: "Correct", "Edit" or "See".
    pub act: Option<LinkView>,
    /// The payout's id, where it can be chosen for an act on several.
    pub id: Option<String>,
    /// Whether the row can't be paid as it stands.
    pub faulty: bool,
}

impl PayoutRow {
    /// The same, choosable only where there is something to choose it for.
    #[must_use]
    pub fn choosable(mut self, is: bool) -> Self {
        self.id = self.id.filter(|_| is);
        self
    }
}

/// A page of rows.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/rows.html")]
pub struct RowsTable {
    /// What the table lists, for those who don't see what is around it.
    pub caption: String,
    /// The account's currency, in the amount's heading.
    pub currency: String,
    /// Whether the rows carry a status.
    pub with_status: bool,
    /// The rows.
    pub rows: Vec<PayoutRow>,
    /// What can be done with chosen rows.
    pub chosen: Option<ChosenForm>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// Ways to the other pages.
    pub pager: Pager,
}

impl HtmlSafe for RowsTable {}
