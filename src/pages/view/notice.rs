//! A notice: something the person must know before going on, with what to do about it.

use super::link::LinkView;
use super::tone::Tone;
use askama::Template;
use askama::filters::HtmlSafe;

/// A coloured band: "**5 entries can't be paid as they stand.** They stay out of this batch…".
#[derive(Clone, Debug, Template)]
#[template(path = "parts/notice.html")]
pub struct Notice {
    /// Its colour. `Bad` is announced at once by screen readers, others when there is time.
    pub tone: Tone,
    /// The bold beginning.
    pub lead: String,
    /// The rest.
    pub text: String,
    /// One reason a line, where there are several.
    pub reasons: Vec<String>,
    /// Buttons at its end: "Download error file".
    pub links: Vec<LinkView>,
}

impl Notice {
    /// A notice without reasons or buttons.
    pub fn new(tone: Tone, lead: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            tone,
            lead: lead.into(),
            text: text.into(),
            reasons: Vec::new(),
            links: Vec::new(),
        }
    }

    /// The ARIA role: `alert` interrupts, `status` waits.
    pub fn role(&self) -> &'static str {
        match self.tone {
            Tone::Bad => "alert",
            Tone::Wait | Tone::Ok | Tone::Info | Tone::Off => "status",
        }
    }
}

impl HtmlSafe for Notice {}
