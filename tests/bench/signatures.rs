//! P3: submit, review, send back, approve, reject, cancel through the pages, at 1,000 rows and at
//! many: the same time, whatever the size.

use crate::client::{Client, payroll};
use crate::server::Server;
use crate::table::{Table, median};
use std::collections::BTreeMap;
use std::time::Instant;

const SMALL: usize = 1_000;

pub(crate) fn measure(server: &Server, rows: usize, repeats: usize, table: &mut Table) {
    let small = acts(server, SMALL, repeats, 100);
    let large = acts(server, rows, repeats, 200);
    for (act, seconds) in &small {
        let (few, many) = (median(seconds.clone()), median(large[act].clone()));
        table.add(
            &format!("P3 {act}"),
            format!("{:.1} ms at {rows}", many * 1e3),
            format!("{:.1} ms at {SMALL}", few * 1e3),
            format!("{:.2}×", many / few),
        );
    }
}

fn acts(server: &Server, rows: usize, repeats: usize, run: usize) -> BTreeMap<&'static str, Vec<f64>> {
    let thoko = Client::sign_in(&server.address, "thoko@kachere.example");
    let chikondi = Client::sign_in(&server.address, "chikondi@kachere.example");
    let james = Client::sign_in(&server.address, "james@kachere.example");
    let later = (chrono::Utc::now() + chrono::Duration::days(30))
        .format("%Y-%m-%d")
        .to_string();
    let mut times: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let mut timed = |act: &'static str, who: &Client, batch: &str, path: &str, fields: &[(&str, &str)]| {
        let begin = Instant::now();
        who.post(&format!("{batch}/{path}"), fields);
        times.entry(act).or_default().push(begin.elapsed().as_secs_f64());
    };
    let reason = [("reason", "measured")];
    for n in 0..repeats {
        let batch = thoko.upload(&payroll(rows, run + n), &later);
        thoko.wait_for(&batch, "open");
        // Its rows are compared behind with all others; here it is the acts that are measured.
        server.rest();
        let prints = |who: &Client| who.fingerprint(&batch);
        let large = rows > 100_000;
        // Above 250,000.00 six eyes are needed; below, four.
        timed(
            "submit",
            &thoko,
            &batch,
            "submission",
            &[("fingerprint", &prints(&thoko))],
        );
        let six = thoko
            .get(&format!("{batch}/progress"))
            .contains("awaiting_review");
        if six || large {
            timed(
                "review",
                &chikondi,
                &batch,
                "review",
                &[("fingerprint", &prints(&chikondi))],
            );
        }
        timed("send back", &james, &batch, "return", &reason);
        thoko.post(
            &format!("{batch}/submission"),
            &[("fingerprint", &prints(&thoko))],
        );
        if six {
            chikondi.post(&format!("{batch}/review"), &[("fingerprint", &prints(&chikondi))]);
        }
        if n % 2 == 0 {
            timed(
                "approve",
                &james,
                &batch,
                "approval",
                &[("fingerprint", &prints(&james))],
            );
            timed("cancel", &james, &batch, "cancellation", &reason);
        } else {
            timed("reject", &james, &batch, "rejection", &reason);
        }
    }
    times.retain(|act, _| *act != "review");
    times
}
