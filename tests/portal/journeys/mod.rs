//! The product as people live it, through its pages alone; only helpers whose names begin with
//! `db_` look behind them.

mod beneficiaries;
mod calendars;
mod correcting;
mod database_refuses;
pub mod documents;
mod duplicates;
mod duties;
mod editing;
mod evidence;
mod faults;
mod holding;
mod https;
mod leaving_out;
mod main_job;
mod matching;
mod money;
mod named_accounts;
mod passkeys;
mod passwords;
mod paying_again;
pub mod paying_one;
mod proposals;
mod refusals;
mod repeating;
mod scheduled;
mod searches;
mod sent_files;
mod sessions;
mod shortfall;
mod sign_in;
mod slow;
mod sums;
mod team;
mod templates;
mod turns;
mod two_factor;
