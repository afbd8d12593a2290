//! Why: what a request's own address is told of payouts that failed, came back, were called off or left
//! out, and that it is what the calls say.

use crate::support::receiver::{Hook, Receiver};
use crate::support::{Portal, json};
use chrono::Duration;
use serde_json::{Value, json};

fn payout(n: u32, amount: i64, purpose: &str) -> Value {
    json!({ "amount": amount, "purpose": purpose, "reference": format!("R-{n}"), "destination": {
        "type": "bank", "account_number": format!("00112398{n:02}"), "bank_code": "NBM", "name": "John Phiri" } })
}

/// Sends a bulk that is told at the receiver; answers it.
#[track_caller]
fn sent(portal: &Portal, receiver: &Receiver, payouts: &[Value]) -> Value {
    let body = json!({ "source_id": "35253486", "webhook_url": receiver.url(), "payouts": payouts });
    let thoko = portal.client("kachere-thoko").with_new_key();
    json(&thoko.posts("/payout/bulk", &body).is(201))
}

/// The last that was told of each payout: reference, status, code, sentence.
fn told(receiver: &Receiver) -> Vec<Value> {
    let mut last = std::collections::BTreeMap::new();
    for data in receiver
        .received()
        .iter()
        .map(Hook::json)
        .map(|body| body["data"].clone())
    {
        last.insert(data["reference"].to_string(), data);
    }
    let fields = |data: &Value| {
        json!([
            data["reference"],
            data["lifecycle_status"],
            data["status"],
            data["failure_reason"],
            data["message"]
        ])
    };
    last.values().map(fields).collect()
}

/// The same as the calls say it.
fn shown(portal: &Portal, bulk: &Value) -> Vec<Value> {
    let path = format!("/payout/bulk/{}", bulk["id"].as_str().unwrap());
    let found = json(&portal.client("kachere-thoko").gets(&path).is(200));
    let payouts = found["payouts"].as_array().unwrap().iter().zip(1..);
    payouts
        .map(|(payout, n)| {
            json!([
                format!("R-{n}"),
                payout["lifecycle_status"],
                payout["status"],
                payout["failure_reason"],
                payout["message"]
            ])
        })
        .collect()
}

#[test]
fn what_failed_or_came_back_says_why() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    let bulk = sent(
        &portal,
        &receiver,
        &[
            payout(1, 10_000, "expenses_services"),
            payout(2, 1_006, "payroll_benefits"),
            payout(3, 10_000, "money_exchange"),
            payout(4, 10_000, "payroll_benefits"),
        ],
    );
    people.james().approves(&bulk["batch_number"].to_string());
    portal.run_jobs();
    portal.clock_forward(Duration::seconds(60));
    portal.run_jobs_until_quiet();
    let wanted = [
        json!([
            "R-1",
            "PROCESSED",
            "failed",
            "beneficiary_bank_rejected",
            "The beneficiary's bank rejected the payment"
        ]),
        json!([
            "R-2",
            "PROCESSED",
            "returned",
            "returned_by_beneficiary_bank",
            "Sent back by the beneficiary's bank"
        ]),
        json!([
            "R-3",
            "INTENT_CREATION_FAILED",
            "failed",
            "intent_creation_failed",
            "intent creation failed"
        ]),
        json!(["R-4", "PROCESSED", "paid", "", "Paid"]),
    ];
    assert_eq!(told(&receiver), wanted);
    assert_eq!(shown(&portal, &bulk), wanted);
}

#[test]
fn what_is_faulty_or_left_out_says_why_in_the_words_of_its_sender() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    let mut late = payout(1, 100, "payroll_benefits");
    late["scheduled_date"] = json!("2023-01-15");
    let mut long = payout(2, 100, "payroll_benefits");
    long["destination"]["bank_code"] = json!("N B M !");
    let payouts = [
        late,
        long,
        payout(3, 100, "payroll_benefits"),
        payout(4, 100, "payroll_benefits"),
    ];
    let bulk = sent(&portal, &receiver, &payouts);
    portal.run_jobs();
    let past = "scheduled_date: Date is in the past";
    let code = "destination.bank_code: Bank code has other characters than letters and digits";
    let mut wanted = vec![
        json!(["R-1", "VALIDATION_FAILED", "failed", "validation_failed", past]),
        json!(["R-2", "VALIDATION_FAILED", "failed", "validation_failed", code]),
        json!(["R-3", "SCHEDULED", "queued", "", null]),
        json!(["R-4", "SCHEDULED", "queued", "", null]),
    ];
    assert_eq!(shown(&portal, &bulk), wanted);
    let faulty = |hook: &Hook| {
        hook.json()["data"]["faults"][0]["field"]
            .as_str()
            .map(str::to_owned)
    };
    let fields: Vec<String> = receiver.received().iter().filter_map(faulty).collect();
    assert_eq!(fields, ["scheduled_date", "destination.bank_code"]);

    let number = bulk["batch_number"].to_string();
    people.thoko().recalls(&number);
    let path = format!("/batches/{number}/left-out");
    people
        .thoko()
        .post(&path, &[("row", "2"), ("reason", "Unknown bank")])
        .done();
    people
        .thoko()
        .post(&path, &[("row", "3"), ("reason", "Resigned")])
        .done();
    portal.run_jobs();
    let both = format!("{code}; left_out: Unknown bank");
    wanted[1] = json!(["R-2", "VALIDATION_FAILED", "failed", "left_out", both]);
    wanted[2] = json!([
        "R-3",
        "VALIDATION_FAILED",
        "failed",
        "left_out",
        "left_out: Resigned"
    ]);
    assert_eq!(shown(&portal, &bulk), wanted);
    // A payout's address is told of what waits, in whatever words it was told before.
    let told = told(&receiver);
    assert_eq!(told[1..3], wanted[1..3]);
}

#[test]
fn what_was_called_off_says_why() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    let four = [1, 2].map(|n| payout(n, 100, "payroll_benefits"));
    let rejected = sent(&portal, &receiver, &four);
    people
        .james()
        .rejects(&rejected["batch_number"].to_string(), "Not this month");
    portal.run_jobs();
    let wanted = |reason: &str| -> Vec<Value> {
        [1, 2]
            .map(|n| json!([format!("R-{n}"), "CANCELLED", "canceled", "", reason]))
            .to_vec()
    };
    assert_eq!(told(&receiver), wanted("Not this month"));
    assert_eq!(shown(&portal, &rejected), wanted("Not this month"));
    let named = json!({ "merchantAccountNumber": 35_253_486, "batchNumber": rejected["batch_number"] });
    let thoko = portal.client("kachere-thoko");
    let list = json(
        &thoko
            .posts("/disbursements/batch/getBatchTransactions", &named)
            .is(200),
    );
    let first = &list["transactions"][0];
    assert_eq!(
        (&first["transactionStatusCode"], &first["responseMessage"]),
        (&json!("X"), &json!("Not this month"))
    );

    let receiver = Receiver::start();
    let other = sent(&portal, &receiver, &four);
    let number = other["batch_number"].to_string();
    let id = other["payouts"][0]["id"].as_str().unwrap();
    people
        .thoko()
        .tries(
            &number,
            "cancellation",
            &[("reason", "Left the firm"), ("payout", id)],
        )
        .done();
    portal.run_jobs();
    assert_eq!(
        told(&receiver)[0],
        json!(["R-1", "CANCELLED", "canceled", "", "Left the firm"])
    );
    let cancel = format!("/payout/bulk/{}/cancel", other["id"].as_str().unwrap());
    thoko.clone().with_new_key().sends("POST", &cancel, b"").is(200);
    portal.run_jobs();
    let wanted = [
        json!(["R-1", "CANCELLED", "canceled", "", "Left the firm"]),
        json!(["R-2", "CANCELLED", "canceled", "", "Cancelled by API"]),
    ];
    assert_eq!(told(&receiver), wanted);
    assert_eq!(shown(&portal, &other), wanted);
}
