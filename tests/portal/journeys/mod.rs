//! The product as people live it, through its pages alone; only helpers whose names begin with
//! `db_` look behind them.

mod sign_in;
