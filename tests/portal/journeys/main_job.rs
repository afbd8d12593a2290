//! The main job: a file from upload to money sent and a report, by four people.

use crate::support::{Payroll, Portal};
use std::collections::BTreeMap;

type Line = BTreeMap<String, String>;

pub fn read_report(csv: &[u8]) -> (Vec<String>, Vec<Line>) {
    let mut reader = csv::Reader::from_reader(csv);
    let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let lines = reader.deserialize().map(|line| line.unwrap()).collect();
    (headings, lines)
}

/// 100 rows, five of which can't be paid, each for another reason.
fn january() -> Payroll {
    Payroll::of(100)
        .all("amount", "4500.00")
        .with(3, "amount", "forty")
        .with(12, "iban", "SA0380000000608010167518")
        .with(20, "mobile", "+26588123")
        .with(30, "beneficiary_name", "")
        .with(40, "reference", "SAL-0040")
}

#[test]
fn from_a_spreadsheet_to_paid_and_reported_by_four_people() {
    let (portal, people) = Portal::start();
    let (thoko, chikondi, james, ruth) = (people.thoko(), people.chikondi(), people.james(), people.ruth());

    let number = thoko.uploads(january().xlsx());
    assert_eq!(portal.db_status(&number), "queued");
    thoko.batch(&number);
    portal.run_jobs();
    let page = thoko.batch(&number);
    page.says("january-salaries").says("Send 95 of 100 for review");
    let faults = thoko.get(&format!("/batches/{number}?show=faults"));
    let rows = faults.texts("tr.rows__faulty .rows__number");
    assert_eq!(rows, ["5", "14", "22", "32", "42"]);
    faults
        .says("IBAN check digits don't match")
        .says("Beneficiary name is missing")
        .says("The same reference stands in row 41");
    thoko.submits(&number);
    assert_eq!(portal.db_status(&number), "awaiting_review");

    chikondi.get("/").says("january-salaries");
    chikondi.reviews(&number);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    james.batch(&number).says("Approve MWK 427,500.00 to 95 people");
    james.approves(&number);
    assert_eq!(portal.db_balances().1, 42_750_000);

    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed");
    james.batch(&number).says("Completed");
    assert_eq!(portal.db_balances(), (1_248_020_000 - 42_750_000, 0, 0));

    let answer = ruth.asks("/reports/payouts.csv").is(200);
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    assert!(
        answer
            .header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
    let (headings, lines) = read_report(&answer.body);
    assert_eq!(
        headings.join(","),
        "transaction_date,batch_number,account,reference,beneficiary_name,destination,amount,currency,purpose,\
         rationale,status,result,channel,rail_reference,failure_reason,captured_by,captured_at,submitted_by,\
         submitted_at,edited_by,reviewed_by,reviewed_at,approved_by,approved_at,released_by,released_at,\
         closed_by,closed_at,closed_reason"
    );
    assert_eq!(lines.len(), 100);
    let paid: Vec<&Line> = lines
        .iter()
        .filter(|line| line["status"] == "PROCESSED")
        .collect();
    let left_out = lines.iter().filter(|line| line["status"] == "VALIDATION_FAILED");
    assert_eq!((paid.len(), left_out.count()), (95, 5));
    let at = "2024-01-15T09:12:00+02:00";
    for line in paid {
        let wanted = [
            ("transaction_date", at),
            ("batch_number", number.as_str()),
            ("account", "35253486"),
            ("amount", "4500.00"),
            ("currency", "MWK"),
            ("rationale", "january-salaries"),
            ("result", "paid"),
            ("failure_reason", ""),
            ("captured_by", "thoko@kachere.example"),
            ("captured_at", at),
            ("submitted_by", "thoko@kachere.example"),
            ("submitted_at", at),
            ("edited_by", ""),
            ("reviewed_by", "chikondi@kachere.example"),
            ("reviewed_at", at),
            ("approved_by", "james@kachere.example"),
            ("approved_at", at),
            ("released_by", ""),
            ("closed_by", ""),
        ];
        for (heading, value) in wanted {
            assert_eq!(line[heading], value, "{heading} of {}", line["reference"]);
        }
        assert!(line["rail_reference"].starts_with("SBX"));
        assert!(matches!(line["channel"].as_str(), "internal" | "ips"));
    }
    let first = lines.iter().find(|line| line["reference"] == "SAL-0003").unwrap();
    assert_eq!(first["beneficiary_name"], "Tamanda Msiska");
    assert_eq!(first["destination"], "+265991204120");
}

#[test]
fn the_report_keeps_to_its_filters() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(january().csv());
    portal.run_jobs();
    let lines = |query: &str| {
        let answer = people
            .ruth()
            .asks(&format!("/reports/payouts.csv{query}"))
            .is(200);
        read_report(&answer.body).1.len()
    };
    assert_eq!(lines(""), 100);
    assert_eq!(
        lines("?from=&to=&account=&status="),
        100,
        "empty fields are absent"
    );
    assert_eq!(lines("?account=35253486"), 100);
    assert_eq!(lines("?account=35253502"), 0);
    assert_eq!(lines("?status=VALIDATION_FAILED"), 5);
    assert_eq!(lines("?status=SCHEDULED"), 95);
    assert_eq!(lines("?from=2024-01-15&to=2024-01-15"), 100);
    assert_eq!(lines("?from=2024-01-16"), 0);
    assert_eq!(lines("?to=2024-01-14"), 0);
    people.ruth().asks("/reports/payouts.csv?from=yesterday").is(400);
    people.thoko().cancels(&number, "Wrong month");
    assert_eq!(lines("?status=CANCELLED"), 100, "faulty rows too");
    assert_eq!(lines("?status=SCHEDULED"), 0);
    let workbook = people.ruth().asks("/reports/payouts.xlsx").is(200);
    assert!(workbook.body.starts_with(b"PK"));
}

#[test]
fn up_to_250_000_one_other_person_decides() {
    let (portal, people) = Portal::start();
    let exactly = Payroll::of(10).all("amount", "25000.00");
    let number = people.thoko().uploads(exactly.csv());
    portal.run_jobs();
    people.thoko().batch(&number).says("Send 10 of 10 for approval");
    people.thoko().submits(&number);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    assert!(!people.chikondi().is_offered(&number, "review"));
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed");
}

#[test]
fn one_tambala_above_it_takes_two() {
    let (portal, people) = Portal::start();
    let above = Payroll::of(10)
        .all("amount", "25000.00")
        .with(9, "amount", "25000.01");
    let number = people.thoko().uploads(above.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    assert_eq!(portal.db_status(&number), "awaiting_review");
    assert!(!people.james().is_offered(&number, "approval"));
    people.grace().reviews(&number);
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed");
}

#[test]
fn the_progress_says_where_things_stand() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(january().csv());
    let told = || {
        let answer = people.ruth().asks(&format!("/batches/{number}/progress")).is(200);
        serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap()
    };
    assert_eq!(
        (&told()["status"], &told()["code"]),
        (&"queued".into(), &"Q".into())
    );
    portal.run_jobs();
    let open = told();
    assert_eq!(open["status"], "open");
    assert_eq!(
        (&open["rows_done"], &open["rows_total"], &open["faults"]),
        (&100.into(), &100.into(), &5.into())
    );
    people.thoko().submits(&number);
    people.chikondi().reviews(&number);
    people.james().approves(&number);
    portal.run_jobs();
    let done = told();
    assert_eq!(
        (&done["status"], &done["code"]),
        (&"completed".into(), &"C".into())
    );
    assert_eq!((&done["paid"], &done["failed"]), (&95.into(), &0.into()));
}

#[test]
fn the_original_file_comes_back_as_it_was() {
    let (portal, people) = Portal::start();
    let file = january().xlsx();
    let number = people.thoko().uploads(file.clone());
    portal.run_jobs();
    let answer = people.ruth().asks(&format!("/batches/{number}/file")).is(200);
    assert!(answer.body == file.bytes);
    assert!(
        answer
            .header("content-disposition")
            .unwrap()
            .contains("january-salaries.xlsx")
    );
}
