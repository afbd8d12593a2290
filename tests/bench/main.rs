//! `cargo bench -- [rows] [repeats]` (default 100000 and 5): what the portal costs beside the
//! database alone, on the same data in the same run. Prints a table; nothing here is a test.
//!
//! The server under measurement is the real binary in a process of its own with a private, durable
//! Postgres; `psql` stands for the database alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::print_stdout,
    missing_docs
)]

mod bare;
mod client;
mod intake;
mod pay;
mod server;
mod signatures;
mod table;

use server::Server;
use table::Table;

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let rows = numbers.first().copied().unwrap_or(100_000);
    let repeats = numbers.get(1).copied().unwrap_or(5);
    println!("{rows} rows, medians of {repeats}");
    let mut table = Table::default();
    {
        let server = Server::start();
        intake::measure(&server, rows, repeats, &mut table);
        signatures::measure(&server, rows, repeats, &mut table);
    }
    pay::measure(rows, repeats, &mut table);
    println!("{table}");
}
