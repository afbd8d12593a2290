//! Proposals: the list of what waits and what was decided, as far as this person could confirm it or
//! proposed it.

use super::change::{self, Names};
use super::error::PageError;
use super::reply::Reply;
use super::view::link::EmptyState;
use super::view::proposal::{ProposalRow, ProposalTable, ProposalsPage};
use super::view::tone::{StatusPill, Tone};
use super::{frame, text};
use crate::domain::permission::{Actor, Permission};
use crate::domain::proposal::{Decision, Proposal, Status};
use crate::http::visit::Visit;
use crate::store::{Conn, StoreError, account, proposal};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Open ones are few; more than this are not listed.
const OPEN_MAX: i64 = 200;
/// Decided ones that are listed.
const CLOSED_MAX: i64 = 50;

/// The permissions with which proposals are confirmed.
pub(super) const PERMISSIONS: &[Permission] = &[
    Permission::TeamManage,
    Permission::AccountManage,
    Permission::DeveloperManage,
];

/// The zone that times of the organisation as a whole are shown in: its first payout account's.
pub(super) fn zone(conn: &mut Conn<'_>, actor: &Actor) -> Result<Tz, StoreError> {
    let scope = [Permission::BatchView].iter().chain(PERMISSIONS);
    let Some(scope) = scope.filter_map(|one| actor.require(*one).ok()).next() else {
        return Ok(Tz::UTC);
    };
    let first = account::list(conn, &scope)?.into_iter().next();
    Ok(first.map_or(Tz::UTC, |account| account.zone))
}

/// How many open proposals wait for this person.
pub(super) fn count_waiting(
    conn: &mut Conn<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let open = proposal::list(conn, actor, true, OPEN_MAX)?;
    let waiting = open.iter().filter(|one| is_waiting(one, actor, now)).count();
    Ok(i64::try_from(waiting).unwrap_or(OPEN_MAX))
}

fn is_waiting(one: &Proposal, actor: &Actor, now: DateTime<Utc>) -> bool {
    one.change.need().is_met_by(actor) && one.may(Decision::Confirm, actor.person(), false, now).is_ok()
}

/// GET `/proposals`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let (open, closed, names, zone) = visit.read(|conn| {
        let open = proposal::list(conn, actor, true, OPEN_MAX)?;
        let closed = proposal::list(conn, actor, false, CLOSED_MAX)?;
        let changes: Vec<_> = open.iter().chain(&closed).map(|one| &one.change).collect();
        let names = Names::read(conn, actor.organisation(), &changes)?;
        Ok::<_, StoreError>((open, closed, names, zone(conn, actor)?))
    })?;
    let rows = |list: &[Proposal]| -> Vec<ProposalRow> {
        list.iter().map(|one| row(one, visit, &names, zone)).collect()
    };
    Ok(Reply::page(&ProposalsPage {
        layout: frame::layout(visit, "Proposals"),
        open: ProposalTable {
            caption: "Proposals that wait, newest first",
            ends: "Until",
            rows: rows(&open),
        },
        empty: EmptyState {
            heading: "Nothing waits".to_owned(),
            text: "A change of roles, people, policies or funds is listed here until another administrator \
                   confirms it."
                .to_owned(),
            act: None,
        },
        closed: ProposalTable {
            caption: "Proposals that were decided, newest first",
            ends: "Decided",
            rows: rows(&closed),
        },
    })?)
}

fn row(one: &Proposal, visit: &Visit, names: &Names, zone: Tz) -> ProposalRow {
    ProposalRow {
        href: format!("/proposals/{}", one.id.0),
        title: change::title(&one.change, names),
        made: format!(
            "{}, {}",
            names.person(one.proposed_by),
            text::moment(one.proposed_at, zone)
        ),
        ends: ends(one, names, zone),
        status: pill(one, visit),
    }
}

/// Until when it waits, or who decided it when.
pub(super) fn ends(one: &Proposal, names: &Names, zone: Tz) -> String {
    match (one.decided_by, one.decided_at) {
        (Some(by), Some(at)) => format!("{}, {}", names.person(by), text::moment(at, zone)),
        (None, Some(at)) => text::moment(at, zone),
        (_, None) => text::moment(one.expires_at, zone),
    }
}

/// How it stands for the one who looks.
pub(super) fn pill(one: &Proposal, visit: &Visit) -> StatusPill {
    let mine = visit.actor().is_ok_and(|actor| is_waiting(one, actor, visit.now));
    match one.status {
        Status::Open if visit.now >= one.expires_at => StatusPill::new("Expired", Tone::Off),
        Status::Open if mine => StatusPill::new("Waits for you", Tone::Wait),
        Status::Open => StatusPill::new("Waits for another administrator", Tone::Info),
        Status::Confirmed if one.alone => StatusPill::new("Confirmed alone", Tone::Ok),
        Status::Confirmed => StatusPill::new("Confirmed", Tone::Ok),
        Status::Refused => StatusPill::new("Refused", Tone::Bad),
        Status::Expired => StatusPill::new("Expired", Tone::Off),
        Status::Withdrawn => StatusPill::new("Withdrawn", Tone::Off),
    }
}
