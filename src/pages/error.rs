//! From refusals to pages: the only place of `pages` that knows HTTP statuses, by exhaustive match.

use super::bound::bind;
use super::frame;
use super::view::error::ErrorPage;
use super::view::link::LinkView;
use crate::domain::ids::BatchNumber;
use crate::domain::passkey::PasskeyRefusal;
use crate::domain::second_factor::CodeRefusal;
use crate::flows::FlowError;
use crate::http::places::NoPlace;
use crate::http::receive::ReceiveError;
use crate::http::visit::Visit;
use crate::store::StoreError;
use actix_web::http::StatusCode;
use askama::Template;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A flow refused.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The form was not received.
    #[error(transparent)]
    Receive(#[from] ReceiveError),
    /// Too much of the kind is under way.
    #[error(transparent)]
    NoPlace(#[from] NoPlace),
    /// The form has more bytes than this.
    #[error("the form is longer than {} KiB", .0 >> 10)]
    FormTooLarge(usize),
    /// A part of the address, or a field, is malformed.
    #[error("{0}")]
    Malformed(String),
    /// There is no such page.
    #[error("there is no page at this address")]
    NoSuchPage,
    /// Sent by a page that is not ours.
    #[error("this form was not sent by a page of this portal")]
    ForeignOrigin,
    /// The form was made in another organisation than the one the session is in.
    #[error("this form was made in {there}, and you are in {here} now")]
    MadeElsewhere {
        /// Where it was made.
        there: String,
        /// Where the session is.
        here: String,
    },
    /// Too often.
    #[error("too many requests; the next one is allowed in {0} s")]
    TooOften(u64),
    /// The page could not be made.
    #[error(transparent)]
    Template(#[from] askama::Error),
    /// A worker thread was lost.
    #[error("the request was not carried out")]
    Lost,
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::Flow(FlowError::Store(error))
    }
}

impl PageError {
    /// Its HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Flow(error) => flow_status(error),
            Self::NoPlace(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Receive(ReceiveError::TooLarge(_)) | Self::FormTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Receive(ReceiveError::Malformed(_)) | Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::MadeElsewhere { .. } => StatusCode::CONFLICT,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Receive(ReceiveError::Io(_)) | Self::Template(_) | Self::Lost => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// Whether it is our fault: then it is logged, and people are not told the details.
    fn is_ours(&self) -> bool {
        self.status() == StatusCode::INTERNAL_SERVER_ERROR
    }
}

fn flow_status(error: &FlowError) -> StatusCode {
    match error {
        FlowError::NotPermitted(_) => StatusCode::FORBIDDEN,
        FlowError::Code(CodeRefusal::TooOften(_)) => StatusCode::TOO_MANY_REQUESTS,
        FlowError::Code(
            CodeRefusal::Missing
            | CodeRefusal::Wrong
            | CodeRefusal::NotSetUp
            | CodeRefusal::ClientWithoutCode,
        ) => StatusCode::FORBIDDEN,
        FlowError::Passkey(PasskeyRefusal::Wrong) => StatusCode::FORBIDDEN,
        FlowError::Passkey(PasskeyRefusal::TooMany) => StatusCode::CONFLICT,
        FlowError::Passkey(PasskeyRefusal::Name) => StatusCode::BAD_REQUEST,
        FlowError::Passkey(PasskeyRefusal::Stored) => StatusCode::INTERNAL_SERVER_ERROR,
        FlowError::Refused(refusal) if refusal.is_duty() => StatusCode::FORBIDDEN,
        FlowError::Proposal(refusal) if refusal.is_duty() => StatusCode::FORBIDDEN,
        FlowError::Refused(_)
        | FlowError::Proposal(_)
        | FlowError::FingerprintStale
        | FlowError::RowStale
        | FlowError::NotEditable { .. }
        | FlowError::NobodyCanSign { .. }
        | FlowError::ControlFigures(_)
        | FlowError::Shortfall { .. }
        | FlowError::CoolingDown(_)
        | FlowError::ReferencesInUse { .. }
        | FlowError::NotAgain { .. } => StatusCode::CONFLICT,
        FlowError::Invalid { .. } => StatusCode::BAD_REQUEST,
        FlowError::Store(error) => match error {
            StoreError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            StoreError::NotFound(_) => StatusCode::NOT_FOUND,
            StoreError::Stale(_) | StoreError::Refused(_) => StatusCode::CONFLICT,
            StoreError::Corrupt(_) | StoreError::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        },
    }
}

/// The page that says what happened and what to do.
#[must_use]
pub(super) fn render(error: &PageError, visit: Option<&Visit>) -> String {
    if error.is_ours() {
        tracing::error!(%error, "a page failed");
    }
    let (heading, remedy) = if matches!(error, PageError::MadeElsewhere { .. }) {
        (
            "This page is of another organisation",
            "Nothing was changed. Turn to that organisation over your navigation, and open the page again.",
        )
    } else {
        words(error)
    };
    let what = if error.is_ours() {
        "The fault is on our side. Nothing was changed.".to_owned()
    } else {
        sentence(error)
    };
    let page = ErrorPage {
        layout: visit.map_or_else(
            || super::view::layout::Layout::bare(heading),
            |visit| frame::layout(visit, heading),
        ),
        code: error.status().as_u16().to_string(),
        heading: heading.to_owned(),
        what,
        reasons: Vec::new(),
        remedy: remedy.to_owned(),
        back: back(error, visit),
        request_id: None,
    };
    let html = page.render().unwrap_or_else(|_| heading.to_owned());
    match visit {
        Some(visit) => bind(html, visit),
        None => html,
    }
}

/// To the batch that the request was about, unless that is what can't be shown.
fn back(error: &PageError, visit: Option<&Visit>) -> LinkView {
    let home = LinkView::new("Home", "/");
    let Some(visit) = visit.filter(|_| error.status() != StatusCode::NOT_FOUND) else {
        return home;
    };
    let Some(number) = BatchNumber::parse(visit.param("number")) else {
        return home;
    };
    let batch = super::batch::address(number);
    if visit.path == batch {
        return home;
    }
    LinkView::new("Back to the batch", batch)
}

/// The error as a sentence: capital letter, full stop.
fn sentence(error: &PageError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

fn words(error: &PageError) -> (&'static str, &'static str) {
    match error.status() {
        StatusCode::BAD_REQUEST => (
            "This can't be read",
            "Go back, correct it and send it again. Nothing was changed.",
        ),
        StatusCode::FORBIDDEN => (
            "You may not do this",
            "Ask somebody who may, or an administrator about your roles. Nothing was changed.",
        ),
        StatusCode::NOT_FOUND => ("Nothing here", "Check the address, or look for it in the lists."),
        StatusCode::CONFLICT => (
            "This can't be done now",
            "Go back and read the page again; it shows where things stand. Nothing was changed.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too large", "Send it in smaller parts. Nothing was taken in."),
        StatusCode::TOO_MANY_REQUESTS => ("Too often", "Wait a moment, then try again."),
        StatusCode::SERVICE_UNAVAILABLE => (
            "Busy",
            "Too much is under way. Try again in a few seconds; nothing was changed.",
        ),
        _ => (
            "Something broke",
            "Try again. If it happens again, tell your administrator when it happened.",
        ),
    }
}
