//! A payout account: what payouts are paid from.

pub mod rules;

use crate::domain::ids::{AccountId, AccountNumber, OrganisationId};
use crate::domain::money::{Currency, Money};
use crate::domain::purpose::Purpose;
use chrono_tz::Tz;
use uuid::Uuid;

/// A payout account without its balances, which the ledger keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Key.
    pub id: AccountId,
    /// The id that integrators name as `source_id`.
    pub public_id: Uuid,
    /// Whose.
    pub organisation: OrganisationId,
    /// The merchant account number.
    pub number: AccountNumber,
    /// Its name.
    pub name: String,
    /// The one currency it holds.
    pub currency: Currency,
    /// ISO 3166-1 alpha-2; national phone numbers are read by it.
    pub country: String,
    /// Dates are read and shown in it.
    pub zone: Tz,
    /// Who moves the money.
    pub rail: String,
    /// For rows and batches without one.
    pub purpose_default: Option<Purpose>,
    /// Deciding signatures given so far.
    pub approvals: i32,
}

impl Account {
    /// An amount in the account's currency.
    #[must_use]
    pub const fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}
