//! The semantic diff against edits of real policies that people labelled by hand.
//!
//! The labels are not part of this repository: `$GOVKIT_LABELS` names a directory with `dev.json`,
//! `pairs/` and `score.py`; without it, `shared/review` beside the checkout is looked for.

use std::path::PathBuf;
use std::process::Command;

use govkit_testkit::checkout;

/// Recall below this, or more false alarms and findings nobody asked for, is a step back.
const LEAST_RECALL: f64 = 0.95;
const MOST_ALARMS: f64 = 0.02;
const MOST_EXTRA: f64 = 1.0;

fn labels() -> Option<PathBuf> {
    let named = std::env::var_os("GOVKIT_LABELS").map(PathBuf::from);
    let beside = checkout().join("../shared/review");
    named
        .into_iter()
        .chain([beside])
        .find(|dir| dir.join("dev.json").is_file())
}

#[test]
fn people_and_program_agree_on_what_changed() {
    let Some(dir) = labels() else {
        println!("skipped: no labelled edits here (set GOVKIT_LABELS)");
        return;
    };
    let Ok(run) = Command::new("python3")
        .arg(dir.join("score.py"))
        .args([dir.join("dev.json"), dir.join("pairs")])
        .arg("--govkit")
        .arg(env!("CARGO_BIN_EXE_govkit"))
        .output()
    else {
        println!("skipped: no python3 here");
        return;
    };
    let told = String::from_utf8(run.stdout).unwrap();
    let last = told.lines().last().unwrap_or_default();
    let figure = |name: &str| -> f64 {
        let at = last
            .find(name)
            .unwrap_or_else(|| panic!("no {name} in {told}"))
            + name.len();
        let digits: String = last[at..]
            .trim_start()
            .chars()
            .take_while(|ch| ch.is_ascii_digit() || *ch == '.')
            .collect();
        digits.parse().unwrap()
    };
    assert!(figure("recall") >= LEAST_RECALL, "{told}");
    assert!(figure("false alarms") <= MOST_ALARMS, "{told}");
    assert!(figure("extra") <= MOST_EXTRA, "{told}");
    for name in ["silence", "severity"] {
        let at = last.find(name).unwrap() + name.len();
        let share = last[at..].trim_start().split([',', ' ']).next().unwrap();
        let (some, all) = share.split_once('/').unwrap();
        assert_eq!(some, all, "{told}");
    }
}
