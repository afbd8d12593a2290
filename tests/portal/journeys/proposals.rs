//! What one administrator proposes and another confirms: funding first, then what holds for every kind.

use crate::support::{People, Portal};
use chrono::Duration;

const FUNDING: &str = "/accounts/35253486/funding";

fn amina_proposes_funds(people: &People) -> String {
    people.amina().proposes(
        FUNDING,
        &[
            ("amount", "1,000.00"),
            ("reference", "FT24015XYZ"),
            ("comment", "January top-up"),
        ],
    )
}

#[test]
fn money_comes_in_when_the_other_administrator_confirms_it() {
    let (portal, people) = Portal::start();
    let page = people.amina().get(FUNDING);
    assert_eq!(page.text("h1"), "Add funds");
    let proposal = amina_proposes_funds(&people);
    assert!(
        people
            .amina()
            .get("/accounts/35253486")
            .text("main")
            .contains("MWK 12,480,200.00"),
        "nothing has come in yet"
    );
    assert_eq!(
        people
            .peter()
            .get("/")
            .text(".nav a[href='/proposals'] .nav__count"),
        "1 waiting for you"
    );
    let page = people.peter().get(&proposal);
    let words = page.text("main");
    for expected in [
        "Add MWK 1,000.00 to Main payouts",
        "Proposed by Amina Chirwa",
        "FT24015XYZ",
        "January top-up",
    ] {
        assert!(words.contains(expected), "“{expected}” in {words}");
    }
    people.peter().confirms(&proposal);
    let account = people.amina().get("/accounts/35253486");
    assert!(
        account.text(".stats").contains("MWK 12,481,200.00"),
        "{}",
        account.text(".stats")
    );
    assert!(
        account.text("tbody tr").contains("FT24015XYZ"),
        "{}",
        account.text("tbody tr")
    );
    assert!(
        people
            .amina()
            .get(&proposal)
            .text("main")
            .contains("confirmed by Peter Tembo")
    );
    assert_eq!(
        portal
            .db_texts("SELECT kind FROM event ORDER BY seq DESC LIMIT 5")
            .iter()
            .filter(|kind| !kind.starts_with("person"))
            .collect::<Vec<_>>(),
        ["account.funded", "proposal.confirmed", "proposal.made"]
    );
    people
        .peter()
        .post(&format!("{proposal}/confirmation"), &[])
        .is(409);
    assert_eq!(
        portal.db_number("SELECT available FROM balance ORDER BY account_id LIMIT 1"),
        1_248_120_000
    );
}

#[test]
fn nobody_confirms_what_they_proposed_or_may_not() {
    let (portal, people) = Portal::start();
    let proposal = amina_proposes_funds(&people);
    let act = format!("{proposal}/confirmation");
    let page = people.amina().get(&proposal);
    assert!(page.form(&act).is_none(), "it is not offered to who proposed it");
    assert!(page.text("main").contains("another administrator confirms it"));
    people.amina().post(&act, &[]).is(403);
    people
        .amina()
        .post(&format!("{proposal}/refusal"), &[("reason", "no")])
        .is(403);
    people.grace().post(&act, &[]).is(403);
    people.dalitso().post(&act, &[]).is(404);
    people.nobody().post(&act, &[]).done();
    let outsider = portal.outsider(&people);
    outsider.post(&act, &[]).is(404);
    outsider.asks(&proposal).is(404);
    people
        .peter()
        .post(&format!("{proposal}/withdrawal"), &[])
        .is(403);
    portal.db_refuses(
        "UPDATE proposal SET status = 'confirmed', decided_by = proposed_by, decided_at = proposed_at",
        "proposal_two_people",
    );
    portal.db_refuses(
        "UPDATE proposal SET status = 'confirmed', decided_by = proposed_by, decided_at = proposed_at, alone = true",
        "proposal_alone",
    );
    portal.db_refuses(
        "UPDATE proposal SET proposed_by = proposed_by + 1",
        "proposal_stays",
    );
    portal.db_refuses("DELETE FROM proposal", "kept");
    assert_eq!(portal.db_text("SELECT status FROM proposal"), "open");
}

#[test]
fn a_proposal_is_refused_withdrawn_or_runs_out() {
    let (portal, people) = Portal::start();
    let refused = amina_proposes_funds(&people);
    people.peter().post(&format!("{refused}/refusal"), &[]).is(400);
    let page = people.peter().get(&refused);
    people
        .peter()
        .tries_on(
            &page,
            &format!("{refused}/refusal"),
            &[("reason", "It has not arrived.")],
        )
        .done();
    assert!(
        people
            .amina()
            .get(&refused)
            .text("main")
            .contains("It has not arrived.")
    );

    let withdrawn = amina_proposes_funds(&people);
    people
        .amina()
        .post(&format!("{withdrawn}/withdrawal"), &[])
        .done();
    people
        .peter()
        .post(&format!("{withdrawn}/confirmation"), &[])
        .is(409);

    let late = amina_proposes_funds(&people);
    portal.clock_forward(Duration::days(7));
    let (amina, peter) = (
        people.browser("amina@kachere.example"),
        people.browser("peter@kachere.example"),
    );
    assert!(peter.get(&late).form(&format!("{late}/confirmation")).is_none());
    peter.post(&format!("{late}/confirmation"), &[]).is(409);
    portal.run_jobs();
    assert!(amina.get(&late).text("main").contains("Expired"));
    assert_eq!(
        portal.db_texts("SELECT status FROM proposal ORDER BY id"),
        ["refused", "withdrawn", "expired"]
    );
    let kinds = portal.db_texts("SELECT kind FROM event WHERE kind LIKE 'proposal.%' ORDER BY seq");
    assert_eq!(
        kinds,
        [
            "proposal.made",
            "proposal.refused",
            "proposal.made",
            "proposal.withdrawn",
            "proposal.made",
            "proposal.expired"
        ]
    );
    assert_eq!(
        portal.db_number("SELECT available FROM balance ORDER BY account_id LIMIT 1"),
        1_248_020_000
    );
}

#[test]
fn what_is_wrong_with_funding_is_said_at_its_field() {
    let (_portal, people) = Portal::start();
    for (amount, reference, wrong) in [
        ("0", "FT-1", "amount"),
        ("abc", "FT-1", "amount"),
        ("5.005", "FT-1", "amount"),
        ("5", "", "reference"),
    ] {
        let page = people
            .amina()
            .post(FUNDING, &[("amount", amount), ("reference", reference)])
            .is(400)
            .page();
        assert!(
            page.has(&format!("#{wrong}-error")),
            "{amount} {reference}: {}",
            page.text("main")
        );
    }
    people
        .thoko()
        .post(FUNDING, &[("amount", "5"), ("reference", "x")])
        .is(403);
    people
        .amina()
        .post(
            "/accounts/99999999/funding",
            &[("amount", "5"), ("reference", "x")],
        )
        .is(404);
}
