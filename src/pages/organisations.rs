//! Turning to another organisation, and beginning to practise: both end in the session being elsewhere.

use super::error::PageError;
use super::reply::Reply;
use crate::domain::practice::Part;
use crate::flows::{practise, turn};
use crate::http::visit::Visit;

/// POST `/organisations`.
pub(super) fn turn_to(visit: &Visit) -> Result<Reply, PageError> {
    let person = visit.actor()?.person();
    let code = visit
        .sent("organisation")
        .ok_or_else(|| PageError::Malformed("say which organisation to turn to".to_owned()))?;
    let organisation = visit.act(|tx| turn::turn(tx, person, code, visit.now))?;
    // Back to the guide after a practice, home otherwise.
    let to = match visit.sent("guide").and_then(Part::parse) {
        Some(part) => format!("/guide/{}", part.as_str()),
        None => "/".to_owned(),
    };
    Ok(Reply::Turned { organisation, to })
}

/// POST `/guide/{role}/practice`.
pub(super) fn practise(visit: &Visit) -> Result<Reply, PageError> {
    let part = Part::parse(visit.param("role")).ok_or(PageError::NoSuchPage)?;
    let actor = visit.actor()?;
    let organisation = visit.act(|tx| practise::begin(tx, actor, part, visit.now))?;
    Ok(Reply::Turned {
        organisation,
        to: format!("/guide/{}", part.as_str()),
    })
}
