//! Pages made of a heading and a few cards, each with facts and a form or two: profile, passwords, the
//! second factor. Where nobody is signed in the cards stand in the middle, as on the sign-in page.

use super::field::FieldView;
use super::layout::Layout;
use super::link::{ButtonTone, LinkView};
use super::notice::Notice;
use askama::Template;

/// A page of cards.
#[derive(Debug, Template)]
#[template(path = "form_page.html")]
pub struct FormPage {
    /// The frame.
    pub layout: Layout,
    /// The way here.
    pub trail: Vec<LinkView>,
    /// What it is about.
    pub heading: String,
    /// A sentence or two on it.
    pub text: String,
    /// What must be known first.
    pub notices: Vec<Notice>,
    /// The cards in order.
    pub cards: Vec<FormCard>,
}

/// A card: a title, what it says, and a form.
#[derive(Clone, Debug, Default)]
pub struct FormCard {
    /// Its title; empty where the page's heading says it.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Facts, a line each.
    pub facts: Vec<(String, String)>,
    /// The squares of a QR code.
    pub picture: Option<QrView>,
    /// Codes to keep, in the monospace face.
    pub codes: Vec<String>,
    /// The form, where it has one.
    pub form: Option<CardForm>,
    /// Whether its form makes a passkey: a script asks the browser for it before the form is sent.
    pub makes_passkey: bool,
    /// Ways on.
    pub links: Vec<LinkView>,
}

/// The form of a card.
#[derive(Clone, Debug)]
pub struct CardForm {
    /// Where it is sent.
    pub action: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// What its button says.
    pub submit: String,
    /// The weight of the button.
    pub tone: ButtonTone,
}

impl CardForm {
    /// The class of its button.
    pub fn submit_class(&self) -> &'static str {
        match self.tone {
            ButtonTone::Danger => "button button--danger button--solid",
            ButtonTone::Primary => "button button--primary",
            ButtonTone::Plain => "button",
        }
    }
}

/// A QR code as one path of squares.
#[derive(Clone, Debug)]
pub struct QrView {
    /// Squares in a row, the quiet zone of four on each side included.
    pub size: usize,
    /// The dark ones, as the `d` of an SVG path.
    pub path: String,
    /// What it is, for those who don't see it.
    pub label: String,
}

impl FormCard {
    /// A card with a form, whose button is the page's primary one.
    pub fn new(action: impl Into<String>, fields: Vec<FieldView>, submit: &str) -> Self {
        Self {
            form: Some(CardForm {
                action: action.into(),
                fields,
                submit: submit.to_owned(),
                tone: ButtonTone::Primary,
            }),
            ..Self::default()
        }
    }

    /// A card without a form.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The same with a title.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    /// The same, saying this.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// The same with a fact more.
    #[must_use]
    pub fn fact(mut self, label: &str, value: impl Into<String>) -> Self {
        self.facts.push((label.to_owned(), value.into()));
        self
    }

    /// The same with a way on.
    #[must_use]
    pub fn link(mut self, label: &str, href: impl Into<String>) -> Self {
        self.links.push(LinkView::new(label, href));
        self
    }

    /// The same with another weight of its button.
    #[must_use]
    pub fn toned(mut self, tone: ButtonTone) -> Self {
        if let Some(form) = &mut self.form {
            form.tone = tone;
        }
        self
    }
}
