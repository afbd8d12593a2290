//! Look-ups: intents whose outcome is open are asked about, with growing delay, until it is known.

use super::{JobError, Worker};
use crate::domain::ids::{IntentId, SliceId};
use crate::domain::rail::Order;
use crate::flows::settle::{self, Place};
use crate::store::{intent, slice};
use std::collections::BTreeMap;

/// Intents asked about in one go.
const INTENTS_MAX: i64 = 500;

impl Worker {
    /// Asks about intents that are due; says whether there were any.
    pub(super) fn look_up(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let due = self.db.write(|tx| intent::claim_look_ups(tx, now, INTENTS_MAX))?;
        let mut by_rail: BTreeMap<&str, Vec<Order>> = BTreeMap::new();
        let mut slices: BTreeMap<IntentId, SliceId> = BTreeMap::new();
        for look_up in &due {
            by_rail
                .entry(&look_up.rail)
                .or_default()
                .push(look_up.claimed.order.clone());
            slices.insert(look_up.claimed.order.intent, look_up.slice);
        }
        let mut answers: BTreeMap<SliceId, Vec<_>> = BTreeMap::new();
        for (rail, orders) in by_rail {
            for (intent, answer) in self.ask(rail, &orders) {
                if let Some(slice) = slices.get(&intent) {
                    answers.entry(*slice).or_default().push((intent, answer));
                }
            }
        }
        let now = (self.now)();
        let mut failed = None;
        for (id, answers) in answers {
            let applied = self.db.write(|tx| {
                let held = slice::load(tx, id)?;
                settle::apply(tx, Place::from(&held), &answers, now)
            });
            if let Err(error) = applied {
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(!due.is_empty()), |error| Err(error.into()))
    }
}
