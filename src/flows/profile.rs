//! What people change about themselves: their name, and which letters they want.

use crate::domain::event::Event;
use crate::domain::letter::Wishes;
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::store::{Tx, event, letter, password, person};
use chrono::{DateTime, Utc};
use serde_json::json;

/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 140;

/// Changes name and wishes.
///
/// # Errors
/// `Invalid` where the name is empty or too long.
pub fn change(
    tx: &mut Tx<'_>,
    actor: &Actor,
    name: &str,
    wishes: Wishes,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let name = name.trim();
    let has = name.chars().count();
    if has == 0 {
        return Err(FlowError::invalid("name", "Say what the others call you."));
    }
    if has > NAME_CHARS_MAX {
        let message = format!("The name has {has} characters; the limit is {NAME_CHARS_MAX}. Shorten it.");
        return Err(FlowError::invalid("name", message));
    }
    let before = person::list(tx, &[actor.person()])?.into_iter().next();
    let before = before.map(|person| person.name).unwrap_or_default();
    letter::set_wishes(tx, actor.person(), wishes)?;
    if before == name {
        return Ok(());
    }
    password::set_name(tx, actor.person(), name)?;
    let data = json!({ "from": before, "to": name });
    let renamed = Event::new(actor.organisation(), now, "person.renamed", data);
    Ok(event::append(tx, &renamed.by(actor.person()))?)
}
