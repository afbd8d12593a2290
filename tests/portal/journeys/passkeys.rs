//! Passkeys as the second factor: added, answered at sign-in and at the deciding signature, never twice
//! with one answer, never from elsewhere, never by another's key; removed.

use crate::support::authenticator::Authenticator;
use crate::support::{Payroll, Portal};
use countersign::domain::passkey::Site;
use countersign::flows::demonstrate::PASSWORD;

const WRONG: &str = "The passkey was not accepted";

#[test]
fn a_passkey_is_the_second_step_of_signing_in_and_its_answer_works_once() {
    let (portal, people) = Portal::start();
    let mut key = Authenticator::new(1, &portal);
    people.james().adds_a_first_passkey(&mut key);
    let browser = people.browser("james@kachere.example");
    assert_eq!(browser.signs_in(PASSWORD).done(), "/sign-in/code");
    let answer = key.answer(&browser.is_asked_for_a_passkey());
    let thief = people.browser("james@kachere.example");
    thief.signs_in(PASSWORD).done();
    assert_eq!(browser.post("/sign-in/code", &[("code", &answer)]).done(), "/");
    browser.get("/");
    thief
        .post("/sign-in/code", &[("code", &answer)])
        .is(200)
        .says(WRONG);
    assert!(thief.asks("/").done().starts_with("/sign-in"));
    portal.letter_to("james", "Two-factor sign-in is on");
    assert_eq!(
        portal.db_texts(
            "SELECT kind FROM event WHERE kind LIKE 'person.%' AND kind <> 'person.joined' ORDER BY seq"
        ),
        [
            "person.signed_in",
            "person.second_factor_on",
            "person.passkey_added",
            "person.signed_in",
            "person.sign_in_failed"
        ]
    );
}

#[test]
fn answers_of_other_keys_to_old_questions_and_from_other_places_are_not_taken() {
    let (portal, people) = Portal::start();
    let (mut blue, mut grace) = (Authenticator::new(1, &portal), Authenticator::new(2, &portal));
    people.james().adds_a_first_passkey(&mut blue);
    people.grace().adds_a_first_passkey(&mut grace);
    let browser = people.browser("james@kachere.example");
    browser.signs_in(PASSWORD).done();
    let refused = |answer: &str| {
        browser
            .post("/sign-in/code", &[("code", answer)])
            .is(200)
            .says(WRONG);
    };
    refused(&grace.answer(&browser.is_asked_for_a_passkey()));
    let old = blue.answer(&browser.is_asked_for_a_passkey());
    browser.is_asked_for_a_passkey();
    refused(&old);
    let origin = std::mem::replace(&mut blue.origin, "http://localhost.evil.example".to_owned());
    refused(&blue.answer(&browser.is_asked_for_a_passkey()));
    blue.origin = origin;
    refused("{");
    portal.clock_forward(chrono::Duration::minutes(2));
    let again = blue.answer(&browser.is_asked_for_a_passkey());
    assert_eq!(browser.post("/sign-in/code", &[("code", &again)]).done(), "/");
    // A copy of the key would count from where it was copied.
    blue.count -= 1;
    let browser = people.browser("james@kachere.example");
    browser.signs_in(PASSWORD).done();
    let copied = blue.answer(&browser.is_asked_for_a_passkey());
    browser
        .post("/sign-in/code", &[("code", &copied)])
        .is(200)
        .says(WRONG);
    let nobody = people.nobody();
    assert_eq!(nobody.post("/sign-in/passkey", &[]).done(), "/sign-in");
}

#[test]
fn an_approver_signs_with_a_passkey_or_a_recovery_code() {
    let (portal, people) = Portal::start();
    let james = people.james();
    let mut key = Authenticator::new(1, &portal);
    let codes = james.adds_a_first_passkey(&mut key);
    let sent = |references| {
        let number = people
            .thoko()
            .uploads(Payroll::of(2).references(references).csv());
        portal.run_jobs();
        people.thoko().submits(&number);
        number
    };
    let number = sent("A");
    let page = james.batch(&number);
    assert!(page.has("input[name=code][data-module=passkey]"));
    let wrong = "The code is wrong";
    james
        .tries(&number, "approval", &[("code", "123456")])
        .refused(403, wrong);
    let answer = key.answer(&james.is_asked_for_a_passkey());
    james.tries(&number, "approval", &[("code", &answer)]).done();
    assert_eq!(portal.db_status(&number), "approved");
    let second = sent("B");
    james
        .tries(&second, "approval", &[("code", &answer)])
        .refused(403, wrong);
    james.tries(&second, "approval", &[("code", &codes[0])]).done();
    assert_eq!(portal.db_status(&second), "approved");
}

#[test]
fn another_way_in_takes_one_that_is_there() {
    let (portal, people) = Portal::start();
    let james = people.james();
    let (mut first, mut second) = (Authenticator::new(1, &portal), Authenticator::new(2, &portal));
    james.adds_a_first_passkey(&mut first);
    let page = james.get("/profile/two-factor");
    let add = "/profile/two-factor/passkeys";
    let made = second.make(&james.is_asked_to_make_a_passkey());
    let fields = |code| [("name", "Phone"), ("passkey", made.as_str()), ("code", code)];
    james.tries_on(&page, add, &fields("123456")).is(403);
    // Nor an app: somebody at an open session could make a lasting key of it.
    james.post("/profile/two-factor", &[("code", "")]).is(403);
    assert!(!james.get("/profile/two-factor").has("svg.qr"));
    portal.clock_forward(chrono::Duration::minutes(2));
    let answer = first.answer(&james.is_asked_for_a_passkey());
    let fields = [
        ("name", "Phone"),
        ("passkey", made.as_str()),
        ("code", answer.as_str()),
    ];
    assert_eq!(james.tries_on(&page, add, &fields).done(), "/profile/two-factor");
    james.get("/profile/two-factor").says("Blue key").says("Phone");
    portal.letter_to("james", "A passkey was added");
}

#[test]
fn an_app_that_was_begun_before_the_first_passkey_is_gone() {
    let (portal, people) = Portal::start();
    let thief = people.james();
    thief.post("/profile/two-factor", &[]).done();
    let page = thief.get("/profile/two-factor");
    assert!(page.has("svg.qr"));
    let mut key = Authenticator::new(1, &portal);
    people.james().adds_a_first_passkey(&mut key);
    assert!(!people.james().get("/profile/two-factor").has("svg.qr"));
    thief
        .tries_on(&page, "/profile/two-factor/confirmation", &[("code", "123456")])
        .is(409);
    assert_eq!(portal.db_number("SELECT count(*) FROM second_factor"), 0);
}

#[test]
fn a_browsers_answer_to_another_question_uses_the_code_up() {
    let (portal, people) = Portal::start();
    let james = people.james();
    let (mut first, mut second) = (Authenticator::new(1, &portal), Authenticator::new(2, &portal));
    let codes = james.adds_a_first_passkey(&mut first);
    let page = james.get("/profile/two-factor");
    let add = "/profile/two-factor/passkeys";
    let old = second.make(&james.is_asked_to_make_a_passkey());
    let new = second.make(&james.is_asked_to_make_a_passkey());
    let fields = |made| [("name", "Phone"), ("passkey", made), ("code", codes[0].as_str())];
    james
        .tries_on(&page, add, &fields(&old))
        .refused(403, "The passkey was not accepted");
    james.tries_on(&page, add, &fields(&new)).is(403);
    james.get("/profile/two-factor").says("9 of 10");
    assert_eq!(portal.db_number("SELECT count(*) FROM passkey"), 1);
}

#[test]
fn the_last_passkey_that_goes_takes_the_second_factor_along() {
    let (portal, people) = Portal::start();
    let james = people.james();
    let mut key = Authenticator::new(1, &portal);
    let codes = james.adds_a_first_passkey(&mut key);
    let page = james.get("/profile/two-factor");
    let id = page.all("select[name=passkey] option")[0]
        .attr("value")
        .unwrap()
        .to_owned();
    let remove = "/profile/two-factor/passkeys/removal";
    james
        .tries_on(&page, remove, &[("passkey", &id), ("code", "no")])
        .is(403);
    let fields = [("passkey", id.as_str()), ("code", codes[0].as_str())];
    assert_eq!(
        james.tries_on(&page, remove, &fields).done(),
        "/profile/two-factor"
    );
    assert_eq!(portal.db_number("SELECT count(*) FROM recovery_code"), 0);
    let browser = people.browser("james@kachere.example");
    assert_eq!(browser.signs_in(PASSWORD).done(), "/");
}

#[test]
fn passkeys_hold_where_browsers_allow_them() {
    let name = |origin| Site::at(origin).map(|site| (site.name, site.origin));
    let some = |name: &str, origin: &str| Some((name.to_owned(), origin.to_owned()));
    assert_eq!(
        name("https://pay.example"),
        some("pay.example", "https://pay.example")
    );
    assert_eq!(
        name("https://pay.example:8443"),
        some("pay.example", "https://pay.example:8443")
    );
    assert_eq!(
        name("http://127.0.0.1:8080"),
        some("localhost", "http://localhost:8080")
    );
    assert_eq!(
        name("http://[::1]:8080"),
        some("localhost", "http://localhost:8080")
    );
    assert_eq!(name("http://pay.example"), None);
    assert_eq!(name("https://192.0.2.7"), None);
    assert_eq!(name("http://192.0.2.7:80"), None);
}
