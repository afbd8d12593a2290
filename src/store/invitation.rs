//! Invitations that were confirmed: found by the hash of their link's token, accepted once.

use super::schema::invitation;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{InvitationId, OrganisationId, PersonId, ProposalId};
use crate::domain::team::Given;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

/// An invitation that nobody has followed yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// Key.
    pub id: InvitationId,
    /// Who invites.
    pub organisation: OrganisationId,
    /// Who is invited, lower case.
    pub email: String,
    /// What they will have.
    pub roles: Vec<Given>,
    /// Until when the link works.
    pub expires_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitation, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: i64,
    organisation_id: i64,
    email: String,
    roles: Value,
    expires_at: DateTime<Utc>,
}

impl TryFrom<Row> for Invitation {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: InvitationId(row.id),
            organisation: OrganisationId(row.organisation_id),
            email: row.email,
            roles: serde_json::from_value(row.roles).map_err(|error| corrupt("invitation", error))?,
            expires_at: row.expires_at,
        })
    }
}

/// What an invitation is made of.
pub struct NewInvitation<'a> {
    /// Who invites.
    pub organisation: OrganisationId,
    /// Lower case.
    pub email: &'a str,
    /// What they will have.
    pub roles: &'a [Given],
    /// SHA-256 of the link's token.
    pub token: &'a [u8],
    /// The proposal that was confirmed.
    pub proposal: ProposalId,
    /// Until when the link works.
    pub expires_at: DateTime<Utc>,
}

/// Makes an invitation; an older one for the same address ends.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx<'_>,
    new: &NewInvitation<'_>,
    by: PersonId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let roles = serde_json::to_value(new.roles).map_err(|error| corrupt("invitation", error))?;
    let older = invitation::table.filter(
        invitation::organisation_id
            .eq(new.organisation.0)
            .and(invitation::email.eq(new.email))
            .and(invitation::status.eq("open")),
    );
    diesel::update(older)
        .set((
            invitation::status.eq("revoked"),
            invitation::closed_by.eq(by.0),
            invitation::closed_at.eq(now),
        ))
        .execute(tx.pg())?;
    diesel::insert_into(invitation::table)
        .values((
            invitation::organisation_id.eq(new.organisation.0),
            invitation::email.eq(new.email),
            invitation::roles.eq(roles),
            invitation::token.eq(new.token),
            invitation::proposal_id.eq(new.proposal.0),
            invitation::created_at.eq(now),
            invitation::expires_at.eq(new.expires_at),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// The open invitations of the organisation that still work, newest first.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>, StoreError> {
    invitation::table
        .filter(
            invitation::organisation_id
                .eq(organisation.0)
                .and(invitation::status.eq("open"))
                .and(invitation::expires_at.gt(now)),
        )
        .order(invitation::id.desc())
        .select(Row::as_select())
        .load(conn.0)?
        .into_iter()
        .map(Invitation::try_from)
        .collect()
}

/// The invitation with this hashed token, while it works.
///
/// # Errors
/// `NotFound` where there is none, or it was followed, revoked or ran out.
pub fn load(conn: &mut Conn<'_>, token: &[u8], now: DateTime<Utc>) -> Result<Invitation, StoreError> {
    invitation::table
        .filter(
            invitation::token
                .eq(token)
                .and(invitation::status.eq("open"))
                .and(invitation::expires_at.gt(now)),
        )
        .select(Row::as_select())
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("invitation"))?
        .try_into()
}

/// Ends an open invitation of the organisation: followed by the one who joined, or revoked.
///
/// # Errors
/// `NotFound` where there is no such open one.
pub fn close(
    tx: &mut Tx<'_>,
    (organisation, id): (OrganisationId, InvitationId),
    status: &str,
    by: PersonId,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let open = invitation::table.find(id.0).filter(
        invitation::organisation_id
            .eq(organisation.0)
            .and(invitation::status.eq("open")),
    );
    diesel::update(open)
        .set((
            invitation::status.eq(status),
            invitation::closed_by.eq(by.0),
            invitation::closed_at.eq(now),
        ))
        .returning(invitation::email)
        .get_result(tx.pg())
        .optional()?
        .ok_or(StoreError::NotFound("invitation"))
}
