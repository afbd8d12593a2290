//! A corrected error file: read, held against the batch, applied.
//!
//! The invariant: it has the columns that the error file was given out with, and names only rows that
//! are faulty, each once; otherwise every such row is told and nothing is changed.

use super::{Came, rejudge};
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::columns::Decided;
use crate::domain::fault::FileFault;
use crate::domain::headings::{Meaning, plain};
use crate::domain::row::Entered;
use crate::flows::FlowError;
use crate::intake::{self, Limits, Row, enter, keep_left_out};
use crate::store::{Tx, payout};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::fs::File;

/// Row numbers of one statement.
const ROWS_A_STATEMENT: usize = 2_000;
/// How many rows a message names.
const ROWS_NAMED: usize = 10;
/// Rows beyond the faulty ones that are still read, so that they can be named.
const ROWS_TOO_MANY: usize = 1_000;

/// What a corrected error file says.
pub struct Corrections {
    /// Row number and what should stand there, in the file's order.
    pub rows: Vec<(i32, Entered)>,
    /// What can't be right whatever the batch holds.
    troubles: Vec<String>,
}

/// Reads a corrected error file by what the batch's columns were read as. Holds no connection. `faulty`
/// is how many rows of the batch are faulty: a file with far more is none of this batch's.
///
/// # Errors
/// `Invalid` where it is no such file.
pub fn read_file(file: File, read_as: &Decided, faulty: i64) -> Result<Corrections, FlowError> {
    let told = |fault: FileFault| FlowError::invalid("file", fault.to_string());
    let mut reader = intake::open(file, Limits::default()).map_err(told)?;
    let meanings = meanings(reader.header(), read_as)?;
    let mut found = Corrections {
        rows: Vec::new(),
        troubles: Vec::new(),
    };
    let mut met = BTreeSet::new();
    let (mut twice, mut unreadable) = (Vec::new(), Vec::new());
    let mut row = Row::default();
    let most = usize::try_from(faulty).unwrap_or(0).saturating_add(ROWS_TOO_MANY);
    let mut count = 0;
    while reader.next_row(&mut row).map_err(told)? {
        count += 1;
        if count > most {
            let message = format!(
                "The file has more rows than the {faulty} of this batch that are faulty. Download the error file \
                 of this batch, correct the rows in it, and upload that."
            );
            return Err(FlowError::invalid("file", message));
        }
        let number = row.cells.first().map_or("", |cell| cell.text.as_str());
        let Some(number) = number.parse::<i32>().ok().filter(|number| *number > 0) else {
            unreadable.push(i32::try_from(row.number).unwrap_or(i32::MAX));
            continue;
        };
        if !met.insert(number) {
            twice.push(number);
            continue;
        }
        let mut entered = enter(&row, &meanings);
        keep_left_out(&mut entered, &row, &meanings, reader.header());
        found.rows.push((number, entered));
    }
    tell(
        &mut found.troubles,
        &unreadable,
        "in line",
        "the column Row holds no row number",
    );
    tell(&mut found.troubles, &twice, "row", "stands there more than once");
    Ok(found)
}

/// The first column is the row number, the last may be what to correct; those between are the batch's.
fn meanings(header: &[String], read_as: &Decided) -> Result<Vec<Meaning>, FlowError> {
    let refuse = |what: String| {
        FlowError::invalid(
            "file",
            format!("{what} Download the error file of this batch, correct the rows in it, and upload that."),
        )
    };
    if header.first().is_none_or(|first| plain(first) != "row") {
        return Err(refuse("The first column of the file is not Row.".to_owned()));
    }
    let last = header.last().is_some_and(|last| plain(last) == "whattocorrect");
    let between = header
        .get(1..header.len() - usize::from(last && header.len() > 1))
        .unwrap_or_default();
    let known: Vec<String> = read_as
        .columns
        .iter()
        .map(|(heading, _)| plain(heading))
        .filter(|heading| !heading.is_empty())
        .collect();
    for heading in &known {
        if !between.iter().any(|given| plain(given) == *heading) {
            let heading = read_as.columns.iter().find(|(name, _)| plain(name) == *heading);
            let heading = heading.map_or("", |(name, _)| name.as_str());
            return Err(refuse(format!(
                "The column \u{201c}{heading}\u{201d} is missing."
            )));
        }
    }
    let Some(meant) = read_as.meanings(between) else {
        return Err(refuse(
            "The file has a column that this batch does not have.".to_owned(),
        ));
    };
    let mut meanings = vec![Meaning::LeaveOut];
    meanings.extend(meant);
    meanings.push(Meaning::LeaveOut);
    Ok(meanings)
}

/// Replaces the rows that the file names.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    batch: &mut Batch,
    account: &Account,
    corrections: Corrections,
    now: DateTime<Utc>,
) -> Result<Came, FlowError> {
    let Corrections {
        mut rows,
        mut troubles,
    } = corrections;
    rows.sort_by_key(|(number, _)| *number);
    let (mut unknown, mut sound) = (Vec::new(), Vec::new());
    let mut again = Vec::with_capacity(rows.len());
    let mut rest = rows.into_iter().peekable();
    while rest.peek().is_some() {
        let page: Vec<(i32, Entered)> = rest.by_ref().take(ROWS_A_STATEMENT).collect();
        let numbers: Vec<i32> = page.iter().map(|(number, _)| *number).collect();
        let mut found = payout::list_rows(tx, batch.id, &numbers)?.into_iter().peekable();
        for (number, entered) in page {
            match found.next_if(|read| read.row == number) {
                None => unknown.push(number),
                Some(read) if read.content.is_ok() => sound.push(number),
                Some(read) => again.push((read, entered)),
            }
        }
    }
    tell(&mut troubles, &unknown, "row", "is not in this batch");
    tell(
        &mut troubles,
        &sound,
        "row",
        "has no fault, so it is not replaced",
    );
    if !troubles.is_empty() {
        let message = format!(
            "Nothing was changed. {} Take these rows out and upload it again.",
            troubles.join(" ")
        );
        return Err(FlowError::invalid("file", message));
    }
    rejudge(tx, batch, account, again, now)
}

fn tell(troubles: &mut Vec<String>, rows: &[i32], what: &str, why: &str) {
    if rows.is_empty() {
        return;
    }
    let named: Vec<String> = rows.iter().take(ROWS_NAMED).map(ToString::to_string).collect();
    let more = rows.len().saturating_sub(ROWS_NAMED);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let mut sentence = format!("{what} {}{more}: {why}.", named.join(", "));
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    troubles.push(sentence);
}
