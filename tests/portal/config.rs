//! Settings: each default and limit, and that every refusal names setting, value, limit and remedy.

use clap::{CommandFactory, Parser};
use countersign::config::{ALL, Cli, Command, Database, Settings};
use secrecy::ExposeSecret;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;

fn settings(given: &[(&str, &str)]) -> Result<Settings, String> {
    let lookup = |name: &str| {
        given
            .iter()
            .find(|(given, _)| *given == name)
            .map(|(_, value)| OsString::from(value))
    };
    Settings::try_new(lookup).map_err(|error| error.to_string())
}

#[track_caller]
fn refuses(given: &[(&str, &str)], parts: &[&str]) {
    let sentence = settings(given).unwrap_err();
    for part in parts {
        assert!(sentence.contains(part), "`{part}` is missing in: {sentence}");
    }
}

#[test]
fn nothing_set_means_a_private_postgres_on_the_usual_address() {
    let settings = settings(&[]).unwrap();
    assert!(
        matches!(&settings.database, Database::Private { folder, bin_dir: None } if folder.ends_with("data/postgres"))
    );
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(
        settings.public_url(settings.listen).as_str(),
        "http://127.0.0.1:8080"
    );
    assert_eq!((settings.upload_bytes_max, settings.workers), (268_435_456, 2));
    assert_eq!((settings.rate.per_second, settings.rate.burst), (50, 200));
    assert_eq!(
        (
            settings.session.idle.as_secs(),
            settings.session.absolute.as_secs()
        ),
        (1800, 43_200)
    );
    assert!((4..=64).contains(&settings.pool_size));
    assert!(settings.trusted_proxies.is_empty());
}

#[test]
fn trusted_proxies_are_addresses_and_networks() {
    let name = "COUNTERSIGN_TRUSTED_PROXIES";
    let read = settings(&[(name, "127.0.0.1, 10.0.0.0/8,fd00::/8")]).unwrap();
    let read: Vec<String> = read.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(read, ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]);
    for wrong in ["proxy", "10.0.0.0/33", "10.1.2.3/8", "10.0.0.1,", "*"] {
        refuses(
            &[(name, wrong)],
            &[name, wrong, "separated by commas", "default (none)"],
        );
    }
}

#[test]
fn a_number_out_of_its_limit_is_refused_with_the_limit() {
    let name = "COUNTERSIGN_UPLOAD_BYTES_MAX";
    refuses(
        &[(name, "1073741825")],
        &[
            name,
            "`1073741825`",
            "1024 to 1073741824 bytes",
            "unset it",
            "268435456",
        ],
    );
    refuses(
        &[("COUNTERSIGN_SESSION_IDLE_MINUTES", "4")],
        &["`4`", "5 to 720 minutes"],
    );
    refuses(
        &[("COUNTERSIGN_POOL_SIZE", "many")],
        &["`many`", "4 to 64 connections", "4 for each core"],
    );
    assert_eq!(
        settings(&[(name, "1073741824")]).unwrap().upload_bytes_max,
        1 << 30
    );
}

#[test]
fn addresses_are_checked() {
    refuses(
        &[("COUNTERSIGN_LISTEN", "localhost")],
        &["`localhost`", "127.0.0.1:8080"],
    );
    refuses(
        &[("COUNTERSIGN_PUBLIC_URL", "https://pay.example/portal")],
        &["without a path"],
    );
    let url = |text: &str| {
        settings(&[("COUNTERSIGN_PUBLIC_URL", text)])
            .unwrap()
            .public_url
            .unwrap()
    };
    assert_eq!(url("https://Pay.Example/").as_str(), "https://pay.example");
    assert!(url("https://pay.example").is_https() && !url("http://pay.example").is_https());
}

#[test]
fn a_server_of_ones_own_demands_the_secret_and_neither_is_ever_shown() {
    let server = ("DATABASE_URL", "postgres://user:hidden-password@host/countersign");
    refuses(
        &[server],
        &[
            "COUNTERSIGN_SECRET",
            "DATABASE_URL",
            "at least 32 characters",
            "openssl rand",
        ],
    );
    refuses(
        &[("COUNTERSIGN_SECRET", "hidden-secret")],
        &["COUNTERSIGN_SECRET", "at least 32", "it has 13"],
    );
    refuses(
        &[("DATABASE_URL", "mysql://hidden")],
        &["DATABASE_URL", "postgres://"],
    );
    for given in [
        ("COUNTERSIGN_SECRET", "hidden-secret"),
        ("DATABASE_URL", "mysql://hidden"),
    ] {
        assert!(!settings(&[given]).unwrap_err().contains("hidden"));
    }
    let settings = settings(&[
        server,
        ("COUNTERSIGN_SECRET", "hidden-secret-of-32-characters-or-more"),
    ])
    .unwrap();
    assert!(!format!("{settings:?}").contains("hidden"));
}

#[test]
fn the_secret_is_made_once_and_only_its_owner_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&[(
        "COUNTERSIGN_DATA_DIR",
        folder.path().join("data").to_str().unwrap(),
    )])
    .unwrap();
    let made: Vec<String> = std::thread::scope(|scope| {
        let starters: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| settings.secret().unwrap()))
            .collect();
        starters
            .into_iter()
            .map(|starter| starter.join().unwrap().expose_secret().to_owned())
            .collect()
    });
    assert!(made[0].len() >= 32 && made.iter().all(|secret| *secret == made[0]));

    let file = folder.path().join("data/secret");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refusal = settings.secret().unwrap_err().to_string();
    assert!(
        refusal.contains("mode 644") && refusal.contains("chmod 600"),
        "{refusal}"
    );
}

#[test]
fn commands_and_help() {
    <Cli as CommandFactory>::command().debug_assert();
    let command = |line: &[&str]| Cli::try_parse_from(line).unwrap().command();
    assert!(matches!(command(&["countersign"]), Command::Serve(serve) if !serve.no_workers));
    assert!(matches!(command(&["countersign", "--no-workers"]), Command::Serve(serve) if serve.no_workers));
    assert!(
        matches!(command(&["countersign", "serve", "--no-workers"]), Command::Serve(serve) if serve.no_workers)
    );
    assert!(matches!(
        command(&["countersign", "audit", "verify"]),
        Command::Audit(_)
    ));
    assert!(Cli::try_parse_from(["countersign", "create-owner", "--email", "a@b.example"]).is_err());
    let help = <Cli as CommandFactory>::command().render_long_help().to_string();
    for setting in ALL {
        assert!(
            help.contains(setting.name) && help.contains(&setting.limit()),
            "{} is not in --help",
            setting.name
        );
    }
}
