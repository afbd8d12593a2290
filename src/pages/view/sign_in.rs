//! The sign-in page: POST `/sign-in` with `email` and `password`.

use super::field::FieldView;
use super::layout::Layout;
use super::notice::Notice;
use askama::Template;

/// The sign-in page.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// The bare frame.
    pub layout: Layout,
    /// Why the attempt before was refused.
    pub refusal: Option<Notice>,
    /// `email` and `password`, the first with what was typed; and hidden ones, such as where to go next.
    pub fields: Vec<FieldView>,
    /// Who can sign in to the demonstration, and with what; shown only there.
    pub demonstration: Option<DemonstrationView>,
}

/// The demonstration's people, listed beside the sign-in form.
#[derive(Debug)]
pub struct DemonstrationView {
    /// The password all of them have.
    pub password: String,
    /// E-mail and role of each.
    pub people: Vec<(String, String)>,
}
