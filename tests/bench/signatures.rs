//! P3: submit, send back, approve, reject, cancel through the pages, on a batch of 1,000 rows and on one
//! of many that lie in the same database: the same time, whatever the size.

use crate::client::{Client, payroll};
use crate::server::Server;
use crate::table::{Table, median};
use std::collections::BTreeMap;
use std::time::Instant;

const SMALL: usize = 1_000;
/// How often a batch is submitted and sent back before it is approved or rejected.
const ROUNDS: usize = 5;

type Times = BTreeMap<&'static str, Vec<f64>>;

pub(crate) fn measure(server: &Server, rows: usize, repeats: usize, table: &mut Table) {
    let people = People::sign_in(server);
    let (mut few, mut many) = (Times::new(), Times::new());
    for n in 0..repeats {
        let small = people.take_in(SMALL, 100 + n);
        let large = people.take_in(rows, 200 + n);
        // Their rows are compared behind with all others, and a large load is written to disk for a
        // while: both batches are acted on after that, in turn, so that neither has the better moment.
        server.rest();
        for _ in 0..ROUNDS {
            people.round(&small, &mut few);
            people.round(&large, &mut many);
        }
        for (batch, times) in [(&small, &mut few), (&large, &mut many)] {
            // What waits is compared behind with what was approved.
            server.rest();
            people.end(batch, n % 2 == 0, times);
        }
    }
    for (act, seconds) in few {
        let (few, many) = (median(seconds), median(many.remove(act).unwrap_or_default()));
        table.add(
            &format!("P3 {act}"),
            format!("{:.1} ms at {rows}", many * 1e3),
            format!("{:.1} ms at {SMALL}", few * 1e3),
            format!("{:.2}×", many / few),
        );
    }
}

/// Who signs what the others made.
struct People {
    thoko: Client,
    chikondi: Client,
    james: Client,
}

impl People {
    fn sign_in(server: &Server) -> Self {
        let by = |name: &str| Client::sign_in(&server.address, &format!("{name}@kachere.example"));
        Self {
            thoko: by("thoko"),
            chikondi: by("chikondi"),
            james: by("james"),
        }
    }

    fn take_in(&self, rows: usize, run: usize) -> String {
        let later = (chrono::Utc::now() + chrono::Duration::days(30))
            .format("%Y-%m-%d")
            .to_string();
        let batch = self.thoko.upload(&payroll(rows, run), &later);
        self.thoko.wait_for(&batch, "open");
        batch
    }

    fn round(&self, batch: &str, times: &mut Times) {
        self.submit(batch, times);
        let reason = [("reason", "measured")];
        timed(times, "send back", &self.james, (batch, "return"), &reason);
    }

    fn submit(&self, batch: &str, times: &mut Times) {
        let print = self.thoko.fingerprint(batch);
        let seen = [("fingerprint", print.as_str())];
        timed(times, "submit", &self.thoko, (batch, "submission"), &seen);
        // Above 250,000.00 six eyes are needed; below, four.
        let progress = self.thoko.get(&format!("{batch}/progress"));
        if progress.contains("awaiting_review") {
            let print = self.chikondi.fingerprint(batch);
            self.chikondi
                .post(&format!("{batch}/review"), &[("fingerprint", print.as_str())]);
        }
    }

    fn end(&self, batch: &str, is_approved: bool, times: &mut Times) {
        self.submit(batch, times);
        let reason = [("reason", "measured")];
        if !is_approved {
            return timed(times, "reject", &self.james, (batch, "rejection"), &reason);
        }
        let print = self.james.fingerprint(batch);
        let seen = [("fingerprint", print.as_str())];
        timed(times, "approve", &self.james, (batch, "approval"), &seen);
        timed(times, "cancel", &self.james, (batch, "cancellation"), &reason);
    }
}

fn timed(
    times: &mut Times,
    act: &'static str,
    who: &Client,
    (batch, path): (&str, &str),
    fields: &[(&str, &str)],
) {
    let begin = Instant::now();
    who.post(&format!("{batch}/{path}"), fields);
    times.entry(act).or_default().push(begin.elapsed().as_secs_f64());
}
