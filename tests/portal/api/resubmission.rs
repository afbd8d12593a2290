//! PATCH on a bulk: what was sent back, what could not be paid and what was refused at submission goes
//! again in the call that corrects it, or stays open and says why.

use crate::support::integrator::Integrator;
use crate::support::{People, Portal, json};
use countersign::flows::demonstrate::PASSWORD;
use serde_json::{Value, json};

const BULK: &str = "/payout/bulk";
const BATCH: &str = "/disbursements/batch";

fn payout(number: &str, amount: i64) -> Value {
    json!({ "sequence_number": number, "amount": amount, "purpose": "personal", "reference": number,
        "destination": { "type": "wallet", "mobile": "0501234567", "name": "Omar" } })
}

const ONE: &str = "6244377266243449";
const OTHER: &str = "6244377266243450";

fn thoko(portal: &Portal) -> Integrator {
    portal.stranger().with_token("kachere-thoko", PASSWORD)
}

/// Two payouts, sent; answers the bulk and where it is.
fn sent(portal: &Portal, payouts: &[Value]) -> (Value, String) {
    let body = json!({ "source_id": "35253502", "payouts": payouts });
    let made = json(&thoko(portal).posts(BULK, &body).is(201));
    let path = format!("{BULK}/{}", made["id"].as_str().unwrap());
    (made, path)
}

fn number(made: &Value) -> String {
    made["batch_number"].to_string()
}

fn named(made: &Value) -> Value {
    json!({ "merchantAccountNumber": 35_253_502, "batchNumber": made["batch_number"] })
}

fn shown(portal: &Portal, client: &str, made: &Value) -> Value {
    let client = portal.client(client).merchant("35253502");
    json(&client.posts(&format!("{BATCH}/getBatch"), &named(made)).is(200))
}

fn kinds(portal: &Portal, made: &Value) -> Vec<String> {
    portal.db_texts(&format!(
        "SELECT kind FROM event WHERE batch_id = {} ORDER BY seq",
        portal.db_batch(&number(made))
    ))
}

fn revision(portal: &Portal, made: &Value) -> i64 {
    portal.db_number(&format!(
        "SELECT revision FROM batch WHERE number = {}",
        number(made)
    ))
}

fn james_approves(portal: &Portal, made: &Value) {
    let james = portal.client("kachere-james").merchant("35253502");
    shown(portal, "kachere-james", made);
    let approve = format!("{BATCH}/approve");
    james
        .with_new_key()
        .sends_json("PUT", &approve, &named(made))
        .is(200);
}

fn sends_back(people: &People, portal: &Portal, made: &Value) {
    let number = number(made);
    people
        .james()
        .tries(&number, "return", &[("reason", "Half of it")])
        .done();
    assert_eq!(portal.db_status(&number), "open");
}

#[test]
fn what_was_sent_back_goes_again_with_its_correction() {
    let (portal, people) = Portal::start();
    let (made, path) = sent(&portal, &[payout(ONE, 10_000), payout(OTHER, 2_550)]);
    let before = portal.db_fingerprint(&number(&made));
    sends_back(&people, &portal, &made);
    assert_eq!(json(&thoko(&portal).gets(&path).is(200))["status"], "open");
    let change = json!({ "payouts": [payout(ONE, 5_000)] });
    // Who may not capture corrects nothing, and the key is not used up by it.
    let james = portal.client("kachere-james").merchant("35253502").with_new_key();
    james.sends_json("PATCH", &path, &change).is(403);
    let key = thoko(&portal).with_new_key();
    let edited = json(&key.sends_json("PATCH", &path, &change).is(200));
    assert_eq!(edited["status"], "awaiting_approval");
    assert_eq!(edited["payouts"][0]["amount"], 5_000);
    assert_eq!(revision(&portal, &made), 2);
    assert_ne!(portal.db_fingerprint(&number(&made)), before);
    let log = kinds(&portal, &made);
    assert_eq!(
        log[log.len() - 3..],
        ["batch.returned", "batch.row_corrected", "batch.submitted"],
        "{log:?}"
    );
    // Sent twice, it is edited once.
    let again = key.sends_json("PATCH", &path, &change).is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(kinds(&portal, &made).len(), log.len());
    let seen = shown(&portal, "kachere-james", &made);
    assert_eq!(seen["batchStatusDescription"], "Pending Approval");
    assert_eq!(seen["totalAmountOfSuccessfulEntries"], 75.5);
    assert!(seen["errorMessage"].is_null() && seen["approvedBy"].is_null());
    james_approves(&portal, &made);
    portal.run_jobs_until_quiet();
    let paid = json(&thoko(&portal).gets(&path).is(200));
    assert_eq!(paid["status"], "completed");
    assert_eq!(paid["payouts"][0]["status"], "paid");
}

#[test]
fn a_second_sending_back_is_corrected_like_the_first() {
    let (portal, people) = Portal::start();
    let (made, path) = sent(&portal, &[payout(ONE, 10_000), payout(OTHER, 2_550)]);
    for (turn, amount) in [(2, 9_000), (3, 8_000)] {
        sends_back(&people, &portal, &made);
        let change = json!({ "payouts": [payout(OTHER, amount)] });
        let edited = json(&thoko(&portal).sends_json("PATCH", &path, &change).is(200));
        assert_eq!(edited["status"], "awaiting_approval");
        assert_eq!(revision(&portal, &made), turn);
    }
}

#[test]
fn what_was_approved_and_waits_for_its_date_gives_its_money_back_and_goes_again() {
    let (portal, _) = Portal::start();
    let body = json!({ "source_id": "35253502", "scheduled_date": "2024-02-01",
        "payouts": [payout(ONE, 10_000), payout(OTHER, 2_550)] });
    let made = json(&thoko(&portal).posts(BULK, &body).is(201));
    let path = format!("{BULK}/{}", made["id"].as_str().unwrap());
    james_approves(&portal, &made);
    let reserved = || {
        portal.db_number(
            "SELECT reserved FROM balance JOIN payout_account a ON a.id = account_id WHERE a.number = 35253502",
        )
    };
    assert_eq!(reserved(), 12_550);
    let change = json!({ "payouts": [payout(ONE, 20_000)] });
    let edited = json(&thoko(&portal).sends_json("PATCH", &path, &change).is(200));
    assert_eq!(edited["status"], "awaiting_approval");
    assert_eq!(reserved(), 0);
    james_approves(&portal, &made);
    assert_eq!(reserved(), 22_550);
}

#[test]
fn a_correction_that_leaves_nothing_to_pay_keeps_the_batch_until_the_next_one() {
    let (portal, people) = Portal::start();
    let (made, path) = sent(&portal, &[payout(ONE, 10_000)]);
    sends_back(&people, &portal, &made);
    let mut wrong = payout(ONE, 10_000);
    wrong["destination"]["mobile"] = json!("12");
    let edited = json(
        &thoko(&portal)
            .sends_json("PATCH", &path, &json!({ "payouts": [wrong] }))
            .is(200),
    );
    assert!(
        ["open", "error"].contains(&edited["status"].as_str().unwrap()),
        "{edited}"
    );
    assert_eq!(edited["payouts"][0]["lifecycle_status"], "VALIDATION_FAILED");
    assert!(shown(&portal, "kachere-thoko", &made)["authorisationLevel"].is_null());
    let change = json!({ "payouts": [payout(ONE, 4_000)] });
    let edited = json(&thoko(&portal).sends_json("PATCH", &path, &change).is(200));
    assert_eq!(edited["status"], "awaiting_approval");
    assert!(shown(&portal, "kachere-thoko", &made)["errorMessage"].is_null());
}

#[test]
fn where_nobody_could_sign_it_stays_open_and_says_so() {
    let (portal, people) = Portal::start();
    let (made, path) = sent(&portal, &[payout(ONE, 10_000)]);
    sends_back(&people, &portal, &made);
    let james = portal.db_person("james@kachere.example");
    let standing = |status: &str| {
        let sql = format!("UPDATE membership SET status = '{status}' WHERE person_id = {james}");
        portal.db_run(&sql).unwrap();
    };
    standing("suspended");
    let change = json!({ "payouts": [payout(ONE, 4_000)] });
    let edited = json(&thoko(&portal).sends_json("PATCH", &path, &change).is(200));
    assert_eq!(
        (&edited["status"], &edited["payouts"][0]["amount"]),
        (&json!("open"), &json!(4_000))
    );
    let why = shown(&portal, "kachere-thoko", &made)["errorMessage"].clone();
    assert!(
        why.as_str()
            .is_some_and(|why| why.contains("It was not submitted")),
        "{why}"
    );
    standing("active");
    let edited = json(&thoko(&portal).sends_json("PATCH", &path, &change).is(200));
    assert_eq!(edited["status"], "awaiting_approval");
    assert!(shown(&portal, "kachere-thoko", &made)["errorMessage"].is_null());
}

#[test]
fn what_came_as_a_bulk_and_is_corrected_on_the_pages_waits_for_a_person() {
    let (portal, people) = Portal::start();
    let (made, _) = sent(&portal, &[payout(ONE, 10_000), payout(OTHER, 2_550)]);
    sends_back(&people, &portal, &made);
    let number = number(&made);
    people.thoko().corrects(&number, 1, &[("amount", "50.00")]).done();
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "open");
    people.thoko().submits(&number);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
}

#[test]
fn the_whole_structure_comes_again_and_only_its_date_can_change() {
    let (portal, _) = Portal::start();
    let (made, path) = sent(&portal, &[payout(ONE, 10_000), payout(OTHER, 2_550)]);
    let edit = |body: &Value| thoko(&portal).sends_json("PATCH", &path, body);
    let again = json!({ "source_id": "35253502", "label": made["label"], "scheduled_date": "2024-02-01",
        "payouts": [payout(ONE, 9_000)] });
    let mut wrong = again.clone();
    wrong["source_id"] = json!("35253486");
    wrong["label"] = json!("Another");
    wrong["webhook_url"] = json!("https://shop.example/hooks");
    wrong["scheduled_date"] = json!("yesterday");
    let before = portal.db_fingerprint(&number(&made));
    edit(&wrong).faults(400, &["label", "scheduled_date", "source_id", "webhook_url"]);
    assert_eq!(portal.db_fingerprint(&number(&made)), before);
    let edited = json(&edit(&again).is(200));
    assert_eq!(edited["status"], "awaiting_approval");
    assert_eq!(edited["payouts"][0]["scheduled_date"], "2024-02-01");
    assert_eq!(
        shown(&portal, "kachere-james", &made)["scheduledDate"],
        "2024-02-01"
    );
    assert_eq!(revision(&portal, &made), 2);
    james_approves(&portal, &made);
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number(&made)), "approved");
}
