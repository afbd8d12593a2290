//! People of an organisation as administrators see them: how a membership stands, what a role says,
//! and a role as given to somebody.
//!
//! Not here: what the acting person may do (`permission`). The invariant: a role as given carries the
//! role's content, so that a proposal over it says exactly what was read.

use crate::domain::ids::RoleId;
use crate::domain::permission::{Accounts, Permission};
use serde::{Deserialize, Serialize};

/// How a membership stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// Signs in and acts.
    Active,
    /// Can't sign in; may be let in again.
    Suspended,
    /// Gone, without roles; may be invited again.
    Removed,
}

impl MemberStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Removed];

    /// How it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
        }
    }

    /// What pages call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Removed => "Removed",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// The longest name of a role, in characters.
pub const ROLE_NAME_CHARS_MAX: usize = 60;

/// What a role says: its name and what it allows, in the order of `Permission::ALL`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoleRule {
    /// Unique in the organisation.
    pub name: String,
    /// Each once.
    pub permissions: Vec<Permission>,
}

/// Why a role can't be called or made like this.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RoleFault {
    /// No name, or one too long.
    #[error("A role's name has 1 to {ROLE_NAME_CHARS_MAX} characters; this one has {0}.")]
    Name(usize),
    /// It allows nothing.
    #[error("A role needs at least one permission.")]
    Empty,
}

impl RoleRule {
    /// A role with this name that allows these, in any order.
    ///
    /// # Errors
    /// `RoleFault` where the name is too long or nothing is allowed.
    pub fn try_new(name: &str, wanted: &[Permission]) -> Result<Self, RoleFault> {
        let name = name.trim();
        let chars = name.chars().count();
        if chars == 0 || chars > ROLE_NAME_CHARS_MAX {
            return Err(RoleFault::Name(chars));
        }
        let permissions: Vec<Permission> = Permission::ALL
            .into_iter()
            .filter(|permission| wanted.contains(permission))
            .collect();
        if permissions.is_empty() {
            return Err(RoleFault::Empty);
        }
        Ok(Self {
            name: name.to_owned(),
            permissions,
        })
    }
}

/// A role given to somebody: which, what it says, and where it holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Given {
    /// Which role.
    pub role: RoleId,
    /// What it says.
    pub rule: RoleRule,
    /// Where it holds.
    pub accounts: Accounts,
}

/// What somebody wants to give: a role and where it shall hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Giving {
    /// Which role.
    pub role: RoleId,
    /// Where.
    pub accounts: Accounts,
}

impl From<&Given> for Giving {
    fn from(given: &Given) -> Self {
        Self {
            role: given.role,
            accounts: given.accounts.clone(),
        }
    }
}

/// What somebody may do before and after: permission by permission, only where it differs; `None` is
/// nowhere.
#[must_use]
pub fn difference(
    before: &[Given],
    after: &[Given],
) -> Vec<(Permission, Option<Accounts>, Option<Accounts>)> {
    let reach = |given: &[Given], permission: Permission| {
        given
            .iter()
            .filter(|one| one.rule.permissions.contains(&permission))
            .map(|one| one.accounts.clone())
            .reduce(Accounts::join)
    };
    Permission::ALL
        .into_iter()
        .map(|permission| (permission, reach(before, permission), reach(after, permission)))
        .filter(|(_, before, after)| before != after)
        .collect()
}
