//! The second factor: codes of an authenticator app (TOTP, RFC 6238), recovery codes for when it is
//! lost, and who must give one to sign.
//!
//! Invariant: a code is taken once. `matching_step` answers the step that a code belongs to, and the
//! caller takes only steps after the last one taken.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};

/// Random bytes of a secret (RFC 4226: 160 bits).
pub const SECRET_BYTES: usize = 20;
/// Recovery codes made at a time.
pub const RECOVERY_CODES: usize = 10;
/// Random bytes of each.
pub const RECOVERY_BYTES: usize = 10;
/// Letters of recovery codes: none is taken for another. 32 of them, 5 bits each.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";
/// What apps show above the code.
const ISSUER: &str = "Countersign";

/// Why somebody may not sign now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeRefusal {
    /// They have a second factor and gave no code.
    #[error("give the code that your app shows now, or a recovery code, to sign")]
    Missing,
    /// What they gave is not it.
    #[error("the code is wrong, or was used already; wait for the next one in your app")]
    Wrong,
    /// Too many wrong ones.
    #[error("too many wrong codes; the next one is looked at in {0} s")]
    TooOften(i64),
    /// The organisation wants approvers to have one.
    #[error(
        "your organisation lets only people with two-factor sign-in approve; set it up on your profile first"
    )]
    NotSetUp,
    /// A program asks, for somebody who has one and gave it no code.
    #[error(
        "the person of this client has two-factor sign-in and gave no code of it for the client; they do that under Your API clients"
    )]
    ClientWithoutCode,
}

impl CodeRefusal {
    /// The same where a program asked: nobody is there to read a code from an app.
    #[must_use]
    pub const fn of_client(self) -> Self {
        match self {
            Self::Missing => Self::ClientWithoutCode,
            Self::Wrong | Self::TooOften(_) | Self::NotSetUp | Self::ClientWithoutCode => self,
        }
    }
}

/// Whether somebody may give the deciding signature, as far as the second factor goes: `has` one,
/// `is_demanded` of approvers here, and has just `confirmed` with a code.
///
/// # Errors
/// What is missing.
pub const fn may_sign(has: bool, is_demanded: bool, confirmed: bool) -> Result<(), CodeRefusal> {
    match (has, confirmed) {
        (true, true) => Ok(()),
        (true, false) => Err(CodeRefusal::Missing),
        (false, _) if is_demanded => Err(CodeRefusal::NotSetUp),
        (false, _) => Ok(()),
    }
}

fn totp(secret: &[u8], email: &str) -> Option<Totp> {
    Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        // A colon would end the issuer.
        .with_account_name(email.replace(':', ""))
        .with_issuer(Some(ISSUER))
        .build()
        .ok()
}

/// What the QR code says, for apps.
#[must_use]
pub fn address(secret: &[u8], email: &str) -> Option<String> {
    totp(secret, email)?.to_url().ok()
}

/// The secret as people type it: groups of four letters.
#[must_use]
pub fn typed_key(secret: &[u8]) -> String {
    let letters: Vec<char> = Secret::from(secret.to_vec()).to_base32().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// Which step of 30 s this code belongs to, if it is one of now, the one before or the one after.
#[must_use]
pub fn matching_step(secret: &[u8], typed: &str, now: DateTime<Utc>) -> Option<i64> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.timestamp()).ok()?;
    let step = totp(secret, "")?.check(&code, seconds)?;
    i64::try_from(step).ok()
}

/// A recovery code of these random bytes: `abcd-efgh-jkmn-pqrs`.
#[must_use]
pub fn recovery_code(random: [u8; RECOVERY_BYTES]) -> String {
    let mut code = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in random {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let place = usize::try_from((held >> bits) & 31).unwrap_or(0);
            if code.len() % 5 == 4 {
                code.push('-');
            }
            code.push(LETTERS.get(place).copied().map_or('a', char::from));
        }
    }
    code
}

/// A recovery code as it was made, however it was typed.
#[must_use]
pub fn plain_recovery_code(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
