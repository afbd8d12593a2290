//! Judging rows one after the other, with what only many rows can show: a reference used twice.

use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::fault::Fault;
use crate::domain::field::Field;
use crate::domain::fingerprint::block_of;
use crate::domain::headings::Meaning;
use crate::domain::money::NumberStyle;
use crate::domain::row::{Entered, Payable, RowRules, judge};
use crate::intake::{Row, enter};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Rows after which a chunk ends with its block.
const CHUNK_ROWS: usize = 4_500;

/// What came of a row, with what was entered kept beside, in case the account refuses it later.
pub struct RowOutcome {
    /// As entered.
    pub entered: Entered,
    /// As judged.
    pub judged: Result<Payable, Vec<Fault>>,
}

/// A judged row.
pub struct JudgedRow {
    /// The spreadsheet's row number.
    pub row: i32,
    /// What came of it.
    pub outcome: RowOutcome,
}

/// Judged rows that are saved together.
#[derive(Default)]
pub struct Chunk {
    /// In row order.
    pub rows: Vec<JudgedRow>,
}

/// The state that runs through a file: rules, meanings of columns, references met so far.
pub struct Judging {
    rules: RowRules,
    meanings: Vec<Meaning>,
    references: References,
    chunk: Chunk,
}

impl Judging {
    /// For a batch of `account`, with the columns' meanings and the file's number style.
    #[must_use]
    pub fn new(
        account: &Account,
        batch: &Batch,
        meanings: Vec<Meaning>,
        number_style: NumberStyle,
        now: DateTime<Utc>,
    ) -> Self {
        let rules = rules(account, batch, number_style, now);
        Self {
            rules,
            meanings,
            references: References::default(),
            chunk: Chunk::default(),
        }
    }

    /// Remembers a reference that was saved before a restart.
    pub fn remember(&mut self, reference: &str, row: i32) {
        self.references.first_use(reference, row);
    }

    /// Judges a row; answers a full chunk when one has come together.
    pub fn take(&mut self, row: &Row) -> Option<Chunk> {
        let number = i32::try_from(row.number).unwrap_or(i32::MAX);
        let full = self.chunk.rows.len() >= CHUNK_ROWS
            && self
                .chunk
                .rows
                .last()
                .is_some_and(|last| block(last.row) != block(number));
        let done = full.then(|| std::mem::take(&mut self.chunk));
        let entered = enter(row, &self.meanings);
        let mut judged = judge(&entered, &self.rules);
        let reference = entered.text(Field::Reference);
        if !reference.is_empty()
            && let Some(first) = self.references.first_use(reference, number)
        {
            let fault = Fault::new(
                Field::Reference,
                reference,
                format!("The same reference stands in row {first}"),
                format!(
                    "Give each payout a reference of its own, or remove row {number} or row {first} from the file"
                ),
            );
            judged = Err(with_fault(judged.err().unwrap_or_default(), fault));
        }
        self.chunk.rows.push(JudgedRow {
            row: number,
            outcome: RowOutcome { entered, judged },
        });
        done
    }

    /// What is left at the end.
    #[must_use]
    pub fn rest(self) -> Chunk {
        self.chunk
    }
}

/// What a batch's rows are judged by.
pub(crate) fn rules(
    account: &Account,
    batch: &Batch,
    number_style: NumberStyle,
    now: DateTime<Utc>,
) -> RowRules {
    RowRules {
        currency: account.currency,
        country: account.country.clone(),
        zone: account.zone,
        purpose_default: batch.purpose.or(account.purpose_default),
        number_style,
        now,
    }
}

fn block(row: i32) -> u32 {
    block_of(u32::try_from(row).unwrap_or(0))
}

/// One fault a field, in the order of the fields.
pub(crate) fn with_fault(mut faults: Vec<Fault>, fault: Fault) -> Vec<Fault> {
    faults.retain(|other| other.field != fault.field);
    faults.push(fault);
    faults.sort_by_key(|fault| fault.field);
    faults
}

/// Which row used a reference first. Kept as 128 bits of two keyed hashes: 20 bytes a reference
/// instead of the text, and a chance of one in 10^26 that a million references meet by accident.
#[derive(Default)]
struct References {
    keys: (RandomState, RandomState),
    rows: HashMap<(u64, u64), i32>,
}

impl References {
    /// The row that used it before, if any.
    fn first_use(&mut self, reference: &str, row: i32) -> Option<i32> {
        let key = (self.keys.0.hash_one(reference), self.keys.1.hash_one(reference));
        let first = *self.rows.entry(key).or_insert(row);
        (first != row).then_some(first)
    }
}
