//! Form fields: label, value, hint and fault belong together and are printed together, so no input
//! is ever without its label and no fault without its field.

use super::link::LinkView;
use askama::Template;
use askama::filters::HtmlSafe;

/// What kind of input a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Text,
    /// One line in the monospace face: numbers of accounts, references.
    Code,
    /// An e-mail address.
    Email,
    /// A secret.
    Password,
    /// An amount; a decimal keyboard on phones.
    Amount,
    /// A whole number.
    Count,
    /// A day.
    Date,
    /// A day and a time without zone.
    DateTime,
    /// A search.
    Search,
    /// Several lines.
    Paragraph,
    /// One of `choices`.
    Select,
    /// A file; drops are taken where JavaScript runs.
    File,
    /// Sent along unseen. Prints no label.
    Hidden,
}

/// One of the choices of a select.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// A choice that sends `value` and reads `label`.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// One field of a form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/field.html")]
pub struct FieldView {
    /// The form field's name; part of the contract.
    pub name: String,
    /// Unique on the page; the name unless [`FieldView::scoped`].
    pub id: String,
    /// What is asked.
    pub label: String,
    /// What is in it; for a select the value chosen.
    pub value: String,
    /// What kind of input it is.
    pub kind: FieldKind,
    /// How to fill it in, below the label.
    pub hint: Option<String>,
    /// What is wrong with the value and what to do.
    pub error: Option<String>,
    /// What the file said, where that is not what is shown.
    pub original: Option<String>,
    /// For a select.
    pub choices: Vec<Choice>,
    /// Whether the browser insists on a value.
    pub required: bool,
    /// The `autocomplete` token (WCAG 1.3.5), `off` where there is none.
    pub autocomplete: String,
    /// For a file: the `accept` list.
    pub accept: String,
    /// Whether a passkey's answer may stand instead of what is typed: a script offers it then.
    pub takes_passkey: bool,
}

impl FieldView {
    /// An empty, optional field.
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> Self {
        let name = name.into();
        Self {
            id: name.clone(),
            name,
            label: label.into(),
            value: String::new(),
            kind,
            hint: None,
            error: None,
            original: None,
            choices: Vec::new(),
            required: false,
            autocomplete: "off".to_owned(),
            accept: String::new(),
            takes_passkey: false,
        }
    }

    /// The code of a second factor. Who `has_passkeys` may give the answer of one instead.
    pub fn second_factor(has_passkeys: bool) -> Self {
        Self {
            takes_passkey: has_passkeys,
            ..Self::new("code", "Code", FieldKind::Code)
        }
        .hint(if has_passkeys {
            "Your passkey, the 6 digits in your app, or a recovery code."
        } else {
            "The 6 digits in your app, or a recovery code."
        })
        .required()
        .autocomplete("one-time-code")
    }

    /// A field that is sent along unseen.
    pub fn hidden(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, "", FieldKind::Hidden).value(value)
    }

    /// The same holding `value`.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a fault, where there is one.
    #[must_use]
    pub fn error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// The same naming what the file said.
    #[must_use]
    pub fn original(mut self, original: Option<String>) -> Self {
        self.original = original;
        self
    }

    /// The same with the choices of a select.
    #[must_use]
    pub fn choices(mut self, choices: Vec<Choice>) -> Self {
        self.choices = choices;
        self
    }

    /// The same, insisted on.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same with an `autocomplete` token.
    #[must_use]
    pub fn autocomplete(mut self, token: impl Into<String>) -> Self {
        self.autocomplete = token.into();
        self
    }

    /// The same for files in the `accept` list.
    #[must_use]
    pub fn accept(mut self, accept: impl Into<String>) -> Self {
        self.accept = accept.into();
        self
    }

    /// The same with an id of its own, for a page that has the name in several forms.
    #[must_use]
    pub fn scoped(mut self, scope: &str) -> Self {
        self.id = format!("{scope}-{}", self.name);
        self
    }

    /// The ids of hint, original and fault, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.id));
        }
        if self.original.is_some() {
            ids.push(format!("{}-original", self.id));
        }
        if self.error.is_some() {
            ids.push(format!("{}-error", self.id));
        }
        ids.join(" ")
    }

    /// The `type` of the input, for the kinds that are one.
    pub fn input_type(&self) -> &'static str {
        match self.kind {
            FieldKind::Email => "email",
            FieldKind::Password => "password",
            FieldKind::Date => "date",
            FieldKind::DateTime => "datetime-local",
            FieldKind::Search => "search",
            FieldKind::File => "file",
            FieldKind::Hidden => "hidden",
            FieldKind::Text
            | FieldKind::Code
            | FieldKind::Amount
            | FieldKind::Count
            | FieldKind::Paragraph
            | FieldKind::Select => "text",
        }
    }

    /// The on-screen keyboard, where the type does not already choose it.
    pub fn input_mode(&self) -> Option<&'static str> {
        match self.kind {
            FieldKind::Amount => Some("decimal"),
            FieldKind::Count => Some("numeric"),
            FieldKind::Text
            | FieldKind::Code
            | FieldKind::Email
            | FieldKind::Password
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Search
            | FieldKind::Paragraph
            | FieldKind::Select
            | FieldKind::File
            | FieldKind::Hidden => None,
        }
    }
}

/// Fields that answer one question: "Where the money goes".
#[derive(Clone, Debug)]
pub struct FieldGroup {
    /// The question.
    pub legend: String,
    /// A sentence on how the fields go together.
    pub hint: Option<String>,
    /// The fields in order.
    pub fields: Vec<FieldView>,
}

/// A GET form over a list. Its fields stand side by side.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/filters.html")]
pub struct Filters {
    /// Where it is sent.
    pub action: String,
    /// Its fields in order.
    pub fields: Vec<FieldView>,
    /// How to be rid of all filters, where any is set.
    pub clear: Option<LinkView>,
}

impl HtmlSafe for FieldView {}
impl HtmlSafe for Filters {}
