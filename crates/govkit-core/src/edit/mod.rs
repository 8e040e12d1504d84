//! Changes of a file's text that leave every byte alone they are not about.
//!
//! A change is a list of [`Patch`]es: byte ranges and what takes their place. Nothing is parsed
//! and printed anew, so comments, order and layout stay. Every change of a front matter is read
//! back before it counts: it says what was asked for and nothing else, or it is refused.

mod format;
mod list;
mod rename;
mod set;
mod value;

pub use format::formatted;
pub use rename::{Renaming, renamed_path};
pub use set::{Change, with_changes};
pub use value::typed_value;

use crate::front_matter::FrontMatterError;
use crate::position::Span;

/// A byte range and the text that takes its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Patch {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// Why a text is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The front matter cannot be read as it is.
    #[error(transparent)]
    FrontMatter(#[from] FrontMatterError),
    /// There is no front matter to change.
    #[error("the file has no front matter to change")]
    Absent,
    /// It is written in a syntax that is only read.
    #[error(
        "`{field}` cannot be set: {syntax} front matter is changed only where a value stands on one line; edit it by hand"
    )]
    Foreign {
        /// The field.
        field: String,
        /// The syntax.
        syntax: &'static str,
    },
    /// The id is more than a field.
    #[error("`{field}` is the id, which other texts refer to; `govkit mv` renames it everywhere")]
    Id {
        /// The field.
        field: String,
    },
    /// The field has fields of its own.
    #[error("`{field}` is a table; name one of its fields, such as `{field}.{example}`")]
    Table {
        /// The field.
        field: String,
        /// A field in it.
        example: String,
    },
    /// The value is not of the field's type.
    #[error("`{field}` is a {expected}, and `{value}` is none")]
    Type {
        /// The field.
        field: String,
        /// What it has to be.
        expected: &'static str,
        /// What was given.
        value: String,
    },
    /// Only lists can be added to.
    #[error("`{field}` is no list, so nothing can be added or taken away; set it with `{field}=…`")]
    NoList {
        /// The field.
        field: String,
    },
    /// What is to go is not there.
    #[error("`{field}` has no `{value}`")]
    NotThere {
        /// The field.
        field: String,
        /// What was to go.
        value: String,
    },
    /// The place cannot be changed without touching what stands around it.
    #[error("`{field}` cannot be changed without touching what stands around it; edit it by hand")]
    Entangled {
        /// The field.
        field: String,
    },
    /// A reference is written in a way that cannot be changed in place.
    #[error(
        "line {line}: `{source_text}` refers to {id} in a way that cannot be rewritten; change it by hand first"
    )]
    Unwritable {
        /// The line, from 1.
        line: u32,
        /// What is written there.
        source_text: String,
        /// The id.
        id: String,
    },
}

/// Returns `text` with the patches applied; patches of the same place count once.
pub fn patched(text: &str, mut patches: Vec<Patch>) -> String {
    patches.sort();
    patches.dedup();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for patch in &patches {
        // Two patches never overlap; were it so, the first one counts.
        let Some(between) = text.get(at..patch.span.start) else {
            continue;
        };
        out.push_str(between);
        out.push_str(&patch.text);
        at = patch.span.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}
