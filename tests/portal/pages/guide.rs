//! The guide's words on the sandbox are those of the rail: pages can't import rails, so the template
//! says it again, and this test holds the two together.

use askama::Template;
use countersign::pages::view::guide::GuidePage;
use countersign::pages::view::layout::Layout;
use countersign::rails::sandbox::MAGIC;
use scraper::{Html, Selector};

/// What the guide says happens, for what the rail says of each magic value.
const SAID: &[(&str, &str, &str)] = &[
    ("expenses_services", "failed", "fails"),
    ("government_dues", "initiated", "Initiated"),
    ("payroll_benefits", "never comes", "No answer comes"),
    ("payroll_benefits", "sent back", "comes back"),
    ("money_exchange", "refused", "refuses"),
];

#[test]
fn the_guide_says_of_the_sandbox_what_it_does() {
    let page = GuidePage {
        layout: Layout::bare("Guide"),
        chapters: Vec::new(),
    };
    let html = Html::parse_document(&page.render().unwrap());
    let rows = Selector::parse("tbody tr:has(th.code)").unwrap();
    let rows: Vec<String> = html.select(&rows).map(|row| row.text().collect()).collect();
    assert_eq!(rows.len(), MAGIC.len(), "one line a magic value");
    assert_eq!(SAID.len(), MAGIC.len(), "each magic value is known to this test");
    for magic in MAGIC {
        let (purpose, _, guide) = SAID
            .iter()
            .find(|(purpose, rail, _)| magic.when.contains(purpose) && magic.then.contains(rail))
            .unwrap_or_else(|| panic!("the sandbox has changed what it does on “{}”", magic.when));
        let row = rows
            .iter()
            .find(|row| row.contains(purpose) && row.contains(guide))
            .unwrap_or_else(|| panic!("the guide does not say of {purpose} that it {guide}"));
        if let Some(amount) = magic.when.split(' ').find(|word| word.parse::<i64>().is_ok()) {
            assert!(
                row.contains(amount),
                "of {purpose} the guide does not say {amount}: {row}"
            );
        }
    }
}
