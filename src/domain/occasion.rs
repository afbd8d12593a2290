//! Why one person is paid by themselves: the category, the reason within it, and the evidence beside.
//!
//! The invariant: a category goes only with one of its own reasons.

/// What kind of payment it is. The codes are a contract.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Category {
    /// Money given in support of a customer.
    SupportCredit,
    /// Money given back once.
    OneTimeRefund,
    /// Anything else.
    Other,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 3] = [Self::SupportCredit, Self::OneTimeRefund, Self::Other];

    /// The form field's value, also how it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SupportCredit => "support_credit",
            Self::OneTimeRefund => "one_time_refund",
            Self::Other => "other",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SupportCredit => "Support credit",
            Self::OneTimeRefund => "One-time refund",
            Self::Other => "Other",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == text)
    }

    /// The reasons that go with it; none for [`Category::Other`], which the comment explains.
    #[must_use]
    pub const fn reasons(self) -> &'static [CategoryReason] {
        match self {
            Self::SupportCredit => &[
                CategoryReason::ServiceDisruption,
                CategoryReason::AccountError,
                CategoryReason::CustomerSatisfaction,
            ],
            Self::OneTimeRefund => &[CategoryReason::BillingMistake, CategoryReason::SpecialRequest],
            Self::Other => &[],
        }
    }
}

/// The reason within a category.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum CategoryReason {
    /// The service was disturbed.
    ServiceDisruption,
    /// An account was wrong.
    AccountError,
    /// So that a customer is content.
    CustomerSatisfaction,
    /// A bill was wrong.
    BillingMistake,
    /// Somebody asked, and it was granted.
    SpecialRequest,
}

impl CategoryReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::ServiceDisruption,
        Self::AccountError,
        Self::CustomerSatisfaction,
        Self::BillingMistake,
        Self::SpecialRequest,
    ];

    /// The form field's value, also how it is stored and read by people.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ServiceDisruption => "service disruption",
            Self::AccountError => "account error",
            Self::CustomerSatisfaction => "customer satisfaction",
            Self::BillingMistake => "billing mistake",
            Self::SpecialRequest => "special request",
        }
    }

    /// Reads a code; `service_disruption` is as good as `service disruption`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('_', " ");
        Self::ALL.into_iter().find(|reason| reason.code() == text)
    }
}

/// A category with one of its reasons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occasion {
    category: Category,
    reason: Option<CategoryReason>,
}

/// What is wrong with a category or its reason: at which of the two, and what to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OccasionFault {
    /// No such category.
    #[error("Choose what kind of payment this is.")]
    Category,
    /// The category has reasons, and none was chosen.
    #[error("Choose a reason: {}.", listed(.0.reasons()))]
    ReasonMissing(Category),
    /// No reason, or one of another category.
    #[error("{}", mismatch(*.0))]
    ReasonForeign(Category),
}

impl OccasionFault {
    /// The form field it is shown at.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::ReasonMissing(_) | Self::ReasonForeign(_) => "category_reason",
        }
    }
}

fn mismatch(category: Category) -> String {
    let label = category.label();
    if category.reasons().is_empty() {
        return format!("{label} has no reasons to choose from. Leave it empty and say why in the comment.");
    }
    format!("{label} goes with one of: {}.", listed(category.reasons()))
}

fn listed(reasons: &[CategoryReason]) -> String {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code()).collect();
    codes.join(", ")
}

impl Occasion {
    /// Reads the two form fields.
    ///
    /// # Errors
    /// [`OccasionFault`] says which of the two does not go.
    pub fn parse(category: &str, reason: &str) -> Result<Self, OccasionFault> {
        let category = Category::parse(category.trim()).ok_or(OccasionFault::Category)?;
        let reason = match reason.trim() {
            "" if category.reasons().is_empty() => None,
            "" => return Err(OccasionFault::ReasonMissing(category)),
            text => Some(
                CategoryReason::parse(text)
                    .filter(|reason| category.reasons().contains(reason))
                    .ok_or(OccasionFault::ReasonForeign(category))?,
            ),
        };
        Ok(Self { category, reason })
    }

    /// The category.
    #[must_use]
    pub const fn category(self) -> Category {
        self.category
    }

    /// The reason, where the category has any.
    #[must_use]
    pub const fn reason(self) -> Option<CategoryReason> {
        self.reason
    }
}

/// What a file of evidence is, told by its first bytes: its name says nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EvidenceKind {
    /// ISO 32000: begins with `%PDF-`.
    Pdf,
    /// ISO/IEC 15948: an eight-byte signature.
    Png,
    /// ISO/IEC 10918: begins with the marker SOI and another one.
    Jpeg,
}

/// The largest file of evidence: 10 MiB.
pub const EVIDENCE_BYTES_MAX: u64 = 10 << 20;

/// How many of a file's first bytes tell what it is.
pub const EVIDENCE_HEAD_BYTES: usize = 8;

impl EvidenceKind {
    /// What a file with these first bytes is, if it is one of the three.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if head.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else {
            None
        }
    }

    /// How it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
        }
    }

    /// From how it is stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pdf, Self::Png, Self::Jpeg]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }

    /// Its media type (IANA).
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}
