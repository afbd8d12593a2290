//! Home.
use super::error::PageError;
use super::reply::Reply;
use crate::domain::permission::Actor;
use crate::http::visit::Visit;
use crate::store::{Conn, StoreError};
/// How many batches wait for this person's signature.
pub(super) fn count_waiting(_conn: &mut Conn<'_>, _actor: &Actor) -> Result<i64, StoreError> {
    Ok(0)
}
/// GET `/`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Err(PageError::Malformed(visit.path.clone()))
}
