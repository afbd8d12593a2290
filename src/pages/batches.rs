//! The list of batches, newest first, in pages by batch number.

use super::error::PageError;
use super::reply::Reply;
use super::view::batches::{BatchRow, BatchesPage};
use super::view::field::{Choice, FieldKind};
use super::view::link::{ButtonLink, ButtonTone, EmptyState, LinkView};
use super::{asked, frame, seals, text};
use crate::domain::account::Account;
use crate::domain::batch::{Batch, Status};
use crate::domain::ids::{BatchId, BatchNumber, PersonId};
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::batch::{self, Filter};
use crate::store::person::Person;
use crate::store::seal::Seal;
use crate::store::{account, person, seal, waiting};
use chrono_tz::Tz;

struct Read {
    accounts: Vec<Account>,
    batches: Vec<Batch>,
    people: Vec<Person>,
    seals: Vec<Seal>,
    mine: Vec<BatchId>,
}

/// GET `/batches`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let mut read = read(visit)?;
    let more = read.batches.len() > asked::PAGE_ROWS;
    read.batches.truncate(asked::PAGE_ROWS);
    let before = read
        .batches
        .last()
        .filter(|_| more)
        .map(|batch| batch.number.to_string());
    let may_capture = visit.actor()?.accounts(Permission::BatchCapture).is_some();
    let filters = asked::filters(
        visit,
        "/batches",
        vec![
            asked::input(visit, "q", "Number or name", FieldKind::Search),
            asked::select(visit, "status", "Status", status_choices()),
            asked::account_field(visit, &read.accounts),
        ],
    );
    let mut layout = frame::layout(visit, "Batches");
    layout.account = Some(frame::chip_all());
    let rows = read.batches.iter().map(|batch| row(batch, &read)).collect();
    let new = LinkView::new("New batch", "/batches/new");
    Reply::page(&BatchesPage {
        layout,
        buttons: if may_capture {
            vec![
                ButtonLink::new("Pay one person", "/payouts/new", ButtonTone::Plain),
                ButtonLink {
                    link: new.clone(),
                    tone: ButtonTone::Primary,
                },
            ]
        } else {
            Vec::new()
        },
        rows,
        empty: empty(filters.clear.is_some(), may_capture.then_some(new)),
        filters,
        pager: asked::pager(visit, before),
    })
    .map_err(PageError::from)
}

fn read(visit: &Visit) -> Result<Read, PageError> {
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchView).map_err(FlowError::from)?;
    visit.read(|conn| {
        let accounts = account::list(conn, &scope)?;
        let filter = Filter {
            statuses: status(visit)?.into_iter().collect(),
            account: asked::account(visit, &accounts)?.map(|account| account.number),
            q: asked::search(visit),
            before: before(visit)?,
        };
        let limit = i64::try_from(asked::PAGE_ROWS).unwrap_or(i64::MAX) + 1;
        let batches = batch::list(conn, &scope, &filter, limit)?;
        let ids: Vec<BatchId> = batches.iter().map(|batch| batch.id).collect();
        let makers: Vec<PersonId> = batches.iter().map(|batch| batch.captured_by).collect();
        Ok(Read {
            people: person::list(conn, &makers)?,
            seals: seal::list(conn, &ids)?,
            mine: waiting::list_among(conn, actor, &ids)?,
            accounts,
            batches,
        })
    })
}

fn status(visit: &Visit) -> Result<Option<Status>, PageError> {
    let Some(text) = visit.asked("status") else {
        return Ok(None);
    };
    let words: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    Status::parse(text)
        .map(Some)
        .ok_or_else(|| asked::malformed("status", text, &words.join(", ")))
}

fn before(visit: &Visit) -> Result<Option<BatchNumber>, PageError> {
    let Some(text) = visit.asked("before") else {
        return Ok(None);
    };
    BatchNumber::parse(text)
        .map(Some)
        .ok_or_else(|| asked::malformed("before", text, "the 8 digits of a batch number"))
}

fn status_choices() -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "All")];
    choices.extend(
        Status::ALL
            .into_iter()
            .map(|status| Choice::new(status.as_str(), status.label())),
    );
    choices
}

fn row(batch: &Batch, read: &Read) -> BatchRow {
    let account = read.accounts.iter().find(|account| account.id == batch.account);
    let maker = read.people.iter().find(|person| person.id == batch.captured_by);
    let zone = account.map_or(chrono_tz::UTC, |account| account.zone);
    let captured = text::day(batch.captured_at, zone);
    BatchRow {
        href: format!("/batches/{}", batch.number),
        number: batch.number.to_string(),
        name: batch.name.clone(),
        account: account.map(|account| account.name.clone()).unwrap_or_default(),
        captured: maker.map_or(captured.clone(), |maker| format!("{captured} by {}", maker.name)),
        status: text::batch_pill(batch.status),
        seals: seals::small(batch, &read.seals, read.mine.contains(&batch.id)),
        entries: entries(batch),
        pays_out: pays_out(batch, zone),
        amount: account
            .map(|account| text::money(account, batch.payable_total))
            .unwrap_or_default(),
    }
}

/// What was called off has no date; one that had passed at the approval means the moment of approval.
fn pays_out(batch: &Batch, zone: Tz) -> String {
    if batch.closed_at.is_some() || batch.status == Status::Failed {
        return "—".to_owned();
    }
    match batch.pay_on.max(batch.approved_at) {
        None => "when approved".to_owned(),
        Some(at) => text::moment(at, zone),
    }
}

/// "95 of 100" where rows are left out, else "95".
fn entries(batch: &Batch) -> String {
    let (payable, all) = (batch.payable_count, batch.payable_count + batch.fault_count);
    if payable == all {
        text::count(payable)
    } else {
        format!("{} of {}", text::count(payable), text::count(all))
    }
}

fn empty(is_narrowed: bool, new: Option<LinkView>) -> EmptyState {
    if is_narrowed {
        return EmptyState {
            heading: "No batch matches".to_owned(),
            text: "Change the filters, or clear them.".to_owned(),
            act: Some(LinkView::new("Clear the filters", "/batches")),
        };
    }
    EmptyState {
        heading: "No batches yet".to_owned(),
        text: if new.is_some() {
            "Upload a file; each of its rows becomes a payout.".to_owned()
        } else {
            "They appear here when an initiator uploads a file.".to_owned()
        },
        act: new,
    }
}
