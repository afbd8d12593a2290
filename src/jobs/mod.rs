//! The workers: claim → call → record, thin. What is decided is decided in `flows`; here is only the
//! loop, the threads, and calls to the outside with no connection held.
//!
//! Any number of processes may work on one database: tasks and slices are claimed with leases, and a
//! worker that comes back too late is refused by its token.

mod look_up;
mod pay;
mod validate_batch;

use crate::domain::Now;
use crate::domain::task::Task;
use crate::flows::{FlowError, validate};
use crate::rails::Rails;
use crate::store::queue::{self, Claimed};
use crate::store::{Db, StoreError};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long an idle worker sleeps.
const IDLE: Duration = Duration::from_millis(200);
/// How long a worker rests after an error of the database's.
const REST: Duration = Duration::from_secs(1);

/// Why a piece of work was not done; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// A flow or the store failed.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// A temporary file failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A thread was lost.
    #[error("a thread of the job panicked")]
    Panicked,
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Flow(FlowError::Store(error))
    }
}

/// Everything a worker needs.
#[derive(Clone)]
pub struct Worker {
    /// The database.
    pub db: Db,
    /// The clock.
    pub now: Now,
    /// Who moves money.
    pub rails: Rails,
    /// Where files wait while they are read.
    pub scratch: PathBuf,
}

impl Worker {
    /// Does everything that is due once; answers how many things it did. Call until 0.
    ///
    /// # Errors
    /// Where the database fails; a task that fails is put back and is no error.
    pub fn run_due(&self) -> Result<usize, JobError> {
        let mut done = 0;
        while self.run_task()? {
            done += 1;
        }
        while self.pay_slice()? {
            done += 1;
        }
        while self.take_over_slice()? {
            done += 1;
        }
        done += self.look_up()?;
        done += self.complete_batches()?;
        Ok(done)
    }

    /// Works until told to stop; finishes what it has claimed.
    pub fn run(&self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            match self.step() {
                Ok(true) => {}
                Ok(false) => std::thread::sleep(IDLE),
                Err(error) => {
                    tracing::error!(%error, "a worker failed; it goes on");
                    std::thread::sleep(REST);
                }
            }
        }
    }

    /// One piece of work, so that a stop is never far.
    fn step(&self) -> Result<bool, JobError> {
        if self.run_task()? || self.pay_slice()? || self.take_over_slice()? {
            return Ok(true);
        }
        let looked_up = self.look_up()?;
        let completed = self.complete_batches()?;
        Ok(looked_up + completed > 0)
    }

    fn run_task(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let Some(claimed) = self.db.write(|tx| queue::claim(tx, now))? else {
            return Ok(false);
        };
        match self.carry_out(&claimed) {
            Ok(()) => self.db.write(|tx| queue::finish(tx, &claimed))?,
            Err(error) => {
                let again = self
                    .db
                    .write(|tx| queue::put_back(tx, &claimed, &error.to_string(), now))?;
                tracing::error!(task = ?claimed.task, attempt = claimed.attempt, again, %error, "a task failed");
                if !again {
                    self.give_up(&claimed.task)?;
                }
            }
        }
        Ok(true)
    }

    /// What people are told where a task failed for good.
    fn give_up(&self, task: &Task) -> Result<(), JobError> {
        let now = (self.now)();
        match task {
            Task::ValidateBatch { batch } => {
                let told = "The file could not be worked through, and the fault is on our side. Nothing was taken \
                            in. Upload it again; if that fails too, tell your administrator when it happened.";
                Ok(self.db.write(|tx| validate::fail(tx, *batch, told, now))?)
            }
        }
    }

    fn carry_out(&self, claimed: &Claimed) -> Result<(), JobError> {
        match &claimed.task {
            Task::ValidateBatch { batch } => self.validate_batch(*batch, claimed),
        }
    }
}
