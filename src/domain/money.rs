//! Money: a currency and a whole number of its minor units. Reading amounts is in `amount`.
//!
//! Not here: exchange, ledger postings. The invariant: an amount is an `i64` of minor units from the
//! door to the rail; every digit is read by hand and every operation is checked, so that no float
//! and no silent wrap can change a payout.

mod amount;

pub use amount::{Amount, AmountFault, NumberStyle, is_scientific};

use std::fmt;

/// The largest amount of one payout, in major units. Well inside what `i64` minor units and 15
/// significant digits of a spreadsheet can hold.
pub const AMOUNT_MAJOR_MAX: i64 = 9_000_000_000_000;

/// What the payouts of one batch may add up to, in minor units: sums of it stay exact. The database
/// holds the same number (`batch_total_bounded`).
pub const TOTAL_MINOR_MAX: i64 = 2_000_000_000_000_000_000;

/// A currency of ISO 4217 that has minor units. XAU and its like have none and are not accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    iso: iso_currency::Currency,
    decimals: u8,
}

impl Currency {
    /// Reads a three-letter code without regard to case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let iso = iso_currency::Currency::from_code(&text.trim().to_ascii_uppercase())?;
        let decimals = u8::try_from(iso.exponent()?).ok()?;
        Some(Self { iso, decimals })
    }

    /// The three-letter code: `MWK`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.iso.code()
    }

    /// How many decimals the currency has: MWK 2, KWD 3, JPY 0.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        self.decimals
    }

    /// How many minor units make a major one.
    #[must_use]
    pub const fn minor_per_major(self) -> i64 {
        10_i64.pow(self.decimals as u32)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why two amounts can't be put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoneyError {
    /// The two are of different currencies.
    #[error("{0} and {1} can't be put together")]
    Currencies(Currency, Currency),
    /// The result does not fit 64 bits.
    #[error("the amount does not fit 64 bits")]
    Overflow,
}

/// An amount in minor units of one currency. May be zero or negative: a balance or a difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// That many minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Its currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// Different currencies, or a sum that does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor
            .checked_add(other.minor)
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow)
    }

    /// The difference of two amounts of one currency; may be negative.
    ///
    /// # Errors
    /// Different currencies, or a difference that does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor
            .checked_sub(other.minor)
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Currencies(self.currency, other.currency))
        }
    }

    /// Major units with thousands separators: `12,480,200.00`.
    #[must_use]
    pub fn grouped(self) -> String {
        self.written(true)
    }

    /// Major units without thousands separators, as files carry them: `12480200.00`.
    #[must_use]
    pub fn plain(self) -> String {
        self.written(false)
    }

    fn written(self, grouped: bool) -> String {
        let units = self.currency.minor_per_major().unsigned_abs();
        let whole = self.minor.unsigned_abs() / units;
        let rest = self.minor.unsigned_abs() % units;
        let digits = whole.to_string();
        let mut text = String::with_capacity(digits.len() * 2 + 5);
        if self.minor < 0 {
            text.push('-');
        }
        for (at, digit) in digits.chars().enumerate() {
            if grouped && at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if self.currency.decimals > 0 {
            let width = usize::from(self.currency.decimals);
            text.push_str(&format!(".{rest:0width$}"));
        }
        text
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.grouped())
    }
}
