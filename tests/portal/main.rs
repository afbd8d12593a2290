//! The portal as people use it: one binary, so that everything is built and linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::wildcard_enum_match_arm,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs
)]

mod api;
mod browser;
mod config;
mod domain;
mod domain_row;
mod export;
mod flows;
mod intake;
mod jobs;
mod journeys;
mod pages;
mod pools;
mod postgres;
mod program;
mod rails;
mod schema;
mod support;
