//! JSON bodies: bounded before they are parsed, and read by typed readers that note every fault with
//! its path instead of stopping at the first.
//!
//! A number is never made a float here: amounts are handed on as the decimal text that was sent.

use super::error::ApiError;
use super::faults::Faults;
use super::strict;
use super::words::Arg;
use crate::http::call::Call;
use serde_json::Value;
use std::ops::RangeInclusive;

/// How deep a body may be nested.
pub const DEPTH_MAX: usize = 16;
/// Digits that a fraction sent as a JSON number can have without having been rounded on its way.
const DIGITS_MAX: usize = 15;

impl Call {
    /// Nothing wrong yet, in the language of this call.
    #[must_use]
    pub const fn faults(&self) -> Faults {
        Faults::new(self.language)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// 400 where it is none, too deep, or no object; the path of what is malformed is named.
    pub fn json(&self) -> Result<Value, ApiError> {
        let bytes = self.bytes();
        let mut faults = self.faults();
        let scanned = scan(bytes, bytes.len());
        if scanned.depth > DEPTH_MAX {
            faults.add(&scanned.deepest, "fault-depth", &[("max", Arg::from(DEPTH_MAX))]);
            return Err(ApiError::Faults(faults));
        }
        match strict::parse(bytes) {
            Ok(value) if value.is_object() => Ok(value),
            Ok(_) => {
                faults.add("", "fault-not-object", &[]);
                Err(ApiError::Faults(faults))
            }
            Err(error) => {
                let path = scan(bytes, offset(bytes, error.line(), error.column())).path;
                if error.is_data() {
                    faults.add(&path, "fault-name-twice", &[]);
                    return Err(ApiError::Faults(faults));
                }
                faults.add(
                    &path,
                    "fault-malformed",
                    &[
                        ("line", Arg::from(error.line())),
                        ("column", Arg::from(error.column())),
                    ],
                );
                Err(ApiError::Faults(faults))
            }
        }
    }
}

/// The place of a line and column, both from 1.
fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let mut lines = bytes.split_inclusive(|b| *b == b'\n');
    let before: usize = lines.by_ref().take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    (before + column.saturating_sub(1)).min(bytes.len())
}

/// What a walk over the bytes found.
#[derive(Default)]
struct Scan {
    depth: usize,
    deepest: String,
    path: String,
}

/// An object or array that is open.
enum Level {
    Object { key: String, is_value: bool },
    Array(usize),
}

/// Walks the first `end` bytes without building anything: how deep they are nested, and where in the
/// document they end.
fn scan(bytes: &[u8], end: usize) -> Scan {
    let (mut levels, mut found): (Vec<Level>, Scan) = (Vec::new(), Scan::default());
    let mut at = 0;
    while let Some(byte) = bytes.get(at).filter(|_| at < end) {
        at += 1;
        match byte {
            b'"' => {
                let start = at;
                at = string_end(bytes, at);
                let text = bytes.get(start..at.saturating_sub(1)).unwrap_or_default();
                if let Some(Level::Object { key, is_value: false }) = levels.last_mut() {
                    *key = String::from_utf8_lossy(text).into_owned();
                }
            }
            b'{' | b'[' => {
                levels.push(if *byte == b'{' {
                    Level::Object {
                        key: String::new(),
                        is_value: false,
                    }
                } else {
                    Level::Array(0)
                });
                if levels.len() > found.depth {
                    found.depth = levels.len();
                    if found.depth > DEPTH_MAX {
                        found.deepest = written(&levels);
                        return found;
                    }
                }
            }
            b'}' | b']' => drop(levels.pop()),
            b':' => {
                if let Some(Level::Object { is_value, .. }) = levels.last_mut() {
                    *is_value = true;
                }
            }
            b',' => match levels.last_mut() {
                Some(Level::Object { is_value, key }) => {
                    *is_value = false;
                    key.clear();
                }
                Some(Level::Array(n)) => *n += 1,
                None => {}
            },
            _ => {}
        }
    }
    found.path = written(&levels);
    found
}

/// The place behind the closing quote of a string that begins at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'\\' => 2,
            b'"' => return at + 1,
            _ => 1,
        };
    }
    bytes.len()
}

fn written(levels: &[Level]) -> String {
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Object { key, .. } if key.is_empty() => {}
            Level::Object { key, .. } => path = member(&path, key),
            Level::Array(n) => path = element(&path, *n),
        }
    }
    path
}

/// The path of a member.
#[must_use]
pub fn member(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The path of an element.
#[must_use]
pub fn element(path: &str, n: usize) -> String {
    format!("{path}[{n}]")
}

/// A value of a body and where it stands; absent and `null` are the same.
#[derive(Clone, Debug)]
pub struct Node<'v> {
    value: Option<&'v Value>,
    /// Where it stands.
    pub path: String,
}

impl<'v> Node<'v> {
    /// The whole body.
    #[must_use]
    pub const fn root(value: &'v Value) -> Self {
        Self {
            value: Some(value),
            path: String::new(),
        }
    }

    /// A value that stands at `path` of a larger body.
    #[must_use]
    pub const fn at(value: &'v Value, path: String) -> Self {
        Self {
            value: Some(value),
            path,
        }
    }

    /// A member, absent where there is none.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        Self {
            value: self
                .value
                .and_then(|value| value.get(name))
                .filter(|value| !value.is_null()),
            path: member(&self.path, name),
        }
    }

    /// What is there.
    #[must_use]
    pub const fn value(&self) -> Option<&'v Value> {
        self.value
    }

    /// Whether something is there.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.value.is_some()
    }

    /// Itself, noted as missing where nothing is there.
    #[must_use]
    pub fn required(self, faults: &mut Faults) -> Self {
        if self.value.is_none() {
            faults.add(&self.path, "fault-missing", &[]);
        }
        self
    }

    /// A text of so many characters.
    pub fn text(&self, faults: &mut Faults, chars: RangeInclusive<usize>) -> Option<&'v str> {
        let Some(text) = self.value?.as_str() else {
            faults.add(&self.path, "fault-not-text", &[]);
            return None;
        };
        let count = text.chars().count();
        let (min, max) = (*chars.start(), *chars.end());
        if text.contains('\0') {
            faults.add(&self.path, "fault-nul", &[]);
        } else if !chars.contains(&count) {
            let args = [
                ("count", Arg::from(count)),
                ("min", Arg::from(min)),
                ("max", Arg::from(max)),
            ];
            faults.add(&self.path, "fault-length", &args);
        } else {
            return Some(text);
        }
        None
    }

    /// A whole number within limits.
    pub fn integer(&self, faults: &mut Faults, within: RangeInclusive<i64>) -> Option<i64> {
        let found = self.value?.as_i64().filter(|number| within.contains(number));
        if found.is_none() {
            let args = [
                ("min", Arg::Text(within.start().to_string().into())),
                ("max", Arg::Text(within.end().to_string().into())),
            ];
            faults.add(&self.path, "fault-integer", &args);
        }
        found
    }

    /// Yes or no.
    pub fn boolean(&self, faults: &mut Faults) -> Option<bool> {
        let found = self.value?.as_bool();
        if found.is_none() {
            faults.add(&self.path, "fault-boolean", &[]);
        }
        found
    }

    /// A text, or a number as it was written: what is a code to one and a number to another.
    pub fn text_or_number(&self, faults: &mut Faults, chars: RangeInclusive<usize>) -> Option<String> {
        match self.value? {
            Value::Number(number) if !number.is_f64() => Some(number.to_string()),
            Value::String(_) => self.text(faults, chars).map(str::to_owned),
            Value::Number(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                faults.add(&self.path, "fault-not-text", &[]);
                None
            }
        }
    }

    /// A decimal, as a JSON number or as text; what is in a text is judged where amounts are.
    pub fn decimal(&self, faults: &mut Faults) -> Option<String> {
        match self.value? {
            Value::String(_) => self.text(faults, 1..=64).map(str::to_owned),
            Value::Number(number) => {
                let text = number.to_string();
                let digits = text.bytes().filter(u8::is_ascii_digit).count();
                // A fraction went through binary on its way here: short ones come back as written.
                if number.is_f64() && (digits > DIGITS_MAX || text.contains(['e', 'E'])) {
                    faults.add(&self.path, "fault-digits", &[("max", Arg::from(DIGITS_MAX))]);
                    return None;
                }
                Some(text)
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                faults.add(&self.path, "fault-decimal", &[]);
                None
            }
        }
    }

    /// The elements of a list of so many; none where it is no such list.
    pub fn items(&self, faults: &mut Faults, count: RangeInclusive<usize>) -> Vec<Self> {
        let Some(value) = self.value else {
            return Vec::new();
        };
        let Some(list) = value.as_array() else {
            faults.add(&self.path, "fault-not-list", &[]);
            return Vec::new();
        };
        if !count.contains(&list.len()) {
            let args = [
                ("count", Arg::from(list.len())),
                ("min", Arg::from(*count.start())),
                ("max", Arg::from(*count.end())),
            ];
            faults.add(&self.path, "fault-count", &args);
            return Vec::new();
        }
        let element = |(n, value)| Self::at(value, element(&self.path, n));
        list.iter().enumerate().map(element).collect()
    }

    /// Itself where it is an object.
    pub fn object(self, faults: &mut Faults) -> Option<Self> {
        if self.value?.is_object() {
            return Some(self);
        }
        faults.add(&self.path, "fault-not-object", &[]);
        None
    }

    /// Its members, where it is an object of texts.
    pub fn texts(
        &self,
        faults: &mut Faults,
        count_max: usize,
        chars: RangeInclusive<usize>,
    ) -> Vec<(String, String)> {
        let Some(value) = self.value else {
            return Vec::new();
        };
        let Some(map) = value.as_object() else {
            faults.add(&self.path, "fault-not-object", &[]);
            return Vec::new();
        };
        if map.len() > count_max {
            let args = [
                ("count", Arg::from(map.len())),
                ("min", Arg::from(0)),
                ("max", Arg::from(count_max)),
            ];
            faults.add(&self.path, "fault-count", &args);
            return Vec::new();
        }
        let mut found = Vec::with_capacity(map.len());
        for (key, value) in map {
            let node = Self::at(value, member(&self.path, key));
            if key.contains('\0') {
                faults.add(&self.path, "fault-nul", &[]);
            } else if let Some(text) = node.text(faults, chars.clone()) {
                found.push((key.clone(), text.to_owned()));
            }
        }
        found
    }
}
