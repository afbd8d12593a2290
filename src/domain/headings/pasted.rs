//! The headings of rows that were pasted: a clipboard often holds the rows alone.

use super::{Meaning, match_headings};
use crate::domain::money::Currency;
use std::borrow::Cow;

/// The text with a line of headings: its own where the first line has one that we know, else
/// `Column 1`, `Column 2`, …, which a person then says the meaning of.
#[must_use]
pub fn with_headings(text: &str, currency: Currency) -> Cow<'_, str> {
    let text = text.trim_start_matches(['\u{feff}', '\r', '\n']);
    let first = text.lines().next().unwrap_or_default();
    let separator = ['\t', ';', '|', ',']
        .into_iter()
        .find(|separator| first.contains(*separator))
        .unwrap_or('\t');
    let cells: Vec<String> = first
        .split(separator)
        .map(|cell| cell.trim().trim_matches('"').to_owned())
        .collect();
    let known = match_headings(&cells, currency).meanings.into_iter().flatten();
    if known.into_iter().any(|meaning| meaning != Meaning::LeaveOut) {
        return Cow::Borrowed(text);
    }
    let headings: Vec<String> = (1..=cells.len()).map(|n| format!("Column {n}")).collect();
    Cow::Owned(format!("{}\n{text}", headings.join(&separator.to_string())))
}
