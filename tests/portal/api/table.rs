//! What can be called and by whom, as a snapshot.

use countersign::api::{Access, Body, ROUTES};

#[test]
fn the_route_table() {
    let lines: Vec<String> = ROUTES
        .iter()
        .map(|route| {
            let access = match route.access {
                Access::Public => "everybody",
                Access::Client => "every client",
                Access::Needs(permission) => permission.as_str(),
            };
            let body = match route.body {
                Body::None => "no body".to_owned(),
                Body::Held(max) => format!("{} KiB", max >> 10),
                Body::Spooled => "spooled".to_owned(),
            };
            let key = if route.needs_key { " key" } else { "" };
            let merchant = if route.is_merchant { " merchant" } else { "" };
            format!(
                "{:<5} {:<48} {access}, {body}{key}{merchant}",
                route.verb.as_str(),
                route.path
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
