//! The five tones a thing can have, and the pill that says a status in words.
//!
//! Which status has which tone is the handler's to say; a tone never stands alone, words always go
//! with it (WCAG 1.4.1).

use askama::Template;
use askama::filters::HtmlSafe;

/// How something stands, as a colour that goes with words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Somebody has to do something: amber.
    Wait,
    /// As it should be: green.
    Ok,
    /// Wrong, refused or lost: red.
    Bad,
    /// Under way: blue.
    Info,
    /// Over, or of no weight: grey.
    Off,
}

impl Tone {
    /// The class that sets the tone's colours (`static/css/tones.css`).
    pub fn class(self) -> &'static str {
        match self {
            Self::Wait => "tone-wait",
            Self::Ok => "tone-ok",
            Self::Bad => "tone-bad",
            Self::Info => "tone-info",
            Self::Off => "tone-off",
        }
    }
}

/// A status in words on its tone: "Waiting for review".
#[derive(Clone, Debug, Template)]
#[template(path = "parts/pill.html")]
pub struct StatusPill {
    /// The status as a person reads it.
    pub label: String,
    /// The colour behind it.
    pub tone: Tone,
}

impl StatusPill {
    /// A pill that says `label`.
    pub fn new(label: impl Into<String>, tone: Tone) -> Self {
        Self {
            label: label.into(),
            tone,
        }
    }
}

impl HtmlSafe for StatusPill {}
