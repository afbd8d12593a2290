//! Paying: claim a slice, call the rail with no connection held, apply its answers.

use super::{JobError, Worker};
use crate::domain::ids::{BatchId, IntentId};
use crate::domain::rail::{Answer, Found, Order};
use crate::flows::execute::{self, Work};
use crate::flows::{FlowError, settle};
use crate::rails::Rail;
use crate::store::{StoreError, slice};
use chrono::{DateTime, Utc};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

/// Due batches looked at in one go.
const BATCHES_MAX: i64 = 16;

impl Worker {
    /// Claims and sends one due slice; says whether there was one. Due batches take turns, and one
    /// that can't be paid is put off for a minute while the others go on.
    pub(super) fn pay_slice(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let mut due = self
            .db
            .read(|conn| slice::list_due_batches(conn, now, BATCHES_MAX))?;
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let first = turn.checked_rem(due.len()).unwrap_or(0);
        due.rotate_left(first);
        for batch in due {
            match self.pay_slice_of(batch, now) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(batch = batch.0, %error, "a batch can't be paid now; others go on");
                    self.db.write(|tx| execute::put_off(tx, batch, now))?;
                }
            }
        }
        Ok(false)
    }

    fn pay_slice_of(&self, batch: BatchId, now: DateTime<Utc>) -> Result<bool, JobError> {
        let mut work = self.db.write(|tx| execute::claim(tx, batch, now))?;
        if work.is_none() {
            self.db.write(|tx| execute::start(tx, batch, now))?;
            work = self.db.write(|tx| execute::claim(tx, batch, now))?;
        }
        let Some(work) = work else {
            self.db.write(|tx| execute::note_next_due(tx, batch))?;
            return Ok(false);
        };
        let orders: Vec<Order> = work
            .payments
            .iter()
            .map(|payment| payment.order.clone())
            .collect();
        let answers = self.send(&work.rail, &orders);
        self.apply(&work, &answers)?;
        Ok(true)
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

    /// Completes batches whose last payout is final; says whether there was one.
    pub(super) fn complete_batches(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let mut completed = false;
        let mut failed = None;
        for batch in self
            .db
            .read(|conn| slice::list_batches_to_complete(conn, BATCHES_MAX))?
        {
            match self.db.write(|tx| execute::complete(tx, batch, now)) {
                Ok(done) => completed |= done,
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
        }
        failed.map_or(Ok(completed), |error| Err(error.into()))
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
