//! Who gets in where: the route table as a snapshot, and every GET of it tried by everybody.

use crate::journeys::{documents, paying_one};
use crate::support::files::File;
use crate::support::{Payroll, People, Person, Portal};
use countersign::domain::permission::{BUILT_IN_ROLES, Permission};
use countersign::flows::demonstrate::PEOPLE;
use countersign::pages::{Access, Handler, ROUTES, Route};

pub(super) fn method(route: &Route) -> &'static str {
    match route.handler {
        Handler::Show(_) => "GET",
        Handler::Act(_) | Handler::Receive(_) => "POST",
    }
}

#[test]
fn the_route_table() {
    let lines: Vec<String> = ROUTES
        .iter()
        .map(|route| {
            let access = match route.access {
                Access::Public => "everybody".to_owned(),
                Access::SignedIn => "signed in".to_owned(),
                Access::Needs(permission) => permission.as_str().to_owned(),
                Access::NeedsOne(permissions) => {
                    let words: Vec<&str> = permissions.iter().map(|one| one.as_str()).collect();
                    words.join(" or ")
                }
            };
            format!("{:<4} {:<32} {access}", method(route), route.path)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

fn permissions_of(person: &Person) -> &'static [Permission] {
    let role = PEOPLE
        .iter()
        .find(|(email, _, _)| *email == person.email)
        .unwrap()
        .2;
    BUILT_IN_ROLES.iter().find(|(name, _)| *name == role).unwrap().1
}

fn proposes_funds(people: &People) -> String {
    let fields = [("amount", "100.00"), ("reference", "FT-1")];
    people.amina().proposes("/accounts/35253486/funding", &fields)
}

/// Something of every kind that has an address, in the demonstration's organisation.
pub(super) struct Doors {
    pub(super) number: String,
    payout: String,
    single: String,
    template: String,
    document: String,
    webhook: String,
    pub(super) proposal: String,
    person: String,
}

impl Doors {
    pub(super) fn make(portal: &Portal, people: &People) -> Self {
        let number = people
            .thoko()
            .uploads(Payroll::of(3).with(1, "amount", "x").csv());
        portal.run_jobs();
        let payout = portal.db_text("SELECT id FROM payout LIMIT 1");
        let evidence = File {
            name: "receipt.pdf".to_owned(),
            bytes: b"%PDF-1.7 a receipt".to_vec(),
        };
        let fields = paying_one::refund();
        people
            .thoko()
            .post_multipart("/payouts", &fields, Some(("evidence", &evidence)))
            .done();
        let single =
            portal.db_text("SELECT p.id FROM payout p JOIN single_payout s ON s.batch_id = p.batch_id");
        let mut kept = paying_one::refund();
        kept.push(("template_name", "Refund"));
        people
            .thoko()
            .post_multipart("/payouts/templates", &kept, None)
            .done();
        let template = portal.db_text("SELECT id FROM payout_template");
        documents::adds(people.thoko(), &number, &documents::pdf("a contract"));
        let document = portal.db_text("SELECT id FROM batch_document");
        let webhook = people.dalitso().post(
            "/developers/webhooks",
            &[
                ("url", "https://kachere.example/hooks"),
                ("event", "batch.failed"),
            ],
        );
        let webhook = webhook.done();
        let proposal = proposes_funds(people);
        let person = portal.db_person("grace@kachere.example").to_string();
        Self {
            number,
            payout,
            single,
            template,
            document,
            webhook,
            proposal,
            person,
        }
    }

    /// The route's address with what is there.
    pub(super) fn path(&self, route: &Route) -> String {
        let Self {
            number,
            payout,
            single,
            template,
            document,
            webhook,
            proposal,
            person,
        } = self;
        let path = route
            .path
            .replace("/developers/webhooks/{id}", webhook)
            .replace("{message}", payout)
            .replace("/templates/{id}", &format!("/templates/{template}"))
            .replace("/payouts/{id}/evidence", &format!("/payouts/{single}/evidence"))
            .replace("/accounts/{number}", "/accounts/35253486")
            .replace("{number}", number)
            .replace("{row}", "3")
            .replace("{document}", document)
            .replace("/proposals/{id}", proposal)
            .replace("/team/people/{id}", &format!("/team/people/{person}"))
            .replace("/team/roles/{id}", "/team/roles/1")
            .replace("{id}", payout)
            .replace("{client}", "kachere-thoko")
            .replace("{token}", "0123456789abcdef")
            .replace("{role}", "reviewer");
        assert!(
            !path.contains('{'),
            "{path}: the test knows no value for a part of it"
        );
        // Who sees several accounts must say of which one the statement is.
        if path.starts_with("/reports/statement") {
            format!("{path}?account=35253486")
        } else {
            path
        }
    }
}

#[test]
fn everybody_at_every_door() {
    let (portal, people) = Portal::start();
    let doors = Doors::make(&portal, &people);
    let (number, proposal) = (&doors.number, &doors.proposal);
    let nobody = people.nobody();
    for route in ROUTES {
        let path = doors.path(route);
        let ask = |person: &Person| match method(route) {
            "GET" => person.asks(&path),
            _ => person.post(&path, &[]),
        };
        // Nobody at all.
        if route.access == Access::Public {
            assert_ne!(ask(&nobody).status, 403, "{path}");
        } else {
            let to = ask(&nobody).done();
            assert!(to.starts_with("/sign-in"), "{path} sends nobody to {to}");
        }
        // What is public is about somebody who is not signed in.
        if route.access == Access::Public {
            continue;
        }
        for person in people.all() {
            let allowed = match route.access {
                Access::Public | Access::SignedIn => true,
                Access::Needs(permission) => permissions_of(person).contains(&permission),
                Access::NeedsOne(permissions) => {
                    permissions.iter().any(|one| permissions_of(person).contains(one))
                }
            };
            let status = ask(person).status;
            // Whose link it is, or which invitation, is behind the door.
            let is_client = path.contains("/api-clients/");
            if allowed && !is_client && (path.starts_with("/invitations/") || path.ends_with("/revocation")) {
                assert_eq!(status, 404, "{} {path} as {}", method(route), person.email);
                continue;
            }
            // A proposal is there for those who could confirm it.
            let is_theirs = permissions_of(person).contains(&Permission::AccountManage);
            if allowed && path.starts_with(proposal) && !is_theirs {
                assert_eq!(status, 404, "{} {path} as {}", method(route), person.email);
                continue;
            }
            match (method(route), allowed) {
                (_, false) => assert_eq!(status, 403, "{} {path} as {}", method(route), person.email),
                ("GET", true) => assert_eq!(status, 200, "GET {path} as {}", person.email),
                // Other people's API clients are not there, and one ends only once.
                (_, true) if route.path.starts_with("/profile/api-clients") => assert!(
                    matches!(status, 303 | 400 | 404 | 409),
                    "POST {path} as {}: {status}",
                    person.email
                ),
                // An empty form is refused for what it lacks, or for duty; it never breaks anything.
                (_, true) => assert!(
                    matches!(status, 303 | 400 | 403 | 409)
                        // A script's question is answered with JSON.
                        || (status == 200 && path.ends_with("/question"))
                        // Whoever comes second finds it removed.
                        || (status == 404 && path.ends_with("/removal")),
                    "POST {path} as {}: {status}",
                    person.email
                ),
            }
        }
    }
    assert_eq!(portal.db_status(number), "open", "empty forms changed nothing");
}

#[test]
fn what_a_page_links_to_is_there_for_who_sees_it() {
    let (portal, people) = Portal::start();
    let number = people
        .thoko()
        .uploads(Payroll::of(3).with(1, "amount", "x").csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    for person in people.all() {
        let mut to_visit = vec!["/".to_owned()];
        let mut visited = Vec::new();
        while let Some(path) = to_visit.pop() {
            visited.push(path.clone());
            let answer = person.asks(&path);
            assert_eq!(answer.status, 200, "{path} is linked for {}", person.email);
            if !answer
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("text/html"))
            {
                continue;
            }
            // The guide tells everybody about every role's pages.
            if path.starts_with("/guide") {
                continue;
            }
            let page = answer.page();
            for link in page.all("a[href], link[href], script[src], form[method=get]") {
                // A form that insists on a value is not sent without one.
                if link
                    .descendent_elements()
                    .any(|field| field.attr("required").is_some())
                {
                    continue;
                }
                let href = ["href", "src", "action"]
                    .into_iter()
                    .find_map(|name| link.attr(name))
                    .unwrap();
                let target = href.split('#').next().unwrap().to_owned();
                let target = if target.starts_with('?') {
                    format!("{}{target}", path.split('?').next().unwrap())
                } else {
                    target
                };
                if target.starts_with('/')
                    && !visited.contains(&target)
                    && !to_visit.contains(&target)
                    && visited.len() < 120
                {
                    to_visit.push(target);
                }
            }
        }
        assert!(
            visited.len() > 8,
            "{} finds {} pages",
            person.email,
            visited.len()
        );
    }
}

#[test]
fn a_method_that_a_path_does_not_have_is_no_way_in() {
    let (_portal, people) = Portal::start();
    let from = [("sec-fetch-site", "same-origin")];
    people.thoko().get("/");
    for (method, path) in [
        ("PUT", "/batches"),
        ("DELETE", "/batches/10000001"),
        ("POST", "/accounts"),
        ("PATCH", "/"),
    ] {
        let status = people.thoko().send(method, path, &from, Vec::new()).status;
        assert!(matches!(status, 404), "{method} {path}: {status}");
    }
}
