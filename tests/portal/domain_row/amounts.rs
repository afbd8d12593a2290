//! Amounts: what is read, what is refused, and how money is written.

use super::currency;
use countersign::domain::money::{
    AMOUNT_MAJOR_MAX, Amount, AmountFault, Currency, Money, MoneyError, NumberStyle,
};
use proptest::prelude::*;

fn read(text: &str, code: &str) -> Result<i64, AmountFault> {
    Amount::parse(text, currency(code), NumberStyle::Point)
}

fn read_comma(text: &str, code: &str) -> Result<i64, AmountFault> {
    Amount::parse(text, currency(code), NumberStyle::Comma)
}

#[test]
fn amounts_as_people_write_them() {
    for text in [
        "4500",
        "4500.00",
        "4500.0",
        "4,500.00",
        "4 500.00",
        "4\u{a0}500",
        "MWK 4,500.00",
        "4500 mwk",
        " 4,500 ",
    ] {
        assert_eq!(read(text, "MWK"), Ok(450_000), "{text}");
    }
    for text in [
        "4500",
        "4500,00",
        "4.500,00",
        "4 500,00",
        "4\u{202f}500,0",
        "4'500,00",
    ] {
        assert_eq!(read_comma(text, "MWK"), Ok(450_000), "{text}");
    }
    assert_eq!(read("1.234", "KWD"), Ok(1234));
    assert_eq!(read("1200", "JPY"), Ok(1200));
    assert_eq!(read("0.01", "MWK"), Ok(1));
    assert_eq!(read("9,000,000,000,000.00", "MWK"), Ok(900_000_000_000_000));
}

#[test]
fn amounts_that_are_faults() {
    let mwk = currency("MWK");
    let cases = [
        ("4,500.005", AmountFault::Decimals(mwk)),
        ("4500.000", AmountFault::Decimals(mwk)),
        ("0", AmountFault::NotPositive),
        ("0.00", AmountFault::NotPositive),
        ("-5", AmountFault::NotPositive),
        ("\u{2212}5", AmountFault::NotPositive),
        ("1.2E+5", AmountFault::Scientific),
        ("1e3", AmountFault::Scientific),
        ("4,50", AmountFault::Grouping),
        ("45,00,000", AmountFault::Grouping),
        ("1,234 567", AmountFault::Grouping),
        (",500", AmountFault::Grouping),
        ("9000000000000.01", AmountFault::TooLarge(mwk)),
        ("99999999999999999999999999", AmountFault::TooLarge(mwk)),
        ("", AmountFault::NotANumber),
        (".50", AmountFault::NotANumber),
        ("5.", AmountFault::NotANumber),
        ("five", AmountFault::NotANumber),
        ("=1+1", AmountFault::NotANumber),
        ("1.2.3", AmountFault::NotANumber),
        ("USD 5", AmountFault::NotANumber),
        ("٤٥", AmountFault::NotANumber),
    ];
    for (text, fault) in cases {
        assert_eq!(read(text, "MWK"), Err(fault), "{text}");
    }
    assert_eq!(read("4.5", "JPY"), Err(AmountFault::Decimals(currency("JPY"))));
    assert_eq!(read_comma("4,500.00", "MWK"), Err(AmountFault::NotANumber));
    assert_eq!(read("4.500,00", "MWK"), Err(AmountFault::NotANumber));
}

#[test]
fn faults_name_the_number_and_the_limit() {
    let fault = read("4500.005", "MWK").unwrap_err();
    assert_eq!(fault.to_string(), "MWK has 2 decimals");
    assert_eq!(
        fault.remedy(),
        "Write the amount with at most 2 decimals, such as 4500.00"
    );
    assert_eq!(
        read("1.5", "JPY").unwrap_err().remedy(),
        "Write whole JPY without decimals"
    );
    assert_eq!(
        read("9000000000001", "MWK").unwrap_err().to_string(),
        "Amount is above the limit of MWK 9,000,000,000,000.00"
    );
}

#[test]
fn a_column_decides_its_style_only_when_it_is_consistent() {
    let of = |samples: &[&str]| NumberStyle::of(samples.iter().copied());
    assert_eq!(of(&[]), NumberStyle::Point);
    assert_eq!(of(&["4500", "1,000"]), NumberStyle::Point);
    assert_eq!(of(&["4.500,00", "10,5", "1.000"]), NumberStyle::Comma);
    assert_eq!(of(&["1 234,56"]), NumberStyle::Comma);
    assert_eq!(of(&["1.234.567"]), NumberStyle::Comma);
    assert_eq!(of(&["1,234,567"]), NumberStyle::Point);
    assert_eq!(of(&["4.500,00", "4,500.00"]), NumberStyle::Point);
    assert_eq!(of(&["10,5", "10.5"]), NumberStyle::Point);
    // A currency beside the figures is none of them: read with a comma, this were a thousandth of it.
    assert_eq!(of(&["1,500 KWD", "(2,000 KWD)"]), NumberStyle::Point);
    assert_eq!(of(&["KWD 1,50", "1.500 KWD"]), NumberStyle::Comma);
    assert_eq!(of(&["1,5x0", "12,5 or so", "1501"]), NumberStyle::Point);
}

#[test]
fn money_is_written_with_its_currency() {
    let money = Money::new(1_248_020_000, currency("mwk"));
    assert_eq!(money.to_string(), "MWK 12,480,200.00");
    assert_eq!(money.grouped(), "12,480,200.00");
    assert_eq!(money.plain(), "12480200.00");
    assert_eq!(Money::new(-5, currency("MWK")).to_string(), "MWK -0.05");
    assert_eq!(Money::new(1_234, currency("JPY")).grouped(), "1,234");
    assert_eq!(Money::new(1_234_567, currency("KWD")).grouped(), "1,234.567");
    assert_eq!(
        Money::new(i64::MIN, currency("MWK")).plain(),
        "-92233720368547758.08"
    );
    assert_eq!(Currency::parse("XAU"), None);
    assert_eq!(Currency::parse("KWACHA"), None);
}

#[test]
fn money_adds_up_or_says_why_not() {
    let mwk = |minor| Money::new(minor, currency("MWK"));
    assert_eq!(mwk(5).checked_add(mwk(7)), Ok(mwk(12)));
    assert_eq!(mwk(5).checked_sub(mwk(7)), Ok(mwk(-2)));
    assert_eq!(mwk(i64::MAX).checked_add(mwk(1)), Err(MoneyError::Overflow));
    assert_eq!(
        mwk(1).checked_add(Money::new(1, currency("SAR"))),
        Err(MoneyError::Currencies(currency("MWK"), currency("SAR")))
    );
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(minor in 1..=AMOUNT_MAJOR_MAX, code in prop::sample::select(vec!["MWK", "KWD", "JPY", "SAR"])) {
        let money = Money::new(minor, currency(code));
        prop_assert_eq!(read(&money.plain(), code), Ok(minor));
        prop_assert_eq!(read(&money.grouped(), code), Ok(minor));
        prop_assert_eq!(read(&money.to_string(), code), Ok(minor));
        let european = money.grouped().replace(',', " ").replace('.', ",");
        prop_assert_eq!(read_comma(&european, code), Ok(minor));
    }

    #[test]
    fn any_text_is_an_amount_or_a_fault(text in "[0-9., '\\-+eE]{0,30}|\\PC{0,20}") {
        for style in [NumberStyle::Point, NumberStyle::Comma] {
            if let Ok(minor) = Amount::parse(&text, currency("KWD"), style) {
                prop_assert!(minor > 0 && minor <= AMOUNT_MAJOR_MAX * 1000);
            }
        }
    }
}
