//! Dates in the account's zone.

use super::now;
use chrono::{DateTime, TimeZone as _, Utc};
use chrono_tz::{Africa::Blantyre, Europe::Berlin};
use countersign::domain::pay_on::{PayOnFault, parse, write};

fn utc(y: i32, m: u32, d: u32, h: u32, min: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(y, m, d, h, min, 0).unwrap()
}

#[test]
fn a_date_means_eight_in_the_accounts_zone() {
    assert_eq!(parse("2026-12-01", Blantyre, now()), Ok(utc(2026, 12, 1, 6, 0)));
    assert_eq!(
        parse(" 2026-12-01T14:30 ", Blantyre, now()),
        Ok(utc(2026, 12, 1, 12, 30))
    );
    assert_eq!(
        parse("2026-12-01 14:30", Blantyre, now()),
        Ok(utc(2026, 12, 1, 12, 30))
    );
    assert_eq!(
        parse("2026-12-01T14:30:00", Blantyre, now()),
        Ok(utc(2026, 12, 1, 12, 30))
    );
    assert_eq!(
        parse("2026-12-01T14:30:45", Blantyre, now()),
        Ok(utc(2026, 12, 1, 12, 30))
    );
}

#[test]
fn today_is_good_even_after_eight() {
    assert_eq!(parse("2026-11-20", Blantyre, now()), Ok(utc(2026, 11, 20, 6, 0)));
    assert_eq!(parse("2026-11-20T10:00", Blantyre, now()), Ok(now()));
    assert_eq!(parse("2026-11-20T09:59", Blantyre, now()), Err(PayOnFault::Past));
    assert_eq!(parse("2026-11-19", Blantyre, now()), Err(PayOnFault::Past));
}

#[test]
fn a_year_ahead_is_the_limit() {
    assert_eq!(parse("2027-11-21", Blantyre, now()), Ok(utc(2027, 11, 21, 6, 0)));
    assert_eq!(parse("2027-11-22", Blantyre, now()), Err(PayOnFault::TooFar));
    assert_eq!(PayOnFault::TooFar.to_string(), "Date is more than 366 days ahead");
}

#[test]
fn clock_changes_are_survived() {
    // On 28 March 2027 Berlin goes from 02:00 to 03:00, on 31 October from 03:00 back to 02:00.
    assert_eq!(
        parse("2027-03-28T02:30", Berlin, now()),
        Ok(utc(2027, 3, 28, 1, 0))
    );
    assert_eq!(
        parse("2027-10-31T02:30", Berlin, now()),
        Ok(utc(2027, 10, 31, 0, 30))
    );
}

#[test]
fn other_forms_are_not_guessed() {
    for text in [
        "",
        "2026-13-01",
        "2026-02-30",
        "2026-12-01T25:00",
        "2026-12-01X10:00",
        "2026-12-01T10:00Z",
        "tomorrow",
        "２０２６-12-01",
        "+026-12-01",
    ] {
        assert_eq!(
            parse(text, Blantyre, now()),
            Err(PayOnFault::Unreadable),
            "{text}"
        );
    }
    for (text, remedy) in [
        ("01/12/2026", "Write 2026-12-01 or 2026-01-12, whichever is meant"),
        ("31.12.26", "Write 2026-12-31"),
        ("12/31/2026", "Write 2026-12-31"),
        ("2/2/2026", "Write 2026-02-02"),
        ("2026-12-1", "Write 2026-12-01"),
    ] {
        let told = parse(text, Blantyre, now()).unwrap_err();
        assert_eq!(told.to_string(), "Date is not written as YYYY-MM-DD");
        assert_eq!(told.remedy(), remedy, "{text}");
    }
}

#[test]
fn what_is_written_is_read_back_as_the_same_instant() {
    for (text, zone) in [
        ("2026-11-20", Blantyre),
        ("2026-11-20T10:00", Blantyre),
        ("2026-12-01", Berlin),
        ("2027-03-28T03:30", Berlin),
        ("2027-01-02T00:05", Blantyre),
    ] {
        let at = parse(text, zone, now()).unwrap();
        assert_eq!(write(at, zone), text);
    }
    let eight = parse("2026-12-01T08:00", Blantyre, now()).unwrap();
    assert_eq!(
        write(eight, Blantyre),
        "2026-12-01",
        "today's would be past after eight"
    );
}
