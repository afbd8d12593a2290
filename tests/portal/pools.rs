//! How long statements may take: those of requests are stopped, those of jobs are not.

use crate::support::database::TestDatabase;
use countersign::domain::ids::BatchId;
use countersign::store::{Db, StoreError, payout};
use diesel::connection::SimpleConnection;
use std::time::Duration;

#[test]
fn a_request_is_stopped_when_the_database_takes_long_and_a_job_is_not() {
    let database = TestDatabase::new();
    let db = Db::open_limited(database.url(), 2, Duration::from_millis(100)).unwrap();
    let mut somebody = database.db_connect();
    somebody
        .batch_execute("BEGIN; LOCK TABLE payout IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    std::thread::scope(|scope| {
        let job = scope.spawn(|| db.for_jobs().read(|conn| payout::largest(conn, BatchId(1))));
        let request = db.read(|conn| payout::largest(conn, BatchId(1)));
        assert!(matches!(request, Err(StoreError::Unavailable)), "{request:?}");
        std::thread::sleep(Duration::from_millis(200));
        somebody.batch_execute("COMMIT").unwrap();
        assert_eq!(job.join().unwrap().unwrap(), 0);
    });
    assert_eq!(db.read(|conn| payout::largest(conn, BatchId(1))).unwrap(), 0);
}

#[test]
fn connections_that_the_server_ended_are_replaced() {
    let database = TestDatabase::new();
    let db = Db::open(database.url(), 4).unwrap();
    let ask = |db: &Db| db.read(|conn| payout::largest(conn, BatchId(1)));
    // Four connections, all of them used a moment ago.
    let barrier = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                db.read(|conn| {
                    barrier.wait();
                    payout::largest(conn, BatchId(1))
                })
                .unwrap();
            });
        }
    });
    let mut somebody = database.db_connect();
    somebody
        .batch_execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .unwrap();
    // The first to notice tells of all: nobody else meets a connection that is gone.
    let asked: Vec<_> = (0..8).map(|_| ask(&db)).collect();
    let lost = asked.iter().filter(|answer| answer.is_err()).count();
    assert!(lost <= 1, "{asked:?}");
    assert!(asked.last().unwrap().is_ok(), "{asked:?}");
    assert!(
        asked
            .iter()
            .all(|answer| matches!(answer, Ok(_) | Err(StoreError::Unavailable)))
    );
}
