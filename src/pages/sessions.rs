//! Where a person is signed in: each session with what it was opened by, and the way to end it.

use super::error::PageError;
use super::reply::Reply;
use super::secrets::hex;
use super::view::sessions::{SessionRow, SessionsPage};
use super::{frame, proposals};
use crate::flows::FlowError;
use crate::flows::session::{self, Seen};
use crate::http::session_store::{ADDRESS, BROWSER};
use crate::http::visit::Visit;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// GET `/profile/sessions`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let (found, zone) = visit.read(|conn| {
        let found = session::list(conn, actor, visit.portal.sessions, visit.now)?;
        Ok::<_, FlowError>((found, proposals::zone(conn, actor)?))
    })?;
    let rows: Vec<SessionRow> = found.iter().map(|seen| row(visit, seen, zone)).collect();
    Ok(Reply::page(&SessionsPage {
        layout: frame::layout(visit, "Sessions"),
        has_others: rows.iter().any(|row| !row.is_this),
        rows,
    })?)
}

/// POST `/profile/sessions`: ends one (`session`), or all but this one (`others`).
pub(super) fn end(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    if visit.sent("others").is_some() {
        visit.act(|tx| session::end_others(tx, actor, visit.session.as_deref(), visit.now))?;
    } else {
        let named = visit.sent("session").and_then(bytes);
        let id = named.ok_or_else(|| {
            FlowError::invalid(
                "session",
                "Say which session ends: session is 64 hexadecimal digits.",
            )
        })?;
        visit.act(|tx| session::end_own(tx, actor, &id, visit.now))?;
    }
    Ok(Reply::SeeOther("/profile/sessions".to_owned()))
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..64)
        .step_by(2)
        .map(|at| {
            text.get(at..at + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect()
}

fn row(visit: &Visit, seen: &Seen, zone: Tz) -> SessionRow {
    let kept = |name: &str| {
        let text = seen.state.get(name).and_then(|value| value.as_str());
        // The session keeps each value as JSON of its own.
        text.and_then(|text| serde_json::from_str::<String>(text).ok())
            .unwrap_or_default()
    };
    let moment = |at: DateTime<Utc>| at.with_timezone(&zone).format("%-d %b %Y, %H:%M %Z").to_string();
    SessionRow {
        id: hex(&seen.id),
        browser: browser_name(&kept(BROWSER)),
        address: kept(ADDRESS),
        since: moment(seen.since),
        seen: moment(seen.seen_at),
        is_this: visit.session.as_deref() == Some(&seen.id),
    }
}

/// What people call the browser: "Firefox on Linux"; what it calls itself where that says nothing.
pub(super) fn browser_name(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    // In this order: browsers also name those they want to be taken for.
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if agent.is_empty() => "Unknown browser".to_owned(),
        (None, _) => agent.chars().take(60).collect(),
    }
}
