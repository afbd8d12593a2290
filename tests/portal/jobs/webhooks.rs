//! Webhooks as their receivers know them: what comes, in what order, signed with what; and in
//! `trouble`, what happens when nobody answers, somebody is slow, or tricks are played.

mod reasons;
mod trouble;

use crate::support::receiver::Receiver;
use crate::support::{Payroll, People, Person, Portal};
use chrono::{Duration, Utc};
use serde_json::json;

const ALL: [&str; 11] = [
    "batch.received",
    "batch.failed",
    "batch.reviewed",
    "batch.approved",
    "batch.returned",
    "batch.rejected",
    "batch.cancelled",
    "batch.completed",
    "batch.payout.success",
    "batch.payout.failed",
    "batch.payout.reversed",
];

/// Adds an endpoint that hears these events; answers its page and its secret.
fn listens(people: &People, url: &str, events: &[&str]) -> (String, String) {
    let mut form = vec![("url", url)];
    form.extend(events.iter().map(|event| ("event", *event)));
    let address = people.dalitso().post("/developers/webhooks", &form).done();
    let secret = people.dalitso().get(&address).text(".secret__text");
    assert!(secret.starts_with("whsec_"), "{secret}");
    (address, secret)
}

/// Somebody after hours or days: signed in again.
fn later(people: &People, name: &str) -> Person {
    people.browser(&format!("{name}@kachere.example"))
}

fn is_paid(portal: &Portal, people: &People, payroll: Payroll) -> String {
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    number
}

#[test]
fn a_batch_is_told_from_its_rows_to_its_last_payout() {
    let (portal, people) = Portal::start();
    portal.clock_to(Utc::now());
    let receiver = Receiver::start();
    let (_, secret) = listens(&people, &receiver.url(), &ALL);
    let payroll = Payroll::of(25)
        .all("amount", "100.00")
        .with(3, "amount", "x")
        .with(7, "purpose", "money_exchange");
    let number = is_paid(&portal, &people, payroll);
    let hooks = receiver.received();
    assert_eq!(
        receiver.events(),
        [
            "batch.received",
            "batch.approved",
            "batch.payout.success",
            "batch.payout.success",
            "batch.payout.success",
            "batch.payout.failed",
            "batch.completed"
        ]
    );
    let library = standardwebhooks::Webhook::new(&secret).unwrap();
    let mut told = Vec::new();
    for (place, hook) in (1..).zip(&hooks) {
        library.verify(hook.body.as_bytes(), &hook.headers).unwrap();
        let body = hook.json();
        assert_eq!(body["type"], hook.event());
        assert_eq!(body["id"], hook.header("webhook-id"));
        assert_eq!(body["organisation_id"], "FYH0NTVW0DXK");
        assert_eq!(body["data"]["sequence"], place);
        assert_eq!(body["data"]["batch_number"], number.parse::<i64>().unwrap());
        if let Some(list) = body["data"]["transactions"].as_array() {
            assert!((1..=10).contains(&list.len()));
            told.extend(list.clone());
        }
    }
    assert_eq!(hooks[0].json()["data"]["failed_entries"], 1);
    assert_eq!(hooks[0].json()["data"]["successful_entries"], 24);
    assert_eq!(hooks[1].json()["data"]["status_code"], "A");
    assert_eq!(hooks[6].json()["data"]["status"], "completed");
    let mut references: Vec<&str> = told
        .iter()
        .map(|one| one["reference"].as_str().unwrap())
        .collect();
    references.sort_unstable();
    references.dedup();
    assert_eq!((told.len(), references.len()), (24, 24), "each payout once");
    let failed = told.iter().find(|one| one["reference"] == "SAL-0008").unwrap();
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["amount"], 10_000);
    assert_ne!(failed["failure_reason"], "");
    assert_eq!(portal.run_jobs(), 0, "nothing is told twice");
}

#[test]
fn decisions_are_told_with_their_reasons_and_only_what_is_wanted() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    listens(
        &people,
        &receiver.url(),
        &["batch.returned", "batch.rejected", "batch.failed"],
    );
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().sends_back(&number, "Two of these left in May");
    people.thoko().submits(&number);
    people.james().rejects(&number, "Not ours");
    people
        .thoko()
        .uploads(Payroll::of(1).with(0, "amount", "x").csv());
    portal.run_jobs();
    assert_eq!(
        receiver.events(),
        ["batch.returned", "batch.rejected", "batch.failed"]
    );
    let hooks = receiver.received();
    assert_eq!(hooks[0].json()["data"]["reason"], "Two of these left in May");
    assert_eq!(hooks[0].json()["data"]["status"], "open");
    assert_eq!(hooks[1].json()["data"]["status_code"], "X");
    assert_eq!(hooks[2].json()["data"]["status_code"], "E");
}

#[test]
fn a_secret_rolls_with_a_day_of_overlap_and_is_shown_once() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    let (address, old) = listens(&people, &receiver.url(), &["batch.received"]);
    // Another developer, or a later look, never sees it.
    assert!(!people.amina().get(&address).has(".secret__text"));
    people
        .dalitso()
        .post(&format!("{address}/secret/kept"), &[])
        .done();
    assert!(!people.dalitso().get(&address).has(".secret__text"));
    people.dalitso().post(&format!("{address}/secret"), &[]).done();
    let new = people.dalitso().get(&address).text(".secret__text");
    assert_ne!(new, old);
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    let both = &receiver.received()[0];
    assert!(both.is_signed_by(&old) && both.is_signed_by(&new));
    assert_eq!(both.header("webhook-signature").split(' ').count(), 2);
    portal.clock_forward(Duration::hours(25));
    assert!(
        !later(&people, "dalitso").get(&address).has(".secret__text"),
        "ten minutes are over"
    );
    later(&people, "thoko").uploads(Payroll::of(1).references("B").csv());
    portal.run_jobs();
    let only_new = &receiver.received()[1];
    assert!(only_new.is_signed_by(&new) && !only_new.is_signed_by(&old));
    let leaked = portal.db_number("SELECT count(*) FROM event WHERE data::text LIKE '%whsec%'");
    assert_eq!(leaked, 0);
}

#[test]
fn a_test_reaches_an_endpoint_whatever_it_hears() {
    let (portal, people) = Portal::start();
    let (receiver, other) = (Receiver::start(), Receiver::start());
    let (address, _) = listens(&people, &receiver.url(), &["batch.failed"]);
    listens(&people, &other.url(), &ALL);
    people.dalitso().post(&format!("{address}/test"), &[]).done();
    portal.run_jobs();
    assert_eq!(
        (receiver.events(), other.events()),
        (vec!["webhook.test".to_owned()], vec![])
    );
    people
        .dalitso()
        .post(&format!("{address}/events"), &[("event", "batch.received")])
        .done();
    people
        .dalitso()
        .post(&format!("{address}/events"), &[])
        .refused(400, "Choose at least one event");
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    assert_eq!(receiver.events(), ["webhook.test", "batch.received"]);
    people.dalitso().post(&format!("{address}/off"), &[]).done();
    people.dalitso().post(&format!("{address}/test"), &[]).is(409);
    people.dalitso().post(&format!("{address}/removal"), &[]).done();
    people.dalitso().asks(&address).is(404);
}

#[test]
fn a_request_hears_of_its_own_payouts_at_the_address_it_named() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    let payroll = Payroll::of(3)
        .all("amount", "100.00")
        .with(1, "amount", "x")
        .with(2, "purpose", "money_exchange");
    let number = people.thoko().uploads(payroll.csv());
    let url = receiver.url();
    portal
        .db_run(&format!(
            "UPDATE batch SET webhook_url = '{url}', api_client_id = (SELECT id FROM api_client WHERE client_id = 'kachere-thoko') WHERE number = {number}"
        ))
        .unwrap();
    portal.run_jobs();
    people.james().approves(&number);
    portal.run_jobs();
    let told: Vec<_> = receiver
        .received()
        .iter()
        .map(|hook| {
            assert_eq!(hook.event(), "payout.status");
            let data = hook.json()["data"].clone();
            json!([data["reference"], data["status"], data["lifecycle_status"]])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["SAL-0001", "queued", "SCHEDULED"]),
            json!(["SAL-0002", "failed", "VALIDATION_FAILED"]),
            json!(["SAL-0003", "queued", "SCHEDULED"]),
            json!(["SAL-0001", "paid", "PROCESSED"]),
            json!(["SAL-0003", "failed", "INTENT_CREATION_FAILED"]),
        ]
    );
    // It is listed, and its client's secret can be rolled and read by who rolls it.
    let list = people.dalitso().get("/developers/webhooks");
    list.says("Named by a request to the API");
    let address = portal.db_text("SELECT '/developers/webhooks/' || public_id FROM webhook_endpoint");
    people.dalitso().post(&format!("{address}/secret"), &[]).done();
    let secret = people.dalitso().get(&address).text(".secret__text");
    let again = people.thoko().uploads(Payroll::of(1).references("B").csv());
    portal
        .db_run(&format!(
            "UPDATE batch SET webhook_url = '{url}', api_client_id = (SELECT id FROM api_client WHERE client_id = 'kachere-thoko') WHERE number = {again}"
        ))
        .unwrap();
    portal.run_jobs();
    assert!(receiver.received().last().unwrap().is_signed_by(&secret));
}

#[test]
fn endpoints_of_others_are_not_found() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    let (address, _) = listens(&people, &receiver.url(), &ALL);
    let outsider = portal.outsider(&people);
    outsider.asks(&address).is(404);
    for act in ["events", "secret", "secret/kept", "on", "off", "test", "removal"] {
        outsider
            .post(&format!("{address}/{act}"), &[("event", "batch.failed")])
            .is(404);
    }
    assert!(
        !outsider
            .get("/developers/webhooks")
            .text("main")
            .contains("127.0.0.1")
    );
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    assert_eq!(receiver.events(), ["batch.received"]);
}
