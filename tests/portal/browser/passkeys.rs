//! A passkey in a browser: made and asked by the page's own script, with Chromium's virtual
//! authenticator.

use super::driver::Driver;
use super::window::{Scripts, Window};
use crate::support::Portal;
use countersign::flows::demonstrate::PASSWORD;

#[test]
fn a_passkey_is_made_on_the_profile_and_lets_its_person_in() {
    let (portal, _people) = Portal::start();
    let Some(driver) = Driver::start() else { return };
    // Browsers know no passkeys at a number.
    let port = portal.address().rsplit(':').next().unwrap().to_owned();
    let window = Window::open(&driver, &format!("localhost:{port}"), Scripts::On);
    window.has_an_authenticator();
    window.sign_in("james", PASSWORD);
    window.go("/profile/two-factor");
    window.fill("[name=name]", "Work laptop");
    window.click("form[data-module=passkey-new] button[type=submit]");
    window.comes_to_say("Keep these codes");
    window.go("/profile/two-factor");
    window.comes_to_say("Work laptop");
    window.gives_password("james", PASSWORD);
    window.comes_to_say("Give your passkey or a code");
    window.click("main button[type=button]");
    window.comes_to("/");
}
