//! Money: what the ledger says after each thing a rail can answer, and what keeps money from moving.

use crate::support::portal::FUNDED;
use crate::support::{Payroll, Portal};
use chrono::Duration;

#[test]
fn every_magic_value_and_the_ledger_after_it() {
    let (portal, people) = Portal::start();
    let payroll = Payroll::of(5)
        .with(0, "amount", "100.00")
        .with(0, "purpose", "expenses_services")
        .with(1, "amount", "200.00")
        .with(1, "purpose", "government_dues")
        .with(2, "amount", "10.05")
        .with(2, "purpose", "payroll_benefits")
        .with(3, "amount", "300.00")
        .with(3, "purpose", "money_exchange")
        .with(4, "amount", "400.00")
        .with(4, "purpose", "payroll_benefits");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    assert_eq!(portal.db_balances(), (FUNDED, 0, 0));
    people.james().approves(&number);
    let total = 101_005;
    assert_eq!(portal.db_balances(), (FUNDED - total, total, 0), "reserved");

    portal.run_jobs();
    let results = portal.db_results(&number);
    assert_eq!(results, ["failed", "initiated", "initiated", "failed", "paid"]);
    // Failed and refused money is free again, 200.00 and 10.05 are still on their way.
    assert_eq!(portal.db_balances(), (FUNDED - total + 40_000, 0, 21_005));
    assert_eq!(portal.db_status(&number), "paying");
    assert_eq!(
        portal.db_texts("SELECT status FROM payout ORDER BY \"row\""),
        [
            "PROCESSED",
            "PROCESSED",
            "PROCESSING_IN_PROGRESS",
            "INTENT_CREATION_FAILED",
            "PROCESSED"
        ]
    );

    portal.clock_forward(Duration::seconds(4));
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "paying", "too early to ask");
    portal.clock_forward(Duration::seconds(2));
    portal.run_jobs();
    let results = portal.db_results(&number);
    assert_eq!(results, ["failed", "paid", "paid", "failed", "paid"]);
    assert_eq!(portal.db_balances(), (FUNDED - total + 40_000, 0, 0));
    assert_eq!(portal.db_status(&number), "completed");

    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    assert_eq!(report.matches("beneficiary_bank_rejected").count(), 1);
    assert_eq!(report.matches("intent_creation_failed").count(), 1);
    let movements = portal.db_texts(
        "SELECT movement || ' ' || sum(amount) FROM ledger_entry GROUP BY movement ORDER BY movement",
    );
    let funded = format!("fund {}", FUNDED + 8_411_250);
    assert_eq!(
        movements,
        [
            funded.as_str(),
            "release 40000",
            "reserve 101005",
            "send 101005",
            "settle 61005"
        ]
    );
}

#[test]
fn too_little_money_is_refused_in_numbers() {
    let (portal, people) = Portal::start();
    let number = people
        .thoko()
        .uploads(Payroll::of(3).all("amount", "5000000.00").csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.chikondi().reviews(&number);
    people.james().tries(&number, "approval", &[]).refused(
        409,
        "MWK 12,480,200.00 is available and the batch needs MWK 15,000,000.00: MWK 2,519,800.00 is missing",
    );
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    assert_eq!(portal.db_balances(), (FUNDED, 0, 0));
    assert_eq!(
        portal.db_number("SELECT count(*) FROM signature WHERE seat = 'approver'"),
        0,
        "a refused signature is none"
    );
}

#[test]
fn two_batches_can_not_reserve_the_same_money() {
    let (portal, people) = Portal::start();
    let number = |prefix: &str| {
        let payroll = Payroll::of(2).all("amount", "3500000.00").references(prefix);
        let number = people.thoko().uploads(payroll.csv());
        portal.run_jobs();
        people.thoko().submits(&number);
        people.chikondi().reviews(&number);
        number
    };
    let (first, second) = (number("A"), number("B"));
    people.james().approves(&first);
    people
        .james()
        .tries(&second, "approval", &[])
        .refused(409, "MWK 5,480,200.00 is available");
    people.james().cancels(&first, "The other one is urgent");
    people.james().approves(&second);
    assert_eq!(portal.db_balances(), (FUNDED - 700_000_000, 700_000_000, 0));
}

#[test]
fn a_reference_is_paid_once() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let (first, second) = (
        thoko.uploads(Payroll::of(4).csv()),
        thoko.uploads(Payroll::of(4).csv()),
    );
    portal.run_jobs();
    thoko.submits(&first);
    thoko.submits(&second);
    people.james().approves(&first);
    people
        .james()
        .tries(&second, "approval", &[])
        .refused(409, &format!("in batch {first}"));
    portal.run_jobs();

    let third = thoko.uploads(Payroll::of(5).csv());
    portal.run_jobs();
    let page = thoko.batch(&third);
    page.says("Send 1 of 5");
    thoko
        .get(&format!("/batches/{third}?show=faults"))
        .says(&format!("already paid or being paid in batch {first}"));
    // A new reference makes another payout of it; the old one stays a fault.
    thoko.corrects(&third, 2, &[("reference", "SAL-0002")]).done();
    assert_eq!(
        portal.db_number(&format!("SELECT fault_count FROM batch WHERE number = {third}")),
        4
    );
    thoko.corrects(&third, 2, &[("reference", "BONUS-1")]).done();
    assert_eq!(
        portal.db_number(&format!("SELECT fault_count FROM batch WHERE number = {third}")),
        3
    );
    assert_eq!(portal.db_number("SELECT count(*) FROM intent"), 4);
}

#[test]
fn a_reference_whose_payout_failed_or_was_cancelled_can_be_paid_again() {
    let (portal, people) = Portal::start();
    let failing = Payroll::of(2)
        .with(0, "purpose", "expenses_services")
        .with(1, "purpose", "money_exchange");
    let first = people.thoko().uploads(failing.csv());
    portal.run_jobs();
    people.thoko().submits(&first);
    people.james().approves(&first);
    portal.run_jobs();
    assert_eq!(portal.db_results(&first), ["failed", "failed"]);
    let second = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&second);
    people.james().approves(&second);
    people.james().cancels(&second, "Not yet");
    let third = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&third);
    people.james().approves(&third);
    portal.run_jobs();
    assert_eq!(portal.db_results(&third), ["paid", "paid"]);
}
