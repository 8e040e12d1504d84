//! What put each text in force, as far as the history says.

use govkit_book::Book;
use govkit_reader::Version;

/// Statuses that put a text in force.
const IN_FORCE: [&str; 5] = ["approved", "effective", "active", "live", "accepted"];

/// The version that gave an artifact its status.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The artifact's place in the book, its number and its name.
    pub place: String,
    /// The number of its section.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The version.
    pub version: Version,
}

/// Returns for each artifact in force the version that put it there. `versions` hands out those of
/// an id, newest first.
pub fn approvals(book: &Book, mut versions: impl FnMut(&str) -> Vec<Version>) -> Vec<Approval> {
    let mut found = Vec::new();
    for section in book.sections() {
        let versions = versions(&section.id);
        let Some(newest) = versions.first().filter(|one| in_force(one)) else {
            continue;
        };
        let same = versions
            .iter()
            .take_while(|one| one.status() == newest.status());
        let version = same.last().unwrap_or(newest).clone();
        found.push(Approval {
            place: section.place.clone(),
            number: section.number.clone(),
            title: section.title.clone(),
            version,
        });
    }
    found
}

fn in_force(version: &Version) -> bool {
    IN_FORCE.contains(&version.status())
}
