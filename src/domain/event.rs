//! What happened: one line for timeline, audit log and webhooks, written in the transaction that
//! made it, and the chain that makes the log provable.
//!
//! A line's hash covers the hash of the line before it in the same organisation, so a line that was
//! changed, dropped or slipped in breaks every later one.

use crate::domain::ids::{BatchId, OrganisationId, PayoutId, PersonId};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One thing that happened. `kind` is `noun.verb` in the past.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Whose log it goes to.
    pub organisation: OrganisationId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; `None` is the system.
    pub actor: Option<PersonId>,
    /// What, as `batch.approved`.
    pub kind: &'static str,
    /// The batch it concerns.
    pub batch: Option<BatchId>,
    /// The payout it concerns.
    pub payout: Option<PayoutId>,
    /// What is worth keeping beside: amounts, reasons, fingerprints. Never secrets.
    pub data: Value,
}

impl Event {
    /// An event of the organisation as a whole.
    #[must_use]
    pub const fn new(
        organisation: OrganisationId,
        at: DateTime<Utc>,
        kind: &'static str,
        data: Value,
    ) -> Self {
        Self {
            organisation,
            at,
            actor: None,
            kind,
            batch: None,
            payout: None,
            data,
        }
    }

    /// Names who did it.
    #[must_use]
    pub const fn by(mut self, actor: PersonId) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Names the batch.
    #[must_use]
    pub const fn on_batch(mut self, batch: BatchId) -> Self {
        self.batch = Some(batch);
        self
    }

    /// Names the payout.
    #[must_use]
    pub const fn on_payout(mut self, payout: PayoutId) -> Self {
        self.payout = Some(payout);
        self
    }
}

/// What a line's hash covers, as it is stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Line<'a> {
    /// Position in the organisation's log, from 1.
    pub seq: i64,
    /// When, to the microsecond (what Postgres keeps).
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Option<i64>,
    /// What.
    pub kind: &'a str,
    /// The batch's key.
    pub batch: Option<i64>,
    /// The payout's id.
    pub payout: Option<uuid::Uuid>,
    /// The details, with keys in order.
    pub data: &'a Value,
}

/// What the hash of a line covers beside the line before it, by name and in this order: what is missing
/// is empty, and details have their keys in order and no spaces.
#[must_use]
pub fn covered(organisation: OrganisationId, line: &Line<'_>) -> [(&'static str, String); 8] {
    let number = |id: Option<i64>| id.map_or_else(String::new, |id| id.to_string());
    [
        ("organisation", organisation.0.to_string()),
        ("seq", line.seq.to_string()),
        ("at", line.at.to_rfc3339_opts(SecondsFormat::Micros, true)),
        ("actor", number(line.actor)),
        ("kind", line.kind.to_owned()),
        ("batch", number(line.batch)),
        (
            "payout",
            line.payout.map_or_else(String::new, |id| id.to_string()),
        ),
        ("data", canonical(line.data).to_string()),
    ]
}

/// The hash of `line` after a line with hash `previous` (32 zero bytes before the first).
#[must_use]
pub fn chain(previous: &[u8], organisation: OrganisationId, line: &Line<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"countersign event 1\n");
    hash.update(previous);
    for (_, text) in covered(organisation, line) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// The same value with the keys of every object in order, whatever order they are kept in.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, Value> =
                map.iter().map(|(key, value)| (key, canonical(value))).collect();
            Value::Object(
                sorted
                    .into_iter()
                    .map(|(key, value)| (key.clone(), value))
                    .collect(),
            )
        }
        Value::Array(list) => Value::Array(list.iter().map(canonical).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
