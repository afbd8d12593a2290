//! The next working day: rules by example, and what holds for any calendar, zone and moment.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use countersign::domain::account::rules::{AccountRules, RuleTexts};
use countersign::domain::calendar::{Calendar, CalendarFault, WEEK};
use proptest::prelude::*;
use std::collections::BTreeSet;

const BERLIN: Tz = Tz::Europe__Berlin;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn local(text: &str) -> DateTime<Utc> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    BERLIN.from_local_datetime(&naive).unwrap().to_utc()
}

fn calendar(cut_off: Option<&str>, weekend: &[Weekday], holidays: &[&str]) -> Calendar {
    let holidays = holidays.iter().map(|text| day(text)).collect();
    Calendar::try_new(cut_off.map(time), weekend.iter().copied(), holidays).unwrap()
}

#[test]
fn the_next_working_day() {
    // 27 March 2026 is a Friday; the clocks change on Sunday the 29th.
    let german = calendar(
        Some("15:00"),
        &[Weekday::Sat, Weekday::Sun],
        &["2026-04-03", "2026-04-06"],
    );
    for (wanted, goes) in [
        ("2026-03-27 10:00", "2026-03-27 10:00"),
        ("2026-03-27 15:00", "2026-03-27 15:00"),
        ("2026-03-27 15:01", "2026-03-30 08:00"),
        ("2026-03-28 10:00", "2026-03-30 10:00"),
        ("2026-03-29 16:30", "2026-03-30 08:00"),
        ("2026-04-02 16:00", "2026-04-07 08:00"),
        ("2026-04-03 00:30", "2026-04-07 00:30"),
    ] {
        assert_eq!(german.effective(local(wanted), BERLIN), local(goes), "{wanted}");
    }
    let early = calendar(Some("06:30"), &[], &[]);
    assert_eq!(
        early.effective(local("2026-03-27 07:00"), BERLIN),
        local("2026-03-28 06:30"),
        "never after the cut-off"
    );
}

#[test]
fn a_time_that_the_clock_change_skips_is_the_first_after_it() {
    let sundays_too = calendar(None, &[Weekday::Sat], &[]);
    // 02:30 on Saturday the 28th becomes 02:30 on Sunday the 29th, which is skipped.
    let goes = sundays_too.effective(local("2026-03-28 02:30"), BERLIN);
    assert_eq!(goes, Utc.with_ymd_and_hms(2026, 3, 29, 1, 0, 0).unwrap());
}

#[test]
fn no_calendar_moves_nothing() {
    let none = Calendar::default();
    assert!(none.is_empty());
    let at = local("2026-12-25 23:59");
    assert_eq!(none.effective(at, BERLIN), at);
}

#[test]
fn a_week_without_work_is_refused() {
    assert_eq!(
        Calendar::try_new(None, WEEK, BTreeSet::new()),
        Err(CalendarFault::NoWorkingDay)
    );
}

#[test]
fn rules_are_read_as_people_write_them() {
    let texts = RuleTexts {
        cut_off: " 15:30 ".into(),
        weekend: "sun and Saturday".into(),
        holidays: "2026-12-26\r\n\n 2026-12-25\n".into(),
        cool_down_hours: "48".into(),
    };
    let error = AccountRules::parse(&texts).unwrap_err();
    assert_eq!(error.field, "weekend", "{}", error.message);
    let texts = RuleTexts {
        weekend: "sun, Saturday".into(),
        ..texts
    };
    let rules = AccountRules::parse(&texts).unwrap();
    assert_eq!(
        rules.to_texts(),
        RuleTexts {
            cut_off: "15:30".into(),
            weekend: "Saturday, Sunday".into(),
            holidays: "2026-12-25\n2026-12-26".into(),
            cool_down_hours: "48".into(),
        }
    );
    assert_eq!(AccountRules::parse(&rules.to_texts()).unwrap(), rules);
    assert_eq!(
        AccountRules::parse(&RuleTexts::default()).unwrap(),
        AccountRules::default()
    );
}

#[test]
fn rules_that_can_not_be_kept_name_their_field() {
    let wrong = |change: fn(&mut RuleTexts)| {
        let mut texts = RuleTexts::default();
        change(&mut texts);
        AccountRules::parse(&texts).unwrap_err().field
    };
    for cut_off in ["24:00", "15.30", "9:00", "noon", "15:30:00"] {
        let texts = RuleTexts {
            cut_off: cut_off.into(),
            ..RuleTexts::default()
        };
        assert_eq!(
            AccountRules::parse(&texts).unwrap_err().field,
            "cut_off",
            "{cut_off}"
        );
    }
    assert_eq!(wrong(|texts| texts.weekend = "Caturday".into()), "weekend");
    assert_eq!(
        wrong(|texts| texts.weekend = "mon tue wed thu fri sat sun".into()),
        "weekend"
    );
    assert_eq!(wrong(|texts| texts.holidays = "25/12/2026".into()), "holidays");
    assert_eq!(wrong(|texts| texts.holidays = "2026-02-30".into()), "holidays");
    assert_eq!(
        wrong(|texts| texts.cool_down_hours = "0".into()),
        "cool_down_hours"
    );
    assert_eq!(
        wrong(|texts| texts.cool_down_hours = "721".into()),
        "cool_down_hours"
    );
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let cut_off = proptest::option::of((4_u32..24, 0_u32..60));
    let weekend = proptest::collection::vec(0_usize..7, 0..5);
    let holidays = proptest::collection::btree_set(0_u64..60, 0..25);
    (cut_off, weekend, holidays).prop_map(|(cut_off, weekend, holidays)| {
        let start = day("2026-03-01");
        Calendar::try_new(
            cut_off.map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap()),
            weekend.into_iter().map(|day| WEEK[day]),
            holidays
                .into_iter()
                .map(|days| start.checked_add_days(Days::new(days)).unwrap())
                .collect(),
        )
        .unwrap()
    })
}

fn any_zone() -> impl Strategy<Value = Tz> {
    proptest::sample::select(vec![
        Tz::Africa__Blantyre,
        Tz::Asia__Riyadh,
        Tz::Europe__Berlin,
        Tz::America__New_York,
        Tz::Australia__Lord_Howe,
        Tz::Asia__Kathmandu,
    ])
}

proptest! {
    #[test]
    fn what_goes_goes_on_a_working_day_before_the_cut_off(
        calendar in any_calendar(),
        zone in any_zone(),
        minutes in 0_i64..60 * 24 * 60,
    ) {
        let wanted = Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap() + chrono::Duration::minutes(minutes);
        let goes = calendar.effective(wanted, zone);
        let local = goes.with_timezone(&zone).naive_local();
        prop_assert!(goes >= wanted, "{goes} is earlier than {wanted}");
        prop_assert!(calendar.is_working_day(local.date()));
        prop_assert!(!calendar.weekend().contains(&local.date().weekday()));
        prop_assert!(calendar.cut_off().is_none_or(|cut_off| local.time() <= cut_off));
        prop_assert_eq!(calendar.effective(goes, zone), goes, "moved once is not moved again");
        // No working day lies between that could have been taken.
        let before = wanted.with_timezone(&zone).naive_local().date();
        if goes != wanted {
            let skipped = before.iter_days().skip(1).take_while(|day| *day < local.date());
            for day in skipped {
                prop_assert!(!calendar.is_working_day(day), "{day} was passed over");
            }
        }
    }
}
