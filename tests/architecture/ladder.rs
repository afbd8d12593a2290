//! Who may import whom, and where actix and Diesel may be named.
//!
//! Invariant: `LADDER` is the only list of folders; a folder of `src` that is not on it is refused.

use crate::source::{Tree, first_word, has_word, is_word};

/// Each folder of `src`, and what of this crate it may import.
pub const LADDER: &[(&str, &[&str])] = &[
    ("pages", &["domain", "flows", "http", "export", "store"]),
    ("api", &["domain", "flows", "http", "export", "store"]),
    (
        "jobs",
        &[
            "domain", "flows", "store", "intake", "export", "rails", "mail", "hooks",
        ],
    ),
    ("http", &["domain", "flows", "export", "store"]),
    ("flows", &["domain", "store", "intake"]),
    ("store", &["domain"]),
    ("intake", &["domain"]),
    ("export", &["domain"]),
    ("rails", &["domain"]),
    ("mail", &["domain"]),
    ("hooks", &["domain"]),
    ("postgres", &["config"]),
    ("domain", &[]),
    ("config", &[]),
];
/// The composition root: may import everything, and is imported by nobody.
const ROOT: [&str; 3] = ["main", "app", "lib"];
/// What `http` may name of `store`: the door to the database, to hand it on.
const HTTP_NAMES_OF_STORE: [&str; 6] = ["Asked", "Conn", "Db", "Moment", "StoreError", "Tx"];
/// Shared parts of `flows` that steps may name: their errors, how rows are judged, placed and changed,
/// typed ones taken in, what a submission is, a batch closed, the one ending of a payout, and the letters about a batch.
const SHARED_FLOWS: &[&str] = &[
    "close",
    "error",
    "heading",
    "judge",
    "places",
    "revise",
    "settle",
    "submission",
    "tell",
    "typed",
];
const WEB_FOLDERS: [&str; 4] = ["http", "pages", "api", "app"];

/// Imports that climb, folders without a floor, and flows that call each other.
pub fn imports_that_climb(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, folder, code) in tree.sources() {
        if ROOT.contains(&folder) {
            continue;
        }
        let Some((_, may)) = LADDER.iter().find(|(name, _)| *name == folder) else {
            found.push(format!("{path}: `{folder}` has no floor on the ladder. Everything in src has one, so that it is known who may import it: put this file into a folder of the ladder."));
            continue;
        };
        for import in imports(path, &code) {
            let to = import[0].as_str();
            let is_ours = LADDER.iter().any(|(name, _)| *name == to) || ROOT.contains(&to);
            if is_ours && to != folder && !may.contains(&to) {
                found.push(format!("{path}: `{folder}` imports `{to}`. It may import only {may:?}: imports go down the ladder, or modules end in a ring that nobody can change one part of."));
            }
            found.extend(refused_name(tree, path, folder, &import));
        }
    }
    found
}

fn refused_name(tree: &Tree, path: &str, folder: &str, import: &[String]) -> Option<String> {
    let name = import.get(1)?.as_str();
    let to = import[0].as_str();
    if folder == "http" && to == "store" && !HTTP_NAMES_OF_STORE.contains(&name) {
        return Some(format!(
            "{path}: `http` names `store::{name}`. It may name only {HTTP_NAMES_OF_STORE:?}: plumbing hands the database on, it does not ask it."
        ));
    }
    let own = path
        .strip_prefix("src/flows/")?
        .split('/')
        .next()?
        .trim_end_matches(".rs");
    let is_step = tree.below(&format!("src/flows/{name}"), ".rs").any(|(file, _)| {
        file == format!("src/flows/{name}.rs") || file.starts_with(&format!("src/flows/{name}/"))
    });
    if to == "flows" && own != "mod" && own != name && is_step && !SHARED_FLOWS.contains(&name) {
        return Some(format!(
            "{path}: the step `{own}` imports the step `{name}`. Steps never import each other, so that each can be read alone: move what both need to `domain` or `store`."
        ));
    }
    None
}

/// Folders that write to the database past a flow.
pub fn writes_outside_flows(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, folder, code) in tree.sources() {
        if !["pages", "api"].contains(&folder) {
            continue;
        }
        if has_word(&code, "Tx") || code.contains(".write(") || code.contains("Db::write") {
            found.push(format!("{path}: `{folder}` opens a writing transaction. Pages and API only read; whatever changes something is a flow, where duty, rule, event and audit line are one transaction."));
        }
    }
    found
}

/// Crates named where they do not belong.
pub fn misplaced_crates(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, folder, code) in tree.sources() {
        for name in words(&code) {
            let is_web = name.starts_with("actix_") || name == "tracing_actix_web";
            if is_web && !WEB_FOLDERS.contains(&folder) {
                found.push(format!("{path}: names `{name}`. Only {WEB_FOLDERS:?} know the web framework, so that flows and jobs run without it."));
            }
            let is_sql = ["diesel", "diesel_migrations", "r2d2", "pq_sys"].contains(&name);
            if is_sql && folder != "store" {
                found.push(format!("{path}: names `{name}`. All SQL is in `store`, so that a question about the data has one place to look."));
            }
        }
    }
    found.dedup();
    found
}

/// Words that begin a path or an attribute: what could be a crate's name.
fn words(code: &str) -> impl Iterator<Item = &str> {
    let is_path = |at: usize, word: &str| {
        let before = code[..at].trim_end();
        let after = &code[at + word.len()..];
        let is_inner = before
            .strip_suffix("::")
            .is_some_and(|outer| outer.ends_with(|c| is_word(c) || c == '>'));
        !is_inner && (after.starts_with("::") || before.ends_with("use") || before.ends_with("extern crate"))
    };
    code.split(|c| !is_word(c))
        .filter(|word| !word.is_empty())
        .filter(move |word| is_path(word.as_ptr() as usize - code.as_ptr() as usize, word))
}

/// What a file imports of this crate, as the first segments of each path: `crate::a::b`,
/// `crate::{a::b, c}` and `super::` paths that leave the folder. `use` groups are opened.
pub fn imports(path: &str, code: &str) -> Vec<Vec<String>> {
    let depth = module_depth(path);
    let mut found = Vec::new();
    for start in ["crate::", "countersign::", &"super::".repeat(depth)] {
        for (at, _) in code.match_indices(start) {
            let before = &code[..at];
            if !before.ends_with(is_word) && !before.ends_with("::") {
                segments(&code[at + start.len()..], &[], &mut found);
            }
        }
    }
    // `super::name` beside a file of `flows` is the step of that name.
    if let Some(folder) = path.strip_prefix("src/").and_then(|rest| rest.split('/').next()) {
        for (at, _) in code.match_indices(&"super::".repeat(depth.saturating_sub(1).max(1))) {
            let rest = &code[at + 7 * depth.saturating_sub(1).max(1)..];
            if depth > 1 && !code[..at].ends_with("::") && !rest.starts_with("super::") {
                segments(rest, &[folder.to_owned()], &mut found);
            }
        }
    }
    found
}

/// How many `super::` lead from this file to the root of the crate.
fn module_depth(path: &str) -> usize {
    let inside = path
        .trim_start_matches("src/")
        .trim_end_matches("/mod.rs")
        .trim_end_matches(".rs");
    inside.split('/').count()
}

/// Opens a path or a group into the first two segments of each of its members.
fn segments(rest: &str, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        for member in members(group) {
            segments(member, prefix, found);
        }
        return;
    }
    let word = first_word(rest);
    let path = [prefix, &[word.to_owned()]].concat();
    match rest[word.len()..].trim_start().strip_prefix("::") {
        Some(inner) if path.len() < 2 && !word.is_empty() => segments(inner, &path, found),
        _ => found.push(path),
    }
}

/// The members of a group whose opening brace is already read.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_i32, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|member| !member.trim().is_empty());
    found
}
