//! Forms that are bound to the organisation they were made in. Numbers of batches begin anew in each
//! organisation, so a form left open in one tab must not act in another organisation that was chosen
//! meanwhile in another tab.
//!
//! The invariant: every form that a signed-in person is shown and that posts carries the public id of
//! the organisation it was made in, because it is put in where all pages pass; and a form that carries
//! another than the one the session is in does nothing.

use super::error::PageError;
use crate::http::visit::Visit;
use memchr::memmem;

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
    let mut done = 0;
    // A page is long and has few forms: found with the processor's wide registers.
    for begin in memmem::find_iter(html.as_bytes(), "<form ") {
        let form = html.get(begin..).unwrap_or_default();
        let Some((form, _)) = form.split_once("</form>").filter(|(form, _)| posts(form)) else {
            continue;
        };
        let end = begin + form.len();
        bound.push_str(html.get(done..end).unwrap_or_default());
        bound.push_str(&field);
        done = end;
    }
    bound.push_str(html.get(done..).unwrap_or_default());
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
