//! Connectors: the banks and wallet providers that integrators name by `connectorId`.
//!
//! Only providers of wallets must be known, because a wallet is paid by mobile number and a bank by
//! account number; a code that is not listed is a bank's. The invariant: a wallet provider is found
//! only in its own country.

/// A bank or a wallet provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Connector {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// How payouts name it: `provider` of a wallet, `bank_code` of an account.
    pub code: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Whether it is paid by mobile number.
    pub is_wallet: bool,
}

const fn wallet(country: &'static str, code: &'static str, name: &'static str) -> Connector {
    Connector {
        country,
        code,
        name,
        is_wallet: true,
    }
}

const fn bank(country: &'static str, code: &'static str, name: &'static str) -> Connector {
    Connector {
        country,
        code,
        name,
        is_wallet: false,
    }
}

/// Those that are known by name.
pub const CONNECTORS: &[Connector] = &[
    wallet("MW", "AIRTEL", "Airtel Money"),
    wallet("MW", "TNM", "TNM Mpamba"),
    bank("MW", "NBM", "National Bank of Malawi"),
    bank("MW", "STD", "Standard Bank"),
    bank("MW", "FDH", "FDH Bank"),
    bank("MW", "NBS", "NBS Bank"),
    bank("MW", "FCB", "First Capital Bank"),
    bank("MW", "ECO", "Ecobank"),
    bank("MW", "CDH", "CDH Investment Bank"),
    wallet("SA", "STCPAY", "STC Pay"),
    wallet("SA", "URPAY", "urpay"),
    wallet("SA", "MOBILYPAY", "Mobily Pay"),
    wallet("KE", "MPESA", "M-Pesa"),
    wallet("KE", "AIRTEL", "Airtel Money"),
    wallet("TZ", "MPESA", "M-Pesa"),
    wallet("TZ", "AIRTEL", "Airtel Money"),
    wallet("TZ", "MIXX", "Mixx by Yas"),
    wallet("TZ", "HALOPESA", "HaloPesa"),
    wallet("UG", "MTN", "MTN MoMo"),
    wallet("UG", "AIRTEL", "Airtel Money"),
    wallet("RW", "MTN", "MTN MoMo"),
    wallet("RW", "AIRTEL", "Airtel Money"),
    wallet("ZM", "MTN", "MTN MoMo"),
    wallet("ZM", "AIRTEL", "Airtel Money"),
    wallet("ZM", "ZAMTEL", "Zamtel Money"),
    wallet("MZ", "MPESA", "M-Pesa"),
    wallet("MZ", "EMOLA", "e-Mola"),
    wallet("GH", "MTN", "MTN MoMo"),
    wallet("GH", "TELECEL", "Telecel Cash"),
    wallet("EG", "VODAFONE", "Vodafone Cash"),
    wallet("EG", "ORANGE", "Orange Cash"),
];

/// The connector of a country that is called so: by its code or its name, without regard to case and
/// to what stands between letters.
#[must_use]
pub fn find(country: &str, called: &str) -> Option<&'static Connector> {
    let called = letters(called);
    CONNECTORS.iter().find(|connector| {
        let name = letters(connector.name);
        connector.country == country
            && !called.is_empty()
            // "TNM Mpamba" is as often called by either word.
            && (called == letters(connector.code) || called == name || is_brand(&name, &called))
    })
}

/// The wallet provider of a country that is called so.
#[must_use]
pub fn find_wallet(country: &str, called: &str) -> Option<&'static Connector> {
    find(country, called).filter(|connector| connector.is_wallet)
}

fn is_brand(name: &str, called: &str) -> bool {
    name == "tnmmpamba" && called == "mpamba"
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
