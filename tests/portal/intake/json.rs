//! JSON as people upload it and as the API stores it.

use super::{all, read, reader, refused};
use countersign::intake::Limits;

fn texts(row: &[&str]) -> Vec<String> {
    row.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn an_array_of_objects_is_rows_whose_headings_are_the_keys() {
    let found = read(
        br#" [ {"beneficiary_name":"Mary \u00c9","amount":4500.00,"metadata":{"ward":"7"}},
              {"amount":12345678901234567890.25,"mobile":"+265991204118","beneficiary_name":null,"paid":true} ]"#,
    )
    .unwrap();
    assert_eq!(found.format, "JSON");
    assert_eq!(
        found.header,
        ["beneficiary_name", "amount", "metadata.ward", "mobile", "paid"]
    );
    assert_eq!(found.rows[0], (1, texts(&["Mary É", "4500.00", "7", "", ""])));
    // No digit goes through a float.
    let second = texts(&["", "12345678901234567890.25", "", "+265991204118", "true"]);
    assert_eq!(found.rows[1], (2, second));
}

#[test]
fn numbers_with_exponents_are_written_out() {
    for (written, meant) in [
        ("4.5e3", "4500"),
        ("45E-2", "0.45"),
        ("-1.50e1", "-15"),
        ("0e9", "0"),
    ] {
        let found = read(format!(r#"[{{"amount":{written}}}]"#).as_bytes()).unwrap();
        assert_eq!(found.rows[0].1, [meant], "{written}");
    }
}

#[test]
fn the_api_s_object_has_fixed_columns_and_pays_wallets_by_mobile() {
    let body = br#"{"header":{"merchantAccountNumber":35253486},"transactions":[
        {"beneficiaryName":"John Phiri","connectorId":550044,"beneficiaryAccountNumber":"0012345678",
         "transactionDescription":"Salary","transactionAmount":45000.00,"sourceReferenceNumber":"A1"},
        {"beneficiaryName":"Mary","connectorId":"Airtel Money","beneficiaryAccountNumber":"0991204118",
         "transactionAmount":"12.50"}],"extra":null}"#;
    let mut reader = reader(body).unwrap();
    reader.know_country("MW");
    let rows = all(reader).unwrap();
    let cells = |row: usize| {
        rows[row]
            .cells
            .iter()
            .map(|c| c.text.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        cells(0),
        [
            "A1",
            "John Phiri",
            "0012345678",
            "550044",
            "",
            "",
            "45000.00",
            "Salary"
        ]
    );
    assert_eq!(
        cells(1),
        ["", "Mary", "", "", "0991204118", "AIRTEL", "12.50", ""]
    );
    assert!(rows[1].cells[6].is_number);
}

#[test]
fn what_is_broken_is_named() {
    for (bytes, said) in [
        ("[]", "The file is empty."),
        (r#"[{"amount":1},{"amount":2}"#, "broken after entry 2"),
        (r#"[{"amount":1} {"amount":2}]"#, "broken after entry 1"),
        (r#"[{"amount":1}] x"#, "the end was expected"),
        (r#"[{"amount":01}]"#, "Entry 1 of the JSON can't be read"),
        (
            r#"[{"amount":1},{"amount":[1]}]"#,
            "Entry 2 of the JSON can't be read: “amount” holds a list",
        ),
        (r#"[{"amount":1,"amount":2}]"#, "“amount” stands there twice"),
        (r#"[{"amount":1},7]"#, "Entry 2 of the JSON can't be read"),
        (r#"{"transactions":[{"a":1}],"transactions":[]}"#, "was expected"),
        (r#"{"transactions":[{"a":1}]"#, "end of the object"),
    ] {
        let told = refused(bytes.as_bytes());
        assert!(told.contains(said), "{bytes}: {told}");
    }
    let deep = format!("[{}1{}]", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    assert!(refused(deep.as_bytes()).contains("nested too deep"));
    let long = format!(r#"[{{"a":"{}"}}]"#, "x".repeat(2 << 20));
    assert!(refused(long.as_bytes()).contains("is longer than 1024 KiB"));
}

#[test]
fn entries_are_bounded_in_number() {
    let list = format!("[{}]", vec![r#"{"amount":1}"#; 11].join(","));
    let limits = Limits {
        rows_max: 10,
        ..Limits::default()
    };
    let told = super::read_within(list.as_bytes(), limits)
        .unwrap_err()
        .to_string();
    assert!(told.contains("more than 10 rows"), "{told}");
}
