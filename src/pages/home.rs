//! Home: what waits for this person first, then balances, the last days and the next, and what needs
//! attention. Who never signs sees the same page with other words.

use super::error::PageError;
use super::reply::Reply;
use super::view::home::{AccountCard, AttentionItem, HomePage, WaitingBatch};
use super::view::link::{ButtonLink, ButtonTone, EmptyState, LinkView};
use super::view::meter::Meter;
use super::view::tone::Tone;
use super::{days, frame, seals, text};
use crate::domain::account::Account;
use crate::domain::ahead::{DayAhead, shortfall};
use crate::domain::batch::{Batch, Status};
use crate::domain::ids::{AccountId, BatchId};
use crate::domain::ledger::Balances;
use crate::domain::permission::{Actor, Permission, Scope};
use crate::http::visit::Visit;
use crate::store::daily::Day;
use crate::store::seal::Seal;
use crate::store::waiting::Total;
use crate::store::{account, daily, ledger, scheduled, seal, waiting};
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

/// Batches listed; the headline counts them all.
const WAITING_MAX: i64 = 10;
/// Batches that could not be read stay listed for a week.
const FAILED_SINCE: TimeDelta = TimeDelta::days(7);
const FAILED_MAX: i64 = 5;

#[derive(Default)]
struct Read {
    totals: Vec<Total>,
    waiting: Vec<Batch>,
    seals: Vec<Seal>,
    accounts: Vec<(Account, Balances)>,
    days: Vec<Day>,
    ahead: Vec<(AccountId, DayAhead)>,
    unreadable: Vec<Batch>,
}

/// GET `/`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let read = match actor.require(Permission::BatchView) {
        Ok(scope) => read(visit, actor, &scope)?,
        Err(_) => Read::default(),
    };
    let zone = read.accounts.first().map_or(Tz::UTC, |(account, _)| account.zone);
    let today = visit.now.with_timezone(&zone).date_naive();
    let mut buttons = Vec::new();
    if actor.accounts(Permission::BatchCapture).is_some() {
        buttons.push(ButtonLink::new(
            "Pay one person",
            "/payouts/new",
            ButtonTone::Plain,
        ));
        buttons.push(ButtonLink::new("New batch", "/batches/new", ButtonTone::Primary));
    }
    let mut layout = frame::layout(visit, "Home");
    layout.account = Some(frame::chip_all());
    let currencies: Vec<_> = read
        .accounts
        .iter()
        .map(|(account, _)| account.currency)
        .collect();
    Ok(Reply::page(&HomePage {
        layout,
        headline: headline(&read.totals),
        summary: summary(&read.totals),
        buttons,
        waiting_title: title(actor, &read.waiting),
        waiting: read.waiting.iter().map(|batch| row(batch, &read)).collect(),
        waiting_empty: empty(actor),
        all_batches: LinkView::new("All batches", "/batches"),
        chart: days::chart(&read.days, &currencies, today),
        accounts: read.accounts.iter().map(card).collect(),
        attention: [super::api_agreement::attention(visit)?, attention(&read, today)].concat(),
    })?)
}

fn read(visit: &Visit, actor: &Actor, scope: &Scope) -> Result<Read, PageError> {
    visit.read(|conn| {
        let mut accounts = Vec::new();
        for account in account::list(conn, scope)? {
            let balances = ledger::load_balances(conn, account.id)?;
            accounts.push((account, balances));
        }
        let zone = accounts.first().map_or(Tz::UTC, |(account, _)| account.zone);
        let waiting = waiting::list(conn, actor, WAITING_MAX)?;
        let ids: Vec<BatchId> = waiting.iter().map(|batch| batch.id).collect();
        Ok(Read {
            totals: waiting::list_totals(conn, actor)?,
            seals: seal::list(conn, &ids)?,
            days: daily::list(conn, scope, days::span(visit.now, zone), visit.now)?,
            ahead: scheduled::list_days(conn, scope, visit.now)?,
            unreadable: waiting::list_failed(conn, scope, visit.now - FAILED_SINCE, FAILED_MAX)?,
            waiting,
            accounts,
        })
    })
}

fn headline(totals: &[Total]) -> String {
    match totals.iter().map(|total| total.batches).sum() {
        0 => "Nothing is waiting for you".to_owned(),
        1 => "1 batch is waiting for you".to_owned(),
        many => format!("{} batches are waiting for you", text::count(many)),
    }
}

/// "MWK 8,912,400.00 in 1,204 payouts", currency by currency.
fn summary(totals: &[Total]) -> Option<String> {
    let parts: Vec<String> = totals
        .iter()
        .filter(|total| total.payouts > 0)
        .map(|total| {
            let payouts = text::counted(total.payouts, "payout", "payouts");
            format!("{} in {payouts}", total.money)
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// What the list is called: by what is in it, else by what this person does.
fn title(actor: &Actor, waiting: &[Batch]) -> String {
    let word = |verb| match verb {
        "Review" => "To review",
        "Approve" => "To approve",
        "Release" => "To release",
        "Correct" => "To correct and send",
        _ => "Waiting for you",
    };
    let mut verbs: Vec<&str> = waiting.iter().map(|batch| seals::verb(batch.status)).collect();
    verbs.dedup();
    let held = |permission| actor.accounts(permission).is_some();
    match verbs.as_slice() {
        [only] => word(only),
        [] if held(Permission::BatchReview) && !held(Permission::BatchApprove) => "To review",
        [] if held(Permission::BatchApprove) && !held(Permission::BatchReview) => "To approve",
        _ => "Waiting for you",
    }
    .to_owned()
}

fn row(batch: &Batch, read: &Read) -> WaitingBatch {
    let account = read
        .accounts
        .iter()
        .map(|(account, _)| account)
        .find(|account| account.id == batch.account);
    let zone = account.map_or(Tz::UTC, |account| account.zone);
    let mut parts = vec![text::counted(batch.payable_count, "payout", "payouts")];
    parts.push(batch.pay_on.map_or_else(
        || "pays out when approved".to_owned(),
        |at| format!("pays out {}", text::moment(at, zone)),
    ));
    if batch.fault_count > 0 {
        let words = text::counted(batch.fault_count, "needs", "need");
        parts.push(format!("{words} correcting"));
    }
    if let Some(reason) = batch.returned_reason.as_deref() {
        let reason: String = reason.chars().take(80).collect();
        parts.push(format!("sent back: “{reason}”"));
    }
    WaitingBatch {
        href: format!("/batches/{}", batch.number),
        name: batch.name.clone(),
        detail: parts.join(" · "),
        amount: account
            .map(|account| text::money(account, batch.payable_total))
            .unwrap_or_default(),
        act: if batch.status == Status::Open && batch.fault_count == 0 {
            "Send".to_owned()
        } else {
            seals::verb(batch.status).to_owned()
        },
        seals: seals::small(batch, &read.seals, true),
    }
}

/// What to say when nothing waits, by what this person does.
fn empty(actor: &Actor) -> EmptyState {
    let held = |permission| actor.accounts(permission).is_some();
    let (text, act) = if held(Permission::BatchReview) || held(Permission::BatchApprove) {
        ("Batches that need your signature appear here.", None)
    } else if held(Permission::BatchCapture) {
        (
            "Batches of yours that need correcting or sending appear here.",
            Some(LinkView::new("New batch", "/batches/new")),
        )
    } else if held(Permission::AuditRead) && !held(Permission::TeamManage) {
        (
            "You see everything and act on nothing. Reports say who did what, and when.",
            Some(LinkView::new("Reports", "/reports")),
        )
    } else {
        (
            "Batches wait for those who review and approve them. You can see them all.",
            Some(LinkView::new("All batches", "/batches")),
        )
    };
    EmptyState {
        heading: "Nothing waits for you".to_owned(),
        text: text.to_owned(),
        act,
    }
}

fn card((account, balances): &(Account, Balances)) -> AccountCard {
    let held = |minor: i64| u64::try_from(minor).unwrap_or(0);
    let (available, reserved, sent) = (
        held(balances.available),
        held(balances.reserved),
        held(balances.in_transit),
    );
    let mut notes = Vec::new();
    if reserved > 0 {
        let amount = text::money(account, balances.reserved);
        notes.push(format!("{amount} reserved for approved batches"));
    }
    if sent > 0 {
        notes.push(format!(
            "{} on its way",
            text::money(account, balances.in_transit)
        ));
    }
    if notes.is_empty() {
        notes.push("Nothing reserved".to_owned());
    }
    let parts = [(Tone::Ok, available), (Tone::Wait, reserved), (Tone::Info, sent)];
    AccountCard {
        link: LinkView::new(
            format!("{} · {}", account.name, account.number),
            format!("/accounts/{}", account.number),
        ),
        available: text::money(account, balances.available),
        note: notes.join(" · "),
        meter: Meter::new(available.saturating_add(reserved).saturating_add(sent), &parts),
    }
}

fn attention(read: &Read, today: NaiveDate) -> Vec<AttentionItem> {
    let mut items: Vec<AttentionItem> = read
        .unreadable
        .iter()
        .map(|batch| AttentionItem {
            title: format!("{} could not be read", batch.name),
            detail: batch.message.clone(),
            link: LinkView::new("See why", format!("/batches/{}", batch.number)),
        })
        .collect();
    items.extend(
        read.accounts
            .iter()
            .filter_map(|account| short(account, &read.ahead)),
    );
    items.extend(days::failures(&read.days, today));
    items
}

/// An account whose money does not reach for what is ahead.
fn short(
    (account, balances): &(Account, Balances),
    ahead: &[(AccountId, DayAhead)],
) -> Option<AttentionItem> {
    let days: Vec<DayAhead> = ahead
        .iter()
        .filter(|(id, _)| *id == account.id)
        .map(|(_, day)| *day)
        .collect();
    let held = balances.available.saturating_add(balances.reserved);
    let (day, missing) = shortfall(held, &days)?;
    Some(AttentionItem {
        title: format!("{} will be short", account.name),
        detail: Some(format!(
            "{} is missing for what is scheduled up to {}",
            text::money(account, missing),
            day.format("%-d %b %Y")
        )),
        link: LinkView::new("See the days", "/scheduled"),
    })
}
