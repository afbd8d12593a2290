//! The payout report into a sheet of any format: the headings, then one line a payout.
//!
//! Not here: what a line holds (`domain::report`), which payouts are on it and who may have it
//! (`store`, `pages`). The invariant: cells stand in the order of the headings, and the compiler
//! counts them.

use super::{ExportError, RowSink, Value};
use crate::domain::report::{Deed, PAYOUT_HEADINGS, PayoutLine};

/// Begins the report.
///
/// # Errors
/// Those of the sink.
pub fn write_header(sink: &mut impl RowSink) -> Result<(), ExportError> {
    sink.header(&PAYOUT_HEADINGS)
}

/// Writes one payout.
///
/// # Errors
/// Those of the sink.
pub fn write_line(sink: &mut impl RowSink, line: &PayoutLine) -> Result<(), ExportError> {
    let batch_number = line.batch_number.to_string();
    let account = line.account.to_string();
    let [captured_by, captured_at] = deed(&line.captured);
    let [submitted_by, submitted_at] = deed(&line.submitted);
    let [reviewed_by, reviewed_at] = deed(&line.reviewed);
    let [approved_by, approved_at] = deed(&line.approved);
    let [released_by, released_at] = deed(&line.released);
    let [closed_by, closed_at] = deed(&line.closed);
    let cells: [Value<'_>; PAYOUT_HEADINGS.len()] = [
        Value::Moment(line.transaction_date),
        Value::Text(&batch_number),
        Value::Text(&account),
        Value::Text(&line.reference),
        Value::text(line.beneficiary_name.as_deref()),
        Value::Text(&line.destination),
        line.amount.map_or(Value::Empty, Value::Amount),
        Value::Text(&line.currency),
        Value::text(line.purpose.as_deref()),
        Value::Text(&line.rationale),
        Value::Text(&line.status),
        Value::text(line.result.as_deref()),
        Value::text(line.channel.as_deref()),
        Value::text(line.rail_reference.as_deref()),
        Value::text(line.failure_reason.as_deref()),
        captured_by,
        captured_at,
        submitted_by,
        submitted_at,
        Value::text(line.edited_by.as_deref()),
        reviewed_by,
        reviewed_at,
        approved_by,
        approved_at,
        released_by,
        released_at,
        closed_by,
        closed_at,
        Value::text(line.closed_reason.as_deref()),
    ];
    sink.row(&cells)
}

fn deed(deed: &Deed) -> [Value<'_>; 2] {
    [Value::text(deed.by.as_deref()), Value::moment(deed.at)]
}
