//! Faults are told under the names that the caller wrote: every field of each dialect, wrong in its
//! form and wrong in what it says.

use crate::support::{Portal, json};
use serde_json::{Value, json};

/// Sets what stands at a path such as `destination.iban`.
fn set(body: &mut Value, path: &str, value: &Value) {
    let pointer = format!("/{}", path.replace('.', "/"));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value.clone();
}

fn bank() -> Value {
    json!({ "amount": 100, "purpose": "payroll_benefits", "destination": { "type": "bank",
        "account_number": "0011239845", "bank_code": "NBM", "name": "John Phiri" } })
}

fn wallet() -> Value {
    json!({ "amount": 100, "purpose": "payroll_benefits", "destination": { "type": "wallet",
        "mobile": "+265991204118", "name": "John Phiri" } })
}

fn iban() -> Value {
    json!({ "amount": 100, "purpose": "payroll_benefits", "destination": { "type": "bank",
        "iban": "SA0380000000608010167519", "name": "John Phiri" } })
}

#[test]
fn a_bulk_is_told_of_every_field_by_its_own_name() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    let bulk = |name: &str, value: &Value| {
        let mut body = json!({ "source_id": "35253486", "payouts": [bank()] });
        body[name] = value.clone();
        thoko.clone().with_new_key().posts("/payout/bulk", &body)
    };
    for (name, value) in [
        ("source_id", json!([])),
        ("payouts", json!({})),
        ("label", json!(7)),
        ("label", json!("  ")),
        ("label", json!("x".repeat(141))),
        ("webhook_url", json!(7)),
        ("webhook_url", json!("ftp://shop.example")),
        ("scheduled_date", json!(7)),
        ("scheduled_date", json!("tomorrow")),
        ("scheduled_date", json!("2023-01-15")),
        ("scheduled_date", json!("2424-01-15")),
    ] {
        bulk(name, &value).faults(400, &[name]);
    }
    let payout = |base: Value, name: &str, value: &Value| {
        let mut payout = base;
        set(&mut payout, name, value);
        let body = json!({ "source_id": "35253486", "payouts": [payout] });
        thoko.clone().with_new_key().posts("/payout/bulk", &body)
    };
    let long = json!("x".repeat(1_001));
    for (name, base, value) in [
        ("id", bank(), json!("7")),
        ("sequence_number", bank(), json!("7")),
        ("sequence_number", bank(), json!(7)),
        ("amount", bank(), json!("100")),
        ("amount", bank(), json!(0)),
        ("amount", bank(), json!(1.5)),
        ("purpose", bank(), json!(7)),
        ("purpose", bank(), json!("salaries")),
        ("comment", bank(), long.clone()),
        ("reference", bank(), json!(7)),
        ("scheduled_date", bank(), json!(7)),
        ("metadata", bank(), json!([])),
        ("destination", bank(), json!("NBM")),
        ("destination.type", bank(), json!("cash")),
        ("destination.iban", iban(), json!(7)),
        ("destination.account_number", bank(), json!(7)),
        ("destination.bank_code", bank(), json!(7)),
        ("destination.name", bank(), json!(7)),
        ("destination.mobile", wallet(), json!(7)),
        ("destination.provider", wallet(), json!(7)),
        ("destination.country", bank(), json!(7)),
        ("destination.city", bank(), json!(7)),
        ("destination.iban", wallet(), json!("SA0380000000608010167519")),
    ] {
        let path = format!("payouts[0].{name}");
        payout(base, name, &value).faults(400, &[&path]);
    }
    let over = json!("x".repeat(999));
    for (name, base, value) in [
        ("reference", bank(), over.clone()),
        ("amount", bank(), json!(i64::MAX)),
        ("comment", bank(), over.clone()),
        ("scheduled_date", bank(), json!("31/01/2024")),
        ("scheduled_date", bank(), json!("2023-01-15")),
        ("destination.iban", iban(), json!("SA0380000000608010167510")),
        ("destination.account_number", bank(), json!("001-&-2")),
        ("destination.bank_code", bank(), json!("N.B.M")),
        ("destination.name", bank(), over.clone()),
        ("destination.mobile", wallet(), json!("991")),
        ("destination.mobile", bank(), json!("991")),
        ("destination.provider", wallet(), over.clone()),
        ("destination.country", bank(), json!("Malawi")),
        ("destination.city", bank(), over.clone()),
    ] {
        let made = json(&payout(base, name, &value).is(201));
        let one = &made["payouts"][0];
        assert_eq!(one["lifecycle_status"], "VALIDATION_FAILED", "{name} {value}");
        let said = one["message"].as_str().unwrap();
        assert!(said.starts_with(&format!("{name}: ")), "{name} {value}: {said}");
        // In other languages by the same name.
        let path = format!("/payouts/{}", one["id"].as_str().unwrap());
        let french = json(&thoko.clone().with("accept-language", "fr").gets(&path).is(200));
        let told = french["message"].as_str().unwrap();
        assert!(told.starts_with(&format!("{name}: ")) && told != said, "{told}");
    }
}

#[test]
fn an_edit_of_a_bulk_names_its_fields() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    let body = json!({ "source_id": "35253486", "payouts": [bank()] });
    let made = json(&thoko.clone().with_new_key().posts("/payout/bulk", &body).is(201));
    let path = format!("/payout/bulk/{}", made["id"].as_str().unwrap());
    let mut payout = bank();
    payout["id"] = made["payouts"][0]["id"].clone();
    for (name, value) in [
        ("source_id", json!("35253502")),
        ("label", json!("Another")),
        ("webhook_url", json!("https://shop.example/hooks")),
        ("scheduled_date", json!("tomorrow")),
        ("scheduled_date", json!("2023-01-15")),
    ] {
        let mut edit = json!({ "payouts": [payout] });
        edit[name] = value;
        thoko
            .clone()
            .with_new_key()
            .sends_json("PATCH", &path, &edit)
            .faults(400, &[name]);
    }
    let mut edit = json!({ "payouts": [payout] });
    edit["payouts"][0]["scheduled_date"] = json!("2023-01-15");
    let told = json(&thoko.with_new_key().sends_json("PATCH", &path, &edit).is(200));
    assert_eq!(
        told["payouts"][0]["message"],
        "scheduled_date: Date is in the past"
    );
}

const BATCH: &str = "/disbursements/batch";

#[test]
fn transactions_are_told_of_every_field_by_its_own_name() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    let transaction = json!({ "beneficiaryName": "John Phiri", "connectorId": "NBM",
        "beneficiaryAccountNumber": "0011239845", "transactionDescription": "Salary",
        "transactionAmount": 4500.00, "sourceReferenceNumber": "QK-1" });
    let body = json!({ "header": { "merchantAccountNumber": 35_253_486, "isBatchScheduled": false,
        "scheduledDate": null }, "transactions": [transaction] });
    let sends = |body: &Value| {
        thoko
            .clone()
            .with_new_key()
            .posts(&format!("{BATCH}/addJson"), body)
    };
    for (name, value) in [
        ("merchantAccountNumber", json!("x")),
        ("isBatchScheduled", json!("no")),
        ("scheduledDate", json!("2030-01-15")),
        ("capturedBy", json!(7)),
    ] {
        let mut body = body.clone();
        body["header"][name] = value;
        sends(&body).faults(400, &[&format!("header.{name}")]);
    }
    let mut dated = body.clone();
    dated["header"]["isBatchScheduled"] = json!(true);
    for date in ["tomorrow", "2023-01-15", "31/01/2024"] {
        dated["header"]["scheduledDate"] = json!(date);
        sends(&dated).faults(400, &["header.scheduledDate"]);
    }
    for (name, value) in [
        ("beneficiaryName", json!([])),
        ("connectorId", json!(true)),
        ("beneficiaryAccountNumber", json!(null)),
        ("transactionDescription", json!({})),
        ("transactionAmount", json!(null)),
        ("sourceReferenceNumber", json!(false)),
    ] {
        let mut body = body.clone();
        body["transactions"][0][name] = value;
        sends(&body).faults(400, &[&format!("transactions[0].{name}")]);
    }
    let over = json!("x".repeat(999));
    let wrong = [
        ("beneficiaryName", over.clone()),
        ("connectorId", json!("N.B.M")),
        ("beneficiaryAccountNumber", json!("001-&-2")),
        ("transactionDescription", over.clone()),
        ("transactionAmount", json!(-1)),
        ("transactionAmount", json!("many")),
        ("sourceReferenceNumber", over.clone()),
    ];
    let transactions: Vec<Value> = wrong
        .iter()
        .enumerate()
        .map(|(n, (name, value))| {
            let mut one = transaction.clone();
            one["sourceReferenceNumber"] = json!(format!("QK-{n}"));
            one[name] = value.clone();
            one
        })
        .collect();
    let mut all = body.clone();
    all["transactions"] = json!(transactions);
    // A wallet's number is its beneficiaryAccountNumber.
    let mut wallet = transaction.clone();
    wallet["connectorId"] = json!("AIRTEL");
    wallet["sourceReferenceNumber"] = json!("QK-W");
    wallet["beneficiaryAccountNumber"] = json!("991");
    all["transactions"].as_array_mut().unwrap().push(wallet);
    let taken = json(&sends(&all).is(200));
    portal.run_jobs();
    let named = json!({ "merchantAccountNumber": 35_253_486, "batchNumber": taken["batchNumber"] });
    let list = format!("{BATCH}/getBatchTransactions");
    let list = json(&thoko.posts(&list, &named).is(200));
    let names = wrong
        .iter()
        .map(|(name, _)| *name)
        .chain(["beneficiaryAccountNumber"]);
    for (n, name) in names.enumerate() {
        let one = &list["transactions"][n];
        assert_eq!(one["transactionStatusCode"], "E", "{name}");
        let said = one["responseMessage"].as_str().unwrap();
        assert!(said.starts_with(&format!("{name}: ")), "{name}: {said}");
    }
}

#[test]
fn acts_on_a_batch_name_their_fields() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(crate::support::Payroll::of(1).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    let number: i64 = number.parse().unwrap();
    let named = json!({ "merchantAccountNumber": 35_253_486, "batchNumber": number });
    let james = portal.client("kachere-james");
    for (call, name, value) in [
        ("getBatch", "batchNumber", json!("x")),
        ("getBatch", "merchantAccountNumber", json!(7)),
        ("getBatchTransactions", "status", json!("Q")),
        ("getBatchTransactions", "pageSize", json!(0)),
        ("getBatchTransactions", "pageToken", json!("x")),
        ("approve", "expectedFingerprint", json!("00")),
        ("approve", "actionedBy", json!(7)),
        ("reject", "reasonForRejection", json!(null)),
        ("reject", "reasonForRejection", json!("   ")),
        ("reject", "reasonForRejection", json!("x".repeat(501))),
        ("cancel", "reasonForCancellation", json!("   ")),
    ] {
        let mut body = named.clone();
        body[name] = value;
        let james = james.clone().with_new_key();
        james
            .posts(&format!("{BATCH}/{call}"), &body)
            .faults(400, &[name]);
    }
}
