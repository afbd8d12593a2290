//! What waits is compared with what was approved meanwhile before its own signature asks, and never
//! noted as compared where it was not.

use crate::support::{Payroll, People, Portal};
use countersign::domain::ids::BatchId;
use countersign::flows::references::{Compared, compare, keep};

/// A batch that waits for its approver.
fn waiting(portal: &Portal, people: &People, prefix: &str) -> String {
    let number = people.thoko().uploads(Payroll::of(3).references(prefix).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    number
}

/// With how many deciding signatures the batch was compared.
fn compared(portal: &Portal, number: &str) -> i64 {
    portal.db_number(&format!(
        "SELECT judged_approvals FROM batch WHERE number = {number}"
    ))
}

#[test]
fn what_waits_is_compared_behind_and_a_clash_is_told_by_the_signature() {
    let (portal, people) = Portal::start();
    let number = |prefix| waiting(&portal, &people, prefix);
    let (first, other, same) = (number("A"), number("B"), number("A"));
    people.james().approves(&first);
    assert_eq!(compared(&portal, &other), 0);
    portal.run_jobs();
    assert_eq!((compared(&portal, &other), compared(&portal, &same)), (1, 0));
    people
        .james()
        .tries(&same, "approval", &[])
        .refused(409, &format!("in batch {first}"));
    people.james().approves(&other);
    // The first is compared with nothing any more, and what came back to its maker is, like any other.
    people.james().sends_back(&same, "Paid already");
    portal.run_jobs();
    assert_eq!((compared(&portal, &first), compared(&portal, &same)), (0, 0));
    for row in 2..5 {
        let reference = format!("C-{row}");
        people
            .thoko()
            .corrects(&same, row, &[("reference", &reference)])
            .done();
    }
    people.thoko().submits(&same);
    people.james().approves(&same);
}

#[test]
fn what_was_captured_before_and_judged_after_is_compared_too() {
    let (portal, people) = Portal::start();
    let first = waiting(&portal, &people, "A");
    let late = people.thoko().uploads(Payroll::of(3).references("B").csv());
    people.james().approves(&first);
    portal.run_jobs();
    assert_eq!(
        (portal.db_status(&late).as_str(), compared(&portal, &late)),
        ("open", 1)
    );
}

#[test]
fn what_changes_while_it_is_compared_is_not_noted_as_compared() {
    let (portal, people) = Portal::start();
    let (first, second) = (waiting(&portal, &people, "A"), waiting(&portal, &people, "B"));
    let changed = people.thoko().uploads(Payroll::of(3).references("C").csv());
    portal.run_jobs();
    let id = BatchId(portal.db_batch(&changed));
    let db = portal.db_other();
    let read = || db.read(|conn| compare(conn, id)).unwrap().expect("no clash");
    let keeps = |what: &Compared| {
        db.write(|tx| keep(tx, what)).unwrap();
        compared(&portal, &changed)
    };

    people.james().approves(&first);
    let before = read();
    people
        .thoko()
        .corrects(&changed, 2, &[("amount", "51.00")])
        .done();
    assert_eq!(keeps(&before), 0);
    let after = read();
    assert_eq!(keeps(&after), 1);
    // Whoever comes later with an older comparison takes nothing back.
    people.james().approves(&second);
    assert_eq!(keeps(&read()), 2);
    assert_eq!(keeps(&after), 2);
}
