//! The guide: how each role works. Plain prose, kept in `templates/guide/`; true to the rules.

use super::layout::Layout;
use super::practice::PracticeView;
use askama::Template;

/// A chapter of the guide: a built-in role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuideRole {
    /// Uploads, corrects and submits.
    Initiator,
    /// Checks and signs second of three.
    Reviewer,
    /// Signs last; funds are reserved then.
    Approver,
    /// Sees everything, changes nothing.
    Auditor,
    /// Runs team, accounts and policy.
    Administrator,
    /// Runs API clients and webhooks.
    Developer,
}

impl GuideRole {
    /// All chapters, in the order of the work.
    pub const ALL: [Self; 6] = [
        Self::Initiator,
        Self::Reviewer,
        Self::Approver,
        Self::Auditor,
        Self::Administrator,
        Self::Developer,
    ];

    /// The chapter at `/guide/{slug}`.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.slug() == slug)
    }

    /// The last part of the chapter's address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Initiator => "initiator",
            Self::Reviewer => "reviewer",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::Developer => "developer",
        }
    }

    /// The chapter's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Initiator => "Initiator",
            Self::Reviewer => "Reviewer",
            Self::Approver => "Approver",
            Self::Auditor => "Auditor",
            Self::Administrator => "Administrator",
            Self::Developer => "Developer",
        }
    }

    /// The chapter in one line.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Initiator => "Upload a file, correct it, send it for signing.",
            Self::Reviewer => "Check what others prepared, and sign or send it back.",
            Self::Approver => "Give the deciding signature. Funds are reserved then.",
            Self::Auditor => "See everything, download reports, change nothing.",
            Self::Administrator => "Look after people, payout accounts and the approval policy.",
            Self::Developer => "Look after API clients and webhooks; try the sandbox.",
        }
    }
}

/// The guide's first page.
#[derive(Debug, Template)]
#[template(path = "guide/index.html")]
pub struct GuidePage {
    /// The frame.
    pub layout: Layout,
}

/// One chapter of the guide.
#[derive(Debug, Template)]
#[template(path = "guide/role.html")]
pub struct GuideRolePage {
    /// The frame.
    pub layout: Layout,
    /// Which chapter.
    pub role: GuideRole,
    /// Its practice.
    pub practice: Option<PracticeView>,
}
