//! Recomputing an organisation's chain of lines, page by page, so that a log of any length is proved in
//! constant memory and whoever waits can be told how far it is.
//!
//! The invariant: what is recomputed is the log as its head named it when the walk began; lines that
//! are appended meanwhile are left to the next walk.

use crate::domain::event::{Line, chain};
use crate::domain::ids::OrganisationId;
use crate::store::schema::{event, event_head};
use crate::store::{Conn, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// Lines read at a time.
const PAGE_LINES: i64 = 5_000;

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

/// A recomputation under way.
#[derive(Debug)]
pub struct Walk {
    organisation: OrganisationId,
    last: i64,
    head: Vec<u8>,
    done: i64,
    previous: Vec<u8>,
    mark: Option<i64>,
    at_mark: Option<Vec<u8>>,
    broken: Option<i64>,
}

impl Walk {
    /// Begins at the first line; the hash of the line `mark` is kept on the way.
    ///
    /// # Errors
    /// What the database says.
    pub fn begin(
        conn: &mut Conn<'_>,
        organisation: OrganisationId,
        mark: Option<i64>,
    ) -> Result<Self, StoreError> {
        let (last, head) = load_head(conn, organisation)?;
        Ok(Self {
            organisation,
            last,
            head,
            done: 0,
            previous: vec![0; 32],
            mark,
            at_mark: None,
            broken: None,
        })
    }

    /// Lines that the log has.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.last
    }

    /// Lines recomputed by now.
    #[must_use]
    pub const fn done(&self) -> i64 {
        self.done
    }

    /// The hash of the marked line, where the walk has come by it.
    #[must_use]
    pub fn at_mark(&self) -> Option<&[u8]> {
        self.at_mark.as_deref()
    }

    /// Recomputes the next page; answers the verdict when there is nothing more to do.
    ///
    /// # Errors
    /// What the database says.
    pub fn go_on(&mut self, conn: &mut Conn<'_>) -> Result<Option<Verdict>, StoreError> {
        let rows: Vec<ChainRow> = event::table
            .filter(
                event::organisation_id
                    .eq(self.organisation.0)
                    .and(event::seq.gt(self.done))
                    .and(event::seq.le(self.last)),
            )
            .order(event::seq)
            .limit(PAGE_LINES)
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
            return Ok(Some(self.end()));
        }
        for row in rows {
            if !self.take(row) {
                break;
            }
        }
        Ok(self.broken.map(Verdict::BrokenAt))
    }

    /// Whether the line is the next link.
    fn take(&mut self, row: ChainRow) -> bool {
        let next = self.done + 1;
        let line = Line {
            seq: row.seq,
            at: row.at,
            actor: row.actor_id,
            kind: &row.kind,
            batch: row.batch_id,
            payout: row.payout_id,
            data: &row.data,
        };
        let hash = chain(&self.previous, self.organisation, &line);
        if row.seq != next || hash.as_slice() != row.hash.as_slice() {
            self.broken = Some(next);
            return false;
        }
        if self.mark == Some(next) {
            self.at_mark = Some(row.hash.clone());
        }
        self.done = next;
        self.previous = row.hash;
        true
    }

    fn end(&self) -> Verdict {
        if self.done == self.last && self.previous == self.head {
            Verdict::Whole(self.done)
        } else {
            Verdict::BrokenAt(self.done + 1)
        }
    }
}

/// The last line of an organisation's log and its hash, as the head says.
///
/// # Errors
/// What the database says.
pub fn load_head(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<(i64, Vec<u8>), StoreError> {
    Ok(event_head::table
        .find(organisation.0)
        .select((event_head::seq, event_head::hash))
        .first(conn.0)?)
}

/// Recomputes the organisation's chain from end to end.
///
/// # Errors
/// What the database says.
pub fn verify(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<Verdict, StoreError> {
    let mut walk = Walk::begin(conn, organisation, None)?;
    loop {
        if let Some(verdict) = walk.go_on(conn)? {
            return Ok(verdict);
        }
    }
}
