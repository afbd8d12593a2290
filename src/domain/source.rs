//! How the rows of a batch came.

/// Where a batch has its rows from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Source {
    /// Read from an uploaded file.
    File,
    /// Sent as JSON.
    Json,
    /// Typed in the portal, or made there from another batch.
    Portal,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::File, Self::Json, Self::Portal];

    /// The word stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Json => "json",
            Self::Portal => "portal",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }

    /// What integrators and pages call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::File => "File Upload",
            Self::Json => "JSON Integration",
            Self::Portal => "Portal",
        }
    }
}
