//! Roles: what each may do, and one role with who has it. A role of the organisation's own is changed
//! by a proposal; what that would change for whom is shown first.

use super::change::{self, Names, reach_words};
use super::error::PageError;
use super::proposal;
use super::reply::Reply;
use super::team::scope;
use super::view::act::{ActForm, ActPanel};
use super::view::field::{FieldKind, FieldView};
use super::view::link::{ButtonLink, ButtonTone, LinkView};
use super::view::notice::Notice;
use super::view::proposal::ChangeView;
use super::view::team::{Check, PermissionGroup, PermissionRow, RoleHead, RolePage, RolesPage};
use super::view::tone::Tone;
use super::{frame, text};
use crate::domain::ids::RoleId;
use crate::domain::permission::Permission as P;
use crate::domain::proposal::Wish;
use crate::domain::team::RoleRule;
use crate::flows::FlowError;
use crate::flows::propose::{preview, propose};
use crate::http::visit::Visit;
use crate::store::role::Role;
use crate::store::{StoreError, account, member, role};

const NEW: &str = "new";

/// A permission with its label and a note.
type Line = (P, &'static str, Option<&'static str>);

/// Label, note and group of each permission, as the matrix shows them.
const GROUPS: &[(&str, &[Line])] = &[
    (
        "Batches and payouts",
        &[
            (P::BatchView, "See batches and payouts", None),
            (
                P::BatchCapture,
                "Upload and correct batches",
                Some("Also single payouts, edits to scheduled ones"),
            ),
            (P::BatchReview, "Review", None),
            (P::BatchApprove, "Approve and release funds", None),
            (
                P::BatchCancel,
                "Cancel approved payouts",
                Some("Also pause and resume"),
            ),
        ],
    ),
    (
        "Reports",
        &[
            (P::ReportDownload, "Download payout reports", None),
            (P::AuditRead, "Read and verify the audit log", None),
        ],
    ),
    (
        "Administration",
        &[
            (
                P::TeamManage,
                "Invite people, change roles",
                Some("Itself needs a second administrator"),
            ),
            (
                P::AccountManage,
                "Change the approval policy, add funds",
                Some("Itself needs a second administrator"),
            ),
            (P::DeveloperManage, "Manage API clients and webhooks", None),
        ],
    ),
];

/// GET `/team/roles`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let scope = scope(visit)?;
    let (roles, given) = visit.read(|conn| {
        let roles = role::list(conn, scope.organisation())?;
        Ok::<_, StoreError>((roles, role::list_given(conn, scope.organisation(), None)?))
    })?;
    let head = |one: &Role| {
        let count = given.iter().filter(|(_, given)| given.role == one.id).count();
        let people = text::counted(i64::try_from(count).unwrap_or(i64::MAX), "person", "people");
        RoleHead {
            link: LinkView::new(one.rule.name.as_str(), address(one.id)),
            who: if one.built_in {
                people
            } else {
                format!("yours · {people}")
            },
        }
    };
    let row = |(permission, label, note): &Line| PermissionRow {
        label: (*label).to_owned(),
        note: note.map(str::to_owned),
        cells: roles
            .iter()
            .map(|one| one.rule.permissions.contains(permission))
            .collect(),
    };
    let mut layout = frame::layout(visit, "Roles");
    layout.account = Some(frame::chip_all());
    Ok(Reply::page(&RolesPage {
        layout,
        buttons: vec![
            ButtonLink::new("Invite someone", "/team/invitations", ButtonTone::Plain),
            ButtonLink::new("New role", "/team/roles/new", ButtonTone::Primary),
        ],
        roles: roles.iter().map(head).collect(),
        groups: GROUPS
            .iter()
            .map(|(heading, rows)| PermissionGroup {
                heading: (*heading).to_owned(),
                rows: rows.iter().map(row).collect(),
            })
            .collect(),
    })?)
}

fn address(id: RoleId) -> String {
    format!("/team/roles/{}", id.0)
}

/// The role that the address names; `None` for a new one.
fn id(visit: &Visit) -> Result<Option<RoleId>, PageError> {
    let text = visit.param("id");
    if text == NEW {
        return Ok(None);
    }
    let id = text.parse().ok().map(RoleId);
    Ok(Some(id.ok_or(StoreError::NotFound("role"))?))
}

/// What the fields `name` and `permission` (repeated) say.
fn wish(id: Option<RoleId>, sent: &[(String, String)]) -> Result<Wish, FlowError> {
    let all = |field: &str| -> Vec<&str> {
        let own = sent.iter().filter(|(name, _)| name == field);
        own.map(|(_, value)| value.as_str()).collect()
    };
    let permissions: Vec<P> = all("permission").into_iter().filter_map(P::parse).collect();
    let name = all("name").first().copied().unwrap_or_default();
    let to = RoleRule::try_new(name, &permissions)
        .map_err(|fault| FlowError::invalid("name", fault.to_string()))?;
    Ok(id.map_or_else(
        || Wish::NewRole(to.clone()),
        |role| Wish::Role { role, to: to.clone() },
    ))
}

/// GET `/team/roles/{id}`.
pub(super) fn role(visit: &Visit) -> Result<Reply, PageError> {
    let asked = visit.asked("preview").is_some();
    if !asked {
        return Ok(Reply::page(&page(visit, &[], None, None)?)?);
    }
    match previewed(visit) {
        Ok(view) => Ok(Reply::page(&page(visit, &visit.query, Some(view), None)?)?),
        Err(PageError::Flow(FlowError::Invalid { message, .. })) => {
            Ok(Reply::page(&page(visit, &visit.query, None, Some(&message))?)?)
        }
        Err(other) => Err(other),
    }
}

fn previewed(visit: &Visit) -> Result<ChangeView, PageError> {
    let actor = visit.actor()?;
    let wish = wish(id(visit)?, &visit.query)?;
    Ok(visit.read(|conn| {
        let change = preview(conn, actor, &wish)?;
        let names = Names::read(conn, actor.organisation(), &[&change])?;
        Ok::<_, FlowError>(change::view(&change, &names))
    })?)
}

fn page(
    visit: &Visit,
    sent: &[(String, String)],
    preview: Option<ChangeView>,
    fault: Option<&str>,
) -> Result<RolePage, PageError> {
    let (scope, id) = (scope(visit)?, id(visit)?);
    let (found, who) = visit.read(|conn| {
        let Some(id) = id else {
            return Ok::<_, StoreError>((None, Vec::new()));
        };
        let found = role::load(conn, scope.organisation(), id)?;
        let people = member::list(conn, scope.organisation(), None)?;
        let accounts = account::list(conn, &scope)?;
        let given = role::list_given(conn, scope.organisation(), None)?;
        let own = given.into_iter().filter(|(_, given)| given.role == id);
        let who = own.filter_map(|(person, given)| {
            let one = people.iter().find(|one| one.id == person)?;
            let link = LinkView::new(one.name.as_str(), format!("/team/people/{}", person.0));
            Some((link, text::capital(&reach_words(&given.accounts, &accounts))))
        });
        Ok((Some(found), who.collect()))
    })?;
    let own = found.as_ref().is_none_or(|one| !one.built_in);
    let rule = found.as_ref().map(|one| &one.rule);
    let heading = rule.map_or_else(|| "New role".to_owned(), |rule| rule.name.clone());
    let action = id.map_or_else(|| format!("/team/roles/{NEW}"), address);
    let name = sent
        .iter()
        .find(|(name, _)| name == "name")
        .map(|(_, value)| value.clone());
    let name = name
        .or_else(|| rule.map(|rule| rule.name.clone()))
        .unwrap_or_default();
    let hidden = sent
        .iter()
        .filter(|(name, _)| name == "name" || name == "permission");
    Ok(RolePage {
        layout: frame::layout(visit, &heading),
        facts: if own {
            "A role of your own. A change holds when another administrator has confirmed it.".to_owned()
        } else {
            "A built-in role: it stays as it is.".to_owned()
        },
        notices: fault
            .map(|message| Notice::new(Tone::Bad, "This can't be proposed.", message))
            .into_iter()
            .collect(),
        who,
        name: own.then(|| {
            FieldView::new("name", "Name", FieldKind::Text)
                .value(name)
                .required()
        }),
        permissions: checks(rule, sent),
        hidden: hidden
            .map(|(name, value)| FieldView::hidden(name, value))
            .collect(),
        acts: found
            .filter(|one| !one.built_in)
            .iter()
            .map(|one| deletion(one.id))
            .collect(),
        heading,
        action,
        preview,
    })
}

/// The permissions as boxes: what was just sent, else what the role says.
fn checks(rule: Option<&RoleRule>, sent: &[(String, String)]) -> Vec<Check> {
    let ticked = |permission: &P| {
        if sent.is_empty() {
            return rule.is_some_and(|rule| rule.permissions.contains(permission));
        }
        sent.iter()
            .any(|(name, value)| name == "permission" && value == permission.as_str())
    };
    let lines = GROUPS.iter().flat_map(|(_, rows)| rows.iter());
    lines
        .map(|(permission, label, _)| Check {
            name: "permission".to_owned(),
            value: permission.as_str().to_owned(),
            id: permission.as_str().replace('.', "-"),
            label: (*label).to_owned(),
            checked: ticked(permission),
        })
        .collect()
}

fn deletion(id: RoleId) -> ActForm {
    let meaning = "It is taken from everybody who has it, once another administrator has confirmed it.";
    ActForm {
        action: format!("{}/deletion", address(id)),
        label: "Propose to drop it".to_owned(),
        tone: ButtonTone::Danger,
        fields: Vec::new(),
        panel: Some(ActPanel::new("Drop…", meaning)),
    }
}

fn propose_it(visit: &Visit, wish: &Wish) -> Result<Reply, PageError> {
    let id = visit.act(|tx| propose(tx, visit.actor()?, wish, visit.now))?;
    Ok(Reply::SeeOther(proposal::address(id)))
}

/// POST `/team/roles/{id}`.
pub(super) fn change(visit: &Visit) -> Result<Reply, PageError> {
    propose_it(visit, &wish(id(visit)?, &visit.form)?)
}

/// POST `/team/roles/{id}/deletion`.
pub(super) fn drop_role(visit: &Visit) -> Result<Reply, PageError> {
    let id = id(visit)?.ok_or(StoreError::NotFound("role"))?;
    propose_it(visit, &Wish::RoleDeletion(id))
}
