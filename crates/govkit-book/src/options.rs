//! The configuration of a plugin that writes a book.

use serde::Deserialize;

/// What a book is to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: String,
    /// Its version; empty: the newest day from which a text is in force.
    pub version: String,
    /// The kinds it has, in their order; empty: all, why before what before how.
    pub kinds: Vec<String>,
    /// The statuses of the artifacts it has; empty: all.
    pub statuses: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: "Handbook".to_owned(),
            organisation: String::new(),
            version: String::new(),
            kinds: Vec::new(),
            statuses: Vec::new(),
        }
    }
}

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if options.title.trim().is_empty() {
            return Err("`title` is empty; write the title of the book".to_owned());
        }
        Ok(options)
    }

    /// The kinds there are, in the order of their chapters.
    pub(crate) fn in_order<'k>(&'k self, there: &[&'k str]) -> Vec<&'k str> {
        if !self.kinds.is_empty() {
            let mut kinds: Vec<&str> = self.kinds.iter().map(String::as_str).collect();
            let mut seen = std::collections::BTreeSet::new();
            kinds.retain(|kind| there.contains(kind) && seen.insert(*kind));
            return kinds;
        }
        let mut kinds = there.to_vec();
        let question = |kind: &str| WHY_WHAT_HOW.iter().position(|known| *known == kind);
        kinds.sort_by_key(|kind| (question(kind).unwrap_or(WHY_WHAT_HOW.len()), *kind));
        kinds
    }
}

/// Why, what, how.
const WHY_WHAT_HOW: [&str; 3] = ["policy", "process", "procedure"];

/// The heading of a kind's chapter: `policy` is `Policies`.
pub(crate) fn chapter_title(kind: &str) -> String {
    let mut words = kind.replace(['_', '-'], " ");
    if let Some(first) = words.chars().next() {
        let rest = words.split_off(first.len_utf8());
        words = first.to_uppercase().chain(rest.chars()).collect();
    }
    let vowel_before_y = || {
        words
            .trim_end_matches('y')
            .ends_with(['a', 'e', 'i', 'o', 'u'])
    };
    if words.ends_with('y') && !vowel_before_y() {
        words.truncate(words.len() - 1);
        return words + "ies";
    }
    let hisses = ["s", "x", "z", "ch", "sh"];
    match hisses.iter().any(|end| words.ends_with(end)) {
        true => words + "es",
        false => words + "s",
    }
}
