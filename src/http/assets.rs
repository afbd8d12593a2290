//! Stylesheet, scripts and pictures: embedded in the binary, served under names that carry a hash of
//! their content (`/static/app.3fa9c1d2.css`), so a browser keeps them for good and a new version has
//! a new name.
//!
//! The stylesheets of `static/css` are bound into one `app.css` here, in the order of
//! `STYLESHEETS`; scripts are independent modules and are served as they are.
//!
//! The invariant: a name that is served always answers with the same bytes. An unhashed or outdated
//! name is not found.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpResponse, Responder};
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Names carry a hash, so what was fetched once is right for ever.
const KEEP_FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// The name under which the stylesheets are bound together.
const BUNDLE: &str = "css/app.css";

/// The stylesheets in the order they are bound; the cascade is ordered by `layers.css`, so this order
/// only decides between files of one layer.
const STYLESHEETS: &[&str] = &[
    "css/layers.css",
    "css/reset.css",
    "css/tokens.css",
    "css/base.css",
    "css/frame.css",
    "css/grid.css",
    "css/nav.css",
    "css/person.css",
    "css/topbar.css",
    "css/heading.css",
    "css/tones.css",
    "css/button.css",
    "css/again.css",
    "css/card.css",
    "css/pill.css",
    "css/seal.css",
    "css/seal_row.css",
    "css/stats.css",
    "css/meter.css",
    "css/notice.css",
    "css/table.css",
    "css/rows.css",
    "css/statement.css",
    "css/tabs.css",
    "css/field.css",
    "css/form.css",
    "css/cards.css",
    "css/dropzone.css",
    "css/steps.css",
    "css/sheet.css",
    "css/corrections.css",
    "css/match.css",
    "css/act.css",
    "css/chosen.css",
    "css/scheduled.css",
    "css/waiting.css",
    "css/chart.css",
    "css/progress.css",
    "css/timeline.css",
    "css/details.css",
    "css/messages.css",
    "css/diff.css",
    "css/roles.css",
    "css/prose.css",
    "css/reference.css",
    "css/scopes.css",
    "css/practice.css",
    "css/utilities.css",
];

/// The print rules come last; they stand beside the bundle's list because they hold for all of it.
const PRINT: &str = "css/print.css";

#[derive(Embed)]
#[folder = "static/"]
struct Static;

/// One file as it is served.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The content.
    pub bytes: Bytes,
}

/// All files, by plain name to hashed path and by hashed name to content.
struct Shelf {
    paths: HashMap<String, String>,
    assets: HashMap<String, Asset>,
}

/// The address of the file kept as `name` (`css/app.css`, `js/progress.js`) for use in a page. A name
/// that is not there gives an address that is not found, and a test notices.
pub fn path(name: &str) -> String {
    let kept = shelf().paths.get(name);
    kept.cloned().unwrap_or_else(|| format!("/static/{name}"))
}

/// The file served at `/static/{hashed}`.
pub fn find(hashed: &str) -> Option<&'static Asset> {
    shelf().assets.get(hashed)
}

/// GET `/static/{name:.*}`.
pub async fn serve(name: Path<String>) -> impl Responder {
    match find(&name) {
        Some(asset) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, asset.content_type))
            .insert_header((CACHE_CONTROL, KEEP_FOR_GOOD))
            .body(asset.bytes.clone()),
        None => HttpResponse::NotFound().finish(),
    }
}

fn shelf() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(Shelf::fill)
}

impl Shelf {
    fn fill() -> Self {
        let mut shelf = Self {
            paths: HashMap::new(),
            assets: HashMap::new(),
        };
        shelf.put(BUNDLE, bundle());
        for name in Static::iter() {
            if let Some(file) = Static::get(&name).filter(|_| !name.ends_with(".css")) {
                shelf.put(&name, bytes_of(file));
            }
        }
        shelf
    }

    fn put(&mut self, name: &str, bytes: Bytes) {
        let Some((stem, extension)) = name.rsplit_once('.') else {
            return;
        };
        let base = stem.rsplit('/').next().unwrap_or(stem);
        let hashed = format!("{base}.{}.{extension}", short_hash(&bytes));
        let content_type = content_type(extension);
        self.paths.insert(name.to_owned(), format!("/static/{hashed}"));
        self.assets.insert(hashed, Asset { content_type, bytes });
    }
}

/// All stylesheets as one. A file that is missing is left out; the pages' tests see it.
fn bundle() -> Bytes {
    let mut css = Vec::new();
    for name in STYLESHEETS.iter().copied().chain([PRINT]) {
        if let Some(file) = Static::get(name) {
            css.extend_from_slice(&file.data);
            css.push(b'\n');
        }
    }
    Bytes::from(css)
}

fn bytes_of(file: EmbeddedFile) -> Bytes {
    Bytes::from(file.data.into_owned())
}

/// Eight hexadecimal digits: enough to tell versions of one file apart.
fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
