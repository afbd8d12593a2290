//! Passwords: what they must be, forgotten ones, changed ones, and what a stranger learns of it.

use crate::support::Portal;
use chrono::Duration;
use countersign::domain::password::{Known, PasswordFault, check};
use countersign::flows::demonstrate::PASSWORD;

const NEW: &str = "seven brown goats on a hill";

fn said(password: &str, has_second_factor: bool) -> Result<(), PasswordFault> {
    check(
        password,
        &Known {
            name: "Thoko Banda",
            email: "thoko@kachere.example",
            has_second_factor,
        },
    )
}

#[test]
fn length_counts_and_nothing_is_composed() {
    assert_eq!(
        said("fourteen chars", false),
        Err(PasswordFault::Short { has: 14, least: 15 })
    );
    assert_eq!(said("goats hill door", false), Ok(()));
    assert_eq!(said("goatdoor", true), Ok(()));
    assert_eq!(
        said("goatdoo", true),
        Err(PasswordFault::Short { has: 7, least: 8 })
    );
    let long = "ab cdefgh1 ".repeat(12);
    assert_eq!(said(&long[..129], false), Err(PasswordFault::Long(129)));
    assert_eq!(said("ziwa la nyasa ndi lalikulu", false), Ok(()));
    assert_eq!(said("密码密码很长的一句话没有人会猜到", false), Ok(()));
}

#[test]
fn what_is_guessed_first_is_not_taken() {
    for common in ["password", "12345678", "qwertyui", "iloveyou1"] {
        assert_eq!(said(common, true), Err(PasswordFault::Common), "{common}");
    }
    for common in ["passwordpassword", "aaaaaaaaaaaaaaaaaa", "123456789012345"] {
        assert_eq!(said(common, false), Err(PasswordFault::Common), "{common}");
    }
    for known in [
        "thoko banda thoko",
        "Thoko@Kachere.Example",
        "Countersign-2024",
        "thokothokothoko!!",
    ] {
        assert_eq!(said(known, false), Err(PasswordFault::Known), "{known}");
    }
}

#[test]
fn a_forgotten_password_is_set_anew_by_a_letter() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.get("/");
    let nobody = people.nobody();
    let page = nobody.get("/sign-in");
    assert!(page.has("a[href='/password/forgot']"));
    let page = nobody.get("/password/forgot");
    let to = nobody
        .tries_on(&page, "/password/forgot", &[("email", " Thoko@Kachere.Example")])
        .done();
    nobody.get(&to).says("a letter with a link is on its way");
    let path = portal.letter_to("thoko", "A new password").path();
    let page = nobody.get(&path);
    page.says("thoko@kachere.example");
    let set = |password: &str| nobody.post(&path, &[("password", password)]);
    set("too short").refused(400, "it needs at least 15");
    assert_eq!(set(NEW).done(), "/sign-in?reset=1");
    assert!(
        thoko.asks("/").done().starts_with("/sign-in"),
        "every session ends"
    );
    let browser = people.browser("thoko@kachere.example");
    browser.signs_in(PASSWORD).is(200);
    browser.signs_in(NEW).done();
    // Used up.
    set("another one that is long").is(404);
    nobody.asks(&path).is(404);
    portal.letter_to("thoko", "Your password was changed");
    assert_eq!(portal.db_number("SELECT count(*) FROM password_reset"), 0);
    assert_eq!(
        portal.db_number(
            "SELECT count(*) FROM letter WHERE what::text LIKE '%token%' AND what->>'token' <> ''"
        ),
        0
    );
}

#[test]
fn a_link_is_worth_nothing_late_guessed_or_after_a_newer_one() {
    let (portal, people) = Portal::start();
    let nobody = people.nobody();
    let ask = || {
        nobody
            .post("/password/forgot", &[("email", "thoko@kachere.example")])
            .done();
    };
    ask();
    let first = portal.letter_to("thoko", "A new password").path();
    portal.clock_forward(Duration::minutes(1));
    ask();
    let newer = portal
        .letters_to("thoko", "A new password")
        .into_iter()
        .map(|letter| letter.path())
        .find(|path| *path != first)
        .unwrap();
    let set = |path: &str| nobody.post(path, &[("password", NEW)]).status;
    assert_eq!(set(&first), 404, "a newer one took its place");
    let mut guessed = newer.clone();
    guessed.replace_range(guessed.len() - 1.., if newer.ends_with('0') { "1" } else { "0" });
    assert_eq!(set(&guessed), 404);
    // What is stored is not what opens it.
    let stored = portal.db_text("SELECT encode(token, 'hex') FROM password_reset");
    assert_eq!(set(&format!("/password/reset/{stored}")), 404);
    portal.clock_forward(Duration::minutes(31));
    assert_eq!(set(&newer), 404, "late");
    people.thoko().signs_in(PASSWORD).done();
}

#[test]
fn of_two_at_once_one_uses_the_link() {
    let (portal, people) = Portal::start();
    people
        .nobody()
        .post("/password/forgot", &[("email", "thoko@kachere.example")])
        .done();
    let path = portal.letter_to("thoko", "A new password").path();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let both: Vec<_> = [NEW, "eight brown goats on a hill"]
            .into_iter()
            .map(|password| {
                let (nobody, path) = (people.nobody(), &path);
                scope.spawn(move || nobody.post(path, &[("password", password)]).status)
            })
            .collect();
        both.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.contains(&303) && statuses.contains(&404), "{statuses:?}");
}

#[test]
fn a_stranger_does_not_learn_who_is_here() {
    let (portal, people) = Portal::start();
    let ask = |email: &str| people.nobody().post("/password/forgot", &[("email", email)]);
    let known = ask("thoko@kachere.example");
    let unknown = ask("nobody@kachere.example");
    assert_eq!(
        (known.status, &known.headers.len()),
        (unknown.status, &unknown.headers.len())
    );
    assert_eq!(known.done(), unknown.done());
    // The request does the same for both; what differs is the worker's.
    assert_eq!(portal.db_number("SELECT count(*) FROM task"), 2);
    assert_eq!(portal.db_number("SELECT count(*) FROM password_reset"), 0);
    assert_eq!(portal.letters().len(), 1);
    // Six for one address, and the next has to wait.
    for n in 0..3 {
        ask(&format!("{n}@else.example")).done();
    }
    let answer = ask("chikondi@kachere.example").is(429);
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[test]
fn the_host_that_a_request_names_is_in_no_letter() {
    let (portal, people) = Portal::start();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
    ];
    let body = b"email=thoko%40kachere.example".to_vec();
    people.nobody().send("POST", "/password/forgot", &headers, body);
    let letter = portal.letter_to("thoko", "A new password");
    assert!(
        letter
            .link()
            .starts_with("https://portal.example/password/reset/")
    );
    assert!(!letter.raw.contains("evil"));
}

#[test]
fn changing_it_takes_the_current_one_and_ends_other_sessions() {
    let (portal, people) = Portal::start();
    let (here, there) = (people.thoko(), people.browser("thoko@kachere.example"));
    here.get("/");
    there.get("/");
    let page = here.get("/profile/password");
    let change = |current: &str, new: &str| {
        here.tries_on(
            &page,
            "/profile/password",
            &[("current_password", current), ("password", new)],
        )
    };
    change("wrong", NEW).refused(400, "This is not your current password.");
    change(PASSWORD, "thoko thoko thoko").refused(400, "made of your name");
    let to = change(PASSWORD, NEW).done();
    here.get(&to).says("Your password is changed");
    assert!(there.asks("/").done().starts_with("/sign-in"));
    people.browser("thoko@kachere.example").signs_in(NEW).done();
    portal.letter_to("thoko", "Your password was changed");
}

#[test]
fn the_profile_keeps_name_and_wishes() {
    let (portal, people) = Portal::start();
    let james = people.james();
    let page = james.get("/profile");
    let to = james
        .tries_on(
            &page,
            "/profile",
            &[("name", "James M. Gondwe"), ("waiting", "never")],
        )
        .done();
    james
        .get(&to)
        .says("Your profile is saved.")
        .says("James M. Gondwe");
    let page = james.get("/profile");
    james
        .tries_on(&page, "/profile", &[("name", " ")])
        .refused(400, "Say what the others call you");
    let kept = portal.db_text("SELECT waiting || ' ' || outcomes FROM letter_wish");
    assert_eq!(kept, "never true");
    assert_eq!(
        portal.db_text("SELECT data->>'to' FROM event WHERE kind = 'person.renamed'"),
        "James M. Gondwe"
    );
}
