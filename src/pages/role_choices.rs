//! Choosing roles with the accounts they hold for: fields `role` (repeated key) and, for each,
//! `accounts_{key}` (`all`, or repeated account numbers).

use super::error::PageError;
use super::text;
use super::view::team::{Check, RoleChoice, RoleChoices};
use crate::domain::account::Account;
use crate::domain::ids::{AccountId, RoleId};
use crate::domain::permission::Accounts;
use crate::domain::team::{Given, Giving};
use crate::http::visit::Visit;
use crate::store::StoreError;
use crate::store::role::Role;

const ALL: &str = "all";

fn sent<'v>(visit: &'v Visit, name: &'v str) -> impl Iterator<Item = &'v str> {
    let own = visit.form.iter().filter(move |(key, _)| key == name);
    own.map(|(_, value)| value.trim())
}

/// The roles as a form shows them: what was just sent, else `given`.
pub(super) fn choices(
    visit: &Visit,
    roles: &[Role],
    accounts: &[Account],
    given: &[Given],
    error: Option<&str>,
) -> RoleChoices {
    let again = error.is_some();
    let choice = |role: &Role| {
        let key = role.id.0.to_string();
        let field = format!("accounts_{key}");
        let has = given.iter().find(|given| given.role == role.id);
        let box_for = |value: &str, label: &str, holds: bool| Check {
            id: format!("{field}-{value}"),
            value: value.to_owned(),
            label: label.to_owned(),
            checked: if again {
                sent(visit, &field).any(|one| one == value)
            } else {
                holds
            },
            name: field.clone(),
        };
        let for_all = has.is_none_or(|given| given.accounts == Accounts::All);
        let mut boxes = vec![box_for(ALL, "All payout accounts", for_all)];
        boxes.extend(accounts.iter().map(|account| {
            let holds = !for_all && has.is_some_and(|given| given.accounts.contain(account.id));
            box_for(&account.number.to_string(), &account.name, holds)
        }));
        let allows: Vec<&str> = role.rule.permissions.iter().map(|one| one.label()).collect();
        RoleChoice {
            role: Check {
                name: "role".to_owned(),
                id: format!("role-{key}"),
                label: role.rule.name.clone(),
                checked: if again {
                    sent(visit, "role").any(|one| one == key)
                } else {
                    has.is_some()
                },
                value: key.clone(),
            },
            allows: format!("{}.", text::capital(&allows.join("; "))),
            accounts: boxes,
        }
    };
    RoleChoices {
        roles: roles.iter().map(choice).collect(),
        error: error.map(str::to_owned),
    }
}

/// What the form chose. Without a word about accounts a role is for all of them.
pub(super) fn chosen(visit: &Visit, accounts: &[Account]) -> Result<Vec<Giving>, PageError> {
    let mut list = Vec::new();
    for key in sent(visit, "role") {
        let role = key.parse().ok().map(RoleId).ok_or(StoreError::NotFound("role"))?;
        let field = format!("accounts_{key}");
        let numbers: Vec<&str> = sent(visit, &field).collect();
        let accounts = if numbers.is_empty() || numbers.contains(&ALL) {
            Accounts::All
        } else {
            let ids: Option<Vec<AccountId>> = numbers
                .iter()
                .map(|number| {
                    let found = accounts
                        .iter()
                        .find(|account| account.number.to_string() == *number);
                    found.map(|account| account.id)
                })
                .collect();
            Accounts::Only(ids.ok_or(StoreError::NotFound("payout account"))?)
        };
        list.push(Giving { role, accounts });
    }
    Ok(list)
}
