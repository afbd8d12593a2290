//! The outside world of money: what every rail can do, and which rails there are.
//!
//! Not here: claims, retries and settlement (`jobs`, `flows::settle`). The invariant: a rail gives
//! one answer for each order, in the order they came, and never fails as a whole; a rail that can't
//! be reached says so for each.

mod channel;
pub mod instant;
pub mod sandbox;

use crate::domain::ids::IntentId;
use crate::domain::rail::{Answer, Found, News, Order};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Somebody who moves money. Calls block, so they are made on a job's thread with no database
/// connection held.
pub trait Rail: Send + Sync {
    /// The name that accounts are given it by.
    fn name(&self) -> &'static str;

    /// Hands payments over. An intent stands at most once in `orders`; sending one that the rail
    /// has already does not pay it again. The answers have the order and length of `orders`.
    fn send(&self, orders: &[Order]) -> Vec<Answer>;

    /// Asks what became of payments, and moves nothing. The answers have the order and length of
    /// `orders`.
    fn look_up(&self, orders: &[Order]) -> Vec<Found>;

    /// Tells which payments came back since `after`, the end of the news before (empty at first).
    /// The same may be told again. `None` where the rail can't be asked. A rail whose payments are
    /// final has no news.
    fn news(&self, after: &str) -> Option<News> {
        Some(News {
            until: after.to_owned(),
            ..News::default()
        })
    }
}

/// The rails of this installation, by name.
#[derive(Clone, Default)]
pub struct Rails(BTreeMap<&'static str, Arc<dyn Rail>>);

impl Rails {
    /// These rails. Of two with the same name the later one stands.
    #[must_use]
    pub fn new(rails: impl IntoIterator<Item = Arc<dyn Rail>>) -> Self {
        Self(rails.into_iter().map(|rail| (rail.name(), rail)).collect())
    }

    /// The rail of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<dyn Rail>> {
        self.0.get(name).cloned()
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }
}

impl fmt::Debug for Rails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// A rail's own name for a payment. The lower half of a version 7 id is its random half, so it
/// alone tells payments apart.
fn rail_reference(prefix: &str, intent: IntentId) -> String {
    let (_, random) = intent.0.as_u64_pair();
    format!("{prefix}{random:016X}")
}
