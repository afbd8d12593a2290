//! The log: appended under the lock of its head, read as timeline; recomputed as proof (`chain`), read
//! as the audit log (`log`).

pub mod chain;
pub mod log;

pub use chain::{Verdict, verify};

use super::schema::{event, event_head};
use super::{Asked, Conn, StoreError, Tx, person};
use crate::domain::event::{Event, Line, chain};
use crate::domain::ids::{BatchId, PayoutId, PersonId};
use crate::domain::log::DENIED;
use chrono::{DateTime, SubsecRound, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// Appends to the organisation's log. Do it last in a transaction: the head stays locked until the
/// end.
///
/// # Errors
/// What the database says.
pub fn append(tx: &mut Tx<'_>, what: &Event) -> Result<(), StoreError> {
    let (last, previous): (i64, Vec<u8>) = event_head::table
        .find(what.organisation.0)
        .select((event_head::seq, event_head::hash))
        .for_update()
        .first(tx.pg())?;
    let seq = last + 1;
    // Postgres keeps microseconds; the hash must cover what is kept.
    let at = what.at.trunc_subsecs(6);
    let data = with_asked(&what.data, tx.asked());
    let line = Line {
        seq,
        at,
        actor: what.actor.map(|id| id.0),
        kind: what.kind,
        batch: what.batch.map(|id| id.0),
        payout: what.payout.map(|id| id.0),
        data: &data,
    };
    let hash = chain(&previous, what.organisation, &line);
    diesel::insert_into(event::table)
        .values((
            event::organisation_id.eq(what.organisation.0),
            event::seq.eq(seq),
            event::at.eq(at),
            event::actor_id.eq(line.actor),
            event::kind.eq(what.kind),
            event::batch_id.eq(line.batch),
            event::payout_id.eq(line.payout),
            event::data.eq(&data),
            event::hash.eq(hash.as_slice()),
        ))
        .execute(tx.pg())?;
    diesel::update(event_head::table.find(what.organisation.0))
        .set((event_head::seq.eq(seq), event_head::hash.eq(hash.as_slice())))
        .execute(tx.pg())?;
    Ok(())
}

/// Appends what changes a person's sign-in to the log of every organisation that they act for: whoever
/// trusts their signature there has to be able to see it.
///
/// # Errors
/// What the database says.
pub fn append_wherever(tx: &mut Tx<'_>, whose: PersonId, what: &Event) -> Result<(), StoreError> {
    let mut organisations = person::list_organisations(tx, whose)?;
    organisations.push(what.organisation);
    // In one order, so that two who do this never wait for each other.
    organisations.sort_unstable();
    organisations.dedup();
    for organisation in organisations {
        let there = Event {
            organisation,
            ..what.clone()
        };
        append(tx, &there)?;
    }
    Ok(())
}

/// The details with where the act came from, and the API client that acted, where one did.
fn with_asked(data: &Value, asked: Asked<'_>) -> Value {
    let mut data = data.clone();
    if let Some(details) = data.as_object_mut() {
        if let Some(client) = asked.client {
            details.insert("client".to_owned(), Value::from(client));
        }
        if let Some(address) = asked.address {
            details.insert("address".to_owned(), Value::from(address));
        }
    }
    data
}

/// A line as timelines show it.
#[derive(Clone, PartialEq, Debug)]
pub struct Past {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None` is the system.
    pub actor: Option<PersonId>,
    /// What.
    pub kind: String,
    /// Which payout, where it is about one.
    pub payout: Option<PayoutId>,
    /// Details.
    pub data: Value,
}

type PastRow = (DateTime<Utc>, Option<i64>, String, Option<Uuid>, Value);

/// What happened to a batch, newest first, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_of_batch(conn: &mut Conn<'_>, batch: BatchId, limit: i64) -> Result<Vec<Past>, StoreError> {
    let rows: Vec<PastRow> = event::table
        // Who was refused what is for those who read the audit log.
        .filter(event::batch_id.eq(batch.0).and(event::kind.ne(DENIED)))
        .order(event::seq.desc())
        .limit(limit)
        .select((
            event::at,
            event::actor_id,
            event::kind,
            event::payout_id,
            event::data,
        ))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|(at, actor, kind, payout, data)| Past {
            at,
            actor: actor.map(PersonId),
            kind,
            payout: payout.map(PayoutId),
            data,
        })
        .collect())
}

/// What happened to one payout by itself, newest first, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_of_payout(
    conn: &mut Conn<'_>,
    batch: BatchId,
    payout: PayoutId,
    limit: i64,
) -> Result<Vec<Past>, StoreError> {
    // The batch is named for its index; a payout has none of its own.
    let rows: Vec<(DateTime<Utc>, Option<i64>, String, Value)> = event::table
        .filter(event::batch_id.eq(batch.0).and(event::payout_id.eq(payout.0)))
        .order(event::seq.desc())
        .limit(limit)
        .select((event::at, event::actor_id, event::kind, event::data))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|(at, actor, kind, data)| Past {
            at,
            actor: actor.map(PersonId),
            kind,
            payout: Some(payout),
            data,
        })
        .collect())
}

/// When something of this kind first happened to a batch.
///
/// # Errors
/// What the database says.
pub fn find_first(
    conn: &mut Conn<'_>,
    batch: BatchId,
    kind: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(event::table
        .filter(event::batch_id.eq(batch.0).and(event::kind.eq(kind)))
        .order(event::seq)
        .select(event::at)
        .first(conn.0)
        .optional()?)
}
