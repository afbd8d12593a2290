//! The guide: its first page, and a chapter for each part, every one with words of its own.

use super::parts::*;
use super::sample;
use askama::Template;
use countersign::domain::practice::Part;
use countersign::pages::view::guide::{Chapter, GuidePage, GuideRolePage};
use countersign::pages::view::link::LinkView;
use countersign::pages::view::practice::{PracticeStep, PracticeView, StepState, Way};
use scraper::{Html, Selector};

fn chapter(part: Part) -> Chapter {
    Chapter {
        slug: part.as_str(),
        name: part.role(),
        summary: "The chapter in a sentence.",
    }
}

fn practice(role: Chapter) -> PracticeView {
    let step = |title: &str, state| PracticeStep {
        title: title.into(),
        text: "How it is done, in a sentence or two.".into(),
        state,
        links: vec![LinkView::new("Open the batch", "/batches/10000001")],
    };
    let way = |name: &str| Way {
        code: "FYH0NTVW0DXK".into(),
        name: name.into(),
    };
    PracticeView {
        role,
        there: Some(way("Practice as Reviewer")),
        back: Some(way("Kachere Traders")),
        steps: vec![
            step("A batch comes to you", StepState::Done),
            step("Read it and decide", StepState::Now),
            step("See what becomes of it", StepState::Next),
        ],
    }
}

#[test]
fn the_guide() {
    sample(
        "guide",
        &GuidePage {
            layout: layout("Guide", "Guide for reviewers"),
            chapters: Part::ALL.map(chapter).to_vec(),
        },
    );
    for part in Part::ALL {
        let role = chapter(part);
        let page = GuideRolePage {
            layout: layout(role.name, "Guide for reviewers"),
            role,
            others: vec![chapter(Part::Initiator)],
            practice: None,
        };
        let html = Html::parse_document(&page.render().unwrap());
        let words = Selector::parse("article.prose h2").unwrap();
        assert!(html.select(&words).next().is_some(), "{} has words", role.name);
        let practice = Some(practice(role));
        sample(
            &format!("guide-{}", role.slug),
            &GuideRolePage { practice, ..page },
        );
    }
}
