//! The days on which batches repeat, against every calendar there is.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use countersign::domain::repetition::{Every, WEEKDAYS, begins, moved, reference};
use proptest::prelude::*;

fn day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..73_000).prop_map(|days| NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Days::new(days))
}

fn every() -> impl Strategy<Value = Every> {
    prop_oneof![
        (1_u32..=31).prop_map(|day| Every::month(day).unwrap()),
        (0_usize..7).prop_map(|at| Every::Week(WEEKDAYS[at].0)),
    ]
}

fn zone() -> impl Strategy<Value = Tz> {
    let zones = [
        "Africa/Blantyre",
        "Asia/Riyadh",
        "Asia/Beirut",
        "America/Sao_Paulo",
        "Pacific/Apia",
        "UTC",
    ];
    (0..zones.len()).prop_map(move |at| zones[at].parse().unwrap())
}

/// By the words of the rule alone.
fn is_one_of(every: Every, day: NaiveDate) -> bool {
    match every {
        Every::Week(weekday) => day.weekday() == weekday,
        Every::Month(wanted) => {
            let is_last = (day + Days::new(1)).month() != day.month();
            day.day() == wanted || (is_last && day.day() < wanted)
        }
    }
}

proptest! {
    #[test]
    fn the_next_day_is_the_first_that_the_rule_names(every in every(), from in day()) {
        let next = every.on_or_after(from).unwrap();
        let first = from.iter_days().find(|day| is_one_of(every, *day)).unwrap();
        prop_assert_eq!(next, first);
        prop_assert!(every.after(next).unwrap() > next);
    }

    #[test]
    fn each_month_and_each_week_has_one(every in every(), from in day()) {
        let mut at = every.on_or_after(from).unwrap();
        for _ in 0..30 {
            let next = every.after(at).unwrap();
            let gap = (next - at).num_days();
            match every {
                Every::Week(_) => prop_assert_eq!(gap, 7),
                Every::Month(_) => {
                    let months = (next.year() - at.year()) * 12 + next.month().cast_signed() - at.month().cast_signed();
                    prop_assert_eq!(months, 1);
                }
            }
            at = next;
        }
    }

    #[test]
    fn the_latest_day_is_made_up_for(every in every(), from in day(), late in 0_u64..400) {
        let from = every.on_or_after(from).unwrap();
        let until = from + Days::new(late);
        let latest = every.latest(from, until);
        prop_assert!(latest <= until && is_one_of(every, latest));
        prop_assert!(every.after(latest).unwrap() > until);
    }

    #[test]
    fn it_is_read_back_as_it_is_stored(every in every()) {
        let (word, day) = every.stored();
        prop_assert_eq!(Every::from_stored(word, day), Some(every));
    }

    #[test]
    fn a_day_begins_within_itself(day in day(), zone in zone()) {
        let began = begins(day, zone).with_timezone(&zone);
        // A day that a zone left out altogether begins with the next one.
        prop_assert!(began.date_naive() >= day);
        prop_assert!(began.date_naive() <= day + Days::new(1));
    }

    #[test]
    fn dates_move_by_whole_days_at_their_hour(from in day(), ahead in 0_u64..60, to in day(), zone in zone(), minute in 0_u32..1440) {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
        let local = (from + Days::new(ahead)).and_time(time);
        if let Some(at) = local.and_local_timezone(zone).single() {
            let there = moved(at.to_utc(), zone, from, to).unwrap().with_timezone(&zone);
            let wanted = (to + Days::new(ahead)).and_time(time);
            if wanted.and_local_timezone(zone).single().is_some() {
                prop_assert_eq!(there.naive_local(), wanted);
            } else {
                prop_assert!(there.naive_local() >= wanted, "a gap is left forwards");
            }
        }
    }
}

#[test]
fn short_months_have_their_last_day() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let last = Every::month(31).unwrap();
    assert_eq!(last.on_or_after(day("2024-02-01")), Some(day("2024-02-29")));
    assert_eq!(last.on_or_after(day("2023-02-28")), Some(day("2023-02-28")));
    assert_eq!(last.after(day("2023-02-28")), Some(day("2023-03-31")));
    assert_eq!(last.after(day("2023-12-31")), Some(day("2024-01-31")));
    assert_eq!(Every::month(0), None);
    assert_eq!(Every::month(32), None);
    assert_eq!(Every::week("FRIDAY"), Some(Every::Week(Weekday::Fri)));
    assert_eq!(Every::week("fri"), None);
}

#[test]
fn a_copy_has_a_reference_of_its_own() {
    let day = "2024-02-25".parse().unwrap();
    let of = |text: &str| reference(Some(text), day, 20);
    assert_eq!(of("SAL-1").as_deref(), Some("SAL-1-2024-02-25"));
    assert_eq!(of("SAL-1-2024-01-25").as_deref(), Some("SAL-1-2024-02-25"));
    assert_eq!(of("SAL-1-2024-13-99"), None, "no day, and too long with one");
    assert_eq!(of("-2024-01-25"), None);
    assert_eq!(of("1234567890"), None);
    assert_eq!(of("é2024-01-25"), None);
    assert_eq!(reference(None, day, 64), None);
}
