//! The whole way in each of the three dialects, by plain HTTP: from a token to money, with people and
//! programs signing and a receiver on this machine that checks every message with the library of the
//! standard.

use crate::support::integrator::Integrator;
use crate::support::receiver::{Hook, Receiver};
use crate::support::{People, Portal, json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Duration, Utc};
use countersign::flows::demonstrate::PASSWORD;
use serde_json::{Value, json};

const BATCH: &str = "/disbursements/batch";
const BULK: &str = "/payout/bulk";

/// Every event of batches.
pub const EVENTS: [&str; 11] = [
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

/// An endpoint for every event of batches; answers its secret.
pub fn listens(people: &People, receiver: &Receiver) -> String {
    let url = receiver.url();
    let mut form = vec![("url", url.as_str())];
    form.extend(EVENTS.map(|event| ("event", event)));
    let address = people.dalitso().post("/developers/webhooks", &form).done();
    people.dalitso().get(&address).text(".secret__text")
}

/// Each message is what its sender signed, says the library; and in order.
#[track_caller]
pub fn verified(hooks: &[Hook], secret: &str) {
    let library = standardwebhooks::Webhook::new(secret).unwrap();
    for (place, hook) in (1..).zip(hooks) {
        library.verify(hook.body.as_bytes(), &hook.headers).unwrap();
        assert_eq!(hook.json()["id"], hook.header("webhook-id"));
        assert_eq!(hook.json()["data"]["sequence"], place);
        let mut tampered = hook.body.clone();
        tampered.push(' ');
        library.verify(tampered.as_bytes(), &hook.headers).unwrap_err();
    }
}

fn named(batch: &Value) -> Value {
    json!({ "merchantAccountNumber": 35_253_486, "batchNumber": batch["batchNumber"] })
}

/// Looks at the batch and signs what was seen.
#[track_caller]
fn signs(client: &Integrator, act: &str, batch: &Value) -> Value {
    let seen = client.posts(&format!("{BATCH}/getBatch"), batch).is(200);
    let mut body = batch.clone();
    body["expectedFingerprint"] = json!(seen.header("x-batch-fingerprint").unwrap());
    let client = client.clone().with_new_key();
    json(&client.posts(&format!("{BATCH}/{act}"), &body).is(200))
}

#[test]
fn onekhusa_s_dialect_with_a_file_six_eyes_and_a_date() {
    let (portal, people) = Portal::start();
    portal.clock_to(Utc::now() - Duration::hours(30));
    let receiver = Receiver::start();
    let secret = listens(&people, &receiver);
    let file = "Ref no;Employee name;Account no;Sort code;Net pay\r\nS-1;Mary Jere;0011239845;550044;300.000,00\r\nS-2;John Phiri;0011239846;550044;0,00\r\n";
    let tomorrow = (portal.now() + Duration::days(1)).format("%Y-%m-%d").to_string();
    let body = json!({ "merchantAccountNumber": 35_253_486, "isBatchScheduled": true,
        "scheduledDate": tomorrow, "contentType": "CSV", "fileContent": STANDARD.encode(file),
        "fileName": "salaries.csv", "capturedBy": "thoko@kachere.example" });
    let thoko = portal.client("kachere-thoko").with_new_key();
    let batch = named(&json(&thoko.posts(&format!("{BATCH}/addFile"), &body).is(200)));
    portal.run_jobs();
    let number = batch["batchNumber"].to_string();
    let message = portal.db_texts(&format!(
        "SELECT message FROM batch WHERE number = {number} AND message IS NOT NULL"
    ));
    assert_eq!(portal.db_status(&number), "awaiting_review", "{message:?}");
    // The error file has the headings of the file that came.
    let errors = json(
        &portal
            .client("kachere-thoko")
            .posts(&format!("{BATCH}/downloadBatchErrors"), &batch)
            .is(200),
    );
    let errors = STANDARD
        .decode(errors["documentBase64"].as_str().unwrap())
        .unwrap();
    let errors = String::from_utf8(errors).unwrap();
    assert!(
        errors.starts_with(
            "Row,Ref no,Employee name,Account no,Sort code,Net pay,What to correct\r\n3,S-2,John Phiri,"
        ),
        "{errors}"
    );

    let reviewed = signs(&portal.client("kachere-chikondi"), "review", &batch);
    assert_eq!(reviewed["batchStatusDescription"], "Pending Approval");
    // A reviewer's client approves nothing.
    let chikondi = portal.client("kachere-chikondi").with_new_key();
    chikondi.posts(&format!("{BATCH}/approve"), &batch).is(403);
    let approved = signs(&portal.client("kachere-james"), "approve", &batch);
    assert_eq!(approved["batchStatusCode"], "A");
    portal.run_jobs();
    let early = receiver.events();
    assert_eq!(early, ["batch.received", "batch.reviewed", "batch.approved"]);
    let list = format!("{BATCH}/getBatchTransactions");
    let james = portal.client("kachere-james");
    let entries = json(&james.posts(&list, &batch).is(200));
    assert_eq!(entries["transactions"][0]["transactionStatusCode"], "D");

    portal.clock_to(Utc::now());
    portal.run_jobs_until_quiet();
    let james = portal.client("kachere-james");
    let entries = json(&james.posts(&list, &batch).is(200));
    assert_eq!(entries["transactions"][0]["transactionStatusCode"], "S");
    let hooks = receiver.received();
    assert_eq!(
        receiver.events()[3..],
        ["batch.payout.success", "batch.completed"]
    );
    assert!(hooks.iter().all(|hook| hook.is_signed_by(&secret)));
    let library = standardwebhooks::Webhook::new(&secret).unwrap();
    for (place, hook) in (1..).zip(&hooks) {
        assert_eq!(hook.json()["data"]["sequence"], place);
        // What was told yesterday is refused as too old: nobody replays it.
        let is_fresh = library.verify(hook.body.as_bytes(), &hook.headers).is_ok();
        assert_eq!(is_fresh, place > 3);
    }
}

#[test]
fn moyasar_s_dialect_with_a_person_who_approves() {
    let (portal, people) = Portal::start();
    portal.clock_to(Utc::now());
    let receiver = Receiver::start();
    let key = format!("sk_kachere-thoko_{PASSWORD}");
    let moyasar = portal.stranger().with_basic(&key, "");
    let body = |n: usize| {
        json!({ "source_id": "35253502", "webhook_url": receiver.url(), "payouts": [
            { "sequence_number": format!("624437726624344{n}"), "amount": 10_000, "purpose": "bills_or_rent",
              "destination": { "type": "bank", "iban": "SA0380000000608010167519", "name": "Aisha Alharbi",
                  "mobile": "+966501234567", "country": "SA", "city": "Riyadh" },
              "metadata": { "cart_id": format!("cart-{n}") } }] })
    };
    // The first one makes the endpoint; its secret is the client's and is read where it is rolled.
    moyasar.posts(BULK, &body(1)).is(201);
    portal.run_jobs();
    let address = portal.db_text("SELECT '/developers/webhooks/' || public_id FROM webhook_endpoint");
    people.dalitso().post(&format!("{address}/secret"), &[]).done();
    let secret = people.dalitso().get(&address).text(".secret__text");
    let before = receiver.received().len();

    let made = json(&moyasar.posts(BULK, &body(2)).is(201));
    let path = format!("{BULK}/{}", made["id"].as_str().unwrap());
    portal.run_jobs();
    let number = made["batch_number"].to_string();
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    let paid = json(&moyasar.gets(&path).is(200));
    assert_eq!(paid["payouts"][0]["status"], "paid");
    let found = json(&moyasar.gets("/payouts?metadata%5Bcart_id%5D=cart-2").is(200));
    assert_eq!(found["data"][0], paid["payouts"][0]);
    let hooks = receiver.received();
    let library = standardwebhooks::Webhook::new(&secret).unwrap();
    let told: Vec<Value> = hooks[before..]
        .iter()
        .map(|hook| {
            library.verify(hook.body.as_bytes(), &hook.headers).unwrap();
            assert_eq!(hook.event(), "payout.status");
            let data = hook.json()["data"].clone();
            assert_eq!(data["sequence_number"], "6244377266243442");
            data["status"].clone()
        })
        .collect();
    assert_eq!(told.first(), Some(&json!("queued")));
    assert_eq!(told.last(), Some(&json!("paid")));
}

#[test]
fn moneyhash_s_dialect_edits_and_cancels() {
    let (portal, people) = Portal::start();
    portal.clock_to(Utc::now());
    let receiver = Receiver::start();
    let secret = listens(&people, &receiver);
    let thoko = portal.stranger().with_token("kachere-thoko", PASSWORD);
    let payout = |name: &str, amount: i64| {
        json!({ "amount": amount, "purpose": "personal", "reference": name,
            "destination": { "type": "wallet", "mobile": "0501234567", "name": name } })
    };
    let body = json!({ "source_id": "35253502", "label": "Refunds",
        "payouts": [payout("Omar", 2_550), payout("Huda", 900)] });
    let made = json(&thoko.clone().with_new_key().posts(BULK, &body).is(201));
    let path = format!("{BULK}/{}", made["id"].as_str().unwrap());
    // A person sends it back, the program corrects it, the person looks again.
    let number = made["batch_number"].to_string();
    people
        .james()
        .tries(&number, "return", &[("reason", "Huda gets 9.50")])
        .done();
    let mut change = payout("Huda", 950);
    change["id"] = made["payouts"][1]["id"].clone();
    let edited = json(
        &thoko
            .sends_json("PATCH", &path, &json!({ "payouts": [change] }))
            .is(200),
    );
    assert_eq!(edited["status"], "awaiting_approval");
    let one = format!("/payouts/{}", made["payouts"][1]["id"].as_str().unwrap());
    assert_eq!(json(&thoko.gets(&one).is(200))["amount"], 950);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    let paid = json(&thoko.gets(&path).is(200));
    assert_eq!(paid["status"], "completed");
    assert_eq!(paid["payouts"][1]["lifecycle_status"], "PROCESSED");

    // Another one is called off before anybody signed it.
    let again = json(
        &thoko
            .clone()
            .with_new_key()
            .posts(
                BULK,
                &json!({ "source_id": "35253502",
        "payouts": [payout("Layla", 4_000)] }),
            )
            .is(201),
    );
    let path = format!("{BULK}/{}/cancel", again["id"].as_str().unwrap());
    let cancelled = json(
        &thoko
            .posts(&path, &json!({ "reason": "Sent by mistake" }))
            .is(200),
    );
    assert_eq!(cancelled["payouts"][0]["lifecycle_status"], "CANCELLED");
    portal.run_jobs();

    let of = |number: &Value| -> Vec<Hook> {
        let hooks = receiver.received();
        let own = hooks.into_iter();
        own.filter(|hook| hook.json()["data"]["batch_number"] == *number)
            .collect()
    };
    let (first, second) = (of(&made["batch_number"]), of(&again["batch_number"]));
    verified(&first, &secret);
    verified(&second, &secret);
    let events =
        |hooks: &[Hook]| -> Vec<String> { hooks.iter().map(|hook| hook.event().to_owned()).collect() };
    assert_eq!(
        events(&first),
        [
            "batch.received",
            "batch.returned",
            "batch.approved",
            "batch.payout.success",
            "batch.completed"
        ]
    );
    assert_eq!(events(&second), ["batch.received", "batch.cancelled"]);
}
