//! The audit log: its lines, and its proof.

use super::field::{FieldView, Filters};
use super::layout::Layout;
use super::link::{ButtonLink, EmptyState, LinkView, Pager};
use super::notice::Notice;
use super::tone::StatusPill;
use askama::Template;

/// The audit log.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// The frame.
    pub layout: Layout,
    /// The zone of all times.
    pub zone: String,
    /// Buttons beside the title.
    pub buttons: Vec<ButtonLink>,
    /// What was refused.
    pub notices: Vec<Notice>,
    /// `person`, `kind`, `subject`, `from` and `to`.
    pub filters: Filters,
    /// The lines of this page, newest first.
    pub rows: Vec<AuditRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// The way to the next page.
    pub pager: Pager,
    /// How it is proved.
    pub proof: ProofView,
}

/// One line of the log.
#[derive(Debug)]
pub struct AuditRow {
    /// Its number, grouped.
    pub line: String,
    /// When, to the second.
    pub at: String,
    /// The same for machines.
    pub at_machine: String,
    /// Who; the portal itself where it was nobody.
    pub who: String,
    /// Their e-mail, and the API client that acted for them.
    pub email: String,
    /// What happened.
    pub title: String,
    /// More of it.
    pub detail: String,
    /// From which address.
    pub address: String,
    /// What it is about, where that has a page.
    pub about: Option<LinkView>,
}

/// Verifications and checkpoints.
#[derive(Debug)]
pub struct ProofView {
    /// Whether one has not ended.
    pub is_under_way: bool,
    /// The newest verifications, newest first.
    pub checks: Vec<CheckRow>,
    /// The key that checks checkpoints, in hexadecimal digits.
    pub public_key: String,
    /// The file to compare with.
    pub file: FieldView,
}

/// One verification.
#[derive(Debug)]
pub struct CheckRow {
    /// When it was asked for.
    pub asked: String,
    /// By whom.
    pub who: String,
    /// What the log was compared with.
    pub compared: Option<String>,
    /// How it stands.
    pub status: StatusPill,
    /// What it found, or how far it is.
    pub said: String,
}
