//! `cargo bench -- [rows] [repeats] [parts]` (default 100000, 5 and every part): what the portal costs beside the
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
mod ledger;
mod pages;
mod pay;
mod raw;
mod reads;
mod report;
mod server;
mod signatures;
mod table;
mod webhooks;
mod workbook;

use server::Server;
use table::Table;

fn main() {
    if let [_, what, address, file] = &std::env::args().collect::<Vec<_>>()[..]
        && what == reads::FROM_MEMORY
    {
        return reads::serve_from_memory(address, file);
    }
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let rows = numbers.first().copied().unwrap_or(100_000);
    let repeats = numbers.get(1).copied().unwrap_or(5);
    let parts: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg.parse::<usize>().is_err() && !arg.starts_with('-'))
        .collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    println!("{rows} rows, medians of {repeats}");
    let mut table = Table::default();
    if ["P1", "P3"].iter().any(|part| wanted(part)) {
        let server = Server::start();
        if wanted("P1") {
            intake::measure(&server, rows, repeats, &mut table);
        }
        if wanted("P3") {
            signatures::measure(&server, rows, repeats, &mut table);
        }
    }
    if wanted("P2") {
        workbook::measure(&Server::start(), rows.min(100_000), repeats, &mut table);
    }
    if wanted("P5") {
        ledger::measure(&Server::start(), rows, repeats, &mut table);
    }
    if wanted("P6") {
        report::measure(&Server::start(), rows, repeats, &mut table);
    }
    if wanted("P7") {
        pages::measure(&Server::start(), rows, repeats, &mut table);
    }
    if wanted("API") {
        reads::measure(&Server::start(), repeats, &mut table);
    }
    if wanted("P8") {
        webhooks::measure(&Server::start(), repeats, &mut table);
    }
    if wanted("P4") {
        pay::measure(rows, repeats, &mut table);
    }
    println!("{table}");
}
