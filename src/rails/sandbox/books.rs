//! The books of the sandbox rail: what it received, how often, and what became of it.
//!
//! The books that outlive a process are a table, which `app` puts behind [`Books`]; those in memory
//! are for tests. The invariant: the first receipt of an intent decides; a repeated one is counted
//! and changes nothing.

use crate::domain::ids::IntentId;
use crate::domain::payout;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One payment as the sandbox's books hold it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The attempt's id.
    pub intent: IntentId,
    /// Minor units of the order's currency.
    pub amount_minor: i64,
    /// What became of it.
    pub result: payout::Result,
    /// Whether the beneficiary's bank sends it back after it was paid.
    pub comes_back: bool,
}

/// The books could not be reached, so nothing is known about what they hold.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the sandbox's books can't be reached: {0}")]
pub struct BooksError(
    /// What stood in the way.
    pub String,
);

/// What the sandbox needs of its books. Each call is one statement over all payments.
pub trait Books: Send + Sync {
    /// Writes payments down, all or none. One whose intent is already there only raises that
    /// intent's count of receipts: its amount and result stay. No intent stands twice in
    /// `payments`.
    ///
    /// # Errors
    /// The books can't be reached. They may hold the payments all the same.
    fn receive(&self, payments: &[Receipt]) -> Result<(), BooksError>;

    /// Those of `intents` that the books hold, each once, in no order.
    ///
    /// # Errors
    /// The books can't be reached.
    fn find(&self, intents: &[IntentId]) -> Result<Vec<Receipt>, BooksError>;

    /// Payments that were sent back, numbered without gaps in the order it happened: those after
    /// number `after`, the first of them at most `limit`.
    ///
    /// # Errors
    /// The books can't be reached.
    fn sent_back(&self, after: i64, limit: usize) -> Result<Vec<(i64, IntentId)>, BooksError>;
}

/// Books in memory, for tests: they end with the process.
#[derive(Debug, Default)]
pub struct MemoryBooks {
    pages: Mutex<HashMap<IntentId, (Receipt, u32)>>,
    sent_back: Mutex<Vec<IntentId>>,
}

impl MemoryBooks {
    /// How often this intent was received.
    #[must_use]
    pub fn received(&self, intent: IntentId) -> u32 {
        self.pages().get(&intent).map_or(0, |(_, times)| *times)
    }

    /// A panic elsewhere leaves the map whole: every change to it is a single step.
    fn pages(&self) -> MutexGuard<'_, HashMap<IntentId, (Receipt, u32)>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books for MemoryBooks {
    fn receive(&self, payments: &[Receipt]) -> Result<(), BooksError> {
        let mut pages = self.pages();
        for payment in payments {
            let (_, times) = pages.entry(payment.intent).or_insert((*payment, 0));
            *times = times.saturating_add(1);
        }
        Ok(())
    }

    fn find(&self, intents: &[IntentId]) -> Result<Vec<Receipt>, BooksError> {
        let pages = self.pages();
        let receipt = |intent: &IntentId| pages.get(intent).map(|(receipt, _)| *receipt);
        Ok(intents.iter().filter_map(receipt).collect())
    }

    fn sent_back(&self, after: i64, limit: usize) -> Result<Vec<(i64, IntentId)>, BooksError> {
        let pages = self.pages();
        let mut sent_back = self.sent_back.lock().unwrap_or_else(PoisonError::into_inner);
        let coming = pages.values().filter(|(receipt, _)| receipt.comes_back);
        let mut coming: Vec<IntentId> = coming.map(|(receipt, _)| receipt.intent).collect();
        coming.retain(|intent| !sent_back.contains(intent));
        coming.sort();
        sent_back.append(&mut coming);
        let numbered = (1..).zip(sent_back.iter().copied());
        Ok(numbered
            .skip_while(|(number, _)| *number <= after)
            .take(limit)
            .collect())
    }
}
