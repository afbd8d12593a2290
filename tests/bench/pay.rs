//! P4: paying on an instant rail, every payout with intent, ledger line and log, durable; beside bare
//! SQL that changes the same rows in the same chunks.

use crate::bare;
use crate::client::{Client, payroll};
use crate::server::{folder, postgres, psql};
use crate::table::{Table, median};
use countersign::app::{App, Parts};
use countersign::domain::rail::{Answer, Found, Order};
use countersign::domain::sign_in::Cost;
use countersign::flows::session::Lifetime;
use countersign::rails::instant::Instant as InstantRail;
use countersign::rails::{Rail, Rails};
use countersign::store;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Instant;

/// Worker threads, and clients of the bare SQL.
const WORKERS: usize = 2;

/// The instant rail under the name that the demonstration's accounts are paid by.
struct Instantly(InstantRail);

impl Rail for Instantly {
    fn name(&self) -> &'static str {
        "sandbox"
    }
    fn send(&self, orders: &[Order]) -> Vec<Answer> {
        self.0.send(orders)
    }
    fn look_up(&self, orders: &[Order]) -> Vec<Found> {
        self.0.look_up(orders)
    }
}

pub(crate) fn measure(rows: usize, repeats: usize, table: &mut Table) {
    let place = folder();
    let pg = postgres(place.path());
    store::create_database(&pg.url("postgres"), "countersign").expect("a database");
    let url = pg.url("countersign");
    store::migrate_at(&url).expect("migrations");
    let app = App::assemble(Parts {
        database_url: url.clone(),
        pool_size: 8,
        now: Arc::new(chrono::Utc::now),
        password_cost: Cost::Cheap,
        webhooks: Default::default(),
        rails: Some(Rails::new([Arc::new(Instantly(InstantRail)) as Arc<dyn Rail>])),
        origin: None,
        is_https: false,
        secret: "0123456789abcdef0123456789abcdef".to_owned().into(),
        letters: countersign::app::Letters {
            way: countersign::mail::Way::Folder(place.path().join("mail")),
            from: "countersign@localhost".to_owned(),
            origin: "http://127.0.0.1".to_owned(),
        },
        upload_bytes_max: 1 << 30,
        rate: (100_000, 100_000),
        sessions: Lifetime {
            idle: chrono::Duration::hours(8),
            absolute: chrono::Duration::hours(8),
        },
        token_key_life: chrono::Duration::hours(24),
        patience: Default::default(),
        trusted_proxies: Vec::new(),
        scratch: place.path().join("scratch"),
        is_demonstration: true,
    })
    .expect("an app");
    app.demonstrate().expect("the demonstration");
    let serving = app
        .serve(TcpListener::bind("127.0.0.1:0").expect("a port"), 1)
        .expect("a server");
    let address = serving.address().to_string();
    let (mut ours, mut bares) = (Vec::new(), Vec::new());
    for run in 0..repeats {
        bares.push(bare::pay(&url, &approve(&app, &address, rows, 2 * run), WORKERS));
        let batch = approve(&app, &address, rows, 2 * run + 1);
        psql(&url, "CHECKPOINT");
        let begin = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| while app.worker().run_due().expect("work") > 0 {});
            }
        });
        ours.push(begin.elapsed().as_secs_f64());
        assert_eq!(
            psql(&url, &format!("SELECT status FROM batch WHERE number = {batch}")),
            "completed"
        );
        // Fund what was paid, so that every run pays from a full account.
        top_up(&url);
    }
    assert_eq!(
        psql(
            &url,
            "SELECT count(*) FROM balance WHERE available + reserved + in_transit + outside <> 0"
        ),
        "0"
    );
    serving.stop().expect("a stop");
    let (ours, bare) = (median(ours), median(bares));
    table.add(
        &format!("P4 pay {rows}"),
        format!("{:.0} payouts/s", rows as f64 / ours),
        format!("bare SQL {:.0} payouts/s", rows as f64 / bare),
        format!("{:.2} of it", bare / ours),
    );
}

/// Uploads, judges, signs; answers the number of a batch that is approved and due.
fn approve(app: &App, address: &str, rows: usize, run: usize) -> String {
    let thoko = Client::sign_in(address, "thoko@kachere.example");
    let james = Client::sign_in(address, "james@kachere.example");
    let batch = thoko.upload(&payroll(rows, 1_000 + run), "");
    while app.worker().run_due().expect("validation") > 0 {}
    thoko.post(
        &format!("{batch}/submission"),
        &[("fingerprint", &thoko.fingerprint(&batch))],
    );
    if thoko
        .get(&format!("{batch}/progress"))
        .contains("awaiting_review")
    {
        let chikondi = Client::sign_in(address, "chikondi@kachere.example");
        chikondi.post(
            &format!("{batch}/review"),
            &[("fingerprint", &chikondi.fingerprint(&batch))],
        );
    }
    james.post(
        &format!("{batch}/approval"),
        &[("fingerprint", &james.fingerprint(&batch))],
    );
    batch.rsplit('/').next().expect("a number").to_owned()
}

fn top_up(url: &str) {
    psql(
        url,
        "BEGIN;
         UPDATE balance SET available = available + 1000000000, outside = outside - 1000000000, entry_last = entry_last + 1
          WHERE account_id = (SELECT id FROM payout_account WHERE number = 35253486);
         INSERT INTO ledger_entry (account_id, entry, organisation_id, at, movement, from_bucket, to_bucket, amount,
             available_after, reserved_after, in_transit_after)
         SELECT account_id, entry_last, organisation_id, now(), 'fund', 'outside', 'available', 1000000000,
             available, reserved, in_transit FROM balance
          WHERE account_id = (SELECT id FROM payout_account WHERE number = 35253486);
         COMMIT;",
    );
}
