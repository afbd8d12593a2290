//! The twenty purposes of a payout, with their codes (what the API and files carry) and labels
//! (what people read).
//!
//! Which purpose a payout takes when its row names none is decided in `row`. The invariant: code
//! and label stand in one table, and reading accepts either.

macro_rules! purposes {
    ($($name:ident $code:literal $label:literal),+ $(,)?) => {
        /// What a payout is for.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
        pub enum Purpose {$(
            #[doc = $label]
            #[serde(rename = $code)]
            $name,
        )+}

        impl Purpose {
            /// All purposes, in the order lists show them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code: `payroll_benefits`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {$(Self::$name => $code,)+}
            }

            /// The label: `Payroll benefits`.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {$(Self::$name => $label,)+}
            }
        }
    };
}

purposes! {
    BillsOrRent "bills_or_rent" "Bills or rent",
    ExpensesServices "expenses_services" "Expenses services",
    PurchaseAssets "purchase_assets" "Purchase assets",
    SavingInvestment "saving_investment" "Saving investment",
    GovernmentDues "government_dues" "Government dues",
    MoneyExchange "money_exchange" "Money exchange",
    CreditCardLoan "credit_card_loan" "Credit card loan",
    GiftOrReward "gift_or_reward" "Gift or reward",
    Personal "personal" "Personal",
    InvestmentTransaction "investment_transaction" "Investment transaction",
    FamilyAssistance "family_assistance" "Family assistance",
    Donation "donation" "Donation",
    PayrollBenefits "payroll_benefits" "Payroll benefits",
    OnlinePurchase "online_purchase" "Online purchase",
    HajjAndUmra "hajj_and_umra" "Hajj and Umra",
    DividendPayment "dividend_payment" "Dividend payment",
    GovernmentPayment "government_payment" "Government payment",
    InvestmentHouse "investment_house" "Investment house",
    PaymentToMerchant "payment_to_merchant" "Payment to merchant",
    OwnAccountTransfer "own_account_transfer" "Own account transfer",
}

impl Purpose {
    /// Reads a code or a label without regard to case, spaces, `_` and `-`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Most are written as the code is, and every stored one.
        let exact = Self::ALL.iter().find(|purpose| purpose.code() == text);
        let alike = || {
            let mut all = Self::ALL.iter();
            all.find(|purpose| letters(purpose.code()).eq(letters(text)))
        };
        exact.or_else(alike).copied()
    }
}

fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
}
