//! How a delimited text parts its cells and rows, found by trying each separator on its beginning.
//!
//! The invariant: a `sep=` line is believed; otherwise the separator is the one by which the most
//! rows have as many cells as the first, or below a title as each other.

/// The rows that are tried.
const ROWS: usize = 50;

/// What is tried. The last of equals wins: a comma, where nothing tells them apart.
const SEPARATORS: [u8; 4] = [b'|', b'\t', b';', b','];

/// In 1,000 rows, as many as must agree with the first; else the first is taken for a title.
const HEADER_SHARE_MIN: usize = 700;

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
    let shapes = SEPARATORS.map(|separator| (separator, Shape::of(sample, whole, separator, line_end)));
    let best = |score: fn(&Shape) -> usize| shapes.iter().max_by_key(|(_, shape)| score(shape));
    let (by_header, below_title) = (best(Shape::with_header), best(Shape::with_each_other));
    let found = by_header
        .filter(|(_, shape)| shape.with_header() >= HEADER_SHARE_MIN * 10)
        .or(below_title);
    Dialect {
        separator: found.map_or(b',', |(separator, _)| *separator),
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

/// How many cells each row has by one separator.
struct Shape(Vec<usize>);

impl Shape {
    fn of(sample: &str, whole: bool, separator: u8, line_end: u8) -> Self {
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
        Self(counts)
    }

    /// The share of rows with as many cells as the first, then how many cells that is.
    fn with_header(&self) -> usize {
        self.0.first().map_or(0, |first| self.rated(*first))
    }

    /// The same of whatever number of cells most rows have.
    fn with_each_other(&self) -> usize {
        self.0.iter().map(|cells| self.rated(*cells)).max().unwrap_or(0)
    }

    fn rated(&self, cells: usize) -> usize {
        if cells < 2 {
            return 0;
        }
        let same = self.0.iter().filter(|count| **count == cells).count();
        same * 1000 / self.0.len() * 10 + cells.min(9)
    }
}
