//! What happened, newest first or oldest first as the handler brings it: who, what, when.

use super::tone::Tone;
use askama::Template;
use askama::filters::HtmlSafe;

/// A list of events.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/timeline.html")]
pub struct Timeline {
    /// The events in the order shown.
    pub entries: Vec<TimelineEntry>,
    /// The zone of the times: "Times in Africa/Blantyre (CAT)".
    pub zone: String,
}

/// One event.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    /// When, as read: "15 Jan 2024, 09:12".
    pub at: String,
    /// When, as RFC 3339, for machines.
    pub at_machine: String,
    /// What: "Sent for review".
    pub title: String,
    /// Who, where a person did it.
    pub who: Option<String>,
    /// More of it: "95 payouts, MWK 450,000.00".
    pub detail: Option<String>,
    /// The reason given, in the person's own words.
    pub quote: Option<String>,
    /// The colour of its dot.
    pub tone: Tone,
}

impl HtmlSafe for Timeline {}
