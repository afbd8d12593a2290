//! Searching payouts: what is found, by whom, and that nothing else is read on the way.

use crate::support::{Payroll, People, Portal};

/// A batch that is paid, then one with a faulty row that is open.
fn two_batches() -> (Portal, People, String, String) {
    let (portal, people) = Portal::start();
    let paid = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    people.thoko().submits(&paid);
    people.james().approves(&paid);
    portal.run_jobs();
    let open = Payroll::of(4)
        .references("Q1/50%")
        .with(0, "pay_on", "2024-02-10")
        .with(1, "beneficiary_name", "Zione O'Neill")
        .with(3, "amount", "x")
        // Of a faulty row the list shows the name, not the reference.
        .with(3, "beneficiary_name", "Q1/50%-0004");
    let open = people.thoko().uploads(open.csv());
    portal.run_jobs();
    (portal, people, paid, open)
}

/// The references that a list of payouts shows.
fn found(people: &People, query: &str) -> Vec<&'static str> {
    let text = people.ruth().get(&format!("/payouts?{query}")).text("main");
    let all = SALARIES.into_iter().chain(QUARTER);
    all.filter(|reference| text.contains(reference)).collect()
}

const SALARIES: [&str; 3] = ["SAL-0001", "SAL-0002", "SAL-0003"];
const QUARTER: [&str; 4] = ["Q1/50%-0001", "Q1/50%-0002", "Q1/50%-0003", "Q1/50%-0004"];

#[test]
fn by_words_and_numbers() {
    let (portal, people, paid, open) = two_batches();
    assert_eq!(found(&people, "q=SAL"), SALARIES);
    assert_eq!(found(&people, "q=SAL-0002"), ["SAL-0002"]);
    assert_eq!(found(&people, "q=Q1/50%25"), QUARTER);
    assert_eq!(found(&people, "q=%25"), [""; 0], "a sign, not a pattern");
    assert_eq!(found(&people, "q=0002"), [""; 0], "an end of a reference");
    assert_eq!(found(&people, "q=o'neill"), ["Q1/50%-0002"]);
    assert_eq!(found(&people, &format!("q={paid}")), SALARIES);
    assert_eq!(found(&people, &format!("q={open}")), QUARTER);
    let number = portal.db_text("SELECT sequence_number FROM payout WHERE reference = 'SAL-0003'");
    assert_eq!(found(&people, &format!("q={number}")), ["SAL-0003"]);
    assert_eq!(found(&people, "q=99999999"), [""; 0]);
    assert_eq!(
        found(&people, "q=SAL&account=35253502"),
        [""; 0],
        "another account"
    );
}

#[test]
fn by_status_and_day() {
    let (_portal, people, _paid, open) = two_batches();
    let status = |status: &str| found(&people, &format!("status={status}"));
    assert_eq!(status("PROCESSED"), SALARIES);
    assert_eq!(status("SCHEDULED"), QUARTER[..3]);
    assert_eq!(status("VALIDATION_FAILED"), QUARTER[3..]);
    assert_eq!(status("CANCELLED"), [""; 0]);
    assert_eq!(status("PROCESSING_IN_PROGRESS"), [""; 0]);
    assert_eq!(found(&people, "from=2024-02-10&to=2024-02-10"), QUARTER[..1]);
    assert_eq!(
        found(&people, "from=2024-01-15&to=2024-01-15&q=Q1"),
        QUARTER[1..],
        "rows without a date go by their batch"
    );
    assert_eq!(found(&people, "from=2024-02-11"), [""; 0]);
    people.thoko().cancels(&open, "No");
    assert_eq!(status("CANCELLED"), QUARTER);
    assert_eq!(status("SCHEDULED"), [""; 0]);
    assert_eq!(status("VALIDATION_FAILED"), [""; 0]);
}

/// Where a status has more payouts than are put in order, they are met on the way from the newest.
#[test]
fn of_a_status_that_most_have_the_newest_come_first() {
    let (portal, people, _paid, _open) = two_batches();
    let many = Payroll::of(10_050)
        .all("amount", "1.00")
        .references("M")
        .with(10_048, "amount", "x")
        .with(10_046, "pay_on", "2024-02-10");
    people.thoko().uploads(many.csv());
    portal.run_jobs();
    let page = people.ruth().get("/payouts?status=SCHEDULED&from=2024-01-15");
    let rows = |text: &str| -> Vec<String> {
        let mut found: Vec<(usize, &str)> = Vec::new();
        for (beginning, length) in [("M-", 7), ("Q1/50%-", 11)] {
            let places = text.match_indices(beginning).map(|(at, _)| at);
            found.extend(places.map(|at| (at, &text[at..at + length])));
        }
        found.sort_unstable();
        found
            .into_iter()
            .map(|(_, reference)| reference.to_owned())
            .collect()
    };
    let first = rows(&page.text("main"));
    assert_eq!(
        first[..3],
        ["M-10050", "M-10048", "M-10047"],
        "without the faulty one"
    );
    assert_eq!(first.len(), 50);
    let links = page.all("a[rel=next]");
    let next = links[0].attr("href").expect("an address");
    let second = rows(&people.ruth().get(next).text("main"));
    assert_eq!((second.len(), second[0].as_str()), (50, "M-9999 "));
    let only = rows(&people.ruth().get("/payouts?account=35253486&q=Q1").text("main"));
    assert_eq!(only.len(), 4);
    let dated = people.ruth().get("/payouts?status=SCHEDULED&from=2024-02-10");
    assert_eq!(rows(&dated.text("main")), ["M-10047", "Q1/50%-0001"]);
    let faulty = people.ruth().get("/payouts?status=VALIDATION_FAILED");
    assert_eq!(faulty.all("table tbody tr").len(), 2);
}
