//! The columns of one file as a person is asked about them, and what they answer.
//!
//! Headings that are certain are `headings`' to tell; what may be guessed of the others is in
//! `guess`. The invariant: nothing is taken from a guess. A guess is shown with its reason, and a
//! column means something only once its heading is certain or a person has said so.

mod guess;

use super::fault::column_letters;
use super::field::Field;
use super::headings::{
    METADATA_NAME_CHARS_MAX, Matching, Meaning, Problem, is_called, match_headings, plain,
};
use super::money::Currency;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// How many of a column's first values are shown.
pub const FIRST_VALUES: usize = 3;
/// How many characters of one of them.
const VALUE_CHARS_MAX: usize = 40;

/// What a column might mean, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Guess {
    /// The field.
    pub field: Field,
    /// "its values look like IBANs".
    pub reason: String,
}

impl Guess {
    /// The field and why: `IBAN: its values look like IBANs`.
    #[must_use]
    pub fn told(&self) -> String {
        format!("{}: {}", self.field.label(), self.reason)
    }
}

/// One column of the file. Stored as JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// The heading as written.
    pub heading: String,
    /// Its first values that are not empty, clipped.
    pub first: Vec<String>,
    /// In how many of the rows that were looked at it is filled.
    pub filled: usize,
    /// What it might mean.
    pub guess: Option<Guess>,
}

/// What a person is asked about. Stored as JSON until the batch is closed, and after.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// How many rows were looked at.
    pub rows: usize,
    /// Whether there are more.
    pub more: bool,
    /// The columns in order.
    pub columns: Vec<Column>,
}

impl Asked {
    /// From the headings and the columns' texts in the rows that were looked at.
    #[must_use]
    pub fn new(
        headings: &[String],
        texts: &[Vec<&str>],
        currency: Currency,
        (rows, more): (usize, bool),
    ) -> Self {
        let certain = match_headings(headings, currency).meanings;
        let nothing = Vec::new();
        let columns = headings
            .iter()
            .enumerate()
            .map(|(n, heading)| {
                let texts = texts.get(n).unwrap_or(&nothing);
                let settled = certain.get(n).is_some_and(Option::is_some);
                Column {
                    heading: heading.clone(),
                    first: texts
                        .iter()
                        .take(FIRST_VALUES)
                        .map(|text| clipped(text, VALUE_CHARS_MAX))
                        .collect(),
                    filled: texts.len(),
                    guess: if settled {
                        None
                    } else {
                        guess::of(heading, texts, &certain)
                    },
                }
            })
            .collect();
        Self {
            sheet: None,
            rows,
            more,
            columns,
        }
    }

    /// The headings as written.
    #[must_use]
    pub fn headings(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.heading.clone()).collect()
    }

    fn named(&self, n: usize) -> String {
        match self.columns.get(n) {
            Some(column) if !column.heading.is_empty() => format!(
                "\u{201c}{}\u{201d}",
                clipped(&column.heading, METADATA_NAME_CHARS_MAX)
            ),
            _ => format!("column {}", column_letters(n)),
        }
    }
}

/// What a person says of one column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// Nothing yet.
    Undecided,
    /// It is one of our fields.
    Field(Field),
    /// Kept under its own heading.
    Metadata,
    /// Not taken in.
    LeaveOut,
}

impl Choice {
    /// The word in the form: a field's code, `metadata`, `leave_out`, or nothing.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Undecided => "",
            Self::Field(field) => field.code(),
            Self::Metadata => "metadata",
            Self::LeaveOut => "leave_out",
        }
    }

    /// Reads the word; `None` for one that the form does not have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "" => Some(Self::Undecided),
            "metadata" => Some(Self::Metadata),
            "leave_out" => Some(Self::LeaveOut),
            code => Field::parse(code).map(Self::Field),
        }
    }

    /// What a settled meaning was chosen as.
    #[must_use]
    pub const fn of(meaning: &Meaning) -> Self {
        match meaning {
            Meaning::Field(field) => Self::Field(*field),
            Meaning::Metadata(_) => Self::Metadata,
            Meaning::LeaveOut => Self::LeaveOut,
        }
    }
}

/// What the form begins with: certain headings as they are; a heading with a guess, or one that
/// another column has too, waits for the person; the others are kept as metadata, or left out where
/// they are empty.
#[must_use]
pub fn suggested(asked: &Asked, currency: Currency) -> Vec<Choice> {
    let Matching { meanings, problems } = match_headings(&asked.headings(), currency);
    let unknown = |n| {
        problems
            .iter()
            .any(|p| matches!(p, Problem::Unknown { column, .. } if *column == n))
    };
    asked
        .columns
        .iter()
        .zip(meanings)
        .enumerate()
        .map(|(n, (column, meaning))| match meaning {
            Some(meaning) => Choice::of(&meaning),
            None if column.guess.is_some() || !unknown(n) => Choice::Undecided,
            None if column.filled == 0 => Choice::LeaveOut,
            None => Choice::Metadata,
        })
        .collect()
}

/// What keeps an answer from being taken: which column it is about, if one, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// The column, counted from 0.
    pub column: Option<usize>,
    /// A sentence or two.
    pub message: String,
}

/// What is told of the troubles: each once, with what its column could be.
#[must_use]
pub fn told(asked: &Asked, troubles: &[Trouble]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for trouble in troubles {
        let column = trouble.column.and_then(|n| asked.columns.get(n));
        let guess = column.and_then(|column| column.guess.as_ref());
        let could_be = guess.map(|guess| format!(" It could be {}.", guess.told()));
        let sentence = format!("{}{}", trouble.message, could_be.unwrap_or_default());
        if !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    told
}

/// What the columns mean by these choices, one for each.
///
/// # Errors
/// Everything that is missing, doubled or undecided.
pub fn choose(asked: &Asked, choices: &[Choice]) -> Result<Vec<Meaning>, Vec<Trouble>> {
    let mut troubles = undecided(asked, choices);
    troubles.extend(doubled(asked, choices));
    troubles.extend(missing(asked, choices));
    if troubles.is_empty() && choices.len() == asked.columns.len() {
        Ok(meanings(asked, choices))
    } else {
        Err(troubles)
    }
}

fn undecided(asked: &Asked, choices: &[Choice]) -> Vec<Trouble> {
    let undecided = |n: &usize| matches!(choices.get(*n), None | Some(Choice::Undecided));
    (0..asked.columns.len())
        .filter(undecided)
        .map(|n| Trouble {
            column: Some(n),
            message: format!("Choose what {} means.", asked.named(n)),
        })
        .collect()
}

fn doubled(asked: &Asked, choices: &[Choice]) -> Vec<Trouble> {
    let mut by_field: BTreeMap<Field, Vec<usize>> = BTreeMap::new();
    for (n, choice) in choices.iter().enumerate() {
        if let Choice::Field(field) = choice {
            by_field.entry(*field).or_default().push(n);
        }
    }
    let doubled = by_field.into_iter().filter(|(_, columns)| columns.len() > 1);
    doubled
        .flat_map(|(field, columns)| {
            let names: Vec<String> = columns.iter().map(|n| asked.named(*n)).collect();
            let message = format!(
                "{} can't all be {}: keep 1 of them.",
                names.join(" and "),
                in_sentence(field)
            );
            columns.into_iter().map(move |n| Trouble {
                column: Some(n),
                message: message.clone(),
            })
        })
        .collect()
}

/// A label inside a sentence: `amount`, but `IBAN`.
fn in_sentence(field: Field) -> String {
    if field == Field::Iban {
        field.label().to_owned()
    } else {
        field.label().to_lowercase()
    }
}

fn missing(asked: &Asked, choices: &[Choice]) -> Vec<Trouble> {
    let at = |field| choices.iter().position(|choice| *choice == Choice::Field(field));
    let rows_with = |field| {
        at(field)
            .and_then(|n| asked.columns.get(n))
            .map_or(0, |column| column.filled)
    };
    let mut found = Vec::new();
    let mut tell = |message: String| {
        found.push(Trouble {
            column: None,
            message,
        })
    };
    if at(Field::Amount).is_none() {
        tell(format!(
            "No column is the amount yet, and nothing can be paid without it.{}",
            could_be(asked, choices, Field::Amount)
        ));
    }
    let other = at(Field::Iban).is_some() || at(Field::Mobile).is_some();
    for (have, lacks) in [
        (Field::AccountNumber, Field::BankCode),
        (Field::BankCode, Field::AccountNumber),
    ] {
        let rows = rows_with(have);
        if at(have).is_some() && at(lacks).is_none() && (rows > 0 || !other) {
            tell(format!(
                "{} to a bank account, which takes an account number and a bank code: {} is missing.{}",
                paying(asked, rows),
                lacks.label().to_lowercase(),
                could_be(asked, choices, lacks)
            ));
        }
    }
    if !other && at(Field::AccountNumber).is_none() && at(Field::BankCode).is_none() {
        tell("No column says where the money goes: choose the IBAN, or account number and bank code, or the mobile number of a wallet.".into());
    }
    found
}

/// `62 of the file's 100 rows pay`.
fn paying(asked: &Asked, rows: usize) -> String {
    let whose = if asked.more { "first" } else { "file's" };
    match (rows, asked.rows) {
        (1, 1) => format!("The {whose} 1 row pays"),
        (1, all) => format!("1 of the {whose} {all} rows pays"),
        (rows, all) => format!("{rows} of the {whose} {all} rows pay"),
    }
}

fn could_be(asked: &Asked, choices: &[Choice], field: Field) -> String {
    let free = |n: usize| !matches!(choices.get(n), Some(Choice::Field(_)));
    let guessed =
        asked.columns.iter().enumerate().filter(|(n, column)| {
            free(*n) && column.guess.as_ref().is_some_and(|guess| guess.field == field)
        });
    // What is called so comes before what only sounds so: “Net pay” before “Gross”.
    let (called, sounding): (Vec<_>, Vec<_>) =
        guessed.partition(|(_, column)| is_called(&column.heading, field));
    let best = if called.is_empty() { sounding } else { called };
    let names: Vec<String> = best.iter().map(|(n, _)| asked.named(*n)).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" It could be {}.", names.join(" or "))
    }
}

fn meanings(asked: &Asked, choices: &[Choice]) -> Vec<Meaning> {
    let mut names = BTreeSet::new();
    asked
        .columns
        .iter()
        .zip(choices)
        .enumerate()
        .map(|(n, (column, choice))| match choice {
            Choice::Field(field) => Meaning::Field(*field),
            Choice::Metadata => Meaning::Metadata(metadata_name(&column.heading, n, &mut names)),
            Choice::LeaveOut | Choice::Undecided => Meaning::LeaveOut,
        })
        .collect()
}

/// The heading as a name of its own: two headings that read alike are told apart by their column.
fn metadata_name(heading: &str, column: usize, taken: &mut BTreeSet<String>) -> String {
    let bare = heading.trim();
    let bare = match bare.split_once('.') {
        Some((first, rest)) if first.eq_ignore_ascii_case("metadata") && !rest.trim().is_empty() => {
            rest.trim()
        }
        _ => bare,
    };
    let mut name = clipped(bare, METADATA_NAME_CHARS_MAX - 4);
    if name.is_empty() || taken.contains(&name.to_lowercase()) {
        name = format!("{name} {}", column_letters(column)).trim().to_owned();
    }
    taken.insert(name.to_lowercase());
    name
}

fn clipped(text: &str, chars_max: usize) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(chars_max)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// What a set of headings is remembered under. The order does not count, unless two headings read
/// alike: then only the same order is the same set. The account's currency counts, because a
/// heading may name it.
#[must_use]
pub fn key(headings: &[String], currency: Currency) -> [u8; 32] {
    let mut names: Vec<String> = headings
        .iter()
        .map(|heading| plain(heading))
        .filter(|name| !name.is_empty())
        .collect();
    let in_order = names.clone();
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        names = in_order;
    }
    let mut digest = Sha256::new();
    digest.update(currency.code());
    for name in names {
        digest.update([0]);
        digest.update(name.as_bytes());
    }
    digest.finalize().into()
}

/// What was decided for a set of headings, as remembered. Stored as JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decided {
    /// Heading and meaning, in the order of the file that they were decided for.
    pub columns: Vec<(String, Meaning)>,
}

impl Decided {
    /// Every field under its own name: the columns of rows that came without a file.
    #[must_use]
    pub fn of_fields() -> Self {
        let columns = Field::ALL
            .iter()
            .map(|field| (field.code().to_owned(), Meaning::Field(*field)));
        Self {
            columns: columns.collect(),
        }
    }

    /// What these headings mean by it, in their own order; `None` where one of them is not in it.
    #[must_use]
    pub fn meanings(&self, headings: &[String]) -> Option<Vec<Meaning>> {
        let mut left: Vec<Option<(String, &Meaning)>> = self
            .columns
            .iter()
            .map(|(heading, meaning)| Some((plain(heading), meaning)))
            .collect();
        headings
            .iter()
            .map(|heading| {
                let name = plain(heading);
                if name.is_empty() {
                    return Some(Meaning::LeaveOut);
                }
                let slot = left
                    .iter_mut()
                    .find(|slot| slot.as_ref().is_some_and(|(known, _)| *known == name))?;
                slot.take().map(|(_, meaning)| meaning.clone())
            })
            .collect()
    }
}
