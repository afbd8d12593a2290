//! What a confirmed change does, and what is logged of it.
//!
//! Called with everything checked; the invariant that somebody can still manage the team is the
//! caller's.

use super::Fresh;
use crate::domain::event::Event;
use crate::domain::ids::{AccountId, PersonId};
use crate::domain::ledger::{LedgerError, Movement};
use crate::domain::letter::{ClientWaits, Letter};
use crate::domain::permission::Permission;
use crate::domain::proposal::{Change, Proposal, WAITS};
use crate::domain::team::{Given, MemberStatus};
use crate::flows::FlowError;
use crate::store::funding::NewFunding;
use crate::store::invitation::NewInvitation;
use crate::store::ledger::{Entry, PostError};
use crate::store::letter::{self, To};
use crate::store::{
    StoreError, Tx, account, api_client, funding, invitation, ledger, member, organisation, role,
    second_factor,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Carries the change out; answers what is to be logged.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    found: &Proposal,
    by: PersonId,
    fresh: Fresh<'_>,
    now: DateTime<Utc>,
) -> Result<Event, FlowError> {
    let organisation = found.organisation;
    let (kind, data) = match &found.change {
        Change::Policy {
            account,
            version,
            from,
            to,
        } => {
            let next = version + 1;
            account::insert_policy(tx, (organisation, *account), next, to, Some(found.proposed_by))?;
            let number = account::load(tx, *account)?.number;
            (
                "policy.changed",
                json!({ "account": number, "version": next, "from": from, "to": to }),
            )
        }
        Change::NewRole { to } => {
            role::insert(tx, organisation, to)?;
            ("role.created", json!({ "role": to.name, "to": to.permissions }))
        }
        Change::Role { role, from, to } => {
            role::change(tx, organisation, *role, to)?;
            ("role.changed", json!({ "from": from, "to": to }))
        }
        Change::RoleDeletion { role, from } => {
            role::delete(tx, organisation, *role)?;
            ("role.deleted", json!({ "from": from }))
        }
        Change::Funding {
            account,
            amount,
            reference,
            comment,
        } => (
            "account.funded",
            fund(tx, found, (*account, *amount), (reference, comment), now)?,
        ),
        Change::PersonRoles { .. }
        | Change::Invitation { .. }
        | Change::Suspension { .. }
        | Change::Removal { .. }
        | Change::Reactivation { .. }
        | Change::SecondFactorReset { .. } => on_person(tx, found, by, fresh, now)?,
        Change::ClientScopes { .. } => offer(tx, found, now)?,
    };
    let data = with(data, "proposal", json!(found.id.0));
    Ok(Event::new(organisation, now, kind, data).by(by))
}

/// Offers a client more; its person is told, and agrees or does not.
fn offer(tx: &mut Tx<'_>, found: &Proposal, now: DateTime<Utc>) -> Result<Logged, FlowError> {
    let Change::ClientScopes {
        client,
        owner,
        from,
        to,
        bounds,
    } = &found.change
    else {
        return Err(StoreError::NotFound("API client").into());
    };
    let locked = api_client::lock(tx, found.organisation, client)?;
    let more = |one: &&Permission| !locked.scopes.contains(one);
    let offered: Vec<Permission> = to.iter().filter(more).copied().collect();
    let wider = bounds.as_ref().map(|(_, to)| to);
    api_client::offer(tx, locked.id, &offered, wider)?;
    let what = Letter::ClientWaits {
        name: locked.name,
        what: ClientWaits::More,
    };
    letter::enqueue(tx, found.organisation, To::People(&[*owner]), &what, now)?;
    Ok((
        "api_client.offered",
        json!({ "client_id": client, "from": from, "to": to, "bounds": wider }),
    ))
}

/// The same object with one entry more.
fn with(mut data: Value, key: &str, value: Value) -> Value {
    if let Value::Object(map) = &mut data {
        map.insert(key.to_owned(), value);
    }
    data
}

type Logged = (&'static str, Value);

fn on_person(
    tx: &mut Tx<'_>,
    found: &Proposal,
    by: PersonId,
    fresh: Fresh<'_>,
    now: DateTime<Utc>,
) -> Result<Logged, FlowError> {
    let organisation = found.organisation;
    match &found.change {
        Change::PersonRoles { person, from, to } => {
            role::replace_given(tx, organisation, *person, to)?;
            let data = json!({ "from": said(from), "to": said(to) });
            logged(tx, found, *person, "person.roles_changed", data)
        }
        Change::Invitation { email, to } => {
            let new = NewInvitation {
                organisation,
                email,
                roles: to,
                token: &Sha256::digest(fresh.token.as_bytes()),
                proposal: found.id,
                expires_at: now + WAITS,
            };
            invitation::insert(tx, &new, by, now)?;
            let letter = Letter::Invitation {
                organisation: organisation::load_name(tx, organisation)?,
                inviter: member::load(tx, organisation, found.proposed_by)?.name,
                roles: to.iter().map(|given| given.rule.name.clone()).collect(),
                token: fresh.token.to_owned(),
            };
            letter::enqueue(tx, organisation, To::Address(email), &letter, now)?;
            Ok(("person.invited", json!({ "email": email, "roles": said(to) })))
        }
        Change::Suspension { person } => {
            member::advance(tx, organisation, *person, MemberStatus::Suspended)?;
            member::end_sessions(tx, *person)?;
            logged(tx, found, *person, "person.suspended", json!({}))
        }
        Change::Removal { person, from, .. } => {
            role::replace_given(tx, organisation, *person, &[])?;
            member::advance(tx, organisation, *person, MemberStatus::Removed)?;
            member::end_sessions(tx, *person)?;
            logged(
                tx,
                found,
                *person,
                "person.removed",
                json!({ "from": said(from) }),
            )
        }
        Change::Reactivation { person, to } => {
            member::advance(tx, organisation, *person, MemberStatus::Active)?;
            logged(
                tx,
                found,
                *person,
                "person.reactivated",
                json!({ "roles": said(to) }),
            )
        }
        Change::SecondFactorReset { person } => reset_second_factor(tx, found, *person, now),
        Change::Policy { .. }
        | Change::NewRole { .. }
        | Change::Role { .. }
        | Change::RoleDeletion { .. }
        | Change::Funding { .. }
        | Change::ClientScopes { .. } => Err(StoreError::NotFound("person").into()),
    }
}

/// Takes it off, with its recovery codes; sessions end, and the person is told who wanted it.
fn reset_second_factor(
    tx: &mut Tx<'_>,
    found: &Proposal,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Logged, FlowError> {
    if !second_factor::remove(tx, person)? {
        return Err(StoreError::Stale("second factor").into());
    }
    member::end_sessions(tx, person)?;
    let by = member::load(tx, found.organisation, found.proposed_by)?.name;
    let letter = Letter::SecondFactorReset { by };
    letter::enqueue(tx, found.organisation, To::People(&[person]), &letter, now)?;
    logged(tx, found, person, "person.second_factor_reset", json!({}))
}

fn logged(
    tx: &mut Tx<'_>,
    found: &Proposal,
    person: PersonId,
    kind: &'static str,
    data: Value,
) -> Result<Logged, FlowError> {
    let email = member::load(tx, found.organisation, person)?.email;
    let data = with(data, "email", json!(email));
    Ok((kind, with(data, "person", json!(person.0))))
}

/// Roles as the log says them: the name, and the accounts where they are not all.
fn said(given: &[Given]) -> Value {
    let roles = given
        .iter()
        .map(|one| json!({ "role": one.rule.name, "accounts": one.accounts }));
    roles.collect()
}

fn fund(
    tx: &mut Tx<'_>,
    found: &Proposal,
    (id, amount): (AccountId, i64),
    (reference, comment): (&str, &str),
    now: DateTime<Utc>,
) -> Result<Value, FlowError> {
    let account = account::load(tx, id)?;
    let entry = Entry {
        movement: Movement::Fund,
        amount,
        batch: None,
        slice: None,
        payout: None,
    };
    match ledger::post(tx, found.organisation, id, &[entry], now) {
        Ok(_) => {}
        Err(PostError::Ledger(LedgerError::OutOfRange)) => {
            let message = "The account can't hold so much. Nothing was changed.";
            return Err(FlowError::invalid("amount", message));
        }
        Err(other) => return Err(other.into()),
    }
    let new = NewFunding {
        organisation: found.organisation,
        account: id,
        reference,
        comment,
        proposal: found.id,
    };
    funding::insert(tx, &new)?;
    Ok(
        json!({ "account": account.number, "amount": account.money(amount).plain(),
        "amount_minor": amount, "reference": reference, "comment": comment }),
    )
}
