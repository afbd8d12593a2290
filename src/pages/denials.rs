//! The one place where what pages refuse becomes a line of the log: at the door, by a flow, or beside a
//! form that is shown again. Not here: what counts as one line (`flows::denial`).
//!
//! The invariant: the answer does not depend on the note; where it can't be written, that is logged.

use super::error::PageError;
use super::reply::Reply;
use super::{Handler, Route};
use crate::domain::ids::BatchNumber;
use crate::flows::denial::{self, Denied};
use crate::http::visit::Visit;
use actix_web::http::StatusCode;

/// Notes a handler's refusal, if it was one.
pub(super) fn note_reply(visit: &Visit, route: &Route, reply: &Result<Reply, PageError>) {
    if let Err(error) | Ok(Reply::Refusal { error, .. }) = reply {
        note(visit, route, error);
    }
}

/// Notes a refusal for duty or permission of somebody who is signed in.
pub(super) fn note(visit: &Visit, route: &Route, error: &PageError) {
    let Ok(actor) = visit.actor() else { return };
    if error.status() != StatusCode::FORBIDDEN {
        return;
    }
    let number = Some(visit.param("number")).filter(|number| !number.is_empty());
    // The evidence pack of a batch stands among the reports.
    let of_batch = route.path.contains("/batches/");
    let denied = Denied {
        tried: tried(visit, route),
        reason: error.to_string(),
        batch: number.filter(|_| of_batch).and_then(BatchNumber::parse),
        account: number.filter(|_| !of_batch).map(str::to_owned),
    };
    if let Err(error) = visit.act(|tx| denial::of_act(tx, actor, &denied, visit.now)) {
        tracing::error!(%error, "a refusal could not be noted");
    }
}

/// Method and address; one that holds a secret is named by its pattern.
fn tried(visit: &Visit, route: &Route) -> String {
    let method = match route.handler {
        Handler::Show(_) => "GET",
        Handler::Act(_) | Handler::Receive(_) => "POST",
    };
    let path = if route.path.contains("{token}") {
        route.path
    } else {
        &visit.path
    };
    format!("{method} {path}")
}
