//! The chart on the home page: money paid, failed and scheduled, a bar a day.
//!
//! Each day is a small SVG with its geometry as attributes (the CSP allows no inline style), so the
//! bars stretch with the page without distortion. Heights are whole pixels, computed in integers.

use askama::Template;
use askama::filters::HtmlSafe;

/// The tallest bar, in pixels; also written in `templates/parts/chart.html`.
const HEIGHT: u64 = 128;

/// Bars over days.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/chart.html")]
pub struct Chart {
    /// "Paid out, last 10 days and next 4".
    pub title: String,
    /// The days, oldest first.
    pub bars: Vec<ChartBar>,
}

/// What happened, or will, on one day. Amounts in minor units of one currency.
#[derive(Clone, Debug)]
pub struct ChartDay {
    /// Below the bar: "7", or "20 Jan" where the month must be said.
    pub label: String,
    /// The day in words and amounts, for those who don't see the bar and as its tooltip.
    pub spoken: String,
    /// Paid that day.
    pub paid: u64,
    /// Failed that day.
    pub failed: u64,
    /// Due that day.
    pub scheduled: u64,
}

/// A day with its geometry: tops and heights in pixels.
#[derive(Clone, Debug)]
pub struct ChartBar {
    /// See [`ChartDay::label`].
    pub label: String,
    /// See [`ChartDay::spoken`].
    pub spoken: String,
    /// Paid: from the bottom up.
    pub paid: Option<Block>,
    /// Failed: on top of paid.
    pub failed: Option<Block>,
    /// Scheduled: on top of both.
    pub scheduled: Option<Block>,
}

/// One upright block.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Distance from the top.
    pub top: u64,
    /// Height.
    pub height: u64,
}

impl Chart {
    /// Draws `days` to one scale, the greatest day reaching the top.
    pub fn new(title: impl Into<String>, days: Vec<ChartDay>) -> Self {
        let greatest = days.iter().map(ChartDay::total).max().unwrap_or(0).max(1);
        let bars = days
            .into_iter()
            .map(|day| ChartBar::draw(day, greatest))
            .collect();
        Self {
            title: title.into(),
            bars,
        }
    }
}

impl ChartDay {
    fn total(&self) -> u64 {
        self.paid
            .saturating_add(self.failed)
            .saturating_add(self.scheduled)
    }
}

impl ChartBar {
    fn draw(day: ChartDay, greatest: u64) -> Self {
        let mut floor = HEIGHT;
        let mut stack = |amount: u64| {
            if amount == 0 {
                return None;
            }
            let share = u128::from(amount) * u128::from(HEIGHT) / u128::from(greatest);
            // Four pixels at least: a day with a little money is not a day with none.
            let height = u64::try_from(share).unwrap_or(HEIGHT).max(4).min(floor);
            floor -= height;
            Some(Block { top: floor, height })
        };
        let paid = stack(day.paid);
        let failed = stack(day.failed);
        let scheduled = stack(day.scheduled);
        Self {
            label: day.label,
            spoken: day.spoken,
            paid,
            failed,
            scheduled,
        }
    }
}

impl Block {
    /// The top of a dashed outline, which lies half a pixel inside.
    pub fn outline_top(&self) -> String {
        format!("{}.5", self.top)
    }

    /// The height of a dashed outline that stays inside the block.
    pub fn outline_height(&self) -> u64 {
        self.height.saturating_sub(1)
    }
}

impl HtmlSafe for Chart {}
