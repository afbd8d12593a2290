//! The second factor: set up, asked for, used, taken off. Attempts are counted per person, as wrong
//! passwords are, so that six digits can't be tried through. Wherever a code is typed, a passkey's
//! answer may stand instead.
//!
//! Who adds a way to sign in with gives a code of one that is on: a session left open must not be
//! enough to make a lasting key.
//!
//! A wrong code is an outcome and no error: an error would roll its count back.

use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::letter::Letter;
use crate::domain::passkey::is_answer;
use crate::domain::permission::Actor;
use crate::domain::sealed::{CannotOpen, NONCE_BYTES, SealingKey};
use crate::domain::second_factor::{
    CodeRefusal, RECOVERY_CODES, SECRET_BYTES, matching_step, plain_recovery_code,
};
use crate::domain::sign_in::blocked_until;
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::{Conn, StoreError, Tx, event, second_factor, sign_in};
use chrono::{DateTime, Utc};
use passkeys::is_answered;
use serde_json::json;
use sha2::{Digest, Sha256};

pub mod passkeys;

/// How an attempt with a code ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Attempt {
    /// It is the person's, and is used up.
    Right,
    /// It is not, or it was not looked at.
    Refused(CodeRefusal),
}

impl From<CannotOpen> for FlowError {
    fn from(error: CannotOpen) -> Self {
        Self::Store(StoreError::Corrupt(error.to_string()))
    }
}

fn place(id: PersonId) -> String {
    format!("two-factor {}", id.0)
}

/// Begins to set an app up: its secret waits for a first code. Who has passkeys gives the answer of one.
///
/// # Errors
/// `Stale` where one is on already.
pub fn begin(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (key, typed): (&SealingKey, &str),
    (secret, nonce): ([u8; SECRET_BYTES], [u8; NONCE_BYTES]),
    now: DateTime<Utc>,
) -> Result<Attempt, FlowError> {
    if second_factor::lock(tx, actor.person())?.is_some_and(|app| app.is_on) {
        return Err(StoreError::Stale("second factor").into());
    }
    let attempt = if second_factor::is_on(tx, actor.person())? {
        attempt(tx, key, actor.person(), typed, now)?
    } else {
        Attempt::Right
    };
    if attempt == Attempt::Right {
        let sealed = key.seal(&place(actor.person()), &secret, nonce)?;
        second_factor::begin(tx, actor.person(), &sealed)?;
    }
    Ok(attempt)
}

/// The secret that waits for its first code, to be shown to its person and nobody else.
///
/// # Errors
/// What the store says.
pub fn find_pending(
    conn: &mut Conn<'_>,
    actor: &Actor,
    key: &SealingKey,
) -> Result<Option<Vec<u8>>, FlowError> {
    match second_factor::find(conn, actor.person())? {
        Some(found) if !found.is_on => Ok(Some(key.open(&place(actor.person()), &found.secret)?)),
        Some(_) | None => Ok(None),
    }
}

/// Turns it on with a first code. `codes` are the recovery codes that the person is shown then.
///
/// # Errors
/// What the store says.
pub fn turn_on(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (key, typed): (&SealingKey, &str),
    codes: &[String],
    now: DateTime<Utc>,
) -> Result<Attempt, FlowError> {
    let id = actor.person();
    let is_pending = second_factor::lock(tx, id)?.is_some_and(|found| !found.is_on);
    if !is_pending {
        return Err(StoreError::Stale("second factor").into());
    }
    let attempt = counted(tx, id, now, |tx| is_code_of_app(tx, key, id, typed, now))?;
    if attempt == Attempt::Right {
        second_factor::confirm(tx, id, now)?;
        second_factor::set_recovery_codes(tx, id, &hashed(codes))?;
        say(tx, actor, "person.second_factor_on", Some(true), now)?;
    }
    Ok(attempt)
}

/// Takes a code of a person whose second factor is on: at sign-in, and again to sign a batch.
///
/// # Errors
/// What the store says.
pub fn take_code(
    tx: &mut Tx<'_>,
    key: &SealingKey,
    id: PersonId,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<Attempt, FlowError> {
    if !second_factor::is_on(tx, id)? {
        return Ok(Attempt::Refused(CodeRefusal::NotSetUp));
    }
    attempt(tx, key, id, typed, now)
}

fn attempt(
    tx: &mut Tx<'_>,
    key: &SealingKey,
    id: PersonId,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<Attempt, FlowError> {
    counted(tx, id, now, |tx| is_taken(tx, key, id, typed, now))
}

fn counted(
    tx: &mut Tx<'_>,
    id: PersonId,
    now: DateTime<Utc>,
    look: impl FnOnce(&mut Tx<'_>) -> Result<bool, FlowError>,
) -> Result<Attempt, FlowError> {
    let subject = format!("code {}", id.0);
    let failures = sign_in::lock_failures(tx, &subject, now)?;
    if let Some(until) = blocked_until(&[failures], now) {
        let seconds = (until - now).num_seconds().max(1);
        return Ok(Attempt::Refused(CodeRefusal::TooOften(seconds)));
    }
    if look(tx)? {
        sign_in::forget_failures(tx, &subject)?;
        return Ok(Attempt::Right);
    }
    sign_in::count_attempt(tx, &[subject], now)?;
    Ok(Attempt::Refused(CodeRefusal::Wrong))
}

fn is_taken(
    tx: &mut Tx<'_>,
    key: &SealingKey,
    id: PersonId,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    if is_answer(typed) {
        return is_answered(tx, id, typed, now);
    }
    // An app that is not confirmed yet could be anybody's who sits at an open session.
    let is_confirmed = second_factor::lock(tx, id)?.is_some_and(|found| found.is_on);
    if is_confirmed && is_code_of_app(tx, key, id, typed, now)? {
        return Ok(true);
    }
    Ok(second_factor::take_recovery_code(
        tx,
        id,
        &digest(&plain_recovery_code(typed)),
    )?)
}

fn is_code_of_app(
    tx: &mut Tx<'_>,
    key: &SealingKey,
    id: PersonId,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let Some(found) = second_factor::lock(tx, id)? else {
        return Ok(false);
    };
    let secret = key.open(&place(id), &found.secret)?;
    // A code that was seen over a shoulder is worth nothing once it is used.
    let step = matching_step(&secret, typed, now).filter(|step| *step > found.step_last);
    if let Some(step) = step {
        second_factor::take_step(tx, id, step)?;
    }
    Ok(step.is_some())
}

/// Turns it off, with a code: app and passkeys.
///
/// # Errors
/// What the store says.
pub fn turn_off(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (key, typed): (&SealingKey, &str),
    now: DateTime<Utc>,
) -> Result<Attempt, FlowError> {
    let attempt = take_code(tx, key, actor.person(), typed, now)?;
    if attempt == Attempt::Right {
        second_factor::remove(tx, actor.person())?;
        say(tx, actor, "person.second_factor_off", Some(false), now)?;
    }
    Ok(attempt)
}

/// Makes new recovery codes, with a code; the old ones are worth nothing then.
///
/// # Errors
/// What the store says.
pub fn renew_recovery_codes(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (key, typed): (&SealingKey, &str),
    codes: &[String],
    now: DateTime<Utc>,
) -> Result<Attempt, FlowError> {
    let attempt = take_code(tx, key, actor.person(), typed, now)?;
    if attempt == Attempt::Right {
        second_factor::set_recovery_codes(tx, actor.person(), &hashed(codes))?;
        say(tx, actor, "person.recovery_codes_made", None, now)?;
    }
    Ok(attempt)
}

fn say(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kind: &'static str,
    is_on: Option<bool>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if let Some(is_on) = is_on {
        let letter = Letter::SecondFactorChanged { is_on };
        enqueue(
            tx,
            actor.organisation(),
            To::People(&[actor.person()]),
            &letter,
            now,
        )?;
    }
    let said = Event::new(actor.organisation(), now, kind, json!({}));
    Ok(event::append_wherever(
        tx,
        actor.person(),
        &said.by(actor.person()),
    )?)
}

fn hashed(codes: &[String]) -> Vec<Vec<u8>> {
    debug_assert_eq!(codes.len(), RECOVERY_CODES, "as many as the page shows");
    codes
        .iter()
        .map(|code| digest(&plain_recovery_code(code)))
        .collect()
}

fn digest(plain: &str) -> Vec<u8> {
    Sha256::digest(plain.as_bytes()).to_vec()
}
