//! Secrets that must be read again (to sign with, to compare codes with) are stored encrypted:
//! ChaCha20-Poly1305 (RFC 8439) under a key derived from the server's secret, so that a copy of the
//! database alone opens nothing. Passwords and API secrets are hashed instead, and are not here.
//!
//! Invariant: what was sealed for one purpose does not open for another.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Bytes of the random nonce that stands before what is sealed.
pub const NONCE_BYTES: usize = 12;

/// Seals and opens stored secrets.
#[derive(Clone)]
pub struct Vault(ChaCha20Poly1305);

/// Sealed under another key, for another purpose, or changed since.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a stored secret does not open with this server's secret")]
pub struct DoesNotOpen;

impl Vault {
    /// The vault of a server with this secret.
    #[must_use]
    pub fn new(server_secret: &[u8]) -> Self {
        let key = hmac_sha256(server_secret, &[b"countersign vault 1"]);
        Self(ChaCha20Poly1305::new(&Key::from(key)))
    }

    /// Seals `plain` for `purpose`. The nonce must be random and never used twice.
    ///
    /// # Errors
    /// Where `plain` is longer than the cipher takes, which secrets never are.
    pub fn seal(
        &self,
        purpose: &str,
        nonce: [u8; NONCE_BYTES],
        plain: &[u8],
    ) -> Result<Vec<u8>, DoesNotOpen> {
        let payload = Payload {
            msg: plain,
            aad: purpose.as_bytes(),
        };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| DoesNotOpen)?;
        Ok([nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// Opens what was sealed for `purpose`.
    ///
    /// # Errors
    /// `DoesNotOpen`.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(DoesNotOpen)?;
        let payload = Payload {
            msg: sealed,
            aad: purpose.as_bytes(),
        };
        self.0
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| DoesNotOpen)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

/// HMAC-SHA256 (RFC 2104) over the parts one after the other; a key may have any length.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // An HMAC takes keys of any length, so the fallback is never reached.
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
