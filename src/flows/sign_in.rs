//! Sign-in in two short transactions around the slow hashing: `prepare` says whether an attempt is
//! allowed, counts it and says what to compare with; `conclude` forgets failures and remembers the
//! device after a success.
//!
//! A stranger's failures slow the account and their own address, never a device on which the person
//! has signed in before: that one has a count of its own.

use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::letter::Letter;
use crate::domain::sign_in::blocked_until;
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::{Conn, Tx, event, person, queue, second_factor, sign_in};
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
    email: String,
    address: String,
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
        email,
        address: attempt.address.clone(),
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
    /// The password is right; a code is to follow.
    CodeNeeded(PersonId),
    /// E-mail or password is wrong, or the person is no longer a member anywhere.
    Wrong,
}

/// Where somebody comes from who is let in.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The peer's address.
    pub address: String,
    /// How the browser names itself.
    pub browser: String,
    /// The hashed token that the browser will hold from now on.
    pub device: Vec<u8>,
}

/// Says how it ended. The failure is counted already; a success forgets those of the account or the
/// device, and of the address only its own: who has an account must not clear an address with it.
///
/// # Errors
/// What the store says.
pub fn conclude(
    tx: &mut Tx<'_>,
    prepared: &Prepared,
    is_right: bool,
    arrival: &Arrival,
    now: DateTime<Utc>,
) -> Result<Conclusion, FlowError> {
    let person = match prepared.person.filter(|_| is_right) {
        Some(id) if person::load_actor(tx, id).is_ok() => id,
        Some(_) | None => {
            // Whoever's e-mail it is, if anybody's: the same work, and so the same time, either way.
            let note = Task::NoteFailedSignIn {
                email: prepared.email.clone(),
                address: prepared.address.clone(),
            };
            queue::enqueue(tx, &note, now)?;
            return Ok(Conclusion::Wrong);
        }
    };
    for subject in &prepared.subjects {
        if subject.is_address {
            sign_in::take_back(tx, &subject.name, prepared.counted_at, subject.failed_before)?;
        } else {
            sign_in::forget_failures(tx, &subject.name)?;
        }
    }
    if second_factor::is_on(tx, person)? {
        return Ok(Conclusion::CodeNeeded(person));
    }
    welcome(tx, person, arrival, now)?;
    Ok(Conclusion::In(person))
}

/// Lets somebody in whose password, and code where they have one, were right: their device is known
/// from now on, and they are told where it was not.
///
/// # Errors
/// What the store says.
pub fn welcome(
    tx: &mut Tx<'_>,
    id: PersonId,
    arrival: &Arrival,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let (actor, person, _) = person::load_actor(tx, id)?;
    let is_known = sign_in::is_known_device(tx, id, &arrival.device)?;
    // The first device of all is no news to anybody.
    if !is_known && sign_in::has_device(tx, id)? {
        let letter = Letter::NewSignIn {
            at: now,
            address: arrival.address.clone(),
            browser: arrival.browser.clone(),
        };
        enqueue(tx, actor.organisation(), To::People(&[id]), &letter, now)?;
    }
    sign_in::insert_device(tx, id, &arrival.device)?;
    let data = json!({ "email": person.email, "address": arrival.address, "new_device": !is_known });
    let signed_in = Event::new(actor.organisation(), now, "person.signed_in", data);
    Ok(event::append(tx, &signed_in.by(id))?)
}

/// Whether the person has signed in with this hashed device token before.
///
/// # Errors
/// What the store says.
pub fn knows(conn: &mut Conn<'_>, id: PersonId, device: &[u8]) -> Result<bool, FlowError> {
    Ok(sign_in::is_known_device(conn, id, device)?)
}
