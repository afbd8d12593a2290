//! The workers: claim → call → record, thin. What is decided is decided in `flows`; here is only the
//! loop, the threads, and calls to the outside with no connection held.
//!
//! Any number of processes may work on one database: tasks and slices are claimed with leases, and a
//! worker that comes back too late is refused by its token.

mod compare;
mod duplicates;
mod forgotten_password;
mod letters;
mod look_up;
mod pay;
mod practice;
mod returns;
mod rework;
mod validate_batch;
mod verify_log;
mod webhooks;

use crate::domain::Now;
use crate::domain::checkpoint::Outcome;
use crate::domain::ids::BatchId;
use crate::domain::sealed::SealingKey;
use crate::domain::task::{Lane, Task};
use crate::flows::{FlowError, audit, denial, propose, repeat, rework as rework_flow, validate, warn};
use crate::hooks::Caller;
use crate::mail::Mailer;
use crate::rails::Rails;
use crate::store::queue::{self, Claimed};
use crate::store::statistics::{self, Grown};
use crate::store::{Db, StoreError, Tx, audit_check, batch, idempotency, session};
use chrono::{DateTime, Utc};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

/// How long an idle worker sleeps.
const IDLE: Duration = Duration::from_millis(200);
/// How often it looks meanwhile for what somebody sits before a page and waits for.
const NAPS: u32 = 8;
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

/// The ways to the outside world, and the key to the secrets they need.
pub struct Outside {
    /// Who moves money.
    pub rails: Rails,
    /// Calls endpoints of webhooks.
    pub caller: Caller,
    /// Who posts letters.
    pub mailer: Mailer,
    /// What stored secrets are sealed with.
    pub sealing: SealingKey,
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
    /// Calls endpoints of webhooks.
    pub caller: Caller,
    /// Who posts letters.
    pub mailer: Arc<Mailer>,
    /// What stored secrets are sealed with.
    pub sealing: SealingKey,
    /// Where files wait while they are read.
    pub scratch: PathBuf,
    /// Which of the due batches comes first this time.
    turn: Arc<AtomicUsize>,
    /// The hour in which was last cleared away.
    cleared_at: Arc<AtomicI64>,
    /// The hour in which money that will not reach was last looked for.
    warned_at: Arc<AtomicI64>,
    /// The minute in which rails were last asked what came back.
    heard_at: Arc<AtomicI64>,
    /// The hour in which everything counted before it was told.
    summed_up_at: Arc<AtomicI64>,
}

/// One kind of work; says whether it did something.
type Stage = fn(&Worker) -> Result<bool, JobError>;

/// What a worker's thread takes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// Files first, then paying.
    Everything,
    /// Only paying, so that large files never keep payouts waiting.
    Paying,
    /// Only what goes over batches after they were taken in, so that no file waits behind it.
    Comparing,
    /// Only webhooks, any of them.
    Webhooks,
    /// Only webhooks to endpoints that do not fail, so that others never hold these up.
    SoundWebhooks,
    /// Only telling people: a slow mail server keeps nobody's payouts waiting.
    Telling,
}

impl Worker {
    /// A worker over this database.
    #[must_use]
    pub fn new(db: Db, now: Now, outside: Outside, scratch: PathBuf) -> Self {
        Self {
            db,
            now,
            rails: outside.rails,
            caller: outside.caller,
            mailer: Arc::new(outside.mailer),
            sealing: outside.sealing,
            scratch,
            turn: Arc::default(),
            cleared_at: Arc::default(),
            warned_at: Arc::default(),
            heard_at: Arc::default(),
            summed_up_at: Arc::default(),
        }
    }

    /// Does everything that is due once; answers how many things it did. Call until 0.
    ///
    /// # Errors
    /// The first thing that failed, after everything else was tried; what failed is tried again.
    pub fn run_due(&self) -> Result<usize, JobError> {
        let mut done = 0;
        let mut failed = None;
        for stage in [
            Self::hear_returns,
            Self::run_prompt,
            Self::run_behind,
            Self::pay_slice,
            Self::take_over_slice,
            Self::look_up,
            Self::complete_batches,
            Self::remember,
            Self::practise,
            Self::announce,
            Self::deliver,
            Self::repeat_batch,
            Self::warn,
            Self::sum_up,
            Self::send_letter,
        ] {
            loop {
                match stage(self) {
                    Ok(true) => done += 1,
                    Ok(false) => break,
                    Err(error) => {
                        failed.get_or_insert(error);
                        break;
                    }
                }
            }
        }
        failed.map_or(Ok(done), Err)
    }

    /// Works until told to stop; finishes what it has claimed. Neither an error nor a panic of one
    /// piece of work ends the worker or keeps it from the others.
    pub fn run(&self, stop: &AtomicBool, duty: Duty) {
        // The second list only where nothing of the first was due.
        let (stages, then): (&[Stage], &[Stage]) = match duty {
            Duty::Everything => (
                &[Self::run_prompt, Self::pay_slice, Self::take_over_slice],
                &[
                    Self::look_up,
                    Self::hear_returns,
                    Self::complete_batches,
                    Self::remember,
                    Self::practise,
                    Self::repeat_batch,
                ],
            ),
            Duty::Paying => (
                &[Self::pay_slice, Self::take_over_slice],
                &[
                    Self::look_up,
                    Self::hear_returns,
                    Self::complete_batches,
                    Self::remember,
                ],
            ),
            Duty::Comparing => (&[Self::run_behind], &[]),
            Duty::Telling => (&[Self::send_letter], &[Self::warn, Self::sum_up]),
            Duty::Webhooks => (&[Self::announce, Self::deliver], &[]),
            Duty::SoundWebhooks => (&[Self::announce, Self::deliver_sound], &[]),
        };
        while !stop.load(Ordering::Relaxed) {
            let worked = stages.iter().any(|stage| self.attempt(*stage));
            let settled = !worked && then.iter().fold(false, |done, stage| self.attempt(*stage) | done);
            if !worked && !settled {
                self.attempt(Self::clear_away);
                self.idle(duty);
            }
        }
    }

    fn idle(&self, duty: Duty) {
        if duty != Duty::Everything {
            return std::thread::sleep(IDLE);
        }
        for _ in 0..NAPS {
            std::thread::sleep(IDLE / NAPS);
            if self.attempt(Self::run_prompt) {
                return;
            }
        }
    }

    /// Runs one stage; says whether it did something.
    fn attempt(&self, stage: Stage) -> bool {
        match catch_unwind(AssertUnwindSafe(|| stage(self))) {
            Ok(Ok(done)) => done,
            Ok(Err(error)) => {
                tracing::error!(%error, "a worker failed; it goes on");
                std::thread::sleep(REST);
                false
            }
            Err(_) => {
                tracing::error!("a worker panicked; it goes on");
                std::thread::sleep(REST);
                false
            }
        }
    }

    /// After a large batch the database looks at its tables anew. Where it can't, lists are slower.
    fn look_at_tables(&self, id: BatchId, grown: Grown) {
        let looked = self.db.read(|conn| batch::load_by_id(conn, id)).and_then(|read| {
            if read.rows_done < statistics::ROWS_MIN {
                return Ok(());
            }
            self.db.write(|tx| statistics::refresh(tx, grown))
        });
        if let Err(error) = looked {
            tracing::warn!(%error, "the tables' statistics stay as they are");
        }
    }

    /// Once an hour drops what only grows: sessions that have ended, old failures, old devices.
    fn clear_away(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let hour = now.timestamp() / 3600;
        if self.cleared_at.swap(hour, Ordering::Relaxed) != hour {
            let dropped = self.db.write(|tx| {
                let answers = idempotency::clear_away(tx, now)?;
                session::clear_away(tx, now).map(|sessions| sessions + answers)
            })?;
            let likenesses = self.clear_likenesses(now)?;
            tracing::info!(dropped, likenesses, "cleared away");
        }
        Ok(false)
    }

    /// Once an hour looks for accounts whose money will not reach.
    fn warn(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let hour = now.timestamp() / 3600;
        if self.warned_at.swap(hour, Ordering::Relaxed) == hour {
            return Ok(false);
        }
        let warned = self.db.write(|tx| warn::of_shortfalls(tx, now))?;
        warned
            .failed
            .map_or(Ok(warned.told > 0), |error| Err(error.into()))
    }

    /// Tells refusals that were only counted, when their hour is over.
    fn sum_up(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let hour = now.timestamp() / 3600;
        if self.summed_up_at.load(Ordering::Relaxed) == hour {
            return Ok(false);
        }
        let was_one = self.db.write(|tx| denial::sum_up(tx, now))?;
        if !was_one {
            self.summed_up_at.store(hour, Ordering::Relaxed);
        }
        Ok(was_one)
    }

    /// Makes the copy of a batch whose day has begun.
    fn repeat_batch(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        Ok(self.db.write(|tx| repeat::run_due(tx, now))??)
    }

    fn run_prompt(&self) -> Result<bool, JobError> {
        self.run_task(Lane::Prompt)
    }

    fn run_behind(&self) -> Result<bool, JobError> {
        self.run_task(Lane::Behind)
    }

    fn run_task(&self, lane: Lane) -> Result<bool, JobError> {
        let now = (self.now)();
        let Some(claimed) = self.db.write(|tx| queue::claim(tx, lane, now))? else {
            return Ok(false);
        };
        // A task that took its worker down with it every time is not tried for ever.
        let outcome = if claimed.attempt > queue::ATTEMPTS_MAX {
            Err(JobError::Panicked)
        } else {
            self.carry_out(&claimed)
        };
        if let Err(error) = outcome {
            tracing::error!(task = ?claimed.task, attempt = claimed.attempt, %error, "a task failed");
            self.db.write(|tx| {
                let again = queue::put_back(tx, &claimed, &error.to_string(), now)?;
                if again {
                    Ok(())
                } else {
                    give_up(tx, &claimed.task, now)
                }
            })?;
        } else {
            self.db.write(|tx| queue::finish(tx, &claimed))?;
        }
        Ok(true)
    }

    fn carry_out(&self, claimed: &Claimed) -> Result<(), JobError> {
        match &claimed.task {
            Task::ValidateBatch { batch } => self.validate_batch(*batch, claimed),
            Task::ForgottenPassword { email } => self.open_reset(email),
            Task::Rework { batch, rework } => self.rework(*batch, *rework),
            Task::CompareBeneficiaries { batch } => self.compare_beneficiaries(*batch, claimed),
            Task::CompareReferences { account } => self.compare_references(*account, claimed),
            Task::FindDuplicates { batch, rows } => self.find_duplicates(*batch, rows, claimed),
            Task::VerifyLog { check } => self.verify_log(*check, claimed),
            Task::NoteFailedSignIn { email, address } => {
                let now = (self.now)();
                let told = (address.as_str(), "the e-mail or the password was wrong");
                Ok(self.db.write(|tx| denial::of_sign_in(tx, email, told, now))?)
            }
            Task::ComeBack { rail, returned } => self.come_back_again(rail, returned),
            Task::ExpireProposal { proposal } => {
                let now = (self.now)();
                Ok(self.db.write(|tx| propose::expire(tx, *proposal, now))?)
            }
        }
    }
}

/// What people are told where a task failed for good.
fn give_up(tx: &mut Tx<'_>, task: &Task, now: DateTime<Utc>) -> Result<(), FlowError> {
    match task {
        Task::ValidateBatch { batch } => {
            let told = "The file could not be worked through, and the fault is on our side. Nothing was taken \
                        in. Upload it again; if that fails too, tell your administrator when it happened.";
            match validate::fail(tx, *batch, told, now) {
                // Cancelled meanwhile: nobody waits for it.
                Err(FlowError::Store(StoreError::Stale(_))) => Ok(()),
                done => done,
            }
        }
        // Who asked asks again; there is nobody to tell.
        Task::ForgottenPassword { .. } => Ok(()),
        Task::Rework { batch, rework } => rework_flow::give_up(tx, (*batch, *rework), now),
        // Nobody waits for it: the page goes without the counts.
        Task::CompareBeneficiaries { .. } | Task::FindDuplicates { .. } => Ok(()),
        // The deciding signature compares what was not.
        Task::CompareReferences { .. } => Ok(()),
        Task::VerifyLog { check } => {
            let check = audit_check::load(tx, *check)?;
            audit::conclude(tx, &check, Outcome::Failed, now)
        }
        // Nobody waits for it. The task stays, with its error, for who looks after the installation.
        Task::NoteFailedSignIn { .. } | Task::ComeBack { .. } => Ok(()),
        // It can't be confirmed any more, closed or not.
        Task::ExpireProposal { .. } => Ok(()),
    }
}
