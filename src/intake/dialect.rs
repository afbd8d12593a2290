//! How a delimited text parts its cells and rows, found by trying each separator on its beginning.
//!
//! The invariant: a `sep=` line is believed; otherwise the separator is the one by which the most
//! rows have as many cells as the first.

/// The rows that are tried.
const ROWS: usize = 50;

/// How cells and rows are parted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Dialect {
    /// Between cells.
    pub(super) separator: u8,
    /// Between rows: a line feed, or a carriage return where the text has no line feed at all. The
    /// return of `\r\n` is trimmed off with the last cell's white space.
    pub(super) line_end: u8,
    /// Whether the first line is Excel's `sep=`, which no spreadsheet shows as a row.
    pub(super) has_separator_line: bool,
}

/// Finds the dialect of a text that begins with `sample`; `whole` says that it is all of it.
pub(super) fn of(sample: &str, whole: bool) -> Dialect {
    let line_end = if !sample.contains('\n') && sample.contains('\r') {
        b'\r'
    } else {
        b'\n'
    };
    if let Some(separator) = separator_line(sample) {
        return Dialect {
            separator,
            line_end,
            has_separator_line: true,
        };
    }
    // The last of equals wins: a comma, where nothing tells them apart.
    let best = [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(|separator| score(sample, whole, *separator, line_end));
    Dialect {
        separator: best.unwrap_or(b','),
        line_end,
        has_separator_line: false,
    }
}

fn separator_line(sample: &str) -> Option<u8> {
    let line = sample.lines().next()?.trim().trim_matches('"');
    let start = line.get(..4)?;
    let separator = line.get(4..)?;
    let separator = if separator.is_empty() && sample.get(4..5) == Some("\t") {
        "\t"
    } else {
        separator
    };
    match separator.as_bytes() {
        [separator @ (b',' | b';' | b'\t' | b'|')] if start.eq_ignore_ascii_case("sep=") => Some(*separator),
        _ => None,
    }
}

/// How evenly a separator parts the rows: first the share of rows with as many cells as the first,
/// then how many cells that is.
fn score(sample: &str, whole: bool, separator: u8, line_end: u8) -> usize {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .terminator(csv::Terminator::Any(line_end))
        .has_headers(false)
        .flexible(true)
        .from_reader(sample.as_bytes());
    let mut counts: Vec<usize> = reader
        .records()
        .take(ROWS + 1)
        .filter_map(Result::ok)
        .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
        .map(|row| row.len())
        .collect();
    if (!whole && counts.len() > 1) || counts.len() > ROWS {
        counts.pop();
    }
    let Some(first) = counts.first().copied().filter(|first| *first > 1) else {
        return 0;
    };
    let same = counts.iter().filter(|count| **count == first).count();
    same * 1000 / counts.len() * 10 + first.min(9)
}
