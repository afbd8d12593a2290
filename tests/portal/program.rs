//! The program as a process: started on an empty folder, killed in the middle of paying, started
//! again; a second one beside it; told to stop.

use crate::support::files::File;
use crate::support::{Payroll, People};
use countersign::postgres::{self, Durability, Place};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};
use rustix::process::{Pid, Signal, kill_process};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A data folder and an address; the program may run on them or not.
pub struct Installation {
    folder: tempfile::TempDir,
    pub address: String,
    binary: PathBuf,
}

/// The program under way; killed when it is dropped.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    pub fn signal(&self, signal: Signal) {
        kill_process(
            Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap(),
            signal,
        )
        .unwrap();
    }

    /// How it ended, and what it said.
    fn ended(mut self) -> (Option<i32>, String) {
        let code = self.0.wait().unwrap().code();
        let mut said = String::new();
        if let Some(mut output) = self.0.stdout.take() {
            output.read_to_string(&mut said).unwrap();
        }
        (code, said)
    }
}

impl Installation {
    pub fn new() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        // For root's runs: Postgres' own user walks to its folder.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        Self {
            folder,
            address,
            binary: env!("CARGO_BIN_EXE_countersign").into(),
        }
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(words)
            .env_remove("DATABASE_URL")
            .env("COUNTERSIGN_LISTEN", &self.address)
            .env("COUNTERSIGN_DATA_DIR", self.data())
            // One worker, so that paying takes long enough to be killed in the middle of it.
            .env("COUNTERSIGN_WORKERS", "1")
            .env("COUNTERSIGN_RATE_PER_SECOND", "1000")
            .env("COUNTERSIGN_RATE_BURST", "1000")
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts it and waits until it listens.
    pub fn starts(&self) -> Running {
        let mut running = Running(self.program(&["serve"]).spawn().unwrap());
        await_that("the program serves", || {
            assert!(running.0.try_wait().unwrap().is_none(), "the program ended");
            is_ready(&self.address)
        });
        running
    }

    fn runs(&self, words: &[&str]) -> Output {
        self.program(words).stderr(Stdio::piped()).output().unwrap()
    }

    /// The private Postgres, joined while the program runs or alone.
    pub fn db_connect(&self) -> (postgres::PgServer, PgConnection) {
        let server = postgres::start(&place(&self.data())).unwrap_or_else(|error| panic!("{error}"));
        let connection = PgConnection::establish(&server.url("countersign")).unwrap();
        (server, connection)
    }
}

fn place(data: &Path) -> Place {
    Place {
        folder: data.join("postgres"),
        durability: Durability::Full,
        bin_dir: std::env::var_os("PG_BIN_DIR").map(Into::into),
    }
}

fn is_ready(address: &str) -> bool {
    use std::io::Write;
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
    let asked = write!(
        stream,
        "GET /sign-in HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    );
    let mut answer = [0; 12];
    asked.is_ok() && stream.read_exact(&mut answer).is_ok() && &answer == b"HTTP/1.1 200"
}

#[track_caller]
pub fn await_that(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "waited two minutes that {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::BigInt)]
    value: i64,
}

fn db_number(connection: &mut PgConnection, sql: &str) -> i64 {
    let found: Number = sql_query(format!("SELECT ({sql})::bigint AS value"))
        .get_result(connection)
        .unwrap();
    found.value
}

fn payroll(count: usize) -> File {
    Payroll::of(count).all("amount", "100.00").csv()
}

/// Status and paid payouts, as the page's progress says.
fn progress(people: &People, number: &str) -> (String, i64) {
    let answer = people.ruth().asks(&format!("/batches/{number}/progress")).is(200);
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    (
        told["status"].as_str().unwrap().to_owned(),
        told["paid"].as_i64().unwrap(),
    )
}

#[test]
fn killed_in_the_middle_of_paying_10_000_and_started_again() {
    let installation = Installation::new();
    let running = installation.starts();
    let people = People::at(&installation.address);
    let number = people.thoko().uploads(payroll(10_000));
    await_that("the rows are checked", || progress(&people, &number).0 == "open");
    people.thoko().submits(&number);
    people.chikondi().reviews(&number);
    people.james().approves(&number);
    await_that("paying is under way", || progress(&people, &number).1 > 0);
    running.signal(Signal::KILL);
    drop(running);

    let (server, mut connection) = installation.db_connect();
    let paid = db_number(
        &mut connection,
        "SELECT count(*) FROM payout WHERE result = 'paid'",
    );
    assert!(paid > 0 && paid < 10_000, "killed in the middle, after {paid}");
    // A minute passes: the dead workers' leases run out.
    connection
        .batch_execute("UPDATE slice SET lease_until = now() - interval '1 second' WHERE state = 'claimed'")
        .unwrap();
    drop(connection);
    drop(server);

    let running = installation.starts();
    await_that("everything is paid", || {
        progress(&people, &number).0 == "completed"
    });
    let (server, mut connection) = installation.db_connect();
    let mut count = |sql: &str| db_number(&mut connection, sql);
    assert_eq!(
        count("SELECT count(*) FROM payout WHERE result = 'paid' AND status = 'PROCESSED'"),
        10_000
    );
    assert_eq!(count("SELECT count(*) FROM sandbox.payment"), 10_000);
    assert_eq!(
        count("SELECT count(*) FROM sandbox.payment WHERE received <> 1"),
        0
    );
    assert_eq!(
        count("SELECT count(*) FROM ledger_entry WHERE movement = 'settle'"),
        10_000
    );
    assert_eq!(
        count("SELECT sum(available + reserved + in_transit + outside) FROM balance"),
        0
    );
    assert_eq!(count("SELECT sum(reserved + in_transit) FROM balance"), 0);
    assert_eq!(
        count(
            "SELECT b.available FROM balance b JOIN payout_account a ON a.id = b.account_id WHERE a.number = 35253486"
        ),
        1_248_020_000 - 100_000_000
    );
    drop(connection);
    drop(server);

    let verified = installation.runs(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    running.signal(Signal::TERM);
    assert_eq!(running.ended().0, Some(0));
}

/// Rows that are judged and saved, as the page's progress says.
fn rows_done(people: &People, number: &str) -> i64 {
    let answer = people.ruth().asks(&format!("/batches/{number}/progress")).is(200);
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    told["rows_done"].as_i64().unwrap()
}

#[test]
fn killed_in_the_middle_of_checking_60_000_rows_and_started_again() {
    const ROWS: usize = 60_000;
    let installation = Installation::new();
    let running = installation.starts();
    let people = People::at(&installation.address);
    let number = people.thoko().uploads(payroll(ROWS));
    await_that("rows are being checked", || rows_done(&people, &number) > 0);
    running.signal(Signal::KILL);
    drop(running);

    let (server, mut connection) = installation.db_connect();
    let saved = db_number(&mut connection, "SELECT rows_done FROM batch");
    assert!(
        saved > 0 && saved < i64::try_from(ROWS).unwrap(),
        "killed in the middle, after {saved}"
    );
    let first = db_number(&mut connection, "SELECT min(sequence_number) FROM payout");
    // A minute passes: the dead worker's lease runs out.
    connection
        .batch_execute(
            "UPDATE task SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL",
        )
        .unwrap();
    drop(connection);
    drop(server);

    let running = installation.starts();
    assert!(
        rows_done(&people, &number) >= saved,
        "what was saved is kept, and the page says so"
    );
    await_that("the rows are checked", || progress(&people, &number).0 == "open");
    let (server, mut connection) = installation.db_connect();
    let mut count = |sql: &str| db_number(&mut connection, sql);
    let all = i64::try_from(ROWS).unwrap();
    assert_eq!(
        count("SELECT count(*) FROM payout WHERE slice_id IS NOT NULL"),
        all
    );
    assert_eq!(count("SELECT count(DISTINCT \"row\") FROM payout"), all);
    assert_eq!(count("SELECT payable_count FROM batch"), all);
    assert_eq!(count("SELECT sum(payable_count) FROM slice"), all);
    assert_eq!(
        count("SELECT min(sequence_number) FROM payout"),
        first,
        "it went on and did not begin again"
    );
    drop(connection);
    drop(server);
    running.signal(Signal::TERM);
    assert_eq!(running.ended().0, Some(0));
}

#[test]
fn old_workbooks_are_read_after_an_upgrade_put_another_program_in_its_place() {
    let mut installation = Installation::new();
    let own = installation.folder.path().join("countersign");
    std::fs::copy(&installation.binary, &own).unwrap();
    installation.binary = own;
    let running = installation.starts();
    let people = People::at(&installation.address);
    std::fs::remove_file(&installation.binary).unwrap();
    std::fs::write(&installation.binary, "another program").unwrap();
    for name in ["excel-97.xls", "open-document.ods"] {
        let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
        let number = people.thoko().uploads(File {
            name: name.to_owned(),
            bytes: std::fs::read(path).unwrap(),
        });
        await_that("the file is read", || {
            !matches!(progress(&people, &number).0.as_str(), "queued" | "validating")
        });
        assert_eq!(progress(&people, &number).0, "open", "{name}");
    }
    drop(running);
}

#[test]
fn one_beside_the_other_and_told_to_stop() {
    let installation = Installation::new();
    let running = installation.starts();
    assert!(installation.runs(&["migrate"]).status.success());
    let verified = installation.runs(&["audit", "verify"]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(
        verified.status.success() && said.contains("Kachere Traders: the audit log holds"),
        "{verified:?}"
    );

    let second = installation.runs(&["serve"]);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        !second.status.success(),
        "a second serve on a taken address stops"
    );
    assert!(
        said.contains(&installation.address) && said.contains("is taken"),
        "{said}"
    );

    let people = People::at(&installation.address);
    people.thoko().get("/batches");
    running.signal(Signal::TERM);
    let asked = Instant::now();
    let (code, said) = running.ended();
    assert_eq!(code, Some(0));
    assert!(
        asked.elapsed() < Duration::from_secs(15),
        "stopped after {:?}",
        asked.elapsed()
    );
    assert!(
        said.contains(&format!("http://{}", installation.address)),
        "{said}"
    );
    assert!(
        said.contains("countersign-demo") && said.contains("ruth@kachere.example"),
        "{said}"
    );
    assert!(
        !installation.data().join("postgres/data/postmaster.pid").exists(),
        "Postgres stopped too"
    );

    // The data is there again, and nobody has to sign in anew.
    let running = installation.starts();
    people.thoko().get("/batches");
    running.signal(Signal::INT);
    assert_eq!(running.ended().0, Some(0));
}

#[test]
fn a_tampered_log_is_named_by_its_first_broken_line() {
    let installation = Installation::new();
    assert!(installation.runs(&["demo"]).status.success());
    assert!(installation.runs(&["audit", "verify"]).status.success());
    let (server, mut connection) = installation.db_connect();
    connection
        .batch_execute(
            "SET session_replication_role = replica;
             UPDATE event SET data = '{\"email\": \"mallory@kachere.example\"}' WHERE seq = 4",
        )
        .unwrap();
    drop(connection);
    drop(server);
    let verified = installation.runs(&["audit", "verify"]);
    assert!(!verified.status.success());
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(said.contains("Kachere Traders is broken at line 4"), "{said}");
}

#[test]
fn a_checkpoint_that_was_kept_is_compared_on_the_command_line() {
    let installation = Installation::new();
    let running = installation.starts();
    let people = People::at(&installation.address);
    let kept = people.ruth().asks("/audit/checkpoint").is(200).text();
    people.thoko().get("/");
    running.signal(Signal::INT);
    assert_eq!(running.ended().0, Some(0));
    let file = installation.folder.path().join("checkpoint.json");
    let compare = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let output = installation.runs(&["audit", "verify", "--checkpoint", file.to_str().unwrap()]);
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    };
    let (holds, said) = compare(&kept);
    assert!(holds && said.contains("is the one of the checkpoint"), "{said}");
    // Another line number under the same signature.
    let line = kept.find("\"line\":").unwrap() + 7;
    let mut tampered = kept.clone();
    let digit = line + tampered[line..].find(|c: char| c.is_ascii_digit()).unwrap();
    tampered.insert(digit, '1');
    let (holds, said) = compare(&tampered);
    assert!(!holds && said.contains("sign"), "{said}");
    assert!(!compare("no checkpoint at all").0);
    let change = |sql: &str| {
        let (server, mut connection) = installation.db_connect();
        connection
            .batch_execute(&format!("SET session_replication_role = replica; {sql}"))
            .unwrap();
        drop(connection);
        drop(server);
    };
    // Of an organisation that is not here.
    change("UPDATE organisation SET code = 'ELSEWHERE001' WHERE code = 'FYH0NTVW0DXK'");
    let (holds, said) = compare(&kept);
    assert!(!holds && said.contains("not in this database"), "{said}");
    change("UPDATE organisation SET code = 'FYH0NTVW0DXK' WHERE code = 'ELSEWHERE001'");
    // The end of the log was cut off, and its head made to fit: the chain holds, the checkpoint is newer.
    change(
        "DELETE FROM event WHERE organisation_id = 1 AND seq > 5;
         UPDATE event_head SET seq = 5, hash = (SELECT hash FROM event WHERE organisation_id = 1 AND seq = 5)
         WHERE organisation_id = 1",
    );
    assert!(installation.runs(&["audit", "verify"]).status.success());
    let (holds, said) = compare(&kept);
    assert!(
        !holds && said.contains("is not the one of the checkpoint"),
        "{said}"
    );
}

#[test]
fn a_setting_that_is_wrong_is_named() {
    let installation = Installation::new();
    let mut program = installation.program(&["serve"]);
    let said = program
        .env("COUNTERSIGN_LISTEN", "everywhere")
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(
        !said.status.success() && text.contains("COUNTERSIGN_LISTEN"),
        "{text}"
    );
}

#[test]
fn an_owner_from_the_command_line_signs_in() {
    let installation = Installation::new();
    let made = installation.runs(&[
        "create-owner",
        "--organisation",
        "Mulanje Tea",
        "--name",
        "Tiwonge Moyo",
        "--email",
        "Tiwonge@mulanje.example",
    ]);
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(made.status.success(), "{made:?}");
    let password = said.trim().rsplit(' ').next().unwrap().to_owned();
    let _running = installation.starts();
    let people = People::at(&installation.address);
    let owner = people.browser("tiwonge@mulanje.example");
    assert_eq!(owner.signs_in(&password).done(), "/");
    owner.get("/");
    // The demonstration is only for an empty database.
    assert_eq!(
        people
            .browser("thoko@kachere.example")
            .signs_in("countersign-demo")
            .status,
        200
    );
}
