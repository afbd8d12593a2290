//! Answers to questions that only read, given again while the database stands exactly where it stood.
//!
//! Programs ask the same over and over. Every call asks the database first whether any transaction has
//! ended since the answer was made: one short statement, which decides everything at once. Where one
//! has, whatever it did, the caller is looked up and the question answered anew. So nothing that was
//! taken away, from a person, a role or a client, is ever granted from here, and nobody has to remember
//! to drop an answer. Expiry, addresses, rates and headers are judged with every call all the same.
//!
//! On a database that is written to all the time nothing is found here; then it is not looked for.

use super::answer::{Answer, Content};
use crate::flows::calling::Calling;
use crate::store::Moment;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What all answers may hold together, in bytes; beyond it all are dropped.
const BYTES_MAX: usize = 16 << 20;
/// The largest answer that is kept, in bytes.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// What an entry costs beside its answer, in bytes, by a generous guess.
const ENTRY_BYTES: usize = 4 << 10;
/// Questions that are known to have been asked; beyond it all are forgotten.
const ASKED_MAX: usize = 8_192;
/// After something was found outdated nothing is looked for so long.
const REST: Duration = Duration::from_millis(50);

/// SHA-256 over everything that a question is made of.
pub type Question = [u8; 32];

/// An answer, and who got it.
pub struct Given {
    /// Who asked, with what they might do at that moment.
    pub calling: Arc<Calling>,
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Given {
    /// The answer again.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer {
            status: self.status,
            headers: self.headers.clone(),
            content: Content::Whole(self.body.clone()),
        }
    }
}

#[derive(Default)]
struct Entries {
    by_question: HashMap<Question, (Moment, Arc<Given>)>,
    bytes: usize,
    asked: HashSet<Question>,
}

/// What was answered.
pub struct Kept {
    entries: Mutex<Entries>,
    began: Instant,
    /// Milliseconds after `began` until which nothing is looked for.
    rests_until: AtomicU64,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            began: Instant::now(),
            rests_until: AtomicU64::new(0),
        }
    }
}

impl Kept {
    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether it is worth while to look at the moment for this question: not while things change.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.millis() >= self.rests_until.load(Ordering::Relaxed)
    }

    /// Whether this was asked before; most questions never are again, and cost nothing more.
    #[must_use]
    pub fn was_asked(&self, question: Question) -> bool {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.asked.len() >= ASKED_MAX {
            entries.asked.clear();
        }
        !entries.asked.insert(question)
    }

    /// The answer to this question at this moment.
    #[must_use]
    pub fn find(&self, question: &Question, moment: &Moment) -> Option<Arc<Given>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, given) = entries.by_question.get(question)?;
        if at == moment {
            return Some(given.clone());
        }
        let rest = u64::try_from(REST.as_millis()).unwrap_or(u64::MAX);
        self.rests_until
            .store(self.millis().saturating_add(rest), Ordering::Relaxed);
        None
    }

    /// Keeps what was answered after this moment.
    pub fn keep(&self, question: Question, moment: Moment, calling: Arc<Calling>, answer: &Answer) {
        let Content::Whole(body) = &answer.content else {
            return;
        };
        if answer.status != 200 || body.len() > ANSWER_BYTES_MAX {
            return;
        }
        let given = Given {
            calling,
            status: answer.status,
            headers: answer.headers.clone(),
            body: body.clone(),
        };
        let size = body.len() + ENTRY_BYTES;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.bytes + size > BYTES_MAX {
            *entries = Entries::default();
        }
        let before = entries.by_question.insert(question, (moment, Arc::new(given)));
        let freed = before.map_or(0, |(_, given)| given.body.len() + ENTRY_BYTES);
        entries.bytes = entries.bytes + size - freed;
    }
}
