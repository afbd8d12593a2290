//! What can be proposed: a `Wish` is what is asked for; a `Change` is the wish beside what stands there
//! now, and is what is kept. Adding a kind: a variant of each (the compiler leads to the rest), and
//! the kind's word in the CHECK of the table.
//!
//! Not here: how a proposal is decided. The invariant: a change says all that it changes, from and to.

use crate::domain::authorisation::Policy;
use crate::domain::client::Bounds;
use crate::domain::ids::{AccountId, PersonId, RoleId};
use crate::domain::permission::{Accounts, Actor, Permission};
use crate::domain::team::{Given, Giving, MemberStatus, RoleRule};
use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Another policy on an account.
    Policy {
        /// Which account.
        account: AccountId,
        /// The whole policy.
        to: Policy,
    },
    /// A role of the organisation's own.
    NewRole(RoleRule),
    /// Another name or other permissions for an own role.
    Role {
        /// Which.
        role: RoleId,
        /// All it shall say.
        to: RoleRule,
    },
    /// An own role goes, and is taken from everybody who has it.
    RoleDeletion(RoleId),
    /// Other roles for somebody.
    PersonRoles {
        /// Who.
        person: PersonId,
        /// All they shall have.
        to: Vec<Giving>,
    },
    /// Somebody shall join.
    Invitation {
        /// In any case.
        email: String,
        /// With these roles.
        roles: Vec<Giving>,
    },
    /// Somebody shall not sign in for now.
    Suspension(PersonId),
    /// Somebody shall go, and lose their roles.
    Removal(PersonId),
    /// Somebody suspended shall be let in again, with the roles they had.
    Reactivation(PersonId),
    /// Somebody's second factor shall be forgotten.
    SecondFactorReset(PersonId),
    /// Money came in from outside.
    Funding {
        /// To which account.
        account: AccountId,
        /// Minor units, above zero.
        amount: i64,
        /// The bank's or the funder's own.
        reference: String,
        /// Anything else.
        comment: String,
    },
    /// An API client shall be able to do more.
    ClientScopes {
        /// Its public id.
        client: String,
        /// All it shall have, in the order of `Permission::ALL`.
        to: Vec<Permission>,
        /// From where and until when it shall call, if that is wished.
        bounds: Option<Bounds>,
    },
}

/// What is proposed: from what stands there, to what is wished.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// See [`Wish::Policy`].
    Policy {
        /// Which account.
        account: AccountId,
        /// The version in force.
        version: i32,
        /// The policy in force.
        from: Policy,
        /// The policy proposed.
        to: Policy,
    },
    /// See [`Wish::NewRole`].
    NewRole {
        /// What it shall say.
        to: RoleRule,
    },
    /// See [`Wish::Role`].
    Role {
        /// Which.
        role: RoleId,
        /// What it says.
        from: RoleRule,
        /// What it shall say.
        to: RoleRule,
    },
    /// See [`Wish::RoleDeletion`].
    RoleDeletion {
        /// Which.
        role: RoleId,
        /// What it says.
        from: RoleRule,
    },
    /// See [`Wish::PersonRoles`].
    PersonRoles {
        /// Who.
        person: PersonId,
        /// What they have.
        from: Vec<Given>,
        /// What they shall have.
        to: Vec<Given>,
    },
    /// See [`Wish::Invitation`].
    Invitation {
        /// Lower case.
        email: String,
        /// What they shall have.
        to: Vec<Given>,
    },
    /// See [`Wish::Suspension`].
    Suspension {
        /// Who.
        person: PersonId,
    },
    /// See [`Wish::Removal`].
    Removal {
        /// Who.
        person: PersonId,
        /// How they stand.
        status: MemberStatus,
        /// What they lose.
        from: Vec<Given>,
    },
    /// See [`Wish::Reactivation`].
    Reactivation {
        /// Who.
        person: PersonId,
        /// What they come back with.
        to: Vec<Given>,
    },
    /// See [`Wish::SecondFactorReset`].
    SecondFactorReset {
        /// Who.
        person: PersonId,
    },
    /// See [`Wish::Funding`].
    Funding {
        /// Which account.
        account: AccountId,
        /// Minor units.
        amount: i64,
        /// The bank's or the funder's own.
        reference: String,
        /// Anything else.
        comment: String,
    },
    /// See [`Wish::ClientScopes`].
    ClientScopes {
        /// Its public id.
        client: String,
        /// Whose it is.
        owner: PersonId,
        /// What it has.
        from: Vec<Permission>,
        /// What it shall have.
        to: Vec<Permission>,
        /// Its bounds, and those it shall have, where they are wider.
        #[serde(default)]
        bounds: Option<(Bounds, Bounds)>,
    },
}

/// What the one who proposes and the one who confirms must hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Need {
    /// Which permission.
    pub permission: Permission,
    /// Where; `None` is for all payout accounts.
    pub account: Option<AccountId>,
}

impl Need {
    /// Whether `actor` holds it.
    #[must_use]
    pub fn is_met_by(self, actor: &Actor) -> bool {
        match self.account {
            Some(account) => actor.may(self.permission, account),
            None => actor.accounts(self.permission) == Some(Accounts::All),
        }
    }
}

impl Change {
    /// The word of its kind, as stored.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Policy { .. } => "policy",
            Self::NewRole { .. } => "new_role",
            Self::Role { .. } => "role",
            Self::RoleDeletion { .. } => "role_deletion",
            Self::PersonRoles { .. } => "person_roles",
            Self::Invitation { .. } => "invitation",
            Self::Suspension { .. } => "suspension",
            Self::Removal { .. } => "removal",
            Self::Reactivation { .. } => "reactivation",
            Self::SecondFactorReset { .. } => "second_factor_reset",
            Self::Funding { .. } => "funding",
            Self::ClientScopes { .. } => "client_scopes",
        }
    }

    /// What it takes to propose and to confirm it.
    #[must_use]
    pub const fn need(&self) -> Need {
        let (permission, account) = match self {
            Self::Policy { account, .. } | Self::Funding { account, .. } => {
                (Permission::AccountManage, Some(*account))
            }
            Self::NewRole { .. }
            | Self::Role { .. }
            | Self::RoleDeletion { .. }
            | Self::PersonRoles { .. }
            | Self::Invitation { .. }
            | Self::Suspension { .. }
            | Self::Removal { .. }
            | Self::Reactivation { .. }
            | Self::SecondFactorReset { .. } => (Permission::TeamManage, None),
            Self::ClientScopes { .. } => (Permission::DeveloperManage, None),
        };
        Need { permission, account }
    }

    /// The person it is about.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::PersonRoles { person, .. }
            | Self::Suspension { person }
            | Self::Removal { person, .. }
            | Self::Reactivation { person, .. }
            | Self::SecondFactorReset { person }
            | Self::ClientScopes { owner: person, .. } => Some(*person),
            Self::Policy { .. }
            | Self::NewRole { .. }
            | Self::Role { .. }
            | Self::RoleDeletion { .. }
            | Self::Invitation { .. }
            | Self::Funding { .. } => None,
        }
    }

    /// Whether `person` may not propose it: nobody acts on their own membership. The owner of an API
    /// client may ask for more; another one confirms.
    #[must_use]
    pub fn is_own_affair_of(&self, person: PersonId) -> bool {
        self.person() == Some(person) && !matches!(self, Self::ClientScopes { .. })
    }

    /// Whether the person it is about may confirm it: to be let go can be agreed to, to be given
    /// something can't.
    #[must_use]
    pub const fn may_be_agreed_to(&self) -> bool {
        matches!(self, Self::Suspension { .. } | Self::Removal { .. })
    }

    /// Whether it would change nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Policy { from, to, .. } => from == to,
            Self::Role { from, to, .. } => from == to,
            Self::PersonRoles { from, to, .. } => from == to,
            Self::ClientScopes { from, to, bounds, .. } => from == to && bounds.is_none(),
            Self::NewRole { .. }
            | Self::RoleDeletion { .. }
            | Self::Invitation { .. }
            | Self::Suspension { .. }
            | Self::Removal { .. }
            | Self::Reactivation { .. }
            | Self::SecondFactorReset { .. }
            | Self::Funding { .. } => false,
        }
    }

    /// What was asked for, to be read again.
    #[must_use]
    pub fn wish(&self) -> Wish {
        let giving = |list: &[Given]| list.iter().map(Giving::from).collect();
        match self.clone() {
            Self::Policy { account, to, .. } => Wish::Policy { account, to },
            Self::NewRole { to } => Wish::NewRole(to),
            Self::Role { role, to, .. } => Wish::Role { role, to },
            Self::RoleDeletion { role, .. } => Wish::RoleDeletion(role),
            Self::PersonRoles { person, to, .. } => Wish::PersonRoles {
                person,
                to: giving(&to),
            },
            Self::Invitation { email, to } => Wish::Invitation {
                email,
                roles: giving(&to),
            },
            Self::Suspension { person } => Wish::Suspension(person),
            Self::Removal { person, .. } => Wish::Removal(person),
            Self::Reactivation { person, .. } => Wish::Reactivation(person),
            Self::SecondFactorReset { person } => Wish::SecondFactorReset(person),
            Self::Funding {
                account,
                amount,
                reference,
                comment,
            } => Wish::Funding {
                account,
                amount,
                reference,
                comment,
            },
            Self::ClientScopes {
                client, to, bounds, ..
            } => Wish::ClientScopes {
                client,
                to,
                bounds: bounds.map(|(_, to)| to),
            },
        }
    }
}
