//! The whole portal in a test: a database of its own with the demonstration inside, a server on a
//! free port, a clock set by hand, and no background workers: `run_jobs` works everything that is
//! due. When a portal is dropped it proves what must hold at the end of any test.

use super::database::TestDatabase;
use super::people::People;
use chrono::{DateTime, Duration, TimeZone, Utc};
use countersign::app::{App, Letters, Parts, Serving};
use countersign::domain::Now;
use countersign::domain::sign_in::Cost;
use countersign::flows::session::Lifetime;
use countersign::mail::Way;
use countersign::store::event::{Verdict, verify};
use countersign::store::{Db, StoreError, organisation};
use diesel::connection::SimpleConnection;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A Monday, 09:12 in Blantyre.
pub fn beginning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 1, 15, 7, 12, 0).unwrap()
}

/// The main account's funds at the beginning, in minor units.
pub const FUNDED: i64 = 1_248_020_000;

pub struct Portal {
    app: Option<App>,
    serving: Option<Serving>,
    clock: Arc<Mutex<DateTime<Utc>>>,
    database: TestDatabase,
    address: String,
    scratch: tempfile::TempDir,
}

impl Portal {
    pub fn start() -> (Self, People) {
        Self::start_with(|_| {})
    }

    /// With parts changed: other rails, other limits.
    pub fn start_with(change: impl FnOnce(&mut Parts)) -> (Self, People) {
        countersign::intake::set_program(env!("CARGO_BIN_EXE_countersign").as_ref());
        let database = TestDatabase::new();
        let scratch = tempfile::tempdir().unwrap();
        let clock = Arc::new(Mutex::new(beginning()));
        let mut parts = parts(database.url(), scratch.path(), &clock);
        change(&mut parts);
        let app = App::assemble(parts).unwrap_or_else(|error| panic!("{error}"));
        assert!(app.demonstrate().unwrap_or_else(|error| panic!("{error}")));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let serving = app.serve(listener, 1).unwrap_or_else(|error| panic!("{error}"));
        let address = serving.address().to_string();
        let people = People::at(&address);
        let portal = Self {
            app: Some(app),
            serving: Some(serving),
            clock,
            database,
            address,
            scratch,
        };
        (portal, people)
    }

    /// The same database as another process has it.
    pub fn db_other(&self) -> Db {
        Db::open(self.database.url(), 12).unwrap()
    }

    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    pub fn clock_forward(&self, by: Duration) {
        *self.clock.lock().unwrap() += by;
    }

    pub fn clock_to(&self, at: DateTime<Utc>) {
        *self.clock.lock().unwrap() = at;
    }

    /// Works everything that is due now, until nothing is; answers how many things were done.
    #[track_caller]
    pub fn run_jobs(&self) -> usize {
        let mut done = 0;
        for _ in 0..1_000 {
            match self.app().worker().run_due() {
                Ok(0) => return done,
                Ok(more) => done += more,
                Err(error) => panic!("a job failed: {error}"),
            }
        }
        panic!("jobs go round in a circle: {done} things were done and more are due");
    }

    /// Runs the jobs and lets time pass until nothing waits for an answer any more.
    #[track_caller]
    pub fn run_jobs_until_quiet(&self) {
        for _ in 0..20 {
            self.run_jobs();
            self.clock_forward(Duration::seconds(90));
            if self.run_jobs() == 0 {
                return;
            }
        }
        panic!("work does not come to an end");
    }

    /// The folder where letters are laid, where no mail server is set.
    pub fn mail_folder(&self) -> PathBuf {
        self.scratch.path().join("mail")
    }

    /// Runs SQL as somebody who goes around the flows; answers what the database refused with.
    pub fn db_run(&self, sql: &str) -> Result<(), String> {
        let mut connection = self.database.db_connect();
        connection.batch_execute(sql).map_err(|error| match error {
            diesel::result::Error::DatabaseError(_, info) => {
                let constraint = info.constraint_name().unwrap_or_default();
                format!("{} {constraint}", info.message()).trim().to_owned()
            }
            other => other.to_string(),
        })
    }

    /// Expects the database itself to refuse, naming this.
    #[track_caller]
    pub fn db_refuses(&self, sql: &str, because: &str) {
        match self.db_run(sql) {
            Ok(()) => panic!("the database let it pass: {sql}"),
            Err(message) => assert!(
                message.contains(because),
                "“{because}” is not in: {message}\nof {sql}"
            ),
        }
    }

    /// One number.
    #[track_caller]
    pub fn db_number(&self, sql: &str) -> i64 {
        let found: Result<Number, _> =
            sql_query(format!("SELECT ({sql})::bigint AS value")).get_result(&mut self.database.db_connect());
        found
            .unwrap_or_else(|error| panic!("{error}: {sql}"))
            .value
            .unwrap_or(0)
    }

    /// Texts, one a row.
    #[track_caller]
    pub fn db_texts(&self, sql: &str) -> Vec<String> {
        let found: Result<Vec<Text>, _> =
            sql_query(format!("SELECT x.value::text AS value FROM ({sql}) AS x(value)"))
                .load(&mut self.database.db_connect());
        let found = found.unwrap_or_else(|error| panic!("{error}: {sql}"));
        found
            .into_iter()
            .map(|row| row.value.unwrap_or_default())
            .collect()
    }

    #[track_caller]
    pub fn db_text(&self, sql: &str) -> String {
        self.db_texts(sql).into_iter().next().unwrap_or_default()
    }

    /// A batch's status.
    #[track_caller]
    pub fn db_status(&self, number: &str) -> String {
        self.db_text(&format!("SELECT status FROM batch WHERE number = {number}"))
    }

    /// A batch's key.
    #[track_caller]
    pub fn db_batch(&self, number: &str) -> i64 {
        self.db_number(&format!("SELECT id FROM batch WHERE number = {number}"))
    }

    /// A person's key.
    #[track_caller]
    pub fn db_person(&self, email: &str) -> i64 {
        self.db_number(&format!("SELECT id FROM person WHERE email = '{email}'"))
    }

    /// A batch's fingerprint, as forms carry it.
    #[track_caller]
    pub fn db_fingerprint(&self, number: &str) -> String {
        self.db_text(&format!(
            "SELECT encode(fingerprint, 'hex') FROM batch WHERE number = {number}"
        ))
    }

    /// Gives a person one more role of the demonstration's, for all accounts.
    #[track_caller]
    pub fn db_give(&self, email: &str, role: &str) {
        let sql = format!(
            "INSERT INTO role_grant (organisation_id, person_id, role_id)
             SELECT m.organisation_id, p.id, r.id FROM person p
             JOIN membership m ON m.person_id = p.id
             JOIN role r ON r.organisation_id = m.organisation_id AND r.name = '{role}'
             WHERE p.email = '{email}'"
        );
        self.db_run(&sql).unwrap();
    }

    fn check(&self) {
        super::ledger::check(self);
        let failed = self.db_texts("SELECT error FROM task WHERE failed_at IS NOT NULL");
        assert!(failed.is_empty(), "tasks failed: {failed:?}");
        assert_eq!(
            self.db_texts(WRONG_FAULT_COUNTS),
            Vec::<String>::new(),
            "kept counts of faults"
        );
        let app = self.app();
        let all = app
            .db()
            .read(organisation::list)
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        for (id, _, name) in all {
            let verdict = app.db().read(|conn| verify(conn, id)).unwrap();
            assert!(
                matches!(verdict, Verdict::Whole(_)),
                "the log of {name}: {verdict:?}"
            );
        }
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            let stopped = serving.stop();
            if !std::thread::panicking() {
                stopped.unwrap_or_else(|error| panic!("{error}"));
            }
        }
        if !std::thread::panicking() {
            self.check();
        }
        self.app = None;
    }
}

/// Kept counts of faults that are others than those of the rows.
const WRONG_FAULT_COUNTS: &str = "WITH counted AS (
        SELECT p.batch_id, fault ->> 'field' AS field, count(*) AS count
        FROM payout p, jsonb_array_elements(p.faults) AS fault
        WHERE p.faults IS NOT NULL AND p.status = 'VALIDATION_FAILED'
            AND NOT EXISTS (SELECT 1 FROM left_out_row l WHERE l.batch_id = p.batch_id AND l.\"row\" = p.\"row\")
        GROUP BY 1, 2)
    SELECT concat_ws(' ', batch_id, field, 'kept', k.count, 'counted', c.count)
    FROM (SELECT * FROM fault_count WHERE count > 0) k FULL JOIN counted c USING (batch_id, field)
    WHERE k.count IS DISTINCT FROM c.count";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::Nullable<sql_types::BigInt>)]
    value: Option<i64>,
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    value: Option<String>,
}

/// What a portal of the tests is made of.
fn parts(database_url: &str, scratch: &Path, clock: &Arc<Mutex<DateTime<Utc>>>) -> Parts {
    let now: Now = {
        let clock = clock.clone();
        Arc::new(move || *clock.lock().unwrap())
    };
    Parts {
        database_url: database_url.to_owned(),
        pool_size: 4,
        now,
        password_cost: Cost::Cheap,
        rails: None,
        webhooks: countersign::hooks::Settings {
            networks: vec!["127.0.0.0/8".parse().unwrap()],
            names: None,
            // Nobody here is far away.
            time_limit: std::time::Duration::from_secs(2),
        },
        origin: None,
        is_https: false,
        secret: "a secret for tests, of no less than 32 bytes".to_owned().into(),
        letters: Letters {
            way: Way::Folder(scratch.join("mail")),
            from: "Countersign <countersign@portal.example>".to_owned(),
            origin: "https://portal.example".to_owned(),
        },
        upload_bytes_max: 4 << 20,
        rate: (100_000, 100_000),
        sessions: Lifetime {
            idle: Duration::minutes(30),
            absolute: Duration::hours(12),
        },
        token_key_life: Duration::hours(24),
        patience: Default::default(),
        trusted_proxies: Vec::new(),
        scratch: scratch.to_owned(),
        is_demonstration: true,
    }
}

/// A second server process on the database of a portal.
pub struct Second {
    _app: App,
    serving: Option<Serving>,
}

impl Portal {
    pub fn second(&self) -> Second {
        let app = App::assemble(parts(self.database.url(), self.scratch.path(), &self.clock)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let serving = app.serve(listener, 1).unwrap();
        Second {
            _app: app,
            serving: Some(serving),
        }
    }
}

impl Second {
    pub fn address(&self) -> String {
        self.serving.as_ref().unwrap().address().to_string()
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            let _ = serving.stop();
        }
    }
}
