//! What a flow refused with, in the caller's language. Which status goes with it is `error`'s.

use super::words::{Arg, say};
use crate::domain::authorisation::{Act, Refusal};
use crate::flows::FlowError;
use crate::flows::error::CoolingDown;
use crate::http::language::Language;
use crate::store::StoreError;

/// The fixed sentence of every 403.
const NOT_AUTHORIZED: &str = "User not authorized";

/// The message; whatever the database said stays here.
pub(super) fn refusal(error: &FlowError, language: Language) -> String {
    let said = |key: &str| say(language, key, &[]);
    match error {
        FlowError::Store(error) => match error {
            StoreError::Unavailable => said("error-busy"),
            StoreError::NotFound(_) => said("error-not-found"),
            StoreError::Stale(_) | StoreError::Refused(_) => said("error-changed-meanwhile"),
            StoreError::Corrupt(_) | StoreError::Database(_) => said("error-ours"),
        },
        FlowError::NotPermitted(_) | FlowError::Code(_) | FlowError::Passkey(_) => NOT_AUTHORIZED.to_owned(),
        FlowError::Refused(refusal) => of_batch(refusal, language),
        // Proposals and paying again are acts of pages only: no call gets far enough to need the details.
        FlowError::Proposal(refusal) if refusal.is_duty() => NOT_AUTHORIZED.to_owned(),
        FlowError::Proposal(_) => said("refusal-proposal"),
        FlowError::NotAgain { reference, .. } => {
            let args = [("reference", Arg::from(reference.as_str()))];
            say(language, "refusal-not-again", &args)
        }
        FlowError::CoolingDown(wait) => of_wait(wait, language),
        FlowError::FingerprintStale => said("refusal-fingerprint"),
        FlowError::RowStale => said("refusal-row"),
        FlowError::NotEditable { row, status } => {
            let args = [
                ("row", Arg::from(row.to_string())),
                ("status", Arg::from(status.as_str())),
            ];
            say(language, "refusal-not-editable", &args)
        }
        FlowError::NobodyCanSign { level, missing } => {
            let args = [
                ("eyes", Arg::from(level.eyes().to_string())),
                ("permission", Arg::from(missing.as_str())),
            ];
            say(language, "refusal-nobody", &args)
        }
        FlowError::ControlFigures(figures) => say(
            language,
            "refusal-figures",
            &[("figures", Arg::from(figures.as_str()))],
        ),
        FlowError::Shortfall {
            available,
            needed,
            shortfall,
        } => {
            let args = [
                ("available", Arg::from(available.to_string())),
                ("needed", Arg::from(needed.to_string())),
                ("shortfall", Arg::from(shortfall.to_string())),
            ];
            say(language, "refusal-shortfall", &args)
        }
        FlowError::ReferencesInUse { count, first, batch } => {
            let args = [
                ("count", Arg::from(count.to_string())),
                ("first", Arg::from(first.as_str())),
                ("batch", Arg::from(batch.to_string())),
            ];
            say(language, "refusal-references", &args)
        }
        FlowError::Invalid { .. } => say(language, "error-faults", &[("count", Arg::from(1))]),
    }
}

fn of_wait(wait: &CoolingDown, language: Language) -> String {
    match wait {
        CoolingDown::Comparing => say(language, "refusal-comparing", &[]),
        CoolingDown::Until { rows, hours, until } => {
            // "3 rows": the number is the same in every language.
            let count = rows.split(' ').next().unwrap_or_default();
            // Names of months are English; a date in figures is read everywhere.
            let moment = match language {
                Language::English => "%-d %b %Y, %H:%M %Z",
                Language::French | Language::Arabic => "%Y-%m-%d %H:%M %Z",
            };
            let args = [
                ("rows", Arg::from(count)),
                ("hours", Arg::from(hours.to_string())),
                ("until", Arg::from(until.format(moment).to_string())),
            ];
            say(language, "refusal-cooling-down", &args)
        }
    }
}

fn of_batch(refusal: &Refusal, language: Language) -> String {
    match refusal {
        Refusal::Permission(_)
        | Refusal::Signed(_)
        | Refusal::Maker
        | Refusal::NotInitiator
        | Refusal::NoSecondFactor => NOT_AUTHORIZED.to_owned(),
        Refusal::Status { status, act } => {
            let status = say(language, &format!("batch-{}", status.as_str()), &[]);
            say(language, refused(*act), &[("status", Arg::from(status))])
        }
        Refusal::AllClaimed => say(language, "refusal-all-claimed", &[]),
        Refusal::NothingPayable => say(language, "refusal-nothing-payable", &[]),
    }
}

const fn refused(act: Act) -> &'static str {
    match act {
        Act::Edit => "refusal-edit",
        Act::Reschedule => "refusal-reschedule",
        Act::Submit => "refusal-submit",
        Act::Recall => "refusal-recall",
        Act::Review => "refusal-review",
        Act::Approve => "refusal-approve",
        Act::Release => "refusal-release",
        Act::Return => "refusal-return",
        Act::Reject => "refusal-reject",
        Act::Cancel => "refusal-cancel",
        Act::Pause => "refusal-pause",
        Act::Resume => "refusal-resume",
    }
}
