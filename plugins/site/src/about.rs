//! The pages about all artifacts, and which of them a repository has something for.

use crate::duties::Duties;
use crate::model::Site;

/// A page about all artifacts, beside home and search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Duties,
    Services,
    Trace,
    Reviews,
    Glossary,
}

impl About {
    /// All, as the navigation lists them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Duties,
        Self::Services,
        Self::Trace,
        Self::Reviews,
        Self::Glossary,
    ];

    pub(crate) fn address(self) -> &'static str {
        match self {
            Self::Duties => "duties.html",
            Self::Services => "services.html",
            Self::Trace => "trace.html",
            Self::Reviews => "reviews.html",
            Self::Glossary => "glossary.html",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Duties => "My duties",
            Self::Services => "Services",
            Self::Trace => "Traceability",
            Self::Reviews => "Reviews",
            Self::Glossary => "Glossary",
        }
    }

    /// Returns whether there is anything to say on the page: not every repository has services.
    pub(crate) fn has_content(self, site: &Site<'_>, duties: &Duties) -> bool {
        let has = |kind: &str| site.of_kind(kind).next().is_some();
        match self {
            Self::Duties => !duties.is_empty(),
            Self::Services => has("service"),
            Self::Trace => has("policy") || has("process"),
            Self::Reviews => site
                .items
                .iter()
                .any(|item| !item.raw.text("review_by").is_empty()),
            Self::Glossary => has("term"),
        }
    }
}
