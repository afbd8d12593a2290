//! Endpoints of webhooks: the list with its form, and one endpoint in trouble.

use super::parts::*;
use super::{sample, select};
use countersign::pages::view::act::{ActForm, ActPanel};
use countersign::pages::view::field::{FieldKind, FieldView};
use countersign::pages::view::link::{ButtonTone, EmptyState, LinkView, Pager};
use countersign::pages::view::notice::Notice;
use countersign::pages::view::tone::{StatusPill, Tone};
use countersign::pages::view::webhooks::{
    AttemptRow, EndpointRow, EventBox, EventChoice, MessageRow, WebhookPage, WebhooksPage,
};

fn choice() -> EventChoice {
    let one = |name: &str, meaning: &str, checked| EventBox {
        name: name.into(),
        meaning: meaning.into(),
        checked,
    };
    EventChoice {
        choices: vec![
            one("batch.received", "Rows checked, some possibly faulty", true),
            one("batch.approved", "Approved or released", false),
        ],
        error: None,
    }
}

fn nothing() -> EmptyState {
    EmptyState {
        heading: "No endpoint yet".into(),
        text: "Add one below.".into(),
        act: None,
    }
}

#[test]
fn webhooks() {
    let row = |status| EndpointRow {
        link: LinkView::new("https://kachere.example/hooks", "/developers/webhooks/1"),
        origin: "Added here".into(),
        events: "2 events".into(),
        status,
        created: "15 Jan 2024".into(),
    };
    let page = WebhooksPage {
        layout: layout("Webhooks", "Webhooks"),
        rows: vec![
            row(StatusPill::new("On", Tone::Ok)),
            row(StatusPill::new("Failing", Tone::Bad)),
        ],
        empty: nothing(),
        url: FieldView::new("url", "Address", FieldKind::Code).required(),
        events: choice(),
    };
    let html = sample("webhooks", &page);
    assert_eq!(
        html.select(&select("input[type=checkbox][name=event]")).count(),
        2
    );
    assert_eq!(html.select(&select("input[checked]")).count(), 1);
    sample(
        "webhooks-none",
        &WebhooksPage {
            rows: Vec::new(),
            ..page
        },
    );
}

#[test]
fn a_webhook() {
    let act = |label: &str, tone| ActForm {
        action: "/developers/webhooks/1/off".into(),
        label: label.into(),
        tone,
        fields: Vec::new(),
        panel: (tone == ButtonTone::Danger)
            .then(|| ActPanel::new("Switch off…", "Nothing is sent while it is off.")),
    };
    let page = WebhookPage {
        layout: layout("Webhook endpoint", "Webhooks"),
        url: "https://kachere.example/hooks/countersign/payouts".into(),
        status: StatusPill::new("Failing", Tone::Bad),
        facts: "Added here · 15 Jan 2024, 09:12 UTC".into(),
        address: "/developers/webhooks/1".into(),
        notices: vec![Notice::new(
            Tone::Bad,
            "It has only failed since yesterday.",
            "Look at the answers.",
        )],
        secret: Some("whsec_c2FtcGxlIHNlY3JldCBvZiB0aGlydHktdHdvIGJ5dGU=".into()),
        acts: vec![
            act("Send a test", ButtonTone::Plain),
            act("Switch it off", ButtonTone::Danger),
        ],
        events: Some(choice()),
        messages: vec![MessageRow {
            at: "15 Jan 2024, 09:12".into(),
            event: "batch.payout.success".into(),
            id: "msg_018d0c5f2b7a7cc0a4b1".into(),
            status: StatusPill::new("Tried again later", Tone::Wait),
            next: Some("15 Jan 2024, 09:17".into()),
            body: r#"{"id":"msg_018d0c5f2b7a7cc0a4b1","type":"batch.payout.success"}"#.into(),
            attempts: vec![
                AttemptRow {
                    summary: "Attempt 2, 15 Jan 2024, 09:12: answered 503, after 12 ms".into(),
                    answer: Some("<b>busy</b>".into()),
                },
                AttemptRow {
                    summary: "Attempt 1, 15 Jan 2024, 09:12: no answer in time, after 15,000 ms".into(),
                    answer: None,
                },
            ],
            again: Some(act("Send again", ButtonTone::Plain)),
        }],
        empty: nothing(),
        pager: Pager::default(),
    };
    let html = sample("webhook", &page);
    assert_eq!(
        html.select(&select(".messages b")).count(),
        0,
        "an answer is text"
    );
    assert_eq!(html.select(&select(".secret__text")).count(), 1);
}
