//! Administrators' pages: the team, one person, invitations, roles, one role, and joining.

use super::act::ActForm;
use super::field::FieldView;
use super::layout::Layout;
use super::link::{ButtonLink, EmptyState, LinkView};
use super::notice::Notice;
use super::proposal::ChangeView;
use super::tone::StatusPill;
use askama::Template;
use askama::filters::HtmlSafe;

/// Everybody who belongs.
#[derive(Debug, Template)]
#[template(path = "team.html")]
pub struct TeamPage {
    /// The frame.
    pub layout: Layout,
    /// Invite, roles.
    pub buttons: Vec<ButtonLink>,
    /// By name.
    pub people: Vec<PersonRow>,
    /// The zone of the times.
    pub zone: String,
}

/// Somebody in the list.
#[derive(Debug)]
pub struct PersonRow {
    /// Their name, leading to their page.
    pub link: LinkView,
    /// Their address.
    pub email: String,
    /// Their roles, each with where it holds.
    pub roles: String,
    /// How they stand.
    pub status: StatusPill,
    /// When they were last here.
    pub seen: String,
}

/// One person.
#[derive(Debug, Template)]
#[template(path = "team_person.html")]
pub struct PersonPage {
    /// The frame.
    pub layout: Layout,
    /// Their name.
    pub name: String,
    /// How they stand.
    pub status: StatusPill,
    /// Their address, last seen.
    pub facts: String,
    /// What must be known.
    pub notices: Vec<Notice>,
    /// Suspend, let in again, remove.
    pub acts: Vec<ActForm>,
    /// Where the roles are sent.
    pub action: String,
    /// The roles they have and could have.
    pub roles: RoleChoices,
    /// Whether this person may change them.
    pub can_change: bool,
}

/// Roles to choose from, each with the accounts it holds for.
#[derive(Debug, Template)]
#[template(path = "parts/role_choices.html")]
pub struct RoleChoices {
    /// One block a role.
    pub roles: Vec<RoleChoice>,
    /// What is wrong with what was chosen.
    pub error: Option<String>,
}

/// A role to choose.
#[derive(Debug)]
pub struct RoleChoice {
    /// The role.
    pub role: Check,
    /// What it allows.
    pub allows: String,
    /// All accounts, then each.
    pub accounts: Vec<Check>,
}

/// A box to tick.
#[derive(Clone, Debug)]
pub struct Check {
    /// The field.
    pub name: String,
    /// What is sent.
    pub value: String,
    /// Unique on the page.
    pub id: String,
    /// What is read.
    pub label: String,
    /// Whether it is ticked.
    pub checked: bool,
}

/// Inviting, and who has not answered yet.
#[derive(Debug, Template)]
#[template(path = "team_invitations.html")]
pub struct InvitationsPage {
    /// The frame.
    pub layout: Layout,
    /// The address.
    pub email: FieldView,
    /// With which roles.
    pub roles: RoleChoices,
    /// Invitations that nobody has followed yet.
    pub pending: Vec<PendingRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
}

/// An invitation that nobody has followed yet.
#[derive(Debug)]
pub struct PendingRow {
    /// Who is invited.
    pub email: String,
    /// As what.
    pub roles: String,
    /// Until when the link works.
    pub until: String,
    /// Takes it back.
    pub revoke: ActForm,
}

/// What each role may do.
#[derive(Debug, Template)]
#[template(path = "roles.html")]
pub struct RolesPage {
    /// The frame.
    pub layout: Layout,
    /// Invite someone, new role.
    pub buttons: Vec<ButtonLink>,
    /// One column a role.
    pub roles: Vec<RoleHead>,
    /// The permissions, group by group.
    pub groups: Vec<PermissionGroup>,
}

/// The head of a role's column.
#[derive(Debug)]
pub struct RoleHead {
    /// Its name, leading to its page.
    pub link: LinkView,
    /// "2 people", "yours · 1 person".
    pub who: String,
}

/// Permissions that go together.
#[derive(Debug)]
pub struct PermissionGroup {
    /// What they are about.
    pub heading: String,
    /// Line by line.
    pub rows: Vec<PermissionRow>,
}

/// One permission and which role has it.
#[derive(Debug)]
pub struct PermissionRow {
    /// What it allows.
    pub label: String,
    /// What goes with it.
    pub note: Option<String>,
    /// In the order of the columns.
    pub cells: Vec<bool>,
}

/// One role, or a new one.
#[derive(Debug, Template)]
#[template(path = "role.html")]
pub struct RolePage {
    /// The frame.
    pub layout: Layout,
    /// Its name.
    pub heading: String,
    /// What it is, and how many have it.
    pub facts: String,
    /// What must be known.
    pub notices: Vec<Notice>,
    /// Who has it, and where it holds.
    pub who: Vec<(LinkView, String)>,
    /// The name, for a role that can be changed.
    pub name: Option<FieldView>,
    /// What it may allow.
    pub permissions: Vec<Check>,
    /// Where the form goes.
    pub action: String,
    /// What it would change, where that was asked.
    pub preview: Option<ChangeView>,
    /// What is sent when it is proposed.
    pub hidden: Vec<FieldView>,
    /// Drops the role.
    pub acts: Vec<ActForm>,
}

/// Joining by an invitation's link.
#[derive(Debug, Template)]
#[template(path = "join.html")]
pub struct JoinPage {
    /// The frame, bare.
    pub layout: Layout,
    /// Who invites.
    pub organisation: String,
    /// As what.
    pub roles: String,
    /// Who is invited.
    pub email: String,
    /// Where the form goes.
    pub action: String,
    /// Name and password; none for somebody who is signed in.
    pub fields: Vec<FieldView>,
    /// What must be done first; then there is no form.
    pub first: Option<Notice>,
}

/// The policy of a payout account.
#[derive(Debug, Template)]
#[template(path = "policy.html")]
pub struct PolicyPage {
    /// The frame.
    pub layout: Layout,
    /// The account's page.
    pub account: LinkView,
    /// Version and since when.
    pub facts: String,
    /// Too few people, or why the attempt before was refused.
    pub notices: Vec<Notice>,
    /// The policy in force.
    pub rules: Vec<super::accounts::PolicyRule>,
    /// "A batch of …" to be asked.
    pub ask: Vec<FieldView>,
    /// What such a batch would need.
    pub answer: Option<String>,
    /// Where both forms go.
    pub action: String,
    /// Limit and level, band by band.
    pub bands: Vec<(FieldView, FieldView)>,
    /// The level without limit, and the rule for single payouts.
    pub rest: Vec<FieldView>,
    /// Whether approvers need a second factor.
    pub two_factor: Check,
}

impl HtmlSafe for RoleChoices {}
