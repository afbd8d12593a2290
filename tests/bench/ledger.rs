//! P5: postings on one account, in slices of 500 as settling makes them, each slice a durable
//! transaction: the balance locked, the rules applied, entries numbered without gaps.

use crate::server::{Server, psql};
use crate::table::{Table, median};
use countersign::domain::ids::{AccountId, OrganisationId};
use countersign::domain::ledger::Movement;
use countersign::store::ledger::{self, Entry, PostError};
use countersign::store::{Db, StoreError};
use std::time::Instant;

/// Entries in one transaction.
const SLICE: usize = 500;

pub(crate) fn measure(server: &Server, rows: usize, repeats: usize, table: &mut Table) {
    let db = Db::open(&server.url(), 2).expect("a database");
    let key = |column: &str| -> i64 {
        let asked = format!("SELECT {column} FROM payout_account WHERE number = 35253486");
        psql(&server.url(), &asked).parse().expect("a key")
    };
    let (organisation, account) = (OrganisationId(key("organisation_id")), AccountId(key("id")));
    let entry = |movement| Entry {
        movement,
        amount: 100,
        batch: None,
        slice: None,
        payout: None,
    };
    // Back and forth, so that it goes on for as long as it is measured.
    let entries: Vec<Entry> = (0..SLICE)
        .map(|n| {
            entry(if n % 2 == 0 {
                Movement::Reserve
            } else {
                Movement::Release
            })
        })
        .collect();
    let rates = (0..repeats)
        .map(|_| {
            let begin = Instant::now();
            for _ in 0..rows / SLICE {
                db.write(|tx| {
                    let now = chrono::Utc::now();
                    ledger::post(tx, organisation, account, &entries, now)
                        .map(|_| ())
                        .map_err(|error| match error {
                            PostError::Store(error) => error,
                            PostError::Ledger(error) => StoreError::Corrupt(error.to_string()),
                        })
                })
                .expect("posted");
            }
            (rows / SLICE * SLICE) as f64 / begin.elapsed().as_secs_f64()
        })
        .collect();
    table.add(
        &format!("P5 ledger postings, {SLICE} a transaction, one account"),
        format!("{:.0} /s", median(rates)),
        "goal 30,000 /s".to_owned(),
        String::new(),
    );
}
