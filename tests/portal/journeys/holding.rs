//! Holding a batch, letting it go, and calling off what is not claimed yet.

use crate::support::{Payroll, People, Portal};
use chrono::Duration;

/// 1,200 payouts of 1.00, of which the first `later` are due in a month; approved.
fn approved(portal: &Portal, people: &People, later: usize) -> String {
    let month = (portal.now() + Duration::days(30)).format("%Y-%m-%d").to_string();
    let payroll = (0..later).fold(Payroll::of(1_200).all("amount", "1.00"), |payroll, row| {
        payroll.with(row, "pay_on", month.as_str())
    });
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    number
}

#[test]
fn a_paused_batch_waits_until_somebody_else_than_its_maker_resumes_it() {
    let (portal, people) = Portal::start();
    let number = approved(&portal, &people, 0);
    let (available, reserved, _) = portal.db_balances();
    assert_eq!(reserved, 120_000);
    assert!(!people.thoko().is_offered(&number, "pause"), "an initiator can't");
    people.james().tries(&number, "pause", &[]).done();
    portal.clock_forward(Duration::minutes(10));
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "paused");
    assert_eq!(portal.db_balances(), (available, reserved, 0), "nothing left");
    portal.db_give("thoko@kachere.example", "Approver");
    people
        .thoko()
        .post(&format!("/batches/{number}/resume"), &[])
        .is(403);
    people.james().tries(&number, "resume", &[]).done();
    assert_eq!(portal.db_status(&number), "approved");
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "completed");
    assert_eq!(portal.db_balances(), (available, 0, 0));
    let history = people.james().get(&format!("/batches/{number}?show=history"));
    history.says("Paused").says("Resumed");
}

#[test]
fn what_is_not_claimed_yet_can_be_called_off_and_the_rest_completes_the_batch() {
    let (portal, people) = Portal::start();
    let (before, _, _) = portal.db_balances();
    let number = approved(&portal, &people, 700);
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "paying");
    assert_eq!(portal.db_balances(), (before - 120_000, 70_000, 0));
    people.james().tries(&number, "pause", &[]).done();
    people.james().tries(&number, "resume", &[]).done();
    assert_eq!(portal.db_status(&number), "paying", "something was sent already");
    people.james().cancels(&number, "The other half is paid in cash");
    assert_eq!(
        portal.db_balances(),
        (before - 50_000, 0, 0),
        "their money is free again"
    );
    people
        .james()
        .post(&format!("/batches/{number}/cancellation"), &[("reason", "again")])
        .is(409);
    portal.clock_forward(Duration::days(60));
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "completed");
    people.james().signs_in("countersign-demo").done();
    people.ruth().signs_in("countersign-demo").done();
    let page = people.james().batch(&number);
    page.says("cancelled the rest of this batch")
        .says("The other half is paid in cash");
    let called_off = people
        .ruth()
        .get(&format!("/payouts?status=CANCELLED&q={number}"));
    assert_eq!(called_off.all("tbody tr").len(), 50, "a page full of them");
    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    let with = |status: &str| report.lines().filter(|line| line.contains(status)).count();
    assert_eq!((with(",PROCESSED,paid,"), with(",CANCELLED,")), (500, 700));
    assert_eq!(
        with("The other half is paid in cash"),
        700,
        "and only those were closed"
    );
}
