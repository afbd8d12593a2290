//! What is known of money that came in, beside its ledger entry.

use super::schema::{balance, funding};
use super::{Conn, StoreError, Tx};
use crate::domain::ids::{AccountId, OrganisationId, ProposalId};
use diesel::prelude::*;

/// Money that came in.
pub struct NewFunding<'a> {
    /// Whose.
    pub organisation: OrganisationId,
    /// To which account.
    pub account: AccountId,
    /// The bank's or the funder's own.
    pub reference: &'a str,
    /// Anything else.
    pub comment: &'a str,
    /// The proposal that was confirmed.
    pub proposal: ProposalId,
}

/// Says what the account's last ledger entry is: to be called in the transaction that posted it.
///
/// # Errors
/// `Refused` where the proposal brought money in already.
pub fn insert(tx: &mut Tx<'_>, new: &NewFunding<'_>) -> Result<(), StoreError> {
    let entry: i64 = balance::table
        .find(new.account.0)
        .select(balance::entry_last)
        .first(tx.pg())?;
    diesel::insert_into(funding::table)
        .values((
            funding::account_id.eq(new.account.0),
            funding::entry.eq(entry),
            funding::organisation_id.eq(new.organisation.0),
            funding::reference.eq(new.reference),
            funding::comment.eq(new.comment),
            funding::proposal_id.eq(new.proposal.0),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// The references of these entries of an account, each with its entry's number.
///
/// # Errors
/// What the database says.
pub fn list_references(
    conn: &mut Conn<'_>,
    account: AccountId,
    entries: &[i64],
) -> Result<Vec<(i64, String)>, StoreError> {
    Ok(funding::table
        .filter(
            funding::account_id
                .eq(account.0)
                .and(funding::entry.eq_any(entries)),
        )
        .select((funding::entry, funding::reference))
        .load(conn.0)?)
}
