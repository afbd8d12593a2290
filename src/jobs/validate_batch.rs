//! Validating a batch: its file is put together from its chunks, read and judged on one thread and
//! saved on another, chunk by chunk. Memory stays at a few chunks; a worker that dies is followed by
//! one that goes on after the last saved row.

use super::{JobError, Worker};
use crate::domain::batch::Batch;
use crate::domain::fault::FileFault;
use crate::domain::field::Field;
use crate::domain::headings::{Meaning, match_headings};
use crate::domain::ids::{BatchId, FileId};
use crate::domain::money::NumberStyle;
use crate::flows::FlowError;
use crate::flows::validate::{self, Chunk, Judging};
use crate::intake::{Limits, Reader, Row, open};
use crate::store::queue::{self, Claimed};
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
}

impl From<FileFault> for Stop {
    fn from(fault: FileFault) -> Self {
        Self::Fault(fault)
    }
}

impl Worker {
    pub(super) fn validate_batch(&self, id: BatchId, claimed: &Claimed) -> Result<(), JobError> {
        let found = self.db.read(|conn| batch::load_by_id(conn, id))?;
        let Some(file) = found.file else { return Ok(()) };
        let (spooled, lines) = self.spool(file)?;
        let now = (self.now)();
        let Some(begun) = self.db.write(|tx| validate::begin(tx, id, lines, now))? else {
            return Ok(());
        };
        match self.read_and_save(&begun, spooled, claimed) {
            Ok(()) => {
                let now = (self.now)();
                self.db
                    .write(|tx| validate::finish(tx, id, now))
                    .map(|_| ())
                    .or_else(gone)
                    .map_err(JobError::from)
            }
            Err(Trouble::File(fault)) => {
                tracing::info!(batch = %begun.number, ?fault, "a file could not be read");
                let now = (self.now)();
                let told = fault.to_string();
                Ok(self
                    .db
                    .write(|tx| validate::fail(tx, id, &told, now))
                    .or_else(gone)?)
            }
            Err(Trouble::Job(error)) => match error {
                JobError::Flow(error) => Ok(gone(error)?),
                JobError::Io(_) | JobError::Panicked => Err(error),
            },
        }
    }

    /// Puts the file together in a nameless temporary file; counts its lines on the way, as a first
    /// guess at its rows. A workbook is packed, so its lines say nothing: 0.
    fn spool(&self, id: FileId) -> Result<(File, i64), JobError> {
        let mut spooled = tempfile::tempfile_in(&self.scratch)?;
        let (mut lines, mut is_packed) = (0_i64, false);
        for n in 0.. {
            let Some(bytes) = self.db.read(|conn| file::find_chunk(conn, id, n))? else {
                break;
            };
            is_packed |= n == 0 && bytes.starts_with(b"PK");
            lines += i64::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
            spooled.write_all(&bytes)?;
        }
        spooled.seek(SeekFrom::Start(0))?;
        // The header is no row.
        Ok((spooled, if is_packed { 0 } else { (lines - 1).max(0) }))
    }

    fn read_and_save(&self, begun: &Batch, spooled: File, claimed: &Claimed) -> Result<(), Trouble> {
        let mut reader = open(spooled, Limits::default())?;
        let account = self
            .db
            .read(|conn| account::load(conn, begun.account))
            .map_err(JobError::from)?;
        reader.know_country(&account.country);
        let meanings = match_headings(reader.header(), account.currency).settled()?;
        let number_style = number_style(&reader, &meanings);
        let code = reader.format().code();
        self.db
            .write(|tx| validate::note_format(tx, begun.id, code, number_style))
            .map_err(JobError::from)?;
        let mut judging = Judging::new(&account, begun, meanings, number_style, (self.now)());
        if begun.row_last > 0 {
            let saved = self
                .db
                .read(|conn| payout::list_references(conn, begun.id))
                .map_err(JobError::from)?;
            saved
                .iter()
                .for_each(|(reference, row)| judging.remember(reference, *row));
        }
        let (full, chunks) = sync_channel::<Chunk>(CHUNKS_WAITING);
        let after = begun.row_last;
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || judge_all(reader, judging, after, &full));
            let saved = self.save_all(begun, &chunks, claimed);
            drop(chunks);
            let read = reading.join().map_err(|_| JobError::Panicked)?;
            saved?;
            match read {
                Ok(()) | Err(Stop::Unwanted) => Ok(()),
                Err(Stop::Fault(fault)) => Err(Trouble::File(fault)),
            }
        })
    }

    fn save_all(&self, begun: &Batch, chunks: &Receiver<Chunk>, claimed: &Claimed) -> Result<(), JobError> {
        let mut after = begun.row_last;
        for chunk in chunks {
            let now = (self.now)();
            let saved = self.db.write(|tx| {
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

fn number_style(reader: &Reader, meanings: &[Meaning]) -> NumberStyle {
    let amount = meanings
        .iter()
        .position(|meaning| *meaning == Meaning::Field(Field::Amount));
    amount.map_or_else(NumberStyle::default, |column| {
        NumberStyle::of(reader.samples(column))
    })
}

fn judge_all(
    mut reader: Reader,
    mut judging: Judging,
    after: i32,
    full: &SyncSender<Chunk>,
) -> Result<(), Stop> {
    let mut row = Row::default();
    while reader.next_row(&mut row)? {
        if i64::from(row.number) <= i64::from(after) {
            continue;
        }
        if let Some(chunk) = judging.take(&row) {
            full.send(chunk).map_err(|_| Stop::Unwanted)?;
        }
    }
    let rest = judging.rest();
    if !rest.rows.is_empty() {
        full.send(rest).map_err(|_| Stop::Unwanted)?;
    }
    Ok(())
}
