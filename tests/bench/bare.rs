//! The database alone: the rows that paying a batch changes, in the same chunks and transactions, by
//! a procedure inside Postgres. What it leaves out is what makes a portal: reading orders out, a rail,
//! answers, the hash of the log.

use crate::server::psql;
use std::time::Instant;

const PROCEDURE: &str = "
CREATE OR REPLACE PROCEDURE pay_bare(the_batch bigint, part int, parts int) LANGUAGE plpgsql AS $$
DECLARE s record; sum_paid bigint; last bigint; av bigint; re bigint; tr bigint;
BEGIN
  FOR s IN SELECT id, account_id, organisation_id FROM slice WHERE batch_id = the_batch AND n % parts = part ORDER BY n LOOP
    UPDATE slice SET state = 'claimed', token = token + 1, lease_until = now() + interval '1 minute' WHERE id = s.id;
    UPDATE payout SET status = 'PROCESSING_IN_PROGRESS', result = 'queued', updated_at = now() WHERE slice_id = s.id;
    INSERT INTO intent (id, organisation_id, payout_id, slice_id, result, created_at)
      SELECT gen_random_uuid(), organisation_id, id, slice_id, 'queued', now() FROM payout WHERE slice_id = s.id;
    SELECT sum(amount) INTO sum_paid FROM payout WHERE slice_id = s.id;
    UPDATE balance SET reserved = reserved - sum_paid, in_transit = in_transit + sum_paid, entry_last = entry_last + 1
      WHERE account_id = s.account_id RETURNING entry_last, available, reserved, in_transit INTO last, av, re, tr;
    INSERT INTO ledger_entry VALUES (s.account_id, last, s.organisation_id, now(), 'send', 'reserved', 'in_transit', sum_paid,
      the_batch, s.id, NULL, av, re, tr);
    COMMIT;
    UPDATE intent SET result = 'paid', channel = 'ips', message = 'Paid', rail_reference = id::text, result_at = now() WHERE slice_id = s.id;
    UPDATE payout SET status = 'PROCESSED', result = 'paid', updated_at = now() WHERE slice_id = s.id;
    UPDATE balance SET in_transit = in_transit - sum_paid, outside = outside + sum_paid,
        entry_last = entry_last + (SELECT count(*) FROM payout WHERE slice_id = s.id)
      WHERE account_id = s.account_id RETURNING entry_last, available, reserved, in_transit INTO last, av, re, tr;
    INSERT INTO ledger_entry SELECT account_id, last - total + rank, organisation_id, now(), 'settle', 'in_transit', 'outside', amount,
        batch_id, slice_id, id, av, re, tr + sum_paid - running
      FROM (SELECT p.*, row_number() OVER w AS rank, sum(amount) OVER w AS running, count(*) OVER () AS total
            FROM payout p WHERE slice_id = s.id WINDOW w AS (ORDER BY \"row\")) q;
    UPDATE slice SET state = 'done', lease_until = NULL, paid_count = payable_count, paid_total = payable_total WHERE id = s.id;
    COMMIT;
  END LOOP;
END $$;";

/// Pays the batch with this number; answers the seconds.
pub(crate) fn pay(url: &str, number: &str, clients: usize) -> f64 {
    psql(url, PROCEDURE);
    psql(
        url,
        &format!(
            "UPDATE batch SET status = 'paying', next_due_at = NULL WHERE number = {number}; CHECKPOINT"
        ),
    );
    let id = psql(url, &format!("SELECT id FROM batch WHERE number = {number}"));
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for part in 0..clients {
            let id = &id;
            scope.spawn(move || psql(url, &format!("CALL pay_bare({id}, {part}, {clients})")));
        }
    });
    begin.elapsed().as_secs_f64()
}
