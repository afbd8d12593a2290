//! What a row of the route table is made of: an address, who gets past its door, what happens behind it.

use super::error::PageError;
use super::reply::Reply;
use crate::domain::permission::Permission;
use crate::http::visit::Visit;

/// Who gets past the door. What a person may do to a batch is asked again behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Everybody.
    Public,
    /// Everybody who is signed in.
    SignedIn,
    /// Who holds the permission on some account.
    Needs(Permission),
    /// Who holds one of these on some account.
    NeedsOne(&'static [Permission]),
}

/// How a request is carried out.
#[derive(Clone, Copy)]
pub enum Handler {
    /// GET.
    Show(fn(&Visit) -> Result<Reply, PageError>),
    /// POST of a form.
    Act(fn(&Visit) -> Result<Reply, PageError>),
    /// POST of a form with a file.
    Receive(fn(&Visit) -> Result<Reply, PageError>),
}

/// A row of the route table.
#[derive(Clone, Copy)]
pub struct Route {
    /// `/batches/{number}`.
    pub path: &'static str,
    /// Who.
    pub access: Access,
    /// What.
    pub handler: Handler,
}

pub(super) const fn route(path: &'static str, access: Access, handler: Handler) -> Route {
    Route {
        path,
        access,
        handler,
    }
}
