//! Who may do what: permissions, the built-in roles, the acting person (`Actor`) and the proof that
//! a permission was asked for (`Scope`).
//!
//! `Scope` has private fields and one maker, `Actor::require`. Store functions over tenants' data
//! demand a `&Scope`, so a query that forgets the permission or the organisation does not compile.

use crate::domain::ids::{AccountId, OrganisationId, PersonId};

/// One thing a role allows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Permission {
    /// See batches and payouts.
    BatchView,
    /// Upload, correct, edit, submit; single payouts.
    BatchCapture,
    /// Sign as reviewer.
    BatchReview,
    /// Sign as approver.
    BatchApprove,
    /// Cancel, pause and resume.
    BatchCancel,
    /// Download payout reports.
    ReportDownload,
    /// Read and verify the audit log.
    AuditRead,
    /// Invite people, change roles.
    TeamManage,
    /// Accounts, funding, policy.
    AccountManage,
    /// API clients and webhooks.
    DeveloperManage,
}

use Permission as P;

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 10] = [
        P::BatchView,
        P::BatchCapture,
        P::BatchReview,
        P::BatchApprove,
        P::BatchCancel,
        P::ReportDownload,
        P::AuditRead,
        P::TeamManage,
        P::AccountManage,
        P::DeveloperManage,
    ];

    /// The word stored and shown to integrators.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            P::BatchView => "batch.view",
            P::BatchCapture => "batch.capture",
            P::BatchReview => "batch.review",
            P::BatchApprove => "batch.approve",
            P::BatchCancel => "batch.cancel",
            P::ReportDownload => "report.download",
            P::AuditRead => "audit.read",
            P::TeamManage => "team.manage",
            P::AccountManage => "account.manage",
            P::DeveloperManage => "developer.manage",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.as_str() == text)
    }

    /// What pages call it, to follow "you may not".
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            P::BatchView => "see batches and payouts",
            P::BatchCapture => "upload, correct and submit batches",
            P::BatchReview => "review batches",
            P::BatchApprove => "approve batches",
            P::BatchCancel => "cancel batches",
            P::ReportDownload => "download payout reports",
            P::AuditRead => "read the audit log",
            P::TeamManage => "manage people and roles",
            P::AccountManage => "manage payout accounts",
            P::DeveloperManage => "manage API clients and webhooks",
        }
    }
}

impl From<Permission> for &'static str {
    fn from(permission: Permission) -> Self {
        permission.as_str()
    }
}

impl TryFrom<String> for Permission {
    type Error = String;
    fn try_from(word: String) -> Result<Self, String> {
        Self::parse(&word).ok_or_else(|| format!("no permission is called {word}"))
    }
}

/// The roles every organisation starts with: name and permissions.
pub const BUILT_IN_ROLES: &[(&str, &[Permission])] = &[
    (
        "Administrator",
        &[
            P::TeamManage,
            P::AccountManage,
            P::DeveloperManage,
            P::ReportDownload,
            P::AuditRead,
            P::BatchView,
        ],
    ),
    ("Initiator", &[P::BatchView, P::BatchCapture]),
    ("Reviewer", &[P::BatchView, P::BatchReview, P::ReportDownload]),
    (
        "Approver",
        &[P::BatchView, P::BatchApprove, P::BatchCancel, P::ReportDownload],
    ),
    ("Auditor", &[P::BatchView, P::ReportDownload, P::AuditRead]),
    ("Developer", &[P::BatchView, P::DeveloperManage]),
];

/// Which payout accounts something holds for.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accounts {
    /// Every account of the organisation, later ones too.
    All,
    /// Only these.
    Only(Vec<AccountId>),
}

impl Accounts {
    /// Whether `account` is among them.
    #[must_use]
    pub fn contain(&self, account: AccountId) -> bool {
        match self {
            Self::All => true,
            Self::Only(list) => list.contains(&account),
        }
    }

    /// Those of either.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(mut left), Self::Only(right)) => {
                left.extend(right);
                left.sort_unstable();
                left.dedup();
                Self::Only(left)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

/// A role as given to a person: what it allows and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The role's name.
    pub role: String,
    /// What it allows.
    pub permissions: Vec<Permission>,
    /// Where it holds.
    pub accounts: Accounts,
}

/// The person who acts, with everything they may do in one organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    organisation: OrganisationId,
    person: PersonId,
    grants: Vec<Grant>,
    has_confirmed: bool,
    client: Option<String>,
}

/// The refusal of `Actor::require`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("your roles do not let you {}{}", .permission.label(), if *.everywhere { " for all payout accounts" } else { "" })]
pub struct NotPermitted {
    /// What was asked for.
    pub permission: Permission,
    /// Whether it takes a role for all payout accounts.
    pub everywhere: bool,
}

impl Actor {
    /// Made where a session or an API client has been checked, from the grants that hold now.
    #[must_use]
    pub const fn authenticated(organisation: OrganisationId, person: PersonId, grants: Vec<Grant>) -> Self {
        Self {
            organisation,
            person,
            grants,
            client: None,
            has_confirmed: false,
        }
    }

    /// The same person acting through an API client: what the grants allow, and of that only the
    /// scopes. It counts as its person wherever duties are asked for.
    #[must_use]
    pub fn narrowed(mut self, client_id: &str, scopes: &[Permission]) -> Self {
        for grant in &mut self.grants {
            grant.permissions.retain(|permission| scopes.contains(permission));
        }
        self.grants.retain(|grant| !grant.permissions.is_empty());
        self.client = Some(client_id.to_owned());
        self
    }

    /// The API client through which they act, if they do.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// The same, who has just confirmed with a code that it is them: what signing demands of people
    /// with a second factor.
    #[must_use]
    pub const fn having_confirmed(mut self) -> Self {
        self.has_confirmed = true;
        self
    }

    /// Whether they have just given a code.
    #[must_use]
    pub const fn has_confirmed(&self) -> bool {
        self.has_confirmed
    }

    /// Who acts.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Where they act.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// The names of their roles, each once.
    #[must_use]
    pub fn roles(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.grants.iter().map(|grant| grant.role.as_str()).collect();
        names.dedup();
        names
    }

    /// The accounts on which they hold `permission`, if any.
    #[must_use]
    pub fn accounts(&self, permission: Permission) -> Option<Accounts> {
        self.grants
            .iter()
            .filter(|grant| grant.permissions.contains(&permission))
            .map(|grant| grant.accounts.clone())
            .reduce(Accounts::join)
    }

    /// Whether they hold `permission` on `account`.
    #[must_use]
    pub fn may(&self, permission: Permission, account: AccountId) -> bool {
        self.accounts(permission)
            .is_some_and(|accounts| accounts.contain(account))
    }

    /// Asks for `permission` on any account; the scope then holds those on which it is given.
    ///
    /// # Errors
    /// `NotPermitted` where no role gives it.
    pub fn require(&self, permission: Permission) -> Result<Scope, NotPermitted> {
        let accounts = self.accounts(permission).ok_or(NotPermitted {
            permission,
            everywhere: false,
        })?;
        Ok(Scope {
            organisation: self.organisation,
            accounts,
            person: self.person,
        })
    }

    /// Asks for `permission` on all accounts: for what belongs to the organisation as a whole, or tells
    /// of every account.
    ///
    /// # Errors
    /// `NotPermitted` where no role for all accounts gives it.
    pub fn require_everywhere(&self, permission: Permission) -> Result<Scope, NotPermitted> {
        let scope = self.require(permission)?;
        if scope.accounts == Accounts::All {
            return Ok(scope);
        }
        Err(NotPermitted {
            permission,
            everywhere: true,
        })
    }
}

/// Proof that a permission was asked for, and the reach it was given for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    organisation: OrganisationId,
    accounts: Accounts,
    person: PersonId,
}

impl Scope {
    /// The organisation whose rows may be touched.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// The accounts whose rows may be touched.
    #[must_use]
    pub const fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Who asked.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }
}
