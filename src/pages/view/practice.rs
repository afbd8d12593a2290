//! The practice on a chapter of the guide: its steps, and the ways in and back.

use super::guide::Chapter;
use super::link::LinkView;
use askama::Template;
use askama::filters::HtmlSafe;

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Done.
    Done,
    /// The one to do.
    Now,
    /// Comes later.
    Next,
}

/// One step.
#[derive(Clone, Debug)]
pub struct PracticeStep {
    /// What is done: "Send it for review".
    pub title: String,
    /// How.
    pub text: String,
    /// How far it is.
    pub state: StepState,
    /// Where it is done; none to who is not in the practice.
    pub links: Vec<LinkView>,
}

impl PracticeStep {
    /// The class of its seal.
    pub fn class(&self) -> &'static str {
        match self.state {
            StepState::Done => "seal seal--small seal--done",
            StepState::Now => "seal seal--small seal--now",
            StepState::Next => "seal seal--small seal--next",
        }
    }

    /// How far it is, in a word.
    pub fn word(&self) -> &'static str {
        match self.state {
            StepState::Done => "done",
            StepState::Now => "next",
            StepState::Next => "later",
        }
    }
}

/// An organisation that can be turned to.
#[derive(Clone, Debug)]
pub struct Way {
    /// Its public id.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// The practice of one part.
#[derive(Clone, Debug, Template)]
#[template(path = "guide/practice.html")]
pub struct PracticeView {
    /// Whose part.
    pub role: Chapter,
    /// Where it happens, where one was begun.
    pub there: Option<Way>,
    /// The way back, where the person is in it.
    pub back: Option<Way>,
    /// Its steps, where one was begun.
    pub steps: Vec<PracticeStep>,
}

impl PracticeView {
    /// Whether every step is done.
    pub fn is_done(&self) -> bool {
        !self.steps.is_empty() && self.steps.iter().all(|step| step.state == StepState::Done)
    }
}

impl HtmlSafe for PracticeView {}
