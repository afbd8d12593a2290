//! Phone numbers of many countries.

use countersign::domain::mobile::{MobileFault, country_name, is_country, parse};
use proptest::prelude::*;

#[test]
fn numbers_as_people_write_them() {
    for text in [
        "+265991204118",
        "+265 991 204 118",
        "0991204118",
        "0991 204 118",
        "991204118",
        "00265991204118",
        "265991204118",
        "(+265) 991-204-118",
        "+265.991.204.118",
    ] {
        assert_eq!(parse(text, "MW").as_deref(), Ok("+265991204118"), "{text}");
    }
    assert_eq!(parse("+966501234567", "MW").as_deref(), Ok("+966501234567"));
    assert_eq!(parse("0501234567", "SA").as_deref(), Ok("+966501234567"));
    assert_eq!(parse("+447400123456", "MW").as_deref(), Ok("+447400123456"));
    assert_eq!(parse("+12015550123", "MW").as_deref(), Ok("+12015550123"));
    assert_eq!(parse("+393123456789", "MW").as_deref(), Ok("+393123456789"));
}

#[test]
fn faults_count_the_digits() {
    assert_eq!(
        parse("+265 88 12 345", "MW").unwrap_err().to_string(),
        "Mobile number is 2 digits short for Malawi"
    );
    assert_eq!(
        parse("099120411", "MW").unwrap_err().to_string(),
        "Mobile number is 1 digit short for Malawi"
    );
    assert_eq!(
        parse("+2659912041189", "MW").unwrap_err().to_string(),
        "Mobile number is 1 digit too long for Malawi"
    );
    assert_eq!(
        parse("+265551204118", "MW"),
        Err(MobileFault::NoSuchNumber { country: "Malawi" })
    );
    assert_eq!(parse("+999123456789", "MW"), Err(MobileFault::UnknownCountry));
    assert_eq!(parse("099CALLME", "MW"), Err(MobileFault::Characters));
    assert_eq!(parse("", "MW"), Err(MobileFault::Characters));
    assert!(
        parse("+265 88 12", "MW")
            .unwrap_err()
            .remedy("MW")
            .starts_with("Write the whole number with its calling code, such as +265 ")
    );
}

#[test]
fn countries_have_codes_and_names() {
    assert!(
        is_country("MW")
            && is_country("SA")
            && !is_country("XX")
            && !is_country("")
            && !is_country("mw")
            && !is_country("MWI")
    );
    assert_eq!(country_name("MW"), "Malawi");
}

proptest! {
    #[test]
    fn any_text_is_a_number_or_a_fault(text in "[+0-9 ()./-]{0,30}|\\PC{0,30}", country in "[A-Z]{2}|MW|US|BR") {
        if let Ok(number) = parse(&text, &country) {
            prop_assert!(number.starts_with('+') && number[1..].bytes().all(|b| b.is_ascii_digit()) && number.len() <= 20);
        }
    }
}
