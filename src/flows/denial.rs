//! Refusals as lines of the log: acts refused for duty or permission, sign-ins that failed, secrets of
//! API clients that were wrong. An act that is refused is rolled back, so these are written after it,
//! in a transaction of their own.
//!
//! The invariant: whoever is refused ten thousand times writes no ten thousand lines. The first
//! `DENIALS_AN_HOUR` of a person, a sort and an hour have a line each; the rest are counted, and told
//! in one line when the hour is over.

use crate::domain::event::Event;
use crate::domain::ids::{BatchNumber, OrganisationId, PersonId};
use crate::domain::log::{DENIALS_AN_HOUR, DENIED, Sort};
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::store::event::log;
use crate::store::{Tx, denial, event, person};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::json;

/// The longest address that is kept of what was tried, in characters.
const TRIED_CHARS_MAX: usize = 200;
/// The longest e-mail that is kept, in characters.
const EMAIL_CHARS_MAX: usize = 254;

/// What was tried, and why it was not done.
#[derive(Clone, Debug)]
pub struct Denied {
    /// Method and address.
    pub tried: String,
    /// The sentence that the person was told.
    pub reason: String,
    /// The batch that it was about.
    pub batch: Option<BatchNumber>,
    /// The payout account that it was about.
    pub account: Option<String>,
}

/// Notes that an act of somebody who is signed in was refused.
///
/// # Errors
/// What the store says.
pub fn of_act(tx: &mut Tx<'_>, actor: &Actor, denied: &Denied, now: DateTime<Utc>) -> Result<(), FlowError> {
    let organisation = actor.organisation();
    if !has_line(tx, (organisation, actor.person()), Sort::Act, now)? {
        return Ok(());
    }
    let tried: String = denied.tried.chars().take(TRIED_CHARS_MAX).collect();
    let data = json!({ "tried": tried, "reason": denied.reason, "account": denied.account });
    let mut line = Event::new(organisation, now, DENIED, data).by(actor.person());
    if let Some(number) = denied.batch
        && let Some(batch) = log::find_batch(tx, organisation, number)?
    {
        line = line.on_batch(batch);
    }
    Ok(event::append(tx, &line)?)
}

/// Notes that somebody tried to sign in with this e-mail and was not let in. Unknown e-mails are in
/// nobody's log.
///
/// # Errors
/// What the store says.
pub fn of_sign_in(
    tx: &mut Tx<'_>,
    email: &str,
    (address, reason): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let email: String = email
        .trim()
        .to_lowercase()
        .chars()
        .take(EMAIL_CHARS_MAX)
        .collect();
    let Some(known) = person::find_credentials(tx, &email)? else {
        return Ok(());
    };
    for organisation in person::list_organisations(tx, known.person)? {
        if has_line(tx, (organisation, known.person), Sort::SignIn, now)? {
            let data = json!({ "email": email, "address": address, "reason": reason });
            // Whoever it was, that it was this person is just what is not known.
            event::append(tx, &Event::new(organisation, now, "person.sign_in_failed", data))?;
        }
    }
    Ok(())
}

/// Notes that the second step of a sign-in failed: the password had been right.
///
/// # Errors
/// What the store says.
pub fn of_code(tx: &mut Tx<'_>, id: PersonId, now: DateTime<Utc>) -> Result<(), FlowError> {
    let Some(known) = person::list(tx, &[id])?.into_iter().next() else {
        return Ok(());
    };
    for organisation in person::list_organisations(tx, id)? {
        if has_line(tx, (organisation, id), Sort::SignIn, now)? {
            let data =
                json!({ "email": known.email, "reason": "the password was right and the code was wrong" });
            event::append(tx, &Event::new(organisation, now, "person.sign_in_failed", data))?;
        }
    }
    Ok(())
}

/// Notes that an API client was named with a secret that is not its own.
///
/// # Errors
/// What the store says.
pub fn of_client(
    tx: &mut Tx<'_>,
    actor: &Actor,
    client_id: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let (organisation, owner) = (actor.organisation(), actor.person());
    if has_line(tx, (organisation, owner), Sort::Client, now)? {
        let data = json!({ "client_id": client_id });
        event::append(tx, &Event::new(organisation, now, "api_client.refused", data))?;
    }
    Ok(())
}

/// Tells what was only counted in an hour that is over; says whether there was one.
///
/// # Errors
/// What the store says.
pub fn sum_up(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let Some(over) = denial::take_over(tx, hour(now))? else {
        return Ok(false);
    };
    let more = over.count - DENIALS_AN_HOUR;
    if more > 0 {
        let email = person::list(tx, &[over.person])?
            .into_iter()
            .next()
            .map(|person| person.email);
        let data = json!({ "email": email, "kind": over.sort, "count": more, "hour": over.hour });
        event::append(tx, &Event::new(over.organisation, now, "act.denied_more", data))?;
    }
    Ok(true)
}

/// Counts a refusal; says whether it has a line of its own.
fn has_line(
    tx: &mut Tx<'_>,
    (organisation, person): (OrganisationId, PersonId),
    sort: Sort,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    Ok(denial::count(tx, organisation, person, sort, hour(now))? <= DENIALS_AN_HOUR)
}

fn hour(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now)
}
