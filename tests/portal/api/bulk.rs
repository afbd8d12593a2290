//! Bulk payouts: Moyasar's create, MoneyHash's retrieve and cancel, from a token to paid.

use crate::support::{Portal, json};
use countersign::flows::demonstrate::PASSWORD;
use serde_json::{Value, json};

const BULK: &str = "/payout/bulk";

/// What Moyasar's page asks, for the account in riyals.
fn riyals() -> Value {
    json!({ "source_id": "35253502", "label": "January refunds", "payouts": [
        { "sequence_number": "6244377266243449", "amount": 10_000, "purpose": "bills_or_rent",
          "destination": { "type": "bank", "iban": "SA0380000000608010167519", "name": "Aisha Alharbi",
              "mobile": "+966501234567", "country": "SA", "city": "Riyadh" },
          "comment": "my comment", "metadata": { "cart_id": "72e470a5", "customer_id": "23432" } },
        { "sequence_number": "6244377266243450", "amount": 2_550, "purpose": "personal",
          "destination": { "type": "wallet", "mobile": "0501234567", "name": "Omar" }, "reference": "W-1" } ] })
}

#[test]
fn a_bulk_goes_from_a_request_to_paid() {
    let (portal, _) = Portal::start();
    // As Moyasar's clients do: the key as user name, no password; each payout with its own number.
    let key = format!("sk_kachere-thoko_{PASSWORD}");
    let moyasar = portal.stranger().with_basic(&key, "");
    let made = json(&moyasar.posts(BULK, &riyals()).is(201));
    assert_eq!(made["status"], "awaiting_approval");
    let payouts = made["payouts"].as_array().unwrap();
    assert_eq!(payouts[0]["sequence_number"], "6244377266243449");
    assert_eq!(
        (&payouts[0]["status"], &payouts[0]["lifecycle_status"]),
        (&json!("queued"), &json!("SCHEDULED"))
    );
    assert_eq!(payouts[0]["failure_reason"], "");
    assert!(payouts[0]["channel"].is_null());
    assert_eq!(payouts[0]["metadata"]["cart_id"], "72e470a5");
    assert_eq!(payouts[1]["destination"]["mobile"], "+966501234567");
    let keys: Vec<&String> = payouts[0].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 17, "{keys:?}");
    // The numbers are used now, whoever sends them again.
    moyasar
        .posts(BULK, &riyals())
        .faults(400, &["payouts[0].sequence_number", "payouts[1].sequence_number"]);

    let path = format!("{BULK}/{}", made["id"].as_str().unwrap());
    assert_eq!(json(&moyasar.gets(&path).is(200)), made);
    let listed = json(&moyasar.gets(BULK).is(200));
    assert_eq!(listed["data"][0]["id"], made["id"]);
    assert!(listed["next"].is_null());

    // The approver signs in the other dialect.
    let james = portal.client("kachere-james").merchant("35253502").with_new_key();
    let named = json!({ "merchantAccountNumber": 35_253_502, "batchNumber": made["batch_number"] });
    james.posts("/disbursements/batch/getBatch", &named).is(200);
    let james = james.with_new_key();
    james.posts("/disbursements/batch/approve", &named).is(200);
    portal.run_jobs_until_quiet();
    let paid = json(&moyasar.gets(&path).is(200));
    assert_eq!(paid["status"], "completed");
    assert_eq!(paid["payouts"][0]["status"], "paid");
    assert_eq!(paid["payouts"][0]["lifecycle_status"], "PROCESSED");
    assert!(paid["payouts"][0]["channel"].is_string());

    let one = format!("/payouts/{}", made["payouts"][0]["id"].as_str().unwrap());
    assert_eq!(json(&moyasar.gets(&one).is(200)), paid["payouts"][0]);
    let found = |query: &str| {
        let list = json(&moyasar.gets(&format!("/payouts?{query}")).is(200));
        list["data"].as_array().unwrap().len()
    };
    assert_eq!(found("metadata%5Bcart_id%5D=72e470a5"), 1);
    assert_eq!(
        found("metadata%5Bcart_id%5D=72e470a5&metadata%5Bcustomer_id%5D=0"),
        0
    );
    assert_eq!(found("reference=W-1"), 1);
    assert_eq!(found("reference=6244377266243449"), 1);
    assert_eq!(found("status=paid"), 2);
    assert_eq!(found("status=PROCESSED"), 2);
    assert_eq!(found("status=queued"), 0);
    assert_eq!(found("created_after=2024-01-15"), 2);
    assert_eq!(found("created_after=2024-01-16T00:00:00Z"), 0);
    let first = json(&moyasar.gets("/payouts?limit=1").is(200));
    let next = first["next"].as_str().unwrap();
    let second = json(&moyasar.gets(&format!("/payouts?limit=1&after={next}")).is(200));
    assert_ne!(first["data"][0]["id"], second["data"][0]["id"]);
    assert!(second["next"].is_null());
    // What Postgres can't keep is no question either, not even as the name of one.
    moyasar
        .gets("/payouts?metadata%5Ba%00%5D=b")
        .faults(400, &["metadata[a\0]"]);
    moyasar
        .gets("/payouts?status=lost&limit=0&after=x")
        .faults(400, &["after", "limit", "status"]);

    let accounts = json(&moyasar.gets("/payout_accounts").is(200));
    let riyals = &accounts["data"][1];
    assert_eq!(
        (&riyals["number"], &riyals["balance"]["available"]),
        (&json!(35_253_502), &json!(8_411_250 - 12_550))
    );
    let account = format!("/payout_accounts/{}", riyals["id"].as_str().unwrap());
    assert_eq!(json(&moyasar.gets(&account).is(200)), *riyals);
    moyasar.gets("/payout_accounts/none").is(404);
    moyasar
        .gets("/payouts/3fa85f64-5717-4562-b3fc-2c963f66afa6")
        .is(404);
}

#[test]
fn a_number_of_a_payout_may_begin_with_0() {
    let (portal, people) = Portal::start();
    let moyasar = portal.client("kachere-thoko");
    // Any 16 digits will do, and stay 16.
    let mut body = riyals();
    body["payouts"] = json!([body["payouts"][0].clone()]);
    body["payouts"][0]["sequence_number"] = json!("0123456789012345");
    let zero = json(&moyasar.posts(BULK, &body).is(201));
    assert_eq!(zero["payouts"][0]["sequence_number"], "0123456789012345");
    let list = json(&moyasar.gets("/payouts?reference=0123456789012345").is(200));
    assert_eq!(list["data"][0]["id"], zero["payouts"][0]["id"]);
    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    assert!(report.contains(",0123456789012345,"), "{report}");
}

#[test]
fn what_moyasar_s_page_says_of_errors() {
    let (portal, _) = Portal::start();
    let wrong = portal.stranger().with_basic("sk_kachere-thoko_nonsense", "");
    wrong.posts(BULK, &riyals()).is(401);
    let james = portal.stranger().with_token("kachere-james", PASSWORD);
    james.posts(BULK, &riyals()).is(403);
    let thoko = portal.stranger().with_token("kachere-thoko", PASSWORD);
    let body = json!({ "source_id": "35253502", "scheduled_date": "yesterday", "payouts": [
        { "amount": 0, "purpose": "fun", "destination": { "type": "bank", "name": "A" } },
        { "amount": 1.5, "destination": { "type": "cash" }, "sequence_number": "12" },
        { "amount": "x", "purpose": "personal", "metadata": { "a": 1 },
          "destination": { "type": "wallet", "mobile": "1", "iban": "x" } }, 7 ] });
    thoko.posts(BULK, &body).faults(
        400,
        &[
            "payouts[0].amount",
            "payouts[0].destination.iban",
            "payouts[0].purpose",
            "payouts[1].amount",
            "payouts[1].destination.type",
            "payouts[1].purpose",
            "payouts[1].sequence_number",
            "payouts[2].amount",
            "payouts[2].destination.iban",
            "payouts[2].metadata.a",
            "payouts[3]",
            "scheduled_date",
        ],
    );
    thoko
        .posts(BULK, &json!({}))
        .faults(400, &["payouts", "source_id"]);
    let nowhere = json!({ "payouts": [{ "amount": 0 }] });
    let faults = [
        "payouts[0].amount",
        "payouts[0].destination",
        "payouts[0].purpose",
        "source_id",
    ];
    thoko.posts(BULK, &nowhere).faults(400, &faults);
    let mut unnumbered = riyals();
    unnumbered["payouts"][0]
        .as_object_mut()
        .unwrap()
        .remove("sequence_number");
    thoko.posts(BULK, &unnumbered).is(400);
    let made = json(&thoko.with_new_key().posts(BULK, &unnumbered).is(201));
    assert_eq!(made["payouts"][0]["sequence_number"].as_str().unwrap().len(), 16);
}

#[test]
fn a_well_formed_payout_that_can_t_be_paid_is_taken_in_and_the_rest_cancelled() {
    let (portal, _) = Portal::start();
    let thoko = portal.stranger().with_token("kachere-thoko", PASSWORD);
    let mut body = riyals();
    body["payouts"][0]["destination"]["iban"] = json!("SA0380000000608010167510");
    let made = json(&thoko.posts(BULK, &body).is(201));
    let faulty = &made["payouts"][0];
    assert_eq!(
        (&faulty["status"], &faulty["lifecycle_status"]),
        (&json!("failed"), &json!("VALIDATION_FAILED"))
    );
    assert!(faulty["message"].as_str().unwrap().contains("check digits"));
    assert_eq!(faulty["metadata"]["customer_id"], "23432");
    let path = format!("{BULK}/{}/cancel", made["id"].as_str().unwrap());
    let cancelled = json(&thoko.sends("POST", &path, b"").is(200));
    assert_eq!(cancelled["status"], "cancelled");
    for payout in cancelled["payouts"].as_array().unwrap() {
        assert_eq!(
            (&payout["status"], &payout["lifecycle_status"]),
            (&json!("canceled"), &json!("CANCELLED"))
        );
    }
    thoko.sends("POST", &path, b"").is(409);
    // They changed when they were called off.
    let called_off = cancelled["payouts"][0]["updated_at"].as_str().unwrap();
    assert!(
        cancelled["payouts"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["updated_at"].as_str().unwrap() >= called_off)
    );
    let edited = json!({ "payouts": [{ "id": cancelled["payouts"][0]["id"], "amount": 1, "purpose": "personal",
        "destination": { "type": "wallet", "mobile": "0501234567" } }] });
    let bulk = path.trim_end_matches("/cancel");
    thoko
        .sends_json("PATCH", bulk, &edited)
        .faults(409, &["payouts[0]"]);
    let found = json(
        &thoko
            .gets("/payouts?status=canceled&metadata%5Bcustomer_id%5D=23432")
            .is(200),
    );
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
}

#[test]
fn an_edit_is_all_or_nothing_and_submits_again() {
    let (portal, _) = Portal::start();
    let thoko = portal.stranger().with_token("kachere-thoko", PASSWORD);
    let mut body = riyals();
    body["payouts"][0]["destination"]["iban"] = json!("SA0380000000608010167510");
    let made = json(&thoko.posts(BULK, &body).is(201));
    let path = format!("{BULK}/{}", made["id"].as_str().unwrap());
    let number = made["batch_number"].to_string();
    let before = portal.db_fingerprint(&number);
    // One good, one unknown, one that names nothing: nothing is done.
    let mut changed = riyals();
    changed["payouts"][1]["sequence_number"] = json!("1111111111111111");
    let mut nameless = riyals()["payouts"][0].clone();
    nameless.as_object_mut().unwrap().remove("sequence_number");
    changed["payouts"].as_array_mut().unwrap().push(nameless);
    thoko
        .sends_json("PATCH", &path, &changed)
        .faults(400, &["payouts[1]", "payouts[2]"]);
    assert_eq!(portal.db_fingerprint(&number), before);

    let mut fixed = json!({ "payouts": [riyals()["payouts"][0].clone()] });
    fixed["payouts"][0]["id"] = made["payouts"][0]["id"].clone();
    fixed["payouts"][0]["amount"] = json!(20_000);
    let edited = json(&thoko.sends_json("PATCH", &path, &fixed).is(200));
    assert_eq!(edited["status"], "awaiting_approval");
    assert_eq!(edited["payouts"][0]["lifecycle_status"], "SCHEDULED");
    assert_eq!(edited["payouts"][0]["amount"], 20_000);
    assert_eq!(edited["payouts"][1], {
        let mut same = made["payouts"][1].clone();
        same["updated_at"] = edited["payouts"][1]["updated_at"].clone();
        same
    });
    assert_ne!(portal.db_fingerprint(&number), before);
    assert_eq!(
        portal.db_number(&format!("SELECT revision FROM batch WHERE number = {number}")),
        2
    );

    // What was seen before an edit can't be signed after it.
    let named = json!({ "merchantAccountNumber": 35_253_502, "batchNumber": made["batch_number"] });
    let james = portal.client("kachere-james").merchant("35253502").with_new_key();
    james.posts("/disbursements/batch/getBatch", &named).is(200);
    fixed["payouts"][0]["amount"] = json!(20_100);
    thoko.sends_json("PATCH", &path, &fixed).is(200);
    james
        .with_new_key()
        .posts("/disbursements/batch/approve", &named)
        .is(409);
    let cancel = format!("{path}/cancel");
    thoko.sends("POST", &cancel, b"").is(200);
    thoko
        .sends_json("PATCH", &path, &fixed)
        .faults(409, &["payouts[0]"]);
}

#[test]
fn a_webhook_address_is_as_good_as_an_endpoint_s() {
    let (portal, _) = Portal::start();
    let thoko = portal.client("kachere-thoko").with_new_key();
    for wrong in [
        "https://",
        "ftp://shop.example/hooks",
        "http://shop.example/hooks",
        "https://user:secret@shop.example/hooks",
        "https://10.0.0.7/hooks",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.7]/hooks",
    ] {
        let mut body = riyals();
        body["webhook_url"] = json!(wrong);
        thoko.posts(BULK, &body).faults(400, &["webhook_url"]);
    }
    let mut body = riyals();
    body["webhook_url"] = json!("https://shop.example/hooks");
    thoko.posts(BULK, &body).is(201);
}

#[test]
fn requests_of_a_client_name_so_many_addresses_and_no_more() {
    let (portal, _) = Portal::start();
    let sql = "INSERT INTO webhook_endpoint (public_id, organisation_id, api_client_id, url, events, from_seq, created_at)
        SELECT gen_random_uuid(), organisation_id, id, 'https://erp.example/' || n, '{payout.status}', 0, now()
        FROM api_client, generate_series(1, 100) n WHERE client_id = 'kachere-thoko'";
    portal.db_run(sql).unwrap();
    let body = |url: &str| {
        serde_json::json!({ "source_id": "35253486", "webhook_url": url, "payouts": [{
            "amount": 100, "purpose": "payroll_benefits", "destination": { "type": "bank",
                "account_number": "0011239845", "bank_code": "NBM", "name": "John Phiri", "mobile": "+265991204118",
                "country": "MW", "city": "Blantyre" } }] })
    };
    let new = body("https://erp.example/another");
    let thoko = || portal.client("kachere-thoko").with_new_key();
    let told = json(&thoko().posts("/payout/bulk", &new).is(400));
    let why = told["errors"]["webhook_url"][0].as_str().unwrap();
    assert!(why.contains("100 addresses, which is the limit"), "{why}");
    let told = json(
        &thoko()
            .with("accept-language", "fr")
            .posts("/payout/bulk", &new)
            .is(400),
    );
    let why = told["errors"]["webhook_url"][0].as_str().unwrap();
    assert!(why.contains("100 adresses"), "{why}");
    thoko()
        .posts("/payout/bulk", &body("https://erp.example/7"))
        .is(201);
    portal.db_run("UPDATE webhook_endpoint SET removed_at = now(), off_at = now(), off_because = 'person' WHERE url = 'https://erp.example/9'").unwrap();
    thoko().posts("/payout/bulk", &new).is(201);
}
