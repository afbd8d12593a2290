//! Phone numbers: read as E.164, or as people of a country write them, and checked for their country.
//!
//! Not here: which providers serve a number. The invariant: what comes out is `+` and digits and a
//! number that the numbering plan of its country has (libphonenumber's data).

use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;

/// The longest text that is looked at: E.164 has 15 digits, and people put signs between them.
const CHARS_MAX: usize = 40;

/// What is wrong with a phone number.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MobileFault {
    /// Has letters or other signs.
    #[error("Mobile number has characters that are not digits")]
    Characters,
    /// No country has this calling code.
    #[error("Mobile number has no country's calling code")]
    UnknownCountry,
    /// Too few digits.
    #[error("Mobile number is {missing} {} short for {country}", digits(*.missing))]
    Short {
        /// How many are missing.
        missing: usize,
        /// The country's name.
        country: &'static str,
    },
    /// Too many digits.
    #[error("Mobile number is {surplus} {} too long for {country}", digits(*.surplus))]
    Long {
        /// How many are too many.
        surplus: usize,
        /// The country's name.
        country: &'static str,
    },
    /// The right length, but nobody has such a number.
    #[error("Mobile number does not exist in {country}")]
    NoSuchNumber {
        /// The country's name.
        country: &'static str,
    },
}

const fn digits(count: usize) -> &'static str {
    if count == 1 { "digit" } else { "digits" }
}

impl MobileFault {
    /// What to do about it, with an example of the country.
    #[must_use]
    pub fn remedy(&self, country: &str) -> String {
        let example = DATABASE.by_id(country).and_then(|plan| {
            let example = plan.descriptors().mobile()?.example()?;
            Some(format!(", such as +{} {example}", plan.country_code()))
        });
        format!(
            "Write the whole number with its calling code{}",
            example.unwrap_or_default()
        )
    }
}

/// Reads a number into E.164 (`+265991204118`). Without a plus sign or `00` it is a national number
/// of `country` (ISO 3166-1 alpha-2).
///
/// # Errors
/// [`MobileFault`] says what is wrong, by how many digits, for which country.
pub fn parse(text: &str, country: &str) -> Result<String, MobileFault> {
    let number = dialled(text)?;
    let home = country.parse::<Id>().ok();
    let read = if number.starts_with('+') { None } else { home };
    match phonenumber::parse(read, &number) {
        Ok(found) if phonenumber::is_valid(&found) => {
            Ok(e164(found.code().value(), &found.national().to_string()))
        }
        _ => Err(explain(&number, country)),
    }
}

fn e164(code: u16, national: &str) -> String {
    format!("+{code}{national}")
}

/// Digits with at most a plus sign before them; the signs people part them with are dropped.
fn dialled(text: &str) -> Result<String, MobileFault> {
    let mut number = String::with_capacity(20);
    for (at, c) in text.chars().enumerate() {
        match c {
            _ if at >= CHARS_MAX => return Err(MobileFault::Characters),
            '0'..='9' => number.push(c),
            '+' if number.is_empty() => number.push(c),
            '-' | '.' | '(' | ')' | '/' => {}
            c if c.is_whitespace() => {}
            _ => return Err(MobileFault::Characters),
        }
    }
    if let Some(rest) = number.strip_prefix("00") {
        number = format!("+{rest}");
    }
    if number.bytes().filter(u8::is_ascii_digit).count() == 0 {
        Err(MobileFault::Characters)
    } else {
        Ok(number)
    }
}

/// Why a number is not valid, told by the mobile numbers of its country.
fn explain(number: &str, home: &str) -> MobileFault {
    let Some((plan, national)) = plan_of(number, home) else {
        return MobileFault::UnknownCountry;
    };
    let country = country_name(plan.id());
    let lengths = plan
        .descriptors()
        .mobile()
        .map(phonenumber::metadata::Descriptor::possible_length)
        .filter(|l| !l.is_empty());
    let lengths = lengths.unwrap_or_else(|| plan.descriptors().general().possible_length());
    let (shortest, longest) = (
        lengths.iter().min().map_or(0, |n| usize::from(*n)),
        lengths.iter().max().map_or(0, |n| usize::from(*n)),
    );
    if national < shortest {
        MobileFault::Short {
            missing: shortest - national,
            country,
        }
    } else if longest > 0 && national > longest {
        MobileFault::Long {
            surplus: national - longest,
            country,
        }
    } else {
        MobileFault::NoSuchNumber { country }
    }
}

/// The numbering plan a number belongs to and how many digits of it are the national number.
fn plan_of(number: &str, home: &str) -> Option<(&'static phonenumber::Metadata, usize)> {
    let Some(rest) = number.strip_prefix('+') else {
        let plan = DATABASE.by_id(home)?;
        let trunk = plan.national_prefix().unwrap_or("0");
        return Some((plan, number.strip_prefix(trunk).unwrap_or(number).len()));
    };
    (1..=3).rev().find_map(|n| {
        let code: u16 = rest.get(..n)?.parse().ok()?;
        let plans = DATABASE.by_code(&code)?;
        let plan = plans
            .iter()
            .find(|plan| plan.id() == home)
            .or_else(|| plans.first())?;
        let plan = DATABASE.by_id(plan.id())?;
        Some((plan, rest.len() - n))
    })
}

/// A country's name in English for its ISO 3166-1 alpha-2 code.
#[must_use]
pub fn country_name(code: &str) -> &'static str {
    match code.parse::<iso_currency::Country>() {
        Ok(country) => country.name(),
        Err(_) => "its country",
    }
}

/// Whether this is a country of ISO 3166-1 alpha-2 in capitals.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.parse::<iso_currency::Country>().is_ok()
}
