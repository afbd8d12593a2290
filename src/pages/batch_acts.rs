//! Being written.
use super::error::PageError;
use super::reply::Reply;
use crate::http::visit::Visit;
/// Being written.
pub(super) fn submit(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
/// Being written.
pub(super) fn recall(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
/// Being written.
pub(super) fn review(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
/// Being written.
pub(super) fn approve(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
/// Being written.
pub(super) fn release(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
/// Being written.
pub(super) fn send_back(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
/// Being written.
pub(super) fn reject(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
/// Being written.
pub(super) fn cancel(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
