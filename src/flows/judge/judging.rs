//! Judging rows one after the other, with what only many rows can show: a reference used twice.

use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::fault::{Fault, reference_twice, with_fault};
use crate::domain::field::Field;
use crate::domain::fingerprint::{BLOCK_ROWS, block_of};
use crate::domain::headings::Meaning;
use crate::domain::money::NumberStyle;
use crate::domain::row::{AccountLengths, Entered, Payable, RowRules, Spoilt, judge};
use crate::intake::{Row, enter, keep_left_out};
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
    pub judged: Result<Box<Payable>, Vec<Fault>>,
}

/// A judged row.
pub struct JudgedRow {
    /// The spreadsheet's row number.
    pub row: i32,
    /// Its own, where whoever sent it chose one.
    pub sequence_number: Option<i64>,
    /// What came of it.
    pub outcome: RowOutcome,
}

/// Judged rows that are saved together.
#[derive(Default)]
pub struct Chunk {
    /// In row order.
    pub rows: Vec<JudgedRow>,
}

impl Chunk {
    /// With room for as many rows as a full one has.
    fn with_room() -> Self {
        let rows = CHUNK_ROWS + BLOCK_ROWS as usize;
        Self {
            rows: Vec::with_capacity(rows),
        }
    }
}

/// The state that runs through a file: rules, meanings of columns, references met so far.
pub struct Judging {
    rules: RowRules,
    meanings: Vec<Meaning>,
    headings: Vec<String>,
    lengths: AccountLengths,
    references: References,
    chunk: Chunk,
}

impl Judging {
    /// For a batch of `account`, with the columns' meanings and the file's number style. Rows that
    /// are entered field by field need no meanings.
    #[must_use]
    pub fn new(
        account: &Account,
        batch: &Batch,
        meanings: Vec<Meaning>,
        number_style: NumberStyle,
        now: DateTime<Utc>,
    ) -> Self {
        let rules = RowRules {
            number_style,
            ..RowRules::of(account, batch, now)
        };
        Self {
            rules,
            meanings,
            headings: Vec::new(),
            lengths: AccountLengths::default(),
            references: References::default(),
            chunk: Chunk::default(),
        }
    }

    /// With the columns' headings, so that faulty rows keep what stands in columns that are not taken
    /// in.
    #[must_use]
    pub fn with_headings(self, headings: Vec<String>) -> Self {
        Self { headings, ..self }
    }

    /// With what is known of the banks' account numbers.
    #[must_use]
    pub fn with_lengths(self, lengths: AccountLengths) -> Self {
        Self { lengths, ..self }
    }

    /// Remembers a reference that was saved before a restart.
    pub fn remember(&mut self, reference: &str, row: i32) {
        self.references.first_use(reference, row);
    }

    /// Judges a row; answers a full chunk when one has come together.
    pub fn take(&mut self, row: &Row) -> Option<Chunk> {
        let number = i32::try_from(row.number).unwrap_or(i32::MAX);
        let mut entered = enter(row, &self.meanings);
        if let Some(length) = self.lengths.lost(&entered) {
            entered.spoil(Field::AccountNumber, Spoilt::ZerosLost(length));
        }
        let done = self.take_entered(number, entered);
        if let Some(last) = self
            .chunk
            .rows
            .last_mut()
            .filter(|last| last.outcome.judged.is_err())
        {
            keep_left_out(&mut last.outcome.entered, row, &self.meanings, &self.headings);
        }
        done
    }

    /// Judges what was entered in row `number`; answers a full chunk when one has come together.
    pub fn take_entered(&mut self, number: i32, entered: Entered) -> Option<Chunk> {
        let full = self.chunk.rows.len() >= CHUNK_ROWS
            && self
                .chunk
                .rows
                .last()
                .is_some_and(|last| block(last.row) != block(number));
        let done = full.then(|| std::mem::replace(&mut self.chunk, Chunk::with_room()));
        let mut judged = judge(&entered, &self.rules).map(Box::new);
        let reference = entered.text(Field::Reference);
        if !reference.is_empty()
            && let Some(first) = self.references.first_use(reference, number)
        {
            judged = Err(with_fault(judged, reference_twice(reference, number, first)));
        }
        self.chunk.rows.push(JudgedRow {
            row: number,
            sequence_number: None,
            outcome: RowOutcome { entered, judged },
        });
        done
    }

    /// Gives the row that was taken last a sequence number of its own.
    pub fn number_last(&mut self, sequence_number: Option<i64>) {
        if let Some(last) = self.chunk.rows.last_mut() {
            last.sequence_number = sequence_number;
        }
    }

    /// What is left at the end.
    #[must_use]
    pub fn rest(self) -> Chunk {
        self.chunk
    }
}

fn block(row: i32) -> u32 {
    block_of(u32::try_from(row).unwrap_or(0))
}

/// Which row used a reference first. Kept as 128 bits of two keyed hashes: 20 bytes a reference
/// instead of the text, and a chance of one in 10^26 that a million references meet by accident.
#[derive(Default)]
struct References {
    keys: (RandomState, RandomState),
    rows: HashMap<([u8; 8], [u8; 8]), i32>,
}

impl References {
    /// The row that used it before, if any.
    fn first_use(&mut self, reference: &str, row: i32) -> Option<i32> {
        // Bytes, which lie closer than numbers do.
        let half = |key: &RandomState| key.hash_one(reference).to_ne_bytes();
        let key = (half(&self.keys.0), half(&self.keys.1));
        let first = *self.rows.entry(key).or_insert(row);
        (first != row).then_some(first)
    }
}
