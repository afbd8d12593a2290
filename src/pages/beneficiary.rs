//! What one destination was paid before: a part of a payout's page, and a page of its own with all of
//! it, newest first, in pages by key. It is reached through a payout to the same destination, so
//! nobody finds one that they could not see anyway.

use super::error::PageError;
use super::payouts::destination;
use super::reply::Reply;
use super::view::link::LinkView;
use super::view::payout::{BeneficiaryPage, EarlierPayouts, EarlierRow};
use super::{asked, frame, text};
use crate::domain::ids::PayoutId;
use crate::domain::permission::{Permission, Scope};
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::beneficiary::{Payment, list_payments};
use crate::store::payout::Payout;
use crate::store::{Conn, StoreError, account, ledger, payout};
use chrono_tz::Tz;
use uuid::Uuid;

/// Earlier payouts on a payout's own page.
const SHOWN: usize = 5;

/// The newest of them for a payout's page, and where all are if there are more.
pub(super) fn newest(
    conn: &mut Conn<'_>,
    scope: &Scope,
    payout: &Payout,
    zone: Tz,
) -> Result<(EarlierPayouts, Option<String>), StoreError> {
    let mut payments = list_payments(conn, scope, payout.id, None, SHOWN as i64 + 1)?;
    let all = (payments.len() > SHOWN).then(|| format!("/payouts/{}/beneficiary", payout.id));
    payments.truncate(SHOWN);
    Ok((earlier(&payments, zone), all))
}

/// GET `/payouts/{id}/beneficiary`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let id = id(visit.param("id"))?;
    let before = visit.asked("before").map(id_of_page).transpose()?;
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let limit = i64::try_from(asked::PAGE_ROWS).unwrap_or(i64::MAX) + 1;
    let (found, account, available, mut payments) = visit.read(|conn| {
        let found = payout::find(conn, &scope, id)?.ok_or(StoreError::NotFound("payout"))?;
        let account = account::load(conn, found.account)?;
        let available = ledger::load_balances(conn, account.id)?.available;
        let payments = list_payments(conn, &scope, id, before, limit)?;
        Ok::<_, PageError>((found, account, available, payments))
    })?;
    let more = payments.len() > asked::PAGE_ROWS;
    payments.truncate(asked::PAGE_ROWS);
    let last = payments
        .last()
        .filter(|_| more)
        .map(|last| last.payout.to_string());
    let heading = destination(&found);
    let mut layout = frame::layout(visit, &format!("Paid to {heading}"));
    layout.account = Some(frame::chip(&account, available));
    Ok(Reply::page(&BeneficiaryPage {
        layout,
        payout: LinkView::new(found.reference(), format!("/payouts/{id}")),
        facts: format!(
            "Earlier payouts from the accounts you see, newest first · times in {}",
            account.zone
        ),
        heading,
        earlier: earlier(&payments, account.zone),
        pager: asked::pager(visit, last),
    })?)
}

fn id(text: &str) -> Result<PayoutId, StoreError> {
    let read = Uuid::parse_str(text).map(PayoutId);
    read.map_err(|_| StoreError::NotFound("payout"))
}

fn id_of_page(text: &str) -> Result<PayoutId, PageError> {
    id(text).map_err(|_| asked::malformed("before", text, "a payout's id"))
}

fn earlier(payments: &[Payment], zone: Tz) -> EarlierPayouts {
    EarlierPayouts {
        rows: payments.iter().map(|payment| row(payment, zone)).collect(),
        empty: "Nothing was sent to this destination before.".to_owned(),
    }
}

fn row(payment: &Payment, zone: Tz) -> EarlierRow {
    EarlierRow {
        payout: LinkView::new(
            text::moment(payment.at, zone),
            format!("/payouts/{}", payment.payout),
        ),
        batch: LinkView::new(
            format!("{} · {}", payment.batch_name, payment.batch_number),
            format!("/batches/{}", payment.batch_number),
        ),
        beneficiary: payment.beneficiary_name.clone().unwrap_or_default(),
        amount: payment.amount.to_string(),
        result: text::result_pill(payment.result),
    }
}
