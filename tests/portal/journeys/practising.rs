//! The guide's practice: one person alone walks through each part, colleagues who are nobody play the
//! others, and nothing of it is found where work is done in earnest.

use crate::support::files::File;
use crate::support::{Person, Portal, UploadForm};
use chrono::Duration;

/// Begins on the guide's page, and is in the practice.
fn begins(person: &Person, part: &str) {
    let chapter = format!("/guide/{part}");
    let page = person.get(&chapter);
    let to = person.tries_on(&page, &format!("{chapter}/practice"), &[]).done();
    assert_eq!(to, chapter);
    assert!(person.get("/").has(".practice-band"));
}

/// The steps of the chapter: "done", "next", "later".
fn steps(person: &Person, part: &str) -> Vec<String> {
    person
        .get(&format!("/guide/{part}"))
        .texts(".practice__step strong + .small")
}

/// Where the next step is done.
fn next_link(person: &Person, part: &str) -> String {
    let page = person.get(&format!("/guide/{part}"));
    let links = page.all(".practice__step[aria-current] a");
    links
        .last()
        .and_then(|link| link.attr("href"))
        .unwrap()
        .to_owned()
}

fn number_of(link: &str) -> String {
    link.rsplit('/').next().unwrap().to_owned()
}

#[test]
fn an_initiator_uploads_corrects_and_sends_and_sees_it_paid() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    begins(thoko, "initiator");
    assert_eq!(steps(thoko, "initiator"), ["next", "later", "later", "later"]);
    let bytes = thoko.asks("/guide/practice.csv").is(200).body;
    let account = portal.db_text("SELECT number FROM payout_account WHERE number >= 90000000");
    let form = UploadForm {
        account: account.leak(),
        ..UploadForm::of(File {
            name: "practice.csv".to_owned(),
            bytes,
        })
    };
    let number = thoko.upload(&form);
    portal.run_jobs();
    assert_eq!(steps(thoko, "initiator"), ["done", "next", "later", "later"]);
    assert_eq!(next_link(thoko, "initiator"), format!("/batches/{number}"));
    thoko.corrects(&number, 4, &[("amount", "6200.00")]).done();
    portal.run_jobs();
    assert_eq!(steps(thoko, "initiator"), ["done", "done", "next", "later"]);
    thoko.submits(&number);
    portal.run_jobs_until_quiet();
    assert_eq!(steps(thoko, "initiator"), ["done", "done", "done", "done"]);
    assert!(thoko.get("/guide/initiator").has(".practice .tone-ok"));
    let paid = portal.db_number("SELECT count(*) FROM intent WHERE result = 'paid'");
    assert_eq!(paid, 5, "the sandbox pays the practice");
}

#[test]
fn a_reviewer_and_an_approver_decide_about_what_colleagues_prepared() {
    let (portal, people) = Portal::start();
    for (person, part, act) in [
        (people.chikondi(), "reviewer", "review"),
        (people.james(), "approver", "approval"),
    ] {
        begins(person, part);
        assert_eq!(steps(person, part), ["next", "later", "later"]);
        portal.run_jobs_until_quiet();
        assert_eq!(steps(person, part), ["done", "next", "later"]);
        let number = number_of(&next_link(person, part));
        // What is sent back, the practice initiator sends again.
        person.sends_back(&number, "Look at row 3 again");
        portal.run_jobs_until_quiet();
        person.tries(&number, act, &[]).done();
        portal.run_jobs_until_quiet();
        assert_eq!(steps(person, part), ["done", "done", "done"]);
    }
    let twice = portal.db_texts(
        "SELECT batch_id FROM signature GROUP BY batch_id, revision, person_id HAVING count(*) > 1",
    );
    assert!(twice.is_empty(), "duties hold in practice too");
}

#[test]
fn an_auditor_reports_on_what_was_paid_and_verifies_the_log() {
    let (portal, people) = Portal::start();
    let ruth = people.ruth();
    begins(ruth, "auditor");
    portal.run_jobs_until_quiet();
    assert_eq!(steps(ruth, "auditor"), ["done", "next", "later"]);
    let report = ruth.asks("/reports/payouts.csv").is(200).text();
    assert_eq!(report.trim_end().lines().count(), 6, "five payouts: {report}");
    assert_eq!(steps(ruth, "auditor"), ["done", "done", "next"]);
    ruth.post("/audit/verification", &[]).done();
    portal.run_jobs();
    assert_eq!(steps(ruth, "auditor"), ["done", "done", "done"]);
}

#[test]
fn an_administrator_confirms_and_proposes() {
    let (portal, people) = Portal::start();
    let amina = people.amina();
    begins(amina, "administrator");
    portal.run_jobs();
    let proposal = next_link(amina, "administrator");
    amina.confirms(&proposal);
    assert_eq!(steps(amina, "administrator"), ["done", "next", "later"]);
    let policy = next_link(amina, "administrator");
    let fields = [("up_to_1", "20000.00"), ("level_1", "4"), ("level_last", "6")];
    amina.proposes(&policy, &fields);
    portal.run_jobs();
    assert_eq!(steps(amina, "administrator"), ["done", "done", "done"]);
    // Whoever is invited to a practice hears nothing of it.
    let fields = [("email", "new@kachere.example"), ("role", "Initiator")];
    let invited = amina.post("/team/invitations", &fields);
    assert!(invited.status < 500);
    portal.run_jobs();
    assert_eq!(
        portal.db_number("SELECT count(*) FROM letter"),
        0,
        "no letter leaves a practice"
    );
}

#[test]
fn a_developer_makes_a_client_that_reaches_nothing_but_the_practice() {
    let (portal, people) = Portal::start();
    let dalitso = people.dalitso();
    begins(dalitso, "developer");
    assert_eq!(steps(dalitso, "developer"), ["next", "later", "later"]);
    let page = dalitso.get("/developers/api-clients");
    assert!(
        !page.text("main").contains("kachere-thoko"),
        "none of the real ones is here"
    );
    portal.run_jobs();
}

#[test]
fn nothing_of_a_practice_is_seen_in_earnest() {
    let (portal, people) = Portal::start();
    let james = people.james();
    begins(james, "approver");
    portal.run_jobs_until_quiet();
    let number = number_of(&next_link(james, "approver"));
    let account = portal.db_text("SELECT number FROM payout_account WHERE number >= 90000000");
    // Back to work.
    let page = james.get("/guide/approver");
    let to = james.tries_on(
        &page,
        "/organisations",
        &[("organisation", "FYH0NTVW0DXK"), ("guide", "approver")],
    );
    assert_eq!(to.done(), "/guide/approver");
    assert!(!james.get("/").has(".practice-band"));
    for person in people.all() {
        person.asks(&format!("/accounts/{account}")).is(404);
        person.asks(&format!("/batches/{number}")).is(404);
        assert!(!person.asks("/accounts").text().contains(&account));
    }
    let report = people.ruth().asks("/reports/payouts.csv").is(200).text();
    assert!(!report.contains("PRACTICE-"), "{report}");
    let listed = portal.client("kachere-thoko").gets("/payout_accounts").text();
    assert!(!listed.contains(&account), "{listed}");
    let log = people.ruth().asks("/audit.csv").is(200).text();
    assert!(
        !log.contains("practice"),
        "the log of work does not have it: {log}"
    );
    // Who signs out and in again begins at work.
    james.signs_out();
    james.signs_in(countersign::flows::demonstrate::PASSWORD).done();
    assert!(!james.get("/").has(".practice-band"));
    // The way back in is on the guide's page, and what concerns themselves is noted at work.
    let page = james.get("/guide/approver");
    assert!(page.text(".practice").contains("Go on practising"));
    assert!(
        page.all(".practice__step a").is_empty(),
        "links lead nowhere else"
    );
    let code = page.all(".practice input[name=organisation]")[0]
        .attr("value")
        .unwrap()
        .to_owned();
    let there = [("organisation", code.as_str())];
    james.tries_on(&page, "/organisations", &there).done();
    assert!(james.get("/").has(".practice-band"));
    let fields = [
        ("name", "James G."),
        ("waiting", "at_once"),
        ("outcomes", "at_once"),
    ];
    james.post("/profile", &fields).done();
    let noted = portal.db_text(
        "SELECT o.code FROM event e JOIN organisation o ON o.id = e.organisation_id WHERE e.kind = 'person.renamed'",
    );
    assert_eq!(noted, "FYH0NTVW0DXK");
    // Who is suspended at work has no practice either.
    portal
        .db_run("UPDATE membership SET status = 'suspended' WHERE person_id = (SELECT id FROM person WHERE email = 'james@kachere.example') AND organisation_id = 1")
        .unwrap();
    assert!(james.asks("/").done().starts_with("/sign-in"));
}

#[test]
fn beginning_again_makes_a_new_practice_and_ends_the_old_one() {
    let (portal, people) = Portal::start();
    let ruth = people.ruth();
    begins(ruth, "auditor");
    portal.run_jobs_until_quiet();
    assert_eq!(steps(ruth, "auditor")[0], "done");
    begins(ruth, "auditor");
    assert_eq!(steps(ruth, "auditor"), ["next", "later", "later"]);
    assert_eq!(
        ruth.get("/").all(".turn__to").len(),
        1,
        "only the way back to work"
    );
    let open = "SELECT count(*) FROM practice WHERE ended_at IS NULL";
    assert_eq!(portal.db_number(open), 1);
    for _ in 0..28 {
        ruth.post("/guide/auditor/practice", &[]).done();
    }
    ruth.post("/guide/auditor/practice", &[])
        .refused(400, "the limit is 30 a day");
    portal.clock_forward(Duration::hours(25));
    ruth.signs_in(countersign::flows::demonstrate::PASSWORD).done();
    ruth.post("/guide/auditor/practice", &[]).done();
    ruth.post("/guide/nobody/practice", &[]).is(404);
}

#[test]
fn the_database_keeps_practice_and_earnest_apart() {
    let (portal, people) = Portal::start();
    begins(people.ruth(), "auditor");
    portal.run_jobs_until_quiet();
    let practice = portal.db_text("SELECT organisation_id FROM practice");
    let colleague = portal.db_text("SELECT id FROM person WHERE practice_role = 'approver'");
    let refuses = |sql: &str, because: &str| portal.db_refuses(sql, because);
    refuses(
        &format!("UPDATE payout_account SET rail = 'bank' WHERE organisation_id = {practice}"),
        "practice_rail",
    );
    refuses(
        &format!("INSERT INTO membership (organisation_id, person_id) VALUES (1, {colleague})"),
        "practice_people",
    );
    refuses(
        &format!(
            "INSERT INTO membership (organisation_id, person_id) SELECT {practice}, id FROM person WHERE email = 'james@kachere.example'"
        ),
        "practice_people",
    );
    refuses(
        &format!(
            "INSERT INTO session (id, person_id, state, expires_at) VALUES ('x', {colleague}, '{{}}', now())"
        ),
        "practice_session",
    );
    refuses("DELETE FROM practice", "practice_stays");
    refuses(
        &format!("UPDATE practice SET of_organisation_id = {practice} WHERE organisation_id = {practice}"),
        "practice_stays",
    );
    refuses(
        "INSERT INTO practice (organisation_id, of_organisation_id, person_id, part, started_at)
         SELECT 1, organisation_id, person_id, 'auditor', now() FROM practice",
        "practice_stays",
    );
    let number = people.thoko().uploads(crate::support::Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    refuses(
        &format!(
            "INSERT INTO batch_maker (batch_id, person_id, act, at) SELECT id, {colleague}, 'edited', now() FROM batch WHERE number = {number} AND organisation_id = 1"
        ),
        "practice_colleague",
    );
    refuses(
        &format!(
            "INSERT INTO signature (batch_id, revision, person_id, seat, fingerprint, payable_count, payable_total, at)
             SELECT id, revision, {colleague}, 'approver', fingerprint, payable_count, payable_total, now()
             FROM batch WHERE number = {number} AND organisation_id = 1"
        ),
        "practice_colleague",
    );
    let colleague = people.browser("approver@practice.invalid");
    for password in ["!", "", "countersign-demo"] {
        let said = colleague.signs_in(password);
        assert_ne!(said.status, 303, "nobody signs in as a colleague");
    }
    people
        .nobody()
        .post("/password/forgot", &[("email", "approver@practice.invalid")]);
    portal.run_jobs();
    assert_eq!(
        portal.db_number("SELECT count(*) FROM letter WHERE email LIKE '%practice.invalid'"),
        0
    );
}
