//! Who waits for whom: a file never for comparisons of others, and tasks of one batch for each other.

use crate::support::Portal;
use countersign::domain::ids::BatchId;
use countersign::domain::task::{Lane, Task};
use countersign::store::queue::{self, Claimed};
use countersign::store::{Db, StoreError};

fn claim(portal: &Portal, lane: Lane) -> Option<Claimed> {
    let now = portal.now();
    let db: &Db = portal.app().db();
    db.write(|tx| queue::claim(tx, lane, now)).unwrap()
}

fn duplicates_of(batch: i64, rows: &[i32]) -> Task {
    Task::FindDuplicates {
        batch: BatchId(batch),
        rows: rows.to_vec(),
    }
}

fn want(portal: &Portal, tasks: &[Task]) {
    let now = portal.now();
    portal
        .app()
        .db()
        .write(|tx| tasks.iter().try_for_each(|task| queue::enqueue(tx, task, now)))
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
}

#[test]
fn a_file_does_not_wait_behind_comparisons() {
    let (portal, _people) = Portal::start();
    let file = Task::ValidateBatch { batch: BatchId(7) };
    want(&portal, &[duplicates_of(1, &[]), file.clone()]);
    assert_eq!(claim(&portal, Lane::Prompt).expect("the file").task, file);
    assert!(claim(&portal, Lane::Prompt).is_none());
    assert_eq!(
        claim(&portal, Lane::Behind).expect("the comparison").task,
        duplicates_of(1, &[])
    );
}

#[test]
fn of_one_batch_what_was_wanted_first_is_done_first_however_many_work() {
    let (portal, _people) = Portal::start();
    let [whole, row, other] = [
        duplicates_of(1, &[]),
        duplicates_of(1, &[3]),
        duplicates_of(2, &[]),
    ];
    want(&portal, &[whole.clone(), row.clone(), other.clone()]);
    let first = claim(&portal, Lane::Behind).expect("the whole batch");
    assert_eq!(first.task, whole);
    assert_eq!(claim(&portal, Lane::Behind).expect("another batch").task, other);
    assert!(
        claim(&portal, Lane::Behind).is_none(),
        "its row waits for the whole"
    );
    portal
        .app()
        .db()
        .write(|tx| queue::finish(tx, &first))
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    assert_eq!(claim(&portal, Lane::Behind).expect("the row").task, row);
}
