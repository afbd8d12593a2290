//! OneKhusa's batch calls: `/disbursements/batch/…`. What they have in common: a batch is named by
//! account and number, and both must agree with the merchant's headers.

pub(super) mod acts;
pub(super) mod read;
pub(super) mod receive;
pub(super) mod shown;
pub(super) mod transactions;

use super::error::ApiError;
use super::faults::Faults;
use super::json::Node;
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::ids::{AccountNumber, BatchNumber};
use crate::domain::permission::Scope;
use crate::http::call::Call;
use crate::store::{Conn, StoreError, account, batch};

/// A batch as a body names it.
#[derive(Clone, Copy)]
struct Named {
    account: AccountNumber,
    number: BatchNumber,
}

/// Reads which batch is meant.
fn by_name(call: &Call, body: &Node<'_>, faults: &mut Faults) -> Result<Option<Named>, ApiError> {
    let account = call.read_merchant_account(&body.field("merchantAccountNumber"), faults);
    let number = body.field("batchNumber").required(faults);
    let Some((account, number)) = account.zip(number.integer(faults, 1..=99_999_999)) else {
        return Ok(None);
    };
    // A number that no batch can have is as unknown as one that none has.
    let number = i32::try_from(number)
        .ok()
        .and_then(BatchNumber::try_new)
        .ok_or(ApiError::NotFound("batch"));
    match number {
        Ok(number) => Ok(Some(Named { account, number })),
        Err(unknown) if faults.is_empty() => Err(unknown),
        Err(_) => Ok(None),
    }
}

/// The batch with its account; one of another account of the same organisation is not found.
fn load(conn: &mut Conn<'_>, scope: &Scope, named: Named) -> Result<(Batch, Account), StoreError> {
    let found = batch::load(conn, scope, named.number)?;
    let account = account::load(conn, found.account)?;
    if account.number == named.account {
        Ok((found, account))
    } else {
        Err(StoreError::NotFound("batch"))
    }
}
