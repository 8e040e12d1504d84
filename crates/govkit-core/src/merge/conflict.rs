//! A conflict as a value: what two people changed, and how to say it.

use std::fmt;

/// Where a conflict is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A front-matter field, dotted in tables: `links.governed_by`, `steps[log].within`.
    Field(String),
    /// A passage of the body, under this heading; none before the first one.
    Section(Option<String>),
    /// A passage of a text that is not read as an artifact.
    Text,
    /// All of a file that is no text.
    File,
}

/// Something two people changed in two ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where.
    pub place: Place,
    /// The line of the merged file its first marker stands on, from 1.
    pub line: usize,
    /// What it was; absent where it is new on both sides.
    pub base: Option<String>,
    /// What we made of it; absent where we removed it.
    pub ours: Option<String>,
    /// What they made of it; absent where they removed it.
    pub theirs: Option<String>,
}

impl Conflict {
    pub(super) fn of_whole_file() -> Self {
        Self {
            place: Place::File,
            line: 1,
            base: None,
            ours: None,
            theirs: None,
        }
    }
}

/// One line for people, without the file's name: `line 5: owner: ours …, theirs …`.
impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |text: &Option<String>, gone: &str| {
            text.as_deref()
                .map_or_else(|| gone.to_owned(), |text| format!("`{}`", brief(text)))
        };
        write!(f, "line {}: ", self.line)?;
        match &self.place {
            Place::Field(field) => write!(
                f,
                "`{field}`: ours {}, theirs {}, before {}",
                side(&self.ours, "removed it"),
                side(&self.theirs, "removed it"),
                side(&self.base, "it was not there"),
            ),
            Place::Section(heading) => {
                match heading {
                    Some(heading) => write!(f, "§ {heading}: ")?,
                    None => write!(f, "before the first heading: ")?,
                }
                match (&self.ours, &self.theirs) {
                    (None, _) => write!(f, "ours removed what theirs changed"),
                    (_, None) => write!(f, "theirs removed what ours changed"),
                    _ => write!(f, "both sides changed one passage"),
                }
            }
            Place::Text => write!(f, "both sides changed the same lines"),
            Place::File => write!(f, "both sides changed a file that is no text"),
        }
    }
}

/// A value short enough for a line.
fn brief(text: &str) -> String {
    const MOST: usize = 80;
    let text = text.trim().replace(['\n', '\r'], " ");
    if text.chars().count() <= MOST {
        return text;
    }
    let start: String = text.chars().take(MOST - 1).collect();
    format!("{start}…")
}
