//! The reference: every call is in it, its examples are what the calls take, and what a journey answers
//! is what it says.

use crate::support::{Portal, json};
use countersign::api::ROUTES;
use countersign::api::reference::calls::CALLS;
use countersign::api::reference::document;
use countersign::flows::demonstrate::PASSWORD;
use serde_json::{Value, json};

#[test]
fn every_call_is_described_once_and_nothing_else_is() {
    let key = |verb: countersign::api::Verb, path: &str| format!("{} {path}", verb.as_str());
    let mut routes: Vec<String> = ROUTES.iter().map(|route| key(route.verb, route.path)).collect();
    let mut calls: Vec<String> = CALLS.iter().map(|call| key(call.verb, call.path)).collect();
    routes.sort();
    calls.sort();
    assert_eq!(routes, calls);
    for call in CALLS {
        assert!(
            !call.summary.is_empty() && !call.description.is_empty(),
            "{}",
            call.path
        );
        assert_eq!(call.request.is_some(), call.example().is_some(), "{}", call.path);
    }
}

/// A validator of one place of the document.
fn validator(document: &Value, pointer: &str) -> jsonschema::Validator {
    let schema = document.pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{pointer}: {error}"))
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

#[track_caller]
fn holds(validator: &jsonschema::Validator, value: &Value, what: &str) {
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}: {faults:#?}\n{value:#}");
}

#[test]
fn examples_are_of_the_shape_that_is_told() {
    let document = document("http://127.0.0.1:8080");
    for call in CALLS.iter().filter(|call| call.request.is_some()) {
        let media = call.request.unwrap().0;
        let pointer = format!(
            "/paths/{}/{}/requestBody/content/{}/schema",
            escaped(call.path),
            call.verb.as_str().to_lowercase(),
            escaped(media)
        );
        holds(
            &validator(&document, &pointer),
            &call.example().unwrap(),
            call.path,
        );
    }
}

#[test]
fn what_a_journey_answers_is_what_the_reference_says() {
    let (portal, _) = Portal::start();
    let stranger = portal.stranger();
    let document = json(&stranger.gets("/openapi.json").is(200));
    assert_eq!(document["openapi"], "3.1.0");
    let answered = |method: &str, path: &str, answer: &crate::support::page::Answer| {
        let pointer = format!(
            "/paths/{}/{method}/responses/{}/content/application~1json/schema",
            escaped(path),
            answer.status
        );
        holds(
            &validator(&document, &pointer),
            &json(answer),
            &format!("{method} {path}"),
        );
    };
    let token = stranger.asks_token("kachere-thoko", PASSWORD);
    answered("post", "/oauth/token", &token);
    answered("post", "/oauth/token", &stranger.asks_token("kachere-thoko", "x"));
    let example = |path: &str| {
        let call = CALLS
            .iter()
            .find(|call| call.path == path && call.verb != countersign::api::Verb::Get);
        call.unwrap().example().unwrap()
    };
    let thoko = portal.client("kachere-thoko");
    for path in ["/disbursements/batch/addFile", "/disbursements/batch/addJson"] {
        answered(
            "post",
            path,
            &thoko.clone().with_new_key().posts(path, &example(path)).is(200),
        );
    }
    portal.run_jobs();
    let named = json!({ "merchantAccountNumber": 35_253_486, "batchNumber": 10_000_002 });
    for path in ["getBatch", "getBatchTransactions", "downloadBatchErrors"] {
        let path = format!("/disbursements/batch/{path}");
        answered("post", &path, &thoko.posts(&path, &named).is(200));
        answered("post", &path, &thoko.posts(&path, &json!({})).is(400));
    }
    let james = portal.client("kachere-james").with_new_key();
    james.posts("/disbursements/batch/getBatch", &named).is(200);
    let james = james.with_new_key();
    let approve = "/disbursements/batch/approve";
    answered("put", approve, &james.sends_json("PUT", approve, &named).is(200));
    answered(
        "post",
        approve,
        &thoko.clone().with_new_key().posts(approve, &named).is(403),
    );
    let bulk = thoko.posts("/payout/bulk", &example("/payout/bulk")).is(201);
    answered("post", "/payout/bulk", &bulk);
    answered(
        "post",
        "/payout/bulk",
        &thoko.posts("/payout/bulk", &json!({})).is(400),
    );
    let id = json(&bulk)["id"].as_str().unwrap().to_owned();
    let one = "/payout/bulk/{id}";
    answered("get", one, &thoko.gets(&one.replace("{id}", &id)).is(200));
    let edit = thoko
        .sends_json("PATCH", &one.replace("{id}", &id), &example(one))
        .is(200);
    answered("patch", one, &edit);
    portal.run_jobs_until_quiet();
    for list in ["/payout/bulk", "/payouts", "/payout_accounts"] {
        answered("get", list, &thoko.gets(list).is(200));
    }
    let cancel = "/payout/bulk/{id}/cancel";
    answered(
        "post",
        cancel,
        &thoko.sends("POST", &cancel.replace("{id}", &id), b"").is(200),
    );
    answered("get", "/payouts/{id}", &thoko.gets("/payouts/none").is(404));
}

#[test]
fn the_page_shows_every_call_with_a_request_to_copy() {
    let (portal, people) = Portal::start();
    let page = people.dalitso().get("/developers/api");
    assert_eq!(page.all("details.reference__call").len(), ROUTES.len());
    assert_eq!(page.all("details.reference__call pre").len(), ROUTES.len());
    assert_eq!(page.all("details[open]").len(), 0);
    // Each has an address at which it stands open.
    let links: Vec<String> = page
        .all(".reference__list a")
        .iter()
        .map(|link| link.attr("href").unwrap().to_owned())
        .collect();
    assert_eq!(links.len(), ROUTES.len());
    for link in &links {
        let (path, anchor) = link.split_once('#').unwrap();
        let page = people.dalitso().get(path);
        assert!(page.has(&format!("details[open][id='{anchor}']")), "{link}");
        assert_eq!(page.all("details[open]").len(), 1, "{link}");
    }
    let all = people.dalitso().get("/developers/api?call=all");
    assert_eq!(all.all("details[open]").len(), ROUTES.len());
    drop(portal);
}
