//! Sample data that several pages share.

use countersign::pages::view::act::{ActForm, ActPanel};
use countersign::pages::view::field::{Choice, FieldKind, FieldView, Filters};
use countersign::pages::view::layout::{AccountChip, Layout, NavGroup, NavItem, PersonView};
use countersign::pages::view::link::{ButtonTone, EmptyState, LinkView, Pager};
use countersign::pages::view::seal::{SealCard, SealState, SealView};
use countersign::pages::view::timeline::{Timeline, TimelineEntry};
use countersign::pages::view::tone::Tone;

pub(super) fn group(heading: Option<&str>, items: &[(&str, &str)], current: &str) -> NavGroup {
    let item = |(label, href): &(&str, &str)| NavItem {
        current: *label == current,
        waiting: (*label == "Batches").then(|| "3".to_owned()),
        ..NavItem::new(*label, *href)
    };
    NavGroup {
        heading: heading.map(str::to_owned),
        items: items.iter().map(item).collect(),
    }
}

/// The frame as Chikondi sees it, with `current` marked in the navigation.
pub(super) fn layout(title: &str, current: &str) -> Layout {
    let work = [
        ("Home", "/"),
        ("Batches", "/batches"),
        ("Payouts", "/payouts"),
        ("Reports", "/reports"),
    ];
    let help = [("Guide for reviewers", "/guide/reviewer")];
    Layout {
        person: Some(PersonView {
            name: "Chikondi Mwale".into(),
            initials: "CM".into(),
            roles: "Reviewer".into(),
        }),
        nav: vec![group(None, &work, current), group(Some("Help"), &help, current)],
        account: Some(AccountChip {
            mark: "All".into(),
            name: "All payout accounts".into(),
            detail: None,
            href: None,
        }),
        ..Layout::bare(title)
    }
}

/// The same about the main account.
pub(super) fn main_account(title: &str) -> Layout {
    let account = AccountChip {
        mark: "MK".into(),
        name: "Main payouts".into(),
        detail: Some("35253486 · MWK 12,480,200.00 available".into()),
        href: Some("/batches?account=35253486".into()),
    };
    Layout {
        account: Some(account),
        ..layout(title, "Batches")
    }
}

pub(super) fn mini_seals(steps: &[(&str, SealState)]) -> Vec<SealView> {
    steps
        .iter()
        .map(|(mark, state)| SealView::new(*mark, *state, format!("{mark}, {}", state.word())))
        .collect()
}

pub(super) fn seal_cards(states: [SealState; 3], marks: [&str; 3]) -> Vec<SealCard> {
    let words = [
        (
            "Initiator",
            "Thoko Banda",
            "15 Jan, 09:12 · signed 95 payouts, MWK 450,000.00",
        ),
        (
            "Reviewer",
            "Waiting for you or Grace Phiri",
            "Not Thoko: one person signs once",
        ),
        (
            "Approver",
            "James Gondwe, Ruth Kalua",
            "Above MWK 250,000 needs 6 eyes",
        ),
    ];
    let card = |((role, who, detail), (state, mark)): ((&str, &str, &str), (SealState, &str))| SealCard {
        mark: mark.into(),
        state,
        role: role.into(),
        who: who.into(),
        detail: Some(detail.into()),
    };
    words
        .into_iter()
        .zip(states.into_iter().zip(marks))
        .map(card)
        .collect()
}

pub(super) fn reason_act(noun: &str, opener: &str, label: &str, tone: ButtonTone, why: &str) -> ActForm {
    ActForm {
        action: format!("/batches/20240017/{noun}"),
        label: label.into(),
        tone,
        fields: vec![
            FieldView::hidden("fingerprint", "9f2c"),
            FieldView::new("reason", "Reason", FieldKind::Paragraph)
                .hint("The maker reads it on the batch's page.")
                .required()
                .scoped(noun),
        ],
        panel: Some(ActPanel::new(opener, why)),
    }
}

pub(super) fn plain_act(noun: &str, label: &str) -> ActForm {
    ActForm {
        action: format!("/batches/20240017/{noun}"),
        label: label.into(),
        tone: ButtonTone::Primary,
        fields: vec![FieldView::hidden("fingerprint", "9f2c")],
        panel: None,
    }
}

pub(super) fn filters(action: &str, names: &[(&str, &str, FieldKind)]) -> Filters {
    let field = |(name, label, kind): &(&str, &str, FieldKind)| {
        let all = vec![
            Choice::new("", "All"),
            Choice::new("open", "Open"),
            Choice::new("paying", "Processing"),
        ];
        FieldView::new(*name, *label, *kind).choices(all)
    };
    Filters {
        action: action.into(),
        fields: names.iter().map(field).collect(),
        clear: Some(LinkView::new("Clear", action)),
    }
}

pub(super) fn empty(heading: &str, text: &str) -> EmptyState {
    EmptyState {
        heading: heading.into(),
        text: text.into(),
        act: Some(LinkView::new("New batch", "/batches/new")),
    }
}

pub(super) fn pager() -> Pager {
    Pager {
        previous: None,
        next: Some("?after=20240001".into()),
    }
}

pub(super) fn timeline() -> Timeline {
    let entry = |at: &str, title: &str, who: Option<&str>, tone| TimelineEntry {
        at: at.into(),
        at_machine: "2024-01-15T09:12:00+02:00".into(),
        title: title.into(),
        who: who.map(str::to_owned),
        detail: Some("95 payouts, MWK 450,000.00".into()),
        quote: (title == "Sent back").then(|| "Wrong purpose in rows 3 to 9".to_owned()),
        tone,
    };
    Timeline {
        entries: vec![
            entry("15 Jan 2024, 10:40", "Waiting for review", None, Tone::Wait),
            entry(
                "15 Jan 2024, 10:40",
                "Sent for review",
                Some("Thoko Banda"),
                Tone::Ok,
            ),
            entry("15 Jan 2024, 10:02", "Sent back", Some("Grace Phiri"), Tone::Bad),
            entry("15 Jan 2024, 09:12", "Uploaded", Some("Thoko Banda"), Tone::Info),
        ],
        zone: "Times in Africa/Blantyre (CAT).".into(),
    }
}
