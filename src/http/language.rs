//! The language of an answer, from `Accept-Language` (RFC 9110, 12.5.4). Where nothing that is asked
//! for is spoken here, the answer is in English rather than refused.

/// What is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// French.
    French,
    /// Arabic.
    Arabic,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::English, Self::French, Self::Arabic];

    /// Its tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Arabic => "ar",
        }
    }

    /// The best of what `header` asks for: by weight, then by order. `fr-CH` is met by French.
    #[must_use]
    pub fn negotiate(header: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for entry in header.split(',') {
            let mut parts = entry.split(';');
            let range = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=").map(weight));
            let weight = weight.unwrap_or(1000);
            let primary = range.split('-').next().unwrap_or_default();
            let named = Self::ALL
                .into_iter()
                .find(|language| primary.eq_ignore_ascii_case(language.tag()));
            let language = if range == "*" {
                Some(Self::default())
            } else {
                named
            };
            if let Some(language) = language
                && weight > best.map_or(0, |(weight, _)| weight)
            {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language).unwrap_or_default()
    }
}

/// A weight in thousandths: at most three decimals; what is malformed weighs nothing.
fn weight(text: &str) -> u16 {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let thousandths = format!("{decimals:0<3}")
        .parse::<u16>()
        .ok()
        .filter(|_| decimals.len() <= 3);
    match (whole, thousandths) {
        ("1", Some(_)) => 1000,
        ("0", Some(weight)) => weight,
        _ => 0,
    }
}
