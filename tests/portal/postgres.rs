//! The private Postgres: joined by whoever comes, gone after its last user however that one ended,
//! and whole again after any of its parts was killed.

use countersign::postgres::{self, Durability, Ending, PgServer, Place};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where the process that is to be killed keeps its server.
const FOLDER: &str = "PRIVATE_POSTGRES_FOLDER";

fn place(folder: &Path) -> Place {
    let bin_dir = std::env::var_os("PG_BIN_DIR").map(Into::into);
    Place {
        folder: folder.join("postgres"),
        durability: Durability::Full,
        bin_dir,
    }
}

/// A temporary folder that also an ordinary user can walk to, for root's runs.
fn folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn start(folder: &Path) -> PgServer {
    postgres::start(&place(folder)).unwrap_or_else(|error| panic!("{error}"))
}

fn db_run(server: &PgServer, sql: &str) {
    PgConnection::establish(&server.url("postgres"))
        .unwrap()
        .batch_execute(sql)
        .unwrap();
}

fn server_process(server: &PgServer) -> Pid {
    let text = fs::read_to_string(server.folder().join("data/postmaster.pid")).unwrap();
    Pid::from_raw(text.lines().next().unwrap().parse().unwrap()).unwrap()
}

#[track_caller]
fn await_that(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "waited 20 seconds that {what}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Another process that uses the server until it is killed.
fn user_in_another_process(folder: &Path) -> Child {
    let mut user = Command::new(std::env::current_exe().unwrap());
    user.args(["--ignored", "--exact", "postgres::held_until_killed"])
        .env(FOLDER, folder);
    let user = user.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    await_that("the other process has the server", || {
        folder.join("held").exists()
    });
    user
}

#[test]
#[ignore = "not a test: the process that other tests kill"]
fn held_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let _server = start(Path::new(&folder));
    fs::write(Path::new(&folder).join("held"), "").unwrap();
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn six_starters_share_one_server_and_the_last_one_stops_it() {
    let folder = folder();
    let servers: Vec<PgServer> = std::thread::scope(|scope| {
        let starters: Vec<_> = (0..6).map(|_| scope.spawn(|| start(folder.path()))).collect();
        starters
            .into_iter()
            .map(|starter| starter.join().unwrap())
            .collect()
    });
    assert_eq!(servers.iter().filter(|server| server.started()).count(), 1);
    let mut servers = servers.into_iter();
    let last = servers.next().unwrap();
    db_run(&last, "CREATE TABLE kept (id int)");
    drop(servers);
    db_run(&last, "INSERT INTO kept VALUES (1)");
    assert_eq!(last.stop().unwrap(), Ending::Stopped);

    let again = start(folder.path());
    assert!(again.started());
    db_run(&again, "SELECT 1 / count(*) FROM kept");
}

#[test]
fn a_killed_user_leaves_no_server_behind() {
    let folder = folder();
    let mut user = user_in_another_process(folder.path());
    let joined = start(folder.path());
    assert!(!joined.started());
    let server = server_process(&joined);
    user.kill().unwrap();
    user.wait().unwrap();
    db_run(&joined, "CREATE TABLE kept (id int)");

    drop(joined);
    await_that("the server is gone", || test_kill_process(server).is_err());
}

#[test]
fn a_killed_server_is_started_again_with_its_data() {
    let folder = folder();
    let broken = start(folder.path());
    db_run(&broken, "CREATE TABLE kept AS SELECT 1 AS id");
    kill_process(server_process(&broken), Signal::KILL).unwrap();

    let again = start(folder.path());
    assert!(again.started());
    db_run(&again, "SELECT 1 / count(*) FROM kept");
}

#[test]
fn a_server_killed_together_with_its_supervisor_is_started_again() {
    let folder = folder();
    let broken = start(folder.path());
    db_run(&broken, "CREATE TABLE kept AS SELECT 1 AS id");
    let group = fs::read_to_string(broken.folder().join("alive.group")).unwrap();
    kill_process(
        Pid::from_raw(group.trim().parse().unwrap()).unwrap(),
        Signal::KILL,
    )
    .unwrap();
    kill_process(server_process(&broken), Signal::KILL).unwrap();

    let again = start(folder.path());
    assert!(again.started());
    db_run(&again, "SELECT 1 / count(*) FROM kept");
}

#[test]
fn a_folder_without_programs_is_named() {
    let folder = folder();
    let place = Place {
        bin_dir: Some(folder.path().to_owned()),
        ..place(folder.path())
    };
    let error = postgres::start(&place).unwrap_err().to_string();
    assert!(
        error.contains("PG_BIN_DIR") && error.contains("version 14 or newer"),
        "{error}"
    );
}
