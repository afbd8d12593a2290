//! Changing an account's rules: cut-off, weekend days, holidays, cool-down. A plain audited act; what
//! was approved before keeps the dates that were settled then.

use crate::domain::account::rules::{AccountRules, RuleTexts};
use crate::domain::event::Event;
use crate::domain::ids::AccountNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::store::{Tx, account, account_rules, event};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Puts these rules in place of the account's.
///
/// # Errors
/// `NotPermitted`, `NotFound`, or `Invalid` with the field that can't be read.
pub fn change_rules(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: AccountNumber,
    wanted: &RuleTexts,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let scope = actor.require(Permission::AccountManage)?;
    let found = account::load_by_number(tx, &scope, number)?;
    let rules =
        AccountRules::parse(wanted).map_err(|fault| FlowError::invalid(fault.field, fault.message))?;
    let before = account_rules::load(tx, found.id)?;
    if rules == before {
        return Ok(());
    }
    account_rules::update(tx, found.id, &rules)?;
    let data = json!({ "account": number, "before": told(&before), "after": told(&rules) });
    let changed = Event::new(found.organisation, now, "account.rules_changed", data);
    Ok(event::append(tx, &changed.by(actor.person()))?)
}

fn told(rules: &AccountRules) -> Value {
    let texts = rules.to_texts();
    json!({ "cut_off": texts.cut_off, "weekend": texts.weekend,
        "holidays": rules.calendar.holidays(), "cool_down_hours": rules.cool_down_hours })
}
