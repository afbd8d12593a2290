//! The list of payouts, newest first, in pages by payout id. `from` and `to` are days in the zone of
//! the account asked for, else of the first account the person sees; the list names the zone.

use super::error::PageError;
use super::reply::Reply;
use super::view::field::{Choice, FieldKind};
use super::view::link::{ButtonLink, ButtonTone, EmptyState, LinkView};
use super::view::payouts::{PayoutListRow, PayoutsPage};
use super::{asked, frame, text};
use crate::domain::account::Account;
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::field::Field;
use crate::domain::ids::PayoutId;
use crate::domain::payout::{Result as IntentResult, Status};
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::account;
use crate::store::payout::{self, Filter, Payout};
use chrono_tz::Tz;
use uuid::Uuid;

/// GET `/payouts`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let (accounts, zone, mut payouts) = visit.read(|conn| {
        let accounts = account::list(conn, &scope)?;
        let (filter, zone) = filter(visit, &accounts)?;
        let limit = i64::try_from(asked::PAGE_ROWS).unwrap_or(i64::MAX) + 1;
        let payouts = payout::list(conn, &scope, &filter, limit)?;
        Ok::<_, PageError>((accounts, zone, payouts))
    })?;
    let more = payouts.len() > asked::PAGE_ROWS;
    payouts.truncate(asked::PAGE_ROWS);
    let before = payouts
        .last()
        .filter(|_| more)
        .map(|payout| payout.id.to_string());
    let filters = asked::filters(
        visit,
        "/payouts",
        vec![
            asked::input(visit, "q", "Search", FieldKind::Search).hint(search_hint()),
            asked::select(visit, "status", "Status", status_choices()),
            asked::account_field(visit, &accounts),
            asked::input(visit, "from", "From", FieldKind::Date),
            asked::input(visit, "to", &format!("To ({zone})"), FieldKind::Date),
        ],
    );
    let may_capture = visit.actor()?.accounts(Permission::BatchCapture).is_some();
    let mut layout = frame::layout(visit, "Payouts");
    layout.account = Some(frame::chip_all());
    Reply::page(&PayoutsPage {
        layout,
        buttons: may_capture
            .then(|| ButtonLink::new("Pay one person", "/payouts/new", ButtonTone::Plain))
            .into_iter()
            .collect(),
        rows: payouts.iter().map(|payout| row(payout, &accounts)).collect(),
        empty: empty(filters.clear.is_some()),
        filters,
        pager: asked::pager(visit, before),
    })
    .map_err(PageError::from)
}

fn filter(visit: &Visit, accounts: &[Account]) -> Result<(Filter, Tz), PageError> {
    let account = asked::account(visit, accounts)?;
    let zone = account
        .or_else(|| accounts.first())
        .map_or(Tz::UTC, |account| account.zone);
    let (from, to) = asked::days(visit)?;
    let (status, result) = asked::payout_status_or_result(visit)?;
    let filter = Filter {
        q: asked::search(visit),
        status,
        result,
        account: account.map(|account| account.number),
        from: from.map(|day| asked::start_of_day(day, zone)),
        to: to.map(|day| asked::end_of_day(day, zone)),
        before: before(visit)?,
    };
    Ok((filter, zone))
}

fn before(visit: &Visit) -> Result<Option<PayoutId>, PageError> {
    let Some(text) = visit.asked("before") else {
        return Ok(None);
    };
    Uuid::parse_str(text)
        .map(|id| Some(PayoutId(id)))
        .map_err(|_| asked::malformed("before", text, "a payout's id"))
}

/// What is found; names are not looked for among all payouts there ever were.
fn search_hint() -> String {
    format!(
        "A reference or its beginning, a sequence or batch number, or a name among each account's newest {} payouts",
        text::count(payout::NAMES_SEARCHED)
    )
}

/// The eight statuses, then what the last attempt came to.
fn status_choices() -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "All")];
    choices.extend(
        Status::ALL
            .into_iter()
            .map(|status| Choice::new(status.as_str(), status.label())),
    );
    choices.extend(
        IntentResult::ALL
            .into_iter()
            .map(|result| Choice::new(result.as_str(), format!("{} (result)", result.label()))),
    );
    choices
}

/// One payout as a line of a list.
pub(super) fn row(payout: &Payout, accounts: &[Account]) -> PayoutListRow {
    let account = accounts.iter().find(|account| account.id == payout.account);
    let zone = account.map_or(Tz::UTC, |account| account.zone);
    PayoutListRow {
        href: format!("/payouts/{}", payout.id),
        beneficiary: beneficiary(payout).unwrap_or_else(|| "—".to_owned()),
        reference: payout.reference(),
        destination: destination(payout),
        batch: LinkView::new(
            payout.batch_number.to_string(),
            format!("/batches/{}", payout.batch_number),
        ),
        date: text::day(payout.due_at.unwrap_or(payout.updated_at), zone),
        status: text::payout_pill(payout.status, payout.result),
        result: None,
        amount: amount(payout, account),
    }
}

/// Who is paid, as far as the row says it.
pub(super) fn beneficiary(payout: &Payout) -> Option<String> {
    match &payout.content {
        Ok(payable) => payable.beneficiary_name.clone(),
        Err((entered, _)) => Some(entered.text(Field::BeneficiaryName).to_owned()),
    }
    .filter(|name| !name.is_empty())
}

/// Where it goes in one line, as entered where the row is faulty.
pub(super) fn destination(payout: &Payout) -> String {
    let entered = match &payout.content {
        Ok(payable) => {
            return match &payable.destination {
                Destination::Bank(BankAccount::Iban(iban)) => grouped_by_four(iban),
                Destination::Bank(BankAccount::Local {
                    account_number,
                    bank_code,
                }) => format!("{bank_code} · {account_number}"),
                Destination::Wallet {
                    mobile,
                    provider: Some(provider),
                } => format!("{mobile} · {provider}"),
                Destination::Wallet {
                    mobile,
                    provider: None,
                } => mobile.clone(),
            };
        }
        Err((entered, _)) => entered,
    };
    [Field::Iban, Field::AccountNumber, Field::Mobile]
        .into_iter()
        .map(|field| entered.text(field))
        .find(|text| !text.is_empty())
        .unwrap_or("—")
        .to_owned()
}

/// How much, with the currency; as entered where the row is faulty.
pub(super) fn amount(payout: &Payout, account: Option<&Account>) -> String {
    match &payout.content {
        Ok(payable) => payable.amount.to_string(),
        Err((entered, _)) => {
            let typed = entered.text(Field::Amount);
            match account {
                Some(account) if !typed.is_empty() => {
                    let amount = text::entered_amount(entered, account.currency);
                    format!("{} {amount}", account.currency.code())
                }
                Some(_) | None if typed.is_empty() => "—".to_owned(),
                Some(_) | None => typed.to_owned(),
            }
        }
    }
}

/// The printed form of an IBAN (ISO 13616): groups of four.
pub(super) fn grouped_by_four(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

fn empty(is_narrowed: bool) -> EmptyState {
    if is_narrowed {
        EmptyState {
            heading: "No payouts match".to_owned(),
            text: "Change the filters, or clear them.".to_owned(),
            act: Some(LinkView::new("Clear the filters", "/payouts")),
        }
    } else {
        EmptyState {
            heading: "No payouts yet".to_owned(),
            text: "Each row of an uploaded batch is listed here as a payout.".to_owned(),
            act: Some(LinkView::new("See batches", "/batches")),
        }
    }
}
