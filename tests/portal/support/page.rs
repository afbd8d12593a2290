//! Answers and pages. Every answer checks its headers and every page its hygiene when it arrives, so
//! each test that fetches a page also tests what holds for all of them.

use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeSet;

/// What came back.
pub struct Answer {
    pub asked: String,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Checks what holds for every answer of the portal.
    #[track_caller]
    pub fn checked(self) -> Self {
        self.check_headers();
        if self.is_page() {
            self.page().check();
        }
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn is_page(&self) -> bool {
        self.header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    }

    /// The page, parsed.
    pub fn page(&self) -> Page {
        Page {
            asked: self.asked.clone(),
            html: Html::parse_document(&self.text()),
        }
    }

    /// Expects this status; answers itself, so that one can go on asking.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.said());
        self
    }

    /// Expects the act to be done: sends the browser on.
    #[track_caller]
    pub fn done(self) -> String {
        let answer = self.is(303);
        answer.header("location").unwrap().to_owned()
    }

    /// Expects a page that says this.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        let said = self.said();
        assert!(said.contains(text), "{}: “{text}” is not in: {said}", self.asked);
        self
    }

    /// Expects a refusal with this status whose page says this.
    #[track_caller]
    pub fn refused(self, status: u16, text: &str) {
        self.is(status).says(text);
    }

    /// What a person reads on it.
    pub fn said(&self) -> String {
        if self.is_page() {
            self.page().text("main")
        } else {
            self.text()
        }
    }

    #[track_caller]
    fn check_headers(&self) {
        let asked = &self.asked;
        let is = |name: &str, wanted: &str| {
            assert_eq!(self.header(name), Some(wanted), "{asked}: header {name}");
        };
        is("x-content-type-options", "nosniff");
        is("x-frame-options", "DENY");
        is("referrer-policy", "no-referrer");
        let csp = self.header("content-security-policy").unwrap_or_default();
        assert!(
            csp.contains("default-src 'self'")
                && csp.contains("frame-ancestors 'none'")
                && !csp.contains("unsafe"),
            "{asked}: {csp}"
        );
        if !asked.contains(" /static/") {
            is("cache-control", "no-store");
        }
        for (name, value) in &self.headers {
            if name == "set-cookie" {
                assert!(
                    value.contains("HttpOnly") && value.contains("SameSite=Lax") && value.contains("Path=/"),
                    "{asked}: cookie {value}"
                );
            }
        }
    }
}

/// A page.
pub struct Page {
    pub asked: String,
    html: Html,
}

impl Page {
    /// All elements that match.
    #[track_caller]
    pub fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.html.select(&Selector::parse(selector).unwrap()).collect()
    }

    /// Whether an element matches.
    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    /// The text of the first element that matches, with single spaces.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_default()
    }

    /// The texts of all elements that match.
    #[track_caller]
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(text_of).collect()
    }

    /// Expects the page to say this in its main part.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        let said = self.text("main");
        assert!(said.contains(text), "{}: “{text}” is not in: {said}", self.asked);
        self
    }

    /// The form that posts there, with what it sends if nobody fills anything in.
    pub fn form(&self, action: &str) -> Option<Vec<(String, String)>> {
        let form = self
            .all("form")
            .into_iter()
            .find(|form| form.attr("action") == Some(action) && form.attr("method") == Some("post"))?;
        let mut fields = Vec::new();
        for input in form.select(&Selector::parse("input[name], textarea[name], select[name]").unwrap()) {
            let name = input.attr("name").unwrap_or_default().to_owned();
            let value = match input.value().name() {
                "textarea" => text_of(input),
                "select" => chosen(input),
                _ => input.attr("value").unwrap_or_default().to_owned(),
            };
            fields.push((name, value));
        }
        Some(fields)
    }

    /// Where the page's forms post to.
    pub fn actions(&self) -> Vec<String> {
        let forms = self.all("form[method=post]").into_iter();
        forms
            .filter_map(|form| form.attr("action").map(str::to_owned))
            .collect()
    }

    /// What holds for every page.
    #[track_caller]
    pub fn check(&self) {
        let asked = &self.asked;
        assert_eq!(self.all("h1").len(), 1, "{asked}: one h1");
        assert!(!self.text("h1").is_empty(), "{asked}: the h1 says something");
        assert!(!self.text("title").is_empty(), "{asked}: a title");
        assert!(self.has("html[lang]"), "{asked}: a language");
        assert!(self.has("main"), "{asked}: a main part");
        assert!(
            !self.has("style, script:not([src]), [style]"),
            "{asked}: nothing inline"
        );
        self.check_attributes();
        self.check_inputs();
        // A form of a signed-in person says in which organisation it was made.
        if self.has(".person") {
            let bound = self.all("form[method=post] input[name=made_in]").len();
            assert_eq!(
                bound,
                self.all("form[method=post]").len(),
                "{asked}: forms are bound"
            );
        }
        for form in self.all("form") {
            assert!(
                form.attr("action").is_some_and(|action| action.starts_with('/')),
                "{asked}: every form has an action"
            );
            assert!(
                matches!(form.attr("method"), Some("post" | "get")),
                "{asked}: every form has a method"
            );
        }
        for table in self.all("table") {
            let has = |selector| table.select(&Selector::parse(selector).unwrap()).next().is_some();
            assert!(
                has("caption") && has("th[scope]"),
                "{asked}: tables have captions and headers"
            );
        }
    }

    #[track_caller]
    fn check_attributes(&self) {
        let mut ids = BTreeSet::new();
        for element in self.all("*") {
            for (name, value) in element.value().attrs() {
                assert!(!name.starts_with("on"), "{}: handler {name}", self.asked);
                assert!(
                    !value.trim_start().starts_with("javascript:"),
                    "{}: {value}",
                    self.asked
                );
                if name == "id" {
                    assert!(ids.insert(value.to_owned()), "{}: id {value} twice", self.asked);
                }
            }
        }
    }

    #[track_caller]
    fn check_inputs(&self) {
        let labels: BTreeSet<&str> = self
            .all("label[for]")
            .iter()
            .filter_map(|l| l.attr("for"))
            .collect();
        for input in self.all("input, select, textarea") {
            if matches!(input.attr("type"), Some("hidden" | "submit" | "button")) {
                continue;
            }
            let wrapped = input
                .ancestors()
                .filter_map(ElementRef::wrap)
                .any(|around| around.value().name() == "label");
            let labelled = wrapped
                || input.attr("aria-label").is_some()
                || input.attr("aria-labelledby").is_some()
                || input.attr("id").is_some_and(|id| labels.contains(id));
            assert!(labelled, "{}: no label for {}", self.asked, input.html());
        }
    }
}

/// The element's text with single spaces.
pub fn text_of(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn chosen(select: ElementRef<'_>) -> String {
    let options = Selector::parse("option").unwrap();
    let all: Vec<ElementRef<'_>> = select.select(&options).collect();
    let chosen = all.iter().find(|option| option.attr("selected").is_some());
    let value = chosen.or(all.first()).and_then(|option| option.attr("value"));
    value.unwrap_or_default().to_owned()
}
