//! Identifiers. Internal ones are database keys and never leave the process; numbers and ids that
//! people see (`AccountNumber`, `BatchNumber`, `PayoutId`, `OrganisationCode`) have their own types,
//! so that one can't be passed for another.

use std::fmt;
use uuid::Uuid;

macro_rules! key {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub i64);
    )+};
}

key! {
    /// Internal key of an organisation.
    OrganisationId,
    /// Internal key of a person.
    PersonId,
    /// Internal key of a payout account.
    AccountId,
    /// Internal key of a batch.
    BatchId,
    /// Internal key of a slice: about 500 payouts of one batch and one date, claimed together.
    SliceId,
    /// Internal key of an uploaded file.
    FileId,
    /// Internal key of a webhook endpoint.
    EndpointId,
    /// Internal key of a role.
    RoleId,
    /// Key of a proposal; its page has it in the address.
    ProposalId,
    /// Internal key of an invitation.
    InvitationId,
    /// Internal key of an API client.
    ApiClientId,
    /// Which second factor of all that were ever set up: a new one has another.
    FactorNumber,
}

/// A payout's id, as pages and the API show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
pub struct PayoutId(pub Uuid);

/// An intent's id: made before the rail is called, and the rail's idempotency key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
pub struct IntentId(pub Uuid);

impl fmt::Display for PayoutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! eight_digits {
    ($(#[$doc:meta])+ $name:ident) => {
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
        pub struct $name(i32);

        impl $name {
            /// The number, if it has eight digits and no leading zero.
            #[must_use]
            pub const fn try_new(number: i32) -> Option<Self> {
                if number >= 10_000_000 && number <= 99_999_999 { Some(Self(number)) } else { None }
            }

            /// Reads exactly eight digits.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
                    text.parse().ok().and_then(Self::try_new)
                } else {
                    None
                }
            }

            /// The plain number.
            #[must_use]
            pub const fn get(self) -> i32 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

eight_digits! {
    /// The 8-digit number of a payout account (the "merchant account number").
    AccountNumber
}
eight_digits! {
    /// The 8-digit number of a batch, unique in its organisation.
    BatchNumber
}
