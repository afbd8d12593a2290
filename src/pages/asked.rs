//! What a list or report is asked for in its address, read once for all of them: a value that can't
//! be read is refused with what is accepted (400), an account that is not theirs is not found (404).
//!
//! Empty counts as absent. Invariant: nothing of an address reaches `store` unread.

use super::error::PageError;
use super::view::field::{Choice, FieldKind, FieldView, Filters};
use super::view::link::{LinkView, Pager};
use crate::domain::account::Account;
use crate::domain::ids::AccountNumber;
use crate::domain::payout::{Result as IntentResult, Status as PayoutStatus};
use crate::http::visit::Visit;
use crate::store::StoreError;
use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Rows on a page of a list.
pub(super) const PAGE_ROWS: usize = 50;
/// Longer searches find nothing that shorter ones don't.
const SEARCH_CHARS_MAX: usize = 140;

/// The refusal of a value: which field, what it said, what is accepted.
pub(super) fn malformed(field: &str, value: &str, accepted: &str) -> PageError {
    let shown: String = value.chars().take(60).collect();
    PageError::Malformed(format!("{field} can't be “{shown}”; it accepts {accepted}"))
}

/// One of `accounts` by its number, where one is asked for.
pub(super) fn account<'a>(visit: &Visit, accounts: &'a [Account]) -> Result<Option<&'a Account>, PageError> {
    let Some(text) = visit.asked("account") else {
        return Ok(None);
    };
    let number = AccountNumber::parse(text)
        .ok_or_else(|| malformed("account", text, "the 8 digits of a payout account's number"))?;
    let found = accounts.iter().find(|account| account.number == number);
    found
        .map(Some)
        .ok_or_else(|| StoreError::NotFound("payout account").into())
}

/// A day, where one is asked for.
pub(super) fn day(visit: &Visit, field: &str) -> Result<Option<NaiveDate>, PageError> {
    let Some(text) = visit.asked(field) else {
        return Ok(None);
    };
    // The length keeps `2024-1-5` out: what is accepted here is what is accepted everywhere.
    let read = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    read.flatten()
        .map(Some)
        .ok_or_else(|| malformed(field, text, "a date written YYYY-MM-DD"))
}

/// `from` and `to`, in this order.
pub(super) fn days(visit: &Visit) -> Result<(Option<NaiveDate>, Option<NaiveDate>), PageError> {
    let (from, to) = (day(visit, "from")?, day(visit, "to")?);
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(malformed(
            "to",
            &to.to_string(),
            &format!("{from} or a later day, because from is {from}"),
        )),
        (Some(_) | None, _) => Ok((from, to)),
    }
}

/// A payout's status, where one is asked for.
pub(super) fn payout_status(visit: &Visit) -> Result<Option<PayoutStatus>, PageError> {
    let Some(text) = visit.asked("status") else {
        return Ok(None);
    };
    let words: Vec<&str> = PayoutStatus::ALL.iter().map(|status| status.as_str()).collect();
    PayoutStatus::parse(text)
        .map(Some)
        .ok_or_else(|| malformed("status", text, &words.join(", ")))
}

/// A payout's status, or in its place what its last intent came to.
pub(super) fn payout_status_or_result(
    visit: &Visit,
) -> Result<(Option<PayoutStatus>, Option<IntentResult>), PageError> {
    if let Some(result) = visit.asked("status").and_then(IntentResult::parse) {
        return Ok((None, Some(result)));
    }
    let Some(text) = visit.asked("status") else {
        return Ok((None, None));
    };
    let words: Vec<&str> = PayoutStatus::ALL.iter().map(|status| status.as_str()).collect();
    let results: Vec<&str> = IntentResult::ALL.iter().map(|result| result.as_str()).collect();
    let accepted = format!(
        "{}; or the last attempt's {}",
        words.join(", "),
        results.join(", ")
    );
    PayoutStatus::parse(text)
        .map(|status| (Some(status), None))
        .ok_or_else(|| malformed("status", text, &accepted))
}

/// What is searched for, cut to what can be found.
pub(super) fn search(visit: &Visit) -> Option<String> {
    visit
        .asked("q")
        .map(|q| q.chars().take(SEARCH_CHARS_MAX).collect())
}

/// When a day begins in the zone; where a clock change skips midnight, when its first hour does.
pub(super) fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let read = |local| match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        LocalResult::None => None,
    };
    read(midnight)
        .or_else(|| read(midnight + TimeDelta::hours(1)))
        .unwrap_or_else(|| midnight.and_utc())
}

/// When a day is over in the zone.
pub(super) fn end_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    start_of_day(day.checked_add_days(Days::new(1)).unwrap_or(day), zone)
}

/// A select of payout accounts.
pub(super) fn account_field(visit: &Visit, accounts: &[Account]) -> FieldView {
    let mut choices = vec![Choice::new("", "All accounts")];
    choices.extend(accounts.iter().map(|account| {
        let label = format!("{} · {}", account.name, account.number);
        Choice::new(account.number.to_string(), label)
    }));
    select(visit, "account", "Payout account", choices)
}

/// A select holding what is asked for.
pub(super) fn select(visit: &Visit, name: &str, label: &str, choices: Vec<Choice>) -> FieldView {
    FieldView::new(name, label, FieldKind::Select)
        .choices(choices)
        .value(visit.asked(name).unwrap_or_default())
}

/// An input holding what is asked for.
pub(super) fn input(visit: &Visit, name: &str, label: &str, kind: FieldKind) -> FieldView {
    FieldView::new(name, label, kind).value(visit.asked(name).unwrap_or_default())
}

/// The filters above a list, with the way to be rid of them where any is set.
pub(super) fn filters(visit: &Visit, action: &str, fields: Vec<FieldView>) -> Filters {
    let narrowed = fields.iter().any(|field| visit.asked(&field.name).is_some());
    Filters {
        action: action.to_owned(),
        fields,
        clear: narrowed.then(|| LinkView::new("Clear", action)),
    }
}

/// The way to the next page: the same address with another `before`. Pages go by key, so there is
/// no number of pages; the way back is the browser's.
pub(super) fn pager(visit: &Visit, before: Option<String>) -> Pager {
    let kept: Vec<(&str, &str)> = visit
        .query
        .iter()
        .filter(|(name, value)| name != "before" && !value.trim().is_empty())
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Pager {
        previous: None,
        next: before.map(|before| {
            let mut query = kept;
            query.push(("before", &before));
            format!("{}?{}", visit.path, query_string(&query))
        }),
    }
}

/// `name=value&…`, escaped.
pub(super) fn query_string(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
