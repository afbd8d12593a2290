//! Clients that are slow, greedy or both: what they may hold, and for how long.

use crate::support::files::File;
use crate::support::{Payroll, Person, Portal};
use actix_web::rt::System;
use countersign::http::places::Places;
use countersign::http::portal::Patience;
use countersign::http::stream;
use futures_util::StreamExt;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A request written by hand, so that it can stop in the middle.
fn begins(portal: &Portal, person: &Person, head: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(portal.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let cookies: Vec<String> = person
        .cookies()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let cookies = cookies.join("; ");
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncookie: {cookies}\r\nconnection: close\r\n{body}"
    )
    .unwrap();
    stream
}

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

fn answer(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A server that refuses may close before everything was sent; what it said before is what counts.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first bytes of the answer, while it goes on.
fn first_of(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 12];
    stream.read_exact(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn a_moment() {
    std::thread::sleep(Duration::from_millis(200));
}

#[test]
fn a_form_that_drips_is_refused() {
    let (portal, people) = Portal::start_with(|parts| {
        parts.patience = Patience {
            form: Duration::from_secs(1),
            ..Patience::default()
        };
    });
    let form = format!("{FORM}content-length: 100\r\n\r\nemail=");
    let said = answer(begins(&portal, &people.nobody(), "POST /sign-in", &form));
    assert!(said.starts_with("HTTP/1.1 400"), "{said}");
    assert!(said.contains("did not come within 1 s"), "{said}");
}

#[test]
fn who_is_signed_out_while_a_form_comes_does_nothing_with_it() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    let act = |then: &str| {
        let head = format!("POST /batches/{number}/submission");
        let mut stream = begins(
            &portal,
            people.thoko(),
            &head,
            &format!("{FORM}content-length: 7\r\n\r\na=b"),
        );
        a_moment();
        portal.db_run(then).unwrap();
        stream.write_all(b"&c=d").unwrap();
        answer(stream)
    };
    let said = act("DELETE FROM session");
    assert!(
        said.starts_with("HTTP/1.1 303") && said.contains("location: /sign-in"),
        "{said}"
    );
    people
        .thoko()
        .signs_in(countersign::flows::demonstrate::PASSWORD)
        .done();
    let said =
        act("DELETE FROM role_grant WHERE person_id = (SELECT id FROM person WHERE email LIKE 'thoko@%')");
    assert!(said.starts_with("HTTP/1.1 403"), "{said}");
    assert_eq!(portal.db_status(&number), "open");
}

#[test]
fn a_download_that_nobody_takes_ends_and_is_not_whole() {
    System::new().block_on(async {
        let (told, outcome) = std::sync::mpsc::channel();
        let mut body = Box::pin(stream::body(Duration::from_millis(50), move |mut body| {
            let written = (0..1_000).try_for_each(|_| body.write_all(&[7; 65_536]));
            told.send(written.as_ref().map_err(std::io::Error::kind).err())
                .unwrap();
            written
        }));
        actix_web::rt::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(outcome.try_recv().unwrap(), Some(std::io::ErrorKind::TimedOut));
        let mut last = None;
        while let Some(piece) = body.next().await {
            last = Some(piece);
        }
        assert!(last.unwrap().is_err());
    });
}

#[test]
fn places_are_counted_for_each_and_for_all() {
    let places = Places::new(3, 2);
    let (first, _second) = (places.take(1).unwrap(), places.take(1).unwrap());
    assert!(places.take(1).is_err(), "two each");
    let _other = places.take(2).unwrap();
    assert!(places.take(3).is_err(), "three in all");
    drop(first);
    assert!(places.take(3).is_ok());
}

#[test]
fn a_report_without_a_free_connection_is_busy_and_not_broken() {
    let (portal, people) = Portal::start();
    let before = portal.db_number("SELECT count(*) FROM event");
    people.ruth().get("/");
    let held: Vec<_> = (0..8)
        .map(|_| portal.app().db().export_connection().unwrap())
        .collect();
    let answer = people.ruth().asks("/reports/payouts.csv").is(503);
    assert_eq!(answer.header("retry-after"), Some("5"));
    drop(held);
    people.ruth().asks("/reports/payouts.csv").is(200);
    // The sign-in and the one download that took place.
    assert_eq!(portal.db_number("SELECT count(*) FROM event") - before, 2);
}

#[test]
fn one_person_listens_to_eight_streams() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(Payroll::of(3).csv());
    let head = format!("GET /batches/{number}/progress");
    let listens = || {
        let mut stream = begins(&portal, thoko, &head, "accept: text/event-stream\r\n\r\n");
        (first_of(&mut stream), stream)
    };
    let open: Vec<_> = (0..8).map(|_| listens()).collect();
    assert!(open.iter().all(|(said, _)| said == "HTTP/1.1 200"));
    assert_eq!(listens().0, "HTTP/1.1 503");
    drop(open);
    let again = (0..20).any(|_| {
        a_moment();
        listens().0 == "HTTP/1.1 200"
    });
    assert!(again, "places come back");
}

#[test]
fn one_person_uploads_four_files_at_once() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.get("/");
    let body = "content-type: multipart/form-data; boundary=b\r\ncontent-length: 9999\r\n\r\n--b\r\n";
    let open: Vec<_> = (0..4)
        .map(|_| begins(&portal, thoko, "POST /batches", body))
        .collect();
    a_moment();
    let said = answer(begins(&portal, thoko, "POST /batches", body));
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    drop(open);
    a_moment();
    thoko.uploads(Payroll::of(1).csv());
}

#[test]
fn what_is_too_large_is_said_to_be() {
    let (portal, people) = Portal::start_with(|parts| parts.upload_bytes_max = 64 << 10);
    let form = format!("{FORM}content-length: 262145\r\n\r\n");
    let said = answer(begins(&portal, &people.nobody(), "POST /sign-in", &form));
    assert!(
        said.starts_with("HTTP/1.1 413") && said.contains("256 KiB"),
        "{said}"
    );
    // A second file is not kept, and no way around the limit.
    let thoko = people.thoko();
    thoko.get("/");
    let part = |name: &str| {
        let half = "x".repeat(40 << 10);
        format!(
            "--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a.csv\"\r\n\r\n{half}\r\n"
        )
    };
    let body = format!("{}{}--b--\r\n", part("file"), part("other")).into_bytes();
    let headers = [
        ("content-type", "multipart/form-data; boundary=b"),
        ("sec-fetch-site", "same-origin"),
    ];
    thoko.send("POST", "/batches", &headers, body).is(413);
    let large = File {
        name: "a.csv".to_owned(),
        bytes: vec![b'x'; 65 << 10],
    };
    thoko.tries_upload(&crate::support::UploadForm::of(large)).is(413);
}

#[test]
fn addresses_that_nobody_serves_count_too() {
    let (_portal, people) = Portal::start_with(|parts| parts.rate = (1, 4));
    let nobody = people.nobody();
    let statuses: Vec<u16> = (0..8).map(|_| nobody.asks("/nothing/here").status).collect();
    assert!(statuses.contains(&404) && statuses.contains(&429), "{statuses:?}");
}

#[test]
fn a_file_of_no_batch_is_not_found() {
    let (_portal, people) = Portal::start();
    people.thoko().asks("/batches/x/file").is(404);
}

#[test]
fn a_connection_that_is_cut_in_the_middle_is_busy() {
    let (portal, people) = Portal::start();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            portal
                .db_run(
                    "BEGIN; LOCK TABLE sign_in_failure; SELECT pg_sleep(0.8);
                     SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE wait_event_type = 'Lock' AND datname = current_database(); COMMIT",
                )
                .unwrap();
        });
        a_moment();
        let answer = people.thoko().signs_in("wrong").is(503);
        assert_eq!(answer.header("retry-after"), Some("5"));
    });
    people.thoko().signs_in("wrong").is(200);
}
