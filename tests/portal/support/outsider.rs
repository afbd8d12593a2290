//! Somebody of another organisation, who may do everything there.

use super::{People, Person, Portal};
use countersign::domain::sign_in::{Cost, hash};
use countersign::flows::demonstrate::PASSWORD;
use countersign::flows::found::{Newcomer, create_owner};

const OUTSIDER: &str = "tiwonge@mulanje.example";

impl Portal {
    /// Founds the other organisation and answers its only person's browser.
    pub fn outsider(&self, people: &People) -> Person {
        let password_hash = hash(PASSWORD, &[7; 16], Cost::Cheap).unwrap();
        let newcomer = Newcomer {
            email: OUTSIDER,
            name: "Tiwonge Moyo",
            password_hash: &password_hash,
            role: "Administrator",
        };
        self.app()
            .db()
            .write(|tx| create_owner(tx, "Mulanje Tea", "MULANJETEA01", &newcomer, self.now()))
            .unwrap();
        for role in ["Initiator", "Reviewer", "Approver"] {
            self.db_give(OUTSIDER, role);
        }
        people.browser(OUTSIDER)
    }
}
