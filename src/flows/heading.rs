//! What is asked once for a whole batch, beside its rows: the account, the date, the purpose, the
//! control figures, each as typed. Shared by everything that opens a batch from a form.
//!
//! The invariant: what can't be read is told at its field, and nothing is guessed.

use crate::domain::ids::AccountNumber;
use crate::domain::money::{Amount, Currency, NumberStyle};
use crate::domain::pay_on;
use crate::domain::purpose::Purpose;
use crate::flows::FlowError;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The account that a batch is paid from.
///
/// # Errors
/// `Invalid` where it is no number of one.
pub fn account_number(text: &str) -> Result<AccountNumber, FlowError> {
    AccountNumber::parse(text.trim()).ok_or_else(|| {
        FlowError::invalid(
            "account",
            "Choose the payout account that the batch is paid from.",
        )
    })
}

/// When rows are paid that don't say it; `None` is when approved.
///
/// # Errors
/// `Invalid` where it is no date, or one that has passed.
pub fn date(text: &str, zone: Tz, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, FlowError> {
    match text.trim() {
        "" => Ok(None),
        text => pay_on::parse(text, zone, now)
            .map(Some)
            .map_err(|fault| FlowError::invalid("pay_on", format!("{fault}. {}", fault.remedy()))),
    }
}

/// What rows are paid for that don't say it.
///
/// # Errors
/// `Invalid` where it is none of the 20.
pub fn purpose(text: &str) -> Result<Option<Purpose>, FlowError> {
    match text.trim() {
        "" => Ok(None),
        text => Purpose::parse(text).map(Some).ok_or_else(|| {
            FlowError::invalid("purpose", "Choose one of the 20 purposes, or leave it empty.")
        }),
    }
}

/// How many rows there should be, and what they should add up to in minor units.
///
/// # Errors
/// `Invalid` with the field that is malformed.
pub fn control_figures(
    (count, total): (&str, &str),
    currency: Currency,
) -> Result<(Option<i64>, Option<i64>), FlowError> {
    let count = match count.trim() {
        "" => None,
        text => Some(
            text.replace([',', ' '], "")
                .parse::<i64>()
                .ok()
                .filter(|count| *count > 0)
                .ok_or_else(|| {
                    FlowError::invalid(
                        "control_count",
                        "Write the number of rows in digits, such as 100, or leave it empty.",
                    )
                })?,
        ),
    };
    let total = match total.trim() {
        "" => None,
        text => Some(
            Amount::parse(text, currency, NumberStyle::Point).map_err(|fault| {
                FlowError::invalid("control_total", format!("{fault}. {}", fault.remedy()))
            })?,
        ),
    };
    Ok((count, total))
}

/// What a form is known by, so that sending it twice opens one batch: its own key with what was sent,
/// so that whoever goes back and sends other rows opens another one.
#[must_use]
pub fn form_digest(key: Uuid, rows: &[u8], typed: &[&str]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(key.as_bytes());
    digest.update(Sha256::digest(rows));
    for text in typed {
        digest.update(text.as_bytes());
        digest.update([0]);
    }
    digest.finalize().into()
}
