//! Countersign: a business portal for bulk payouts.
//!
//! The house is described in the README; `tests/architecture.rs` holds which folder may import which.

pub mod api;
pub mod app;
pub mod config;
pub mod domain;
pub mod export;
pub mod flows;
pub mod hooks;
pub mod http;
pub mod intake;
pub mod jobs;
pub mod mail;
pub mod pages;
pub mod postgres;
pub mod rails;
pub mod store;
