//! Moments of the database for many who ask at once: one thread looks, and everybody who asked before it
//! began to look gets what it saw. Under load that is one question to the database for all of them.
//!
//! The invariant: what somebody gets was looked at after they asked.

use crate::store::{Db, Moment, StoreError};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use tokio::sync::oneshot;

type Asker = oneshot::Sender<Option<Moment>>;

/// Where moments are asked for. The thread ends with it.
pub struct Moments {
    askers: Sender<Asker>,
}

impl Moments {
    /// Begins to wait for askers.
    #[must_use]
    pub fn of(db: Db) -> Self {
        let (askers, asked) = channel();
        thread::spawn(move || look(&db, &asked));
        Self { askers }
    }

    /// The database's moment.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn now(&self) -> Result<Moment, StoreError> {
        let (asker, answer) = oneshot::channel();
        self.askers.send(asker).map_err(|_| StoreError::Unavailable)?;
        let seen = answer.await.map_err(|_| StoreError::Unavailable)?;
        seen.ok_or(StoreError::Unavailable)
    }
}

fn look(db: &Db, asked: &Receiver<Asker>) {
    while let Ok(first) = asked.recv() {
        let waiting: Vec<Asker> = std::iter::once(first).chain(asked.try_iter()).collect();
        let seen = db.moment();
        if let Err(error) = &seen {
            tracing::warn!(%error, "the database's moment could not be seen");
        }
        let seen = seen.ok();
        for asker in waiting {
            // Who has gone away meanwhile misses nothing.
            let _gone = asker.send(seen.clone());
        }
    }
}
