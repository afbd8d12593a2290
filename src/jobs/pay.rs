//! Paying: claim a slice, call the rail with no connection held, apply its answers.

use super::{JobError, Worker};
use crate::domain::ids::IntentId;
use crate::domain::rail::{Answer, Found, Order};
use crate::flows::execute::{self, Work};
use crate::flows::{FlowError, settle};
use crate::rails::Rail;
use crate::store::{StoreError, slice};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Due batches looked at in one go.
const BATCHES_MAX: i64 = 16;

impl Worker {
    /// Claims and sends one due slice; says whether there was one.
    pub(super) fn pay_slice(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let due = self
            .db
            .read(|conn| slice::list_due_batches(conn, now, BATCHES_MAX))?;
        for batch in due {
            let mut work = self.db.write(|tx| execute::claim(tx, batch, now))?;
            if work.is_none() {
                self.db.write(|tx| execute::start(tx, batch, now))?;
                work = self.db.write(|tx| execute::claim(tx, batch, now))?;
            }
            match work {
                Some(work) => {
                    let orders: Vec<Order> = work
                        .payments
                        .iter()
                        .map(|payment| payment.order.clone())
                        .collect();
                    let answers = self.send(&work.rail, &orders);
                    self.apply(&work, &answers)?;
                    return Ok(true);
                }
                None => self.db.write(|tx| execute::note_next_due(tx, batch))?,
            }
        }
        Ok(false)
    }

    /// Takes over a slice whose worker fell silent: asks the rail about every intent that was never
    /// heard of, and sends those it never saw, under their own ids.
    pub(super) fn take_over_slice(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let Some(work) = self.db.write(|tx| execute::take_over(tx, now))? else {
            return Ok(false);
        };
        let orders: Vec<Order> = work
            .payments
            .iter()
            .map(|payment| payment.order.clone())
            .collect();
        tracing::warn!(
            slice = work.slice.id.0,
            intents = orders.len(),
            "a slice is taken over"
        );
        let answers = self.ask(&work.rail, &orders);
        self.apply(&work, &answers)?;
        Ok(true)
    }

    /// Completes batches whose last payout is final.
    pub(super) fn complete_batches(&self) -> Result<usize, JobError> {
        let now = (self.now)();
        let mut completed = 0;
        for batch in self
            .db
            .read(|conn| slice::list_batches_to_complete(conn, BATCHES_MAX))?
        {
            if self.db.write(|tx| execute::complete(tx, batch, now))? {
                completed += 1;
            }
        }
        Ok(completed)
    }

    fn apply(&self, work: &Work, answers: &[(IntentId, Answer)]) -> Result<(), JobError> {
        let now = (self.now)();
        match self
            .db
            .write(|tx| settle::apply_held(tx, &work.slice, answers, now))
        {
            Err(FlowError::Store(StoreError::Stale(_))) => {
                tracing::warn!(slice = work.slice.id.0, "a slice was taken over meanwhile");
                Ok(())
            }
            other => Ok(other?),
        }
    }

    fn rail(&self, name: &str) -> Option<std::sync::Arc<dyn Rail>> {
        let rail = self.rails.get(name);
        if rail.is_none() {
            tracing::error!(rail = name, "an account names a rail that is not there");
        }
        rail
    }

    /// Calls the rail. Whatever goes wrong around the call, its outcome is unknown.
    pub(super) fn send(&self, rail: &str, orders: &[Order]) -> Vec<(IntentId, Answer)> {
        let unknown = || {
            orders
                .iter()
                .map(|order| (order.intent, Answer::Unknown))
                .collect()
        };
        let Some(rail) = self.rail(rail) else {
            return unknown();
        };
        match catch_unwind(AssertUnwindSafe(|| rail.send(orders))) {
            Ok(answers) if answers.len() == orders.len() => {
                orders.iter().map(|order| order.intent).zip(answers).collect()
            }
            Ok(_) | Err(_) => {
                tracing::error!(rail = rail.name(), "a rail failed in a call");
                unknown()
            }
        }
    }

    /// Asks the rail about intents, and sends those it has never seen. No answer leaves an intent as
    /// it is, to be asked about again.
    pub(super) fn ask(&self, name: &str, orders: &[Order]) -> Vec<(IntentId, Answer)> {
        let Some(rail) = self.rail(name) else {
            return Vec::new();
        };
        let found = catch_unwind(AssertUnwindSafe(|| rail.look_up(orders))).unwrap_or_default();
        let mut answers = Vec::with_capacity(orders.len());
        let mut never_seen = Vec::new();
        for (order, found) in orders.iter().zip(found) {
            match found {
                Found::Known(answer) => answers.push((order.intent, answer)),
                Found::Never => never_seen.push(order.clone()),
                Found::Unreachable => answers.push((order.intent, Answer::Unknown)),
            }
        }
        if !never_seen.is_empty() {
            answers.extend(self.send(name, &never_seen));
        }
        answers
    }
}
