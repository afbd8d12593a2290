//! Which texts get an apostrophe, and which are left alone.

use countersign::export::safe_text;
use proptest::prelude::*;

#[test]
fn formulas_are_disarmed() {
    for text in [
        "=1+1",
        "=HYPERLINK(\"http://x.example\")",
        "+1+1",
        "+cmd|' /C calc'!A0",
        "-1+1",
        "-",
        "+",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "-1,000.00",
        "-.5",
        "-5.",
        "-1e5",
        "+265 991 204 118",
        "-١٢",
        "+265991204118 (work)",
    ] {
        assert_eq!(safe_text(text), format!("'{text}"), "{text:?}");
    }
}

#[test]
fn numbers_telephones_and_plain_words_stay() {
    for text in [
        "",
        "Thoko Banda",
        "-12.50",
        "-12",
        "+12.5",
        "+265991204118",
        "12 = 12",
        "a@b.example",
        "'=1+1",
        " =1",
        "0000000123",
    ] {
        assert_eq!(safe_text(text), text, "{text:?}");
    }
}

proptest! {
    #[test]
    fn nothing_but_a_number_begins_with_a_sign(text in "[=+@\t\r-]?[=+0-9.,A-z-]{0,12}") {
        let safe = safe_text(&text);
        if safe.starts_with(['=', '@', '\t', '\r']) {
            prop_assert!(false, "{safe:?} would run");
        }
        if let Some(rest) = safe.strip_prefix(['+', '-']) {
            prop_assert!(rest.chars().all(|c| c.is_ascii_digit() || c == '.'), "{safe:?} would run");
        }
        prop_assert_eq!(safe.strip_prefix('\'').unwrap_or(&safe), &text);
    }
}
