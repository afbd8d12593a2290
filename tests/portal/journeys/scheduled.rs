//! What is ahead, by day, and acts on payouts of several batches at once.

use crate::support::{Payroll, People, Portal};
use chrono::Duration;

fn in_days(portal: &Portal, days: i64) -> String {
    (portal.now() + Duration::days(days))
        .format("%Y-%m-%d")
        .to_string()
}

/// `count` payouts of 1,000.00 due in `days` days; sent for its signatures.
fn sent(portal: &Portal, people: &People, (prefix, count): (&str, usize), days: i64) -> String {
    let day = in_days(portal, days);
    let payroll = Payroll::of(count)
        .all("amount", "1000.00")
        .all("pay_on", &day)
        .references(prefix);
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    number
}

fn boxes(page: &crate::support::page::Page) -> Vec<String> {
    page.all("input[type=checkbox][name=payout]")
        .iter()
        .map(|input| input.value().attr("value").unwrap().to_owned())
        .collect()
}

#[test]
fn days_ahead_show_what_is_approved_what_is_not_and_what_is_left_after_them() {
    let (portal, people) = Portal::start();
    let first = sent(&portal, &people, ("A", 3), 4);
    people.james().approves(&first);
    sent(&portal, &people, ("B", 2), 9);
    let page = people.thoko().get("/scheduled");
    let cells = page.texts("tbody td");
    assert_eq!(
        cells,
        [
            "3",
            "3,000.00",
            "0.00",
            "12,477,200.00",
            "2",
            "0.00",
            "2,000.00",
            "12,475,200.00"
        ]
    );
    page.says("Fri 19 Jan 2024").says("Wed 24 Jan 2024");
    let day = people.thoko().get(&format!(
        "/scheduled?account=35253486&day={}",
        in_days(&portal, 4)
    ));
    assert_eq!(boxes(&day).len(), 3);
    day.says("an edit or another date voids 2 signatures")
        .says("3 payouts, MWK 3,000.00");
    let ruth = people.ruth().get(&format!(
        "/scheduled?account=35253486&day={}",
        in_days(&portal, 4)
    ));
    assert!(boxes(&ruth).is_empty(), "an auditor chooses nothing");
}

#[test]
fn money_that_does_not_reach_is_said_on_home_and_on_the_day() {
    let (portal, people) = Portal::start();
    let day = in_days(&portal, 4);
    let payroll = Payroll::of(2).all("amount", "7000000.00").all("pay_on", &day);
    people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    let missing = "MWK 1,519,800.00";
    people
        .thoko()
        .get("/scheduled")
        .says(&format!("short by {missing}"));
    people
        .amina()
        .get("/")
        .says("Main payouts will be short")
        .says(&format!(
            "{missing} is missing for what is scheduled up to 19 Jan 2024"
        ));
}

#[test]
fn payouts_of_two_batches_are_edited_moved_and_called_off_together_or_not_at_all() {
    let (portal, people) = Portal::start();
    let (first, second) = (
        sent(&portal, &people, ("A", 3), 4),
        sent(&portal, &people, ("B", 3), 4),
    );
    people.james().approves(&first);
    let path = format!("/scheduled?account=35253486&day={}", in_days(&portal, 4));
    let all = boxes(&people.thoko().get(&path));
    assert_eq!(all.len(), 6);
    let chosen: Vec<(&str, &str)> = all.iter().step_by(3).map(|id| ("payout", id.as_str())).collect();
    let with = |more: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
        chosen.iter().copied().chain(more.iter().copied()).collect()
    };
    let stranger = with(&[
        ("payout", "0193e0a0-0000-7000-8000-000000000000"),
        ("comment", "x"),
    ]);
    people.thoko().post("/scheduled/edit", &stranger).is(404);
    assert_eq!(portal.db_status(&first), "approved", "all or none");
    people
        .thoko()
        .post(
            "/scheduled/edit",
            &with(&[("amount", "250.50"), ("comment", "Half a month")]),
        )
        .done();
    assert_eq!(
        (portal.db_status(&first), portal.db_status(&second)),
        ("open".into(), "open".into())
    );
    assert_eq!(
        portal.db_number("SELECT count(*) FROM payout WHERE amount = 25050 AND comment = 'Half a month'"),
        2
    );
    let to = in_days(&portal, 6);
    let moved: Vec<(&str, &str)> = chosen.iter().copied().chain([("pay_on", to.as_str())]).collect();
    people.thoko().post("/scheduled/schedule", &moved).done();
    let there = people
        .thoko()
        .get(&format!("/scheduled?account=35253486&day={to}"));
    assert_eq!(boxes(&there).len(), 2);
    let also_gone = boxes(&there)[0].clone();
    let one = [("payout", also_gone.as_str())];
    people.thoko().post("/scheduled/cancellation", &one).done();
    assert_eq!(
        portal.db_text("SELECT reason FROM payout_closed"),
        "Cancelled from Scheduled"
    );
    let other = boxes(&there)[1].clone();
    let other = [("payout", other.as_str()), ("reason", "Resigned")];
    people.thoko().post("/scheduled/cancellation", &other).done();
    assert_eq!(
        portal.db_number("SELECT count(*) FROM payout WHERE status = 'CANCELLED'"),
        2
    );
    for number in [&first, &second] {
        people.thoko().batch(number).says("Send 2 of 3");
    }
}

#[test]
fn another_destination_takes_the_place_of_the_one_before() {
    let (portal, people) = Portal::start();
    let number = sent(&portal, &people, ("A", 2), 4);
    let path = format!("/scheduled?account=35253486&day={}", in_days(&portal, 4));
    let all = boxes(&people.thoko().get(&path));
    let one = |field: &'static str, value: &'static str| vec![("payout", all[0].as_str()), (field, value)];
    people
        .thoko()
        .post("/scheduled/edit", &one("mobile", "+265991234567"))
        .done();
    assert_eq!(
        portal.db_number("SELECT count(*) FROM payout WHERE mobile = '+265991234567' AND iban IS NULL"),
        1
    );
    let to_faults = people
        .thoko()
        .post("/scheduled/edit", &one("amount", "nothing"))
        .done();
    assert_eq!(to_faults, format!("/batches/{number}?show=faults"));
    let outsider = portal.outsider(&people);
    outsider.post("/scheduled/edit", &one("comment", "mine")).is(404);
    people
        .ruth()
        .post("/scheduled/edit", &one("comment", "mine"))
        .is(403);
    people
        .ruth()
        .post("/scheduled/cancellation", &one("reason", "mine"))
        .is(403);
}
