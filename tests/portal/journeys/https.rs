//! What changes where people come by https.

use crate::support::Portal;

#[test]
fn by_https_cookies_are_bound_to_the_host_and_browsers_are_told_to_stay() {
    let (_portal, people) = Portal::start_with(|parts| {
        parts.is_https = true;
        parts.origin = Some("https://pay.kachere.example".to_owned());
    });
    let answer = people
        .browser("thoko@kachere.example")
        .signs_in("countersign-demo");
    let cookies: Vec<&str> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-countersign"), "{cookie}");
        for word in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(word), "{word} is missing in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    let stay = answer.header("strict-transport-security").expect("HSTS");
    assert!(stay.starts_with("max-age=31536000"), "{stay}");
}

#[test]
fn forms_are_taken_from_the_public_origin_only() {
    let (_portal, people) = Portal::start_with(|parts| {
        parts.origin = Some("https://pay.kachere.example".to_owned());
    });
    let fields = [
        ("email", "thoko@kachere.example"),
        ("password", "countersign-demo"),
    ];
    let from = |origin| {
        let thoko = people.browser("thoko@kachere.example");
        thoko.post_from("/sign-in", &fields, &[("origin", origin)]).status
    };
    assert_eq!(from("https://pay.kachere.example"), 303);
    for other in [
        "http://pay.kachere.example",
        "https://kachere.example",
        "null",
        "http://localhost",
    ] {
        assert_eq!(from(other), 403, "{other}");
    }
}
