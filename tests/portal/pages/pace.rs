//! How fast work is and how long it takes, in words.

use countersign::pages::view::pace::words;

#[test]
fn a_rate_and_the_time_left() {
    let cases = [
        (
            (124_000, 10_000, Some(496_000)),
            "12,400 rows a second, about 40 seconds left",
        ),
        (
            (12_345, 1_000, Some(1_300_000)),
            "12,300 rows a second, about 2 minutes left",
        ),
        (
            (999_999, 1_000, Some(1)),
            "999,000 rows a second, a few seconds left",
        ),
        (
            (1_000, 1_000, Some(6_000)),
            "1,000 rows a second, about 10 seconds left",
        ),
        (
            (100, 1_000, Some(5_600)),
            "100 rows a second, about a minute left",
        ),
        (
            (100, 1_000, Some(330_100)),
            "100 rows a second, about an hour left",
        ),
        (
            (100, 1_000, Some(720_000)),
            "100 rows a second, about 2 hours left",
        ),
        (
            (100, 1_000, Some(7_200_000)),
            "100 rows a second, about 20 hours left",
        ),
        (
            (1, 1_000, Some(1_000_000)),
            "1 row a second, more than two days left",
        ),
        ((30, 60_000, Some(30)), "30 rows a minute, about a minute left"),
        (
            (1, 3_600_000, Some(1)),
            "Less than a row a minute, about an hour left",
        ),
        ((500, 2_000, None), "250 rows a second"),
        ((500, 2_000, Some(0)), "250 rows a second"),
        (
            (i64::MAX, 1_000, Some(i64::MAX)),
            "9,220,000,000,000,000,000 rows a second, a few seconds left",
        ),
    ];
    for ((rows, ms, left), told) in cases {
        assert_eq!(words(rows, ms, left), told);
    }
}

#[test]
fn nothing_is_told_before_there_is_something_to_go_by() {
    for (rows, ms) in [
        (0, 60_000),
        (-5, 60_000),
        (5_000, 999),
        (5_000, 0),
        (5_000, -1_000),
    ] {
        assert_eq!(words(rows, ms, Some(100)), "", "{rows} rows in {ms} ms");
    }
}
