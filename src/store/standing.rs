//! What must be known to answer "what may this person do to this batch now": read in one place, for
//! pages and flows alike.

use super::signature::Signature;
use super::{Conn, StoreError, account, person, second_factor, signature, slice};
use crate::domain::authorisation::{Candidate, Seat, Stand, Standing};
use crate::domain::batch::Batch;
use crate::domain::ids::PersonId;
use crate::domain::permission::{Actor, Permission};

/// Both sides of the question, and what they were read from.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The batch's side.
    pub stand: Stand,
    /// The person's side.
    pub standing: Standing,
    /// The signatures that stand.
    pub signatures: Vec<Signature>,
    /// Everyone who made anything of it.
    pub makers: Vec<PersonId>,
}

/// Reads the situation of `actor` towards `batch`.
///
/// # Errors
/// What the database says.
pub fn load(conn: &mut Conn<'_>, actor: &Actor, batch: &Batch) -> Result<Situation, StoreError> {
    let signatures = signature::list(conn, batch)?;
    let makers = signature::list_makers(conn, batch.id)?;
    let initiator = match signatures
        .iter()
        .find(|signature| signature.seat == Seat::Initiator)
    {
        Some(signature) => {
            let active = person::is_active(conn, batch.organisation, signature.person)?;
            Some((signature.person, active))
        }
        None => None,
    };
    let me = actor.person();
    let permissions: Vec<Permission> = Permission::ALL
        .into_iter()
        .filter(|permission| actor.may(*permission, batch.account))
        .collect();
    let standing = Standing {
        person: me,
        permissions,
        maker: makers.contains(&me),
        signed: signatures
            .iter()
            .find(|signature| signature.person == me)
            .map(|signature| signature.seat),
        captured: batch.captured_by == me,
        has_second_factor: second_factor::is_on(conn, me)?,
    };
    let unclaimed = !batch.status.is_final() && slice::has_waiting(conn, batch.id)?;
    let stand = Stand {
        status: batch.status,
        payable: batch.payable_count,
        unclaimed,
        initiator,
        // The policy in force, not the one at submission: a demand that was made since holds.
        demands_second_factor: account::load_policy(conn, batch.account)?.1.approver_two_factor(),
    };
    Ok(Situation {
        stand,
        standing,
        signatures,
        makers,
    })
}

/// Who could still sign: active, holding review or approval on the account, no maker, and without a
/// signature on this revision. `besides` is left out too.
///
/// # Errors
/// What the database says.
pub fn list_candidates(
    conn: &mut Conn<'_>,
    batch: &Batch,
    situation: &Situation,
    besides: Option<PersonId>,
) -> Result<Vec<(person::Person, Candidate)>, StoreError> {
    let signers = person::list_signers(conn, batch.organisation, batch.account)?;
    Ok(signers
        .into_iter()
        .filter(|(person, _)| {
            Some(person.id) != besides
                && !situation.makers.contains(&person.id)
                && !situation
                    .signatures
                    .iter()
                    .any(|signature| signature.person == person.id)
        })
        .collect())
}
