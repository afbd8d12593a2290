//! Changing what was submitted or approved already: rows, dates, and calling some payouts off.

use crate::support::{Payroll, People, Portal};
use chrono::Duration;

/// Ten payouts of 1,000.00 and one faulty row (row 12), approved.
fn approved(portal: &Portal, people: &People) -> String {
    let payroll = Payroll::of(11)
        .all("amount", "1000.00")
        .with(10, "amount", "nothing");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    number
}

/// The batch's payouts' ids by row.
fn ids(portal: &Portal, number: &str) -> Vec<String> {
    portal.db_texts(&format!(
        "SELECT p.id::text FROM payout p JOIN batch b ON b.id = p.batch_id WHERE b.number = {number} ORDER BY p.\"row\""
    ))
}

fn choose<'a>(ids: &[&'a str], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("payout", *id)).collect();
    fields.extend(more);
    fields
}

#[test]
fn an_edit_of_an_approved_batch_voids_its_signatures_and_frees_its_money() {
    let (portal, people) = Portal::start();
    let (before, _, _) = portal.db_balances();
    let number = approved(&portal, &people);
    assert_eq!(portal.db_balances(), (before - 1_000_000, 1_000_000, 0));
    let seen = portal.db_fingerprint(&number);
    let page = people.thoko().batch(&number);
    page.says("voids 2 signatures")
        .says("what is reserved for it is free again");
    people
        .thoko()
        .corrects(&number, 2, &[("amount", "2500.00"), ("comment", "Overtime")])
        .done();
    assert_eq!(portal.db_status(&number), "open");
    assert_eq!(portal.db_balances(), (before, 0, 0), "free again");
    assert_ne!(portal.db_fingerprint(&number), seen);
    people
        .james()
        .post(
            &format!("/batches/{number}/approval"),
            &[("fingerprint", seen.as_str())],
        )
        .is(409);
    let history = people.thoko().get(&format!("/batches/{number}?show=history"));
    history.says("2 signatures void; revision 2");
    people.thoko().submits(&number);
    people.james().approves(&number);
    assert_eq!(portal.db_balances(), (before - 1_150_000, 1_150_000, 0));
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "completed");
    assert_eq!(portal.db_balances(), (before - 1_150_000, 0, 0));
}

#[test]
fn whoever_edits_is_a_maker_and_one_who_may_not_capture_does_not_edit() {
    let (portal, people) = Portal::start();
    let number = approved(&portal, &people);
    let row = format!("/batches/{number}/rows/2");
    people.james().post(&row, &[("amount", "1.00")]).is(403);
    people
        .james()
        .post(&format!("/batches/{number}/schedule"), &[("pay_on", "")])
        .is(403);
    portal.db_give("james@kachere.example", "Initiator");
    portal.db_give("grace@kachere.example", "Approver");
    people.james().post(&row, &[("amount", "1.00")]).done();
    people.thoko().submits(&number);
    assert!(!people.james().is_offered(&number, "approval"));
    let seen = portal.db_fingerprint(&number);
    people
        .james()
        .post(
            &format!("/batches/{number}/approval"),
            &[("fingerprint", seen.as_str())],
        )
        .refused(403, "You captured or changed this batch");
}

#[test]
fn of_two_who_edit_one_row_the_later_one_is_told_and_nothing_is_lost() {
    let (portal, people) = Portal::start();
    let number = approved(&portal, &people);
    let first = people.browser("thoko@kachere.example");
    let row = format!("/batches/{number}/rows/3");
    let seen = first.get(&row);
    people
        .thoko()
        .corrects(&number, 3, &[("comment", "first")])
        .done();
    first
        .tries_on(&seen, &row, &[("comment", "second")])
        .refused(409, "This row was changed since you opened it");
    people.thoko().get(&row).says("first");
}

#[test]
fn of_a_batch_paid_in_part_only_the_rest_can_be_edited_and_only_it_is_reserved_again() {
    let (portal, people) = Portal::start();
    let (before, _, _) = portal.db_balances();
    let month = (portal.now() + Duration::days(30)).format("%Y-%m-%d").to_string();
    let payroll = (0..4).fold(Payroll::of(10).all("amount", "1000.00"), |payroll, row| {
        payroll.with(row, "pay_on", month.as_str())
    });
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_balances(), (before - 1_000_000, 400_000, 0));
    people
        .thoko()
        .post(&format!("/batches/{number}/rows/9"), &[("amount", "5.00")])
        .refused(409, "Row 9 is “Processed”");
    people
        .thoko()
        .corrects(&number, 2, &[("amount", "1500.00")])
        .done();
    assert_eq!(portal.db_status(&number), "open");
    assert_eq!(portal.db_balances(), (before - 600_000, 0, 0));
    portal.clock_forward(Duration::days(40));
    portal.run_jobs_until_quiet();
    assert_eq!(
        portal.db_balances(),
        (before - 600_000, 0, 0),
        "nothing leaves unsigned"
    );
    people.thoko().signs_in("countersign-demo").done();
    people.james().signs_in("countersign-demo").done();
    people.thoko().submits(&number);
    people.james().approves(&number);
    assert_eq!(portal.db_balances(), (before - 1_050_000, 450_000, 0));
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "completed");
    assert_eq!(portal.db_balances(), (before - 1_050_000, 0, 0));
}

#[test]
fn the_rest_of_a_batch_paid_in_part_keeps_its_higher_level_and_its_rejection_completes_it() {
    let (portal, people) = Portal::start();
    let (before, _, _) = portal.db_balances();
    let month = (portal.now() + Duration::days(30)).format("%Y-%m-%d").to_string();
    let payroll = Payroll::of(3)
        .all("amount", "100000.00")
        .with(0, "pay_on", month.as_str());
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.chikondi().reviews(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    people.thoko().corrects(&number, 2, &[("amount", "1.00")]).done();
    people.thoko().submits(&number);
    assert_eq!(
        portal.db_status(&number),
        "awaiting_review",
        "6 eyes, though 200,001.00 is left"
    );
    people.chikondi().rejects(&number, "Left the company");
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "completed");
    assert_eq!(portal.db_balances(), (before - 20_000_000, 0, 0));
    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    let cancelled: Vec<&str> = report
        .lines()
        .filter(|line| line.contains(",CANCELLED,"))
        .collect();
    assert_eq!(cancelled.len(), 1);
    assert!(cancelled[0].contains("Left the company"));
}

#[test]
fn some_payouts_are_called_off_and_the_signatures_on_the_others_stand() {
    let (portal, people) = Portal::start();
    let (before, _, _) = portal.db_balances();
    let number = approved(&portal, &people);
    let all = ids(&portal, &number);
    let path = format!("/batches/{number}/cancellation");
    people
        .james()
        .post(&path, &choose(&[&all[0]], &[("reason", "")]))
        .is(400);
    people
        .james()
        .post(
            &path,
            &choose(&["0193e0a0-0000-7000-8000-000000000000"], &[("reason", "x")]),
        )
        .is(404);
    people
        .james()
        .post(&path, &choose(&["elephant"], &[("reason", "x")]))
        .is(400);
    people
        .james()
        .post(
            &path,
            &choose(&[&all[0], &all[3], &all[10]], &[("reason", "Left in October")]),
        )
        .done();
    assert_eq!(portal.db_status(&number), "approved");
    assert_eq!(portal.db_balances(), (before - 800_000, 800_000, 0));
    people
        .james()
        .post(&path, &choose(&[&all[0]], &[("reason", "again")]))
        .refused(409, "Row 2 is “Cancelled”");
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "completed");
    assert_eq!(portal.db_balances(), (before - 800_000, 0, 0));
    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    let with = |text: &str| report.lines().filter(|line| line.contains(text)).count();
    assert_eq!(
        (
            with(",PROCESSED,paid,"),
            with(",CANCELLED,"),
            with("Left in October")
        ),
        (8, 3, 3)
    );
    let found = people
        .ruth()
        .get(&format!("/payouts?status=CANCELLED&q={number}"));
    assert_eq!(found.all("tbody tr").len(), 3);
    let one = people.ruth().get(&format!("/payouts/{}", all[3]));
    one.says("Cancelled").says("Left in October").says("James Gondwe");
}

#[test]
fn what_was_called_off_is_no_part_of_the_next_revision() {
    let (portal, people) = Portal::start();
    let (before, _, _) = portal.db_balances();
    let number = approved(&portal, &people);
    let all = ids(&portal, &number);
    people
        .james()
        .post(
            &format!("/batches/{number}/cancellation"),
            &choose(&[&all[0], &all[1]], &[("reason", "Twice in the file")]),
        )
        .done();
    people
        .thoko()
        .corrects(&number, 4, &[("comment", "On time")])
        .done();
    people
        .thoko()
        .post(
            &format!("/batches/{number}/rows/2"),
            &[("comment", "Not this one")],
        )
        .is(409);
    people.thoko().batch(&number).says("Send 8 of 11");
    people.thoko().submits(&number);
    people.james().approves(&number);
    assert_eq!(portal.db_balances(), (before - 800_000, 800_000, 0));
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_balances(), (before - 800_000, 0, 0));
}

#[test]
fn calling_off_every_payout_calls_off_the_batch() {
    let (portal, people) = Portal::start();
    let (before, _, _) = portal.db_balances();
    let number = approved(&portal, &people);
    let all = ids(&portal, &number);
    let chosen: Vec<&str> = all.iter().take(10).map(String::as_str).collect();
    people
        .james()
        .post(
            &format!("/batches/{number}/cancellation"),
            &choose(&chosen, &[("reason", "Bank holiday")]),
        )
        .done();
    assert_eq!(portal.db_status(&number), "cancelled");
    assert_eq!(portal.db_balances(), (before, 0, 0));
}

#[test]
fn a_reference_that_was_called_off_can_be_used_again() {
    let (portal, people) = Portal::start();
    let number = approved(&portal, &people);
    let all = ids(&portal, &number);
    people
        .james()
        .post(
            &format!("/batches/{number}/cancellation"),
            &choose(&[&all[0]], &[("reason", "Wrong month")]),
        )
        .done();
    let again = people
        .thoko()
        .uploads(Payroll::of(2).all("amount", "1000.00").csv());
    portal.run_jobs();
    people.thoko().batch(&again).says("Send 1 of 2");
}

#[test]
fn a_batch_or_some_of_its_payouts_get_another_date() {
    let (portal, people) = Portal::start();
    let number = approved(&portal, &people);
    let all = ids(&portal, &number);
    let path = format!("/batches/{number}/schedule");
    let day = |days: i64| {
        (portal.now() + Duration::days(days))
            .format("%Y-%m-%d")
            .to_string()
    };
    people
        .thoko()
        .post(&path, &[("pay_on", "2020-01-01")])
        .is(400)
        .says("in the past");
    people
        .thoko()
        .tries(&number, "schedule", &[("pay_on", &day(3))])
        .done();
    assert_eq!(portal.db_status(&number), "open");
    people
        .thoko()
        .post(&path, &choose(&[&all[0], &all[1]], &[("pay_on", &day(9))]))
        .done();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "approved");
    // The dates that they have already: nothing is done, and the signatures stand.
    for chosen in [
        vec![("pay_on", day(3))],
        vec![("pay_on", day(9)), ("payout", all[0].clone())],
    ] {
        let form: Vec<(&str, &str)> = chosen.iter().map(|(name, text)| (*name, text.as_str())).collect();
        people.thoko().tries(&number, "schedule", &form).done();
        assert_eq!(portal.db_status(&number), "approved");
    }
    portal.clock_forward(Duration::days(4));
    portal.run_jobs_until_quiet();
    let paid = |portal: &Portal| {
        portal
            .db_results(&number)
            .iter()
            .filter(|result| *result == "paid")
            .count()
    };
    assert_eq!(paid(&portal), 8);
    people.thoko().signs_in("countersign-demo").done();
    people.james().signs_in("countersign-demo").done();
    people
        .thoko()
        .tries(
            &number,
            "schedule",
            &[("pay_on", &day(5)), ("own_dates", "follow")],
        )
        .done();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.clock_forward(Duration::days(6));
    portal.run_jobs_until_quiet();
    assert_eq!(paid(&portal), 10);
    assert_eq!(portal.db_status(&number), "completed");
}

#[test]
fn another_organisation_changes_nothing() {
    let (portal, people) = Portal::start();
    let number = approved(&portal, &people);
    let all = ids(&portal, &number);
    let outsider = portal.outsider(&people);
    let chosen = choose(&[&all[0]], &[("reason", "x"), ("pay_on", "")]);
    for act in ["cancellation", "schedule"] {
        outsider
            .post(&format!("/batches/{number}/{act}"), &chosen)
            .is(404);
    }
    assert_eq!(portal.db_status(&number), "approved");
}

#[test]
fn the_database_keeps_what_was_claimed_or_cancelled_as_it_was() {
    let (portal, people) = Portal::start();
    let month = (portal.now() + Duration::days(30)).format("%Y-%m-%d").to_string();
    let number = people.thoko().uploads(
        Payroll::of(3)
            .all("amount", "10.00")
            .with(0, "pay_on", month.as_str())
            .csv(),
    );
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    people.thoko().corrects(&number, 2, &[("amount", "11.00")]).done();
    let batch = portal.db_batch(&number);
    portal.db_refuses(
        &format!("UPDATE payout SET amount = 1 WHERE batch_id = {batch} AND \"row\" = 3"),
        "payout",
    );
    portal.db_refuses(
        &format!("UPDATE batch SET status = 'paying' WHERE id = {batch}"),
        "lacks the signatures",
    );
    portal.db_refuses(
        &format!("UPDATE slice SET state = 'waiting' WHERE batch_id = {batch} AND state = 'done'"),
        "is done",
    );
    portal.db_refuses("UPDATE payout_closed SET reason = 'x'", "append-only");
}
