//! What a wish means as things stand: the change it would make, from and to. Read again at the
//! confirmation; only what comes out the same is carried out.
//!
//! The invariant: everything a change names belongs to the organisation.

use crate::domain::client::Bounds;
use crate::domain::ids::{AccountId, OrganisationId, PersonId, RoleId};
use crate::domain::permission::{Accounts, Permission};
use crate::domain::proposal::{Change, Refusal, Wish};
use crate::domain::row::is_email;
use crate::domain::team::{Given, Giving, MemberStatus, RoleRule};
use crate::flows::FlowError;
use crate::store::role::Role;
use crate::store::{Conn, StoreError, account, api_client, member, role, second_factor};

const REFERENCE_CHARS_MAX: usize = 140;
const COMMENT_CHARS_MAX: usize = 500;

/// The change that `wish` would make now.
pub(super) fn draft(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    wish: &Wish,
) -> Result<Change, FlowError> {
    match wish {
        Wish::Policy { account, to } => {
            let account = own_account(conn, organisation, *account)?;
            let (_, from) = account::load_policy(conn, account)?;
            Ok(Change::Policy {
                account,
                version: account::load_policy_version(conn, account)?,
                from,
                to: to.clone(),
            })
        }
        Wish::NewRole(to) => {
            free_name(conn, organisation, None, to)?;
            Ok(Change::NewRole { to: to.clone() })
        }
        Wish::Role { role, to } => {
            let from = own_role(conn, organisation, *role)?;
            free_name(conn, organisation, Some(*role), to)?;
            Ok(Change::Role {
                role: *role,
                from,
                to: to.clone(),
            })
        }
        Wish::RoleDeletion(role) => Ok(Change::RoleDeletion {
            role: *role,
            from: own_role(conn, organisation, *role)?,
        }),
        Wish::PersonRoles { .. }
        | Wish::Invitation { .. }
        | Wish::Suspension(_)
        | Wish::Removal(_)
        | Wish::Reactivation(_)
        | Wish::SecondFactorReset(_) => of_person(conn, organisation, wish),
        Wish::Funding {
            account,
            amount,
            reference,
            comment,
        } => {
            let account = own_account(conn, organisation, *account)?;
            if *amount <= 0 {
                return Err(FlowError::invalid("amount", "The amount must be above zero."));
            }
            Ok(Change::Funding {
                account,
                amount: *amount,
                reference: bounded("reference", reference, 1, REFERENCE_CHARS_MAX)?,
                comment: bounded("comment", comment, 0, COMMENT_CHARS_MAX)?,
            })
        }
        Wish::ClientScopes { client, to, bounds } => {
            client_scopes(conn, organisation, client, (to, bounds.as_ref()))
        }
    }
}

fn of_person(conn: &mut Conn<'_>, organisation: OrganisationId, wish: &Wish) -> Result<Change, FlowError> {
    match wish {
        Wish::PersonRoles { person, to } => {
            in_status(
                conn,
                organisation,
                *person,
                &[MemberStatus::Active, MemberStatus::Suspended],
            )?;
            Ok(Change::PersonRoles {
                person: *person,
                from: given(conn, organisation, *person)?,
                to: giving(conn, organisation, to)?,
            })
        }
        Wish::Invitation { email, roles } => invitation(conn, organisation, email, roles),
        Wish::Suspension(person) => {
            in_status(conn, organisation, *person, &[MemberStatus::Active])?;
            Ok(Change::Suspension { person: *person })
        }
        Wish::Removal(person) => Ok(Change::Removal {
            person: *person,
            status: in_status(
                conn,
                organisation,
                *person,
                &[MemberStatus::Active, MemberStatus::Suspended],
            )?,
            from: given(conn, organisation, *person)?,
        }),
        Wish::Reactivation(person) => {
            in_status(conn, organisation, *person, &[MemberStatus::Suspended])?;
            Ok(Change::Reactivation {
                person: *person,
                to: given(conn, organisation, *person)?,
            })
        }
        Wish::SecondFactorReset(person) => {
            in_status(
                conn,
                organisation,
                *person,
                &[MemberStatus::Active, MemberStatus::Suspended],
            )?;
            if !second_factor::is_on(conn, *person)? {
                return Err(StoreError::NotFound("second factor").into());
            }
            Ok(Change::SecondFactorReset { person: *person })
        }
        Wish::Policy { .. }
        | Wish::NewRole(_)
        | Wish::Role { .. }
        | Wish::RoleDeletion(_)
        | Wish::Funding { .. }
        | Wish::ClientScopes { .. } => Err(StoreError::NotFound("person").into()),
    }
}

fn invitation(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    email: &str,
    roles: &[Giving],
) -> Result<Change, FlowError> {
    let email = email.trim().to_lowercase();
    if !is_email(&email) {
        return Err(FlowError::invalid(
            "email",
            "Write an e-mail address, such as name@company.example.",
        ));
    }
    match member::find_by_email(conn, organisation, &email)? {
        None | Some((_, MemberStatus::Removed)) => Ok(Change::Invitation {
            to: giving(conn, organisation, roles)?,
            email,
        }),
        Some((_, status)) => Err(Refusal::Member(status).into()),
    }
}

/// More for a client, beyond what it has and was offered; of that only what its person may do.
fn client_scopes(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    client_id: &str,
    (to, bounds): (&[Permission], Option<&Bounds>),
) -> Result<Change, FlowError> {
    let client = api_client::load(conn, organisation, client_id)?;
    if client.revoked_at.is_some() {
        return Err(StoreError::Stale("API client").into());
    }
    in_status(conn, organisation, client.person, &[MemberStatus::Active])?;
    let has = |one: &Permission| client.scopes.contains(one) || client.offered.contains(one);
    let from: Vec<Permission> = Permission::ALL.into_iter().filter(has).collect();
    if let Some(less) = from.iter().find(|one| !to.contains(one)) {
        let message = format!(
            "That it may {} is taken away at once, not proposed.",
            less.label()
        );
        return Err(FlowError::invalid("scope", message));
    }
    let grants = role::list_grants(conn, organisation, client.person)?;
    let held = |one: &Permission| grants.iter().any(|grant| grant.permissions.contains(one));
    if let Some(more) = to.iter().find(|one| !from.contains(one) && !held(one)) {
        let message = format!("Its person may not {}, so neither may it.", more.label());
        return Err(FlowError::invalid("scope", message));
    }
    let has = client.bounds();
    let wider =
        bounds.filter(|wanted| !wanted.lie_within(&has) && client.offered_bounds.as_ref() != Some(*wanted));
    Ok(Change::ClientScopes {
        bounds: wider.map(|wanted| (has.clone(), wanted.clone())),
        client: client.client_id,
        owner: client.person,
        from,
        to: Permission::ALL
            .into_iter()
            .filter(|one| to.contains(one))
            .collect(),
    })
}

fn own_account(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    id: AccountId,
) -> Result<AccountId, FlowError> {
    let found = account::load(conn, id)?;
    if found.organisation == organisation {
        Ok(id)
    } else {
        Err(StoreError::NotFound("payout account").into())
    }
}

fn own_role(conn: &mut Conn<'_>, organisation: OrganisationId, id: RoleId) -> Result<RoleRule, FlowError> {
    let found = role::load(conn, organisation, id)?;
    if found.built_in {
        Err(Refusal::BuiltIn.into())
    } else {
        Ok(found.rule)
    }
}

fn free_name(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    besides: Option<RoleId>,
    wanted: &RoleRule,
) -> Result<(), FlowError> {
    let taken =
        |role: &Role| Some(role.id) != besides && role.rule.name.to_lowercase() == wanted.name.to_lowercase();
    if role::list(conn, organisation)?.iter().any(taken) {
        let message = format!(
            "There is a role called {} already. Choose another name.",
            wanted.name
        );
        return Err(FlowError::invalid("name", message));
    }
    Ok(())
}

fn in_status(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    person: PersonId,
    allowed: &[MemberStatus],
) -> Result<MemberStatus, FlowError> {
    let status = member::load(conn, organisation, person)?.status;
    if allowed.contains(&status) {
        Ok(status)
    } else {
        Err(Refusal::Member(status).into())
    }
}

fn given(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<Vec<Given>, FlowError> {
    let rows = role::list_given(conn, organisation, Some(person))?;
    Ok(rows.into_iter().map(|(_, given)| given).collect())
}

/// What is wished with what the roles say now, in the order in which roles are kept.
fn giving(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    wanted: &[Giving],
) -> Result<Vec<Given>, FlowError> {
    let roles = role::list(conn, organisation)?;
    let mut to = Vec::new();
    for one in wanted {
        let role = roles
            .iter()
            .find(|role| role.id == one.role)
            .ok_or(StoreError::NotFound("role"))?;
        to.push(Given {
            role: role.id,
            rule: role.rule.clone(),
            accounts: own_accounts(conn, organisation, &one.accounts)?,
        });
    }
    to.sort_by_key(|given| given.role);
    let before = to.len();
    to.dedup_by_key(|given| given.role);
    if to.is_empty() || to.len() != before {
        return Err(FlowError::invalid(
            "roles",
            "Choose at least one role, and each role once. Somebody without a role is removed instead.",
        ));
    }
    Ok(to)
}

fn own_accounts(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    wanted: &Accounts,
) -> Result<Accounts, FlowError> {
    let Accounts::Only(list) = wanted else {
        return Ok(Accounts::All);
    };
    let mut ids = list.clone();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Err(FlowError::invalid(
            "accounts",
            "Choose the payout accounts for which the role holds, or all of them.",
        ));
    }
    for id in &ids {
        own_account(conn, organisation, *id)?;
    }
    Ok(Accounts::Only(ids))
}

fn bounded(field: &'static str, text: &str, least: usize, most: usize) -> Result<String, FlowError> {
    let text = text.trim();
    let count = text.chars().count();
    if count < least || count > most {
        let message = format!("The {field} has {count} characters; it needs {least} to {most}.");
        return Err(FlowError::invalid(field, message));
    }
    Ok(text.to_owned())
}
