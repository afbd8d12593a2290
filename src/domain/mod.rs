//! The rules: pure functions, tables and types. No I/O, no clock (`now` is an argument), no
//! Diesel, no actix, no floats. Everything else in the house may import this; this imports nothing
//! of ours.

/// The clock, as everything that needs the time is handed it.
pub type Now = std::sync::Arc<dyn Fn() -> chrono::DateTime<chrono::Utc> + Send + Sync>;

pub mod account;
pub mod ahead;
pub mod authorisation;
pub mod batch;
pub mod beneficiary;
pub mod calendar;
pub mod checkpoint;
pub mod client;
pub mod columns;
pub mod connector;
pub mod destination;
pub mod dialect;
pub mod event;
pub mod explained;
pub mod fault;
pub mod field;
pub mod fingerprint;
pub mod headings;
pub mod ids;
pub mod ledger;
pub mod letter;
pub mod log;
pub mod mobile;
pub mod money;
pub mod occasion;
pub mod passkey;
pub mod password;
pub mod pay_on;
pub mod payout;
pub mod permission;
pub mod practice;
pub mod proposal;
pub mod purpose;
pub mod rail;
pub mod repayment;
pub mod repetition;
pub mod report;
pub mod row;
pub mod sealed;
pub mod second_factor;
pub mod sign_in;
pub mod source;
pub mod task;
pub mod team;
pub mod webhook;
