//! The `instant` rail: pays everything at once and keeps no books. For benchmarks, and for tests
//! that are about something else.
//!
//! Not here: anything that can go wrong (`sandbox`). The invariant: the answer follows from the
//! order alone, so a look-up says what the call said.

use super::{Rail, channel, rail_reference};
use crate::domain::payout;
use crate::domain::rail::{Answer, Found, Order, Outcome};

/// Pays at once. It can't tell what it has seen: a look-up finds every payment paid.
#[derive(Clone, Copy, Debug, Default)]
pub struct Instant;

impl Rail for Instant {
    fn name(&self) -> &'static str {
        "instant"
    }

    fn send(&self, orders: &[Order]) -> Vec<Answer> {
        orders.iter().map(paid).collect()
    }

    fn look_up(&self, orders: &[Order]) -> Vec<Found> {
        orders.iter().map(|order| Found::Known(paid(order))).collect()
    }
}

fn paid(order: &Order) -> Answer {
    Answer::Taken(Outcome {
        result: payout::Result::Paid,
        channel: Some(channel::of(order).to_owned()),
        message: "Paid".to_owned(),
        failure_reason: None,
        rail_reference: Some(rail_reference("INS", order.intent)),
    })
}
