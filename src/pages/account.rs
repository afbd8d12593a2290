//! One payout account: what it has where, who must sign what is paid from it, and its statement,
//! newest entry first, in pages by entry number.

use super::account_rules::Fault;
use super::error::PageError;
use super::reply::Reply;
use super::view::accounts::{AccountPage, EntryRow};
use super::view::link::{ButtonLink, ButtonTone, EmptyState, LinkView};
use super::view::meter::Stat;
use super::{account_rules, asked, frame, policy_words, text};
use crate::domain::account::Account;
use crate::domain::account::rules::AccountRules;
use crate::domain::authorisation::Policy;
use crate::domain::ids::AccountNumber;
use crate::domain::ledger::Balances;
use crate::domain::permission::{Permission, Scope};
use crate::domain::report::StatementLine;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::{StoreError, account, account_rules as rules, funding, ledger};
use askama::Template;

struct Read {
    account: Account,
    balances: Balances,
    policy: Policy,
    entries: Vec<StatementLine>,
    rules: AccountRules,
    references: Vec<(i64, String)>,
}

/// GET `/accounts/{number}`. A number that is none is not found, as somebody else's is.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(page(visit, None)?))
}

/// The page, with what was typed and what is wrong with it where the rules were refused.
pub(super) fn page(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let mut read = read(visit, &scope)?;
    let more = read.entries.len() > asked::PAGE_ROWS;
    read.entries.truncate(asked::PAGE_ROWS);
    let before = read
        .entries
        .last()
        .filter(|_| more)
        .map(|line| line.entry.to_string());
    let account = &read.account;
    let mut layout = frame::layout(visit, &account.name);
    layout.account = Some(frame::chip(account, read.balances.available));
    let page = AccountPage {
        layout,
        number: account.number.to_string(),
        name: account.name.clone(),
        facts: format!(
            "{} · {} · {}",
            account.currency.code(),
            account.country,
            account.zone
        ),
        buttons: buttons(visit, account)?,
        stats: stats(account, read.balances),
        policy: policy_words::rules(account, &read.policy),
        currency: account.currency.code().to_owned(),
        zone: account.zone.name().to_owned(),
        entries: read
            .entries
            .iter()
            .map(|line| entry_row(line, &read.references))
            .collect(),
        empty: EmptyState {
            heading: "No entries".to_owned(),
            text: "Money that comes in, is set aside or goes out is listed here.".to_owned(),
            act: None,
        },
        rules: account_rules::section(visit, account, &read.rules, fault)?,
        pager: asked::pager(visit, before),
    };
    Ok(page.render()?)
}

fn read(visit: &Visit, scope: &Scope) -> Result<Read, PageError> {
    let number = AccountNumber::parse(visit.param("number")).ok_or(StoreError::NotFound("payout account"))?;
    let before = before(visit)?;
    let limit = i64::try_from(asked::PAGE_ROWS).unwrap_or(i64::MAX) + 1;
    visit.read(|conn| {
        let account = account::load_by_number(conn, scope, number)?;
        let (_, policy) = account::load_policy(conn, account.id)?;
        let entries = ledger::find_entries(conn, scope, &account, before, limit)?;
        let numbers: Vec<i64> = entries.iter().map(|line| line.entry).collect();
        Ok(Read {
            balances: ledger::load_balances(conn, account.id)?,
            rules: rules::load(conn, account.id)?,
            references: funding::list_references(conn, account.id, &numbers)?,
            entries,
            account,
            policy,
        })
    })
}

fn before(visit: &Visit) -> Result<Option<i64>, PageError> {
    let Some(text) = visit.asked("before") else {
        return Ok(None);
    };
    let entry: Option<i64> = text.parse().ok().filter(|entry| *entry > 0);
    entry
        .map(Some)
        .ok_or_else(|| asked::malformed("before", text, "an entry's number"))
}

fn buttons(visit: &Visit, account: &Account) -> Result<Vec<ButtonLink>, PageError> {
    let actor = visit.actor()?;
    let mut buttons = Vec::new();
    if actor.may(Permission::AccountManage, account.id) {
        let href = format!("/accounts/{}/funding", account.number);
        buttons.push(ButtonLink::new("Add funds", href, ButtonTone::Plain));
        let href = format!("/accounts/{}/policy", account.number);
        buttons.push(ButtonLink::new("Approval policy", href, ButtonTone::Plain));
    }
    if !actor.may(Permission::ReportDownload, account.id) {
        return Ok(buttons);
    }
    let download = |label, format| {
        let href = format!("/reports/statement.{format}?account={}", account.number);
        ButtonLink::new(label, href, ButtonTone::Plain)
    };
    buttons.push(download("Statement CSV", "csv"));
    buttons.push(download("Statement XLSX", "xlsx"));
    Ok(buttons)
}

fn stats(account: &Account, balances: Balances) -> Vec<Stat> {
    vec![
        Stat::new("Available", text::money(account, balances.available)),
        Stat::new("Reserved", text::money(account, balances.reserved)).note("for approved batches"),
        Stat::new("In transit", text::money(account, balances.in_transit)).note("outcome not known yet"),
    ]
}

fn entry_row(line: &StatementLine, references: &[(i64, String)]) -> EntryRow {
    let reference = references.iter().find(|(entry, _)| *entry == line.entry);
    let sign = match line.change().minor() {
        0 => "",
        1.. => "+",
        _ => "−",
    };
    let batch = line
        .batch
        .iter()
        .map(|(number, name)| LinkView::new(format!("{name} · {number}"), format!("/batches/{number}")));
    let payout = line
        .payout
        .iter()
        .map(|(id, reference)| LinkView::new(format!("Payout {reference}"), format!("/payouts/{id}")));
    EntryRow {
        at: text::moment(line.at.to_utc(), line.at.timezone()),
        entry: line.entry.to_string(),
        movement: line.movement.label().to_owned(),
        reference: reference.map(|(_, text)| text.clone()),
        links: batch.chain(payout).collect(),
        amount: format!("{sign}{}", line.amount.grouped()),
        is_change: !sign.is_empty(),
        available: line.available.grouped(),
        reserved: line.reserved.grouped(),
        in_transit: line.in_transit.grouped(),
    }
}
