//! Payout accounts with their balances.

use super::error::ApiError;
use super::listed::Page;
use crate::domain::account::Account;
use crate::domain::ids::AccountNumber;
use crate::domain::permission::{Permission, Scope};
use crate::flows::FlowError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::store::{Conn, account, ledger};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A payout account.
#[derive(Serialize, ToSchema, Debug)]
pub(super) struct AccountShown {
    /// What `source_id` names.
    id: Uuid,
    /// The merchant account number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    number: i32,
    /// Its name.
    name: String,
    /// ISO 4217.
    currency: &'static str,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// IANA.
    time_zone: &'static str,
    /// In the smallest unit.
    balance: BalanceShown,
}

/// Where an account's money is, in the smallest unit.
#[derive(Serialize, ToSchema, Debug)]
pub(super) struct BalanceShown {
    /// Can be paid out.
    available: i64,
    /// Held for what is approved.
    reserved: i64,
    /// Sent, and not heard of yet.
    in_transit: i64,
}

fn shown(conn: &mut Conn<'_>, account: &Account) -> Result<AccountShown, ApiError> {
    let balances = ledger::load_balances(conn, account.id)?;
    Ok(AccountShown {
        id: account.public_id,
        number: account.number.get(),
        name: account.name.clone(),
        currency: account.currency.code(),
        country: account.country.clone(),
        time_zone: account.zone.name(),
        balance: BalanceShown {
            available: balances.available,
            reserved: balances.reserved,
            in_transit: balances.in_transit,
        },
    })
}

fn view(call: &Call) -> Result<Scope, ApiError> {
    let scope = call.actor()?.require(Permission::BatchView);
    Ok(scope.map_err(FlowError::from)?)
}

/// GET `/payout_accounts`. An organisation has few: one page holds them.
pub(super) fn list(call: &Call) -> Result<Answer, ApiError> {
    let scope = view(call)?;
    let page = call.read(|conn| {
        let accounts = account::list(conn, &scope)?;
        let data = accounts.iter().map(|account| shown(conn, account));
        let data = data.collect::<Result<Vec<_>, ApiError>>()?;
        Ok::<_, ApiError>(Page { data, next: None })
    })?;
    Ok(Answer::ok(&page))
}

/// GET `/payout_accounts/{id}`: by its id, or its number as in `source_id`.
pub(super) fn get(call: &Call) -> Result<Answer, ApiError> {
    let (scope, text) = (view(call)?, call.param("id"));
    let (id, number) = (text.parse::<Uuid>().ok(), AccountNumber::parse(text));
    let found = call.read(|conn| {
        let accounts = account::list(conn, &scope)?;
        let account = accounts
            .into_iter()
            .find(|account| id == Some(account.public_id) || number == Some(account.number));
        shown(conn, &account.ok_or(ApiError::NotFound("payout account"))?)
    })?;
    Ok(Answer::ok(&found))
}
