//! The second factor: set up, asked for at sign-in and at the deciding signature, used once, limited,
//! and taken off.

use crate::support::{Payroll, Portal};
use chrono::Duration;
use countersign::domain::ids::PersonId;
use countersign::domain::permission::Actor;
use countersign::domain::proposal::Wish;
use countersign::domain::second_factor::{CodeRefusal, may_sign, recovery_code};
use countersign::flows::acting;
use countersign::flows::demonstrate::PASSWORD;
use countersign::flows::propose::{self, Fresh};

const WRONG: &str = "The code is wrong, or was used already";

#[test]
fn a_code_is_the_second_step_of_signing_in() {
    let (portal, people) = Portal::start();
    let phone = people.james().sets_up_two_factor(&portal);
    let browser = people.browser("james@kachere.example");
    assert_eq!(browser.signs_in(PASSWORD).done(), "/sign-in/code");
    assert!(
        browser.asks("/").done().starts_with("/sign-in"),
        "half signed in is nobody"
    );
    let page = browser.get("/sign-in/code");
    let code = phone.next_code(&portal);
    assert_eq!(
        browser
            .tries_on(&page, "/sign-in/code", &[("code", &code)])
            .done(),
        "/"
    );
    browser.get("/");
    // The same code again, seen over a shoulder.
    let thief = people.browser("james@kachere.example");
    thief.signs_in(PASSWORD).done();
    thief
        .post("/sign-in/code", &[("code", &code)])
        .is(200)
        .says(WRONG);
    assert!(thief.asks("/").done().starts_with("/sign-in"));
    assert_eq!(
        portal.db_texts(
            "SELECT kind FROM event WHERE kind LIKE 'person.%' AND kind <> 'person.joined' ORDER BY seq"
        ),
        [
            "person.signed_in",
            "person.second_factor_on",
            "person.signed_in",
            "person.sign_in_failed"
        ]
    );
    portal.letter_to("james", "Two-factor sign-in is on");
    portal.letter_to("james", "A new sign-in");
}

#[test]
fn a_code_without_the_password_before_it_is_worth_nothing() {
    let (portal, people) = Portal::start();
    let phone = people.james().sets_up_two_factor(&portal);
    let nobody = people.nobody();
    assert_eq!(nobody.asks("/sign-in/code").done(), "/sign-in");
    let code = phone.next_code(&portal);
    assert_eq!(
        nobody.post("/sign-in/code", &[("code", &code)]).done(),
        "/sign-in"
    );
    // Nor minutes after it.
    let browser = people.browser("james@kachere.example");
    browser.signs_in(PASSWORD).done();
    portal.clock_forward(Duration::minutes(6));
    let code = phone.code(&portal);
    assert_eq!(
        browser.post("/sign-in/code", &[("code", &code)]).done(),
        "/sign-in"
    );
}

#[test]
fn codes_are_not_tried_through() {
    let (portal, people) = Portal::start();
    let phone = people.james().sets_up_two_factor(&portal);
    portal.clock_forward(Duration::seconds(30));
    let browser = people.browser("james@kachere.example");
    browser.signs_in(PASSWORD).done();
    let wrong = phone.wrong_code(&portal);
    for _ in 0..5 {
        browser
            .post("/sign-in/code", &[("code", &wrong)])
            .is(200)
            .says(WRONG);
    }
    let right = phone.code(&portal);
    let answer = browser.post("/sign-in/code", &[("code", &right)]).is(429);
    assert_eq!(answer.header("retry-after"), Some("1"));
    // Another browser does not begin anew.
    let other = people.browser("james@kachere.example");
    other.signs_in(PASSWORD).done();
    other.post("/sign-in/code", &[("code", &right)]).is(429);
    portal.clock_forward(Duration::seconds(2));
    browser
        .post("/sign-in/code", &[("code", &phone.code(&portal))])
        .done();
}

#[test]
fn a_recovery_code_works_once() {
    let (portal, people) = Portal::start();
    let phone = people.james().sets_up_two_factor(&portal);
    let typed = phone.recovery_codes[3].to_uppercase().replace('-', " ");
    let browser = people.browser("james@kachere.example");
    browser.signs_in(PASSWORD).done();
    assert_eq!(browser.post("/sign-in/code", &[("code", &typed)]).done(), "/");
    let again = people.browser("james@kachere.example");
    again.signs_in(PASSWORD).done();
    again
        .post("/sign-in/code", &[("code", &typed)])
        .is(200)
        .says(WRONG);
    browser.get("/profile/two-factor").says("9 of 10");
    // New ones void the old.
    let page = browser.get("/profile/two-factor");
    let code = phone.next_code(&portal);
    browser
        .tries_on(&page, "/profile/two-factor/recovery-codes", &[("code", &code)])
        .is(200);
    again
        .post("/sign-in/code", &[("code", &phone.recovery_codes[4])])
        .is(200)
        .says(WRONG);
    // What is stored gives nobody a code.
    let plain = phone.recovery_codes[5].replace('-', "");
    assert_eq!(
        portal.db_number(&format!(
            "SELECT count(*) FROM recovery_code WHERE position('{plain}'::bytea IN code) > 0"
        )),
        0
    );
}

#[test]
fn who_has_it_gives_a_code_again_to_approve() {
    let (portal, people) = Portal::start();
    let phone = people.james().sets_up_two_factor(&portal);
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    let path = format!("/batches/{number}/approval");
    let page = people.james().batch(&number);
    assert!(page.has(&format!("form[action='{path}'] input[name=code]")));
    let print = portal.db_fingerprint(&number);
    let approve = |code: &str| {
        people
            .james()
            .post(&path, &[("fingerprint", &print), ("code", code)])
    };
    approve("").refused(403, "Give the code that your app shows now");
    approve(&phone.wrong_code(&portal)).refused(403, WRONG);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    let code = phone.next_code(&portal);
    approve(&code).done();
    assert_eq!(portal.db_status(&number), "approved");
    // Who has none is not asked.
    let second = people.thoko().uploads(Payroll::of(2).references("B").csv());
    portal.run_jobs();
    people.thoko().submits(&second);
    approve_again(&portal, &people, &second, &code);
}

/// A code that was used for one batch signs no other.
fn approve_again(portal: &Portal, people: &crate::support::People, number: &str, code: &str) {
    let print = portal.db_fingerprint(number);
    let path = format!("/batches/{number}/approval");
    let fields = [("fingerprint", print.as_str()), ("code", code)];
    people.james().post(&path, &fields).refused(403, WRONG);
    assert_eq!(portal.db_status(number), "awaiting_approval");
}

#[test]
fn turning_it_off_takes_a_code() {
    let (portal, people) = Portal::start();
    let james = people.james();
    let phone = james.sets_up_two_factor(&portal);
    james
        .post(
            "/profile/two-factor/removal",
            &[("code", &phone.wrong_code(&portal))],
        )
        .refused(403, WRONG);
    // Nor is it replaced by beginning anew.
    james.post("/profile/two-factor", &[]).is(409);
    let page = james.get("/profile/two-factor");
    let code = phone.next_code(&portal);
    james
        .tries_on(&page, "/profile/two-factor/removal", &[("code", &code)])
        .done();
    assert_eq!(
        people.browser("james@kachere.example").signs_in(PASSWORD).done(),
        "/"
    );
    assert_eq!(portal.db_number("SELECT count(*) FROM recovery_code"), 0);
    portal.letter_to("james", "Two-factor sign-in is off");
}

#[test]
fn it_stays_off_until_a_first_code_and_its_secret_is_sealed() {
    let (portal, people) = Portal::start();
    let james = people.james();
    james.post("/profile/two-factor", &[]).done();
    let key: String = james
        .get("/profile/two-factor")
        .text("dl dd")
        .split_whitespace()
        .collect();
    james
        .post("/profile/two-factor/confirmation", &[("code", "12 34 56")])
        .is(403);
    assert_eq!(
        people.browser("james@kachere.example").signs_in(PASSWORD).done(),
        "/"
    );
    let secret = totp_rs::Secret::try_from_base32(key).unwrap();
    let hex: String = secret
        .as_ref()
        .iter()
        .map(|byte: &u8| format!("{byte:02x}"))
        .collect();
    let stored = portal.db_text("SELECT encode(secret, 'hex') FROM second_factor");
    assert!(stored.len() > hex.len() && !stored.contains(&hex));
    // Another's row does not open with it.
    james.post("/profile/two-factor", &[]).done();
    people.grace().post("/profile/two-factor", &[]).done();
    let grace = portal.db_person("grace@kachere.example");
    portal
        .db_run(&format!(
            "UPDATE second_factor SET secret = (SELECT secret FROM second_factor WHERE person_id <> {grace}) WHERE person_id = {grace}"
        ))
        .unwrap();
    people.grace().asks("/profile/two-factor").is(500);
}

#[test]
fn a_lost_one_is_reset_by_two_others() {
    let (portal, people) = Portal::start();
    people.james().sets_up_two_factor(&portal);
    let actor = |email: &str| {
        let id = PersonId(portal.db_person(email));
        let found = portal.app().db().read(|conn| acting::load(conn, id));
        found.unwrap().actor
    };
    let (amina, peter) = (actor("amina@kachere.example"), actor("peter@kachere.example"));
    let wish = Wish::SecondFactorReset(PersonId(portal.db_person("james@kachere.example")));
    let write = |by: &Actor| {
        portal
            .app()
            .db()
            .write(|tx| propose::propose(tx, by, &wish, portal.now()))
    };
    let id = write(&amina).unwrap();
    let confirm = |by: &Actor| {
        let fresh = Fresh { token: "" };
        portal
            .app()
            .db()
            .write(|tx| propose::confirm(tx, by, id, fresh, portal.now()))
    };
    assert!(confirm(&amina).is_err(), "not who proposed it");
    people.james().get("/");
    confirm(&peter).unwrap();
    assert!(write(&amina).is_err(), "there is none any more");
    assert!(
        people.james().asks("/").done().starts_with("/sign-in"),
        "sessions end"
    );
    assert_eq!(
        people.browser("james@kachere.example").signs_in(PASSWORD).done(),
        "/"
    );
    let letter = portal.letter_to("james", "Your second factor was taken off");
    assert!(letter.text.contains("Amina Chirwa had your second factor reset"));
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'person.second_factor_reset'"),
        1
    );
}

#[test]
fn an_organisation_can_demand_it_of_approvers() {
    let (portal, people) = Portal::start();
    portal
        .db_run(
            "INSERT INTO policy (organisation_id, account_id, version, rule)
             SELECT organisation_id, account_id, version + 1, rule || '{\"approver_two_factor\": true}' FROM policy",
        )
        .unwrap();
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people
        .james()
        .post(
            &format!("/batches/{number}/approval"),
            &[("fingerprint", &portal.db_fingerprint(&number))],
        )
        .refused(403, "lets only people with two-factor sign-in approve");
    assert!(
        !people.james().is_offered(&number, "approval"),
        "what is refused is not offered"
    );
    let page = people.james().batch(&number);
    page.says(
        "You can't approve this batch: your organisation lets only people with two-factor sign-in approve",
    );
    page.says("Not you: approving takes two-factor sign-in here");
    let phone = people.james().sets_up_two_factor(&portal);
    let code = phone.next_code(&portal);
    people
        .james()
        .tries(&number, "approval", &[("code", &code)])
        .done();
}

#[test]
fn who_must_have_one() {
    assert_eq!(may_sign(false, false, false), Ok(()));
    assert_eq!(may_sign(false, true, false), Err(CodeRefusal::NotSetUp));
    assert_eq!(may_sign(false, true, true), Err(CodeRefusal::NotSetUp));
    assert_eq!(may_sign(true, false, false), Err(CodeRefusal::Missing));
    assert_eq!(may_sign(true, true, true), Ok(()));
}

#[test]
fn recovery_codes_are_sixteen_letters() {
    assert_eq!(recovery_code([0; 10]), "aaaa-aaaa-aaaa-aaaa");
    assert_eq!(recovery_code([255; 10]), "9999-9999-9999-9999");
    let mut one = [0; 10];
    one[9] = 1;
    assert_eq!(recovery_code(one), "aaaa-aaaa-aaaa-aaab");
}
