//! Sign-in in two short transactions around the slow hashing: `prepare` says whether an attempt is
//! allowed, counts it and says what to compare with; `conclude` forgets failures and remembers the
//! device after a success.
//!
//! A stranger's failures slow the account and their own address, never a device on which the person
//! has signed in before: that one has a count of its own.

use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::sign_in::blocked_until;
use crate::flows::FlowError;
use crate::store::{Tx, event, person, sign_in};
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
    /// Whether the person has signed in with the attempt's device before.
    pub is_known_device: bool,
    counted_at: DateTime<Utc>,
    subjects: Vec<Subject>,
}

/// What attempts are counted for, and when it had failed last before this one.
#[derive(Clone, Debug)]
struct Subject {
    name: String,
    is_address: bool,
    failed_before: DateTime<Utc>,
}

/// Looks up what to compare with and whether an attempt is allowed at all, and counts it: what is
/// counted after the slow hashing lets a burst through. An attempt that is not allowed is not counted.
///
/// # Errors
/// What the store says.
pub fn prepare(tx: &mut Tx<'_>, attempt: &Attempt, now: DateTime<Utc>) -> Result<Prepared, FlowError> {
    let known = person::find_credentials(tx, attempt.email.trim())?;
    let device = match (&known, &attempt.device) {
        (Some(credentials), Some(device)) if sign_in::is_known_device(tx, credentials.person, device)? => {
            Some(format!("device {} {}", credentials.person.0, hex(device)))
        }
        _ => None,
    };
    let is_known_device = device.is_some();
    let email: String = attempt.email.trim().to_lowercase().chars().take(254).collect();
    // In one order for all attempts, so that none waits for another in a ring.
    let names = match device {
        Some(device) => vec![(device, false)],
        None => vec![
            (format!("account {email}"), false),
            (format!("address {}", attempt.address), true),
        ],
    };
    let (mut subjects, mut failures) = (Vec::new(), Vec::new());
    for (name, is_address) in names {
        let (count, failed_before) = sign_in::lock_failures(tx, &name, now)?;
        failures.push((count, failed_before));
        subjects.push(Subject {
            name,
            is_address,
            failed_before,
        });
    }
    let blocked_until = blocked_until(&failures, now);
    let names: Vec<String> = subjects.iter().map(|subject| subject.name.clone()).collect();
    match blocked_until {
        None => sign_in::count_attempt(tx, &names, now)?,
        Some(_) => sign_in::forget_unfailed(tx, &names)?,
    }
    Ok(Prepared {
        person: known.as_ref().map(|credentials| credentials.person),
        password_hash: known.map(|credentials| credentials.password_hash),
        blocked_until,
        is_known_device,
        counted_at: now,
        subjects,
    })
}

/// Takes an attempt back that came to nothing, because its password was never looked at.
///
/// # Errors
/// What the store says.
pub fn withdraw(tx: &mut Tx<'_>, prepared: &Prepared) -> Result<(), FlowError> {
    for subject in &prepared.subjects {
        sign_in::take_back(tx, &subject.name, prepared.counted_at, subject.failed_before)?;
    }
    Ok(())
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

/// Says how it ended. The failure is counted already; a success forgets those of the account or the
/// device, and of the address only its own: who has an account must not clear an address with it.
/// `device` is the hashed token that the browser will hold from now on.
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
        return Ok(Conclusion::Wrong);
    };
    for subject in &prepared.subjects {
        if subject.is_address {
            sign_in::take_back(tx, &subject.name, prepared.counted_at, subject.failed_before)?;
        } else {
            sign_in::forget_failures(tx, &subject.name)?;
        }
    }
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
