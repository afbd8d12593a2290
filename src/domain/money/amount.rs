//! Amounts as people and spreadsheets write them, read into minor units.
//!
//! Not here: money that is already known. The invariant: a text that could mean two amounts is a
//! fault. Which sign stands before the decimals is decided for a whole column and only where it is
//! consistent about it.

use super::{AMOUNT_MAJOR_MAX, Currency, Money};

/// Which sign stands before the decimals in a column of amounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberStyle {
    /// `4,500.00`
    #[default]
    Point,
    /// `4.500,00` and `4 500,00`
    Comma,
}

impl NumberStyle {
    /// The style a column's texts agree on. `Comma` only when at least one text can mean nothing
    /// else and none contradicts it: anything doubtful is read as `Point`, where a wrong text is a
    /// fault and not a different amount.
    pub fn of<'a>(samples: impl IntoIterator<Item = &'a str>) -> Self {
        let mut comma = false;
        for text in samples {
            match Self::shown_by(text.trim()) {
                Some(Self::Point) => return Self::Point,
                Some(Self::Comma) => comma = true,
                None => {}
            }
        }
        if comma { Self::Comma } else { Self::Point }
    }

    /// What one text alone proves: the last of two different signs, or a single sign that is not
    /// followed by exactly three digits, stands before decimals; a repeated one parts thousands.
    /// A currency beside the figures says nothing, and what is no figure at all proves nothing.
    fn shown_by(text: &str) -> Option<Self> {
        const CODE_LETTERS: usize = 3;
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let text = text.trim_matches(|c: char| !c.is_ascii_digit());
        if letters > CODE_LETTERS || text.chars().any(char::is_alphabetic) {
            return None;
        }
        let (point, comma) = (text.rfind('.'), text.rfind(','));
        let (at, this, other) = match (point, comma) {
            (Some(point), Some(comma)) if point > comma => return Some(Self::Point),
            (Some(_), Some(_)) => return Some(Self::Comma),
            (Some(point), None) => (point, Self::Point, Self::Comma),
            (None, Some(comma)) => (comma, Self::Comma, Self::Point),
            (None, None) => return None,
        };
        let sign = if this == Self::Point { '.' } else { ',' };
        if text.matches(sign).count() > 1 {
            return Some(other);
        }
        (text.len() - at - 1 != 3).then_some(this)
    }

    /// A plain number with this style's decimal sign.
    fn written(self, plain: &str) -> String {
        plain.replace('.', self.decimal().encode_utf8(&mut [0; 4]))
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    const fn decimal(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// Whether this sign may part groups of three digits. Spaces and apostrophes are used with both.
    const fn groups(self, sign: char) -> bool {
        match sign {
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}' => true,
            ',' => matches!(self, Self::Point),
            '.' => matches!(self, Self::Comma),
            _ => false,
        }
    }
}

/// What is wrong with an amount that somebody wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AmountFault {
    /// Not digits with separators.
    #[error("Amount is not a number")]
    NotANumber,
    /// `1.2E+5`: the spreadsheet no longer shows the digits.
    #[error("Amount is in scientific notation")]
    Scientific,
    /// Separators that do not part groups of three digits.
    #[error("Amount's thousands are not in groups of three digits")]
    Grouping,
    /// More decimals than the currency has.
    #[error("{0} has {n} decimals", n = .0.decimals())]
    Decimals(Currency),
    /// Zero or less.
    #[error("Amount is not greater than zero")]
    NotPositive,
    /// Above [`AMOUNT_MAJOR_MAX`].
    #[error("Amount is above the limit of {}", largest(*.0))]
    TooLarge(Currency),
}

fn largest(currency: Currency) -> Money {
    Money::new(
        AMOUNT_MAJOR_MAX.saturating_mul(currency.minor_per_major()),
        currency,
    )
}

impl AmountFault {
    /// What to do about it.
    #[must_use]
    pub fn remedy(self) -> String {
        self.remedy_in(NumberStyle::Point)
    }

    /// What to do about it in a column of this style.
    #[must_use]
    pub fn remedy_in(self, style: NumberStyle) -> String {
        match self {
            Self::NotANumber | Self::Grouping => match style {
                NumberStyle::Point => "Write the amount in figures, such as 4500.00 or 4,500.00".into(),
                NumberStyle::Comma => {
                    "Write the amount in figures like the others of the file, such as 4500,00 or 4.500,00"
                        .into()
                }
            },
            Self::Scientific => "Format the column as a number and write all digits, such as 4500".into(),
            Self::Decimals(currency) => match currency.decimals() {
                0 => format!("Write whole {currency} without decimals"),
                n => format!(
                    "Write the amount with at most {n} decimals, such as {}",
                    style.written(&Money::new(4500 * currency.minor_per_major(), currency).plain())
                ),
            },
            Self::NotPositive => "Write an amount above 0, or take the row out".into(),
            Self::TooLarge(currency) => format!("Pay at most {} in one payout", largest(currency)),
        }
    }
}

/// Reads amounts. Has no value of its own: an amount read is minor units, kept as [`Money`].
#[derive(Debug)]
pub enum Amount {}

impl Amount {
    /// Reads an amount in major units of `currency` into its minor units; greater than zero. The
    /// currency's own code may stand before or after it.
    ///
    /// # Errors
    /// Whatever is not plainly one amount within the limit is a fault, never a guess.
    pub fn parse(text: &str, currency: Currency, style: NumberStyle) -> Result<i64, AmountFault> {
        let text = without_code(text.trim(), currency.code());
        let (negative, text) = without_minus(text);
        if is_scientific(text) {
            return Err(AmountFault::Scientific);
        }
        let (whole, decimals) = text
            .split_once(style.decimal())
            .map_or((text, None), |(whole, rest)| (whole, Some(rest)));
        let major = whole_number(whole, style)?;
        let decimals = decimals.unwrap_or("0");
        if decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AmountFault::NotANumber);
        }
        let given = if text.contains(style.decimal()) {
            decimals.len()
        } else {
            0
        };
        if negative {
            return Err(AmountFault::NotPositive);
        }
        if given > usize::from(currency.decimals()) {
            return Err(AmountFault::Decimals(currency));
        }
        to_minor(major, if given == 0 { "" } else { decimals }, currency)
    }
}

/// `-4500`, and as accountants write it `4500-` and `(4500)`.
fn without_minus(text: &str) -> (bool, &str) {
    const MINUS: [char; 2] = ['-', '\u{2212}'];
    let bare = text
        .strip_prefix(MINUS)
        .or_else(|| text.strip_suffix(MINUS))
        .or_else(|| text.strip_prefix('(')?.strip_suffix(')'));
    bare.map_or((false, text), |rest| (true, rest.trim()))
}

fn to_minor(major: Option<i64>, decimals: &str, currency: Currency) -> Result<i64, AmountFault> {
    let too_large = AmountFault::TooLarge(currency);
    let major = major
        .filter(|major| *major <= AMOUNT_MAJOR_MAX)
        .ok_or(too_large)?;
    let missing = u32::from(currency.decimals()).saturating_sub(u32::try_from(decimals.len()).unwrap_or(0));
    let rest = decimals
        .bytes()
        .fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'))
        * 10_i64.pow(missing);
    let minor = major
        .checked_mul(currency.minor_per_major())
        .and_then(|minor| minor.checked_add(rest))
        .ok_or(too_large)?;
    match minor {
        0 => Err(AmountFault::NotPositive),
        minor if minor > largest(currency).minor() => Err(too_large),
        minor => Ok(minor),
    }
}

/// The digits before the decimals, `None` where they are more than any limit.
fn whole_number(text: &str, style: NumberStyle) -> Result<Option<i64>, AmountFault> {
    let mut value = Some(0_i64);
    let (mut run, mut groups, mut sign) = (0_usize, 0_usize, None);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            value = value.and_then(|v| v.checked_mul(10)?.checked_add(i64::from(digit)));
            run += 1;
        } else if style.groups(c) {
            let first = groups == 0;
            if !(if first { (1..=3).contains(&run) } else { run == 3 }) || sign.is_some_and(|s| s != c) {
                return Err(AmountFault::Grouping);
            }
            (run, groups, sign) = (0, groups + 1, Some(c));
        } else {
            return Err(AmountFault::NotANumber);
        }
    }
    match (groups, run) {
        (0, 0) => Err(AmountFault::NotANumber),
        (0, _) | (_, 3) => Ok(value),
        _ => Err(AmountFault::Grouping),
    }
}

fn without_code<'a>(text: &'a str, code: &str) -> &'a str {
    let n = code.len();
    let is_code = |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case(code));
    if is_code(text.get(..n)) {
        return text.get(n..).unwrap_or_default().trim_start();
    }
    match text.len().checked_sub(n) {
        Some(at) if is_code(text.get(at..)) => text.get(..at).unwrap_or_default().trim_end(),
        _ => text,
    }
}

/// Whether a text is a number as spreadsheets shorten it: `1.23457E+11`.
#[must_use]
pub fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.trim().split_once(['e', 'E']) else {
        return false;
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(exponent) && digits(&mantissa.replacen(['.', ','], "", 1))
}
