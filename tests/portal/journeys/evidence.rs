//! The evidence pack of a batch: what an auditor gets, and that it can be checked without the portal.

use super::documents::{adds, pdf};
use super::paying_one::refund;
use crate::support::{Payroll, Person, Portal};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

type Pack = BTreeMap<String, Vec<u8>>;

fn unpacked(bytes: Vec<u8>) -> Pack {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|n| {
            let mut file = archive.by_index(n).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn text<'p>(pack: &'p Pack, name: &str) -> &'p str {
    let bytes = pack.get(name).unwrap_or_else(|| panic!("{name} is not there"));
    std::str::from_utf8(bytes).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn lines(pack: &Pack) -> Vec<Value> {
    text(pack, "audit.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn line<'l>(lines: &'l [Value], kind: &str) -> &'l Value {
    lines.iter().rev().find(|line| line["kind"] == kind).unwrap()
}

/// The data of a line, which the hash covers as text.
fn data(line: &Value) -> Value {
    serde_json::from_str(line["data"].as_str().unwrap()).unwrap()
}

/// As the README says it, with nothing of ours.
fn hash_of(line: &Value) -> String {
    let mut hash = Sha256::new();
    hash.update(b"countersign event 1\n");
    hash.update(unhex(line["previous"].as_str().unwrap()));
    for name in [
        "organisation",
        "seq",
        "at",
        "actor",
        "kind",
        "batch",
        "payout",
        "data",
    ] {
        let text = line[name].as_str().unwrap();
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hex(&hash.finalize())
}

/// As the README says it.
fn fingerprint_of(pack: &Pack) -> String {
    let facts: Value = serde_json::from_str(text(pack, "batch.json")).unwrap();
    let header = &facts["fingerprint"];
    let mut hash = Sha256::new();
    hash.update(b"countersign batch 1\n");
    for name in ["account", "batch", "revision"] {
        hash.update(
            i32::try_from(header[name].as_i64().unwrap())
                .unwrap()
                .to_be_bytes(),
        );
    }
    for name in ["count", "total_minor"] {
        hash.update(header[name].as_i64().unwrap().to_be_bytes());
    }
    for line in text(pack, "fingerprint.csv").lines().skip(1) {
        let (block, digest) = line.split_once(',').unwrap();
        hash.update(block.parse::<u32>().unwrap().to_be_bytes());
        hash.update(unhex(digest));
    }
    hex(&hash.finalize())
}

#[test]
fn a_batch_can_be_followed_and_checked_without_the_portal() {
    let (portal, people) = Portal::start();
    let file = Payroll::of(4)
        .with(1, "amount", "=1+1")
        .with(2, "beneficiary_name", "=HYPERLINK(\"x\")")
        .csv();
    let number = people.thoko().uploads(file.clone());
    portal.run_jobs();
    adds(people.thoko(), &number, &pdf("wrong year"));
    people.thoko().submits(&number);
    people.james().sends_back(&number, "Another lease");
    let wrong = portal.db_text("SELECT id FROM batch_document");
    people
        .thoko()
        .post(&format!("/batches/{number}/documents/{wrong}/removal"), &[])
        .done();
    adds(people.thoko(), &number, &pdf("right year"));
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    let ruth = people.browser("ruth@kachere.example");
    ruth.batch(&number).says("Evidence pack");
    let answer = ruth.asks(&format!("/reports/batches/{number}.zip")).is(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let pack = unpacked(answer.body);
    let names: Vec<&str> = pack.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "SHA256SUMS",
            "audit.jsonl",
            "batch.json",
            "documents.csv",
            "documents/01-lease.pdf",
            "documents/02-lease.pdf",
            "file/january-salaries.csv",
            "fingerprint.csv",
            "ledger.csv",
            "payouts.csv",
            "payouts.xlsx",
            "signatures.csv",
            "validation.csv",
        ]
    );
    // 1. No file was changed.
    for sum in text(&pack, "SHA256SUMS").lines() {
        let (digest, name) = sum.split_once("  ").unwrap();
        assert_eq!(hex(&Sha256::digest(&pack[name])), digest, "{name}");
    }
    // 2. The file and the documents are those of the log.
    let log = lines(&pack);
    assert_eq!(pack["file/january-salaries.csv"], file.bytes);
    assert_eq!(
        data(line(&log, "batch.captured"))["sha256"],
        hex(&Sha256::digest(&file.bytes))
    );
    assert_eq!(pack["documents/02-lease.pdf"], pdf("right year").bytes);
    assert_eq!(
        data(line(&log, "batch.submitted"))["documents"],
        serde_json::json!([hex(&Sha256::digest(pdf("right year").bytes))])
    );
    // 3. Each line of the log holds.
    assert!(log.len() > 10);
    for line in &log {
        assert_eq!(hash_of(line), line["hash"].as_str().unwrap(), "{line}");
    }
    assert_eq!(line(&log, "batch.approved")["by"], "james@kachere.example");
    // 4. What was signed is what is here.
    let print = fingerprint_of(&pack);
    let signed: Vec<&str> = text(&pack, "signatures.csv").lines().skip(1).collect();
    assert_eq!(signed.len(), 3, "one is void");
    assert!(signed[0].starts_with("1,void,initiator,thoko@"));
    for line in &signed[1..] {
        assert!(line.starts_with("2,yes,") && line.ends_with(&print), "{line}");
    }
    // 5. Outcomes, faults and sums.
    let payouts = text(&pack, "payouts.csv");
    assert_eq!(payouts.lines().count(), 5);
    assert!(payouts.contains("'=HYPERLINK"), "no spreadsheet runs it");
    assert!(text(&pack, "validation.csv").contains("3,amount,"));
    let ledger = text(&pack, "ledger.csv");
    for movement in ["reserve", "send", "settle"] {
        assert!(ledger.contains(movement), "{ledger}");
    }
    assert!(text(&pack, "README.txt").contains(&format!("EVIDENCE OF BATCH {number}")));
    assert_eq!(
        portal.db_text("SELECT data->>'report' FROM event WHERE kind = 'report.downloaded'"),
        "evidence"
    );
}

#[test]
fn it_has_nothing_of_others_and_is_for_those_who_may_download_reports() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(3).csv());
    let other = people.thoko().uploads(Payroll::of(3).references("OTHER").csv());
    portal.run_jobs();
    for batch in [&number, &other] {
        people.thoko().submits(batch);
        people.james().approves(batch);
    }
    portal.run_jobs_until_quiet();
    let path = format!("/reports/batches/{number}.zip");
    let ruth = people.browser("ruth@kachere.example");
    let pack = unpacked(ruth.asks(&path).is(200).body);
    for (name, bytes) in &pack {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("OTHER") && !text.contains(&other), "{name}");
    }
    // Who was refused it is for those who read the audit log.
    let thoko = people.browser("thoko@kachere.example");
    thoko.asks(&path).is(403);
    let denials = |person: &Person| {
        let pack = unpacked(person.asks(&path).is(200).body);
        lines(&pack)
            .iter()
            .filter(|line| line["kind"] == "act.denied")
            .count()
    };
    assert_eq!((denials(&ruth), denials(people.chikondi())), (1, 0));
    portal.outsider(&people).asks(&path).is(404);
    ruth.asks("/reports/batches/99999999.zip").is(404);
    ruth.asks("/reports/batches/x.zip").is(404);
}

#[test]
fn of_one_payment_it_has_the_evidence() {
    let (portal, people) = Portal::start();
    let to = people
        .thoko()
        .post_multipart("/payouts", &refund(), Some(("evidence", &pdf("a receipt"))))
        .done();
    let number = to.strip_prefix("/batches/").unwrap();
    portal.run_jobs();
    let pack = unpacked(
        people
            .ruth()
            .asks(&format!("/reports/batches/{number}.zip"))
            .is(200)
            .body,
    );
    assert_eq!(pack["documents/00-lease.pdf"], pdf("a receipt").bytes);
    assert!(!pack.keys().any(|name| name.starts_with("file/")), "it was typed");
    for sum in text(&pack, "SHA256SUMS").lines() {
        let (digest, name) = sum.split_once("  ").unwrap();
        assert_eq!(hex(&Sha256::digest(&pack[name])), digest, "{name}");
    }
}
