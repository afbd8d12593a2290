//! The same question again and again: the answer is the same while nothing changes, and whatever is
//! taken away from a person, a role or a client counts with the very next call.

use crate::support::integrator::Integrator;
use crate::support::{Portal, json};
use chrono::Duration;
use countersign::flows::token_key::{LEEWAY, TOKEN_LIFE};
use serde_json::{Value, json};

const GET: &str = "/disbursements/batch/getBatch";

/// A batch that Thoko's client sent, as calls name it.
fn sent(portal: &Portal) -> Value {
    let transaction = json!({ "beneficiaryName": "John Phiri", "connectorId": 550_044,
        "beneficiaryAccountNumber": "0011223344", "transactionDescription": "Salary",
        "transactionAmount": 4500.0, "sourceReferenceNumber": "A-1" });
    let body = json!({ "header": { "merchantAccountNumber": 35_253_486, "isBatchScheduled": false,
        "scheduledDate": null }, "transactions": [transaction] });
    let thoko = portal.client("kachere-thoko").with_new_key();
    let taken = json(&thoko.posts("/disbursements/batch/addJson", &body).is(200));
    portal.run_jobs();
    json!({ "merchantAccountNumber": 35_253_486, "batchNumber": taken["batchNumber"] })
}

/// Asks often enough that the answer is one that was kept.
fn asks_often(client: &Integrator, batch: &Value) {
    let first = json(&client.posts(GET, batch).is(200));
    let list = json(&client.gets("/payouts").is(200));
    for _ in 0..4 {
        assert_eq!(json(&client.posts(GET, batch).is(200)), first);
        assert_eq!(json(&client.gets("/payouts").is(200)), list);
    }
}

#[test]
fn what_happens_to_a_batch_is_in_the_next_answer() {
    let (portal, people) = Portal::start();
    let batch = sent(&portal);
    let thoko = portal.client("kachere-thoko");
    asks_often(&thoko, &batch);
    let path = format!("/batches/{}/cancellation", batch["batchNumber"]);
    people
        .james()
        .post(&path, &[("reason", "Sent by mistake")])
        .done();
    let now = json(&thoko.posts(GET, &batch).is(200));
    assert_eq!(now["batchStatusCode"], "N");
    let listed = json(&thoko.gets("/payouts").is(200));
    assert_eq!(listed["data"][0]["lifecycle_status"], "CANCELLED");
    asks_often(&thoko, &batch);
    // Another language, another account's header and a body that differs are other questions.
    let french = json(
        &thoko
            .clone()
            .with("accept-language", "fr")
            .posts(GET, &batch)
            .is(200),
    );
    assert_ne!(french["batchStatusDescription"], now["batchStatusDescription"]);
    thoko.clone().merchant("35253502").posts(GET, &batch).is(400);
}

#[test]
fn what_was_taken_away_is_gone_with_the_next_call() {
    for (sql, status) in [
        ("UPDATE api_client SET revoked_at = now()", 401),
        (
            "UPDATE membership SET status = 'suspended' WHERE person_id = (SELECT id FROM person WHERE email LIKE 'thoko@%')",
            401,
        ),
        (
            "DELETE FROM role_grant WHERE person_id = (SELECT id FROM person WHERE email LIKE 'thoko@%')",
            403,
        ),
        (
            "UPDATE role SET permissions = array_remove(permissions, 'batch.view') WHERE name = 'Initiator'",
            403,
        ),
        (
            "UPDATE api_client SET scopes = ARRAY['batch.capture'] WHERE client_id = 'kachere-thoko'",
            403,
        ),
        ("UPDATE api_client SET ip_ranges = ARRAY['192.0.2.0/24']", 403),
    ] {
        let (portal, _) = Portal::start();
        let batch = sent(&portal);
        let thoko = portal.client("kachere-thoko");
        asks_often(&thoko, &batch);
        portal.db_run(sql).unwrap();
        thoko.posts(GET, &batch).is(status);
        thoko.gets("/payouts").is(status);
    }
}

#[test]
fn an_end_that_was_set_before_comes_without_any_change() {
    let (portal, _) = Portal::start();
    let batch = sent(&portal);
    let thoko = portal.client("kachere-thoko");
    let end = portal.now() + Duration::minutes(5);
    portal
        .db_run(&format!(
            "UPDATE api_client SET expires_at = '{}'",
            end.to_rfc3339()
        ))
        .unwrap();
    asks_often(&thoko, &batch);
    portal.clock_forward(Duration::minutes(6));
    thoko.posts(GET, &batch).is(401);
    thoko.gets("/payouts").is(401);
}

#[test]
fn a_token_that_runs_out_between_two_questions_is_not_answered_again() {
    let (portal, _) = Portal::start();
    let batch = sent(&portal);
    let thoko = portal.client("kachere-thoko");
    portal.clock_forward(TOKEN_LIFE + LEEWAY - Duration::seconds(1));
    asks_often(&thoko, &batch);
    portal.clock_forward(Duration::seconds(1));
    thoko.posts(GET, &batch).is(401);
    thoko.gets("/payouts").is(401);
}
