//! The frame around every page: title, side navigation, who is signed in, the account chip, the
//! search field and a notice carried over from the act before.
//!
//! With no person there is no navigation: sign-in and errors for strangers use the same frame bare.

use super::notice::Notice;

/// What every page hands to `templates/base.html`.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The page's name in the browser's tab; "· Countersign" is added.
    pub title: String,
    /// Who is signed in; `None` leaves out navigation, chip and search.
    pub person: Option<PersonView>,
    /// Where the person is, where they could be elsewhere.
    pub turn: Option<TurnView>,
    /// The side navigation, group by group.
    pub nav: Vec<NavGroup>,
    /// What the page is about, money-wise; `None` leaves the chip out.
    pub account: Option<AccountChip>,
    /// What is in the search field (GET `/payouts?q=`).
    pub search_query: String,
    /// What the act before has to say, shown once at the top.
    pub notice: Option<Notice>,
}

impl Layout {
    /// The bare frame, for people who are not signed in.
    pub fn bare(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            person: None,
            turn: None,
            nav: Vec::new(),
            account: None,
            search_query: String::new(),
            notice: None,
        }
    }
}

/// Who is signed in, at the foot of the navigation.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Full name.
    pub name: String,
    /// One or two letters for the round mark.
    pub initials: String,
    /// The roles in words: "Reviewer", "Initiator, Auditor".
    pub roles: String,
}

/// The organisation a person is in, and the others they could turn to.
#[derive(Clone, Debug)]
pub struct TurnView {
    /// Its name.
    pub name: String,
    /// The chapter of the guide that is practised here: "reviewer"; none in earnest.
    pub practised: Option<&'static str>,
    /// The others: public id and name.
    pub others: Vec<(String, String)>,
}

/// A group of links in the navigation.
#[derive(Clone, Debug)]
pub struct NavGroup {
    /// The group's heading; the first group has none.
    pub heading: Option<String>,
    /// Its links in order.
    pub items: Vec<NavItem>,
}

/// One link in the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// What is read.
    pub label: String,
    /// Where it goes.
    pub href: String,
    /// Whether it is the page shown, or holds it.
    pub current: bool,
    /// How many wait there for this person: "3".
    pub waiting: Option<String>,
}

impl NavItem {
    /// A link that is not the page shown and has nothing waiting.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            current: false,
            waiting: None,
        }
    }
}

/// The payout account that the page is about.
#[derive(Clone, Debug)]
pub struct AccountChip {
    /// The first two letters of the currency, or `All`.
    pub mark: String,
    /// The account's name, or "All payout accounts".
    pub name: String,
    /// Number and balance: "35253486 · MWK 12,480,200.00 available".
    pub detail: Option<String>,
    /// Where a press on it goes, if anywhere.
    pub href: Option<String>,
}
