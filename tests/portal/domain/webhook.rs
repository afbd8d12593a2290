//! Webhooks by themselves: where they may go, when they are tried again, how they are signed.

use chrono::{DateTime, Duration, TimeZone, Utc};
use countersign::domain::batch::Step;
use countersign::domain::webhook::address::{Allowed, UrlFault, is_public, parse_url};
use countersign::domain::webhook::signature::{secret_text, sign};
use countersign::domain::webhook::{
    EventType, Outcome, is_given_up, judge, parse_retry_after, retry_at, telling,
};

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 1, 15, 12, 0, 0).unwrap()
}

#[test]
fn only_addresses_of_the_public_internet_are_public() {
    for public in [
        "8.8.8.8",
        "196.216.10.4",
        "2a00:1450:4009:81f::200e",
        "100.63.0.1",
        "172.32.0.1",
    ] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
    for not in [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.9",
        "198.18.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2001::1",
        "3fff::1",
        "100::1",
    ] {
        assert!(!is_public(not.parse().unwrap()), "{not}");
    }
}

#[test]
fn mapped_addresses_are_what_they_map() {
    let strict = Allowed::default();
    let local = Allowed::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let mapped = "::ffff:127.0.0.1".parse().unwrap();
    assert!(!strict.may_reach(mapped, true));
    assert!(local.may_reach(mapped, true));
    assert!(strict.may_reach("8.8.8.8".parse().unwrap(), true));
    // Without TLS, only this machine.
    assert!(!strict.may_reach("8.8.8.8".parse().unwrap(), false));
    assert!(local.may_reach("127.0.0.1".parse().unwrap(), false));
}

#[test]
fn urls_that_are_taken_and_refused() {
    let strict = Allowed::default();
    let local = Allowed::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let taken = |url: &str, allowed: &Allowed| parse_url(url, allowed).map(|url| url.to_string());
    assert_eq!(
        taken(" https://Example.com/hooks?x=1#top ", &strict),
        Ok("https://example.com/hooks?x=1".to_owned())
    );
    for (url, fault) in [
        ("", UrlFault::Malformed),
        ("example.com/hooks", UrlFault::Malformed),
        ("http://example.com/", UrlFault::NotHttps),
        ("ftp://example.com/", UrlFault::NotHttps),
        ("http://127.0.0.1/", UrlFault::NotHttps),
        ("https://me:secret@example.com/", UrlFault::HasCredentials),
        ("https://10.0.0.1/", UrlFault::Private),
        ("https://2130706433/", UrlFault::Private),
        ("https://0x7f.1/", UrlFault::Private),
        ("https://[::1]/", UrlFault::Private),
        ("https://[::ffff:169.254.169.254]/", UrlFault::Private),
    ] {
        assert_eq!(taken(url, &strict), Err(fault), "{url}");
    }
    let long = format!("https://example.com/{}", "a".repeat(2_000));
    assert_eq!(taken(&long, &strict), Err(UrlFault::TooLong));
    assert!(taken("http://127.0.0.1:9000/hooks", &local).is_ok());
    assert!(taken("http://localhost:9000/hooks", &local).is_ok());
    assert_eq!(taken("http://example.com/", &local), Err(UrlFault::NotHttps));
    assert_eq!(taken("https://10.0.0.1/", &local), Err(UrlFault::Private));
}

#[test]
fn retries_follow_the_schedule_with_a_little_jitter() {
    let hours = |h: i64| Duration::hours(h);
    let planned = [
        Duration::seconds(5),
        Duration::minutes(5),
        Duration::minutes(30),
        hours(2),
        hours(5),
        hours(10),
        hours(14),
        hours(20),
        hours(24),
    ];
    for (failures, planned) in (1..).zip(planned) {
        for random in [0, 1, 7_777_777_777, u64::MAX] {
            let at = retry_at(failures, noon(), None, random).unwrap();
            assert!(
                at >= noon() + planned && at < noon() + planned + planned / 10,
                "{failures}: {at}"
            );
        }
    }
    assert_eq!(retry_at(10, noon(), None, 3), None);
    // Who asks for more time gets it, up to a day; who asks for less does not.
    let asked = |wait| retry_at(1, noon(), Some(wait), 0).unwrap() - noon();
    assert_eq!(asked(Duration::seconds(120)), Duration::seconds(120));
    assert_eq!(asked(Duration::zero()), Duration::seconds(5));
    assert_eq!(asked(Duration::days(90)), Duration::days(1));
}

#[test]
fn retry_after_is_read_as_seconds_or_date() {
    assert_eq!(parse_retry_after(" 90 ", noon()), Some(Duration::seconds(90)));
    let date = "Mon, 15 Jan 2024 12:02:00 GMT";
    assert_eq!(parse_retry_after(date, noon()), Some(Duration::minutes(2)));
    let past = "Mon, 15 Jan 2024 11:02:00 GMT";
    assert_eq!(parse_retry_after(past, noon()), Some(Duration::zero()));
    assert_eq!(parse_retry_after("soon", noon()), None);
    assert_eq!(parse_retry_after("-5", noon()), None);
}

#[test]
fn answers_mean_what_they_mean() {
    for (status, outcome) in [
        (Some(200), Outcome::Delivered),
        (Some(299), Outcome::Delivered),
        (Some(302), Outcome::Failed),
        (Some(410), Outcome::Gone),
        (Some(404), Outcome::Failed),
        (Some(500), Outcome::Failed),
        (None, Outcome::Failed),
    ] {
        assert_eq!(judge(status), outcome, "{status:?}");
    }
    assert!(!is_given_up(noon() - Duration::days(4), noon()));
    assert!(is_given_up(noon() - Duration::days(5), noon()));
}

#[test]
fn a_signature_is_the_library_s_own() {
    let secrets = vec![vec![7_u8; 32], vec![9_u8; 32]];
    let signed = sign(&secrets, "msg_1", 1_705_302_720, r#"{"a":1}"#);
    let all: Vec<&str> = signed.split(' ').collect();
    for (secret, signature) in secrets.iter().zip(&all) {
        let library = standardwebhooks::Webhook::new(&secret_text(secret)).unwrap();
        let wanted = library.sign("msg_1", 1_705_302_720, br#"{"a":1}"#).unwrap();
        assert_eq!(*signature, wanted);
    }
    assert_eq!(all.len(), 2);
}

#[test]
fn which_lines_of_the_log_tell_what() {
    let mut grid = Vec::new();
    let mut kinds: Vec<&str> = Step::ALL.iter().map(|step| step.as_str()).collect();
    kinds.extend([
        "batch.captured",
        "batch.rest_cancelled",
        "batch.payouts_settled",
        "batch.payouts_came_back",
        "batch.payouts_cancelled",
        "batch.rows_corrected",
        "webhook.tested",
    ]);
    kinds.dedup();
    for kind in kinds {
        let told = telling(kind, false).map_or_else(
            || "-".to_owned(),
            |telling| {
                let event = telling.batch.map_or("", |(event, _)| event.as_str());
                format!("{event} {:?}", telling.payouts)
            },
        );
        grid.push(format!("{kind:<24} {told}"));
    }
    insta::assert_snapshot!(grid.join("\n"));
    assert!(telling("batch.row_corrected", true).is_some());
    for event in EventType::CHOICES {
        assert_eq!(EventType::parse_choice(event.as_str()), Some(event));
    }
    assert_eq!(EventType::parse_choice("payout.status"), None);
}
