//! Payouts of an organisation: found by metadata, reference, status and age, or by id.

use super::bulk::{id_in_path, show};
use super::error::ApiError;
use super::faults::Faults;
use super::listed::{Page, page_size};
use super::words::Arg;
use crate::domain::ids::PayoutId;
use crate::domain::payout::{Result as Outcome, Status};
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::store::payout::{self, Asked};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Pairs of metadata in one question.
const PAIRS_MAX: usize = 10;

/// GET `/payouts`.
pub(super) fn list(call: &Call) -> Result<Answer, ApiError> {
    let scope = call
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let mut faults = call.faults();
    let size = page_size(call, &mut faults);
    let pairs = pairs(call, &mut faults);
    let status = call.asked("status");
    if status.is_some_and(|text| Status::parse(text).is_none() && Outcome::parse(text).is_none()) {
        let words: Vec<&str> = Status::ALL
            .iter()
            .map(|status| status.as_str())
            .chain(Outcome::ALL.iter().map(|result| result.as_str()))
            .collect();
        faults.add("status", "fault-one-of", &[("list", Arg::from(words.join(", ")))]);
    }
    let created_after = call.asked("created_after").map(moment);
    if created_after == Some(None) {
        faults.add("created_after", "fault-moment", &[]);
    }
    let after = call.asked("after").map(|text| text.parse::<Uuid>().ok());
    if after == Some(None) {
        faults.add("after", "fault-page-token", &[]);
    }
    faults.unless_any(())?;
    let asked = Asked {
        metadata: (!pairs.is_empty()).then_some(Value::Object(pairs)),
        reference: call.asked("reference").map(str::to_owned),
        status: status.map(str::to_owned),
        created_after: created_after.flatten(),
        after: after.flatten().map(PayoutId),
    };
    let page = call.read(|conn| {
        let rows = payout::list_asked(conn, &scope, &asked, size + 1)?;
        let (rows, next) = Page::<()>::cut(rows, size, |row| row.id.to_string());
        let data = show(conn, &rows, call.language)?;
        Ok::<_, ApiError>(Page { data, next })
    })?;
    Ok(Answer::ok(&page))
}

/// The pairs of metadata that are asked for. What begins like one and is none is told: passed over, it
/// would find everything.
fn pairs(call: &Call, faults: &mut Faults) -> Map<String, Value> {
    let mut pairs = Map::new();
    for (name, value) in &call.query {
        let Some(rest) = name.strip_prefix("metadata") else {
            continue;
        };
        let key = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let Some(key) = key.filter(|key| !key.is_empty()) else {
            faults.add(name, "fault-metadata-pair", &[]);
            continue;
        };
        let other = pairs.insert(key.to_owned(), Value::String(value.clone()));
        if other.is_some_and(|other| other.as_str() != Some(value)) {
            faults.add(name, "fault-two-values", &[]);
        }
    }
    if pairs.len() > PAIRS_MAX {
        let args = [
            ("count", Arg::from(pairs.len())),
            ("min", Arg::from(0)),
            ("max", Arg::from(PAIRS_MAX)),
        ];
        faults.add("metadata", "fault-count", &args);
    }
    pairs
}

/// An instant (RFC 3339), or the beginning of a day in UTC.
///
/// A `+` that was not escaped arrives as a space; an instant has none otherwise.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(&text.replace(' ', "+")).map(|at| at.with_timezone(&Utc));
    instant.ok().or_else(|| {
        let day: NaiveDate = text.parse().ok()?;
        Some(day.and_time(NaiveTime::MIN).and_utc())
    })
}

/// GET `/payouts/{id}`.
pub(super) fn get(call: &Call) -> Result<Answer, ApiError> {
    let id = PayoutId(id_in_path(call)?);
    let scope = call
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let found = call.read(|conn| {
        let row = payout::find(conn, &scope, id)?.ok_or(ApiError::NotFound("payout"))?;
        show(conn, &[row], call.language)
    })?;
    found.first().map(Answer::ok).ok_or(ApiError::NotFound("payout"))
}
