//! Secrets that messages are signed with, sealed: of an endpoint, or of an API client for the
//! addresses that its requests name.

use crate::domain::ids::{EndpointId, OrganisationId, PersonId};
use crate::domain::sealed::{NONCE_BYTES, SealingKey};
use crate::domain::webhook::signature::SECRET_BYTES;
use crate::store::schema::webhook_secret;
use crate::store::{Conn, StoreError, Tx, corrupt};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use secret_owner::is_of;

/// Whose a secret is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// An endpoint's.
    Endpoint(EndpointId),
    /// An API client's, by its key.
    Client(i64),
}

mod secret_owner {
    use super::Owner;
    use crate::domain::ids::OrganisationId;
    use crate::store::schema::webhook_secret;
    use diesel::pg::Pg;
    use diesel::prelude::*;
    use diesel::sql_types::{Bool, Nullable};

    type Filter = Box<dyn BoxableExpression<webhook_secret::table, Pg, SqlType = Nullable<Bool>>>;

    /// The organisation is named for its index, and so that keys of others never match.
    pub(super) fn is_of(organisation: OrganisationId, owner: Owner) -> Filter {
        let ours = webhook_secret::organisation_id.eq(organisation.0);
        match owner {
            Owner::Endpoint(id) => Box::new(ours.nullable().and(webhook_secret::endpoint_id.eq(id.0))),
            Owner::Client(id) => Box::new(ours.nullable().and(webhook_secret::api_client_id.eq(id))),
        }
    }
}

/// Makes a secret for an owner and keeps it sealed.
///
/// # Errors
/// What the database says.
pub fn make_secret(
    tx: &mut Tx<'_>,
    sealing: &SealingKey,
    (organisation, owner): (OrganisationId, Owner),
    made: (Option<PersonId>, DateTime<Utc>),
) -> Result<(), StoreError> {
    let (mut secret, mut nonce) = ([0_u8; SECRET_BYTES], [0_u8; NONCE_BYTES]);
    getrandom::fill(&mut secret).map_err(|error| corrupt("random bytes", error))?;
    getrandom::fill(&mut nonce).map_err(|error| corrupt("random bytes", error))?;
    let sealed = sealing
        .seal(&purpose(organisation), &secret, nonce)
        .map_err(|error| corrupt("webhook secret", error))?;
    insert(tx, organisation, owner, &sealed, made)
}

/// What secrets of an organisation are sealed for.
fn purpose(organisation: OrganisationId) -> String {
    format!("webhook secret of organisation {}", organisation.0)
}

/// Opens sealed secrets of an organisation.
///
/// # Errors
/// `Corrupt` where the server's secret is another one now.
pub fn open_secrets(
    sealing: &SealingKey,
    organisation: OrganisationId,
    sealed: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>, StoreError> {
    sealed
        .iter()
        .map(|one| {
            sealing
                .open(&purpose(organisation), one)
                .map_err(|error| corrupt("webhook secret", error))
        })
        .collect()
}

fn insert(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    owner: Owner,
    sealed: &[u8],
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<(), StoreError> {
    let (endpoint, client) = match owner {
        Owner::Endpoint(id) => (Some(id.0), None),
        Owner::Client(id) => (None, Some(id)),
    };
    diesel::insert_into(webhook_secret::table)
        .values((
            webhook_secret::organisation_id.eq(organisation.0),
            webhook_secret::endpoint_id.eq(endpoint),
            webhook_secret::api_client_id.eq(client),
            webhook_secret::sealed.eq(sealed),
            webhook_secret::created_by.eq(by.map(|id| id.0)),
            webhook_secret::created_at.eq(now),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Ends all present secrets of the owner at `at`, unless they end before.
///
/// # Errors
/// What the database says.
pub fn expire(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    owner: Owner,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(webhook_secret::table)
        .filter(is_of(organisation, owner))
        .filter(
            webhook_secret::expires_at
                .is_null()
                .or(webhook_secret::expires_at.gt(at).assume_not_null()),
        )
        .set(webhook_secret::expires_at.eq(at))
        .execute(tx.pg())?;
    Ok(())
}

/// The sealed secrets that are good now, newest first.
///
/// # Errors
/// What the database says.
pub fn list_good(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    owner: Owner,
    now: DateTime<Utc>,
) -> Result<Vec<Vec<u8>>, StoreError> {
    Ok(webhook_secret::table
        .filter(is_of(organisation, owner))
        .filter(
            webhook_secret::expires_at
                .is_null()
                .or(webhook_secret::expires_at.gt(now).assume_not_null()),
        )
        .order(webhook_secret::id.desc())
        .select(webhook_secret::sealed)
        .load(conn.0)?)
}

/// The newest secret of the owner, sealed, while its maker may still read it.
///
/// # Errors
/// What the database says.
pub fn find_shown(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    owner: Owner,
    (maker, made_after): (PersonId, DateTime<Utc>),
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(webhook_secret::table
        .filter(is_of(organisation, owner))
        .filter(
            webhook_secret::created_by
                .eq(maker.0)
                .assume_not_null()
                .and(webhook_secret::created_at.gt(made_after))
                .and(webhook_secret::kept_at.is_null())
                .and(webhook_secret::expires_at.is_null()),
        )
        .order(webhook_secret::id.desc())
        .select(webhook_secret::sealed)
        .first(conn.0)
        .optional()?)
}

/// Its maker keeps it now: it is not shown again.
///
/// # Errors
/// What the database says.
pub fn keep(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    owner: Owner,
    (maker, now): (PersonId, DateTime<Utc>),
) -> Result<(), StoreError> {
    diesel::update(webhook_secret::table)
        .filter(is_of(organisation, owner))
        .filter(webhook_secret::created_by.eq(maker.0))
        .filter(webhook_secret::kept_at.is_null())
        .set(webhook_secret::kept_at.eq(now))
        .execute(tx.pg())?;
    Ok(())
}
