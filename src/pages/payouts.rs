//! Being written.
use super::error::PageError;
use super::reply::Reply;
use crate::http::visit::Visit;
/// Being written.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
