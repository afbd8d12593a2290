//! Addresses that requests name themselves: as many as a client may name, and no more. Each is an endpoint
//! of its own, so that its failures hold up no other.

use super::endpoint::ensure_for_request;
use crate::domain::ids::{ApiClientId, OrganisationId};
use crate::store::schema::{api_client, webhook_endpoint};
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Makes sure that there is an endpoint for what a client's request names; `false` where the client has
/// `max` others. Requests of one client that name new addresses wait for each other.
///
/// # Errors
/// What the database says.
pub fn admit(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    (client, url): (ApiClientId, &str),
    max: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let theirs = webhook_endpoint::table.filter(
        webhook_endpoint::organisation_id
            .eq(organisation.0)
            .and(webhook_endpoint::api_client_id.eq(client.0)),
    );
    let known = theirs.filter(webhook_endpoint::url.eq(url));
    if diesel::select(diesel::dsl::exists(known)).get_result(tx.pg())? {
        return Ok(true);
    }
    let _locked: i64 = api_client::table
        .find(client.0)
        .select(api_client::id)
        .for_update()
        .first(tx.pg())?;
    let count: i64 = theirs
        .filter(webhook_endpoint::removed_at.is_null())
        .count()
        .get_result(tx.pg())?;
    if count >= max {
        return Ok(false);
    }
    ensure_for_request(tx, organisation, (client.0, url), now)?;
    Ok(true)
}
