//! API clients: how they are named, how their secrets are told apart and compared, and which networks
//! they may call from.
//!
//! A secret that we make is 32 random bytes: nobody guesses it, so one SHA-256 keeps it as safe as a
//! slow hash would, and costs nothing with every call. Only the demonstration has a secret that people
//! know; it is kept like a password.

mod agreement;
mod bounds;

pub use agreement::{Agreement, Awaited, signs};
pub use bounds::Bounds;

use crate::domain::sign_in;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ipnet::IpNet;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::net::IpAddr;
use subtle::ConstantTimeEq as _;

/// What the hash of a generated secret begins with.
const GENERATED: &str = "sha256:";
/// What a key for HTTP Basic begins with.
const KEY: &str = "sk_";
/// The most networks a client may be held to.
pub const RANGES_MAX: usize = 50;
const CLIENT_ID_CHARS_MAX: usize = 40;

/// Random bytes of a secret.
pub const SECRET_BYTES: usize = 32;
/// Random bytes of a client's id.
pub const CLIENT_ID_BYTES: usize = 10;

/// The id of a new client: it says nothing about whose it is.
#[must_use]
pub fn client_id(random: [u8; CLIENT_ID_BYTES]) -> String {
    let mut text = String::from("cs-");
    for byte in random {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The secret of a client, as it is shown once.
#[must_use]
pub fn secret(random: [u8; SECRET_BYTES]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// How a generated secret is kept.
#[must_use]
pub fn hash(secret: &str) -> String {
    let mut text = String::from(GENERATED);
    for byte in Sha256::digest(secret.as_bytes()) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether comparing with this hash takes long.
#[must_use]
pub fn is_slow(hash: &str) -> bool {
    !hash.starts_with(GENERATED)
}

/// Whether `presented` is the secret that was hashed.
#[must_use]
pub fn is_right(presented: &str, kept: &str) -> bool {
    if is_slow(kept) {
        return sign_in::is_right(presented, kept);
    }
    hash(presented).as_bytes().ct_eq(kept.as_bytes()).into()
}

/// Whether a text can be a client's id at all.
#[must_use]
pub fn is_client_id(text: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (4..=CLIENT_ID_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| is_letter(b) || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Client id and secret of a key `sk_<client_id>_<secret>`. An id has no underscore, a secret may.
#[must_use]
pub fn split_key(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix(KEY)?.split_once('_')
}

/// The key that stands for both in HTTP Basic.
#[must_use]
pub fn key(client_id: &str, secret: &str) -> String {
    format!("{KEY}{client_id}_{secret}")
}

/// Reads networks separated by commas, spaces or lines: `10.0.0.0/8, 192.0.2.7`.
///
/// # Errors
/// The first entry that is no address and no network without host bits, or how many are too many.
pub fn parse_ranges(text: &str) -> Result<Vec<IpNet>, String> {
    let entries = text.split(|c: char| c == ',' || c.is_whitespace());
    let mut ranges: Vec<IpNet> = Vec::new();
    for entry in entries.filter(|entry| !entry.is_empty()) {
        let range = match entry.parse::<IpAddr>() {
            Ok(address) => Some(IpNet::from(address)),
            Err(_) => entry
                .parse()
                .ok()
                .filter(|range: &IpNet| range.addr() == range.network()),
        };
        let range = range.ok_or_else(|| {
            format!("“{entry}” is no address and no network. Write them as 192.0.2.7 or 10.0.0.0/8.")
        })?;
        if !ranges.contains(&range) {
            ranges.push(range);
        }
    }
    if ranges.len() > RANGES_MAX {
        return Err(format!(
            "There are {} networks; the limit is {RANGES_MAX}. Join them into larger ones.",
            ranges.len()
        ));
    }
    Ok(ranges)
}

/// Whether a client that is held to `ranges` may call from `address`; no ranges is anywhere.
#[must_use]
pub fn may_call_from(ranges: &[IpNet], address: Option<IpAddr>) -> bool {
    ranges.is_empty()
        || address.is_some_and(|address| ranges.iter().any(|range| range.contains(&address.to_canonical())))
}
