//! Two files without a repository and without a configuration.

use super::artifact;
use super::catalogue;
use super::change_set::{ArtifactChange, Change, ChangeSet, Compare, CompareMode, Place, Subject};
use super::document::Document;
use super::fields::Roles;
use super::found::{Draft, Found};

/// Compares two files, each a name and its bytes; a side that is `None` does not exist.
///
/// Any file is read as Markdown with whatever front matter it has. The id is the front matter's
/// `id`, else the file's name; there is no kind. Equal bytes make an empty answer.
pub fn no_index(old: Option<(&str, &[u8])>, new: Option<(&str, &[u8])>) -> ChangeSet {
    let name = |side: Option<(&str, &[u8])>| side.map_or("", |(name, _)| name).to_owned();
    let mut set = ChangeSet {
        compare: Compare {
            mode: CompareMode::NoIndex,
            base: name(old),
            head: name(new),
        },
        ..ChangeSet::default()
    };
    let Some((path, _)) = new.or(old) else {
        return set;
    };
    let bytes = |side: Option<(&str, &[u8])>| side.map(|(_, bytes)| bytes.to_vec());
    if bytes(old) == bytes(new) {
        return set;
    }
    let (id, title) = new.or(old).map(identity).unwrap_or_default();
    let subject = Subject {
        id: Some(id.clone()),
        kind: None,
        path: path.to_owned(),
    };
    let mut found = Found::default();
    let (change, fields) = match (old, new) {
        (Some((_, old)), Some((_, new))) => (
            Change::Changed,
            artifact::bytes(old, new, Roles::default(), &mut found),
        ),
        (None, _) => {
            let draft = Draft::new(
                &catalogue::ART_ADDED,
                Place::default(),
                format!("`{path}` is new"),
            );
            found.push(draft.words(None, Some(path)));
            (Change::Added, Vec::new())
        }
        (_, None) => {
            let draft = Draft::new(
                &catalogue::ART_REMOVED,
                Place::default(),
                format!("`{path}` is gone"),
            );
            found.push(draft.words(Some(path), None));
            (Change::Removed, Vec::new())
        }
    };
    set.summary.truncated = found.truncated;
    set.findings = found.finish(&subject);
    set.artifacts.push(ArtifactChange {
        id: Some(id),
        kind: None,
        title,
        change,
        path: path.to_owned(),
        old_path: None,
        old_id: None,
        similarity: None,
        fields,
        severity: set.findings.iter().map(|finding| finding.severity).max(),
    });
    set.recount();
    set
}

/// The id and the title of a file.
fn identity((name, bytes): (&str, &[u8])) -> (String, Option<String>) {
    let file_name = name.rsplit('/').next().unwrap_or(name).to_owned();
    let Ok(text) = str::from_utf8(bytes) else {
        return (file_name, None);
    };
    let document = Document::detected(text);
    let id = document
        .fields
        .key("id")
        .and_then(|field| field.node.value.scalar());
    let id = id.filter(|id| !id.trim().is_empty());
    (id.unwrap_or(file_name), document.title())
}
