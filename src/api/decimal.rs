//! Amounts in major units as JSON numbers: the decimal digits themselves, never a float.

use crate::domain::money::Money;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// An amount in major units, written as a JSON number with the currency's decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decimal(pub Money);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Plain digits with one point are a JSON number (RFC 8259, 6).
        RawValue::from_string(self.0.plain())
            .map_err(serde::ser::Error::custom)?
            .serialize(to)
    }
}
