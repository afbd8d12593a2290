//! Everything that is wrong with a request, by path, so that one answer names it all: a map from
//! `payouts[3].destination.iban` to messages. The empty path is the body as a whole.

use super::error::ApiError;
use super::words::{Arg, say};
use crate::domain::pay_on::{DAYS_AHEAD_MAX, PayOnFault};
use crate::http::language::Language;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Messages that are kept; how many more there are is said.
const FAULTS_MAX: usize = 1_000;

/// Faults found so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Faults {
    language: Language,
    found: BTreeMap<String, Vec<String>>,
    count: usize,
}

impl Faults {
    /// None yet; messages will be in this language.
    #[must_use]
    pub const fn new(language: Language) -> Self {
        Self {
            language,
            found: BTreeMap::new(),
            count: 0,
        }
    }

    /// Notes one, as the message `key` of the locales.
    pub fn add(&mut self, path: &str, key: &str, args: &[(&'static str, Arg<'_>)]) {
        let message = say(self.language, key, args);
        self.add_said(path, message);
    }

    /// Notes what is wrong with a date.
    pub fn add_date(&mut self, path: &str, fault: PayOnFault) {
        let day = |name, day: NaiveDate| (name, Arg::from(day.to_string()));
        match fault {
            PayOnFault::Unreadable => self.add(path, "fault-date-unreadable", &[]),
            PayOnFault::OtherForm(one, None) => self.add(path, "fault-date-form", &[day("day", one)]),
            PayOnFault::OtherForm(one, Some(or)) => {
                self.add(path, "fault-date-either", &[day("day", one), day("or", or)]);
            }
            PayOnFault::Past => self.add(path, "fault-date-past", &[]),
            PayOnFault::TooFar => {
                let days = Arg::from(DAYS_AHEAD_MAX.to_string());
                self.add(path, "fault-date-far", &[("days", days)]);
            }
        }
    }

    fn add_said(&mut self, path: &str, message: String) {
        self.count += 1;
        if self.count <= FAULTS_MAX {
            self.found.entry(path.to_owned()).or_default().push(message);
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The language of the messages.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// `value`, if nothing was wrong.
    ///
    /// # Errors
    /// All faults, as a 400.
    pub fn unless_any<T>(self, value: T) -> Result<T, ApiError> {
        if self.is_empty() {
            Ok(value)
        } else {
            Err(ApiError::Faults(self))
        }
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// What `errors` holds.
    #[must_use]
    pub fn into_map(mut self) -> BTreeMap<String, Vec<String>> {
        if self.count > FAULTS_MAX {
            let more = say(
                self.language,
                "fault-more",
                &[("count", Arg::from(self.count - FAULTS_MAX))],
            );
            self.found.entry(String::new()).or_default().push(more);
        }
        self.found
    }
}
