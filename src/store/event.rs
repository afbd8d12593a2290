//! The log: appended under the lock of its head, read as timeline, recomputed as proof.

use super::schema::{event, event_head};
use super::{Conn, StoreError, Tx};
use crate::domain::event::{Event, Line, chain};
use crate::domain::ids::{BatchId, OrganisationId, PayoutId, PersonId};
use chrono::{DateTime, SubsecRound, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// Lines read at a time when the chain is recomputed.
const VERIFY_PAGE: i64 = 5_000;

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
    let data = with_client(&what.data, tx.client());
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

/// The details with the API client that acted, where one did.
fn with_client(data: &Value, client: Option<&str>) -> Value {
    let mut data = data.clone();
    if let (Some(details), Some(client)) = (data.as_object_mut(), client) {
        details.insert("client".to_owned(), Value::from(client));
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
        .filter(event::batch_id.eq(batch.0))
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

/// What recomputing a log found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Every link holds, over this many lines.
    Whole(i64),
    /// The first line that is missing or whose hash is not what it should be.
    BrokenAt(i64),
}

#[derive(Queryable)]
struct ChainRow {
    seq: i64,
    at: DateTime<Utc>,
    actor_id: Option<i64>,
    kind: String,
    batch_id: Option<i64>,
    payout_id: Option<Uuid>,
    data: Value,
    hash: Vec<u8>,
}

/// Recomputes the organisation's chain, page by page.
///
/// # Errors
/// What the database says.
pub fn verify(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<Verdict, StoreError> {
    let (last, head): (i64, Vec<u8>) = event_head::table
        .find(organisation.0)
        .select((event_head::seq, event_head::hash))
        .first(conn.0)?;
    let (mut seq, mut previous) = (0_i64, vec![0_u8; 32]);
    loop {
        let rows: Vec<ChainRow> = event::table
            .filter(
                event::organisation_id
                    .eq(organisation.0)
                    .and(event::seq.gt(seq))
                    .and(event::seq.le(last)),
            )
            .order(event::seq)
            .limit(VERIFY_PAGE)
            .select((
                event::seq,
                event::at,
                event::actor_id,
                event::kind,
                event::batch_id,
                event::payout_id,
                event::data,
                event::hash,
            ))
            .load(conn.0)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            seq += 1;
            let line = Line {
                seq: row.seq,
                at: row.at,
                actor: row.actor_id,
                kind: &row.kind,
                batch: row.batch_id,
                payout: row.payout_id,
                data: &row.data,
            };
            if row.seq != seq || chain(&previous, organisation, &line).as_slice() != row.hash.as_slice() {
                return Ok(Verdict::BrokenAt(seq));
            }
            previous = row.hash;
        }
    }
    Ok(if seq == last && previous == head {
        Verdict::Whole(seq)
    } else {
        Verdict::BrokenAt(seq + 1)
    })
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
