//! A gate for slow work: so many at once, so many waiting, the rest are told to come back.

use std::sync::{Condvar, Mutex, PoisonError};

/// How many may wait for each that is inside.
const WAITING_PER_PLACE: usize = 8;

/// Counts who is inside and who waits.
pub struct Gate {
    places: usize,
    state: Mutex<(usize, usize)>,
    left: Condvar,
}

/// The gate is full, and so is the queue before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many at once")]
pub struct Full;

/// A place inside; leaving is dropping it.
pub struct Place<'g>(&'g Gate);

impl Gate {
    /// A gate with this many places.
    #[must_use]
    pub const fn new(places: usize) -> Self {
        Self {
            places,
            state: Mutex::new((0, 0)),
            left: Condvar::new(),
        }
    }

    /// Waits for a place. Blocks the thread.
    ///
    /// # Errors
    /// `Full` where too many wait already.
    pub fn enter(&self) -> Result<Place<'_>, Full> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 >= self.places && state.1 >= self.places * WAITING_PER_PLACE {
            return Err(Full);
        }
        state.1 += 1;
        while state.0 >= self.places {
            state = self.left.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.1 -= 1;
        state.0 += 1;
        Ok(Place(self))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).0 -= 1;
        self.0.left.notify_one();
    }
}
