//! What every page of the main job keeps to on a small screen and in both colour schemes.

use super::driver::Driver;
use super::walk::january;
use super::window::{Scheme, Scripts, Window};
use crate::support::Portal;
use countersign::flows::demonstrate::PASSWORD;

/// The width of WCAG 2.2, 1.4.10 (Reflow): a screen of 1280 at 400 %.
const NARROW: u32 = 320;

/// How much further than the screen the page goes, in CSS pixels.
const SIDEWAYS: &str = "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth";
/// How light the background is, 0 to 255: the average of its colours.
const LIGHTNESS: &str = "const colour = getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number); \
     return Math.round((colour[0] + colour[1] + colour[2]) / 3)";

#[track_caller]
fn looks_right(window: &Window, path: &str) {
    for scheme in [Scheme::Light, Scheme::Dark] {
        window.shows(NARROW, scheme);
        window.go(path);
        let sideways = window.run(SIDEWAYS).as_i64().unwrap();
        assert_eq!(sideways, 0, "{path}, {}: pixels over {NARROW}", scheme.word());
        let lightness = window.run(LIGHTNESS).as_i64().unwrap();
        assert_eq!(
            lightness > 127,
            scheme == Scheme::Light,
            "{path}, {}: its background has {lightness} of 255",
            scheme.word()
        );
    }
}

#[test]
fn no_page_scrolls_sideways_at_320_px_and_all_follow_the_colour_scheme() {
    let (portal, people) = Portal::start();
    let Some(driver) = Driver::start() else { return };
    let window = Window::open(&driver, portal.address(), Scripts::On);
    looks_right(&window, "/sign-in");
    window.sign_in("thoko", PASSWORD);
    for path in ["/", "/batches", "/batches/new", "/payouts"] {
        looks_right(&window, path);
    }
    let number = people.thoko().uploads(january().xlsx());
    let batch = format!("/batches/{number}");
    looks_right(&window, &batch);
    portal.run_jobs();
    let pages = ["", "?show=all", "?show=history", "/rows/52"];
    for page in pages {
        looks_right(&window, &format!("{batch}{page}"));
    }
    people.thoko().submits(&number);
    window.sign_in("chikondi", PASSWORD);
    for path in ["/", &batch] {
        looks_right(&window, path);
    }
    people.chikondi().reviews(&number);
    window.sign_in("james", PASSWORD);
    looks_right(&window, &batch);
    people.james().approves(&number);
    portal.run_jobs();
    window.sign_in("ruth", PASSWORD);
    let payout = portal.db_text("SELECT id FROM payout ORDER BY id LIMIT 1");
    let one = format!("/payouts/{payout}");
    for path in [
        &batch,
        "/",
        "/batches",
        "/payouts",
        &one,
        "/reports",
        "/guide",
        "/guide/auditor",
    ] {
        looks_right(&window, path);
    }
}
