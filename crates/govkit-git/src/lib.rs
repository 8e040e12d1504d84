//! A git repository as a source of snapshots and a place for commits.
//!
//! This is the only crate that knows git. Everything in a repository is somebody else's text:
//! nothing in it is executed and nothing in its own configuration changes what is read. Hooks,
//! filters, included files, replaced objects and grafts have no effect; symbolic links are
//! named and never followed.
//!
//! [`Repository::list`] names the files of a revision, [`Repository::read`] reads the ones
//! somebody asks for, and [`Repository::snapshot`] does both. Trees are read from git's object
//! database; no checkout is made. Only `write.rs` and the files below `write/` write.

mod bare;
mod changes;
mod commit;
mod disk;
mod graph;
mod leftover;
mod line;
mod list;
pub mod local;
mod object;
mod open;
mod pack;
mod read;
mod revision;
mod settings;
mod tag;
mod trail;
mod tree;
mod tree_diff;
mod user;
mod walk;
mod worktree;
pub mod write;

pub use bare::{BRANCH as EVIDENCE_BRANCH, BareFile};
pub use leftover::Leftover;
pub use line::{Line, LineCache};
pub use list::ReadError;
pub use open::{OpenError, Repository};
pub use pack::Beginning;
pub use revision::RevisionError;
pub use settings::{Given, Identity, IdentityError, Role, SigningSettings};
pub use tag::Tag;
pub use trail::{Trail, TrailStep};
pub use walk::{Parents, WalkEnd};
