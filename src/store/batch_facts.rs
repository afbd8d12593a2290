//! A batch with everything that programs are told of it, in one statement: its account, the signatures
//! on its current revision, who is named, when paying began, and what a client saw of it last.

use super::account::Row as AccountRow;
use super::batch::{Row, within};
use super::schema::{batch, batch_sent, event, payout_account, person, signature};
use super::{Conn, StoreError, corrupt};
use crate::domain::account::Account;
use crate::domain::authorisation::Seat;
use crate::domain::batch::{Batch, Step};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{AccountNumber, ApiClientId, BatchId, BatchNumber};
use crate::domain::permission::Scope;
use chrono::{DateTime, Utc};
use diesel::dsl::case_when;
use diesel::prelude::*;

/// A signature as it is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// As what.
    pub seat: Seat,
    /// When.
    pub at: DateTime<Utc>,
    /// Under 2 eyes: when they released.
    pub released_at: Option<DateTime<Utc>>,
    /// Who, by e-mail.
    pub by: String,
}

/// What is told of a batch.
#[derive(Debug)]
pub struct Facts {
    /// The batch.
    pub batch: Batch,
    /// Its account.
    pub account: Account,
    /// The signatures that stand on its current revision, oldest first.
    pub signatures: Vec<Signed>,
    /// When its first payouts were claimed.
    pub processed_at: Option<DateTime<Utc>>,
    /// E-mail of who captured it.
    pub captured_by: String,
    /// E-mail of who rejected or cancelled it.
    pub closed_by: Option<String>,
    /// What the client that asks was last sent of it.
    pub last_sent: Option<Fingerprint>,
}

type Joined = (
    Row,
    AccountRow,
    (Option<String>, Option<String>),
    Option<Vec<u8>>,
    Option<DateTime<Utc>>,
    Option<(String, DateTime<Utc>, Option<DateTime<Utc>>)>,
    Option<String>,
);

/// The scope's batch of this account with this number, for this client.
///
/// # Errors
/// `NotFound` where it is not in the scope, or another account's.
pub fn load(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (account, number): (AccountNumber, BatchNumber),
    client: ApiClientId,
) -> Result<Facts, StoreError> {
    let mut signatures = Vec::new();
    let mut found = None;
    for (row, of, (captured_by, closed_by), sent, processed_at, signed, by) in
        read(conn, scope, number, client)?
    {
        if let Some((seat, at, released_at)) = signed {
            signatures.push(Signed {
                seat: Seat::parse(&seat).ok_or_else(|| corrupt("seat", &seat))?,
                at,
                released_at,
                by: by.unwrap_or_default(),
            });
        }
        found.get_or_insert((row, of, captured_by, closed_by, sent, processed_at));
    }
    let Some((row, of, captured_by, closed_by, sent, processed_at)) = found else {
        return Err(StoreError::NotFound("batch"));
    };
    let of = Account::try_from(of)?;
    let batch = within(scope, Some(row))?;
    if of.number != account {
        return Err(StoreError::NotFound("batch"));
    }
    Ok(Facts {
        batch,
        account: of,
        signatures,
        processed_at,
        captured_by: captured_by.unwrap_or_default(),
        closed_by,
        last_sent: sent.as_deref().and_then(Fingerprint::from_slice),
    })
}

/// The batch once for each signature, or once.
fn read(
    conn: &mut Conn<'_>,
    scope: &Scope,
    number: BatchNumber,
    client: ApiClientId,
) -> Result<Vec<Joined>, StoreError> {
    let email = person::table.select(person::email);
    let sent = batch_sent::table
        .filter(batch_sent::organisation_id.eq(batch::organisation_id))
        .filter(batch_sent::api_client_id.eq(client.0))
        .filter(batch_sent::batch_id.eq(batch::id))
        .select(batch_sent::fingerprint);
    let paid = event::table
        .filter(event::batch_id.eq(batch::id.nullable()))
        .filter(event::kind.eq(Step::Pay.as_str()))
        .order(event::seq)
        .select(event::at)
        .single_value();
    let signer = email.filter(person::id.nullable().eq(signature::person_id.nullable()));
    Ok(batch::table
        .inner_join(payout_account::table.on(payout_account::id.eq(batch::account_id)))
        .left_join(
            signature::table.on(signature::batch_id
                .eq(batch::id)
                .and(signature::revision.eq(batch::revision))),
        )
        .filter(batch::organisation_id.eq(scope.organisation().0))
        .filter(batch::number.eq(number.get()))
        .order(signature::at.nullable())
        .select((
            Row::as_select(),
            AccountRow::as_select(),
            (
                email.filter(person::id.eq(batch::captured_by)).single_value(),
                email
                    .filter(person::id.nullable().eq(batch::closed_by))
                    .single_value(),
            ),
            sent.single_value(),
            case_when(batch::approved_at.is_not_null(), paid),
            (signature::seat, signature::at, signature::released_at).nullable(),
            signer.single_value(),
        ))
        .load(conn.0)?)
}

/// These batches with their accounts; they were found in a scope.
///
/// # Errors
/// What the database says.
pub fn list_with_accounts(conn: &mut Conn<'_>, ids: &[BatchId]) -> Result<Vec<(Batch, Account)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(Row, AccountRow)> = batch::table
        .inner_join(payout_account::table.on(payout_account::id.eq(batch::account_id)))
        .filter(batch::id.eq_any(keys))
        .select((Row::as_select(), AccountRow::as_select()))
        .load(conn.0)?;
    rows.into_iter()
        .map(|(row, of)| Ok((Batch::try_from(row)?, Account::try_from(of)?)))
        .collect()
}
