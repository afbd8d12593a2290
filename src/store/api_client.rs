//! API clients: who may call, and what they may do now.

use super::schema::api_client;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::client::{Agreement, Bounds};
use crate::domain::ids::{ApiClientId, FactorNumber, OrganisationId, PersonId};
use crate::domain::permission::{Permission, Scope};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use ipnet::IpNet;

/// Noted at most this often: a call is no write.
const USED_EVERY: Duration = Duration::minutes(1);

/// A client as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiClient {
    /// Key.
    pub id: ApiClientId,
    /// Whose.
    pub organisation: OrganisationId,
    /// For whom it acts.
    pub person: PersonId,
    /// Public id.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// What it may do of what its person may.
    pub scopes: Vec<Permission>,
    /// Where it may call from; empty is anywhere.
    pub ranges: Vec<IpNet>,
    /// Until when, if not for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// The hash of its secret, once its person has confirmed it.
    pub secret_hash: Option<String>,
    /// The hash of the secret before, and until when it is taken.
    pub previous: Option<(String, DateTime<Utc>)>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its person confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Its last call, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The second factor of which its person gave a code for it.
    pub code_of: Option<FactorNumber>,
    /// What it may do more, once its person agrees.
    pub offered: Vec<Permission>,
    /// From where and until when it may call, once its person agrees.
    pub offered_bounds: Option<Bounds>,
}

impl ApiClient {
    /// From where and until when it may call.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds {
            ranges: self.ranges.clone(),
            expires_at: self.expires_at,
        }
    }

    /// How it stands with its person.
    #[must_use]
    pub fn agreement(&self) -> Agreement<'_> {
        Agreement {
            is_confirmed: self.confirmed_at.is_some(),
            scopes: &self.scopes,
            offered: &self.offered,
            is_offered_bounds: self.offered_bounds.is_some(),
            code_of: self.code_of,
        }
    }

    /// Whether it can never be used again.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_some() || self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether `note_use` would write.
    #[must_use]
    pub fn is_use_due(&self, now: DateTime<Utc>) -> bool {
        self.last_used_at.is_none_or(|at| at < now - USED_EVERY)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_client, check_for_backend(diesel::pg::Pg))]
pub(super) struct Row {
    id: i64,
    organisation_id: i64,
    person_id: i64,
    client_id: String,
    name: String,
    scopes: Vec<String>,
    ip_ranges: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    secret_hash: Option<String>,
    previous_hash: Option<String>,
    previous_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    code_factor: Option<i64>,
    scopes_offered: Vec<String>,
    ip_ranges_offered: Option<Vec<String>>,
    expires_offered: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for ApiClient {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = |words: &[String]| -> Result<Vec<Permission>, StoreError> {
            let words = words.iter();
            words
                .map(|word| Permission::parse(word).ok_or_else(|| corrupt("scope", word)))
                .collect()
        };
        let networks = |texts: &[String]| -> Result<Vec<IpNet>, StoreError> {
            let texts = texts.iter();
            texts
                .map(|text| text.parse().map_err(|_| corrupt("network", text)))
                .collect()
        };
        let offered_bounds = match &row.ip_ranges_offered {
            None => None,
            Some(texts) => Some(Bounds {
                ranges: networks(texts)?,
                expires_at: row.expires_offered,
            }),
        };
        Ok(Self {
            id: ApiClientId(row.id),
            organisation: OrganisationId(row.organisation_id),
            person: PersonId(row.person_id),
            client_id: row.client_id,
            name: row.name,
            scopes: read(&row.scopes)?,
            ranges: networks(&row.ip_ranges)?,
            expires_at: row.expires_at,
            secret_hash: row.secret_hash,
            previous: row.previous_hash.zip(row.previous_until),
            created_at: row.created_at,
            confirmed_at: row.confirmed_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
            code_of: row.code_factor.map(FactorNumber),
            offered: read(&row.scopes_offered)?,
            offered_bounds,
        })
    }
}

/// What a new client is made of.
pub struct NewApiClient<'a> {
    /// Whose.
    pub organisation: OrganisationId,
    /// For whom it will act.
    pub person: PersonId,
    /// Public id.
    pub client_id: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [Permission],
    /// Where it may call from.
    pub ranges: &'a [IpNet],
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// Who makes it.
    pub by: PersonId,
}

fn words(scopes: &[Permission]) -> Vec<&'static str> {
    scopes.iter().map(|scope| scope.as_str()).collect()
}

fn texts(ranges: &[IpNet]) -> Vec<String> {
    ranges.iter().map(ToString::to_string).collect()
}

/// Makes a client that can do nothing until its person confirms it.
///
/// # Errors
/// `Refused` where the id is taken or the person is no member.
pub fn insert(
    tx: &mut Tx<'_>,
    new: &NewApiClient<'_>,
    now: DateTime<Utc>,
) -> Result<ApiClientId, StoreError> {
    let id: i64 = diesel::insert_into(api_client::table)
        .values((
            api_client::organisation_id.eq(new.organisation.0),
            api_client::person_id.eq(new.person.0),
            api_client::client_id.eq(new.client_id),
            api_client::name.eq(new.name),
            api_client::scopes.eq(words(new.scopes)),
            api_client::ip_ranges.eq(texts(new.ranges)),
            api_client::expires_at.eq(new.expires_at),
            api_client::created_by.eq(new.by.0),
            api_client::created_at.eq(now),
        ))
        .returning(api_client::id)
        .get_result(tx.pg())?;
    Ok(ApiClientId(id))
}

/// What the person confirmed, with a code of this factor or without: from now on the client is active,
/// with this secret.
///
/// # Errors
/// What the database says.
pub fn confirm(
    tx: &mut Tx<'_>,
    id: ApiClientId,
    (hash, code_of): (&str, Option<FactorNumber>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(api_client::table.find(id.0))
        .set((
            api_client::confirmed_at.eq(now),
            api_client::secret_hash.eq(hash),
            api_client::code_factor.eq(code_of.map(|number| number.0)),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Notes what it was offered beside what it may do, and the bounds, where there are new ones.
///
/// # Errors
/// What the database says.
pub fn offer(
    tx: &mut Tx<'_>,
    id: ApiClientId,
    more: &[Permission],
    bounds: Option<&Bounds>,
) -> Result<(), StoreError> {
    let found = api_client::table.find(id.0);
    diesel::update(found)
        .set(api_client::scopes_offered.eq(words(more)))
        .execute(tx.pg())?;
    if let Some(bounds) = bounds {
        diesel::update(found)
            .set((
                api_client::ip_ranges_offered.eq(texts(&bounds.ranges)),
                api_client::expires_offered.eq(bounds.expires_at),
            ))
            .execute(tx.pg())?;
    }
    Ok(())
}

/// Nothing is offered any more.
///
/// # Errors
/// What the database says.
pub fn withdraw(tx: &mut Tx<'_>, id: ApiClientId) -> Result<(), StoreError> {
    diesel::update(api_client::table.find(id.0))
        .set((
            api_client::scopes_offered.eq(Vec::<&str>::new()),
            api_client::ip_ranges_offered.eq(None::<Vec<String>>),
            api_client::expires_offered.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// What its person agreed to, with a code of this factor or without; nothing is offered any more.
///
/// # Errors
/// What the database says; `Refused` where it was not offered.
pub fn agree(
    tx: &mut Tx<'_>,
    id: ApiClientId,
    (scopes, bounds): (&[Permission], &Bounds),
    code_of: Option<FactorNumber>,
) -> Result<(), StoreError> {
    diesel::update(api_client::table.find(id.0))
        .set((
            api_client::scopes.eq(words(scopes)),
            api_client::ip_ranges.eq(texts(&bounds.ranges)),
            api_client::expires_at.eq(bounds.expires_at),
            api_client::code_factor.eq(code_of.map(|number| number.0)),
        ))
        .execute(tx.pg())?;
    withdraw(tx, id)
}

/// Gives a client another secret; the one before holds until `previous_until`.
///
/// # Errors
/// What the database says.
pub fn roll(
    tx: &mut Tx<'_>,
    id: ApiClientId,
    hash: &str,
    previous_until: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let found = api_client::table.find(id.0);
    match previous_until {
        Some(until) => diesel::update(found)
            .set((
                api_client::previous_hash.eq(api_client::secret_hash),
                api_client::previous_until.eq(until),
                api_client::secret_hash.eq(hash),
            ))
            .execute(tx.pg())?,
        None => diesel::update(found)
            .set((
                api_client::previous_hash.eq(None::<String>),
                api_client::previous_until.eq(None::<DateTime<Utc>>),
                api_client::secret_hash.eq(hash),
            ))
            .execute(tx.pg())?,
    };
    Ok(())
}

/// What can be changed of a client.
pub struct Limits<'a> {
    /// What it may do.
    pub scopes: &'a [Permission],
    /// What it may do more, once its person agrees.
    pub offered: &'a [Permission],
    /// From where and until when it may call.
    pub bounds: &'a Bounds,
    /// The same, once its person agrees.
    pub offered_bounds: Option<&'a Bounds>,
}

/// Changes what a client may do.
///
/// # Errors
/// What the database says.
pub fn limit(tx: &mut Tx<'_>, id: ApiClientId, limits: &Limits<'_>) -> Result<(), StoreError> {
    diesel::update(api_client::table.find(id.0))
        .set((
            api_client::scopes.eq(words(limits.scopes)),
            api_client::scopes_offered.eq(words(limits.offered)),
            api_client::ip_ranges.eq(texts(&limits.bounds.ranges)),
            api_client::expires_at.eq(limits.bounds.expires_at),
            api_client::ip_ranges_offered.eq(limits.offered_bounds.map(|bounds| texts(&bounds.ranges))),
            api_client::expires_offered.eq(limits.offered_bounds.and_then(|bounds| bounds.expires_at)),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Ends a client for good.
///
/// # Errors
/// What the database says.
pub fn revoke(tx: &mut Tx<'_>, id: ApiClientId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(api_client::table.find(id.0))
        .set(api_client::revoked_at.eq(now))
        .execute(tx.pg())?;
    Ok(())
}

/// Notes that it called, at most once a minute.
///
/// # Errors
/// What the database says.
pub fn touch(tx: &mut Tx<'_>, id: ApiClientId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let is_due = api_client::last_used_at
        .is_null()
        .or(api_client::last_used_at.lt(now - USED_EVERY));
    diesel::update(api_client::table.find(id.0))
        .filter(is_due)
        .set(api_client::last_used_at.eq(now))
        .execute(tx.pg())?;
    Ok(())
}

/// The clients of an organisation, newest first; of one person where `person` is given.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, scope: &Scope) -> Result<Vec<ApiClient>, StoreError> {
    let rows: Vec<Row> = api_client::table
        .filter(api_client::organisation_id.eq(scope.organisation().0))
        .order(api_client::id.desc())
        .select(Row::as_select())
        .load(conn.0)?;
    rows.into_iter().map(ApiClient::try_from).collect()
}

/// The clients that act for one member, newest first.
///
/// # Errors
/// What the database says.
pub fn list_of_person(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<Vec<ApiClient>, StoreError> {
    let rows: Vec<Row> = api_client::table
        .filter(api_client::organisation_id.eq(organisation.0))
        .filter(api_client::person_id.eq(person.0))
        .order(api_client::id.desc())
        .select(Row::as_select())
        .load(conn.0)?;
    rows.into_iter().map(ApiClient::try_from).collect()
}

/// A client of the organisation.
///
/// # Errors
/// `NotFound`.
pub fn load(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    client_id: &str,
) -> Result<ApiClient, StoreError> {
    let row: Option<Row> = api_client::table
        .filter(api_client::organisation_id.eq(organisation.0))
        .filter(api_client::client_id.eq(client_id))
        .select(Row::as_select())
        .first(conn.0)
        .optional()?;
    row.ok_or(StoreError::NotFound("API client"))?.try_into()
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// `NotFound`.
pub fn lock(tx: &mut Tx<'_>, organisation: OrganisationId, client_id: &str) -> Result<ApiClient, StoreError> {
    let row: Option<Row> = api_client::table
        .filter(api_client::organisation_id.eq(organisation.0))
        .filter(api_client::client_id.eq(client_id))
        .select(Row::as_select())
        .for_update()
        .first(tx.pg())
        .optional()?;
    row.ok_or(StoreError::NotFound("API client"))?.try_into()
}
