//! The chain of the audit log: a line that was touched, dropped or moved breaks it.

use chrono::{DateTime, TimeZone, Utc};
use countersign::domain::event::{Line, chain};
use countersign::domain::ids::OrganisationId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn at(second: i64) -> DateTime<Utc> {
    Utc.timestamp_opt(second, 0).unwrap()
}

#[test]
fn every_part_of_a_line_counts() {
    let (data, other): (Value, Value) = (json!({ "a": 1 }), json!({ "a": 2 }));
    let line = Line {
        seq: 1,
        at: at(0),
        actor: Some(1),
        kind: "batch.approved",
        batch: Some(1),
        payout: None,
        data: &data,
    };
    let lines = [
        line.clone(),
        Line {
            seq: 2,
            ..line.clone()
        },
        Line {
            at: at(1),
            ..line.clone()
        },
        Line {
            actor: None,
            ..line.clone()
        },
        Line {
            actor: Some(11),
            ..line.clone()
        },
        Line {
            kind: "batch.rejected",
            ..line.clone()
        },
        Line {
            batch: None,
            ..line.clone()
        },
        Line {
            payout: Some(uuid::Uuid::nil()),
            ..line.clone()
        },
        Line {
            data: &other,
            ..line.clone()
        },
        // What leaves one field must not look the same in its neighbour.
        Line {
            actor: None,
            batch: Some(11),
            ..line.clone()
        },
    ];
    let start = [0_u8; 32];
    let organisation = OrganisationId(1);
    let mut hashes: BTreeSet<[u8; 32]> = lines
        .iter()
        .map(|line| chain(&start, organisation, line))
        .collect();
    hashes.insert(chain(&start, OrganisationId(2), &line));
    hashes.insert(chain(&[1; 32], organisation, &line));
    assert_eq!(hashes.len(), lines.len() + 2);
}
