//! Sheets as people and spreadsheets receive them.

mod csv;
mod guard;
mod payout_report;
mod xlsx;

use chrono::{DateTime, TimeZone};
use chrono_tz::{Africa::Blantyre, Tz};
use countersign::domain::money::{Currency, Money};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

fn money(minor: i64, currency: &str) -> Money {
    Money::new(minor, Currency::parse(currency).unwrap())
}

fn morning() -> DateTime<Tz> {
    Blantyre.with_ymd_and_hms(2026, 11, 20, 8, 0, 5).unwrap()
}

/// Somebody who receives bytes; clones share what was received.
#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<Received>>);

#[derive(Default)]
struct Received {
    bytes: usize,
    largest_piece: usize,
}

impl Receiver {
    fn bytes(&self) -> usize {
        self.0.lock().unwrap().bytes
    }

    fn largest_piece(&self) -> usize {
        self.0.lock().unwrap().largest_piece
    }
}

impl Write for Receiver {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let mut received = self.0.lock().unwrap();
        received.bytes += piece.len();
        received.largest_piece = received.largest_piece.max(piece.len());
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Somebody who has gone away.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}
