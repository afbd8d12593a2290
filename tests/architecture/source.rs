//! Reads sources for the checks: the tree of files, and Rust text without comments and strings.
//!
//! Not a parser. Invariant: `code_only` keeps every line at its number, so that reports point right.

use std::fs;
use std::path::Path;

/// Files with their paths from the top of the checkout.
pub struct Tree(pub Vec<(String, String)>);

impl Tree {
    /// A made-up tree, to show that a check fails.
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self(
            files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
        )
    }

    /// Every file below the named folders.
    pub fn read(top: &Path, folders: &[&str]) -> Self {
        let mut files = Vec::new();
        for folder in folders {
            collect(top, &top.join(folder), &mut files);
        }
        files.sort();
        Self(files)
    }

    pub fn below<'a>(&'a self, folder: &'a str, end: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| path.starts_with(folder) && path.ends_with(end))
    }

    /// Rust files of `src`: path, folder of `src` (or the file's own name), text without comments
    /// and strings.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str, String)> {
        self.below("src/", ".rs")
            .map(|(path, text)| (path, folder_of(path), code_only(text)))
    }
}

fn collect(top: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(top, &path, files);
        } else {
            let name = path.strip_prefix(top).unwrap().to_string_lossy().into_owned();
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            files.push((name, text));
        }
    }
}

/// `src/pages/home.rs` → `pages`; `src/main.rs` → `main`.
pub fn folder_of(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The identifier that a text begins with.
pub fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    text.split(|c| !is_word(c)).next().unwrap_or("")
}

/// Whether the text has this as a whole word.
pub fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
}

/// Rust without comments, strings and character literals; lines stay where they are.
pub fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = skipped(rest, code.ends_with(is_word));
        if length == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().filter(|c| *c == '\n'));
            rest = &rest[length..];
        }
    }
    code
}

/// How much of the beginning is a comment or a literal.
fn skipped(rest: &str, after_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |at| at + 2);
    }
    if rest.starts_with('"') {
        return quoted(rest, '"');
    }
    if !after_word && rest.starts_with(['r', 'b', 'c']) {
        let hashes = rest.trim_start_matches(['r', 'b', 'c']);
        let count = hashes.len() - hashes.trim_start_matches('#').len();
        let prefix = rest.len() - hashes.len();
        if rest[..prefix].ends_with('r') && prefix <= 2 && hashes[count..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(count));
            let body = prefix + count + 1;
            return rest[body..]
                .find(&end)
                .map_or(rest.len(), |at| body + at + end.len());
        }
    }
    if rest.starts_with('\'') {
        character(rest)
    } else {
        0
    }
}

/// A character literal; a lifetime is none.
fn character(rest: &str) -> usize {
    let mut inside = rest[1..].chars();
    match (inside.next(), inside.next()) {
        (Some('\\'), _) => quoted(rest, '\''),
        (Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => 0,
    }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    rest.len()
}
