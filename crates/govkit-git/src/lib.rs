//! A git repository as a source of snapshots and a place for commits.
