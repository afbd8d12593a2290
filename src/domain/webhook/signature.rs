//! How messages are signed (Standard Webhooks 1): `v1,` and the base64 of an HMAC-SHA256 over
//! `id.timestamp.body`; one signature for each secret that is good now.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of a secret.
pub const SECRET_BYTES: usize = 32;

/// A secret, as receivers keep it: `whsec_` and base64.
#[must_use]
pub fn secret_text(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// The header `webhook-signature`: a signature for each of `secrets`, separated by spaces.
#[must_use]
pub fn sign(secrets: &[Vec<u8>], id: &str, timestamp: i64, body: &str) -> String {
    let timestamp = timestamp.to_string();
    let signed = |secret: &Vec<u8>| {
        let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body.as_bytes()];
        format!("v1,{}", STANDARD.encode(hmac_sha256(secret, &parts)))
    };
    secrets.iter().map(signed).collect::<Vec<_>>().join(" ")
}

fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length, so there is always one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
