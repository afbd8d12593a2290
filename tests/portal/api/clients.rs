//! The life of a client: made by a developer, confirmed by its person, rolled, limited, revoked, and
//! what each of these does to calls.

use crate::support::{Person, Portal, json};
use chrono::Duration;
use countersign::flows::demonstrate::PASSWORD;

const LIST: &str = "/developers/api-clients";

/// Makes a client for a person as somebody else; answers its id.
#[track_caller]
pub fn made_for(developer: &Person, email: &str, fields: &[(&str, &str)]) -> String {
    let mut all = vec![("name", "Payroll export"), ("person", email)];
    all.extend_from_slice(fields);
    let to = developer.post(LIST, &all).done();
    to.rsplit('/').next().unwrap().to_owned()
}

/// Sends a form that ends in the page with a secret; answers the secret.
#[track_caller]
pub fn shown_secret(person: &Person, path: &str, fields: &[(&str, &str)]) -> String {
    let page = person.post(path, fields).is(200).page();
    let secret = page.text("#secret");
    assert!(secret.len() >= 40, "{secret}");
    secret
}

#[test]
fn a_client_for_somebody_else_waits_until_they_confirm_it() {
    let (portal, people) = Portal::start();
    let scopes = [("scope", "batch.view"), ("scope", "batch.capture")];
    let id = made_for(people.dalitso(), "thoko@kachere.example", &scopes);
    people
        .dalitso()
        .get(&format!("{LIST}/{id}"))
        .says("Waits to be confirmed");
    let stranger = portal.stranger();
    stranger.asks_token(&id, "").is(401);
    // Nobody else can confirm it, and nobody else is shown a secret.
    let confirmation = format!("/profile/api-clients/{id}/confirmation");
    people
        .dalitso()
        .post(&confirmation, &[])
        .refused(404, "Nothing here");
    people
        .amina()
        .post(&confirmation, &[])
        .refused(404, "Nothing here");
    let own = people.thoko().get("/profile/api-clients");
    assert!(own.form(&confirmation).is_some());
    let secret = shown_secret(people.thoko(), &confirmation, &[]);
    stranger.asks_token(&id, &secret).is(200);
    people.thoko().post(&confirmation, &[]).is(409);
    // It is kept hashed, and told in the log without it.
    assert_eq!(
        portal.db_number(&format!(
            "SELECT count(*) FROM api_client WHERE client_id = '{id}' AND secret_hash LIKE 'sha256:%'"
        )),
        1
    );
    assert_eq!(
        portal.db_number(&format!(
            "SELECT count(*) FROM event WHERE data::text LIKE '%{secret}%'"
        )),
        0
    );
    let kinds = portal.db_texts(&format!(
        "SELECT kind FROM event WHERE data->>'client_id' = '{id}' ORDER BY seq"
    ));
    assert_eq!(kinds, ["api_client.created", "api_client.confirmed"]);
}

#[test]
fn a_client_of_ones_own_is_active_at_once() {
    let (portal, people) = Portal::start();
    let fields = [
        ("name", "Looking"),
        ("person", "dalitso@kachere.example"),
        ("scope", "batch.view"),
    ];
    let page = people.dalitso().post(LIST, &fields).is(200).page();
    let (secret, key) = (page.text("#secret"), page.text("#key"));
    let id = key
        .strip_prefix("sk_")
        .unwrap()
        .split_once('_')
        .unwrap()
        .0
        .to_owned();
    portal.stranger().asks_token(&id, &secret).is(200);
}

#[test]
fn what_can_not_be_made() {
    let (_portal, people) = Portal::start();
    let tries = |fields: &[(&str, &str)]| people.dalitso().post(LIST, fields);
    let base = [("name", "X"), ("person", "thoko@kachere.example")];
    let with = |more: &[(&'static str, &'static str)]| [&base[..], more].concat();
    tries(&with(&[])).refused(400, "Choose at least one thing");
    tries(&with(&[("scope", "batch.approve")])).refused(400, "so neither may their client");
    tries(&with(&[("scope", "batch.view"), ("ip_ranges", "10.0.0.1/8")]))
        .refused(400, "no address and no network");
    tries(&with(&[("scope", "batch.view"), ("expires_on", "2024-01-01")])).refused(400, "This day is over");
    tries(&with(&[("scope", "batch.view"), ("expires_on", "soon")])).refused(400, "YYYY-MM-DD");
    tries(&[
        ("name", "X"),
        ("person", "nobody@x.example"),
        ("scope", "batch.view"),
    ])
    .refused(400, "Nobody who is active");
    tries(&[("person", "thoko@kachere.example"), ("scope", "batch.view")]).refused(400, "The name has 0");
    people.thoko().post(LIST, &base).refused(403, "You may not");
}

#[test]
fn an_old_secret_holds_as_long_as_was_said() {
    let (portal, people) = Portal::start();
    let stranger = portal.stranger();
    let path = "/profile/api-clients/kachere-thoko/secret";
    let second = shown_secret(people.thoko(), path, &[("overlap_hours", "24")]);
    stranger.asks_token("kachere-thoko", PASSWORD).is(200);
    stranger.asks_token("kachere-thoko", &second).is(200);
    portal.clock_forward(Duration::hours(25));
    stranger.asks_token("kachere-thoko", PASSWORD).is(401);
    stranger.asks_token("kachere-thoko", &second).is(200);
    people.thoko().signs_in(PASSWORD).done();
    let third = shown_secret(people.thoko(), path, &[("overlap_hours", "0")]);
    stranger.asks_token("kachere-thoko", &second).is(401);
    stranger.asks_token("kachere-thoko", &third).is(200);
    people.thoko().post(path, &[("overlap_hours", "100000")]).is(400);
    people.thoko().post(path, &[("overlap_hours", "-1")]).is(400);
    people.james().post(path, &[("overlap_hours", "0")]).is(404);
}

#[test]
fn limits_can_be_drawn_closer_at_once() {
    let (portal, people) = Portal::start();
    let path = format!("{LIST}/kachere-james");
    let all = [("scope", "batch.view"), ("scope", "batch.approve")];
    people.dalitso().post(&path, &all).done();
    people
        .dalitso()
        .post(&path, &[("scope", "batch.cancel")])
        .refused(400, "Leave at least one");
    people
        .dalitso()
        .post(&path, &[])
        .refused(400, "revoke the client");
    // From elsewhere, and after its last day, it is nobody.
    let stranger = portal.stranger();
    let fields = [("scope", "batch.view"), ("ip_ranges", "192.0.2.0/24")];
    people
        .dalitso()
        .post(&format!("{LIST}/kachere-chikondi"), &fields)
        .done();
    let answer = stranger.asks_token("kachere-chikondi", PASSWORD).is(403);
    assert!(answer.header("x-refusal-reason").unwrap().contains("address"));
    let fields = [
        ("scope", "batch.view"),
        ("ip_ranges", "127.0.0.0/8, ::1"),
        ("expires_on", "2024-01-15"),
    ];
    people.dalitso().post(&path, &fields).done();
    stranger.asks_token("kachere-james", PASSWORD).is(200);
    portal.clock_forward(Duration::hours(17));
    stranger.asks_token("kachere-james", PASSWORD).is(401);
}

#[test]
fn a_revoked_client_is_nobody_at_once() {
    let (portal, people) = Portal::start();
    let stranger = portal.stranger();
    stranger.asks_token("kachere-thoko", PASSWORD).is(200);
    people
        .thoko()
        .post("/profile/api-clients/kachere-thoko/revocation", &[])
        .done();
    stranger.asks_token("kachere-thoko", PASSWORD).is(401);
    people
        .dalitso()
        .post(&format!("{LIST}/kachere-james/revocation"), &[])
        .done();
    stranger.asks_token("kachere-james", PASSWORD).is(401);
    people
        .dalitso()
        .post(&format!("{LIST}/kachere-james/revocation"), &[])
        .is(409);
    people
        .ruth()
        .post("/profile/api-clients/kachere-chikondi/revocation", &[])
        .is(404);
    stranger.asks_token("kachere-chikondi", PASSWORD).is(200);
}

#[test]
fn a_person_who_is_suspended_takes_their_clients_along() {
    let (portal, _people) = Portal::start();
    let stranger = portal.stranger();
    stranger.asks_token("kachere-thoko", PASSWORD).is(200);
    let sql = "UPDATE membership SET status = 'suspended' WHERE person_id = (SELECT id FROM person WHERE email = 'thoko@kachere.example')";
    portal.db_run(sql).unwrap();
    stranger.asks_token("kachere-thoko", PASSWORD).is(401);
}

#[test]
fn clients_of_another_organisation_are_not_there() {
    let (portal, people) = Portal::start();
    let outsider = portal.outsider(&people);
    outsider.asks(&format!("{LIST}/kachere-thoko")).is(404);
    outsider
        .post(&format!("{LIST}/kachere-thoko/revocation"), &[])
        .is(404);
    assert!(!outsider.get(LIST).text("main").contains("kachere"));
    let body = json(&portal.stranger().asks_token("kachere-thoko", PASSWORD).is(200));
    assert_eq!(body["token_type"], "Bearer");
}

/// The client's networks and end, as they are stored.
fn bounds(portal: &Portal) -> String {
    let sql = "SELECT ip_ranges::text || ' ' || coalesce(expires_at::date::text, '-') FROM api_client WHERE client_id = 'kachere-james'";
    portal.db_texts(sql).remove(0)
}

const OFFICE: (&str, &str) = ("ip_ranges", "127.0.0.0/8, ::1");

#[test]
fn wider_bounds_take_two_who_manage_developers_and_the_clients_person() {
    let (portal, people) = Portal::start();
    let path = format!("{LIST}/kachere-james");
    let (view, approve) = (("scope", "batch.view"), ("scope", "batch.approve"));
    let with = |more: &[(&'static str, &'static str)]| [&[view, approve], more].concat();
    let narrow = with(&[OFFICE, ("expires_on", "2024-02-01")]);
    people.dalitso().post(&path, &narrow).done();
    assert_eq!(bounds(&portal), "{127.0.0.0/8,::1/128} 2024-02-02");
    // Narrower holds at once, of what is wider nothing does.
    let mixed = with(&[
        ("ip_ranges", "127.0.0.1, 10.0.0.0/8"),
        ("expires_on", "2024-03-01"),
    ]);
    let proposal = people.dalitso().proposes(&path, &mixed);
    assert_eq!(bounds(&portal), "{127.0.0.1/32} 2024-02-02");
    people.peter().get(&proposal).says("10.0.0.0/8");
    people.peter().get(&proposal).says("1 Mar 2024");
    people.peter().confirms(&proposal);
    assert_eq!(bounds(&portal), "{127.0.0.1/32} 2024-02-02");
    // Its person is told, sees what it is, and agrees to that and nothing else.
    portal.letter_to("james@kachere.example", "offered more");
    let own = people.james().get("/profile/api-clients");
    own.says("127.0.0.1, 10.0.0.0/8");
    own.says("1 Mar 2024");
    let agree = "/profile/api-clients/kachere-james/agreement";
    people.james().post(agree, &[]).is(409);
    people
        .james()
        .post(agree, &[("bounds", "wider"), ("ip_ranges", "0.0.0.0/0")])
        .is(409);
    people
        .james()
        .post(
            agree,
            &[
                ("bounds", "wider"),
                ("ip_ranges", "127.0.0.1, 10.0.0.0/8"),
                ("expires_on", "2024-03-01"),
            ],
        )
        .done();
    assert_eq!(bounds(&portal), "{127.0.0.1/32,10.0.0.0/8} 2024-03-02");
    people.james().post(agree, &[]).is(409);
}

#[test]
fn wider_bounds_can_be_declined_and_taken_back() {
    let (portal, people) = Portal::start();
    let path = format!("{LIST}/kachere-james");
    let fields = |more: &[(&'static str, &'static str)]| {
        [&[("scope", "batch.view"), ("scope", "batch.approve")], more].concat()
    };
    people.dalitso().post(&path, &fields(&[OFFICE])).done();
    let agree = "/profile/api-clients/kachere-james/agreement";
    let anywhere = [("bounds", "wider"), ("ip_ranges", ""), ("expires_on", "")];
    let proposal = people.dalitso().proposes(&path, &fields(&[]));
    people.peter().confirms(&proposal);
    let no = [anywhere.as_slice(), &[("answer", "no")]].concat();
    people.james().post(agree, &no).done();
    assert_eq!(bounds(&portal), "{127.0.0.0/8,::1/128} -");
    people.james().post(agree, &anywhere).is(409);
    // Offered again, and taken back before he agreed.
    let proposal = people.dalitso().proposes(&path, &fields(&[]));
    people.peter().confirms(&proposal);
    people.dalitso().post(&path, &fields(&[OFFICE])).done();
    people.james().post(agree, &anywhere).is(409);
    assert_eq!(bounds(&portal), "{127.0.0.0/8,::1/128} -");
}

#[test]
fn the_database_widens_no_bounds_that_were_not_offered() {
    let (portal, _) = Portal::start();
    let set = |what: &str| {
        portal.db_run(&format!(
            "UPDATE api_client SET {what} WHERE client_id = 'kachere-james'"
        ))
    };
    set("ip_ranges = '{10.0.0.0/8}', expires_at = '2024-02-01'").unwrap();
    set("ip_ranges = '{10.1.0.0/16}', expires_at = '2024-01-20'").unwrap();
    for wider in [
        "ip_ranges = '{}'",
        "ip_ranges = '{10.0.0.0/8}'",
        "ip_ranges = '{10.1.0.0/16,192.0.2.7/32}'",
        "expires_at = NULL",
        "expires_at = '2024-02-01'",
    ] {
        let error = set(wider).unwrap_err().to_string();
        assert!(error.contains("only the bounds it had"), "{wider}: {error}");
    }
    set("ip_ranges_offered = '{}'").unwrap();
    set("ip_ranges = '{}', expires_at = NULL").unwrap();
}

#[test]
fn a_person_is_told_by_letter_of_a_client_that_waits() {
    let (portal, people) = Portal::start();
    made_for(
        people.dalitso(),
        "james@kachere.example",
        &[("scope", "batch.view")],
    );
    let letter = portal.letter_to("james@kachere.example", "waits for you to confirm it");
    assert!(letter.text.contains("Payroll export"), "{}", letter.text);
    assert!(letter.text.contains("/profile/api-clients"), "{}", letter.text);
    // One's own needs no letter.
    let fields = [
        ("name", "Looking"),
        ("person", "dalitso@kachere.example"),
        ("scope", "batch.view"),
    ];
    shown_secret(people.dalitso(), LIST, &fields);
    assert!(
        portal
            .letters_to("dalitso@kachere.example", "waits for you")
            .is_empty()
    );
}
