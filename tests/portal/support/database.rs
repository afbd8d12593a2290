//! A database of its own for each test, on a throw-away Postgres that the test run starts by itself.
//!
//! One cluster for each checkout, in memory where the machine has room; test processes that run at
//! the same time share it. The migrations run once into a template named by their contents; a test's
//! database is a copy of it, made in milliseconds.
//! Invariant: nothing piles up. What killed runs left is dropped by the next one.

use countersign::postgres::{self, Durability, PgServer, Place};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex};

const MEMORY: &str = "/dev/shm";
const MEMORY_BYTES_MIN: u64 = 1 << 30;
const TEMPLATE: &str = "template_";
const COPY: &str = "test_";
/// Any number, the same in all test processes.
const ADVISORY_LOCK: i64 = 4_711_001;

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);
static COPIES: AtomicU32 = AtomicU32::new(0);

/// A migrated, empty database, dropped when the test ends.
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    pub fn new() -> Self {
        let cluster = &*CLUSTER;
        let name = format!(
            "{COPY}{}_{}",
            std::process::id(),
            COPIES.fetch_add(1, Ordering::Relaxed)
        );
        cluster.run(&format!(
            "CREATE DATABASE {name} TEMPLATE {} {}",
            cluster.template, cluster.strategy
        ));
        Self {
            url: cluster.server.url(&name),
            name,
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn db_connect(&self) -> PgConnection {
        PgConnection::establish(&self.url).unwrap()
    }
}

impl Drop for TestDatabase {
    /// Another thread drops it: the server waits a moment for clients that have just left, and the
    /// next test need not.
    fn drop(&mut self) {
        let _ = CLUSTER.dropper.lock().unwrap().send(self.name.clone());
    }
}

struct Cluster {
    server: PgServer,
    template: String,
    /// Copying files needs no checkpoint to disk here and is the fastest; Postgres 14 always does.
    strategy: &'static str,
    dropper: Mutex<Sender<String>>,
}

impl Cluster {
    fn start() -> Self {
        let bin_dir = std::env::var_os("PG_BIN_DIR").map(PathBuf::from);
        let place = Place {
            folder: folder(),
            durability: Durability::ThrowAway,
            bin_dir,
        };
        let server = postgres::start(&place).unwrap_or_else(|error| panic!("{error}"));
        let mut admin = PgConnection::establish(&server.url("postgres")).unwrap();
        admin
            .batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))
            .unwrap();
        let template = format!("{TEMPLATE}{}", digest_of_migrations());
        sweep(&mut admin, &template);
        if !databases(&mut admin).contains(&template) {
            make_template(&server, &mut admin, &template);
        }
        let version = number(
            &mut admin,
            "SELECT current_setting('server_version_num')::bigint AS value",
        );
        let strategy = if version >= 150_000 {
            "STRATEGY file_copy"
        } else {
            ""
        };
        let dropper = Mutex::new(dropper(server.url("postgres")));
        Self {
            server,
            template,
            strategy,
            dropper,
        }
    }

    fn run(&self, sql: &str) {
        let mut admin = PgConnection::establish(&self.server.url("postgres")).unwrap();
        admin.batch_execute(sql).unwrap();
    }
}

/// The same folder for every run of a checkout by a user.
fn folder() -> PathBuf {
    let checkout = env!("CARGO_MANIFEST_DIR");
    let room = rustix::fs::statvfs(MEMORY).map_or(0, |shm| shm.f_bavail.saturating_mul(shm.f_frsize));
    if room < MEMORY_BYTES_MIN {
        return Path::new(checkout).join("target/test-postgres");
    }
    let user = rustix::process::geteuid().as_raw();
    Path::new(MEMORY).join(format!(
        "countersign-test-{user}-{}",
        short(&Sha256::digest(checkout))
    ))
}

fn digest_of_migrations() -> String {
    let mut files = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations"),
        &mut files,
    );
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update(fs::read(file).unwrap());
    }
    short(&hash.finalize())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), files)
        } else {
            files.push(entry.path())
        }
    }
}

fn short(digest: &[u8]) -> String {
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Made under another name: the final name appears only when the migrations are through.
fn make_template(server: &PgServer, admin: &mut PgConnection, template: &str) {
    let unfinished = format!("{template}_new");
    admin
        .batch_execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"))
        .unwrap();
    admin
        .batch_execute(&format!("CREATE DATABASE {unfinished}"))
        .unwrap();
    let mut inside = PgConnection::establish(&server.url(&unfinished)).unwrap();
    countersign::store::migrate(&mut inside).unwrap_or_else(|error| panic!("{error}"));
    drop(inside);
    admin
        .batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {template}"))
        .unwrap();
}

/// Drops what dead test processes left and, if no other one lives, templates of other migrations.
fn sweep(admin: &mut PgConnection, template: &str) {
    let (mut abandoned, mut others_live) = (Vec::new(), false);
    for name in databases(admin) {
        let owner = name
            .strip_prefix(COPY)
            .and_then(|rest| rest.split('_').next()?.parse().ok());
        match owner {
            Some(process) if is_alive(process) => others_live |= process.unsigned_abs() != std::process::id(),
            Some(_) => abandoned.push(name),
            None => {}
        }
    }
    if !others_live {
        let templates = databases(admin).into_iter();
        abandoned.extend(templates.filter(|name| name.starts_with(TEMPLATE) && name != template));
    }
    for name in abandoned {
        let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
}

fn is_alive(process: i32) -> bool {
    rustix::process::Pid::from_raw(process).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

fn dropper(url: String) -> Sender<String> {
    let (sender, names) = channel::<String>();
    std::thread::spawn(move || {
        let Ok(mut admin) = PgConnection::establish(&url) else {
            return;
        };
        for name in names {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    });
    sender
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = sql_types::Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::BigInt)]
    value: i64,
}

fn databases(admin: &mut PgConnection) -> Vec<String> {
    let names: Vec<Name> = sql_query("SELECT datname::text AS value FROM pg_database")
        .load(admin)
        .unwrap();
    names.into_iter().map(|name| name.value).collect()
}

fn number(admin: &mut PgConnection, sql: &str) -> i64 {
    sql_query(sql).get_result::<Number>(admin).unwrap().value
}
