//! The seals: the house's signature. Initiator, reviewer, approver; done, now, next; who could act,
//! and why not the others.

use askama::Template;
use askama::filters::HtmlSafe;

/// Where one signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealState {
    /// Given. The mark is the signer's initials.
    Done,
    /// Its turn. The mark is `You` where the reader may give it, else the step's number.
    Now,
    /// Comes later. The mark is the step's number.
    Next,
    /// The batch was refused here. The mark is the initials of who refused.
    Refused,
}

impl SealState {
    /// The class that draws it (`static/css/seal.css`).
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "seal--done",
            Self::Now => "seal--now",
            Self::Next => "seal--next",
            Self::Refused => "seal--refused",
        }
    }

    /// The same in a word, for those who don't see it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "signed",
            Self::Now => "waiting",
            Self::Next => "comes later",
            Self::Refused => "refused",
        }
    }
}

/// One small seal in a list.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/seal.html")]
pub struct SealView {
    /// What stands in the circle: initials, `You`, or a number.
    pub mark: String,
    /// Done, now, next or refused.
    pub state: SealState,
    /// The same in words, for those who don't see it: "Initiator: signed by Thoko Banda".
    pub label: String,
}

impl SealView {
    /// A seal showing `mark`, read out as `label`.
    pub fn new(mark: impl Into<String>, state: SealState, label: impl Into<String>) -> Self {
        Self {
            mark: mark.into(),
            state,
            label: label.into(),
        }
    }
}

/// One cell of the row of seals on a batch's page.
#[derive(Clone, Debug)]
pub struct SealCard {
    /// What stands in the circle.
    pub mark: String,
    /// Done, now, next or refused.
    pub state: SealState,
    /// "Initiator", "Reviewer", "Approver" or "Release".
    pub role: String,
    /// Who signed, or who could: "Waiting for you or Grace Phiri".
    pub who: String,
    /// When and what was signed, or why not somebody else.
    pub detail: Option<String>,
}

impl HtmlSafe for SealView {}
