//! The rules alone: tables of steps, eyes, money, fingerprints, the chain. No database, no clock.

mod ahead;
mod authorisation;
mod batch;
mod beneficiary;
mod calendar;
mod event;
mod fingerprint;
mod ledger;
mod payout;
mod repetition;
mod sealed;
mod webhook;
