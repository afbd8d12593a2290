//! What of the batch was not paid and can be paid again, and in the batch that does it, what it pays
//! again and where the money goes elsewhere.
//!
//! Which payouts may be is `domain::repayment`'s to say. The invariant: a fixed number of queries,
//! each over the rows of a page.

use super::known::{Known, ROWS_A_PAGE, Shown};
use crate::domain::batch::{Batch, Status};
use crate::domain::field::Field;
use crate::domain::ids::PayoutId;
use crate::domain::permission::Permission;
use crate::domain::repayment::may_be_paid_again;
use crate::flows::typed::ROWS_MAX;
use crate::pages::payouts::{beneficiary, destination};
use crate::pages::text;
use crate::pages::view::act::{ActForm, ActPanel};
use crate::pages::view::again::{AgainRow, AgainView};
use crate::pages::view::field::FieldView;
use crate::pages::view::link::{ButtonTone, EmptyState, LinkView, Pager};
use crate::pages::view::notice::Notice;
use crate::pages::view::tone::Tone;
use crate::store::payout::Payout;
use crate::store::repayment::{Again, Link};
use crate::store::slice::Progress;
use crate::store::{Conn, StoreError, batch, repayment};
use std::collections::HashMap;

/// What is known of paying again.
#[derive(Default)]
pub(super) struct Repayments {
    /// The batch that this one continues.
    pub(super) of: Option<Batch>,
    /// Of the rows shown: what they pay again.
    pub(super) again: HashMap<PayoutId, Again>,
    /// Of the rows shown: who pays them again.
    taken: HashMap<PayoutId, Link>,
    /// Of the rows shown: what the rail said last.
    reasons: HashMap<PayoutId, String>,
    /// How many payouts go elsewhere than those they pay again.
    moved: i64,
    /// How many failed and are not paid again yet.
    failed: i64,
    /// How many were left out and do not go on elsewhere yet.
    left_out: i64,
}

/// Reads it for the rows that are shown.
pub(super) fn load(
    conn: &mut Conn<'_>,
    (batch, paying): (&Batch, &Progress),
    shown: Shown,
    rows: &[Payout],
) -> Result<Repayments, StoreError> {
    let ids: Vec<PayoutId> = rows.iter().map(|payout| payout.id).collect();
    let mut known = Repayments::default();
    if let Some(of) = batch.repeats {
        known.of = Some(batch::load_by_id(conn, of)?);
        known.again = repayment::list_again(conn, batch.organisation, &ids)?;
        known.moved = repayment::count_moved(conn, batch.id)?;
    }
    if shown == Shown::Failed {
        known.taken = repayment::list_taken(conn, batch.organisation, &ids)?;
        known.reasons = repayment::list_reasons(conn, &ids)?;
    }
    if not_paid(batch, paying) > 0 {
        let limit = i64::try_from(ROWS_MAX).unwrap_or(i64::MAX);
        known.failed = repayment::count_failed(conn, batch.id, limit)?;
        known.left_out = repayment::count_left_out(conn, batch.id, limit)?;
    }
    Ok(known)
}

/// How many were not paid, whether they are paid again or not; `None` where the tab has no use.
pub(super) fn count(known: &Known) -> Option<i64> {
    Some(not_paid(&known.batch, &known.paying)).filter(|count| *count > 0)
}

const fn not_paid(batch: &Batch, paying: &Progress) -> i64 {
    let left_out = match batch.status {
        Status::Completed => batch.fault_count,
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Rejected
        | Status::Cancelled => 0,
    };
    paying.failed + paying.returned + left_out
}

const MEANS: &str = "They go into a new batch, filled in as they were, to be corrected and signed anew. \
                     Nothing is paid yet.";

/// What the reader can pay again as a whole, each group as an act of its own; the tab of those not paid
/// has its own form.
pub(super) fn forms(known: &Known) -> Vec<ActForm> {
    if !may(known) || known.shown == Shown::Failed {
        return Vec::new();
    }
    let form = |(_, value, label): (i64, &str, String)| ActForm {
        action: action(known),
        panel: Some(ActPanel::new(format!("{label}…"), MEANS)),
        label,
        tone: ButtonTone::Plain,
        fields: vec![FieldView::hidden("all", value)],
    };
    groups(known).into_iter().map(form).collect()
}

fn may(known: &Known) -> bool {
    let permissions = &known.situation.standing.permissions;
    permissions.contains(&Permission::BatchCapture)
}

fn action(known: &Known) -> String {
    format!("{}/repayment", super::address(known.batch.number))
}

/// How many, the value that stands for them, and the words of the button; only those that are some.
fn groups(known: &Known) -> Vec<(i64, &'static str, String)> {
    let (failed, left_out) = (known.repayments.failed, known.repayments.left_out);
    let back = if known.paying.returned > 0 {
        "or came back "
    } else {
        ""
    };
    let mut groups = vec![
        (
            failed,
            "failed",
            format!("Pay {} that failed {back}again", text::count(failed)),
        ),
        (
            left_out,
            "left_out",
            format!("Take up {} left out", text::count(left_out)),
        ),
    ];
    groups.retain(|(count, ..)| *count > 0);
    groups
}

/// The table with its form.
pub(super) fn table(known: &Known) -> AgainView {
    let may = may(known);
    AgainView {
        action: may.then(|| action(known)),
        currency: known.account.currency.code().to_owned(),
        rows: known
            .rows
            .iter()
            .take(ROWS_A_PAGE)
            .map(|payout| row(known, payout, may))
            .collect(),
        all: groups(known)
            .into_iter()
            .map(|(_, value, label)| (value.to_owned(), label))
            .collect(),
        empty: EmptyState {
            heading: "Nothing failed".to_owned(),
            text: "What a rail refuses or gives back, and what was left out, is listed here.".to_owned(),
            act: None,
        },
        pager: pager(known),
    }
}

fn row(known: &Known, payout: &Payout, may: bool) -> AgainRow {
    let taken = known.repayments.taken.get(&payout.id);
    let by = taken.map(|link| link.batch);
    let free = may_be_paid_again(payout.status, payout.result, known.batch.status, by).is_ok();
    let why = match &payout.content {
        Ok(_) => known
            .repayments
            .reasons
            .get(&payout.id)
            .cloned()
            .unwrap_or_default(),
        Err((_, faults)) => faults
            .first()
            .map(|fault| fault.message.clone())
            .unwrap_or_default(),
    };
    let who = beneficiary(payout).unwrap_or_else(|| "—".to_owned());
    AgainRow {
        choice: (may && free).then(|| payout.id.to_string()),
        row: payout.row.to_string(),
        beneficiary: LinkView::new(who, format!("/payouts/{}", payout.id)),
        reference: match &payout.content {
            Err((entered, _)) if !entered.text(Field::Reference).is_empty() => {
                entered.text(Field::Reference).to_owned()
            }
            Ok(_) | Err(_) => payout.reference(),
        },
        destination: destination(payout),
        status: text::payout_pill(payout.status, payout.result),
        why,
        taken: taken.map(|link| {
            LinkView::new(
                format!("Batch {}", link.batch),
                format!("/batches/{}", link.batch),
            )
        }),
        amount: match &payout.content {
            Ok(payable) => payable.amount.grouped(),
            Err((entered, _)) => text::entered_amount(entered, known.account.currency),
        },
    }
}

fn pager(known: &Known) -> Pager {
    let first = format!("{}?show=failed", super::address(known.batch.number));
    let last = known
        .rows
        .get(ROWS_A_PAGE - 1)
        .filter(|_| known.rows.len() > ROWS_A_PAGE);
    Pager {
        previous: (known.after > 0).then(|| first.clone()),
        next: last.map(|last| format!("{first}&after={}", last.row)),
    }
}

/// What a signer must know of a batch that continues another one.
pub(super) fn notice(known: &Known) -> Option<Notice> {
    let of = known.repayments.of.as_ref()?;
    let link = LinkView::new(format!("Batch {}", of.number), super::address(of.number));
    let lead = if known.repeating.is_copy {
        format!("This is a copy of batch {}.", of.number)
    } else {
        format!("This batch continues batch {}.", of.number)
    };
    let moved = known.repayments.moved;
    let (tone, what) = if moved > 0 {
        let payouts = text::counted(moved, "payout goes", "payouts go");
        (
            Tone::Wait,
            format!("{payouts} to another destination than before; each is marked in its row."),
        )
    } else {
        (
            Tone::Info,
            "Whoever made that one can't sign this one.".to_owned(),
        )
    };
    let mut notice = Notice::new(tone, lead, what);
    notice.links = vec![link];
    Some(notice)
}

/// What a row says of what it pays again.
pub(super) fn mark(known: &Known, payout: &Payout) -> Option<(String, LinkView)> {
    let again = known.repayments.again.get(&payout.id)?;
    let words = if again.is_moved {
        "Another destination than before. Pays again"
    } else {
        "Pays again"
    };
    let href = format!("/payouts/{}", again.of.payout);
    Some((
        words.to_owned(),
        LinkView::new(format!("a payout of batch {}", again.of.batch), href),
    ))
}
