//! Every page with sample data, written to `target/samples/` with its assets beside it, so that it
//! can be looked at in a browser without a server of ours. What each page must have for everybody is
//! held here: one h1, a title, labels on inputs, no inline style or script, every form with an action,
//! no asset that is missing.

mod administration;
mod api_clients;
mod batch_forms;
mod batches;
mod guide;
mod others;
mod parts;
mod people;
mod profile;
mod reference;
mod webhooks;

use askama::Template;
use countersign::http::assets;
use scraper::{ElementRef, Html, Selector};
use std::fs;
use std::path::{Path, PathBuf};

fn select(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples")
}

/// Checks `page` and writes it, with the assets it names, where a browser can see it.
fn sample(name: &str, page: &impl Template) -> Html {
    let html = page.render().expect("a page renders");
    fs::create_dir_all(folder().join("static")).unwrap();
    fs::write(folder().join(format!("{name}.html")), &html).unwrap();
    let document = Html::parse_document(&html);
    holds_for_every_page(name, &document);
    keep_assets(name, &document);
    document
}

fn holds_for_every_page(name: &str, page: &Html) {
    let count = |selector: &str| page.select(&select(selector)).count();
    assert_eq!(count("h1"), 1, "{name}: one h1");
    assert_eq!(count("main"), 1, "{name}: one main");
    assert_eq!(count("title"), 1, "{name}: a title");
    assert_eq!(
        count("[style], style, script:not([src])"),
        0,
        "{name}: nothing inline"
    );
    assert_eq!(
        count("form:not([action])"),
        0,
        "{name}: every form says where it goes"
    );
    assert_eq!(
        count("table:not(:has(caption))"),
        0,
        "{name}: every table has a caption"
    );
    let mut ids = Vec::new();
    for element in page.select(&select("[id]")) {
        let id = element.attr("id").unwrap().to_owned();
        assert!(!ids.contains(&id), "{name}: the id {id} is there twice");
        ids.push(id);
    }
    for input in page.select(&select("input:not([type=hidden]), select, textarea")) {
        assert!(has_label(page, input), "{name}: no label for {}", input.html());
    }
    for described in page.select(&select("[aria-describedby]")) {
        for id in described.attr("aria-describedby").unwrap().split_whitespace() {
            assert!(
                ids.iter().any(|known| known == id),
                "{name}: nothing has the id {id}"
            );
        }
    }
}

fn has_label(page: &Html, input: ElementRef<'_>) -> bool {
    let wrapped = input
        .ancestors()
        .filter_map(ElementRef::wrap)
        .any(|one| one.value().name() == "label");
    let named = input.attr("id").is_some_and(|id| {
        page.select(&select("label[for]"))
            .any(|label| label.attr("for") == Some(id))
    });
    wrapped || named
}

fn keep_assets(name: &str, page: &Html) {
    for element in page.select(&select("link[href], script[src]")) {
        let address = element.attr("href").or(element.attr("src")).unwrap();
        let hashed = address.strip_prefix("/static/").expect("assets are ours");
        let asset = assets::find(hashed).unwrap_or_else(|| panic!("{name}: {address} is not there"));
        fs::write(folder().join("static").join(hashed), &asset.bytes).unwrap();
    }
}

#[test]
fn every_stylesheet_is_bound_into_the_one_that_pages_use() {
    let path = assets::path("css/app.css");
    let bundle = assets::find(path.strip_prefix("/static/").unwrap()).unwrap();
    let bundle = String::from_utf8(bundle.bytes.to_vec()).unwrap();
    let css = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/css");
    for file in fs::read_dir(css).unwrap() {
        let file = file.unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(
            bundle.contains(&text),
            "{:?} is not in the list of http/assets.rs",
            file.file_name()
        );
    }
}

#[test]
fn an_asset_is_found_under_its_hashed_name_only() {
    let path = assets::path("js/progress.js");
    assert!(
        path.starts_with("/static/progress.") && path.ends_with(".js"),
        "{path}"
    );
    let asset = assets::find(path.strip_prefix("/static/").unwrap()).unwrap();
    assert_eq!(asset.content_type, "text/javascript; charset=utf-8");
    assert!(assets::find("progress.js").is_none());
    assert!(assets::find("../Cargo.toml").is_none());
}
