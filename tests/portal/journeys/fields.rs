//! The fields that forms name in the contract: each is taken, or refused with what to do, and none is
//! passed over in silence.

use super::main_job::read_report;
use super::paying_one::refund;
use crate::support::{Payroll, People, Portal};

/// Sent for its signatures, with its payouts' ids in the order of its rows.
fn submitted(portal: &Portal, people: &People, rows: usize) -> (String, Vec<String>) {
    let payroll = Payroll::of(rows).all("pay_on", "2024-01-20");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    let batch = portal.db_batch(&number);
    let ids = portal.db_texts(&format!(
        "SELECT id::text FROM payout WHERE batch_id = {batch} ORDER BY \"row\""
    ));
    (number, ids)
}

#[test]
fn every_field_of_a_row_can_be_set_from_scheduled() {
    let (portal, people) = Portal::start();
    let (number, ids) = submitted(&portal, &people, 2);
    let shared = [
        ("beneficiary_name", "Mary Jere"),
        ("mobile", "+265991204118"),
        ("provider", "airtel"),
        ("country", "MW"),
        ("city", "Blantyre"),
        ("email", "mary@example.com"),
        ("amount", "250.50"),
        ("purpose", "personal"),
        ("comment", "Half a month"),
        ("pay_on", "2024-01-22"),
    ];
    let both = ids.iter().map(|id| ("payout", id.as_str())).chain(shared);
    let to = people
        .thoko()
        .post("/scheduled/edit", &both.collect::<Vec<_>>())
        .done();
    assert_eq!(to, "/scheduled");
    assert_eq!(portal.db_status(&number), "open");
    assert_eq!(
        portal.db_number(
            "SELECT count(*) FROM payout WHERE beneficiary_name = 'Mary Jere' AND mobile = '+265991204118'
               AND provider = 'airtel' AND country = 'MW' AND city = 'Blantyre' AND email = 'mary@example.com'
               AND amount = 25050 AND purpose = 'personal' AND comment = 'Half a month'
               AND pay_on = '2024-01-22 06:00:00Z'"
        ),
        2
    );
    let one = [
        ("payout", ids[0].as_str()),
        ("reference", "JAN-1"),
        ("account_number", "1003556677"),
        ("bank_code", "NBMAMWMW"),
    ];
    people.thoko().post("/scheduled/edit", &one).done();
    assert_eq!(
        portal.db_number("SELECT count(*) FROM payout WHERE reference = 'JAN-1' AND bank_code = 'NBMAMWMW'"),
        1
    );
}

#[test]
fn an_edit_that_says_nothing_or_changes_nothing_leaves_the_signatures() {
    let (portal, people) = Portal::start();
    let (number, ids) = submitted(&portal, &people, 2);
    let both: Vec<(&str, &str)> = ids.iter().map(|id| ("payout", id.as_str())).collect();
    let edit = |more: &[(&'static str, &'static str)]| {
        let fields: Vec<_> = both.iter().copied().chain(more.iter().copied()).collect();
        people.thoko().post("/scheduled/edit", &fields)
    };
    edit(&[]).refused(400, "Choose what to change.");
    edit(&[("amount", " "), ("comment", "")]).refused(400, "Choose what to change.");
    edit(&[("reference", "JAN"), ("comment", "x")]).refused(400, "one payout only");
    let seen = portal.db_fingerprint(&number);
    edit(&[("pay_on", "2024-01-20")]).done();
    let row = &both[..1];
    let same = [row[0], ("amount", "1,000.00"), ("reference", "SAL-0001")];
    people.thoko().post("/scheduled/edit", &same).done();
    people.thoko().corrects(&number, 2, &[("amount", "1000")]).done();
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    assert_eq!(portal.db_fingerprint(&number), seen);
    people.james().approves(&number);
    edit(&[("comment", "Another one")]).done();
    assert_eq!(portal.db_status(&number), "open");
}

#[test]
fn what_was_seen_counts_where_a_batch_is_taken_back() {
    let (portal, people) = Portal::start();
    let (number, _) = submitted(&portal, &people, 2);
    let recall = format!("/batches/{number}/recall");
    let another = "ab".repeat(32);
    people.thoko().post(&recall, &[("fingerprint", &another)]).is(409);
    people
        .thoko()
        .post(&recall, &[("fingerprint", "nothing")])
        .is(409);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    let form = people.thoko().batch(&number).form(&recall).unwrap();
    let seen = portal.db_fingerprint(&number);
    assert!(form.contains(&("fingerprint".to_owned(), seen)), "{form:?}");
    people.thoko().recalls(&number);
    people.thoko().submits(&number);
    people.thoko().post(&recall, &[]).done();
    assert_eq!(portal.db_status(&number), "open");
}

#[test]
fn a_batch_is_paused_and_resumed_as_a_whole() {
    let (portal, people) = Portal::start();
    let (number, ids) = submitted(&portal, &people, 2);
    people.james().approves(&number);
    let (pause, resume) = (
        format!("/batches/{number}/pause"),
        format!("/batches/{number}/resume"),
    );
    let some = [("payout", ids[0].as_str())];
    people.james().post(&pause, &some).refused(400, "as a whole");
    assert_eq!(portal.db_status(&number), "approved");
    people.james().post(&pause, &[("payout", "")]).done();
    people.james().post(&resume, &some).refused(400, "as a whole");
    assert_eq!(portal.db_status(&number), "paused");
    people.james().post(&resume, &[]).done();
    assert_eq!(portal.db_status(&number), "approved");
}

#[test]
fn one_person_is_paid_by_a_form_without_a_file() {
    let (portal, people) = Portal::start();
    let to = people.thoko().post("/payouts", &refund()).done();
    let number = to.strip_prefix("/batches/").unwrap();
    assert_eq!(portal.db_status(number), "open");
    people
        .thoko()
        .post("/batches", &[("account", "35253486")])
        .is(400);
}

#[test]
fn the_report_keeps_to_a_person() {
    let (portal, people) = Portal::start();
    let payroll = Payroll::of(3).all("purpose", "payroll_benefits");
    let paid = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&paid);
    people.james().approves(&paid);
    let grace_s = Payroll::of(2).references("B");
    let closed = people.thoko().uploads(grace_s.csv());
    portal.run_jobs();
    people.thoko().cancels(&closed, "Wrong month");
    let lines = |query: &str| {
        let answer = people
            .ruth()
            .asks(&format!("/reports/payouts.csv?person={query}"))
            .is(200);
        read_report(&answer.body).1.len()
    };
    assert_eq!(lines("thoko@kachere.example"), 5);
    assert_eq!(lines("JAMES%40kachere.example"), 3, "whatever the case");
    assert_eq!(lines("james@kachere.example&status=CANCELLED"), 0);
    assert_eq!(lines("grace@kachere.example"), 0, "who did nothing");
    assert_eq!(lines(""), 5, "empty is absent");
    people
        .ruth()
        .asks("/reports/payouts.csv?person=nobody@example.com")
        .refused(400, "Person can't be");
    let page = people.ruth().get("/reports?person=james@kachere.example");
    assert!(page.has("input[name=person][value='james@kachere.example']"));
}

#[test]
fn the_report_says_what_was_entered_in_faulty_rows() {
    let (portal, people) = Portal::start();
    let payroll = Payroll::of(3)
        .with(0, "iban", "SA00")
        .with(0, "comment", "Two weeks")
        .with(0, "purpose", "Payroll benefits")
        .with(1, "purpose", "lunch")
        .with(2, "amount", "ten");
    people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    let answer = people.ruth().asks("/reports/payouts.csv").is(200);
    let lines = read_report(&answer.body).1;
    let line = |n: usize| {
        [
            "reference",
            "destination",
            "amount",
            "purpose",
            "rationale",
            "status",
        ]
        .map(|name| lines[n][name].clone())
    };
    assert_eq!(
        line(0),
        [
            "SAL-0001",
            "SA00",
            "1000.00",
            "payroll_benefits",
            "Two weeks",
            "VALIDATION_FAILED"
        ]
    );
    assert_eq!(
        line(1),
        [
            "SAL-0002",
            "NBMAMWMW 1003000001",
            "1010.00",
            "lunch",
            "january-salaries",
            "VALIDATION_FAILED"
        ]
    );
    assert_eq!(
        (lines[2]["reference"].as_str(), lines[2]["amount"].as_str()),
        ("SAL-0003", "")
    );
}

#[test]
fn what_a_csv_shows_of_a_date_is_no_reference_and_a_formula_s_text_is_one() {
    let (portal, people) = Portal::start();
    let spoilt = [
        "2024-01-05",
        "05/01/2024",
        "5-Jan",
        "Jan-24",
        "1/5/24",
        "2024-01-05 10:30",
    ];
    let sound = [
        "=REF-1",
        "2024-01",
        "05-01-24",
        "1.2.3",
        "5-JAN",
        "2024-13-05",
        "JAN-2024-5",
    ];
    let payroll = spoilt
        .iter()
        .chain(&sound)
        .enumerate()
        .fold(Payroll::of(spoilt.len() + sound.len()), |payroll, (n, text)| {
            payroll.with(n, "reference", *text)
        });
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    let batch = portal.db_batch(&number);
    let found = portal.db_texts(&format!(
        "SELECT entered->'texts'->>'reference' FROM payout WHERE batch_id = {batch} AND faults IS NOT NULL ORDER BY \"row\""
    ));
    assert_eq!(found, spoilt);
    let page = people.thoko().get(&format!("/batches/{number}?show=faults"));
    page.says("Reference is a date");
    // Written by hand it is what it says.
    people
        .thoko()
        .corrects(&number, 4, &[("reference", "5-Jan-A")])
        .done();
    assert_eq!(
        portal.db_number("SELECT count(*) FROM payout WHERE reference = '5-Jan-A'"),
        1
    );
    assert_eq!(
        portal.db_number("SELECT count(*) FROM payout WHERE reference = '=REF-1'"),
        1
    );
}

#[test]
fn what_can_be_paid_is_not_said_to_be_nothing() {
    let (portal, people) = Portal::start();
    people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    let number = people.thoko().uploads(Payroll::of(2).references("B").csv());
    portal.run_jobs();
    let ready = people.thoko().get(&format!("/batches/{number}?show=ready"));
    ready.says("They can be sent as they are.");
    assert!(!ready.text("main").contains("Correct at least one row"));
}

#[test]
fn a_refused_evidence_pack_is_told_of_its_batch() {
    let (portal, people) = Portal::start();
    let (number, _) = submitted(&portal, &people, 1);
    people
        .thoko()
        .asks(&format!("/reports/batches/{number}.zip"))
        .is(403);
    let batch = portal.db_batch(&number);
    assert_eq!(
        portal.db_number(&format!(
            "SELECT count(*) FROM event WHERE batch_id = {batch} AND kind LIKE '%denied%'"
        )),
        1
    );
}
