//! The product as people live it, through its pages alone; only helpers whose names begin with
//! `db_` look behind them.

mod database_refuses;
mod duties;
mod editing;
mod faults;
mod holding;
mod https;
mod main_job;
mod money;
mod paying_again;
pub mod paying_one;
mod proposals;
mod refusals;
mod repeating;
mod searches;
mod sign_in;
mod slow;
mod turns;
