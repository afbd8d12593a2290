//! The guide. Its words are in `templates/guide/`; what the sandbox does stands there as
//! `rails::sandbox::MAGIC` has it, which a test holds (pages may not import rails).

use super::error::PageError;
use super::reply::Reply;
use super::view::guide::{Chapter, GuidePage, GuideRolePage};
use super::{frame, guide_practice};
use crate::domain::practice::Part;
use crate::http::visit::Visit;

/// GET `/guide`.
pub(super) fn index(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::page(&GuidePage {
        layout: frame::layout(visit, "Guide"),
        chapters: Part::ALL.into_iter().map(chapter).collect(),
    })?)
}

/// GET `/guide/{role}`.
pub(super) fn role(visit: &Visit) -> Result<Reply, PageError> {
    let part = Part::parse(visit.param("role")).ok_or(PageError::NoSuchPage)?;
    let others = Part::ALL.into_iter().filter(|other| *other != part);
    Ok(Reply::page(&GuideRolePage {
        layout: frame::layout(visit, &format!("Guide for the {}", part.role())),
        role: chapter(part),
        others: others.map(chapter).collect(),
        practice: guide_practice::view(visit, part)?,
    })?)
}

/// The chapter on a part.
pub(super) const fn chapter(part: Part) -> Chapter {
    let summary = match part {
        Part::Initiator => "Upload a file, correct it, send it for signing.",
        Part::Reviewer => "Check what others prepared, and sign or send it back.",
        Part::Approver => "Give the deciding signature. Funds are reserved then.",
        Part::Auditor => "See everything, download reports, change nothing.",
        Part::Administrator => "Look after people, payout accounts and the approval policy.",
        Part::Developer => "Look after API clients and webhooks; try the sandbox.",
    };
    Chapter {
        slug: part.as_str(),
        name: part.role(),
        summary,
    }
}
