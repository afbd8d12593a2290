//! Files whose headings leave something open: who says what the columns mean, and what is kept of it.

use crate::support::files::File;
use crate::support::{Person, Portal, UploadForm};

pub(super) fn file(text: &str) -> File {
    File {
        name: "wages.csv".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

/// "Bank" and "Branch manager" are nothing certain.
pub(super) const WAGES: &str = "Employee,Staff no.,Net pay,Bank,Account,Branch manager,Notes\n\
    Mary Jere,S-1,4500.00,NBM,0011239845,J. Gondwe,\n\
    Limbani Zulu,S-2,3900.00,STD,0010774102,,\n";

pub(super) const MATCHED: [(&str, &str); 7] = [
    ("column_1", "beneficiary_name"),
    ("column_2", "reference"),
    ("column_3", "amount"),
    ("column_4", "bank_code"),
    ("column_5", "account_number"),
    ("column_6", "metadata"),
    ("column_7", "leave_out"),
];

fn matches(person: &Person, number: &str, with: &[(&str, &str)]) -> crate::support::page::Answer {
    let page = person.batch(number);
    person.tries_on(&page, &format!("/batches/{number}/columns"), with)
}

#[test]
fn a_person_says_what_the_columns_mean_and_is_a_maker_for_it() {
    let (portal, people) = Portal::start();
    portal.db_give("grace@kachere.example", "Initiator");
    let number = people.thoko().uploads(file(WAGES));
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "matching");
    let page = people.grace().batch(&number);
    page.says("Match your columns")
        .says("Mary Jere, Limbani Zulu")
        .says("wages.csv · 2 rows")
        .says("its heading says \u{201c}bank\u{201d}")
        .says("2 of the file's 2 rows pay to a bank account")
        .says("bank code is missing");
    let offered = page.form(&format!("/batches/{number}/columns")).unwrap();
    let columns = offered.iter().filter(|(name, _)| name.starts_with("column_"));
    let chosen: Vec<&str> = columns.map(|(_, value)| value.as_str()).collect();
    assert_eq!(
        chosen,
        [
            "beneficiary_name",
            "reference",
            "amount",
            "",
            "account_number",
            "metadata",
            "leave_out"
        ],
        "only what is certain is chosen, and what is of no weight"
    );
    matches(people.grace(), &number, &[("column_4", "bank_code")]).done();
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "open");
    assert_eq!(
        portal.db_texts("SELECT concat_ws('|', beneficiary_name, bank_code, account_number, amount, metadata) FROM payout ORDER BY \"row\""),
        [
            "Mary Jere|NBM|0011239845|450000|{\"Branch manager\": \"J. Gondwe\"}",
            "Limbani Zulu|STD|0010774102|390000",
        ]
    );
    people.thoko().submits(&number);
    let fingerprint = portal.db_fingerprint(&number);
    people
        .grace()
        .post(
            &format!("/batches/{number}/review"),
            &[("fingerprint", &fingerprint)],
        )
        .refused(403, "somebody else must do this");
    people
        .thoko()
        .get(&format!("/batches/{number}?show=history"))
        .says("Columns matched");
}

#[test]
fn an_answer_that_lacks_something_comes_back_with_what_was_chosen() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(file(WAGES));
    portal.run_jobs();
    let with = |change: &[(&'static str, &'static str)]| {
        let mut choices = MATCHED.to_vec();
        for (name, value) in change {
            choices.iter_mut().find(|(known, _)| known == name).unwrap().1 = value;
        }
        people
            .thoko()
            .post(&format!("/batches/{number}/columns"), &choices)
    };
    with(&[("column_4", "")]).refused(400, "Choose what \u{201c}Bank\u{201d} means");
    with(&[("column_3", "leave_out")]).refused(400, "No column is the amount yet");
    let doubled = with(&[("column_6", "amount")]).is(400).page();
    doubled.says("\u{201c}Net pay\u{201d} and \u{201c}Branch manager\u{201d} can't all be amount");
    let kept = doubled.form(&format!("/batches/{number}/columns")).unwrap();
    assert_eq!(kept[5].1, "amount", "what was chosen is still there");
    with(&[("column_4", "leave_out"), ("column_5", "leave_out")])
        .refused(400, "No column says where the money goes");
    with(&[("column_1", "wealth")]).refused(400, "none of the meanings");
    assert_eq!(portal.db_status(&number), "matching");
    with(&[]).done();
    with(&[]).is(409);
}

#[test]
fn the_same_headings_skip_the_step_until_somebody_asks_for_it() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let first = thoko.uploads(file(WAGES));
    portal.run_jobs();
    thoko.post(&format!("/batches/{first}/columns"), &MATCHED).done();
    // Another order, case and spacing: the same set.
    let again =
        "BANK,account,Net_Pay,staff no,Employee,notes,branch manager\nNBM,0011239845,12.00,T-1,Mary Jere,,\n";
    let second = thoko.uploads(file(again));
    portal.run_jobs();
    assert_eq!(portal.db_status(&second), "open");
    assert_eq!(
        portal.db_text(&format!(
            "SELECT bank_code || amount FROM payout WHERE batch_id = {}",
            portal.db_batch(&second)
        )),
        "NBM1200"
    );
    let asked = thoko.upload(&UploadForm {
        columns: "ask",
        ..UploadForm::of(file(&WAGES.replace("S-", "U-")))
    });
    portal.run_jobs();
    assert_eq!(portal.db_status(&asked), "matching");
    thoko
        .batch(&asked)
        .says("those of the last file with these headings");
    matches(thoko, &asked, &[("column_6", "leave_out")]).done();
    portal.run_jobs();
    let versions = |number: &str| {
        portal.db_number(&format!(
            "SELECT m.version FROM batch b JOIN column_match m ON m.id = b.column_match_id WHERE b.id = {}",
            portal.db_batch(number)
        ))
    };
    assert_eq!((versions(&first), versions(&second), versions(&asked)), (1, 1, 2));
    portal.db_refuses("UPDATE column_match SET version = 9", "append-only");
}

#[test]
fn a_batch_that_waits_for_its_columns_can_be_called_off_and_waits_on_the_home_page() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(file(WAGES));
    portal.run_jobs();
    people.thoko().get("/").says("wages");
    let seen = people.ruth().batch(&number);
    seen.says("This waits for a maker");
    assert!(seen.form(&format!("/batches/{number}/columns")).is_none());
    people.thoko().cancels(&number, "Wrong file");
    assert_eq!(portal.db_status(&number), "cancelled");
    people
        .thoko()
        .post(&format!("/batches/{number}/columns"), &MATCHED)
        .is(409);
}

#[test]
fn a_remembered_match_is_not_taken_for_another_currency() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let first = thoko.uploads(file(WAGES));
    portal.run_jobs();
    thoko.post(&format!("/batches/{first}/columns"), &MATCHED).done();
    let other =
        portal.db_text("SELECT number FROM payout_account WHERE currency <> 'MWK' ORDER BY number LIMIT 1");
    let second = thoko.upload(&UploadForm {
        account: Box::leak(other.into_boxed_str()),
        ..UploadForm::of(file(WAGES))
    });
    portal.run_jobs();
    assert_eq!(portal.db_status(&second), "matching");
}
