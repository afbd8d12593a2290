//! P1: a CSV from its first byte sent to `open`, beside `psql \copy` of the same judged rows into the
//! same table with the same indexes and checks. Not its triggers, which are asked once a statement.

use crate::client::{Client, payroll};
use crate::server::{Server, psql};
use crate::table::{Table, median};
use std::time::Instant;

pub(crate) fn measure(server: &Server, rows: usize, repeats: usize, table: &mut Table) {
    let thoko = Client::sign_in(&server.address, "thoko@kachere.example");
    let (mut ours, mut copies) = (Vec::new(), Vec::new());
    for run in 0..repeats {
        let csv = payroll(rows, run);
        server.rest();
        let begin = Instant::now();
        let batch = thoko.upload(&csv, "");
        thoko.wait_for(&batch, "open");
        ours.push(begin.elapsed().as_secs_f64());
        // Comparisons go on behind; both sides have the machine to themselves.
        server.rest();
        copies.push(copy_again(server, &batch));
    }
    let (ours, copy) = (median(ours), median(copies));
    table.add(
        &format!("P1 CSV of {rows} → open"),
        format!(
            "{ours:.2} s, {:.0} rows/s, peak {} MiB",
            rows as f64 / ours,
            server.peak_mib()
        ),
        format!("psql \\copy {copy:.2} s"),
        format!("{:.2}× its time", ours / copy),
    );
}

/// Copies the batch's judged rows out, and into a table like theirs; answers the seconds in.
fn copy_again(server: &Server, batch: &str) -> f64 {
    let number = batch.rsplit('/').next().expect("a number");
    let file = server.folder.path().join("judged.csv");
    let url = server.url();
    psql(&url, &format!(
        "DROP TABLE IF EXISTS copied; CREATE TABLE copied (LIKE payout INCLUDING ALL) WITH (fillfactor = 70);
\\copy (SELECT p.* FROM payout p JOIN batch b ON b.id = p.batch_id WHERE b.number = {number} ORDER BY p.row) TO '{}' CSV", file.display()));
    // What is there already is there for both: the table of the server is as full as this one.
    psql(
        &url,
        &format!(
            "INSERT INTO copied SELECT p.* FROM payout p JOIN batch b ON b.id = p.batch_id WHERE b.number <> {number}"
        ),
    );
    psql(&url, "CHECKPOINT");
    let begin = Instant::now();
    psql(&url, &format!("\\copy copied FROM '{}' CSV", file.display()));
    let seconds = begin.elapsed().as_secs_f64();
    psql(&url, "DROP TABLE copied");
    seconds
}
