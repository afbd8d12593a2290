//! The organisation's endpoints of webhooks, and the form for a new one.

use super::error::PageError;
use super::reply::Reply;
use super::view::field::{FieldKind, FieldView};
use super::view::link::{EmptyState, LinkView};
use super::view::tone::{StatusPill, Tone};
use super::view::webhooks::{EndpointRow, EventBox, EventChoice, WebhooksPage};
use super::{frame, text};
use crate::domain::permission::Permission;
use crate::domain::webhook::EventType;
use crate::flows::FlowError;
use crate::flows::webhook::{Wanted, create};
use crate::http::visit::Visit;
use crate::store::webhook::{self, Endpoint};
use askama::Template;
use chrono_tz::Tz;

type Fault<'a> = Option<(&'static str, &'a str)>;

/// GET `/developers/webhooks`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(page(visit, None)?))
}

/// POST `/developers/webhooks`.
pub(super) fn add(visit: &Visit) -> Result<Reply, PageError> {
    let events = sent_events(visit);
    let wanted = Wanted {
        url: visit.sent("url").unwrap_or_default(),
        events: &events,
        allowed: &visit.portal.webhooks_allowed,
    };
    let actor = visit.actor()?;
    match visit.act(|tx| create(tx, actor, &visit.portal.sealing, &wanted, visit.now)) {
        Ok(id) => Ok(Reply::SeeOther(format!("/developers/webhooks/{id}"))),
        Err(error) => Reply::at_fault(error, |fault| page(visit, fault)),
    }
}

/// The events that a form chose.
pub(super) fn sent_events(visit: &Visit) -> Vec<&str> {
    visit
        .form
        .iter()
        .filter(|(name, _)| name == "event")
        .map(|(_, value)| value.as_str())
        .collect()
}

fn page(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let scope = visit
        .actor()?
        .require_everywhere(Permission::DeveloperManage)
        .map_err(FlowError::from)?;
    let endpoints = visit.read(|conn| webhook::list(conn, &scope))?;
    let error = |field: &str| {
        fault
            .filter(|(name, _)| *name == field)
            .map(|(_, message)| message.to_owned())
    };
    let chosen = sent_events(visit);
    let page = WebhooksPage {
        layout: frame::layout(visit, "Webhooks"),
        rows: endpoints.iter().map(row).collect(),
        empty: EmptyState {
            heading: "No endpoint yet".to_owned(),
            text: "Add one below, and your systems hear of batches and payouts as they happen.".to_owned(),
            act: None,
        },
        url: FieldView::new("url", "Address", FieldKind::Code)
            .value(visit.sent("url").unwrap_or_default())
            .hint("Begins with https:// and can be reached from outside.")
            .error(error("url"))
            .required(),
        events: choice(
            |event| fault.is_none() || chosen.contains(&event.as_str()),
            error("event"),
        ),
    };
    Ok(page.render()?)
}

/// A box for each event.
pub(super) fn choice(is_chosen: impl Fn(EventType) -> bool, error: Option<String>) -> EventChoice {
    let choices = EventType::CHOICES
        .into_iter()
        .map(|event| EventBox {
            name: event.as_str().to_owned(),
            meaning: event.label().to_owned(),
            checked: is_chosen(event),
        })
        .collect();
    EventChoice { choices, error }
}

fn row(endpoint: &Endpoint) -> EndpointRow {
    let events = match endpoint.events.len() {
        _ if endpoint.api_client.is_some() => "its own payouts".to_owned(),
        count if count == EventType::CHOICES.len() => "all events".to_owned(),
        1 => endpoint
            .events
            .first()
            .map(|event| event.as_str().to_owned())
            .unwrap_or_default(),
        count => format!("{count} events"),
    };
    EndpointRow {
        link: LinkView::new(
            &endpoint.url,
            format!("/developers/webhooks/{}", endpoint.public_id),
        ),
        origin: origin(endpoint).to_owned(),
        events,
        status: pill(endpoint),
        created: text::day(endpoint.created_at, Tz::UTC),
    }
}

/// Where an endpoint comes from.
pub(super) const fn origin(endpoint: &Endpoint) -> &'static str {
    match endpoint.api_client {
        Some(_) => "Named by a request to the API",
        None => "Added here",
    }
}

/// How an endpoint stands.
pub(super) fn pill(endpoint: &Endpoint) -> StatusPill {
    match (endpoint.off, endpoint.failing_since) {
        (Some(_), _) => StatusPill::new("Off", Tone::Off),
        (None, Some(_)) => StatusPill::new("Failing", Tone::Bad),
        (None, None) => StatusPill::new("On", Tone::Ok),
    }
}
