//! Bulk payouts: Moyasar's create with MoneyHash's life. A bulk is a batch that was sent as JSON in one
//! piece of at most 1,000 payouts; it is judged and submitted in the transaction that takes it in.

mod edited;
pub(super) mod given;
pub(super) mod shown;

use super::error::ApiError;
use super::faults::Faults;
use super::json::Node;
use super::listed::{Page, page_size};
use super::told;
use super::words::Arg;
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::ids::{AccountNumber, BatchNumber, PayoutId};
use crate::domain::money::NumberStyle;
use crate::domain::pay_on;
use crate::domain::permission::{Permission, Scope};
use crate::domain::row::Entered;
use crate::domain::source::Source;
use crate::domain::webhook::address::parse_url;
use crate::flows::error::REASON_CHARS_MAX;
use crate::flows::reschedule::{Reschedule, reschedule};
use crate::flows::typed::{self, NAME_CHARS_MAX, Typed};
use crate::flows::{FlowError, cancel as cancelling, edit as editing, resubmit};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::language::Language;
use crate::store::batch::Sent;
use crate::store::payout::{Payout, Tab};
use crate::store::{Conn, account, batch, batch_facts, intent, payout, sent};
use chrono::{DateTime, Utc};
use given::{Given, PAYOUTS_MAX};
use shown::{BulkShown, PayoutShown};
use std::collections::HashMap;
use uuid::Uuid;

/// Characters of a webhook's address.
const URL_CHARS: std::ops::RangeInclusive<usize> = 10..=2_000;

/// What a body says beside its payouts.
struct Heading<'b> {
    label: Option<&'b str>,
    webhook_url: Option<&'b str>,
    pay_on: Option<DateTime<Utc>>,
}

fn heading<'b>(call: &Call, body: &Node<'b>, account: &Account, faults: &mut Faults) -> Heading<'b> {
    let url = body.field("webhook_url");
    let webhook_url = url.text(faults, URL_CHARS);
    // As strict as for an endpoint made on the pages: what is stored is what will be called.
    if webhook_url.is_some_and(|text| parse_url(text, &call.portal.webhooks_allowed).is_err()) {
        faults.add(&url.path, "fault-url", &[]);
    }
    let date = body.field("scheduled_date");
    let pay_on = date
        .text(faults, 0..=32)
        .filter(|text| !text.trim().is_empty())
        .and_then(|text| {
            pay_on::parse(text, account.zone, call.now)
                .map_err(|fault| faults.add_date(&date.path, fault))
                .ok()
        });
    Heading {
        label: body.field("label").text(faults, 1..=NAME_CHARS_MAX),
        webhook_url,
        pay_on,
    }
}

/// The payout account that `source_id` names, by id or by number.
fn source(
    call: &Call,
    body: &Node<'_>,
    scope: &Scope,
    faults: &mut Faults,
) -> Result<Option<Account>, ApiError> {
    let node = body.field("source_id").required(faults);
    let Some(text) = node.text_or_number(faults, 1..=50) else {
        return Ok(None);
    };
    let accounts = call.read(|conn| account::list(conn, scope))?;
    let (id, number) = (text.parse::<Uuid>().ok(), AccountNumber::parse(&text));
    let found = accounts
        .into_iter()
        .find(|account| id == Some(account.public_id) || number == Some(account.number));
    found.map(Some).ok_or(ApiError::NotFound("payout account"))
}

/// POST `/payout/bulk`.
pub(super) fn create(call: &Call) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let body = Node::root(&body);
    let mut faults = call.faults();
    let scope = call
        .actor()?
        .require(Permission::BatchCapture)
        .map_err(FlowError::from)?;
    let account = source(call, &body, &scope, &mut faults)?;
    let Some(account) = account else {
        // The rest is looked at as if it were for another account, so that every fault is told at once.
        if let Some(any) = call.read(|conn| account::list(conn, &scope))?.first() {
            heading(call, &body, any, &mut faults);
            given::payouts(&body, any, &mut faults);
        }
        faults.unless_any(())?;
        return Err(ApiError::NotFound("payout account"));
    };
    let heading = heading(call, &body, &account, &mut faults);
    let given = given::payouts(&body, &account, &mut faults);
    refuse_used_numbers(call, &account, &given, &mut faults)?;
    let given = faults.unless_any(given)?;
    if !call.has_key() && given.iter().any(|payout| payout.sequence_number.is_none()) {
        return Err(ApiError::KeyMissing);
    }
    let calling = call.calling()?;
    let name = format!("Sent by {}", calling.client.client_id);
    let typed = Typed {
        account: account.number,
        name: heading.label.unwrap_or(&name),
        purpose: None,
        pay_on: heading.pay_on,
        source: Source::Json,
        content_type: "JSON",
        number_style: NumberStyle::Point,
        repeats: None,
        control: (None, None),
    };
    let sent = Sent {
        client: calling.client.id,
        webhook_url: heading.webhook_url,
    };
    let rows: Vec<_> = given
        .into_iter()
        .map(|payout| (payout.entered, payout.sequence_number))
        .collect();
    call.act(|tx| {
        let opened = typed::open_sent(tx, &calling.actor, (&typed, Some(sent)), rows, call.now)?;
        Ok(Answer::created(&load(tx, &opened, call.language)?))
    })
    .map_err(|error: ApiError| error.in_words_of(&[("name", "label"), ("rows", "payouts")]))
}

/// A number that was used on the account can't be used again, in whatever became of it.
fn refuse_used_numbers(
    call: &Call,
    account: &Account,
    given: &[Given],
    faults: &mut Faults,
) -> Result<(), ApiError> {
    let numbers: Vec<i64> = given.iter().filter_map(|payout| payout.sequence_number).collect();
    if numbers.is_empty() {
        return Ok(());
    }
    let used = call.read(|conn| sent::list_sequence_numbers_in_use(conn, account.id, &numbers))?;
    for payout in given {
        if payout
            .sequence_number
            .is_some_and(|number| used.contains(&number))
        {
            let path = format!("{}.sequence_number", payout.path);
            faults.add(&path, "fault-sequence-used", &[]);
        }
    }
    Ok(())
}

/// A bulk with all its payouts.
fn load(conn: &mut Conn<'_>, found: &Batch, language: Language) -> Result<BulkShown, ApiError> {
    let rows = payout::list_of_batch(
        conn,
        found.id,
        Tab::All,
        0,
        i64::try_from(PAYOUTS_MAX).unwrap_or(i64::MAX),
    )?;
    Ok(shown::bulk(found, show(conn, &rows, language)?))
}

/// Payouts with what their batches, accounts and rails say of them.
pub(super) fn show(
    conn: &mut Conn<'_>,
    rows: &[Payout],
    language: Language,
) -> Result<Vec<PayoutShown>, ApiError> {
    let tried = rows.iter().filter(|row| row.may_have_intent());
    let ids: Vec<_> = tried.map(|row| row.id).collect();
    let lasts: HashMap<_, _> = intent::list_last(conn, &ids)?.into_iter().collect();
    let mut keys: Vec<_> = rows.iter().map(|row| row.batch).collect();
    keys.sort_unstable();
    keys.dedup();
    let batches: HashMap<_, _> = batch_facts::list_with_accounts(conn, &keys)?
        .into_iter()
        .map(|(batch, account)| (batch.id, (batch, account)))
        .collect();
    let organisation = batches.values().next().map(|(batch, _)| batch.organisation);
    let written = match organisation {
        Some(organisation) => payout::list_written(conn, organisation, rows)?,
        None => HashMap::new(),
    };
    let shown = rows.iter().filter_map(|row| {
        let (batch, account) = batches.get(&row.batch)?;
        let reasons = (lasts.get(&row.id), written.get(&row.id));
        Some(shown::payout(row, reasons, (batch, account), language))
    });
    Ok(shown.collect())
}

/// The id in the path; what is none is as unknown as one that nothing has.
pub(super) fn id_in_path(call: &Call) -> Result<Uuid, ApiError> {
    call.param("id").parse().map_err(|_| ApiError::NotFound("id"))
}

fn view(call: &Call) -> Result<Scope, ApiError> {
    let scope = call.actor()?.require(Permission::BatchView);
    Ok(scope.map_err(FlowError::from)?)
}

/// GET `/payout/bulk/{id}`.
pub(super) fn get(call: &Call) -> Result<Answer, ApiError> {
    let (scope, id) = (view(call)?, id_in_path(call)?);
    let bulk = call.read(|conn| {
        let number = sent::load_bulk(conn, &scope, id)?;
        let found = batch::load(conn, &scope, number)?;
        load(conn, &found, call.language)
    })?;
    Ok(Answer::ok(&bulk))
}

/// GET `/payout/bulk`.
pub(super) fn list(call: &Call) -> Result<Answer, ApiError> {
    let scope = view(call)?;
    let mut faults = call.faults();
    let size = page_size(call, &mut faults);
    let after = call.asked("after").map(BatchNumber::parse);
    if after == Some(None) {
        faults.add("after", "fault-page-token", &[]);
    }
    faults.unless_any(())?;
    let page = call.read(|conn| {
        let numbers = sent::list_bulks(conn, &scope, None, after.flatten(), size + 1)?;
        let (numbers, next) = Page::<()>::cut(numbers, size, BatchNumber::to_string);
        let mut data = Vec::with_capacity(numbers.len());
        for number in numbers {
            data.push(shown::listed(&batch::load(conn, &scope, number)?));
        }
        Ok::<_, ApiError>(Page { data, next })
    })?;
    Ok(Answer::ok(&page))
}

/// POST `/payout/bulk/{id}/cancel`: everything that is not claimed yet.
pub(super) fn cancel(call: &Call) -> Result<Answer, ApiError> {
    let (scope, id) = (view(call)?, id_in_path(call)?);
    let mut reason = told::BY_API.to_owned();
    if !call.bytes().is_empty() {
        let body = call.json()?;
        let mut faults = call.faults();
        let given = Node::root(&body)
            .field("reason")
            .text(&mut faults, 1..=REASON_CHARS_MAX)
            .map(str::to_owned);
        reason = faults.unless_any(given)?.unwrap_or(reason);
    }
    let number = call.read(|conn| sent::load_bulk(conn, &scope, id))?;
    call.act(|tx| {
        cancelling::cancel(tx, call.actor()?, number, &reason, call.now)?;
        let found = batch::load(tx, &scope, number)?;
        Ok(Answer::ok(&load(tx, &found, call.language)?))
    })
}

/// PATCH `/payout/bulk/{id}`: payouts replaced by what is sent, all of them or none. The batch is then
/// submitted again.
pub(super) fn edit(call: &Call) -> Result<Answer, ApiError> {
    let id = id_in_path(call)?;
    let scope = call
        .actor()?
        .require(Permission::BatchCapture)
        .map_err(FlowError::from)?;
    let body = call.json()?;
    let mut faults = call.faults();
    let (found, account, rows, url) = call.read(|conn| {
        let number = sent::load_bulk(conn, &scope, id)?;
        let found = batch::load(conn, &scope, number)?;
        let account = account::load(conn, found.account)?;
        let max = i64::try_from(PAYOUTS_MAX).unwrap_or(i64::MAX);
        let rows = payout::list_of_batch(conn, found.id, Tab::All, 0, max)?;
        let url = sent::find_webhook_url(conn, &found)?;
        Ok::<_, ApiError>((found, account, rows, url))
    })?;
    let body = Node::root(&body);
    let known = (&found, &account, url.as_deref());
    let date = edited::date(&body, known, call.now, &mut faults);
    let given = given::payouts(&body, &account, &mut faults);
    let (meant, final_ones) = meant(&given, &rows, &mut faults);
    // Nothing wrong with the request, but with when it comes.
    if final_ones > 0 && faults.count() == final_ones {
        return Err(ApiError::NotEditable(faults));
    }
    let meant = faults.unless_any(meant)?;
    let ids: Vec<PayoutId> = meant.iter().map(|(id, _)| *id).collect();
    let texts: HashMap<PayoutId, &Entered> = meant.into_iter().collect();
    call.act(|tx| {
        let change = |row: &Payout, entered: &mut Entered| {
            if let Some(given) = texts.get(&row.id) {
                *entered = (*given).clone();
            }
        };
        editing::edit(tx, call.actor()?, (found.number, &ids), &change, call.now)?;
        if let Some(date) = date {
            let all = Reschedule {
                pay_on: date,
                payouts: &[],
                own_dates: false,
            };
            reschedule(tx, call.actor()?, found.number, all, call.now)?;
        }
        resubmit::resubmit(tx, call.actor()?, found.number, call.now)?;
        let found = batch::load(tx, &scope, found.number)?;
        Ok(Answer::ok(&load(tx, &found, call.language)?))
    })
    .map_err(|error: ApiError| error.in_words_of(&[("pay_on", "scheduled_date"), ("payout", "payouts")]))
}

/// The payout that each of these means, each once, and only such as can be edited; and how many can't.
fn meant<'g>(
    given: &'g [Given],
    rows: &[Payout],
    faults: &mut Faults,
) -> (Vec<(PayoutId, &'g Entered)>, usize) {
    let mut meant: Vec<(PayoutId, &Entered)> = Vec::with_capacity(given.len());
    let mut final_ones = 0;
    for payout in given {
        let row = rows.iter().find(|row| match (payout.id, payout.sequence_number) {
            (Some(id), Some(number)) => row.id.0 == id && row.sequence_number == number,
            (Some(id), None) => row.id.0 == id,
            (None, Some(number)) => row.sequence_number == number,
            (None, None) => false,
        });
        match row {
            None => faults.add(&payout.path, "fault-unknown-payout", &[]),
            Some(row) if !row.status.is_editable() => {
                final_ones += 1;
                let args = [("status", Arg::from(row.status.as_str()))];
                faults.add(&payout.path, "fault-not-editable", &args);
            }
            Some(row) if meant.iter().any(|(id, _)| *id == row.id) => {
                faults.add(&payout.path, "fault-payout-twice", &[]);
            }
            Some(row) => meant.push((row.id, &payout.entered)),
        }
    }
    (meant, final_ones)
}
