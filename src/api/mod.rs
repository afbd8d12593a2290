//! JSON for programs: one file a dialect or noun. What may happen is asked of `flows`, never decided
//! here; what pages and calls have in common is `http`'s.
//!
//! `ROUTES` is the one table of what can be called and by whom; a snapshot test shows every change of
//! access as a diff. Handlers are sync functions of a `Call`; `dispatch` runs them on a blocking thread
//! after the caller, the rate, the permission and the idempotency key have been looked at. Nothing
//! under `/api/` reads a cookie, so that no page of somebody else's can act through a browser.

mod again;
mod batch;
mod bulk;
pub mod decimal;
mod dispatch;
mod door;
pub mod error;
pub mod faults;
pub mod json;
mod listed;
mod manners;
mod merchant;
mod oauth;
mod payout_accounts;
mod payouts;
pub mod reference;
mod refusal;
mod strict;
pub mod told;
pub mod words;

pub use dispatch::configure;

use crate::domain::permission::Permission;
use crate::http::answer::Answer;
use crate::http::call::Call;
use Access::Needs;
use Permission as P;
use error::ApiError;

/// What every path of the table begins with.
pub const BASE: &str = "/api/v1";
/// The largest body of a call that names a batch or two: 64 KiB.
pub const SMALL: usize = 64 << 10;
/// The largest body that is held in memory: 4 MiB.
pub const LARGE: usize = 4 << 20;

/// A method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
}

impl Verb {
    /// As it is written in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
        }
    }
}

/// Who gets past the door. What a caller may do to a batch is asked again behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Everybody.
    Public,
    /// Every active client.
    Client,
    /// A client whose person and scopes have the permission on some account.
    Needs(Permission),
}

/// What body is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Body {
    /// None; what is sent is not read.
    None,
    /// At most this many bytes, held in memory.
    Held(usize),
    /// As much as the largest upload, written to a file as it comes.
    Spooled,
}

/// What a handler is.
pub type Handle = fn(&Call) -> Result<Answer, ApiError>;

/// A row of the route table.
#[derive(Clone, Copy)]
pub struct Route {
    /// How.
    pub verb: Verb,
    /// `/payout/bulk/{id}`, below `BASE`.
    pub path: &'static str,
    /// Who.
    pub access: Access,
    /// Whether an idempotency key must be sent. On GET none is looked at.
    pub needs_key: bool,
    /// Whether `X-Organisation-Id` and `X-Merchant-Account-Number` must be sent.
    pub is_merchant: bool,
    /// Whether it only reads, so that its answer holds while the database stands still.
    pub only_reads: bool,
    /// What body.
    pub body: Body,
    /// What.
    pub handle: Handle,
}

const fn route(verb: Verb, path: &'static str, access: Access, handle: Handle) -> Route {
    Route {
        verb,
        path,
        access,
        needs_key: false,
        is_merchant: false,
        only_reads: matches!((verb, access), (Verb::Get, Access::Needs(_))),
        body: match verb {
            Verb::Get => Body::None,
            Verb::Post | Verb::Put | Verb::Patch => Body::Held(SMALL),
        },
        handle,
    }
}

impl Route {
    /// The same with a key demanded.
    #[must_use]
    pub const fn keyed(mut self) -> Self {
        self.needs_key = true;
        self
    }

    /// The same with the merchant's headers demanded.
    #[must_use]
    pub const fn merchant(mut self) -> Self {
        self.is_merchant = true;
        self
    }

    /// The same for a call that only reads although it is a POST.
    #[must_use]
    pub const fn reading(mut self) -> Self {
        self.only_reads = true;
        self
    }

    /// The same with another body.
    #[must_use]
    pub const fn taking(mut self, body: Body) -> Self {
        self.body = body;
        self
    }
}

/// Every call.
pub const ROUTES: &[Route] = &[
    route(Verb::Post, "/oauth/token", Access::Public, oauth::token),
    route(Verb::Get, "/openapi.json", Access::Public, reference::get),
    route(
        Verb::Post,
        "/disbursements/batch/addFile",
        Needs(P::BatchCapture),
        batch::receive::add_file,
    )
    .merchant()
    .keyed()
    .taking(Body::Spooled),
    route(
        Verb::Post,
        "/disbursements/batch/addJson",
        Needs(P::BatchCapture),
        batch::receive::add_json,
    )
    .merchant()
    .keyed()
    .taking(Body::Spooled),
    route(
        Verb::Post,
        "/disbursements/batch/getBatch",
        Needs(P::BatchView),
        batch::read::get,
    )
    .merchant()
    .reading(),
    route(
        Verb::Post,
        "/disbursements/batch/getBatchTransactions",
        Needs(P::BatchView),
        batch::transactions::list,
    )
    .merchant()
    .reading(),
    route(
        Verb::Post,
        "/disbursements/batch/downloadBatchErrors",
        Needs(P::BatchView),
        batch::read::errors,
    )
    .merchant(),
    route(
        Verb::Post,
        "/disbursements/batch/review",
        Needs(P::BatchReview),
        batch::acts::review,
    )
    .merchant(),
    route(
        Verb::Put,
        "/disbursements/batch/review",
        Needs(P::BatchReview),
        batch::acts::review,
    )
    .merchant(),
    route(
        Verb::Put,
        "/disbursements/batch/approve",
        Needs(P::BatchApprove),
        batch::acts::approve,
    )
    .merchant()
    .keyed(),
    route(
        Verb::Post,
        "/disbursements/batch/approve",
        Needs(P::BatchApprove),
        batch::acts::approve,
    )
    .merchant()
    .keyed(),
    route(
        Verb::Post,
        "/disbursements/batch/transferFunds",
        Needs(P::BatchCapture),
        batch::acts::transfer,
    )
    .merchant()
    .keyed(),
    route(
        Verb::Post,
        "/disbursements/batch/reject",
        Needs(P::BatchView),
        batch::acts::reject,
    )
    .merchant(),
    route(
        Verb::Post,
        "/disbursements/batch/cancel",
        Needs(P::BatchView),
        batch::acts::cancel,
    )
    .merchant(),
    route(Verb::Post, "/payout/bulk", Needs(P::BatchCapture), bulk::create).taking(Body::Held(LARGE)),
    route(Verb::Get, "/payout/bulk", Needs(P::BatchView), bulk::list),
    route(Verb::Get, "/payout/bulk/{id}", Needs(P::BatchView), bulk::get),
    route(
        Verb::Patch,
        "/payout/bulk/{id}",
        Needs(P::BatchCapture),
        bulk::edit,
    )
    .taking(Body::Held(LARGE)),
    route(
        Verb::Post,
        "/payout/bulk/{id}/cancel",
        Needs(P::BatchView),
        bulk::cancel,
    ),
    route(Verb::Get, "/payouts", Needs(P::BatchView), payouts::list),
    route(Verb::Get, "/payouts/{id}", Needs(P::BatchView), payouts::get),
    route(
        Verb::Get,
        "/payout_accounts",
        Needs(P::BatchView),
        payout_accounts::list,
    ),
    route(
        Verb::Get,
        "/payout_accounts/{id}",
        Needs(P::BatchView),
        payout_accounts::get,
    ),
];
