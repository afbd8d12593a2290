//! The log as auditors read it: filtered, in pages by time and line, each filter along its own index.
//!
//! Who may read it for some accounts only gets no line about another: neither of its batches nor of the
//! account itself, nor of proposals, which may be about any.

use crate::domain::ids::{BatchId, BatchNumber, OrganisationId, PayoutId, PersonId};
use crate::domain::permission::{Accounts, Scope};
use crate::store::schema::batch;
use crate::store::{Conn, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Jsonb, Nullable, Text, Timestamptz};
use serde_json::Value;
use uuid::Uuid;

/// Lines of a stream that are read at a time.
const STREAM_LINES: i64 = 2_000;

/// What a line is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A batch.
    Batch(BatchId),
    /// A payout.
    Payout(PayoutId),
    /// What the details name: an e-mail, an API client, an account's number, an endpoint's address.
    Named(String),
}

/// Where a page begins: the line that the one before ended with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// When that was.
    pub at: DateTime<Utc>,
    /// Which line.
    pub seq: i64,
}

/// What the log is narrowed by.
#[derive(Clone, Default, Debug)]
pub struct Filter {
    /// Who acted.
    pub person: Option<PersonId>,
    /// What happened, by its stored word.
    pub kind: Option<String>,
    /// What it was about.
    pub subject: Option<Subject>,
    /// From then on.
    pub from: Option<DateTime<Utc>>,
    /// Before then.
    pub to: Option<DateTime<Utc>>,
}

/// A line with the names that people know.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Its number in the organisation's log.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: name and e-mail; `None` is the system, or somebody who is not known.
    pub actor: Option<(String, String)>,
    /// What, by its stored word.
    pub kind: String,
    /// The number of the batch that it is about.
    pub batch: Option<i32>,
    /// The payout that it is about.
    pub payout: Option<PayoutId>,
    /// Details.
    pub data: Value,
    /// Its link of the chain.
    pub hash: Vec<u8>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Integer>)]
    number: Option<i32>,
    #[diesel(sql_type = Nullable<diesel::sql_types::Uuid>)]
    payout_id: Option<Uuid>,
    #[diesel(sql_type = Jsonb)]
    data: Value,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            actor: row.name.zip(row.email),
            kind: row.kind,
            batch: row.number,
            payout: row.payout_id.map(PayoutId),
            data: row.data,
            hash: row.hash,
        }
    }
}

/// A condition that was not asked for is `NULL IS NULL`, which the planner drops: what is left goes
/// along the index of the one filter that was.
const LINES: &str = "
SELECT e.seq, e.at, p.name, p.email, e.kind, b.number, e.payout_id, e.data, e.hash
FROM event e
LEFT JOIN person p ON p.id = e.actor_id
LEFT JOIN batch b ON b.id = e.batch_id
WHERE e.organisation_id = $1
  AND ($2 IS NULL OR e.actor_id = $2)
  AND ($3 IS NULL OR e.kind = $3)
  AND ($4 IS NULL OR e.batch_id = $4)
  AND ($5 IS NULL OR e.payout_id = $5)
  AND ($6 IS NULL OR lower(coalesce(e.data->>'email', e.data->>'client_id', e.data->>'account',
        e.data->>'url', e.data->>'role', e.data->>'template')) = $6)
  AND ($7 IS NULL OR e.at >= $7)
  AND ($8 IS NULL OR e.at < $8)
  AND ($9 IS NULL OR (e.kind NOT LIKE 'proposal.%' AND (e.batch_id IS NULL OR b.account_id = ANY($9))
        AND (e.data->>'account' IS NULL OR EXISTS (SELECT 1 FROM payout_account a
            WHERE a.organisation_id = $1 AND a.id = ANY($9) AND a.number::text = e.data->>'account'))))";

/// Where a page goes on from, and which way it reads.
enum Going {
    NewestFirst(Option<Place>),
    OldestFirst(Option<Place>),
}

fn page(
    conn: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    going: &Going,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    // The first condition on the place is what the index begins at.
    let (order, place) = match going {
        Going::NewestFirst(place) => (
            "AND ($10 IS NULL OR (e.at <= $10 AND (e.at < $10 OR e.seq < $11)))
             ORDER BY e.at DESC, e.seq DESC LIMIT $12",
            place,
        ),
        Going::OldestFirst(place) => (
            "AND ($10 IS NULL OR (e.at >= $10 AND (e.at > $10 OR e.seq > $11)))
             ORDER BY e.at, e.seq LIMIT $12",
            place,
        ),
    };
    let (batch, payout, named) = match &filter.subject {
        Some(Subject::Batch(id)) => (Some(id.0), None, None),
        Some(Subject::Payout(id)) => (None, Some(id.0), None),
        Some(Subject::Named(name)) => (None, None, Some(name.to_lowercase())),
        None => (None, None, None),
    };
    let accounts: Option<Vec<i64>> = match scope.accounts() {
        Accounts::All => None,
        Accounts::Only(own) => Some(own.iter().map(|id| id.0).collect()),
    };
    let rows: Vec<Row> = diesel::sql_query(format!("{LINES} {order}"))
        .bind::<BigInt, _>(scope.organisation().0)
        .bind::<Nullable<BigInt>, _>(filter.person.map(|id| id.0))
        .bind::<Nullable<Text>, _>(filter.kind.as_deref())
        .bind::<Nullable<BigInt>, _>(batch)
        .bind::<Nullable<diesel::sql_types::Uuid>, _>(payout)
        .bind::<Nullable<Text>, _>(named)
        .bind::<Nullable<Timestamptz>, _>(filter.from)
        .bind::<Nullable<Timestamptz>, _>(filter.to)
        .bind::<Nullable<Array<BigInt>>, _>(accounts)
        .bind::<Nullable<Timestamptz>, _>(place.map(|place| place.at))
        .bind::<Nullable<BigInt>, _>(place.map(|place| place.seq))
        .bind::<BigInt, _>(limit)
        .load(conn.0)?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// The next `limit` lines, newest first; after `before`, where a page came before this one.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    before: Option<Place>,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    page(conn, scope, filter, &Going::NewestFirst(before), limit)
}

/// Every line, oldest first, one page of them in memory at a time.
///
/// # Errors
/// What the database says, or `each`.
pub fn stream<E: From<StoreError>>(
    conn: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    mut each: impl FnMut(&Entry) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = None;
    loop {
        let entries = page(conn, scope, filter, &Going::OldestFirst(after), STREAM_LINES)?;
        for entry in &entries {
            each(entry)?;
        }
        match entries.last() {
            Some(last) if entries.len() == usize::try_from(STREAM_LINES).unwrap_or(usize::MAX) => {
                after = Some(Place {
                    at: last.at,
                    seq: last.seq,
                });
            }
            Some(_) | None => return Ok(()),
        }
    }
}

/// The batch of this number, for naming what a line is about.
///
/// # Errors
/// What the database says.
pub fn find_batch(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    number: BatchNumber,
) -> Result<Option<BatchId>, StoreError> {
    let id: Option<i64> = batch::table
        .filter(
            batch::organisation_id
                .eq(organisation.0)
                .and(batch::number.eq(number.get())),
        )
        .select(batch::id)
        .first(conn.0)
        .optional()?;
    Ok(id.map(BatchId))
}
