//! Balances expected after coming days.

use chrono::NaiveDate;
use countersign::domain::ahead::{DayAhead, balances_after, shortfall};
use proptest::prelude::*;

fn day(n: u32, approved: i64, unsigned: i64) -> DayAhead {
    DayAhead {
        day: NaiveDate::from_ymd_opt(2024, 1, n).unwrap(),
        count: 1,
        approved,
        unsigned,
    }
}

#[test]
fn each_day_takes_what_is_approved_and_what_is_not_signed_yet() {
    let days = [day(1, 40, 0), day(2, 10, 30), day(9, 0, 30)];
    assert_eq!(balances_after(100, &days), [60, 20, -10]);
    assert_eq!(shortfall(100, &days), Some((days[2].day, 10)));
    assert_eq!(shortfall(110, &days), None);
    assert_eq!(shortfall(0, &[]), None);
}

proptest! {
    #[test]
    fn money_that_reaches_to_the_end_reaches_every_day(
        held in 0_i64..1_000, sums in prop::collection::vec((0_i64..100, 0_i64..100), 0..20),
    ) {
        let days: Vec<DayAhead> = (1..).zip(&sums).map(|(n, (a, u))| day(n, *a, *u)).collect();
        let total: i64 = days.iter().map(DayAhead::total).sum();
        prop_assert_eq!(shortfall(held, &days).is_some(), total > held);
        prop_assert_eq!(balances_after(held, &days).last().copied().unwrap_or(held), held - total);
    }
}
