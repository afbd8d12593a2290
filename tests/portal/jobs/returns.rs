//! What was paid and comes back: the money, the batch's page, the letter, the report, paying it again.

use super::rail::{Mood, MoodyRail};
use crate::support::portal::FUNDED;
use crate::support::{Payroll, People, Portal};
use chrono::Duration;

/// Three paid payouts; rows 2 and 4 are of the kind that comes back.
fn paid(portal: &Portal, people: &People) -> String {
    paid_as(portal, people, "SAL")
}

fn paid_as(portal: &Portal, people: &People, references: &str) -> String {
    let payroll = Payroll::of(3)
        .references(references)
        .all("purpose", "payroll_benefits")
        .with(0, "amount", "10.06")
        .with(1, "amount", "500.00")
        .with(2, "amount", "10.06");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    number
}

const ALL_PAID: [&str; 3] = ["paid", "paid", "paid"];
const BACK: [&str; 3] = ["returned", "paid", "returned"];

#[test]
fn what_comes_back_is_available_again_and_told() {
    let (portal, people) = Portal::start();
    let number = paid(&portal, &people);
    assert_eq!(portal.db_results(&number), ALL_PAID);
    assert_eq!(portal.db_status(&number), "completed");
    assert_eq!(portal.db_balances(), (FUNDED - 52_012, 0, 0));

    portal.clock_forward(Duration::seconds(60));
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), BACK);
    assert_eq!(portal.db_status(&number), "completed", "it was paid out");
    assert_eq!(portal.db_balances(), (FUNDED - 50_000, 0, 0));
    let entries =
        "SELECT movement || ' ' || sum(amount) FROM ledger_entry WHERE movement = 'return' GROUP BY movement";
    assert_eq!(portal.db_texts(entries), ["return 2012"]);

    let page = people.thoko().get(&format!("/batches/{number}"));
    page.says("Came back")
        .says("MWK 20.12")
        .says("2 payouts")
        .says("Failed 2");
    people
        .thoko()
        .get(&format!("/batches/{number}?show=history"))
        .says("Payouts came back");
    people
        .thoko()
        .get(&format!("/batches/{number}?show=failed"))
        .says("Returned");
    let letter = portal.db_texts("SELECT kind FROM letter WHERE kind = 'returned_payouts'");
    assert_eq!(
        letter.len(),
        1,
        "one a slice, to Thoko, who is sender and uploader"
    );
    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    assert_eq!(report.matches(",returned,").count(), 2);
    assert_eq!(report.matches("returned_by_beneficiary_bank").count(), 2);
    people
        .james()
        .get("/accounts/35253486")
        .says("Came back from the beneficiary");

    // The rail is heard again, and has nothing new.
    portal.clock_forward(Duration::seconds(60));
    portal.run_jobs();
    assert_eq!(portal.db_balances(), (FUNDED - 50_000, 0, 0));
}

#[test]
fn what_came_back_is_paid_again_in_a_batch_of_its_own() {
    let (portal, people) = Portal::start();
    let number = paid(&portal, &people);
    portal.clock_forward(Duration::seconds(60));
    portal.run_jobs();
    let to = people
        .thoko()
        .post(&format!("/batches/{number}/repayment"), &[("all", "failed")])
        .done();
    let again = to.strip_prefix("/batches/").unwrap();
    portal.run_jobs();
    assert_eq!(
        portal.db_number(&format!("SELECT payable_count FROM batch WHERE number = {again}")),
        2
    );
}

#[test]
fn what_came_back_before_it_was_known_to_be_paid_was_paid() {
    let rail = MoodyRail::new(&[Mood::Silent]);
    let rails = rail.rails();
    let (portal, people) = Portal::start_with(|parts| parts.rails = Some(rails));
    *rail.unreachable.lock().unwrap() = true;
    let number = paid(&portal, &people);
    assert_eq!(
        portal.db_balances(),
        (FUNDED - 52_012, 0, 52_012),
        "nobody knows yet"
    );

    portal.clock_forward(Duration::seconds(60));
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["returned", "initiated", "returned"]);
    assert_eq!(portal.db_balances(), (FUNDED - 52_012 + 2_012, 0, 50_000));
    let movements = "SELECT movement || ' ' || amount FROM ledger_entry WHERE movement IN ('settle', 'return') ORDER BY entry";
    assert_eq!(
        portal.db_texts(movements),
        ["settle 1006", "settle 1006", "return 1006", "return 1006"]
    );

    *rail.unreachable.lock().unwrap() = false;
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_results(&number), BACK);
    assert_eq!(portal.db_status(&number), "completed");
    assert_eq!(portal.db_balances(), (FUNDED - 50_000, 0, 0));
}

#[test]
fn what_can_not_be_applied_holds_up_nobody_else() {
    let (portal, people) = Portal::start();
    let first = paid_as(&portal, &people, "SAL");
    let second = paid_as(&portal, &people, "BON");
    let slice = portal.db_number(&format!(
        "SELECT min(id) FROM slice WHERE batch_id = {}",
        portal.db_batch(&first)
    ));
    let broken =
        format!("ALTER TABLE slice ADD CONSTRAINT broken CHECK (id <> {slice} OR returned_count = 0)");
    portal.db_run(&broken).unwrap();
    portal.clock_forward(Duration::seconds(60));
    let worker = portal.app().worker();
    while worker.run_due().is_ok_and(|done| done > 0) {}
    assert_eq!(portal.db_results(&first), ALL_PAID);
    assert_eq!(portal.db_results(&second), BACK);

    portal.db_run("ALTER TABLE slice DROP CONSTRAINT broken").unwrap();
    portal.clock_forward(Duration::seconds(600));
    portal.run_jobs();
    assert_eq!(portal.db_results(&first), BACK);
    assert_eq!(portal.db_balances(), (FUNDED - 100_000, 0, 0));
}

#[test]
fn a_return_that_is_told_twice_comes_back_once() {
    let (portal, people) = Portal::start();
    let number = paid(&portal, &people);
    portal.clock_forward(Duration::seconds(60));
    portal.run_jobs();
    // As after a crash before the rail counted as heard.
    portal.db_run("DELETE FROM rail_news").unwrap();
    portal.clock_forward(Duration::seconds(60));
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), BACK);
    assert_eq!(portal.db_balances(), (FUNDED - 50_000, 0, 0));
}
