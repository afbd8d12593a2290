//! The database refuses by itself what flows refuse first: each statement here is one that a fault in
//! a flow, or somebody at the database's prompt, could send.

use crate::support::{Payroll, People, Portal};

fn submitted(portal: &Portal, people: &People, amount: &str) -> String {
    let number = people
        .thoko()
        .uploads(Payroll::of(60).all("amount", amount).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    number
}

fn sign(portal: &Portal, number: &str, email: &str, seat: &str) -> String {
    format!(
        "INSERT INTO signature (batch_id, revision, person_id, seat, fingerprint, payable_count, payable_total, at)
         SELECT id, revision, {}, '{seat}', fingerprint, payable_count, payable_total, now()
         FROM batch WHERE number = {number}",
        portal.db_person(email)
    )
}

#[test]
fn a_maker_s_signature_and_a_second_one() {
    let (portal, people) = Portal::start();
    let number = submitted(&portal, &people, "9000.00");
    for seat in ["reviewer", "approver"] {
        portal.db_refuses(
            &sign(&portal, &number, "thoko@kachere.example", seat),
            "a maker can neither review nor approve",
        );
    }
    people.chikondi().reviews(&number);
    portal.db_refuses(
        &sign(&portal, &number, "chikondi@kachere.example", "approver"),
        "signature_pkey",
    );
    portal.db_refuses(
        &sign(&portal, &number, "grace@kachere.example", "reviewer"),
        "signature_seat",
    );
    let stale = sign(&portal, &number, "james@kachere.example", "approver").replace(
        "fingerprint, payable_count, payable_total, now()",
        "decode(repeat('00', 32), 'hex'), 1, 1, now()",
    );
    portal.db_refuses(&stale, "current revision");
    let becomes_maker = format!(
        "INSERT INTO batch_maker VALUES ({}, {}, 'edited', now())",
        portal.db_batch(&number),
        portal.db_person("chikondi@kachere.example")
    );
    portal.db_refuses(&becomes_maker, "a signer of this revision can't change it");
}

#[test]
fn approval_without_its_signatures() {
    let (portal, people) = Portal::start();
    let number = submitted(&portal, &people, "9000.00");
    for status in ["approved", "paying"] {
        let sql = format!("UPDATE batch SET status = '{status}' WHERE number = {number}");
        portal.db_refuses(&sql, "lacks the signatures of its level");
    }
    people.chikondi().reviews(&number);
    portal.db_refuses(
        &format!("UPDATE batch SET status = 'approved' WHERE number = {number}"),
        "lacks the signatures of its level",
    );
    people.james().rejects(&number, "No");
    portal.db_refuses(
        &format!("UPDATE batch SET status = 'open' WHERE number = {number}"),
        "is final",
    );
}

#[test]
fn what_is_written_stays_written() {
    let (portal, people) = Portal::start();
    let number = submitted(&portal, &people, "1000.00");
    people.james().approves(&number);
    portal.run_jobs();
    for table in ["ledger_entry", "event", "batch_maker", "signature"] {
        portal.db_refuses(&format!("DELETE FROM {table}"), "append-only");
        portal.db_refuses(&format!("TRUNCATE {table} CASCADE"), "append-only");
    }
    portal.db_refuses("UPDATE ledger_entry SET amount = amount + 1", "append-only");
    portal.db_refuses("UPDATE event SET data = '{}'", "append-only");
    portal.db_refuses("UPDATE batch_maker SET at = now()", "append-only");
    portal.db_refuses("UPDATE signature SET person_id = person_id + 1", "append-only");
}

#[test]
fn money_from_nowhere() {
    let (portal, _people) = Portal::start();
    portal.db_refuses(
        "UPDATE balance SET available = available + 1",
        "balance_sums_to_zero",
    );
    portal.db_refuses(
        "UPDATE balance SET available = -1, outside = 1, reserved = 0, in_transit = 0",
        "balance_available_check",
    );
    portal.db_refuses(
        "UPDATE balance SET available = available + 1, outside = outside - 1",
        "not what the ledger ends with",
    );
    portal.db_refuses(
        "UPDATE balance SET entry_last = entry_last - 1",
        "not what the ledger ends with",
    );
    let entry = |movement: &str, from: &str, to: &str, amount: i64| {
        format!(
            "INSERT INTO ledger_entry (account_id, entry, organisation_id, at, movement, from_bucket, to_bucket,
                 amount, available_after, reserved_after, in_transit_after)
             SELECT account_id, entry_last + 1, organisation_id, now(), '{movement}', '{from}', '{to}',
                 {amount}, available, reserved, in_transit FROM balance"
        )
    };
    portal.db_refuses(&entry("fund", "outside", "reserved", 1), "ledger_entry_shape");
    portal.db_refuses(&entry("gift", "outside", "available", 1), "ledger_entry_shape");
    portal.db_refuses(
        &entry("fund", "outside", "available", 0),
        "ledger_entry_amount_check",
    );
    portal.db_refuses(
        &entry("fund", "outside", "available", -5),
        "ledger_entry_amount_check",
    );
    let moved = "UPDATE balance SET entry_last = entry_last + 1;";
    portal.db_refuses(
        &format!(
            "{moved}{}",
            entry("fund", "outside", "available", 5).replace("entry_last + 1", "entry_last")
        ),
        "do not add up to the balance",
    );
    portal.db_refuses(
        &entry("fund", "outside", "available", 5),
        "do not add up to the balance",
    );
}

#[test]
fn a_second_attempt_beside_a_live_one() {
    let (portal, people) = Portal::start();
    let number = submitted(&portal, &people, "1000.00");
    people.james().approves(&number);
    portal.run_jobs();
    portal.db_refuses(
        "INSERT INTO intent (id, organisation_id, payout_id, slice_id, result, created_at)
         SELECT gen_random_uuid(), organisation_id, payout_id, slice_id, 'queued', now() FROM intent LIMIT 1",
        "intent_live",
    );
    portal.db_refuses("UPDATE intent SET superseded = true", "intent_superseded");
    portal.db_refuses(
        "UPDATE slice SET paid_count = paid_count + 1 WHERE payable_count > 0",
        "slice_counts",
    );
}

#[test]
fn a_slice_of_a_batch_that_is_not_being_paid() {
    let (portal, people) = Portal::start();
    let claim = |number: &str| {
        format!(
            "UPDATE slice SET state = 'claimed', token = token + 1, lease_until = now() + interval '1 minute'
             WHERE batch_id = {}",
            portal.db_batch(number)
        )
    };
    let number = submitted(&portal, &people, "1000.00");
    portal.db_refuses(&claim(&number), "not being paid");
    people.james().approves(&number);
    portal.db_refuses(&claim(&number), "not being paid");
    people.james().cancels(&number, "No");
    portal.db_refuses(&claim(&number), "not being paid");
}

#[test]
fn a_batch_that_begins_signed() {
    let (portal, people) = Portal::start();
    let number = submitted(&portal, &people, "1000.00");
    for status in ["open", "awaiting_approval", "approved", "completed"] {
        portal.db_refuses(
            &format!(
                "INSERT INTO batch (organisation_id, account_id, number, name, status, content_type, captured_by,
                     captured_at, level, policy_id)
                 SELECT organisation_id, account_id, 99999999, name, '{status}', content_type, captured_by,
                     captured_at, level, policy_id FROM batch WHERE number = {number}"
            ),
            "batch_begins",
        );
    }
}

#[test]
fn signed_payouts_that_change() {
    let (portal, people) = Portal::start();
    let number = submitted(&portal, &people, "1000.00");
    let batch = portal.db_batch(&number);
    let refuses_all = || {
        for change in [
            "amount = amount + 1",
            "mobile = '+265991000000'",
            "iban = 'GB33BUKB20201555555555'",
            "beneficiary_name = 'Somebody else'",
            "reference = NULL",
            "pay_on = now()",
            "comment = 'changed'",
            "slice_id = slice_id + 1",
            "batch_id = batch_id + 1",
        ] {
            portal.db_refuses(
                &format!("UPDATE payout SET {change} WHERE batch_id = {batch}"),
                "payout_signed",
            );
        }
        portal.db_refuses(
            &format!(
                "DELETE FROM payout WHERE batch_id = {batch} AND id NOT IN (SELECT payout_id FROM intent)"
            ),
            "payout_signed",
        );
        portal.db_refuses(
            &format!(
                "INSERT INTO payout (organisation_id, id, batch_id, account_id, slice_id, \"row\", status,
                     sequence_number, mobile, amount, updated_at)
                 SELECT organisation_id, gen_random_uuid(), batch_id, account_id, slice_id, 900000, 'SCHEDULED',
                     9999999999999999, '+265991000000', amount, updated_at FROM payout WHERE batch_id = {batch} LIMIT 1"
            ),
            "payout_signed",
        );
    };
    refuses_all();
    people.james().approves(&number);
    refuses_all();
    let same = format!("UPDATE payout SET updated_at = now(), amount = amount WHERE batch_id = {batch}");
    portal.db_run(&same).unwrap();
}

#[test]
fn signed_figures_that_change() {
    let (portal, people) = Portal::start();
    let number = submitted(&portal, &people, "9000.00");
    let refuses = |change: &str, because: &str| {
        portal.db_refuses(
            &format!("UPDATE batch SET {change} WHERE number = {number}"),
            because,
        );
    };
    let refuses_all = || {
        refuses("level = 2", "batch_level_fixed");
        refuses("policy_id = NULL", "batch_level");
        for change in [
            "payable_total = payable_total + 1",
            "payable_count = payable_count - 1",
            "largest = 1",
            "revision = revision + 1",
            "fingerprint = decode(repeat('00', 32), 'hex')",
        ] {
            refuses(change, "batch_figures_signed");
        }
    };
    refuses_all();
    refuses("status = 'open'", "batch_revised");
    refuses("status = 'open', revision = revision + 2", "batch_revised");
    refuses(
        "status = 'open', revision = revision + 1, payable_total = 1",
        "batch_figures_signed",
    );
    people.chikondi().reviews(&number);
    people.james().approves(&number);
    refuses_all();
    people.james().cancels(&number, "No");
    refuses_all();
}
