//! That each act writes its line: acts in a row through the pages, each with the kind of line that it
//! must leave. Kinds whose acts have journeys of their own are told there; every kind that the log knows
//! stands here once, with its acts or with the file that has them.

use super::documents::{adds, pdf};
use super::{duplicates, matching, organisations, paying_again, paying_one, repeating};
use crate::support::authenticator::Authenticator;
use crate::support::receiver::{Receiver, Reply};
use crate::support::{Payroll, People, Person, Portal, UploadForm};
use countersign::domain::log::KINDS;
use countersign::flows::demonstrate::PASSWORD;

/// Kinds by the acts that write them, below.
const HERE: [&[&str]; 11] = [
    PEOPLE, SIGN_IN, WEBHOOKS, CLIENTS, COLUMNS, ROWS, ON_ITS_WAY, SINGLE, ENDS, AGAIN, OWNER,
];

const PEOPLE: &[&str] = &[
    "person.invited",
    "invitation.revoked",
    "person.joined",
    "role.created",
    "role.changed",
    "role.deleted",
    "organisation.founded",
    "person.roles_changed",
    "person.suspended",
    "person.reactivated",
    "person.removed",
    "policy.changed",
    "proposal.made",
    "proposal.confirmed",
    "audit.checkpoint_made",
    "audit.verification_asked",
    "audit.verified",
];

const SIGN_IN: &[&str] = &[
    "person.password_changed",
    "person.password_reset_asked",
    "person.password_reset",
    "person.second_factor_on",
    "person.recovery_codes_made",
    "person.second_factor_off",
    "person.passkey_added",
    "person.passkey_removed",
];

const WEBHOOKS: &[&str] = &[
    "webhook.created",
    "webhook.events_chosen",
    "webhook.secret_rolled",
    "webhook.switched_off",
    "webhook.switched_on",
    "webhook.tested",
    "webhook.sent_again",
    "webhook.removed",
];

const CLIENTS: &[&str] = &[
    "api_client.confirmed",
    "api_client.rolled",
    "api_client.limited",
    "api_client.offered",
    "api_client.declined",
    "api_client.agreed",
    "api_client.revoked",
];

const COLUMNS: &[&str] = &["batch.columns_asked", "batch.columns_matched"];

const ROWS: &[&str] = &[
    "batch.rows_corrected",
    "batch.rows_left_out",
    "batch.row_corrected",
    "batch.edited",
    "batch.duplicates_answered",
];

const ON_ITS_WAY: &[&str] = &[
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
];

const SINGLE: &[&str] = &["batch.occasion_given", "template.saved", "template.deleted"];

const ENDS: &[&str] = &[
    "batch.reviewed",
    "batch.rejected",
    "batch.cancelled",
    "batch.released",
    "batch.paying",
    "batch.payouts_settled",
    "batch.completed",
    "batch.payouts_came_back",
    "batch.payouts_cancelled",
    "batch.rest_cancelled",
    "batch.failed",
];

const AGAIN: &[&str] = &[
    "batch.paid_again",
    "batch.repetition_begun",
    "batch.copied",
    "batch.repetition_stopped",
];

const OWNER: &[&str] = &["owner.created"];

/// Kinds whose acts have journeys of their own, and the file where one of them reads the line.
const ELSEWHERE: &[(&str, &str)] = &[
    ("account.funded", "journeys/proposals.rs"),
    ("account.rules_changed", "journeys/calendars.rs"),
    ("account.short_ahead", "journeys/shortfall.rs"),
    ("act.denied", "journeys/audit.rs"),
    ("act.denied_more", "journeys/audit.rs"),
    ("api_client.created", "api/clients.rs"),
    ("api_client.refused", "journeys/audit.rs"),
    ("audit.downloaded", "journeys/audit.rs"),
    ("batch.nothing_payable", "journeys/faults.rs"),
    ("file.downloaded", "journeys/audit.rs"),
    ("letter.given_up", "jobs/letters.rs"),
    ("person.renamed", "journeys/passwords.rs"),
    ("person.second_factor_reset", "journeys/two_factor.rs"),
    ("person.sessions_ended", "journeys/sessions.rs"),
    ("person.sign_in_failed", "journeys/two_factor.rs"),
    ("person.signed_in", "journeys/two_factor.rs"),
    ("person.signed_out", "journeys/audit.rs"),
    ("person.turned_to", "journeys/organisations.rs"),
    ("proposal.expired", "journeys/proposals.rs"),
    ("proposal.refused", "journeys/proposals.rs"),
    ("proposal.withdrawn", "journeys/proposals.rs"),
    ("report.downloaded", "journeys/evidence.rs"),
];

/// Kinds that the log does not have yet.
fn missing(portal: &Portal, kinds: &[&str]) -> Vec<String> {
    let there = portal.db_texts("SELECT DISTINCT kind FROM event");
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
    let fields = [("email", "chisomo@kachere.example"), ("role", &auditor)];
    let joined = || portal.db_number("SELECT count(*) FROM event WHERE kind = 'person.joined'");
    let before = joined();
    confirmed(&people, "/team/invitations", &fields);
    let link = portal
        .letter_to("chisomo", "Amina Chirwa invites you to Kachere Traders")
        .path();
    let fields = [
        ("name", "Chisomo Banda"),
        ("password", "nine grey goats in a boat"),
    ];
    people.nobody().post(&link, &fields).done();
    assert_eq!(joined() - before, 1);
    let new = [("name", "Payroll lead"), ("permission", "batch.view")];
    confirmed(&people, "/team/roles/new", &new);
    let path = format!("/team/roles/{}", role("Payroll lead"));
    let other = [("name", "Payroll chief"), ("permission", "batch.view")];
    confirmed(&people, &path, &other);
    confirmed(&people, &format!("{path}/deletion"), &[]);
    let grace = format!("/team/people/{}", portal.db_person("grace@kachere.example"));
    confirmed(&people, &grace, &[("role", &auditor)]);
    confirmed(&people, &format!("{grace}/suspension"), &[]);
    confirmed(&people, &format!("{grace}/reactivation"), &[]);
    confirmed(&people, &format!("{grace}/removal"), &[]);
    confirmed(&people, "/accounts/35253486/policy", &[("level_last", "4")]);
    people.ruth().asks("/audit/checkpoint").is(200);
    people.ruth().post("/audit/verification", &[]).done();
    portal.run_jobs();
    left(&portal, PEOPLE);
}

#[test]
fn what_people_do_about_their_own_sign_in() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let page = thoko.get("/profile/password");
    let fields = [
        ("current_password", PASSWORD),
        ("password", "seven brown goats on a hill"),
    ];
    thoko.tries_on(&page, "/profile/password", &fields).done();
    let nobody = people.nobody();
    let asks = [("email", "chikondi@kachere.example")];
    nobody.post("/password/forgot", &asks).done();
    let path = portal.letter_to("chikondi", "A new password").path();
    let fields = [("password", "nine grey goats in a boat")];
    nobody.post(&path, &fields).done();
    let james = people.james();
    let phone = james.sets_up_two_factor(&portal);
    for act in ["recovery-codes", "removal"] {
        let page = james.get("/profile/two-factor");
        let code = phone.next_code(&portal);
        let path = format!("/profile/two-factor/{act}");
        let answer = james.tries_on(&page, &path, &[("code", &code)]);
        assert!(answer.status < 400, "{act}: {}", answer.said());
    }
    let grace = people.grace();
    let codes = grace.adds_a_first_passkey(&mut Authenticator::new(1, &portal));
    let page = grace.get("/profile/two-factor");
    let key = page.all("select[name=passkey] option")[0]
        .attr("value")
        .unwrap()
        .to_owned();
    let fields = [("passkey", key.as_str()), ("code", codes[0].as_str())];
    grace
        .tries_on(&page, "/profile/two-factor/passkeys/removal", &fields)
        .done();
    left(&portal, SIGN_IN);
}

#[test]
fn what_developers_do_about_webhooks() {
    let (portal, people) = Portal::start();
    let (receiver, dalitso) = (Receiver::start(), people.dalitso());
    let form = [("url", receiver.url()), ("event", "batch.failed".to_owned())];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let address = dalitso.post("/developers/webhooks", &form).done();
    let posts = |act: &str, fields: &[(&str, &str)]| {
        dalitso.post(&format!("{address}/{act}"), fields).done();
    };
    posts("events", &[("event", "batch.received")]);
    posts("secret/kept", &[]);
    posts("secret", &[]);
    posts("off", &[]);
    posts("on", &[]);
    receiver.answers([Reply::status(204)]);
    posts("test", &[]);
    portal.run_jobs();
    let mut actions = dalitso.get(&address).actions().into_iter();
    let again = actions.find(|to| to.ends_with("/again")).unwrap();
    dalitso.post(&again, &[]).done();
    posts("removal", &[]);
    left(&portal, WEBHOOKS);
}

#[test]
fn what_becomes_of_a_client() {
    let (portal, people) = Portal::start();
    let (dalitso, james) = (people.dalitso(), people.james());
    let client = "/developers/api-clients/kachere-james";
    let own = "/profile/api-clients/kachere-james";
    let (view, approve) = (("scope", "batch.view"), ("scope", "batch.approve"));
    dalitso.post(client, &[view]).done();
    for answer in ["no", "yes"] {
        let proposal = dalitso.proposes(client, &[view, approve]);
        people.amina().confirms(&proposal);
        let fields = [approve, ("answer", answer)];
        james.post(&format!("{own}/agreement"), &fields).done();
    }
    james
        .post(&format!("{own}/secret"), &[("overlap_hours", "1")])
        .is(200);
    dalitso.post(&format!("{client}/revocation"), &[]).done();
    left(&portal, CLIENTS);
}

#[test]
fn who_makes_an_administrator_on_the_server() {
    let (portal, people) = Portal::start();
    organisations::with_two(&portal, &people);
    left(&portal, OWNER);
}

#[test]
fn what_is_said_of_columns_and_rows() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(matching::file(matching::WAGES));
    portal.run_jobs();
    let page = thoko.batch(&number);
    let path = format!("/batches/{number}/columns");
    thoko.tries_on(&page, &path, &matching::MATCHED).done();
    left(&portal, COLUMNS);
    let payroll = Payroll::of(4).with(1, "purpose", "x").with(2, "purpose", "x");
    let number = thoko.uploads(payroll.csv());
    portal.run_jobs();
    let (rows, out) = (
        format!("/batches/{number}/rows"),
        format!("/batches/{number}/left-out"),
    );
    let all = [("field", "purpose"), ("value", "payroll_benefits")];
    thoko.post(&rows, &all).done();
    thoko.post(&out, &[("row", "3"), ("reason", "Resigned")]).done();
    thoko.submits(&number);
    thoko.corrects(&number, 2, &[("amount", "17.00")]).done();
    let number = thoko.uploads(duplicates::file(duplicates::TWICE));
    portal.run_jobs();
    let page = thoko.get(&format!("/batches/{number}?show=duplicates"));
    let answer = [("reason", "The December bonus")];
    thoko
        .tries_on(&page, &format!("/batches/{number}/duplicates"), &answer)
        .done();
    left(&portal, ROWS);
}

#[test]
fn what_is_done_again() {
    let (portal, people) = Portal::start();
    let number = paying_again::ended(&portal, &people);
    let failed = paying_again::id(&portal, &number, 2);
    // Time has moved on: she signs in anew.
    let thoko = people.browser("thoko@kachere.example");
    paying_again::pays_again(&thoko, &number, &[("payout", &failed)]);
    repeating::repeats(&people, &number, &[("every", "month"), ("day", "25")]);
    portal.clock_to(repeating::midnight(1, 25));
    portal.run_jobs();
    people
        .browser("thoko@kachere.example")
        .tries(&number, "repetition/stop", &[])
        .done();
    left(&portal, AGAIN);
}

/// A batch of two that is sent, with an amount and what one of its rows says instead.
fn sent(portal: &Portal, people: &People, amount: &str, but: &[(&str, &str)]) -> String {
    let references = format!("L{}-", portal.db_number("SELECT count(*) FROM batch"));
    let payroll = Payroll::of(2).references(&references).all("amount", amount);
    let payroll = but
        .iter()
        .fold(payroll, |payroll, (name, value)| payroll.with(1, name, *value));
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    number
}

#[test]
fn how_batches_end() {
    let (portal, people) = Portal::start();
    let policy = [
        ("up_to_1", "100.00"),
        ("level_1", "2"),
        ("up_to_2", "5000.00"),
        ("level_2", "4"),
        ("level_last", "6"),
    ];
    confirmed(&people, "/accounts/35253486/policy", &policy);
    let released = sent(&portal, &people, "10.00", &[]);
    people.thoko().releases(&released);
    portal.run_jobs();
    let reviewed = sent(&portal, &people, "9000.00", &[]);
    people.chikondi().reviews(&reviewed);
    people.james().rejects(&reviewed, "Not these");
    let cancelled = sent(&portal, &people, "1000.00", &[]);
    let payout = portal.db_text(&format!(
        "SELECT id FROM payout WHERE batch_id = {} LIMIT 1",
        portal.db_batch(&cancelled)
    ));
    let path = format!("/batches/{cancelled}/cancellation");
    let fields = [("payout", payout.as_str()), ("reason", "Only this one")];
    people.thoko().post(&path, &fields).done();
    people.thoko().cancels(&cancelled, "All of it");
    let back = [("amount", "10.06"), ("purpose", "payroll_benefits")];
    let back = sent(&portal, &people, "1000.00", &back);
    people.james().approves(&back);
    let partly = sent(&portal, &people, "1000.00", &[("pay_on", "2024-01-30")]);
    people.james().approves(&partly);
    portal.run_jobs();
    people.james().cancels(&partly, "The rest is off");
    people
        .thoko()
        .uploads(matching::file("nothing that is a file\n\"\n"));
    portal.clock_forward(chrono::Duration::seconds(60));
    portal.run_jobs();
    left(&portal, ENDS);
}

#[test]
fn every_kind_of_line_has_an_act_that_writes_it() {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/portal");
    for (kind, file) in ELSEWHERE {
        let text = std::fs::read_to_string(tests.join(file)).unwrap();
        assert!(text.contains(kind), "{kind} is not read in {file}");
    }
    let elsewhere = ELSEWHERE.iter().map(|(kind, _)| *kind);
    let mut told: Vec<&str> = HERE.concat().into_iter().chain(elsewhere).collect();
    let mut known: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    told.sort_unstable();
    known.sort_unstable();
    assert_eq!(told, known, "every kind stands here once, and no other");
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
    left(&portal, ON_ITS_WAY);
    let mut fields = paying_one::refund();
    thoko.post_multipart("/payouts", &fields, None).done();
    fields.push(("template_name", "Refund"));
    thoko.post_multipart("/payouts/templates", &fields, None).done();
    let template = portal.db_text("SELECT id FROM payout_template");
    thoko
        .post(&format!("/payouts/templates/{template}/deletion"), &[])
        .done();
    left(&portal, SINGLE);
}
