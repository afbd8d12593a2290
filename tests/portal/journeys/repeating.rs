//! Batches that repeat: on its day an open copy is there, once, and needs its signatures like any other.

use crate::support::{Payroll, People, Portal};
use chrono::{DateTime, Duration, TimeZone, Utc};
use std::sync::Barrier;
use std::thread;

const THOKO: &str = "thoko@kachere.example";

/// Midnight in Blantyre, two hours before Greenwich.
pub(super) fn midnight(month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, month, day, 0, 0, 0).unwrap() - Duration::hours(2)
}

/// A batch of four, of which one is faulty.
fn captured(portal: &Portal, people: &People) -> String {
    let payroll = Payroll::of(4)
        .with(0, "pay_on", "2024-01-20")
        .with(1, "pay_on", "2024-01-18T14:30")
        .with(2, "reference", "")
        .with(3, "amount", "x");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    number
}

fn path(number: &str) -> String {
    format!("/batches/{number}/repetition")
}

#[track_caller]
pub(super) fn repeats(people: &People, number: &str, fields: &[(&str, &str)]) {
    // Time has moved on: she signs in anew.
    people.browser(THOKO).tries(number, "repetition", fields).done();
}

fn copies(portal: &Portal, number: &str) -> Vec<String> {
    let batch = portal.db_batch(number);
    portal.db_texts(&format!(
        "SELECT number FROM batch WHERE repeats = {batch} ORDER BY id"
    ))
}

#[test]
fn a_copy_is_made_on_its_day_and_signed_like_any_other() {
    let (portal, people) = Portal::start();
    let number = captured(&portal, &people);
    repeats(&people, &number, &[("every", "month"), ("day", "25")]);
    people
        .thoko()
        .batch(&number)
        .says("It repeats on day 25 of each month.")
        .says("when 25 Jan 2024 begins in Africa/Blantyre");
    portal.clock_to(midnight(1, 25) - Duration::seconds(1));
    portal.run_jobs();
    assert!(copies(&portal, &number).is_empty(), "not a second early");
    portal.clock_to(midnight(1, 25));
    portal.run_jobs();
    let made = copies(&portal, &number);
    assert_eq!(made.len(), 1);
    let copy = &made[0];
    assert_eq!(portal.db_status(copy), "open");
    let rows = portal.db_texts(&format!(
        "SELECT concat_ws(' ', reference, amount, to_char(pay_on AT TIME ZONE 'Africa/Blantyre', 'YYYY-MM-DD HH24:MI'))
         FROM payout WHERE batch_id = {} ORDER BY \"row\"",
        portal.db_batch(copy)
    ));
    // The file came on the 15th: what was five days later is five days later again.
    let thoko = people.browser(THOKO);
    assert_eq!(
        rows,
        [
            "SAL-0001-2024-01-25 100000 2024-01-30 08:00",
            "SAL-0002-2024-01-25 101000 2024-01-28 14:30",
            "102000",
        ]
    );
    thoko
        .batch(copy)
        .says("january-salaries, 2024-01-25")
        .says(&format!("This is a copy of batch {number}."));
    thoko.batch(&number).says(&format!("Goes on in {copy}"));
    // Made in her name, so she signs as initiator only.
    thoko.submits(copy);
    portal.db_give(THOKO, "Approver");
    let print = portal.db_fingerprint(copy);
    thoko
        .post(&format!("/batches/{copy}/approval"), &[("fingerprint", &print)])
        .is(403);
    people.james().approves(copy);
    portal.clock_to(midnight(2, 25));
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(copy), "completed");
    assert_eq!(copies(&portal, &number).len(), 2);
    people
        .ruth()
        .get(&format!("/batches/{number}?show=history"))
        .says("Repeats")
        .says("Copied");
}

#[test]
fn makers_of_the_copied_batch_are_makers_of_the_copy() {
    let (portal, people) = Portal::start();
    let number = captured(&portal, &people);
    portal.db_give("chikondi@kachere.example", "Initiator");
    let day = [("every", "week"), ("weekday", "wednesday")];
    people.chikondi().tries(&number, "repetition", &day).done();
    portal.clock_to(midnight(1, 17));
    portal.run_jobs();
    let copy = portal.db_batch(&copies(&portal, &number)[0]);
    let acts = portal.db_texts(&format!(
        "SELECT p.email || ' ' || m.act FROM batch_maker m JOIN person p ON p.id = m.person_id
         WHERE m.batch_id = {copy} ORDER BY 1"
    ));
    assert_eq!(
        acts,
        [
            "chikondi@kachere.example captured",
            "thoko@kachere.example inherited"
        ]
    );
}

#[test]
fn the_last_day_stands_for_a_day_that_a_month_lacks() {
    let (portal, people) = Portal::start();
    let number = captured(&portal, &people);
    let rule = [
        ("every", "month"),
        ("day", "31"),
        ("starts", "2024-01-31"),
        ("ends", "2024-03-31"),
    ];
    repeats(&people, &number, &rule);
    for (month, day) in [(1, 31), (2, 29), (3, 31), (4, 30), (5, 31)] {
        portal.clock_to(midnight(month, day));
        portal.run_jobs();
    }
    let days = portal.db_texts("SELECT day FROM repetition_run ORDER BY day");
    assert_eq!(
        days,
        ["2024-01-31", "2024-02-29", "2024-03-31"],
        "and it ends when it should"
    );
    assert!(
        people.browser(THOKO).is_offered(&number, "repetition"),
        "it may be repeated anew"
    );
}

#[test]
fn days_that_nobody_worked_on_are_made_up_for_once() {
    let (portal, people) = Portal::start();
    let number = captured(&portal, &people);
    repeats(&people, &number, &[("every", "week"), ("weekday", "Friday")]);
    portal.clock_to(midnight(2, 14));
    portal.run_jobs();
    assert_eq!(portal.db_texts("SELECT day FROM repetition_run"), ["2024-02-09"]);
    assert_eq!(portal.db_text("SELECT next_on FROM repetition"), "2024-02-16");
}

#[test]
fn a_day_has_one_copy_however_many_workers_there_are() {
    let (portal, people) = Portal::start();
    let number = captured(&portal, &people);
    repeats(&people, &number, &[("every", "month"), ("day", "16")]);
    portal.clock_to(midnight(1, 16));
    let start = Barrier::new(3);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                start.wait();
                portal.app().worker().run_due().unwrap();
            });
        }
    });
    portal.run_jobs();
    assert_eq!(copies(&portal, &number).len(), 1);
    let sql = "INSERT INTO repetition_run (organisation_id, repetition_id, day, batch_id)
               SELECT r.organisation_id, r.repetition_id, r.day, b.id FROM repetition_run r, batch b WHERE b.repeats IS NULL";
    portal.db_refuses(sql, "repetition_run_pkey");
    portal.db_refuses("DELETE FROM repetition_run", "append-only");
}

#[test]
fn it_stops_when_told_and_when_it_must() {
    let (portal, people) = Portal::start();
    let number = captured(&portal, &people);
    let rule = [("every", "month"), ("day", "16")];
    repeats(&people, &number, &rule);
    people.thoko().post(&path(&number), &rule).is(409);
    people.thoko().tries(&number, "repetition/stop", &[]).done();
    people
        .thoko()
        .post(&format!("/batches/{number}/repetition/stop"), &[])
        .is(409);
    portal.clock_to(midnight(1, 16));
    portal.run_jobs();
    assert!(copies(&portal, &number).is_empty());
    // Called off: what was wrong once is not copied.
    repeats(&people, &number, &[("every", "month"), ("day", "17")]);
    people.browser(THOKO).cancels(&number, "Wrong file");
    portal.clock_to(midnight(1, 17));
    portal.run_jobs();
    assert!(copies(&portal, &number).is_empty());
    people
        .ruth()
        .get(&format!("/batches/{number}?show=history"))
        .says("the batch was called off");
    // Who asked for it may not any more.
    let number = people
        .browser(THOKO)
        .uploads(Payroll::of(2).references("B").csv());
    portal.run_jobs();
    repeats(&people, &number, &[("every", "month"), ("day", "18")]);
    let thoko = portal.db_person(THOKO);
    portal
        .db_run(&format!("DELETE FROM role_grant WHERE person_id = {thoko}"))
        .unwrap();
    portal.clock_to(midnight(1, 18));
    portal.run_jobs();
    assert!(copies(&portal, &number).is_empty());
    assert_eq!(
        portal.db_text("SELECT stopped_reason FROM repetition ORDER BY id DESC LIMIT 1"),
        "who asked for it may not capture batches on the account any more"
    );
}

#[test]
fn what_is_asked_must_make_sense_and_be_ones_own() {
    let (portal, people) = Portal::start();
    let number = captured(&portal, &people);
    let told = |fields: &[(&str, &str)], at: &str, what: &str| {
        let page = people.thoko().post(&path(&number), fields).is(400).page();
        let said = page.text(&format!("#repetition-{at}-error"));
        assert!(said.contains(what), "{fields:?}: “{what}” is not in “{said}”");
    };
    told(&[], "every", "monthly or weekly");
    told(&[("every", "year")], "every", "monthly or weekly");
    told(&[("every", "month"), ("day", "32")], "day", "1 to 31");
    told(&[("every", "month"), ("day", "-1")], "day", "1 to 31");
    told(
        &[("every", "week"), ("weekday", "Someday")],
        "weekday",
        "Choose a day",
    );
    told(
        &[("every", "month"), ("day", "25"), ("starts", "25/1/2024")],
        "starts",
        "YYYY-MM-DD",
    );
    told(
        &[("every", "month"), ("day", "25"), ("starts", "2024-01-14")],
        "starts",
        "is past",
    );
    told(
        &[("every", "month"), ("day", "25"), ("ends", "2024-01-24")],
        "ends",
        "2024-01-25",
    );
    let rule = [("every", "month"), ("day", "25")];
    people.james().post(&path(&number), &rule).is(403);
    portal.outsider(&people).post(&path(&number), &rule).is(404);
    let faulty = people
        .thoko()
        .uploads(Payroll::of(1).references("B").with(0, "amount", "x").csv());
    portal.run_jobs();
    people.thoko().post(&path(&faulty), &rule).is(409);
    assert_eq!(portal.db_number("SELECT count(*) FROM repetition"), 0);
}

#[test]
fn it_goes_on_while_who_asked_for_it_works_for_another_organisation_too() {
    let (portal, people) = Portal::start();
    let number = captured(&portal, &people);
    repeats(&people, &number, &[("every", "month"), ("day", "25")]);
    let _outsider = portal.outsider(&people);
    // She turned to the other one last.
    let turned = format!(
        "INSERT INTO membership (organisation_id, person_id, status, chosen_at)
         SELECT id, {}, 'active', now() FROM organisation WHERE code = 'MULANJETEA01'",
        portal.db_person(THOKO)
    );
    portal.db_run(&turned).unwrap();
    portal.clock_to(midnight(1, 25));
    portal.run_jobs();
    assert_eq!(copies(&portal, &number).len(), 1);
}
