//! What a page answers, before it is HTTP.

use super::error::PageError;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::export::ExportError;
use crate::flows::FlowError;
use crate::flows::sign_in::Arrival;
use crate::http::stream::{BodyWriter, NextEvent};
use askama::Template;
use chrono::{DateTime, Utc};

/// Writes a download's bytes; runs after the answer has begun.
pub(super) type Writing = Box<dyn FnOnce(BodyWriter) -> Result<(), Broken> + Send>;

/// Why a download broke off.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The rows could not be read.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// They could not be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The client went away.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The field that is at fault, and what is wrong with it.
pub(super) type Fault<'a> = Option<(&'static str, &'a str)>;

/// An answer.
pub enum Reply {
    /// A page.
    Page(String),
    /// The form again, with what was typed and what is wrong with it.
    Refusal {
        /// Why; it has the status.
        error: PageError,
        /// The page.
        html: String,
    },
    /// The act is done; look there.
    SeeOther(String),
    /// JSON, for scripts of our own pages.
    Json(serde_json::Value),
    /// JSON again and again until there is no more, as server-sent events.
    Events(NextEvent),
    /// A file to keep.
    Download {
        /// Its name.
        name: String,
        /// Its media type.
        media_type: &'static str,
        /// Its bytes.
        write: Writing,
    },
    /// The session is in another organisation from now on; look there.
    Turned {
        /// Which.
        organisation: OrganisationId,
        /// Where to look.
        to: String,
    },
    /// The person is signed in on this device from now on.
    SignedIn {
        /// Who.
        person: PersonId,
        /// Where they turned to last.
        organisation: OrganisationId,
        /// What the browser keeps to be known again.
        device: String,
        /// Where they come from.
        arrival: Arrival,
    },
    /// The password was right, and a code is to follow.
    CodeNeeded {
        /// Whose.
        person: PersonId,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// Nobody is signed in any more.
    SignedOut,
}

impl Reply {
    /// What comes of a refused form: the form again with the fault at its field, where one is at fault;
    /// anything else has a page of its own.
    pub(super) fn at_fault(
        error: FlowError,
        form: impl FnOnce(Fault<'_>) -> Result<String, PageError>,
    ) -> Result<Self, PageError> {
        let FlowError::Invalid { field, message } = error else {
            return Err(error.into());
        };
        let html = form(Some((field, &message)))?;
        let error = FlowError::Invalid { field, message }.into();
        Ok(Self::Refusal { error, html })
    }

    /// A rendered page.
    ///
    /// # Errors
    /// Where the template fails.
    pub fn page(template: &impl Template) -> Result<Self, askama::Error> {
        template.render().map(Self::Page)
    }

    /// A page that says why something was refused, with the refusal's status.
    ///
    /// # Errors
    /// Where the template fails.
    pub fn refusal(error: PageError, template: &impl Template) -> Result<Self, PageError> {
        let html = template.render()?;
        Ok(Self::Refusal { error, html })
    }
}
