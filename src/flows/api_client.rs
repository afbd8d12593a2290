//! The life of an API client: made by a developer for a person, confirmed by that person, agreed with
//! again where it gets more to do, rolled, limited, revoked. Nothing it may do is decided here: that is asked with every call (`calling`).
//!
//! The invariant: only the person it acts for ever sees a secret, because a secret is made only where
//! that person acts. So making a client for somebody else makes none, and confirming makes it.

use crate::domain::client::{Agreement, Awaited, Bounds, RANGES_MAX};
use crate::domain::event::Event;
use crate::domain::ids::{FactorNumber, OrganisationId, PersonId};
use crate::domain::letter::{ClientWaits, Letter};
use crate::domain::permission::{Actor, Permission};
use crate::domain::second_factor::CodeRefusal;
use crate::flows::FlowError;
use crate::store::api_client::{self, ApiClient, Limits, NewApiClient};
use crate::store::letter::{To, enqueue};
use crate::store::{StoreError, Tx, event, person, role, second_factor};
use chrono::{DateTime, Duration, Utc};
use ipnet::IpNet;
use serde_json::{Value, json};

/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 140;
/// The longest time that an old secret holds beside the new one.
pub const OVERLAP_MAX: Duration = Duration::days(30);

/// What a client is asked to be.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// What people call it.
    pub name: &'a str,
    /// The e-mail of the person it acts for.
    pub person: &'a str,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// Where it may call from; empty is anywhere.
    pub ranges: Vec<IpNet>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What a client is given: its id, and the hash of the secret that its person will see.
#[derive(Clone, Debug)]
pub struct Made {
    /// Public id.
    pub client_id: String,
    /// The hash of its secret.
    pub hash: String,
}

/// Makes a client. Says whether it is active at once: that is so where people make one for themselves,
/// and only then the secret is kept.
///
/// # Errors
/// `Invalid` with the field that is wrong.
pub fn create(
    tx: &mut Tx<'_>,
    actor: &Actor,
    wanted: &Wanted<'_>,
    made: &Made,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    actor.require(Permission::DeveloperManage)?;
    let name = wanted.name.trim();
    let count = name.chars().count();
    if count == 0 || count > NAME_CHARS_MAX {
        let message = format!("The name has {count} characters; it needs 1 to {NAME_CHARS_MAX}.");
        return Err(FlowError::invalid("name", message));
    }
    let person = find_member(tx, actor, wanted.person)?;
    check_scopes(tx, actor, person, &wanted.scopes)?;
    check_limits(&wanted.ranges, wanted.expires_at, now)?;
    let id = api_client::insert(
        tx,
        &NewApiClient {
            organisation: actor.organisation(),
            person,
            client_id: &made.client_id,
            name,
            scopes: &wanted.scopes,
            ranges: &wanted.ranges,
            expires_at: wanted.expires_at,
            by: actor.person(),
        },
        now,
    )?;
    // One's own that needs a code waits until it is given, where one's clients are confirmed.
    let asked = Agreement {
        is_confirmed: false,
        scopes: &wanted.scopes,
        offered: &[],
        is_offered_bounds: false,
        code_of: None,
    };
    let is_own = person == actor.person() && !asked.needs_code(second_factor::find_number(tx, person)?);
    if is_own {
        api_client::confirm(tx, id, (&made.hash, None), now)?;
    }
    if person != actor.person() {
        tell_person(
            tx,
            (actor.organisation(), person),
            name,
            ClientWaits::Confirmation,
            now,
        )?;
    }
    let mut data = limits(&made.client_id, &wanted.scopes, &wanted.ranges, wanted.expires_at);
    if let Some(details) = data.as_object_mut() {
        details.insert("email".to_owned(), json!(wanted.person.trim().to_lowercase()));
    }
    say(tx, actor, "api_client.created", data, now)?;
    if is_own {
        let data = json!({ "client_id": made.client_id });
        say(tx, actor, "api_client.confirmed", data, now)?;
    }
    Ok(is_own)
}

/// A letter to the person whose client waits for them.
///
/// # Errors
/// What the store says.
pub(super) fn tell_person(
    tx: &mut Tx<'_>,
    (organisation, person): (OrganisationId, PersonId),
    name: &str,
    what: ClientWaits,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let letter = Letter::ClientWaits {
        name: name.to_owned(),
        what,
    };
    Ok(enqueue(tx, organisation, To::People(&[person]), &letter, now)?)
}

/// The active member with this e-mail.
fn find_member(tx: &mut Tx<'_>, actor: &Actor, email: &str) -> Result<PersonId, FlowError> {
    let nobody = || {
        let message = "Nobody who is active here has this e-mail. Invite them first.";
        FlowError::invalid("person", message)
    };
    let known = person::find_credentials(tx, email.trim())?.ok_or_else(nobody)?;
    if person::is_active(tx, actor.organisation(), known.person)? {
        Ok(known.person)
    } else {
        Err(nobody())
    }
}

/// Scopes are chosen among what the person may do now. What they lose later the client loses too.
fn check_scopes(
    tx: &mut Tx<'_>,
    actor: &Actor,
    person: PersonId,
    scopes: &[Permission],
) -> Result<(), FlowError> {
    if scopes.is_empty() {
        return Err(FlowError::invalid(
            "scope",
            "Choose at least one thing it may do.",
        ));
    }
    let grants = role::list_grants(tx, actor.organisation(), person)?;
    let held = |scope: &Permission| grants.iter().any(|grant| grant.permissions.contains(scope));
    match scopes.iter().find(|scope| !held(scope)) {
        None => Ok(()),
        Some(scope) => {
            let message = format!(
                "This person may not {}, so neither may their client.",
                scope.label()
            );
            Err(FlowError::invalid("scope", message))
        }
    }
}

fn check_limits(
    ranges: &[IpNet],
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if ranges.len() > RANGES_MAX {
        let message = format!("There are {} networks; the limit is {RANGES_MAX}.", ranges.len());
        return Err(FlowError::invalid("ip_ranges", message));
    }
    if expires_at.is_some_and(|end| end <= now) {
        return Err(FlowError::invalid(
            "expires_on",
            "This day is over. Choose a later one.",
        ));
    }
    Ok(())
}

fn limits(
    client_id: &str,
    scopes: &[Permission],
    ranges: &[IpNet],
    expires_at: Option<DateTime<Utc>>,
) -> Value {
    json!({
        "client_id": client_id,
        "scopes": scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "ip_ranges": ranges.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "expires_at": expires_at,
    })
}

fn say(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kind: &'static str,
    data: Value,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let event = Event::new(actor.organisation(), now, kind, data).by(actor.person());
    Ok(event::append(tx, &event)?)
}

/// A client of one's own; of other people's there is none.
fn lock_own(tx: &mut Tx<'_>, actor: &Actor, client_id: &str) -> Result<ApiClient, FlowError> {
    let client = api_client::lock(tx, actor.organisation(), client_id)?;
    if client.person == actor.person() {
        Ok(client)
    } else {
        Err(StoreError::NotFound("API client").into())
    }
}

fn moved_on() -> FlowError {
    StoreError::Stale("API client").into()
}

/// The factor of which a code stands for the client after this: what was just given, or what counted
/// before.
fn code_for(
    tx: &mut Tx<'_>,
    actor: &Actor,
    agreement: &Agreement<'_>,
) -> Result<Option<FactorNumber>, FlowError> {
    let on = second_factor::find_number(tx, actor.person())?;
    if actor.has_confirmed() {
        Ok(on)
    } else if agreement.needs_code(on) {
        Err(CodeRefusal::Missing.into())
    } else {
        Ok(agreement.code_of)
    }
}

/// Its person confirms it: from now on it is active.
///
/// # Errors
/// `NotFound` for everybody else, `Stale` where it is confirmed or revoked already, `Code` where it
/// will sign and no code was given.
pub fn confirm(tx: &mut Tx<'_>, actor: &Actor, made: &Made, now: DateTime<Utc>) -> Result<(), FlowError> {
    let client = lock_own(tx, actor, &made.client_id)?;
    if client.confirmed_at.is_some() || client.revoked_at.is_some() {
        return Err(moved_on());
    }
    let code_of = code_for(tx, actor, &client.agreement())?;
    api_client::confirm(tx, client.id, (&made.hash, code_of), now)?;
    let data = limits(
        &client.client_id,
        &client.scopes,
        &client.ranges,
        client.expires_at,
    );
    say(tx, actor, "api_client.confirmed", data, now)
}

/// What a person saw that their client was offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offered {
    /// To do more.
    pub scopes: Vec<Permission>,
    /// To call from elsewhere, or for longer.
    pub bounds: Option<Bounds>,
}

/// Its person agrees to what it was offered, which they saw as `seen`; or gives the code without which
/// it signs nothing.
///
/// # Errors
/// `NotFound` for everybody else, `Stale` where it waits for nothing or for something else than was
/// seen, `Code` where one is needed.
pub fn agree(
    tx: &mut Tx<'_>,
    actor: &Actor,
    client_id: &str,
    seen: &Offered,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let client = lock_offered(tx, actor, client_id, seen, now)?;
    let agreement = client.agreement();
    let on = second_factor::find_number(tx, actor.person())?;
    match agreement.awaited(on) {
        Some(Awaited::More | Awaited::Code) => {}
        Some(Awaited::Confirmation) | None => return Err(moved_on()),
    }
    let code_of = code_for(tx, actor, &agreement)?;
    let holds = |one: &Permission| client.scopes.contains(one) || client.offered.contains(one);
    let scopes: Vec<Permission> = Permission::ALL.into_iter().filter(holds).collect();
    let bounds = client.offered_bounds.clone().unwrap_or_else(|| client.bounds());
    api_client::agree(tx, client.id, (&scopes, &bounds), code_of)?;
    let mut data = limits(client_id, &scopes, &bounds.ranges, bounds.expires_at);
    if let Some(details) = data.as_object_mut() {
        details.insert("with_code".to_owned(), json!(actor.has_confirmed()));
    }
    say(tx, actor, "api_client.agreed", data, now)
}

/// Its person does not want it to do more.
///
/// # Errors
/// `NotFound` for everybody else, `Stale` where it was offered nothing, or something else.
pub fn decline(
    tx: &mut Tx<'_>,
    actor: &Actor,
    client_id: &str,
    seen: &Offered,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let client = lock_offered(tx, actor, client_id, seen, now)?;
    if client.offered.is_empty() && client.offered_bounds.is_none() {
        return Err(moved_on());
    }
    api_client::withdraw(tx, client.id)?;
    let data = json!({ "client_id": client_id, "offered": client.offered, "bounds": client.offered_bounds });
    say(tx, actor, "api_client.declined", data, now)
}

fn lock_offered(
    tx: &mut Tx<'_>,
    actor: &Actor,
    client_id: &str,
    seen: &Offered,
    now: DateTime<Utc>,
) -> Result<ApiClient, FlowError> {
    let client = lock_own(tx, actor, client_id)?;
    let is_other = (&client.offered, &client.offered_bounds) != (&seen.scopes, &seen.bounds);
    if client.is_over(now) || is_other {
        Err(moved_on())
    } else {
        Ok(client)
    }
}

/// Its person gives it another secret; the old one holds for `overlap` more.
///
/// # Errors
/// `NotFound` for everybody else, `Stale` where it is not active, `Invalid` for an overlap too long.
pub fn roll(
    tx: &mut Tx<'_>,
    actor: &Actor,
    made: &Made,
    overlap: Duration,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let client = lock_own(tx, actor, &made.client_id)?;
    if client.confirmed_at.is_none() || client.revoked_at.is_some() {
        return Err(moved_on());
    }
    if overlap > OVERLAP_MAX || overlap < Duration::zero() {
        let message = format!(
            "The old secret can hold for {} hours at most.",
            OVERLAP_MAX.num_hours()
        );
        return Err(FlowError::invalid("overlap_hours", message));
    }
    let until = (overlap > Duration::zero()).then(|| now + overlap);
    api_client::roll(tx, client.id, &made.hash, until)?;
    let data = json!({ "client_id": client.client_id, "previous_until": until });
    say(tx, actor, "api_client.rolled", data, now)
}

/// What a client shall be held to.
#[derive(Clone, Debug)]
pub struct Held {
    /// What it may do at most, once its person agrees.
    pub scopes: Vec<Permission>,
    /// From where and until when it may call at most, once its person agrees.
    pub bounds: Bounds,
}

/// Draws its limits: what it has or was offered beyond them is taken away at once. That is anybody's
/// who manages developers. Says whether `wanted` goes further than what it has: that takes a proposal.
///
/// # Errors
/// `Invalid` with the field that is wrong.
pub fn limit(
    tx: &mut Tx<'_>,
    actor: &Actor,
    client_id: &str,
    wanted: &Held,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    actor.require(Permission::DeveloperManage)?;
    let client = api_client::lock(tx, actor.organisation(), client_id)?;
    if client.revoked_at.is_some() {
        return Err(moved_on());
    }
    let kept = |from: &[Permission]| -> Vec<Permission> {
        let left = from.iter().filter(|one| wanted.scopes.contains(one));
        left.copied().collect()
    };
    let (scopes, offered) = (kept(&client.scopes), kept(&client.offered));
    if scopes.is_empty() {
        return Err(FlowError::invalid(
            "scope",
            "Leave at least one of what it may do now, or revoke the client.",
        ));
    }
    let (has, wants) = (client.bounds(), &wanted.bounds);
    let end = wants.expires_at.filter(|end| Some(*end) != has.expires_at);
    check_limits(&wants.ranges, end, now)?;
    // Nobody relies on a client yet that its person has not confirmed: they will see these bounds.
    let bounds = match client.confirmed_at {
        Some(_) => has.narrowed_to(wants),
        None => wants.clone(),
    };
    let bounds = if wants.lie_within(&has) {
        wants.clone()
    } else {
        bounds
    };
    let offered_bounds = client.offered_bounds.as_ref().filter(|offer| *offer == wants);
    let is_wider = bounds != *wants && offered_bounds.is_none();
    let goes_further = is_wider || wanted.scopes.len() > scopes.len() + offered.len();
    let drawn = Limits {
        scopes: &scopes,
        offered: &offered,
        bounds: &bounds,
        offered_bounds,
    };
    let before = (
        &client.scopes,
        &client.offered,
        &has,
        client.offered_bounds.as_ref(),
    );
    if (&scopes, &offered, &bounds, offered_bounds) == before {
        return Ok(goes_further);
    }
    api_client::limit(tx, client.id, &drawn)?;
    let data = limits(client_id, &scopes, &bounds.ranges, bounds.expires_at);
    say(tx, actor, "api_client.limited", data, now)?;
    Ok(goes_further)
}

/// Ends it at once and for good: its person may, and who manages developers.
///
/// # Errors
/// `NotFound` for others, `Stale` where it is revoked already.
pub fn revoke(tx: &mut Tx<'_>, actor: &Actor, client_id: &str, now: DateTime<Utc>) -> Result<(), FlowError> {
    let client = match actor.require(Permission::DeveloperManage) {
        Ok(_) => api_client::lock(tx, actor.organisation(), client_id)?,
        Err(_) => lock_own(tx, actor, client_id)?,
    };
    if client.revoked_at.is_some() {
        return Err(moved_on());
    }
    api_client::revoke(tx, client.id, now)?;
    let data = json!({ "client_id": client.client_id });
    say(tx, actor, "api_client.revoked", data, now)
}
