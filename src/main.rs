//! The binary: reads the command, sets up the log, and says in one sentence what went wrong.

use clap::Parser;
use countersign::app;
use countersign::config::Cli;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// What one thread allocates another frees, row by row: the C library's allocator spends a quarter of
/// an upload on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = Cli::parse().command();
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,tracing_actix_web=warn,actix_server=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match app::run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("countersign: {error}");
            ExitCode::FAILURE
        }
    }
}
