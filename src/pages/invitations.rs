//! Inviting somebody, invitations that wait for an answer, and joining by an invitation's link.

use super::error::PageError;
use super::proposals::zone;
use super::reply::Reply;
use super::role_choices::{choices, chosen};
use super::team::{roles_words, scope};
use super::view::act::ActForm;
use super::view::field::{FieldKind, FieldView};
use super::view::layout::Layout;
use super::view::link::{ButtonTone, EmptyState};
use super::view::notice::Notice;
use super::view::team::{InvitationsPage, JoinPage, PendingRow};
use super::view::tone::Tone;
use super::{frame, proposal, secrets, text};
use crate::domain::ids::InvitationId;
use crate::domain::password::Known;
use crate::domain::proposal::Wish;
use crate::flows::FlowError;
use crate::flows::join::{self, Proof};
use crate::flows::propose::propose;
use crate::http::visit::Visit;
use crate::store::invitation::{self, Invitation};
use crate::store::{StoreError, account, organisation, person, role};
use askama::Template;
use sha2::{Digest, Sha256};

const NAME_CHARS_MAX: usize = 140;

type Fault<'a> = Option<(&'a str, &'a str)>;

/// GET `/team/invitations`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(page(visit, None)?))
}

fn page(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let scope = scope(visit)?;
    let actor = visit.actor()?;
    let (roles, accounts, pending, zone) = visit.read(|conn| {
        Ok::<_, StoreError>((
            role::list(conn, scope.organisation())?,
            account::list(conn, &scope)?,
            invitation::list(conn, scope.organisation(), visit.now)?,
            zone(conn, actor)?,
        ))
    })?;
    let wrong = |field: &str| {
        fault
            .filter(|(name, _)| *name == field)
            .map(|(_, message)| message)
    };
    let row = |one: &Invitation| PendingRow {
        email: one.email.clone(),
        roles: roles_words(&one.roles, &accounts),
        until: text::moment(one.expires_at, zone),
        revoke: ActForm {
            action: format!("/team/invitations/{}/revocation", one.id.0),
            label: "Revoke".to_owned(),
            tone: ButtonTone::Danger,
            fields: Vec::new(),
            panel: None,
        },
    };
    let roles_fault = fault.and_then(|_| wrong("roles").or_else(|| wrong("accounts")).or(Some("")));
    let mut choices = choices(visit, &roles, &accounts, &[], roles_fault);
    choices.error = choices.error.filter(|message| !message.is_empty());
    let page = InvitationsPage {
        layout: frame::layout(visit, "Invite someone"),
        email: FieldView::new("email", "E-mail", FieldKind::Email)
            .value(visit.sent("email").unwrap_or_default())
            .error(wrong("email").map(str::to_owned))
            .required(),
        roles: choices,
        pending: pending.iter().map(row).collect(),
        empty: EmptyState {
            heading: "No invitation is out".to_owned(),
            text: "One that was confirmed is listed here until it is followed or its 7 days are over."
                .to_owned(),
            act: None,
        },
    };
    Ok(page.render()?)
}

/// POST `/team/invitations`.
pub(super) fn invite(visit: &Visit) -> Result<Reply, PageError> {
    let scope = scope(visit)?;
    let accounts = visit.read(|conn| account::list(conn, &scope))?;
    let wish = Wish::Invitation {
        email: visit.sent("email").unwrap_or_default().to_owned(),
        roles: chosen(visit, &accounts)?,
    };
    match visit.act(|tx| propose(tx, visit.actor()?, &wish, visit.now)) {
        Ok(id) => Ok(Reply::SeeOther(proposal::address(id))),
        Err(error) => Reply::at_fault(error, |fault| page(visit, fault)),
    }
}

/// POST `/team/invitations/{id}/revocation`.
pub(super) fn revoke(visit: &Visit) -> Result<Reply, PageError> {
    let id = visit.param("id").parse().ok().map(InvitationId);
    let id = id.ok_or(StoreError::NotFound("invitation"))?;
    visit.act(|tx| join::revoke(tx, visit.actor()?, id, visit.now))?;
    Ok(Reply::SeeOther("/team/invitations".to_owned()))
}

fn hashed(visit: &Visit) -> Vec<u8> {
    Sha256::digest(visit.param("token").as_bytes()).to_vec()
}

/// GET `/invitations/{token}`.
pub(super) fn show_join(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(join_page(visit, None)?))
}

fn join_page(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let (found, name, known) = visit.read(|conn| {
        let found = invitation::load(conn, &hashed(visit), visit.now)?;
        let name = organisation::load_name(conn, found.organisation)?;
        let known = person::find_credentials(conn, &found.email)?.is_some();
        Ok::<_, StoreError>((found, name, known))
    })?;
    let here = visit
        .acting
        .as_ref()
        .is_some_and(|acting| acting.email == found.email);
    let text = format!(
        "You have a password already: sign in as {}, then follow the link again.",
        found.email
    );
    let error = |field: &str| {
        let own = fault.filter(|(name, _)| *name == field);
        own.map(|(_, message)| message.to_owned())
    };
    let roles: Vec<&str> = found.roles.iter().map(|given| given.rule.name.as_str()).collect();
    let fields = vec![
        FieldView::new("name", "Your name", FieldKind::Text)
            .value(visit.sent("name").unwrap_or_default())
            .error(error("name"))
            .autocomplete("name")
            .required(),
        FieldView::new("password", "A password", FieldKind::Password)
            .hint("15 characters or more. Several words are easy to remember.")
            .error(error("password"))
            .autocomplete("new-password")
            .required(),
    ];
    let page = JoinPage {
        layout: Layout::bare("Join"),
        organisation: name,
        roles: roles.join(", "),
        email: found.email,
        action: visit.path.clone(),
        fields: if known { Vec::new() } else { fields },
        first: (known && !here).then(|| Notice::new(Tone::Info, "Sign in first.", text)),
    };
    Ok(page.render()?)
}

/// POST `/invitations/{token}`.
pub(super) fn accept(visit: &Visit) -> Result<Reply, PageError> {
    match try_accept(visit) {
        Ok(to) => Ok(Reply::SeeOther(to)),
        Err(PageError::Flow(FlowError::Invalid { field, message })) => Ok(Reply::Refusal {
            html: join_page(visit, Some((field, &message)))?,
            error: FlowError::Invalid { field, message }.into(),
        }),
        Err(other) => Err(other),
    }
}

fn try_accept(visit: &Visit) -> Result<String, PageError> {
    let token = hashed(visit);
    let (email, known) = visit.read(|conn| {
        let found = invitation::load(conn, &token, visit.now)?;
        let known = person::find_credentials(conn, &found.email)?.map(|known| known.person);
        Ok::<_, StoreError>((found.email, known))
    })?;
    if let Some(known) = known {
        let here = visit.acting.as_ref().map(|acting| acting.actor.person());
        if here != Some(known) {
            return Ok(visit.path.clone());
        }
        visit.act(|tx| join::join(tx, &token, &Proof::Known(known), visit.now))?;
        return Ok("/".to_owned());
    }
    let name = visit.sent("name").unwrap_or_default();
    let chars = name.chars().count();
    if chars == 0 || chars > NAME_CHARS_MAX {
        let message = format!("Your name has 1 to {NAME_CHARS_MAX} characters; this one has {chars}.");
        return Err(FlowError::invalid("name", message).into());
    }
    let known = Known {
        name,
        email: &email,
        has_second_factor: false,
    };
    let password_hash = secrets::new_hash(visit, visit.typed("password"), &known)?;
    let proof = Proof::New {
        name,
        password_hash: &password_hash,
    };
    visit.act(|tx| join::join(tx, &token, &proof, visit.now))?;
    Ok("/sign-in".to_owned())
}
