//! Who is acting: the signed-in person with what they may do now, read anew with every request, in the
//! organisation that their session has chosen.

use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::permission::Actor;
use crate::domain::practice::Part;
use crate::flows::FlowError;
pub use crate::store::signed_in::Place;
use crate::store::{Conn, StoreError, signed_in};

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
    /// The organisation's public id.
    pub code: String,
    /// Everywhere they may act, this organisation too.
    pub places: Vec<Place>,
}

impl Acting {
    /// What they practise, where this is no earnest.
    #[must_use]
    pub fn practised(&self) -> Option<Part> {
        self.place().and_then(|place| place.practised)
    }

    /// Where they are.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.places.iter().find(|place| place.code == self.code)
    }

    /// Where they belong in earnest.
    #[must_use]
    pub fn home(&self) -> Option<&Place> {
        let home = self.place()?.home;
        self.places.iter().find(|place| place.organisation == home)
    }
}

/// Where the person acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Where {
    /// Where they turned to last, practices aside.
    Last,
    /// Where the session says, as long as they are an active member there.
    Chosen(OrganisationId),
    /// The same, but of a practice the organisation it belongs to: for what concerns the person
    /// themselves, which no practice may hide from that one's log.
    AtHome(OrganisationId),
}

/// Loads the person where they turned to last; refused where their membership has ended.
///
/// # Errors
/// `NotFound` where they are no active member of anything.
pub fn load(conn: &mut Conn<'_>, id: PersonId) -> Result<Acting, FlowError> {
    load_at(conn, id, Where::Last)
}

/// Loads the person where they act.
///
/// # Errors
/// As `load`.
pub fn load_at(conn: &mut Conn<'_>, id: PersonId, at: Where) -> Result<Acting, FlowError> {
    let found = signed_in::load(conn, id)?;
    let places = &found.places;
    let find = |wanted: OrganisationId| places.iter().find(|place| place.organisation == wanted);
    let chosen = match at {
        Where::Last => None,
        Where::Chosen(chosen) => find(chosen),
        Where::AtHome(chosen) => find(chosen).and_then(|place| find(place.home)),
    };
    let last = || places.iter().find(|place| place.practised.is_none());
    let place = chosen
        .or_else(last)
        .ok_or(StoreError::NotFound("membership"))?
        .clone();
    let grants = found.grants(place.organisation);
    Ok(Acting {
        actor: Actor::authenticated(place.organisation, id, grants),
        email: found.person.email,
        name: found.person.name,
        organisation: place.name,
        code: place.code,
        places: found.places,
    })
}
