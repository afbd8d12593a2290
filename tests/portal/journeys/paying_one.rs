//! Paying one person: a batch of one under the same signatures, with why and evidence for who signs.

use crate::support::files::File;
use crate::support::{People, Person, Portal};
use std::thread;

const THOKO: &str = "thoko@kachere.example";

/// A refund that is sound.
pub fn refund() -> Vec<(&'static str, &'static str)> {
    vec![
        ("account", "35253486"),
        ("category", "one_time_refund"),
        ("category_reason", "billing mistake"),
        ("beneficiary_name", "Alinafe Nyirenda"),
        ("account_number", "1003556677"),
        ("bank_code", "NBMAMWMW"),
        ("amount", "4500.00"),
        ("comment", "Invoice 88123 was billed twice."),
    ]
}

/// The same with these fields instead.
fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut fields = refund();
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend_from_slice(changes);
    fields
}

fn pdf() -> File {
    File {
        name: "../../invoice \"88123\".pdf".replace('"', ""),
        bytes: b"%PDF-1.7\n...".to_vec(),
    }
}

/// Fills in the form that the page offers.
#[track_caller]
fn pays(person: &Person, fields: &[(&str, &str)], evidence: Option<&File>) -> String {
    let page = person.get("/payouts/new");
    let offered = page.form("/payouts").unwrap();
    let key = offered.iter().find(|(name, _)| name == "form_key").unwrap();
    let mut all = vec![("form_key", key.1.as_str())];
    all.extend_from_slice(fields);
    let to = person
        .post_multipart("/payouts", &all, evidence.map(|file| ("evidence", file)))
        .done();
    to.strip_prefix("/batches/").unwrap().to_owned()
}

fn payout(portal: &Portal, number: &str) -> String {
    let batch = portal.db_batch(number);
    portal.db_text(&format!("SELECT id FROM payout WHERE batch_id = {batch}"))
}

#[test]
fn one_person_is_paid_under_four_eyes_with_evidence_for_the_signer() {
    let (portal, people) = Portal::start();
    people.thoko().get("/").says("Pay one person");
    people.thoko().get("/payouts").says("Pay one person");
    let number = pays(people.thoko(), &refund(), Some(&pdf()));
    people
        .thoko()
        .batch(&number)
        .says("One-time refund to Alinafe Nyirenda")
        .says("Send 1 of 1 for approval");
    people.thoko().submits(&number);
    let seen = people.james().batch(&number);
    seen.says("One-time refund: billing mistake.")
        .says("“Invoice 88123 was billed twice.”");
    let id = payout(&portal, &number);
    let evidence = format!("/payouts/{id}/evidence");
    assert!(
        seen.has(&format!("a[href='{evidence}']")),
        "the signer finds the evidence"
    );
    let answer = people.james().asks(&evidence).is(200);
    assert_eq!(answer.body, pdf().bytes);
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    let told = answer.header("content-disposition").unwrap();
    assert!(told.starts_with("attachment;") && !told.contains(".."), "{told}");
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    people
        .ruth()
        .get(&format!("/payouts/{id}"))
        .says("CategoryOne-time refund")
        .says("Reasonbilling mistake")
        .says("Evidence");
    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    assert!(
        report.contains(",Invoice 88123 was billed twice.,PROCESSED,paid,"),
        "{report}"
    );
    let history = people.ruth().get(&format!("/batches/{number}?show=history"));
    history
        .says("Typed for one person")
        .says("one time refund · billing mistake");
}

#[test]
fn its_maker_signs_nothing_and_six_eyes_begin_where_they_do() {
    let (portal, people) = Portal::start();
    let number = pays(people.thoko(), &refund(), None);
    people.thoko().submits(&number);
    portal.db_give(THOKO, "Approver");
    let print = portal.db_fingerprint(&number);
    people
        .thoko()
        .post(&format!("/batches/{number}/approval"), &[("fingerprint", &print)])
        .refused(403, "captured or changed this batch");
    let large = pays(people.thoko(), &with(&[("amount", "250000.01")]), None);
    people.thoko().submits(&large);
    assert_eq!(portal.db_status(&large), "awaiting_review");
    people.james().post_multipart("/payouts", &refund(), None).is(403);
}

#[test]
fn every_fault_is_told_at_its_field_and_what_was_typed_is_kept() {
    let (portal, people) = Portal::start();
    let wrong = with(&[
        ("category", "support_credit"),
        ("category_reason", "billing mistake"),
        ("amount", "4500.005"),
        ("country", "Malawi"),
        ("comment", " \r\n "),
        ("pay_on", "2023-12-31T08:00"),
        ("account_number", "1.00356E+9"),
    ]);
    let answer = people.thoko().post_multipart("/payouts", &wrong, None).is(400);
    let page = answer.page();
    page.says("6 fields must be corrected.");
    let at = |field: &str| page.text(&format!("#{field}-error"));
    assert!(at("category_reason").contains("service disruption, account error, customer satisfaction"));
    assert!(at("amount").contains("decimals"), "{}", at("amount"));
    assert!(at("country").contains("2-letter"), "{}", at("country"));
    assert!(at("comment").contains("Say why"), "{}", at("comment"));
    assert!(at("pay_on").contains("past"), "{}", at("pay_on"));
    assert!(
        at("account_number").contains("scientific"),
        "{}",
        at("account_number")
    );
    let kept = page.form("/payouts").unwrap();
    for (name, value) in [
        ("category", "support_credit"),
        ("category_reason", "billing mistake"),
        ("beneficiary_name", "Alinafe Nyirenda"),
        ("amount", "4500.005"),
        ("bank_code", "NBMAMWMW"),
        ("account", "35253486"),
    ] {
        let stands = kept
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str());
        assert_eq!(stands, Some(value), "{name}");
    }
    let told = |changes: &[(&'static str, &'static str)], at: &str, what: &str| {
        let page = people
            .thoko()
            .post_multipart("/payouts", &with(changes), None)
            .is(400)
            .page();
        let said = page.text(&format!("#{at}-error"));
        assert!(said.contains(what), "{changes:?}: “{what}” is not in “{said}”");
    };
    told(&[("category", "")], "category", "Choose what kind");
    told(&[("category", "salary")], "category", "Choose what kind");
    told(
        &[("category_reason", "")],
        "category_reason",
        "billing mistake, special request",
    );
    told(&[("category", "other")], "category_reason", "has no reasons");
    told(&[("account", "")], "account", "Choose the payout account");
    told(
        &[("account", "x'; DROP TABLE batch")],
        "account",
        "Choose the payout account",
    );
    told(&[("account_number", "")], "account_number", "missing");
    people
        .thoko()
        .post_multipart("/payouts", &with(&[("account", "10000000")]), None)
        .is(404);
    people
        .thoko()
        .post_multipart("/payouts", &with(&[("comment", "a\0b")]), None)
        .is(400);
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), 0);
    assert_eq!(portal.db_number("SELECT count(*) FROM file"), 0);
}

#[test]
fn a_reference_that_is_paid_is_refused_in_the_form() {
    let (portal, people) = Portal::start();
    let fields = with(&[
        ("reference", "REF-1"),
        ("category", "other"),
        ("category_reason", ""),
    ]);
    let number = pays(people.thoko(), &fields, None);
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    let page = people
        .thoko()
        .post_multipart("/payouts", &fields, None)
        .is(400)
        .page();
    assert!(
        page.text("#reference-error").contains(&number),
        "{}",
        page.text("main")
    );
}

#[test]
fn evidence_is_what_its_content_says() {
    let (portal, people) = Portal::start_with(|parts| parts.upload_bytes_max = 16 << 20);
    let file = |name: &str, bytes: &[u8]| File {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    };
    let sends = |evidence: &File| {
        people
            .thoko()
            .post_multipart("/payouts", &refund(), Some(("evidence", evidence)))
    };
    for hostile in [
        file("receipt.pdf", b"MZ\x90\0 a program"),
        file("receipt.png", b"<svg onload=alert(1)>"),
        file("receipt.jpg", b""),
        file("receipt.pdf", b"<html>%PDF-1.7"),
    ] {
        let page = sends(&hostile).is(400).page();
        let said = page.text("#evidence-error");
        assert!(
            said.contains("neither a PDF nor a PNG or JPEG"),
            "{}: {said}",
            hostile.name
        );
    }
    let mut large = b"%PDF-1.7".to_vec();
    large.resize((10 << 20) + 1, b' ');
    let page = sends(&file("large.pdf", &large)).is(413).page();
    assert!(page.text("#evidence-error").contains("the limit is 10 MB"));
    assert_eq!(portal.db_number("SELECT count(*) FROM file"), 0);
    large.pop();
    sends(&file("large.txt", &large)).done();
    sends(&file("a.png", b"\x89PNG\r\n\x1a\n...")).done();
    sends(&file("a", b"\xff\xd8\xff\xe0 JFIF")).done();
    let kinds = portal.db_texts("SELECT evidence_kind FROM single_payout ORDER BY batch_id");
    assert_eq!(kinds, ["pdf", "png", "jpeg"]);
}

#[test]
fn a_form_that_is_sent_twice_pays_once() {
    let (portal, people) = Portal::start();
    let page = people.thoko().get("/payouts/new");
    let key = page.form("/payouts").unwrap().remove(0).1;
    let mut fields = refund();
    fields.push(("form_key", Box::leak(key.into_boxed_str())));
    let cookies = people.thoko().cookies();
    let sent: Vec<String> = thread::scope(|scope| {
        let sending: Vec<_> = (0..4)
            .map(|_| {
                let browser = people.browser(THOKO);
                browser.take_cookies(cookies.clone());
                let fields = fields.clone();
                scope.spawn(move || browser.post_multipart("/payouts", &fields, None).done())
            })
            .collect();
        sending
            .into_iter()
            .map(|sending| sending.join().unwrap())
            .collect()
    });
    assert!(sent.iter().all(|to| *to == sent[0]), "{sent:?}");
    assert_eq!(portal.db_number("SELECT count(*) FROM payout"), 1);
    // Another form, or an integrator's request without a key, is another payment.
    people.thoko().post_multipart("/payouts", &refund(), None).done();
    assert_eq!(portal.db_number("SELECT count(*) FROM payout"), 2);
}

#[test]
fn other_organisations_see_nothing_of_it() {
    let (portal, people) = Portal::start();
    let number = pays(people.thoko(), &refund(), Some(&pdf()));
    let id = payout(&portal, &number);
    let stranger = portal.outsider(&people);
    stranger.asks(&format!("/batches/{number}")).is(404);
    stranger.asks(&format!("/payouts/{id}")).is(404);
    stranger.asks(&format!("/payouts/{id}/evidence")).is(404);
    stranger.post_multipart("/payouts", &refund(), None).is(404);
    people.james().asks("/payouts/not-an-id/evidence").is(404);
    let without = pays(people.thoko(), &refund(), None);
    let id = payout(&portal, &without);
    people.james().asks(&format!("/payouts/{id}/evidence")).is(404);
}

#[test]
fn what_is_paid_often_begins_from_a_template() {
    let (portal, people) = Portal::start();
    let mut fields = with(&[
        ("reference", "ONCE-1"),
        ("template_name", "Refund after double billing"),
    ]);
    let keeps =
        |person: &Person, fields: &[(&str, &str)]| person.post_multipart("/payouts/templates", fields, None);
    let to = keeps(people.thoko(), &fields).done();
    let page = people.thoko().get(&to);
    page.says("Refund after double billing");
    let offered = page.form("/payouts").unwrap();
    let of = |name: &str| offered.iter().find(|(field, _)| field == name).unwrap().1.clone();
    assert_eq!(of("beneficiary_name"), "Alinafe Nyirenda");
    assert_eq!(of("category_reason"), "billing mistake");
    assert_eq!(of("account"), "35253486");
    assert_eq!(of("reference"), "", "a reference is one payment's own");
    // The same name again replaces what was kept, under the same address.
    fields.retain(|(name, _)| *name != "amount");
    fields.push(("amount", "12.50"));
    assert_eq!(keeps(people.thoko(), &fields).done(), to);
    assert_eq!(portal.db_number("SELECT count(*) FROM payout_template"), 1);
    let nameless = with(&[("template_name", " ")]);
    let page = keeps(people.thoko(), &nameless).is(400).page();
    assert!(page.text("#template_name-error").contains("1 to 60"));
    let long = with(&[
        ("template_name", "A name"),
        ("city", Box::leak("x".repeat(501).into_boxed_str())),
    ]);
    keeps(people.thoko(), &long).refused(400, "more than 500 characters");
    let stranger = portal.outsider(&people);
    stranger.asks(&to).is(404);
    let id = to.rsplit('=').next().unwrap();
    let deletion = format!("/payouts/templates/{id}/deletion");
    stranger.post(&deletion, &[]).is(404);
    people.james().post(&deletion, &[]).is(403);
    let page = people.thoko().get("/payouts/new");
    people.thoko().tries_on(&page, &deletion, &[]).done();
    people.thoko().asks(&to).is(404);
}

#[test]
fn the_database_keeps_why_as_it_was_given() {
    let (portal, people): (Portal, People) = Portal::start();
    let number = pays(people.thoko(), &refund(), None);
    let batch = portal.db_batch(&number);
    portal.db_refuses("UPDATE single_payout SET category = 'other'", "append-only");
    portal.db_refuses("DELETE FROM single_payout", "append-only");
    portal.db_refuses(
        &format!("INSERT INTO single_payout (batch_id, organisation_id, category) VALUES ({batch}, 1, 'support_credit')"),
        "single_payout_reason",
    );
}
