//! Signing in and out, sessions, and what slows a stranger down but not the person.

use crate::support::Portal;
use chrono::Duration;
use countersign::flows::demonstrate::PASSWORD;

const WRONG: &str = "E-mail or password is wrong.";

#[test]
fn everybody_of_the_demonstration_signs_in() {
    let (_portal, people) = Portal::start();
    for person in people.all() {
        assert_eq!(person.signs_in(PASSWORD).done(), "/", "{}", person.email);
    }
}

#[test]
fn a_wrong_password_and_an_unknown_e_mail_look_the_same() {
    let (portal, people) = Portal::start();
    let known = people.browser("thoko@kachere.example").signs_in("wrong");
    let unknown = people.browser("nobody@kachere.example").signs_in("wrong");
    let (known, unknown) = (known.is(200).says(WRONG), unknown.is(200).says(WRONG));
    assert_eq!(
        known.text().replace("\"thoko@", "\"X@"),
        unknown.text().replace("\"nobody@", "\"X@")
    );
    assert!(known.header("set-cookie").is_none() && unknown.header("set-cookie").is_none());
    assert_eq!(portal.db_number("SELECT count(*) FROM session"), 0);
}

#[test]
fn the_form_signs_in_by_itself() {
    let (_portal, people) = Portal::start();
    let browser = people.nobody();
    let page = browser.get("/sign-in");
    let to = browser
        .tries_on(
            &page,
            "/sign-in",
            &[("email", " Thoko@Kachere.example "), ("password", PASSWORD)],
        )
        .done();
    assert_eq!(to, "/");
}

#[test]
fn who_is_not_signed_in_is_sent_to_sign_in() {
    let (_portal, people) = Portal::start();
    let nobody = people.nobody();
    for path in [
        "/",
        "/batches",
        "/reports/payouts.csv",
        "/guide",
        "/batches/20240017",
    ] {
        let to = nobody.asks(path).done();
        assert!(to.starts_with("/sign-in"), "{path} sends to {to}");
    }
    let to = nobody.post("/batches/20240017/approval", &[]).done();
    assert_eq!(to, "/sign-in");
}

#[test]
fn five_failures_are_free_and_then_the_wait_grows() {
    let (portal, people) = Portal::start();
    let guesser = people.browser("thoko@kachere.example");
    for _ in 0..5 {
        guesser.signs_in("wrong").is(200).says(WRONG);
    }
    let wait = |expected: i64| {
        let answer = guesser.signs_in(PASSWORD).is(429);
        let seconds: i64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert_eq!(seconds, expected);
        portal.clock_forward(Duration::seconds(seconds));
    };
    wait(1);
    guesser.signs_in("wrong").is(200);
    wait(2);
    guesser.signs_in("wrong").is(200);
    wait(4);
    guesser.signs_in(PASSWORD).done();
}

#[test]
fn a_stranger_s_failures_do_not_lock_a_known_device() {
    let (_portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.signs_in(PASSWORD).done();
    thoko.signs_out();
    let stranger = people.browser("thoko@kachere.example");
    for _ in 0..5 {
        stranger.signs_in("wrong").is(200);
    }
    stranger.signs_in(PASSWORD).is(429);
    assert_eq!(thoko.signs_in(PASSWORD).done(), "/");
}

#[test]
fn failures_on_a_known_device_slow_that_device() {
    let (_portal, people) = Portal::start();
    let thief = people.thoko();
    thief.signs_in(PASSWORD).done();
    thief.signs_out();
    for _ in 0..5 {
        thief.signs_in("wrong").is(200);
    }
    thief.signs_in(PASSWORD).is(429);
}

#[test]
fn a_device_cookie_of_another_person_is_worth_nothing() {
    let (_portal, people) = Portal::start();
    people.dalitso().signs_in(PASSWORD).done();
    people.dalitso().signs_out();
    let attacker = people.browser("thoko@kachere.example");
    attacker.take_cookies(people.dalitso().cookies());
    for _ in 0..5 {
        attacker.signs_in("wrong").is(200);
    }
    attacker.signs_in(PASSWORD).is(429);
}

#[test]
fn signing_in_makes_a_new_session_and_signing_out_ends_it() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.signs_in(PASSWORD).done();
    let first = thoko.cookies();
    thoko.get("/");
    thoko.signs_in(PASSWORD).done();
    let second = thoko.cookies();
    assert_ne!(first["countersign"], second["countersign"]);
    let fixed = people.nobody();
    fixed.take_cookies(first);
    assert!(
        fixed.asks("/").done().starts_with("/sign-in"),
        "the first session is dead"
    );
    thoko.signs_out();
    let stolen = people.nobody();
    stolen.take_cookies(second);
    assert!(
        stolen.asks("/").done().starts_with("/sign-in"),
        "the second session is dead"
    );
    assert_eq!(portal.db_number("SELECT count(*) FROM session"), 0);
}

#[test]
fn a_forged_cookie_is_nobody() {
    let (_portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.signs_in(PASSWORD).done();
    let mut cookies = thoko.cookies();
    let forged: String = cookies["countersign"].chars().rev().collect();
    cookies.insert("countersign".to_owned(), forged);
    let forger = people.nobody();
    forger.take_cookies(cookies);
    assert!(forger.asks("/").done().starts_with("/sign-in"));
}

#[test]
fn a_session_ends_by_idleness_and_by_age() {
    let (portal, people) = Portal::start();
    let (idle, busy) = (people.ruth(), people.grace());
    idle.signs_in(PASSWORD).done();
    busy.signs_in(PASSWORD).done();
    portal.clock_forward(Duration::minutes(29));
    assert_eq!(busy.asks("/").status, 200);
    portal.clock_forward(Duration::minutes(2));
    assert!(
        idle.asks("/").done().starts_with("/sign-in"),
        "idle for 31 minutes"
    );
    for _ in 0..28 {
        portal.clock_forward(Duration::minutes(25));
        if busy.asks("/").status == 303 {
            let age = portal.now() - crate::support::portal::beginning();
            assert!(age >= Duration::hours(12), "ended after {age}");
            return;
        }
    }
    panic!("a session in use outlives its twelve hours");
}

#[test]
fn who_is_suspended_is_out_at_once() {
    let (portal, people) = Portal::start();
    let ruth = people.ruth();
    ruth.get("/");
    let ruths = portal.db_person("ruth@kachere.example");
    portal
        .db_run(&format!(
            "UPDATE membership SET status = 'suspended' WHERE person_id = {ruths}"
        ))
        .unwrap();
    assert!(ruth.asks("/").done().starts_with("/sign-in"));
    people
        .browser("ruth@kachere.example")
        .signs_in(PASSWORD)
        .is(200)
        .says(WRONG);
}

#[test]
fn forms_of_other_sites_are_refused() {
    let (_portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.get("/");
    let own = format!("http://{}", _portal.address());
    let foreign: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
    ];
    for headers in foreign {
        for path in ["/sign-out", "/sign-in", "/batches/20240017/submission"] {
            thoko
                .post_from(path, &[], headers)
                .refused(403, "not sent by a page of this portal");
        }
    }
    // What says both is judged by what no page can forge.
    thoko
        .post_from(
            "/sign-out",
            &[],
            &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        )
        .is(403);
    thoko.get("/");
    thoko.post_from("/sign-out", &[], &[("origin", &own)]).done();
}

#[test]
fn too_many_requests_are_told_when_to_come_back() {
    let (_portal, people) = Portal::start_with(|parts| parts.rate = (1, 8));
    let nobody = people.nobody();
    let refused = (0..12)
        .map(|_| nobody.asks("/sign-in"))
        .find(|answer| answer.status == 429)
        .expect("a limit");
    assert!(refused.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
}

#[test]
fn a_burst_of_guesses_has_no_more_tries_than_a_row_of_them() {
    let (portal, people) = Portal::start();
    let (wrong, refused) = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..12)
            .map(|_| scope.spawn(|| people.browser("thoko@kachere.example").signs_in("wrong").status))
            .collect();
        let statuses: Vec<u16> = guesses.into_iter().map(|guess| guess.join().unwrap()).collect();
        let of = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
        (of(200), of(429))
    });
    assert_eq!((wrong, refused), (5, 7));
    assert_eq!(portal.db_number("SELECT max(failures) FROM sign_in_failure"), 5);
}

#[test]
fn attempts_while_one_must_wait_do_not_make_the_wait_longer() {
    let (portal, people) = Portal::start();
    let hasty = people.browser("thoko@kachere.example");
    for _ in 0..5 {
        hasty.signs_in("wrong").is(200);
    }
    for _ in 0..4 {
        let answer = hasty.signs_in(PASSWORD).is(429);
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    // Nor do they leave a row for each name that was tried.
    people.browser("somebody@else.example").signs_in("wrong").is(429);
    assert_eq!(portal.db_number("SELECT count(*) FROM sign_in_failure"), 2);
    portal.clock_forward(Duration::seconds(1));
    hasty.signs_in(PASSWORD).done();
}

#[test]
fn an_own_account_does_not_clear_an_address() {
    let (portal, people) = Portal::start();
    let of_address = "SELECT sum(failures) FROM sign_in_failure WHERE subject = 'address 127.0.0.1'";
    for _ in 0..4 {
        people.browser("thoko@kachere.example").signs_in("wrong").is(200);
    }
    people
        .browser("dalitso@kachere.example")
        .signs_in(PASSWORD)
        .done();
    assert_eq!(portal.db_number(of_address), 4);
    assert_eq!(
        portal.db_number("SELECT count(*) FROM sign_in_failure WHERE subject LIKE '%dalitso%'"),
        0
    );
}

#[test]
fn a_device_token_that_somebody_chose_is_replaced() {
    let (portal, people) = Portal::start();
    let chosen = "0".repeat(64);
    let thoko = people.thoko();
    thoko.take_cookies([("countersign-device".to_owned(), chosen.clone())].into());
    thoko.signs_in(PASSWORD).done();
    let made = thoko.cookies()["countersign-device"].clone();
    assert!(made != chosen && made.len() == 64, "{made}");
    thoko.signs_out();
    thoko.signs_in(PASSWORD).done();
    assert_eq!(thoko.cookies()["countersign-device"], made);
    assert_eq!(portal.db_number("SELECT count(*) FROM known_device"), 1);
}

#[test]
fn behind_a_proxy_everybody_counts_for_themselves() {
    let (_portal, people) = Portal::start_with(|parts| {
        parts.trusted_proxies = vec!["127.0.0.1".parse::<std::net::IpAddr>().unwrap().into()];
    });
    let from = |address: &str, email: &str| {
        let body = format!("email={email}&password=wrong").into_bytes();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("x-forwarded-for", address),
        ];
        people.nobody().send("POST", "/sign-in", &headers, body).status
    };
    for n in 0..5 {
        assert_eq!(from("203.0.113.7", &format!("{n}@else.example")), 200);
    }
    assert_eq!(from("203.0.113.7", "a@else.example"), 429);
    assert_eq!(from("198.51.100.9, 203.0.113.7", "b@else.example"), 429, "forged");
    assert_eq!(from("198.51.100.9", "c@else.example"), 200);
}

#[test]
fn the_address_of_a_client_is_the_last_that_no_proxy_of_ours_has() {
    let of = |peer: &str, forwarded: &[&str], trusted: &str| {
        let mut headers = actix_web::http::header::HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for".parse().unwrap(), line.parse().unwrap());
        }
        let trusted: Vec<_> = trusted
            .split_whitespace()
            .map(|text| text.parse().unwrap())
            .collect();
        countersign::http::client::key(Some(peer.parse().unwrap()), &headers, &trusted)
    };
    assert_eq!(of("10.0.0.1", &["1.2.3.4"], ""), "10.0.0.1");
    assert_eq!(of("9.9.9.9", &["1.2.3.4"], "10.0.0.0/8"), "9.9.9.9");
    assert_eq!(
        of("10.0.0.1", &["6.6.6.6, 1.2.3.4", "10.0.0.2"], "10.0.0.0/8"),
        "1.2.3.4"
    );
    assert_eq!(of("::ffff:10.0.0.1", &["1.2.3.4:5060"], "10.0.0.0/8"), "1.2.3.4");
    assert_eq!(of("10.0.0.1", &["1.2.3.4, unknown"], "10.0.0.0/8"), "10.0.0.1");
    assert_eq!(of("10.0.0.1", &[], "10.0.0.0/8"), "10.0.0.1");
    assert_eq!(of("2001:db8:1:2:3:4:5:6", &[], ""), "2001:db8:1:2::/64");
}
