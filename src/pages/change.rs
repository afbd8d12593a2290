//! A proposed change in words: what it is called, what it replaces with what, and what that means for
//! whom.
//!
//! Not here: whether it may be made. The invariant: the words come from the change as it is kept;
//! only names of people and accounts, and who has a role, are read beside it.

use super::api_agreement;
use super::text;
use super::view::proposal::{ChangeView, DiffRow, Effect};
use crate::domain::account::Account;
use crate::domain::client::Bounds;
use crate::domain::ids::{AccountId, OrganisationId, PersonId, RoleId};
use crate::domain::permission::{Accounts, Permission};
use crate::domain::proposal::Change;
use crate::domain::team::{Given, RoleRule, difference};
use crate::store::member::Member;
use crate::store::{Conn, StoreError, account, member, role};

/// What the words need beside the change.
pub(super) struct Names {
    people: Vec<Member>,
    accounts: Vec<Account>,
    given: Vec<(PersonId, Given)>,
}

impl Names {
    /// Reads the names that these changes use.
    pub(super) fn read(
        conn: &mut Conn<'_>,
        organisation: OrganisationId,
        changes: &[&Change],
    ) -> Result<Self, StoreError> {
        let mut ids: Vec<AccountId> = changes.iter().flat_map(|change| accounts_of(change)).collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts: Result<Vec<Account>, StoreError> =
            ids.into_iter().map(|id| account::load(conn, id)).collect();
        Ok(Self {
            people: member::list(conn, organisation, None)?,
            accounts: accounts?,
            given: role::list_given(conn, organisation, None)?,
        })
    }

    /// A person's name.
    pub(super) fn person(&self, id: PersonId) -> &str {
        let found = self.people.iter().find(|person| person.id == id);
        found.map_or("Somebody", |person| person.name.as_str())
    }

    fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    fn account_name(&self, id: AccountId) -> &str {
        self.account(id)
            .map_or("a payout account", |account| account.name.as_str())
    }

    fn money(&self, id: AccountId, minor: i64) -> String {
        self.account(id)
            .map_or_else(String::new, |account| text::money(account, minor))
    }

    /// "all payout accounts", "Main payouts, Gulf refunds".
    pub(super) fn reach(&self, accounts: &Accounts) -> String {
        reach_words(accounts, &self.accounts)
    }

    fn of(&self, person: PersonId) -> Vec<Given> {
        let own = self.given.iter().filter(|(id, _)| *id == person);
        own.map(|(_, given)| given.clone()).collect()
    }

    fn who_has(&self, role: RoleId) -> Vec<PersonId> {
        let all = self.given.iter().filter(|(_, given)| given.role == role);
        all.map(|(person, _)| *person).collect()
    }
}

/// "all payout accounts", "Main payouts, Gulf refunds".
pub(super) fn reach_words(reach: &Accounts, known: &[Account]) -> String {
    match reach {
        Accounts::All => "all payout accounts".to_owned(),
        Accounts::Only(ids) => {
            let name = |id: &AccountId| {
                let found = known.iter().find(|account| account.id == *id);
                found.map_or("a payout account", |account| account.name.as_str())
            };
            ids.iter().map(name).collect::<Vec<_>>().join(", ")
        }
    }
}

fn accounts_of(change: &Change) -> Vec<AccountId> {
    let scopes = |given: &[Given]| -> Vec<AccountId> {
        given
            .iter()
            .flat_map(|one| match &one.accounts {
                Accounts::All => Vec::new(),
                Accounts::Only(ids) => ids.clone(),
            })
            .collect()
    };
    match change {
        Change::Policy { account, .. } | Change::Funding { account, .. } => vec![*account],
        Change::PersonRoles { from, to, .. } => [scopes(from), scopes(to)].concat(),
        Change::Invitation { to, .. } | Change::Reactivation { to, .. } => scopes(to),
        Change::Removal { from, .. } => scopes(from),
        Change::NewRole { .. }
        | Change::Role { .. }
        | Change::RoleDeletion { .. }
        | Change::Suspension { .. }
        | Change::SecondFactorReset { .. }
        | Change::ClientScopes { .. } => Vec::new(),
    }
}

/// What it is called: "Suspend James Gondwe".
pub(super) fn title(change: &Change, names: &Names) -> String {
    match change {
        Change::Policy { account, .. } => {
            format!("Change the approval policy of {}", names.account_name(*account))
        }
        Change::NewRole { to } => format!("Make the role {}", to.name),
        Change::Role { from, .. } => format!("Change the role {}", from.name),
        Change::RoleDeletion { from, .. } => format!("Drop the role {}", from.name),
        Change::PersonRoles { person, .. } => format!("Change the roles of {}", names.person(*person)),
        Change::Invitation { email, .. } => format!("Invite {email}"),
        Change::Suspension { person } => format!("Suspend {}", names.person(*person)),
        Change::Removal { person, .. } => format!("Remove {}", names.person(*person)),
        Change::Reactivation { person, .. } => format!("Let {} in again", names.person(*person)),
        Change::SecondFactorReset { person } => {
            format!("Reset the second factor of {}", names.person(*person))
        }
        Change::Funding { account, amount, .. } => {
            let money = names.money(*account, *amount);
            format!("Add {money} to {}", names.account_name(*account))
        }
        Change::ClientScopes { client, .. } => format!("Let the API client {client} do more"),
    }
}

/// What it replaces with what, and what that means.
pub(super) fn view(change: &Change, names: &Names) -> ChangeView {
    ChangeView {
        rows: rows(change, names),
        people: people(change, names),
        consequence: consequence(change, names),
    }
}

fn row(what: impl Into<String>, from: impl Into<String>, to: impl Into<String>) -> DiffRow {
    DiffRow {
        what: what.into(),
        from: from.into(),
        to: to.into(),
    }
}

fn rows(change: &Change, names: &Names) -> Vec<DiffRow> {
    match change {
        Change::Policy {
            account, from, to, ..
        } => names
            .account(*account)
            .map_or_else(Vec::new, |account| super::policy_words::diff(account, from, to)),
        Change::NewRole { to } => rule_rows(None, Some(to)),
        Change::Role { from, to, .. } => rule_rows(Some(from), Some(to)),
        Change::RoleDeletion { from, .. } => rule_rows(Some(from), None),
        Change::PersonRoles { from, to, .. } => given_rows(from, to, names),
        Change::Invitation { to, .. } => given_rows(&[], to, names),
        Change::Removal { status, from, .. } => {
            let mut rows = vec![row("Membership", status.label(), "Removed")];
            rows.extend(given_rows(from, &[], names));
            rows
        }
        Change::Suspension { .. } => vec![row("Membership", "Active", "Suspended")],
        Change::Reactivation { .. } => vec![row("Membership", "Suspended", "Active")],
        Change::SecondFactorReset { .. } => vec![row("Second factor", "Set up", "")],
        Change::Funding {
            account,
            amount,
            reference,
            comment,
        } => {
            let mut rows = vec![
                row("Money that came in", "", names.money(*account, *amount)),
                row("Reference", "", reference),
            ];
            if !comment.is_empty() {
                rows.push(row("Comment", "", comment));
            }
            rows
        }
        Change::ClientScopes { from, to, bounds, .. } => {
            let mut rows = permission_rows(from, to);
            rows.extend(bounds.iter().flat_map(|(from, to)| bounds_rows(from, to)));
            rows
        }
    }
}

fn bounds_rows(from: &Bounds, to: &Bounds) -> Vec<DiffRow> {
    let (places, last) = (api_agreement::places, api_agreement::last);
    let rows = [
        row("Networks it may call from", places(from), places(to)),
        row("Last day", last(from), last(to)),
    ];
    rows.into_iter().filter(|row| row.from != row.to).collect()
}

fn permission_rows(from: &[Permission], to: &[Permission]) -> Vec<DiffRow> {
    let differs = |permission: &Permission| from.contains(permission) != to.contains(permission);
    let words = |has: bool| if has { "allowed" } else { "" };
    Permission::ALL
        .into_iter()
        .filter(differs)
        .map(|one| {
            row(
                text::capital(one.label()),
                words(from.contains(&one)),
                words(to.contains(&one)),
            )
        })
        .collect()
}

fn rule_rows(from: Option<&RoleRule>, to: Option<&RoleRule>) -> Vec<DiffRow> {
    let name = |rule: Option<&RoleRule>| rule.map_or("", |rule| rule.name.as_str()).to_owned();
    let allowed = |rule: Option<&RoleRule>| rule.map_or_else(Vec::new, |rule| rule.permissions.clone());
    let mut rows = Vec::new();
    if name(from) != name(to) {
        rows.push(row("Name", name(from), name(to)));
    }
    rows.extend(permission_rows(&allowed(from), &allowed(to)));
    rows
}

fn given_rows(from: &[Given], to: &[Given], names: &Names) -> Vec<DiffRow> {
    let reach = |list: &[Given], role: RoleId| {
        let found = list.iter().find(|given| given.role == role);
        found.map_or_else(String::new, |given| {
            format!("for {}", names.reach(&given.accounts))
        })
    };
    let mut roles: Vec<(RoleId, &str)> = from
        .iter()
        .chain(to)
        .map(|given| (given.role, given.rule.name.as_str()))
        .collect();
    roles.sort_unstable();
    roles.dedup();
    let lines = roles
        .into_iter()
        .map(|(id, name)| (format!("Role {name}"), reach(from, id), reach(to, id)));
    lines
        .filter(|(_, from, to)| from != to)
        .map(|(what, from, to)| row(what, from, to))
        .collect()
}

fn people(change: &Change, names: &Names) -> Vec<Effect> {
    match change {
        Change::Role { role, to, .. } => with_role(*role, Some(to), names),
        Change::RoleDeletion { role, .. } => with_role(*role, None, names),
        Change::PersonRoles { person, from, to } => effect(names.person(*person), from, to, names)
            .into_iter()
            .collect(),
        Change::Invitation { email, to } => effect(email, &[], to, names).into_iter().collect(),
        Change::Suspension { person } | Change::Removal { person, .. } => {
            effect(names.person(*person), &names.of(*person), &[], names)
                .into_iter()
                .collect()
        }
        Change::Reactivation { person, to } => effect(names.person(*person), &[], to, names)
            .into_iter()
            .collect(),
        Change::Policy { .. }
        | Change::NewRole { .. }
        | Change::SecondFactorReset { .. }
        | Change::Funding { .. }
        | Change::ClientScopes { .. } => Vec::new(),
    }
}

/// Everybody who has the role, with what they gain and lose when it says `to`, or goes.
fn with_role(role: RoleId, to: Option<&RoleRule>, names: &Names) -> Vec<Effect> {
    let after = |before: &[Given]| -> Vec<Given> {
        before
            .iter()
            .filter_map(|given| match (given.role == role, to) {
                (true, None) => None,
                (true, Some(rule)) => Some(Given {
                    rule: rule.clone(),
                    ..given.clone()
                }),
                (false, _) => Some(given.clone()),
            })
            .collect()
    };
    names
        .who_has(role)
        .into_iter()
        .filter_map(|person| {
            let before = names.of(person);
            effect(names.person(person), &before, &after(&before), names)
        })
        .collect()
}

fn effect(who: &str, before: &[Given], after: &[Given], names: &Names) -> Option<Effect> {
    let lines: Vec<String> = difference(before, after)
        .into_iter()
        .map(|(permission, from, to)| {
            let what = permission.label();
            match (from, to) {
                (None, Some(to)) => format!("May {what}: {}", names.reach(&to)),
                (Some(_), None) => format!("May no longer {what}"),
                (Some(from), Some(to)) => {
                    format!(
                        "May {what}: {} instead of {}",
                        names.reach(&to),
                        names.reach(&from)
                    )
                }
                (None, None) => String::new(),
            }
        })
        .collect();
    (!lines.is_empty()).then(|| Effect {
        who: who.to_owned(),
        lines,
    })
}

fn consequence(change: &Change, names: &Names) -> String {
    match change {
        Change::Policy { .. } => {
            "Holds for batches that are sent from then on. Those sent before keep the level they were sent under."
        }
        Change::NewRole { .. } => "Nobody has it yet. Giving it to somebody is a proposal of its own.",
        Change::Role { role, .. } if names.who_has(*role).is_empty() => "Nobody has this role now.",
        Change::RoleDeletion { role, .. } if names.who_has(*role).is_empty() => "Nobody has this role now.",
        Change::Role { .. } | Change::PersonRoles { .. } => "Holds with their next request.",
        Change::RoleDeletion { .. } => "It is taken from everybody who has it.",
        Change::Invitation { .. } => {
            "They get a link that works once and for 7 days, and choose their own password."
        }
        Change::Suspension { .. } => {
            "They are signed out at once and can't sign in. Their roles are kept for when they are let in again."
        }
        Change::Removal { .. } => {
            "They are signed out at once and lose their roles. What they did stays in the audit log."
        }
        Change::Reactivation { .. } => "They can sign in again, with the roles they had.",
        Change::SecondFactorReset { .. } => "They sign in with their password and set up a new one.",
        Change::Funding { .. } => {
            "Countersign moves no money here: confirm only what has arrived. It is available at once."
        }
        Change::ClientScopes { .. } => {
            "Holds once its person agrees to it, signed in, and as far as their own roles go."
        }
    }
    .to_owned()
}
