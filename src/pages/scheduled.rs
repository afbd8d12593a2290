//! What is ahead, by day: totals of each account with the balance expected after each day, and one day
//! with its batches and payouts, of which some can be edited, rescheduled or cancelled.
//!
//! The invariant: an act on payouts of several batches is done to all of them or to none.

use super::error::PageError;
use super::reply::Reply;
use super::view::chosen::{ChosenAct, ChosenForm};
use super::view::field::FieldView;
use super::view::link::{EmptyState, LinkView, Pager};
use super::view::scheduled::{AccountAhead, BatchRow, ChoosableRow, DayRow, DayView, ScheduledPage};
use super::{asked, batch, chosen, frame, payouts, text};
use crate::domain::account::Account;
use crate::domain::ahead::{DayAhead, balances_after};
use crate::domain::field::Field;
use crate::domain::ids::{AccountId, PayoutId};
use crate::domain::ledger::Balances;
use crate::domain::permission::{Permission, Scope};
use crate::domain::row::Entered;
use crate::flows::reschedule::Reschedule;
use crate::flows::{FlowError, cancel, edit, reschedule};
use crate::http::visit::Visit;
use crate::store::payout::Payout;
use crate::store::scheduled::{self, BatchAhead};
use crate::store::{StoreError, account, ledger, payout};
use chrono::NaiveDate;
use uuid::Uuid;

struct Read {
    accounts: Vec<(Account, Balances)>,
    days: Vec<(AccountId, DayAhead)>,
    shown: Option<Shown>,
}

struct Shown {
    account: Account,
    day: NaiveDate,
    batches: Vec<BatchAhead>,
    payouts: Vec<Payout>,
}

/// GET `/scheduled`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchView).map_err(FlowError::from)?;
    let read = read(visit, &scope)?;
    let mut layout = frame::layout(visit, "Scheduled");
    layout.account = Some(frame::chip_all());
    let accounts = read
        .accounts
        .iter()
        .filter_map(|account| account_ahead(account, &read))
        .collect();
    let day = read
        .shown
        .as_ref()
        .map(|shown| day_view(visit, shown, &read.accounts))
        .transpose()?;
    Ok(Reply::page(&ScheduledPage {
        layout,
        accounts,
        empty: EmptyState {
            heading: "Nothing is scheduled".to_owned(),
            text: "Payouts that can be paid and wait for their date or their signatures are listed here."
                .to_owned(),
            act: None,
        },
        day,
    })?)
}

fn read(visit: &Visit, scope: &Scope) -> Result<Read, PageError> {
    let limit = i64::try_from(asked::PAGE_ROWS).unwrap_or(i64::MAX) + 1;
    let day = asked::day(visit, "day")?;
    let after = after(visit)?;
    visit.read(|conn| {
        let mut accounts = Vec::new();
        for account in account::list(conn, scope)? {
            let balances = ledger::load_balances(conn, account.id)?;
            accounts.push((account, balances));
        }
        let list: Vec<Account> = accounts.iter().map(|(account, _)| account.clone()).collect();
        let shown = match (asked::account(visit, &list)?, day) {
            (Some(account), Some(day)) => {
                let place = (account.id, day);
                Some(Shown {
                    account: account.clone(),
                    day,
                    batches: scheduled::list_batches(conn, scope, place, visit.now)?,
                    payouts: scheduled::list_payouts(conn, scope, place, visit.now, (after, limit))?,
                })
            }
            (Some(_) | None, _) => None,
        };
        Ok(Read {
            days: scheduled::list_days(conn, scope, visit.now)?,
            accounts,
            shown,
        })
    })
}

fn after(visit: &Visit) -> Result<Option<PayoutId>, PageError> {
    let Some(text) = visit.asked("after") else {
        return Ok(None);
    };
    Uuid::parse_str(text)
        .map(|id| Some(PayoutId(id)))
        .map_err(|_| asked::malformed("after", text, "a payout's id"))
}

fn address(account: &Account, day: NaiveDate) -> String {
    format!("/scheduled?account={}&day={day}", account.number)
}

fn account_ahead((account, balances): &(Account, Balances), read: &Read) -> Option<AccountAhead> {
    let days: Vec<DayAhead> = read
        .days
        .iter()
        .filter(|(id, _)| *id == account.id)
        .map(|(_, day)| *day)
        .collect();
    if days.is_empty() {
        return None;
    }
    let held = balances.available.saturating_add(balances.reserved);
    let plain = |minor: i64| account.money(minor).grouped();
    let current = read
        .shown
        .as_ref()
        .filter(|shown| shown.account.id == account.id)
        .map(|shown| shown.day);
    Some(AccountAhead {
        id: format!("account-{}", account.number),
        link: LinkView::new(
            format!("{} · {}", account.name, account.number),
            format!("/accounts/{}", account.number),
        ),
        held: format!("{} available and reserved", text::money(account, held)),
        zone: format!("days of {}", account.zone),
        currency: account.currency.code().to_owned(),
        days: days
            .iter()
            .zip(balances_after(held, &days))
            .map(|(day, left)| DayRow {
                link: LinkView::new(
                    day.day.format("%a %-d %b %Y").to_string(),
                    address(account, day.day),
                ),
                current: current == Some(day.day),
                payouts: text::count(day.count),
                approved: plain(day.approved),
                unsigned: plain(day.unsigned),
                after: plain(left),
                short: (left < 0)
                    .then(|| format!("short by {}", text::money(account, left.saturating_neg()))),
            })
            .collect(),
    })
}

fn day_view(visit: &Visit, shown: &Shown, accounts: &[(Account, Balances)]) -> Result<DayView, PageError> {
    let accounts: Vec<Account> = accounts.iter().map(|(account, _)| account.clone()).collect();
    let more = shown.payouts.len() > asked::PAGE_ROWS;
    let page = shown.payouts.get(..asked::PAGE_ROWS).unwrap_or(&shown.payouts);
    let address = address(&shown.account, shown.day);
    let last = page.last().filter(|_| more);
    Ok(DayView {
        title: format!("{} · {}", shown.day.format("%A, %-d %B %Y"), shown.account.name),
        batches: shown
            .batches
            .iter()
            .map(|batch| batch_row(&shown.account, batch))
            .collect(),
        rows: page
            .iter()
            .map(|payout| ChoosableRow {
                id: payout.id.to_string(),
                payout: payouts::row(payout, &accounts),
            })
            .collect(),
        chosen: chosen_form(visit, shown)?,
        empty: EmptyState {
            heading: "Nothing is left of this day".to_owned(),
            text: "Its payouts are sent, or have another date by now.".to_owned(),
            act: None,
        },
        pager: Pager {
            previous: visit.asked("after").map(|_| address.clone()),
            next: last.map(|last| format!("{address}&after={}", last.id)),
        },
    })
}

fn batch_row(account: &Account, ahead: &BatchAhead) -> BatchRow {
    let means = match ahead.signatures {
        0 => "not signed yet".to_owned(),
        signatures => format!(
            "an edit or another date voids {}",
            text::counted(signatures, "signature", "signatures")
        ),
    };
    BatchRow {
        link: LinkView::new(&ahead.name, batch::address(ahead.number)),
        status: text::batch_pill(ahead.status),
        size: format!(
            "{}, {}",
            text::counted(ahead.count, "payout", "payouts"),
            text::money(account, ahead.total)
        ),
        means,
    }
}

/// What can be done with chosen payouts; each batch's own answer is asked when it is done.
fn chosen_form(visit: &Visit, shown: &Shown) -> Result<Option<ChosenForm>, PageError> {
    let actor = visit.actor()?;
    let may = |permission| actor.may(permission, shown.account.id);
    let means = "Every batch that a chosen payout is in returns to open, and its signatures are void.";
    let mut acts = Vec::new();
    if may(Permission::BatchCapture) {
        acts.push(ChosenAct::edit("/scheduled/edit".to_owned(), means.to_owned()));
        acts.push(ChosenAct::reschedule(
            "/scheduled/schedule".to_owned(),
            shown.account.zone,
            means.to_owned(),
        ));
    }
    if may(Permission::BatchCancel) || may(Permission::BatchCapture) {
        acts.push(ChosenAct::cancel("/scheduled/cancellation".to_owned()));
    }
    let place = vec![
        FieldView::hidden("account", shown.account.number.to_string()),
        FieldView::hidden("day", shown.day.to_string()),
    ];
    Ok(ChosenForm::new(acts).map(|form| form.with(place)))
}

/// POST `/scheduled/edit`.
pub(super) fn edit(visit: &Visit) -> Result<Reply, PageError> {
    let ids = chosen::payouts(visit)?;
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchCapture).map_err(FlowError::from)?;
    let fields = fields_to_set(visit, &ids)?;
    let change = |_: &Payout, entered: &mut Entered| enter(&fields, entered);
    let faulty = visit.act(|tx| {
        let mut faulty = None;
        for (number, of_it) in whole(payout::list_by_batch(tx, &scope, &ids)?, &ids)? {
            let judged = edit::edit(tx, actor, (number, &of_it), &change, visit.now)?;
            if judged.iter().any(|judged| !judged.faults.is_empty()) {
                faulty.get_or_insert(number);
            }
        }
        Ok::<_, FlowError>(faulty)
    })?;
    Ok(match faulty {
        Some(number) => Reply::SeeOther(format!("{}?show=faults", batch::address(number))),
        None => back(visit),
    })
}

/// The fields that were filled in, of all that a row has: at least one, and none that the chosen payouts
/// can't share. Whatever was left empty stays as it is.
fn fields_to_set<'a>(visit: &'a Visit, ids: &[PayoutId]) -> Result<Vec<(Field, &'a str)>, FlowError> {
    let filled = |field: &Field| {
        let text = visit.sent(field.code())?.trim();
        (!text.is_empty()).then_some((*field, text))
    };
    let fields: Vec<(Field, &str)> = Field::ALL.iter().filter_map(filled).collect();
    if !ids.is_empty() && fields.is_empty() {
        return Err(FlowError::invalid("amount", "Choose what to change."));
    }
    let is_one = ids.iter().all(|id| ids.first() == Some(id));
    if !is_one && fields.iter().any(|(field, _)| *field == Field::Reference) {
        let message = "A reference can be set for one payout only: each payout has a reference of its own.";
        return Err(FlowError::invalid("reference", message));
    }
    Ok(fields)
}

/// Takes over what was filled in. Another destination takes the place of the one before.
fn enter(fields: &[(Field, &str)], entered: &mut Entered) {
    let is_set = |field: Field| fields.iter().any(|(set, _)| *set == field);
    let is_bank = [Field::Iban, Field::AccountNumber, Field::BankCode].map(is_set);
    let gone: &[Field] = match (is_bank, is_set(Field::Mobile)) {
        ([true, ..], _) => &[Field::AccountNumber, Field::BankCode, Field::Provider],
        ([false, true, _] | [false, _, true], _) => &[Field::Iban, Field::Provider],
        (_, true) => &[
            Field::Iban,
            Field::AccountNumber,
            Field::BankCode,
            Field::Provider,
        ],
        (_, false) => &[],
    };
    for field in gone {
        entered.set(*field, "");
    }
    for (field, text) in fields {
        entered.set(*field, text);
        if *field == Field::Amount {
            // A form has a decimal point, whatever the file has.
            entered.set_amount_is_number();
        }
    }
}

/// POST `/scheduled/schedule`.
pub(super) fn reschedule(visit: &Visit) -> Result<Reply, PageError> {
    let ids = chosen::payouts(visit)?;
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchCapture).map_err(FlowError::from)?;
    visit.act(|tx| {
        for (number, of_it) in whole(payout::list_by_batch(tx, &scope, &ids)?, &ids)? {
            let wanted = Reschedule {
                pay_on: visit.sent("pay_on").unwrap_or_default(),
                payouts: &of_it,
                own_dates: false,
            };
            reschedule::reschedule(tx, actor, number, wanted, visit.now)?;
        }
        Ok::<_, FlowError>(())
    })?;
    Ok(back(visit))
}

/// POST `/scheduled/cancellation`.
pub(super) fn cancel(visit: &Visit) -> Result<Reply, PageError> {
    let ids = chosen::payouts(visit)?;
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchView).map_err(FlowError::from)?;
    let sent = visit.sent("reason").filter(|reason| !reason.trim().is_empty());
    let reason = sent.unwrap_or("Cancelled from Scheduled");
    visit.act(|tx| {
        for (number, of_it) in whole(payout::list_by_batch(tx, &scope, &ids)?, &ids)? {
            cancel::cancel_some(tx, actor, (number, &of_it), reason, visit.now)?;
        }
        Ok::<_, FlowError>(())
    })?;
    Ok(back(visit))
}

type ByBatch = Vec<(crate::domain::ids::BatchNumber, Vec<PayoutId>)>;

/// Every payout that was chosen, or none: one that is nobody's or another's is not found.
fn whole(found: ByBatch, ids: &[PayoutId]) -> Result<ByBatch, FlowError> {
    if ids.is_empty() {
        return Err(FlowError::invalid("payout", "Choose at least one payout."));
    }
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let count: usize = found.iter().map(|(_, of_it)| of_it.len()).sum();
    if count == wanted.len() {
        Ok(found)
    } else {
        Err(StoreError::NotFound("payout").into())
    }
}

/// Back to the day.
fn back(visit: &Visit) -> Reply {
    let place = visit.sent("account").zip(visit.sent("day"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    Reply::SeeOther(match place {
        Some((account, day)) if digits(account) && digits(day) => {
            format!("/scheduled?account={account}&day={day}")
        }
        Some(_) | None => "/scheduled".to_owned(),
    })
}
