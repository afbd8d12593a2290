//! Who gets in: tokens, keys, and everything that is refused at the door.

use crate::support::{Portal, json};
use countersign::flows::demonstrate::PASSWORD;

#[test]
fn a_token_for_client_credentials() {
    let (portal, _) = Portal::start();
    let stranger = portal.stranger();
    let answer = stranger.asks_token("kachere-thoko", PASSWORD).is(200);
    let body = json(&answer);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 900);
    assert_eq!(body.as_object().unwrap().len(), 3);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    // By HTTP Basic, with id and secret or with the key that is both.
    let form = "grant_type=client_credentials";
    let basic = stranger.clone().with_basic("kachere-thoko", PASSWORD);
    basic.posts_form("/oauth/token", form).is(200);
    let key = format!("sk_kachere-thoko_{PASSWORD}");
    stranger
        .clone()
        .with_basic(&key, "")
        .posts_form("/oauth/token", form)
        .is(200);
}

#[test]
fn who_is_refused_a_token() {
    let (portal, _) = Portal::start();
    let stranger = portal.stranger();
    for (client, secret) in [
        ("kachere-thoko", "wrong"),
        ("kachere-nobody", PASSWORD),
        ("", PASSWORD),
        ("kachere-thoko", ""),
        ("KACHERE-THOKO", PASSWORD),
        ("kachere-thoko%00", PASSWORD),
    ] {
        let answer = stranger.asks_token(client, secret).is(401);
        assert!(json(&answer)["errors"].is_null());
        assert!(answer.header("www-authenticate").is_some());
    }
    stranger
        .posts_form("/oauth/token", "grant_type=password")
        .faults(400, &["grant_type"]);
    stranger
        .posts_form("/oauth/token", "")
        .faults(400, &["grant_type"]);
    let both = stranger.clone().with_basic("kachere-thoko", PASSWORD);
    both.posts_form("/oauth/token", "grant_type=client_credentials&client_secret=x")
        .faults(400, &["client_secret"]);
    stranger
        .clone()
        .authorized("Basic ???")
        .posts_form("/oauth/token", "grant_type=client_credentials")
        .is(401);
    let long = format!("grant_type={}", "x".repeat(100_000));
    stranger.posts_form("/oauth/token", &long).is(413);
}

#[test]
fn addresses_and_methods_that_nobody_serves() {
    let (portal, people) = Portal::start();
    let stranger = portal.stranger();
    stranger.gets("/nowhere").is(404);
    stranger.gets("/").is(404);
    let answer = stranger.sends("DELETE", "/oauth/token", b"").is(405);
    assert_eq!(answer.header("allow"), Some("POST"));
    stranger.gets("/oauth/token").is(405);
    // A browser's cookie is nothing to the API, and its answers are no pages.
    let thoko = people.thoko();
    thoko.get("/");
    for path in ["/api", "/api/v2/oauth/token", "/api/v1"] {
        let answer = thoko.asks(path).is(404);
        assert_eq!(json(&answer)["type"], "not_found");
        assert!(answer.header("set-cookie").is_none());
    }
}
