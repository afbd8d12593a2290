//! Account numbers that lost their leading zeros, told by the others of the same bank in the file.
//!
//! Not here: what is said of them (`entered`). The invariant: a length is known only where the rows
//! looked at show it, and no digit is added to any number: the row becomes a fault.

use super::Entered;
use crate::domain::field::Field;
use std::collections::HashMap;

/// How many numbers of a bank must keep their zeros before its length counts as known.
const SHOWN_MIN: usize = 2;

/// How many digits a bank's account numbers have.
#[derive(Debug, Default)]
pub struct AccountLengths(HashMap<String, usize>);

impl AccountLengths {
    /// From the bank codes and account numbers of some rows. Known is the length of a bank of which at least
    /// two numbers begin with a zero, all of one length, and none is longer.
    pub fn of<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut seen: HashMap<String, Seen> = HashMap::new();
        for (bank, account) in rows {
            if let Some(account) = digits(account).filter(|_| !bank.is_empty()) {
                seen.entry(name(bank)).or_default().add(&account);
            }
        }
        let known = seen
            .into_iter()
            .filter_map(|(bank, seen)| Some((bank, seen.length()?)));
        Self(known.collect())
    }

    /// The length that this row's account number should have, where it is shorter and begins with
    /// another digit than zero.
    #[must_use]
    pub fn lost(&self, row: &Entered) -> Option<u8> {
        if self.0.is_empty() {
            return None;
        }
        let account = digits(row.text(Field::AccountNumber)).filter(|digits| !digits.starts_with('0'))?;
        let length = *self.0.get(&name(row.text(Field::BankCode)))?;
        u8::try_from(length).ok().filter(|_| account.len() < length)
    }
}

/// What was seen of a bank.
#[derive(Default)]
struct Seen {
    /// Numbers that begin with a zero.
    with_zeros: usize,
    /// Their length, where they have one.
    length: Option<usize>,
    differ: bool,
    longest: usize,
}

impl Seen {
    fn add(&mut self, account: &str) {
        self.longest = self.longest.max(account.len());
        if account.starts_with('0') {
            self.with_zeros += 1;
            let length = *self.length.get_or_insert(account.len());
            self.differ |= length != account.len();
        }
    }

    fn length(&self) -> Option<usize> {
        let is_known = self.with_zeros >= SHOWN_MIN && !self.differ;
        self.length.filter(|length| is_known && self.longest == *length)
    }
}

fn name(bank: &str) -> String {
    bank.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The number without the signs that people part it with, if it is one of digits only.
pub(super) fn digits(account: &str) -> Option<String> {
    let bare: String = account
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    (!bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit())).then_some(bare)
}
