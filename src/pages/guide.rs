//! The guide. Its words are in `templates/guide/`; what the sandbox does stands there as
//! `rails::sandbox::MAGIC` has it, which a test holds (pages may not import rails).

use super::error::PageError;
use super::reply::Reply;
use super::view::guide::{GuidePage, GuideRole, GuideRolePage};
use super::{frame, guide_practice};
use crate::http::visit::Visit;

/// GET `/guide`.
pub(super) fn index(visit: &Visit) -> Result<Reply, PageError> {
    let layout = frame::layout(visit, "Guide");
    Ok(Reply::page(&GuidePage { layout })?)
}

/// GET `/guide/{role}`.
pub(super) fn role(visit: &Visit) -> Result<Reply, PageError> {
    let role = GuideRole::parse(visit.param("role")).ok_or(PageError::NoSuchPage)?;
    let layout = frame::layout(visit, &format!("Guide for the {}", role.name()));
    let practice = guide_practice::view(visit, role)?;
    Ok(Reply::page(&GuideRolePage {
        layout,
        role,
        practice,
    })?)
}
