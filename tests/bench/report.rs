//! P6: the payout report as CSV, beside `\copy` of the same query: seconds to the last byte, to the
//! first, and what memory it takes.

use crate::client::{Client, payroll};
use crate::server::{Server, psql};
use crate::table::{Table, median};
use countersign::store::report;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

pub(crate) fn measure(server: &Server, rows: usize, repeats: usize, table: &mut Table) {
    let thoko = Client::sign_in(&server.address, "thoko@kachere.example");
    let batch = thoko.upload(&payroll(rows, 30_000), "");
    thoko.wait_for(&batch, "open");
    server.rest();
    psql(&server.url(), "VACUUM ANALYZE payout; CHECKPOINT");
    let ruth = Client::sign_in(&server.address, "ruth@kachere.example");
    let copy = copy(server);
    let held = server.resident_mib();
    let lines: usize = psql(&server.url(), "SELECT count(*) FROM payout")
        .parse()
        .expect("a number");
    let (mut ours, mut firsts, mut copies) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..repeats {
        let begin = Instant::now();
        psql(&server.url(), &copy);
        copies.push(begin.elapsed().as_secs_f64());
        let seen = download(server, &ruth);
        ours.push(seen.last);
        firsts.push(seen.first);
        assert!(seen.bytes > lines * 100, "a line a payout: {} bytes", seen.bytes);
    }
    let (ours, copy) = (median(ours), median(copies));
    table.add(
        &format!("P6 report CSV of {lines}"),
        format!(
            "{ours:.2} s, {:.0} rows/s, first byte {:.0} ms, {held} → {} MiB",
            lines as f64 / ours,
            median(firsts) * 1e3,
            server.resident_mib(),
        ),
        format!("\\copy (same query) {copy:.2} s"),
        format!("{:.2} of it", copy / ours),
    );
}

/// The report's query without any filter, out to nowhere.
fn copy(server: &Server) -> String {
    let organisation = psql(
        &server.url(),
        "SELECT organisation_id FROM payout_account WHERE number = 35253486",
    );
    let query = (2..=8).fold(report::query().replace("$1", &organisation), |query, n| {
        query.replace(&format!("${n}"), "NULL")
    });
    // A meta-command stands in one line.
    format!(
        "SET jit = off;\n\\copy ({}) TO '/dev/null' CSV HEADER",
        query.replace('\n', " ")
    )
}

struct Download {
    first: f64,
    last: f64,
    bytes: usize,
}

fn download(server: &Server, who: &Client) -> Download {
    let mut stream = TcpStream::connect(&server.address).expect("a connection");
    let begin = Instant::now();
    write!(
        stream,
        "GET /reports/payouts.csv HTTP/1.1\r\nhost: bench\r\ncookie: {}\r\nconnection: close\r\n\r\n",
        who.cookie()
    )
    .expect("asked");
    let (mut part, mut bytes, mut first, mut last) = (vec![0_u8; 1 << 16], 0, None, Vec::new());
    loop {
        let read = stream.read(&mut part).expect("an answer");
        if read == 0 {
            break;
        }
        // The head goes out with the first of the body at the latest.
        if first.is_none() {
            assert!(part.starts_with(b"HTTP/1.1 200"), "a download");
            first = Some(begin.elapsed().as_secs_f64());
        }
        bytes += read;
        last = part[read.saturating_sub(5)..read].to_vec();
    }
    assert!(last.ends_with(b"0\r\n\r\n"), "a whole download");
    Download {
        first: first.expect("an answer"),
        last: begin.elapsed().as_secs_f64(),
        bytes,
    }
}
