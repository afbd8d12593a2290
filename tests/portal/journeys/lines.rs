//! That each act writes its line: acts in a row through the pages, each with the kind of line that it
//! must leave. Kinds whose acts have journeys of their own are told there.

use super::documents::{adds, pdf};
use super::paying_one;
use crate::support::{Payroll, People, Person, Portal, UploadForm};

/// Kinds that the log does not have yet.
fn missing(portal: &Portal, kinds: &[&str]) -> Vec<String> {
    let there = portal.db_texts("SELECT DISTINCT kind FROM event WHERE organisation_id = 1");
    let kinds = kinds.iter().filter(|kind| !there.iter().any(|one| one == *kind));
    kinds.map(|kind| (*kind).to_owned()).collect()
}

#[track_caller]
fn left(portal: &Portal, kinds: &[&str]) {
    let missing = missing(portal, kinds);
    assert!(missing.is_empty(), "no line of {missing:?}");
}

fn confirmed(people: &People, path: &str, fields: &[(&str, &str)]) {
    let proposal = people.amina().proposes(path, fields);
    people.peter().confirms(&proposal);
}

#[test]
fn what_administrators_do_about_people_and_roles() {
    let (portal, people) = Portal::start();
    let role = |name: &str| portal.db_text(&format!("SELECT id FROM role WHERE name = '{name}'"));
    let auditor = role("Auditor");
    let fields = [("email", "lute@kachere.example"), ("role", &auditor)];
    confirmed(&people, "/team/invitations", &fields);
    let invitation = portal.db_text("SELECT id FROM invitation");
    let revocation = format!("/team/invitations/{invitation}/revocation");
    people.amina().post(&revocation, &[]).done();
    left(&portal, &["person.invited", "invitation.revoked"]);
    let new = [("name", "Payroll lead"), ("permission", "batch.view")];
    confirmed(&people, "/team/roles/new", &new);
    let path = format!("/team/roles/{}", role("Payroll lead"));
    let other = [("name", "Payroll chief"), ("permission", "batch.view")];
    confirmed(&people, &path, &other);
    confirmed(&people, &format!("{path}/deletion"), &[]);
    left(&portal, &["role.created", "role.changed", "role.deleted"]);
    let grace = format!("/team/people/{}", portal.db_person("grace@kachere.example"));
    confirmed(&people, &grace, &[("role", &auditor)]);
    confirmed(&people, &format!("{grace}/suspension"), &[]);
    confirmed(&people, &format!("{grace}/reactivation"), &[]);
    confirmed(&people, &format!("{grace}/removal"), &[]);
    left(
        &portal,
        &[
            "organisation.founded",
            "person.roles_changed",
            "person.suspended",
            "person.reactivated",
            "person.removed",
        ],
    );
    confirmed(&people, "/accounts/35253486/policy", &[("level_last", "4")]);
    people.ruth().asks("/audit/checkpoint").is(200);
    people.ruth().post("/audit/verification", &[]).done();
    portal.run_jobs();
    left(
        &portal,
        &[
            "policy.changed",
            "proposal.made",
            "proposal.confirmed",
            "audit.checkpoint_made",
            "audit.verification_asked",
            "audit.verified",
        ],
    );
}

#[test]
fn what_developers_do_about_webhooks_and_clients() {
    let (portal, people) = Portal::start();
    let dalitso = people.dalitso();
    let form = [
        ("url", "https://kachere.example/hooks"),
        ("event", "batch.failed"),
    ];
    let address = dalitso.post("/developers/webhooks", &form).done();
    let posts = |act: &str, fields: &[(&str, &str)]| {
        dalitso.post(&format!("{address}/{act}"), fields).done();
    };
    posts("events", &[("event", "batch.received")]);
    posts("secret/kept", &[]);
    posts("secret", &[]);
    posts("off", &[]);
    posts("on", &[]);
    posts("removal", &[]);
    left(
        &portal,
        &[
            "webhook.created",
            "webhook.events_chosen",
            "webhook.secret_rolled",
            "webhook.switched_off",
            "webhook.switched_on",
            "webhook.removed",
        ],
    );
    let thoko = people.thoko();
    let roll = "/profile/api-clients/kachere-thoko/secret";
    thoko.post(roll, &[("overlap_hours", "1")]);
    dalitso.post("/developers/api-clients/kachere-james/revocation", &[]);
    left(&portal, &["api_client.confirmed", "api_client.rolled"]);
}

fn is_ready(portal: &Portal, thoko: &Person) -> String {
    let number = thoko.upload(&UploadForm {
        pay_on: "2024-01-25",
        ..UploadForm::of(Payroll::of(3).with(1, "amount", "x").csv())
    });
    portal.run_jobs();
    number
}

#[test]
fn what_is_done_to_a_batch_on_its_way() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = is_ready(&portal, thoko);
    adds(thoko, &number, &pdf("a contract"));
    let document = portal.db_text("SELECT id FROM batch_document");
    let removal = format!("/batches/{number}/documents/{document}/removal");
    thoko.post(&removal, &[]).done();
    thoko.submits(&number);
    thoko.recalls(&number);
    thoko.submits(&number);
    people.james().sends_back(&number, "Look again");
    thoko.submits(&number);
    people.james().approves(&number);
    people
        .james()
        .tries(&number, "pause", &[("reason", "wait")])
        .done();
    people.james().tries(&number, "resume", &[]).done();
    thoko
        .tries(&number, "schedule", &[("pay_on", "2024-01-26")])
        .done();
    left(
        &portal,
        &[
            "batch.captured",
            "batch.validating",
            "batch.received",
            "batch.document_added",
            "batch.document_removed",
            "batch.submitted",
            "batch.recalled",
            "batch.returned",
            "batch.approved",
            "batch.paused",
            "batch.resumed",
            "batch.rescheduled",
        ],
    );
    let mut fields = paying_one::refund();
    thoko.post_multipart("/payouts", &fields, None).done();
    fields.push(("template_name", "Refund"));
    thoko.post_multipart("/payouts/templates", &fields, None).done();
    let template = portal.db_text("SELECT id FROM payout_template");
    thoko
        .post(&format!("/payouts/templates/{template}/deletion"), &[])
        .done();
    left(
        &portal,
        &["batch.occasion_given", "template.saved", "template.deleted"],
    );
}
