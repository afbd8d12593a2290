//! The rules of one row, without a database: amounts, dates, headings, destinations, faults.

mod amounts;
mod columns;
mod dates;
mod mobiles;
mod rows;

use chrono::{DateTime, TimeZone as _, Utc};
use countersign::domain::fault::Fault;
use countersign::domain::field::Field;
use countersign::domain::money::{Currency, NumberStyle};
use countersign::domain::row::{Entered, RowRules};

pub(crate) fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

/// Friday, 20 November 2026, 10:00 in Blantyre.
pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 8, 0, 0).unwrap()
}

pub(crate) fn malawi() -> RowRules {
    RowRules {
        currency: currency("MWK"),
        country: "MW".into(),
        zone: chrono_tz::Africa::Blantyre,
        purpose_default: None,
        number_style: NumberStyle::Point,
        now: now(),
    }
}

pub(crate) fn entered(texts: &[(Field, &str)]) -> Entered {
    let mut row = Entered::new();
    for (field, text) in texts {
        row.set(*field, text);
    }
    row
}

/// A row with nothing wrong: a wallet in Malawi.
pub(crate) fn wallet() -> Entered {
    entered(&[(Field::Mobile, "0991 204 118"), (Field::Amount, "4,500.00")])
}

/// A row with nothing wrong: an account at a bank.
pub(crate) fn bank() -> Entered {
    entered(&[
        (Field::BeneficiaryName, "Mphatso Chirwa"),
        (Field::AccountNumber, "0011 2398 45"),
        (Field::BankCode, "NBM"),
        (Field::Amount, "4500"),
    ])
}

pub(crate) fn told(faults: &[Fault]) -> Vec<(Field, &str)> {
    faults
        .iter()
        .map(|fault| (fault.field, fault.message.as_str()))
        .collect()
}
