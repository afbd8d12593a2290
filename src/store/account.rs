//! Payout accounts and their policies.

use super::schema::{balance, payout_account, policy};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::account::Account;
use crate::domain::authorisation::Policy;
use crate::domain::ids::{AccountId, AccountNumber, OrganisationId, PersonId};
use crate::domain::money::Currency;
use crate::domain::permission::{Accounts, Scope};
use crate::domain::purpose::Purpose;
use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = payout_account, check_for_backend(diesel::pg::Pg))]
pub(super) struct Row {
    id: i64,
    public_id: Uuid,
    organisation_id: i64,
    number: i32,
    name: String,
    currency: String,
    country: String,
    time_zone: String,
    rail: String,
    purpose_default: Option<String>,
    approvals: i32,
}

impl TryFrom<Row> for Account {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: AccountId(row.id),
            public_id: row.public_id,
            organisation: OrganisationId(row.organisation_id),
            number: AccountNumber::try_new(row.number)
                .ok_or_else(|| corrupt("account number", row.number))?,
            name: row.name,
            currency: Currency::parse(&row.currency).ok_or_else(|| corrupt("currency", &row.currency))?,
            country: row.country,
            zone: row
                .time_zone
                .parse()
                .map_err(|_| corrupt("time zone", &row.time_zone))?,
            rail: row.rail,
            purpose_default: row.purpose_default.as_deref().and_then(Purpose::parse),
            approvals: row.approvals,
        })
    }
}

/// What a new account is made of.
pub struct NewAccount<'a> {
    /// Whose.
    pub organisation: OrganisationId,
    /// Its 8-digit number.
    pub number: AccountNumber,
    /// Its name.
    pub name: &'a str,
    /// One currency.
    pub currency: Currency,
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// IANA time zone.
    pub zone: chrono_tz::Tz,
    /// The rail's name.
    pub rail: &'a str,
}

/// Makes an account with empty balances and its first policy.
///
/// # Errors
/// `Refused` where the number is taken.
pub fn insert(
    tx: &mut Tx<'_>,
    new: &NewAccount<'_>,
    rule: &Policy,
    by: Option<PersonId>,
) -> Result<AccountId, StoreError> {
    let id: i64 = diesel::insert_into(payout_account::table)
        .values((
            payout_account::organisation_id.eq(new.organisation.0),
            payout_account::number.eq(new.number.get()),
            payout_account::name.eq(new.name),
            payout_account::currency.eq(new.currency.code()),
            payout_account::country.eq(new.country),
            payout_account::time_zone.eq(new.zone.name()),
            payout_account::rail.eq(new.rail),
        ))
        .returning(payout_account::id)
        .get_result(tx.pg())?;
    diesel::insert_into(balance::table)
        .values((
            balance::account_id.eq(id),
            balance::organisation_id.eq(new.organisation.0),
        ))
        .execute(tx.pg())?;
    insert_policy(tx, (new.organisation, AccountId(id)), 1, rule, by)?;
    Ok(AccountId(id))
}

/// Makes this version the policy in force. Batches keep the one they were submitted under.
///
/// # Errors
/// `Refused` where there is such a version already.
pub fn insert_policy(
    tx: &mut Tx<'_>,
    (organisation, account): (OrganisationId, AccountId),
    version: i32,
    rule: &Policy,
    by: Option<PersonId>,
) -> Result<(), StoreError> {
    let rule = serde_json::to_value(rule).map_err(|error| corrupt("policy", error))?;
    diesel::insert_into(policy::table)
        .values((
            policy::organisation_id.eq(organisation.0),
            policy::account_id.eq(account.0),
            policy::version.eq(version),
            policy::rule.eq(rule),
            policy::created_by.eq(by.map(|person| person.0)),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// The version of the policy in force on the account.
///
/// # Errors
/// `NotFound` where there is none.
pub fn load_policy_version(conn: &mut Conn<'_>, id: AccountId) -> Result<i32, StoreError> {
    policy::table
        .filter(policy::account_id.eq(id.0))
        .order(policy::version.desc())
        .select(policy::version)
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("policy"))
}

/// The scope's accounts, by number.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut Conn<'_>, scope: &Scope) -> Result<Vec<Account>, StoreError> {
    let all = payout_account::table
        .filter(payout_account::organisation_id.eq(scope.organisation().0))
        .order(payout_account::number)
        .select(Row::as_select());
    // Two statements, each with a text that is written once: every page asks one of them.
    let rows: Vec<Row> = match scope.accounts() {
        Accounts::All => all.load(conn.0)?,
        Accounts::Only(ids) => {
            let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
            all.filter(payout_account::id.eq_any(ids)).load(conn.0)?
        }
    };
    rows.into_iter().map(Account::try_from).collect()
}

/// The scope's account with this number.
///
/// # Errors
/// `NotFound` where it is not in the scope.
pub fn load_by_number(
    conn: &mut Conn<'_>,
    scope: &Scope,
    number: AccountNumber,
) -> Result<Account, StoreError> {
    let accounts = list(conn, scope)?;
    accounts
        .into_iter()
        .find(|account| account.number == number)
        .ok_or(StoreError::NotFound("payout account"))
}

/// The account with this key: for batches that were found in a scope, and for jobs.
///
/// # Errors
/// `NotFound`.
pub fn load(conn: &mut Conn<'_>, id: AccountId) -> Result<Account, StoreError> {
    payout_account::table
        .find(id.0)
        .select(Row::as_select())
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("payout account"))?
        .try_into()
}

/// Notes that the account's administrators are told today that its money will not reach; `false` where
/// they were told already.
///
/// # Errors
/// What the database says.
pub fn note_shortfall_told(tx: &mut Tx<'_>, id: AccountId, today: NaiveDate) -> Result<bool, StoreError> {
    let noted = diesel::update(payout_account::table.find(id.0))
        .filter(payout_account::shortfall_told_on.is_distinct_from(today))
        .set(payout_account::shortfall_told_on.eq(today))
        .execute(tx.pg())?;
    Ok(noted == 1)
}

/// The policy in force on the account, with its key.
///
/// # Errors
/// `NotFound` where there is none, `Corrupt` where it can't be read.
pub fn load_policy(conn: &mut Conn<'_>, id: AccountId) -> Result<(i64, Policy), StoreError> {
    let (key, rule): (i64, serde_json::Value) = policy::table
        .filter(policy::account_id.eq(id.0))
        .order(policy::version.desc())
        .select((policy::id, policy::rule))
        .first(conn.0)
        .optional()?
        .ok_or(StoreError::NotFound("policy"))?;
    let rule = serde_json::from_value(rule).map_err(|error| corrupt("policy", error))?;
    Ok((key, rule))
}

/// Counts a deciding signature on the account and answers its number. Deciding signatures on one
/// account wait for each other here, so that two can't reserve the same reference.
///
/// # Errors
/// What the database says.
pub fn take_approval_number(tx: &mut Tx<'_>, id: AccountId) -> Result<i32, StoreError> {
    Ok(diesel::update(payout_account::table.find(id.0))
        .set(payout_account::approvals.eq(payout_account::approvals + 1))
        .returning(payout_account::approvals)
        .get_result(tx.pg())?)
}
