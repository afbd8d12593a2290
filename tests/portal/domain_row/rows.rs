//! Whole rows: every rule of the batch file that one row can show.

use super::{bank, currency, entered, malawi, told, wallet};
use countersign::domain::destination::{BankAccount, Destination};
use countersign::domain::fault::Fault;
use countersign::domain::field::Field;
use countersign::domain::money::{Money, NumberStyle};
use countersign::domain::purpose::Purpose;
use countersign::domain::row::{AccountLengths, Entered, Payable, Spoilt, judge};
use proptest::prelude::*;

const IBAN: &str = "GB82 WEST 1234 5698 7654 32";

fn paid(row: &Entered) -> Payable {
    judge(row, &malawi()).unwrap()
}

fn faults(row: &Entered) -> Vec<Fault> {
    judge(row, &malawi()).unwrap_err()
}

fn with(mut row: Entered, field: Field, text: &str) -> Entered {
    row.set(field, text);
    row
}

/// The one message about a row that has one field changed.
fn message(row: Entered, field: Field, text: &str) -> String {
    let found = faults(&with(row, field, text));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].field, field);
    assert!(!found[0].remedy.is_empty());
    found[0].message.clone()
}

#[test]
fn a_wallet_needs_only_mobile_and_amount() {
    let payable = paid(&wallet());
    assert_eq!(
        payable.destination,
        Destination::Wallet {
            mobile: "+265991204118".into(),
            provider: None
        }
    );
    assert_eq!(payable.amount, Money::new(450_000, currency("MWK")));
    assert_eq!(
        (
            payable.contact.mobile,
            payable.beneficiary_name,
            payable.purpose,
            payable.pay_on
        ),
        (None, None, None, None)
    );
}

#[test]
fn an_account_number_loses_its_spaces_and_keeps_its_zeros() {
    let payable = paid(&with(bank(), Field::Mobile, "0991204118"));
    assert_eq!(
        payable.destination,
        Destination::Bank(BankAccount::Local {
            account_number: "0011239845".into(),
            bank_code: "NBM".into()
        })
    );
    assert_eq!(payable.contact.mobile.as_deref(), Some("+265991204118"));
}

#[test]
fn an_iban_is_kept_in_electronic_form_and_names_the_country() {
    let row = entered(&[
        (Field::BeneficiaryName, "W"),
        (Field::Iban, &IBAN.to_lowercase()),
        (Field::Amount, "1"),
    ]);
    let payable = paid(&row);
    assert_eq!(
        payable.destination,
        Destination::Bank(BankAccount::Iban("GB82WEST12345698765432".into()))
    );
    assert_eq!(payable.contact.country.as_deref(), Some("GB"));
    assert_eq!(
        paid(&with(row, Field::Country, "mw")).contact.country.as_deref(),
        Some("MW")
    );
}

#[test]
fn a_country_that_only_the_iban_says_is_not_entered() {
    let row = with(
        with(with(bank(), Field::AccountNumber, ""), Field::BankCode, ""),
        Field::Iban,
        "GB33BUKB20201555555555",
    );
    let again = |row: &Entered| paid(row).to_entered(chrono_tz::Africa::Blantyre);
    assert_eq!(again(&row).text(Field::Country), "");
    let other = with(again(&row), Field::Iban, "DE89370400440532013000");
    assert_eq!(paid(&other).contact.country.as_deref(), Some("DE"));
    let own = with(row, Field::Country, "MW");
    assert_eq!(again(&own).text(Field::Country), "MW");
    assert_eq!(
        again(&with(wallet(), Field::Country, "MW")).text(Field::Country),
        "MW"
    );
}

#[test]
fn all_columns_together() {
    let mut row = bank();
    for (field, text) in [
        (Field::Reference, "SAL-1"),
        (Field::Country, "MW"),
        (Field::City, "Lilongwe"),
        (Field::Email, "mphatso@example.com"),
        (Field::Currency, "mwk"),
        (Field::Purpose, "Payroll benefits"),
        (Field::Comment, "January"),
        (Field::PayOn, "2026-12-01"),
    ] {
        row.set(field, text);
    }
    row.set_metadata("branch", " Lilongwe\n1 ");
    let payable = paid(&row);
    assert_eq!(payable.purpose, Some(Purpose::PayrollBenefits));
    assert_eq!(
        payable.metadata.get("branch").map(String::as_str),
        Some("Lilongwe 1")
    );
    assert_eq!(payable.contact.email.as_deref(), Some("mphatso@example.com"));
    assert_eq!(
        (payable.reference.as_deref(), payable.comment.as_deref()),
        (Some("SAL-1"), Some("January"))
    );
    let stored = serde_json::to_string(&row).unwrap();
    assert_eq!(serde_json::from_str::<Entered>(&stored).unwrap(), row);
}

#[test]
fn iban_faults() {
    let row = || {
        entered(&[
            (Field::BeneficiaryName, "W"),
            (Field::Amount, "1"),
            (Field::Iban, IBAN),
        ])
    };
    assert_eq!(
        message(row(), Field::Iban, "GB82 WEST 1234 5698 7654 33"),
        "IBAN check digits don't match"
    );
    assert_eq!(
        message(row(), Field::Iban, "GB82!"),
        "IBAN is not 2 letters, 2 digits and up to 30 letters and digits"
    );
    assert_eq!(
        message(row(), Field::Iban, "1.23457E+11"),
        "IBAN is in scientific notation"
    );
    assert_eq!(
        told(&faults(&with(row(), Field::AccountNumber, "12"))),
        [(Field::AccountNumber, "IBAN and account number are both filled in")]
    );
    assert_eq!(
        told(&faults(&with(row(), Field::Provider, "TNM"))),
        [(Field::Provider, "Wallet provider beside a bank account")]
    );
    assert_eq!(
        told(&faults(&with(row(), Field::BeneficiaryName, ""))),
        [(Field::BeneficiaryName, "Beneficiary name is missing")]
    );
}

#[test]
fn bank_faults() {
    assert_eq!(message(bank(), Field::BankCode, ""), "Bank code is missing");
    assert_eq!(
        message(bank(), Field::AccountNumber, ""),
        "Account number is missing"
    );
    assert_eq!(
        message(bank(), Field::AccountNumber, "1.23457E+11"),
        "Account number is in scientific notation"
    );
    assert_eq!(
        message(bank(), Field::AccountNumber, "12#4"),
        "Account number has other characters than letters and digits"
    );
    assert_eq!(
        message(bank(), Field::AccountNumber, &"1".repeat(35)),
        "Account number has 35 characters; the limit is 34"
    );
    assert_eq!(
        message(bank(), Field::Mobile, "+265 88 12 345"),
        "Mobile number is 2 digits short for Malawi"
    );
}

#[test]
fn texts_have_limits_in_characters() {
    assert!(judge(&with(bank(), Field::BeneficiaryName, &"é".repeat(140)), &malawi()).is_ok());
    assert_eq!(
        message(bank(), Field::BeneficiaryName, &"é".repeat(141)),
        "Beneficiary name has 141 characters; the limit is 140"
    );
    assert_eq!(
        message(wallet(), Field::Reference, &"r".repeat(65)),
        "Reference has 65 characters; the limit is 64"
    );
    assert_eq!(
        message(wallet(), Field::Comment, &"c".repeat(501)),
        "Comment has 501 characters; the limit is 500"
    );
    let clipped = &faults(&with(wallet(), Field::Comment, &"c".repeat(501)))[0];
    assert_eq!(clipped.value.chars().count(), 200);
}

#[test]
fn small_columns() {
    assert_eq!(
        message(wallet(), Field::Currency, "USD"),
        "Currency is not the account's, MWK"
    );
    assert_eq!(
        message(wallet(), Field::Country, "Malawi"),
        "Country is not a 2-letter code"
    );
    assert_eq!(
        message(wallet(), Field::Purpose, "salary"),
        "Purpose is not one of the 20 there are"
    );
    assert_eq!(
        message(wallet(), Field::PayOn, "2026-11-01"),
        "Date is in the past"
    );
    for text in [
        "a",
        "a@b",
        "@b.c",
        "a b@c.de",
        "a@b..c",
        "a@-b.c",
        "a@b.c, d@e.f",
        "a..b@c.de",
    ] {
        assert_eq!(
            message(wallet(), Field::Email, text),
            "E-mail address can't be used",
            "{text}"
        );
    }
    assert!(
        judge(
            &with(wallet(), Field::Email, "o'brien+pay@mail.example.co"),
            &malawi()
        )
        .is_ok()
    );
    assert!(judge(&with(wallet(), Field::Provider, "TNM"), &malawi()).is_ok());
}

#[test]
fn all_faults_of_a_row_in_the_order_of_the_fields() {
    let row = entered(&[
        (Field::Amount, "x"),
        (Field::Reference, &"r".repeat(65)),
        (Field::BankCode, "NBM"),
        (Field::Email, "x"),
        (Field::PayOn, "x"),
    ]);
    let fields: Vec<Field> = faults(&row).iter().map(|fault| fault.field).collect();
    assert_eq!(
        fields,
        [
            Field::Reference,
            Field::BeneficiaryName,
            Field::AccountNumber,
            Field::Email,
            Field::Amount,
            Field::PayOn
        ]
    );
    assert_eq!(
        told(&faults(&Entered::new())),
        [
            (Field::AccountNumber, "Destination is missing"),
            (Field::Amount, "Amount is missing")
        ]
    );
}

#[test]
fn the_default_purpose_fills_in() {
    let mut rules = malawi();
    rules.purpose_default = Some(Purpose::Donation);
    assert_eq!(judge(&wallet(), &rules).unwrap().purpose, Some(Purpose::Donation));
    assert_eq!(
        judge(&with(wallet(), Field::Purpose, "personal"), &rules)
            .unwrap()
            .purpose,
        Some(Purpose::Personal)
    );
}

#[test]
fn a_number_of_a_workbook_keeps_its_point_in_a_file_with_commas() {
    let mut rules = malawi();
    rules.number_style = NumberStyle::Comma;
    let mut row = with(wallet(), Field::Amount, "1.5");
    assert!(judge(&row, &rules).is_err());
    row.set_amount_is_number();
    assert_eq!(judge(&row, &rules).unwrap().amount.minor(), 150);
    assert_eq!(
        judge(&with(row, Field::Amount, "1,5"), &rules)
            .unwrap()
            .amount
            .minor(),
        150
    );
}

#[test]
fn what_a_spreadsheet_spoilt_is_a_fault_and_not_a_guess() {
    let spoilt = |field, text: &str, mark| {
        let mut row = with(bank(), field, text);
        row.spoil(field, mark);
        judge(&row, &malawi()).map_err(|faults| faults[0].message.clone())
    };
    assert_eq!(
        spoilt(Field::AccountNumber, "1234567890123450", Spoilt::DigitsLost).unwrap_err(),
        "Account number lost digits: spreadsheets keep 15 of a number"
    );
    assert_eq!(
        spoilt(Field::Reference, "2026-01-12", Spoilt::Date).unwrap_err(),
        "Reference is a date"
    );
    assert_eq!(
        spoilt(Field::Amount, "#N/A", Spoilt::Error).unwrap_err(),
        "Amount is a spreadsheet error"
    );
    assert!(spoilt(Field::PayOn, "2026-12-12", Spoilt::Date).is_ok());
    assert!(spoilt(Field::Amount, "1", Spoilt::DigitsLost).is_ok());
}

#[test]
fn control_characters_are_faults_and_never_stored() {
    for text in ["A\0B", "A\u{7}B", "A\u{fffd}B"] {
        assert_eq!(
            message(bank(), Field::BeneficiaryName, text),
            "Beneficiary name has a character that can't be read"
        );
    }
    assert_eq!(
        message(bank(), Field::AccountNumber, "0011\n2398"),
        "Account number has a line break"
    );
    let name = judge(&with(bank(), Field::BeneficiaryName, "A \r\n B"), &malawi()).unwrap();
    assert_eq!(name.beneficiary_name.as_deref(), Some("A B"));
    let fault = &faults(&with(bank(), Field::BeneficiaryName, "A\0B"))[0];
    assert_eq!(fault.value, "A\u{fffd}B");
}

proptest! {
    #[test]
    fn judging_never_panics(texts in prop::collection::vec((0..Field::ALL.len(), "\\PC{0,40}|[0-9+., -]{0,40}|.{0,10}|[A-Z]{2}[0-9]{2}[A-Z0-9]{0,32}"), 0..15)) {
        let mut row = Entered::new();
        for (field, text) in &texts {
            row.set(Field::ALL[*field], text);
        }
        if let Err(found) = judge(&row, &malawi()) {
            prop_assert!(!found.is_empty());
            prop_assert!(found.windows(2).all(|two| two[0].field < two[1].field), "one fault a field, in order: {found:?}");
            prop_assert!(found.iter().all(|fault| !fault.value.contains('\0') && !fault.remedy.is_empty()));
        }
    }
}

#[test]
fn zeros_are_missed_where_the_others_of_the_bank_have_them() {
    let known = AccountLengths::of([
        ("NBM", "0011239845"),
        ("nbm", "0010-7741-02"),
        ("NBM", "1100000001"),
        ("STD", "9100002541870"),
        ("FDH", "001"),
        ("FDH", "0012"),
        ("CDH", "01"),
    ]);
    let lost = |code: &str, account: &str| {
        let mut row = with(bank(), Field::BankCode, code);
        row.set(Field::AccountNumber, account);
        known.lost(&row)
    };
    assert_eq!(lost("NBM", "11239999"), Some(10));
    for (code, account) in [
        ("NBM", "0011239999"),
        ("NBM", "1111239999"),
        ("NBM", "01"),
        ("NBM", "A1"),
        ("STD", "91"),
        ("FDH", "1"),
        ("CDH", "1"),
        ("", "1"),
    ] {
        assert_eq!(lost(code, account), None, "{code} {account}");
    }
    let mut row = with(bank(), Field::AccountNumber, "11239999");
    row.spoil(Field::AccountNumber, Spoilt::ZerosLost(10));
    let fault = &faults(&row)[0];
    assert_eq!(
        (fault.message.as_str(), fault.remedy.as_str()),
        (
            "Account number has 8 digits, and the others of NBM have 10: leading zeros were lost",
            "Write 0011239999, or the same number again if it is right"
        )
    );
    row.set(Field::AccountNumber, "11239999");
    assert!(
        judge(&row, &malawi()).is_ok(),
        "a person may say that it is right"
    );
}
