//! Sign-in: how passwords are kept, and how failures slow it down.
//!
//! Passwords are argon2id with the parameters OWASP names (19 MiB, 2 passes, 1 lane). After five
//! failures each further one doubles the wait, so that guessing is slow and a typing error is not.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, Duration, Utc};

/// Failures without any wait.
pub const FREE_FAILURES: i32 = 5;
/// The longest wait.
pub const WAIT_MAX: Duration = Duration::minutes(15);

/// How much work a password costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cost {
    /// As in production: about 30 ms.
    Full,
    /// As good as nothing: for tests only.
    Cheap,
}

/// Why a password could not be hashed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

impl Cost {
    fn hasher(self) -> Result<Argon2<'static>, HashError> {
        let params = match self {
            Self::Full => Params::new(19 * 1024, 2, 1, None),
            Self::Cheap => Params::new(8, 1, 1, None),
        };
        let params = params.map_err(|error| HashError(error.to_string()))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// The password's hash in PHC form. `salt` is random, 16 bytes.
///
/// # Errors
/// Where the hasher refuses.
pub fn hash(password: &str, salt: &[u8; 16], cost: Cost) -> Result<String, HashError> {
    cost.hasher()?
        .hash_password_with_salt(password.as_bytes(), salt)
        .map(|hash| hash.to_string())
        .map_err(|error| HashError(error.to_string()))
}

/// Whether `password` is the one that was hashed. The hash names its own cost.
#[must_use]
pub fn is_right(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// How long to wait after `failures` failures, counted from the last.
#[must_use]
pub fn wait_after(failures: i32) -> Duration {
    match failures - FREE_FAILURES {
        over if over < 0 => Duration::zero(),
        over => WAIT_MAX.min(Duration::seconds(1_i64 << over.clamp(0, 12))),
    }
}

/// When the next attempt is allowed, given the failures of everything that counts; `None` is now.
#[must_use]
pub fn blocked_until(failures: &[(i32, DateTime<Utc>)], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    failures
        .iter()
        .map(|(count, last)| *last + wait_after(*count))
        .filter(|until| *until > now)
        .max()
}
