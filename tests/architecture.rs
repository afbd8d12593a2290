//! Holds the house: who may import whom, what no file may hold, and that nothing lies about unused.
//!
//! Reads the sources as text and needs no database. Each check is shown to fail on a small wrong
//! example, because a check that finds nothing proves nothing by itself.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "architecture/form.rs"]
mod form;
#[path = "architecture/ladder.rs"]
mod ladder;
#[path = "architecture/source.rs"]
mod source;

use source::Tree;
use std::fs;
use std::path::Path;

fn checkout() -> Tree {
    Tree::read(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        &["src", "tests", "templates", "static"],
    )
}

#[track_caller]
fn holds(violations: Vec<String>) {
    assert!(violations.is_empty(), "\n\n{}\n", violations.join("\n\n"));
}

/// Shows that a check refuses this one file, with this sentence.
#[track_caller]
fn refuses(check: fn(&Tree) -> Vec<String>, path: &str, text: &str, sentence: &str) {
    let found = check(&Tree::of(&[(path, text)]));
    assert!(
        found.iter().any(|line| line.contains(sentence)),
        "{path} with `{text}` was not refused: {found:?}"
    );
}

#[track_caller]
fn accepts(check: fn(&Tree) -> Vec<String>, path: &str, text: &str) {
    let found = check(&Tree::of(&[(path, text)]));
    assert!(found.is_empty(), "{path} with `{text}` was refused: {found:?}");
}

#[test]
fn every_import_goes_down_the_ladder() {
    holds(ladder::imports_that_climb(&checkout()));
}

#[test]
fn only_flows_and_jobs_write() {
    holds(ladder::writes_outside_flows(&checkout()));
}

#[test]
fn actix_and_diesel_stay_in_their_folders() {
    holds(ladder::misplaced_crates(&checkout()));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    holds(form::shape(&checkout()));
}

#[test]
fn nothing_banned_is_in_the_sources() {
    holds(form::banned(&checkout()));
}

#[test]
fn every_template_is_shown_somewhere() {
    holds(form::unused_templates(&checkout()));
}

#[test]
fn every_stylesheet_is_used() {
    holds(form::unused_styles(&checkout()));
}

#[test]
fn the_top_of_the_checkout_holds_only_the_house() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names: Vec<String> = fs::read_dir(top)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let ignored = fs::read_to_string(top.join(".gitignore")).unwrap();
    holds(form::strangers_at_the_top(&names, &ignored));
}

#[test]
fn imports_that_climb_are_found_in_every_spelling() {
    let check = ladder::imports_that_climb;
    refuses(
        check,
        "src/domain/money.rs",
        "use crate::store::Db;",
        "`domain` imports `store`",
    );
    refuses(
        check,
        "src/store/batch.rs",
        "use crate::{domain::ids, flows::upload};",
        "`store` imports `flows`",
    );
    refuses(
        check,
        "src/store/batch.rs",
        "fn f() { crate::pages::home::show() }",
        "`store` imports `pages`",
    );
    refuses(
        check,
        "src/pages/home.rs",
        "use super::super::rails::Rail;",
        "`pages` imports `rails`",
    );
    refuses(
        check,
        "src/pages/batch/show.rs",
        "use super::super::super::api::X;",
        "`pages` imports `api`",
    );
    refuses(
        check,
        "src/rails/mod.rs",
        "use super::config::Settings;",
        "`rails` imports `config`",
    );
    refuses(
        check,
        "src/jobs/worker.rs",
        "use crate::app::Clock;",
        "`jobs` imports `app`",
    );
    refuses(check, "src/helpers/text.rs", "", "`helpers` has no floor");
    refuses(
        check,
        "src/http/session.rs",
        "use crate::store::{Db, session};",
        "`http` names `store::session`",
    );
    accepts(
        check,
        "src/http/session.rs",
        "use crate::{domain::ids::X, store::Db};",
    );
    accepts(
        check,
        "src/pages/home.rs",
        "use crate::store::batch;\nuse crate::pages::layout;\nuse super::error::E;",
    );
    accepts(
        check,
        "src/domain/money.rs",
        "//! See `crate::store`.\nconst TEXT: &str = \"use crate::store::Db;\";",
    );
    accepts(check, "src/app/mod.rs", "use crate::pages::routes;");
}

#[test]
fn steps_that_import_steps_are_found() {
    let steps = |text| {
        let files = [
            ("src/flows/submit.rs", text),
            ("src/flows/approve.rs", ""),
            ("src/flows/settle/mod.rs", ""),
        ];
        ladder::imports_that_climb(&Tree::of(&files))
    };
    assert!(
        steps("use crate::flows::approve::sign;")[0].contains("the step `submit` imports the step `approve`")
    );
    assert!(
        steps("use super::{Refusal, approve};")[0].contains("the step `submit` imports the step `approve`")
    );
    assert_eq!(
        steps("use super::settle::apply;\nuse super::Refusal;"),
        Vec::<String>::new()
    );
}

#[test]
fn misplaced_work_is_found() {
    let writes = ladder::writes_outside_flows;
    refuses(
        writes,
        "src/pages/home.rs",
        "fn f(tx: &mut Tx<'_>) {}",
        "writing transaction",
    );
    refuses(
        writes,
        "src/api/batch.rs",
        "db.write(|tx| {})",
        "writing transaction",
    );
    accepts(
        writes,
        "src/pages/home.rs",
        "db.read(|conn| store::batch::list(conn)) // never Tx",
    );
    let crates = ladder::misplaced_crates;
    refuses(
        crates,
        "src/flows/upload.rs",
        "use actix_web::web;",
        "names `actix_web`",
    );
    refuses(
        crates,
        "src/jobs/worker.rs",
        "#[actix_web::main] async fn f() {}",
        "names `actix_web`",
    );
    refuses(
        crates,
        "src/pages/home.rs",
        "use diesel::prelude::*;",
        "names `diesel`",
    );
    refuses(
        crates,
        "src/app/mod.rs",
        "fn f() -> diesel_migrations::EmbeddedMigrations {}",
        "names `diesel_migrations`",
    );
    refuses(
        crates,
        "src/postgres/mod.rs",
        "fn f(x: &::diesel::PgConnection) {}",
        "names `diesel`",
    );
    accepts(crates, "src/store/batch.rs", "use diesel::prelude::*;");
    accepts(crates, "src/pages/home.rs", "use actix_web::web;");
}

#[test]
fn bad_form_is_found() {
    let long_file = format!("//! x\n{}", "//\n".repeat(500));
    let long_function = format!(
        "//! x\nfn walk(a: [u8; 2]) {{\n{}}}\n",
        "    let a = '{';\n".repeat(70)
    );
    let short_function = format!(
        "//! x\nfn walk();\nfn talk() {{\n{}}}\n",
        "    let a = \"}\";\n".repeat(60)
    );
    refuses(form::shape, "src/app/mod.rs", &long_file, "501 lines");
    refuses(
        form::shape,
        "src/app/mod.rs",
        &long_function,
        "`walk` has 72 lines",
    );
    refuses(
        form::shape,
        "tests/portal/main.rs",
        "mod x;",
        "does not begin with `//!`",
    );
    accepts(form::shape, "src/app/mod.rs", &short_function);
    refuses(
        form::banned,
        "src/main.rs",
        "fn main() { f().unwrap() }",
        "`.unwrap()`",
    );
    refuses(
        form::banned,
        "src/app/mod.rs",
        "#![allow(dead_code)]",
        "`#[allow`",
    );
    refuses(form::banned, "src/app/mod.rs", "fn f() { todo!() }", "`todo!`");
    refuses(form::banned, "src/app/mod.rs", "fn f() { dbg!(1); }", "`dbg!`");
    refuses(
        form::banned,
        "src/app/mod.rs",
        "fn f() { println!(\"x\"); }",
        "prints from `app`",
    );
    accepts(
        form::banned,
        "src/main.rs",
        "fn main() { println!(\"x\") } // not todo! nor .unwrap()",
    );
    accepts(
        form::banned,
        "src/app/mod.rs",
        "fn f() { x.unwrap_or_default(); r#\"dbg!(\"#; }",
    );
}

#[test]
fn what_lies_about_is_found() {
    let top = [
        "src".to_owned(),
        "target".to_owned(),
        ".ci".to_owned(),
        "notes.txt".to_owned(),
    ];
    assert_eq!(form::strangers_at_the_top(&top, "/target\n").len(), 1);
    let templates = |source| {
        let page = "{% extends \"layout.html\" %}";
        let files = [
            ("templates/layout.html", ""),
            ("templates/home.html", page),
            ("src/pages/home.rs", source),
        ];
        form::unused_templates(&Tree::of(&files))
    };
    assert!(templates("// \"home.html\"")[0].contains("templates/home.html"));
    assert_eq!(
        templates("#[template(path = \"home.html\")]"),
        Vec::<String>::new()
    );
    let styles = |bundle| {
        form::unused_styles(&Tree::of(&[
            ("static/css/seal.css", ""),
            ("src/http/assets.rs", bundle),
        ]))
    };
    assert!(styles("[\"css/other-seal.css\"]")[0].contains("static/css/seal.css"));
    assert_eq!(styles("[\"css/seal.css\"]"), Vec::<String>::new());
}
