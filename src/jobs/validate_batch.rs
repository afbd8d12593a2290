//! Validating a batch: its file is put together from its chunks, read and judged on one thread and
//! saved on another, chunk by chunk. Memory stays at a few chunks; a worker that dies is followed by
//! one that goes on after the last saved row.

use super::{JobError, Worker};
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::columns::{self, Asked, Decided};
use crate::domain::fault::FileFault;
use crate::domain::field::Field;
use crate::domain::headings::{Meaning, match_headings};
use crate::domain::ids::{BatchId, FileId};
use crate::domain::money::{Currency, NumberStyle};
use crate::domain::row::AccountLengths;
use crate::flows::FlowError;
use crate::flows::validate::{self, Checked, Judging};
use crate::intake::{Limits, Reader, Row, SAMPLE_ROWS, open};
use crate::store::columns::{self as store, ColumnMatch};
use crate::store::queue::{self, Claimed};
use crate::store::statistics::Grown;
use crate::store::{StoreError, account, batch, file, payout};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Chunks between the thread that judges and the one that saves.
const CHUNKS_WAITING: usize = 1;

/// Why reading stopped before the end.
enum Stop {
    /// The file can't be read.
    Fault(FileFault),
    /// Nobody saves any more.
    Unwanted,
    /// The job failed.
    Job(JobError),
}

impl From<FlowError> for Stop {
    fn from(error: FlowError) -> Self {
        Self::Job(JobError::Flow(error))
    }
}

impl From<FileFault> for Stop {
    fn from(fault: FileFault) -> Self {
        match Trouble::from(fault) {
            Trouble::File(fault) => Self::Fault(fault),
            Trouble::Job(error) => Self::Job(error),
        }
    }
}

/// A file that was opened, and what its columns mean.
struct Opened {
    reader: Reader,
    meanings: Vec<Meaning>,
    /// The remembered match that says so, where the headings alone don't.
    remembered: Option<i64>,
}

/// What can be done with a file once it is open.
enum Next {
    /// Its rows can be read.
    Read(Box<Opened>),
    /// A person has to say what its columns mean.
    Ask(Asked),
}

impl Worker {
    pub(super) fn validate_batch(&self, id: BatchId, claimed: &Claimed) -> Result<(), JobError> {
        let found = self.db.read(|conn| batch::load_by_id(conn, id))?;
        let Some(file) = found.file.filter(|_| found.status.is_being_read()) else {
            return Ok(());
        };
        let (spooled, lines) = self.spool(file)?;
        let opened = self.open(&found, spooled);
        // What a workbook holds was counted when it was opened.
        let counted = opened.as_ref().ok().and_then(|(rows, _)| *rows);
        let lines = counted.map_or(lines, i64::from);
        let opened = match opened.map(|(_, next)| next) {
            Ok(Next::Ask(asked)) => {
                let now = (self.now)();
                let asked = self
                    .db
                    .write(|tx| validate::ask_columns(tx, id, &asked, lines, now));
                return Ok(asked.or_else(gone)?);
            }
            Ok(Next::Read(opened)) => Ok(opened),
            Err(Trouble::File(fault)) => Err(fault),
            Err(Trouble::Job(error)) => return Err(error),
        };
        let now = (self.now)();
        let Some(begun) = self.db.write(|tx| validate::begin(tx, id, lines, now))? else {
            return Ok(());
        };
        let read = opened
            .map_err(Trouble::File)
            .and_then(|opened| self.read_and_save(&begun, *opened, claimed));
        self.end(&begun, read)
    }

    /// Ends validation by how reading ended.
    fn end(&self, begun: &Batch, read: Result<(), Trouble>) -> Result<(), JobError> {
        let now = (self.now)();
        match read {
            Ok(()) => {
                self.db
                    .write(|tx| validate::finish(tx, begun.id, now))
                    .map(|_| ())
                    .or_else(gone)?;
                self.look_at_tables(begun.id, Grown::Rows);
                Ok(())
            }
            Err(Trouble::File(fault)) => {
                tracing::info!(batch = %begun.number, ?fault, "a file could not be read");
                let told = fault.to_string();
                Ok(self
                    .db
                    .write(|tx| validate::fail(tx, begun.id, &told, now))
                    .or_else(gone)?)
            }
            Err(Trouble::Job(error)) => match error {
                JobError::Flow(error) => Ok(gone(error)?),
                JobError::Io(_) | JobError::Panicked => Err(error),
            },
        }
    }

    /// Opens the file and finds what its columns mean: what was decided for this batch, what the
    /// headings say with certainty, what the organisation said of the same headings before.
    fn open(&self, found: &Batch, spooled: File) -> Result<(Option<u32>, Next), Trouble> {
        let reader = open(spooled, Limits::default())?;
        let rows = reader.rows_expected();
        let header = reader.header();
        let known = self
            .db
            .read::<_, StoreError>(|conn| {
                let account = account::load(conn, found.account)?;
                let key = columns::key(header, account.currency);
                Ok(Known {
                    decided: store::find_of_batch(conn, found.id)?,
                    ask: store::is_to_be_asked(conn, found.id)?,
                    latest: store::find_latest(conn, found.organisation, &key)?,
                    account,
                })
            })
            .map_err(JobError::from)?;
        let certain = match_headings(header, known.account.currency).settled();
        let by_match = |found: Option<ColumnMatch>| {
            found.and_then(|found| Some((found.decided.meanings(header)?, Some(found.id))))
        };
        let chosen = by_match(known.decided).or_else(|| {
            let alone = certain.as_ref().ok().map(|meanings| (meanings.clone(), None));
            let either = alone.or_else(|| by_match(known.latest));
            either.filter(|_| !known.ask)
        });
        let next = match chosen {
            Some((meanings, remembered)) => Next::Read(Box::new(Opened {
                reader,
                meanings,
                remembered,
            })),
            // Nobody looks at a page for what a program sent: it is told which columns.
            None if found.client.is_some() => {
                certain?;
                Next::Ask(asked(&reader, known.account.currency))
            }
            None => Next::Ask(asked(&reader, known.account.currency)),
        };
        Ok((rows, next))
    }

    /// Puts the file together in a nameless temporary file; counts its lines on the way, as a first
    /// guess at its rows. The lines of a workbook, which is packed, and of JSON say nothing: 0.
    pub(super) fn spool(&self, id: FileId) -> Result<(File, i64), JobError> {
        let mut spooled = tempfile::tempfile_in(&self.scratch)?;
        let (mut lines, mut is_packed) = (0_i64, false);
        for n in 0.. {
            let Some(bytes) = self.db.read(|conn| file::find_chunk(conn, id, n))? else {
                break;
            };
            let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'[' | b'{'));
            is_packed |= n == 0 && (is_json || bytes.starts_with(b"PK") || bytes.starts_with(b"\xD0\xCF"));
            lines += i64::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
            spooled.write_all(&bytes)?;
        }
        spooled.seek(SeekFrom::Start(0))?;
        // The header is no row.
        Ok((spooled, if is_packed { 0 } else { (lines - 1).max(0) }))
    }

    fn read_and_save(&self, begun: &Batch, opened: Opened, claimed: &Claimed) -> Result<(), Trouble> {
        let Opened {
            mut reader,
            meanings,
            remembered,
        } = opened;
        let account = self
            .db
            .read(|conn| account::load(conn, begun.account))
            .map_err(JobError::from)?;
        reader.know_country(&account.country);
        let headings = reader.header().to_vec();
        let read_as = Decided {
            columns: headings.iter().cloned().zip(meanings.iter().cloned()).collect(),
        };
        let number_style = number_style(&reader, &meanings);
        let lengths = account_lengths(&reader, &meanings);
        let code = reader.format().code();
        let now = (self.now)();
        self.db
            .write(|tx| {
                if let Some(id) = remembered {
                    validate::note_match(tx, begun.id, id)?;
                }
                validate::note_format(tx, begun.id, code, number_style)?;
                validate::note_columns(tx, begun, &read_as)?;
                validate::note_reading(tx, begun, now)
            })
            .map_err(JobError::from)?;
        let mut judging = Judging::new(&account, begun, meanings, number_style, (self.now)())
            .with_headings(headings)
            .with_lengths(lengths);
        if begun.row_last > 0 {
            let saved = self
                .db
                .read(|conn| payout::list_references(conn, begun.id))
                .map_err(JobError::from)?;
            saved
                .iter()
                .for_each(|(reference, row)| judging.remember(reference, *row));
        }
        let (full, chunks) = sync_channel::<Checked>(CHUNKS_WAITING);
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || self.judge_all(reader, judging, begun, &full));
            let saved = self.save_all(begun, &chunks, claimed);
            drop(chunks);
            let read = reading.join().map_err(|_| JobError::Panicked)?;
            saved?;
            match read {
                Ok(()) | Err(Stop::Unwanted) => Ok(()),
                Err(Stop::Fault(fault)) => Err(Trouble::File(fault)),
                Err(Stop::Job(error)) => Err(Trouble::Job(error)),
            }
        })
    }

    /// Judges everything after the batch's last row, and checks each chunk while the one before it is
    /// saved.
    fn judge_all(
        &self,
        mut reader: Reader,
        mut judging: Judging,
        begun: &Batch,
        full: &SyncSender<Checked>,
    ) -> Result<(), Stop> {
        let mut total = begun.payable_total;
        let mut send = |chunk| {
            let checked = self
                .db
                .read::<_, FlowError>(|conn| validate::check(conn, begun, total, chunk))?;
            total = checked.total();
            full.send(checked).map_err(|_| Stop::Unwanted)
        };
        let mut row = Row::default();
        while reader.next_row(&mut row)? {
            if i64::from(row.number) <= i64::from(begun.row_last) {
                continue;
            }
            if let Some(chunk) = judging.take(&row) {
                send(chunk)?;
            }
        }
        let rest = judging.rest();
        if rest.rows.is_empty() {
            return Ok(());
        }
        send(rest)
    }

    fn save_all(&self, begun: &Batch, chunks: &Receiver<Checked>, claimed: &Claimed) -> Result<(), JobError> {
        let mut after = begun.row_last;
        for chunk in chunks {
            let now = (self.now)();
            let saved = self.db.write(|tx| {
                // A chunk that is lost is read again; the commit that opens the batch waits for all.
                tx.wait_for_no_disk()?;
                queue::renew(tx, claimed, now)?;
                validate::save(tx, begun.id, after, chunk, now)
            })?;
            after = saved.row_last;
        }
        Ok(())
    }
}

/// What keeps a file from being taken in.
enum Trouble {
    File(FileFault),
    Job(JobError),
}

impl From<FileFault> for Trouble {
    fn from(fault: FileFault) -> Self {
        if let FileFault::NotNow { detail } = fault {
            // The task is put back and tried again.
            return Self::Job(JobError::Io(std::io::Error::other(detail)));
        }
        Self::File(fault)
    }
}

impl From<JobError> for Trouble {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

/// A batch that was cancelled or overtaken meanwhile needs nothing more from this worker.
fn gone(error: FlowError) -> Result<(), FlowError> {
    if let FlowError::Store(StoreError::Stale(what)) = error {
        tracing::info!(what, "a validation was overtaken or called off");
        return Ok(());
    }
    Err(error)
}

/// What is known of a file's columns before it is read.
struct Known {
    account: Account,
    decided: Option<ColumnMatch>,
    ask: bool,
    latest: Option<ColumnMatch>,
}

fn asked(reader: &Reader, currency: Currency) -> Asked {
    let header = reader.header();
    let texts: Vec<Vec<&str>> = (0..header.len())
        .map(|column| reader.first_texts(column))
        .collect();
    let rows = reader.rows_ahead();
    let mut asked = Asked::new(header, &texts, currency, (rows, rows == SAMPLE_ROWS));
    asked.sheet = reader.sheet().map(str::to_owned);
    asked
}

fn number_style(reader: &Reader, meanings: &[Meaning]) -> NumberStyle {
    let amount = meanings
        .iter()
        .position(|meaning| *meaning == Meaning::Field(Field::Amount));
    amount.map_or_else(NumberStyle::default, |column| {
        NumberStyle::of(reader.samples(column))
    })
}

/// What the rows read ahead show of the banks' account numbers.
fn account_lengths(reader: &Reader, meanings: &[Meaning]) -> AccountLengths {
    let place = |field| {
        meanings
            .iter()
            .position(|meaning| *meaning == Meaning::Field(field))
    };
    match (place(Field::BankCode), place(Field::AccountNumber)) {
        (Some(bank), Some(account)) => AccountLengths::of(reader.pairs((bank, account))),
        _ => AccountLengths::default(),
    }
}
