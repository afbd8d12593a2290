//! What people do with endpoints of webhooks: make one, choose what it hears, roll its secret, switch
//! it off and on, remove it, try it out, send a message again. Every act is a line of the log.
//!
//! Invariant: a secret is never part of a line.

use crate::domain::event::Event;
use crate::domain::permission::{Actor, Permission};
use crate::domain::sealed::SealingKey;
use crate::domain::webhook::address::{Allowed, parse_url};
use crate::domain::webhook::{ENDPOINTS_MAX, EventType, ROLL_OVERLAP, SECRET_SHOWN, TESTED};
use crate::flows::FlowError;
use crate::store::webhook::{self, Endpoint, NewEndpoint, Off, Owner};
use crate::store::{Conn, StoreError, Tx, event};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// An act on an endpoint that needs nothing but its id.
pub type Act = fn(&mut Tx<'_>, &Actor, Uuid, DateTime<Utc>) -> Result<(), FlowError>;

/// What a new endpoint is given, as typed.
pub struct Wanted<'a> {
    /// Where.
    pub url: &'a str,
    /// The events' words.
    pub events: &'a [&'a str],
    /// Which addresses may be named.
    pub allowed: &'a Allowed,
}

/// Makes an endpoint with a secret of its own.
///
/// # Errors
/// `NotPermitted`; `Invalid` with the field that is wrong.
pub fn create(
    tx: &mut Tx<'_>,
    actor: &Actor,
    sealing: &SealingKey,
    wanted: &Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<Uuid, FlowError> {
    let scope = actor.require_everywhere(Permission::DeveloperManage)?;
    let url = parse_url(wanted.url, wanted.allowed)
        .map_err(|fault| FlowError::invalid("url", fault.to_string()))?;
    let events = chosen(wanted.events)?;
    let present = webhook::list(tx, &scope)?;
    if present.iter().filter(|one| one.api_client.is_none()).count() >= ENDPOINTS_MAX {
        let message = format!("You have {ENDPOINTS_MAX} endpoints, which is the limit. Remove one first.");
        return Err(FlowError::invalid("url", message));
    }
    let new = NewEndpoint {
        public_id: Uuid::now_v7(),
        url: url.as_str(),
        events: &events,
    };
    let id = webhook::insert(tx, &scope, &new, now)?;
    let owner = (scope.organisation(), Owner::Endpoint(id));
    webhook::make_secret(tx, sealing, owner, (Some(actor.person()), now))?;
    let data = json!({ "endpoint": new.public_id, "url": new.url, "events": words(&events) });
    say(tx, actor, "webhook.created", data, now)?;
    Ok(new.public_id)
}

/// Changes what an endpoint hears.
///
/// # Errors
/// `NotPermitted`, `NotFound`, or `Invalid` where nothing is chosen.
pub fn choose(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: Uuid,
    events: &[&str],
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let found = lock(tx, actor, id)?;
    let events = chosen(events)?;
    webhook::set_events(tx, found.id, &events)?;
    let data = json!({ "endpoint": id, "events": words(&events), "before": words(&found.events) });
    say(tx, actor, "webhook.events_chosen", data, now)
}

fn chosen(events: &[&str]) -> Result<Vec<EventType>, FlowError> {
    let mut list = Vec::with_capacity(events.len());
    for word in events {
        let event = EventType::parse_choice(word)
            .ok_or_else(|| FlowError::invalid("event", format!("There is no event “{word}”.")))?;
        if !list.contains(&event) {
            list.push(event);
        }
    }
    if list.is_empty() {
        return Err(FlowError::invalid("event", "Choose at least one event."));
    }
    Ok(list)
}

fn words(events: &[EventType]) -> Vec<&'static str> {
    events.iter().map(|event| event.as_str()).collect()
}

/// Rolls an endpoint's secret: the present one signs beside the new one for a day.
///
/// # Errors
/// `NotPermitted`, `NotFound`.
pub fn roll(
    tx: &mut Tx<'_>,
    actor: &Actor,
    sealing: &SealingKey,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let found = lock(tx, actor, id)?;
    let owner = owner_of(&found);
    webhook::expire(tx, found.organisation, owner, now + ROLL_OVERLAP)?;
    let made = (Some(actor.person()), now);
    webhook::make_secret(tx, sealing, (found.organisation, owner), made)?;
    say(tx, actor, "webhook.secret_rolled", json!({ "endpoint": id }), now)
}

/// The secret that an endpoint signs with since its maker made or rolled it, while they may read it:
/// until they say that they keep it, ten minutes at most.
///
/// # Errors
/// What the store says.
pub fn find_shown_secret(
    conn: &mut Conn<'_>,
    actor: &Actor,
    sealing: &SealingKey,
    endpoint: &Endpoint,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, FlowError> {
    let organisation = endpoint.organisation;
    let maker = (actor.person(), now - SECRET_SHOWN);
    let sealed = webhook::find_shown(conn, organisation, owner_of(endpoint), maker)?;
    Ok(webhook::open_secrets(sealing, organisation, sealed.as_slice())?.pop())
}

/// Whose secret an endpoint signs with.
const fn owner_of(endpoint: &Endpoint) -> Owner {
    match endpoint.api_client {
        Some(client) => Owner::Client(client),
        None => Owner::Endpoint(endpoint.id),
    }
}

/// The maker keeps the secret: it is not shown again.
///
/// # Errors
/// `NotPermitted`, `NotFound`.
pub fn keep_secret(tx: &mut Tx<'_>, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<(), FlowError> {
    let found = lock(tx, actor, id)?;
    let maker = (actor.person(), now);
    Ok(webhook::keep(tx, found.organisation, owner_of(&found), maker)?)
}

/// Sends nothing to an endpoint from now on.
///
/// # Errors
/// `NotPermitted`, `NotFound`; `Stale` where it is off already.
pub fn switch_off(tx: &mut Tx<'_>, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<(), FlowError> {
    let found = lock_on(tx, actor, id)?;
    webhook::switch_off(tx, found.id, Off::Person, now)?;
    say(
        tx,
        actor,
        "webhook.switched_off",
        json!({ "endpoint": id, "url": found.url, "because": Off::Person.as_str() }),
        now,
    )
}

/// Sends to an endpoint again, what waited first.
///
/// # Errors
/// `NotPermitted`, `NotFound`; `Stale` where it is on already.
pub fn switch_on(tx: &mut Tx<'_>, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<(), FlowError> {
    let found = lock(tx, actor, id)?;
    if found.off.is_none() {
        return Err(StoreError::Stale("endpoint").into());
    }
    webhook::switch_on(tx, found.id, now)?;
    let data = json!({ "endpoint": id, "url": found.url });
    say(tx, actor, "webhook.switched_on", data, now)
}

/// Removes an endpoint; what waited for it is not sent.
///
/// # Errors
/// `NotPermitted`, `NotFound`.
pub fn remove(tx: &mut Tx<'_>, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<(), FlowError> {
    let found = lock(tx, actor, id)?;
    if found.api_client.is_some() {
        // Its request goes on naming it; switching it off is what silences it.
        return Err(StoreError::NotFound("webhook").into());
    }
    webhook::remove(tx, found.id, now)?;
    let data = json!({ "endpoint": id, "url": found.url });
    say(tx, actor, "webhook.removed", data, now)
}

/// Sends a test to an endpoint; the line in the log is what is told.
///
/// # Errors
/// `NotPermitted`, `NotFound`; `Stale` where it is off.
pub fn test(tx: &mut Tx<'_>, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<(), FlowError> {
    let found = lock_on(tx, actor, id)?;
    if found.api_client.is_some() {
        return Err(StoreError::NotFound("webhook").into());
    }
    say(tx, actor, TESTED, json!({ "endpoint": id }), now)
}

/// Sends a message to an endpoint again.
///
/// # Errors
/// `NotPermitted`, `NotFound`; `Stale` where the endpoint is off.
pub fn send_again(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (id, message): (Uuid, Uuid),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let found = lock_on(tx, actor, id)?;
    webhook::send_again(tx, found.id, message, now)?;
    let data = json!({ "endpoint": id, "message": message });
    say(tx, actor, "webhook.sent_again", data, now)
}

fn lock(tx: &mut Tx<'_>, actor: &Actor, id: Uuid) -> Result<Endpoint, FlowError> {
    let scope = actor.require_everywhere(Permission::DeveloperManage)?;
    Ok(webhook::lock(tx, &scope, id)?)
}

fn lock_on(tx: &mut Tx<'_>, actor: &Actor, id: Uuid) -> Result<Endpoint, FlowError> {
    let found = lock(tx, actor, id)?;
    if found.off.is_some() {
        return Err(StoreError::Stale("endpoint").into());
    }
    Ok(found)
}

fn say(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kind: &'static str,
    data: Value,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let what = Event::new(actor.organisation(), now, kind, data).by(actor.person());
    Ok(event::append(tx, &what)?)
}
