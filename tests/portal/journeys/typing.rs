//! Payouts without a file: pasted from a spreadsheet, or typed in a table.

use crate::support::Portal;
use crate::support::files::{File, Payroll};
use crate::support::integrator::json;
use serde_json::json as object;
use std::collections::BTreeSet;

const PATH: &str = "/batches/new/rows";
const MAIN: (&str, &str) = ("account", "35253486");

#[test]
fn pasted_rows_go_the_way_of_a_file() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let rows = "Name\tMobile\tNet pay\nMary Jere\t0991204118\t4,500.00\nLimbani Zulu\t12\t39.00\n";
    let page = thoko.get(PATH);
    let fields = [MAIN, ("rows", rows), ("control_count", "2")];
    let to = thoko.tries_on(&page, PATH, &fields).done();
    portal.run_jobs();
    thoko
        .get(&to)
        .says("Pasted payouts")
        .says("Correct 1 mobile number");
    assert_eq!(
        portal.db_text("SELECT source || ' ' || payable_total || ' ' || status FROM batch"),
        "portal 450000 open"
    );
    // The same rows pasted again are the same file again.
    let again = thoko.tries_on(&thoko.get(PATH), PATH, &fields).done();
    portal.run_jobs();
    thoko.get(&again).says("The same file was uploaded before");
    // What is asked of programs names where it came from.
    let number = to.trim_start_matches("/batches/");
    let asked = object!({ "batchNumber": number.parse::<i32>().unwrap(), "merchantAccountNumber": 35253486 });
    let answer = portal
        .client("kachere-thoko")
        .posts("/disbursements/batch/getBatch", &asked);
    assert_eq!(json(&answer.is(200))["dataSource"], "Portal");
}

#[test]
fn pasted_rows_without_headings_are_asked_about() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let rows = "Mary Jere\t0991204118\t45.00\nLimbani Zulu\t0991204119\t39.00\n";
    let to = thoko
        .tries_on(&thoko.get(PATH), PATH, &[MAIN, ("rows", rows)])
        .done();
    portal.run_jobs();
    let number = to.trim_start_matches("/batches/");
    assert_eq!(portal.db_status(number), "matching");
    let answer = [
        ("column_1", "beneficiary_name"),
        ("column_2", "mobile"),
        ("column_3", "amount"),
    ];
    thoko.post(&format!("/batches/{number}/columns"), &answer).done();
    portal.run_jobs();
    assert_eq!(portal.db_status(number), "open");
    assert_eq!(portal.db_number("SELECT payable_count FROM batch"), 2);
}

#[test]
fn typed_rows_are_judged_at_once_and_empty_ones_left_out() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let page = thoko.get(PATH);
    assert_eq!(page.all("input[name=amount]").len(), 8);
    assert_eq!(
        thoko
            .get("/batches/new/rows?rows=28")
            .all("input[name=amount]")
            .len(),
        28
    );
    let cells = [
        ("beneficiary_name", "Mary Jere"),
        ("amount", "4,500.00"),
        ("mobile", "0991204118"),
        ("purpose", "Payroll benefits"),
        ("beneficiary_name", ""),
        ("amount", ""),
        ("mobile", ""),
        ("purpose", ""),
        ("beneficiary_name", "Limbani Zulu"),
        ("amount", "39"),
        ("mobile", "12"),
        ("purpose", ""),
    ];
    let fields = [&[MAIN, ("name", "Two people")], &cells[..]].concat();
    let to = thoko.post(PATH, &fields).done();
    thoko.get(&to).says("Two people").says("Correct 1 mobile number");
    assert_eq!(
        portal.db_texts("SELECT \"row\" || ' ' || status FROM payout ORDER BY \"row\""),
        ["1 SCHEDULED", "2 VALIDATION_FAILED"]
    );
    portal.run_jobs();
}

#[test]
fn what_is_refused_comes_back_as_it_was() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.post(PATH, &[MAIN]).refused(400, "There is no row");
    let answer = thoko.post(
        PATH,
        &[MAIN, ("amount", "45.00"), ("rows", "name\tamount\nMary\t45")],
    );
    let page = answer.page();
    page.says("There are rows in the table and in the box.");
    assert!(page.has("input[name=amount][value='45.00']"));
    assert_eq!(page.text("textarea"), "name amount Mary 45");
    people.chikondi().asks(PATH).is(403);
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), 0);
}

#[test]
fn a_form_that_is_sent_twice_opens_one_batch() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let page = thoko.get(PATH);
    let rows = [
        MAIN,
        ("rows", "Name\tMobile\tNet pay\nMary Jere\t0991204118\t45.00\n"),
    ];
    let first = thoko.tries_on(&page, PATH, &rows).done();
    assert_eq!(thoko.tries_on(&page, PATH, &rows).done(), first);
    // Other rows from the same form are another batch.
    let others = [
        MAIN,
        ("rows", "Name\tMobile\tNet pay\nMary Jere\t0991204118\t46.00\n"),
    ];
    assert_ne!(thoko.tries_on(&page, PATH, &others).done(), first);
    let typed = |amount| [MAIN, ("amount", amount), ("mobile", "0991204118")];
    let page = thoko.get(PATH);
    let key = page.all("input[name=form_key]")[0].value().attr("value").unwrap();
    let sends = |amount| {
        let fields = [&[("form_key", key)], &typed(amount)[..]].concat();
        thoko.post(PATH, &fields).done()
    };
    let once = sends("45");
    assert_eq!(sends("45"), once);
    assert_ne!(sends("46"), once);
    // The same of files, also at the same moment.
    let page = thoko.get("/batches/new");
    let key = page.all("input[name=form_key]")[0].value().attr("value").unwrap();
    let file = Payroll::of(3).csv();
    let upload = || {
        let fields = [MAIN, ("form_key", key)];
        thoko
            .post_multipart("/batches", &fields, Some(("file", &file)))
            .done()
    };
    let numbers = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..3).map(|_| scope.spawn(upload)).collect();
        sent.into_iter()
            .map(|sent| sent.join().unwrap())
            .collect::<BTreeSet<_>>()
    });
    assert_eq!(numbers.len(), 1);
    portal.run_jobs();
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), 5);
}

#[test]
fn limits_are_told_and_nothing_is_lost() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let cells = [("amount", "45.00"), ("mobile", "0991204118")].repeat(501);
    let page = thoko.post(PATH, &[&[MAIN], &cells[..]].concat()).is(400).page();
    page.says("The table has 501 rows; the limit is 500.");
    assert_eq!(page.all("input[name=amount][value='45.00']").len(), 501);
    let long = format!("name\tamount\n{}", "Mary Jere\t45.00\n".repeat(70_000));
    let page = thoko.post(PATH, &[MAIN, ("rows", &long)]).is(400).page();
    page.says("the limit is 1024 KiB at a time. Save them as a file and upload that.");
    assert!(page.text("textarea").len() > 1 << 20);
    let beyond = "x".repeat(4 << 20);
    thoko
        .post(PATH, &[MAIN, ("rows", &beyond)])
        .refused(413, "3584 KiB");
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), 0);
}

#[test]
fn control_figures_hold_for_typed_rows_too() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let fields = [
        MAIN,
        ("amount", "45.00"),
        ("mobile", "0991204118"),
        ("control_count", "2"),
        ("control_total", "90"),
    ];
    let to = thoko.post(PATH, &fields).done();
    thoko
        .get(&to)
        .says("The control figures don't agree.")
        .says("off by MWK 45.00");
    let number = to.trim_start_matches("/batches/");
    let fingerprint = portal.db_fingerprint(number);
    let sent = thoko.post(&format!("{to}/submission"), &[("fingerprint", &fingerprint)]);
    sent.refused(409, "you announced 2 rows and the file has 1");
    portal.run_jobs();
}

#[test]
fn faulty_pasted_rows_go_down_and_come_up_again() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let rows = "Name\tMobile\tNet pay\tTeam\nMary Jere\t0991204118\t45.00\tA\nLimbani Zulu\t12\t39.00\tB\n";
    let to = thoko
        .tries_on(&thoko.get(PATH), PATH, &[MAIN, ("rows", rows), ("name", "March")])
        .done();
    portal.run_jobs();
    let number = to.trim_start_matches("/batches/");
    if portal.db_status(number) == "matching" {
        let page = thoko.get(&to);
        thoko
            .tries_on(&page, &format!("{to}/columns"), &[("column_4", "metadata")])
            .done();
        portal.run_jobs();
    }
    let down = thoko.asks(&format!("{to}/errors.csv")).is(200).text();
    assert!(down.contains("3,Limbani Zulu,12,39.00,B,"), "{down}");
    let up = File {
        name: "errors.csv".to_owned(),
        bytes: down.replace(",12,", ",0991204119,").into_bytes(),
    };
    thoko.sends_corrections(number, up).is(303);
    portal.run_jobs();
    assert_eq!(portal.db_number("SELECT payable_count FROM batch"), 2);
}
