//! Paying: claim → call → apply, broken at every seam.

use super::rail::{Mood, MoodyRail};
use crate::support::portal::FUNDED;
use crate::support::{Payroll, People, Portal};
use chrono::Duration;
use countersign::domain::ids::{BatchId, IntentId};
use countersign::domain::rail::{Answer, Order};
use countersign::flows::execute::{Work, claim, start};
use countersign::flows::{FlowError, settle};
use countersign::rails::Rail;
use countersign::store::StoreError;
use std::sync::Arc;

/// A batch of `count` payouts, approved.
fn approved(portal: &Portal, people: &People, count: usize) -> String {
    let number = people
        .thoko()
        .uploads(Payroll::of(count).all("amount", "100.00").csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    number
}

fn moody(moods: &[Mood]) -> (Arc<MoodyRail>, Portal, People) {
    let rail = MoodyRail::new(moods);
    let rails = rail.rails();
    let (portal, people) = Portal::start_with(|parts| parts.rails = Some(rails));
    (rail, portal, people)
}

/// Claims a slice as a worker does, and keeps it.
fn claimed(portal: &Portal, number: &str) -> Work {
    let (id, now) = (BatchId(portal.db_batch(number)), portal.now());
    let db = portal.app().db();
    db.write(|tx| start(tx, id, now)).unwrap();
    db.write(|tx| claim(tx, id, now))
        .unwrap()
        .expect("a slice is due")
}

fn orders(work: &Work) -> Vec<Order> {
    work.payments
        .iter()
        .map(|payment| payment.order.clone())
        .collect()
}

fn call(rail: &MoodyRail, work: &Work) -> Vec<(IntentId, Answer)> {
    let orders = orders(work);
    let answers = rail.send(&orders);
    orders.iter().map(|order| order.intent).zip(answers).collect()
}

/// Time passes in steps until nothing is left to do; then each payout is paid, and was received once.
#[track_caller]
fn ends_paid_once(portal: &Portal, rail: &MoodyRail, number: &str, count: usize) {
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(number), "completed");
    assert_eq!(portal.db_results(number), vec!["paid"; count]);
    assert_eq!(
        rail.received(),
        (count, 0),
        "received, and received more than once"
    );
    let total = i64::try_from(count).unwrap() * 10_000;
    assert_eq!(portal.db_balances(), (FUNDED - total, 0, 0));
}

#[test]
fn a_worker_dies_between_claim_and_call() {
    let (rail, portal, people) = moody(&[]);
    let number = approved(&portal, &people, 20);
    drop(claimed(&portal, &number));
    portal.run_jobs();
    assert_eq!(
        portal.db_balances().2,
        200_000,
        "in transit while the lease holds"
    );
    assert_eq!(
        rail.received(),
        (0, 0),
        "nobody else sends it while the lease holds"
    );
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn a_worker_dies_between_call_and_apply() {
    let (rail, portal, people) = moody(&[]);
    let number = approved(&portal, &people, 20);
    let work = claimed(&portal, &number);
    call(&rail, &work);
    drop(work);
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn a_worker_dies_after_the_rail_took_a_part() {
    let (rail, portal, people) = moody(&[]);
    let number = approved(&portal, &people, 20);
    let work = claimed(&portal, &number);
    rail.send(&orders(&work)[..7]);
    drop(work);
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn a_worker_that_wakes_too_late_is_refused() {
    let (rail, portal, people) = moody(&[]);
    let number = approved(&portal, &people, 20);
    let work = claimed(&portal, &number);
    let answers = call(&rail, &work);
    portal.clock_forward(Duration::seconds(61));
    portal.run_jobs();
    let late = portal
        .app()
        .db()
        .write(|tx| settle::apply_held(tx, &work.slice, &answers, portal.now()));
    assert!(
        matches!(late, Err(FlowError::Store(StoreError::Stale(_)))),
        "{late:?}"
    );
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn an_answer_that_comes_twice_counts_once() {
    let (rail, portal, people) = moody(&[]);
    let number = approved(&portal, &people, 20);
    let work = claimed(&portal, &number);
    let answers = call(&rail, &work);
    let db = portal.app().db();
    let place = settle::Place::from(&work.slice);
    for _ in 0..3 {
        db.write(|tx| settle::apply(tx, place, &answers, portal.now()))
            .unwrap();
    }
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn a_rail_that_panics_or_is_silent_is_asked_before_anything_is_sent_again() {
    for mood in [
        Mood::PanicsFirst,
        Mood::PanicsAfter,
        Mood::Silent,
        Mood::Deaf,
        Mood::Short,
    ] {
        let (rail, portal, people) = moody(&[mood]);
        let number = approved(&portal, &people, 20);
        portal.run_jobs();
        assert_eq!(portal.db_status(&number), "paying", "{mood:?}");
        assert_eq!(portal.db_results(&number), ["initiated"; 20], "{mood:?}");
        ends_paid_once(&portal, &rail, &number, 20);
    }
}

#[test]
fn one_misfortune_after_the_other() {
    let moods = [Mood::Deaf, Mood::PanicsFirst, Mood::Deaf, Mood::Silent];
    let (rail, portal, people) = moody(&moods);
    let number = approved(&portal, &people, 20);
    for _ in 0..12 {
        portal.run_jobs();
        portal.clock_forward(Duration::minutes(10));
    }
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn a_rail_that_can_not_be_asked_is_asked_again_later() {
    let (rail, portal, people) = moody(&[Mood::Silent]);
    let number = approved(&portal, &people, 20);
    *rail.unreachable.lock().unwrap() = true;
    for _ in 0..10 {
        portal.run_jobs();
        portal.clock_forward(Duration::minutes(1));
    }
    assert_eq!(portal.db_status(&number), "paying");
    assert_eq!(portal.db_balances().2, 200_000, "in transit until somebody knows");
    assert_eq!(rail.received(), (20, 0));
    *rail.unreachable.lock().unwrap() = false;
    portal.clock_forward(Duration::hours(2));
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn a_worker_dies_and_the_rail_can_not_be_asked() {
    let (rail, portal, people) = moody(&[]);
    let number = approved(&portal, &people, 20);
    let work = claimed(&portal, &number);
    call(&rail, &work);
    *rail.unreachable.lock().unwrap() = true;
    for _ in 0..5 {
        portal.clock_forward(Duration::seconds(61));
        portal.run_jobs();
    }
    *rail.unreachable.lock().unwrap() = false;
    portal.clock_forward(Duration::hours(2));
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn several_workers_at_once() {
    let (portal, people) = Portal::start_with(|parts| parts.pool_size = 8);
    let number = approved(&portal, &people, 2_400);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let worker = portal.app().worker().clone();
            scope.spawn(move || {
                for _ in 0..5 {
                    worker.run_due().unwrap();
                }
            });
        }
    });
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed");
    assert_eq!(portal.db_results(&number), vec!["paid"; 2_400]);
    assert_eq!(portal.db_number("SELECT count(*) FROM sandbox.payment"), 2_400);
    assert_eq!(
        portal.db_number("SELECT count(*) FROM sandbox.payment WHERE received > 1"),
        0
    );
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'batch.completed'"),
        1
    );
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'batch.paying'"),
        1
    );
}

#[test]
fn a_cancellation_that_meets_a_worker() {
    let (rail, portal, people) = moody(&[]);
    let number = approved(&portal, &people, 20);
    let work = claimed(&portal, &number);
    assert!(
        !people.james().is_offered(&number, "cancellation"),
        "it is being paid"
    );
    people
        .james()
        .post(&format!("/batches/{number}/cancellation"), &[("reason", "stop")])
        .is(409);
    drop(work);
    ends_paid_once(&portal, &rail, &number, 20);
}

#[test]
fn an_account_that_names_an_unknown_rail_loses_nothing() {
    let (portal, people) = Portal::start();
    let number = approved(&portal, &people, 3);
    portal.db_run("UPDATE payout_account SET rail = 'none'").unwrap();
    portal.run_jobs();
    assert_eq!(portal.db_balances().2, 30_000);
    portal
        .db_run("UPDATE payout_account SET rail = 'sandbox'")
        .unwrap();
    portal.clock_forward(Duration::hours(1));
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_results(&number), ["paid"; 3]);
}
