//! Headings and what they mean.

use super::currency;
use countersign::domain::fault::column_letters;
use countersign::domain::field::Field;
use countersign::domain::headings::{Matching, Meaning, Problem, match_headings};
use countersign::domain::purpose::Purpose;

fn matched(headings: &[&str]) -> Matching {
    let headings: Vec<String> = headings.iter().map(|h| (*h).to_owned()).collect();
    match_headings(&headings, currency("MWK"))
}

#[test]
fn exact_names_match_in_any_spelling() {
    let codes: Vec<&str> = Field::ALL.iter().map(|field| field.code()).collect();
    let all: Vec<Meaning> = Field::ALL.iter().copied().map(Meaning::Field).collect();
    assert_eq!(matched(&codes).settled(), Ok(all.clone()));
    let shouted: Vec<String> = codes
        .iter()
        .map(|code| format!(" {} ", code.to_uppercase().replace('_', "-")))
        .collect();
    assert_eq!(match_headings(&shouted, currency("MWK")).settled(), Ok(all));
    assert!(
        Field::ALL
            .iter()
            .all(|field| Field::parse(field.code()) == Some(*field))
    );
}

#[test]
fn common_other_names_match() {
    let meanings = matched(&[
        "Staff no.",
        "Employee name",
        "IBAN number",
        "Account No.",
        "Sort code",
        "Mobile money",
        "Net pay",
        "Narration",
        "Payment date",
        "metadata.Branch",
        "",
    ])
    .settled()
    .unwrap();
    let fields = [
        Field::Reference,
        Field::BeneficiaryName,
        Field::Iban,
        Field::AccountNumber,
        Field::BankCode,
        Field::Mobile,
        Field::Amount,
        Field::Comment,
        Field::PayOn,
    ];
    let mut expected: Vec<Meaning> = fields.into_iter().map(Meaning::Field).collect();
    expected.extend([Meaning::Metadata("Branch".into()), Meaning::LeaveOut]);
    assert_eq!(meanings, expected);
    for name in ["MSISDN", "Phone", "Telephone number"] {
        assert_eq!(
            matched(&[name, "amount"]).settled().unwrap()[0],
            Meaning::Field(Field::Mobile),
            "{name}"
        );
    }
}

#[test]
fn the_accounts_currency_may_stand_in_the_amounts_heading() {
    for name in ["Amount (MWK)", "Net pay MWK", "MWK amount"] {
        assert_eq!(
            matched(&["mobile", name]).settled().unwrap()[1],
            Meaning::Field(Field::Amount),
            "{name}"
        );
    }
    assert!(matched(&["mobile", "Amount (USD)"]).settled().is_err());
}

#[test]
fn what_is_not_certain_is_told() {
    let matching = matched(&["Bank", "mobile", "Net pay"]);
    assert_eq!(matching.meanings[0], None);
    assert_eq!(
        matching.problems,
        [Problem::Unknown {
            column: 0,
            heading: "Bank".into()
        }]
    );
    assert_eq!(
        matching.settled().unwrap_err().to_string(),
        "These columns can't be matched: \u{201c}Bank\u{201d} (A). Rename a heading to one of reference, beneficiary_name, iban, account_number, bank_code, mobile, provider, country, city, email, amount, currency, purpose, comment, pay_on, or begin it with metadata. to keep the column. Then upload the file again."
    );
}

#[test]
fn two_columns_for_one_field_match_neither() {
    let matching = matched(&["mobile", "Amount", "Net pay"]);
    assert_eq!(
        matching.meanings,
        [Some(Meaning::Field(Field::Mobile)), None, None]
    );
    let told = matching.settled().unwrap_err().to_string();
    assert!(
        told.starts_with("\u{201c}Amount\u{201d}, \u{201c}Net pay\u{201d} all mean amount: keep 1 of them"),
        "{told}"
    );
    assert!(
        matched(&["mobile", "amount", "metadata.a", "metadata.A"])
            .settled()
            .is_err()
    );
}

#[test]
fn required_columns_are_named() {
    let told = |headings: &[&str]| matched(headings).settled().unwrap_err().to_string();
    assert!(told(&["mobile"]).contains("No column holds the amount"));
    assert!(told(&["amount"]).contains("add iban, or account_number and bank_code, or mobile"));
    assert!(told(&["amount", "account_number"]).contains("add bank_code"));
    assert!(told(&["amount", "bank_code"]).contains("add account_number"));
    assert!(matched(&["amount", "iban"]).settled().is_ok());
    assert!(matched(&["amount", "metadata.", "iban"]).settled().is_err());
}

#[test]
fn columns_have_letters() {
    let letters: Vec<String> = [0, 25, 26, 27, 199, 701, 702]
        .into_iter()
        .map(column_letters)
        .collect();
    assert_eq!(letters, ["A", "Z", "AA", "AB", "GR", "ZZ", "AAA"]);
}

#[test]
fn purposes_are_read_by_code_or_label() {
    assert_eq!(Purpose::ALL.len(), 20);
    for purpose in Purpose::ALL {
        assert_eq!(Purpose::parse(purpose.code()), Some(*purpose));
        assert_eq!(Purpose::parse(&purpose.label().to_uppercase()), Some(*purpose));
    }
    assert_eq!(
        Purpose::parse("payroll-BENEFITS "),
        Some(Purpose::PayrollBenefits)
    );
    assert_eq!(Purpose::PayrollBenefits.label(), "Payroll benefits");
    assert_eq!(Purpose::parse("salary"), None);
    assert_eq!(Purpose::parse(""), None);
}
