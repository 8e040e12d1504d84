//! What the host offers to a plugin that asks: histories and assets.

use std::fmt;
use std::sync::Arc;

/// Where the versions of artifacts come from: the program knows git, this crate does not.
pub trait History: Send + Sync {
    /// Returns the versions of an artifact, newest first; none for an id that never was.
    ///
    /// The error is one sentence: why the answer cannot be whole. It ends the plugin's run, which
    /// counts as incomplete.
    fn versions(&self, id: &str) -> Result<Vec<Version>, String>;
}

/// What one commit made of an artifact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// The commit's full id.
    pub commit: String,
    /// Its time, RFC 3339 in UTC.
    pub date: String,
    /// Its author's name.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// The artifact's path after it.
    pub path: String,
    /// `added`, `changed`, `renamed` or `removed`.
    pub change: String,
    /// Named values more.
    pub data: Vec<(String, String)>,
}

/// A file of the repository a plugin may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path from the repository's root.
    pub name: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// What a plugin is offered beside the artifacts it is handed.
#[derive(Clone, Default)]
pub struct Services {
    /// Histories; absent where the verb has none.
    pub history: Option<Arc<dyn History>>,
    /// The files listed for it, by name.
    pub assets: Arc<[Asset]>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services")
            .field("history", &self.history.is_some())
            .field("assets", &self.assets.len())
            .finish()
    }
}
