//! Somebody who belongs to two organisations turns from one to the other; a tab left open in the first
//! does nothing in the second.

use crate::support::{Payroll, People, Person, Portal};
use countersign::flows::found::{Newcomer, create_owner};

const OTHER: &str = "ZOMBAFOODS01";

/// Thoko keeps her work at Kachere Traders and becomes the owner of another organisation, with
/// everything; its first batch has the number of Kachere's first.
pub(super) fn with_two(portal: &Portal, people: &People) {
    people.thoko().get("/");
    let thoko = Newcomer {
        email: "thoko@kachere.example",
        name: "Thoko Banda",
        password_hash: "",
        role: "Administrator",
    };
    let founded = portal
        .app()
        .db()
        .write(|tx| create_owner(tx, "Zomba Foods", OTHER, &thoko, portal.now()));
    founded.unwrap();
    portal
        .db_run(&format!(
            "INSERT INTO role_grant (organisation_id, person_id, role_id)
             SELECT o.id, p.id, r.id FROM organisation o JOIN role r ON r.organisation_id = o.id, person p
             WHERE o.code = '{OTHER}' AND r.name = 'Initiator' AND p.email = 'thoko@kachere.example'"
        ))
        .unwrap();
}

fn turns_to(person: &Person, code: &str) {
    let to = person.post("/organisations", &[("organisation", code)]).done();
    assert_eq!(to, "/");
}

#[test]
fn the_menu_turns_to_the_other_organisation_and_back() {
    let (portal, people) = Portal::start();
    assert!(
        !people.thoko().get("/").has(".turn"),
        "one organisation needs no menu"
    );
    with_two(&portal, &people);
    let home = people.thoko().get("/");
    assert!(home.text(".turn__now").starts_with("Kachere Traders"));
    assert_eq!(home.texts(".turn__to"), ["Zomba Foods"]);
    assert!(!home.has("a[href='/team']"));
    turns_to(people.thoko(), OTHER);
    let home = people.thoko().get("/");
    assert!(home.text(".turn__now").starts_with("Zomba Foods"));
    assert!(home.has("a[href='/team']"), "her roles are those she has here");
    people.thoko().asks("/accounts/35253486").is(404);
    // Another browser begins where she turned to last, and going elsewhere in it moves nobody else.
    let other = people.browser("thoko@kachere.example");
    assert!(other.get("/").text(".turn__now").starts_with("Zomba Foods"));
    turns_to(&other, "FYH0NTVW0DXK");
    assert!(
        people
            .thoko()
            .get("/")
            .text(".turn__now")
            .starts_with("Zomba Foods")
    );
    assert!(other.get("/").text(".turn__now").starts_with("Kachere"));
    let noted = portal.db_texts(
        "SELECT o.code FROM event e JOIN organisation o ON o.id = e.organisation_id
         WHERE e.kind = 'person.turned_to' ORDER BY e.at, e.seq",
    );
    assert_eq!(noted.len(), 2);
    assert!(noted.contains(&OTHER.to_owned()));
}

#[test]
fn only_organisations_of_ones_own_can_be_turned_to() {
    let (portal, people) = Portal::start();
    with_two(&portal, &people);
    let to = |person: &Person, code| person.post("/organisations", &[("organisation", code)]);
    to(people.james(), OTHER).is(404);
    to(people.thoko(), "").is(400);
    to(people.thoko(), "NOSUCHCODE00").is(404);
    let fields = [("organisation", OTHER)];
    let foreign = [("sec-fetch-site", "cross-site")];
    people
        .thoko()
        .post_from("/organisations", &fields, &foreign)
        .is(403);
    // Suspended in one of them: that one is gone from the menu, and from under a session that is in it.
    turns_to(people.thoko(), "FYH0NTVW0DXK");
    portal
        .db_run(
            "UPDATE membership m SET status = 'suspended' FROM person p, organisation o
             WHERE p.id = m.person_id AND o.id = m.organisation_id
               AND p.email = 'thoko@kachere.example' AND o.code = 'FYH0NTVW0DXK'",
        )
        .unwrap();
    let home = people.thoko().get("/");
    assert!(!home.has(".turn"), "there is nothing left to turn to");
    assert!(home.has("a[href='/team']"), "she is in the one that is left");
    to(people.thoko(), "FYH0NTVW0DXK").is(404);
}

#[test]
fn a_tab_left_open_in_one_organisation_does_nothing_in_the_other() {
    let (portal, people) = Portal::start();
    with_two(&portal, &people);
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    let tab = people.thoko().batch(&number);
    // Another batch of the same number in the other organisation.
    portal
        .db_run(&format!(
            "INSERT INTO batch (organisation_id, account_id, number, name, status, content_type, captured_by, captured_at, judged_approvals, source, file_id)
             SELECT o.id, b.account_id, b.number, 'Theirs', 'queued', '', b.captured_by, b.captured_at, 0, b.source, b.file_id
             FROM organisation o, batch b WHERE o.code = '{OTHER}' AND b.number = {number}"
        ))
        .unwrap();
    turns_to(people.thoko(), OTHER);
    assert!(people.thoko().batch(&number).text("h1").contains("Theirs"));
    let cancellation = format!("/batches/{number}/cancellation");
    let fields = [("reason", "meant for the other one")];
    people
        .thoko()
        .tries_on(&tab, &cancellation, &fields)
        .refused(409, "made in Kachere Traders, and you are in Zomba Foods now");
    let statuses = portal.db_texts("SELECT status FROM batch ORDER BY organisation_id");
    assert_eq!(statuses, ["open", "queued"], "neither was touched");
    // A form with a file is bound in the same way.
    let made_in = [("account", "35253486"), ("made_in", "FYH0NTVW0DXK")];
    let file = Payroll::of(2).csv();
    people
        .thoko()
        .post_multipart("/batches", &made_in, Some(("file", &file)))
        .refused(409, "made in Kachere Traders");
    // Turned back, the tab works again; signing out works from any.
    turns_to(people.thoko(), "FYH0NTVW0DXK");
    people.thoko().tries_on(&tab, &cancellation, &fields).done();
    let tab = people.thoko().get("/");
    turns_to(people.thoko(), OTHER);
    people.thoko().tries_on(&tab, "/sign-out", &[]).done();
}
