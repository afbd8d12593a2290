//! Where a payout goes and how its beneficiary is reached.
//!
//! How texts become these is in `row`. The invariant: a destination is either a bank account or a
//! wallet, never something in between, and what it holds was checked.

use serde::{Deserialize, Serialize};

/// What is paid into.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// A bank account.
    Bank(BankAccount),
    /// A mobile wallet.
    Wallet {
        /// E.164 with the plus sign.
        mobile: String,
        /// The wallet provider's code, where it was named.
        provider: Option<String>,
    },
}

/// How a bank account is named.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankAccount {
    /// ISO 13616 in the electronic form: capitals, no spaces, check digits right.
    Iban(String),
    /// A number at a bank of the country.
    Local {
        /// Letters and digits, without the spaces and hyphens people put between them.
        account_number: String,
        /// The bank's code.
        bank_code: String,
    },
}

/// How a beneficiary is reached. A wallet's mobile number stands in its destination, not here.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Contact {
    /// E.164 with the plus sign.
    pub mobile: Option<String>,
    /// ISO 3166-1 alpha-2; the IBAN's country where the row names none.
    pub country: Option<String>,
    /// The city, as written.
    pub city: Option<String>,
    /// Where the remittance advice goes.
    pub email: Option<String>,
}
