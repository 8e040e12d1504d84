//! `cargo xtask demo`: the main job, on the ITSM example turned into a repository with four revisions.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

use govkit_testkit::{NOW, Repo};

use crate::program::{build_govkit, shown};
use crate::{Failure, setup};

/// One step of the tour: what it shows, the arguments of `govkit`, a word that the answer has to contain.
struct Stop {
    says: &'static str,
    args: &'static [&'static str],
    answers: &'static str,
}

const TOUR: &[Stop] = &[
    Stop {
        says: "What do we have?",
        args: &["list", "policy"],
        answers: "POL-002",
    },
    Stop {
        says: "Is it in order? (with the plain-language plugin)",
        args: &["check"],
        answers: "",
    },
    Stop {
        says: "Which texts changed since January?",
        args: &["diff", "--name-status", "v2026.1..HEAD"],
        answers: "PRC-008",
    },
    Stop {
        says: "And what does that mean?",
        args: &["diff", "v2026.1..HEAD"],
        answers: "24 hours",
    },
    Stop {
        says: "Since when does POL-002 say so?",
        args: &["log", "POL-002"],
        answers: "Notify the regulator",
    },
    Stop {
        says: "Who relies on it?",
        args: &["refs", "POL-002"],
        answers: "PRO-009",
    },
    Stop {
        says: "A register for the auditors",
        args: &["export", "register", "-o", "register"],
        answers: "",
    },
];

/// Builds govkit, makes the repository and takes the tour; any unexpected answer is a failure.
pub(crate) fn run(args: &[String]) -> Result<(), Failure> {
    setup::run(args)?;
    println!("building govkit (a few minutes the first time)");
    let govkit = build_govkit("dev")?;
    let place = place()?;
    let repo = Repo::at(&place);
    drop(repo.git(["init", "--quiet", "--initial-branch=main"]));
    govkit_testkit::write_history(&repo);
    println!(
        "\nA repository with four revisions lies in {}",
        place.display()
    );
    println!(
        "{}",
        repo.git(["log", "--oneline", "--decorate"]).trim_end()
    );
    for stop in TOUR {
        visit(&govkit, &place, stop)?;
    }
    list(&place.join("register"))?;
    println!("\nYours to play with:\n");
    println!(
        "  export PATH=\"{}:$PATH\"; cd {}",
        dir(&govkit).display(),
        place.display()
    );
    println!("  govkit show POL-002                  read one policy, with its settings");
    println!("  govkit explain broken-link           what a rule asks, and why");
    println!("  govkit --at v2026.1 list procedure   any revision, without a checkout");
    println!("  $EDITOR policies/*.md; govkit diff   what an edit of yours would mean");
    Ok(())
}

/// Makes a directory that stays.
fn place() -> Result<PathBuf, Failure> {
    let place = std::env::temp_dir().join(format!("govkit-demo-{}", std::process::id()));
    fs::create_dir(&place).map_err(|err| format!("make {}: {err}", place.display()))?;
    Ok(place)
}

fn visit(govkit: &Path, place: &Path, stop: &Stop) -> Result<(), Failure> {
    let mut command = Command::new(govkit);
    command.args(stop.args).current_dir(place);
    println!("\n# {}\n$ {}", stop.says, shown(&command));
    command
        .env("GOVKIT_NOW", NOW)
        .env("GOVKIT_FORMAT", "human")
        .env("GOVKIT_NO_PAGER", "true");
    if std::io::stdout().is_terminal() {
        command.env("GOVKIT_COLOR", "always");
    }
    let output = command
        .output()
        .map_err(|err| format!("start {}: {err}", govkit.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        return Err(format!("`{}` ended with {}", shown(&command), output.status).into());
    }
    if !text.contains(stop.answers) {
        return Err(format!("`{}` does not mention `{}`", shown(&command), stop.answers).into());
    }
    Ok(())
}

/// Names the files an export wrote; none is a failure.
fn list(dir: &Path) -> Result<(), Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(|err| format!("list {}: {err}", dir.display()))? {
        let entry = entry?;
        names.push(format!(
            "  register/{}  {} bytes",
            entry.file_name().to_string_lossy(),
            entry.metadata()?.len()
        ));
    }
    names.sort();
    println!("{}", names.join("\n"));
    if names.is_empty() {
        Err("the export wrote no file".into())
    } else {
        Ok(())
    }
}

fn dir(program: &Path) -> &Path {
    program.parent().unwrap_or(program)
}
