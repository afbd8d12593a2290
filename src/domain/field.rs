//! The columns of a batch file that mean something to us.
//!
//! How headings are matched to them is in `headings`, what each may hold in `row`. The invariant:
//! one list, in the order in which faults of a row are told.

macro_rules! fields {
    ($($name:ident $code:literal $label:literal),+ $(,)?) => {
        /// A column of the batch file. The order is the order in which a row's faults are told.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
        pub enum Field {$(
            #[doc = $label]
            #[serde(rename = $code)]
            $name,
        )+}

        impl Field {
            /// All fields in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The exact name of the column and of the form field: `beneficiary_name`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {$(Self::$name => $code,)+}
            }

            /// What people read: `Beneficiary name`.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {$(Self::$name => $label,)+}
            }

            /// The field of that exact code.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Reference "reference" "Reference",
    BeneficiaryName "beneficiary_name" "Beneficiary name",
    Iban "iban" "IBAN",
    AccountNumber "account_number" "Account number",
    BankCode "bank_code" "Bank code",
    Mobile "mobile" "Mobile number",
    Provider "provider" "Wallet provider",
    Country "country" "Country",
    City "city" "City",
    Email "email" "E-mail",
    Amount "amount" "Amount",
    Currency "currency" "Currency",
    Purpose "purpose" "Purpose",
    Comment "comment" "Comment",
    PayOn "pay_on" "Pay on",
}
