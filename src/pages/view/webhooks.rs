//! Webhooks: the list of endpoints with the form for a new one, and one endpoint with what was sent.

use super::act::ActForm;
use super::field::FieldView;
use super::layout::Layout;
use super::link::{EmptyState, LinkView, Pager};
use super::notice::Notice;
use super::tone::StatusPill;
use askama::Template;
use askama::filters::HtmlSafe;

/// The list of endpoints.
#[derive(Debug, Template)]
#[template(path = "webhooks.html")]
pub struct WebhooksPage {
    /// The frame.
    pub layout: Layout,
    /// Endpoints in the order they were made.
    pub rows: Vec<EndpointRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// The address of a new one.
    pub url: FieldView,
    /// What a new one hears.
    pub events: EventChoice,
}

/// One endpoint in the list.
#[derive(Debug)]
pub struct EndpointRow {
    /// Its address, leading to its page.
    pub link: LinkView,
    /// Who made it.
    pub origin: String,
    /// What it hears, in a few words.
    pub events: String,
    /// Whether it works.
    pub status: StatusPill,
    /// When it was made.
    pub created: String,
}

/// The choice of events, a box for each.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/event_choice.html")]
pub struct EventChoice {
    /// In the order of a batch's life.
    pub choices: Vec<EventBox>,
    /// What is wrong with the choice.
    pub error: Option<String>,
}

/// One event to be chosen.
#[derive(Clone, Debug)]
pub struct EventBox {
    /// `batch.approved`.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// Whether it is chosen.
    pub checked: bool,
}

/// One endpoint.
#[derive(Debug, Template)]
#[template(path = "webhook.html")]
pub struct WebhookPage {
    /// The frame.
    pub layout: Layout,
    /// Its address.
    pub url: String,
    /// Whether it works.
    pub status: StatusPill,
    /// Who made it and when.
    pub facts: String,
    /// Where its forms post to.
    pub address: String,
    /// Why it is off, or since when it fails.
    pub notices: Vec<Notice>,
    /// The secret, while who made it may read it.
    pub secret: Option<String>,
    /// What can be done with it.
    pub acts: Vec<ActForm>,
    /// What it hears; `None` where that is not chosen.
    pub events: Option<EventChoice>,
    /// Newest first.
    pub messages: Vec<MessageRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// The way to older ones.
    pub pager: Pager,
}

/// One message with its attempts.
#[derive(Debug)]
pub struct MessageRow {
    /// When it was written.
    pub at: String,
    /// `batch.approved`.
    pub event: String,
    /// Its id.
    pub id: String,
    /// How it stands.
    pub status: StatusPill,
    /// When it is tried again.
    pub next: Option<String>,
    /// What is sent.
    pub body: String,
    /// Newest first.
    pub attempts: Vec<AttemptRow>,
    /// The button that sends it again.
    pub again: Option<ActForm>,
}

/// One attempt.
#[derive(Debug)]
pub struct AttemptRow {
    /// When, how long, and what came of it: "2. 15 Jan 2024, 09:12, 503 after 12 ms".
    pub summary: String,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

impl HtmlSafe for EventChoice {}
