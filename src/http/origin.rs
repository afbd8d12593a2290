//! Whether a state-changing request was sent by a page of ours.
//!
//! Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; a request with neither is refused,
//! sign-in too.

use actix_web::http::header::{HOST, HeaderMap, ORIGIN};

/// Whether the headers say "same origin". `ours` is `scheme://host` of the portal.
#[must_use]
pub fn is_same_origin(headers: &HeaderMap, ours: &str) -> bool {
    if let Some(site) = text(headers, "sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(headers, ORIGIN.as_str()) else {
        return false;
    };
    if origin == ours {
        return true;
    }
    // On loopback people also come as `localhost`; there, the host they named is the one they sent to.
    let host = text(headers, HOST.as_str()).unwrap_or_default();
    is_loopback(ours) && origin == format!("http://{host}") && is_loopback(origin)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_loopback(origin: &str) -> bool {
    let host = origin.trim_start_matches("http://");
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        host.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}
