//! Flags and the cool-down, by example.

use chrono::{Duration, TimeZone, Utc};
use countersign::domain::beneficiary::{Findings, Flag, Past, cools_until};

fn past(payments: i64, largest: i64, name_paid_elsewhere: bool) -> Past {
    Past {
        payments,
        largest,
        name_paid_elsewhere,
    }
}

#[test]
fn what_a_payout_is_flagged_with() {
    assert_eq!(Flag::of(100, past(0, 0, false)), Some(Flag::FirstTime));
    assert_eq!(Flag::of(100, past(0, 0, true)), Some(Flag::Changed));
    assert_eq!(Flag::of(100, past(1, 100, false)), None);
    assert_eq!(Flag::of(1_000, past(2, 100, false)), None, "two are no habit");
    assert_eq!(
        Flag::of(300, past(3, 100, false)),
        None,
        "three times is the limit"
    );
    assert_eq!(Flag::of(301, past(3, 100, false)), Some(Flag::Outlier));
    assert_eq!(Flag::of(i64::MAX, past(12, i64::MAX / 2, false)), None);
}

#[test]
fn findings_count_all_and_name_the_first() {
    let mut findings = Findings::default();
    for row in 2..=101 {
        findings.add(Flag::FirstTime, row);
    }
    findings.add(Flag::Changed, 50);
    assert_eq!(findings.of(Flag::FirstTime).count, 100);
    assert_eq!(findings.of(Flag::FirstTime).rows.len(), 20);
    assert_eq!(findings.of(Flag::Changed).rows, [50]);
    assert_eq!(findings.of(Flag::Outlier).count, 0);
}

#[test]
fn cooling_down_ends_when_the_hours_are_over() {
    let changed = Utc.with_ymd_and_hms(2026, 1, 5, 10, 0, 0).unwrap();
    let until = changed + Duration::hours(24);
    assert_eq!(
        cools_until(Some(changed), Some(24), until - Duration::seconds(1)),
        Some(until)
    );
    assert_eq!(cools_until(Some(changed), Some(24), until), None);
    assert_eq!(cools_until(None, Some(24), changed), None, "nothing changed");
    assert_eq!(cools_until(Some(changed), None, changed), None, "no cool-down");
}
