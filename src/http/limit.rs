//! Requests a second, per signed-in person, API client or address.

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// Keys seen before idle ones are dropped.
const KEYS_MAX: usize = 50_000;

/// A steady rate with a burst above it, for each key.
pub struct Limiter {
    inner: RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>,
    quota: Quota,
}

/// What is left of a key's allowance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance {
    /// Requests at once, at most.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Seconds until all of them are there again.
    pub reset_seconds: u64,
}

impl Limiter {
    /// `per_second` for as long as one likes, `burst` at once; zero counts as one.
    #[must_use]
    pub fn new(per_second: u32, burst: u32) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
        Self {
            inner: RateLimiter::dashmap(quota).with_middleware(),
            quota,
        }
    }

    /// Counts a request of `key`.
    ///
    /// # Errors
    /// How long until the next one is allowed.
    pub fn check(&self, key: &str) -> Result<Allowance, Duration> {
        if self.inner.len() > KEYS_MAX {
            self.inner.retain_recent();
        }
        self.inner
            .check_key(&key.to_owned())
            .map(|state| self.allowance(state.remaining_burst_capacity()))
            .map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }

    /// What a key has with `remaining` requests left.
    #[must_use]
    pub fn allowance(&self, remaining: u32) -> Allowance {
        let limit = self.quota.burst_size().get();
        let missing = u128::from(limit.saturating_sub(remaining));
        let nanos = missing * self.quota.replenish_interval().as_nanos();
        Allowance {
            limit,
            remaining,
            reset_seconds: u64::try_from(nanos.div_ceil(1_000_000_000)).unwrap_or(u64::MAX),
        }
    }
}
