//! OneKhusa's calls, from a token to paid.

use crate::support::{Portal, json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const BATCH: &str = "/disbursements/batch";

fn transaction(n: usize) -> Value {
    json!({ "beneficiaryName": "John Phiri", "connectorId": 550_044,
        "beneficiaryAccountNumber": format!("00{n:08}"), "transactionDescription": "Salary payment",
        "transactionAmount": 4500.0, "sourceReferenceNumber": format!("QK-{n}") })
}

fn body(transactions: Vec<Value>) -> Value {
    json!({ "header": { "merchantAccountNumber": 35_253_486, "isBatchScheduled": false,
        "scheduledDate": null, "capturedBy": "thoko@kachere.example" }, "transactions": transactions })
}

fn named(batch: &Value) -> Value {
    json!({ "merchantAccountNumber": 35_253_486, "batchNumber": batch["batchNumber"] })
}

/// Sends transactions; answers what names the batch.
#[track_caller]
fn sent(portal: &Portal, transactions: Vec<Value>) -> Value {
    let thoko = portal.client("kachere-thoko").with_new_key();
    let taken = json(
        &thoko
            .posts(&format!("{BATCH}/addJson"), &body(transactions))
            .is(200),
    );
    assert_eq!(taken["merchantAccountNumber"], 35_253_486);
    assert_eq!(taken["batchStatusCode"], "Q");
    named(&taken)
}

#[track_caller]
fn shown(portal: &Portal, client: &str, batch: &Value) -> Value {
    json(
        &portal
            .client(client)
            .posts(&format!("{BATCH}/getBatch"), batch)
            .is(200),
    )
}

#[test]
fn a_batch_goes_from_json_to_paid() {
    let (portal, _) = Portal::start();
    let mut wrong = transaction(3);
    wrong["transactionAmount"] = json!(-1);
    let mut wallet = transaction(2);
    wallet["connectorId"] = json!("Airtel Money");
    wallet["beneficiaryAccountNumber"] = json!("0991204118");
    let batch = sent(&portal, vec![transaction(1), wallet, wrong]);
    assert_eq!(shown(&portal, "kachere-thoko", &batch)["batchStatusCode"], "Q");
    portal.run_jobs();
    let thoko = portal.client("kachere-thoko");
    let answer = thoko.posts(&format!("{BATCH}/getBatch"), &batch).is(200);
    let print = portal.db_fingerprint(&batch["batchNumber"].to_string());
    assert_eq!(answer.header("x-batch-fingerprint"), Some(print.as_str()));
    insta::assert_snapshot!(answer.text());
    // Nobody saw it open: the line of its submission follows that of its reception.
    let kinds = portal.db_texts("SELECT kind FROM event WHERE batch_id IS NOT NULL ORDER BY seq");
    assert_eq!(kinds[kinds.len() - 2..], ["batch.received", "batch.submitted"]);

    let james = portal.client("kachere-james").with_new_key();
    let approve = format!("{BATCH}/approve");
    james.sends_json("PUT", &approve, &batch).is(409);
    // Thoko's client is Thoko, who made it.
    thoko.clone().with_new_key().posts(&approve, &batch).is(403);
    shown(&portal, "kachere-james", &batch);
    let james = james.with_new_key();
    let approved = json(&james.posts(&approve, &batch).is(200));
    assert_eq!(approved["batchStatusCode"], "A");
    assert_eq!(approved["numberOfSuccessfulEntries"], 2);
    let again = james.posts(&approve, &batch).is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    portal.run_jobs_until_quiet();
    let paid = shown(&portal, "kachere-james", &batch);
    assert_eq!(paid["batchStatusCode"], "C");
    assert_eq!(paid["processDate"], "2024-01-15");
    assert_eq!(paid["approvedBy"], "james@kachere.example");

    let james = portal.client("kachere-james");
    let mut asked = batch.clone();
    asked["pageSize"] = json!(1);
    let list = format!("{BATCH}/getBatchTransactions");
    let first = json(&james.posts(&list, &asked).is(200));
    assert_eq!(first["transactions"][0]["transactionStatusCode"], "S");
    assert_eq!(first["transactions"][0]["connectorId"], "550044");
    asked["pageToken"] = first["nextPageToken"].clone();
    asked["pageSize"] = json!(10);
    let rest = json(&james.posts(&list, &asked).is(200));
    assert_eq!(rest["transactions"].as_array().unwrap().len(), 2);
    assert_eq!(rest["transactions"][0]["connectorName"], "Airtel Money");
    assert_eq!(
        rest["transactions"][0]["beneficiaryAccountNumber"],
        "+265991204118"
    );
    assert_eq!(rest["transactions"][1]["transactionStatusCode"], "E");
    assert!(rest["nextPageToken"].is_null());
    for (code, count) in [
        ("S", 2),
        ("E", 1),
        ("P", 0),
        ("D", 0),
        ("T", 0),
        ("F", 0),
        ("X", 0),
        ("C", 0),
        ("R", 0),
    ] {
        let mut asked = batch.clone();
        asked["status"] = json!(code);
        let found = json(&james.posts(&list, &asked).is(200));
        assert_eq!(found["transactions"].as_array().unwrap().len(), count, "{code}");
    }
    let errors = json(
        &james
            .posts(&format!("{BATCH}/downloadBatchErrors"), &batch)
            .is(200),
    );
    let csv = STANDARD
        .decode(errors["documentBase64"].as_str().unwrap())
        .unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.starts_with("Row,reference,"), "{csv}");
    assert!(csv.contains("\r\n3,QK-3,"), "{csv}");
    assert!(csv.contains("Amount is not greater than zero"), "{csv}");
    let told = "SELECT count(*) FROM event WHERE kind = 'file.downloaded' AND data->>'client' IS NOT NULL";
    assert_eq!(portal.db_number(told), 1, "who was handed it is in the log");
}

#[test]
fn six_eyes_by_api_with_a_file() {
    let (portal, _) = Portal::start();
    let csv =
        "reference,beneficiary_name,account_number,bank_code,amount\r\nA,Mary,0011239845,NBM,300000\r\n";
    let body = json!({ "merchantAccountNumber": 35_253_486, "isBatchScheduled": true,
        "scheduledDate": "2024-02-01", "contentType": "CSV", "fileContent": STANDARD.encode(csv),
        "fileName": "salaries.csv" });
    let thoko = portal.client("kachere-thoko").with_new_key();
    let batch = named(&json(&thoko.posts(&format!("{BATCH}/addFile"), &body).is(200)));
    portal.run_jobs();
    let seen = shown(&portal, "kachere-chikondi", &batch);
    assert_eq!(seen["authorisationLevel"], "Initiator -> Reviewer -> Approver");
    assert_eq!(seen["batchStatusDescription"], "Pending Review");
    assert_eq!(seen["contentType"], "CSV");
    assert_eq!(seen["dataSource"], "File Upload");
    assert_eq!(
        (&seen["isBatchScheduled"], &seen["scheduledDate"]),
        (&json!(true), &json!("2024-02-01"))
    );
    let mut sign = batch.clone();
    sign["actionedBy"] = json!("james@kachere.example");
    let chikondi = portal.client("kachere-chikondi");
    chikondi
        .sends_json("PUT", &format!("{BATCH}/review"), &sign)
        .is(403);
    sign["actionedBy"] = json!("Chikondi@kachere.example");
    sign["expectedFingerprint"] = json!("0".repeat(64));
    chikondi
        .sends_json("PUT", &format!("{BATCH}/review"), &sign)
        .is(409);
    sign["expectedFingerprint"] = json!(portal.db_fingerprint(&batch["batchNumber"].to_string()));
    let reviewed = json(
        &chikondi
            .sends_json("PUT", &format!("{BATCH}/review"), &sign)
            .is(200),
    );
    assert_eq!(reviewed["batchStatusDescription"], "Pending Approval");
    let french = chikondi.clone().with("accept-language", "fr");
    let french = json(&french.posts(&format!("{BATCH}/getBatch"), &batch).is(200));
    assert_ne!(french["batchStatusDescription"], "Pending Approval");
    assert_eq!(french["reviewedBy"], "chikondi@kachere.example");
    let james = portal.client("kachere-james");
    let reject = format!("{BATCH}/reject");
    james.posts(&reject, &batch).faults(400, &["reasonForRejection"]);
    let mut why = batch.clone();
    why["reasonForRejection"] = json!("Wrong month");
    let rejected = json(&james.posts(&reject, &why).is(200));
    assert_eq!(rejected["batchStatusCode"], "X");
    let seen = shown(&portal, "kachere-james", &batch);
    assert_eq!(seen["rejectionReason"], "Wrong month");
    assert_eq!(seen["actionedBy"], "james@kachere.example");
}

#[test]
fn every_fault_of_a_body_is_told_at_once() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko").with_new_key();
    let mut nested = transaction(1);
    nested["beneficiaryName"] = json!(["a"]);
    let wrong = json!({ "header": { "merchantAccountNumber": "x", "isBatchScheduled": true },
        "transactions": [nested, 7, { "connectorId": "NBM" }] });
    thoko.posts(&format!("{BATCH}/addJson"), &wrong).faults(
        400,
        &[
            "header.merchantAccountNumber",
            "header.scheduledDate",
            "transactions[0].beneficiaryName",
            "transactions[1]",
            "transactions[2].beneficiaryAccountNumber",
            "transactions[2].transactionAmount",
        ],
    );
    let empty = body(Vec::new());
    thoko
        .posts(&format!("{BATCH}/addJson"), &empty)
        .faults(400, &["transactions"]);
    let other = body(vec![transaction(1)]);
    portal
        .client("kachere-thoko")
        .merchant("35253502")
        .with_new_key()
        .posts(&format!("{BATCH}/addJson"), &other)
        .faults(400, &["header.merchantAccountNumber"]);
    thoko
        .without("idempotency-key")
        .posts(&format!("{BATCH}/addJson"), &other)
        .is(400);
    let james = portal.client("kachere-james").with_new_key();
    james.posts(&format!("{BATCH}/addJson"), &other).is(403);
    let broken = portal.client("kachere-thoko").with_new_key();
    let file = json!({ "merchantAccountNumber": 35_253_486, "isBatchScheduled": false, "contentType": "PDF",
        "fileContent": "%%%" });
    broken
        .posts(&format!("{BATCH}/addFile"), &file)
        .faults(400, &["fileContent"]);
    let nowhere = json!({ "merchantAccountNumber": 35_253_486, "batchNumber": 2_024_001 });
    broken.posts(&format!("{BATCH}/getBatch"), &nowhere).is(404);
}

#[test]
fn where_submission_is_refused_it_stays_open_and_says_why() {
    let (portal, _) = Portal::start();
    portal
        .db_run("UPDATE membership SET status = 'suspended' WHERE person_id IN (SELECT id FROM person WHERE email = 'james@kachere.example')")
        .unwrap();
    let batch = sent(&portal, vec![transaction(1)]);
    portal.run_jobs();
    let seen = shown(&portal, "kachere-thoko", &batch);
    assert_eq!(seen["batchStatusDescription"], "Open");
    assert!(
        seen["errorMessage"].as_str().unwrap().contains("nobody else"),
        "{seen}"
    );
    assert!(seen["authorisationLevel"].is_null());
}

#[test]
fn two_eyes_release_by_api_and_cancel() {
    let (portal, _) = Portal::start();
    portal
        .db_run(
            r#"INSERT INTO policy (organisation_id, account_id, version, rule)
               SELECT organisation_id, id, 2, '{"bands":[{"up_to":null,"level":"2"}],"six_eyes_from":null}'
               FROM payout_account WHERE number = 35253486"#,
        )
        .unwrap();
    let batch = sent(&portal, vec![transaction(1)]);
    portal.run_jobs();
    let thoko = portal.client("kachere-thoko").with_new_key();
    let released = json(&thoko.posts(&format!("{BATCH}/transferFunds"), &batch).is(200));
    assert_eq!(released["batchStatusCode"], "A");
    let seen = shown(&portal, "kachere-thoko", &batch);
    assert_eq!(seen["authorisationLevel"], "Initiator Only");
    assert!(seen["approvedBy"].is_null());
    let other = sent(&portal, vec![transaction(2)]);
    portal.run_jobs();
    let thoko = thoko.with_new_key();
    let cancelled = json(&thoko.posts(&format!("{BATCH}/cancel"), &other).is(200));
    assert_eq!(cancelled["batchStatusCode"], "N");
    portal.run_jobs_until_quiet();
}

#[test]
fn fifty_thousand_transactions_and_not_one_more() {
    let (portal, _) = Portal::start_with(|parts| parts.upload_bytes_max = 64 << 20);
    let mut large = body((0..50_000).map(transaction).collect());
    let path = format!("{BATCH}/addJson");
    let thoko = portal.client("kachere-thoko").with_new_key();
    let batch = named(&json(&thoko.posts(&path, &large).is(200)));
    portal.run_jobs();
    let seen = shown(&portal, "kachere-thoko", &batch);
    assert_eq!(seen["numberOfEntries"], 50_000);
    assert_eq!(seen["totalAmountOfSuccessfulEntries"], 225_000_000.0);
    large["transactions"]
        .as_array_mut()
        .unwrap()
        .push(transaction(50_000));
    thoko
        .with_new_key()
        .posts(&path, &large)
        .faults(400, &["transactions"]);
}

#[test]
fn what_a_colleague_corrects_in_the_portal_is_not_signed_in_the_client_s_name() {
    let (portal, people) = Portal::start();
    let mut transactions: Vec<Value> = (1..=2_102).map(transaction).collect();
    for wrong in transactions.iter_mut().skip(1) {
        wrong["transactionAmount"] = json!(-1);
    }
    let batch = sent(&portal, transactions);
    portal.run_jobs();
    let number = batch["batchNumber"].to_string();
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    people.james().sends_back(&number, "Nearly all of it is wrong");
    portal.db_give("grace@kachere.example", "Initiator");
    // So many that a worker does it.
    let fields = [("field", "amount"), ("value", "9000.00")];
    people
        .grace()
        .post(&format!("/batches/{number}/rows"), &fields)
        .done();
    assert_eq!(portal.db_status(&number), "validating");
    portal.run_jobs();
    assert_eq!(
        portal.db_status(&number),
        "open",
        "a person submits what a person corrected"
    );
    assert_eq!(
        portal.db_number(&format!(
            "SELECT count(*) FROM signature s JOIN batch b ON b.id = s.batch_id AND b.revision = s.revision
             WHERE b.number = {number}"
        )),
        0
    );
}
