//! The rules alone: tables of steps, eyes, money, fingerprints, the chain. No database, no clock.

mod authorisation;
mod batch;
mod event;
mod fingerprint;
mod ledger;
mod payout;
mod repetition;
mod sealed;
