//! The audit log: what its page says and finds, how it is proved, and that refusals are in it.

use crate::support::files::File;
use crate::support::page::Page;
use crate::support::{Payroll, People, Portal};
use chrono::Duration;
use countersign::domain::checkpoint::{Checkpoint, CheckpointKey};
use countersign::domain::log::KINDS;

/// Titles of the lines that the page shows.
fn titles(page: &Page) -> Vec<String> {
    page.texts("section[aria-label=Lines] tbody th")
}

fn lines(portal: &Portal, kind: &str) -> i64 {
    portal.db_number(&format!("SELECT count(*) FROM event WHERE kind = '{kind}'"))
}

fn checkpoint_of(people: &People) -> File {
    let answer = people.ruth().asks("/audit/checkpoint").is(200);
    let name = answer.header("content-disposition").unwrap().to_owned();
    assert!(name.contains("checkpoint-FYH0NTVW0DXK-"), "{name}");
    File {
        name: "checkpoint.json".to_owned(),
        bytes: answer.body,
    }
}

/// What the newest verification came to.
fn verdict(portal: &Portal, people: &People) -> String {
    portal.run_jobs();
    people.ruth().get("/audit").text("#proof tbody tr")
}

#[test]
fn who_did_what_when_and_from_where() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    let page = people.ruth().get("/audit");
    let row = page
        .texts("section[aria-label=Lines] tbody tr")
        .into_iter()
        .find(|row| row.contains("Batch submitted"))
        .unwrap();
    for said in [
        "15 Jan 2024, 09:12",
        "Thoko Banda",
        "thoko@kachere.example",
        &number,
        "127.0.0.1",
    ] {
        assert!(row.contains(said), "“{said}” in {row}");
    }
    people.amina().get("/audit").says("Organisation founded");
    people.thoko().asks("/audit").is(403);

    let thoko = portal.db_person("thoko@kachere.example");
    let only = titles(
        &people
            .ruth()
            .get(&format!("/audit?person={thoko}&kind=batch.captured")),
    );
    assert!(
        only.len() == 1 && only[0].starts_with("Batch captured"),
        "{only:?}"
    );
    let about = titles(&people.ruth().get(&format!("/audit?subject={number}")));
    assert!(
        about.iter().any(|line| line.starts_with("Batch submitted"))
            && about.iter().all(|line| !line.starts_with("Signed in")),
        "{about:?}"
    );
    let joined = titles(&people.ruth().get("/audit?subject=JAMES@kachere.example"));
    assert!(joined[0].starts_with("Person joined"), "{joined:?}");
    let none = people.ruth().get("/audit?from=2024-01-16");
    none.says("No line matches");
    assert!(titles(&people.ruth().get("/audit?from=2024-01-15&to=2024-01-15")).len() > 5);
    people.ruth().asks("/audit?kind=nonsense").is(400);
    people.ruth().asks("/audit?person=x").is(400);
    people.ruth().asks("/audit?before=x").is(400);
}

#[test]
fn a_long_log_goes_page_by_page_and_none_is_told_twice() {
    let (portal, people) = Portal::start();
    for n in 0..60 {
        let name = format!("Ruth Phiri {n}");
        people.ruth().post(
            "/profile",
            &[("name", &name), ("waiting", "never"), ("outcomes", "never")],
        );
    }
    let total = lines(&portal, "person.renamed");
    assert!(total >= 50, "{total}");
    let mut path = "/audit?kind=person.renamed".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = people.ruth().get(&path);
        seen.extend(page.texts("section[aria-label=Lines] tbody tr .table__sub:first-of-type"));
        let Some(next) = page
            .all("a[rel=next]")
            .first()
            .and_then(|link| link.attr("href").map(str::to_owned))
        else {
            break;
        };
        path = next;
    }
    let numbers: Vec<&String> = seen.iter().filter(|text| text.starts_with("Line ")).collect();
    let mut different = numbers.clone();
    different.sort();
    different.dedup();
    assert_eq!(i64::try_from(numbers.len()).unwrap(), total);
    assert_eq!(different.len(), numbers.len());
}

#[test]
fn the_log_as_csv() {
    let (portal, people) = Portal::start();
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    people.ruth().post(
        "/profile",
        &[("name", "=cmd()"), ("waiting", "never"), ("outcomes", "never")],
    );
    let answer = people.ruth().asks("/audit.csv").is(200);
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    let text = answer.text();
    let mut read = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(&read.headers().unwrap()[0], "line");
    let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
    for (row, line) in rows.iter().zip(1..) {
        assert_eq!(row[0].parse::<i64>().unwrap(), line, "oldest first, none missing");
    }
    assert!(
        rows.iter()
            .any(|row| &row[6] == "batch.captured" && &row[3] == "thoko@kachere.example")
    );
    assert!(
        rows.iter().any(|row| row[2].starts_with("'=cmd")),
        "no formula leaves"
    );
    assert_eq!(&rows.last().unwrap()[6], "audit.downloaded", "it tells of itself");
    people.dalitso().asks("/audit.csv").is(403);
}

#[test]
fn verifying_from_the_page_names_the_first_broken_link() {
    let (portal, people) = Portal::start();
    people.ruth().get("/audit").says("Verify the whole log");
    people.ruth().post("/audit/verification", &[]).done();
    people.ruth().get("/audit").says("Waits for a worker");
    let said = verdict(&portal, &people);
    assert!(
        said.contains("Holds") && said.contains("Every link holds"),
        "{said}"
    );
    let kept = portal.db_text("SELECT data FROM event WHERE seq = 4");
    let tamper = |data: &str| {
        let sql = format!(
            "SET session_replication_role = replica; UPDATE event SET data = '{data}' WHERE seq = 4;
             SET session_replication_role = DEFAULT"
        );
        portal.db_run(&sql).unwrap();
    };
    tamper("{\"email\": \"mallory@kachere.example\"}");
    people.ruth().post("/audit/verification", &[]).done();
    let said = verdict(&portal, &people);
    assert!(
        said.contains("Broken") && said.contains("broken at line 4"),
        "{said}"
    );
    tamper(&kept.replace('\'', "''"));
    assert_eq!(lines(&portal, "audit.verified"), 2);
    for _ in 0..3 {
        people.ruth().post("/audit/verification", &[]).done();
    }
    people.ruth().post("/audit/verification", &[]).is(400);
    portal.run_jobs();
}

#[test]
fn a_checkpoint_that_was_kept_shows_what_was_changed_since() {
    let (portal, people) = Portal::start();
    let file = checkpoint_of(&people);
    let kept = Checkpoint::parse(&String::from_utf8(file.bytes.clone()).unwrap()).unwrap();
    people.thoko().get("/");
    let compare = |file: &File| {
        people
            .ruth()
            .post_multipart("/audit/checkpoint", &[], Some(("file", file)))
    };
    compare(&file).done();
    let said = verdict(&portal, &people);
    assert!(
        said.contains("Holds") && said.contains("Checkpoint at line"),
        "{said}"
    );
    people.ruth().get("/audit").says(&kept.public_key);

    // Somebody who can rewrite the log and every hash of it: the chain holds, the checkpoint does not.
    let key = CheckpointKey::derive(b"a secret for tests, of no less than 32 bytes");
    let as_file = |checkpoint: &Checkpoint| File {
        name: "checkpoint.json".to_owned(),
        bytes: checkpoint.file().into_bytes(),
    };
    let other = key.sign(&kept.organisation, kept.line, &[7; 32], portal.now());
    compare(&as_file(&other)).done();
    let said = verdict(&portal, &people);
    assert!(
        said.contains("Rewritten") && said.contains(&format!("Line {}", kept.line)),
        "{said}"
    );
    let longer = key.sign(&kept.organisation, 100_000, &[7; 32], portal.now());
    compare(&as_file(&longer)).done();
    let said = verdict(&portal, &people);
    assert!(said.contains("Lines are missing"), "{said}");

    let mut edited = kept.clone();
    edited.line += 1;
    compare(&as_file(&edited)).refused(400, "signature of this checkpoint does not fit");
    let stranger =
        CheckpointKey::derive(b"another secret").sign(&kept.organisation, 1, &[7; 32], portal.now());
    compare(&as_file(&stranger)).refused(400, "not this installation's");
    let elsewhere = key.sign("ABCDEF123456", 1, &[7; 32], portal.now());
    compare(&as_file(&elsewhere)).refused(400, "another organisation");
    let no = File {
        name: "x.json".to_owned(),
        bytes: b"{}".to_vec(),
    };
    compare(&no).refused(400, "no checkpoint");
}

#[test]
fn an_act_that_is_refused_is_a_line_and_a_thousand_are_not() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    let fingerprint = portal.db_fingerprint(&number);
    people
        .thoko()
        .post(
            &format!("/batches/{number}/approval"),
            &[("fingerprint", &fingerprint)],
        )
        .is(403);
    let page = people
        .ruth()
        .get(&format!("/audit?kind=act.denied&subject={number}"));
    let said = titles(&page);
    assert!(
        said.len() == 1
            && said[0].contains(&format!("POST /batches/{number}/approval"))
            && said[0].contains("approve batches"),
        "{said:?}"
    );
    assert!(
        !people
            .james()
            .get(&format!("/batches/{number}?show=history"))
            .text("main")
            .contains("denied"),
        "it is for those who read the log"
    );
    for _ in 0..30 {
        people.thoko().asks("/team").is(403);
    }
    assert_eq!(
        lines(&portal, "act.denied"),
        10,
        "a line each for the first, the rest are counted"
    );
    portal.run_jobs();
    assert_eq!(lines(&portal, "act.denied_more"), 0, "the hour is not over");
    portal.clock_forward(Duration::hours(1));
    portal.run_jobs();
    let more = people
        .browser("ruth@kachere.example")
        .get("/audit?kind=act.denied_more");
    more.says("times 21");
    assert_eq!(portal.db_number("SELECT count(*) FROM denial_window"), 0);
}

#[test]
fn a_refused_call_names_its_client() {
    let (portal, _people) = Portal::start();
    let batch = serde_json::json!({ "batchNumber": 10_000_001, "merchantAccountNumber": 35_253_486 });
    let path = "/disbursements/batch/approve";
    portal
        .client("kachere-thoko")
        .with_new_key()
        .posts(path, &batch)
        .is(403);
    assert_eq!(
        portal.db_text(
            "SELECT (data->>'client') || ' ' || (data->>'address') FROM event WHERE kind = 'act.denied'"
        ),
        "kachere-thoko 127.0.0.1"
    );
    portal.stranger().asks_token("kachere-james", "wrong").is(401);
    assert_eq!(
        portal.db_text("SELECT data->>'client_id' FROM event WHERE kind = 'api_client.refused'"),
        "kachere-james"
    );
    assert_eq!(
        portal.db_number(
            "SELECT count(*) FROM event WHERE data::text LIKE '%wrong%' AND kind = 'api_client.refused'"
        ),
        0
    );
}

#[test]
fn sign_ins_that_fail_and_sign_outs_are_lines() {
    let (portal, people) = Portal::start();
    people
        .browser("james@kachere.example")
        .signs_in("not the password")
        .is(200);
    people
        .browser("nobody@kachere.example")
        .signs_in("not the password")
        .is(200);
    assert_eq!(
        portal.db_number("SELECT count(*) FROM task"),
        2,
        "the same work either way"
    );
    portal.run_jobs();
    let said = titles(&people.ruth().get("/audit?kind=person.sign_in_failed"));
    assert!(
        said.len() == 1 && said[0].contains("james@kachere.example"),
        "{said:?}"
    );
    people.james().get("/");
    people.james().signs_out();
    assert_eq!(lines(&portal, "person.signed_out"), 1);
}

#[test]
fn files_that_leave_are_lines() {
    let (portal, people) = Portal::start();
    let number = people
        .thoko()
        .uploads(Payroll::of(2).with(1, "amount", "x").csv());
    portal.run_jobs();
    people.chikondi().asks(&format!("/batches/{number}/file")).is(200);
    people
        .chikondi()
        .asks(&format!("/batches/{number}/errors.csv"))
        .is(200);
    assert_eq!(
        portal
            .db_texts("SELECT data->>'file' FROM event WHERE kind = 'file.downloaded' ORDER BY seq")
            .len(),
        2
    );
}

/// Every kind that the sources write has words, and every kind that has words is written somewhere.
#[test]
fn every_kind_of_line_has_words() {
    fn read(folder: &std::path::Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else if !path.ends_with("domain/log.rs") {
                text.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for folder in [
        "src/flows",
        "src/jobs",
        "src/domain/batch",
        "src/domain/proposal.rs",
        "src/domain/webhook.rs",
    ] {
        let path = root.join(folder);
        if path.is_dir() {
            read(&path, &mut text);
        } else {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    let unwritten: Vec<&str> = KINDS
        .iter()
        .map(|(kind, _)| *kind)
        .filter(|kind| *kind != countersign::domain::log::DENIED && !text.contains(&format!("\"{kind}\"")))
        .collect();
    assert!(unwritten.is_empty(), "nobody writes {unwritten:?}");
    let nouns: Vec<&str> = KINDS
        .iter()
        .map(|(kind, _)| kind.split('.').next().unwrap())
        .collect();
    let wordless: Vec<&str> = text
        .split('"')
        .filter(|word| {
            let mut parts = word.split('.');
            let (noun, verb) = (parts.next().unwrap(), parts.next().unwrap_or_default());
            nouns.contains(&noun)
                && parts.next().is_none()
                && (verb.ends_with("ed") || verb.ends_with("en"))
                && verb.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
        .filter(|word| !KINDS.iter().any(|(kind, _)| kind == word))
        .collect();
    assert!(wordless.is_empty(), "no words for {wordless:?}");
}
