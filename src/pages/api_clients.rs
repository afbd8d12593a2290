//! API clients as those who manage developers see them: the list, a new one, one by itself, its limits
//! and its end. Secrets are never here, except one's own, once (`api_secret`).

use super::api_agreement::bounds_view;
use super::api_secret::{self, fresh};
use super::error::PageError;
use super::reply::Reply;
use super::view::api_client::{ApiClientPage, ApiClientRow, ApiClientsPage, ScopeView};
use super::view::field::{FieldKind, FieldView};
use super::view::link::{EmptyState, LinkView};
use super::view::tone::{StatusPill, Tone};
use super::{frame, text};
use crate::domain::client::{Bounds, parse_ranges};
use crate::domain::permission::{Permission, Scope};
use crate::domain::proposal::Wish;
use crate::flows::FlowError;
use crate::flows::api_client::{self as flow, Held, Wanted};
use crate::flows::propose::propose;
use crate::http::visit::Visit;
use crate::store::api_client::{self, ApiClient};
use crate::store::person;
use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use ipnet::IpNet;

const LIST: &str = "/developers/api-clients";
/// One client.
pub(super) const ONE: &str = "/developers/api-clients/{client}";
/// Its end.
pub(super) const END: &str = "/developers/api-clients/{client}/revocation";

type Fault<'a> = Option<(&'a str, &'a str)>;

fn scope(visit: &Visit) -> Result<Scope, PageError> {
    let scope = visit.actor()?.require(Permission::DeveloperManage);
    Ok(scope.map_err(FlowError::from)?)
}

/// GET `/developers/api-clients`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(list(visit, None)?))
}

/// POST `/developers/api-clients`.
pub(super) fn create(visit: &Visit) -> Result<Reply, PageError> {
    let (made, secret) = fresh(None)?;
    let done = wanted(visit).and_then(|wanted| {
        let actor = visit.actor()?;
        visit.act(|tx| flow::create(tx, actor, &wanted, &made, visit.now))
    });
    match done {
        Ok(true) => api_secret::page(visit, &made.client_id, &secret),
        Ok(false) => Ok(Reply::SeeOther(format!("{LIST}/{}", made.client_id))),
        Err(error) => Reply::at_fault(error, |fault| list(visit, fault)),
    }
}

/// GET `/developers/api-clients/{client}`.
pub(super) fn show_one(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(one(visit, None)?))
}

/// POST `/developers/api-clients/{client}`.
pub(super) fn limit(visit: &Visit) -> Result<Reply, PageError> {
    let client_id = visit.param("client");
    let done = asked_ranges(visit).and_then(|ranges| {
        let wanted = Held {
            scopes: asked_scopes(visit),
            bounds: Bounds {
                ranges,
                expires_at: asked_end(visit)?,
            },
        };
        let actor = visit.actor()?;
        visit.act(|tx| {
            if !flow::limit(tx, actor, client_id, &wanted, visit.now)? {
                return Ok(None);
            }
            let wish = Wish::ClientScopes {
                client: client_id.to_owned(),
                to: wanted.scopes.clone(),
                bounds: Some(wanted.bounds.clone()),
            };
            propose(tx, actor, &wish, visit.now).map(Some)
        })
    });
    match done {
        Ok(None) => Ok(Reply::SeeOther(format!("{LIST}/{client_id}"))),
        Ok(Some(proposal)) => Ok(Reply::SeeOther(super::proposal::address(proposal))),
        Err(error) => Reply::at_fault(error, |fault| one(visit, fault)),
    }
}

/// POST `/developers/api-clients/{client}/revocation`.
pub(super) fn revoke(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, client_id) = (visit.actor()?, visit.param("client"));
    visit.act(|tx| flow::revoke(tx, actor, client_id, visit.now))?;
    Ok(Reply::SeeOther(format!("{LIST}/{client_id}")))
}

fn wanted(visit: &Visit) -> Result<Wanted<'_>, FlowError> {
    Ok(Wanted {
        name: visit.sent("name").unwrap_or_default(),
        person: visit.sent("person").unwrap_or_default(),
        scopes: asked_scopes(visit),
        ranges: asked_ranges(visit)?,
        expires_at: asked_end(visit)?,
    })
}

/// The scopes that were sent, in the order of all.
pub(super) fn asked_scopes(visit: &Visit) -> Vec<Permission> {
    let sent = |scope: &Permission| {
        let mut fields = visit.form.iter();
        fields.any(|(name, value)| name == "scope" && value == scope.as_str())
    };
    Permission::ALL.into_iter().filter(sent).collect()
}

pub(super) fn asked_ranges(visit: &Visit) -> Result<Vec<IpNet>, FlowError> {
    parse_ranges(visit.sent("ip_ranges").unwrap_or_default())
        .map_err(|message| FlowError::invalid("ip_ranges", message))
}

/// The end of the day that is named, in UTC: a client has no account and no zone.
pub(super) fn asked_end(visit: &Visit) -> Result<Option<DateTime<Utc>>, FlowError> {
    let Some(text) = visit.sent("expires_on") else {
        return Ok(None);
    };
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.succ_opt());
    let day = day.ok_or_else(|| FlowError::invalid("expires_on", "Write a day as YYYY-MM-DD."))?;
    Ok(Some(day.and_time(NaiveTime::MIN).and_utc()))
}

/// The last day on which it can be used.
pub(super) fn last_day(end: DateTime<Utc>) -> NaiveDate {
    let day = end.date_naive();
    if end.time() == NaiveTime::MIN {
        day.pred_opt().unwrap_or(day)
    } else {
        day
    }
}

fn list(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let scope = scope(visit)?;
    let (clients, people) = visit.read(|conn| {
        let clients = api_client::list(conn, &scope)?;
        let owners: Vec<_> = clients.iter().map(|client| client.person).collect();
        Ok::<_, PageError>((clients, person::list(conn, &owners)?))
    })?;
    let rows = clients.iter().map(|client| {
        let owner = people.iter().find(|person| person.id == client.person);
        row(
            client,
            owner.map_or("", |person| person.email.as_str()),
            visit.now,
        )
    });
    let scopes = if visit.form.is_empty() {
        vec![Permission::BatchView]
    } else {
        asked_scopes(visit)
    };
    let page = ApiClientsPage {
        layout: frame::layout(visit, "API clients"),
        rows: rows.collect(),
        empty: EmptyState {
            heading: "No API client yet".to_owned(),
            text: "Make one below for the program that will call the API.".to_owned(),
            act: None,
        },
        fields: vec![
            filled(
                visit,
                fault,
                FieldView::new("name", "Name", FieldKind::Text)
                    .hint("What it is for: “Payroll export”.")
                    .required(),
            ),
            filled(
                visit,
                fault,
                FieldView::new("person", "Acts for", FieldKind::Email)
                    .hint("The e-mail of the person. They confirm it, and only they see its secret.")
                    .required(),
            ),
        ],
        scopes: scope_views(&Permission::ALL, &scopes),
        scope_fault: fault_of(fault, "scope"),
        limits: limit_fields(visit, fault, None),
    };
    Ok(page.render()?)
}

fn fault_of(fault: Fault<'_>, name: &str) -> Option<String> {
    fault
        .filter(|(field, _)| *field == name)
        .map(|(_, message)| message.to_owned())
}

/// What was typed, and the fault where it belongs.
fn filled(visit: &Visit, fault: Fault<'_>, field: FieldView) -> FieldView {
    let typed = visit
        .sent(&field.name)
        .map_or_else(|| field.value.clone(), str::to_owned);
    let error = fault_of(fault, &field.name);
    field.value(typed).error(error)
}

fn limit_fields(visit: &Visit, fault: Fault<'_>, client: Option<&ApiClient>) -> Vec<FieldView> {
    let ranges = client.map(|client| written(&client.ranges)).unwrap_or_default();
    let end = client
        .and_then(|client| client.expires_at)
        .map(|end| last_day(end).to_string());
    vec![
        filled(
            visit,
            fault,
            FieldView::new("ip_ranges", "Networks it may call from", FieldKind::Code)
                .value(ranges)
                .hint("As 192.0.2.7 or 10.0.0.0/8, separated by commas. Left empty: anywhere."),
        ),
        filled(
            visit,
            fault,
            FieldView::new("expires_on", "Last day", FieldKind::Date)
                .value(end.unwrap_or_default())
                .hint("In UTC. Left empty: until it is revoked."),
        ),
    ]
}

pub(super) fn scope_views(offered: &[Permission], chosen: &[Permission]) -> Vec<ScopeView> {
    let view = |scope: &Permission| ScopeView {
        value: scope.as_str().to_owned(),
        label: text::capital(scope.label()),
        is_chosen: chosen.contains(scope),
    };
    offered.iter().map(view).collect()
}

pub(super) fn written(ranges: &[IpNet]) -> String {
    let texts: Vec<String> = ranges
        .iter()
        .map(|range| {
            let is_one = range.prefix_len() == range.max_prefix_len();
            if is_one {
                range.addr().to_string()
            } else {
                range.to_string()
            }
        })
        .collect();
    texts.join(", ")
}

pub(super) fn standing(client: &ApiClient, now: DateTime<Utc>) -> StatusPill {
    if client.revoked_at.is_some() {
        StatusPill::new("Revoked", Tone::Off)
    } else if client.expires_at.is_some_and(|end| end <= now) {
        StatusPill::new("Expired", Tone::Off)
    } else if client.confirmed_at.is_none() {
        StatusPill::new("Waits to be confirmed", Tone::Wait)
    } else {
        StatusPill::new("Active", Tone::Ok)
    }
}

fn words(scopes: &[Permission]) -> String {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    words.join(", ")
}

/// A row of the list.
pub(super) fn row(client: &ApiClient, email: &str, now: DateTime<Utc>) -> ApiClientRow {
    ApiClientRow {
        link: LinkView::new(client.name.as_str(), format!("{LIST}/{}", client.client_id)),
        client_id: client.client_id.clone(),
        email: email.to_owned(),
        scopes: words(&client.scopes),
        offered: (!client.offered.is_empty()).then(|| words(&client.offered)),
        ranges: if client.ranges.is_empty() {
            "Anywhere".to_owned()
        } else {
            written(&client.ranges)
        },
        until: client.expires_at.map_or_else(
            || "Until revoked".to_owned(),
            |end| last_day(end).format("%-d %b %Y").to_string(),
        ),
        offered_bounds: client.offered_bounds.as_ref().map(bounds_view),
        used: client.last_used_at.map_or_else(
            || "Never".to_owned(),
            |at| format!("{} UTC", text::moment(at, Tz::UTC)),
        ),
        standing: standing(client, now),
    }
}

fn one(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let scope = scope(visit)?;
    let (client, owner) = visit.read(|conn| {
        let client = api_client::load(conn, scope.organisation(), visit.param("client"))?;
        let owner = person::list(conn, &[client.person])?.into_iter().next();
        Ok::<_, PageError>((client, owner))
    })?;
    let is_over = client.revoked_at.is_some();
    let chosen = if visit.form.is_empty() {
        [client.scopes.as_slice(), client.offered.as_slice()].concat()
    } else {
        asked_scopes(visit)
    };
    let address = format!("{LIST}/{}", client.client_id);
    let email = owner.map(|person| person.email).unwrap_or_default();
    let page = ApiClientPage {
        layout: frame::layout(visit, &client.name),
        row: row(&client, &email, visit.now),
        previous: previous(&client, visit.now),
        is_own: client.person == visit.actor()?.person(),
        scopes: scope_views(&Permission::ALL, &chosen),
        scope_fault: fault_of(fault, "scope"),
        limits: limit_fields(visit, fault, Some(&client)),
        limit_action: (!is_over).then(|| address.clone()),
        revoke_action: (!is_over).then(|| format!("{address}/revocation")),
    };
    Ok(page.render()?)
}

/// Until when the secret before the last roll holds.
pub(super) fn previous(client: &ApiClient, now: DateTime<Utc>) -> Option<String> {
    let (_, until) = client.previous.as_ref()?;
    (*until > now).then(|| format!("{} UTC", text::moment(*until, Tz::UTC)))
}
