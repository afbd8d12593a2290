//! The outbox: letters are written in the transaction of what they tell, claimed with a lease, and
//! marked when they are sent. Which of them a person wants is asked when they are written.
//!
//! Invariant: a link's token is in the outbox only until its letter is sent or given up.

use super::prepared::numbered;
use super::schema::{letter, letter_wish, membership, payout_account, person};
use super::{Conn, StoreError, Tx, corrupt, practice};
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::letter::{Cadence, Letter, Topic, Wishes};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;
use uuid::Uuid;

/// How long a worker may take to send one; longer than any time-out of the mail server's.
const LEASE: Duration = Duration::seconds(180);
/// Attempts before a letter is given up: over about nine hours.
pub const ATTEMPTS_MAX: i32 = 12;
/// The longest wait between two attempts.
const WAIT_MAX: Duration = Duration::hours(2);

/// Who gets a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum To<'a> {
    /// Members: each that is active gets one, if they want it.
    People(&'a [PersonId]),
    /// Somebody who is no member yet.
    Address(&'a str),
}

/// A letter in a worker's hands.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// To which member, if it is one.
    pub person: Option<PersonId>,
    /// Where to.
    pub email: String,
    /// Their name, where known.
    pub name: Option<String>,
    /// The same on every attempt.
    pub message_id: Uuid,
    /// What it tells.
    pub letter: Letter,
    /// Which attempt this is, from 1; also the fencing token.
    pub attempt: i32,
}

/// Writes a letter for each of `to` who wants it.
///
/// # Errors
/// What the database says.
pub fn enqueue(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    to: To<'_>,
    what: &Letter,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // What is practised is told to nobody.
    if practice::find(tx, organisation)?.is_some() {
        return Ok(());
    }
    match to {
        To::Address(email) => insert(tx, organisation, (None, email, None), what, now),
        To::People(people) => {
            let zone = zone(tx, organisation)?;
            for (person, email, name) in members(tx, organisation, people)? {
                let wishes = load_wishes(tx, person)?;
                let Some(due) = wishes.due_at(what.topic(), now, zone) else {
                    continue;
                };
                let is_daily = what.topic() == Topic::Waiting && wishes.waiting == Cadence::Daily;
                let daily = Letter::WaitingDaily { batches: Vec::new() };
                let what = if is_daily { &daily } else { what };
                insert(tx, organisation, (Some(person), &email, Some(&name)), what, due)?;
            }
            Ok(())
        }
    }
}

fn insert(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    (person, email, name): (Option<PersonId>, &str, Option<&str>),
    what: &Letter,
    due: DateTime<Utc>,
) -> Result<(), StoreError> {
    let value = serde_json::to_value(what).map_err(|error| corrupt("letter", error))?;
    diesel::insert_into(letter::table)
        .values((
            letter::organisation_id.eq(organisation.0),
            letter::person_id.eq(person.map(|person| person.0)),
            letter::email.eq(email),
            letter::name.eq(name),
            letter::kind.eq(what.kind()),
            letter::what.eq(value),
            letter::due_at.eq(due),
        ))
        // Only the daily letter of a morning can be there already.
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    Ok(())
}

/// Where the organisation's mornings begin: by its oldest payout account.
fn zone(conn: &mut Conn<'_>, organisation: OrganisationId) -> Result<Tz, StoreError> {
    let name: Option<String> = payout_account::table
        .filter(payout_account::organisation_id.eq(organisation.0))
        .order(payout_account::id)
        .select(payout_account::time_zone)
        .first(conn.0)
        .optional()?;
    Ok(name.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC))
}

fn members(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    people: &[PersonId],
) -> Result<Vec<(PersonId, String, String)>, StoreError> {
    let keys: Vec<i64> = people.iter().map(|person| person.0).collect();
    let rows: Vec<(i64, String, String)> = person::table
        .inner_join(membership::table.on(membership::person_id.eq(person::id)))
        .filter(membership::organisation_id.eq(organisation.0))
        .filter(membership::status.eq("active").and(person::id.eq_any(keys)))
        .order(person::id)
        .select((person::id, person::email, person::name))
        .load(conn.0)?;
    Ok(rows
        .into_iter()
        .map(|(id, email, name)| (PersonId(id), email, name))
        .collect())
}

/// Which letters a person wants.
///
/// # Errors
/// What the database says.
pub fn load_wishes(conn: &mut Conn<'_>, person: PersonId) -> Result<Wishes, StoreError> {
    let row: Option<(String, bool)> = letter_wish::table
        .find(person.0)
        .select((letter_wish::waiting, letter_wish::outcomes))
        .first(conn.0)
        .optional()?;
    let Some((waiting, outcomes)) = row else {
        return Ok(Wishes::default());
    };
    let waiting = Cadence::parse(&waiting).ok_or_else(|| corrupt("cadence", &waiting))?;
    Ok(Wishes { waiting, outcomes })
}

/// Keeps which letters a person wants.
///
/// # Errors
/// What the database says.
pub fn set_wishes(tx: &mut Tx<'_>, person: PersonId, wishes: Wishes) -> Result<(), StoreError> {
    let values = (
        letter_wish::waiting.eq(wishes.waiting.as_str()),
        letter_wish::outcomes.eq(wishes.outcomes),
    );
    diesel::insert_into(letter_wish::table)
        .values((letter_wish::person_id.eq(person.0), values))
        .on_conflict(letter_wish::person_id)
        .do_update()
        .set(values)
        .execute(tx.pg())?;
    Ok(())
}

#[derive(QueryableByName)]
struct ClaimRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    organisation_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    person_id: Option<i64>,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    message_id: Uuid,
    #[diesel(sql_type = Jsonb)]
    what: Value,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

/// Takes one due letter, if there is any. One that can't be read is given up.
///
/// # Errors
/// What the database says.
pub fn claim(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Option<Claimed>, StoreError> {
    let row: Option<ClaimRow> = numbered(
        "UPDATE letter SET attempts = attempts + 1, lease_until = $2 WHERE id = (
             SELECT id FROM letter WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= $1
                 AND (lease_until IS NULL OR lease_until < $1)
             ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, organisation_id, person_id, email, name, message_id, what, attempts",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now + LEASE)
    .get_result(tx.pg())
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    match serde_json::from_value(row.what) {
        Ok(read) => Ok(Some(Claimed {
            id: row.id,
            organisation: OrganisationId(row.organisation_id),
            person: row.person_id.map(PersonId),
            email: row.email,
            name: row.name,
            message_id: row.message_id,
            letter: read,
            attempt: row.attempts,
        })),
        Err(error) => {
            // Of a newer version, most likely. It must not stand in the way of the others.
            diesel::update(letter::table.find(row.id))
                .set((letter::failed_at.eq(now), letter::error.eq(error.to_string())))
                .execute(tx.pg())?;
            Ok(None)
        }
    }
}

/// Marks a letter as sent. Where another worker has it meanwhile, that one marks it.
///
/// # Errors
/// What the database says.
pub fn mark_sent(tx: &mut Tx<'_>, claimed: &Claimed, now: DateTime<Utc>) -> Result<(), StoreError> {
    let kept = kept(claimed)?;
    diesel::update(
        letter::table
            .find(claimed.id)
            .filter(letter::attempts.eq(claimed.attempt)),
    )
    .set((
        letter::sent_at.eq(now),
        letter::what.eq(kept),
        letter::error.eq(None::<String>),
    ))
    .execute(tx.pg())?;
    Ok(())
}

/// Drops a letter that has nothing to say any more.
///
/// # Errors
/// What the database says.
pub fn delete(tx: &mut Tx<'_>, claimed: &Claimed) -> Result<(), StoreError> {
    diesel::delete(letter::table.find(claimed.id)).execute(tx.pg())?;
    Ok(())
}

/// Puts a letter back with a growing delay, or gives it up: after the last attempt, or where `is_final`.
/// Answers whether it will be tried again.
///
/// # Errors
/// What the database says.
pub fn put_back(
    tx: &mut Tx<'_>,
    claimed: &Claimed,
    (error, is_final): (&str, bool),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let again = !is_final && claimed.attempt < ATTEMPTS_MAX;
    let wait = Duration::seconds(15_i64 << claimed.attempt.clamp(0, 12)).min(WAIT_MAX);
    let mine = letter::table
        .find(claimed.id)
        .filter(letter::attempts.eq(claimed.attempt));
    diesel::update(mine)
        .set((
            letter::lease_until.eq(None::<DateTime<Utc>>),
            letter::due_at.eq(now + wait),
            letter::failed_at.eq((!again).then_some(now)),
            letter::error.eq(error),
        ))
        .execute(tx.pg())?;
    if !again {
        diesel::update(mine)
            .set(letter::what.eq(kept(claimed)?))
            .execute(tx.pg())?;
    }
    Ok(again)
}

fn kept(claimed: &Claimed) -> Result<Value, StoreError> {
    serde_json::to_value(claimed.letter.clone().without_token()).map_err(|error| corrupt("letter", error))
}
