//! P7 and what a page costs where a million rows are: every page with 1,000 rows stored, and again with
//! many. And the list page from 16 connections.

use crate::client::{Client, payroll};
use crate::raw::{hammer, request};
use crate::server::Server;
use crate::table::{Table, median};
use std::time::{Duration, Instant};

const SMALL: usize = 1_000;
/// How often a page is fetched for its median.
const TIMES: usize = 15;
const CONNECTIONS: usize = 16;
const WHILE: Duration = Duration::from_secs(3);
const STATUSES: [&str; 8] = [
    "VALIDATION_PENDING",
    "VALIDATION_IN_PROGRESS",
    "SCHEDULED",
    "VALIDATION_FAILED",
    "CANCELLED",
    "PROCESSING_IN_PROGRESS",
    "PROCESSED",
    "INTENT_CREATION_FAILED",
];

pub(crate) fn measure(server: &Server, rows: usize, repeats: usize, table: &mut Table) {
    let thoko = Client::sign_in(&server.address, "thoko@kachere.example");
    let small = take_in(&thoko, SMALL, 5_000);
    server.rest();
    let before: Vec<(String, f64)> = fetch_all(server, &small, SMALL);
    let large = take_in(&thoko, rows, 6_000);
    server.rest();
    let after = fetch_all(server, &large, rows);
    for ((path, few), (_, many)) in before.iter().zip(&after) {
        table.add(
            &format!("page {path}"),
            format!("{:.1} ms with {rows} rows", many * 1e3),
            format!("{:.1} ms with {SMALL}", few * 1e3),
            format!("{:.2}×", many / few),
        );
    }
    let amina = Client::sign_in(&server.address, "amina@kachere.example");
    let list = |who: &Client, path: &str| {
        let asked = request("GET", path, &[("cookie", who.cookie())], "");
        let (mut rates, mut slow) = (Vec::new(), Vec::new());
        for _ in 0..repeats {
            let seen = hammer(&server.address, &asked, CONNECTIONS, WHILE);
            rates.push(seen.per_second);
            slow.push(seen.p99_ms);
        }
        (median(rates), median(slow))
    };
    server.rest();
    let (newest, p99) = list(&amina, "/payouts");
    table.add(
        &format!("P7 newest 50 payouts of the organisation, {rows} stored"),
        format!("{newest:.0} /s, p99 {p99:.1} ms"),
        "goal 2,000 /s, p99 ≤ 30 ms".to_owned(),
        String::new(),
    );
    let (first, p99) = list(&thoko, &format!("{large}?show=all"));
    let (last, _) = list(&thoko, &format!("{large}?show=all&after={}", rows - 48));
    table.add(
        &format!("P7 page of a batch with 50 rows, {rows} stored"),
        format!("{first:.0} /s, p99 {p99:.1} ms"),
        format!("its last page {last:.0} /s"),
        format!("{:.2}×", first / last),
    );
    while_paying(server, &thoko, (&large, rows), table);
}

/// The same list while another batch of this size is paid by the same process.
fn while_paying(server: &Server, thoko: &Client, (large, rows): (&str, usize), table: &mut Table) {
    let paid = thoko.upload(&payroll(rows, 6_500), "");
    thoko.wait_for(&paid, "open");
    server.rest();
    let sign = |who: &Client, act: &str| {
        let print = who.fingerprint(&paid);
        who.post(&format!("{paid}/{act}"), &[("fingerprint", print.as_str())]);
    };
    let by = |name: &str| Client::sign_in(&server.address, &format!("{name}@kachere.example"));
    sign(thoko, "submission");
    if thoko.get(&format!("{paid}/progress")).contains("awaiting_review") {
        sign(&by("chikondi"), "review");
    }
    sign(&by("james"), "approval");
    thoko.wait_for(&paid, "paying");
    let asked = request(
        "GET",
        &format!("{large}?show=all"),
        &[("cookie", thoko.cookie())],
        "",
    );
    let seen = hammer(&server.address, &asked, CONNECTIONS, WHILE);
    let is_paying = thoko.get(&format!("{paid}/progress")).contains("paying");
    table.add(
        "P7 page of a batch while another is paid",
        format!("{:.0} /s, p99 {:.1} ms", seen.per_second, seen.p99_ms),
        "goal p99 ≤ 150 ms".to_owned(),
        if is_paying {
            "paying throughout"
        } else {
            "paid before its end"
        }
        .to_owned(),
    );
}

/// A batch of which every hundredth row has a fault.
fn take_in(thoko: &Client, rows: usize, run: usize) -> String {
    let csv = String::from_utf8(payroll(rows, run)).expect("text");
    let mut faulty = String::with_capacity(csv.len() + rows);
    for (n, line) in csv.lines().enumerate() {
        let is_faulty = n % 100 == 50;
        faulty.push_str(&if is_faulty {
            line.replace(",payment_to_merchant,", ",no_such_purpose,")
        } else {
            line.to_owned()
        });
        faulty.push('\n');
    }
    let batch = thoko.upload(faulty.as_bytes(), "");
    thoko.wait_for(&batch, "open");
    batch
}

/// The median time of every page, by a path in which the batch and its size don't stand.
fn fetch_all(server: &Server, batch: &str, rows: usize) -> Vec<(String, f64)> {
    let mut pages: Vec<(String, String, &str)> = Vec::new();
    let run = if rows == SMALL { 5_000 } else { 6_000 };
    let mut of = |who: &'static str, shown: &str, path: String| pages.push((shown.to_owned(), path, who));
    for (shown, query) in [
        ("", String::new()),
        ("?show=all", "?show=all".to_owned()),
        (
            "?show=all, in the middle",
            format!("?show=all&after={}", rows / 2),
        ),
        ("?show=all, the end", format!("?show=all&after={}", rows - 48)),
        ("?show=faults", "?show=faults".to_owned()),
        (
            "?show=faults, in the middle",
            format!("?show=faults&after={}", rows / 2),
        ),
        ("?show=ready", "?show=ready".to_owned()),
        (
            "?show=ready, in the middle",
            format!("?show=ready&after={}", rows / 2),
        ),
        (
            "?show=faults&field=purpose",
            "?show=faults&field=purpose".to_owned(),
        ),
        ("?show=duplicates", "?show=duplicates".to_owned()),
        ("?show=history", "?show=history".to_owned()),
        ("/progress", "/progress".to_owned()),
        ("/rows/51", "/rows/51".to_owned()),
    ] {
        of("thoko", &format!("/batches/…{shown}"), format!("{batch}{query}"));
    }
    for path in [
        "/",
        "/batches",
        "/batches?status=open",
        "/batches?q=Bench",
        "/payouts",
        "/payouts?account=35253486",
        "/payouts?q=Beneficiary 7",
        "/payouts?q=nobody has this",
        "/payouts?from=2020-01-01&to=2020-02-01",
        "/payouts?from=2020-01-01&to=2100-01-01",
        "/scheduled",
        "/accounts",
        "/accounts/35253486",
    ] {
        of("amina", path, path.replace(' ', "+"));
    }
    of(
        "amina",
        "/payouts?q=a reference",
        format!("/payouts?q=B{run}-{:07}", rows - 1),
    );
    for status in STATUSES {
        let path = format!("/payouts?status={status}");
        of("amina", &path, path.clone());
    }
    of("ruth", "/reports", "/reports".to_owned());
    let people: Vec<(&str, Client)> = ["thoko", "amina", "ruth"]
        .into_iter()
        .map(|name| {
            (
                name,
                Client::sign_in(&server.address, &format!("{name}@kachere.example")),
            )
        })
        .collect();
    pages
        .into_iter()
        .map(|(shown, path, who)| {
            let (_, client) = people.iter().find(|(name, _)| *name == who).expect("signed in");
            let times = (0..TIMES)
                .map(|_| {
                    let begin = Instant::now();
                    client.get_ok(&path);
                    begin.elapsed().as_secs_f64()
                })
                .collect();
            (shown, median(times))
        })
        .collect()
}
