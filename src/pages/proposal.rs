//! One proposal: what it changes for whom, and what this person may do with it, each act its own form.

use super::change::{self, Names};
use super::error::PageError;
use super::proposals::{ends, pill, zone};
use super::reply::Reply;
use super::view::act::{ActForm, ActPanel};
use super::view::field::{FieldKind, FieldView};
use super::view::link::ButtonTone;
use super::view::notice::Notice;
use super::view::proposal::ProposalPage;
use super::view::tone::Tone;
use super::{frame, sign_in, text};
use crate::domain::ids::ProposalId;
use crate::domain::proposal::{Decision, Proposal, Refusal, Status};
use crate::flows::FlowError;
use crate::flows::propose::{self, Fresh};
use crate::http::visit::Visit;
use crate::store::{StoreError, holder, proposal};
use chrono_tz::Tz;

struct Read {
    found: Proposal,
    names: Names,
    stale: bool,
    alone: bool,
    zone: Tz,
}

fn id(visit: &Visit) -> Result<ProposalId, PageError> {
    let id = visit.param("id").parse().ok().map(ProposalId);
    Ok(id.ok_or(StoreError::NotFound("proposal"))?)
}

/// The page of a proposal.
pub(super) fn address(id: ProposalId) -> String {
    format!("/proposals/{}", id.0)
}

/// GET `/proposals/{id}`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let id = id(visit)?;
    let read = visit.read(|conn| {
        let found = proposal::load(conn, actor, id)?;
        let open = found.status == Status::Open;
        Ok::<_, FlowError>(Read {
            names: Names::read(conn, found.organisation, &[&found.change])?,
            stale: open && propose::is_stale(conn, &found)?,
            alone: holder::is_alone(
                conn,
                found.organisation,
                found.change.need(),
                actor.person(),
                visit.now,
            )?,
            zone: zone(conn, actor)?,
            found,
        })
    })?;
    let title = change::title(&read.found.change, &read.names);
    Ok(Reply::page(&ProposalPage {
        layout: frame::layout(visit, &title),
        number: id.0.to_string(),
        facts: facts(&read),
        status: pill(&read.found, visit),
        notices: notices(visit, &read)?,
        change: change::view(&read.found.change, &read.names),
        acts: acts(visit, &read)?,
        title,
    })?)
}

fn facts(read: &Read) -> String {
    let one = &read.found;
    let made = format!(
        "Proposed by {} on {}",
        read.names.person(one.proposed_by),
        text::moment(one.proposed_at, read.zone)
    );
    let end = ends(one, &read.names, read.zone);
    let rest = match one.status {
        Status::Open => format!("waits until {end}"),
        Status::Confirmed if one.alone => {
            format!("confirmed by {end}, alone: there was no other administrator in the 30 days before")
        }
        Status::Confirmed => format!("confirmed by {end}"),
        Status::Refused => format!("refused by {end}"),
        Status::Withdrawn => format!("withdrawn by {end}"),
        Status::Expired => format!("expired on {end}"),
    };
    format!("{made} · {rest} · times in {}", read.zone)
}

/// Whether this person may decide it like this, and why not.
fn may(visit: &Visit, read: &Read, decision: Decision) -> Result<Result<(), Refusal>, PageError> {
    let actor = visit.actor()?;
    if decision == Decision::Confirm && read.stale {
        return Ok(Err(Refusal::Stale));
    }
    Ok(read.found.may(decision, actor.person(), read.alone, visit.now))
}

fn notices(visit: &Visit, read: &Read) -> Result<Vec<Notice>, PageError> {
    let mut notices = Vec::new();
    if let Some(reason) = &read.found.reason {
        notices.push(Notice::new(Tone::Bad, "Refused:", reason.as_str()));
    }
    if read.found.status != Status::Open {
        return Ok(notices);
    }
    match may(visit, read, Decision::Confirm)? {
        Ok(()) if read.found.proposed_by == visit.actor()?.person() => notices.push(Notice::new(
            Tone::Wait,
            "You confirm this alone.",
            "Nobody else could have confirmed it in the last 30 days. The audit log will say so.",
        )),
        Ok(()) => {}
        Err(refusal @ (Refusal::Stale | Refusal::Expired)) => {
            notices.push(Notice::new(
                Tone::Wait,
                "This can't be confirmed any more.",
                sentence(refusal),
            ));
        }
        Err(refusal) => notices.push(Notice::new(Tone::Info, "It waits.", sentence(refusal))),
    }
    Ok(notices)
}

fn sentence(refusal: Refusal) -> String {
    format!("{}.", text::capital(&refusal.to_string()))
}

fn acts(visit: &Visit, read: &Read) -> Result<Vec<ActForm>, PageError> {
    let path = address(read.found.id);
    let mut acts = Vec::new();
    let permitted = read.found.change.need().is_met_by(visit.actor()?);
    if may(visit, read, Decision::Withdraw)?.is_ok() {
        acts.push(act(format!("{path}/withdrawal"), "Withdraw", ButtonTone::Plain));
    }
    if permitted && may(visit, read, Decision::Refuse)?.is_ok() {
        let mut refuse = act(format!("{path}/refusal"), "Refuse", ButtonTone::Danger);
        let reason = FieldView::new("reason", "Reason", FieldKind::Paragraph).required();
        refuse.fields = vec![reason.scoped("refusal")];
        let meaning = "Refusing is final. Nothing changes; it can be proposed again.";
        refuse.panel = Some(ActPanel::new("Refuse…", meaning));
        acts.push(refuse);
    }
    if permitted && may(visit, read, Decision::Confirm)?.is_ok() {
        acts.push(act(
            format!("{path}/confirmation"),
            "Confirm",
            ButtonTone::Primary,
        ));
    }
    Ok(acts)
}

fn act(action: String, label: &str, tone: ButtonTone) -> ActForm {
    ActForm {
        action,
        label: label.to_owned(),
        tone,
        fields: Vec::new(),
        panel: None,
    }
}

/// POST `/proposals/{id}/confirmation`.
pub(super) fn confirm(visit: &Visit) -> Result<Reply, PageError> {
    let id = id(visit)?;
    let token = sign_in::new_token()?;
    let fresh = Fresh { token: &token };
    visit.act(|tx| propose::confirm(tx, visit.actor()?, id, fresh, visit.now))?;
    Ok(Reply::SeeOther(address(id)))
}

/// POST `/proposals/{id}/refusal`.
pub(super) fn refuse(visit: &Visit) -> Result<Reply, PageError> {
    let id = id(visit)?;
    let reason = visit.sent("reason").unwrap_or_default();
    visit.act(|tx| propose::refuse(tx, visit.actor()?, id, reason, visit.now))?;
    Ok(Reply::SeeOther(address(id)))
}

/// POST `/proposals/{id}/withdrawal`.
pub(super) fn withdraw(visit: &Visit) -> Result<Reply, PageError> {
    let id = id(visit)?;
    visit.act(|tx| propose::withdraw(tx, visit.actor()?, id, visit.now))?;
    Ok(Reply::SeeOther(address(id)))
}
