//! What a client's person agreed to: with a code where they have a second factor, and again where the
//! client gets more to do. Nothing of it holds before, and nothing outlives the factor that it stood on.

use super::clients::{made_for, shown_secret};
use crate::support::authenticator::Authenticator;
use crate::support::integrator::Integrator;
use crate::support::phone::Phone;
use crate::support::{People, Portal, json};
use countersign::domain::client::{Agreement, Awaited};
use countersign::domain::ids::FactorNumber;
use countersign::domain::permission::Permission as P;
use countersign::flows::demonstrate::PASSWORD;
use serde_json::{Value, json};

const BATCH: &str = "/disbursements/batch";
const OWN: &str = "/profile/api-clients";
const JAMES: &str = "/developers/api-clients/kachere-james";
const AGREE: &str = "/profile/api-clients/kachere-james/agreement";
const WITHOUT_CODE: &str = "gave no code of it for the client";

/// A batch of one that Thoko's client sent, waiting for approval.
fn sent(portal: &Portal) -> Value {
    let transaction = json!({ "beneficiaryName": "John Phiri", "connectorId": 550_044,
        "beneficiaryAccountNumber": "0011223344", "transactionDescription": "Salary",
        "transactionAmount": 4500.0, "sourceReferenceNumber": "C-1" });
    let body = json!({ "header": { "merchantAccountNumber": 35_253_486, "isBatchScheduled": false,
        "scheduledDate": null }, "transactions": [transaction] });
    let thoko = portal.client("kachere-thoko").with_new_key();
    let taken = json(&thoko.posts(&format!("{BATCH}/addJson"), &body).is(200));
    portal.run_jobs();
    json!({ "merchantAccountNumber": 35_253_486, "batchNumber": taken["batchNumber"] })
}

fn james(portal: &Portal) -> Integrator {
    portal.client("kachere-james")
}

/// Approves; answers why not, or nothing.
#[track_caller]
fn approves(client: &Integrator, batch: &Value) -> Option<String> {
    client.posts(&format!("{BATCH}/getBatch"), batch).is(200);
    let answer = client
        .clone()
        .with_new_key()
        .sends_json("PUT", &format!("{BATCH}/approve"), batch);
    let reason = answer.header("x-refusal-reason").map(str::to_owned);
    answer.is(if reason.is_some() { 403 } else { 200 });
    reason
}

#[track_caller]
fn refused(client: &Integrator, batch: &Value, why: &str) {
    let reason = approves(client, batch).unwrap_or_default();
    assert!(reason.contains(why), "{reason}");
}

fn takes_off(people: &People, portal: &Portal, phone: &Phone) {
    let page = people.james().get("/profile/two-factor");
    let code = phone.next_code(portal);
    people
        .james()
        .tries_on(&page, "/profile/two-factor/removal", &[("code", &code)])
        .done();
}

#[test]
fn who_has_a_second_factor_confirms_with_a_code_what_will_sign() {
    let (portal, people) = Portal::start();
    let scopes = [("scope", "batch.view"), ("scope", "batch.approve")];
    let phone = people.james().sets_up_two_factor(&portal);
    let id = made_for(people.dalitso(), "james@kachere.example", &scopes);
    let home = people.james().get("/").text("main");
    assert!(
        home.contains("Payroll export waits until you confirm it"),
        "{home}"
    );
    let confirmation = format!("{OWN}/{id}/confirmation");
    let own = people.james().get(OWN);
    assert!(own.has(&format!("form[action='{confirmation}'] input[name='code']")));
    people.james().post(&confirmation, &[]).is(403);
    let wrong = phone.wrong_code(&portal);
    people.james().post(&confirmation, &[("code", &wrong)]).is(403);
    portal.stranger().asks_token(&id, "").is(401);
    // A recovery code counts as it does at sign-in, and once.
    let recovery = phone.recovery_codes[0].clone();
    let secret = shown_secret(people.james(), &confirmation, &[("code", &recovery)]);
    let batch = sent(&portal);
    let client = portal.stranger().with_token(&id, &secret).merchant("35253486");
    assert_eq!(approves(&client, &batch), None);
    people.james().post(&confirmation, &[("code", &recovery)]).is(403);
}

#[test]
fn ones_own_that_signs_waits_for_the_code_as_well() {
    let (portal, people) = Portal::start();
    people.dalitso().sets_up_two_factor(&portal);
    let fields = [
        ("name", "Looking"),
        ("person", "dalitso@kachere.example"),
        ("scope", "batch.view"),
    ];
    // What only looks needs none.
    shown_secret(people.dalitso(), "/developers/api-clients", &fields);
}

#[test]
fn a_passkey_counts_as_a_code_and_another_one_beside_it_takes_nothing_away() {
    let (portal, people) = Portal::start();
    let batch = sent(&portal);
    let (mut first, mut second) = (Authenticator::new(1, &portal), Authenticator::new(2, &portal));
    let codes = people.james().adds_a_first_passkey(&mut first);
    refused(&james(&portal), &batch, WITHOUT_CODE);
    assert!(
        people
            .james()
            .get(OWN)
            .has("input[name=code][data-module=passkey]")
    );
    let answer = first.answer(&people.james().is_asked_for_a_passkey());
    people.james().post(AGREE, &[("code", &answer)]).done();
    let page = people.james().get("/profile/two-factor");
    let made = second.make(&people.james().is_asked_to_make_a_passkey());
    let fields = [
        ("name", "Phone"),
        ("passkey", made.as_str()),
        ("code", codes[0].as_str()),
    ];
    people
        .james()
        .tries_on(&page, "/profile/two-factor/passkeys", &fields)
        .done();
    assert_eq!(approves(&james(&portal), &batch), None);
}

#[test]
fn a_client_from_before_the_second_factor_signs_only_after_a_code() {
    let (portal, people) = Portal::start();
    let batch = sent(&portal);
    let phone = people.james().sets_up_two_factor(&portal);
    refused(&james(&portal), &batch, WITHOUT_CODE);
    let home = people.james().get("/").text("main");
    assert!(home.contains("can't sign for you without a code"), "{home}");
    let own = people.james().get(OWN);
    assert!(own.has(&format!("form[action='{AGREE}'] input[name='code']")));
    people.james().post(AGREE, &[]).is(403);
    let wrong = phone.wrong_code(&portal);
    people.james().post(AGREE, &[("code", &wrong)]).is(403);
    people.grace().post(AGREE, &[]).is(404);
    refused(&james(&portal), &batch, WITHOUT_CODE);
    let code = phone.next_code(&portal);
    people.james().post(AGREE, &[("code", &code)]).done();
    assert!(people.james().get(OWN).form(AGREE).is_none());
    people.james().post(AGREE, &[]).is(409);
    // The token that it has is enough: what its person may do is read with every call.
    let client = james(&portal);
    // Another factor is another factor: what was said with the old one is gone with it.
    takes_off(&people, &portal, &phone);
    let phone = people.james().sets_up_two_factor(&portal);
    refused(&client, &batch, WITHOUT_CODE);
    let code = phone.next_code(&portal);
    people.james().post(AGREE, &[("code", &code)]).done();
    assert_eq!(approves(&client, &batch), None);
    assert_eq!(
        portal.db_number(
            "SELECT count(*) FROM event WHERE kind = 'api_client.agreed' AND data->>'with_code' = 'true'"
        ),
        2
    );
}

#[test]
fn where_the_policy_demands_a_second_factor_so_it_does_of_clients() {
    let (portal, people) = Portal::start();
    portal
        .db_run(
            "INSERT INTO policy (organisation_id, account_id, version, rule)
             SELECT organisation_id, account_id, version + 1, rule || '{\"approver_two_factor\": true}' FROM policy",
        )
        .unwrap();
    let batch = sent(&portal);
    refused(
        &james(&portal),
        &batch,
        "lets only people with two-factor sign-in approve",
    );
    let phone = people.james().sets_up_two_factor(&portal);
    refused(&james(&portal), &batch, WITHOUT_CODE);
    let code = phone.next_code(&portal);
    people.james().post(AGREE, &[("code", &code)]).done();
    takes_off(&people, &portal, &phone);
    refused(
        &james(&portal),
        &batch,
        "lets only people with two-factor sign-in approve",
    );
    let phone = people.james().sets_up_two_factor(&portal);
    let code = phone.next_code(&portal);
    people.james().post(AGREE, &[("code", &code)]).done();
    assert_eq!(approves(&james(&portal), &batch), None);
}

#[test]
fn a_client_gets_more_only_when_two_proposed_it_and_its_person_agreed() {
    let (portal, people) = Portal::start();
    let batch = sent(&portal);
    let (view, approve) = (("scope", "batch.view"), ("scope", "batch.approve"));
    people.dalitso().post(JAMES, &[view]).done();
    refused(&james(&portal), &batch, "do not let you approve");
    let page = people.dalitso().get(JAMES);
    assert!(page.has("input[name='scope'][value='batch.approve']:not([checked])"));
    people
        .dalitso()
        .post(JAMES, &[view, ("scope", "batch.capture")])
        .refused(400, "neither may it");
    let proposal = people.dalitso().proposes(JAMES, &[view, approve]);
    refused(&james(&portal), &batch, "do not let you approve");
    people
        .dalitso()
        .post(&format!("{proposal}/confirmation"), &[])
        .refused(403, "another administrator confirms it");
    people.peter().get(&proposal).says("Approve batches");
    people.peter().confirms(&proposal);
    people
        .dalitso()
        .get(JAMES)
        .says("Once james@kachere.example agrees");
    refused(&james(&portal), &batch, "do not let you approve");
    let home = people.james().get("/").text("main");
    assert!(
        home.contains("is offered more, and waits for you to agree"),
        "{home}"
    );
    let own = people.james().get(OWN);
    assert!(own.has(&format!(
        "form[action='{AGREE}'] input[name='scope'][value='batch.approve']"
    )));
    // Only what was shown, and only by him.
    people.james().post(AGREE, &[]).is(409);
    people
        .james()
        .post(AGREE, &[approve, ("scope", "batch.cancel")])
        .is(409);
    people.dalitso().post(AGREE, &[approve]).is(404);
    refused(&james(&portal), &batch, "do not let you approve");
    people
        .james()
        .tries_on(&own, AGREE, &[("scope", "batch.approve"), ("answer", "yes")])
        .done();
    assert_eq!(approves(&james(&portal), &batch), None);
    let kinds = portal.db_texts("SELECT kind FROM event WHERE kind LIKE 'api_client.%' AND data->>'client_id' = 'kachere-james' ORDER BY seq");
    assert_eq!(
        kinds[kinds.len() - 3..],
        ["api_client.limited", "api_client.offered", "api_client.agreed"]
    );
}

#[test]
fn what_was_offered_can_be_declined_or_taken_back() {
    let (portal, people) = Portal::start();
    let (view, approve) = (("scope", "batch.view"), ("scope", "batch.approve"));
    people.dalitso().post(JAMES, &[view]).done();
    let offer = || {
        let proposal = people.dalitso().proposes(JAMES, &[view, approve]);
        people.amina().confirms(&proposal);
    };
    offer();
    people.james().post(AGREE, &[approve, ("answer", "no")]).done();
    people.james().post(AGREE, &[approve]).is(409);
    offer();
    people.dalitso().post(JAMES, &[view]).done();
    assert!(people.james().get(OWN).form(AGREE).is_none());
    people.james().post(AGREE, &[approve]).is(409);
    assert_eq!(
        portal.db_text("SELECT array_to_string(scopes || scopes_offered, ' ') FROM api_client WHERE client_id = 'kachere-james'"),
        "batch.view"
    );
    // Nor does the database give it what nobody offered.
    let sql = "UPDATE api_client SET scopes = scopes || '{batch.approve}' WHERE client_id = 'kachere-james'";
    assert!(portal.db_run(sql).is_err());
}

#[test]
fn more_that_signs_takes_a_code_of_its_own() {
    let (portal, people) = Portal::start();
    let (view, approve) = (("scope", "batch.view"), ("scope", "batch.approve"));
    let phone = people.james().sets_up_two_factor(&portal);
    let code = phone.next_code(&portal);
    people.james().post(AGREE, &[("code", &code)]).done();
    people.dalitso().post(JAMES, &[view]).done();
    let proposal = people.dalitso().proposes(JAMES, &[view, approve]);
    people.amina().confirms(&proposal);
    people.james().post(AGREE, &[approve]).is(403);
    let code = phone.next_code(&portal);
    people.james().post(AGREE, &[approve, ("code", &code)]).done();
    assert_eq!(approves(&james(&portal), &sent(&portal)), None);
}

#[test]
fn a_proposal_for_a_client_that_was_limited_since_is_void() {
    let (portal, people) = Portal::start();
    let view = ("scope", "batch.view");
    let (approve, cancel) = (("scope", "batch.approve"), ("scope", "batch.cancel"));
    people.dalitso().post(JAMES, &[view, approve]).done();
    let proposal = people.dalitso().proposes(JAMES, &[view, approve, cancel]);
    people.amina().post(JAMES, &[view]).done();
    people
        .peter()
        .post(&format!("{proposal}/confirmation"), &[])
        .refused(409, "has changed meanwhile");
    portal.stranger().asks_token("kachere-james", PASSWORD).is(200);
}

#[test]
fn what_waits_for_a_person() {
    let (one, other) = (Some(FactorNumber(1)), Some(FactorNumber(2)));
    let stands = |is_confirmed, scopes: &[P], offered: &[P], code_of, on| {
        let agreement = Agreement {
            is_confirmed,
            scopes,
            offered,
            is_offered_bounds: false,
            code_of,
        };
        (
            agreement.awaited(on),
            agreement.needs_code(on),
            agreement.code_counts(on),
        )
    };
    let (looks, approves) = ([P::BatchView], [P::BatchView, P::BatchApprove]);
    let waits = Some(Awaited::Confirmation);
    assert_eq!(stands(false, &approves, &[], None, None), (waits, false, false));
    assert_eq!(stands(false, &approves, &[], None, one), (waits, true, false));
    assert_eq!(stands(false, &looks, &approves, None, one), (waits, false, false));
    assert_eq!(stands(true, &approves, &[], None, None), (None, false, false));
    assert_eq!(stands(true, &looks, &[], None, one), (None, false, false));
    assert_eq!(stands(true, &approves, &[], one, one), (None, false, true));
    let code = Some(Awaited::Code);
    assert_eq!(stands(true, &approves, &[], None, one), (code, true, false));
    assert_eq!(stands(true, &approves, &[], one, other), (code, true, false));
    assert_eq!(stands(true, &approves, &[], one, None), (None, false, false));
    let more = Some(Awaited::More);
    assert_eq!(stands(true, &looks, &approves, None, None), (more, false, false));
    assert_eq!(stands(true, &looks, &approves, one, one), (more, true, true));
    assert_eq!(
        stands(true, &approves, &[P::ReportDownload], one, one),
        (more, false, true)
    );
}
