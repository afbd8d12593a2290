//! What somebody entered in a row, before it is judged: text for each field, and what the
//! spreadsheet is known to have spoilt.
//!
//! Not here: the rules of each field. The invariant: texts have no white space around them, and a
//! value that lost something on its way is marked, so that it ends as a fault and never as a guess.

use super::Faults;
use crate::domain::field::Field;
use crate::domain::headings::is_called;
use crate::domain::money::is_scientific;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a spreadsheet spoilt a cell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spoilt {
    /// A number of 16 or more digits: spreadsheets keep 15.
    DigitsLost,
    /// A date, which is right only where a date belongs.
    Date,
    /// A text that spreadsheets write for a date, in a file that has texts only. It is wrong where a
    /// reference belongs: what stood there before is lost.
    DateText,
    /// A formula's error such as `#N/A`.
    Error,
    /// An account number without its leading zeros; how many digits its bank's have.
    ZerosLost(u8),
}

/// One row as entered. Kept as JSON with rows that have faults.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Entered {
    texts: BTreeMap<Field, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    spoilt: BTreeMap<Field, Spoilt>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    amount_is_number: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    left_out: BTreeMap<String, String>,
}

impl Entered {
    /// An empty row.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The trimmed text of a field, empty where nothing was entered.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        self.texts.get(&field).map_or("", String::as_str)
    }

    /// Enters a text, as a person does: whatever was spoilt before is well again.
    pub fn set(&mut self, field: Field, text: &str) {
        let text = trimmed(text);
        self.spoilt.remove(&field);
        if field == Field::Amount {
            self.amount_is_number = false;
        }
        if text.is_empty() {
            self.texts.remove(&field);
        } else if matches!(field, Field::BeneficiaryName | Field::City | Field::Comment) {
            self.texts.insert(field, in_one_line(text));
        } else {
            self.texts.insert(field, text.to_owned());
        }
    }

    /// Marks what was just entered as spoilt.
    pub fn spoil(&mut self, field: Field, spoilt: Spoilt) {
        self.spoilt.insert(field, spoilt);
    }

    /// Says that the amount came as a number and not as text: its decimals stand after a point,
    /// whatever the file's texts do.
    pub fn set_amount_is_number(&mut self) {
        self.amount_is_number = true;
    }

    /// Whether the amount came as a number.
    #[must_use]
    pub const fn amount_is_number(&self) -> bool {
        self.amount_is_number
    }

    /// Keeps a piece of metadata; nothing for an empty text. Control characters become spaces.
    pub fn set_metadata(&mut self, name: &str, text: &str) {
        let text = trimmed(text);
        if text.is_empty() {
            self.metadata.remove(name);
        } else {
            self.metadata.insert(
                name.to_owned(),
                text.chars()
                    .map(|c| if c.is_control() { ' ' } else { c })
                    .collect(),
            );
        }
    }

    /// Keeps what stands in a column that is not taken in, so that an error file can show the whole
    /// row again.
    pub fn set_left_out(&mut self, heading: &str, text: &str) {
        if !text.is_empty() {
            let text = text.chars().map(|c| if c.is_control() { ' ' } else { c });
            self.left_out.insert(heading.to_owned(), text.collect());
        }
    }

    /// What stood in the columns that were not taken in, by heading.
    #[must_use]
    pub const fn left_out(&self) -> &BTreeMap<String, String> {
        &self.left_out
    }

    /// The metadata by name.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The texts by field, without the empty ones.
    #[must_use]
    pub const fn texts(&self) -> &BTreeMap<Field, String> {
        &self.texts
    }

    pub(super) fn kept(&self, field: Field) -> Option<String> {
        self.texts.get(&field).cloned()
    }
}

/// Without white space, zero-width and direction marks around it: spreadsheets and chats leave them.
fn trimmed(text: &str) -> &str {
    let blank = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.trim_matches(blank)
}

/// Lines within a cell go on in one: a name or a comment means the same without its breaks.
fn in_one_line(text: &str) -> String {
    if !text.contains(['\n', '\r', '\t']) {
        return text.to_owned();
    }
    let lines = text.split(['\n', '\r', '\t']).map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Fields in which digits are a name and not a quantity.
const fn names_something(field: Field) -> bool {
    matches!(
        field,
        Field::Reference | Field::Iban | Field::AccountNumber | Field::BankCode | Field::Mobile
    )
}

/// Notes what the spreadsheet has spoilt, and texts that can't be stored or shown as they stand.
pub(super) fn note_spoilt(faults: &mut Faults<'_>) {
    let row = faults.row;
    for (field, spoilt) in &row.spoilt {
        note_mark(faults, *field, *spoilt);
    }
    for (field, text) in &row.texts {
        let label = field.label();
        if faults.has(*field) {
            continue;
        }
        if names_something(*field)
            && text.contains(['E', 'e'])
            && text.contains(['+', '.', ','])
            && is_scientific(text)
        {
            faults.note(
                *field,
                format!("{label} is in scientific notation"),
                "Format the column as text, write all digits and upload it again",
            );
        } else if let Some((message, remedy)) = broken(*field, text) {
            faults.note(*field, format!("{label} {message}"), remedy);
        }
    }
}

fn note_mark(faults: &mut Faults<'_>, field: Field, spoilt: Spoilt) {
    let label = field.label();
    match spoilt {
        Spoilt::Error => faults.note(
            field,
            format!("{label} is a spreadsheet error"),
            "Correct the formula, or write the value itself",
        ),
        Spoilt::Date if !matches!(field, Field::PayOn | Field::Comment) => {
            faults.note(
                field,
                format!("{label} is a date"),
                "Format the column as text and write the value itself",
            );
        }
        Spoilt::DigitsLost if names_something(field) => {
            faults.note(
                field,
                format!("{label} lost digits: spreadsheets keep 15 of a number"),
                "Format the column as text and write all digits again",
            );
        }
        Spoilt::DateText if field == Field::Reference => faults.note(
            field,
            format!("{label} is a date"),
            "Write it as it was before a spreadsheet made a date of it; one that is meant to look like a \
             date can be sent in an XLSX file, its column formatted as text",
        ),
        Spoilt::ZerosLost(length) if field == Field::AccountNumber => note_zeros(faults, length),
        Spoilt::Date | Spoilt::DateText | Spoilt::DigitsLost | Spoilt::ZerosLost(_) => {}
    }
}

fn note_zeros(faults: &mut Faults<'_>, length: u8) {
    let account = super::lengths::digits(faults.row.text(Field::AccountNumber)).unwrap_or_default();
    let bank = faults.row.text(Field::BankCode);
    let (count, whole) = (account.len(), usize::from(length));
    faults.note(
        Field::AccountNumber,
        format!("Account number has {count} digits, and the others of {bank} have {length}: leading zeros were lost"),
        format!("Write {account:0>whole$}, or the same number again if it is right"),
    );
}

/// What a text shows of the spreadsheet that it comes from, or of the way it came.
fn broken(field: Field, text: &str) -> Option<(&'static str, &'static str)> {
    let is_free = matches!(field, Field::BeneficiaryName | Field::City | Field::Comment);
    if ERRORS.contains(&text.to_ascii_uppercase().as_str()) {
        Some((
            "is a spreadsheet error",
            "Correct the formula, or write the value itself",
        ))
    } else if text.len() > 1 && text.bytes().all(|b| b == b'#') {
        Some((
            "is only # signs: its column was too narrow to show it",
            "Widen the column, save the file and upload it again",
        ))
    } else if text.starts_with('=') && !is_free && field != Field::Reference {
        Some((
            "is a formula, and formulas are not worked out",
            "Write the value itself",
        ))
    } else if !is_free && is_heading(field, text) {
        Some((
            "is a heading and no value",
            "Leave the row out if it repeats the headings; else write the value",
        ))
    } else if text.contains(['\n', '\r']) {
        Some(("has a line break", "Write it in one line"))
    } else if text.chars().any(unreadable) {
        Some((
            "has a character that can't be read",
            "Type the text again without special characters",
        ))
    } else {
        None
    }
}

/// Long lists say their headings again on every page.
fn is_heading(field: Field, text: &str) -> bool {
    let has_letters_only = || !text.bytes().any(|b| b.is_ascii_digit());
    matches!(
        field,
        Field::Amount | Field::Mobile | Field::Iban | Field::AccountNumber
    ) && has_letters_only()
        && is_called(text, field)
}

/// What spreadsheets write where a formula fails.
const ERRORS: [&str; 9] = [
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
];

/// NUL and other control characters, and what a decoder puts where it could not read.
fn unreadable(c: char) -> bool {
    c.is_control() || c == char::REPLACEMENT_CHARACTER
}
