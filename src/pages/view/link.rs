//! Links and what is made of them: buttons, tabs, the pager, breadcrumbs and empty states.

use askama::Template;
use askama::filters::HtmlSafe;

/// A link with its words.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// What is read.
    pub label: String,
    /// Where it goes.
    pub href: String,
}

impl LinkView {
    /// A link to `href` that reads `label`.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
        }
    }
}

/// How much a button weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonTone {
    /// The one thing this page asks for. At most one on a page.
    Primary,
    /// Anything else.
    Plain,
    /// Takes something away.
    Danger,
}

impl ButtonTone {
    /// The classes of a button with this weight (`static/css/button.css`).
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Plain => "button",
            Self::Danger => "button button--danger",
        }
    }
}

/// A link that looks like a button: "New batch".
#[derive(Clone, Debug, Template)]
#[template(path = "parts/button_link.html")]
pub struct ButtonLink {
    /// Words and target.
    pub link: LinkView,
    /// Its weight.
    pub tone: ButtonTone,
}

impl ButtonLink {
    /// A button to `href` that reads `label`.
    pub fn new(label: &str, href: impl Into<String>, tone: ButtonTone) -> Self {
        Self {
            link: LinkView::new(label, href),
            tone,
        }
    }
}

/// One tab above a table: "Needs correcting 5".
#[derive(Clone, Debug)]
pub struct Tab {
    /// Words and target; the count is part of neither.
    pub link: LinkView,
    /// How many are behind it, already formatted; `None` for a tab that counts nothing.
    pub count: Option<String>,
    /// Whether it is the one shown.
    pub current: bool,
}

/// Ways to the pages before and after this one. Keyset paging: no page numbers, no total.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/pager.html")]
pub struct Pager {
    /// The address of the page before, if there is one.
    pub previous: Option<String>,
    /// The address of the page after, if there is one.
    pub next: Option<String>,
}

/// What a list says when nothing is in it: what that means and what to do next.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/empty.html")]
pub struct EmptyState {
    /// What the emptiness means: "Nothing waits for you".
    pub heading: String,
    /// One or two sentences more.
    pub text: String,
    /// What to do next, if there is something.
    pub act: Option<LinkView>,
}

impl HtmlSafe for ButtonLink {}
impl HtmlSafe for Pager {}
impl HtmlSafe for EmptyState {}
