//! Plumbing that pages and api share: who is acting, sessions, tokens, headers, the origin check,
//! limits, received files, streamed answers. Nothing here knows a batch or a payout.

pub mod answer;
pub mod assets;
pub mod call;
pub mod client;
pub mod gate;
pub mod headers;
pub mod kept;
pub mod language;
pub mod limit;
pub mod moments;
pub mod origin;
pub mod places;
pub mod portal;
pub mod receive;
pub mod secret;
pub mod session_store;
pub mod stream;
pub mod token;
pub mod visit;
