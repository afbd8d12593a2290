//! What answers say, in the caller's language. The sentences are in `locales/`, one file a language;
//! a test holds that each has the same messages. `type`, codes, field names and the two sentences of
//! 401 and 403 are part of the contract and never translated.

use crate::http::call::Call;
use crate::http::language::Language;
pub use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::borrow::Cow;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// The sentences of each language, as they are written.
pub const LOCALES: [(Language, &str); 3] = [
    (Language::English, include_str!("locales/en.ftl")),
    (Language::French, include_str!("locales/fr.ftl")),
    (Language::Arabic, include_str!("locales/ar.ftl")),
];

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<(Language, Bundle)>> = LazyLock::new(|| {
    LOCALES
        .iter()
        .map(|(language, source)| (*language, bundle(*language, source)))
        .collect()
});

fn bundle(language: Language, source: &str) -> Bundle {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Marks that isolate directions are for pages; programs compare these texts.
    bundle.set_use_isolating(false);
    // A test holds that all of it can be read.
    let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(source.to_owned());
    let _known_to_the_test = bundle.add_resource(resource);
    bundle
}

/// What stands in a sentence.
#[derive(Clone, Debug)]
pub enum Arg<'a> {
    /// A number that sentences bend to.
    Number(i64),
    /// A text.
    Text(Cow<'a, str>),
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// The message `key` in this language; the key itself where there is none.
#[must_use]
pub fn say(language: Language, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
    let mut given = FluentArgs::new();
    for (name, arg) in args {
        match arg {
            // As text, so that 1000 is not written 1,000; sentences that bend get the number beside it.
            Arg::Number(number) => given.set(*name, *number),
            Arg::Text(text) => given.set(*name, text.as_ref()),
        }
    }
    let bundle = BUNDLES
        .iter()
        .find(|(known, _)| *known == language)
        .map(|(_, bundle)| bundle);
    let said = bundle.and_then(|bundle| {
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        Some(
            bundle
                .format_pattern(pattern, Some(&given), &mut errors)
                .into_owned(),
        )
    });
    said.unwrap_or_else(|| key.to_owned())
}

impl Call {
    /// The message `key` in the caller's language.
    #[must_use]
    pub fn say(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
        say(self.language, key, args)
    }
}
