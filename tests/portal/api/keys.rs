//! Idempotency keys where they are decided: in the transaction that does the work. Two databases
//! handles stand for two server processes.

use crate::support::Portal;
use chrono::Duration;
use countersign::domain::event::Event;
use countersign::domain::ids::{ApiClientId, OrganisationId};
use countersign::flows::FlowError;
use countersign::flows::idempotency::{Given, Key, Known, begin, finish};
use countersign::store::{Db, StoreError, event};
use serde_json::json;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

fn key(portal: &Portal, text: &str) -> Key {
    let id = |table: &str| portal.db_number(&format!("SELECT min(id) FROM {table}"));
    Key {
        organisation: OrganisationId(id("organisation")),
        client: ApiClientId(id("api_client")),
        key: text.to_owned(),
    }
}

fn answer(body: &str) -> Given {
    Given {
        digest: vec![1; 32],
        status: 201,
        headers: json!([]),
        body: body.as_bytes().to_vec(),
    }
}

/// What an API call does: takes the key, has an effect, keeps the answer.
fn works(db: &Db, portal: &Portal, of: &Key, effect: &str) -> Result<Known, FlowError> {
    let now = portal.now();
    db.write(|tx| {
        let known = begin(tx, of, &[1; 32], now)?;
        if known == Known::Fresh {
            let data = json!({ "effect": effect });
            event::append(tx, &Event::new(of.organisation, now, "test.worked", data))?;
            finish(tx, of, &answer(effect), now)?;
        }
        Ok(known)
    })
}

fn effects(portal: &Portal) -> i64 {
    portal.db_number("SELECT count(*) FROM event WHERE kind = 'test.worked'")
}

#[test]
fn twenty_at_once_over_two_servers_work_once() {
    let (portal, _) = Portal::start();
    let of = key(&portal, "twenty-at-once-0001");
    let other = portal.db_other();
    let (barrier, running) = (Barrier::new(20), AtomicUsize::new(0));
    let fresh: usize = std::thread::scope(|threads| {
        let all: Vec<_> = (0..20)
            .map(|n| {
                let (portal, of, barrier, running) = (&portal, &of, &barrier, &running);
                let db = if n % 2 == 0 {
                    portal.app().db().clone()
                } else {
                    other.clone()
                };
                threads.spawn(move || {
                    barrier.wait();
                    match works(&db, portal, of, &format!("{n}")).unwrap() {
                        Known::Fresh => 1,
                        Known::Running => {
                            running.fetch_add(1, Ordering::Relaxed);
                            0
                        }
                        Known::Answered(_) => 0,
                        Known::Other => panic!("it is the same request"),
                    }
                })
            })
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((fresh, effects(&portal)), (1, 1));
    // Afterwards everybody is given the one answer.
    let done = portal.db_text("SELECT data->>'effect' FROM event WHERE kind = 'test.worked'");
    let known = works(&other, &portal, &of, "again").unwrap();
    assert_eq!(known, Known::Answered(answer(&done)));
    assert_eq!(effects(&portal), 1);
}

#[test]
fn while_the_first_runs_a_second_is_told_so_and_a_crash_frees_the_key() {
    let (portal, _) = Portal::start();
    let of = key(&portal, "a-crash-in-the-middle");
    let other = portal.db_other();
    let crashed: Result<(), FlowError> = portal.app().db().write(|tx| {
        let now = portal.now();
        assert_eq!(begin(tx, &of, &[1; 32], now)?, Known::Fresh);
        event::append(tx, &Event::new(of.organisation, now, "test.worked", json!({})))?;
        finish(tx, &of, &answer("never seen"), now)?;
        assert_eq!(works(&other, &portal, &of, "second").unwrap(), Known::Running);
        Err(StoreError::Unavailable.into())
    });
    assert!(crashed.is_err());
    assert_eq!(effects(&portal), 0, "neither the effect nor the answer is there");
    assert_eq!(works(&other, &portal, &of, "third").unwrap(), Known::Fresh);
    assert_eq!(effects(&portal), 1);
}

#[test]
fn another_request_is_told_from_the_first_until_the_day_is_over() {
    let (portal, _) = Portal::start();
    let of = key(&portal, "one-key-two-requests");
    let db = portal.app().db();
    assert_eq!(works(db, &portal, &of, "first").unwrap(), Known::Fresh);
    let now = portal.now();
    let known: Result<Known, FlowError> = db.write(|tx| begin(tx, &of, &[2; 32], now));
    assert_eq!(known.unwrap(), Known::Other);
    // Another client's key of the same name is another key.
    let theirs = Key {
        client: ApiClientId(of.client.0 + 1),
        ..of.clone()
    };
    assert_eq!(works(db, &portal, &theirs, "theirs").unwrap(), Known::Fresh);
    portal.clock_forward(Duration::hours(23));
    assert_eq!(
        works(db, &portal, &of, "late").unwrap(),
        Known::Answered(answer("first"))
    );
    portal.clock_forward(Duration::hours(2));
    assert_eq!(works(db, &portal, &of, "next day").unwrap(), Known::Fresh);
    assert_eq!(effects(&portal), 3);
}
