//! Practices: organisations of one member and the colleagues who are nobody, and where in earnest they
//! belong. What keeps them apart from money is in the migration.

use super::schema::{event, payout_account, person, practice, proposal};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::batch::Status;
use crate::domain::ids::{AccountNumber, BatchNumber, OrganisationId, PersonId, ProposalId};
use crate::domain::practice::Part;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

/// One practice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Practice {
    /// The organisation in which it happens.
    pub organisation: OrganisationId,
    /// The one in earnest.
    pub of: OrganisationId,
    /// Who practises.
    pub person: PersonId,
    /// What.
    pub part: Part,
    /// What happened in it so far, counted.
    pub turn: i64,
}

type Row = (i64, i64, i64, String, i64);
const COLUMNS: (
    practice::organisation_id,
    practice::of_organisation_id,
    practice::person_id,
    practice::part,
    practice::turn,
) = (
    practice::organisation_id,
    practice::of_organisation_id,
    practice::person_id,
    practice::part,
    practice::turn,
);

fn read(row: Row) -> Result<Practice, StoreError> {
    let (organisation, of, person, part, turn) = row;
    Ok(Practice {
        organisation: OrganisationId(organisation),
        of: OrganisationId(of),
        person: PersonId(person),
        part: Part::parse(&part).ok_or_else(|| corrupt("part", &part))?,
        turn,
    })
}

#[derive(QueryableByName)]
struct FreeRow {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Integer)]
    number: i32,
}

/// A public id and an account number that nobody has.
///
/// # Errors
/// What the database says.
pub fn find_free(tx: &mut Tx<'_>) -> Result<(String, AccountNumber), StoreError> {
    let row: FreeRow = diesel::sql_query(
        "SELECT upper(left(replace(gen_random_uuid()::text, '-', ''), 12)) AS code, n AS number
         FROM (SELECT 90000000 + floor(random() * 10000000)::int AS n FROM generate_series(1, 50)) drawn
         WHERE NOT EXISTS (SELECT 1 FROM payout_account WHERE number = n) LIMIT 1",
    )
    .get_result(tx.pg())?;
    let number = AccountNumber::try_new(row.number).ok_or_else(|| corrupt("account number", row.number))?;
    Ok((row.code, number))
}

/// Marks an organisation that has nobody yet as a practice.
///
/// # Errors
/// `Refused` where it has people or accounts.
pub fn insert(
    tx: &mut Tx<'_>,
    (organisation, of): (OrganisationId, OrganisationId),
    person: PersonId,
    part: Part,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(practice::table)
        .values((
            practice::organisation_id.eq(organisation.0),
            practice::of_organisation_id.eq(of.0),
            practice::person_id.eq(person.0),
            practice::part.eq(part.as_str()),
            practice::started_at.eq(now),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// The practice that this organisation is, if it is one.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<Option<Practice>, StoreError> {
    let row: Option<Row> = practice::table
        .find(organisation.0)
        .select(COLUMNS)
        .first(conn.0)
        .optional()?;
    row.map(read).transpose()
}

/// The person's open practice of a part, if there is one.
///
/// # Errors
/// What the database says.
pub fn find_open(
    conn: &mut Conn<'_>,
    of: OrganisationId,
    person: PersonId,
    part: Part,
) -> Result<Option<Practice>, StoreError> {
    let row: Option<Row> = practice::table
        .filter(
            practice::of_organisation_id
                .eq(of.0)
                .and(practice::person_id.eq(person.0))
                .and(practice::part.eq(part.as_str()))
                .and(practice::ended_at.is_null()),
        )
        .select(COLUMNS)
        .first(conn.0)
        .optional()?;
    row.map(read).transpose()
}

/// How many practices the person has begun since then.
///
/// # Errors
/// What the database says.
pub fn count_since(
    conn: &mut Conn<'_>,
    of: OrganisationId,
    person: PersonId,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    Ok(practice::table
        .filter(
            practice::of_organisation_id
                .eq(of.0)
                .and(practice::person_id.eq(person.0))
                .and(practice::started_at.gt(since)),
        )
        .count()
        .get_result(conn.0)?)
}

/// Ends a practice: nobody gets into it any more.
///
/// # Errors
/// What the database says.
pub fn end(tx: &mut Tx<'_>, organisation: OrganisationId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(practice::table.find(organisation.0))
        .set(practice::ended_at.eq(now))
        .execute(tx.pg())?;
    Ok(())
}

/// The colleague who plays a part.
///
/// # Errors
/// `NotFound` where nobody does.
pub fn load_colleague(conn: &mut Conn<'_>, part: Part) -> Result<PersonId, StoreError> {
    let id: Option<i64> = person::table
        .filter(person::practice_role.eq(part.as_str()))
        .select(person::id)
        .first(conn.0)
        .optional()?;
    id.map(PersonId).ok_or(StoreError::NotFound("practice colleague"))
}

/// A practice in which the colleagues have not looked since something happened, if there is any.
///
/// # Errors
/// What the database says.
pub fn find_due(conn: &mut Conn<'_>) -> Result<Option<Practice>, StoreError> {
    let row: Option<Row> = practice::table
        .filter(
            practice::turn
                .gt(practice::turn_seen)
                .and(practice::ended_at.is_null()),
        )
        .order(practice::organisation_id)
        .select(COLUMNS)
        .first(conn.0)
        .optional()?;
    row.map(read).transpose()
}

/// Notes that the colleagues have looked at everything up to the practice's turn.
///
/// # Errors
/// What the database says.
pub fn note_seen(tx: &mut Tx<'_>, practice: &Practice) -> Result<(), StoreError> {
    diesel::update(practice::table.find(practice.organisation.0))
        .set(practice::turn_seen.eq(practice.turn))
        .execute(tx.pg())?;
    Ok(())
}

/// The number of the practice account.
///
/// # Errors
/// `NotFound`.
pub fn load_account(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<AccountNumber, StoreError> {
    let number: Option<i32> = payout_account::table
        .filter(payout_account::organisation_id.eq(organisation.0))
        .order(payout_account::id)
        .select(payout_account::number)
        .first(conn.0)
        .optional()?;
    number
        .and_then(AccountNumber::try_new)
        .ok_or(StoreError::NotFound("payout account"))
}

/// A batch of a practice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PractisedBatch {
    /// Its number.
    pub number: BatchNumber,
    /// Where it stands.
    pub status: Status,
    /// Rows with faults.
    pub faults: i64,
    /// Whether the one who practises captured it.
    pub is_own: bool,
}

#[derive(QueryableByName)]
struct BatchRow {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = BigInt)]
    fault_count: i64,
    #[diesel(sql_type = BigInt)]
    captured_by: i64,
}

/// The newest batches of a practice, newest first; 20 at most.
///
/// # Errors
/// What the database says.
pub fn list_batches(conn: &mut Conn<'_>, practice: &Practice) -> Result<Vec<PractisedBatch>, StoreError> {
    let rows: Vec<BatchRow> = diesel::sql_query(
        "SELECT number, status, fault_count, captured_by FROM batch WHERE organisation_id = $1
         ORDER BY number DESC LIMIT 20",
    )
    .bind::<BigInt, _>(practice.organisation.0)
    .load(conn.0)?;
    rows.into_iter()
        .map(|row| {
            Ok(PractisedBatch {
                number: BatchNumber::try_new(row.number)
                    .ok_or_else(|| corrupt("batch number", row.number))?,
                status: Status::parse(&row.status).ok_or_else(|| corrupt("batch status", &row.status))?,
                faults: row.fault_count,
                is_own: row.captured_by == practice.person.0,
            })
        })
        .collect()
}

/// Proposals of a practice: key, kind, status, and whether the one who practises made it. Oldest first.
///
/// # Errors
/// What the database says.
pub fn list_proposals(
    conn: &mut Conn<'_>,
    practice: &Practice,
) -> Result<Vec<(ProposalId, String, String, bool)>, StoreError> {
    let rows: Vec<(i64, String, String, i64)> = proposal::table
        .filter(proposal::organisation_id.eq(practice.organisation.0))
        .order(proposal::id)
        .select((
            proposal::id,
            proposal::kind,
            proposal::status,
            proposal::proposed_by,
        ))
        .limit(100)
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|(id, kind, status, by)| (ProposalId(id), kind, status, by == practice.person.0))
        .collect())
}

/// Every kind of line that the one who practises has in the practice's log.
///
/// # Errors
/// What the database says.
pub fn list_kinds_done(conn: &mut Conn<'_>, practice: &Practice) -> Result<Vec<String>, StoreError> {
    Ok(event::table
        .filter(
            event::organisation_id
                .eq(practice.organisation.0)
                .and(event::actor_id.eq(practice.person.0)),
        )
        .select(event::kind)
        .distinct()
        .load(conn.0)?)
}
