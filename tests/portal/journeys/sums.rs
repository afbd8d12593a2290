//! Sums that are larger than any account: what is signed is to the minor unit what would be paid, and
//! neither pages nor jobs fall over it.

use crate::support::{Payroll, Person, Portal};
use chrono::Duration;

/// The largest single payout.
const LARGEST: &str = "9000000000000.00";

fn uploads(person: &Person, count: usize, prefix: &str) -> String {
    let payroll = Payroll::of(count).all("amount", LARGEST).references(prefix);
    person.uploads(payroll.csv())
}

/// What the batch says, and what its rows add up to.
fn said_and_held(portal: &Portal, number: &str) -> (String, String) {
    let said = portal.db_text(&format!(
        "SELECT payable_total FROM batch WHERE number = {number}"
    ));
    let held = portal.db_text(&format!(
        "SELECT sum(p.amount) FROM payout p JOIN batch b ON b.id = p.batch_id
         WHERE b.number = {number} AND p.faults IS NULL"
    ));
    (said, held)
}

#[test]
fn a_batch_says_what_its_rows_add_up_to_and_rows_beyond_the_limit_are_faulty() {
    let (portal, people) = Portal::start();
    let number = uploads(people.thoko(), 10_300, "L");
    portal.run_jobs();
    let (said, held) = said_and_held(&portal, &number);
    assert_eq!(said, held, "what is signed is what is paid");
    let faults = people.thoko().get(&format!("/batches/{number}?show=faults"));
    faults.says("adds up to more than the limit of MWK 20,000,000,000,000,000.00");
    // Corrected to less, a row fits again; to as much as before, it does not.
    let row = portal.db_number(&format!(
        "SELECT min(p.\"row\") FROM payout p JOIN batch b ON b.id = p.batch_id
         WHERE b.number = {number} AND p.faults IS NOT NULL"
    ));
    let row = u32::try_from(row).unwrap();
    people
        .thoko()
        .corrects(&number, row, &[("amount", "1.00")])
        .done();
    people
        .thoko()
        .corrects(&number, row, &[("amount", LARGEST)])
        .done();
    let page = people.thoko().get(&format!("/batches/{number}/rows/{row}"));
    page.says("more than the limit");
    let (said, held) = said_and_held(&portal, &number);
    assert_eq!(said, held);
}

#[test]
fn nothing_falls_over_many_batches_that_nobody_could_ever_pay() {
    let (portal, people) = Portal::start();
    for batch in 0..5 {
        uploads(people.thoko(), 2_230, &format!("B{batch}"));
    }
    let small = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    people.thoko().get("/");
    people.thoko().get("/scheduled");
    people.ruth().get("/");
    people.thoko().submits(&small);
    people.james().get("/");
    people.james().approves(&small);
    portal.clock_forward(Duration::hours(2));
    portal.run_jobs();
    assert_eq!(portal.db_status(&small), "completed");
    people.browser("thoko@kachere.example").get("/");
}

#[test]
fn the_database_takes_no_signature_for_another_sum_than_is_paid() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    let batch = portal.db_batch(&number);
    portal
        .db_run(&format!(
            "UPDATE slice SET payable_total = payable_total + 1 WHERE batch_id = {batch}"
        ))
        .unwrap();
    let signs = format!(
        "INSERT INTO signature (batch_id, revision, person_id, seat, fingerprint, payable_count, payable_total, at)
         SELECT id, revision, {}, 'initiator', fingerprint, payable_count, payable_total, now()
         FROM batch WHERE id = {batch}",
        portal.db_person("thoko@kachere.example")
    );
    portal.db_refuses(&signs, "signature_figures");
    portal.db_refuses(
        &format!("UPDATE batch SET payable_total = 2000000000000000001 WHERE id = {batch}"),
        "batch_total_bounded",
    );
}
