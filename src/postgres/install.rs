//! The command that installs Postgres on the system at hand, for the one message that asks for it.

use std::fs;

/// The command for this machine.
pub(super) fn command() -> &'static str {
    if cfg!(target_os = "macos") {
        return "brew install postgresql@17";
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    for_release(&release)
}

/// By the `ID` and `ID_LIKE` lines of an os-release file; derived systems name their parents.
fn for_release(release: &str) -> &'static str {
    let ids: Vec<&str> = release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .collect();
    let is_any = |names: &[&str]| names.iter().any(|name| ids.contains(name));
    if is_any(&["debian", "ubuntu"]) {
        "sudo apt-get install postgresql"
    } else if is_any(&["fedora", "rhel", "centos", "amzn"]) {
        "sudo dnf install postgresql-server"
    } else if is_any(&["alpine"]) {
        "apk add postgresql"
    } else if is_any(&["arch"]) {
        "sudo pacman -S postgresql"
    } else if is_any(&["suse", "opensuse"]) {
        "sudo zypper install postgresql-server"
    } else if is_any(&["nixos"]) {
        "nix-shell -p postgresql"
    } else {
        "your system's package manager (the package is called postgresql or postgresql-server)"
    }
}
