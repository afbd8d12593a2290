//! A program that calls, while the server it calls is killed and started again: its token, its keys and
//! the messages that wait for their receiver outlive the process.

use super::dialects::{listens, verified};
use crate::program::{Installation, await_that};
use crate::support::integrator::Integrator;
use crate::support::receiver::{Receiver, Reply};
use crate::support::{People, json};
use countersign::flows::demonstrate::PASSWORD;
use diesel::connection::SimpleConnection as _;
use rustix::process::Signal;
use serde_json::{Value, json};

const BATCH: &str = "/disbursements/batch";
const COUNT: usize = 25;

fn body() -> Value {
    let transactions: Vec<Value> = (0..COUNT)
        .map(|n| {
            json!({ "beneficiaryName": "John Phiri", "connectorId": 550_044,
                "beneficiaryAccountNumber": format!("00{n:08}"), "transactionDescription": "Salary",
                "transactionAmount": 100.5, "sourceReferenceNumber": format!("K-{n}") })
        })
        .collect();
    json!({ "header": { "merchantAccountNumber": 35_253_486, "isBatchScheduled": false,
        "scheduledDate": null }, "transactions": transactions })
}

#[test]
fn killed_between_a_call_and_its_webhook() {
    let installation = Installation::new();
    let running = installation.starts();
    let people = People::at(&installation.address);
    let receiver = Receiver::start();
    let secret = listens(&people, &receiver);
    // The first message is not taken: it waits for its second attempt while the server dies.
    receiver.answers([Reply::status(503)]);
    let client = |name: &str| {
        Integrator::at(&installation.address)
            .with_token(name, PASSWORD)
            .merchant("35253486")
    };
    let (thoko, james) = (client("kachere-thoko"), client("kachere-james"));
    let adding = thoko.clone().with("idempotency-key", "killed-in-the-middle-1");
    let add = format!("{BATCH}/addJson");
    let first = adding.posts(&add, &body()).is(200);
    let batch = json!({ "merchantAccountNumber": 35_253_486,
        "batchNumber": json(&first)["batchNumber"] });
    let get = format!("{BATCH}/getBatch");
    await_that("the batch waits for approval", || {
        json(&james.posts(&get, &batch).is(200))["batchStatusCode"] == "P"
    });
    await_that("its first message was refused", || {
        !receiver.received().is_empty()
    });
    running.signal(Signal::KILL);
    drop(running);
    assert_eq!(receiver.events(), ["batch.received"]);

    // A minute passes: what the dead workers held is free.
    let (server, mut connection) = installation.db_connect();
    connection
        .batch_execute(
            "UPDATE webhook_lane SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL;
             UPDATE task SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL",
        )
        .unwrap();
    drop(connection);
    drop(server);

    let running = installation.starts();
    // Nobody asks for a token again, and what was sent before is not done twice.
    let again = adding.posts(&add, &body()).is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    let mut other = body();
    other["transactions"][0]["transactionAmount"] = json!(1);
    adding.posts(&add, &other).is(422);
    // What James's client saw before is still what it signs.
    let approving = james.clone().with("idempotency-key", "killed-in-the-middle-2");
    let approve = format!("{BATCH}/approve");
    let approved = approving.sends_json("PUT", &approve, &batch).is(200);
    let repeated = approving.sends_json("PUT", &approve, &batch).is(200);
    assert_eq!(repeated.header("idempotent-replayed"), Some("true"));
    assert_eq!(repeated.body, approved.body);
    await_that("everything is paid", || {
        json(&thoko.posts(&get, &batch).is(200))["batchStatusCode"] == "C"
    });
    await_that("everything is told", || {
        receiver
            .events()
            .last()
            .is_some_and(|event| event == "batch.completed")
    });
    let hooks = receiver.received();
    assert_eq!(
        receiver.events(),
        [
            "batch.received",
            "batch.received",
            "batch.approved",
            "batch.payout.success",
            "batch.payout.success",
            "batch.payout.success",
            "batch.completed"
        ]
    );
    assert_eq!(
        hooks[0].header("webhook-id"),
        hooks[1].header("webhook-id"),
        "the same message again"
    );
    verified(&hooks[1..], &secret);
    let told: usize = hooks
        .iter()
        .filter_map(|hook| hook.json()["data"]["transactions"].as_array().map(Vec::len))
        .sum();
    assert_eq!(told, COUNT);
    drop(running);
}
