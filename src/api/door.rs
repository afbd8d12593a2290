//! Who calls: a token (`Bearer`), or client and secret (`Basic`). Client, person, expiry and address
//! are asked anew with every call, so what an administrator takes away is gone at once.

use super::error::ApiError;
use super::{Access, Route};
use crate::domain::client::{is_client_id, may_call_from, split_key};
use crate::flows::calling::{self, Calling};
use crate::flows::{FlowError, denial};
use crate::http::call::Call;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Finds who calls.
pub(super) fn authenticate(call: &Call) -> Result<Calling, ApiError> {
    let header = call.header("authorization").ok_or(ApiError::Credentials)?;
    let calling = match scheme(header) {
        Some(("bearer", token)) => by_token(call, token)?,
        Some(("basic", _)) => {
            let (client_id, secret) = basic(header).ok_or(ApiError::Credentials)?;
            check_secret(call, &client_id, &secret)?
        }
        Some(_) | None => return Err(ApiError::Credentials),
    };
    if calling.client.is_use_due(call.now) {
        call.note_use(&calling)?;
    }
    Ok(calling)
}

/// The scheme in lower case and what follows it.
fn scheme(header: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = header.split_once(' ')?;
    let known = ["bearer", "basic"]
        .into_iter()
        .find(|known| scheme.eq_ignore_ascii_case(known))?;
    Some((known, rest.trim()))
}

/// The token of a header that carries one.
pub(super) fn bearer(header: &str) -> Option<&str> {
    scheme(header).and_then(|(scheme, token)| (scheme == "bearer").then_some(token))
}

/// Client and secret of HTTP Basic: as user name and password, or both in a key
/// `sk_<client_id>_<secret>` as the user name alone.
pub(super) fn basic(header: &str) -> Option<(String, String)> {
    let ("basic", coded) = scheme(header)? else {
        return None;
    };
    let text = String::from_utf8(STANDARD.decode(coded).ok()?).ok()?;
    let (user, password) = text.split_once(':').unwrap_or((&text, ""));
    let (client_id, secret) = match split_key(user) {
        Some(both) if password.is_empty() => both,
        Some(_) | None => (user, password),
    };
    Some((client_id.to_owned(), secret.to_owned()))
}

fn by_token(call: &Call, token: &str) -> Result<Calling, ApiError> {
    let portal = &call.portal;
    let claims = portal.tokens.verify(&portal.db, token, call.now)?;
    let claims = claims.ok_or(ApiError::Credentials)?;
    let calling = find(call, &claims.sub)?;
    if calling.organisation_code != claims.org {
        return Err(ApiError::Credentials);
    }
    Ok(Calling {
        token_until: claims.ends_at(),
        ..calling
    })
}

/// The client of this id, if the secret is its own.
pub(super) fn check_secret(call: &Call, client_id: &str, secret: &str) -> Result<Calling, ApiError> {
    if !is_client_id(client_id) || secret.is_empty() {
        return Err(ApiError::Credentials);
    }
    let calling = find(call, client_id)?;
    let portal = &call.portal;
    let hashes = calling.hashes(call.now);
    let is_right = portal
        .known_secrets
        .is_right(secret, hashes, &portal.password_gate, call.now)
        .map_err(|_| ApiError::Busy)?;
    if is_right {
        Ok(calling)
    } else {
        let (actor, id) = (&calling.actor, &calling.client.client_id);
        call.note(Some(id), |tx| denial::of_client(tx, actor, id, call.now));
        Err(ApiError::Credentials)
    }
}

fn find(call: &Call, client_id: &str) -> Result<Calling, ApiError> {
    let found = call.read(|conn| calling::find(conn, client_id, call.now))?;
    found.ok_or(ApiError::Credentials)
}

/// Whether the caller may come in here, from there.
pub(super) fn permit(route: &Route, call: &Call) -> Result<(), ApiError> {
    let Some(calling) = &call.calling else {
        return Ok(());
    };
    check_address(calling, call)?;
    match route.access {
        Access::Public | Access::Client => Ok(()),
        Access::Needs(permission) => {
            calling.actor.require(permission).map_err(FlowError::from)?;
            Ok(())
        }
    }
}

/// Whether the caller's networks allow where the call comes from.
pub(super) fn check_address(calling: &Calling, call: &Call) -> Result<(), ApiError> {
    if may_call_from(&calling.client.ranges, call.address) {
        return Ok(());
    }
    Err(ApiError::NotAuthorized(
        "this API client may not call from this address".to_owned(),
    ))
}
