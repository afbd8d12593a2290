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
