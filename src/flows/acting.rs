//! Who is acting: the signed-in person with what they may do now, read anew with every request.

use crate::domain::ids::PersonId;
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::store::{Conn, person};

/// A person at work in an organisation.
#[derive(Clone, Debug)]
pub struct Acting {
    /// What they may do.
    pub actor: Actor,
    /// Lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
}

/// Loads the person; refused where their membership has ended.
///
/// # Errors
/// `NotFound` where they are no longer an active member.
pub fn load(conn: &mut Conn<'_>, id: PersonId) -> Result<Acting, FlowError> {
    let (actor, person, organisation) = person::load_actor(conn, id)?;
    Ok(Acting {
        actor,
        email: person.email,
        name: person.name,
        organisation,
    })
}
