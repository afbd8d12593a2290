//! What is stored in English, in the caller's language: faults of rows, and why a batch was not read or
//! not submitted.
//!
//! Faults are stored as people on the pages read them, because a million rows are judged faster than
//! they are looked at. So here the sentence is recognised again: the English file of sentences holds
//! each as it is stored, with its values named, under a key that begins with `told-`, and the other
//! files hold it under the same key. A sentence that is not known stays in English, behind the name of
//! its column.

use super::words::{Arg, LOCALES, say};
use crate::domain::fault::Fault;
use crate::http::language::Language;
use std::sync::LazyLock;

/// What keys of stored sentences begin with.
const KEY: &str = "told-";

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
    fn read<'t>(&self, text: &'t str) -> Option<Vec<(&'static str, Arg<'t>)>> {
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
            values.push((*name, Arg::from(value)));
        }
        rest.is_empty().then_some(values)
    }
}

/// A stored sentence in this language; as it is where it is not known.
#[must_use]
pub fn sentence_in(language: Language, text: &str, beside: &[(&'static str, Arg<'_>)]) -> Option<String> {
    SENTENCES.iter().find_map(|one| {
        let mut values = one.read(text)?;
        values.extend(beside.iter().cloned());
        Some(say(language, one.key, &values))
    })
}

/// Why a batch stands as it does, in this language.
#[must_use]
pub fn message(language: Language, text: &str) -> String {
    if language == Language::English {
        return text.to_owned();
    }
    sentence_in(language, text, &[]).unwrap_or_else(|| text.to_owned())
}

/// Faults of a row as one text: the column's code, then what is wrong.
#[must_use]
pub fn faults(language: Language, faults: &[Fault]) -> String {
    let told: Vec<String> = faults.iter().map(|fault| told(language, fault)).collect();
    told.join("; ")
}

fn told(language: Language, fault: &Fault) -> String {
    let code = fault.field.code();
    if language == Language::English {
        return format!("{code}: {}", fault.message);
    }
    let field = say(language, &format!("field-{}", code.replace('_', "-")), &[]);
    let beside = [("field", Arg::from(field))];
    let said = sentence_in(language, &fault.message, &beside);
    format!("{code}: {}", said.unwrap_or_else(|| fault.message.clone()))
}
