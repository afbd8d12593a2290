//! The thin bar of parts of a whole, and the numbers that stand in a row on top of a page.
//!
//! The bar is SVG with widths as attributes, because the pages' CSP allows no inline style. It is
//! decoration: the words beside it say the same.

use super::tone::Tone;
use askama::Template;
use askama::filters::HtmlSafe;

/// The width of the drawing; a segment is a share of it.
const WHOLE: u128 = 1_000;

/// A thin bar of coloured parts.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/meter.html")]
pub struct Meter {
    /// The coloured parts from the start on; what is missing stays empty.
    pub segments: Vec<MeterSegment>,
}

/// One part of a [`Meter`], in thousandths of the whole.
#[derive(Clone, Debug)]
pub struct MeterSegment {
    /// Where it begins.
    pub start: u128,
    /// How wide it is.
    pub width: u128,
    /// Its colour.
    pub tone: Tone,
}

impl Meter {
    /// A bar of `parts` out of `whole`, all in one unit. Parts beyond the whole are cut off; a part
    /// that is not nothing is never thinner than can be seen.
    pub fn new(whole: u64, parts: &[(Tone, u64)]) -> Self {
        let whole = u128::from(whole.max(1));
        let mut start = 0;
        let mut segments = Vec::new();
        for (tone, part) in parts {
            if *part == 0 {
                continue;
            }
            let share = (u128::from(*part) * WHOLE / whole).max(8);
            let width = share.min(WHOLE.saturating_sub(start));
            segments.push(MeterSegment {
                start,
                width,
                tone: *tone,
            });
            start += width;
        }
        Self { segments }
    }
}

/// One number of the row on top of a batch: "Will be paid, MWK 450,000.00".
#[derive(Clone, Debug)]
pub struct Stat {
    /// What it is.
    pub label: String,
    /// The number or date, formatted.
    pub value: String,
    /// What stands small behind it: "of 100 valid", "08:00 CAT".
    pub note: Option<String>,
    /// A bar below it.
    pub meter: Option<Meter>,
}

impl Stat {
    /// A number without note or bar.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            note: None,
            meter: None,
        }
    }

    /// The same with a small note behind the value.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The same with a bar below.
    #[must_use]
    pub fn meter(mut self, meter: Meter) -> Self {
        self.meter = Some(meter);
        self
    }
}

impl HtmlSafe for Meter {}
