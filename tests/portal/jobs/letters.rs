//! Letters: who hears of what, how they are sent, and what happens when the mail server is not there.

use crate::support::mail::{MailServer, Message, Mood};
use crate::support::{Payroll, Portal};
use chrono::{Duration, TimeZone, Utc};
use chrono_tz::Tz;
use countersign::domain::ids::BatchNumber;
use countersign::domain::letter::{BatchFacts, Cadence, ClientWaits, Letter, Topic, Wishes};
use countersign::flows::demonstrate::PASSWORD;
use countersign::mail::{Way, words};

/// Above 250,000.00: a reviewer and an approver.
fn large() -> Payroll {
    Payroll::of(3).with(1, "amount", "260000.00")
}

fn with_server(server: &MailServer) -> (Portal, crate::support::People) {
    let url = server.url.clone();
    Portal::start_with(|parts| parts.letters.way = Way::Smtp(url.into()))
}

fn about(letters: &[Message], subject: &str) -> Vec<String> {
    let mut to: Vec<String> = letters
        .iter()
        .filter(|letter| letter.subject.contains(subject))
        .map(|letter| letter.to.clone())
        .collect();
    to.sort();
    to
}

#[test]
fn a_batch_on_its_way_tells_each_person_once() {
    let server = MailServer::start();
    let (portal, people) = with_server(&server);
    let number = people.thoko().uploads(large().csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    portal.run_jobs();
    let letters = server.received();
    assert_eq!(
        about(&letters, "waits for your review"),
        [
            "\"Chikondi Mwale\" <chikondi@kachere.example>",
            "\"Grace Phiri\" <grace@kachere.example>"
        ],
    );
    let letter = letters.iter().find(|letter| letter.to.contains("grace")).unwrap();
    assert_eq!(letter.link(), format!("https://portal.example/batches/{number}"));
    assert!(
        letter.from.contains("countersign@portal.example"),
        "{}",
        letter.from
    );
    assert!(letter.raw.contains("Auto-Submitted: auto-generated"));
    assert!(letter.text.contains("3 payouts, MWK ") && letter.html.contains("Thoko Banda sent a batch on"));

    people.chikondi().reviews(&number);
    portal.run_jobs();
    assert_eq!(about(&server.received(), "waits for your approval").len(), 1);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    let letters = server.received();
    assert_eq!(about(&letters, "is approved").len(), 1);
    let of = |name: &str| letters.iter().filter(|letter| letter.to.contains(name)).count();
    assert_eq!((of("thoko"), of("ruth"), of("dalitso")), (1, 0, 0));
    assert_eq!(
        portal.db_number("SELECT count(*) FROM letter WHERE sent_at IS NULL"),
        0
    );
}

#[test]
fn who_sent_it_hears_why_it_came_back_and_what_failed() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(large().csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.chikondi().sends_back(&number, "Row 2 is <b>wrong</b>");
    let letter = portal.letter_to("thoko", "was sent back");
    assert!(letter.text.contains("“Row 2 is <b>wrong</b>”"), "{}", letter.text);
    assert!(
        letter.html.contains("Row 2 is &#60;b&#62;wrong&#60;/b&#62;"),
        "{}",
        letter.html
    );
    people.thoko().submits(&number);
    people.grace().rejects(&number, "Paid by hand");
    assert!(
        portal
            .letter_to("thoko", "is rejected")
            .text
            .contains("“Paid by hand”")
    );

    let half = Payroll::of(2)
        .references("F")
        .with(1, "purpose", "expenses_services");
    let failing = people.thoko().uploads(half.csv());
    portal.run_jobs();
    people.thoko().submits(&failing);
    people.james().approves(&failing);
    portal.run_jobs_until_quiet();
    let letter = portal.letter_to("thoko", "1 payout was not paid");
    assert_eq!(letter.path(), format!("/batches/{failing}"));
}

#[test]
fn a_busy_mail_server_is_asked_again_and_the_letter_is_the_same() {
    let server = MailServer::start();
    let (portal, people) = with_server(&server);
    server.is(Mood::Busy);
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    portal.run_jobs();
    assert!(server.received().is_empty());
    let error = portal.db_text("SELECT error FROM letter");
    assert!(
        error.contains("451") && error.contains("come back later"),
        "{error}"
    );

    // It takes the letter, and the answer is lost: it is sent again, and says that it is the same.
    server.is(Mood::TakesAndHangsUp);
    portal.clock_forward(Duration::seconds(31));
    portal.run_jobs();
    server.is(Mood::Takes);
    portal.clock_forward(Duration::minutes(5));
    portal.run_jobs();
    let received = server.received();
    assert!(received.len() >= 2, "{}", received.len());
    assert!(received.iter().all(|letter| letter.id == received[0].id));
    portal.clock_forward(Duration::days(1));
    portal.run_jobs();
    assert_eq!(
        server.received().len(),
        received.len(),
        "once it is sent, it is sent"
    );
}

#[test]
fn a_letter_that_nobody_takes_is_given_up_and_said_so() {
    let server = MailServer::start();
    let (portal, people) = with_server(&server);
    server.is(Mood::Refuses);
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    portal.run_jobs();
    assert_eq!(
        portal.db_number("SELECT count(*) FROM letter WHERE failed_at IS NOT NULL AND attempts = 1"),
        1
    );
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'letter.given_up'"),
        1
    );

    server.is(Mood::Busy);
    people.james().sends_back(&number, "No");
    for _ in 0..20 {
        portal.run_jobs();
        portal.clock_forward(Duration::hours(3));
    }
    assert_eq!(
        portal.db_number("SELECT max(attempts) FROM letter WHERE failed_at IS NOT NULL"),
        12
    );
    assert_eq!(
        portal.db_number("SELECT count(*) FROM letter WHERE failed_at IS NULL"),
        0
    );
}

#[test]
fn whoever_wants_it_gets_one_letter_each_morning() {
    let (portal, people) = Portal::start();
    let james = portal.db_person("james@kachere.example");
    portal
        .db_run(&format!(
            "INSERT INTO letter_wish VALUES ({james}, 'daily', true)"
        ))
        .unwrap();
    let mut numbers = Vec::new();
    for prefix in ["A", "B", "C"] {
        let number = people.thoko().uploads(Payroll::of(2).references(prefix).csv());
        portal.run_jobs();
        people.thoko().submits(&number);
        numbers.push(number);
    }
    assert!(
        portal.letters_to("james", "").is_empty(),
        "not before the morning"
    );
    people.james().approves(&numbers[0]);
    portal.clock_to(Utc.with_ymd_and_hms(2024, 1, 16, 6, 0, 0).unwrap());
    let letter = portal.letter_to("james", "2 batches wait for you");
    assert!(letter.text.contains(&"MWK ".to_owned()) && letter.path() == "/");
    // Nothing waits the next morning: no letter.
    for person in [people.james(), people.thoko()] {
        person.signs_in(PASSWORD).done();
    }
    people.james().approves(&numbers[1]);
    people.james().sends_back(&numbers[2], "No");
    people.thoko().submits(&numbers[2]);
    people.thoko().recalls(&numbers[2]);
    portal.clock_forward(Duration::days(2));
    portal.run_jobs();
    assert_eq!(portal.letters_to("james", "wait").len(), 1);
}

#[test]
fn mornings_are_the_zone_s() {
    let daily = Wishes {
        waiting: Cadence::Daily,
        outcomes: false,
    };
    let at = |h, m| Utc.with_ymd_and_hms(2024, 1, 15, h, m, 0).unwrap();
    let due = |now| daily.due_at(Topic::Waiting, now, Tz::Africa__Blantyre).unwrap();
    assert_eq!(due(at(5, 59)), at(6, 0));
    assert_eq!(due(at(6, 0)), at(6, 0) + Duration::days(1));
    assert_eq!(daily.due_at(Topic::Outcome, at(6, 0), Tz::UTC), None);
    assert_eq!(daily.due_at(Topic::Always, at(6, 0), Tz::UTC), Some(at(6, 0)));
}

/// Every letter there is.
fn every_letter() -> Vec<Letter> {
    let batch = BatchFacts {
        number: BatchNumber::parse("20240017").unwrap(),
        name: "January salaries".to_owned(),
        payouts: 95,
        total: "MWK 450,000.00".to_owned(),
    };
    let text = str::to_owned;
    vec![
        Letter::Invitation {
            organisation: text("Kachere Traders"),
            inviter: text("Amina Chirwa"),
            roles: vec![text("Reviewer"), text("Auditor")],
            token: text("0f1e"),
        },
        Letter::PasswordReset { token: text("0f1e") },
        Letter::PasswordChanged,
        Letter::Waiting {
            batch: batch.clone(),
            step: text("review"),
            from: text("Thoko Banda"),
        },
        Letter::WaitingDaily {
            batches: vec![batch.clone(), batch.clone()],
        },
        Letter::Approved {
            batch: batch.clone(),
            by: text("James Gondwe"),
        },
        Letter::Rejected {
            batch: batch.clone(),
            by: text("James Gondwe"),
            reason: text("Wrong purpose"),
        },
        Letter::SentBack {
            batch: batch.clone(),
            by: text("James Gondwe"),
            reason: text("Wrong purpose"),
        },
        Letter::FailedPayouts {
            batch: batch.clone(),
            failed: 2,
            amount: text("MWK 9,000.00"),
        },
        Letter::ReturnedPayouts {
            batch,
            returned: 1,
            amount: text("MWK 10.06"),
        },
        Letter::EndpointSwitchedOff {
            gone: false,
            id: text("0190"),
            url: text("https://erp.example/hooks"),
            error: text("503 Service Unavailable"),
        },
        Letter::EndpointSwitchedOff {
            gone: true,
            id: text("0190"),
            url: text("https://erp.example/hooks"),
            error: text("it answered 410"),
        },
        Letter::NewSignIn {
            at: Utc.with_ymd_and_hms(2024, 1, 15, 7, 12, 0).unwrap(),
            address: text("203.0.113.7"),
            browser: text("Firefox on Linux"),
        },
        Letter::SecondFactorChanged { is_on: true },
        Letter::SecondFactorChanged { is_on: false },
        Letter::PasskeyAdded {
            name: text("Blue security key"),
        },
        Letter::SecondFactorReset {
            by: text("Amina Chirwa"),
        },
        Letter::ClientWaits {
            name: text("Payroll export"),
            what: ClientWaits::Confirmation,
        },
        Letter::ClientWaits {
            name: text("Payroll export"),
            what: ClientWaits::More,
        },
        Letter::ProposalWaits {
            id: 7,
            kind: text("funding"),
            from: text("Amina Chirwa"),
            until: Utc.with_ymd_and_hms(2024, 1, 22, 7, 12, 0).unwrap(),
        },
        Letter::ProposalDecided {
            id: 7,
            kind: text("funding"),
            is_confirmed: true,
            by: Some(text("Peter Mbewe")),
            reason: None,
        },
        Letter::ProposalDecided {
            id: 7,
            kind: text("policy"),
            is_confirmed: false,
            by: Some(text("Peter Mbewe")),
            reason: Some(text("Too high")),
        },
        Letter::ProposalDecided {
            id: 7,
            kind: text("person_roles"),
            is_confirmed: false,
            by: None,
            reason: None,
        },
        Letter::ShortfallAhead {
            account: text("35253486"),
            name: text("Main payouts"),
            day: chrono::NaiveDate::from_ymd_opt(2024, 1, 20).unwrap(),
            available: text("MWK 100.00"),
            needed: text("MWK 450.00"),
            missing: text("MWK 350.00"),
        },
    ]
}

#[test]
fn what_letters_say() {
    let said: Vec<String> = every_letter()
        .iter()
        .map(|letter| {
            let words = words(letter);
            let facts: Vec<String> = words
                .facts
                .iter()
                .map(|(label, value)| format!("{label}: {value}"))
                .collect();
            format!(
                "# {} ({})\n{}\n{}{}\n[{}]\n{}",
                words.subject,
                letter.kind(),
                words.paragraphs.join("\n"),
                words
                    .quote
                    .map(|quote| format!("“{quote}”\n"))
                    .unwrap_or_default(),
                facts.join("\n"),
                words
                    .act
                    .map(|(label, path)| format!("{label}: {path}"))
                    .unwrap_or_default(),
                words.why,
            )
        })
        .collect();
    insta::assert_snapshot!(said.join("\n\n"));
}
