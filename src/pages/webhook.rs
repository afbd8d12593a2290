//! One endpoint of webhooks: its secret while it may be read, what it hears, what was sent to it with
//! every attempt, and what can be done with it.

use super::error::PageError;
use super::reply::Reply;
use super::view::act::{ActForm, ActPanel};
use super::view::link::{ButtonTone, EmptyState};
use super::view::notice::Notice;
use super::view::tone::{StatusPill, Tone};
use super::view::webhooks::{AttemptRow, MessageRow, WebhookPage};
use super::webhooks::{choice, origin, pill, sent_events};
use super::{asked, frame, text};
use crate::domain::permission::Permission;
use crate::domain::webhook::message::id_text;
use crate::domain::webhook::signature::secret_text;
use crate::flows::{FlowError, webhook as acts};
use crate::http::visit::Visit;
use crate::store::StoreError;
use crate::store::webhook::{self, Attempt, Endpoint, Off, Sent};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

struct Read {
    endpoint: Endpoint,
    secret: Option<Vec<u8>>,
    sent: Vec<Sent>,
    attempts: Vec<Attempt>,
}

/// GET `/developers/webhooks/{id}`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let mut read = read(visit)?;
    let more = read.sent.len() > asked::PAGE_ROWS;
    read.sent.truncate(asked::PAGE_ROWS);
    let before = read.sent.last().filter(|_| more).map(|sent| sent.key.to_string());
    let endpoint = &read.endpoint;
    let address = format!("/developers/webhooks/{}", endpoint.public_id);
    let made = text::moment(endpoint.created_at, Tz::UTC);
    Ok(Reply::page(&WebhookPage {
        layout: frame::layout(visit, "Webhook endpoint"),
        url: endpoint.url.clone(),
        status: pill(endpoint),
        facts: format!("{} · {made} UTC", origin(endpoint)),
        notices: notices(endpoint),
        secret: read.secret.as_deref().map(secret_text),
        acts: forms(endpoint, &address),
        events: endpoint
            .api_client
            .is_none()
            .then(|| choice(|event| endpoint.events.contains(&event), None)),
        messages: read
            .sent
            .iter()
            .map(|sent| message(endpoint, sent, &read.attempts, &address))
            .collect(),
        empty: EmptyState {
            heading: "Nothing was sent yet".to_owned(),
            text: "Send a test to see whether it is heard.".to_owned(),
            act: None,
        },
        pager: asked::pager(visit, before),
        address,
    })?)
}

fn read(visit: &Visit) -> Result<Read, PageError> {
    let actor = visit.actor()?;
    let scope = actor
        .require_everywhere(Permission::DeveloperManage)
        .map_err(FlowError::from)?;
    let id = id(visit)?;
    let before = match visit.asked("before") {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| asked::malformed("before", text, "a message's number"))?,
        ),
    };
    let limit = i64::try_from(asked::PAGE_ROWS).unwrap_or(i64::MAX) + 1;
    visit.read(|conn| {
        let endpoint = webhook::load(conn, &scope, id)?;
        let sent = webhook::list_sent(conn, &scope, endpoint.id, before, limit)?;
        let keys: Vec<i64> = sent.iter().map(|one| one.delivery).collect();
        Ok(Read {
            secret: acts::find_shown_secret(conn, actor, &visit.portal.sealing, &endpoint, visit.now)?,
            attempts: webhook::list_attempts(conn, &scope, &keys)?,
            sent,
            endpoint,
        })
    })
}

fn id(visit: &Visit) -> Result<Uuid, PageError> {
    let read = visit.param("id").parse();
    read.map_err(|_| StoreError::NotFound("webhook").into())
}

fn notices(endpoint: &Endpoint) -> Vec<Notice> {
    let at = |at: DateTime<Utc>| format!("{} UTC", text::moment(at, Tz::UTC));
    match (endpoint.off, endpoint.failing_since) {
        (Some((since, because)), _) => {
            let why = match because {
                Off::Person => "Somebody here switched it off.",
                Off::Gone => "It answered 410 Gone, which asks us not to send to it any more.",
                Off::Failing => "It did nothing but fail for five days.",
            };
            let means = "Nothing new is kept for it. Switch it on to go on with what waited, and with what happens then.";
            let lead = format!("Off since {}.", at(since));
            vec![Notice::new(Tone::Wait, lead, format!("{why} {means}"))]
        }
        (None, Some(since)) => {
            let lead = format!("It has only failed since {}.", at(since));
            let means = "Messages are tried again for about three days. After five days it is switched off.";
            vec![Notice::new(Tone::Bad, lead, means)]
        }
        (None, None) => Vec::new(),
    }
}

fn forms(endpoint: &Endpoint, address: &str) -> Vec<ActForm> {
    let simple = |act: &str, label: &str, tone| ActForm {
        action: format!("{address}/{act}"),
        label: label.to_owned(),
        tone,
        fields: Vec::new(),
        panel: None,
    };
    let asking = |act: &str, label: &str, tone, (opener, means): (&str, &str)| ActForm {
        panel: Some(ActPanel::new(opener, means)),
        ..simple(act, label, tone)
    };
    let mut forms = Vec::new();
    let is_own = endpoint.api_client.is_none();
    if endpoint.off.is_some() {
        forms.push(simple("on", "Switch on", ButtonTone::Primary));
    } else if is_own {
        forms.push(simple("test", "Send a test", ButtonTone::Plain));
    }
    let roll = "The new secret is shown to you once. For 24 hours messages carry a signature of each, so that nothing is lost while you change it.";
    forms.push(asking(
        "secret",
        "Make a new secret",
        ButtonTone::Plain,
        ("New secret…", roll),
    ));
    if endpoint.off.is_none() {
        let off = "Nothing is sent while it is off, and what happens meanwhile is not kept for it. What waits now is sent when it is switched on.";
        forms.push(asking(
            "off",
            "Switch it off",
            ButtonTone::Danger,
            ("Switch off…", off),
        ));
    }
    if is_own {
        let removal = "It hears nothing any more, and what waits for it is not sent.";
        forms.push(asking(
            "removal",
            "Remove it",
            ButtonTone::Danger,
            ("Remove…", removal),
        ));
    }
    forms
}

fn message(endpoint: &Endpoint, sent: &Sent, attempts: &[Attempt], address: &str) -> MessageRow {
    let again = ActForm {
        action: format!("{address}/messages/{}/again", sent.message),
        label: "Send again".to_owned(),
        tone: ButtonTone::Plain,
        fields: Vec::new(),
        panel: None,
    };
    MessageRow {
        at: text::moment(sent.created_at, Tz::UTC),
        event: sent.event.clone(),
        id: id_text(sent.message),
        status: match (sent.state.as_str(), sent.attempts) {
            ("delivered", _) => StatusPill::new("Delivered", Tone::Ok),
            ("failed", _) => StatusPill::new("Given up", Tone::Bad),
            (_, 0) => StatusPill::new("Waiting", Tone::Info),
            (_, _) => StatusPill::new("Tried again later", Tone::Wait),
        },
        next: sent
            .next_at
            .filter(|_| sent.attempts > 0 && endpoint.off.is_none())
            .map(|at| text::moment(at, Tz::UTC)),
        body: sent.body.clone(),
        attempts: attempts
            .iter()
            .filter(|attempt| attempt.delivery == sent.delivery)
            .map(attempt)
            .collect(),
        again: endpoint.off.is_none().then_some(again),
    }
}

fn attempt(attempt: &Attempt) -> AttemptRow {
    let came = match (attempt.status, &attempt.error) {
        (Some(status), _) => format!("answered {status}"),
        (None, Some(error)) => error.clone(),
        (None, None) => "no answer".to_owned(),
    };
    AttemptRow {
        summary: format!(
            "Attempt {}, {}: {came}, after {} ms",
            attempt.n,
            text::moment(attempt.at, Tz::UTC),
            text::count(i64::from(attempt.took_ms))
        ),
        answer: attempt.answer.clone().filter(|answer| !answer.is_empty()),
    }
}

fn act(visit: &Visit, act: acts::Act) -> Result<Reply, PageError> {
    let (actor, id) = (visit.actor()?, id(visit)?);
    visit.act(|tx| act(tx, actor, id, visit.now))?;
    Ok(Reply::SeeOther(format!("/developers/webhooks/{id}")))
}

/// POST `/developers/webhooks/{id}/secret`.
pub(super) fn roll(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, id) = (visit.actor()?, id(visit)?);
    visit.act(|tx| acts::roll(tx, actor, &visit.portal.sealing, id, visit.now))?;
    Ok(Reply::SeeOther(format!("/developers/webhooks/{id}")))
}

/// POST `/developers/webhooks/{id}/secret/kept`.
pub(super) fn keep(visit: &Visit) -> Result<Reply, PageError> {
    act(visit, acts::keep_secret)
}

/// POST `/developers/webhooks/{id}/events`.
pub(super) fn choose(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, id) = (visit.actor()?, id(visit)?);
    let events = sent_events(visit);
    visit.act(|tx| acts::choose(tx, actor, id, &events, visit.now))?;
    Ok(Reply::SeeOther(format!("/developers/webhooks/{id}")))
}

/// POST `/developers/webhooks/{id}/off`.
pub(super) fn switch_off(visit: &Visit) -> Result<Reply, PageError> {
    act(visit, acts::switch_off)
}

/// POST `/developers/webhooks/{id}/on`.
pub(super) fn switch_on(visit: &Visit) -> Result<Reply, PageError> {
    act(visit, acts::switch_on)
}

/// POST `/developers/webhooks/{id}/removal`.
pub(super) fn remove(visit: &Visit) -> Result<Reply, PageError> {
    act(visit, acts::remove)?;
    Ok(Reply::SeeOther("/developers/webhooks".to_owned()))
}

/// POST `/developers/webhooks/{id}/test`.
pub(super) fn test(visit: &Visit) -> Result<Reply, PageError> {
    act(visit, acts::test)
}

/// POST `/developers/webhooks/{id}/messages/{message}/again`.
pub(super) fn again(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, id) = (visit.actor()?, id(visit)?);
    let message: Uuid = visit
        .param("message")
        .parse()
        .map_err(|_| StoreError::NotFound("message"))?;
    visit.act(|tx| acts::send_again(tx, actor, (id, message), visit.now))?;
    Ok(Reply::SeeOther(format!("/developers/webhooks/{id}")))
}
