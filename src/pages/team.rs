//! The team, and one person of it: their roles, and whether they may be here at all. Every change is
//! a proposal.

use super::change::reach_words;
use super::error::PageError;
use super::proposals::zone;
use super::reply::Reply;
use super::role_choices::{choices, chosen};
use super::view::act::{ActForm, ActPanel};
use super::view::link::{ButtonLink, ButtonTone, LinkView};
use super::view::notice::Notice;
use super::view::team::{PersonPage, PersonRow, TeamPage};
use super::view::tone::{StatusPill, Tone};
use super::{frame, proposal, text};
use crate::domain::account::Account;
use crate::domain::ids::PersonId;
use crate::domain::permission::{Accounts, Actor, Permission, Scope};
use crate::domain::proposal::Wish;
use crate::domain::team::{Given, MemberStatus};
use crate::flows::FlowError;
use crate::flows::propose::propose;
use crate::http::visit::Visit;
use crate::store::member::Member;
use crate::store::{StoreError, account, member, role};
use askama::Template;
use chrono_tz::Tz;

/// What it takes to look after the team.
pub(super) fn scope(visit: &Visit) -> Result<Scope, PageError> {
    let scope = visit.actor()?.require(Permission::TeamManage);
    Ok(scope.map_err(FlowError::from)?)
}

/// "Initiator, Approver (Main payouts)": where nothing is named, a role holds for all payout accounts.
pub(super) fn roles_words(given: &[Given], accounts: &[Account]) -> String {
    let one = |given: &Given| match &given.accounts {
        Accounts::All => given.rule.name.to_string(),
        Accounts::Only(_) => format!("{} ({})", given.rule.name, reach_words(&given.accounts, accounts)),
    };
    given.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn pill(status: MemberStatus) -> StatusPill {
    let tone = match status {
        MemberStatus::Active => Tone::Ok,
        MemberStatus::Suspended => Tone::Wait,
        MemberStatus::Removed => Tone::Off,
    };
    StatusPill::new(status.label(), tone)
}

fn seen(member: &Member, zone: Tz) -> String {
    member
        .seen_at
        .map_or_else(|| "Never".to_owned(), |at| text::moment(at, zone))
}

/// GET `/team`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let scope = scope(visit)?;
    let (people, given, accounts, zone) = visit.read(|conn| {
        Ok::<_, StoreError>((
            member::list(conn, scope.organisation(), None)?,
            role::list_given(conn, scope.organisation(), None)?,
            account::list(conn, &scope)?,
            zone(conn, visit.actor().map_err(|_| StoreError::NotFound("session"))?)?,
        ))
    })?;
    let rows = people.iter().map(|one| {
        let own: Vec<Given> = given
            .iter()
            .filter(|(person, _)| *person == one.id)
            .map(|(_, given)| given.clone())
            .collect();
        PersonRow {
            link: LinkView::new(one.name.as_str(), address(one.id)),
            email: one.email.clone(),
            roles: roles_words(&own, &accounts),
            status: pill(one.status),
            seen: seen(one, zone),
        }
    });
    Ok(Reply::page(&TeamPage {
        layout: frame::layout(visit, "Team and roles"),
        buttons: vec![
            ButtonLink::new("Roles", "/team/roles", ButtonTone::Plain),
            ButtonLink::new("Invite someone", "/team/invitations", ButtonTone::Primary),
        ],
        people: rows.collect(),
        zone: zone.name().to_owned(),
    })?)
}

fn address(id: PersonId) -> String {
    format!("/team/people/{}", id.0)
}

fn id(visit: &Visit) -> Result<PersonId, PageError> {
    let id = visit.param("id").parse().ok().map(PersonId);
    Ok(id.ok_or(StoreError::NotFound("person"))?)
}

/// GET `/team/people/{id}`.
pub(super) fn person(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(person_page(visit, None)?))
}

fn person_page(visit: &Visit, fault: Option<&str>) -> Result<String, PageError> {
    let (scope, id) = (scope(visit)?, id(visit)?);
    let actor = visit.actor()?;
    let (one, given, roles, accounts, zone) = visit.read(|conn| {
        Ok::<_, StoreError>((
            member::load(conn, scope.organisation(), id)?,
            role::list_given(conn, scope.organisation(), Some(id))?,
            role::list(conn, scope.organisation())?,
            account::list(conn, &scope)?,
            zone(conn, actor)?,
        ))
    })?;
    let given: Vec<Given> = given.into_iter().map(|(_, given)| given).collect();
    let own = actor.person() == id;
    let about = "Another administrator changes your roles or lets you go.";
    let notices = if own {
        vec![Notice::new(Tone::Info, "This is you.", about)]
    } else {
        Vec::new()
    };
    let page = PersonPage {
        layout: frame::layout(visit, &one.name),
        status: pill(one.status),
        facts: format!("{} · last seen {} · times in {zone}", one.email, seen(&one, zone)),
        notices,
        acts: acts(&one, actor),
        action: address(id),
        roles: choices(visit, &roles, &accounts, &given, fault),
        can_change: !own && one.status != MemberStatus::Removed,
        name: one.name,
    };
    Ok(page.render()?)
}

fn acts(one: &Member, actor: &Actor) -> Vec<ActForm> {
    if one.id == actor.person() {
        return Vec::new();
    }
    let act = |noun: &str, label: &str, tone, meaning: &str| ActForm {
        action: format!("{}/{noun}", address(one.id)),
        label: format!("Propose to {label}"),
        tone,
        fields: Vec::new(),
        panel: Some(ActPanel::new(format!("{}…", text::capital(label)), meaning)),
    };
    let suspend = "They are signed out and can't sign in, once another administrator has confirmed it.";
    let remove = "They are signed out and lose their roles, once another administrator has confirmed it.";
    let again =
        "They can sign in again with the roles they had, once another administrator has confirmed it.";
    match one.status {
        MemberStatus::Active => vec![
            act("suspension", "suspend", ButtonTone::Danger, suspend),
            act("removal", "remove", ButtonTone::Danger, remove),
        ],
        MemberStatus::Suspended => vec![
            act("reactivation", "let in again", ButtonTone::Plain, again),
            act("removal", "remove", ButtonTone::Danger, remove),
        ],
        MemberStatus::Removed => Vec::new(),
    }
}

fn propose_it(visit: &Visit, wish: &Wish) -> Result<Reply, PageError> {
    let id = visit.act(|tx| propose(tx, visit.actor()?, wish, visit.now))?;
    Ok(Reply::SeeOther(proposal::address(id)))
}

/// POST `/team/people/{id}`: other roles.
pub(super) fn give(visit: &Visit) -> Result<Reply, PageError> {
    let scope = scope(visit)?;
    let accounts = visit.read(|conn| account::list(conn, &scope))?;
    let wish = Wish::PersonRoles {
        person: id(visit)?,
        to: chosen(visit, &accounts)?,
    };
    match propose_it(visit, &wish) {
        Err(PageError::Flow(FlowError::Invalid { field, message })) => Ok(Reply::Refusal {
            html: person_page(visit, Some(&message))?,
            error: FlowError::Invalid { field, message }.into(),
        }),
        done => done,
    }
}

/// POST `/team/people/{id}/suspension`.
pub(super) fn suspend(visit: &Visit) -> Result<Reply, PageError> {
    propose_it(visit, &Wish::Suspension(id(visit)?))
}

/// POST `/team/people/{id}/removal`.
pub(super) fn remove(visit: &Visit) -> Result<Reply, PageError> {
    propose_it(visit, &Wish::Removal(id(visit)?))
}

/// POST `/team/people/{id}/reactivation`.
pub(super) fn reactivate(visit: &Visit) -> Result<Reply, PageError> {
    propose_it(visit, &Wish::Reactivation(id(visit)?))
}
