//! Where something that takes several pages stands: "Choose file, Match columns, Check rows, Send".

/// One of the steps.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is.
    pub label: String,
    /// Whether it lies behind, is this page, or comes.
    pub state: StepState,
}

/// Where a step lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepState {
    /// Behind.
    Done,
    /// This page.
    Now,
    /// To come.
    Next,
}

impl Step {
    /// The steps in order, of which the one numbered `now` (from 0) is this page.
    pub fn list(labels: &[&str], now: usize) -> Vec<Self> {
        let state = |n: usize| match n.cmp(&now) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Now,
            std::cmp::Ordering::Greater => StepState::Next,
        };
        let labels = labels.iter().enumerate();
        labels
            .map(|(n, label)| Self {
                label: (*label).to_owned(),
                state: state(n),
            })
            .collect()
    }

    /// The class of its state.
    pub const fn class(&self) -> &'static str {
        match self.state {
            StepState::Done => "steps__step steps__step--done",
            StepState::Now => "steps__step steps__step--now",
            StepState::Next => "steps__step",
        }
    }

    /// Whether it is this page.
    pub fn is_now(&self) -> bool {
        self.state == StepState::Now
    }

    /// Whether it lies behind.
    pub fn is_done(&self) -> bool {
        self.state == StepState::Done
    }
}
