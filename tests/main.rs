//! End-to-end tests: the real program on real repositories, and the laws of the house.
#![expect(clippy::unwrap_used, reason = "what a test builds on must be there")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod approve;
mod architecture;
mod books;
mod check;
mod commit;
mod contract;
mod corpora;
mod diff;
mod docs;
mod dom;
mod durable;
mod edit;
mod evidence;
mod findings;
mod forms;
mod hook;
mod hostile;
mod ics;
mod import;
mod inert;
mod init;
mod labels;
mod log;
mod merge;
mod oscal;
mod pdf;
mod plugin;
mod ranges;
mod redline;
mod review;
mod serve;
mod shell;
mod site;
mod store;
mod time;
mod trust;
mod untrusted;
mod word;
mod xlsx;

use std::collections::BTreeSet;

use govkit_testkit::{Govkit, checkout};

/// Returns the program under test.
fn govkit() -> Govkit {
    Govkit::new(env!("CARGO_BIN_EXE_govkit"))
}

#[test]
fn every_file_here_is_a_module() {
    let listed: BTreeSet<String> = include_str!("main.rs")
        .lines()
        .filter_map(|line| Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned()))
        .collect();
    let present: BTreeSet<String> = std::fs::read_dir(checkout().join("tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|stem| stem != "main")
        .collect();
    assert_eq!(
        present, listed,
        "a file in tests/ that no `mod` names is never run"
    );
}
