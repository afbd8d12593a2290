//! One row of a batch: what somebody entered becomes a payout that can be paid, or all its faults.
//!
//! Not here: reading files (`intake`), rules over many rows such as a reference used twice, and what
//! is already on the account (`flows`). The invariant: a [`Payable`] satisfies every rule of the
//! batch file that one row can show, whether the row came from a file, a form or the API.

mod destination;
mod entered;
mod lengths;
mod texts;

pub use entered::{Entered, Spoilt};
pub use lengths::AccountLengths;
pub use texts::is_email;

use super::account::Account;
use super::batch::Batch;
use super::destination::{BankAccount, Contact, Destination};
use super::fault::Fault;
use super::field::Field;
use super::money::{Amount, AmountFault, Currency, Money, NumberStyle};
use super::pay_on;
use super::purpose::Purpose;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// How many characters a reference may have.
pub const REFERENCE_CHARS_MAX: usize = 64;
/// How many characters a beneficiary's name may have.
pub const NAME_CHARS_MAX: usize = 140;
/// How many characters a comment may have.
pub const COMMENT_CHARS_MAX: usize = 500;

/// What a row is judged by: the payout account, the batch, the file and the clock.
#[derive(Clone, Debug)]
pub struct RowRules {
    /// The account's currency.
    pub currency: Currency,
    /// The account's country, ISO 3166-1 alpha-2: national phone numbers are read by it.
    pub country: String,
    /// The account's zone: dates are read in it.
    pub zone: Tz,
    /// The batch's purpose, else the account's default.
    pub purpose_default: Option<Purpose>,
    /// How the file writes amounts. [`NumberStyle::Point`] for forms and the API.
    pub number_style: NumberStyle,
    /// When it is judged.
    pub now: DateTime<Utc>,
}

impl RowRules {
    /// What the rows of a batch are judged by.
    #[must_use]
    pub fn of(account: &Account, batch: &Batch, now: DateTime<Utc>) -> Self {
        Self {
            currency: account.currency,
            country: account.country.clone(),
            zone: account.zone,
            purpose_default: batch.purpose.or(account.purpose_default),
            number_style: batch.number_style,
            now,
        }
    }
}

/// A row that can be paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payable {
    /// The merchant's own reference.
    pub reference: Option<String>,
    /// Required for bank destinations.
    pub beneficiary_name: Option<String>,
    /// Where it goes.
    pub destination: Destination,
    /// How the beneficiary is reached.
    pub contact: Contact,
    /// Greater than zero, in the account's currency.
    pub amount: Money,
    /// The row's, else the rules' default.
    pub purpose: Option<Purpose>,
    /// The rationale.
    pub comment: Option<String>,
    /// The row's own date; `None` leaves it to the batch.
    pub pay_on: Option<DateTime<Utc>>,
    /// Kept and searchable.
    pub metadata: BTreeMap<String, String>,
}

impl Payable {
    /// The row as somebody would enter it: what a form shows for correction. Dates are written in
    /// `zone`.
    #[must_use]
    pub fn to_entered(&self, zone: Tz) -> Entered {
        let mut row = Entered::new();
        let mut set = |field: Field, text: Option<&str>| row.set(field, text.unwrap_or_default());
        set(Field::Reference, self.reference.as_deref());
        set(Field::BeneficiaryName, self.beneficiary_name.as_deref());
        set(Field::Mobile, self.contact.mobile.as_deref());
        set(Field::Country, self.country_entered());
        set(Field::City, self.contact.city.as_deref());
        set(Field::Email, self.contact.email.as_deref());
        set(Field::Amount, Some(&self.amount.plain()));
        set(Field::Purpose, self.purpose.map(Purpose::code));
        set(Field::Comment, self.comment.as_deref());
        let date = self.pay_on.map(|at| pay_on::write(at, zone));
        set(Field::PayOn, date.as_deref());
        match &self.destination {
            Destination::Bank(BankAccount::Iban(iban)) => set(Field::Iban, Some(iban)),
            Destination::Bank(BankAccount::Local {
                account_number,
                bank_code,
            }) => {
                set(Field::AccountNumber, Some(account_number));
                set(Field::BankCode, Some(bank_code));
            }
            Destination::Wallet { mobile, provider } => {
                set(Field::Mobile, Some(mobile));
                set(Field::Provider, provider.as_deref());
            }
        }
        row.set_amount_is_number();
        for (name, text) in &self.metadata {
            row.set_metadata(name, text);
        }
        row
    }

    /// The contact's country, unless it is only what the IBAN says: with another IBAN it would be
    /// wrong.
    fn country_entered(&self) -> Option<&str> {
        let country = self.contact.country.as_deref();
        match &self.destination {
            Destination::Bank(BankAccount::Iban(iban)) if country == iban.get(..2) => None,
            Destination::Bank(_) | Destination::Wallet { .. } => country,
        }
    }
}

/// A value that was read, or a fault that was noted.
type Read<T> = Option<T>;

/// The faults met so far.
struct Faults<'a> {
    row: &'a Entered,
    found: Vec<Fault>,
}

impl Faults<'_> {
    fn note(&mut self, field: Field, message: impl Into<String>, remedy: impl Into<String>) {
        self.found
            .push(Fault::new(field, self.row.text(field), message, remedy));
    }

    /// The text of a field that holds one, as `None` where empty or already faulty.
    fn sound(&self, field: Field) -> Option<&str> {
        let text = self.row.text(field);
        (!text.is_empty() && !self.has(field)).then_some(text)
    }

    fn has(&self, field: Field) -> bool {
        self.found.iter().any(|fault| fault.field == field)
    }

    /// Notes a fault if the text has more than `limit` characters.
    fn within(&mut self, field: Field, limit: usize) {
        let Some(text) = self.sound(field) else {
            return;
        };
        // Bytes are never fewer than characters, and cheap to know.
        if text.len() <= limit {
            return;
        }
        let count = text.chars().count();
        if count > limit {
            let label = field.label();
            self.note(
                field,
                format!("{label} has {count} characters; the limit is {limit}"),
                match count - limit {
                    1 => format!("Shorten it by 1 character, to {limit}"),
                    surplus => format!("Shorten it by {surplus} characters, to {limit}"),
                },
            );
        }
    }
}

/// Judges one row by itself.
///
/// # Errors
/// All faults of the row, at most one for each field, in the order of the fields.
pub fn judge(row: &Entered, rules: &RowRules) -> Result<Payable, Vec<Fault>> {
    let mut faults = Faults {
        row,
        found: Vec::new(),
    };
    entered::note_spoilt(&mut faults);
    texts::note_lengths(&mut faults);
    let destination = destination::read(&mut faults, rules);
    let contact = texts::contact(&mut faults);
    let amount = amount(&mut faults, rules);
    currency(&mut faults, rules);
    let purpose = purpose(&mut faults, rules);
    let pay_on = pay_on(&mut faults, rules);
    match (destination, amount) {
        (Some((destination, mobile, iban_country)), Some(amount)) if faults.found.is_empty() => Ok(Payable {
            reference: row.kept(Field::Reference),
            beneficiary_name: row.kept(Field::BeneficiaryName),
            destination,
            contact: Contact {
                mobile,
                country: contact.country.or(iban_country),
                ..contact
            },
            amount,
            purpose,
            comment: row.kept(Field::Comment),
            pay_on,
            metadata: row.metadata().clone(),
        }),
        _ => {
            faults.found.sort_by_key(|fault| fault.field);
            Err(faults.found)
        }
    }
}

fn amount(faults: &mut Faults<'_>, rules: &RowRules) -> Read<Money> {
    let field = Field::Amount;
    if faults.row.text(field).is_empty() && !faults.has(field) {
        faults.note(
            field,
            "Amount is missing",
            format!("Write the amount in {}, such as 4500", rules.currency),
        );
    }
    let text = faults.sound(field)?;
    let style = if faults.row.amount_is_number() {
        NumberStyle::Point
    } else {
        rules.number_style
    };
    match Amount::parse(text, rules.currency, style) {
        Ok(minor) => Some(Money::new(minor, rules.currency)),
        Err(fault) => {
            let (message, remedy) = told(text, fault, style, rules.currency);
            faults.note(field, message, remedy);
            None
        }
    }
}

/// An amount that would be good if its signs were read the other way round is told as that.
fn told(text: &str, fault: AmountFault, style: NumberStyle, currency: Currency) -> (String, String) {
    let is_good_in_other = Amount::parse(text, currency, style.other()).is_ok();
    match fault {
        AmountFault::NotANumber | AmountFault::Grouping if is_good_in_other => (
            "Amount has point and comma the other way round than the rest of the file".into(),
            fault.remedy_in(style),
        ),
        AmountFault::Decimals(_) if is_good_in_other => (
            fault.to_string(),
            format!(
                "{}; where the sign parts thousands, write the amount without it",
                fault.remedy_in(style)
            ),
        ),
        AmountFault::NotANumber
        | AmountFault::Scientific
        | AmountFault::Grouping
        | AmountFault::Decimals(_)
        | AmountFault::NotPositive
        | AmountFault::TooLarge(_) => (fault.to_string(), fault.remedy_in(style)),
    }
}

fn currency(faults: &mut Faults<'_>, rules: &RowRules) {
    let own = rules.currency.code();
    if faults
        .sound(Field::Currency)
        .is_some_and(|text| !text.eq_ignore_ascii_case(own))
    {
        faults.note(
            Field::Currency,
            format!("Currency is not the account's, {own}"),
            format!("Write {own} or leave it empty; pay other currencies from their own account"),
        );
    }
}

fn purpose(faults: &mut Faults<'_>, rules: &RowRules) -> Option<Purpose> {
    let Some(text) = faults.sound(Field::Purpose) else {
        return rules.purpose_default;
    };
    let purpose = Purpose::parse(text);
    if purpose.is_none() {
        let codes: Vec<&str> = Purpose::ALL.iter().map(|purpose| purpose.code()).collect();
        faults.note(
            Field::Purpose,
            format!("Purpose is not one of the {} there are", codes.len()),
            format!("Use one of {}", codes.join(", ")),
        );
    }
    purpose
}

fn pay_on(faults: &mut Faults<'_>, rules: &RowRules) -> Option<DateTime<Utc>> {
    match pay_on::parse(faults.sound(Field::PayOn)?, rules.zone, rules.now) {
        Ok(at) => Some(at),
        Err(fault) => {
            faults.note(Field::PayOn, fault.to_string(), fault.remedy());
            None
        }
    }
}
