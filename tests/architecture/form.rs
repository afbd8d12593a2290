//! The form of files: length, heading, banned words, the top of the checkout, unused files.
//!
//! Invariant: a list of exceptions here may only shrink.

use crate::source::{Tree, code_only, folder_of, has_word, is_word};

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
/// Files that may be longer: none yet.
const LONG_FILES: [&str; 0] = [];
/// Made by a program, which writes no heading.
const GENERATED: [&str; 1] = ["src/store/schema.rs"];
const TOP: [&str; 10] = [
    "Cargo.toml",
    "Cargo.lock",
    "diesel.toml",
    "README.md",
    "LICENSE",
    "src",
    "templates",
    "static",
    "migrations",
    "tests",
];
const BANS: [(&str, &str); 6] = [
    (
        ".unwrap()",
        "a fault becomes a crash in the middle of somebody's money: return an error that says what to do",
    ),
    (
        ".expect(",
        "a fault becomes a crash in the middle of somebody's money: return an error that says what to do",
    ),
    (
        "todo!",
        "what is not there yet is an issue, not a trap for whoever gets there first",
    ),
    (
        "unimplemented!",
        "what is not there yet is an issue, not a trap for whoever gets there first",
    ),
    ("dbg!", "what is worth knowing is a log line with fields"),
    (
        "#[allow",
        "a lint that is switched off here protects nothing: write it so that the lint is content",
    ),
];

/// Files over the limit, files without a heading, functions over the limit.
pub fn shape(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.0.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let lines = text.lines().count();
        if GENERATED.contains(&path.as_str()) {
            continue;
        }
        if lines >= FILE_LINES_MAX && !LONG_FILES.contains(&path.as_str()) {
            found.push(format!("{path}: {lines} lines, and a file has fewer than {FILE_LINES_MAX}. One that is longer does several things: give each its own file."));
        }
        if !text.starts_with("//!") {
            found.push(format!("{path}: does not begin with `//!`. The first lines say what lives here, what does not, and the invariant it protects."));
        }
        if path.starts_with("src/") {
            found.extend(long_functions(path, &code_only(text)));
        }
    }
    found
}

fn long_functions(path: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let name: String = code[at + 3..].chars().take_while(|c| is_word(*c)).collect();
        if code[..at].ends_with(is_word) || name.is_empty() {
            continue;
        }
        let lines = body_end(&code[at..]).map_or(0, |end| code[at..at + end].lines().count());
        if lines > FUNCTION_LINES_MAX {
            found.push(format!("{path}: `{name}` has {lines} lines, and a function has at most {FUNCTION_LINES_MAX}. Its parts have names: make them functions."));
        }
    }
    found
}

/// Where the body of a function ends; none where it has no body.
fn body_end(code: &str) -> Option<usize> {
    let (mut braces, mut brackets) = (0_i32, 0_i32);
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets -= 1,
            ';' if braces == 0 && brackets == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                if braces == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Words that no source may hold.
pub fn banned(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, folder, code) in tree.sources() {
        let code = code.replace("#![", "#[");
        if GENERATED.contains(&path) {
            continue;
        }
        for (ban, why) in BANS {
            if code.contains(ban) {
                found.push(format!("{path}: holds `{ban}`: {why}."));
            }
        }
        let is_printing = ["println", "print", "eprintln", "eprint"]
            .iter()
            .any(|name| has_word(&code, name) && code.contains(&format!("{name}!")));
        if is_printing && folder_of(path) != "main" {
            found.push(format!("{path}: prints from `{folder}`. Only main speaks to the terminal; everything else writes log lines, which have a level and fields."));
        }
    }
    found
}

/// What lies at the top of the checkout and should not. `ignored` are the names git ignores.
pub fn strangers_at_the_top(names: &[String], ignored: &str) -> Vec<String> {
    let is_ignored = |name: &str| ignored.lines().any(|line| line.trim().trim_matches('/') == name);
    let strangers = names
        .iter()
        .filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()) && !is_ignored(name));
    strangers.map(|name| format!("{name} lies at the top of the checkout, where only {TOP:?} and dot files belong: whoever opens it sees the house at one glance.")).collect()
}

/// Templates that no page and no other template names.
pub fn unused_templates(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, _) in tree.below("templates/", "") {
        let name = path.trim_start_matches("templates/");
        let is_page = tree
            .below("src/", ".rs")
            .any(|(_, text)| names_in_path(text, name));
        let is_part = tree
            .below("templates/", "")
            .any(|(other, text)| other != path && text.contains(&format!("\"{name}\"")));
        if !is_page && !is_part {
            found.push(format!("{path}: no `path = \"{name}\"` and no other template names it. What is shown nowhere is not kept: delete it."));
        }
    }
    found
}

/// Whether an askama attribute has this path.
fn names_in_path(text: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    text.match_indices(&quoted).any(|(at, _)| {
        let before = text[..at].trim_end();
        before
            .strip_suffix('=')
            .is_some_and(|before| before.trim_end().ends_with("path"))
    })
}

/// Stylesheets that neither a template nor the bundle names.
pub fn unused_styles(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, _) in tree.below("static/css/", ".css") {
        let name = path.trim_start_matches("static/css/");
        let is_named = |text: &str| {
            text.match_indices(name).any(|(at, _)| {
                text[..at].ends_with(['"', '\'', '/', '('])
                    && text[at + name.len()..].starts_with(['"', '\'', ')', '?'])
            })
        };
        if !tree
            .0
            .iter()
            .any(|(other, text)| other != path && !other.starts_with("tests/") && is_named(text))
        {
            found.push(format!("{path}: neither a template nor the bundle names `{name}`. A rule that styles nothing misleads whoever changes a page: delete it or bundle it."));
        }
    }
    found
}
