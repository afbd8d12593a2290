//! Endpoints: where an organisation wants to hear of what happens.

use crate::domain::ids::{EndpointId, OrganisationId, PersonId};
use crate::domain::permission::Scope;
use crate::domain::webhook::{EventType, LANES};
use crate::store::schema::{api_client, event_head, webhook_cursor, webhook_endpoint, webhook_lane};
use crate::store::{Conn, StoreError, Tx, corrupt};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Why nothing is sent to an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Off {
    /// A person switched it off.
    Person,
    /// It answered 410 Gone.
    Gone,
    /// It failed for days.
    Failing,
}

impl Off {
    /// The stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Person, Self::Gone, Self::Failing]
            .into_iter()
            .find(|off| off.as_str() == text)
    }
}

/// An endpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// Key.
    pub id: EndpointId,
    /// As addresses of pages name it.
    pub public_id: Uuid,
    /// Whose.
    pub organisation: OrganisationId,
    /// Where.
    pub url: String,
    /// What it wants to hear.
    pub events: Vec<EventType>,
    /// The API client whose request named it; `None` where a person made it.
    pub api_client: Option<i64>,
    /// Who made it.
    pub created_by: Option<PersonId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Its first failure after its last success.
    pub failing_since: Option<DateTime<Utc>>,
    /// Since when and why nothing is sent to it.
    pub off: Option<(DateTime<Utc>, Off)>,
}

type Row = (
    (i64, Uuid, i64, String, Vec<String>),
    (Option<i64>, Option<i64>, DateTime<Utc>),
    (Option<DateTime<Utc>>, Option<DateTime<Utc>>, Option<String>),
);

type Columns = (
    (
        webhook_endpoint::id,
        webhook_endpoint::public_id,
        webhook_endpoint::organisation_id,
        webhook_endpoint::url,
        webhook_endpoint::events,
    ),
    (
        webhook_endpoint::api_client_id,
        webhook_endpoint::created_by,
        webhook_endpoint::created_at,
    ),
    (
        webhook_endpoint::failing_since,
        webhook_endpoint::off_at,
        webhook_endpoint::off_because,
    ),
);

const COLUMNS: Columns = (
    (
        webhook_endpoint::id,
        webhook_endpoint::public_id,
        webhook_endpoint::organisation_id,
        webhook_endpoint::url,
        webhook_endpoint::events,
    ),
    (
        webhook_endpoint::api_client_id,
        webhook_endpoint::created_by,
        webhook_endpoint::created_at,
    ),
    (
        webhook_endpoint::failing_since,
        webhook_endpoint::off_at,
        webhook_endpoint::off_because,
    ),
);

fn read(row: Row) -> Result<Endpoint, StoreError> {
    let (
        (id, public_id, organisation, url, events),
        (api_client, created_by, created_at),
        (failing_since, off_at, because),
    ) = row;
    let off = match (off_at, because) {
        (Some(at), Some(word)) => Some((at, Off::parse(&word).ok_or_else(|| corrupt("off", word))?)),
        (_, _) => None,
    };
    Ok(Endpoint {
        id: EndpointId(id),
        public_id,
        organisation: OrganisationId(organisation),
        url,
        events: events
            .iter()
            .filter_map(|word| EventType::parse_choice(word))
            .collect(),
        api_client,
        created_by: created_by.map(PersonId),
        created_at,
        failing_since,
        off,
    })
}

/// A new endpoint of a person's.
pub struct NewEndpoint<'a> {
    /// As addresses of pages name it.
    pub public_id: Uuid,
    /// Where.
    pub url: &'a str,
    /// What it wants to hear.
    pub events: &'a [EventType],
}

/// Makes an endpoint that hears of everything from now on.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    new: &NewEndpoint<'_>,
    now: DateTime<Utc>,
) -> Result<EndpointId, StoreError> {
    let organisation = scope.organisation();
    let seq = follow(tx, organisation)?;
    let words: Vec<&str> = new.events.iter().map(|event| event.as_str()).collect();
    let id: i64 = diesel::insert_into(webhook_endpoint::table)
        .values((
            webhook_endpoint::public_id.eq(new.public_id),
            webhook_endpoint::organisation_id.eq(organisation.0),
            webhook_endpoint::url.eq(new.url),
            webhook_endpoint::events.eq(words),
            webhook_endpoint::from_seq.eq(seq),
            webhook_endpoint::created_by.eq(scope.person().0),
            webhook_endpoint::created_at.eq(now),
        ))
        .returning(webhook_endpoint::id)
        .get_result(tx.pg())?;
    insert_lanes(tx, organisation, id)?;
    Ok(EndpointId(id))
}

/// Sees to it that the organisation's log is told from now on; answers its last line.
fn follow(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<i64, StoreError> {
    let seq: i64 = event_head::table
        .find(organisation.0)
        .select(event_head::seq)
        .first(tx.pg())?;
    diesel::insert_into(webhook_cursor::table)
        .values((
            webhook_cursor::organisation_id.eq(organisation.0),
            webhook_cursor::seq.eq(seq),
        ))
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    Ok(seq)
}

fn insert_lanes(tx: &mut Tx<'_>, organisation: OrganisationId, id: i64) -> Result<(), StoreError> {
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            (
                webhook_lane::endpoint_id.eq(id),
                webhook_lane::lane.eq(lane),
                webhook_lane::organisation_id.eq(organisation.0),
            )
        })
        .collect();
    diesel::insert_into(webhook_lane::table)
        .values(lanes)
        .execute(tx.pg())?;
    Ok(())
}

/// The endpoint that a request named itself, made where it is new; and whether it is.
///
/// # Errors
/// What the database says.
pub fn ensure_for_request(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    (client, url): (i64, &str),
    now: DateTime<Utc>,
) -> Result<Option<EndpointId>, StoreError> {
    let found: Option<(i64, Option<DateTime<Utc>>)> = webhook_endpoint::table
        .filter(
            webhook_endpoint::organisation_id
                .eq(organisation.0)
                .and(webhook_endpoint::api_client_id.eq(client))
                .and(webhook_endpoint::url.eq(url)),
        )
        .select((webhook_endpoint::id, webhook_endpoint::off_at))
        .first(tx.pg())
        .optional()?;
    if let Some((id, off_at)) = found {
        return Ok(off_at.is_none().then_some(EndpointId(id)));
    }
    let id: i64 = diesel::insert_into(webhook_endpoint::table)
        .values((
            webhook_endpoint::public_id.eq(Uuid::now_v7()),
            webhook_endpoint::organisation_id.eq(organisation.0),
            webhook_endpoint::api_client_id.eq(client),
            webhook_endpoint::url.eq(url),
            webhook_endpoint::events.eq(vec![EventType::PayoutStatus.as_str()]),
            webhook_endpoint::from_seq.eq(0_i64),
            webhook_endpoint::created_at.eq(now),
        ))
        .returning(webhook_endpoint::id)
        .get_result(tx.pg())?;
    insert_lanes(tx, organisation, id)?;
    Ok(Some(EndpointId(id)))
}

/// The organisation's endpoints in the order they were made, removed ones left out.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, scope: &Scope) -> Result<Vec<Endpoint>, StoreError> {
    let rows: Vec<Row> = webhook_endpoint::table
        .filter(
            webhook_endpoint::organisation_id
                .eq(scope.organisation().0)
                .and(webhook_endpoint::removed_at.is_null()),
        )
        .order(webhook_endpoint::id)
        .select(COLUMNS)
        .load(conn.0)?;
    rows.into_iter().map(read).collect()
}

/// One endpoint.
///
/// # Errors
/// `NotFound` where it is another organisation's, or removed.
pub fn load(conn: &mut Conn<'_>, scope: &Scope, public_id: Uuid) -> Result<Endpoint, StoreError> {
    let row: Option<Row> = webhook_endpoint::table
        .filter(
            webhook_endpoint::public_id
                .eq(public_id)
                .and(webhook_endpoint::organisation_id.eq(scope.organisation().0))
                .and(webhook_endpoint::removed_at.is_null()),
        )
        .select(COLUMNS)
        .first(conn.0)
        .optional()?;
    read(row.ok_or(StoreError::NotFound("webhook"))?)
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// The same.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, public_id: Uuid) -> Result<Endpoint, StoreError> {
    let found = load(tx, scope, public_id)?;
    lock_by_id(tx, found.id)?;
    load(tx, scope, public_id)
}

/// Locks an endpoint, whoever's it is.
///
/// # Errors
/// `NotFound`.
pub fn lock_by_id(tx: &mut Tx<'_>, id: EndpointId) -> Result<Endpoint, StoreError> {
    let row: Option<Row> = webhook_endpoint::table
        .find(id.0)
        .select(COLUMNS)
        .for_no_key_update()
        .first(tx.pg())
        .optional()?;
    read(row.ok_or(StoreError::NotFound("webhook"))?)
}

/// Who is told about an endpoint: who made it, or whose API client's request named it.
///
/// # Errors
/// What the database says.
pub fn find_owner(conn: &mut Conn<'_>, endpoint: &Endpoint) -> Result<Option<PersonId>, StoreError> {
    let Some(client) = endpoint.api_client else {
        return Ok(endpoint.created_by);
    };
    let owner: Option<i64> = api_client::table
        .filter(
            api_client::id
                .eq(client)
                .and(api_client::organisation_id.eq(endpoint.organisation.0)),
        )
        .select(api_client::person_id)
        .first(conn.0)
        .optional()?;
    Ok(owner.map(PersonId))
}

/// Changes what it wants to hear.
///
/// # Errors
/// What the database says.
pub fn set_events(tx: &mut Tx<'_>, id: EndpointId, events: &[EventType]) -> Result<(), StoreError> {
    let words: Vec<&str> = events.iter().map(|event| event.as_str()).collect();
    diesel::update(webhook_endpoint::table.find(id.0))
        .set(webhook_endpoint::events.eq(words))
        .execute(tx.pg())?;
    Ok(())
}

/// Sends nothing to it from now on; what waits goes on waiting.
///
/// # Errors
/// What the database says.
pub fn switch_off(
    tx: &mut Tx<'_>,
    id: EndpointId,
    because: Off,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(webhook_endpoint::table.find(id.0))
        .set((
            webhook_endpoint::off_at.eq(now),
            webhook_endpoint::off_because.eq(because.as_str()),
        ))
        .execute(tx.pg())?;
    set_lanes(tx, id, None)
}

/// Sends to it again, what waited first.
///
/// # Errors
/// What the database says.
pub fn switch_on(tx: &mut Tx<'_>, id: EndpointId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(webhook_endpoint::table.find(id.0))
        .set((
            webhook_endpoint::off_at.eq(None::<DateTime<Utc>>),
            webhook_endpoint::off_because.eq(None::<String>),
            webhook_endpoint::failing_since.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.pg())?;
    set_lanes(tx, id, Some(now))
}

/// Takes it out of every list; what was sent is kept.
///
/// # Errors
/// What the database says.
pub fn remove(tx: &mut Tx<'_>, id: EndpointId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(webhook_endpoint::table.find(id.0))
        .set(webhook_endpoint::removed_at.eq(now))
        .execute(tx.pg())?;
    set_lanes(tx, id, None)
}

fn set_lanes(tx: &mut Tx<'_>, id: EndpointId, next_at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    lock_lanes(tx, &[id])?;
    diesel::update(webhook_lane::table.filter(webhook_lane::endpoint_id.eq(id.0)))
        .set((webhook_lane::next_at.eq(next_at), webhook_lane::failures.eq(0)))
        .execute(tx.pg())?;
    Ok(())
}

/// Locks all lanes of these endpoints in one order, so that nobody waits in a ring.
pub(super) fn lock_lanes(tx: &mut Tx<'_>, ids: &[EndpointId]) -> Result<(), StoreError> {
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let _locked: Vec<i16> = webhook_lane::table
        .filter(webhook_lane::endpoint_id.eq_any(keys))
        .order((webhook_lane::endpoint_id, webhook_lane::lane))
        .select(webhook_lane::lane)
        .for_update()
        .load(tx.pg())?;
    Ok(())
}

/// Notes a success or a failure of a locked endpoint.
///
/// # Errors
/// What the database says.
pub fn note_failing(tx: &mut Tx<'_>, id: EndpointId, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    diesel::update(webhook_endpoint::table.find(id.0))
        .set(webhook_endpoint::failing_since.eq(since))
        .execute(tx.pg())?;
    Ok(())
}

/// An endpoint of a person's that is on, as messages are sorted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hearer {
    /// Which.
    pub id: EndpointId,
    /// As a test names it.
    pub public_id: Uuid,
    /// What it wants to hear.
    pub events: Vec<EventType>,
    /// It hears of later lines only.
    pub from_seq: i64,
}

/// Who hears in an organisation.
///
/// # Errors
/// What the database says.
pub fn list_hearers(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<Vec<Hearer>, StoreError> {
    let rows: Vec<(i64, Uuid, Vec<String>, i64)> = webhook_endpoint::table
        .filter(
            webhook_endpoint::organisation_id
                .eq(organisation.0)
                .and(webhook_endpoint::api_client_id.is_null())
                .and(webhook_endpoint::removed_at.is_null())
                .and(webhook_endpoint::off_at.is_null()),
        )
        .order(webhook_endpoint::id)
        .select((
            webhook_endpoint::id,
            webhook_endpoint::public_id,
            webhook_endpoint::events,
            webhook_endpoint::from_seq,
        ))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|(id, public_id, events, from_seq)| Hearer {
            id: EndpointId(id),
            public_id,
            events: events
                .iter()
                .filter_map(|word| EventType::parse_choice(word))
                .collect(),
            from_seq,
        })
        .collect())
}
