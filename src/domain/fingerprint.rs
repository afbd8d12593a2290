//! What a signature is bound to: SHA-256 over a header (account, batch, revision, count, total) and
//! the SHA-256 of each block of 500 row numbers.
//!
//! Blocks are kept as rows are judged, so a signature costs the same few milliseconds at any size,
//! and a corrected row recomputes one block. Every text is written with its length, so that no two
//! different rows have the same bytes.

use crate::domain::destination::{BankAccount, Destination};
use crate::domain::ids::{AccountNumber, BatchNumber};
use crate::domain::row::Payable;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Row numbers in a block.
pub const BLOCK_ROWS: u32 = 500;

/// The block a row number falls into.
#[must_use]
pub const fn block_of(row: u32) -> u32 {
    row / BLOCK_ROWS
}

/// The digest of a block or of a whole revision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// From stored bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        })
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0_u8; 32];
        for (place, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *place = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// What a person sees beside the rows of an open batch and signs with them: its date, and the digests
/// of its documents. A form that was opened before either changed is stale.
#[must_use]
pub fn beside<'a>(pay_on: Option<i64>, documents: impl Iterator<Item = &'a [u8]>) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(pay_on.unwrap_or(i64::MIN).to_be_bytes());
    documents.for_each(|digest| hash.update(digest));
    Fingerprint(hash.finalize().into())
}

/// Digests the payable rows of one block, in row order.
#[derive(Clone, Debug, Default)]
pub struct BlockDigest {
    hash: Sha256,
}

impl BlockDigest {
    /// Adds a payable row.
    pub fn add(&mut self, row: u32, payable: &Payable) {
        self.hash.update(row.to_be_bytes());
        self.text(payable.reference.as_deref());
        self.text(payable.beneficiary_name.as_deref());
        match &payable.destination {
            Destination::Bank(BankAccount::Iban(iban)) => self.tagged(b"iban", iban, None),
            Destination::Bank(BankAccount::Local {
                account_number,
                bank_code,
            }) => {
                self.tagged(b"bank", account_number, Some(bank_code));
            }
            Destination::Wallet { mobile, provider } => {
                self.tagged(b"wall", mobile, provider.as_deref());
            }
        }
        let contact = &payable.contact;
        for part in [&contact.mobile, &contact.country, &contact.city, &contact.email] {
            self.text(part.as_deref());
        }
        self.hash.update(payable.amount.minor().to_be_bytes());
        self.text(Some(payable.amount.currency().code()));
        self.text(payable.purpose.map(|purpose| purpose.code()));
        self.text(payable.comment.as_deref());
        self.hash
            .update(payable.pay_on.map_or(i64::MIN, |at| at.timestamp()).to_be_bytes());
        for (key, value) in &payable.metadata {
            self.text(Some(key));
            self.text(Some(value));
        }
        self.text(None);
    }

    /// The block's digest.
    #[must_use]
    pub fn finish(self) -> Fingerprint {
        Fingerprint(self.hash.finalize().into())
    }

    fn tagged(&mut self, tag: &[u8; 4], first: &str, second: Option<&str>) {
        self.hash.update(tag);
        self.text(Some(first));
        self.text(second);
    }

    fn text(&mut self, text: Option<&str>) {
        match text {
            None => self.hash.update(u64::MAX.to_be_bytes()),
            Some(text) => {
                self.hash.update((text.len() as u64).to_be_bytes());
                self.hash.update(text.as_bytes());
            }
        }
    }
}

/// What stands above the blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// The account paid from.
    pub account: AccountNumber,
    /// The batch.
    pub batch: BatchNumber,
    /// Its revision.
    pub revision: i32,
    /// Payable rows.
    pub count: i64,
    /// Their total in minor units.
    pub total: i64,
}

/// The fingerprint of a revision: header, then every block's number and digest in order.
#[must_use]
pub fn of_revision(header: &Header, blocks: impl Iterator<Item = (u32, Fingerprint)>) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(b"countersign batch 1\n");
    hash.update(header.account.get().to_be_bytes());
    hash.update(header.batch.get().to_be_bytes());
    hash.update(header.revision.to_be_bytes());
    hash.update(header.count.to_be_bytes());
    hash.update(header.total.to_be_bytes());
    for (block, digest) in blocks {
        hash.update(block.to_be_bytes());
        hash.update(digest.0);
    }
    Fingerprint(hash.finalize().into())
}
