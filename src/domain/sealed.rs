//! Secrets that must be read again (a second factor's, a webhook's) are stored sealed: encrypted and
//! authenticated (XChaCha20-Poly1305) under a key that is derived from the secret of the
//! installation, so that a copy of the database alone is worth nothing.
//!
//! What is sealed is bound to its place by `context` ("two-factor 17"): moved to another row it does
//! not open. Randomness is an argument, as everywhere in `domain`.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;

/// The random bytes that each sealing needs.
pub const NONCE_BYTES: usize = 24;
/// What the key is derived for; another purpose has another key.
const PURPOSE: &[u8] = b"countersign sealed 1";

/// The key that stored secrets are sealed with.
#[derive(Clone)]
pub struct SealingKey([u8; 32]);

/// What was sealed can't be opened: another key, another place, or it was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a stored secret can't be opened; is COUNTERSIGN_SECRET the one it was sealed with?")]
pub struct CannotOpen;

impl SealingKey {
    /// The key of an installation with this secret.
    #[must_use]
    pub fn derive(secret: &[u8]) -> Self {
        let mut key = [0; 32];
        // HMAC takes keys of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) {
            mac.update(PURPOSE);
            key.copy_from_slice(&mac.finalize().into_bytes());
        }
        Self(key)
    }

    /// Seals `secret` for the place that `context` names. The nonce is kept in front.
    ///
    /// # Errors
    /// Only where the secret is longer than the cipher takes (256 GiB).
    pub fn seal(
        &self,
        context: &str,
        secret: &[u8],
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, CannotOpen> {
        let payload = Payload {
            msg: secret,
            aad: context.as_bytes(),
        };
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| CannotOpen)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// `CannotOpen`.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or(CannotOpen)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| CannotOpen)?;
        let payload = Payload {
            msg: sealed,
            aad: context.as_bytes(),
        };
        XChaCha20Poly1305::new(&self.0.into())
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| CannotOpen)
    }
}

/// A key is never shown.
impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}
