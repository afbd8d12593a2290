//! What the columns of a file mean, told by their headings.
//!
//! Not here: what a person is asked where they don't, and what is remembered of it (`columns`). The invariant: a
//! heading is matched only with certainty. Two columns for one field match neither, and an unknown
//! heading is never guessed: an amount read from the wrong column would be paid.

mod names;
mod pasted;

pub use pasted::with_headings;

use super::fault::{FileFault, column_letters};
use super::field::Field;
use super::money::Currency;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What a heading must begin with for its column to be kept as metadata.
const METADATA: &str = "metadata.";

/// How many characters the name of a piece of metadata may have.
pub const METADATA_NAME_CHARS_MAX: usize = 64;

/// What a column means.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// One of our fields.
    Field(Field),
    /// Kept under this name and searchable.
    Metadata(String),
    /// Not taken in.
    LeaveOut,
}

/// Why a set of headings is not settled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// Nothing we know is called so.
    Unknown {
        /// The column, counted from 0.
        column: usize,
        /// The heading as written.
        heading: String,
    },
    /// More than one column means the same.
    Twice {
        /// What they all mean.
        meaning: Meaning,
        /// The headings as written.
        headings: Vec<String>,
    },
    /// No column for the amount.
    NoAmount,
    /// No column that says where the money goes.
    NoDestination,
    /// An account number without a bank code, or the other way round, and no other destination.
    HalfDestination {
        /// The field whose column is missing.
        missing: Field,
    },
}

/// The meaning of each column, `None` where it is not certain, and what is in the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matching {
    /// One for each heading.
    pub meanings: Vec<Option<Meaning>>,
    /// Empty when the file can be read.
    pub problems: Vec<Problem>,
}

impl Matching {
    /// The meanings, if all are certain and what is required is there.
    ///
    /// # Errors
    /// [`FileFault::Columns`] names the columns and says what to do.
    pub fn settled(self) -> Result<Vec<Meaning>, FileFault> {
        match self.meanings.iter().cloned().collect::<Option<Vec<_>>>() {
            Some(meanings) if self.problems.is_empty() => Ok(meanings),
            _ => Err(FileFault::Columns(told(&self.problems))),
        }
    }
}

/// Matches headings for an account in `currency`, whose code may stand in the amount's heading. An
/// empty heading is left out: `intake` refuses text under it.
#[must_use]
pub fn match_headings(headings: &[String], currency: Currency) -> Matching {
    let mut meanings: Vec<Option<Meaning>> = headings
        .iter()
        .map(|heading| meaning_of(heading, currency))
        .collect();
    let mut problems: Vec<Problem> = headings
        .iter()
        .zip(&meanings)
        .enumerate()
        .filter(|(_, (_, meaning))| meaning.is_none())
        .map(|(column, (heading, _))| Problem::Unknown {
            column,
            heading: heading.clone(),
        })
        .collect();
    problems.extend(part_doubles(headings, &mut meanings));
    problems.extend(missing(&meanings, &problems));
    Matching { meanings, problems }
}

fn part_doubles(headings: &[String], meanings: &mut [Option<Meaning>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let all: Vec<Meaning> = meanings
        .iter()
        .flatten()
        .filter(|m| **m != Meaning::LeaveOut)
        .cloned()
        .collect();
    let mut told = BTreeSet::new();
    for meaning in all {
        let same = |m: &Option<Meaning>| m.as_ref().is_some_and(|m| key(m) == key(&meaning));
        let called: Vec<String> = headings
            .iter()
            .zip(meanings.iter())
            .filter(|(_, m)| same(m))
            .map(|(h, _)| h.clone())
            .collect();
        if called.len() > 1 && told.insert(key(&meaning)) {
            for slot in meanings.iter_mut().filter(|m| same(m)) {
                *slot = None;
            }
            problems.push(Problem::Twice {
                meaning,
                headings: called,
            });
        }
    }
    problems
}

fn key(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Field(field) => field.code().to_owned(),
        Meaning::Metadata(name) => format!("{METADATA}{}", name.to_lowercase()),
        Meaning::LeaveOut => String::new(),
    }
}

fn missing(meanings: &[Option<Meaning>], problems: &[Problem]) -> Vec<Problem> {
    let doubled = |field| {
        problems
            .iter()
            .any(|p| matches!(p, Problem::Twice { meaning: Meaning::Field(f), .. } if *f == field))
    };
    let has = |field| doubled(field) || meanings.iter().flatten().any(|m| *m == Meaning::Field(field));
    let mut found = Vec::new();
    if !has(Field::Amount) {
        found.push(Problem::NoAmount);
    }
    if !has(Field::Iban) && !has(Field::Mobile) {
        match (has(Field::AccountNumber), has(Field::BankCode)) {
            (true, true) => {}
            (true, false) => found.push(Problem::HalfDestination {
                missing: Field::BankCode,
            }),
            (false, true) => found.push(Problem::HalfDestination {
                missing: Field::AccountNumber,
            }),
            (false, false) => found.push(Problem::NoDestination),
        }
    }
    found
}

fn meaning_of(heading: &str, currency: Currency) -> Option<Meaning> {
    let heading = heading.trim();
    if heading.is_empty() {
        return Some(Meaning::LeaveOut);
    }
    if heading
        .get(..METADATA.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(METADATA))
    {
        let name = heading.get(METADATA.len()..).unwrap_or_default().trim();
        let fits = !name.is_empty()
            && name.chars().count() <= METADATA_NAME_CHARS_MAX
            && !name.chars().any(char::is_control);
        return fits.then(|| Meaning::Metadata(name.to_owned()));
    }
    let plain = letters(heading);
    field_called(&plain)
        .or_else(|| amount_with_code(&plain, currency))
        .map(Meaning::Field)
}

/// `Amount (MWK)` and `Net pay MWK`, but only with the account's own currency.
fn amount_with_code(plain: &str, currency: Currency) -> Option<Field> {
    let code = currency.code().to_ascii_lowercase();
    let rest = plain.strip_suffix(&code).or_else(|| plain.strip_prefix(&code))?;
    field_called(rest).filter(|field| *field == Field::Amount)
}

/// What a heading is compared by: its letters and digits in small, or where it has none, itself.
#[must_use]
pub fn plain(heading: &str) -> String {
    let plain = letters(heading);
    if plain.is_empty() {
        heading.trim().to_lowercase()
    } else {
        plain
    }
}

fn letters(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a heading is one of the names of a field.
#[must_use]
pub fn is_called(heading: &str, field: Field) -> bool {
    field_called(&letters(heading)) == Some(field)
}

/// Every name of a field, as [`plain`] writes them, with spaces between.
#[must_use]
pub fn names_of(field: Field) -> String {
    format!("{} {}", letters(field.code()), names::other_names(field))
}

fn field_called(plain: &str) -> Option<Field> {
    Field::ALL.iter().copied().find(|field| {
        letters(field.code()) == plain || names::other_names(*field).split(' ').any(|name| name == plain)
    })
}

/// One message for the file: what can't be matched, what is missing, what to do.
fn told(problems: &[Problem]) -> String {
    let mut text = String::new();
    let mut unknown = false;
    for problem in problems {
        match problem {
            Problem::Unknown { column, heading } => {
                let lead = if unknown {
                    ", "
                } else {
                    "These columns can't be matched: "
                };
                let _ = write!(
                    text,
                    "{lead}\u{201c}{}\u{201d} ({})",
                    clipped(heading),
                    column_letters(*column)
                );
                unknown = true;
            }
            Problem::Twice { .. }
            | Problem::NoAmount
            | Problem::NoDestination
            | Problem::HalfDestination { .. } => {}
        }
    }
    if unknown {
        text.push_str(". ");
    }
    for problem in problems {
        text.push_str(&sentence(problem));
    }
    if unknown {
        let names: Vec<&str> = Field::ALL.iter().map(|field| field.code()).collect();
        let _ = write!(
            text,
            "Rename a heading to one of {}, or begin it with {METADATA} to keep the column. ",
            names.join(", ")
        );
    }
    text.push_str("Then upload the file again.");
    text
}

fn sentence(problem: &Problem) -> String {
    match problem {
        Problem::Unknown { .. } => String::new(),
        Problem::Twice { meaning, headings } => {
            let called: Vec<String> = headings
                .iter()
                .map(|h| format!("\u{201c}{}\u{201d}", clipped(h)))
                .collect();
            format!(
                "{} all mean {}: keep 1 of them and begin the other headings with {METADATA}, such as {METADATA}old. ",
                called.join(", "),
                named(meaning)
            )
        }
        Problem::NoAmount => "No column holds the amount: call it amount. ".into(),
        Problem::NoDestination => {
            "No column says where the money goes: add iban, or account_number and bank_code, or mobile. "
                .into()
        }
        Problem::HalfDestination { missing } => format!(
            "Account number and bank code are both needed: add {}. ",
            missing.code()
        ),
    }
}

fn named(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Field(field) => field.code().to_owned(),
        Meaning::Metadata(name) => format!("{METADATA}{}", clipped(name)),
        Meaning::LeaveOut => "nothing".to_owned(),
    }
}

fn clipped(heading: &str) -> String {
    heading.chars().take(METADATA_NAME_CHARS_MAX).collect()
}
