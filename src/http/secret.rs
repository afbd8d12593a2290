//! Whether a presented secret is the client's. Generated secrets are compared by one SHA-256. The
//! demonstration's secret is kept like a password, which takes as long as a sign-in: that one it is
//! found right is remembered for a few minutes in this process, under a hash of both.
//!
//! The invariant: only successes are remembered, and a hash that is no longer the client's finds none.

use super::gate::{Full, Gate};
use crate::domain::client;
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long a success is remembered.
const REMEMBERED_FOR: Duration = Duration::minutes(5);
/// How many are.
const REMEMBERED_MAX: usize = 1_000;

/// Secrets found right a short while ago.
#[derive(Default)]
pub struct KnownSecrets(Mutex<HashMap<[u8; 32], DateTime<Utc>>>);

impl KnownSecrets {
    /// Whether `presented` is the secret behind one of `hashes`. Slow hashes wait at the gate.
    ///
    /// # Errors
    /// `Full` where too many wait there.
    pub fn is_right<'h>(
        &self,
        presented: &str,
        hashes: impl Iterator<Item = &'h str>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<bool, Full> {
        for kept in hashes {
            let is_right = if client::is_slow(kept) {
                self.is_right_slowly(presented, kept, gate, now)?
            } else {
                client::is_right(presented, kept)
            };
            if is_right {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_right_slowly(
        &self,
        presented: &str,
        kept: &str,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<bool, Full> {
        let mut hash = Sha256::new();
        hash.update((kept.len() as u64).to_be_bytes());
        hash.update(kept);
        hash.update(presented);
        let pair: [u8; 32] = hash.finalize().into();
        let known =
            |known: &HashMap<[u8; 32], DateTime<Utc>>| known.get(&pair).is_some_and(|until| *until > now);
        if known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(true);
        }
        let _place = gate.enter()?;
        if !client::is_right(presented, kept) {
            return Ok(false);
        }
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(pair, now + REMEMBERED_FOR);
        Ok(true)
    }
}
