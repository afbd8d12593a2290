//! In whose words a batch was sent: what its sender calls the columns that faults are told of.
//!
//! The invariant: a fault names the field that the sender wrote, so that a program finds it in what it
//! sent. What people read ("Pay on") is `Field::label`.

use super::field::Field;
use super::source::Source;

/// Whose words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// Ours: headings of a file, fields of the pages.
    House,
    /// `addJson`.
    OneKhusa,
    /// Bulk payouts.
    Moyasar,
}

impl Dialect {
    /// A bulk is JSON that was not kept as a file; `addJson` keeps its list as one.
    #[must_use]
    pub const fn of(source: Source, has_file: bool) -> Self {
        match (source, has_file) {
            (Source::Json, true) => Self::OneKhusa,
            (Source::Json, false) => Self::Moyasar,
            (Source::File | Source::Portal, _) => Self::House,
        }
    }

    /// What the sender calls this column, as a path within one payout. What the dialect has no field
    /// for keeps our name.
    #[must_use]
    pub const fn name(self, field: Field) -> &'static str {
        match self {
            Self::House => field.code(),
            Self::OneKhusa => onekhusa(field),
            Self::Moyasar => moyasar(field),
        }
    }
}

const fn onekhusa(field: Field) -> &'static str {
    match field {
        Field::Reference => "sourceReferenceNumber",
        Field::BeneficiaryName => "beneficiaryName",
        Field::Iban | Field::AccountNumber | Field::Mobile => "beneficiaryAccountNumber",
        Field::BankCode | Field::Provider => "connectorId",
        Field::Amount => "transactionAmount",
        Field::Comment => "transactionDescription",
        Field::PayOn => "scheduledDate",
        Field::Country | Field::City | Field::Email | Field::Currency | Field::Purpose => field.code(),
    }
}

const fn moyasar(field: Field) -> &'static str {
    match field {
        Field::BeneficiaryName => "destination.name",
        Field::Iban => "destination.iban",
        Field::AccountNumber => "destination.account_number",
        Field::BankCode => "destination.bank_code",
        Field::Mobile => "destination.mobile",
        Field::Provider => "destination.provider",
        Field::Country => "destination.country",
        Field::City => "destination.city",
        Field::PayOn => "scheduled_date",
        Field::Reference
        | Field::Amount
        | Field::Purpose
        | Field::Comment
        | Field::Email
        | Field::Currency => field.code(),
    }
}
