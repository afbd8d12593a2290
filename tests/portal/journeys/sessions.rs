//! Where people are signed in: what they see of it, how they end it, and what they are told.

use crate::support::{Person, Portal};
use countersign::flows::demonstrate::PASSWORD;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn signs_in_with(person: &Person, agent: &str) {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("user-agent", agent),
    ];
    let body = format!("email={}&password={PASSWORD}", person.email.replace('@', "%40"));
    person.take_cookies(person.cookies());
    person
        .send("POST", "/sign-in", &headers, body.into_bytes())
        .done();
}

#[test]
fn sessions_are_seen_and_ended() {
    let (portal, people) = Portal::start();
    let here = people.thoko();
    here.get("/");
    let (laptop, phone) = (people.browser(&here.email), people.browser(&here.email));
    signs_in_with(&laptop, FIREFOX);
    signs_in_with(&phone, "a <b>browser</b>");
    let page = here.get("/profile/sessions");
    page.says("Firefox on Linux")
        .says("127.0.0.1")
        .says("a <b>browser</b>")
        .says("This session");
    assert_eq!(page.all("tbody tr").len(), 3);
    let of_laptop =
        portal.db_text("SELECT encode(id, 'hex') FROM session WHERE state->>'browser' LIKE '%Firefox%'");
    // Nobody else ends it.
    people
        .ruth()
        .post("/profile/sessions", &[("session", &of_laptop)])
        .is(404);
    laptop.get("/");
    here.post("/profile/sessions", &[("session", "x")]).is(400);
    here.post("/profile/sessions", &[("session", &of_laptop)]).done();
    assert!(laptop.asks("/").done().starts_with("/sign-in"));
    phone.get("/");
    let page = here.get("/profile/sessions");
    here.tries_on(&page, "/profile/sessions", &[("session", ""), ("others", "all")])
        .done();
    assert!(phone.asks("/").done().starts_with("/sign-in"));
    assert_eq!(here.get("/profile/sessions").all("tbody tr").len(), 1);
    assert_eq!(
        portal.db_texts("SELECT data->>'count' FROM event WHERE kind = 'person.sessions_ended' ORDER BY seq"),
        ["1", "1"]
    );
}

#[test]
fn a_new_device_is_told_and_a_known_one_is_not() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.signs_in(PASSWORD).done();
    thoko.signs_out();
    thoko.signs_in(PASSWORD).done();
    assert!(
        portal.letters_to("thoko", "new sign-in").is_empty(),
        "the first device is no news"
    );
    let stranger = people.browser(&thoko.email);
    stranger.signs_in("wrong").is(200);
    assert!(portal.letters_to("thoko", "new sign-in").is_empty());
    signs_in_with(&stranger, FIREFOX);
    let letter = portal.letter_to("thoko", "new sign-in");
    assert!(letter.text.contains("Browser: Firefox on Linux") && letter.text.contains("Address: 127.0.0.1"));
    assert!(letter.text.contains("15 Jan 2024, 07:12 UTC"), "{}", letter.text);
    assert_eq!(letter.path(), "/profile/sessions");
}

#[test]
fn a_session_that_was_handed_out_before_is_not_the_one_that_signs_in() {
    let (portal, people) = Portal::start();
    let phone = people.james().sets_up_two_factor(&portal);
    // The half of a sign-in has a session; its cookie is another one than the whole's.
    let browser = people.browser("james@kachere.example");
    browser.signs_in(PASSWORD).done();
    let half = browser.cookies();
    let code = phone.next_code(&portal);
    browser.post("/sign-in/code", &[("code", &code)]).done();
    assert_ne!(half["countersign"], browser.cookies()["countersign"]);
    let fixed = people.nobody();
    fixed.take_cookies(half);
    assert!(fixed.asks("/").done().starts_with("/sign-in"));
    assert_eq!(fixed.asks("/sign-in/code").done(), "/sign-in");
}
