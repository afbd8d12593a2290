//! One page for every refusal: what happened, the number and the limit, what to do, and a way back.

use super::layout::Layout;
use super::link::LinkView;
use askama::Template;

/// A refusal or a failure, as a page.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame; bare where nobody is signed in.
    pub layout: Layout,
    /// The HTTP status, small above the heading: "404".
    pub code: String,
    /// What happened: "This file is too large".
    pub heading: String,
    /// More of it, with the number and the limit.
    pub what: String,
    /// One reason a line, where a form was refused for several.
    pub reasons: Vec<String>,
    /// What to do.
    pub remedy: String,
    /// The way back.
    pub back: LinkView,
    /// What to quote when asking for help: the request's id, where there is one.
    pub request_id: Option<String>,
}
