//! Warning of money that will not reach: once a day those who manage an account are told by letter what
//! is missing for what is scheduled within a week.

use crate::domain::account::Account;
use crate::domain::ahead::{DayAhead, shortfall};
use crate::domain::event::Event;
use crate::domain::ids::{AccountId, PersonId};
use crate::domain::letter::Letter;
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::{Tx, account, event, holder, ledger, scheduled};
use chrono::{DateTime, Days, Utc};
use serde_json::json;

/// How far ahead people are told of it, in days; the page of what is scheduled shows all of it.
const TOLD_AHEAD: Days = Days::new(7);

/// What came of looking.
#[derive(Debug, Default)]
pub struct Warned {
    /// Accounts that were told of.
    pub told: usize,
    /// Why one of the others could not be told of, where that is so.
    pub failed: Option<FlowError>,
}

/// Tells of every account that will be short and was not told of today. One that can't be told of keeps
/// none of the others.
///
/// # Errors
/// What the store says.
pub fn of_shortfalls(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Warned, FlowError> {
    let ahead = scheduled::list_all_days(tx, now)?;
    let mut warned = Warned::default();
    for (id, days) in by_account(&ahead) {
        match tx.attempt(|tx| of_shortfall(tx, id, &days, now)) {
            Ok(is_told) => warned.told += usize::from(is_told),
            Err(error) => warned.failed = warned.failed.or(Some(error)),
        }
    }
    Ok(warned)
}

fn of_shortfall(
    tx: &mut Tx<'_>,
    id: AccountId,
    days: &[DayAhead],
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let found = account::load(tx, id)?;
    let today = now.with_timezone(&found.zone).date_naive();
    let until = today.checked_add_days(TOLD_AHEAD).unwrap_or(today);
    let soon: Vec<DayAhead> = days.iter().filter(|day| day.day <= until).copied().collect();
    let balances = ledger::load_balances(tx, id)?;
    let held = balances.available.saturating_add(balances.reserved);
    let Some((day, missing)) = shortfall(held, &soon) else {
        return Ok(false);
    };
    if !account::note_shortfall_told(tx, id, today)? {
        return Ok(false);
    }
    let people = managers(tx, &found)?;
    let letter = Letter::ShortfallAhead {
        account: found.number.to_string(),
        name: found.name.clone(),
        day,
        available: found.money(held).to_string(),
        needed: found.money(held.saturating_add(missing)).to_string(),
        missing: found.money(missing).to_string(),
    };
    enqueue(tx, found.organisation, To::People(&people), &letter, now)?;
    let data = json!({ "account": found.number.get(), "day": day, "missing": found.money(missing).plain() });
    let short = Event::new(found.organisation, now, "account.short_ahead", data);
    event::append(tx, &short)?;
    Ok(true)
}

fn by_account(ahead: &[(AccountId, DayAhead)]) -> Vec<(AccountId, Vec<DayAhead>)> {
    let mut accounts: Vec<(AccountId, Vec<DayAhead>)> = Vec::new();
    for (id, day) in ahead {
        match accounts.last_mut() {
            Some((last, days)) if last == id => days.push(*day),
            Some(_) | None => accounts.push((*id, vec![*day])),
        }
    }
    accounts
}

/// Who manages the account.
fn managers(tx: &mut Tx<'_>, found: &Account) -> Result<Vec<PersonId>, FlowError> {
    let mut people: Vec<PersonId> = holder::list(tx, found.organisation)?
        .into_iter()
        .filter(|holder| holder.permission == Permission::AccountManage.as_str())
        .filter(|holder| holder.account.is_none_or(|account| account == found.id))
        .map(|holder| holder.person)
        .collect();
    people.dedup();
    Ok(people)
}
