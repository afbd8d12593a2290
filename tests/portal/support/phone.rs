//! Somebody's phone with an authenticator app, and the way it gets there.

use super::{Person, Portal};
use totp_rs::{Builder, Secret, Totp};

pub struct Phone {
    totp: Totp,
    /// The codes that were shown when it was set up.
    pub recovery_codes: Vec<String>,
}

impl Phone {
    /// What it shows now.
    pub fn code(&self, portal: &Portal) -> String {
        let now = u64::try_from(portal.now().timestamp()).unwrap();
        self.totp.generate(now).to_string()
    }

    /// What it shows in half a minute, when the clock has gone there.
    pub fn next_code(&self, portal: &Portal) -> String {
        portal.clock_forward(chrono::Duration::seconds(30));
        self.code(portal)
    }

    /// Another six digits.
    pub fn wrong_code(&self, portal: &Portal) -> String {
        let right: u32 = self.code(portal).parse().unwrap();
        format!("{:06}", (right + 500_003) % 1_000_000)
    }
}

impl Person {
    /// Sets up two-factor sign-in on the profile.
    #[track_caller]
    pub fn sets_up_two_factor(&self, portal: &Portal) -> Phone {
        let page = self.get("/profile/two-factor");
        self.tries_on(&page, "/profile/two-factor", &[]).done();
        let page = self.get("/profile/two-factor");
        assert!(page.has("svg.qr path"), "a QR code");
        let key: String = page.text("dl dd").split_whitespace().collect();
        let secret = Secret::try_from_base32(key).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        let mut phone = Phone {
            totp,
            recovery_codes: Vec::new(),
        };
        let code = phone.code(portal);
        let shown = self
            .tries_on(&page, "/profile/two-factor/confirmation", &[("code", &code)])
            .is(200)
            .page();
        phone.recovery_codes = shown.texts("ul.codes li");
        assert_eq!(phone.recovery_codes.len(), 10);
        phone
    }
}
