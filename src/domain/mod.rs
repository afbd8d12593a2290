//! The rules: pure functions, tables and types. No I/O, no clock (`now` is an argument), no
//! Diesel, no actix, no floats. Everything else in the house may import this; this imports nothing
//! of ours.

pub mod destination;
pub mod fault;
pub mod field;
pub mod headings;
pub mod ids;
pub mod mobile;
pub mod money;
pub mod pay_on;
pub mod purpose;
pub mod row;
