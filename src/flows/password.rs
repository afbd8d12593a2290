//! Passwords that are forgotten or changed. Hashing is slow and outside transactions: flows get the
//! hash.
//!
//! Asking for a new one does the same for every e-mail, known or not: it queues a task. Only the
//! worker looks whether there is somebody, so neither words nor time tell a stranger.

use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::letter::Letter;
use crate::domain::permission::Actor;
use crate::domain::sign_in::blocked_until;
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::{Conn, StoreError, Tx, event, password, person, queue, second_factor, session, sign_in};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

/// How long a link works.
pub const RESET_LASTS: Duration = Duration::minutes(30);
/// The longest e-mail that is looked for.
const EMAIL_CHARS_MAX: usize = 254;

/// Asks for a link to a new password; answers until when asking is not heard, where that is so.
///
/// # Errors
/// What the store says.
pub fn ask(
    tx: &mut Tx<'_>,
    email: &str,
    address: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, FlowError> {
    let email: String = email
        .trim()
        .to_lowercase()
        .chars()
        .take(EMAIL_CHARS_MAX)
        .collect();
    // In one order for all, as sign-in does.
    let subjects = [format!("reset {email}"), format!("reset from {address}")];
    let mut failures = Vec::new();
    for subject in &subjects {
        failures.push(sign_in::lock_failures(tx, subject, now)?);
    }
    if let Some(until) = blocked_until(&failures, now) {
        sign_in::forget_unfailed(tx, &subjects)?;
        return Ok(Some(until));
    }
    sign_in::count_attempt(tx, &subjects, now)?;
    queue::enqueue(tx, &Task::ForgottenPassword { email }, now)?;
    Ok(None)
}

/// Makes the link of somebody who asked, and the letter with it. Nothing where there is nobody.
///
/// # Errors
/// What the store says.
pub fn open_reset(tx: &mut Tx<'_>, email: &str, token: &str, now: DateTime<Utc>) -> Result<(), FlowError> {
    let Some(known) = person::find_credentials(tx, email)? else {
        return Ok(());
    };
    let (actor, ..) = match person::load_actor(tx, known.person) {
        Err(StoreError::NotFound(_)) => return Ok(()),
        found => found?,
    };
    password::put_reset(tx, known.person, &hashed(token), now + RESET_LASTS)?;
    let letter = Letter::PasswordReset {
        token: token.to_owned(),
    };
    enqueue(
        tx,
        actor.organisation(),
        To::People(&[known.person]),
        &letter,
        now,
    )?;
    let asked = Event::new(
        actor.organisation(),
        now,
        "person.password_reset_asked",
        json!({ "email": email }),
    );
    Ok(event::append(tx, &asked)?)
}

/// Whose link it is, with what their password is measured by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Who.
    pub person: PersonId,
    /// Their e-mail.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whether they have a second factor.
    pub has_second_factor: bool,
}

/// Whose link this is, while it is good.
///
/// # Errors
/// What the store says.
pub fn find_holder(
    conn: &mut Conn<'_>,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Holder>, FlowError> {
    let Some(id) = password::find_reset(conn, &hashed(token), now)? else {
        return Ok(None);
    };
    let found = person::list(conn, &[id])?.into_iter().next();
    let found = found.ok_or(StoreError::NotFound("person"))?;
    Ok(Some(Holder {
        person: id,
        email: found.email,
        name: found.name,
        has_second_factor: second_factor::is_on(conn, id)?,
    }))
}

/// Sets a new password by a link, which is used up, and ends every session of the person; says whether
/// the link was still good.
///
/// # Errors
/// What the store says.
pub fn reset(
    tx: &mut Tx<'_>,
    holder: &Holder,
    (token, hash): (&str, &str),
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    if !password::take_reset(tx, &hashed(token), now)? {
        return Ok(false);
    }
    password::set_hash(tx, holder.person, hash)?;
    session::delete_all_of_person(tx, holder.person, None)?;
    // Whoever guessed at the old one does not keep its owner from the new one.
    sign_in::forget_failures(tx, &format!("account {}", holder.email))?;
    let (actor, ..) = person::load_actor(tx, holder.person)?;
    say(tx, &actor, "person.password_reset", now)?;
    Ok(true)
}

/// Changes the actor's own password and ends their other sessions. That they know the current one was
/// seen to before.
///
/// # Errors
/// What the store says.
pub fn change(
    tx: &mut Tx<'_>,
    actor: &Actor,
    hash: &str,
    kept_session: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    password::set_hash(tx, actor.person(), hash)?;
    session::delete_all_of_person(tx, actor.person(), kept_session)?;
    say(tx, actor, "person.password_changed", now)
}

fn say(tx: &mut Tx<'_>, actor: &Actor, kind: &'static str, now: DateTime<Utc>) -> Result<(), FlowError> {
    let letter = Letter::PasswordChanged;
    enqueue(
        tx,
        actor.organisation(),
        To::People(&[actor.person()]),
        &letter,
        now,
    )?;
    let said = Event::new(actor.organisation(), now, kind, json!({}));
    Ok(event::append_wherever(
        tx,
        actor.person(),
        &said.by(actor.person()),
    )?)
}

/// What is stored of a link's token.
fn hashed(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
