//! Forms that are bound to the organisation they were made in. Numbers of batches begin anew in each
//! organisation, so a form left open in one tab must not act in another organisation that was chosen
//! meanwhile in another tab.
//!
//! The invariant: every form that a signed-in person is shown and that posts carries the public id of
//! the organisation it was made in, because it is put in where all pages pass; and a form that carries
//! another than the one the session is in does nothing.

use super::error::PageError;
use crate::http::visit::Visit;

/// The hidden field.
const FIELD: &str = "made_in";

/// Puts the field into each form of the page that posts. Templates escape every text, so a `<form` in
/// the page is one of ours.
pub(super) fn bind(html: String, visit: &Visit) -> String {
    let Some(acting) = &visit.acting else {
        return html;
    };
    // A public id is letters and digits.
    let field = format!(
        "<input type=\"hidden\" name=\"{FIELD}\" value=\"{}\">",
        acting.code
    );
    let mut bound = String::with_capacity(html.len() + 8 * field.len());
    let mut pieces = html.split("<form ");
    bound.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        bound.push_str("<form ");
        match piece.split_once("</form>") {
            Some((form, rest)) if posts(form) => {
                bound.push_str(form);
                bound.push_str(&field);
                bound.push_str("</form>");
                bound.push_str(rest);
            }
            Some(_) | None => bound.push_str(piece),
        }
    }
    bound
}

/// Whether the form that begins here posts.
fn posts(form: &str) -> bool {
    let tag = form.split_once('>').map_or(form, |(tag, _)| tag);
    tag.contains("method=\"post\"")
}

/// Whether the route is about the person themselves, wherever they act: it is done, and noted, in the
/// organisation they belong to in earnest.
pub(super) fn is_personal(path: &str) -> bool {
    path == "/sign-out"
        || path == "/organisations"
        || (path.starts_with("/profile") && !path.starts_with("/profile/api-clients"))
}

/// Refuses a form that was made in another organisation.
pub(super) fn refuse_foreign(visit: &Visit) -> Result<(), PageError> {
    let (Some(acting), Some(made_in)) = (&visit.acting, visit.sent(FIELD)) else {
        return Ok(());
    };
    if is_personal(&visit.path) || made_in == acting.code {
        return Ok(());
    }
    let there = acting.places.iter().find(|place| place.code == made_in);
    Err(PageError::MadeElsewhere {
        there: there.map_or_else(|| "another organisation".to_owned(), |place| place.name.clone()),
        here: acting.organisation.clone(),
    })
}
