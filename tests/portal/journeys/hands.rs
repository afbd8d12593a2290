//! Whose hand it was: who did what to a batch as the test moved them, whichever face they had on, a
//! browser or an API client. It is kept apart from whom the portal says it was, so that an act that counts
//! as somebody else's is found.
//!
//! Not here: which acts there are and when (`duties_at_random`).

use crate::support::integrator::Integrator;
use crate::support::{Portal, json};
use countersign::flows::demonstrate::PASSWORD;
use serde_json::json;

/// What must hold between hands and what the portal keeps, as SQL that finds what breaks it.
pub const NEVER: &[(&str, &str)] = &[
    (
        "a signature in another's name",
        "SELECT batch_id FROM hand h JOIN signature s USING (batch_id, revision, seat)
         WHERE s.person_id <> h.person_id",
    ),
    (
        "work in another's name",
        "SELECT batch_id FROM work w WHERE NOT EXISTS (
             SELECT 1 FROM batch_maker m WHERE m.batch_id = w.batch_id AND m.person_id = w.person_id)",
    ),
    (
        "one hand twice on a revision",
        "SELECT batch_id FROM hand WHERE seat <> 'release'
         GROUP BY batch_id, revision, person_id HAVING count(*) > 1",
    ),
    (
        "a hand that signs its own work for others",
        "SELECT batch_id FROM hand h JOIN work w USING (batch_id, person_id)
         JOIN signature s USING (batch_id, revision, seat)
         WHERE h.seat IN ('reviewer', 'approver') AND w.at <= s.at",
    ),
    (
        "a release by another hand than the initiator's",
        "SELECT batch_id FROM hand r JOIN hand i USING (batch_id, revision)
         WHERE r.seat = 'release' AND i.seat = 'initiator' AND r.person_id <> i.person_id",
    ),
];

/// Signatures and releases that nobody's hand stands beside yet; `$person` is whose it was.
const SIGNED: &str = "INSERT INTO hand
    SELECT batch_id, revision, seat, $person FROM (
        SELECT batch_id, revision, seat FROM signature
        UNION ALL SELECT batch_id, revision, 'release' FROM signature WHERE released_at IS NOT NULL) s
    WHERE NOT EXISTS (SELECT 1 FROM hand h
        WHERE (h.batch_id, h.revision, h.seat) = (s.batch_id, s.revision, s.seat))";

/// Opens the books, and gives everybody a client that may do whatever its person may to a batch.
pub fn begin(portal: &Portal) {
    for sql in [
        "CREATE TABLE hand (batch_id bigint, revision integer, seat text, person_id bigint)",
        "CREATE TABLE work (batch_id bigint, person_id bigint, at timestamptz)",
        "INSERT INTO api_client (organisation_id, person_id, client_id, name, scopes, secret_hash, created_by, confirmed_at)
         SELECT c.organisation_id, p.id, 'life-' || split_part(p.email, '@', 1), 'At random',
             '{batch.view,batch.capture,batch.review,batch.approve,batch.cancel}', c.secret_hash, c.created_by, c.confirmed_at
         FROM api_client c, person p
         WHERE c.client_id = 'kachere-chikondi' AND split_part(p.email, '@', 1) IN ('thoko', 'chikondi', 'james', 'grace')",
    ] {
        portal.db_run(sql).unwrap();
    }
}

fn person(name: &str) -> String {
    format!("(SELECT id FROM person WHERE email = '{name}@kachere.example')")
}

/// Notes that somebody captured a batch.
pub fn captured(portal: &Portal, name: &str, number: &str) {
    let (at, person) = (portal.now().to_rfc3339(), person(name));
    let batch = portal.db_batch(number);
    portal
        .db_run(&format!("INSERT INTO work VALUES ({batch}, {person}, '{at}')"))
        .unwrap();
}

/// Notes that a batch continues another, whose makers are its own.
pub fn inherited(portal: &Portal, from: &str, number: &str) {
    let at = portal.now().to_rfc3339();
    let (from, to) = (portal.db_batch(from), portal.db_batch(number));
    portal
        .db_run(&format!(
            "INSERT INTO work SELECT DISTINCT {to}, person_id, '{at}'::timestamptz FROM work WHERE batch_id = {from}"
        ))
        .unwrap();
}

/// Notes that what is new on batches was done by somebody: the only one who acted since the last note.
pub fn acted(portal: &Portal, name: &str) {
    let person = person(name);
    portal.db_run(&SIGNED.replace("$person", &person)).unwrap();
    portal
        .db_run(&format!(
            "INSERT INTO work SELECT DISTINCT batch_id, {person}, at FROM batch_maker m
             WHERE act <> 'inherited' AND at = '{}' AND NOT EXISTS (
                 SELECT 1 FROM work w WHERE w.batch_id = m.batch_id AND w.person_id = {person})",
            portal.now().to_rfc3339()
        ))
        .unwrap();
}

/// Notes what workers signed meanwhile: for whoever captured it, as a program's batch is submitted.
pub fn worked(portal: &Portal) {
    let first = "(SELECT w.person_id FROM work w WHERE w.batch_id = s.batch_id ORDER BY w.at LIMIT 1)";
    portal.db_run(&SIGNED.replace("$person", first)).unwrap();
}

/// The client that acts for somebody.
pub fn client(portal: &Portal, name: &str) -> Integrator {
    portal
        .stranger()
        .with_basic(&format!("life-{name}"), PASSWORD)
        .merchant("35253486")
}

/// A batch that somebody's client sends, if it may: its number.
pub fn sends(portal: &Portal, name: &str, prefix: &str, amount: f64) -> Option<String> {
    let transaction = |n: usize| {
        json!({ "beneficiaryName": "John Phiri", "connectorId": "NBM", "beneficiaryAccountNumber": format!("00{n:08}"),
            "transactionAmount": amount, "sourceReferenceNumber": format!("{prefix}-{n}") })
    };
    let body = json!({ "header": { "merchantAccountNumber": 35_253_486, "isBatchScheduled": false, "scheduledDate": null },
        "transactions": [transaction(1), transaction(2)] });
    let caller = client(portal, name);
    let answer = caller.with_new_key().posts("/disbursements/batch/addJson", &body);
    assert!(answer.status < 500, "{name}'s client: {}", answer.said());
    (answer.status == 200).then(|| json(&answer)["batchNumber"].to_string())
}
