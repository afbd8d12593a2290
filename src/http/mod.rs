//! Plumbing that pages and api share: who is acting, sessions, headers, the origin check, limits,
//! received files, streamed answers. Nothing here knows a batch or a payout.

pub mod assets;
pub mod client;
pub mod gate;
pub mod headers;
pub mod limit;
pub mod origin;
pub mod places;
pub mod portal;
pub mod receive;
pub mod session_store;
pub mod stream;
pub mod visit;
