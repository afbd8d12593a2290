//! Requests a second, per signed-in person or per address.

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// Keys seen before idle ones are dropped.
const KEYS_MAX: usize = 50_000;

/// A steady rate with a burst above it, for each key.
pub struct Limiter {
    inner: RateLimiter<String, DashMapStateStore<String>, DefaultClock>,
}

impl Limiter {
    /// `per_second` for as long as one likes, `burst` at once; zero counts as one.
    #[must_use]
    pub fn new(per_second: u32, burst: u32) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
        Self {
            inner: RateLimiter::dashmap(quota),
        }
    }

    /// Counts a request of `key`.
    ///
    /// # Errors
    /// How long until the next one is allowed.
    pub fn check(&self, key: &str) -> Result<(), Duration> {
        if self.inner.len() > KEYS_MAX {
            self.inner.retain_recent();
        }
        self.inner
            .check_key(&key.to_owned())
            .map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }
}
