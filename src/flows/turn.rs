//! Turning to another organisation, for somebody who belongs to several, or into a practice and back.
//! The session keeps where; this says whether, and writes it down where the person arrives.

use crate::domain::event::Event;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::flows::FlowError;
use crate::store::{StoreError, Tx, event, member, signed_in};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Turns to the organisation with this public id.
///
/// # Errors
/// `NotFound` where the person is no active member of it.
pub fn turn(
    tx: &mut Tx<'_>,
    person: PersonId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<OrganisationId, FlowError> {
    let places = signed_in::load(tx, person)?.places;
    let to = places
        .into_iter()
        .find(|place| place.code == code)
        .ok_or(StoreError::NotFound("organisation of yours"))?;
    member::note_chosen(tx, to.organisation, person, now)?;
    let turned = Event::new(
        to.organisation,
        now,
        "person.turned_to",
        json!({ "name": to.name }),
    );
    event::append(tx, &turned.by(person))?;
    Ok(to.organisation)
}
