//! An account's statement into a sheet of any format: the headings, then one line a ledger entry.
//!
//! Not here: what a line holds (`domain::report`), which entries are on it and who may have it
//! (`store`, `pages`). The invariant: credits less debits of a whole statement are what is available.

use super::{ExportError, RowSink, Value};
use crate::domain::report::{STATEMENT_HEADINGS, StatementLine};

/// Begins the statement.
///
/// # Errors
/// Those of the sink.
pub fn write_header(sink: &mut impl RowSink) -> Result<(), ExportError> {
    sink.header(&STATEMENT_HEADINGS)
}

/// Writes one entry. Debit and credit are those of the available balance: money that only moves on
/// from reserved has neither, and the three balances show it.
///
/// # Errors
/// Those of the sink.
pub fn write_line(sink: &mut impl RowSink, line: &StatementLine) -> Result<(), ExportError> {
    let batch_number = line.batch.as_ref().map(|(number, _)| number.to_string());
    let reference = line.payout.as_ref().map(|(_, reference)| reference.as_str());
    let cells: [Value<'_>; STATEMENT_HEADINGS.len()] = [
        Value::Moment(line.at),
        Value::Integer(line.entry),
        Value::Text(line.movement.as_str()),
        Value::text(batch_number.as_deref()),
        Value::text(reference),
        line.debit().map_or(Value::Empty, Value::Amount),
        line.credit().map_or(Value::Empty, Value::Amount),
        Value::Amount(line.available),
        Value::Amount(line.reserved),
        Value::Amount(line.in_transit),
        Value::Text(line.amount.currency().code()),
    ];
    sink.row(&cells)
}
