//! How a call is written, before what it says: who sends it from where, in which form and encoding.
//!
//! The API reads no cookie, but a browser keeps the name and key of HTTP Basic like one. So what another
//! site's page sends is refused, and with it the forms that browsers send without asking.

use super::error::ApiError;
use super::{Access, Body, Route, Verb};
use crate::http::call::{Call, Sent};

/// Looks at the headers that say how the body is written.
pub(super) fn check(route: &Route, call: &Call) -> Result<(), ApiError> {
    if route.access == Access::Public {
        return Ok(());
    }
    let site = call.header("sec-fetch-site").unwrap_or("none");
    if route.verb != Verb::Get && !matches!(site, "none" | "same-origin") {
        let why = "a page of another site sent this; programs call the API, not pages";
        return Err(ApiError::NotAuthorized(why.to_owned()));
    }
    if route.body == Body::None || is_empty(call) {
        return Ok(());
    }
    let mut faults = call.faults();
    let encoding = call.header("content-encoding").unwrap_or("identity");
    if !encoding.eq_ignore_ascii_case("identity") {
        faults.add("Content-Encoding", "fault-content-encoding", &[]);
    }
    if call.header("content-type").is_some_and(|text| !is_json(text)) {
        faults.add("Content-Type", "fault-content-type", &[]);
    }
    faults.unless_any(())
}

fn is_empty(call: &Call) -> bool {
    matches!(&call.sent, Sent::Bytes(bytes) if bytes.is_empty())
}

/// Whether a media type may be JSON's. `curl -d` says that a body is a form where it is told nothing
/// else; what is in it is read as JSON all the same.
fn is_json(text: &str) -> bool {
    let essence = text
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    matches!(
        essence.as_str(),
        "" | "application/json" | "text/json" | "application/x-www-form-urlencoded"
    ) || (essence.starts_with("application/") && essence.ends_with("+json"))
}
