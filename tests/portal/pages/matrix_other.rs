//! The same doors from another organisation: whatever has an address of its own is not there for its
//! people, whichever role they have, and what has none shows nothing of ours.

use super::matrix::{Doors, method};
use crate::support::{Payroll, People, Person, Portal};
use countersign::domain::permission::{BUILT_IN_ROLES, Permission};
use countersign::domain::sign_in::{Cost, hash};
use countersign::flows::demonstrate::PASSWORD;
use countersign::flows::found::{Newcomer, add_person};
use countersign::pages::{Access, Handler, ROUTES, Route};

/// Enough of every form that it is not refused for being empty.
const FIELDS: &[(&str, &str)] = &[
    ("reason", "not theirs"),
    ("fingerprint", "00"),
    ("pay_on", ""),
    ("amount", "1.00"),
    ("reference", "X"),
    ("level_last", "6"),
    ("name", "X"),
    ("row", "2"),
    ("overlap_hours", "1"),
    ("permission", "batch.view"),
    ("scope", "batch.view"),
    ("answer", "agree"),
];

/// One person a role in the other organisation, and one who has them all.
fn outsiders(portal: &Portal, people: &People) -> Vec<(Person, Vec<Permission>)> {
    let all = portal.outsider(people);
    let organisation = portal.db_number("SELECT id FROM organisation WHERE code = 'MULANJETEA01'");
    let password_hash = hash(PASSWORD, &[7; 16], Cost::Cheap).unwrap();
    let mut found = vec![(all, Permission::ALL.to_vec())];
    for (role, permissions) in BUILT_IN_ROLES {
        let email = format!("{}@mulanje.example", role.to_lowercase());
        let newcomer = Newcomer {
            email: &email,
            name: role,
            password_hash: &password_hash,
            role,
        };
        let id = countersign::domain::ids::OrganisationId(organisation);
        portal
            .app()
            .db()
            .write(|tx| add_person(tx, id, &newcomer, portal.now()))
            .unwrap();
        found.push((people.browser(&email), permissions.to_vec()));
    }
    found
}

fn lets_in(route: &Route, permissions: &[Permission]) -> bool {
    match route.access {
        Access::Public | Access::SignedIn => true,
        Access::Needs(permission) => permissions.contains(&permission),
        Access::NeedsOne(any) => any.iter().any(|one| permissions.contains(one)),
    }
}

/// Parts of an address that name nothing of an organisation's.
fn names_something(route: &Route) -> bool {
    route.path.replace("{role}", "").contains('{')
}

#[test]
fn another_organisation_at_every_door() {
    let (portal, people) = Portal::start();
    let doors = Doors::make(&portal, &people);
    let before = portal.db_text("SELECT md5(string_agg(b::text, '' ORDER BY id)) FROM batch b");
    let (mut tried, mut wrong) = (0, Vec::new());
    for (person, permissions) in outsiders(&portal, &people) {
        for route in ROUTES.iter().filter(|route| route.access != Access::Public) {
            let path = doors.path(route);
            let about = format!("{} {path} as {}", method(route), person.email);
            let answer = match method(route) {
                "GET" => person.asks(&path),
                _ if !names_something(route) => continue,
                _ if matches!(route.handler, Handler::Receive(_)) => {
                    let file = Payroll::of(1).csv();
                    person.post_multipart(&path, &[("kind", "contract")], Some(("file", &file)))
                }
                _ => person.post(&path, FIELDS),
            };
            tried += 1;
            if !lets_in(route, &permissions) {
                assert_eq!(answer.status, 403, "{about}");
            } else if names_something(route) {
                if answer.status != 404 {
                    wrong.push(format!("{about}: {} {}", answer.status, answer.said()));
                }
            } else {
                assert!(matches!(answer.status, 200 | 404), "{about}: {}", answer.status);
                let said = answer.text();
                // The reference's examples are the demonstration's, for everybody.
                if path == "/developers/api" {
                    continue;
                }
                for ours in ["Kachere", "kachere.example", "35253486", "Main payouts"] {
                    assert!(!said.contains(ours), "{about} names {ours}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "not simply absent:\n{}", wrong.join("\n"));
    assert!(tried > 500, "{tried} doors were tried");
    let after = portal.db_text("SELECT md5(string_agg(b::text, '' ORDER BY id)) FROM batch b");
    assert_eq!(before, after, "nothing of ours was touched");
}
