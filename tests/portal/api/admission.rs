//! What becomes of a token after it was given, whom a call may name, how often it may come, and what
//! the audit log says of it.

use crate::support::{Portal, json};
use chrono::{Duration, TimeZone, Utc};
use countersign::flows::demonstrate::PASSWORD;
use serde_json::{Value, json};

const ADD: &str = "/disbursements/batch/addJson";
const GET: &str = "/disbursements/batch/getBatch";

fn body(captured_by: Option<&str>) -> Value {
    json!({ "header": { "merchantAccountNumber": 35_253_486, "isBatchScheduled": false,
        "scheduledDate": null, "capturedBy": captured_by }, "transactions": [{
        "beneficiaryName": "John Phiri", "connectorId": 550_044, "beneficiaryAccountNumber": "0011223344",
        "transactionDescription": "Salary", "transactionAmount": 4500.0, "sourceReferenceNumber": "R-1" }] })
}

/// Sends a batch; answers what names it.
#[track_caller]
fn sent(portal: &Portal) -> Value {
    let thoko = portal.client("kachere-thoko").with_new_key();
    let taken = json(&thoko.posts(ADD, &body(None)).is(200));
    portal.run_jobs();
    json!({ "merchantAccountNumber": 35_253_486, "batchNumber": taken["batchNumber"] })
}

#[test]
fn a_token_is_nothing_once_its_client_is_revoked() {
    let (portal, people) = Portal::start();
    let (thoko, james) = (portal.client("kachere-thoko"), portal.client("kachere-james"));
    thoko.gets("/payouts").is(200);
    let revocation = "/profile/api-clients/kachere-thoko/revocation";
    people.thoko().post(revocation, &[]).done();
    thoko.gets("/payouts").is(401);
    thoko.with_new_key().posts(ADD, &body(None)).is(401);
    james.gets("/payouts").is(200);
}

#[test]
fn a_token_is_nothing_once_its_person_is_suspended() {
    let (portal, people) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    let basic = portal.stranger().with_basic("kachere-thoko", PASSWORD);
    thoko.gets("/payouts").is(200);
    basic.gets("/payouts").is(200);
    let person = portal.db_person("thoko@kachere.example");
    let standing = |status: &str| {
        let sql = format!("UPDATE membership SET status = '{status}' WHERE person_id = {person}");
        portal.db_run(&sql).unwrap();
    };
    standing("suspended");
    thoko.gets("/payouts").is(401);
    basic.gets("/payouts").is(401);
    standing("active");
    thoko.gets("/payouts").is(200);
    // What the person loses, the client loses.
    portal
        .db_run(&format!("DELETE FROM role_grant WHERE person_id = {person}"))
        .unwrap();
    thoko.gets("/payouts").is(403);
    drop(people);
}

#[test]
fn a_token_runs_out_after_its_quarter_of_an_hour_and_some_seconds() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    portal.clock_forward(Duration::minutes(15) + Duration::seconds(29));
    thoko.gets("/payouts").is(200);
    portal.clock_forward(Duration::seconds(1));
    thoko.gets("/payouts").is(401);
    portal.client("kachere-thoko").gets("/payouts").is(200);
}

#[test]
fn a_token_that_was_tampered_with_is_nothing() {
    let (portal, _) = Portal::start();
    let stranger = portal.stranger();
    let token = stranger.token("kachere-thoko", PASSWORD);
    let other = stranger.token("kachere-james", PASSWORD);
    let parts: Vec<&str> = token.split('.').collect();
    let theirs: Vec<&str> = other.split('.').collect();
    let bears = |token: String| stranger.clone().authorized(&format!("Bearer {token}"));
    bears(token.clone()).gets("/payouts").is(200);
    for wrong in [
        format!("{}.{}.{}", parts[0], theirs[1], parts[2]),
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        "x".repeat(5_000),
        String::new(),
    ] {
        bears(wrong).gets("/payouts").is(401);
    }
    // A server with another secret gives and takes other tokens.
    stranger.gets("/payouts").is(401);
    stranger.clone().authorized("Digest x").gets("/payouts").is(401);
}

#[test]
fn an_old_key_verifies_until_its_last_token_runs_out() {
    let (portal, _) = Portal::start_with(|parts| parts.token_key_life = Duration::minutes(10));
    let stranger = portal.stranger();
    let old = stranger.token("kachere-thoko", PASSWORD);
    portal.clock_forward(Duration::minutes(11));
    let new = stranger.token("kachere-thoko", PASSWORD);
    assert_ne!(
        old.split('.').next(),
        new.split('.').next(),
        "another key signed it"
    );
    let second = portal.second();
    for address in [portal.address().to_owned(), second.address()] {
        for token in [&old, &new] {
            let bears = stranger.clone().authorized(&format!("Bearer {token}"));
            bears.moved_to(&address).gets("/payouts").is(200);
        }
    }
    portal.clock_forward(Duration::minutes(5));
    let bears = |token: &str| stranger.clone().authorized(&format!("Bearer {token}"));
    bears(&old).gets("/payouts").is(401);
    bears(&new).gets("/payouts").is(200);
}

#[test]
fn headers_that_disagree_are_refused() {
    let (portal, _) = Portal::start();
    let batch = sent(&portal);
    let thoko = portal.client("kachere-thoko");
    thoko.posts(GET, &batch).is(200);
    let answer = thoko
        .clone()
        .with("x-organisation-id", "MULANJETEA01")
        .posts(GET, &batch);
    assert!(
        answer
            .is(403)
            .header("x-refusal-reason")
            .unwrap()
            .contains("X-Organisation-Id")
    );
    let elsewhere = thoko.clone().merchant("35253502");
    elsewhere
        .posts(GET, &batch)
        .faults(400, &["merchantAccountNumber"]);
    elsewhere
        .with_new_key()
        .posts(ADD, &body(None))
        .faults(400, &["header.merchantAccountNumber"]);
    thoko
        .clone()
        .without("x-organisation-id")
        .posts(GET, &batch)
        .faults(400, &["X-Organisation-Id"]);
    for number in ["", "123", "35253486x"] {
        let wrong = thoko.clone().with("x-merchant-account-number", number);
        wrong
            .posts(GET, &batch)
            .faults(400, &["X-Merchant-Account-Number"]);
    }
}

#[test]
fn nobody_acts_in_the_name_of_somebody_else() {
    let (portal, _) = Portal::start();
    let before = portal.db_number("SELECT count(*) FROM batch");
    let thoko = portal.client("kachere-thoko");
    let named = |email: &str| thoko.clone().with_new_key().posts(ADD, &body(Some(email)));
    let answer = named("james@kachere.example").is(403);
    assert!(answer.header("x-refusal-reason").unwrap().contains("capturedBy"));
    named("nobody@elsewhere.example").is(403);
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), before);
    named("Thoko@Kachere.example").is(200);
    portal.run_jobs();
    let mut batch = sent(&portal);
    batch["actionedBy"] = json!("grace@kachere.example");
    let james = portal.client("kachere-james").with_new_key();
    james.posts("/disbursements/batch/approve", &batch).is(403);
}

#[test]
fn what_another_organisation_has_is_not_there() {
    let (portal, people) = Portal::start();
    let batch = sent(&portal);
    let fields = [
        ("name", "Theirs"),
        ("person", "tiwonge@mulanje.example"),
        ("scope", "batch.view"),
        ("scope", "batch.capture"),
    ];
    let outsider = portal.outsider(&people);
    let email = portal.db_text("SELECT email FROM person WHERE name = 'Tiwonge Moyo'");
    let mut fields = fields.to_vec();
    fields[1].1 = &email;
    let page = outsider.post("/developers/api-clients", &fields).is(200).page();
    let theirs = portal
        .stranger()
        .with_basic(&page.text("#key"), "")
        .merchant("35253486")
        .with("x-organisation-id", "MULANJETEA01");
    theirs.posts(GET, &batch).is(404);
    theirs.clone().with_new_key().posts(ADD, &body(None)).is(404);
    let bulk = json!({ "source_id": "35253502", "payouts": [{ "amount": 2_550, "purpose": "personal",
        "destination": { "type": "wallet", "mobile": "0501234567", "name": "Omar" } }] });
    theirs.clone().with_new_key().posts("/payout/bulk", &bulk).is(404);
    let thoko = portal.client("kachere-thoko").with_new_key();
    let made = json(&thoko.posts("/payout/bulk", &bulk).is(201));
    let (id, payout) = (
        made["id"].as_str().unwrap(),
        made["payouts"][0]["id"].as_str().unwrap(),
    );
    thoko.gets(&format!("/payout/bulk/{id}")).is(200);
    theirs.gets(&format!("/payout/bulk/{id}")).is(404);
    theirs
        .clone()
        .with_new_key()
        .posts(&format!("/payout/bulk/{id}/cancel"), &json!({}))
        .is(404);
    thoko.gets(&format!("/payouts/{payout}")).is(200);
    theirs.gets(&format!("/payouts/{payout}")).is(404);
    assert_eq!(json(&theirs.gets("/payouts").is(200))["data"], json!([]));
}

#[test]
fn too_many_calls_are_told_when_to_come_again() {
    let (portal, _) = Portal::start_with(|parts| parts.rate = (1, 2));
    let thoko = portal.client("kachere-thoko");
    let answers: Vec<_> = std::thread::scope(|threads| {
        let all: Vec<_> = (0..12)
            .map(|_| threads.spawn(|| thoko.gets("/payouts")))
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().any(|answer| answer.status == 200));
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(!refused.is_empty());
    for answer in refused {
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!(wait >= 1);
        assert_eq!(answer.header("ratelimit-remaining"), Some("0"));
    }
    for answer in &answers {
        assert!(matches!(answer.status, 200 | 429), "{}", answer.status);
        assert_eq!(answer.header("ratelimit-limit"), Some("2"));
        assert!(answer.header("ratelimit-reset").is_some());
    }
}

#[test]
fn who_calls_too_often_sends_no_body() {
    use std::io::{Read as _, Write as _};
    let (portal, _) = Portal::start_with(|parts| parts.rate = (1, 3));
    let thoko = portal.client("kachere-thoko").with_new_key();
    // One call is one call, whenever it was counted.
    let answer = thoko.posts(ADD, &body(None)).is(200);
    assert_eq!(answer.header("ratelimit-remaining"), Some("2"));
    while thoko.gets("/payouts").status == 200 {}
    let mut stream = std::net::TcpStream::connect(portal.address()).unwrap();
    let authorization = thoko.authorization.as_deref().unwrap();
    // Announced and never sent.
    write!(
        stream,
        "POST /api/v1{ADD} HTTP/1.1\r\nhost: x\r\nauthorization: {authorization}\r\ncontent-length: 50000000\r\n\r\n"
    )
    .unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 429");
}

#[test]
fn the_log_says_which_client_acted() {
    let (portal, _) = Portal::start();
    let batch = sent(&portal);
    let james = portal.client("kachere-james");
    james.posts(GET, &batch).is(200);
    james
        .with_new_key()
        .posts("/disbursements/batch/approve", &batch)
        .is(200);
    let key = portal.db_batch(&batch["batchNumber"].to_string());
    let clients = portal.db_texts(&format!(
        "SELECT data->>'client' FROM event WHERE batch_id = {key} AND kind = 'batch.approved'"
    ));
    assert_eq!(clients, ["kachere-james"]);
    let first = portal.db_text(&format!(
        "SELECT data->>'client' FROM event WHERE batch_id = {key} ORDER BY seq LIMIT 1"
    ));
    assert_eq!(first, "kachere-thoko");
}

#[test]
fn a_client_calls_from_its_networks_until_its_last_day() {
    let (portal, people) = Portal::start();
    let (james, chikondi) = (portal.client("kachere-james"), portal.client("kachere-chikondi"));
    james.gets("/payouts").is(200);
    chikondi.gets("/payouts").is(200);
    let limited = |client: &str, networks: &str, day: &str| {
        let path = format!("/developers/api-clients/{client}");
        let fields = [
            ("scope", "batch.view"),
            ("ip_ranges", networks),
            ("expires_on", day),
        ];
        people.dalitso().post(&path, &fields).done();
    };
    limited("kachere-chikondi", "192.0.2.0/24", "");
    let answer = chikondi.gets("/payouts").is(403);
    assert!(answer.header("x-refusal-reason").unwrap().contains("address"));
    // Who is behind a proxy that nobody trusts can't say where they are.
    chikondi
        .clone()
        .with("x-forwarded-for", "192.0.2.7")
        .gets("/payouts")
        .is(403);
    limited("kachere-james", "127.0.0.0/8, ::1", "2024-01-15");
    james.gets("/payouts").is(200);
    portal.clock_to(Utc.with_ymd_and_hms(2024, 1, 15, 23, 59, 0).unwrap());
    let james = portal.client("kachere-james");
    james.gets("/payouts").is(200);
    portal.clock_to(Utc.with_ymd_and_hms(2024, 1, 16, 0, 0, 0).unwrap());
    james.gets("/payouts").is(401);
}
