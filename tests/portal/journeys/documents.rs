//! Supporting documents: what signers see beside the rows, and what can't be changed behind a signature.

use crate::support::files::File;
use crate::support::{Payroll, People, Person, Portal};

pub fn pdf(content: &str) -> File {
    File {
        name: "../contracts/lease.pdf".to_owned(),
        bytes: format!("%PDF-1.7\n{content}").into_bytes(),
    }
}

#[track_caller]
pub fn adds(person: &Person, number: &str, file: &File) {
    person
        .post_multipart(
            &format!("/batches/{number}/documents"),
            &[],
            Some(("document", file)),
        )
        .done();
}

fn open(portal: &Portal, people: &People) -> String {
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    number
}

/// The addresses of the documents on the batch's page.
fn shown(person: &Person, number: &str) -> Vec<String> {
    let page = person.batch(number);
    let links = page.all(&format!(".notice a[href^='/batches/{number}/documents/']"));
    links
        .iter()
        .map(|link| link.value().attr("href").unwrap().to_owned())
        .collect()
}

#[test]
fn signers_see_what_the_maker_added_and_it_stays_as_it_was_signed() {
    let (portal, people) = Portal::start();
    let number = open(&portal, &people);
    let thoko = people.thoko();
    thoko.batch(&number).says("Documents");
    adds(thoko, &number, &pdf("the lease"));
    thoko
        .get(&format!("/batches/{number}/documents"))
        .says("lease.pdf")
        .says("PDF, 18 bytes")
        .says("Thoko Banda");
    thoko.submits(&number);
    let seen = shown(people.james(), &number);
    assert_eq!(seen.len(), 1);
    let answer = people.james().asks(&seen[0]).is(200);
    assert_eq!(answer.body, pdf("the lease").bytes);
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"lease.pdf\"")
    );
    // Behind a signature nothing comes or goes.
    thoko
        .post_multipart(
            &format!("/batches/{number}/documents"),
            &[],
            Some(("document", &pdf("another lease"))),
        )
        .is(409);
    thoko.post(&format!("{}/removal", seen[0]), &[]).is(409);
    thoko
        .get(&format!("/batches/{number}/documents"))
        .says("keeps its documents");
    let batch = portal.db_batch(&number);
    portal.db_refuses(
        &format!(
            "INSERT INTO batch_document SELECT gen_random_uuid(), organisation_id, batch_id, file_id, kind, added_by, now()
             FROM batch_document WHERE batch_id = {batch}"
        ),
        "document_signed",
    );
    portal.db_refuses(
        &format!(
            "UPDATE batch_document SET removed_by = added_by, removed_at = now() WHERE batch_id = {batch}"
        ),
        "document_signed",
    );
    portal.db_refuses("DELETE FROM batch_document", "append-only");
    // The log says over which documents was signed.
    let said = portal.db_text("SELECT data->'documents'->>0 FROM event WHERE kind = 'batch.submitted'");
    let digest = portal.db_text(&format!(
        "SELECT encode(f.digest, 'hex') FROM batch_document d JOIN file f ON f.id = d.file_id WHERE d.batch_id = {batch}"
    ));
    assert_eq!(said, digest);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    assert_eq!(people.browser("ruth@kachere.example").asks(&seen[0]).status, 200);
}

#[test]
fn sent_back_it_can_be_replaced_and_what_was_signed_over_is_kept() {
    let (portal, people) = Portal::start();
    let number = open(&portal, &people);
    adds(people.thoko(), &number, &pdf("wrong year"));
    people.thoko().submits(&number);
    people.james().sends_back(&number, "This is last year's lease");
    let first = shown(people.thoko(), &number).remove(0);
    people.thoko().post(&format!("{first}/removal"), &[]).done();
    adds(people.thoko(), &number, &pdf("right year"));
    assert!(!shown(people.thoko(), &number).contains(&first));
    assert_eq!(people.ruth().asks(&first).is(200).body, pdf("wrong year").bytes);
    people.thoko().post(&format!("{first}/removal"), &[]).is(404);
    people
        .ruth()
        .get(&format!("/batches/{number}?show=history"))
        .says("Document removed");
}

#[test]
fn whoever_adds_one_is_a_maker() {
    let (portal, people) = Portal::start();
    let number = open(&portal, &people);
    portal.db_give("james@kachere.example", "Initiator");
    portal.db_give("grace@kachere.example", "Approver");
    adds(people.james(), &number, &pdf("mine"));
    people.thoko().submits(&number);
    let print = portal.db_fingerprint(&number);
    people
        .james()
        .post(&format!("/batches/{number}/approval"), &[("fingerprint", &print)])
        .refused(403, "captured or changed this batch");
}

#[test]
fn what_is_none_of_the_three_kinds_too_large_there_already_or_not_ones_own_is_refused() {
    let (portal, people) = Portal::start();
    let number = open(&portal, &people);
    let to = format!("/batches/{number}/documents");
    let sends = |person: &Person, file: &File| person.post_multipart(&to, &[], Some(("document", file)));
    let named = File {
        name: "contract.pdf".to_owned(),
        bytes: b"<html><script>alert(1)</script>".to_vec(),
    };
    sends(people.thoko(), &named).refused(400, "neither a PDF nor a PNG or JPEG");
    let mut large = pdf("");
    large.bytes.resize((10 << 20) + 1, b' ');
    sends(people.thoko(), &large).is(413);
    people
        .thoko()
        .post_multipart(&to, &[], None)
        .refused(400, "Choose a file");
    adds(people.thoko(), &number, &pdf("once"));
    sends(people.thoko(), &pdf("once")).refused(400, "is there already");
    for n in 1..20 {
        adds(people.thoko(), &number, &pdf(&format!("{n}")));
    }
    sends(people.thoko(), &pdf("one too many")).refused(400, "at most 20 documents");
    sends(people.chikondi(), &pdf("hers")).is(403);
    let outsider = portal.outsider(&people);
    sends(&outsider, &pdf("theirs")).is(404);
    let first = shown(people.thoko(), &number).remove(0);
    outsider.asks(&first).is(404);
    outsider.asks(&to).is(404);
    let other = people.thoko().uploads(Payroll::of(2).references("O").csv());
    let elsewhere = first.replace(&number, &other);
    people.thoko().asks(&elsewhere).is(404);
}
