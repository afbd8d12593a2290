//! One entry of a JSON list: its members as text, each with what kind of value it was.
//!
//! The invariant: numbers keep every digit that was written. They never pass through a float.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The largest exponent that a number is written out with.
const EXPONENT_MAX: i64 = 30;

/// What a member holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    /// Nothing.
    Null,
    /// A text.
    Text(String),
    /// A number in plain decimals.
    Number(String),
    /// `true` or `false`.
    Flag(bool),
    /// An object whose members are all texts, numbers or flags.
    Texts(Vec<(String, String)>),
    /// Anything else.
    Nested,
}

impl Held {
    /// The text of a value that has one.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Null => Some(String::new()),
            Self::Text(text) | Self::Number(text) => Some(text.clone()),
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Texts(_) | Self::Nested => None,
        }
    }

    fn read(raw: &RawValue) -> Result<Self, serde_json::Error> {
        let text = raw.get();
        Ok(match text.as_bytes().first() {
            Some(b'"') => Self::Text(serde_json::from_str(text)?),
            Some(b'n') => Self::Null,
            Some(b't') => Self::Flag(true),
            Some(b'f') => Self::Flag(false),
            Some(b'{') => match serde_json::from_str::<Entry<'_>>(text) {
                Ok(inner) => inner.texts().map_or(Self::Nested, Self::Texts),
                Err(_) => Self::Nested,
            },
            Some(b'[') | None => Self::Nested,
            Some(_) => plain(text).map_or_else(|| Self::Text(text.to_owned()), Self::Number),
        })
    }
}

/// The members of an object in order, each name once.
#[derive(Debug)]
pub(super) struct Entry<'a>(Vec<(String, &'a RawValue)>);

impl Entry<'_> {
    /// Each member with what it holds.
    pub(super) fn members(&self) -> Result<Vec<(String, Held)>, serde_json::Error> {
        self.0
            .iter()
            .map(|(name, raw)| Ok((name.clone(), Held::read(raw)?)))
            .collect()
    }

    fn texts(&self) -> Option<Vec<(String, String)>> {
        self.members()
            .ok()?
            .into_iter()
            .map(|(name, held)| Some((name, held.text()?)))
            .collect()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Entry<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Entry<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry<'de>, A::Error> {
        let mut members: Vec<(String, &'de RawValue)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
            // Which of two values counts would be a guess.
            if members.iter().any(|(other, _)| *other == name) {
                return Err(A::Error::custom(format_args!("“{name}” stands there twice")));
            }
            members.push((name, value));
        }
        Ok(Entry(members))
    }
}

/// A JSON number without its exponent, digit by digit; `None` where that would be absurdly long.
fn plain(text: &str) -> Option<String> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Some(text.to_owned());
    };
    let exponent: i64 = exponent.trim_start_matches('+').parse().ok()?;
    if exponent.abs() > EXPONENT_MAX {
        return None;
    }
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let (whole, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{rest}");
    let point = i64::try_from(whole.len()).ok()? + exponent;
    let written = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => format!("{digits:0<point$}"),
        Ok(point) if point > 0 => {
            let (whole, rest) = digits.split_at_checked(point)?;
            format!("{whole}.{rest}")
        }
        _ => format!("0.{}{digits}", "0".repeat(usize::try_from(-point).ok()?)),
    };
    Some(format!("{sign}{}", shortened(&written)))
}

/// With one digit before the point at least, and no zeros that say nothing.
fn shortened(number: &str) -> String {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    if decimals.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{decimals}")
    }
}
