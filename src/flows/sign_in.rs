//! Sign-in in two short transactions around the slow hashing: `prepare` says whether an attempt is
//! allowed and what to compare with, `conclude` counts a failure or remembers the device.
//!
//! A stranger's failures slow the account and their own address, never a device on which the person
//! has signed in before: that one has a count of its own.

use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::sign_in::blocked_until;
use crate::flows::FlowError;
use crate::store::{Conn, Tx, event, person, sign_in};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Who tries to sign in, and from where.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// As typed.
    pub email: String,
    /// The peer's address.
    pub address: String,
    /// SHA-256 of the device cookie, where there is one.
    pub device: Option<Vec<u8>>,
}

/// What an attempt is compared with.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Whose, where the e-mail is known.
    pub person: Option<PersonId>,
    /// Their hash, where the e-mail is known.
    pub password_hash: Option<String>,
    /// Until when no attempt counts.
    pub blocked_until: Option<DateTime<Utc>>,
    subjects: Vec<String>,
}

/// Looks up what to compare with, and whether an attempt is allowed at all.
///
/// # Errors
/// What the store says.
pub fn prepare(conn: &mut Conn<'_>, attempt: &Attempt, now: DateTime<Utc>) -> Result<Prepared, FlowError> {
    let known = person::find_credentials(conn, attempt.email.trim())?;
    let device = match (&known, &attempt.device) {
        (Some(credentials), Some(device)) if sign_in::is_known_device(conn, credentials.person, device)? => {
            Some(format!("device {} {}", credentials.person.0, hex(device)))
        }
        _ => None,
    };
    let email: String = attempt.email.trim().to_lowercase().chars().take(254).collect();
    let subjects = match device {
        Some(device) => vec![device],
        None => vec![format!("address {}", attempt.address), format!("account {email}")],
    };
    let failures = sign_in::list_failures(conn, &subjects)?;
    Ok(Prepared {
        person: known.as_ref().map(|credentials| credentials.person),
        password_hash: known.map(|credentials| credentials.password_hash),
        blocked_until: blocked_until(&failures, now),
        subjects,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How an attempt ended. All of them are kept, so none is an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conclusion {
    /// Signed in.
    In(PersonId),
    /// E-mail or password is wrong, or the person is no longer a member anywhere.
    Wrong,
}

/// Counts the outcome. `device` is the hashed token that the browser will hold from now on.
///
/// # Errors
/// What the store says.
pub fn conclude(
    tx: &mut Tx<'_>,
    prepared: &Prepared,
    is_right: bool,
    device: &[u8],
    now: DateTime<Utc>,
) -> Result<Conclusion, FlowError> {
    let acting = match prepared.person.filter(|_| is_right) {
        Some(id) => person::load_actor(tx, id).ok(),
        None => None,
    };
    let Some((actor, person, _)) = acting else {
        for subject in &prepared.subjects {
            sign_in::count_failure(tx, subject, now)?;
        }
        return Ok(Conclusion::Wrong);
    };
    sign_in::forget_failures(tx, &prepared.subjects)?;
    sign_in::insert_device(tx, person.id, device)?;
    let signed_in = Event::new(
        actor.organisation(),
        now,
        "person.signed_in",
        json!({ "email": person.email }),
    );
    event::append(tx, &signed_in.by(person.id))?;
    Ok(Conclusion::In(person.id))
}
