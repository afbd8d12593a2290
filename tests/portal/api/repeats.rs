//! Sending a call twice: the idempotency key as an integrator meets it, over HTTP.

use crate::support::{Portal, json};
use countersign::flows::demonstrate::PASSWORD;
use serde_json::{Value, json};
use std::sync::Barrier;

const ADD: &str = "/disbursements/batch/addJson";
const BULK: &str = "/payout/bulk";
const KEY: &str = "idempotency-key";

fn body(reference: &str) -> Value {
    json!({ "header": { "merchantAccountNumber": 35_253_486, "isBatchScheduled": false,
        "scheduledDate": null }, "transactions": [{ "beneficiaryName": "John Phiri",
        "connectorId": 550_044, "beneficiaryAccountNumber": "0011223344",
        "transactionDescription": "Salary", "transactionAmount": 4500.0,
        "sourceReferenceNumber": reference }] })
}

fn bulk(label: &str) -> Value {
    json!({ "source_id": "35253502", "label": label, "payouts": [{ "amount": 2_550, "purpose": "personal",
        "destination": { "type": "wallet", "mobile": "0501234567", "name": "Omar" }, "reference": label }] })
}

fn batches(portal: &Portal) -> i64 {
    portal.db_number("SELECT count(*) FROM batch")
}

#[test]
fn two_keys_in_one_call_are_refused() {
    let (portal, _) = Portal::start();
    let before = batches(&portal);
    let thoko = portal.client("kachere-thoko").with(KEY, "Salaries-January-2024");
    let two = thoko.clone().with("x-idempotency-key", "Salaries-February-2024");
    let refused = json(&two.posts(ADD, &body("R-1")).is(400));
    assert_eq!(
        refused["message"],
        "Idempotency-Key and X-Idempotency-Key name two keys. Send one, or the same in both."
    );
    two.posts(BULK, &bulk("R-3")).is(400);
    assert_eq!(batches(&portal), before);
    // The same in both is one.
    let same = thoko
        .clone()
        .with("x-idempotency-key", "\"Salaries-January-2024\"");
    same.posts(ADD, &body("R-1")).is(200);
    let again = thoko.posts(ADD, &body("R-1")).is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(batches(&portal), before + 1);
}

#[test]
fn the_same_call_again_is_given_the_first_answer() {
    let (portal, _) = Portal::start();
    let before = batches(&portal);
    let thoko = portal.client("kachere-thoko").with(KEY, "Salaries-January-2024");
    let first = thoko.posts(ADD, &body("R-1")).is(200);
    assert!(first.header("idempotent-replayed").is_none());
    for again in [
        thoko.clone(),
        thoko.clone().with(KEY, "\"Salaries-January-2024\""),
        thoko
            .clone()
            .without(KEY)
            .with("x-idempotency-key", "Salaries-January-2024"),
    ] {
        let again = again.posts(ADD, &body("R-1")).is(200);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.body, first.body);
    }
    assert_eq!(batches(&portal), before + 1);
    // The key means that request only: no other body, and no other call.
    thoko.posts(ADD, &body("R-2")).is(422);
    thoko.posts(BULK, &bulk("R-3")).is(422);
    assert_eq!(batches(&portal), before + 1);
    // Keys are a client's own.
    let chikondi = portal
        .client("kachere-chikondi")
        .with(KEY, "Salaries-January-2024");
    let theirs = chikondi.sends_json("POST", "/disbursements/batch/getBatch", &json!({}));
    assert!(theirs.header("idempotent-replayed").is_none());
}

#[test]
fn where_a_key_is_demanded_and_what_is_one() {
    let (portal, _) = Portal::start();
    let before = batches(&portal);
    let thoko = portal.client("kachere-thoko");
    for path in ["addFile", "addJson", "transferFunds"] {
        thoko
            .posts(&format!("/disbursements/batch/{path}"), &body("R-1"))
            .is(400);
    }
    let james = portal.client("kachere-james");
    for method in ["PUT", "POST"] {
        james
            .sends_json(method, "/disbursements/batch/approve", &json!({}))
            .is(400);
    }
    let long = "k".repeat(81);
    for malformed in [
        "14-characters-",
        long.as_str(),
        "no_underscores_here",
        "no spaces here 1",
        "",
    ] {
        thoko
            .clone()
            .with(KEY, malformed)
            .posts(ADD, &body("R-1"))
            .is(400);
        let other = thoko.clone().with("x-idempotency-key", malformed);
        other.posts(ADD, &body("R-1")).is(400);
    }
    assert_eq!(batches(&portal), before);
    let (least, most) = ("k".repeat(15), "k".repeat(80));
    thoko.clone().with(KEY, &least).posts(ADD, &body("R-1")).is(200);
    thoko.clone().with(KEY, &most).posts(ADD, &body("R-2")).is(200);
}

#[test]
fn a_refusal_keeps_no_key() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko").with_new_key();
    let mut wrong = body("R-1");
    wrong["header"]["merchantAccountNumber"] = json!(1);
    thoko.posts(ADD, &wrong).is(400);
    let taken = thoko.posts(ADD, &body("R-1")).is(200);
    assert!(taken.header("idempotent-replayed").is_none());
}

#[test]
fn bulk_payouts_are_made_once() {
    let (portal, _) = Portal::start();
    let before = batches(&portal);
    let key = format!("sk_kachere-thoko_{PASSWORD}");
    let moyasar = portal.stranger().with_basic(&key, "");
    moyasar.posts(BULK, &bulk("B-1")).is(400);
    let moyasar = moyasar.with_new_key();
    let first = moyasar.posts(BULK, &bulk("B-1")).is(201);
    let again = moyasar.posts(BULK, &bulk("B-1")).is(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    moyasar.posts(BULK, &bulk("B-2")).is(422);
    assert_eq!(batches(&portal), before + 1);
}

#[test]
fn an_approval_is_given_once() {
    let (portal, _) = Portal::start();
    let taken = portal
        .client("kachere-thoko")
        .with_new_key()
        .posts(ADD, &body("A-1"));
    let number = json(&taken.is(200))["batchNumber"].clone();
    portal.run_jobs();
    let named = json!({ "merchantAccountNumber": 35_253_486, "batchNumber": number });
    let james = portal.client("kachere-james");
    james.posts("/disbursements/batch/getBatch", &named).is(200);
    let james = james.with_new_key();
    let approve = "/disbursements/batch/approve";
    let first = james.sends_json("PUT", approve, &named).is(200);
    let again = james.sends_json("PUT", approve, &named).is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    james.posts(approve, &named).is(422);
    // With a key of its own it is another request, by somebody who has signed already.
    james.with_new_key().sends_json("PUT", approve, &named).is(403);
    let batch = portal.db_batch(&number.to_string());
    let approved = format!("SELECT count(*) FROM event WHERE kind = 'batch.approved' AND batch_id = {batch}");
    assert_eq!(portal.db_number(&approved), 1);
}

#[test]
fn two_servers_asked_at_once_do_it_once() {
    let (portal, _) = Portal::start();
    let second = portal.second();
    let before = batches(&portal);
    // A token of the one server is good at the other.
    let here = portal.client("kachere-thoko").with_new_key();
    let there = here.clone().moved_to(&second.address());
    let barrier = Barrier::new(8);
    let answers: Vec<_> = std::thread::scope(|threads| {
        let all: Vec<_> = (0..8)
            .map(|n| {
                let (barrier, asks) = (&barrier, if n % 2 == 0 { &here } else { &there });
                threads.spawn(move || {
                    barrier.wait();
                    asks.posts(ADD, &body("T-1"))
                })
            })
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let fresh = answers
        .iter()
        .filter(|answer| answer.status == 200 && answer.header("idempotent-replayed").is_none());
    assert_eq!(fresh.count(), 1);
    for answer in &answers {
        assert!(matches!(answer.status, 200 | 409), "{}", answer.status);
    }
    assert_eq!(batches(&portal), before + 1);
    let (one, other) = (here.posts(ADD, &body("T-1")), there.posts(ADD, &body("T-1")));
    assert_eq!(one.is(200).body, other.is(200).body);
}
