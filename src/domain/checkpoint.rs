//! A checkpoint of an audit log: which line had which hash at what time, signed (Ed25519, RFC 8032), so
//! that somebody who keeps the file can find out later whether the log was rewritten, without trusting
//! whoever runs the server. The key that checks is in the file and on the page; the one that signs is
//! derived from the secret of the installation and never leaves it.
//!
//! The invariant: what is signed is `message`, five lines of text that anybody can make from the file's
//! other fields.

use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit as _, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// What the key is derived for; another purpose has another key.
const PURPOSE: &[u8] = b"countersign checkpoint 1";
/// The first line of what is signed.
const TITLE: &str = "countersign checkpoint 1";
/// The largest file that is read, in bytes; ours have about 700.
pub const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Signs checkpoints, and knows its own.
#[derive(Clone)]
pub struct CheckpointKey(SigningKey);

impl CheckpointKey {
    /// The key of an installation with this secret.
    #[must_use]
    pub fn derive(secret: &[u8]) -> Self {
        let mut seed = [0; 32];
        // HMAC takes keys of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) {
            mac.update(PURPOSE);
            seed.copy_from_slice(&mac.finalize().into_bytes());
        }
        Self(SigningKey::from_bytes(&seed))
    }

    /// The public key, in small hexadecimal digits.
    #[must_use]
    pub fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }

    /// Signs what a log's head was.
    #[must_use]
    pub fn sign(&self, organisation: &str, seq: i64, hash: &[u8], at: DateTime<Utc>) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            organisation: organisation.to_owned(),
            line: seq,
            hash: hex(hash),
            at: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            public_key: self.public(),
            signature: String::new(),
        };
        let signature = self.0.sign(checkpoint.message().as_bytes());
        checkpoint.signature = hex(&signature.to_bytes());
        checkpoint
    }

    /// Whether this key signed exactly this.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(&self, checkpoint: &Checkpoint) -> Result<(), NotOurs> {
        if checkpoint.public_key != self.public() {
            return Err(NotOurs::OtherKey);
        }
        checkpoint.verify().map_err(|()| NotOurs::Changed)
    }
}

/// A key is never shown.
impl fmt::Debug for CheckpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckpointKey")
    }
}

/// Why a checkpoint proves nothing here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotOurs {
    /// Signed under another key, or edited to look so.
    #[error("this checkpoint was signed with a key that is not this installation's")]
    OtherKey,
    /// The signature is not over what stands in the file.
    #[error(
        "the signature of this checkpoint does not fit what stands in it: the file was changed, or the signature is not ours"
    )]
    Changed,
    /// No checkpoint at all.
    #[error("this file is no checkpoint of an audit log")]
    Unreadable,
    /// Of somebody else's log.
    #[error("this checkpoint is of the log of another organisation")]
    OtherOrganisation,
}

/// What is kept in the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The organisation's public id.
    pub organisation: String,
    /// The number of the log's last line then.
    pub line: i64,
    /// Its hash, in small hexadecimal digits.
    pub hash: String,
    /// When, RFC 3339.
    pub at: String,
    /// The key that checks it, in small hexadecimal digits.
    pub public_key: String,
    /// The signature over `message`, in small hexadecimal digits.
    pub signature: String,
}

impl Checkpoint {
    /// Reads a file.
    ///
    /// # Errors
    /// `Unreadable`.
    pub fn parse(text: &str) -> Result<Self, NotOurs> {
        let found: Self = serde_json::from_str(text).map_err(|_| NotOurs::Unreadable)?;
        if found.line < 1 || found.hash_bytes().is_none() {
            return Err(NotOurs::Unreadable);
        }
        Ok(found)
    }

    /// As it is kept.
    #[must_use]
    pub fn file(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// What is signed: a line each, each ended by a line feed.
    #[must_use]
    pub fn message(&self) -> String {
        format!(
            "{TITLE}\n{}\n{}\n{}\n{}\n",
            self.organisation, self.line, self.hash, self.at
        )
    }

    /// The hash's 32 bytes.
    #[must_use]
    pub fn hash_bytes(&self) -> Option<[u8; 32]> {
        bytes(&self.hash)
    }

    fn verify(&self) -> Result<(), ()> {
        let key: [u8; 32] = bytes(&self.public_key).ok_or(())?;
        let signature: [u8; 64] = bytes(&self.signature).ok_or(())?;
        VerifyingKey::from_bytes(&key)
            .and_then(|key| key.verify_strict(self.message().as_bytes(), &Signature::from_bytes(&signature)))
            .map_err(|_| ())
    }
}

/// What recomputing a log found, compared with a checkpoint where one was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Outcome {
    /// Every link holds, over this many lines, and the checkpoint's line has its hash.
    #[error("every link holds, over {0} lines")]
    Whole(i64),
    /// The first line that is missing or whose hash is not what it should be.
    #[error("the chain is broken at line {0}")]
    Broken(i64),
    /// The chain holds, and ends here, before the checkpoint's line.
    #[error("the log has {0} lines, fewer than when the checkpoint was made")]
    Shorter(i64),
    /// The chain holds, and this line has another hash than in the checkpoint: it was rewritten.
    #[error("line {0} has another hash than in the checkpoint: the log was rewritten")]
    Other(i64),
    /// It could not be recomputed.
    #[error("the log could not be recomputed, and the fault is on our side")]
    Failed,
}

impl Outcome {
    /// What a chain that holds, or does not, means beside a checkpoint: its line, its hash, and the hash
    /// that the log has there.
    #[must_use]
    pub fn of(chain: Result<i64, i64>, checkpoint: Option<(i64, &[u8])>, found: Option<&[u8]>) -> Self {
        let lines = match chain {
            Ok(lines) => lines,
            Err(line) => return Self::Broken(line),
        };
        match checkpoint {
            Some((line, _)) if line > lines => Self::Shorter(lines),
            Some((line, hash)) if found != Some(hash) => Self::Other(line),
            Some(_) | None => Self::Whole(lines),
        }
    }

    /// The stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole(_) => "whole",
            Self::Broken(_) => "broken",
            Self::Shorter(_) => "shorter",
            Self::Other(_) => "other",
            Self::Failed => "failed",
        }
    }

    /// The line, or how many lines.
    #[must_use]
    pub const fn seq(self) -> Option<i64> {
        match self {
            Self::Whole(seq) | Self::Broken(seq) | Self::Shorter(seq) | Self::Other(seq) => Some(seq),
            Self::Failed => None,
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str, seq: i64) -> Option<Self> {
        [
            Self::Whole(seq),
            Self::Broken(seq),
            Self::Shorter(seq),
            Self::Other(seq),
            Self::Failed,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == word)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.is_ascii() {
        return None;
    }
    let read: Option<Vec<u8>> = (0..N)
        .map(|at| {
            text.get(at * 2..at * 2 + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect();
    read?.try_into().ok()
}
