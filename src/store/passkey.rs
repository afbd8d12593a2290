//! Passkeys, and the questions that wait for an answer of one.

use super::schema::{passkey, passkey_question};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::PersonId;
use crate::domain::passkey::{Passkey, Site};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// A passkey as its person sees it.
#[derive(Clone, Debug)]
pub struct Named {
    /// The key.
    pub passkey: Passkey,
    /// What its person calls it.
    pub name: String,
    /// Since when.
    pub made_at: DateTime<Utc>,
    /// When it answered last.
    pub used_at: Option<DateTime<Utc>>,
}

/// What a question is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// To make a new passkey.
    Make,
    /// To sign in, or to sign a batch.
    Answer,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Make => "make",
            Self::Answer => "answer",
        }
    }
}

type Row = (
    Vec<u8>,
    i16,
    Vec<u8>,
    Vec<u8>,
    String,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

fn read((id, transports, key, state, name, made_at, used_at): Row) -> Named {
    Named {
        passkey: Passkey {
            id,
            transports: u8::try_from(transports).unwrap_or_default(),
            key,
            state,
        },
        name,
        made_at,
        used_at,
    }
}

/// The person's, oldest first.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, id: PersonId) -> Result<Vec<Named>, StoreError> {
    let rows: Vec<Row> = passkey::table
        .filter(passkey::person_id.eq(id.0))
        .order((passkey::made_at, passkey::credential_id))
        .select((
            passkey::credential_id,
            passkey::transports,
            passkey::public_key,
            passkey::state,
            passkey::name,
            passkey::made_at,
            passkey::used_at,
        ))
        .load(conn.0)?;
    Ok(rows.into_iter().map(read).collect())
}

/// Whether the person has one.
///
/// # Errors
/// What the database says.
pub fn has_any(conn: &mut Conn<'_>, id: PersonId) -> Result<bool, StoreError> {
    let theirs = passkey::table.filter(passkey::person_id.eq(id.0));
    Ok(diesel::select(diesel::dsl::exists(theirs)).get_result(conn.0)?)
}

/// Keeps a new one.
///
/// # Errors
/// `Stale` where its id is known already, of whomever.
pub fn insert(
    tx: &mut Tx<'_>,
    id: PersonId,
    (made, name): (&Passkey, &str),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let kept = diesel::insert_into(passkey::table)
        .values((
            passkey::credential_id.eq(&made.id),
            passkey::person_id.eq(id.0),
            passkey::name.eq(name),
            passkey::transports.eq(i16::from(made.transports)),
            passkey::public_key.eq(&made.key),
            passkey::state.eq(&made.state),
            passkey::made_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    if kept == 0 {
        Err(StoreError::Stale("passkey"))
    } else {
        Ok(())
    }
}

/// Remembers that one has answered.
///
/// # Errors
/// What the database says.
pub fn note_use(tx: &mut Tx<'_>, used: &Passkey, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(passkey::table.find(&used.id))
        .set((passkey::state.eq(&used.state), passkey::used_at.eq(now)))
        .execute(tx.pg())?;
    Ok(())
}

/// Removes one of the person's; says what it was called.
///
/// # Errors
/// What the database says.
pub fn remove(tx: &mut Tx<'_>, id: PersonId, credential: &[u8]) -> Result<Option<String>, StoreError> {
    let gone = diesel::delete(
        passkey::table
            .find(credential)
            .filter(passkey::person_id.eq(id.0)),
    )
    .returning(passkey::name)
    .get_result(tx.pg())
    .optional()?;
    Ok(gone)
}

/// Keeps a question, in place of another for the same.
///
/// # Errors
/// What the database says.
pub fn ask(
    tx: &mut Tx<'_>,
    (id, purpose): (PersonId, Purpose),
    (site, kept): (&Site, &[u8]),
) -> Result<(), StoreError> {
    diesel::delete(passkey_question::table.find((id.0, purpose.word()))).execute(tx.pg())?;
    diesel::insert_into(passkey_question::table)
        .values((
            passkey_question::person_id.eq(id.0),
            passkey_question::purpose.eq(purpose.word()),
            passkey_question::name.eq(&site.name),
            passkey_question::origin.eq(&site.origin),
            passkey_question::kept.eq(kept),
        ))
        .on_conflict_do_nothing()
        .execute(tx.pg())?;
    Ok(())
}

/// Takes a question away to look at its answer.
///
/// # Errors
/// What the database says.
pub fn take_question(
    tx: &mut Tx<'_>,
    id: PersonId,
    purpose: Purpose,
) -> Result<Option<(Site, Vec<u8>)>, StoreError> {
    let row: Option<(String, String, Vec<u8>)> =
        diesel::delete(passkey_question::table.find((id.0, purpose.word())))
            .returning((
                passkey_question::name,
                passkey_question::origin,
                passkey_question::kept,
            ))
            .get_result(tx.pg())
            .optional()?;
    Ok(row.map(|(name, origin, kept)| (Site { name, origin }, kept)))
}
