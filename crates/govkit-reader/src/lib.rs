//! The artifacts as a reader sees them: parameters have their values, roles their titles, lengths of
//! time their words. What the bundled exporters share before each writes its own format.

pub mod address;
mod checks;
mod corpus;
pub mod fields;
mod history;
pub mod html;
mod input;
pub mod insert;
pub mod markdown;
mod names;
mod words;

pub use checks::{CHECKED, Checks, checks};
pub use corpus::Corpus;
pub use history::{Version, last_change, versions};
pub use input::{Input, Section, sections, with_texts};
pub use names::Names;
pub use words::{clean, duration};
