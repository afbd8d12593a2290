//! Joining by an invitation's link, and taking an invitation back.
//!
//! The link's token works once and for seven days; only its hash is known here. Somebody who has a
//! password already gives that one; nobody else's is ever set by a link.

use crate::domain::event::Event;
use crate::domain::ids::{InvitationId, PersonId};
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::store::invitation::{self, Invitation};
use crate::store::{StoreError, Tx, event, member, person, proposal, role};
use chrono::{DateTime, Utc};
use serde_json::json;

/// How somebody shows that they are who is invited.
pub enum Proof<'a> {
    /// Somebody new, with the password they will have, hashed outside.
    New {
        /// As they want to be called.
        name: &'a str,
        /// Argon2id in PHC form.
        password_hash: &'a str,
    },
    /// Somebody known, whose password was compared outside.
    Known(PersonId),
}

/// Makes whoever holds the link a member with the roles that were confirmed, as far as those roles
/// still exist.
///
/// # Errors
/// `NotFound` where the link does not work any more, `Stale` where the address became somebody's
/// meanwhile.
pub fn join(
    tx: &mut Tx<'_>,
    token: &[u8],
    proof: &Proof<'_>,
    now: DateTime<Utc>,
) -> Result<PersonId, FlowError> {
    let organisation = invitation::load(tx, token, now)?.organisation;
    proposal::lock_administration(tx, organisation)?;
    let found = invitation::load(tx, token, now)?;
    let known = person::find_credentials(tx, &found.email)?.map(|known| known.person);
    let id = match (proof, known) {
        (Proof::New { name, password_hash }, None) => person::insert(tx, &found.email, name, password_hash)?,
        (Proof::Known(id), Some(known)) if *id == known => known,
        (Proof::New { .. }, Some(_)) | (Proof::Known(_), _) => {
            return Err(StoreError::Stale("invitation").into());
        }
    };
    member::join(tx, organisation, id, now)?;
    give(tx, &found, id)?;
    invitation::close(tx, (organisation, found.id), "accepted", id, now)?;
    let names: Vec<&str> = found.roles.iter().map(|given| given.rule.name.as_str()).collect();
    let data = json!({ "email": found.email, "role": names.join(", ") });
    event::append(tx, &Event::new(organisation, now, "person.joined", data).by(id))?;
    Ok(id)
}

fn give(tx: &mut Tx<'_>, found: &Invitation, id: PersonId) -> Result<(), FlowError> {
    let roles = role::list(tx, found.organisation)?;
    // A role that says something else now is not the one that was confirmed.
    let same = found.roles.iter().filter(|given| {
        roles
            .iter()
            .any(|role| role.id == given.role && role.rule == given.rule)
    });
    let given: Vec<_> = same.cloned().collect();
    Ok(role::replace_given(tx, found.organisation, id, &given)?)
}

/// Takes an invitation back: it only gives less, so one administrator is enough.
///
/// # Errors
/// `NotFound` where it is not open any more.
pub fn revoke(tx: &mut Tx<'_>, actor: &Actor, id: InvitationId, now: DateTime<Utc>) -> Result<(), FlowError> {
    actor.require_everywhere(Permission::TeamManage)?;
    proposal::lock_administration(tx, actor.organisation())?;
    let email = invitation::close(tx, (actor.organisation(), id), "revoked", actor.person(), now)?;
    let revoked = Event::new(
        actor.organisation(),
        now,
        "invitation.revoked",
        json!({ "email": email }),
    );
    Ok(event::append(tx, &revoked.by(actor.person()))?)
}
