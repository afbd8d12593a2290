//! What is stored in English, in the caller's language: faults of rows, and why a batch was not read or
//! not submitted.
//!
//! Faults are stored as people on the pages read them, because a million rows are judged faster than
//! they are looked at. So here the sentence is recognised again: the English file of sentences holds
//! each as it is stored, with its values named, under a key that begins with `told-`, and the other
//! files hold it under the same key. A sentence that is not known stays in English, behind the name of
//! its column.

use super::words::{Arg, LOCALES, say};
use crate::domain::batch::Batch;
use crate::domain::dialect::Dialect;
use crate::domain::explained::{Reasons, explain};
use crate::domain::fault::Fault;
use crate::http::language::Language;
use crate::store::intent::Last;
use crate::store::payout::{Payout, Written};
use std::sync::LazyLock;

/// What keys of stored sentences begin with.
const KEY: &str = "told-";

/// Why something was called off where the caller gave no reason, as it is stored.
pub const BY_API: &str = "Cancelled by API";
const BY_API_KEY: &str = "told-cancelled-by-api";

/// Values that are sentences or parts of one.
const NESTED: [&str; 4] = ["reason", "what", "hint", "expected"];

/// A sentence: literal text, with names of values between.
struct Sentence {
    key: &'static str,
    literals: Vec<&'static str>,
    names: Vec<&'static str>,
}

/// Those with more text of their own first: they say more.
static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    let english = LOCALES
        .iter()
        .find(|(language, _)| *language == Language::English);
    let lines = english.map_or("", |(_, source)| source).lines();
    let mut all: Vec<Sentence> = lines.filter_map(sentence).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.literals.iter().map(|text| text.len()).sum::<usize>()));
    all
});

fn sentence(line: &'static str) -> Option<Sentence> {
    let (key, mut rest) = line.split_once(" = ").filter(|(key, _)| key.starts_with(KEY))?;
    let (mut literals, mut names) = (Vec::new(), Vec::new());
    while let Some((literal, behind)) = rest.split_once("{ $") {
        let (name, behind) = behind.split_once(" }")?;
        literals.push(literal);
        names.push(name);
        rest = behind;
    }
    literals.push(rest);
    Some(Sentence { key, literals, names })
}

impl Sentence {
    /// The values, where `text` is this sentence.
    fn read<'t>(&self, text: &'t str) -> Option<Vec<(&'static str, &'t str)>> {
        let (first, others) = self.literals.split_first()?;
        let mut rest = text.strip_prefix(first)?;
        let mut values = Vec::with_capacity(self.names.len());
        for (place, (name, literal)) in self.names.iter().zip(others).enumerate() {
            let is_last = place + 1 == self.names.len();
            // What stands behind the last value ends the sentence.
            let value = if is_last {
                rest.strip_suffix(literal)?
            } else {
                let (value, behind) = rest.split_once(literal)?;
                rest = behind;
                value
            };
            if value.is_empty() {
                return None;
            }
            if is_last {
                rest = "";
            }
            values.push((*name, value));
        }
        rest.is_empty().then_some(values)
    }
}

/// A stored sentence in this language, if it is known.
#[must_use]
pub fn sentence_in(language: Language, text: &str, beside: &[(&'static str, Arg<'_>)]) -> Option<String> {
    SENTENCES.iter().find_map(|one| {
        let mut values: Vec<(&'static str, Arg<'_>)> = one
            .read(text)?
            .into_iter()
            .map(|(name, value)| (name, in_language(language, (name, value))))
            .collect();
        values.extend(beside.iter().cloned());
        Some(say(language, one.key, &values))
    })
}

/// A value of a sentence: what is a sentence of ours itself, in this language too; what somebody wrote,
/// as it is.
fn in_language<'t>(language: Language, (name, value): (&str, &'t str)) -> Arg<'t> {
    let known = NESTED
        .contains(&name)
        .then(|| sentence_in(language, value, &[]))
        .flatten();
    known.map_or(Arg::from(value), Arg::from)
}

/// Why a batch stands as it does, in this language.
#[must_use]
pub fn message(language: Language, text: &str) -> String {
    if language == Language::English {
        return text.to_owned();
    }
    sentence_in(language, text, &[]).unwrap_or_else(|| text.to_owned())
}

/// Why a payout stands as it does, as a code and in words. What the sandbox says is known here; what
/// people and other rails wrote is as they wrote it.
#[must_use]
pub fn explained(
    language: Language,
    batch: &Batch,
    row: &Payout,
    (last, written): (Option<&Last>, Option<&Written>),
) -> (Option<String>, Option<String>) {
    let by_api = say(language, BY_API_KEY, &[]);
    let closed = written.and_then(|written| written.closed.as_deref());
    let rail_said = last
        .and_then(|last| last.message.as_deref())
        .map(|said| message(language, said));
    let reasons = Reasons {
        status: row.status,
        closed: closed.map(|reason| if reason == BY_API { &by_api } else { reason }),
        left_out: written.and_then(|written| written.left_out.as_deref()),
        faults: row.content.as_ref().err().map_or(&[], |(_, faults)| faults),
        rail: (
            last.and_then(|last| last.failure_reason.as_deref()),
            rail_said.as_deref(),
        ),
    };
    let dialect = Dialect::of(batch.source, batch.file.is_some());
    explain(&reasons, |fault| told(language, dialect, fault))
}

/// A fault with its remedy, as the file of faulty rows tells it.
#[must_use]
pub fn advice(language: Language, fault: &Fault) -> String {
    if language == Language::English {
        return fault.advice();
    }
    match translated(language, fault) {
        Some(said) => {
            let label = label(language, fault);
            let mut rest = label.chars();
            let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
            format!("{first}{}: {said}", rest.as_str())
        }
        None => fault.advice(),
    }
}

fn label(language: Language, fault: &Fault) -> String {
    let code = fault.field.code().replace('_', "-");
    say(language, &format!("field-{code}"), &[])
}

/// In other languages the remedy is part of the sentence.
fn translated(language: Language, fault: &Fault) -> Option<String> {
    let beside = [("field", Arg::from(label(language, fault)))];
    sentence_in(language, &fault.message, &beside)
}

fn told(language: Language, dialect: Dialect, fault: &Fault) -> String {
    if language == Language::English {
        return fault.told(dialect);
    }
    let name = dialect.name(fault.field);
    let said = translated(language, fault);
    format!("{name}: {}", said.unwrap_or_else(|| fault.message.clone()))
}
