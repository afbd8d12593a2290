//! Proposals: the list, and one with what it changes for whom.

use super::act::ActForm;
use super::layout::Layout;
use super::link::EmptyState;
use super::notice::Notice;
use super::tone::StatusPill;
use askama::Template;
use askama::filters::HtmlSafe;

/// What waits for a second administrator, and what was decided.
#[derive(Debug, Template)]
#[template(path = "proposals.html")]
pub struct ProposalsPage {
    /// The frame.
    pub layout: Layout,
    /// Open ones, newest first.
    pub open: ProposalTable,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// Decided ones, newest first.
    pub closed: ProposalTable,
}

/// Proposals in a table.
#[derive(Debug, Template)]
#[template(path = "parts/proposal_rows.html")]
pub struct ProposalTable {
    /// What the table lists.
    pub caption: &'static str,
    /// What the third column is called: until when they wait, or who decided when.
    pub ends: &'static str,
    /// In the order shown.
    pub rows: Vec<ProposalRow>,
}

/// One proposal in a list.
#[derive(Debug)]
pub struct ProposalRow {
    /// Its page.
    pub href: String,
    /// What it wants: "Suspend James Gondwe".
    pub title: String,
    /// Who proposed it, and when.
    pub made: String,
    /// Until when it waits, or who decided it.
    pub ends: String,
    /// How it stands for the one who looks.
    pub status: StatusPill,
}

/// One proposal.
#[derive(Debug, Template)]
#[template(path = "proposal.html")]
pub struct ProposalPage {
    /// The frame.
    pub layout: Layout,
    /// Its number.
    pub number: String,
    /// What it wants.
    pub title: String,
    /// Who proposed it, when, until when it waits.
    pub facts: String,
    /// How it stands.
    pub status: StatusPill,
    /// What must be known before deciding.
    pub notices: Vec<Notice>,
    /// What it changes.
    pub change: ChangeView,
    /// What this person may do with it.
    pub acts: Vec<ActForm>,
}

/// A change in words.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/change.html")]
pub struct ChangeView {
    /// Line by line, from and to.
    pub rows: Vec<DiffRow>,
    /// What it means for each person it touches.
    pub people: Vec<Effect>,
    /// What it means beyond that.
    pub consequence: String,
}

/// One line of a change; empty is "not there".
#[derive(Clone, Debug)]
pub struct DiffRow {
    /// What is changed.
    pub what: String,
    /// How it is now.
    pub from: String,
    /// How it would be.
    pub to: String,
}

/// What a change means for somebody.
#[derive(Clone, Debug)]
pub struct Effect {
    /// Who.
    pub who: String,
    /// What they may do that they may not now, and what they may not do any more.
    pub lines: Vec<String>,
}

impl HtmlSafe for ChangeView {}
impl HtmlSafe for ProposalTable {}
