//! Plumbing that pages and api share. Nothing here knows a batch or a payout.

pub mod assets;
