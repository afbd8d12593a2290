//! `POST /oauth/token`: OAuth 2.0 client credentials (RFC 6749, 4.4). The client names itself by HTTP
//! Basic or in the form, never in both.

use super::door::{basic, check_address, check_secret};
use super::error::ApiError;
use crate::flows::token_key::TOKEN_LIFE;
use crate::http::answer::Answer;
use crate::http::call::Call;
use serde_json::json;

const GRANT_TYPE: &str = "client_credentials";

/// Gives an access token.
pub(super) fn token(call: &Call) -> Result<Answer, ApiError> {
    let form: Vec<(String, String)> = form_urlencoded::parse(call.bytes()).into_owned().collect();
    let field = |name: &str| {
        let found = form.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    let mut faults = call.faults();
    match field("grant_type") {
        None => faults.add("grant_type", "fault-missing", &[]),
        Some(GRANT_TYPE) => {}
        Some(_) => faults.add("grant_type", "fault-grant-type", &[]),
    }
    let by_header = match call.header("authorization") {
        Some(header) => Some(basic(header).ok_or(ApiError::Credentials)?),
        None => None,
    };
    let by_form = field("client_id").zip(field("client_secret"));
    if by_header.is_some() && field("client_secret").is_some() {
        faults.add("client_secret", "fault-named-twice", &[]);
    }
    faults.unless_any(())?;
    let (client_id, secret) = by_header
        .as_ref()
        .map(|(id, secret)| (id.as_str(), secret.as_str()))
        .or(by_form)
        .ok_or(ApiError::Credentials)?;
    let calling = check_secret(call, client_id, secret)?;
    check_address(&calling, call)?;
    let portal = &call.portal;
    let token = portal
        .tokens
        .issue(&portal.db, client_id, &calling.organisation_code, call.now)
        .map_err(|error| ApiError::Ours(error.to_string()))?;
    let body = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE.num_seconds(),
    });
    Ok(Answer::ok(&body).with("pragma", "no-cache"))
}
