//! How pages write dates, people and counts.

use super::view::tone::{StatusPill, Tone};
use crate::domain::account::Account;
use crate::domain::batch::Status;
use crate::domain::field::Field;
use crate::domain::money::{Amount, Currency, Money, NumberStyle};
use crate::domain::payout::{Result as IntentResult, Status as PayoutStatus};
use crate::domain::row::Entered;
use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::sync::LazyLock;

/// `15 Jan 2024, 09:12` in the zone.
pub(super) fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string()
}

/// `15 Jan 2024` in the zone.
pub(super) fn day(at: DateTime<Utc>, zone: Tz) -> String {
    // A list says fifty days: how they are written is read once.
    static DAY: LazyLock<Vec<Item<'static>>> = LazyLock::new(|| StrftimeItems::new("%-d %b %Y").collect());
    at.with_timezone(&zone).format_with_items(DAY.iter()).to_string()
}

/// `08:00 CAT`: the time with the zone named.
pub(super) fn time_and_zone(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M %Z").to_string()
}

/// The first letters of the first and the last name.
pub(super) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).collect::<String>().to_uppercase()
}

/// With a capital letter: `Review batches`.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    first + letters.as_str()
}

/// `1,204`.
pub(super) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// `1 payout`, `95 payouts`.
pub(super) fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `MWK 450,000.00` from minor units.
pub(super) fn money(account: &Account, minor: i64) -> String {
    account.money(minor).to_string()
}

/// A spreadsheet's number as other amounts are written, where it is one; a text as it was entered.
pub(super) fn entered_amount(entered: &Entered, currency: Currency) -> String {
    let text = entered.text(Field::Amount);
    match Amount::parse(text, currency, NumberStyle::Point) {
        Ok(minor) if entered.amount_is_number() => Money::new(minor, currency).grouped(),
        Ok(_) | Err(_) => text.to_owned(),
    }
}

/// A batch's status as a pill.
pub(super) fn batch_pill(status: Status) -> StatusPill {
    let tone = match status {
        Status::Queued | Status::Matching | Status::Validating | Status::Paying => Tone::Info,
        Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Paused => Tone::Wait,
        Status::Approved | Status::Completed => Tone::Ok,
        Status::Failed | Status::Error | Status::Rejected => Tone::Bad,
        Status::Cancelled => Tone::Off,
    };
    StatusPill::new(status.label(), tone)
}

/// A payout's status as a pill: once processed, its result says more.
pub(super) fn payout_pill(status: PayoutStatus, result: Option<IntentResult>) -> StatusPill {
    match (status, result) {
        (PayoutStatus::Processed | PayoutStatus::ProcessingInProgress, Some(result)) => result_pill(result),
        _ => {
            let tone = match status {
                PayoutStatus::ValidationPending
                | PayoutStatus::ValidationInProgress
                | PayoutStatus::ProcessingInProgress => Tone::Info,
                PayoutStatus::Scheduled => Tone::Wait,
                PayoutStatus::ValidationFailed | PayoutStatus::IntentCreationFailed => Tone::Bad,
                PayoutStatus::Cancelled => Tone::Off,
                PayoutStatus::Processed => Tone::Ok,
            };
            StatusPill::new(status.label(), tone)
        }
    }
}

/// What an attempt came to, as a pill.
pub(super) fn result_pill(result: IntentResult) -> StatusPill {
    let tone = match result {
        IntentResult::Queued | IntentResult::Initiated => Tone::Info,
        IntentResult::Paid => Tone::Ok,
        IntentResult::Failed | IntentResult::Returned => Tone::Bad,
        IntentResult::Canceled => Tone::Off,
    };
    StatusPill::new(result.label(), tone)
}
