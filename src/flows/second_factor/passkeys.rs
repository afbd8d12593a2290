//! Passkeys as a second factor: asked for, made, removed, and their answers looked at. A question is
//! gone with its first answer, right or wrong.

use super::{Attempt, attempt, hashed, say};
use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::letter::Letter;
use crate::domain::passkey::{self as rule, NAME_LONGEST, Passkey, PasskeyRefusal, Site};
use crate::domain::permission::Actor;
use crate::domain::sealed::SealingKey;
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::passkey::{self, Purpose};
use crate::store::{Conn, Tx, event, second_factor};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

fn known(conn: &mut Conn<'_>, id: PersonId) -> Result<Vec<Passkey>, FlowError> {
    let named = passkey::list(conn, id)?;
    Ok(named.into_iter().map(|one| one.passkey).collect())
}

/// Asks the person's browser for an answer of one of their passkeys: the options for it.
///
/// # Errors
/// `Wrong` where the person has none.
pub fn ask(tx: &mut Tx<'_>, site: &Site, id: PersonId) -> Result<Value, FlowError> {
    let question = rule::ask(site, &known(tx, id)?)?;
    passkey::ask(tx, (id, Purpose::Answer), (site, &question.kept))?;
    Ok(question.options)
}

/// Asks the person's browser to make a passkey: the options for it.
///
/// # Errors
/// `TooMany`.
pub fn ask_for_new(tx: &mut Tx<'_>, site: &Site, (id, email): (PersonId, &str)) -> Result<Value, FlowError> {
    let question = rule::ask_for_new(site, (id.0, email), &known(tx, id)?)?;
    passkey::ask(tx, (id, Purpose::Make), (site, &question.kept))?;
    Ok(question.options)
}

/// Whether this is the answer of one of the person's passkeys to the question that was put last.
pub(super) fn is_answered(
    tx: &mut Tx<'_>,
    id: PersonId,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let Some((site, kept)) = passkey::take_question(tx, id, Purpose::Answer)? else {
        return Ok(false);
    };
    match rule::check(&site, (&kept, answer), (id.0, &known(tx, id)?)) {
        Ok(used) => {
            passkey::note_use(tx, &used, now)?;
            Ok(true)
        }
        Err(PasskeyRefusal::Wrong) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What a browser made, and what its person gives with it.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// What they call it.
    pub name: &'a str,
    /// The browser's answer.
    pub answer: &'a str,
    /// A code, where a second factor is on already.
    pub code: &'a str,
}

/// How adding a passkey ended.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Added {
    /// It is the first second factor: these recovery codes are the person's from now on.
    First,
    /// It stands beside others.
    Another,
    /// The code was not taken.
    Refused(crate::domain::second_factor::CodeRefusal),
    /// The browser's answer is none to the question. Code and question are used up all the same.
    Unusable(PasskeyRefusal),
}

/// Adds a passkey. `codes` become the recovery codes where it is the first second factor.
///
/// # Errors
/// `Name`, `TooMany`; `Stale` where it is known already.
pub fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (key, new): (&SealingKey, New<'_>),
    codes: &[String],
    now: DateTime<Utc>,
) -> Result<Added, FlowError> {
    let id = actor.person();
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > NAME_LONGEST || name.chars().any(char::is_control) {
        return Err(PasskeyRefusal::Name.into());
    }
    if known(tx, id)?.len() >= rule::MOST {
        return Err(PasskeyRefusal::TooMany.into());
    }
    let was_on = second_factor::is_on(tx, id)?;
    if was_on && let Attempt::Refused(refusal) = attempt(tx, key, id, new.code, now)? {
        return Ok(Added::Refused(refusal));
    }
    let Some((site, kept)) = passkey::take_question(tx, id, Purpose::Make)? else {
        return Ok(Added::Unusable(PasskeyRefusal::Wrong));
    };
    let made = match rule::read_new(&site, &kept, new.answer) {
        Ok(made) => made,
        Err(refusal) => return Ok(Added::Unusable(refusal)),
    };
    passkey::insert(tx, id, (&made, name), now)?;
    let added = Event::new(
        actor.organisation(),
        now,
        "person.passkey_added",
        json!({ "name": name }),
    );
    if was_on {
        let letter = Letter::PasskeyAdded {
            name: name.to_owned(),
        };
        enqueue(tx, actor.organisation(), To::People(&[id]), &letter, now)?;
        event::append_wherever(tx, id, &added.by(id))?;
        return Ok(Added::Another);
    }
    // An app that was begun and never confirmed could be anybody's who sat at an open session.
    second_factor::drop_pending(tx, id)?;
    second_factor::set_recovery_codes(tx, id, &hashed(codes))?;
    say(tx, actor, "person.second_factor_on", Some(true), now)?;
    event::append_wherever(tx, id, &added.by(id))?;
    Ok(Added::First)
}

/// Removes one of the person's passkeys, with a code; with the last one and no app, all of the second
/// factor is off.
///
/// # Errors
/// `NotFound`.
pub fn remove(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (key, typed): (&SealingKey, &str),
    credential: &[u8],
    now: DateTime<Utc>,
) -> Result<Attempt, FlowError> {
    let id = actor.person();
    let attempt = super::take_code(tx, key, id, typed, now)?;
    if attempt != Attempt::Right {
        return Ok(attempt);
    }
    let name = passkey::remove(tx, id, credential)?;
    let name = name.ok_or(crate::store::StoreError::NotFound("passkey"))?;
    let gone = Event::new(
        actor.organisation(),
        now,
        "person.passkey_removed",
        json!({ "name": name }),
    );
    event::append_wherever(tx, id, &gone.by(id))?;
    if !second_factor::is_on(tx, id)? {
        second_factor::remove(tx, id)?;
        say(tx, actor, "person.second_factor_off", Some(false), now)?;
    }
    Ok(attempt)
}
