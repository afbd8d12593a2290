//! The guide: how each role works. Plain prose, kept in `templates/guide/`; true to the rules.

use super::layout::Layout;
use super::practice::PracticeView;
use askama::Template;

/// A chapter of the guide: a built-in role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// The last part of its address, and the name of its words in `templates/guide/`.
    pub slug: &'static str,
    /// The role.
    pub name: &'static str,
    /// It in one line.
    pub summary: &'static str,
}

/// The guide's first page.
#[derive(Debug, Template)]
#[template(path = "guide/index.html")]
pub struct GuidePage {
    /// The frame.
    pub layout: Layout,
    /// Every chapter, in the order of the work.
    pub chapters: Vec<Chapter>,
}

/// One chapter of the guide.
#[derive(Debug, Template)]
#[template(path = "guide/role.html")]
pub struct GuideRolePage {
    /// The frame.
    pub layout: Layout,
    /// Which chapter.
    pub role: Chapter,
    /// The other ones.
    pub others: Vec<Chapter>,
    /// Its practice.
    pub practice: Option<PracticeView>,
}
