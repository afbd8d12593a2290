//! How calls are written: media types, encodings, names that stand twice, keys that are none, pages of
//! other sites.

use crate::support::{Portal, json};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};

const BULK: &str = "/payout/bulk";

fn bulk(number: u64) -> Value {
    json!({ "source_id": "35253486", "payouts": [{ "sequence_number": number.to_string(), "amount": 100,
        "purpose": "payroll_benefits", "destination": { "type": "bank", "account_number": "0011239845",
            "bank_code": "NBM", "name": "John Phiri" } }] })
}

#[test]
fn bodies_are_json_and_say_so() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    let sends = |n: u64, name: &str, value: &str| {
        let body = bulk(1_000_000_000_000_000 + n).to_string();
        thoko
            .clone()
            .with(name, value)
            .sends("POST", BULK, body.as_bytes())
    };
    for (n, kind) in (1..).zip([
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/problem+json",
        "application/x-www-form-urlencoded",
    ]) {
        sends(n, "content-type", kind).is(201);
    }
    for kind in [
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "image/png",
    ] {
        sends(9, "content-type", kind).faults(400, &["Content-Type"]);
    }
    for encoding in ["gzip", "br", "deflate, gzip"] {
        sends(9, "content-encoding", encoding).faults(400, &["Content-Encoding"]);
    }
    sends(9, "content-encoding", "identity").is(201);
    // A mark of byte order is passed over.
    let marked = format!("\u{feff}{}", bulk(2_000_000_000_000_000));
    thoko.sends("POST", BULK, marked.as_bytes()).is(201);
    thoko
        .clone()
        .with("content-type", "text/plain")
        .with_new_key()
        .sends("POST", "/disbursements/batch/addJson", b"{}")
        .faults(400, &["Content-Type"]);
}

#[test]
fn no_name_stands_twice() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    let text = bulk(1_000_000_000_000_000).to_string();
    for (once, twice, path) in [
        (
            "\"amount\":100",
            "\"amount\":100,\"amount\":900",
            "payouts[0].amount",
        ),
        // The same name, written otherwise.
        (
            "\"amount\":100",
            "\"amount\":100,\"am\\u006funt\":900",
            "payouts[0].am\\u006funt",
        ),
        (
            "\"name\":",
            "\"name\":\"X\",\"name\":",
            "payouts[0].destination.name",
        ),
        (
            "\"source_id\":",
            "\"source_id\":\"35253502\",\"source_id\":",
            "source_id",
        ),
    ] {
        let body = text.replacen(once, twice, 1);
        assert_ne!(body, text, "{once}");
        let told = thoko.sends("POST", BULK, body.as_bytes()).faults(400, &[path]);
        assert!(
            told["errors"][path][0].as_str().unwrap().contains("twice"),
            "{told}"
        );
    }
    let add = |body: &str| {
        let path = "/disbursements/batch/addJson";
        thoko.clone().with_new_key().sends("POST", path, body.as_bytes())
    };
    let header = "\"merchantAccountNumber\":35253486,\"isBatchScheduled\":false";
    let one = "{\"connectorId\":\"NBM\",\"beneficiaryAccountNumber\":\"0011239845\",\"transactionAmount\":1}";
    let twice = format!("{{\"header\":{{{header},\"isBatchScheduled\":false}},\"transactions\":[{one}]}}");
    let told = json(&add(&twice).is(400));
    assert!(
        told["errors"]["header"][0].as_str().unwrap().contains("twice"),
        "{told}"
    );
    let doubled = one.replacen('{', "{\"transactionAmount\":9,", 1);
    add(&format!(
        "{{\"header\":{{{header}}},\"transactions\":[{doubled}]}}"
    ))
    .faults(400, &["transactions[0]"]);
}

#[test]
fn a_key_that_is_not_ascii_is_a_key_that_is_malformed() {
    let (portal, _) = Portal::start();
    let token = portal.stranger().token("kachere-thoko", "countersign-demo");
    let body = bulk(1_000_000_000_000_000).to_string();
    let mut stream = std::net::TcpStream::connect(portal.address()).unwrap();
    let head = format!(
        "POST /api/v1{BULK} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\nidempotency-key: \u{fc}mlaut-abcdefghijk\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(portal.db_number("SELECT count(*) FROM payout"), 0);
    // Errors are written in the contract's order.
    assert!(
        answer.contains("{\"type\":\"invalid_request\",\"message\":\"An Idempotency-Key"),
        "{answer}"
    );
}

#[test]
fn pages_of_other_sites_are_refused() {
    let (portal, _) = Portal::start();
    let thoko = portal.stranger().with_basic("kachere-thoko", "countersign-demo");
    for (site, status) in [
        ("cross-site", 403),
        ("same-site", 403),
        ("same-origin", 201),
        ("none", 201),
    ] {
        let number = 1_000_000_000_000_000 + site.len() as u64;
        let thoko = thoko.clone().with("sec-fetch-site", site);
        thoko.posts(BULK, &bulk(number)).is(status);
        thoko.gets("/payout_accounts").is(200);
    }
}

#[test]
fn an_account_is_found_by_its_number_too() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    let by_number = json(&thoko.gets("/payout_accounts/35253502").is(200));
    let path = format!("/payout_accounts/{}", by_number["id"].as_str().unwrap());
    assert_eq!(json(&thoko.gets(&path).is(200)), by_number);
    for unknown in ["35253503", "-1", "x", "%00"] {
        let status = if unknown == "%00" { 400 } else { 404 };
        thoko.gets(&format!("/payout_accounts/{unknown}")).is(status);
    }
}

#[test]
fn what_a_body_lacks_is_named_where_it_belongs() {
    let (portal, _) = Portal::start();
    let one =
        json!({ "connectorId": "NBM", "beneficiaryAccountNumber": "0011239845", "transactionAmount": 1 });
    let sends = |call: &str, body: &Value| {
        let thoko = portal.client("kachere-thoko").with_new_key();
        thoko.posts(&format!("/disbursements/batch/{call}"), body)
    };
    let missing = ["header.isBatchScheduled", "header.merchantAccountNumber"];
    sends("addJson", &json!({ "transactions": [one] })).faults(400, &missing);
    sends("addJson", &json!({ "transactions": [one], "header": null })).faults(400, &missing);
    let all = [
        "header",
        "header.isBatchScheduled",
        "header.merchantAccountNumber",
    ];
    sends("addJson", &json!({ "transactions": [one], "header": "x" })).faults(400, &all);
    // Beside the list they are as good.
    let flat =
        json!({ "transactions": [one], "merchantAccountNumber": 35_253_486, "isBatchScheduled": false });
    sends("addJson", &flat).is(200);
    let file = json!({ "merchantAccountNumber": 35_253_486, "isBatchScheduled": false, "contentType": "CSV",
        "fileContent": 7 });
    let told = sends("addFile", &file).faults(400, &["fileContent"]);
    assert_eq!(told["errors"]["fileContent"][0], "This must be a text.");
}

#[test]
fn a_faulty_entry_that_was_called_off_has_no_code_and_the_reason() {
    let (portal, people) = Portal::start();
    let rows = crate::support::Payroll::of(2).with(1, "amount", "12.345");
    let number = people.thoko().uploads(rows.csv());
    portal.run_jobs();
    people.thoko().cancels(&number, "Sent twice");
    let number: i64 = number.parse().unwrap();
    let named = json!({ "merchantAccountNumber": 35_253_486, "batchNumber": number });
    let path = "/disbursements/batch/getBatchTransactions";
    let list = json(&portal.client("kachere-thoko").posts(path, &named).is(200));
    for entry in list["transactions"].as_array().unwrap() {
        assert_eq!(entry["transactionStatusCode"], "C");
        assert_eq!(entry["responseCode"], Value::Null);
        assert_eq!(entry["responseMessage"], "Sent twice");
    }
}

#[test]
fn what_payouts_are_asked_for_is_never_passed_over() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko");
    let mut body = bulk(1_000_000_000_000_000);
    body["payouts"][0]["metadata"] = json!({ "cart": "7", "a [b]": "x&y=ü" });
    thoko.posts(BULK, &body).is(201);
    let found = |query: &str| {
        let list = json(&thoko.gets(&format!("/payouts?{query}")).is(200));
        list["data"].as_array().unwrap().len()
    };
    for (query, count) in [
        ("metadata[cart]=7", 1),
        ("metadata[cart]=7&metadata[cart]=7", 1),
        ("metadata[cart]=8", 0),
        ("metadata%5Ba%20%5Bb%5D%5D=x%26y%3D%C3%BC", 1),
        ("created_after=2024-01-15T00:00:00+02:00", 1),
        ("created_after=2024-01-15T00%3A00%3A00%2B02%3A00", 1),
        ("created_after=2024-01-15", 1),
        ("created_after=2099-01-01", 0),
    ] {
        assert_eq!(found(query), count, "{query}");
    }
    for (query, path) in [
        ("metadata=7", "metadata"),
        ("metadata[]=7", "metadata[]"),
        ("metadata[cart=7", "metadata[cart"),
        ("metadata[cart]=7&metadata[cart]=8", "metadata[cart]"),
    ] {
        thoko.gets(&format!("/payouts?{query}")).faults(400, &[path]);
    }
}
