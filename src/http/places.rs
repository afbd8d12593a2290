//! Places for what takes long: downloads, event streams, uploads. So many in all and so many for one
//! person; who finds none is told to come back at once, because nothing may wait on a thread for it.
//!
//! The invariant: a place that was taken is given back when it is dropped, whatever happened meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts what is under way, in all and for each person.
pub struct Places {
    in_all_max: usize,
    each_max: usize,
    taken: Mutex<HashMap<i64, usize>>,
}

/// No place is free.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("at most {each_max} of these run for one person at once, and {in_all_max} in all")]
pub struct NoPlace {
    each_max: usize,
    in_all_max: usize,
}

/// A place; dropping it gives it back.
pub struct Taken {
    places: Arc<Places>,
    person: i64,
}

impl Places {
    /// So many in all, so many for one person.
    #[must_use]
    pub fn new(in_all_max: usize, each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            in_all_max,
            each_max,
            taken: Mutex::default(),
        })
    }

    /// Takes a place for the person, without waiting.
    ///
    /// # Errors
    /// `NoPlace` where all are taken, or all of this person's.
    pub fn take(self: &Arc<Self>, person: i64) -> Result<Taken, NoPlace> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&person).copied().unwrap_or(0);
        if own >= self.each_max || taken.values().sum::<usize>() >= self.in_all_max {
            return Err(NoPlace {
                each_max: self.each_max,
                in_all_max: self.in_all_max,
            });
        }
        taken.insert(person, own + 1);
        Ok(Taken {
            places: Arc::clone(self),
            person,
        })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let left = taken.get(&self.person).map_or(0, |own| own.saturating_sub(1));
        if left == 0 {
            taken.remove(&self.person);
        } else {
            taken.insert(self.person, left);
        }
    }
}
