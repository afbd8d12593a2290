//! A password was forgotten: whether there is somebody with that e-mail is looked up here, where no
//! stranger can measure it.

use super::{JobError, Worker};
use crate::flows::password;
use std::fmt::Write as _;

impl Worker {
    /// Makes the link and the letter, where there is somebody.
    pub(super) fn open_reset(&self, email: &str) -> Result<(), JobError> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
        let token = bytes.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String can't fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        self.db
            .write(|tx| password::open_reset(tx, email, &token, (self.now)()))?;
        Ok(())
    }
}
