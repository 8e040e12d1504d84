//! What an artifact went through.

use govkit_sdk::history;

/// Digits of a commit that are shown.
const SHORT: usize = 10;

/// One version of an artifact.
#[derive(Clone, Debug, Default)]
pub struct Version {
    /// The day, `2026-01-31`.
    pub date: String,
    /// Who wrote it.
    pub author: String,
    /// The first line of the commit's message.
    pub subject: String,
    /// `added`, `changed`, `renamed` or `removed`.
    pub change: String,
    /// The commit, shortened.
    pub commit: String,
    /// Named values more, such as `status`; a name may come more than once.
    pub data: Vec<(String, String)>,
}

impl Version {
    /// Returns the values of one name.
    pub fn named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> + 's {
        let mine = self.data.iter().filter(move |(key, _)| key == name);
        mine.map(|(_, value)| value.as_str())
    }

    /// Returns the status the version has; empty: none.
    pub fn status(&self) -> &str {
        self.named("status").next().unwrap_or_default()
    }
}

/// Fetches the versions of an artifact from the host, newest first.
pub fn versions(id: &str) -> Vec<Version> {
    let version = |one: history::Version| Version {
        date: one.date.chars().take(10).collect(),
        author: one.author,
        subject: one.subject,
        change: one.change,
        commit: one.commit.chars().take(SHORT).collect(),
        data: one.data,
    };
    history::versions(id).into_iter().map(version).collect()
}

/// Asks the host when an artifact was last changed: RFC 3339 in UTC, empty where nobody knows.
pub fn last_change(id: &str) -> String {
    let newest = history::versions(id).into_iter().next();
    newest.map(|version| version.date).unwrap_or_default()
}
