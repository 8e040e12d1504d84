//! Time: what was in force on a date, and the story of every artifact.
//!
//! There are two axes. What is *known* follows the order of the commits on the first-parent line
//! of a branch; a commit's known time is the latest committer time among it and its first-parent
//! ancestors, because clocks run backwards in real histories. What is *valid* stands in the
//! artifact: a date it takes effect, a date it expires, a text that supersedes it.
//!
//! ```text
//! commits ─► Timeline (what each commit changed) ─► Story (the versions of every artifact)
//!                 └── Facts (what one text says)  ─┴─► in_force (what applied on a date)
//! ```

mod blame;
mod codec;
mod facts;
mod in_force;
mod moment;
mod origin;
mod standing;
mod story;
mod timeline;

pub use blame::{Part, PartKind, Parts};
pub use codec::{DecodeError, PARSER_VERSION, digest};
pub use facts::Facts;
pub use in_force::{Question, in_force};
pub use moment::{Moment, MomentError};
pub use standing::{Standing, Why};
pub use story::{Node, NodeId, Story};
pub use timeline::{LineChange, Oid, PathId, Step, StepId, TextId, Timeline};

#[cfg(test)]
mod tests;
